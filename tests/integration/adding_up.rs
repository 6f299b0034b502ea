//! Numbers that add up are moved by what moved, and come to what their entries come to.

use client_core::ids::{DocumentId, EntryId};
use client_core::model::entries::EntryEdit;
use client_core::model::entry::FieldValue;
use client_core::model::log::{self, DeclaredValue};
use client_core::model::period::ReportingPeriod;
use client_core::report::Value;
use jiff::civil::{Date, date};
use server::store::directory::DirectoryEdit;
use server::store::read_model::ReportValueRow;
use system_tests::device::{Device, talk};
use system_tests::world::World;

use crate::projection::{move_talk, rebuild_changes_nothing};

const LISTENERS: &str = "II.1-02";
const SOLUTIONS: &str = "II.2-04";
const BENEFIT: &str = "II.2-07";
const APPLICATIONS: &str = "II.2-05";
const CRITERIA: &str = "II.2-19";

/// A unit's officer whose work is sent piece by piece.
struct Office {
    world: World,
    device: Device,
    unit: &'static str,
}

impl Office {
    fn of(unit: &'static str, person: &str) -> Self {
        let world = World::new();
        let device = world.device(1, person);
        let periods =
            ["2025-Q4", "2026"].map(|period| DirectoryEdit::Period(period.parse().unwrap(), date(2027, 1, 10)));
        world.store.edit_directory(periods.into()).unwrap();
        Self { world, device, unit }
    }

    fn log(&self, year: i16) -> DocumentId {
        DocumentId::log(&self.unit.parse().unwrap(), year)
    }

    fn register(&self) -> DocumentId {
        DocumentId::register(&self.unit.parse().unwrap())
    }

    fn save(&mut self, document: &DocumentId, edit: &EntryEdit) {
        self.device.save(document, edit);
        self.send();
    }

    /// Sends what is there, and holds what it moves against what the documents come to.
    fn send(&mut self) {
        self.world.sync(&mut self.device);
        assert!(self.device.unsent.is_empty());
        rebuild_changes_nothing(&self.world);
    }

    fn delete(&mut self, document: &DocumentId, id: EntryId, code: &str, deleted: bool) {
        let edit = EntryEdit {
            deleted: Some(deleted),
            ..EntryEdit::new(id, code)
        };
        self.save(document, &edit);
    }

    fn declare(&mut self, indicator: &str, declared: Option<(DeclaredValue, &str)>) {
        let (actor, now, log) = (self.device.actor(), self.device.now, self.log(2026));
        let key = (period("2026-Q4"), indicator.to_owned());
        let change = log::declare(self.device.document(&log), actor, now, &key, declared);
        self.device.unsent.push((log, change.unwrap()));
        self.send();
    }

    fn row(&self, of: &str, indicator: &str) -> Option<ReportValueRow> {
        let rows = self.world.store.report_values(period(of), &[indicator]).unwrap();
        let row = rows.into_iter().find(|(unit, _)| unit.as_str() == self.unit);
        row.map(|(_, row)| row)
    }

    fn number(&self, of: &str, indicator: &str) -> Option<i64> {
        let value = self.row(of, indicator)?.value;
        let Value::Number(number) = value else {
            panic!("{value:?} is no number");
        };
        Some(number)
    }
}

fn period(text: &str) -> ReportingPeriod {
    text.parse().unwrap()
}

fn entry(number: u8) -> EntryId {
    format!("01JD00000000000000000000{number:02}").parse().unwrap()
}

/// An edit that fills these fields.
fn with(id: EntryId, code: &str, fields: &[(&str, FieldValue)]) -> EntryEdit {
    let mut edit = EntryEdit::new(id, code);
    let fields = fields.iter().cloned();
    edit.fields
        .extend(fields.map(|(name, value)| (name.to_owned(), Some(value))));
    edit
}

/// One that empties a field.
fn without(id: EntryId, code: &str, field: &str) -> EntryEdit {
    let mut edit = EntryEdit::new(id, code);
    edit.fields.insert(field.to_owned(), None);
    edit
}

fn day(day: Date) -> FieldValue {
    FieldValue::Date(day)
}

fn whole(number: i64) -> FieldValue {
    FieldValue::Integer(number)
}

fn code(code: &str) -> FieldValue {
    FieldValue::Text(code.to_owned())
}

#[test]
fn a_sum_follows_its_entries_down_to_nought_and_to_nothing() {
    let mut office = Office::of("A", "an");
    let log = office.log(2026);
    let (first, second, gift) = (entry(1), entry(2), entry(3));
    let listeners = |office: &Office| office.number("2026-Q4", LISTENERS);

    office.save(&log, &with(first, "TT_BUOI", &[("date_start", day(date(2026, 10, 1)))]));
    assert_eq!(listeners(&office), None, "nobody counted them");
    office.save(&log, &talk(second, date(2026, 11, 2), 40));
    assert_eq!(listeners(&office), Some(40));
    office.save(&log, &talk(second, date(2026, 11, 2), 41));
    assert_eq!(listeners(&office), Some(41));
    office.save(&log, &with(first, "TT_BUOI", &[("participants", whole(2))]));
    assert_eq!(listeners(&office), Some(43));
    office.save(&log, &without(first, "TT_BUOI", "participants"));
    assert_eq!(listeners(&office), Some(41));
    office.delete(&log, second, "TT_BUOI", true);
    assert_eq!(listeners(&office), None, "of the one that is left nobody counted them");
    office.save(&log, &with(first, "TT_BUOI", &[("participants", whole(0))]));
    assert_eq!(listeners(&office), Some(0), "nobody came");
    office.delete(&log, first, "TT_BUOI", true);
    assert_eq!(listeners(&office), None, "no books were kept");
    let given = [("date_start", day(date(2026, 12, 1))), ("beneficiaries", whole(3))];
    office.save(&log, &with(gift, "CHAMLO", &given));
    assert_eq!(listeners(&office), Some(0), "they were kept, and there was no talk");
    office.delete(&log, second, "TT_BUOI", false);
    assert_eq!(listeners(&office), Some(41));
    office.delete(&log, gift, "CHAMLO", true);
    assert_eq!(listeners(&office), Some(41));
    office.delete(&log, second, "TT_BUOI", true);
    assert_eq!(listeners(&office), None);
}

#[test]
fn an_entry_that_goes_to_another_period_takes_its_part_with_it() {
    let mut office = Office::of("A", "an");
    let logs = [2025, 2026].map(|year| office.log(year));
    let numbers = |office: &Office| ["2025-Q4", "2026-Q3", "2026-Q4", "2026"].map(|of| office.number(of, LISTENERS));
    office.device.log_talk(&logs[1], date(2026, 10, 5), 7);
    office.save(&logs[1], &talk(entry(1), date(2026, 10, 1), 40));
    assert_eq!(numbers(&office), [None, None, Some(47), Some(47)]);
    office.save(&logs[1], &talk(entry(1), date(2026, 9, 30), 41));
    assert_eq!(numbers(&office), [None, Some(41), Some(7), Some(48)]);
    move_talk(&mut office.device, &logs[1], &logs[0], entry(1), date(2025, 10, 1));
    office.send();
    assert_eq!(numbers(&office), [Some(41), None, Some(7), Some(7)]);
    move_talk(&mut office.device, &logs[0], &logs[1], entry(1), date(2026, 12, 31));
    office.send();
    assert_eq!(numbers(&office), [None, None, Some(48), Some(48)]);
}

#[test]
fn a_register_counts_by_the_days_of_what_happened() {
    let mut office = Office::of("A", "an");
    let register = office.register();
    let numbers =
        |office: &Office, of: &str| [SOLUTIONS, BENEFIT, APPLICATIONS].map(|indicator| office.number(of, indicator));
    let recognised = |id, on, benefit: Option<i64>| {
        let fields = [("recognised_date", day(on)), ("benefit_kind", code("TIEN"))];
        let benefit = benefit.map(|benefit| ("benefit_vnd", whole(benefit)));
        let fields: Vec<_> = fields.into_iter().chain(benefit).collect();
        with(id, "SANGKIEN", &fields)
    };
    office.save(&register, &recognised(entry(1), date(2026, 10, 3), None));
    assert_eq!(numbers(&office, "2026-Q4"), [Some(1), None, None]);
    office.save(&register, &recognised(entry(2), date(2026, 11, 3), Some(5_000_000)));
    assert_eq!(numbers(&office, "2026-Q4"), [Some(2), Some(5_000_000), None]);
    let mut applied = EntryEdit::new(entry(2), "SANGKIEN");
    applied.state = Some("NOP_DON".to_owned());
    applied.events.insert("NOP_DON".to_owned(), date(2026, 9, 1));
    office.save(&register, &applied);
    assert_eq!(numbers(&office, "2026-Q3"), [Some(0), Some(0), Some(1)]);
    applied.events.insert("NOP_DON".to_owned(), date(2026, 10, 1));
    office.save(&register, &applied);
    assert_eq!(numbers(&office, "2026-Q4"), [Some(2), Some(5_000_000), Some(1)]);
    office.save(&register, &recognised(entry(2), date(2026, 9, 3), Some(6_000_000)));
    assert_eq!(numbers(&office, "2026-Q3"), [Some(1), Some(6_000_000), Some(0)]);
    assert_eq!(numbers(&office, "2026-Q4"), [Some(1), None, Some(1)]);
    assert_eq!(numbers(&office, "2026"), [Some(2), Some(6_000_000), Some(1)]);
    office.delete(&register, entry(2), "SANGKIEN", true);
    office.delete(&register, entry(1), "SANGKIEN", true);
    assert_eq!(numbers(&office, "2026-Q3"), [None, None, None]);
}

#[test]
fn one_of_several_is_one_until_the_last_is_gone() {
    let mut office = Office::of("A", "an");
    let log = office.log(2026);
    let issued = |id, status: &str| {
        let fields = [("date_start", day(date(2026, 10, 1))), ("status", code(status))];
        with(id, "TD_TIEUCHI", &fields)
    };
    let value = |office: &Office| office.number("2026-Q4", CRITERIA);
    office.save(&log, &issued(entry(1), "BAN_HANH"));
    office.save(&log, &issued(entry(2), "BAN_HANH"));
    assert_eq!(value(&office), Some(1));
    office.delete(&log, entry(1), "TD_TIEUCHI", true);
    assert_eq!(value(&office), Some(1));
    office.save(&log, &issued(entry(2), "DU_THAO"));
    assert_eq!(value(&office), Some(0), "books are kept, and none is issued");
    office.delete(&log, entry(2), "TD_TIEUCHI", true);
    assert_eq!(value(&office), None);
}

#[test]
fn what_is_derived_moves_below_what_is_declared() {
    let mut office = Office::of("A", "an");
    let log = office.log(2026);
    let both = |office: &Office| {
        let row = office.row("2026-Q4", LISTENERS).unwrap();
        (row.value.clone(), row.derived().cloned())
    };
    office.declare(LISTENERS, Some((DeclaredValue::Integer(55), "Đếm lại")));
    assert_eq!(both(&office), (Value::Number(55), None));
    office.save(&log, &talk(entry(1), date(2026, 10, 1), 40));
    assert_eq!(both(&office), (Value::Number(55), Some(Value::Number(40))));
    office.save(&log, &talk(entry(2), date(2026, 10, 2), 2));
    assert_eq!(both(&office), (Value::Number(55), Some(Value::Number(42))));
    office.declare(LISTENERS, Some((DeclaredValue::Integer(56), "Đếm lại")));
    office.delete(&log, entry(1), "TT_BUOI", true);
    assert_eq!(both(&office), (Value::Number(56), Some(Value::Number(2))));
    office.save(&log, &without(entry(2), "TT_BUOI", "participants"));
    assert_eq!(both(&office), (Value::Number(56), None));
    office.save(&log, &with(entry(2), "TT_BUOI", &[("participants", whole(3))]));
    office.declare(LISTENERS, None);
    assert_eq!(both(&office), (Value::Number(3), Some(Value::Number(3))));
    office.delete(&log, entry(2), "TT_BUOI", true);
    assert_eq!(office.row("2026-Q4", LISTENERS), None);
}

#[test]
fn a_number_beyond_all_numbers_comes_back() {
    let mut office = Office::of("A", "an");
    let log = office.log(2026);
    let listeners = |office: &Office| office.number("2026-Q4", LISTENERS);
    office.save(&log, &talk(entry(1), date(2026, 10, 1), i64::MAX - 1));
    office.save(&log, &talk(entry(2), date(2026, 10, 2), 40));
    assert_eq!(listeners(&office), Some(i64::MAX));
    office.delete(&log, entry(2), "TT_BUOI", true);
    assert_eq!(listeners(&office), Some(i64::MAX - 1));
    office.delete(&log, entry(2), "TT_BUOI", false);
    office.delete(&log, entry(1), "TT_BUOI", true);
    assert_eq!(listeners(&office), Some(40));
}

#[test]
fn a_quotient_of_what_only_the_server_counts_stays_empty_and_keeps_what_is_declared() {
    const UNITS_WITH_MEETINGS: &str = "II.3.2-11";
    const SHARE: &str = "II.3.2-12";
    let mut office = Office::of("TAM", "tam");
    let log = office.log(2026);
    let meeting = [("date_start", day(date(2026, 10, 1))), ("year", whole(2026))];
    office.save(&log, &with(entry(1), "HN_NLD", &meeting));
    assert_eq!(office.number("2026-Q4", UNITS_WITH_MEETINGS), Some(1));
    assert_eq!(office.row("2026-Q4", SHARE), None);
    office.declare(SHARE, Some((DeclaredValue::Integer(50), "Đếm lại")));
    office.delete(&log, entry(1), "HN_NLD", true);
    assert_eq!(office.row("2026-Q4", SHARE).unwrap().value, Value::Number(50));
}
