//! What a value looks like to people: in a form, to be edited, and in a sentence.

use std::collections::BTreeSet;

use client_core::model::entry::FieldValue;
use client_core::validate::{RawValue, display_field, format_field, parse_field};
use jiff::civil::date;

use super::typing::{field, read, row};
use super::world::TODAY;

#[test]
fn what_is_shown_for_editing_is_read_back_the_same() {
    let codes =
        |codes: &[&str]| FieldValue::Codes(codes.iter().map(|code| (*code).to_owned()).collect::<BTreeSet<_>>());
    let authors = parse_field(
        field("SANGKIEN.authors"),
        &RawValue::Rows(vec![row(&[
            ("name", "Lò Văn A"),
            ("birth_date", "5/3/1985"),
            ("pct", "66,67"),
        ])]),
        TODAY,
    );
    for (path, value) in [
        ("TT_BUOI.participants", FieldValue::Integer(1_250)),
        ("HN_NLD.year", FieldValue::Integer(2026)),
        ("CHAMLO.amount_vnd", FieldValue::Integer(1_250_000)),
        ("DT_LOP.days", FieldValue::Decimal(1250.125)),
        ("TULDTT.vote_pct", FieldValue::Decimal(87.5)),
        ("date_start", FieldValue::Date(date(2026, 1, 9))),
        ("QC_NOIBO.issued", FieldValue::Boolean(false)),
        ("title", FieldValue::Text("Tết Sum vầy".to_owned())),
        ("TT_BUOI.topics", codes(&["KHAC", "KHCN"])),
        ("result", read("result", "Một.\nHai.").unwrap()),
        ("partners", read("partners", "Xã đoàn\nTrạm y tế").unwrap()),
        ("SANGKIEN.authors", authors.unwrap().unwrap()),
    ] {
        let raw = format_field(field(path), &value);
        assert_eq!(
            parse_field(field(path), &raw, TODAY).unwrap(),
            Some(value),
            "{path}: {raw:?}"
        );
    }
}

#[test]
fn types_have_plain_english_names() {
    for kind in client_core::catalogue::activity_types() {
        assert!(!kind.label.en.contains('('), "{}: {}", kind.code, kind.label.en);
    }
}

#[test]
fn values_are_said_in_both_languages() {
    let say = |path: &str, text: &str| {
        let shown = display_field(field(path), &read(path, text).unwrap(), &|id| {
            (id == "A").then(|| "CĐCS A".to_owned())
        });
        (shown.vi, shown.en)
    };
    let both = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
    assert_eq!(
        say("CHAMLO.amount_vnd", "1250000"),
        both("1.250.000 đồng", "1,250,000 đồng")
    );
    assert_eq!(
        say("TT_BUOI.participants", "1058"),
        both("1.058 lượt người", "1,058 attendances")
    );
    // English has a word for one of something.
    assert_eq!(say("TT_BUOI.sessions", "1"), both("1 buổi", "1 session"));
    assert_eq!(say("TT_BUOI.sessions", "0"), both("0 buổi", "0 sessions"));
    assert_eq!(say("HN_NLD.year", "2026"), both("2026", "2026"));
    assert_eq!(say("TULDTT.vote_pct", "87,5"), both("87,5%", "87.5%"));
    assert_eq!(say("date_start", "8/10"), both("08/10/2026", "08/10/2026"));
    assert_eq!(
        say("TT_BUOI.form", "SINHHOAT"),
        both("Sinh hoạt chuyên đề", "Thematic session")
    );
    assert_eq!(say("HD_CDCS.units", "A,B"), both("CĐCS A, B", "CĐCS A, B"));
    assert_eq!(
        say("TRIENKHAI_VB.document", "KH119"),
        both("119/KH-LĐLĐ", "119/KH-LĐLĐ")
    );
}
