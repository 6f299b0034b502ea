//! Changes that were taken in and could not be applied, for an administrator.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use client_core::ids::{ChangeHash, DocumentId};
use serde::{Deserialize, Serialize};

use super::address;
use super::devices::DeviceNames;
use super::error::ApiError;
use super::identity::Staff;
use super::json::{JsonBody, Texts};
use super::units::UnitRef;
use crate::app_state::AppState;

/// How long an administrator waits to hear what became of a change that is tried again.
const RELEASE_WAIT: Duration = Duration::from_secs(2);

/// A change that was set aside.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SetAsideChange {
    /// The document.
    document: String,
    /// The document's unit.
    unit: UnitRef,
    /// Hash of the change.
    change: String,
    /// The device that made it.
    #[serde(flatten)]
    device: DeviceNames,
    /// When it arrived, in milliseconds.
    received_at: i64,
    /// Why, such as `breaks_schema`.
    reason: &'static str,
    /// More about it, in Vietnamese.
    detail: String,
}

/// Changes that were set aside in units at or below this administrator's, oldest first.
#[utoipa::path(get, path = "/set-aside", tag = "administration", responses((status = 200, description = "Changes", body = Vec<SetAsideChange>)))]
pub(super) async fn set_aside(
    State(state): State<AppState>,
    staff: Staff,
) -> Result<Json<Vec<SetAsideChange>>, ApiError> {
    staff.administrator()?;
    let changes = state.blocking(|state| Ok(state.store().set_aside()?)).await?;
    let organisation = &staff.organisation;
    let visible = changes
        .into_iter()
        .filter(|change| staff.may_see(change.document.unit()));
    let changes = visible.map(|change| SetAsideChange {
        document: change.document.to_string(),
        unit: UnitRef::new(change.document.unit(), organisation),
        change: change.hash.to_string(),
        device: DeviceNames::of(change.device, organisation),
        received_at: change.received_at.0,
        reason: change.reason.as_str(),
        detail: change.detail,
    });
    Ok(Json(changes.collect()))
}

/// Which set-aside change to try again.
#[derive(Debug, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Release {
    /// Its document.
    document: String,
    /// Its hash.
    change: String,
}

impl Texts for Release {
    const NAMES: &'static [&'static str] = &["document", "change"];
}

/// What became of a change that was tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// It is part of the document.
    Applied,
    /// It was set aside again.
    SetAside,
    /// It waits for its turn.
    Waiting,
}

/// What became of a change that was tried again, as far as it is known by now.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Released {
    /// What became of it.
    outcome: Outcome,
    /// Why it was set aside again, such as `breaks_schema`.
    reason: Option<&'static str>,
    /// More about it, in Vietnamese.
    detail: Option<String>,
}

/// Try a set-aside change again.
///
/// Problems: `not_set_aside`; `needs_other`, where it was made upon another that is set aside, which `needs` names;
/// `unreadable`.
#[utoipa::path(
    post, path = "/set-aside/release", tag = "administration", request_body = Release,
    responses((status = 200, description = "What became of it", body = Released))
)]
pub(super) async fn release(
    State(state): State<AppState>,
    staff: Staff,
    JsonBody(asked): JsonBody<Release>,
) -> Result<Json<Released>, ApiError> {
    staff.administrator()?;
    let document: DocumentId = address::id(&asked.document, "change")?;
    let hash: ChangeHash = address::id(&asked.change, "change")?;
    if !staff.may_see(document.unit()) {
        return Err(ApiError::NotFound("change"));
    }
    let released = state
        .blocking(move |state| {
            let ingest = state.ingest();
            ingest.release(&document, &hash)?;
            let is_done = ingest.wait_applied(std::slice::from_ref(&document), RELEASE_WAIT);
            let mut aside = ingest.set_aside()?.into_iter();
            let again = aside.find(|change| change.document == document && change.hash == hash);
            let outcome = match (&again, is_done) {
                (Some(_), _) => Outcome::SetAside,
                (None, true) => Outcome::Applied,
                (None, false) => Outcome::Waiting,
            };
            Ok(Released {
                outcome,
                reason: again.as_ref().map(|change| change.reason.as_str()),
                detail: again.map(|change| change.detail),
            })
        })
        .await?;
    Ok(Json(released))
}
