//! Requests that change something are taken from the app's own pages only.

use axum::extract::Request;
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error::ApiError;
use super::identity::host;

/// Refuses requests that change something and that a browser sends for a page of another origin. Programs that are no
/// browser send neither header. The session's cookie is `SameSite=Strict` besides; this holds where that is not kept.
pub(super) async fn same_origin(request: Request, next: Next) -> Response {
    let is_safe = matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    if is_safe || is_own(request.headers(), host(request.headers(), request.uri())) {
        next.run(request).await
    } else {
        ApiError::ForeignOrigin.into_response()
    }
}

/// Whether no page of another origin is named. One whose own host is not told has none that it could be.
fn is_own(headers: &HeaderMap, host: Option<&str>) -> bool {
    let site = headers.get("sec-fetch-site").map(axum::http::HeaderValue::as_bytes);
    if site.is_some_and(|site| site != b"same-origin" && site != b"none") {
        return false;
    }
    match headers.get(header::ORIGIN) {
        None => true,
        Some(origin) => {
            let origin = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
            origin.is_some_and(|(_scheme, origin_host)| Some(origin_host) == host)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn check(name: &'static str, value: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(name, HeaderValue::from_static(value));
        is_own(&headers, Some("so.example.vn"))
    }

    #[test]
    fn only_the_apps_own_pages_may_change_something() {
        assert!(is_own(&HeaderMap::new(), Some("so.example.vn")));
        assert!(check("origin", "https://so.example.vn"));
        assert!(check("sec-fetch-site", "same-origin"));
        for (name, value) in [
            ("origin", "https://example.vn"),
            ("origin", "https://so.example.vn.evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            assert!(!check(name, value), "{name}: {value}");
        }
    }

    #[test]
    fn who_names_no_host_is_heard_unless_a_browser_sends_it_for_a_page() {
        let mut headers = HeaderMap::new();
        assert!(is_own(&headers, None));
        headers.insert(header::ORIGIN, HeaderValue::from_static("https://so.example.vn"));
        assert!(!is_own(&headers, None));
    }
}
