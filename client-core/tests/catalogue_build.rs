//! What the catalogue's compiler refuses: every kind of reference to something that does not exist, by file and place.

#[path = "../build/compile.rs"]
mod compile;

use compile::{Sources, compile};

fn sources() -> Sources {
    Sources {
        tasks: include_str!("../catalogue/tasks.json").to_owned(),
        activity_types: include_str!("../catalogue/activity-types.json").to_owned(),
        indicators: include_str!("../catalogue/indicators.json").to_owned(),
        semantics: include_str!("../catalogue/semantics.json").to_owned(),
        presentation: include_str!("../catalogue/presentation.json").to_owned(),
        english: include_str!("../catalogue/english.json").to_owned(),
    }
}

/// Replaces a text that must be there, so that no case passes because it changed nothing.
fn change(text: &mut String, from: &str, to: &str) {
    assert!(text.contains(from), "the plan no longer says {from}");
    *text = text.replacen(from, to, 1);
}

#[track_caller]
fn refused(spoil: impl FnOnce(&mut Sources), place: &str, what: &str) {
    let mut sources = sources();
    spoil(&mut sources);
    let problems = compile(&sources).expect_err("it was accepted");
    assert!(
        problems
            .iter()
            .any(|problem| problem.starts_with(place) && problem.contains(what)),
        "expected \"{place} … {what}\" among:\n{}",
        problems.join("\n")
    );
}

#[test]
fn the_plan_as_it_is_compiles() {
    let code = compile(&sources()).expect("the plan compiles");
    assert!(code.contains("static INDICATORS"));
}

#[test]
fn a_condition_may_only_name_what_exists() {
    for (from, to, what) in [
        (
            "channel=TRANGTIN",
            "chanel=TRANGTIN",
            "field chanel does not exist in TT_TRUYENTHONG",
        ),
        (
            "channel=TRANGTIN",
            "channel=TRANG",
            "option TRANG does not exist in TT_TRUYENTHONG.channel",
        ),
        (
            "channel=TRANGTIN",
            "channel TRANGTIN",
            "expected a comparison, found TRANGTIN",
        ),
        (
            "channel=TRANGTIN",
            "channel=TRANGTIN and",
            "expected a word, found the end",
        ),
        ("channel=TRANGTIN", "channel=TRANGTIN KHAC", "to its end"),
        ("channel=TRANGTIN", "channel ≠ TRANGTIN", "cannot read"),
        (
            "channel=TRANGTIN",
            "items in (TRANGTIN)",
            "field items of TT_TRUYENTHONG is int",
        ),
        (
            "event:NOP_DON in period",
            "event:NOP in period",
            "state NOP does not exist in SANGKIEN",
        ),
        (
            "state not in (CHAM_DUT)",
            "state not in (CHAMDUT)",
            "state CHAMDUT does not exist in TULDTT",
        ),
        ("document=KH149", "document=KH150", "document KH150 does not exist"),
        (
            "unit.tier in (BAN_KHAC,BAN_CSPL)",
            "unit.tier in (BAN)",
            "tier BAN does not exist",
        ),
        (
            "recognised_date in period",
            "recognised_no in period",
            "recognised_no of SANGKIEN is string, not date",
        ),
        ("form=DOITHOAI", "in force at period_end", "is defined for TULDTT"),
    ] {
        refused(
            |sources| change(&mut sources.indicators, from, to),
            "indicators.json: ",
            what,
        );
    }
}

#[test]
fn an_indicator_may_only_name_what_exists() {
    for (from, to, place, what) in [
        (
            "\"TT_BUOI\"",
            "\"TT_BUOIS\"",
            "II.1-01 derive",
            "activity type TT_BUOIS does not exist",
        ),
        (
            "\"field\": \"sessions\"",
            "\"field\": \"session\"",
            "II.1-01 derive",
            "field session does not exist in TT_BUOI",
        ),
        (
            "\"field\": \"sessions\"",
            "\"field\": \"form\"",
            "II.1-01 derive",
            "field form of TT_BUOI is enum",
        ),
        (
            "\"method\": \"sum\"",
            "\"method\": \"total\"",
            "II.1-01 derive",
            "method total does not exist",
        ),
        (
            "\"numerator\": \"0-05\"",
            "\"numerator\": \"0-5\"",
            "0-07 derive",
            "indicator 0-5 does not exist",
        ),
        (
            "weighted_by:0-01",
            "weighted_by:0-99",
            "II.1-05 aggregate_up",
            "indicator 0-99 does not exist",
        ),
        (
            "BUA_AN_CA.workers",
            "BUA_AN_CA.worker",
            "II.3.3-02 aggregate_up",
            "field worker does not exist",
        ),
        (
            "\"aggregate_up\": \"sum\"",
            "\"aggregate_up\": \"mean\"",
            "0-01 aggregate_up",
            "aggregation mean does not exist",
        ),
        (
            "\"task_code\": \"III.3.a\"",
            "\"task_code\": \"III.3.z\"",
            "0-01 task_code",
            "task III.3.z does not exist",
        ),
        (
            "units_submitted_on_time",
            "units_on_time",
            "0-08 derive",
            "metric units_on_time does not exist",
        ),
        (
            "\"window\": \"period\"",
            "\"window\": \"month\"",
            "II.3.3-04 derive",
            "window month does not exist",
        ),
        (
            "\"unit\": \"buổi\"",
            "\"unit\": \"bữa\"",
            "II.1-01 unit",
            "no English in english.json for \"bữa\"",
        ),
        (
            "value <= [0-01]",
            "value <= [0-91]",
            "0-02 validation",
            "indicator 0-91 does not exist",
        ),
        (
            "cfg.meal_floor_vnd",
            "cfg.floor",
            "II.3.3-02 validation",
            "setting floor does not exist",
        ),
        (
            "len <= 4000",
            "length <= 4000",
            "III-09 validation",
            "expected a number",
        ),
        (
            "\"sector\": \"HCSN\"",
            "\"sector\": \"HCS\"",
            "II.2-17",
            "sector HCS does not exist",
        ),
        ("\"code\": \"0-02\"", "\"code\": \"0-01\"", "", "0-01 stands twice"),
        ("\"core\": true", "\"heart\": true", "", "unknown field `heart`"),
    ] {
        let place = format!("indicators.json: {place}");
        refused(|sources| change(&mut sources.indicators, from, to), &place, what);
    }
}

#[test]
fn a_type_may_only_name_what_exists() {
    for (from, to, place, what) in [
        (
            "channel=LOA",
            "channel=LOAN",
            "types TT_LOA_BANTIN.minutes",
            "option LOAN does not exist",
        ),
        (
            "channel=LOA",
            "chanel=LOA",
            "types TT_LOA_BANTIN.minutes",
            "field chanel does not exist",
        ),
        (
            "\"II.1.a\"",
            "\"II.1.z\"",
            "types TT_BUOI task_codes",
            "task II.1.z does not exist",
        ),
        (
            "\"type\": \"geopoint\"",
            "\"type\": \"place\"",
            "common_fields geo",
            "type place does not exist",
        ),
        (
            "\"default\": \"CAPTREN\"",
            "\"default\": \"TREN\"",
            "types VUONGMAC.visibility",
            "does not fit enum",
        ),
        (
            "\"CDCS_TT\"",
            "\"CDCS_TTT\"",
            "types QC_NOIBO",
            "tier CDCS_TTT does not exist",
        ),
    ] {
        let place = format!("activity-types.json: {place}");
        refused(|sources| change(&mut sources.activity_types, from, to), &place, what);
    }
}

#[test]
fn a_rule_may_only_name_what_exists() {
    for (from, to, place, what) in [
        (
            "date_end >= date_start",
            "date_ends >= date_start",
            "R_DATE_ORDER",
            "no activity type has all of these fields and states: date_ends",
        ),
        ("state=CONG_NHAN", "state=CONGNHAN", "R_SK_RECOG", "CONGNHAN"),
        (
            "benefit_kind=TIEN =>",
            "benefit_kind=BAC =>",
            "R_SK_BENEFIT",
            "option BAC does not exist in SANGKIEN.benefit_kind",
        ),
        (
            "sum(authors.pct)",
            "sum(authors.share)",
            "R_AUTHORS_100",
            "column share does not exist in SANGKIEN.authors",
        ),
        ("submit_date <=", "submitted <=", "R_SK_1Y", "submitted"),
        (
            "BUA_AN_CA.value_vnd",
            "BUA_AN.value_vnd",
            "R_MEAL_FLOOR",
            "activity type BUA_AN does not exist",
        ),
        (
            "cfg.meal_floor_vnd",
            "cfg.meal",
            "R_MEAL_FLOOR",
            "setting meal does not exist",
        ),
        (
            "{TT_BUOI,VHTT",
            "{TT_BUO,VHTT",
            "R_PHOTO",
            "activity type TT_BUO does not exist",
        ),
        (
            "valid_from + 1y",
            "valid_from + 1x",
            "R_TU_DATES",
            "expected years or days",
        ),
        (
            "date_start in report_period",
            "date_start in report",
            "R_DATE_PERIOD",
            "to its end",
        ),
    ] {
        let place = format!("activity-types.json: rules {place}");
        refused(|sources| change(&mut sources.activity_types, from, to), &place, what);
    }
}

#[test]
fn a_task_may_only_name_what_exists() {
    for (from, to, place, what) in [
        (
            "\"parent\": \"I\"",
            "\"parent\": \"IV\"",
            "tasks I.1 parent",
            "task IV does not exist",
        ),
        (
            "\"TT_BUOI\"",
            "\"TT_BUO\"",
            "tasks I.1.a activity_types",
            "activity type TT_BUO does not exist",
        ),
        (
            "\"I-01\"",
            "\"I-09\"",
            "tasks I.1.c indicators",
            "indicator I-09 does not exist",
        ),
        (
            "\"CT07\",\n    \"KH81B\"",
            "\"CT70\",\n    \"KH81B\"",
            "tasks I.1.c documents",
            "document CT70 does not exist",
        ),
        (
            "\"task\": \"II.2.d\"",
            "\"task\": \"II.2.z\"",
            "campaigns LIENKET",
            "task II.2.z does not exist",
        ),
    ] {
        let place = format!("tasks.json: {place}");
        refused(|sources| change(&mut sources.tasks, from, to), &place, what);
    }
}

#[test]
fn our_own_files_may_only_name_what_exists() {
    refused(
        |sources| change(&mut sources.presentation, "\"sessions\"", "\"session\""),
        "presentation.json: TT_BUOI",
        "field session does not exist",
    );
    refused(
        |sources| {
            change(
                &mut sources.presentation,
                "\"section\": \"II.1\"",
                "\"section\": \"II.9\"",
            );
        },
        "presentation.json: TT_BUOI",
        "task II.9 does not exist",
    );
    refused(
        |sources| change(&mut sources.presentation, "\"plan_no\"", "\"plan_number\""),
        "presentation.json: KEHOACH",
        "field plan_number does not exist",
    );
    refused(
        |sources| change(&mut sources.presentation, "\"VHTT\"", "\"VHT\""),
        "presentation.json",
        "VHTT is missing",
    );
    refused(
        |sources| change(&mut sources.semantics, "SANGKIEN.authors", "SANGKIEN.writers"),
        "semantics.json: columns",
        "SANGKIEN.authors is missing",
    );
    refused(
        |sources| change(&mut sources.semantics, "\"geo\"", "\"geography\""),
        "semantics.json: common_fields activity",
        "field geography does not exist",
    );
}

#[test]
fn every_text_has_its_english_and_no_english_is_idle() {
    refused(
        |sources| change(&mut sources.english, "\"Tọa đàm\"", "\"Toạ đàm\""),
        "activity-types.json: types DT_TOADAM_DIENDAN.form",
        "no English in english.json for \"Tọa đàm\"",
    );
    refused(
        |sources| change(&mut sources.english, "\"Tọa đàm\"", "\"Toạ đàm\""),
        "english.json",
        "nothing in the plan says \"Toạ đàm\"",
    );
}

#[test]
fn what_is_counted_has_a_word_for_one_of_it() {
    refused(
        |sources| change(&mut sources.english, "\"sessions\": \"session\"", "\"talks\": \"talk\""),
        "activity-types.json: types TT_BUOI.sessions",
        "one: no word for 1 of \"sessions\"",
    );
    refused(
        |sources| change(&mut sources.english, "\"sessions\": \"session\"", "\"talks\": \"talk\""),
        "english.json",
        "one: nothing is counted in \"talks\"",
    );
    refused(
        |sources| change(&mut sources.english, "\"BUA_AN_CA\": ", "\"BUA_AN\": "),
        "english.json",
        "types: activity type BUA_AN does not exist",
    );
}

#[test]
fn a_file_that_is_not_json_is_refused_by_name() {
    refused(|sources| sources.tasks.truncate(100), "tasks.json", "EOF");
}
