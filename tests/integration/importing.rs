//! Units, people and entries from a file: all or nothing, errors by path.

mod again;
mod deciding;

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
fn every_error_is_named_by_its_path() {
    let world = World::new();
    let broken = r#"{
      "units": [
        { "id": "A", "name": "Tên khác", "tier": "CDCS", "sector": "HCSN", "parent": "TAM", "from": "2021-01-01" },
        { "id": "X", "name": "", "tier": "XYZ", "sector": "Q", "parent": "NOBODY", "from": "2030-01-01" },
        { "id": "Y", "name": "Vòng", "tier": "CDCS", "parent": "Z", "from": "2026-01-01" },
        { "id": "Z", "name": "Vòng", "tier": "CDCS", "parent": "Y", "from": "2026-01-01" },
        { "id": "TOP", "name": "Đỉnh khác", "tier": "TINH", "parent": null, "from": "2026-01-01" }
      ],
      "people": [
        { "id": "p", "name": "Một", "role": "officer", "unit": "NOWHERE", "login": "CÓ DẤU" },
        { "id": "p", "name": "Hai", "role": "officer", "unit": "A" }
      ],
      "periods": [{ "period": "2026-Q1", "due": "2026-03-31" }],
      "entries": [
        { "unit": "NOBODY", "type": "KHONG_CO" },
        { "unit": "A", "type": "TT_BUOI", "fields": { "participants": "năm mươi tám", "colour": "xanh", "sessions": 1.5,
          "date_start": "31/2/2026", "form": "HOP", "title": "Buổi", "topics": ["KHCN"] } },
        { "unit": "A", "type": "TT_BUOI", "fields": { "participants": 5, "participants_female": 9, "sessions": 1,
          "date_start": "2026-10-01", "form": "SINHHOAT", "title": "Buổi", "topics": ["KHCN"] } },
        { "unit": "A", "type": "TT_BUOI", "state": "MOI", "fields": { "participants": 5, "sessions": 1,
          "date_start": "2026-10-01", "form": "SINHHOAT", "topics": ["KHCN"], "title": { "vi": "Buổi" } } }
      ],
      "declarations": [
        { "unit": "A", "period": "2026-Q4", "indicator": "XX", "value": 1 },
        { "unit": "A", "period": "2026-Q4", "indicator": "II.1-02", "value": 1.5 }
      ]
    }"#;
    let errors = errors(&world, broken);
    for path in [
        "$.units[0].id",
        "$.units[1].name",
        "$.units[1].tier",
        "$.units[1].sector",
        "$.units[1].parent",
        "$.units[1].from",
        "$.units[2].parent",
        "$.units[4].parent",
        "$.people[0].unit",
        "$.people[0].login",
        "$.people[1].id",
        "$.periods[0].due",
        "$.entries[0].unit",
        "$.entries[0].type",
        "$.entries[1].fields.participants",
        "$.entries[1].fields.colour",
        "$.entries[1].fields.sessions",
        "$.entries[1].fields.date_start",
        "$.entries[1].fields.form",
        "$.entries[2].fields.participants_female",
        "$.entries[3].state",
        "$.entries[3].fields.title",
        "$.declarations[0].indicator",
        "$.declarations[1].value",
        "$.declarations[1].reason",
    ] {
        assert!(
            errors.iter().any(|error| error.starts_with(&format!("{path}: "))),
            "{path} is not in {errors:#?}"
        );
    }
}

#[test]
fn one_bad_entry_keeps_all_others_out_and_is_wrong_once() {
    let world = World::new();
    let broken = SOUND.replace("\"participants\": 58", "\"participants\": -58");
    let errors = errors(&world, &broken);
    assert_eq!(errors.len(), 1, "{errors:?}");
    assert!(
        errors[0].starts_with("$.entries[0].fields.participants: "),
        "{errors:?}"
    );
}

#[test]
fn null_is_no_value_and_twice_is_named() {
    let world = World::new();
    let nothing = SOUND.replace("\"participants\": 58", "\"participants\": null");
    assert!(errors(&world, &nothing)[0].starts_with("$.entries[0].fields.participants: Enter"));
    let id = "\"id\": \"01JD0000000000000000000000\", \"unit\": \"D\", \"type\": \"TT_BUOI\", \"fields\": { \"date_start\": \"2026-10-01\", \"title\": \"Nói chuyện\", \"form\": \"SINHHOAT\", \"topics\": [\"KHCN\"], \"sessions\": 1, \"participants\": 5 }";
    let twice = SOUND.replace("\"entries\": [", &format!("\"entries\": [{{ {id} }}, {{ {id} }},"));
    let said = errors(&world, &twice);
    assert_eq!(said, ["$.entries[1].id: 01JD0000000000000000000000 is there twice"]);
    let declaration = "{ \"unit\": \"D\", \"period\": \"2026-Q4\", \"indicator\": \"II.1-02\", \"value\": 61, \"reason\": \"Đếm lại\" },";
    let twice = SOUND.replace("\"declarations\": [", &format!("\"declarations\": [{declaration}"));
    assert_eq!(
        errors(&world, &twice),
        ["$.declarations[1].indicator: II.1-02 is there twice"]
    );
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
fn a_declaration_is_refused_as_on_a_phone() {
    let world = World::new();
    let refused = |from: &str, to: &str| {
        let mut errors = errors(&world, &SOUND.replace(from, to));
        assert_eq!(errors.len(), 1, "{errors:?}");
        errors.remove(0)
    };
    let reason = "\"Hai người đến sau\"";
    assert!(refused(&format!(", \"reason\": {reason}"), "").starts_with("$.declarations[0].reason: Say in a sentence"));
    let long = format!("\"{}\"", "ơ".repeat(20_000));
    let said = refused(reason, &long);
    assert!(
        said.starts_with("$.declarations[0].reason: ") && said.contains("19,500 characters"),
        "{said}"
    );
    assert!(refused("2026-Q4", "2026-H1").starts_with("$.declarations[0].period: "));
    assert!(refused("\"value\": 60", "\"value\": -60").starts_with("$.declarations[0].value: "));
    assert!(refused("\"value\": 60", "\"value\": null").starts_with("$.declarations[0].value: "));
    // What is asked of others only.
    let not_asked = client_core::catalogue::indicators()
        .iter()
        .find(|indicator| {
            let grassroots = client_core::report::UnitFacts {
                id: "D".parse().unwrap(),
                tier: client_core::catalogue::Tier::Cdcs,
                sector: Some(client_core::catalogue::UnitSector::DnNnn),
            };
            !indicator.is_asked_of(&grassroots) && indicator.kind == client_core::catalogue::IndicatorKind::Count
        })
        .unwrap();
    assert!(refused("II.1-02", not_asked.code).starts_with("$.declarations[0].indicator: "));
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
fn only_the_province_and_upper_level_unions_have_units_below() {
    let world = World::new();
    let wrong = SOUND.replace("\"tier\": \"CTTT\"", "\"tier\": \"CDCS\"");
    let in_the_file = errors(&world, &wrong);
    assert_eq!(in_the_file.len(), 1, "{in_the_file:?}");
    assert!(
        in_the_file[0].starts_with("$.units[1].tier: E is CDCS"),
        "{in_the_file:?}"
    );
    let below_one_there = SOUND.replace("\"parent\": \"E\"", "\"parent\": \"A\"");
    let below_one_there = errors(&world, &below_one_there);
    assert_eq!(below_one_there.len(), 1, "{below_one_there:?}");
    assert!(
        below_one_there[0].starts_with("$.units[0].parent: A is CDCS"),
        "{below_one_there:?}"
    );
}

#[test]
fn there_is_one_province() {
    let world = World::new();
    let said = errors(&world, &SOUND.replace("\"tier\": \"CTTT\"", "\"tier\": \"TINH\""));
    assert_eq!(said.len(), 1, "{said:?}");
    assert!(
        said[0].starts_with("$.units[1].tier: there is one province"),
        "{said:?}"
    );
}

#[test]
fn a_key_stands_once_in_every_object() {
    let world = World::new();
    for (from, to, place) in [
        (
            "\"sessions\": 1,",
            "\"sessions\": 1, \"sessions\": 2,",
            "$.entries[0].fields: duplicate field `sessions`",
        ),
        (
            "{ \"HIEU_LUC\": \"2026-02-01\" }",
            "{ \"HIEU_LUC\": \"2026-02-01\", \"HIEU_LUC\": \"2026-02-02\" }",
            "$.entries[1].events: duplicate field `HIEU_LUC`",
        ),
        (
            "\"kind\": \"DN\",",
            "\"kind\": [{ \"a\": 1, \"a\": 2 }],",
            "$.entries[1].fields.kind[0]: duplicate field `a`",
        ),
    ] {
        let said = errors(&world, &SOUND.replace(from, to));
        assert_eq!(said.len(), 1, "{said:?}");
        assert!(said[0].starts_with(place), "{said:?}");
    }
}

#[test]
fn the_day_of_a_state_lies_in_years_that_documents_have() {
    let world = World::new();
    for day in ["2014-12-31", "1999-01-01", "2101-01-01"] {
        let said = errors(
            &world,
            &SOUND.replace("\"HIEU_LUC\": \"2026-02-01\"", &format!("\"HIEU_LUC\": \"{day}\"")),
        );
        assert_eq!(
            said,
            ["$.entries[1].events.HIEU_LUC: the day must lie in the years 2015 to 2100"]
        );
    }
}

#[test]
fn a_name_or_title_that_nobody_can_see_is_none() {
    let world = World::new();
    let title = SOUND.replace("Nói chuyện chuyên đề", "\u{200b}\u{200b}");
    assert!(errors(&world, &title)[0].starts_with("$.entries[0].fields.title: Enter"));
    let name = SOUND.replace("CĐCS Xưởng gỗ", "\u{200b}");
    assert!(errors(&world, &name)[0].starts_with("$.units[0].name: "));
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
fn a_list_is_no_object() {
    let world = World::new();
    for wrong in ["[]", "[[], []]", "null", "5"] {
        let errors = errors(&world, wrong);
        assert_eq!(errors.len(), 1, "{wrong}: {errors:?}");
        assert!(
            errors[0].starts_with("$: ") && errors[0].contains("the file is one object with units, people"),
            "{wrong}: {errors:?}"
        );
    }
    let unit = r#"{"units": [["D", "Tên", "CDCS", "", "TAM", "2026-01-01"]]}"#;
    assert!(errors(&world, unit)[0].starts_with("$.units[0]: "));
    let utf_16: Vec<u8> = [0xFF, 0xFE, b'{', 0, b'}', 0].to_vec();
    let Err(ImportError::Refused(remarks)) = import(&*world.store, &utf_16, world.now) else {
        panic!("it should be refused")
    };
    assert!(remarks[0].message.contains("UTF-8"), "{remarks:?}");
}

#[test]
fn what_is_not_the_format_is_refused_with_the_place() {
    let world = World::new();
    assert!(errors(&world, "")[0].starts_with("$: "));
    assert!(errors(&world, r#"{"unit": []}"#)[0].contains("unknown field"));
    for id in ["a b", ".", ".."] {
        assert!(errors(&world, &format!(r#"{{"units": [{{"id": "{id}"}}]}}"#))[0].starts_with("$.units[0].id: "));
    }
    assert!(
        errors(
            &world,
            r#"{"people": [{"id": "p", "name": "P", "role": "boss", "unit": "A"}]}"#
        )[0]
        .starts_with("$.people[0].role: ")
    );
    assert!(errors(&world, "{} {}")[0].starts_with("$: "));
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
