//! What a file gets wrong is named by its path, and nothing of it is taken in.

use server::import::{ImportError, import};
use system_tests::world::World;

use super::{SOUND, errors, imported};

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
fn an_id_is_one_units_in_the_file_and_in_what_is_there() {
    let world = World::new();
    let id = "01JD0000000000000000000000";
    let of = |unit: &str| {
        let fields = r#""date_start": "2026-10-01", "title": "Nói chuyện", "form": "SINHHOAT", "topics": ["KHCN"], "sessions": 1, "participants": 5"#;
        format!(r#"{{ "id": "{id}", "unit": "{unit}", "type": "TT_BUOI", "fields": {{ {fields} }} }}"#)
    };
    let both = format!(r#"{{ "entries": [{}, {}] }}"#, of("A"), of("B"));
    assert_eq!(errors(&world, &both), [format!("$.entries[1].id: {id} is there twice")]);
    let one = format!(r#"{{ "entries": [{}] }}"#, of("A"));
    assert_eq!(imported(&world, &one).unwrap().records, 1);
    let other = format!(r#"{{ "entries": [{}] }}"#, of("B"));
    let said = format!("$.entries[0].id: {id} is the id of a record of A; give this one another");
    assert_eq!(errors(&world, &other), [said]);
    assert_eq!(
        imported(&world, &one).unwrap().records,
        0,
        "the unit's own is known again"
    );
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
