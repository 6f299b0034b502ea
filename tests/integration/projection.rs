//! The read model says what the documents say, live and made anew.

use client_core::document::Change;
use client_core::ids::{DocumentId, EntryId, SubmissionId};
use client_core::model::entries::EntryEdit;
use client_core::model::entry::FieldValue;
use client_core::model::home;
use client_core::model::log::{self, DeclaredValue};
use client_core::model::period::ReportingPeriod;
use client_core::model::submission::Frozen;
use client_core::report::Value;
use client_core::time::Timestamp;
use jiff::civil::{Date, date};
use server::store::directory::DirectoryEdit;
use server::store::entry_queries::EntryQuery;
use system_tests::device::{Device, talk};
use system_tests::world::World;

fn document(text: &str) -> DocumentId {
    text.parse().unwrap()
}

fn quarter() -> ReportingPeriod {
    "2026-Q4".parse().unwrap()
}

fn keep(device: &mut Device, id: &DocumentId, change: Option<Change>) {
    device.unsent.push((id.clone(), change.expect("it changes something")));
}

fn declare(device: &mut Device, id: &DocumentId, indicator: &str, declared: Option<(DeclaredValue, &str)>) {
    let (actor, now) = (device.actor(), device.now);
    let change = log::declare(
        device.document(id),
        actor,
        now,
        &(quarter(), indicator.to_owned()),
        declared,
    );
    keep(device, id, change);
}

/// What the read model says for an indicator of unit A.
fn value(world: &World, indicator: &str) -> Option<Value> {
    let values = world.store.report_values(quarter(), &[indicator]).unwrap();
    values
        .into_iter()
        .find(|(unit, _)| unit.as_str() == "A")
        .map(|(_, row)| row.value)
}

/// Holds the rows that stand against those that the documents come to.
pub(crate) fn rebuild_changes_nothing(world: &World) {
    let live = world.store.dump_read_model().unwrap();
    assert!(!live.is_empty());
    server::projection::rebuild(&world.store, world.now.date()).unwrap();
    let rebuilt = world.store.dump_read_model().unwrap();
    for (live, rebuilt) in live.iter().zip(&rebuilt) {
        assert_eq!(live, rebuilt);
    }
    assert_eq!(live.len(), rebuilt.len());
}

#[test]
fn numbers_follow_what_is_logged_changed_and_deleted() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    let first = device.log_talk(&log, date(2026, 10, 1), 40);
    device.log_talk(&log, date(2026, 11, 2), 18);
    device.log_talk(&log, date(2026, 9, 30), 7);
    world.sync(&mut device);
    assert_eq!(value(&world, "II.1-02"), Some(Value::Number(58)));
    device.save(&log, &talk(first, date(2026, 10, 1), 41));
    world.sync(&mut device);
    assert_eq!(value(&world, "II.1-02"), Some(Value::Number(59)));
    device.save(
        &log,
        &EntryEdit {
            deleted: Some(true),
            ..EntryEdit::new(first, "TT_BUOI")
        },
    );
    world.sync(&mut device);
    assert_eq!(value(&world, "II.1-02"), Some(Value::Number(18)));
    rebuild_changes_nothing(&world);
}

#[test]
fn a_declared_number_counts_and_the_derived_one_is_kept() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    device.log_talk(&log, date(2026, 10, 1), 40);
    declare(
        &mut device,
        &log,
        "II.1-02",
        Some((DeclaredValue::Integer(55), "Có 15 người đến sau")),
    );
    world.sync(&mut device);
    let (_, row) = world.store.report_values(quarter(), &["II.1-02"]).unwrap().remove(0);
    let declared = row.declared.unwrap();
    assert_eq!(
        (row.value, declared.derived),
        (Value::Number(55), Some(Value::Number(40)))
    );
    assert_eq!(
        (declared.reason.as_str(), declared.device),
        ("Có 15 người đến sau", Some(device.id))
    );
    declare(&mut device, &log, "II.1-02", None);
    world.sync(&mut device);
    assert_eq!(value(&world, "II.1-02"), Some(Value::Number(40)));
    rebuild_changes_nothing(&world);
}

#[test]
fn a_submission_is_there_with_both_clocks() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    device.log_talk(&log, date(2026, 10, 1), 40);
    let id: SubmissionId = "01JD0000000000000000000000".parse().unwrap();
    let frozen = [Frozen {
        indicator: "II.1-02".to_owned(),
        value: Value::Number(40),
        declared: false,
    }];
    let (actor, now, heads) = (device.actor(), device.now, device.heads(&log));
    let change = log::submit(device.document(&log), actor, now, id, quarter(), &frozen, &heads);
    keep(&mut device, &log, change);
    world.sync(&mut device);
    let submissions = world.store.submissions(quarter()).unwrap();
    assert_eq!(submissions.len(), 1);
    let submission = &submissions[0];
    assert_eq!((submission.submission, submission.unit.as_str()), (id, "A"));
    assert_eq!((submission.submitted_at, submission.received_at), (now, world.now));
    assert_eq!(Frozen::decode_all(&submission.frozen).unwrap(), frozen);
    rebuild_changes_nothing(&world);
}

fn submit(device: &mut Device, at: Timestamp, number: u8) -> SubmissionId {
    let log = document("log/A/2026");
    let id = format!("01JD00000000000000000000{number:02}").parse().unwrap();
    let (actor, heads) = (device.actor(), device.heads(&log));
    let frozen = [Frozen {
        indicator: "II.1-02".to_owned(),
        value: Value::Number(i64::from(number)),
        declared: false,
    }];
    let change = log::submit(device.document(&log), actor, at, id, quarter(), &frozen, &heads);
    keep(device, &log, change);
    id
}

#[test]
fn a_report_submitted_anew_counts_though_the_first_phones_clock_ran_ahead() {
    const MINUTE_MS: i64 = 60 * 1000;
    for ahead in [10 * MINUTE_MS, 400 * 24 * 60 * MINUTE_MS] {
        let world = World::new();
        let log = document("log/A/2026");
        let (mut one, mut other) = (world.device(1, "an"), world.device(2, "anh"));
        let first = submit(&mut one, world.now.plus_ms(ahead), 1);
        world.sync(&mut one);
        world.sync(&mut other);
        let anew = submit(&mut other, world.now, 2);
        world.sync(&mut other);
        world.sync(&mut one);

        let rows = world.store.submissions(quarter()).unwrap();
        let order: Vec<_> = rows.iter().map(|row| (row.submission, row.submitted_at)).collect();
        let expected = [(first, world.now.plus_ms(ahead)), (anew, world.now)];
        assert_eq!(order, expected, "the clocks stay what they said");
        for device in [&one, &other] {
            let submissions = log::submissions(&device.documents[&log]);
            assert_eq!(submissions.last().map(|last| last.id), Some(anew));
        }
        let organisation = world.store.organisation(world.now.date()).unwrap();
        let view = server::desk::PeriodView::read(&*world.store, &organisation, quarter()).unwrap();
        let unit = "A".parse().unwrap();
        assert_eq!(view.submissions().newest(&unit).map(|row| row.submission), Some(anew));
        assert_eq!(view.submissions().is_on_time(&unit), Some(true));
        rebuild_changes_nothing(&world);
    }
}

#[test]
fn reports_submitted_apart_come_in_the_same_order_everywhere() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut devices = [world.device(1, "an"), world.device(2, "anh")];
    let ids = [
        submit(&mut devices[0], world.now.plus_ms(5), 1),
        submit(&mut devices[1], world.now, 2),
    ];
    for whose in [0, 1, 0] {
        world.sync(&mut devices[whose]);
    }
    let rows = world.store.submissions(quarter()).unwrap();
    let order: Vec<_> = rows.iter().map(|row| row.submission).collect();
    assert_eq!(order, [ids[1], ids[0]], "neither knew the other: by the clocks");
    for device in &devices {
        let submissions: Vec<_> = log::submissions(&device.documents[&log]);
        assert_eq!(submissions.iter().map(|one| one.id).collect::<Vec<_>>(), order);
    }
    rebuild_changes_nothing(&world);
}

#[test]
fn a_random_history_comes_to_the_same_live_and_rebuilt() {
    let mut rng = fastrand::Rng::with_seed(233);
    let world = World::new();
    let mut devices = [world.device(1, "an"), world.device(2, "anh"), world.device(3, "binh")];
    let mut made: Vec<(usize, DocumentId, EntryId)> = Vec::new();
    for step in 0..120 {
        let index = rng.usize(..devices.len());
        let unit = if index == 2 { "B" } else { "A" };
        let id = document(&match rng.u8(..4) {
            0 => format!("register/{unit}"),
            1 => format!("log/{unit}/2025"),
            _ => format!("log/{unit}/2026"),
        });
        let device = &mut devices[index];
        let day = date(2025 + rng.i16(0..2), rng.i8(1..=12), rng.i8(1..=28));
        let own: Vec<_> = made.iter().filter(|(by, ..)| *by == index).cloned().collect();
        match (rng.u8(..10), own.as_slice()) {
            (0..5, _) | (_, []) => {
                let entry = device.log_talk(&id, day, step);
                made.push((index, id, entry));
            }
            (5..7, own) => {
                let (_, id, entry) = &own[rng.usize(..own.len())];
                device.save(id, &talk(*entry, day, 1000 + step));
            }
            (7, _) => declare(
                device,
                &document(&format!("log/{unit}/2026")),
                "II.1-02",
                Some((DeclaredValue::Integer(step), "Đếm lại")),
            ),
            _ => {
                world.sync(device);
            }
        }
    }
    for device in &mut devices {
        world.sync(device);
    }
    rebuild_changes_nothing(&world);
}

/// Moves a talk to another year, as a phone does that knows nothing of the other phones.
pub(crate) fn move_talk(device: &mut Device, from: &DocumentId, to: &DocumentId, entry: EntryId, day: Date) {
    device.now = device.now.plus_ms(1000);
    let (actor, now, rng) = (device.actor(), device.now, &mut fastrand::Rng::with_seed(1));
    let leaving = device.document(from).clone();
    let mut edit = EntryEdit::new(entry, "TT_BUOI");
    edit.fields.insert("date_start".to_owned(), Some(FieldValue::Date(day)));
    let left = home::move_out(device.document(from), actor, now, entry);
    keep(device, from, left);
    let came = home::move_in(device.document(to), actor, now, rng, &leaving, &edit);
    keep(device, to, came);
}

#[test]
fn an_entry_that_another_moves_to_another_year_stays_its_first_authors_at_the_desk() {
    let world = World::new();
    let logs = ["log/A/2025", "log/A/2026"].map(document);
    let (mut one, mut other) = (world.device(1, "an"), world.device(2, "anh"));
    let entry = one.log_talk(&logs[0], date(2025, 10, 1), 40);
    world.sync(&mut one);
    world.sync(&mut other);
    move_talk(&mut other, &logs[0], &logs[1], entry, date(2026, 10, 1));
    world.sync(&mut other);
    let row = world.store.entry(&"A".parse().unwrap(), entry).unwrap().unwrap();
    assert_eq!(row.document, logs[1]);
    assert_eq!((row.created_by, row.changed_by), (Some(one.id), Some(other.id)));
    rebuild_changes_nothing(&world);
}

#[test]
fn an_entry_that_two_people_move_to_different_years_counts_once_and_the_day_is_asked_about() {
    let world = World::new();
    let periods = ["2024-Q4", "2025-Q4", "2026-Q4"].map(|period| period.parse().unwrap());
    let opened = periods.map(|period| DirectoryEdit::Period(period, date(2027, 1, 10)));
    world.store.edit_directory(opened.into()).unwrap();
    let counted = || counted_in(&world, periods);
    let talks = Some(Value::Number(40));
    let logs = ["log/A/2024", "log/A/2025", "log/A/2026"].map(document);
    let (mut one, mut other) = (world.device(1, "an"), world.device(2, "anh"));
    let entry = one.log_talk(&logs[1], date(2025, 10, 1), 40);
    world.sync(&mut one);
    world.sync(&mut other);
    assert_eq!(counted(), [None, talks.clone(), None]);
    move_talk(&mut other, &logs[1], &logs[0], entry, date(2024, 10, 1));
    move_talk(&mut one, &logs[1], &logs[2], entry, date(2026, 10, 1));
    world.sync(&mut other);
    assert_eq!(counted(), [talks.clone(), None, None]);
    world.sync(&mut one);
    assert_eq!(counted(), [None, None, talks], "where its day was written last");

    let unit: client_core::ids::OrgUnitId = "A".parse().unwrap();
    let everything = EntryQuery {
        unit: unit.clone(),
        days: None,
        type_code: None,
        limit: 10,
    };
    let rows = world.store.entries(&everything).unwrap();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!((&rows[0].document, rows[0].conflicts), (&logs[2], 1));
    assert_eq!((rows[0].created_by, rows[0].changed_by), (Some(one.id), Some(one.id)));
    assert_eq!(world.store.entry(&unit, entry).unwrap().as_ref(), Some(&rows[0]));
    let organisation = world.store.organisation(world.now.date()).unwrap();
    let read = server::desk::entries::read(&*world.store, &organisation, &rows[0]).unwrap();
    let days: Vec<_> = read.conflicts["date_start"]
        .iter()
        .map(|(day, _)| day.vi.as_str())
        .collect();
    assert_eq!(days, ["01/10/2026", "01/10/2024"]);
    rebuild_changes_nothing(&world);
}

/// The talks' listeners that count in each period.
fn counted_in<const N: usize>(world: &World, periods: [ReportingPeriod; N]) -> [Option<Value>; N] {
    periods.map(|period| {
        let mut values = world.store.report_values(period, &["II.1-02"]).unwrap();
        values.pop().map(|(_, row)| row.value)
    })
}

#[test]
fn an_entry_that_one_moves_and_another_deletes_counts_nowhere_until_somebody_takes_it_back() {
    let world = World::new();
    let periods = ["2025-Q4", "2026-Q4"].map(|period| period.parse().unwrap());
    let opened = periods.map(|period| DirectoryEdit::Period(period, date(2027, 1, 10)));
    world.store.edit_directory(opened.into()).unwrap();
    let logs = ["log/A/2025", "log/A/2026"].map(document);
    let (mut one, mut other) = (world.device(1, "an"), world.device(2, "anh"));
    let entry = one.log_talk(&logs[0], date(2025, 10, 1), 40);
    world.sync(&mut one);
    world.sync(&mut other);
    other.save(
        &logs[0],
        &EntryEdit {
            deleted: Some(true),
            ..EntryEdit::new(entry, "TT_BUOI")
        },
    );
    move_talk(&mut one, &logs[0], &logs[1], entry, date(2026, 10, 1));
    world.sync(&mut one);
    let talks = Some(Value::Number(40));
    assert_eq!(counted_in(&world, periods), [None, talks.clone()]);
    world.sync(&mut other);
    assert_eq!(counted_in(&world, periods), [None, None]);
    let row = world.store.entry(&"A".parse().unwrap(), entry).unwrap().unwrap();
    assert!(row.document == logs[0] && row.deleted_at.is_some(), "{row:?}");
    rebuild_changes_nothing(&world);

    let (actor, now) = (other.actor(), other.now.plus_ms(1000));
    let kept = home::stay_out(other.document(&logs[0]), actor, now, entry);
    keep(&mut other, &logs[0], kept);
    world.sync(&mut other);
    assert_eq!(counted_in(&world, periods), [None, talks]);
    rebuild_changes_nothing(&world);
}

#[test]
fn rows_that_are_made_anew_while_something_arrives_are_all_made_anew() {
    let world = World::new();
    let log = document("log/A/2026");
    let mut device = world.device(1, "an");
    device.log_talk(&log, date(2026, 7, 1), 40);
    world.sync(&mut device);
    let periods = ["2026-Q3", "2026-Q4"].map(|period| period.parse().unwrap());
    let opened = periods.map(|period| DirectoryEdit::Period(period, date(2027, 1, 10)));
    world.store.edit_directory(opened.into()).unwrap();
    world.ingest.refresh([log.clone()]);
    device.log_talk(&log, date(2026, 10, 1), 2);
    world.sync(&mut device);
    assert_eq!(
        counted_in(&world, periods),
        [40, 2].map(|people| Some(Value::Number(people)))
    );
    rebuild_changes_nothing(&world);
}
