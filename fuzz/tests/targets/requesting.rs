//! Every address and body that the server's API reads.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::http::{Method, Request, Uri};
use bolero::check;
use client_core::time::Timestamp;
use fuzz::messages::Messages;
use fuzz::mutated::Mutated;
use fuzz::{Steady, memory};
use server::app_state::{AppState, Settings};
use server::clock::Clock;
use server::ingest::Ingest;
use tower::ServiceExt;

const ITERATIONS: usize = 1_000;

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
    let ingest = Ingest::start(Arc::clone(&store), 0, now).unwrap();
    let state = AppState::new(store, ingest, Arc::new(Stopped(now)), &Settings::default());
    let router = Steady::new(server::api::router(state));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = Steady::new(runtime.unwrap());
    let addresses = Mutated::new([
        "/api/v1/enrol",
        "/api/v1/sign-in",
        "/api/v1/sign-out",
        "/api/v1/me",
        "/api/v1/sync",
        "/api/v1/units/A/report?period=2026-Q3",
        "/api/v1/units/A/indicators/II.1-02?period=2026-Q3",
        "/api/v1/units/A/entries?period=2026-Q3&type=TT_BUOI",
        "/api/v1/units/A/entries/01JD0000000000000000000000",
        "/api/v1/overview?period=2026-Q3&unit=TAM",
        "/api/v1/devices/0101010101010101/revoke",
        "/api/v1/people/an/enrolment-codes",
        "/api/v1/set-aside",
        "/api/v1/health/ready",
        "/",
        "/manifest.webmanifest",
    ]);
    let bodies = Mutated::new([
        r#"{"code":"KH7O-4M2L","public_key":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","device_name":"Máy"}"#,
        r#"{"login":"hoa","password":"mùa lúa chín 2026"}"#,
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
                .body(Body::from(body.clone()));
            let Ok(request) = request else { return };
            let (status, text) = runtime.get().block_on(async {
                let answer = router.get().clone().oneshot(request).await.unwrap();
                let status = answer.status();
                let bytes = to_bytes(answer.into_body(), 1 << 24).await.unwrap();
                (status, String::from_utf8_lossy(&bytes).into_owned())
            });
            // 503 is what an app that is not built yet, or a full queue, says.
            assert!(status.as_u16() < 500 || status.as_u16() == 503, "{status}: {text}");
        });
}
