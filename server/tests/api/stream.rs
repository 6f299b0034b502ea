//! The live stream.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::Method;
use client_core::model::entry::FieldValue;
use futures_util::StreamExt;
use jiff::civil::date;
use serde_json::{Value, json};
use tokio::time::timeout;

use super::device::Device;
use super::world::{World, request};

/// Far longer than anything here takes, for a test that hangs is worse than one that fails.
const PATIENCE: Duration = Duration::from_secs(20);

struct Listener {
    body: BodyDataStream,
    text: String,
}

impl Listener {
    async fn new(world: &World, cookie: &str, last: Option<&str>) -> Self {
        let mut request = request(Method::GET, "/api/v1/stream", Some(cookie));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = world.send_raw(request.body(Body::empty()).unwrap()).await;
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self {
            body: response.into_body().into_data_stream(),
            text: String::new(),
        }
    }

    /// The next event: its name, id and data. None at the end of the stream.
    async fn next(&mut self) -> Option<(String, String, Value)> {
        while !self.text.contains("\n\n") {
            let bytes = timeout(PATIENCE, self.body.next())
                .await
                .expect("an event or the end")?;
            self.text.push_str(std::str::from_utf8(&bytes.unwrap()).unwrap());
        }
        let (event, rest) = self
            .text
            .split_once("\n\n")
            .map(|(event, rest)| (event.to_owned(), rest.to_owned()))?;
        self.text = rest;
        let member = |name: &str| {
            let found = event
                .lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            found.unwrap_or_default().to_owned()
        };
        Some((
            member("event"),
            member("id"),
            serde_json::from_str(&member("data")).unwrap(),
        ))
    }
}

async fn sync_one(world: &World, device: &mut Device, entry: &str) {
    let log = "log/XA-A1/2026".parse().unwrap();
    let fields = [("date_start", FieldValue::Date(date(2026, 8, 20)))];
    let change = device.log(&log, entry.parse().unwrap(), "TT_BUOI", &fields, world.now());
    let frames = device.sync(world, &device.request(&log, &[change])).await;
    assert_eq!(frames[0].fates[0].stored, 1);
}

#[tokio::test]
async fn whoever_may_see_a_unit_hears_of_its_sync() {
    let world = World::new();
    let background = tokio::spawn(world.state.clone().run_background());
    tokio::task::yield_now().await;
    let (hoa, binh) = (world.sign_in("hoa").await, world.sign_in("binh").await);
    let mut listener = Listener::new(&world, &hoa, None).await;
    let mut stranger = Listener::new(&world, &binh, None).await;
    let mut device = Device::enrolled(&world, "lan").await;
    sync_one(&world, &mut device, "01JD0000000000000000000000").await;
    let (name, id, data) = listener.next().await.unwrap();
    assert_eq!(name, "changed");
    assert_eq!(
        data,
        json!({
            "unit": "XA-A1", "unit_name": "CĐCS xã A1", "entries": 1, "at": world.now().0,
            "periods": ["2026-Q2", "2026-Q3", "2026-Q4"],
        })
    );

    // Whoever was away for a moment hears what was missed, and nothing twice.
    sync_one(&world, &mut device, "01JD0000000000000000000001").await;
    let (_, second_id, _) = listener.next().await.unwrap();
    let mut again = Listener::new(&world, &hoa, Some(&id)).await;
    assert_eq!(again.next().await.unwrap().1, second_id);
    let mut lost = Listener::new(&world, &hoa, Some("another-server-7")).await;
    assert_eq!(lost.next().await.unwrap().0, "reset");

    // The stranger has heard nothing by the end.
    world.post("/api/v1/sign-out", Some(&binh), &json!({})).await;
    assert_eq!(stranger.next().await, None);
    background.abort();
}

#[tokio::test]
async fn the_stream_ends_with_the_session_and_with_the_server() {
    let world = World::new();
    let (hoa, other) = (world.sign_in("hoa").await, world.sign_in("hoa").await);
    let mut listener = Listener::new(&world, &hoa, None).await;
    let mut others = Listener::new(&world, &other, None).await;
    world.post("/api/v1/sign-out", Some(&hoa), &json!({})).await;
    assert_eq!(listener.next().await, None);
    world.state.live().stop();
    assert_eq!(others.next().await, None);
    let late = world.get("/api/v1/stream", Some(&other)).await;
    assert_eq!(late.problem(), (503, "busy".to_owned()));
}
