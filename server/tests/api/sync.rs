//! The sync route: what ingest does is tested there; here is what HTTP adds.

use axum::body::Body;
use axum::http::{Method, header};
use client_core::document::Change;
use client_core::ids::{DocumentId, EntryId};
use client_core::model::entry::FieldValue;
use client_core::protocol::codec::encode_following;
use client_core::protocol::context::{Context, window};
use client_core::protocol::sync::{RefusalCode, SyncRequest};
use client_core::protocol::{CONTENT_TYPE, Limits};
use jiff::civil::date;

use super::device::Device;
use super::world::{World, request};

const ENTRY: &str = "01JD0000000000000000000000";

fn log() -> DocumentId {
    "log/XA-A1/2026".parse().unwrap()
}

fn entry() -> EntryId {
    ENTRY.parse().unwrap()
}

fn activity(device: &mut Device, world: &World) -> SyncRequest {
    let fields = [
        ("date_start", FieldValue::Date(date(2026, 8, 20))),
        ("participants", FieldValue::Integer(12)),
    ];
    let change = device.log(&log(), entry(), "TT_BUOI", &fields, world.now());
    device.request(&log(), &[change])
}

#[tokio::test]
async fn one_request_stores_what_is_new_and_brings_what_others_wrote() {
    let world = World::new();
    let mut one = Device::enrolled(&world, "lan").await;
    let two = Device::enrolled(&world, "lan").await;
    let request = activity(&mut one, &world);
    let frames = one.sync(&world, &request).await;
    assert_eq!((frames[0].fates[0].stored, frames[0].fates[0].refused.len()), (1, 0));
    assert!(frames[0].profile.is_some());
    // Sending it twice changes nothing.
    let again = one.sync(&world, &request).await;
    assert_eq!((again[0].fates[0].stored, again[0].fates[0].held), (0, 1));

    let frames = two.sync(&world, &two.request(&log(), &[])).await;
    let news: Vec<_> = frames.iter().flat_map(|frame| &frame.news).collect();
    assert_eq!(news.len(), 1);
    assert_eq!(news[0].document, log().to_string());
}

#[tokio::test]
async fn a_foreign_document_is_refused_by_name() {
    let world = World::new();
    let mut device = Device::enrolled(&world, "lan").await;
    let foreign: DocumentId = "log/XA-A2/2026".parse().unwrap();
    let fields = [("date_start", FieldValue::Date(date(2026, 8, 20)))];
    let change = device.log(&foreign, entry(), "TT_BUOI", &fields, world.now());
    let frames = device.sync(&world, &device.request(&foreign, &[change])).await;
    assert_eq!(frames[0].fates[0].refused[0].reason, RefusalCode::NotAllowed);
    world.state.write_contacts().unwrap();
    let quan = world.sign_in("quan").await;
    let devices = world.get("/api/v1/devices", Some(&quan)).await.json();
    assert_eq!(devices[0]["refused"], 1, "an administrator sees it");
    assert_eq!(devices[0]["last_contact"], world.now().0);
}

#[tokio::test]
async fn a_body_that_cannot_be_read_changes_nothing() {
    let world = World::new();
    let mut device = Device::enrolled(&world, "lan").await;
    for (body, status, code) in [
        (Vec::new(), 400, "unknown_coding"),
        (b"<html>".to_vec(), 400, "unknown_coding"),
        (vec![1, 255, 255], 400, "not_deflate"),
        (vec![0, 1, 2], 400, "not_a_message"),
        (vec![0; Limits::REQUEST.body_bytes + 1], 413, "too_large"),
    ] {
        let answer = device.send(&world, body).await;
        assert_eq!(answer.problem(), (status, code.to_owned()));
    }
    let mut unsigned = activity(&mut device, &world);
    unsigned.signature = Some([7; 64].into());
    let answer = device
        .send(&world, client_core::protocol::codec::encode_request(&unsigned))
        .await;
    assert_eq!(answer.problem(), (400, "bad_signature".to_owned()));
    assert_eq!(world.store.documents().unwrap(), []);
    assert_eq!(world.store.waiting_documents().unwrap(), []);
}

#[tokio::test]
async fn a_body_may_go_on_from_what_its_own_device_has_sent() {
    let world = World::new();
    let (mut one, two) = (
        Device::enrolled(&world, "lan").await,
        Device::enrolled(&world, "lan").await,
    );
    let mut changes = Vec::new();
    for participants in 1..=3 {
        let fields = [("participants", FieldValue::Integer(participants))];
        changes.push(one.log(&log(), entry(), "TT_BUOI", &fields, world.now()));
    }
    let bytes = window(&log().to_string(), changes[..2].iter().map(Change::bytes));
    let context = |count| Context {
        document: log().to_string(),
        last: (*changes[1].hash().0.first_chunk().unwrap()).into(),
        count,
    };
    let rest = one.request(&log(), &changes[2..]);
    let body = encode_following(&rest, &context(2), &bytes);
    // It is not here yet.
    let unknown = (412, "unknown_context".to_owned());
    assert_eq!(one.send(&world, body.clone()).await.problem(), unknown);
    assert_eq!(world.store.documents().unwrap(), []);
    one.sync(&world, &one.request(&log(), &changes[..2])).await;
    for (what, document, count) in [
        ("more than there are", log().to_string(), 3),
        ("of no document", "log/XA-A2/2026".to_owned(), 2),
        ("of what is no document", "?".to_owned(), 2),
    ] {
        let context = Context {
            document,
            ..context(count)
        };
        let body = encode_following(&rest, &context, &bytes);
        assert_eq!(one.send(&world, body).await.problem(), unknown, "{what}");
    }
    assert_eq!(two.send(&world, body.clone()).await.problem(), unknown, "another's");
    world.state.ingest().apply_waiting().unwrap();
    assert_eq!(world.store.applied_count(&log()).unwrap(), 2);

    assert_eq!(one.send(&world, body).await.status, 200);
    world.state.ingest().apply_waiting().unwrap();
    assert_eq!(world.store.applied_count(&log()).unwrap(), 3);
}

#[tokio::test]
async fn only_an_enrolled_device_with_the_right_type_is_heard() {
    let world = World::new();
    let mut device = Device::enrolled(&world, "lan").await;
    let cookie = world.sign_in("quan").await;
    let body = client_core::protocol::codec::encode_request(&activity(&mut device, &world));
    let sync = |name: &'static str, value: String, media: &'static str| {
        request(Method::POST, "/api/v1/sync", None)
            .header(header::CONTENT_TYPE, media)
            .header(name, value)
            .body(Body::from(body.clone()))
            .unwrap()
    };
    for (name, value) in [
        ("authorization", "Bearer nobody".to_owned()),
        ("authorization", device.token.clone()),
        ("cookie", cookie.clone()),
    ] {
        let answer = world.send(sync(name, value, CONTENT_TYPE)).await;
        assert_eq!(answer.problem(), (401, "device_unknown".to_owned()), "{name}");
    }
    let answer = world
        .send(sync(
            "authorization",
            format!("Bearer {}", device.token),
            "application/json",
        ))
        .await;
    assert_eq!(answer.problem(), (415, "media_type".to_owned()));

    let path = format!("/api/v1/devices/{}/revoke", device.id);
    assert_eq!(
        world.post(&path, Some(&cookie), &serde_json::json!({})).await.status,
        204
    );
    let answer = device.send(&world, body.clone()).await;
    assert_eq!(answer.problem(), (403, "device_revoked".to_owned()));
    assert_eq!(world.store.waiting_documents().unwrap(), []);
}
