//! What an administrator sees of work that stands still, and trying it again.

use client_core::document::{Change, Scalar};
use client_core::ids::DocumentId;
use client_core::model::entries;
use client_core::model::entry::FieldValue;
use client_core::protocol::sync::{Fate, RefusalCode};
use jiff::civil::date;
use serde_json::{Value, json};
use server::ingest::Limits;
use server::store::documents::{Ledger, NewChange, Settlement};

use super::device::Device;
use super::world::{Answer, MORNING, World};

const ENTRY: &str = "01JD0000000000000000000000";

fn log() -> DocumentId {
    "log/XA-A1/2026".parse().unwrap()
}

/// An entry, and an edit of it.
fn two_changes(world: &World, device: &mut Device, participants: Scalar) -> [Change; 2] {
    let (log, now) = (log(), world.now());
    let fields = [
        ("date_start", FieldValue::Date(date(2026, 8, 20))),
        ("participants", FieldValue::Integer(12)),
        ("sessions", FieldValue::Integer(1)),
    ];
    let made = device.log(&log, ENTRY.parse().unwrap(), "TT_BUOI", &fields, now);
    let edited = device.edit(&log, |document, actor| {
        let (_, maps) = entries::find(document, ENTRY.parse().unwrap())?;
        let change = document.edit(actor, now, |editor| {
            maps.put(editor, "participants", participants);
            Ok::<_, std::convert::Infallible>(())
        });
        change.unwrap()
    });
    [made, edited]
}

/// Sound changes stand where a server left them that could not read them yet: it was of an earlier version.
fn set_aside_by_an_earlier_version(world: &World, changes: &[Change]) {
    let new: Vec<_> = changes.iter().filter_map(NewChange::of).collect();
    let receiving = move |ledger: &mut dyn Ledger| {
        for change in &new {
            ledger.append(&log(), change)?;
        }
        Ok(Vec::<Fate>::new())
    };
    world.store.receive(None, world.now(), Box::new(receiving)).unwrap();
    let why = |change: &Change| (change.hash(), RefusalCode::BreaksSchema, "Chưa đọc được.".to_owned());
    let settlement = Settlement {
        document: log(),
        applied: Vec::new(),
        set_aside: changes.iter().map(why).collect(),
        upon: None,
        snapshot: None,
    };
    world.store.settle(vec![settlement], Vec::new()).unwrap();
}

async fn release(world: &World, cookie: &str, document: &str, change: &str) -> Answer {
    let body = json!({ "document": document, "change": change });
    world.post("/api/v1/set-aside/release", Some(cookie), &body).await
}

async fn ingest(world: &World, cookie: &str) -> Value {
    world.get("/api/v1/ingest", Some(cookie)).await.json()
}

#[tokio::test]
async fn what_an_earlier_version_could_not_read_is_released_in_the_order_in_which_it_was_made() {
    let world = World::new();
    let mut device = Device::enrolled(&world, "lan").await;
    let changes = two_changes(&world, &mut device, Scalar::Integer(13));
    let [made, edited] = changes.each_ref().map(|change| change.hash().to_string());
    set_aside_by_an_earlier_version(&world, &changes);
    let quan = world.sign_in("quan").await;
    let stands = ingest(&world, &quan).await;
    assert_eq!((&stands["set_aside"], &stands["oldest_ms"]), (&json!(2), &json!(0)));
    assert_eq!(stands["recent_lag_ms"], Value::Null, "nothing was applied yet");

    let document = log().to_string();
    let early = release(&world, &quan, &document, &edited).await;
    assert_eq!(early.problem(), (409, "needs_other".to_owned()));
    assert_eq!(early.json()["needs"], json!(made));
    for change in [&made, &edited] {
        let answer = release(&world, &quan, &document, change).await.json();
        assert_eq!(answer, json!({ "outcome": "applied", "reason": null, "detail": null }));
        let again = release(&world, &quan, &document, change).await;
        assert_eq!(again.problem(), (409, "not_set_aside".to_owned()));
    }
    let stands = ingest(&world, &quan).await;
    assert_eq!((&stands["set_aside"], &stands["documents"]), (&json!(0), &json!(0)));
    assert!(stands["recent_lag_ms"].is_u64(), "{stands}");
    let entry = format!("/api/v1/units/XA-A1/entries/{ENTRY}");
    let shown = String::from_utf8(world.get(&entry, Some(&quan)).await.body).unwrap();
    assert!(shown.contains("13"), "{shown}");
}

#[tokio::test]
async fn what_is_still_wrong_is_set_aside_again_and_says_why() {
    let world = World::new();
    let mut device = Device::enrolled(&world, "lan").await;
    let changes = two_changes(&world, &mut device, Scalar::Text("mười".to_owned()));
    device.sync(&world, &device.request(&log(), &changes)).await;
    let quan = world.sign_in("quan").await;
    let aside = world.get("/api/v1/set-aside", Some(&quan)).await.json();
    let change = aside[0]["change"].as_str().unwrap();
    assert_eq!(aside[0]["device"], json!(device.id.to_string()));
    assert_eq!(
        (&aside[0]["device_name"], &aside[0]["person_name"]),
        (&json!("Máy thử"), &json!("Chị lan"))
    );
    let answer = release(&world, &quan, aside[0]["document"].as_str().unwrap(), change)
        .await
        .json();
    assert_eq!(
        (&answer["outcome"], &answer["reason"]),
        (&json!("set_aside"), &json!("breaks_schema"))
    );
    assert_eq!(answer["detail"], aside[0]["detail"]);
    assert_eq!(ingest(&world, &quan).await["set_aside"], 1);
}

#[tokio::test]
async fn what_waits_for_its_turn_is_said_to_wait_and_is_counted() {
    let world = World::waiting_within(Limits {
        awaited: 0,
        ..Limits::default()
    });
    let mut device = Device::enrolled(&world, "lan").await;
    let changes = two_changes(&world, &mut device, Scalar::Integer(13));
    set_aside_by_an_earlier_version(&world, &changes[..1]);
    let quan = world.sign_in("quan").await;
    // Other work stands before it, so that it is not waited for.
    world.state.ingest().refresh(["log/XA-A2/2026".parse().unwrap()]);
    let change = changes[0].hash().to_string();
    let answer = release(&world, &quan, &log().to_string(), &change).await.json();
    assert_eq!(answer["outcome"], "waiting");
    let stands = ingest(&world, &quan).await;
    assert_eq!((&stands["documents"], &stands["set_aside"]), (&json!(2), &json!(0)));
    world.state.ingest().apply_waiting().unwrap();
    assert_eq!(ingest(&world, &quan).await["documents"], 0);
    assert_eq!(world.store.applied_count(&log()).unwrap(), 1);
}

#[tokio::test]
async fn what_came_before_what_it_was_made_upon_is_listed_with_its_device_until_that_comes() {
    let world = World::new();
    let mut device = Device::enrolled(&world, "lan").await;
    let changes = two_changes(&world, &mut device, Scalar::Integer(13));
    let parked = NewChange::of(&changes[1]).unwrap();
    let park = move |ledger: &mut dyn Ledger| {
        ledger.park(&log(), &parked)?;
        Ok(Vec::<Fate>::new())
    };
    world.store.receive(None, world.now(), Box::new(park)).unwrap();
    let quan = world.sign_in("quan").await;
    let expected = json!([{
        "document": "log/XA-A1/2026", "unit": { "id": "XA-A1", "name": "CĐCS xã A1" },
        "device": device.id.to_string(), "device_name": "Máy thử", "person_name": "Chị lan",
        "count": 1, "since": MORNING,
    }]);
    assert_eq!(ingest(&world, &quan).await["parked"], expected);
    device.sync(&world, &device.request(&log(), &changes[..1])).await;
    assert_eq!(ingest(&world, &quan).await["parked"], json!([]));
    assert_eq!(world.store.applied_count(&log()).unwrap(), 2);
}

#[tokio::test]
async fn only_what_can_be_a_change_of_a_unit_below_is_looked_for() {
    let world = World::new();
    let quan = world.sign_in("quan").await;
    let none = "00".repeat(32);
    for (document, change, expected) in [
        ("log/XA-A1/2026", none.as_str(), (409, "not_set_aside")),
        ("log/XA-A1/2026", "00", (404, "not_found")),
        ("log/XA-A1", none.as_str(), (404, "not_found")),
        ("log/XA-C9/2026", none.as_str(), (404, "not_found")),
    ] {
        let (status, code) = release(&world, &quan, document, change).await.problem();
        assert_eq!((status, code.as_str()), expected, "{document} {change}");
    }
    let more = json!({ "document": "log/XA-A1/2026", "change": none, "force": true });
    let answer = world.post("/api/v1/set-aside/release", Some(&quan), &more).await;
    assert_eq!(answer.problem(), (400, "not_json".to_owned()));
}
