//! Whether the process lives, and whether it can do its work.

use axum::Json;
use axum::extract::State;
use serde::Serialize;

use super::error::{ApiError, Problem};
use crate::app_state::AppState;

/// All is well.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Health {
    /// `ok`
    status: &'static str,
    /// Version of the program.
    version: &'static str,
}

const WELL: Health = Health {
    status: "ok",
    version: env!("CARGO_PKG_VERSION"),
};

/// The process answers.
#[utoipa::path(get, path = "/health/live", tag = "operation", responses((status = 200, description = "It lives", body = Health)))]
pub(super) async fn live() -> Json<Health> {
    Json(WELL)
}

/// The database answers, and what is written reaches its disk.
#[utoipa::path(
    get, path = "/health/ready", tag = "operation",
    responses(
        (status = 200, description = "It is ready", body = Health),
        (status = 503, description = "The disk is full or broken: nothing is taken in", body = Problem)
    )
)]
pub(super) async fn ready(State(state): State<AppState>) -> Result<Json<Health>, ApiError> {
    state
        .blocking(|state| {
            state.store().installation()?;
            Ok(state.store().try_out()?)
        })
        .await?;
    Ok(Json(WELL))
}
