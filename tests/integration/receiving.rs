//! Bad input: what is refused by name, and what lands beside it.

use client_core::document::{Change, name_of};
use client_core::ids::DocumentId;
use client_core::model::entries::EntryEdit;
use client_core::model::log;
use client_core::protocol::sync::{Push, RefusalCode, RefusedChange, SyncRequest};
use client_core::time::Timestamp;
use jiff::civil::date;
use server::ingest::ReceiveError;
use system_tests::chunk;
use system_tests::device::{Device, talk};
use system_tests::world::World;

fn document(text: &str) -> DocumentId {
    text.parse().unwrap()
}

fn push(to: &str, changes: &[&Change]) -> Push {
    Push {
        document: to.to_owned(),
        changes: changes.iter().map(|change| change.bytes().to_vec().into()).collect(),
    }
}

/// What became of a push: stored, held, and the refused with their reasons.
type Became = (u32, u32, Vec<(u32, RefusalCode)>);

fn fates(world: &World, device: &Device, pushes: Vec<Push>) -> Vec<Became> {
    let receipt = world
        .ingest
        .receive(&world.sender(device), &device.request_with(pushes), world.now)
        .unwrap();
    world.ingest.apply_waiting().unwrap();
    let refused = |refused: RefusedChange| (refused.index, refused.reason);
    let fates = receipt.fates.into_iter();
    fates
        .map(|fate| (fate.stored, fate.held, fate.refused.into_iter().map(refused).collect()))
        .collect()
}

#[test]
fn a_change_of_another_device_is_refused_and_the_others_land() {
    let world = World::new();
    let log = document("log/A/2026");
    let (mut device, mut other) = (world.device(1, "an"), world.device(2, "anh"));
    let foreign = other.save(
        &log,
        &talk("01JD0000000000000000000000".parse().unwrap(), date(2026, 10, 1), 4),
    );
    let own = device.save(
        &log,
        &talk("01JD0000000000000000000001".parse().unwrap(), date(2026, 10, 1), 5),
    );
    let fates = fates(&world, &device, vec![push("log/A/2026", &[&foreign, &own])]);
    assert_eq!(fates, [(1, 0, vec![(0, RefusalCode::ForeignActor)])]);
    assert_eq!(world.store.applied_count(&log).unwrap(), 1);
}

#[test]
fn a_document_of_another_unit_is_refused_and_the_others_land() {
    let world = World::new();
    let mut device = world.device(1, "an");
    let mut pushes = Vec::new();
    for (number, to) in (0..).zip([
        "log/B/2026",
        "log/A/2026",
        "oversight/A/2026",
        "board/TINH/2026",
        "log/NOBODY/2026",
    ]) {
        let entry = format!("01JD000000000000000000000{number}").parse().unwrap();
        let change = device.save(&document(to), &talk(entry, date(2026, 10, 1), 4));
        pushes.push(push(to, &[&change]));
    }
    pushes.push(Push {
        document: "diary/A".to_owned(),
        ..pushes[0].clone()
    });
    let refused = |reason| (0, 0, vec![(0, reason)]);
    let not_allowed = refused(RefusalCode::NotAllowed);
    assert_eq!(
        fates(&world, &device, pushes),
        [
            not_allowed.clone(),
            (1, 0, vec![]),
            not_allowed.clone(),
            not_allowed.clone(),
            not_allowed,
            refused(RefusalCode::UnknownDocument)
        ]
    );
    assert_eq!(world.store.documents().unwrap(), [document("log/A/2026")]);
}

#[test]
fn what_comes_before_its_dependencies_is_kept_and_applied_once_they_are_there() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    for participants in 1..=3 {
        device.log_talk(&log, date(2026, 10, 1), participants);
    }
    let [first, second, third] = [0, 1, 2].map(|index| device.unsent[index].1.clone());
    let early = vec![push("log/A/2026", &[&third, &second])];
    assert_eq!(fates(&world, &device, early), [(2, 0, vec![])]);
    assert_eq!(world.store.applied_count(&log).unwrap(), 0);
    let again = vec![push("log/A/2026", &[&second, &third, &first])];
    assert_eq!(fates(&world, &device, again), [(1, 2, vec![])]);
    assert_eq!(world.store.applied_count(&log).unwrap(), 3);
}

#[test]
fn so_much_that_comes_before_its_dependencies_is_kept_of_a_device_and_no_more() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    for participants in 0..=501 {
        device.log_talk(&log, date(2026, 10, 1), participants);
    }
    let changes: Vec<_> = device.unsent.iter().map(|(_, change)| change.clone()).collect();
    let early: Vec<_> = changes[1..].iter().collect();
    let missing = vec![(500, RefusalCode::MissingDependency)];
    assert_eq!(
        fates(&world, &device, vec![push("log/A/2026", &early)]),
        [(500, 0, missing)]
    );
    let rest = vec![push("log/A/2026", &[&changes[0], &changes[501]])];
    assert_eq!(fates(&world, &device, rest), [(2, 0, vec![])]);
    assert_eq!(world.store.applied_count(&log).unwrap(), 502);
}

#[test]
fn a_number_that_is_taken_is_refused() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    let mut clone = device.clone();
    let original = device.save(
        &log,
        &talk("01JD0000000000000000000000".parse().unwrap(), date(2026, 10, 1), 4),
    );
    let other = clone.save(
        &log,
        &talk("01JD0000000000000000000001".parse().unwrap(), date(2026, 10, 1), 5),
    );
    assert_eq!(
        fates(&world, &device, vec![push("log/A/2026", &[&original])]),
        [(1, 0, vec![])]
    );
    let refused = vec![(0, RefusalCode::RepeatedSequence)];
    assert_eq!(
        fates(&world, &clone, vec![push("log/A/2026", &[&other])]),
        [(0, 0, refused)]
    );
    assert_eq!(world.store.applied_count(&log).unwrap(), 1);
}

#[test]
fn bytes_that_are_no_change_are_refused_and_the_others_land() {
    let world = World::new();
    let mut device = world.device(1, "an");
    let log = document("log/A/2026");
    let sound = device.save(
        &log,
        &talk("01JD0000000000000000000000".parse().unwrap(), date(2026, 10, 1), 4),
    );
    let mut cut = push("log/A/2026", &[&sound, &sound, &sound, &sound]);
    cut.changes[1].truncate(20);
    cut.changes[2] = vec![0; Change::MAX_BYTES + 1].into();
    let end = cut.changes[3].len() - 1;
    cut.changes[3][end] ^= 0x55;
    let refused = vec![
        (1, RefusalCode::Malformed),
        (2, RefusalCode::TooLarge),
        (3, RefusalCode::Malformed),
    ];
    assert_eq!(fates(&world, &device, vec![cut]), [(1, 0, refused)]);
}

#[test]
fn what_is_not_signed_by_the_device_is_refused_whole_and_changes_nothing() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    device.log_talk(&log, date(2026, 10, 1), 1);
    let sound = device.request();
    let mut other_key = device.clone();
    other_key.key = Device::new(9).key;
    let mut added = sound.clone();
    device.log_talk(&log, date(2026, 10, 1), 2);
    added.pushes[0].changes.push(device.unsent[1].1.bytes().to_vec().into());
    let moved = SyncRequest {
        pushes: vec![Push {
            document: "register/A".to_owned(),
            ..sound.pushes[0].clone()
        }],
        ..sound.clone()
    };
    let unsigned = SyncRequest {
        signature: None,
        ..sound.clone()
    };
    // Something is put before what was signed, which still ends as it did.
    let mut slipped_in = sound.clone();
    slipped_in.pushes[0]
        .changes
        .insert(0, device.unsent[1].1.bytes().to_vec().into());
    for request in [other_key.request(), added, moved, unsigned, slipped_in] {
        let refused = world.ingest.receive(&world.sender(&device), &request, world.now);
        assert!(matches!(refused, Err(ReceiveError::BadSignature)), "{refused:?}");
    }
    let empty = device.request_with(vec![push("log/A/2026", &[])]);
    let refused = world.ingest.receive(&world.sender(&device), &empty, world.now);
    assert!(matches!(refused, Err(ReceiveError::EmptyPush)));
    assert!(world.store.waiting_documents().unwrap().is_empty());
    assert_eq!(
        world
            .ingest
            .receive(&world.sender(&device), &sound, world.now)
            .unwrap()
            .fates[0]
            .stored,
        1
    );
}

#[test]
fn a_change_whose_operations_cannot_be_read_is_set_aside_and_holds_up_nobody() {
    let world = World::new();
    let log = document("log/A/2026");
    let (mut device, mut colleague) = (world.device(1, "an"), world.device(2, "anh"));
    device.log_talk(&log, date(2026, 10, 1), 1);
    let sound = device.unsent[0].1.clone();
    // The shell is sound, what is in it is not: a column promises more bytes of text than it has.
    let mut body = chunk::body(sound.bytes()).to_vec();
    let end = body.len() - 1;
    body[end] = 0xff;
    let broken = chunk::sealed(chunk::CHANGE, &body);
    assert!(Change::decode(&broken).is_err());
    let pushed = Push {
        document: log.to_string(),
        changes: vec![broken.clone().into()],
    };
    assert_eq!(
        fates(&world, &device, vec![pushed]),
        [(1, 0, vec![])],
        "it is on the disk"
    );
    colleague.log_talk(&log, date(2026, 10, 3), 3);
    world.sync(&mut colleague);
    let aside = world.store.set_aside().unwrap();
    assert_eq!(aside.len(), 1);
    assert_eq!(
        (aside[0].hash, aside[0].reason),
        (name_of(&broken), RefusalCode::Malformed)
    );
    assert_eq!(world.store.applied_count(&log).unwrap(), 1);
    // Tried again after an upgrade, say, it is read again, and told again.
    world.ingest.release(&log, &name_of(&broken)).unwrap();
    world.ingest.apply_waiting().unwrap();
    assert_eq!(world.store.set_aside().unwrap().len(), 1);
    device.unsent.clear();
    world.sync(&mut device);
    let told: Vec<_> = device.set_aside.iter().map(|aside| aside.reason).collect();
    assert_eq!(told, [RefusalCode::Malformed]);
}

/// Saves a talk and, in it, what no app of ours writes.
fn save_poison(device: &mut Device, log: &DocumentId) {
    let entry = "01JD00000000000000000000ZZ".parse().unwrap();
    device.save(log, &talk(entry, date(2026, 10, 1), 4));
    device.poison(log, entry);
}

/// What became of changes of other devices that the server is said to have lost.
fn relayed(world: &World, device: &Device, to: &str, changes: &[&Change]) -> Became {
    let mut request = device.request_with(vec![push(to, changes)]);
    request.relays = Some(true);
    let receipt = world.ingest.receive(&world.sender(device), &request, world.now);
    world.ingest.apply_waiting().unwrap();
    let fate = receipt.unwrap().fates.remove(0);
    let refused = fate.refused.iter().map(|refused| (refused.index, refused.reason));
    (fate.stored, fate.held, refused.collect())
}

#[test]
fn what_a_lost_phone_wrote_comes_back_from_anothers_and_frees_what_was_made_upon_it() {
    let world = World::new();
    let (mut lost, mut device, elsewhere) = (world.device(1, "an"), world.device(2, "anh"), world.device(3, "binh"));
    let log = document("log/A/2026");
    lost.log_talk(&log, date(2026, 10, 1), 1);
    lost.log_talk(&log, date(2026, 10, 2), 2);
    let theirs: Vec<_> = lost.unsent.iter().map(|(_, change)| change.clone()).collect();
    // The device has heard of them; the server was restored to before.
    device.document(&log).apply(theirs.clone()).unwrap();
    device.log_talk(&log, date(2026, 10, 3), 3);
    let (_, own) = device.unsent[0].clone();
    assert_eq!(
        fates(&world, &device, vec![push("log/A/2026", &[&own])]),
        [(1, 0, vec![])]
    );
    assert_eq!(world.store.parked().unwrap().len(), 1);

    let headless = relayed(&world, &device, "log/A/2026", &[&theirs[1]]);
    assert_eq!(
        headless,
        (0, 0, vec![(0, RefusalCode::MissingDependency)]),
        "it is not parked"
    );
    let not_theirs = relayed(&world, &elsewhere, "log/A/2026", &[&theirs[0]]);
    assert_eq!(not_theirs, (0, 0, vec![(0, RefusalCode::NotAllowed)]));
    let back = relayed(&world, &device, "log/A/2026", &[&theirs[0], &theirs[1]]);
    assert_eq!(back, (2, 0, vec![]));
    assert!(world.store.parked().unwrap().is_empty());
    assert_eq!(world.store.applied_count(&log).unwrap(), 3);
    // Who wrote them is found after all, and sends them again.
    let again = push("log/A/2026", &[&theirs[0], &theirs[1]]);
    assert_eq!(fates(&world, &lost, vec![again]), [(0, 2, vec![])]);
    world.sync(&mut lost);
    assert_eq!(lost.heads(&log), device.heads(&log));
}

#[test]
fn a_poisoned_change_is_set_aside_and_holds_up_nobody() {
    let world = World::new();
    let log = document("log/A/2026");
    let (mut poisoner, mut colleague) = (world.device(1, "an"), world.device(2, "anh"));
    let mut elsewhere = world.device(3, "binh");
    poisoner.log_talk(&log, date(2026, 10, 1), 1);
    save_poison(&mut poisoner, &log);
    poisoner.log_talk(&log, date(2026, 10, 2), 2);
    colleague.log_talk(&log, date(2026, 10, 3), 3);
    elsewhere.log_talk(&document("log/B/2026"), date(2026, 10, 3), 4);
    // All of it arrives before any of it is applied.
    for device in [&poisoner, &colleague, &elsewhere] {
        world
            .ingest
            .receive(&world.sender(device), &device.request(), world.now)
            .unwrap();
    }
    world.ingest.apply_waiting().unwrap();
    assert_eq!(
        world.store.applied_count(&log).unwrap(),
        3,
        "two before the poison and the colleague's"
    );
    assert_eq!(world.store.applied_count(&document("log/B/2026")).unwrap(), 1);
    let reasons: Vec<_> = world
        .store
        .set_aside()
        .unwrap()
        .iter()
        .map(|aside| aside.reason)
        .collect();
    assert_eq!(reasons, [RefusalCode::BreaksSchema, RefusalCode::DependsOnRefused]);
    // Its author is told; others hear nothing of it and get the rest.
    world.sync(&mut poisoner);
    assert_eq!(poisoner.set_aside.len(), 2);
    assert!(poisoner.set_aside[0].detail.contains("participants"));
    world.sync(&mut poisoner);
    assert_eq!(poisoner.set_aside.len(), 2, "once");
    world.sync(&mut colleague);
    assert!(colleague.set_aside.is_empty());
    assert_eq!(client_core::model::entries::read(&colleague.documents[&log]).len(), 3);
    // What is built on it later is refused at once.
    poisoner.log_talk(&log, date(2026, 10, 4), 5);
    let last = poisoner.unsent.last().unwrap().1.clone();
    let refused = vec![(0, RefusalCode::DependsOnRefused)];
    assert_eq!(
        fates(&world, &poisoner, vec![push("log/A/2026", &[&last])]),
        [(0, 0, refused)]
    );
    let live = world.store.dump_read_model().unwrap();
    server::projection::rebuild(&world.store, world.now.date()).unwrap();
    assert_eq!(world.store.dump_read_model().unwrap(), live);
}

#[test]
fn what_the_plan_does_not_ask_of_a_unit_is_set_aside_and_its_author_is_told_so() {
    /// How long questions wait for an answer: asked of the province alone.
    const ANSWERED_IN: &str = "III-08";
    /// Asked of every unit.
    const LEARNERS: &str = "II.1-02";
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    let mut declared = Vec::new();
    for code in [LEARNERS, ANSWERED_IN] {
        let key = ("2026-Q3".parse().unwrap(), code.to_owned());
        let (actor, now) = (device.actor(), device.now);
        let document = device.document(&log);
        let said = Some((log::DeclaredValue::Integer(3), "Đếm tay"));
        declared.push(log::declare(document, actor, now, &key, said).unwrap());
    }
    let [asked, not_asked] = declared.try_into().unwrap();
    device.unsent = vec![(log.clone(), asked), (log.clone(), not_asked.clone())];
    world.sync(&mut device);
    let told: Vec<_> = device.set_aside.iter().map(|aside| *aside.change).collect();
    assert_eq!(told, [not_asked.hash().0]);
    let detail = &device.set_aside[0].detail;
    assert!(detail.contains("không giao cho loại hình đơn vị này"), "{detail}");
    assert_eq!(world.store.applied_count(&log).unwrap(), 1);
}

#[test]
fn a_day_out_of_all_years_is_spoken_of_in_words_and_not_by_the_name_under_which_it_is_kept() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    device.now = Timestamp(0);
    let mut question = EntryEdit::new("01JD0000000000000000000000".parse().unwrap(), "VUONGMAC");
    question.state = Some("MOI".to_owned());
    device.save(&log, &question);
    world.sync(&mut device);
    let detail = &device.set_aside[0].detail;
    assert!(detail.contains("ngày giờ của máy") && !detail.contains('@'), "{detail}");
}

#[test]
fn a_revoked_or_unknown_device_is_nobody() {
    let world = World::new();
    let device = Device::new(77);
    assert_eq!(world.ingest.sender(device.id, world.now).unwrap(), None);
}
