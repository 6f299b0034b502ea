//! What every engine promises about looking things up.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use client_core::ids::{DeviceId, EntryId, OrgUnitId, SubmissionId};
use client_core::time::Timestamp;
use jiff::civil::{Date, date};
use ulid::Ulid;

use super::{NOW, change, document, filled, news, person_id, receive, settlement};
use crate::store::Store;
use crate::store::documents::NewsQuery;
use crate::store::entry_queries::EntryQuery;
use crate::store::read_model::{EntryRow, SubmissionRow, UnitRows};

pub(super) fn unit(id: &str) -> OrgUnitId {
    id.parse().expect("a plain id")
}

/// An entry of a unit: its number is in its id, its title and its place in time.
pub(super) fn entry(of: &str, number: u8, type_code: &str, day: Date) -> EntryRow {
    EntryRow {
        document: document(&format!("log/{of}/2026")),
        entry: EntryId(Ulid(u128::from(number))),
        counts: true,
        type_code: type_code.to_owned(),
        day,
        title: format!("Buổi thứ {number}"),
        fields: r#"{"participants":58}"#.to_owned(),
        events: "{}".to_owned(),
        state: Some("MOI".to_owned()),
        deleted_at: None,
        conflicts: 2,
        created_by: Some(DeviceId([number; 8])),
        created_at: NOW,
        changed_by: None,
        changed_at: NOW.plus_ms(1),
    }
}

pub(super) fn write(store: &Arc<dyn Store>, of: &str, entries: Vec<EntryRow>, submissions: Vec<SubmissionRow>) {
    let rows = UnitRows {
        unit: unit(of),
        entries,
        reports: [].into(),
        submissions,
    };
    store.settle(Vec::new(), vec![rows]).expect("it is written");
}

pub(super) fn entries_are_looked_up_by_unit_day_and_type(store: &Arc<dyn Store>) {
    filled(store);
    let all = [
        entry("A", 1, "TT_BUOI", date(2026, 7, 1)),
        entry("A", 2, "CHAMLO", date(2026, 9, 30)),
        EntryRow {
            deleted_at: Some(NOW),
            state: None,
            created_by: None,
            changed_by: Some(DeviceId([9; 8])),
            ..entry("A", 3, "TT_BUOI", date(2026, 9, 30))
        },
        entry("A", 4, "TT_BUOI", date(2026, 10, 1)),
    ];
    let left_over = EntryRow {
        document: document("log/A/2025"),
        counts: false,
        ..all[0].clone()
    };
    write(store, "A", [&all[..], &[left_over]].concat(), Vec::new());
    write(store, "B", vec![entry("B", 5, "TT_BUOI", date(2026, 9, 1))], Vec::new());

    let query = EntryQuery {
        unit: unit("A"),
        days: None,
        type_code: None,
        limit: 10,
    };
    let found = |query: &EntryQuery| store.entries(query).expect("it can be read");
    let [one, two, three, four] = all.clone();
    assert_eq!(
        found(&query),
        [&four, &three, &two, &one].map(Clone::clone),
        "whole, the newest first"
    );
    let limited = EntryQuery {
        limit: 2,
        ..query.clone()
    };
    assert_eq!(found(&limited), [&four, &three].map(Clone::clone));
    let third_quarter = EntryQuery {
        days: Some((date(2026, 7, 1), date(2026, 9, 30))),
        ..query.clone()
    };
    assert_eq!(
        found(&third_quarter),
        [&three, &two, &one].map(Clone::clone),
        "both ends too"
    );
    let talks = EntryQuery {
        type_code: Some("TT_BUOI".to_owned()),
        ..third_quarter
    };
    assert_eq!(found(&talks), [&three, &one].map(Clone::clone));
    let none = EntryQuery {
        unit: unit("TINH"),
        ..query
    };
    assert_eq!(found(&none), []);

    let one_of = |of: &str, number: u8| {
        let id = EntryId(Ulid(u128::from(number)));
        store.entry(&unit(of), id).expect("it can be read")
    };
    assert_eq!(one_of("A", 1), Some(one.clone()), "where it counts");
    assert_eq!(one_of("A", 3), Some(three));
    assert_eq!((one_of("A", 5), one_of("B", 1)), (None, None), "not another unit's");

    let ids = [2, 1, 5, 9].map(|number| EntryId(Ulid(number)));
    let units: Vec<_> = store.units_with(&ids).expect("it can be read");
    let units: Vec<_> = units.iter().map(|(id, unit)| (id.0.0, unit.as_str())).collect();
    assert_eq!(units, [(1, "A"), (2, "A"), (5, "B")], "once, however often it stands");

    // Written again it stands once, as it was written last.
    let renamed = EntryRow {
        title: "Buổi khác".to_owned(),
        ..one
    };
    write(store, "A", vec![renamed.clone()], Vec::new());
    assert_eq!(one_of("A", 1), Some(renamed));
}

pub(super) fn entries_that_entered_a_state_are_found_in_every_unit(store: &Arc<dyn Store>) {
    filled(store);
    let answered = |of: &str, number: u8, events: &str| EntryRow {
        events: events.to_owned(),
        ..entry(of, number, "VUONGMAC", date(2026, 9, 1))
    };
    let inside = r#"{"MOI":"2026-06-01","TRA_LOI":"2026-07-01"}"#;
    let last_day = r#"{"TRA_LOI":"2026-09-30"}"#;
    let of_a = vec![
        answered("A", 1, last_day),
        answered("A", 2, r#"{"MOI":"2026-08-01"}"#),
        answered("A", 3, r#"{"TRA_LOI":"2026-10-01","MOI":"2026-08-01"}"#),
        EntryRow {
            deleted_at: Some(NOW),
            ..answered("A", 4, inside)
        },
        EntryRow {
            counts: false,
            ..answered("A", 5, inside)
        },
        EntryRow {
            type_code: "SANGKIEN".to_owned(),
            ..answered("A", 6, inside)
        },
    ];
    write(store, "B", vec![answered("B", 7, inside)], Vec::new());
    write(store, "A", of_a, Vec::new());
    let days = (date(2026, 7, 1), date(2026, 9, 30));
    let found = store.entered("VUONGMAC", "TRA_LOI", days).expect("it can be read");
    let said: Vec<_> = found
        .iter()
        .map(|found| (found.unit.as_str(), found.entry.0.0, found.events.as_str()))
        .collect();
    assert_eq!(said, [("A", 1, last_day), ("B", 7, inside)]);
    assert_eq!(
        (&found[0].document, found[0].created_at),
        (&document("log/A/2026"), NOW)
    );
}

pub(super) fn submissions_come_by_unit_and_round(store: &Arc<dyn Store>) {
    filled(store);
    let period = "2026-Q3".parse().expect("a period");
    let submission = |of: &str, number: u8, round: i64, at: i64| SubmissionRow {
        document: document(&format!("log/{of}/2026")),
        submission: SubmissionId(Ulid(u128::from(number))),
        unit: unit(of),
        period,
        device: (number != 3).then_some(DeviceId([number; 8])),
        round,
        submitted_at: Timestamp(at),
        received_at: NOW,
        frozen: vec![number, 0, 255],
    };
    let of_another_period = SubmissionRow {
        period: "2026-Q4".parse().expect("a period"),
        ..submission("A", 9, 1, 1)
    };
    // A clock that ran ahead does not make the first the last.
    let [first, again, at_once] = [
        submission("A", 1, 1, 9_000),
        submission("A", 2, 2, 5_000),
        submission("A", 3, 2, 4_000),
    ];
    let of_b = submission("B", 4, 1, 1_000);
    write(store, "B", Vec::new(), vec![of_b.clone()]);
    let of_a = vec![again.clone(), of_another_period, first.clone(), at_once.clone()];
    write(store, "A", Vec::new(), of_a);
    let found = store.submissions(period).expect("it can be read");
    assert_eq!(found, [first, at_once, again, of_b]);
}

/// News is handed over while somebody else writes: it tells of the moment it was asked for.
pub(super) fn news_is_of_one_moment(store: &Arc<dyn Store>) {
    filled(store);
    let log = document("log/A/2026");
    let changes = [change(1, 1), change(1, 2)];
    receive(store, &log, &changes);
    store
        .settle(vec![settlement(&log, &changes)], Vec::new())
        .expect("it settles");
    let later = [change(1, 3)];
    receive(store, &log, &later);
    let (go, told) = channel();
    let (done, written) = channel();
    let writer = {
        let (store, log, later) = (Arc::clone(store), log.clone(), later.clone());
        std::thread::spawn(move || {
            told.recv().expect("it is told to write");
            store
                .settle(vec![settlement(&log, &later)], Vec::new())
                .expect("it settles");
            // Nobody may be waiting any more.
            let _ = done.send(());
        })
    };
    let query = NewsQuery {
        places: vec!["log/A".to_owned()],
        after: 0,
        without: None,
        person: person_id("can-bo-A"),
        device: DeviceId([0; 8]),
        with_digest: true,
    };
    let mut seen = Vec::new();
    let last = store
        .news(&query, &mut |item| {
            seen.push(item.hash);
            if seen.len() == 1 {
                go.send(()).expect("the writer waits");
                // An engine may as well let who writes wait until this is read.
                let _ = written.recv_timeout(Duration::from_secs(1));
            }
            ControlFlow::Continue(())
        })
        .expect("news can be read")
        .last;
    writer.join().expect("it is written");
    assert_eq!((seen, last), (changes.map(|change| change.hash).to_vec(), 2));
    assert_eq!(news(store, &["log/A"], last, None, "can-bo-A").1, 3);
    let digest = |with_digest| {
        let query = NewsQuery {
            with_digest,
            ..query.clone()
        };
        let end = store.news(&query, &mut |_| ControlFlow::Continue(()));
        end.expect("news can be read").digest
    };
    assert!(digest(true).is_some());
    assert_eq!(digest(false), None);
}
