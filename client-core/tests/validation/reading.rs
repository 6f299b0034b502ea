//! What a value looks like to people: in a form, to be edited, and in a sentence.

use std::collections::BTreeSet;

use client_core::document::{Node, Scalar};
use client_core::ids::PartId;
use client_core::model::entry::FieldValue;
use client_core::validate::{RawValue, display_field, display_node, display_part, format_field, parse_field};
use jiff::civil::date;

use super::typing::{field, read, row};
use super::world::{TODAY, typed, with};

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

#[test]
fn what_stands_under_one_key_is_said_with_what_it_is_about() {
    let part = PartId(ulid::Ulid(7));
    let row = [
        ("indicator", FieldValue::Text("II.1-02".to_owned())),
        ("value", FieldValue::Decimal(1_200.0)),
    ];
    let row = row.map(|(name, value)| (name.to_owned(), value)).into();
    let plan = with(typed("KEHOACH", &[]), "targets", FieldValue::Rows([(part, row)].into()));
    let item = typed("SANGKIEN", &[]);
    let say = |entry, key: &str, value: Scalar| {
        let about = display_part(entry, key, &|_| None);
        let shown = display_node(entry, key, &Node::Scalar(value), &|_| None);
        [about.map_or(String::new(), |about| about.vi), shown.vi, shown.en]
    };
    let talk = typed("TT_BUOI", &[]);
    let text = |text: &str| Scalar::Text(text.to_owned());
    let target = "Lượt người được tuyên truyền";
    for (entry, key, value, said) in [
        (
            &talk,
            "topics/KHCN".to_owned(),
            Scalar::Boolean(true),
            ["Ứng dụng khoa học công nghệ", "Có", "Yes"],
        ),
        (
            &talk,
            "topics/KHCN".to_owned(),
            Scalar::Empty,
            ["Ứng dụng khoa học công nghệ", "Không", "No"],
        ),
        (
            &talk,
            "topics/NEW".to_owned(),
            Scalar::Boolean(true),
            ["NEW", "Có", "Yes"],
        ),
        (&talk, "participants".to_owned(), Scalar::Empty, ["", "trống", "empty"]),
        (
            &talk,
            "participants".to_owned(),
            Scalar::Integer(1_058),
            ["", "1.058 lượt người", "1,058 attendances"],
        ),
        (&talk, format!("result#{part}"), text("Một."), ["", "Một.", "Một."]),
        (
            &talk,
            "newer".to_owned(),
            Scalar::Integer(1_058),
            ["", "1.058", "1,058"],
        ),
        (&talk, "newer".to_owned(), Scalar::Decimal(0.5), ["", "0,5", "0.5"]),
        (&talk, "newer".to_owned(), Scalar::Boolean(false), ["", "Không", "No"]),
        (&talk, "@deleted".to_owned(), Scalar::Integer(5), ["", "xóa", "deleted"]),
        (
            &talk,
            "@deleted".to_owned(),
            Scalar::Empty,
            ["", "không xóa", "not deleted"],
        ),
        (&item, "@state".to_owned(), text("Y_TUONG"), ["", "Ý tưởng", "Idea"]),
        (
            &item,
            "@event/Y_TUONG".to_owned(),
            Scalar::Date(date(2026, 1, 9)),
            ["Ý tưởng", "09/01/2026", "09/01/2026"],
        ),
        (
            &plan,
            format!("targets#{part}/value"),
            Scalar::Decimal(1_200.5),
            [&format!("{target}, Giá trị"), "1.200,5", "1,200.5"],
        ),
    ] {
        assert_eq!(say(entry, &key, value), said.map(str::to_owned), "{key}");
    }
    let [about, shown, _] = say(&plan, &format!("targets#{part}/indicator"), text("II.1-02"));
    assert_eq!((about.as_str(), shown.as_str()), ("Chỉ tiêu", target));
}
