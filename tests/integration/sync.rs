//! Devices and the server come together, whatever happens on the way.

use std::sync::Arc;

use client_core::ids::{ChangeHash, DocumentId};
use client_core::model::entries;
use client_core::protocol::sync::{DocumentHeads, SyncRequest};
use jiff::civil::date;
use server::ingest::{Ingest, ReceiveError};
use system_tests::device::{Device, talk};
use system_tests::world::{START, World, open};

fn document(text: &str) -> DocumentId {
    text.parse().unwrap()
}

#[test]
fn two_devices_of_a_unit_come_together() {
    let world = World::new();
    let log = document("log/A/2026");
    let (mut one, mut other) = (world.device(1, "an"), world.device(2, "anh"));
    let shared = one.log_talk(&log, date(2026, 10, 1), 40);
    world.sync(&mut one);
    world.sync(&mut other);
    one.save(&log, &talk(shared, date(2026, 10, 1), 46));
    one.log_talk(&log, date(2026, 10, 2), 12);
    other.save(&log, &talk(shared, date(2026, 10, 1), 52));
    world.sync(&mut one);
    // What others wrote comes back in the very exchange that brings one's own.
    let frames = world.sync(&mut other);
    assert_eq!(frames.len(), 1);
    assert_eq!(frames[0].news[0].changes.len(), 2);
    world.sync(&mut one);
    assert_eq!(one.heads(&log), other.heads(&log));
    assert_eq!(one.heads(&log).len(), 2, "neither has seen the other's last change");
    let (_, maps) = entries::find(&one.documents[&log], shared).unwrap();
    assert_eq!(
        one.documents[&log].written(maps.first(), "participants").len(),
        2,
        "both values are kept"
    );
}

#[test]
fn sending_again_changes_nothing() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    device.log_talk(&log, date(2026, 10, 1), 40);
    let request = device.request();
    let sender = world.sender(&device);
    let first = world.ingest.receive(&sender, &request, world.now).unwrap();
    world.ingest.apply_waiting().unwrap();
    let rows = world.store.dump_read_model().unwrap();
    assert_eq!((first.fates[0].stored, first.fates[0].held), (1, 0));
    for _ in 0..3 {
        let again = world.ingest.receive(&sender, &request, world.now).unwrap();
        world.ingest.apply_waiting().unwrap();
        assert_eq!((again.fates[0].stored, again.fates[0].held), (0, 1));
    }
    assert_eq!(world.store.applied_count(&log).unwrap(), 1);
    assert_eq!(world.store.dump_read_model().unwrap(), rows);
}

#[test]
fn the_order_in_which_devices_come_makes_no_difference() {
    let log = document("log/A/2026");
    let mut outcomes = Vec::new();
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let world = World::new();
        let mut devices = [world.device(1, "an"), world.device(2, "anh"), world.device(3, "an")];
        for (number, device) in (1..).zip(&mut devices) {
            device.log_talk(&log, date(2026, 10, 1), number);
            device.log_talk(&log, date(2026, 10, 2), 10 * number);
        }
        for index in order.into_iter().chain(order) {
            world.sync(&mut devices[index]);
        }
        world.sync(&mut devices[0]);
        let heads = devices.each_ref().map(|device| device.heads(&log));
        assert!(heads.iter().all(|others| *others == heads[0]));
        outcomes.push((heads[0].clone(), world.store.dump_read_model().unwrap()));
    }
    assert!(outcomes.iter().all(|outcome| *outcome == outcomes[0]));
}

#[test]
fn a_person_is_told_what_they_may_read_and_nothing_else() {
    let world = World::new();
    let mut officers = [world.device(1, "an"), world.device(2, "binh"), world.device(3, "chi")];
    for (device, unit) in officers.iter_mut().zip(["A", "B", "C"]) {
        device.log_talk(&document(&format!("log/{unit}/2026")), date(2026, 10, 1), 5);
        device.log_talk(&document(&format!("register/{unit}")), date(2026, 10, 1), 5);
        world.sync(device);
    }
    let told = |device: &mut Device| {
        world.sync(device);
        device.documents.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(told(&mut officers[0]), ["log/A/2026", "register/A"]);
    let mut district = world.device(4, "tam");
    let four = ["log/A/2026", "log/B/2026", "register/A", "register/B"];
    assert_eq!(told(&mut district), four);
    assert_eq!(told(&mut world.device(5, "tinh")).len(), 6);
    // A cursor that was got elsewhere opens nothing.
    let mut curious = world.device(6, "binh");
    curious.epoch = district.epoch;
    curious.scope = district.scope;
    assert_eq!(told(&mut curious), ["log/B/2026", "register/B"]);
}

#[test]
fn a_device_that_begins_anew_gets_its_own_work_back() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    device.log_talk(&log, date(2026, 10, 1), 40);
    let frames = world.sync(&mut device);
    assert!(frames[0].news.is_empty(), "what it has just sent need not come back");
    let mut emptied = device.emptied();
    world.sync(&mut emptied);
    assert_eq!(emptied.heads(&log), device.heads(&log));
}

#[test]
fn a_device_that_counts_in_another_order_is_told_so_and_nothing_of_it_is_taken_in() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    device.log_talk(&log, date(2026, 10, 1), 40);
    world.sync(&mut device);
    device.log_talk(&log, date(2026, 10, 2), 41);
    let elsewhere = SyncRequest {
        epoch: Some([1; 8].into()),
        ..device.request()
    };
    let ahead = SyncRequest {
        cursor: 2,
        ..device.request()
    };
    for request in [elsewhere, ahead] {
        let refused = world.ingest.receive(&world.sender(&device), &request, world.now);
        assert!(matches!(refused, Err(ReceiveError::UnknownEpoch)), "{refused:?}");
    }
    assert_eq!(world.store.applied_count(&log).unwrap(), 1);
    assert!(world.store.waiting_documents().unwrap().is_empty());
}

#[test]
fn a_device_that_reconciles_hears_what_each_lacks_and_nothing_else() {
    let world = World::new();
    let (log, register) = (document("log/A/2026"), document("register/A"));
    let mut writer = world.device(1, "an");
    let mut device = world.device(2, "anh");
    writer.log_talk(&log, date(2026, 10, 1), 40);
    writer.log_talk(&register, date(2026, 10, 1), 7);
    world.sync(&mut writer);
    world.sync(&mut device);
    writer.log_talk(&log, date(2026, 10, 2), 41);
    world.sync(&mut writer);
    let shared = device.heads(&register);
    device.log_talk(&register, date(2026, 10, 2), 42);
    let known = |device: &Device, id: &DocumentId, shared: &[ChangeHash]| DocumentHeads {
        document: id.to_string(),
        heads: device
            .heads(id)
            .iter()
            .chain(shared)
            .map(|head| head.0.into())
            .collect(),
        digest: 0,
    };
    let foreign = DocumentHeads {
        document: "log/B/2026".to_owned(),
        heads: vec![[7; 32].into()],
        digest: 1,
    };
    let older = DocumentHeads {
        document: "log/A/2019".to_owned(),
        heads: vec![[7; 32].into()],
        digest: 1,
    };
    let request = SyncRequest {
        reconcile: Some(vec![
            known(&device, &log, &[]),
            known(&device, &register, &shared),
            foreign,
            older,
        ]),
        pushes: Vec::new(),
        signature: None,
        ..device.request()
    };
    let sender = world.sender(&device);
    let receipt = world.ingest.receive(&sender, &request, world.now).unwrap();
    let frames = world.ingest.answer(&sender, &request, receipt, world.now).unwrap();
    let [frame] = &frames[..] else { panic!("one frame") };
    let news: Vec<_> = frame
        .news
        .iter()
        .map(|news| (&*news.document, news.changes.len()))
        .collect();
    assert_eq!(news, [("log/A/2026", 1)]);
    let standing: Vec<_> = frame
        .standing
        .iter()
        .map(|known| (&*known.document, known.heads.len()))
        .collect();
    assert_eq!(standing, [("register/A", 1), ("log/A/2019", 0)]);
    assert_eq!(frame.unread, ["log/B/2026"]);
    assert_eq!(frame.cursor, world.store.last_visible().unwrap());
}

#[test]
fn news_comes_in_frames_that_are_kept_one_by_one() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut writer = world.device(1, "an");
    for number in 0..400 {
        writer.log_talk(&log, date(2026, 10, 1), number);
    }
    world.sync(&mut writer);
    let mut reader = world.device(2, "anh");
    let request = reader.request();
    let sender = world.sender(&reader);
    let receipt = world.ingest.receive(&sender, &request, world.now).unwrap();
    let frames = world.ingest.answer(&sender, &request, receipt, world.now).unwrap();
    assert!(frames.len() >= 2, "{} frames", frames.len());
    // Each says whether it is the last: a device must not take what it has heard for all.
    let more: Vec<_> = frames.iter().map(|frame| frame.more).collect();
    let (last, earlier) = more.split_last().unwrap();
    assert!(!last && earlier.iter().all(|more| *more), "{more:?}");
    // The connection breaks after the first frame: the next exchange goes on from there.
    reader.take_frame(&frames[0]);
    let rest = world.sync(&mut reader);
    let sizes = |frames: &[client_core::protocol::sync::SyncResponse]| -> usize {
        frames
            .iter()
            .flat_map(|frame| &frame.news)
            .map(|news| news.changes.len())
            .sum()
    };
    assert_eq!(sizes(&frames[..1]) + sizes(&rest), 400);
    assert_eq!(reader.heads(&log), writer.heads(&log));
    // With a small budget there is more to ask for, and asking until there is no more brings all of it.
    let mut thrifty = world.device(3, "anh");
    thrifty.budget = 1;
    let mut exchanges = 1;
    while world.sync(&mut thrifty).last().unwrap().more {
        exchanges += 1;
    }
    assert!(exchanges > 2, "{exchanges} exchanges");
    assert_eq!(thrifty.heads(&log), writer.heads(&log));
}

#[test]
fn the_profile_is_told_when_the_device_has_another() {
    let world = World::new();
    let mut device = world.device(1, "an");
    assert!(world.sync(&mut device)[0].profile.is_some());
    assert!(world.sync(&mut device)[0].profile.is_none());
    let (_, profile) = device.profile.clone().unwrap();
    assert_eq!(
        (profile.person_name.as_str(), profile.parent_name.as_str()),
        ("Người an", "Công đoàn TAM")
    );
    assert_eq!(profile.periods.len(), 2);
    world.device(2, "anh");
    assert!(
        world.sync(&mut device)[0].profile.is_some(),
        "a colleague has a device now"
    );
    world.device(3, "chi");
    assert!(
        world.sync(&mut device)[0].profile.is_none(),
        "what happens elsewhere is not told"
    );
}

#[test]
fn what_was_acknowledged_and_not_applied_is_applied_after_a_restart() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    device.log_talk(&log, date(2026, 10, 1), 40);
    let receipt = world
        .ingest
        .receive(&world.sender(&device), &device.request(), world.now)
        .unwrap();
    assert_eq!(receipt.fates[0].stored, 1);
    assert_eq!(world.store.applied_count(&log).unwrap(), 0);
    let world = world.restarted();
    world.ingest.apply_waiting().unwrap();
    assert_eq!(world.store.applied_count(&log).unwrap(), 1);
    let mut other = world.device(2, "anh");
    world.sync(&mut other);
    assert_eq!(other.heads(&log), device.heads(&log));
}

#[test]
fn a_document_in_memory_is_read_anew_when_another_process_has_written() {
    let world = World::new();
    let log = document("log/A/2026");
    let (mut one, mut other) = (world.device(1, "an"), world.device(2, "anh"));
    one.log_talk(&log, date(2026, 10, 1), 40);
    world.sync(&mut one);
    let beside = Ingest::start(open(&world.database()), 0, START).unwrap();
    other.log_talk(&log, date(2026, 10, 2), 50);
    beside
        .receive(&world.sender(&other), &other.request(), world.now)
        .unwrap();
    beside.apply_waiting().unwrap();
    one.log_talk(&log, date(2026, 10, 3), 60);
    world.sync(&mut one);
    world.sync(&mut other);
    assert_eq!(one.heads(&log), other.heads(&log));
    let live = world.store.dump_read_model().unwrap();
    server::projection::rebuild(&world.store, START.date()).unwrap();
    assert_eq!(world.store.dump_read_model().unwrap(), live);
}

#[test]
fn many_devices_at_once_lose_nothing_and_leave_no_gap() {
    const DEVICES: u8 = 12;
    const ROUNDS: i64 = 5;
    let world = Arc::new(World::with_workers(2));
    let people = ["an", "anh", "binh", "chi"];
    let devices: Vec<_> = (1..=DEVICES)
        .map(|number| {
            (
                world.device(number, people[usize::from(number) % 4]),
                ["A", "A", "B", "C"][usize::from(number) % 4],
            )
        })
        .collect();
    let threads: Vec<_> = devices
        .into_iter()
        .map(|(mut device, unit)| {
            let world = Arc::clone(&world);
            std::thread::spawn(move || {
                for round in 0..ROUNDS {
                    device.log_talk(&document(&format!("log/{unit}/2026")), date(2026, 10, 1), round);
                    world.sync(&mut device);
                    assert!(device.unsent.is_empty(), "all was acknowledged");
                }
                device
            })
        })
        .collect();
    let mut devices: Vec<_> = threads.into_iter().map(|thread| thread.join().unwrap()).collect();
    let mut province = world.device(99, "tinh");
    let frames = world.sync(&mut province);
    let told: usize = frames
        .iter()
        .flat_map(|frame| &frame.news)
        .map(|news| news.changes.len())
        .sum();
    assert_eq!(told, usize::from(DEVICES) * ROUNDS as usize);
    assert_eq!(province.cursor, told as u64, "the visible order counts without a gap");
    for device in &mut devices {
        world.sync(device);
        for (id, document) in &device.documents {
            assert_eq!(document.heads(), province.heads(id), "{id}");
        }
    }
    let live = world.store.dump_read_model().unwrap();
    server::projection::rebuild(&world.store, START.date()).unwrap();
    assert_eq!(world.store.dump_read_model().unwrap(), live);
}
