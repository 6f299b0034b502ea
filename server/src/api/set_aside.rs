//! Changes that were taken in and could not be applied, for an administrator.

use axum::Json;
use axum::extract::State;
use client_core::protocol::sync::RefusalCode;
use serde::Serialize;

use super::error::ApiError;
use super::identity::Staff;
use super::units::UnitRef;
use crate::app_state::AppState;

/// A change that was set aside.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct SetAsideChange {
    /// The document.
    document: String,
    /// The document's unit.
    unit: UnitRef,
    /// Hash of the change.
    change: String,
    /// Id of the device that made it.
    device: String,
    /// What its person calls the device.
    device_name: String,
    /// Name of the device's person.
    person_name: Option<String>,
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
    let changes = visible.map(|change| {
        let device = organisation.devices.get(&change.device);
        let person = device.and_then(|device| organisation.people.get(device.person.as_ref()?));
        SetAsideChange {
            document: change.document.to_string(),
            unit: UnitRef::new(change.document.unit(), organisation),
            change: change.hash.to_string(),
            device: change.device.to_string(),
            device_name: device.map(|device| device.name.clone()).unwrap_or_default(),
            person_name: person.map(|person| person.name.clone()),
            received_at: change.received_at.0,
            reason: word(change.reason),
            detail: change.detail,
        }
    });
    Ok(Json(changes.collect()))
}

fn word(reason: RefusalCode) -> &'static str {
    match reason {
        RefusalCode::UnknownDocument => "unknown_document",
        RefusalCode::NotAllowed => "not_allowed",
        RefusalCode::Malformed => "malformed",
        RefusalCode::ForeignActor => "foreign_actor",
        RefusalCode::MissingDependency => "missing_dependency",
        RefusalCode::RepeatedSequence => "repeated_sequence",
        RefusalCode::DependsOnRefused => "depends_on_refused",
        RefusalCode::NotApplicable => "not_applicable",
        RefusalCode::BreaksSchema => "breaks_schema",
        RefusalCode::TooLarge => "too_large",
    }
}
