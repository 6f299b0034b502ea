//! What a server says that cannot keep up: before it stores anything, and when to come back.

use client_core::document::Change;
use client_core::ids::{DocumentId, EntryId};
use client_core::model::entry::FieldValue;
use client_core::protocol::codec::encode_request;
use jiff::civil::date;
use server::ingest::Limits;

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
