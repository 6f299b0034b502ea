//! The embedded app: codings, caching, the page for every address, and the headers that guard it.

use axum::body::Body;
use axum::http::{Method, header};

use super::world::{Answer, World, request};

async fn get(path: &str, accept: &str) -> Answer {
    let request = request(Method::GET, path, None).header(header::ACCEPT_ENCODING, accept);
    World::new().send(request.body(Body::empty()).unwrap()).await
}

const SCRIPT: &str = "/_app/immutable/entry.abc123.js";

#[tokio::test]
async fn the_smallest_coding_the_browser_takes_is_sent() {
    for (accept, coding) in [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("", ""),
    ] {
        let answer = get(SCRIPT, accept).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("content-encoding")),
            (200, coding),
            "{accept}"
        );
        assert_eq!(answer.header("content-type"), "text/javascript; charset=utf-8");
        assert_eq!(answer.header("vary"), "accept-encoding");
    }
    let plain = get(SCRIPT, "").await;
    assert_eq!(plain.body, b"console.log(\"app\");\n");
    // This one has no brotli sibling.
    let wasm = get("/_app/immutable/core.def456.wasm", "br, gzip").await;
    assert_eq!(
        (wasm.header("content-encoding"), wasm.header("content-type")),
        ("gzip", "application/wasm")
    );
}

#[tokio::test]
async fn hashed_files_are_kept_and_the_page_is_asked_for_again() {
    assert_eq!(
        get(SCRIPT, "br").await.header("cache-control"),
        "public, max-age=31536000, immutable"
    );
    for path in ["/", "/service-worker.js", "/manifest.webmanifest"] {
        let answer = get(path, "").await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("cache-control")),
            (200, "no-cache"),
            "{path}"
        );
        let tag = answer.header("etag").to_owned();
        let again = request(Method::GET, path, None).header(header::IF_NONE_MATCH, &tag);
        let again = World::new().send(again.body(Body::empty()).unwrap()).await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path}");
    }
    assert_ne!(
        get("/", "br").await.header("etag"),
        get("/", "gzip").await.header("etag")
    );
}

#[tokio::test]
async fn every_address_of_the_app_is_its_page_and_a_missing_file_is_not() {
    for path in ["/", "/desk/units/XA-A1", "/viec/moi?loai=TT_BUOI"] {
        let answer = get(path, "").await;
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
        assert!(answer.body.starts_with(b"<!doctype html>"));
    }
    for path in [
        "/_app/immutable/gone.js",
        "/_app/gone",
        "/favicon.ico",
        "/index.html.br",
        "/../Cargo.toml",
    ] {
        assert_eq!(get(path, "").await.status, 404, "{path}");
    }
    // A browser that goes to a unit or indicator with a dot in its id wants the page.
    for path in ["/desk/units/XA.1", "/reports/2026-Q3/II.1-02", "/desk/%ff"] {
        let asked =
            request(Method::GET, path, None).header(header::ACCEPT, "text/html,application/xhtml+xml,*/*;q=0.8");
        let answer = World::new().send(asked.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
    }
    let script = request(Method::GET, "/_app/gone.js", None).header(header::ACCEPT, "text/html");
    assert_eq!(World::new().send(script.body(Body::empty()).unwrap()).await.status, 404);
    assert_eq!(
        get("/api/v1/nothing", "").await.problem(),
        (404, "not_found".to_owned())
    );
    let posted = request(Method::POST, "/desk", None).body(Body::empty()).unwrap();
    assert_eq!(World::new().send(posted).await.status, 405);
}

#[tokio::test]
async fn the_page_may_load_nothing_foreign() {
    let page = get("/", "").await;
    let policy = page.header("content-security-policy");
    for part in [
        "default-src 'self'",
        // SHA-256 of `boot()`, the inline script of the page.
        "script-src 'self' 'wasm-unsafe-eval' 'sha256-MeZS89WlF0u+o0hCvHTBt4q1WHU+U+sJKgbdRUc36mY='",
        "frame-ancestors 'none'",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    for path in ["/", "/api/v1/health/live", "/nowhere.js"] {
        let answer = get(path, "").await;
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer");
        assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin");
        assert_eq!(answer.header("x-request-id").len(), 16);
    }
}
