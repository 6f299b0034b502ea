//! Logs: one span a request, with its id, method, route, status and duration. Nothing personal, no query, no body.

use std::io::IsTerminal;
use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use client_core::document::LOG_TARGET;
use tracing::{Instrument, info, info_span};
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::{SubscriberInitExt, TryInitError};

use crate::config::LogFormat;
use crate::secret;

/// Carries the request's id back, so that a person can quote it.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Sends logs to standard error. What is logged is chosen as usual by `RUST_LOG`; `info` without it.
pub fn start(format: LogFormat) -> Result<(), TryInitError> {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(default_filter()));
    let registry = tracing_subscriber::registry().with(filter);
    match format {
        LogFormat::Text => registry
            .with(
                tracing_subscriber::fmt::layer()
                    .with_ansi(std::io::stderr().is_terminal())
                    .with_writer(std::io::stderr),
            )
            .try_init(),
        LogFormat::Json => registry
            .with(tracing_subscriber::fmt::layer().json().with_writer(std::io::stderr))
            .try_init(),
    }
}

/// What is logged where `RUST_LOG` says nothing. The library of documents opens a span for each column of each change that it
/// reads; putting their fields into words took a twenty-fifth of *apply*.
fn default_filter() -> String {
    format!("info,{LOG_TARGET}=warn")
}

/// Puts a request into its span and says how it ended.
pub async fn trace_request(request: Request, next: Next) -> Response {
    let id = secret::new_request_id().unwrap_or_default();
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or("app", MatchedPath::as_str)
        .to_owned();
    let span = info_span!("request", request.id = %id, http.method = %request.method(), http.route = %route);
    let begun = Instant::now();
    let mut response = next.run(request).instrument(span.clone()).await;
    let status = response.status().as_u16();
    let duration_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| {
        info!(
            http.status = status,
            duration_ms, "Answered {route} with {status} in {duration_ms} ms"
        );
    });
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}
