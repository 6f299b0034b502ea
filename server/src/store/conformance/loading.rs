//! What every engine promises about what applying begins from.

use std::sync::Arc;

use client_core::model::period::ReportingPeriod;
use client_core::report::{Kept, Tally, Value};
use jiff::civil::date;

use super::lookups::{entry, unit, write};
use super::{NOW, change, document, filled, receive, rows, settlement};
use crate::store::Store;
use crate::store::documents::Settlement;
use crate::store::read_model::{BookQuery, DeclaredRow, EntryRow, ReportRows, ReportValueRow, UnitRows};

pub(super) fn a_document_is_loaded_from_its_last_snapshot_and_what_came_since(store: &Arc<dyn Store>) {
    filled(store);
    let log = document("log/A/2026");
    let changes = [change(1, 1), change(1, 2), change(1, 3)];
    receive(store, &log, &changes);
    let settle = |changes: &[_], upon, snapshot: Option<&str>| {
        let settled = Settlement {
            upon,
            snapshot: snapshot.map(|snapshot| snapshot.as_bytes().to_vec()),
            ..settlement(&log, changes)
        };
        store.settle(vec![settled], vec![rows("A", changes.len() as i64)])
    };
    let stored = || {
        let stored = store.stored_document(&log).expect("it can be read");
        let changes: Vec<_> = stored.changes.into_iter().map(|change| change.hash).collect();
        (stored.applied, stored.snapshot, changes)
    };
    assert_eq!(stored(), (0, None, Vec::new()));
    settle(&changes[..1], Some(0), None).expect("it settles");
    assert_eq!(stored(), (1, None, vec![changes[0].hash]));

    let before = store.dump_read_model().expect("it can be read");
    assert!(settle(&changes[1..], Some(0), Some("one")).is_err(), "more is applied");
    assert_eq!(stored(), (1, None, vec![changes[0].hash]));
    assert_eq!(store.dump_read_model().expect("it can be read"), before);

    settle(&changes[1..2], Some(1), Some("two")).expect("it settles");
    assert_eq!(stored(), (2, Some(b"two".to_vec()), Vec::new()));
    settle(&changes[2..], Some(2), None).expect("it settles");
    assert_eq!(stored(), (3, Some(b"two".to_vec()), vec![changes[2].hash]));
    let unknown = document("log/B/2026");
    assert_eq!(store.stored_document(&unknown).expect("it can be read").applied, 0);
    let of_unknown = |changes: &[_]| store.settle(vec![settlement(&unknown, changes)], vec![rows("B", 1)]);
    of_unknown(&[]).expect("rows are made anew before anything has come");
    assert!(of_unknown(&changes[..1]).is_err());
}

pub(super) fn numbers_are_derived_from_the_entries_that_count(store: &Arc<dyn Store>) {
    filled(store);
    let all = [
        entry("A", 1, "TT_BUOI", date(2026, 7, 1)),
        entry("A", 2, "CHAMLO", date(2026, 9, 30)),
        entry("A", 3, "TT_BUOI", date(2026, 10, 1)),
    ];
    let left_over = EntryRow {
        document: document("log/A/2025"),
        counts: false,
        ..all[0].clone()
    };
    let deleted = EntryRow {
        deleted_at: Some(NOW),
        ..entry("A", 4, "TT_BUOI", date(2026, 10, 2))
    };
    let written = [&all[..], &[left_over.clone(), deleted.clone()]].concat();
    write(store, "A", written, Vec::new());
    write(store, "B", vec![entry("B", 1, "TT_BUOI", date(2026, 9, 1))], Vec::new());

    let places = store.entry_places(&unit("A"), &[all[0].entry, deleted.entry]);
    let places = places.expect("it can be read");
    assert_eq!(places, [left_over, all[0].clone(), deleted], "also what counts no more");

    let book = |queries: &[BookQuery<'_>]| {
        let mut rows = store.book_rows(&unit("A"), queries).expect("it can be read");
        rows.sort_by_key(|row| row.entry);
        rows
    };
    let query = |type_code, from| BookQuery { type_code, from };
    assert_eq!(book(&[query(None, None)]), all);
    assert_eq!(book(&[query(None, Some(date(2026, 9, 30)))]), all[1..]);
    assert_eq!(book(&[query(Some("TT_BUOI"), None)]), [all[0].clone(), all[2].clone()]);
    let two = [
        query(Some("TT_BUOI"), Some(date(2026, 7, 2))),
        query(Some("CHAMLO"), None),
    ];
    assert_eq!(book(&two), all[1..]);
    // Of many types it may be that they are looked up otherwise.
    let from = |code, day| query(Some(code), Some(day));
    let many = [
        from("TT_BUOI", date(2026, 7, 2)),
        from("CHAMLO", date(2026, 10, 1)),
        from("KEHOACH", date(2026, 1, 1)),
        from("DT_LOP", date(2026, 1, 1)),
        query(Some("SANGKIEN"), None),
    ];
    assert_eq!(book(&many), all[2..]);
    assert_eq!(book(&[]), []);
}

pub(super) fn a_units_values_are_kept_by_period(store: &Arc<dyn Store>) {
    filled(store);
    let periods: Vec<ReportingPeriod> = ["2026-Q3", "2026-Q4"]
        .map(|period| period.parse().expect("a period"))
        .into();
    let declared = DeclaredRow {
        value: Value::Number(50),
        derived: None,
        reason: "Đếm lại".to_owned(),
        device: None,
        at: Some(NOW),
        conflict: true,
    };
    let ratio = Value::Ratio {
        numerator: 1,
        denominator: 4,
        scale: 100,
    };
    let values = [
        ReportValueRow::of("X", Some(ratio.clone()), None, Some(declared)),
        ReportValueRow::of("Y", Some(Value::Number(3)), Some(7), None),
        ReportValueRow::of("Z", None, Some(7), None),
    ];
    let tally = |matched, measured| Tally { matched, measured };
    let report = ReportRows {
        kept: Kept {
            period: false,
            year_to_date: true,
            to_end: true,
        },
        values: values.into_iter().flatten().collect(),
        tallies: [("Y".to_owned(), tally(3, 2)), ("Z".to_owned(), tally(300, 0))].into(),
    };
    assert_eq!(report.values.len(), 2, "no value is no row");
    assert_eq!(report.values[0].derived(), Some(&ratio));
    assert_eq!(
        report.values[0].value,
        Value::Ratio {
            numerator: 2,
            denominator: 4,
            scale: 100
        },
        "what is declared, in a shape that adds up"
    );
    let write = |report: &ReportRows| {
        let rows = UnitRows {
            unit: unit("A"),
            entries: Vec::new(),
            reports: [(periods[0], report.clone())].into(),
            submissions: Vec::new(),
        };
        store.settle(Vec::new(), vec![rows]).expect("it is written");
    };
    let read = || store.unit_reports(&unit("A"), &periods).expect("it can be read");
    assert!(read().is_empty());
    write(&report);
    assert_eq!(read(), [(periods[0], report.clone())].into());
    let values = store.report_values(periods[0], &["Y"]).expect("it can be read");
    assert_eq!(values, [(unit("A"), report.values[1].clone())]);
    assert_eq!(store.dump_read_model().expect("it can be read").len(), 5);
    let unmeasured = ReportRows {
        tallies: report.tallies,
        ..ReportRows::default()
    };
    write(&unmeasured);
    assert_eq!(
        read(),
        [(periods[0], unmeasured)].into(),
        "entries may be without a value"
    );
    write(&ReportRows::default());
    assert!(read().is_empty());
    assert!(store.dump_read_model().expect("it can be read").is_empty());
}
