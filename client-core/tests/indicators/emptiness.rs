//! Empty is not zero: when nobody has looked, and when somebody looked and there was nothing.

use client_core::catalogue;
use client_core::report::{Books, ReportInput, SourceRole, SystemFacts, derive_all};

use super::world::{Case, Expected, as_of, case, district, enterprise, item, number, on};

#[track_caller]
fn check(case: &Case) {
    case.check();
}

#[test]
fn a_unit_that_recorded_nothing_has_no_numbers_at_all() {
    for indicator in catalogue::indicators() {
        check(&case(indicator.code, [], Expected::Empty));
    }
}

#[test]
fn where_the_books_were_kept_nothing_found_is_a_nought() {
    // One sports day in August: so there were no sessions, and no attendances at them.
    check(&case("II.1-01", [on("2026-08-01", "VHTT")], number(0)));
    check(&case("II.1-02", [on("2026-08-01", "VHTT")], number(0)));
    check(&case("II.2-04", [on("2026-08-01", "VHTT")], number(0)));
}

#[test]
fn books_kept_in_another_period_say_nothing_about_this_one() {
    check(&case("II.1-01", [on("2026-05-01", "VHTT")], Expected::Empty));
    check(&case("II.1-01", [on("2026-08-01", "VHTT").deleted()], Expected::Empty));
    // A stock is taken at the cut-off, so that May says enough.
    check(&case("II.3.2-02", [on("2026-05-01", "VHTT")], number(0)));
    check(&case("II.3.2-02", [on("2026-10-01", "VHTT")], Expected::Empty));
}

#[test]
fn a_snapshot_that_nobody_took_is_never_a_nought() {
    check(&case("0-01", [on("2026-08-01", "VHTT")], Expected::Empty));
    check(&case("0-10", [on("2026-08-01", "VHTT")], Expected::Empty));
}

#[test]
fn what_happened_and_was_not_counted_is_empty_and_named() {
    let case = case(
        "II.1-06",
        [on("2026-08-01", "TT_BUOI"), on("2026-08-02", "TT_BUOI")],
        Expected::Empty,
    );
    check(&case);
    assert_eq!(case.derive().unmeasured.len(), 2);
}

#[test]
fn a_percentage_of_nobody_is_empty() {
    check(&case(
        "0-10",
        [as_of("2026-08-01", "HOSO_DONVI").n("trained", 0).n("cnvcld", 0)],
        Expected::Empty,
    ));
    let nobody = SystemFacts {
        units_submitted: Some(0),
        units_expected_open_in_period: Some(0),
        ..SystemFacts::default()
    };
    check(&case("0-07", [], Expected::Empty).of(district()).knowing(nobody));
    // None of eleven is a share.
    let none = SystemFacts {
        units_submitted: Some(0),
        units_expected_open_in_period: Some(11),
        ..SystemFacts::default()
    };
    check(&case("0-07", [], Expected::Ratio(0, 11)).of(district()).knowing(none));
}

#[test]
fn an_activity_without_a_day_belongs_to_no_period() {
    check(&case("II.3.3-10", [item("VHTT"), on("2026-08-01", "VHTT")], number(1)).from(&[1]));
}

#[test]
fn types_of_a_newer_program_disturb_nothing() {
    check(&case(
        "II.3.3-10",
        [on("2026-08-01", "VIEC_MOI").n("participants", 9)],
        number(0),
    ));
}

#[test]
fn a_quotient_names_the_entries_of_both_its_parts() {
    let derived = case(
        "0-10",
        [as_of("2026-08-15", "HOSO_DONVI").n("cnvcld", 124).n("trained", 62)],
        Expected::Ratio(62, 124),
    )
    .derive();
    let parts: Vec<_> = derived
        .sources
        .iter()
        .map(|source| (source.amount, source.role))
        .collect();
    assert_eq!(parts, [(62, SourceRole::Numerator), (124, SourceRole::Denominator)]);
}

#[test]
fn a_number_names_its_entries_oldest_first() {
    let derived = case(
        "II.1-02",
        [
            on("2026-08-20", "TT_BUOI").n("participants", 42),
            on("2026-07-12", "TT_BUOI").n("participants", 58),
        ],
        number(100),
    )
    .derive();
    let amounts: Vec<i64> = derived.sources.iter().map(|source| source.amount).collect();
    assert_eq!(amounts, [58, 42]);
}

#[test]
fn a_whole_report_has_every_indicator_and_says_what_is_asked() {
    let unit = enterprise();
    let all = derive_all(&ReportInput {
        unit: &unit,
        period: "2026-Q3".parse().unwrap(),
        books: &Books::default(),
        system: None,
    });
    assert_eq!(all.len(), 116);
    let asked = |code: &str| all.iter().find(|derived| derived.indicator == code).unwrap().asked;
    assert!(asked("II.3.2-02"), "agreements concern enterprises");
    assert!(!asked("II.2-17"), "service reform concerns public offices");
    assert!(!asked("III-02"), "inspections are the upper level's");
}

#[test]
fn an_upper_level_is_asked_for_enterprises_though_it_has_no_sector() {
    use client_core::catalogue::{Tier, UnitSector, indicator};
    use client_core::report::UnitFacts;
    let unit = |tier, sector| UnitFacts {
        id: "U".parse().unwrap(),
        tier,
        sector,
    };
    let share = indicator("II.3.2-06").unwrap();
    assert!(share.is_asked_of(&unit(Tier::Tinh, None)));
    assert!(share.is_asked_of(&unit(Tier::Cttt, None)));
    let agreements = indicator("II.3.2-02").unwrap();
    assert!(agreements.is_asked_of(&unit(Tier::Cdcs, Some(UnitSector::DnNnn))));
    assert!(!agreements.is_asked_of(&unit(Tier::Cdcs, Some(UnitSector::Hcsn))));
    assert!(!agreements.is_asked_of(&unit(Tier::Cdcs, None)));
}
