//! Every route, on one screen.

mod address;
mod assets;
mod catalogue;
mod devices;
mod enrol;
mod entries;
pub mod error;
mod health;
mod identity;
mod ingest;
mod json;
mod openapi;
mod origin;
mod overview;
mod periods;
mod reports;
mod set_aside;
mod sign_in;
mod stream;
mod sync;
mod units;

use std::any::Any;
use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use client_core::protocol::Limits;
use rust_embed::RustEmbed;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app_state::AppState;
use crate::telemetry::trace_request;
use error::ApiError;

/// A body of which nothing arrived for this long is given up: the phone has lost its signal and will come again.
const BODY_IDLE: Duration = Duration::from_mins(1);

/// The routes of the API, with their documentation.
fn api() -> OpenApiRouter<AppState> {
    let small = DefaultBodyLimit::max(json::MAX_JSON_BYTES);
    let devices = OpenApiRouter::new()
        .routes(routes!(sync::sync))
        .layer(DefaultBodyLimit::max(Limits::REQUEST.body_bytes));
    let others = OpenApiRouter::new()
        .routes(routes!(enrol::enrol))
        .routes(routes!(sign_in::sign_in))
        .routes(routes!(sign_in::sign_out))
        .routes(routes!(sign_in::me))
        .routes(routes!(periods::periods))
        .routes(routes!(catalogue::catalogue))
        .routes(routes!(overview::overview))
        .routes(routes!(reports::report))
        .routes(routes!(reports::drill))
        .routes(routes!(entries::entries))
        .routes(routes!(entries::entry))
        .routes(routes!(stream::stream))
        .routes(routes!(devices::devices))
        .routes(routes!(devices::revoke))
        .routes(routes!(devices::new_code))
        .routes(routes!(ingest::ingest))
        .routes(routes!(set_aside::set_aside))
        .routes(routes!(set_aside::release))
        .routes(routes!(health::live))
        .routes(routes!(health::ready))
        .layer(small);
    OpenApiRouter::with_openapi(openapi::about()).nest("/api/v1", devices.merge(others))
}

/// The OpenAPI 3.1 document of the API, made from the routes.
pub fn openapi() -> OpenApi {
    openapi::complete(api().split_for_parts().1)
}

/// Everything the server answers: the API, and the app for every other address.
pub fn router(state: AppState) -> Router {
    router_with::<assets::App>(state)
}

/// [`router`], with another build of the app.
pub fn router_with<A: RustEmbed + 'static>(state: AppState) -> Router {
    let (routes, document) = api().split_for_parts();
    let document = openapi::complete(document);
    let routes = routes.route("/api/v1/openapi.json", get(move || async move { axum::Json(document) }));
    let fixed = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    routes
        .method_not_allowed_fallback(|| async { ApiError::MethodNotAllowed })
        .layer(from_fn(origin::same_origin))
        .layer(RequestBodyTimeoutLayer::new(BODY_IDLE))
        .layer(fixed(header::CACHE_CONTROL, "no-store"))
        .fallback(assets::serve::<A>)
        .layer(CatchPanicLayer::custom(panicked))
        .layer(fixed(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(fixed(header::X_FRAME_OPTIONS, "DENY"))
        .layer(fixed(header::REFERRER_POLICY, "no-referrer"))
        .layer(fixed(
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ))
        .layer(fixed(
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ))
        .layer(fixed(
            HeaderName::from_static("permissions-policy"),
            "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
        ))
        .layer(from_fn(trace_request))
        .with_state(state)
}

/// A panic ends its request and no other.
#[expect(clippy::needless_pass_by_value, reason = "the layer hands the panic over")]
fn panicked(panic: Box<dyn Any + Send>) -> Response {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    let text = text
        .or_else(|| panic.downcast_ref::<&str>().copied())
        .unwrap_or("no message");
    ApiError::failed(format!("a handler panicked: {text}")).into_response()
}
