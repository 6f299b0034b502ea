//! The built app, embedded: the smallest coding the browser takes, and for how long it may keep it.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use sha2::{Digest, Sha256};

use super::error::ApiError;

/// The app as it was built, with `.br` and `.gz` beside each file.
#[derive(RustEmbed)]
#[folder = "../pwa/build"]
pub(super) struct App;

/// The page that answers for every address of the app.
const FALLBACK: &str = "index.html";

/// Files below this have a hash in their name: the same name is the same bytes for ever.
const HASHED: &str = "_app/immutable/";

/// A coding, the ending of its file and what it is called in headers. The smaller first.
const CODINGS: [(&str, &str); 2] = [("br", ".br"), ("gzip", ".gz")];

/// Answers for every path that is not the API's.
pub(super) async fn serve<A: RustEmbed>(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if method != Method::GET && method != Method::HEAD {
        return ApiError::MethodNotAllowed.into_response();
    }
    let path = uri.path().trim_start_matches('/');
    if path == "api" || path.starts_with("api/") {
        return ApiError::NotFound("address").into_response();
    }
    let name = if path.is_empty() { FALLBACK } else { path };
    // A coded sibling is no page of its own.
    let is_sibling = CODINGS.iter().any(|(_, ending)| name.ends_with(ending));
    if !is_sibling && let Some(file) = A::get(name) {
        return file_response::<A>(name, &file, &headers);
    }
    // A missing file must not come back as a page: a script that is HTML says nothing useful.
    // Ids of units and indicators have dots as well, but what asks for a page says so.
    let is_file = name.rsplit('/').next().is_some_and(|last| last.contains('.')) && !asks_for_page(&headers);
    if is_file || name.starts_with("_app/") {
        return (StatusCode::NOT_FOUND, no_store()).into_response();
    }
    match A::get(FALLBACK) {
        Some(page) => file_response::<A>(FALLBACK, &page, &headers),
        None => (
            StatusCode::NOT_FOUND,
            no_store(),
            "This server was built without the app. `cargo xtask serve` builds both.\n",
        )
            .into_response(),
    }
}

/// Whether a browser goes to this address, and not a page of it that wants a part of itself.
fn asks_for_page(request: &HeaderMap) -> bool {
    let accepted = request
        .get_all(header::ACCEPT)
        .iter()
        .filter_map(|value| value.to_str().ok());
    accepted
        .flat_map(|value| value.split(','))
        .any(|item| item.trim().starts_with("text/html"))
}

fn no_store() -> [(HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}

fn file_response<A: RustEmbed>(name: &str, file: &EmbeddedFile, request: &HeaderMap) -> Response {
    let accepted = accepted_codings(request);
    let coded = CODINGS
        .iter()
        .filter(|(coding, _)| accepted.contains(coding))
        .find_map(|(coding, ending)| Some((*coding, A::get(&format!("{name}{ending}"))?)));
    let (coding, body) = match coded {
        Some((coding, sibling)) => (Some(coding), sibling.data),
        None => (None, file.data.clone()),
    };

    let mut headers = HeaderMap::new();
    // One tag for each coding: they are not the same bytes.
    let etag = format!(
        "\"{}{}\"",
        data_encoding::HEXLOWER.encode(&file.metadata.sha256_hash()[..12]),
        coding.map(|coding| format!("-{coding}")).unwrap_or_default()
    );
    let fixed = |text: &'static str| HeaderValue::from_static(text);
    headers.insert(header::VARY, fixed("accept-encoding"));
    headers.insert(
        header::CACHE_CONTROL,
        // The page and the service worker decide what version runs; every other file is asked for again with its tag.
        if name.starts_with(HASHED) {
            fixed("public, max-age=31536000, immutable")
        } else {
            fixed("no-cache")
        },
    );
    headers.insert(header::CONTENT_TYPE, fixed(media_type(name)));
    if let Some(coding) = coding {
        headers.insert(header::CONTENT_ENCODING, fixed(coding));
    }
    if media_type(name).starts_with("text/html") {
        match HeaderValue::from_str(&content_security_policy(&file.data)) {
            Ok(policy) => headers.insert(header::CONTENT_SECURITY_POLICY, policy),
            Err(error) => return ApiError::failed(error).into_response(),
        };
    }
    let unchanged = request
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|tag| tag.trim().trim_start_matches("W/") == etag);
    if let Ok(etag) = HeaderValue::from_str(&etag) {
        headers.insert(header::ETAG, etag);
    }
    if unchanged {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    match body {
        Cow::Borrowed(bytes) => (headers, bytes).into_response(),
        Cow::Owned(bytes) => (headers, bytes).into_response(),
    }
}

/// The codings a request takes, those with `q=0` left out.
fn accepted_codings(request: &HeaderMap) -> Vec<&str> {
    request
        .get_all(header::ACCEPT_ENCODING)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|item| {
            let (coding, weight) = item.split_once(';').unwrap_or((item, "q=1"));
            let weight = weight.trim().strip_prefix("q=")?;
            let refused = weight.parse::<f32>().is_ok_and(|weight| weight == 0.0);
            (!refused).then(|| coding.trim())
        })
        .collect()
}

/// The media type of a file of the app, by its ending.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next().unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        // Only with this type does the browser compile while it downloads.
        "wasm" => "application/wasm",
        "json" => "application/json",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// What a page may load: its own origin, and the inline scripts that were built into it, by their hashes.
fn content_security_policy(page: &[u8]) -> String {
    let page = String::from_utf8_lossy(page);
    let mut hashes = String::new();
    for script in inline_scripts(&page) {
        let hash = data_encoding::BASE64.encode(&Sha256::digest(script.as_bytes()));
        hashes.push_str(" 'sha256-");
        hashes.push_str(&hash);
        hashes.push('\'');
    }
    format!(
        "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'{hashes}; style-src 'self' 'unsafe-inline'; \
         img-src 'self' data: blob:; connect-src 'self'; worker-src 'self'; manifest-src 'self'; object-src 'none'; \
         base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
}

/// What stands between `<script>` and `</script>`, for tags that name no file.
fn inline_scripts(page: &str) -> impl Iterator<Item = &str> {
    page.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (script, _) = rest.split_once("</script>")?;
        (!attributes.contains("src=")).then_some(script)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_inline_scripts_are_named_in_the_policy() {
        let page = "<script>\n one() </script><script src=\"/a.js\"></script><script type=module>two()</script>";
        assert_eq!(inline_scripts(page).collect::<Vec<_>>(), ["\n one() ", "two()"]);
        // The base64 of the SHA-256 of "two()", by `openssl dgst`.
        let policy = content_security_policy(b"<script>two()</script>");
        assert!(
            policy
                .contains("script-src 'self' 'wasm-unsafe-eval' 'sha256-iMrPAWirDC2X0OhZzLsM2MRIWSmepJGI4r7D8ZlwBOw='"),
            "{policy}"
        );
    }

    #[test]
    fn a_coding_that_is_refused_is_not_accepted() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::ACCEPT_ENCODING,
            HeaderValue::from_static("gzip, br;q=0, zstd;q=0.5"),
        );
        assert_eq!(accepted_codings(&headers), ["gzip", "zstd"]);
        assert!(accepted_codings(&HeaderMap::new()).is_empty());
    }
}
