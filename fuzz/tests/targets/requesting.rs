//! Every address and body that the server's API reads.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Uri};
use bolero::check;
use client_core::time::Timestamp;
use fuzz::memory;
use fuzz::messages::Messages;
use fuzz::mutated::Mutated;
use server::app_state::{AppState, Settings};
use server::clock::Clock;
use server::ingest::Ingest;
use server::secret::SecretHash;
use server::store::accounts::Session;
use tower::ServiceExt;

const ITERATIONS: usize = 1_000;

/// Of an administrator's session.
const TOKEN: &str = "fuzz";

struct Stopped(Timestamp);

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        self.0
    }
}

#[test]
fn api() {
    let _alone = memory::alone();
    let said = Messages::new();
    let (store, now) = (Arc::clone(&said.world.store), said.world.now);
    let session = Session {
        token: SecretHash::of(TOKEN),
        person: "quan-tri".parse().unwrap(),
        opened_at: now,
        expires_at: now.plus_ms(24 * 60 * 60 * 1000),
    };
    store.open_session(session).unwrap();
    let ingest = Ingest::start(Arc::clone(&store), 0, now).unwrap();
    let state = AppState::new(store, ingest, Arc::new(Stopped(now)), &Settings::default());
    let router = AssertUnwindSafe(server::api::router(state));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = AssertUnwindSafe(runtime.unwrap());
    let answered = AtomicUsize::new(0);
    let addresses = Mutated::new(addresses());
    let bodies = Mutated::new([
        r#"{"code":"KH7O-4M2L","public_key":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","device_name":"Máy"}"#,
        r#"{"login":"hoa","password":"mùa lúa chín 2026"}"#,
        r#"{"document":"log/A/2026","change":"0000000000000000000000000000000000000000000000000000000000000000"}"#,
        "{}",
    ]);
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((&addresses, &bodies, 0_u8..4))
        .for_each(|(address, body, kind)| {
            let Ok(uri) = Uri::try_from(address.as_slice()) else {
                return;
            };
            let method = if kind % 2 == 0 { Method::POST } else { Method::GET };
            let media = if *kind < 2 {
                "application/json"
            } else {
                client_core::protocol::CONTENT_TYPE
            };
            let request = Request::builder()
                .method(method)
                .uri(uri)
                .header("content-type", media)
                .header("host", "so.example.vn")
                .header("cookie", format!("so_cong_doan_session={TOKEN}"))
                .body(Body::from(body.clone()));
            let Ok(request) = request else { return };
            let (status, text) = runtime.block_on(async {
                let answer = (*router).clone().oneshot(request).await.unwrap();
                let status = answer.status();
                let bytes = to_bytes(answer.into_body(), 1 << 24).await.unwrap();
                (status, String::from_utf8_lossy(&bytes).into_owned())
            });
            answered.fetch_add(usize::from(status.is_success()), Ordering::Relaxed);
            // 503 is what an app that is not built yet, or a full queue, says.
            assert!(status.as_u16() < 500 || status.as_u16() == 503, "{status}: {text}");
        });
    assert!(answered.into_inner() > 0, "nobody was let in");
}

/// Every address of the API but the stream, which never ends, with something in each place.
fn addresses() -> Vec<String> {
    let paths = server::api::openapi().paths.paths.into_keys();
    let paths = paths.filter(|path| path != "/api/v1/stream").map(|path| {
        let places = [
            ("{unit}", "A"),
            ("{indicator}", "II.1-02"),
            ("{entry}", "01JD0000000000000000000000"),
            ("{device}", "0101010101010101"),
            ("{person}", "an"),
        ];
        let path = places
            .iter()
            .fold(path, |path, (place, what)| path.replace(place, what));
        assert!(!path.contains('{'), "{path}");
        format!("{path}?period=2026-Q3&unit=TAM&type=TT_BUOI")
    });
    paths
        .chain(["/".to_owned(), "/manifest.webmanifest".to_owned()])
        .collect()
}
