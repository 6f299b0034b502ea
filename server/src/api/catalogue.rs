//! `GET /api/v1/catalogue`: the plan as data, the same for everyone.

use std::sync::LazyLock;

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// The catalogue as JSON, with the tag that names it.
static CATALOGUE: LazyLock<(String, String)> = LazyLock::new(|| {
    let json = client_core::catalogue::to_json().expect("the catalogue is plain data, which JSON can hold");
    let hash = data_encoding::HEXLOWER.encode(&Sha256::digest(json.as_bytes())[..12]);
    (json, format!("\"{hash}\""))
});

/// Tasks, activity types with their fields, and indicators.
#[utoipa::path(
    get, path = "/catalogue", tag = "desk",
    responses(
        (status = 200, description = "The catalogue", body = serde_json::Value),
        (status = 304, description = "It is still the one you have"),
    ),
    security(())
)]
pub(super) async fn catalogue(headers: HeaderMap) -> Response {
    let (json, tag) = &*CATALOGUE;
    let cached = [
        (header::ETAG, tag.as_str()),
        (header::CACHE_CONTROL, "public, no-cache"),
        (header::CONTENT_TYPE, "application/json"),
    ];
    let held = headers.get_all(header::IF_NONE_MATCH).iter();
    let mut held = held
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    if held.any(|held| held.trim().trim_start_matches("W/") == tag) {
        return (StatusCode::NOT_MODIFIED, cached).into_response();
    }
    (cached, json.as_str()).into_response()
}
