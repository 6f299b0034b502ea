//! What every engine promises, as functions that any engine can run. For tests; panics where a promise is not kept.

mod accounts;
mod durability;
mod entering;
mod following;
mod loading;
mod lookups;
mod parking;
mod releasing;

pub use durability::run_reopened;

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::Arc;

use client_core::access::Role;
use client_core::ids::{Actor, ChangeHash, DeviceId, DocumentId, OrgUnitId, PersonId};
use client_core::protocol::sync::{Fate, RefusalCode};
use client_core::report::{Kept, Value};
use client_core::time::Timestamp;
use jiff::civil::{Date, date};

use super::directory::{DirectoryEdit, Installation, NewDevice, NewPerson, NewUnit};
use super::documents::{Ledger, NewChange, NewsItem, NewsQuery, Settlement, SignedPush, Standing, Telling};
use super::read_model::{ReportRows, ReportValueRow, UnitRows};
use super::{Store, StoreError};

const NOW: Timestamp = Timestamp(1_790_000_000_000);
const DAY: Date = date(2026, 10, 1);

/// Runs the whole suite; each promise on a new, empty store. What the factory gives beside the store is kept while it runs.
pub fn run<S: Store + 'static, Kept>(new_store: impl Fn() -> (S, Kept)) {
    let promises: [fn(&Arc<dyn Store>); 26] = [
        it_is_set_up_once,
        units_stand_in_a_dated_tree,
        edits_are_made_all_or_none,
        what_was_received_is_there_and_known,
        a_failed_receiving_leaves_nothing,
        the_visible_order_has_no_gaps,
        news_is_what_may_be_read_after_the_cursor,
        parking::a_parked_change_is_held_until_it_is_appended,
        parking::what_is_parked_is_listed_by_document_and_device,
        parking::what_documents_come_to_is_told_with_the_news,
        parking::an_epoch_begins_and_is_known_from_then_on,
        releasing::what_is_released_is_tried_again_at_a_place_nobody_has_passed,
        following::what_a_body_goes_on_from_is_found_where_all_of_it_is,
        entering::what_the_server_makes_is_entered_all_or_nothing,
        the_read_model_is_replaced_as_one,
        lookups::entries_are_looked_up_by_unit_day_and_type,
        lookups::entries_that_entered_a_state_are_found_in_every_unit,
        lookups::submissions_come_by_unit_and_round,
        lookups::news_is_of_one_moment,
        loading::a_document_is_loaded_from_its_last_snapshot_and_what_came_since,
        loading::numbers_are_derived_from_the_entries_that_count,
        loading::a_units_values_are_kept_by_period,
        accounts::a_code_enrols_one_device_in_its_time,
        accounts::a_lost_answer_is_made_good_until_the_first_contact,
        accounts::a_device_is_revoked_once,
        accounts::sessions_end_when_they_are_closed_or_the_password_is_new,
    ];
    for promise in promises {
        let (store, kept) = new_store();
        let store: Arc<dyn Store> = Arc::new(store);
        promise(&store);
        drop((store, kept));
    }
}

fn document(text: &str) -> DocumentId {
    text.parse().expect("a test names documents that can be")
}

fn unit(id: &str, parent: Option<&str>, from: Date) -> DirectoryEdit {
    DirectoryEdit::Unit(NewUnit {
        id: id.parse().expect("a plain id"),
        name: format!("Đơn vị {id}"),
        tier: "CDCS".to_owned(),
        sector: "HCSN".to_owned(),
        parent: parent.map(|parent| parent.parse().expect("a plain id")),
        from,
    })
}

fn person_id(id: &str) -> PersonId {
    id.parse().expect("a plain id")
}

/// Two units below a root, one officer with one device in each. The device's number is that of the unit.
fn filled(store: &Arc<dyn Store>) {
    let mut edits = vec![unit("TINH", None, DAY)];
    for (number, name) in [(1, "A"), (2, "B")] {
        edits.push(unit(name, Some("TINH"), DAY));
        edits.push(DirectoryEdit::Person(NewPerson {
            id: person_id(&format!("can-bo-{name}")),
            name: "Lò Thị Xoan".to_owned(),
            role: Role::Officer,
            unit: name.parse().expect("a plain id"),
            login: None,
        }));
        edits.push(DirectoryEdit::Device(NewDevice {
            id: DeviceId([number; 8]),
            person: Some(person_id(&format!("can-bo-{name}"))),
            name: String::new(),
            public_key: Some([number; 32]),
            at: NOW,
        }));
    }
    store.edit_directory(edits).expect("the edits are sound");
}

fn change(device: u8, seq: u64) -> NewChange {
    NewChange {
        hash: ChangeHash([device * 16 + seq as u8; 32]),
        actor: Actor {
            device: DeviceId([device; 8]),
            incarnation: 0,
        },
        seq,
        bytes: vec![device, seq as u8],
    }
}

fn receive(store: &Arc<dyn Store>, to: &DocumentId, changes: &[NewChange]) {
    let push = signed(changes[0].actor.device);
    let (to, changes) = (to.clone(), changes.to_vec());
    let receiving = Box::new(move |ledger: &mut dyn Ledger| {
        for change in &changes {
            ledger.append(&to, change)?;
        }
        Ok(Vec::<Fate>::new())
    });
    store.receive(Some(push), NOW, receiving).expect("it is received");
}

fn signed(device: DeviceId) -> SignedPush {
    SignedPush {
        device,
        statement: b"statement".to_vec(),
        signature: [7; 64],
    }
}

fn settlement(document: &DocumentId, applied: &[NewChange]) -> Settlement {
    Settlement {
        document: document.clone(),
        applied: applied.iter().map(|change| change.hash).collect(),
        set_aside: Vec::new(),
        upon: None,
        snapshot: None,
    }
}

fn news(
    store: &Arc<dyn Store>,
    places: &[&str],
    after: u64,
    without: Option<u8>,
    person: &str,
) -> (Vec<NewsItem>, u64) {
    let query = NewsQuery {
        places: places.iter().map(|place| (*place).to_owned()).collect(),
        after,
        without: without.map(|number| DeviceId([number; 8])),
        person: person_id(person),
        device: DeviceId([0; 8]),
        with_digest: true,
    };
    let mut items = Vec::new();
    let take = &mut |item| {
        items.push(item);
        ControlFlow::Continue(())
    };
    let end = store.news(&query, take).expect("news can be read");
    (items, end.last)
}

fn it_is_set_up_once(store: &Arc<dyn Store>) {
    assert!(matches!(store.installation(), Err(StoreError::NotInitialised)));
    let installation = Installation {
        epoch: [1; 8],
        signing_key: [2; 32],
        server_device: DeviceId([3; 8]),
        demo: true,
    };
    store
        .initialise(installation.clone())
        .expect("an empty store is set up");
    assert_eq!(store.installation().expect("it is set up"), installation);
    let again = store.initialise(Installation {
        epoch: [9; 8],
        ..installation.clone()
    });
    assert!(matches!(again, Err(StoreError::Conflict(_))));
    assert_eq!(store.installation().expect("it is set up"), installation);
}

fn units_stand_in_a_dated_tree(store: &Arc<dyn Store>) {
    filled(store);
    let later = DAY.tomorrow().expect("not the last day");
    store
        .edit_directory(vec![unit("C", Some("A"), later)])
        .expect("the edit is sound");
    let today = store.organisation(DAY).expect("it can be read");
    let names: Vec<_> = today.units.keys().map(OrgUnitId::as_str).collect();
    assert_eq!(names, ["A", "B", "TINH"]);
    assert_eq!(today.people.len(), 2);
    assert_eq!(today.devices[&DeviceId([2; 8])].public_key, Some([2; 32]));
    let tomorrow = store.organisation(later).expect("it can be read");
    let parent = tomorrow.units[&"C".parse().expect("a plain id")].parent.as_ref();
    assert_eq!(parent.map(OrgUnitId::as_str), Some("A"));
    assert!(tomorrow.version > 1);
}

fn edits_are_made_all_or_none(store: &Arc<dyn Store>) {
    let version = store.organisation_version().expect("it can be read");
    let orphan = vec![unit("TINH", None, DAY), unit("A", Some("NOBODY"), DAY)];
    assert!(matches!(store.edit_directory(orphan), Err(StoreError::Conflict(_))));
    let twice = vec![unit("TINH", None, DAY), unit("TINH", None, DAY)];
    assert!(matches!(store.edit_directory(twice), Err(StoreError::Conflict(_))));
    assert!(store.organisation(DAY).expect("it can be read").units.is_empty());
    assert_eq!(store.organisation_version().expect("it can be read"), version);
}

fn what_was_received_is_there_and_known(store: &Arc<dyn Store>) {
    filled(store);
    let log = document("log/A/2026");
    let changes = [change(1, 1), change(1, 2)];
    receive(store, &log, &changes);
    assert_eq!(
        store.waiting_documents().expect("it can be read"),
        std::slice::from_ref(&log)
    );
    let arrived = store.arrived(&log).expect("it can be read");
    assert_eq!(
        arrived.iter().map(|stored| stored.hash).collect::<Vec<_>>(),
        changes.each_ref().map(|c| c.hash)
    );
    assert_eq!((&arrived[0].bytes, arrived[0].received_at), (&changes[0].bytes, NOW));
    assert_eq!(
        store.received_at(&log, &changes[0].hash).expect("it can be read"),
        Some(NOW)
    );
    assert!(store.applied(&log).expect("it can be read").is_empty());
    let asked = log.clone();
    let asking = Box::new(move |ledger: &mut dyn Ledger| {
        let [first, _] = [change(1, 1), change(1, 2)];
        assert_eq!(ledger.standing(&asked, &first.hash)?, Some(Standing::Arrived));
        assert_eq!(ledger.standing(&document("log/B/2026"), &first.hash)?, None);
        assert_eq!(ledger.at_seq(&asked, first.actor, 1)?, Some(first.hash));
        assert_eq!(ledger.at_seq(&asked, first.actor, 3)?, None);
        let third = change(1, 3);
        ledger.append(&asked, &third)?;
        assert_eq!(
            ledger.standing(&asked, &third.hash)?,
            Some(Standing::Arrived),
            "it sees what it appended"
        );
        Ok(Vec::new())
    });
    store.receive(None, NOW, asking).expect("it is received");
    assert_eq!(store.arrived(&log).expect("it can be read").len(), 3);
}

fn a_failed_receiving_leaves_nothing(store: &Arc<dyn Store>) {
    filled(store);
    let log = document("log/A/2026");
    let failing = Box::new(|ledger: &mut dyn Ledger| {
        ledger.append(&document("log/A/2026"), &change(1, 1))?;
        Err(StoreError::Conflict("it was not to be".to_owned()))
    });
    assert!(store.receive(None, NOW, failing).is_err());
    // The same sequence number twice, or the same change, is never stored.
    receive(store, &log, &[change(1, 1)]);
    for again in [
        change(1, 1),
        NewChange {
            hash: ChangeHash([99; 32]),
            ..change(1, 1)
        },
    ] {
        let doubling = Box::new(move |ledger: &mut dyn Ledger| {
            ledger.append(&document("log/A/2026"), &again)?;
            Ok(Vec::new())
        });
        assert!(store.receive(None, NOW, doubling).is_err());
    }
    let panicking = Box::new(|_: &mut dyn Ledger| panic!("as a test wants it"));
    assert!(store.receive(None, NOW, panicking).is_err());
    // Others who share the writer are not touched.
    let writers: Vec<_> = (2..6)
        .map(|seq| {
            let store = Arc::clone(store);
            std::thread::spawn(move || receive(&store, &document("log/A/2026"), &[change(1, seq)]))
        })
        .collect();
    for writer in writers {
        writer.join().expect("each is received");
    }
    assert_eq!(store.arrived(&log).expect("it can be read").len(), 5);
}

fn the_visible_order_has_no_gaps(store: &Arc<dyn Store>) {
    filled(store);
    let (a, b) = (document("log/A/2026"), document("log/B/2026"));
    let (of_a, of_b) = ([change(1, 1), change(1, 2), change(1, 3)], [change(2, 1)]);
    receive(store, &a, &of_a);
    receive(store, &b, &of_b);
    let aside = Settlement {
        set_aside: vec![(of_a[1].hash, RefusalCode::BreaksSchema, "Sai".to_owned())],
        ..settlement(&a, &[of_a[2].clone(), of_a[0].clone()])
    };
    assert_eq!(
        store
            .settle(vec![settlement(&b, &of_b), aside.clone()], Vec::new())
            .expect("it settles"),
        4
    );
    // Settling again changes nothing: each keeps its place.
    assert_eq!(store.settle(vec![aside], Vec::new()).expect("it settles"), 4);
    let (items, last) = news(store, &["log/A", "log/B"], 0, None, "can-bo-A");
    let places: Vec<_> = items.iter().map(|item| (item.visible, item.hash)).collect();
    assert_eq!(
        places,
        [
            (1, of_b[0].hash),
            (2, of_a[2].hash),
            (3, of_a[0].hash),
            (4, of_a[1].hash)
        ]
    );
    assert_eq!(last, 4);
    assert_eq!(
        items[3].telling,
        Telling::SetAside(RefusalCode::BreaksSchema, "Sai".to_owned())
    );
    let applied: Vec<_> = store
        .applied(&a)
        .expect("it can be read")
        .into_iter()
        .map(|stored| stored.hash)
        .collect();
    assert_eq!(applied, [of_a[2].hash, of_a[0].hash]);
    assert_eq!(store.applied_count(&a).expect("it can be read"), 2);
    assert!(store.waiting_documents().expect("it can be read").is_empty());
    let set_aside = store.set_aside().expect("it can be read");
    assert_eq!(
        (set_aside.len(), set_aside[0].hash, set_aside[0].device),
        (1, of_a[1].hash, DeviceId([1; 8]))
    );
    assert_eq!(store.documents().expect("it can be read"), [a.clone(), b]);
    assert_eq!(store.unit_documents(a.unit()).expect("it can be read"), [a]);
}

fn news_is_what_may_be_read_after_the_cursor(store: &Arc<dyn Store>) {
    filled(store);
    let (a, b) = (document("log/A/2026"), document("log/B/2026"));
    let (of_a, of_b) = ([change(1, 1), change(1, 2)], [change(2, 1), change(2, 2)]);
    receive(store, &a, &of_a);
    receive(store, &b, &of_b);
    assert_eq!(
        news(store, &["log/A"], 0, None, "can-bo-A"),
        (Vec::new(), 0),
        "nothing is seen before it has a place"
    );
    let aside = Settlement {
        set_aside: vec![(of_b[1].hash, RefusalCode::NotApplicable, String::new())],
        ..settlement(&b, &of_b[..1])
    };
    store
        .settle(vec![settlement(&a, &of_a), aside], Vec::new())
        .expect("it settles");
    let hashes = |places: &[&str], after, without, person: &str| {
        let (items, last) = news(store, places, after, without, person);
        assert_eq!(last, 4);
        items.into_iter().map(|item| item.hash).collect::<Vec<_>>()
    };
    assert_eq!(hashes(&["log/A"], 0, None, "can-bo-A"), [of_a[0].hash, of_a[1].hash]);
    assert_eq!(hashes(&["log/A"], 1, None, "can-bo-A"), [of_a[1].hash]);
    assert_eq!(hashes(&["log/A"], 0, Some(1), "can-bo-A"), []);
    assert_eq!(hashes(&["log/A", "log/B"], 0, Some(1), "can-bo-A"), [of_b[0].hash]);
    assert_eq!(
        hashes(&[], 0, None, "can-bo-B"),
        [of_b[1].hash],
        "set aside is told to its author"
    );
    assert_eq!(hashes(&["register/A", "log/C"], 0, None, "can-bo-A"), []);
}

fn rows(unit: &str, number: i64) -> UnitRows {
    let value = |indicator: &str, value| ReportValueRow {
        indicator: indicator.to_owned(),
        value,
        weight: Some(3),
        declared: None,
    };
    let ratio = Value::Ratio {
        numerator: 1,
        denominator: 3,
        scale: 100,
    };
    UnitRows {
        unit: unit.parse().expect("a plain id"),
        entries: Vec::new(),
        reports: [(
            "2026-Q3".parse().expect("a period"),
            ReportRows {
                kept: Kept::default(),
                values: vec![value("X", Value::Number(number)), value("Y", ratio)],
                tallies: BTreeMap::new(),
            },
        )]
        .into(),
        submissions: Vec::new(),
    }
}

fn the_read_model_is_replaced_as_one(store: &Arc<dyn Store>) {
    filled(store);
    store
        .settle(Vec::new(), vec![rows("A", 1), rows("B", 2)])
        .expect("it is written");
    // What is written again stands once, in place of what stood there.
    store.settle(Vec::new(), vec![rows("A", 5)]).expect("it is written");
    let period = "2026-Q3".parse().expect("a period");
    let values = || store.report_values(period, &["X"]).expect("it can be read");
    let numbers = |values: Vec<(_, ReportValueRow)>| values.into_iter().map(|(_, row)| row.value).collect::<Vec<_>>();
    assert_eq!(numbers(values()), [Value::Number(5), Value::Number(2)]);
    let before = store.dump_read_model().expect("it can be read");
    assert_eq!(before.len(), 4);
    let mut failing = [Ok(Some(rows("A", 8))), Err(StoreError::Stopped)].into_iter();
    assert!(
        store
            .replace_read_model(Box::new(move || failing.next().unwrap_or(Ok(None))))
            .is_err()
    );
    assert_eq!(
        store.dump_read_model().expect("it can be read"),
        before,
        "half a rebuild is none"
    );
    let mut whole = [rows("B", 2), rows("A", 5)].into_iter();
    store
        .replace_read_model(Box::new(move || Ok(whole.next())))
        .expect("it is replaced");
    assert_eq!(store.dump_read_model().expect("it can be read"), before);
}
