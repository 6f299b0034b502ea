//! How far what has arrived is behind what has been applied, and what stands still, for an administrator.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::devices::DeviceNames;
use super::error::ApiError;
use super::identity::Staff;
use super::units::UnitRef;
use crate::app_state::AppState;

/// Changes of one device that came before what they were made upon.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ParkedChanges {
    /// The document.
    document: String,
    /// The document's unit.
    unit: UnitRef,
    /// The device that brought them.
    #[serde(flatten)]
    device: DeviceNames,
    /// How many changes.
    count: u64,
    /// When the first of them arrived, in milliseconds.
    since: i64,
}

/// What waits and what stands still.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct IngestState {
    /// Documents of the whole server that wait to be applied.
    documents: usize,
    /// Bytes of changes in them.
    bytes: usize,
    /// How long the one that has waited longest has done so, in milliseconds.
    oldest_ms: u64,
    /// How long the slowest of the last hundred units waited until it was applied, in milliseconds. None where nothing was
    /// applied since the server was started.
    recent_lag_ms: Option<u64>,
    /// How many changes are set aside in units at or below this administrator's.
    set_aside: usize,
    /// What is parked in those units, the one that has waited longest first.
    parked: Vec<ParkedChanges>,
}

/// How far behind the server is with what it has taken in, and what stands still.
#[utoipa::path(get, path = "/ingest", tag = "administration", responses((status = 200, description = "What waits", body = IngestState)))]
pub(super) async fn ingest(State(state): State<AppState>, staff: Staff) -> Result<Json<IngestState>, ApiError> {
    staff.administrator()?;
    let answer = state
        .blocking(move |state| {
            let organisation = &staff.organisation;
            let set_aside = state.store().set_aside()?.into_iter();
            let set_aside = set_aside.filter(|change| staff.may_see(change.document.unit()));
            let parked = state.store().parked()?.into_iter();
            let parked = parked.filter(|parked| staff.may_see(parked.document.unit()));
            let parked = parked.map(|parked| ParkedChanges {
                document: parked.document.to_string(),
                unit: UnitRef::new(parked.document.unit(), organisation),
                device: DeviceNames::of(parked.device, organisation),
                count: parked.count,
                since: parked.since.0,
            });
            let backlog = state.ingest().backlog();
            let lag = state.ingest().recent_lag();
            let ms = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
            Ok(IngestState {
                documents: backlog.documents,
                bytes: backlog.bytes,
                oldest_ms: ms(backlog.oldest),
                recent_lag_ms: lag.map(ms),
                set_aside: set_aside.count(),
                parked: parked.collect(),
            })
        })
        .await?;
    Ok(Json(answer))
}
