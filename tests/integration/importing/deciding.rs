//! What people have still to decide, and an import that would decide it for them.

use client_core::ids::DocumentId;
use client_core::model::entries::EntryEdit;
use client_core::model::entry::FieldValue;
use client_core::model::log::{self, DeclaredValue};
use client_core::model::{home, places};
use jiff::civil::date;
use server::import::Imported;
use server::projection::Held;
use system_tests::device::Device;
use system_tests::world::World;

use super::{errors, imported};

#[test]
fn what_two_people_wrote_differently_is_decided_before_an_import_moves_it_to_another_year() {
    let world = World::new();
    let log: DocumentId = "log/A/2026".parse().unwrap();
    let (mut one, mut other) = (world.device(1, "an"), world.device(2, "anh"));
    let entry = one.log_talk(&log, date(2026, 10, 1), 40);
    world.sync(&mut one);
    world.sync(&mut other);
    for (device, number) in [(&mut one, 41), (&mut other, 42)] {
        let mut edit = EntryEdit::new(entry, "TT_BUOI");
        edit.fields = [("participants".to_owned(), Some(FieldValue::Integer(number)))].into();
        device.save(&log, &edit);
        world.sync(device);
    }
    let known = format!(r#""id": "{entry}", "unit": "A", "type": "TT_BUOI""#);
    let to = |day: &str| {
        let rest = r#""form": "SINHHOAT", "topics": ["KHCN"], "sessions": 1, "title": "Buổi""#;
        format!(r#"{{ "entries": [{{ {known}, "fields": {{ "date_start": "{day}", {rest} }} }}] }}"#)
    };
    let refused = errors(&world, &to("2025-10-01"));
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(
        refused[0].starts_with("$.entries[0].fields.date_start: two people wrote"),
        "{refused:?}"
    );
    assert_eq!(
        imported(&world, &to("2026-10-02")).unwrap().records,
        1,
        "within the year"
    );
}

const ID: &str = "01JD0000000000000000000000";
const NUMBER: &str = "$.entries[0].fields.participants";

fn log_of(year: i16) -> DocumentId {
    DocumentId::log(&"A".parse().unwrap(), year)
}

/// Imports a talk with this many people.
fn says(world: &World, number: u32) -> Imported {
    says_of(world, number, 1)
}

fn says_of(world: &World, number: u32, sessions: u32) -> Imported {
    let rest = r#""date_start": "2026-10-01", "title": "Buổi", "form": "SINHHOAT", "topics": ["KHCN"]"#;
    let fields = format!(r#"{rest}, "sessions": {sessions}, "participants": {number}"#);
    let file =
        format!(r#"{{ "entries": [{{ "id": "{ID}", "unit": "A", "type": "TT_BUOI", "fields": {{ {fields} }} }}] }}"#);
    imported(world, &file).unwrap()
}

fn declares(world: &World, number: u32) -> Imported {
    let number = format!(r#""period": "2026-Q4", "indicator": "II.1-02", "value": {number}, "reason": "Đếm""#);
    imported(
        world,
        &format!(r#"{{ "declarations": [{{ "unit": "A", {number} }}] }}"#),
    )
    .unwrap()
}

fn edit(field: &str, value: FieldValue) -> EntryEdit {
    let mut edit = EntryEdit::new(ID.parse().unwrap(), "TT_BUOI");
    edit.fields = [(field.to_owned(), Some(value))].into();
    edit
}

fn writes(device: &mut Device, number: i64) {
    device.save(&log_of(2026), &edit("participants", FieldValue::Integer(number)));
}

/// The fields on which people differ, each with how many values are to be chosen from, and the number that counts.
fn asked(world: &World) -> (Vec<(String, usize)>, Option<i64>) {
    let logs = [log_of(2025), log_of(2026)].map(|id| (Held::load(&*world.store, &id).unwrap(), id));
    let documents = logs.iter().map(|(held, id)| (id, held.document()));
    let (counting, others) = places::find(documents, ID.parse().unwrap()).unwrap();
    let conflicts = places::conflicts(&counting, &others).into_iter();
    let asked = conflicts.map(|conflict| (conflict.field, conflict.values.len()));
    (asked.collect(), counting.entry.integer("participants"))
}

fn one_question() -> Vec<(String, usize)> {
    vec![("participants".to_owned(), 2)]
}

fn paths(said: &Imported) -> Vec<&str> {
    let about = said
        .warnings
        .iter()
        .filter(|remark| remark.message.starts_with("two people wrote"));
    about.map(|remark| remark.path.as_str()).collect()
}

/// Nothing was taken, and it was said where.
fn is_left(said: &Imported, path: &str) {
    assert_eq!((said.records, said.undecided, paths(said)), (0, 1, vec![path]));
}

#[test]
fn what_a_person_and_an_earlier_import_wrote_differently_stays_asked() {
    let world = World::new();
    says(&world, 58);
    let mut phone = world.device(1, "an");
    world.sync(&mut phone);
    writes(&mut phone, 60);
    assert_eq!(says(&world, 65).undecided, 0);
    world.sync(&mut phone);
    let (question, counts) = asked(&world);
    assert_eq!(question, one_question());
    // What it said before is no news; what it says anew is left, and is news again and again.
    let same = says(&world, 65);
    assert_eq!((same.records, same.undecided, paths(&same)), (0, 0, vec![]));
    for _ in 0..2 {
        is_left(&says(&world, 66), NUMBER);
        assert_eq!(asked(&world), (one_question(), counts));
    }
    // The rest of the record is taken.
    let rest = says_of(&world, 66, 2);
    assert_eq!((rest.records, rest.undecided, paths(&rest)), (1, 1, vec![NUMBER]));
    assert_eq!(asked(&world), (one_question(), counts));
    // Somebody chose: the file says something new about it.
    world.sync(&mut phone);
    writes(&mut phone, 60);
    world.sync(&mut phone);
    assert_eq!(asked(&world), (vec![], Some(60)));
    let taken = says_of(&world, 66, 2);
    assert_eq!((taken.records, taken.undecided), (1, 0));
    assert_eq!(asked(&world), (vec![], Some(66)));
}

#[test]
fn what_two_people_wrote_differently_stays_asked_whatever_the_file_says_anew() {
    for numbers in [[58, 61], [61, 58], [60, 61], [61, 60]] {
        let world = World::new();
        says(&world, 58);
        let mut phones = [world.device(1, "an"), world.device(2, "anh")];
        for phone in &mut phones {
            world.sync(phone);
        }
        for (phone, number) in phones.iter_mut().zip(numbers) {
            // There and back, where it is what the file said.
            writes(phone, 59);
            writes(phone, number);
        }
        for phone in &mut phones {
            world.sync(phone);
        }
        let before = asked(&world);
        assert_eq!(before.0, one_question());
        // A third number, and one of the two.
        for anew in [62, 61] {
            is_left(&says(&world, anew), NUMBER);
            assert_eq!(asked(&world), before);
        }
    }
}

#[test]
fn what_was_left_in_another_year_stays_asked() {
    let world = World::new();
    says(&world, 58);
    let (mut one, mut other) = (world.device(1, "an"), world.device(2, "anh"));
    world.sync(&mut one);
    world.sync(&mut other);
    let moved = edit("date_start", FieldValue::Date(date(2025, 10, 1)));
    let leaving = one.document(&log_of(2026)).clone();
    let (actor, now) = (one.actor(), world.now);
    let mut rng = fastrand::Rng::with_seed(1);
    let came = home::move_in(one.document(&log_of(2025)), actor, now, &mut rng, &leaving, &moved);
    let left = home::move_out(one.document(&log_of(2026)), actor, now, moved.id);
    one.unsent.push((log_of(2025), came.unwrap()));
    one.unsent.push((log_of(2026), left.unwrap()));
    world.sync(&mut one);
    // Written without knowing of the move, it is left where it was.
    writes(&mut other, 61);
    world.sync(&mut other);
    assert_eq!(asked(&world), (one_question(), Some(58)));
    is_left(&says(&world, 62), NUMBER);
    assert_eq!(asked(&world), (one_question(), Some(58)));
}

#[test]
fn what_two_people_declared_differently_stays_asked() {
    let world = World::new();
    declares(&world, 60);
    let key = ("2026-Q4".parse().unwrap(), "II.1-02".to_owned());
    let mut phones = [world.device(1, "an"), world.device(2, "anh")];
    for phone in &mut phones {
        world.sync(phone);
    }
    let declare = |phone: &mut Device, number: i64| {
        let actor = phone.actor();
        let declared = Some((DeclaredValue::Integer(number), "Sửa"));
        let change = log::declare(phone.document(&log_of(2026)), actor, world.now, &key, declared);
        phone.unsent.push((log_of(2026), change.unwrap()));
    };
    for (phone, number) in phones.iter_mut().zip([70, 71]) {
        declare(phone, number);
    }
    for phone in &mut phones {
        world.sync(phone);
    }
    let stands = || {
        let held = Held::load(&*world.store, &log_of(2026)).unwrap();
        log::declared(held.document()).remove(&key).unwrap()
    };
    let before = stands();
    assert_eq!(before.differing().count(), 2);
    assert_eq!(declares(&world, 60).undecided, 0, "said before");
    for _ in 0..2 {
        is_left(&declares(&world, 72), "$.declarations[0].value");
        assert_eq!(stands(), before);
    }
    let [one, _] = &mut phones;
    world.sync(one);
    declare(one, 73);
    world.sync(one);
    assert_eq!(declares(&world, 72).records, 1, "news still");
    assert_eq!(stands().counts.value, Some(DeclaredValue::Integer(72)));
}
