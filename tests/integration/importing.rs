//! Units, people and entries from a file: all or nothing, errors by path.

mod again;
mod deciding;
mod refusing;

use server::import::{ImportError, Imported, Remark, import};
use server::report::{UnitReport, unit_report};
use system_tests::world::World;

const SOUND: &str = r#"{
  "units": [
    { "id": "D", "name": "CĐCS Xưởng gỗ", "tier": "CDCS", "sector": "DN_NNN", "parent": "E", "from": "2026-01-01" },
    { "id": "E", "name": "LĐLĐ huyện mới", "tier": "CTTT", "parent": "TINH", "from": "2026-01-01" }
  ],
  "people": [
    { "id": "dung", "name": "Tẩn Mỳ Dung", "role": "officer", "unit": "D" },
    { "id": "em", "name": "Lò Văn Em", "role": "reviewer", "unit": "E", "login": "em" }
  ],
  "periods": [{ "period": "2026-H2", "due": "2027-01-10" }],
  "entries": [
    {
      "unit": "D", "type": "TT_BUOI",
      "fields": {
        "date_start": "2026-10-01", "title": "Nói chuyện chuyên đề", "form": "SINHHOAT", "topics": ["KHCN", "TIETKIEM"],
        "sessions": 1, "participants": 58, "participants_female": "20", "result": "Tốt.\nMọi người ký cam kết."
      }
    },
    {
      "unit": "D", "type": "TULDTT", "state": "HIEU_LUC", "events": { "HIEU_LUC": "2026-02-01" },
      "fields": {
        "kind": "DN", "sign_date": "2026-01-20", "valid_from": "2026-02-01",
        "valid_to": "2028-02-01", "workers_covered": 40, "favourable": false, "vote_pct": 87.5
      }
    }
  ],
  "declarations": [
    { "unit": "D", "period": "2026-Q4", "indicator": "II.1-02", "value": 60, "reason": "Hai người đến sau" }
  ]
}"#;

fn imported(world: &World, json: &str) -> Result<Imported, ImportError> {
    import(&*world.store, json.as_bytes(), world.now)
}

/// The errors of a file, as `path: message`.
fn errors(world: &World, json: &str) -> Vec<String> {
    let before = (
        world.store.dump_read_model().unwrap(),
        world.store.organisation(world.now.date()).unwrap(),
    );
    let Err(ImportError::Refused(remarks)) = imported(world, json) else {
        panic!("it should be refused")
    };
    let after = (
        world.store.dump_read_model().unwrap(),
        world.store.organisation(world.now.date()).unwrap(),
    );
    assert_eq!(before, after, "a refused file changes nothing");
    assert!(world.store.waiting_documents().unwrap().is_empty());
    remarks.iter().map(Remark::to_string).collect()
}

fn report(world: &World, unit: &str, period: &str) -> UnitReport {
    let organisation = world.store.organisation(world.now.date()).unwrap();
    let report = unit_report(
        &*world.store,
        &organisation,
        &unit.parse().unwrap(),
        period.parse().unwrap(),
    );
    report.unwrap().unwrap()
}

#[test]
fn a_sound_file_is_taken_in_and_again_changes_nothing() {
    let world = World::new();
    let first = imported(&world, SOUND).unwrap();
    assert_eq!((first.directory, first.records), (5, 3), "{first:?}");
    let organisation = world.store.organisation(world.now.date()).unwrap();
    assert_eq!(
        organisation
            .above(&"D".parse().unwrap())
            .map(ToString::to_string)
            .collect::<Vec<_>>(),
        ["E", "TINH"]
    );
    let rows = world.store.dump_read_model().unwrap();
    assert!(
        rows.iter().any(|row| row.contains("noi chuyen chuyen de")),
        "the title is folded for search"
    );
    server::projection::rebuild(&world.store, world.now.date()).unwrap();
    assert_eq!(world.store.dump_read_model().unwrap(), rows);
    let again = imported(&world, SOUND).unwrap();
    assert_eq!((again.directory, again.records), (0, 0));
    assert_eq!(world.store.dump_read_model().unwrap(), rows);
}

#[test]
fn the_report_of_a_unit_says_what_counts_and_where_it_comes_from() {
    let world = World::new();
    imported(&world, SOUND).unwrap();
    let unit = report(&world, "D", "2026-Q4");
    let talks = unit
        .indicators
        .iter()
        .find(|indicator| indicator.code == "II.1-02")
        .unwrap();
    assert_eq!(talks.display.as_deref(), Some("60"));
    assert_eq!(talks.declared.as_ref().unwrap().reason, "Hai người đến sau");
    assert_eq!(talks.derived, Some(client_core::report::Value::Number(58)));
    let source = &talks.explanation.entries[0];
    assert_eq!(
        (source.source.amount, source.title.as_deref()),
        (58, Some("Nói chuyện chuyên đề"))
    );
    // What is declared below counts above, and opens to the unit.
    let province = report(&world, "TINH", "2026-Q4");
    let talks = province
        .indicators
        .iter()
        .find(|indicator| indicator.code == "II.1-02")
        .unwrap();
    assert_eq!(talks.display.as_deref(), Some("60"));
    assert_eq!(talks.explanation.units[0].unit.as_str(), "D");
    // Empty is not zero: nobody wrote down a meal.
    let meal = unit
        .indicators
        .iter()
        .find(|indicator| indicator.code == "II.3.3-02")
        .unwrap();
    assert_eq!((meal.value.as_ref(), meal.display.as_ref()), (None, None));
    let json = serde_json::to_value(&unit).unwrap();
    assert_eq!(
        json["indicators"].as_array().unwrap().len(),
        client_core::catalogue::indicators().len()
    );
}

const KNOWN: &str = r#""unit": "D", "type": "TT_BUOI", "id": "01JD0000000000000000000000""#;

fn talks(world: &World, period: &str) -> Option<String> {
    let unit = report(world, "D", period);
    let talks = unit.indicators.iter().find(|indicator| indicator.code == "II.1-02");
    talks.unwrap().derived.as_ref().map(|value| format!("{value:?}"))
}

#[test]
fn a_known_id_is_changed_where_it_stands_and_judged_as_it_will_stand() {
    let world = World::new();
    let named = SOUND.replace(r#""unit": "D", "type": "TT_BUOI""#, KNOWN);
    imported(&world, &named).unwrap();
    let change = |fields: &str| format!(r#"{{ "entries": [{{ {KNOWN}, "fields": {fields} }}] }}"#);
    // One field alone: the others stand already.
    assert_eq!(imported(&world, &change(r#"{ "sessions": 4 }"#)).unwrap().records, 1);
    let too_many = errors(&world, &change(r#"{ "participants_female": 59 }"#));
    assert_eq!(too_many.len(), 1, "{too_many:?}");
    assert_eq!(talks(&world, "2026-Q4").as_deref(), Some("Number(58)"));
    // Another year and back: one record lives, in the year that its day names.
    for (day, here, there) in [("2025-10-01", None, Some(())), ("2026-10-01", Some(()), None)] {
        let moved = change(&format!(r#"{{ "date_start": "{day}" }}"#));
        assert_eq!(imported(&world, &moved).unwrap().records, 1);
        assert_eq!(imported(&world, &moved).unwrap().records, 0, "again changes nothing");
        let living = |year: &str| {
            let log = format!("log/D/{year}").parse().unwrap();
            let held = server::projection::Held::load(&*world.store, &log).unwrap();
            let living = held.entries().iter().find(|(entry, _)| !entry.is_deleted());
            living.map(|(entry, _)| assert_eq!(entry.integer("sessions"), Some(4)))
        };
        assert_eq!((living("2026"), living("2025")), (here, there), "{day}");
    }
    assert_eq!(talks(&world, "2026-Q4").as_deref(), Some("Number(58)"));
    let other = change("{}").replace("TT_BUOI", "TULDTT");
    assert!(errors(&world, &other)[0].starts_with("$.entries[0].type: "));
}

#[test]
fn a_device_gets_what_was_imported_for_its_unit() {
    let world = World::new();
    imported(&world, SOUND).unwrap();
    let mut device = world.device(1, "dung");
    world.sync(&mut device);
    assert_eq!(device.documents.len(), 2);
}

#[test]
fn the_same_entry_in_another_spelling_is_the_same() {
    let world = World::new();
    imported(&world, SOUND).unwrap();
    let spelt = SOUND
        .replace("\"participants\": 58", "\"participants\": 58.0")
        .replace("\"date_start\": \"2026-10-01\"", "\"date_start\": \"01/10/2026\"");
    assert_eq!(imported(&world, &spelt).unwrap().records, 0);
}

#[test]
fn a_period_that_the_file_opens_can_be_declared_in() {
    let world = World::new();
    let sound = SOUND.replace(
        "\"unit\": \"D\", \"period\": \"2026-Q4\"",
        "\"unit\": \"D\", \"period\": \"2026-H2\"",
    );
    imported(&world, &sound).unwrap();
    let unit = report(&world, "D", "2026-H2");
    let talks = unit.indicators.iter().find(|indicator| indicator.code == "II.1-02");
    assert_eq!(talks.unwrap().display.as_deref(), Some("60"));
}

#[test]
fn what_a_spreadsheet_writes_is_read() {
    let world = World::new();
    let saved = format!("\u{feff}{}", SOUND.replace("\"value\": 60", "\"value\": 60.0"));
    let saved = saved.replace("\"participants\": 58", "\"participants\": 5.8e1");
    assert_eq!(imported(&world, &saved).unwrap().records, 3);
    let talks = report(&world, "D", "2026-Q4");
    let talks = talks.indicators.iter().find(|indicator| indicator.code == "II.1-02");
    assert_eq!(talks.unwrap().derived, Some(client_core::report::Value::Number(58)));
}

#[test]
fn a_number_that_nothing_is_derived_for_is_what_is_declared_here_and_above() {
    let world = World::new();
    // A share of the unit's people: above it weighs as they do.
    let people = r#""entries": [{ "unit": "D", "type": "HOSO_DONVI", "fields": { "as_of": "2026-10-01", "cnvcld": 200, "members": 190 } },"#;
    let declared = SOUND
        .replace("II.1-02", "II.1-05")
        .replace(", \"reason\": \"Hai người đến sau\"", "");
    imported(&world, &declared.replace("\"entries\": [", people)).unwrap();
    for unit in ["D", "E", "TINH"] {
        let report = report(&world, unit, "2026-Q4");
        let mut indicators = report.indicators.iter();
        let reached = indicators.find(|indicator| indicator.code == "II.1-05").unwrap();
        assert_eq!(reached.display.as_deref(), Some("60"), "{unit}: {reached:?}");
        assert_eq!(reached.derived, None);
    }
}
