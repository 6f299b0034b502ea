//! What is said about an entry besides the rules of the plan.

use std::collections::BTreeSet;

use client_core::catalogue::{Level, activity_types};
use client_core::model::entry::FieldValue;
use client_core::validate::entry;

use super::world::{findings, fires, silent, today, typed, with};

#[test]
fn what_is_required_is_asked_for() {
    let empty = typed("TT_BUOI", &[]);
    let asked: Vec<_> = findings(&empty, &today(), "REQUIRED")
        .into_iter()
        .flat_map(|finding| finding.fields)
        .collect();
    // Tasks are required too, and follow from the type.
    assert_eq!(
        asked,
        ["form", "topics", "sessions", "participants", "date_start", "title"]
    );
    let finding = &findings(&empty, &today(), "REQUIRED")[0];
    assert_eq!(
        (finding.message.vi.as_str(), finding.level),
        ("Chọn “Hình thức”.", Level::Error)
    );
    let full = typed(
        "TT_BUOI",
        &[
            ("form", "SINHHOAT"),
            ("topics", "TIETKIEM"),
            ("sessions", "1"),
            ("participants", "58"),
            ("date_start", "hôm nay"),
            ("title", "Tiết kiệm điện"),
        ],
    );
    silent(&full, &today(), "REQUIRED");
    assert!(
        entry(&full, &today())
            .iter()
            .all(|finding| finding.level == Level::Note)
    );
}

#[test]
fn nothing_is_required_in_a_field_that_is_not_shown() {
    let meal = |provided| typed("BUA_AN_CA", &[("as_of", "01/10/2026"), ("provided", provided)]);
    let asked = |entry| -> Vec<_> {
        findings(&entry, &today(), "REQUIRED")
            .into_iter()
            .flat_map(|finding| finding.fields)
            .collect()
    };
    assert_eq!(asked(meal("có")), ["value_vnd", "workers"]);
    assert!(asked(meal("không")).is_empty());
}

#[test]
fn a_number_that_cannot_be_is_wrong_once() {
    let class = |people, women| {
        let subject = typed("DT_LOP", &[("participants", people), ("participants_female", women)]);
        let found = entry(&subject, &today());
        let about_people = found.into_iter().filter(|finding| {
            finding.level == Level::Error && finding.fields.iter().any(|field| field.starts_with("participants"))
        });
        about_people.map(|finding| finding.rule).collect::<Vec<_>>()
    };
    assert_eq!(class("-19", "20"), ["MIN"]);
    assert_eq!(class("19", "20").len(), 1);
    assert_eq!(class("19", "9"), Vec::<&str>::new());
    // The plan's own sentence says more than a bound.
    let care = entry(&typed("CHAMLO", &[("amount_vnd", "-5000")]), &today());
    let about_money = care.iter().filter(|finding| finding.fields.contains(&"amount_vnd"));
    assert_eq!(
        about_money.map(|finding| finding.rule).collect::<Vec<_>>(),
        ["R_MONEY_INT"]
    );
}

#[test]
fn numbers_keep_their_bounds() {
    let class = |people| typed("DT_LOP", &[("participants", people)]);
    fires(&class("0"), &today(), "MIN", Level::Error);
    silent(&class("1"), &today(), "MIN");
    fires(&class("1.001"), &today(), "WARN_MAX", Level::Warning);
    silent(&class("1.000"), &today(), "WARN_MAX");
    let year = |year| typed("HN_NLD", &[("year", year)]);
    fires(&year("2101"), &today(), "MAX", Level::Error);
    silent(&year("2100"), &today(), "MAX");
    let wage = |amount| typed("HOSO_DONVI", &[("avg_wage_vnd", amount)]);
    fires(&wage("900.000"), &today(), "WARN_MIN", Level::Warning);
    silent(&wage("1.000.000"), &today(), "WARN_MIN");
    // One sentence is enough: above the maximum is above the usual, too.
    silent(
        &typed("BUA_AN_CA", &[("provided", "có"), ("value_vnd", "600.000")]),
        &today(),
        "WARN_MAX",
    );
}

#[test]
fn parts_that_no_rule_names_fit_their_wholes_and_nothing_is_said_twice() {
    let care = |hard| typed("CHAMLO", &[("beneficiaries", "14"), ("beneficiaries_hard", hard)]);
    fires(&care("15"), &today(), "SUBSET", Level::Error);
    silent(&care("14"), &today(), "SUBSET");
    let session = typed("TT_BUOI", &[("participants", "5"), ("participants_female", "6")]);
    fires(&session, &today(), "R_SUBSET", Level::Error);
    silent(&session, &today(), "SUBSET");
}

#[test]
fn what_another_device_wrote_keeps_its_limits_too() {
    let long = with(typed("VHTT", &[]), "title", FieldValue::Text("a".repeat(201)));
    fires(&long, &today(), "LENGTH", Level::Error);
    silent(
        &with(typed("VHTT", &[]), "title", FieldValue::Text("ậ".repeat(200))),
        &today(),
        "LENGTH",
    );
    let hashes: BTreeSet<String> = (0..7).map(|number| format!("{number:064}")).collect();
    fires(
        &with(typed("VHTT", &[]), "photos", FieldValue::Codes(hashes)),
        &today(),
        "ITEMS",
        Level::Error,
    );
}

#[test]
fn what_a_newer_program_wrote_is_no_error() {
    let mut newer = typed("VHTT", &[]);
    newer.type_code = "VIEC_MOI".to_owned();
    assert!(entry(&newer, &today()).is_empty());
    let newer_field = with(typed("VHTT", &[]), "truong_moi", FieldValue::Integer(5));
    assert_eq!(
        entry(&newer_field, &today()).len(),
        entry(&typed("VHTT", &[]), &today()).len()
    );
    let newer_code = with(typed("VHTT", &[]), "kind", FieldValue::Text("CO_VUA".to_owned()));
    fires(&newer_code, &today(), "OPTION", Level::Warning);
    silent(&typed("VHTT", &[("kind", "THETHAO")]), &today(), "OPTION");
    let other_shape = with(typed("VHTT", &[]), "participants", FieldValue::Text("60".to_owned()));
    fires(&other_shape, &today(), "SHAPE", Level::Warning);
    silent(&typed("VHTT", &[("participants", "60")]), &today(), "SHAPE");
}

#[test]
fn an_empty_form_of_any_type_can_be_looked_over() {
    for kind in activity_types() {
        for finding in entry(&typed(kind.code, &[]), &today()) {
            assert!(!finding.fields.is_empty(), "{}: {finding:?}", kind.code);
        }
    }
}
