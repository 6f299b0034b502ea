//! The 21 rules of the plan, each firing and not firing.

use client_core::catalogue::{Level, rules};
use client_core::model::entry::FieldValue;
use client_core::validate::Context;
use jiff::civil::date;

use super::world::{TODAY, authors, fires, in_state, silent, today, typed, with};

/// The rules that have a test below.
const TESTED: [&str; 21] = [
    "R_DATE_ORDER",
    "R_DATE_FUTURE",
    "R_DATE_PERIOD",
    "R_SUBSET",
    "R_RESOLVED",
    "R_HEADCOUNT",
    "R_MONEY_INT",
    "R_MONEY_ROUND",
    "R_MONEY_UNIT",
    "R_MEAL_FLOOR",
    "R_MEAL_TWO",
    "R_AUTHORS_100",
    "R_SK_FIRST",
    "R_SK_1Y",
    "R_SK_RECOG",
    "R_SK_BENEFIT",
    "R_TU_DATES",
    "R_TU_VOTE",
    "R_MEMBERS",
    "R_DUP",
    "R_PHOTO",
];

#[test]
fn no_rule_is_left_out() {
    let planned: Vec<&str> = rules().iter().map(|rule| rule.id).collect();
    assert_eq!(planned, TESTED);
}

#[test]
fn an_end_comes_after_its_beginning() {
    let trip = |end| typed("VHTT", &[("date_start", "05/10/2026"), ("date_end", end)]);
    let finding = fires(&trip("01/10/2026"), &today(), "R_DATE_ORDER", Level::Error);
    assert_eq!(finding.fields, ["date_end", "date_start"]);
    assert!(
        finding
            .message
            .vi
            .contains("Ngày kết thúc: 01/10/2026; Ngày bắt đầu: 05/10/2026")
    );
    silent(&trip("05/10/2026"), &today(), "R_DATE_ORDER");
    silent(
        &typed("VHTT", &[("date_start", "05/10/2026")]),
        &today(),
        "R_DATE_ORDER",
    );
}

#[test]
fn a_day_in_the_future_is_looked_at_again() {
    let on = |day| typed("VHTT", &[("date_start", day)]);
    fires(&on("10/10/2026"), &today(), "R_DATE_FUTURE", Level::Warning);
    // Tomorrow: a clock that is a little wrong.
    silent(&on("09/10/2026"), &today(), "R_DATE_FUTURE");
}

#[test]
fn a_day_outside_the_reported_period_is_said() {
    let reporting = Context {
        report_period: Some("2026-Q3".parse().unwrap()),
        ..today()
    };
    let on = |day| typed("VHTT", &[("date_start", day)]);
    fires(&on("01/10/2026"), &reporting, "R_DATE_PERIOD", Level::Warning);
    silent(&on("30/09/2026"), &reporting, "R_DATE_PERIOD");
    silent(&on("01/10/2026"), &today(), "R_DATE_PERIOD");
}

#[test]
fn a_part_is_not_larger_than_the_whole() {
    let session = |women, minorities| {
        typed(
            "TT_BUOI",
            &[
                ("participants", "58"),
                ("participants_female", women),
                ("participants_ethnic", minorities),
            ],
        )
    };
    let finding = fires(&session("61", "12"), &today(), "R_SUBSET", Level::Error);
    assert_eq!(finding.fields, ["participants_female", "participants"]);
    assert_eq!(
        finding.message.vi,
        "Số 'trong đó' không được lớn hơn tổng số. “Trong đó nữ” 61 lớn hơn “Số lượt người tham gia” 58. \
         Sửa một trong hai số."
    );
    fires(&session("30", "59"), &today(), "R_SUBSET", Level::Error);
    silent(&session("58", "0"), &today(), "R_SUBSET");
}

#[test]
fn no_more_is_resolved_than_was_raised() {
    for (kind, part, whole) in [
        ("DT_TOADAM_DIENDAN", "opinions_resolved", "opinions"),
        ("DOITHOAI_NLV", "items_agreed", "items_raised"),
        ("CS_GOPY", "comments_accepted", "comments"),
        ("QC_NOIBO", "comments_accepted", "comments"),
        ("DT_LOP", "completed", "participants"),
        ("DT_LOP", "certified", "participants"),
        ("DT_THITAYNGHE", "passed", "participants"),
        ("TD_KHENTHUONG", "individuals_direct", "individuals"),
        ("DT_CHUYENDOI", "employed", "people"),
    ] {
        fires(
            &typed(kind, &[(part, "10"), (whole, "9")]),
            &today(),
            "R_RESOLVED",
            Level::Error,
        );
        silent(&typed(kind, &[(part, "9"), (whole, "9")]), &today(), "R_RESOLVED");
        silent(&typed(kind, &[(part, "9")]), &today(), "R_RESOLVED");
    }
}

#[test]
fn attendances_fit_the_unit() {
    let small = Context {
        unit_workers: Some(40),
        ..today()
    };
    // 1.5 × 40 = 60 for one session; 120 for two.
    fires(
        &typed("VHTT", &[("participants", "61")]),
        &small,
        "R_HEADCOUNT",
        Level::Warning,
    );
    silent(&typed("VHTT", &[("participants", "60")]), &small, "R_HEADCOUNT");
    let session = |sessions, people| typed("TT_BUOI", &[("sessions", sessions), ("participants", people)]);
    silent(&session("2", "120"), &small, "R_HEADCOUNT");
    fires(&session("2", "121"), &small, "R_HEADCOUNT", Level::Warning);
    // Nobody said how many workers there are.
    silent(&typed("VHTT", &[("participants", "6100")]), &today(), "R_HEADCOUNT");
}

#[test]
fn amounts_are_whole_and_not_negative() {
    let care = |amount| typed("CHAMLO", &[("amount_vnd", amount)]);
    fires(&care("-5000"), &today(), "R_MONEY_INT", Level::Error);
    silent(&care("0"), &today(), "R_MONEY_INT");
    silent(&care("5000"), &today(), "R_MONEY_INT");
    let broken = with(care("5000"), "amount_vnd", FieldValue::Decimal(0.5));
    fires(&broken, &today(), "R_MONEY_INT", Level::Error);
}

#[test]
fn amounts_are_round_thousands() {
    let care = |amount| typed("CHAMLO", &[("amount_vnd", amount)]);
    let finding = fires(&care("1.250.500"), &today(), "R_MONEY_ROUND", Level::Warning);
    assert!(finding.message.vi.contains("Tổng giá trị: 1.250.500 đồng"));
    silent(&care("1.250.000"), &today(), "R_MONEY_ROUND");
}

#[test]
fn amounts_are_not_in_thousands_or_millions() {
    let care = |amount| typed("CHAMLO", &[("amount_vnd", amount)]);
    fires(&care("700"), &today(), "R_MONEY_UNIT", Level::Warning);
    silent(&care("1000"), &today(), "R_MONEY_UNIT");
    // Nothing was spent, and that is an answer.
    silent(&care("0"), &today(), "R_MONEY_UNIT");
}

fn meal(fields: &[(&str, &str)]) -> client_core::model::entry::Entry {
    typed(
        "BUA_AN_CA",
        &[&[("as_of", "01/10/2026"), ("provided", "có")], fields].concat(),
    )
}

#[test]
fn a_meal_is_worth_the_minimum() {
    fires(
        &meal(&[("value_vnd", "14.000")]),
        &today(),
        "R_MEAL_FLOOR",
        Level::Warning,
    );
    silent(&meal(&[("value_vnd", "15.000")]), &today(), "R_MEAL_FLOOR");
    let raised = Context {
        meal_floor_vnd: Some(20_000),
        ..today()
    };
    fires(
        &meal(&[("value_vnd", "19.000")]),
        &raised,
        "R_MEAL_FLOOR",
        Level::Warning,
    );
}

#[test]
fn the_value_of_a_meal_is_not_the_total() {
    fires(
        &meal(&[("value_vnd", "2.500.000")]),
        &today(),
        "R_MEAL_TWO",
        Level::Error,
    );
    fires(
        &meal(&[("value_before_vnd", "600.000")]),
        &today(),
        "R_MEAL_TWO",
        Level::Error,
    );
    silent(&meal(&[("value_vnd", "25.000")]), &today(), "R_MEAL_TWO");
    // The benefits of an agreement are a total and may be millions.
    silent(
        &typed("THOATHUAN_PL", &[("value_vnd", "90 triệu")]),
        &today(),
        "R_MEAL_TWO",
    );
}

#[test]
fn the_authors_shares_make_a_hundred() {
    let by = |shares: &[f64]| {
        with(
            typed("SANGKIEN", &[("name", "Van tiết kiệm nước")]),
            "authors",
            authors(shares),
        )
    };
    let finding = fires(&by(&[60.0, 30.0]), &today(), "R_AUTHORS_100", Level::Error);
    assert!(finding.message.vi.ends_with("Hiện là 90%."), "{}", finding.message.vi);
    silent(&by(&[100.0]), &today(), "R_AUTHORS_100");
    silent(&by(&[33.33, 33.33, 33.34]), &today(), "R_AUTHORS_100");
    fires(&by(&[33.3, 33.3, 33.3]), &today(), "R_AUTHORS_100", Level::Error);
    silent(
        &typed("SANGKIEN", &[("name", "Chưa có tác giả")]),
        &today(),
        "R_AUTHORS_100",
    );
}

#[test]
fn an_initiative_was_used_already() {
    let used = |day| typed("SANGKIEN", &[("first_applied", day)]);
    fires(&used("09/10/2026"), &today(), "R_SK_FIRST", Level::Error);
    silent(&used("08/10/2026"), &today(), "R_SK_FIRST");
}

#[test]
fn an_initiative_is_submitted_within_a_year() {
    let used = || typed("SANGKIEN", &[("first_applied", "01/03/2025")]);
    fires(
        &in_state(used(), "NOP_DON", date(2026, 3, 2)),
        &today(),
        "R_SK_1Y",
        Level::Warning,
    );
    silent(&in_state(used(), "NOP_DON", date(2026, 3, 1)), &today(), "R_SK_1Y");
    silent(&used(), &today(), "R_SK_1Y");
}

#[test]
fn a_recognised_initiative_has_its_decision() {
    let recognised = |fields: &[(&str, &str)]| in_state(typed("SANGKIEN", fields), "CONG_NHAN", TODAY);
    let finding = fires(
        &recognised(&[("recognised_no", "12/QĐ")]),
        &today(),
        "R_SK_RECOG",
        Level::Error,
    );
    assert_eq!(finding.fields, ["recognised_date", "recognised_level"]);
    assert!(
        finding
            .message
            .vi
            .ends_with("Nhập “Ngày công nhận”; nhập “Cấp công nhận”.")
    );
    silent(
        &recognised(&[
            ("recognised_no", "12/QĐ"),
            ("recognised_date", "01/10/2026"),
            ("recognised_level", "TINH"),
        ]),
        &today(),
        "R_SK_RECOG",
    );
    silent(
        &in_state(typed("SANGKIEN", &[]), "DANG_XET", TODAY),
        &today(),
        "R_SK_RECOG",
    );
}

#[test]
fn a_benefit_in_money_says_how_much_and_how() {
    let worth = |fields: &[(&str, &str)]| typed("SANGKIEN", fields);
    let finding = fires(
        &worth(&[("benefit_kind", "TIEN")]),
        &today(),
        "R_SK_BENEFIT",
        Level::Error,
    );
    assert_eq!(finding.fields, ["benefit_vnd", "benefit_calc"]);
    fires(
        &worth(&[
            ("benefit_kind", "TIEN"),
            ("benefit_vnd", "0"),
            ("benefit_calc", "Nước × giá"),
        ]),
        &today(),
        "R_SK_BENEFIT",
        Level::Error,
    );
    silent(
        &worth(&[
            ("benefit_kind", "TIEN"),
            ("benefit_vnd", "80 triệu"),
            ("benefit_calc", "Nước × giá"),
        ]),
        &today(),
        "R_SK_BENEFIT",
    );
    silent(&worth(&[("benefit_kind", "PHI_TIEN")]), &today(), "R_SK_BENEFIT");
}

#[test]
fn an_agreement_runs_one_to_three_years() {
    let agreement = |sign, from, to| typed("TULDTT", &[("sign_date", sign), ("valid_from", from), ("valid_to", to)]);
    // Signed after it takes effect.
    fires(
        &agreement("02/01/2026", "01/01/2026", "31/12/2027"),
        &today(),
        "R_TU_DATES",
        Level::Error,
    );
    // A day short of a year.
    fires(
        &agreement("01/01/2026", "01/01/2026", "30/12/2026"),
        &today(),
        "R_TU_DATES",
        Level::Error,
    );
    // A day over three years.
    fires(
        &agreement("01/01/2026", "01/01/2026", "02/01/2029"),
        &today(),
        "R_TU_DATES",
        Level::Error,
    );
    silent(
        &agreement("01/01/2026", "01/01/2026", "31/12/2026"),
        &today(),
        "R_TU_DATES",
    );
    silent(
        &agreement("15/12/2025", "01/01/2026", "01/01/2029"),
        &today(),
        "R_TU_DATES",
    );
    // An agreement on benefits has no such term.
    let benefits = typed(
        "THOATHUAN_PL",
        &[("sign_date", "02/01/2026"), ("valid_to", "03/01/2026")],
    );
    silent(&benefits, &today(), "R_TU_DATES");
}

#[test]
fn more_than_half_voted_for_an_agreement() {
    let voted = |share| typed("TULDTT", &[("vote_pct", share)]);
    fires(&voted("50"), &today(), "R_TU_VOTE", Level::Warning);
    silent(&voted("50,1"), &today(), "R_TU_VOTE");
}

#[test]
fn the_profiles_parts_fit_its_wholes() {
    for (part, whole) in [
        ("members", "cnvcld"),
        ("cnvcld_female", "cnvcld"),
        ("cnvcld_ethnic", "cnvcld"),
        ("members_female", "members"),
        ("trained", "cnvcld"),
    ] {
        fires(
            &typed("HOSO_DONVI", &[(part, "125"), (whole, "124")]),
            &today(),
            "R_MEMBERS",
            Level::Error,
        );
        silent(
            &typed("HOSO_DONVI", &[(part, "124"), (whole, "124")]),
            &today(),
            "R_MEMBERS",
        );
    }
}

#[test]
fn twins_are_found_without_diacritics() {
    let event = |day, title| typed("TT_BUOI", &[("date_start", day), ("title", title)]);
    let first = event("05/10/2026", "Đối thoại về năng suất");
    let among =
        |others: &[&client_core::model::entry::Entry], subject: &client_core::model::entry::Entry, expected: bool| {
            let context = Context { others, ..today() };
            if expected {
                let finding = fires(subject, &context, "R_DUP", Level::Warning);
                assert_eq!(finding.other, Some(first.id));
            } else {
                silent(subject, &context, "R_DUP");
            }
        };
    among(&[&first], &event("05/10/2026", "doi thoai  ve nang suat"), true);
    among(&[&first], &event("06/10/2026", "Đối thoại về năng suất"), false);
    among(&[&first], &event("05/10/2026", "Đối thoại về tiền lương"), false);
    among(&[&first], &first, false);
    let other_type = typed(
        "VHTT",
        &[("date_start", "05/10/2026"), ("title", "Đối thoại về năng suất")],
    );
    among(&[&first], &other_type, false);
    let mut deleted = first.clone();
    deleted.deleted_at = Some(client_core::time::Timestamp(0));
    among(&[&deleted], &event("05/10/2026", "Đối thoại về năng suất"), false);
}

#[test]
fn a_photo_is_missed_where_one_is_usual() {
    fires(&typed("VHTT", &[]), &today(), "R_PHOTO", Level::Note);
    let hash = "ab".repeat(32);
    silent(&typed("VHTT", &[("photos", &hash)]), &today(), "R_PHOTO");
    silent(&typed("HOP_PHOIHOP", &[]), &today(), "R_PHOTO");
}
