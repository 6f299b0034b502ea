//! What a server says that cannot keep up: before it stores anything, and when to come back.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{Request, header};
use client_core::document::Change;
use client_core::ids::{DocumentId, EntryId};
use client_core::model::entry::FieldValue;
use client_core::protocol::CONTENT_TYPE;
use client_core::protocol::codec::encode_request;
use futures_util::{FutureExt, StreamExt, future, stream};
use jiff::civil::date;
use server::app_state::Settings;
use server::ingest::Limits;
use server::rate_limit::{Allowance, Allowances};

use super::device::Device;
use super::world::{Answer, World};

const ENTRIES: [&str; 2] = ["01JD0000000000000000000000", "01JD0000000000000000000001"];

fn log() -> DocumentId {
    "log/XA-A1/2026".parse().unwrap()
}

/// The first change of a device to one of the entries.
fn change(device: &mut Device, world: &World, entry: &str) -> Change {
    let entry: EntryId = entry.parse().unwrap();
    let fields = [("date_start", FieldValue::Date(date(2026, 8, 20)))];
    device.log(&log(), entry, "TT_BUOI", &fields, world.now())
}

async fn push(device: &Device, world: &World, change: &Change) -> Answer {
    let request = device.request(&log(), std::slice::from_ref(change));
    device.send(world, encode_request(&request)).await
}

fn assert_comes_back(answer: &Answer) {
    let seconds: u64 = answer.header("retry-after").parse().unwrap();
    assert!((2..=60).contains(&seconds), "{seconds}");
}

#[tokio::test]
async fn a_device_of_which_too_much_waits_is_asked_to_come_back_and_others_are_heard() {
    let bounds = Limits {
        device_bytes: 10,
        ..Limits::default()
    };
    let world = World::waiting_within(bounds);
    let mut one = Device::enrolled(&world, "lan").await;
    let mut two = Device::enrolled(&world, "lan").await;
    let [first, second] = ENTRIES.map(|entry| change(&mut one, &world, entry));
    assert_eq!(push(&one, &world, &first).await.status, 200);
    let refused = push(&one, &world, &second).await;
    assert_eq!(refused.problem(), (429, "too_much_waiting".to_owned()));
    assert_comes_back(&refused);
    let waits = world.store.arrived(&log()).unwrap();
    assert_eq!(waits.len(), 1, "nothing of what was refused is stored");

    let news = one.request(&log(), &[]);
    assert_eq!(one.sync(&world, &news).await.len(), 1, "it may still ask for news");
    let other = change(&mut two, &world, ENTRIES[1]);
    assert_eq!(push(&two, &world, &other).await.status, 200);

    world.state.ingest().apply_waiting().unwrap();
    assert_eq!(push(&one, &world, &second).await.status, 200, "what waited is done");
}

#[tokio::test]
async fn a_full_queue_takes_nothing_in_until_something_is_applied() {
    let bounds = Limits {
        documents: 1,
        ..Limits::default()
    };
    let world = World::waiting_within(bounds);
    let mut one = Device::enrolled(&world, "lan").await;
    let mut two = Device::enrolled(&world, "lan").await;
    let first = change(&mut one, &world, ENTRIES[0]);
    assert_eq!(push(&one, &world, &first).await.status, 200);
    let second = change(&mut two, &world, ENTRIES[1]);
    let refused = push(&two, &world, &second).await;
    assert_eq!(refused.problem(), (503, "busy".to_owned()));
    assert_comes_back(&refused);
    assert_eq!(world.store.arrived(&log()).unwrap().len(), 1);
    assert_eq!(world.state.ingest().backlog().documents, 1);

    world.state.ingest().apply_waiting().unwrap();
    assert_eq!(push(&two, &world, &second).await.status, 200);
    world.state.ingest().apply_waiting().unwrap();
    assert_eq!(world.state.ingest().backlog().bytes, 0);
}

/// A body that announces as much as is taken, of which something arrives, and then nothing more.
fn endless(device: &Device) -> Request<Body> {
    let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"x"))]);
    let body = Body::from_stream(first.chain(stream::pending()));
    Request::post("/api/v1/sync")
        .header(header::CONTENT_TYPE, CONTENT_TYPE)
        .header(header::CONTENT_LENGTH, 512 * 1024)
        .header(header::AUTHORIZATION, format!("Bearer {}", device.token))
        .body(body)
        .unwrap()
}

/// So many devices that the server knows: it asks nobody who they are before it makes room.
async fn known(world: &World, count: usize) -> Vec<Device> {
    let mut devices = Vec::new();
    for _ in 0..count {
        devices.push(Device::enrolled(world, "lan").await);
    }
    let last = devices.last().unwrap();
    last.sync(world, &last.request(&log(), &[])).await;
    devices
}

#[tokio::test]
async fn bodies_that_never_end_leave_room_for_no_more_than_is_allowed_and_give_it_back() {
    let world = World::with(&Settings {
        allowances: Allowances {
            enrol_address: Allowance::new(100, 1),
            ..Allowances::default()
        },
        ..Settings::default()
    });
    let mut devices = known(&world, 65).await;
    let mut device = devices.pop().unwrap();
    let change = change(&mut device, &world, ENTRIES[0]);
    let twice = devices.iter().flat_map(|device| [device, device]);
    let mut arriving: Vec<_> = twice.map(|device| Box::pin(world.send(endless(device)))).collect();
    let any = future::select_all(&mut arriving);
    assert!(any.now_or_never().is_none(), "none of them is answered");
    let refused = push(&device, &world, &change).await;
    assert_eq!(refused.problem(), (503, "busy".to_owned()));
    assert_comes_back(&refused);
    arriving.pop();
    assert_eq!(push(&device, &world, &change).await.status, 200);
}

#[tokio::test]
async fn a_third_body_of_a_device_is_put_off_and_another_device_is_served() {
    let world = World::new();
    let mut devices = known(&world, 2).await;
    let (mut one, mut two) = (devices.pop().unwrap(), devices.pop().unwrap());
    let first = change(&mut one, &world, ENTRIES[0]);
    let second = change(&mut two, &world, ENTRIES[1]);
    let mut arriving: Vec<_> = (0..2).map(|_| Box::pin(world.send(endless(&one)))).collect();
    let any = future::select_all(&mut arriving);
    assert!(any.now_or_never().is_none(), "neither is answered");
    let refused = world.send(endless(&one)).now_or_never();
    let refused = refused.expect("nothing of it is awaited");
    assert_eq!(refused.problem(), (429, "too_much_waiting".to_owned()));
    assert_comes_back(&refused);
    assert_eq!(push(&two, &world, &second).await.status, 200);
    arriving.pop();
    assert_eq!(push(&one, &world, &first).await.status, 200);
}

#[tokio::test]
async fn bodies_that_are_worked_on_count_although_their_senders_have_gone() {
    let world = World::new();
    let devices = known(&world, 33).await;
    let (last, others) = devices.split_last().unwrap();
    let body = encode_request(&last.request(&log(), &[]));
    let stopped = world.stop_clock();
    for device in others.iter().flat_map(|device| [device, device]) {
        let abandoned = device.send(&world, body.clone()).now_or_never();
        assert!(abandoned.is_none(), "the work stands still");
    }
    for (device, problem) in [(&others[0], (429, "too_much_waiting")), (last, (503, "busy"))] {
        let refused = device.send(&world, body.clone()).now_or_never();
        let (status, code) = refused.expect("nothing is worked on for it").problem();
        assert_eq!((status, &*code), problem);
    }
    drop(stopped);
}
