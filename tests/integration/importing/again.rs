//! A file that comes again after people corrected what it had brought.

use client_core::ids::{DocumentId, EntryId};
use client_core::model::entries::{self, EntryEdit};
use client_core::model::entry::{Entry, FieldValue};
use client_core::model::log::{self, DeclaredValue};
use client_core::model::{home, log::ReportKey};
use client_core::time::Timestamp;
use jiff::civil::date;
use server::import::{Imported, import};
use server::projection::Held;
use system_tests::device::Device;
use system_tests::world::World;

use super::imported;

const TALK: &str = r#""date_start": "2026-10-01", "title": "Nói chuyện", "form": "SINHHOAT", "topics": ["KHCN"], "sessions": 1, "participants": 58"#;
const ID: &str = "01JD0000000000000000000000";

/// A file with one entry of A, with an id or without, and one declared number.
fn file(id: Option<&str>, fields: &str, rest: &str, declared: u32) -> String {
    let id = id.map(|id| format!(r#""id": "{id}", "#)).unwrap_or_default();
    format!(
        r#"{{ "entries": [{{ {id}"unit": "A", "type": "TT_BUOI", "fields": {{ {fields} }} {rest} }}],
             "declarations": [{{ "unit": "A", "period": "2026-Q4", "indicator": "II.1-02", "value": {declared}, "reason": "Đếm" }}] }}"#
    )
}

fn log_of(year: i16) -> DocumentId {
    DocumentId::log(&"A".parse().unwrap(), year)
}

fn number() -> ReportKey {
    ("2026-Q4".parse().unwrap(), "II.1-02".to_owned())
}

fn stored(world: &World, document: &DocumentId) -> Held {
    Held::load(&*world.store, document).unwrap()
}

/// The only entry that A has in a document.
fn entry_in(world: &World, document: &DocumentId) -> Entry {
    let held = stored(world, document);
    let [(entry, _)] = held.entries() else {
        panic!("{} entries", held.entries().len())
    };
    entry.clone()
}

/// A device of A that has what was imported.
fn device(world: &World) -> Device {
    let mut device = world.device(1, "an");
    world.sync(&mut device);
    device
}

fn correct(world: &World, device: &mut Device, id: EntryId, field: &str, value: FieldValue) {
    let mut edit = EntryEdit::new(id, "TT_BUOI");
    edit.fields = [(field.to_owned(), Some(value))].into();
    device.save(&log_of(2026), &edit);
    world.sync(device);
}

fn declare(world: &World, device: &mut Device, declared: Option<(DeclaredValue, &str)>) {
    let actor = device.actor();
    let change = log::declare(device.document(&log_of(2026)), actor, world.now, &number(), declared);
    device.unsent.push((log_of(2026), change.unwrap()));
    world.sync(device);
}

fn did(imported: &Imported) -> (usize, usize, usize, usize) {
    let warnings = imported.warnings.iter();
    let about =
        warnings.filter(|remark| remark.message.contains("was corrected") || remark.message.contains("deleted"));
    (imported.records, imported.corrected, imported.deleted, about.count())
}

#[test]
fn what_people_corrected_since_stays_when_the_same_file_comes_again() {
    for id in [None, Some(ID)] {
        let world = World::new();
        let file = file(id, TALK, "", 60);
        assert_eq!(did(&imported(&world, &file).unwrap()), (2, 0, 0, 0));
        let mut phone = device(&world);
        let entry = entry_in(&world, &log_of(2026)).id;
        correct(&world, &mut phone, entry, "participants", FieldValue::Integer(77));
        correct(
            &world,
            &mut phone,
            entry,
            "title",
            FieldValue::Text("Nói chuyện nghề".to_owned()),
        );
        declare(&world, &mut phone, Some((DeclaredValue::Integer(88), "Sửa")));
        let rows = world.store.dump_read_model().unwrap();
        assert_eq!(did(&imported(&world, &file).unwrap()), (0, 3, 0, 0));
        assert_eq!(world.store.dump_read_model().unwrap(), rows);
        assert_eq!(entry_in(&world, &log_of(2026)).integer("participants"), Some(77));
        // Taken back is corrected, too.
        declare(&world, &mut phone, None);
        assert_eq!(did(&imported(&world, &file).unwrap()), (0, 3, 0, 0));
        assert!(log::declared(stored(&world, &log_of(2026)).document()).is_empty());
    }
}

#[test]
fn what_the_file_says_anew_is_written_and_nothing_else() {
    let world = World::new();
    imported(&world, &file(Some(ID), TALK, "", 60)).unwrap();
    let mut phone = device(&world);
    let entry = ID.parse().unwrap();
    correct(&world, &mut phone, entry, "participants", FieldValue::Integer(77));
    let more = TALK.replace("\"sessions\": 1", "\"sessions\": 2");
    assert_eq!(
        did(&imported(&world, &file(Some(ID), &more, "", 61)).unwrap()),
        (2, 1, 0, 0)
    );
    let stands = entry_in(&world, &log_of(2026));
    assert_eq!(
        (stands.integer("sessions"), stands.integer("participants")),
        (Some(2), Some(77))
    );
    // About what was corrected, too: somebody says something new.
    let other = more.replace("58", "59");
    let said = imported(&world, &file(Some(ID), &other, "", 61)).unwrap();
    assert_eq!(did(&said), (1, 0, 0, 1));
    assert_eq!(said.warnings[0].path, "$.entries[0].fields.participants");
    assert_eq!(entry_in(&world, &log_of(2026)).integer("participants"), Some(59));
    // What was there already when the file said it, the file has said.
    world.sync(&mut phone);
    correct(&world, &mut phone, entry, "participants", FieldValue::Integer(80));
    let same = other.replace("59", "80");
    assert_eq!(
        did(&imported(&world, &file(Some(ID), &same, "", 61)).unwrap()),
        (0, 0, 0, 0)
    );
    correct(&world, &mut phone, entry, "participants", FieldValue::Integer(81));
    assert_eq!(
        did(&imported(&world, &file(Some(ID), &same, "", 61)).unwrap()),
        (0, 1, 0, 0)
    );
    assert_eq!(entry_in(&world, &log_of(2026)).integer("participants"), Some(81));
}

#[test]
fn what_people_recorded_and_no_import_said_is_written_over() {
    let world = World::new();
    let mut phone = device(&world);
    let entry = phone.log_talk(&log_of(2026), date(2026, 10, 1), 40);
    world.sync(&mut phone);
    let file = file(Some(&entry.to_string()), TALK, "", 60);
    assert_eq!(did(&imported(&world, &file).unwrap()), (2, 0, 0, 0));
    assert_eq!(entry_in(&world, &log_of(2026)).integer("participants"), Some(58));
}

#[test]
fn a_deleted_entry_stays_deleted_whatever_the_file_says() {
    for id in [None, Some(ID)] {
        let world = World::new();
        imported(&world, &file(id, TALK, "", 60)).unwrap();
        let mut phone = device(&world);
        let entry = entry_in(&world, &log_of(2026)).id.to_string();
        let delete = |deleted| EntryEdit {
            deleted: Some(deleted),
            ..EntryEdit::new(entry.parse().unwrap(), "TT_BUOI")
        };
        phone.save(&log_of(2026), &delete(true));
        world.sync(&mut phone);
        assert_eq!(did(&imported(&world, &file(id, TALK, "", 60)).unwrap()), (0, 0, 1, 0));
        let anew = file(Some(&entry), &TALK.replace("58", "59"), "", 60);
        let said = imported(&world, &anew).unwrap();
        assert_eq!(
            (did(&said), said.warnings[0].path.as_str()),
            ((0, 0, 1, 1), "$.entries[0]")
        );
        let stands = entry_in(&world, &log_of(2026));
        assert_eq!((stands.is_deleted(), stands.integer("participants")), (true, Some(58)));
        // Taken back, it is an entry like any other, and what was not written is news still.
        world.sync(&mut phone);
        phone.save(&log_of(2026), &delete(false));
        world.sync(&mut phone);
        assert_eq!(imported(&world, &anew).unwrap().records, 1);
        assert_eq!(entry_in(&world, &log_of(2026)).integer("participants"), Some(59));
    }
}

#[test]
fn a_record_that_was_moved_to_another_year_stays_there() {
    let world = World::new();
    imported(&world, &file(Some(ID), TALK, "", 60)).unwrap();
    let mut phone = device(&world);
    let mut edit = EntryEdit::new(ID.parse().unwrap(), "TT_BUOI");
    edit.fields = [("date_start".to_owned(), Some(FieldValue::Date(date(2025, 10, 1))))].into();
    let leaving = phone.document(&log_of(2026)).clone();
    let (actor, now) = (phone.actor(), world.now);
    let mut rng = fastrand::Rng::with_seed(1);
    let came = home::move_in(phone.document(&log_of(2025)), actor, now, &mut rng, &leaving, &edit);
    let left = home::move_out(phone.document(&log_of(2026)), actor, now, edit.id);
    phone.unsent.push((log_of(2025), came.unwrap()));
    phone.unsent.push((log_of(2026), left.unwrap()));
    world.sync(&mut phone);
    let more = file(Some(ID), &TALK.replace("\"sessions\": 1", "\"sessions\": 2"), "", 60);
    assert_eq!(did(&imported(&world, &more).unwrap()), (1, 1, 0, 0));
    assert!(entry_in(&world, &log_of(2026)).is_deleted());
    let lives = entry_in(&world, &log_of(2025));
    assert_eq!((lives.is_deleted(), lives.integer("sessions")), (false, Some(2)));
}

#[test]
fn a_state_and_its_days_stay_as_people_corrected_them() {
    let item = |rest: &str| {
        let fields = r#""kind": "DN", "sign_date": "2026-01-20", "valid_from": "2026-02-01", "valid_to": "2028-02-01",
            "workers_covered": 40, "favourable": false, "vote_pct": 87.5"#;
        format!(r#"{{ "entries": [{{ "unit": "A", "type": "TULDTT", {rest} "fields": {{ {fields} }} }}] }}"#)
    };
    let states = client_core::catalogue::activity_type("TULDTT").unwrap().states;
    let [first, second] = [states[0].code, states[1].code];
    let world = World::new();
    let in_first = item(&format!(
        r#""state": "{first}", "events": {{ "{first}": "2026-02-01" }},"#
    ));
    imported(&world, &in_first).unwrap();
    let register = DocumentId::register(&"A".parse().unwrap());
    let mut phone = device(&world);
    let mut edit = EntryEdit::new(entry_in(&world, &register).id, "TULDTT");
    edit.state = Some(second.to_owned());
    edit.events = [(first.to_owned(), date(2026, 2, 3))].into();
    phone.save(&register, &edit);
    world.sync(&mut phone);
    let corrected = entry_in(&world, &register);
    assert_eq!(did(&imported(&world, &in_first).unwrap()), (0, 2, 0, 0));
    assert_eq!(entry_in(&world, &register), corrected);
    let in_second = item(&format!(
        r#""state": "{second}", "events": {{ "{first}": "2026-02-02" }},"#
    ));
    let said = imported(&world, &in_second).unwrap();
    assert_eq!(
        (did(&said), said.warnings[0].path.as_str()),
        ((1, 0, 0, 1), &*format!("$.entries[0].events.{first}"))
    );
    assert_eq!(entry_in(&world, &register).events.get(first), Some(&date(2026, 2, 2)));
}

#[test]
fn a_record_without_a_day_is_the_same_on_another_day() {
    let world = World::new();
    let question = client_core::catalogue::activity_type("VUONGMAC").unwrap();
    assert_eq!(question.day_field, None);
    let file = r#"{ "entries": [{ "unit": "A", "type": "VUONGMAC", "fields": { "category": "KHAC", "question": "Tính thế nào?", "visibility": "RIENG" } }] }"#;
    for (days, records) in [(0, 1), (1, 0), (90, 0)] {
        let now = Timestamp(world.now.0 + days * 24 * 60 * 60 * 1000);
        let said = import(&*world.store, file.as_bytes(), now).unwrap();
        assert_eq!(said.records, records, "{days} days later");
    }
    assert_eq!(entries::read(stored(&world, &log_of(2026)).document()).len(), 1);
}

#[test]
fn a_rule_that_people_broke_keeps_out_only_what_touches_it() {
    let world = World::new();
    let women = |title: &str, women: u32| {
        let fields = TALK.replace("Nói chuyện", title);
        let fields = format!(r#"{fields}, "participants_female": {women}"#);
        file(Some(ID), &fields, "", 61)
    };
    imported(&world, &women("Nói chuyện", 20)).unwrap();
    let mut phone = device(&world);
    correct(
        &world,
        &mut phone,
        ID.parse().unwrap(),
        "participants",
        FieldValue::Integer(10),
    );
    let said = imported(&world, &women("Tên mới", 20)).unwrap();
    assert_eq!(said.records, 1);
    let paths: Vec<_> = said.warnings.iter().map(|remark| remark.path.as_str()).collect();
    assert_eq!(paths, ["$.entries[0].fields.participants_female"]);
    assert_eq!(entry_in(&world, &log_of(2026)).text("title"), Some("Tên mới"));
    let refused = super::errors(&world, &women("Tên mới", 19));
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(
        refused[0].starts_with("$.entries[0].fields.participants_female: "),
        "{refused:?}"
    );
}
