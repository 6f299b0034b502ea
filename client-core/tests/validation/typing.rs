//! What people type, and what becomes of it.

use std::collections::BTreeMap;

use client_core::catalogue::{Field, activity_type, activity_types, common_fields};
use client_core::model::entry::FieldValue;
use client_core::validate::{FieldError, RawValue, display_field, format_field, parse_field};
use jiff::civil::{Date, date};

use super::world::TODAY;

pub(crate) fn field(path: &str) -> &'static Field {
    match path.split_once('.') {
        Some((kind, name)) => activity_type(kind).unwrap().field(name).unwrap(),
        None => common_fields().iter().find(|field| field.name == path).unwrap(),
    }
}

fn read_on(path: &str, text: &str, today: Date) -> Result<Option<FieldValue>, FieldError> {
    parse_field(field(path), &RawValue::Text(text.to_owned()), today)
}

pub(crate) fn read(path: &str, text: &str) -> Option<FieldValue> {
    read_on(path, text, TODAY).unwrap_or_else(|error| panic!("{text}: {}", error.message.vi))
}

fn refused(path: &str, text: &str) -> FieldError {
    let error = read_on(path, text, TODAY).expect_err(text);
    assert!(error.message.vi.ends_with('.') && !error.message.en.is_empty());
    error
}

#[test]
fn a_text_that_nobody_can_see_is_none() {
    for text in ["", "  ", "\u{200b}\u{200b}", "\u{feff} \u{3164}"] {
        assert_eq!(read("TT_BUOI.title", text), None, "{text:?}");
    }
}

#[test]
fn counts_are_read_as_people_write_them() {
    for (text, number) in [
        ("58", 58),
        (" 58 ", 58),
        ("58 lượt người", 58),
        ("1.250", 1_250),
        ("1 250 000", 1_250_000),
        ("1\u{a0}250", 1_250),
        ("1.250.000", 1_250_000),
        ("1,250,000", 1_250_000),
        ("-3", -3),
        ("0", 0),
    ] {
        assert_eq!(
            read("TT_BUOI.participants", text),
            Some(FieldValue::Integer(number)),
            "{text}"
        );
    }
    for text in [
        "1,5",
        "1.5",
        "5,250",
        "năm mươi",
        "1.25.0",
        "12a",
        "--5",
        "-",
        "1..2",
        "٣",
        "1e3",
        "0x10",
    ] {
        assert_eq!(refused("TT_BUOI.participants", text).code, "number", "{text}");
    }
    assert_eq!(
        refused("TT_BUOI.participants", "x").message.vi,
        "Số phải là số nguyên, ví dụ 58."
    );
    assert!(
        refused("TT_BUOI.participants", "99999999999999999999")
            .message
            .vi
            .starts_with("Số lớn quá")
    );
    assert!(
        refused("TT_BUOI.participants", "9007199254740993")
            .message
            .vi
            .starts_with("Số lớn quá")
    );
}

#[test]
fn amounts_are_read_as_people_write_them() {
    for (text, amount) in [
        ("1.250.000", 1_250_000),
        ("1 250 000 đ", 1_250_000),
        ("1.250.000 đồng", 1_250_000),
        ("1250000 VNĐ", 1_250_000),
        ("700 nghìn", 700_000),
        ("50k", 50_000),
        ("1,2 triệu", 1_200_000),
        ("3 tỷ đồng", 3_000_000_000),
        ("0,333333 tr", 333_333),
    ] {
        assert_eq!(
            read("CHAMLO.amount_vnd", text),
            Some(FieldValue::Integer(amount)),
            "{text}"
        );
    }
    for text in ["1,5", "mười nghìn", "1,2345678 triệu", "đồng", "triệu"] {
        assert_eq!(refused("CHAMLO.amount_vnd", text).code, "number", "{text}");
    }
    assert!(
        refused("CHAMLO.amount_vnd", "99999999 tỷ")
            .message
            .vi
            .starts_with("Số lớn quá")
    );
    assert_eq!(
        read("BUA_AN_CA.value_vnd", "25.000 đồng/suất"),
        Some(FieldValue::Integer(25_000))
    );
}

#[test]
fn fractions_have_a_comma_or_a_dot() {
    for (text, number) in [
        ("0,5", 0.5),
        ("0.5", 0.5),
        ("2", 2.0),
        ("1.250,5", 1250.5),
        ("1,5 ngày", 1.5),
    ] {
        assert_eq!(read("DT_LOP.days", text), Some(FieldValue::Decimal(number)), "{text}");
    }
    for (text, number) in [("87,5", 87.5), ("87,5%", 87.5), ("100 %", 100.0)] {
        assert_eq!(
            read("TULDTT.vote_pct", text),
            Some(FieldValue::Decimal(number)),
            "{text}"
        );
    }
    for text in ["nửa", "NaN", "inf", "1,2,3", ",5", "5,"] {
        assert_eq!(refused("DT_LOP.days", text).code, "number", "{text}");
    }
}

#[test]
fn days_are_read_as_people_write_them() {
    for text in [
        "8/10",
        "08/10/2026",
        "8-10-2026",
        "8.10.2026",
        "2026-10-08",
        "8/10/26",
        "8 10",
        "8,10,2026",
        "8 / 10",
        "hôm nay",
        " Hôm Nay ",
    ] {
        assert_eq!(read("date_start", text), Some(FieldValue::Date(TODAY)), "{text}");
    }
    assert_eq!(read("date_start", "hôm qua"), Some(FieldValue::Date(date(2026, 10, 7))));
    for text in [
        "8",
        "8/10/2026/1",
        "tháng mười",
        "8 tháng 10",
        "8//10",
        "8/13",
        "31/2",
        "0/10",
        "8/10/226",
        "8/10/0026",
        "1/1/1800",
    ] {
        assert_eq!(refused("date_start", text).code, "date", "{text}");
    }
    assert!(
        refused("date_start", "31/2/2026")
            .message
            .vi
            .starts_with("Không có ngày 31/2/2026.")
    );
}

#[test]
fn a_day_without_a_year_is_the_last_one_unless_it_is_near() {
    let on = |text, today| read_on("date_start", text, today).unwrap();
    let new_year = date(2027, 1, 5);
    assert_eq!(on("28/12", new_year), Some(FieldValue::Date(date(2026, 12, 28))));
    assert_eq!(on("20/1", new_year), Some(FieldValue::Date(date(2027, 1, 20))));
    // 2028 is a leap year, the year before is not.
    assert_eq!(on("29/2", date(2028, 3, 1)), Some(FieldValue::Date(date(2028, 2, 29))));
    assert_eq!(on("29/2", date(2029, 3, 1)), Some(FieldValue::Date(date(2028, 2, 29))));
}

#[test]
fn text_has_one_spelling_and_nothing_hidden() {
    let composed = FieldValue::Text("Tuyên truyền ở bản Mường Tè".to_owned());
    assert_eq!(
        read("title", " Tuye\u{302}n truye\u{302}\u{300}n ở bản Mường Tè "),
        Some(composed)
    );
    assert_eq!(
        read("title", "Hai\ndòng"),
        Some(FieldValue::Text("Hai dòng".to_owned()))
    );
    for text in ["a\u{0}b", "a\u{7}", "a\u{202e}b", "\u{feff}a", "a\u{85}b"] {
        assert_eq!(refused("title", text).code, "text", "{text:?}");
    }
    // 200 letters are 200, however many bytes they are.
    assert!(read("title", &"ậ".repeat(200)).is_some());
    let long = refused("title", &"a".repeat(201));
    assert_eq!(
        (long.code, long.message.vi.as_str()),
        ("length", "Dài 201 ký tự, tối đa 200. Viết ngắn lại.")
    );
}

#[test]
fn nothing_typed_is_no_value() {
    for path in [
        "date_start",
        "title",
        "TT_BUOI.participants",
        "CHAMLO.amount_vnd",
        "result",
        "TT_BUOI.form",
        "partners",
    ] {
        assert_eq!(read(path, "  "), None, "{path}");
    }
    assert_eq!(
        parse_field(field("TT_BUOI.topics"), &RawValue::List(vec![]), TODAY).unwrap(),
        None
    );
    assert_eq!(
        parse_field(field("SANGKIEN.authors"), &RawValue::Rows(vec![]), TODAY).unwrap(),
        None
    );
}

#[test]
fn prose_is_paragraphs() {
    let Some(FieldValue::Paragraphs(parts)) = read("result", "Một.\r\n\r\n  Hai. \nBa.") else {
        panic!("no paragraphs");
    };
    assert_eq!(parts.values().collect::<Vec<_>>(), ["Một.", "Hai.", "Ba."]);
    // The limit is on all of it: 1,000 + 1,001 > 2,000.
    let long = format!("{}\n{}", "a".repeat(1_000), "b".repeat(1_001));
    assert_eq!(refused("result", &long).code, "length");
    assert!(read("result", &format!("{}\n{}", "a".repeat(1_000), "b".repeat(1_000))).is_some());
}

#[test]
fn only_codes_on_the_list_are_taken() {
    assert_eq!(
        read("TT_BUOI.form", "SINHHOAT"),
        Some(FieldValue::Text("SINHHOAT".to_owned()))
    );
    assert_eq!(refused("TT_BUOI.form", "sinhhoat").code, "code");
    let several = |path, codes: &[&str]| {
        let codes = codes.iter().map(|code| (*code).to_owned()).collect();
        parse_field(field(path), &RawValue::List(codes), TODAY)
    };
    let codes = |codes: &[&str]| Some(FieldValue::Codes(codes.iter().map(|code| (*code).to_owned()).collect()));
    assert_eq!(
        several("TT_BUOI.topics", &["KHCN", "KHAC", "KHCN"]).unwrap(),
        codes(&["KHAC", "KHCN"])
    );
    assert_eq!(several("TT_BUOI.topics", &["KHCN", "X"]).unwrap_err().code, "code");
    assert_eq!(several("task_codes", &["II.1.a"]).unwrap(), codes(&["II.1.a"]));
    assert_eq!(several("task_codes", &["II.1.z"]).unwrap_err().code, "code");
    assert_eq!(several("documents", &["KH119"]).unwrap(), codes(&["KH119"]));
    assert_eq!(several("documents", &["KH120"]).unwrap_err().code, "code");
    assert_eq!(several("campaign", &["VHCS"]).unwrap(), codes(&["VHCS"]));
    assert_eq!(several("campaign", &["VHC"]).unwrap_err().code, "code");
    assert_eq!(several("HD_CDCS.units", &["KHUN-HA"]).unwrap(), codes(&["KHUN-HA"]));
    assert_eq!(several("HD_CDCS.units", &["không phải mã"]).unwrap_err().code, "code");
    assert_eq!(several("photos", &["abc"]).unwrap_err().code, "code");
    let hashes: Vec<String> = (0..7).map(|number| format!("{number:064x}")).collect();
    assert_eq!(
        parse_field(field("photos"), &RawValue::List(hashes), TODAY)
            .unwrap_err()
            .code,
        "items"
    );
    assert_eq!(
        several("TT_BUOI.form", &["SINHHOAT", "HOINGHI"]).unwrap_err().code,
        "shape"
    );
}

#[test]
fn yes_and_no_are_understood() {
    for (text, answer) in [("true", true), ("Có", true), ("không", false), ("false", false)] {
        assert_eq!(read("QC_NOIBO.issued", text), Some(FieldValue::Boolean(answer)));
    }
    assert_eq!(refused("QC_NOIBO.issued", "chắc").code, "code");
}

#[test]
fn addresses_and_places_are_checked() {
    let address = |text: &str| FieldValue::Text(text.to_owned());
    assert_eq!(
        read("TT_TRUYENTHONG.url", "baolaichau.vn/tin-1"),
        Some(address("https://baolaichau.vn/tin-1"))
    );
    assert_eq!(read("TT_TRUYENTHONG.url", "http://a.vn"), Some(address("http://a.vn")));
    for text in ["javascript://a.vn", "ftp://a.vn", "không có", "localhost", "https://"] {
        assert_eq!(refused("TT_TRUYENTHONG.url", text).code, "text", "{text}");
    }
    assert_eq!(
        read("geo", "22.3964, 103.45821234"),
        Some(address("22.3964,103.458212"))
    );
    for text in ["22.4", "91,0", "0,181", "a,b", "NaN,1", "inf,1"] {
        assert_eq!(refused("geo", text).code, "text", "{text}");
    }
}

pub(crate) fn row(cells: &[(&str, &str)]) -> BTreeMap<String, String> {
    cells
        .iter()
        .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
        .collect()
}

#[test]
fn a_cell_keeps_within_its_column() {
    for share in ["-50", "150"] {
        let rows = RawValue::Rows(vec![row(&[("name", "Lò Văn A"), ("pct", share)])]);
        let error = parse_field(field("SANGKIEN.authors"), &rows, TODAY).unwrap_err();
        assert_eq!(error.cell, Some((0, "pct".to_owned())), "{share}");
    }
}

#[test]
fn tables_are_read_row_by_row() {
    let authors = field("SANGKIEN.authors");
    let parse = |rows: Vec<BTreeMap<String, String>>| parse_field(authors, &RawValue::Rows(rows), TODAY);
    let good = parse(vec![
        row(&[("name", "Lò Văn A"), ("birth_date", "5/3/1985"), ("pct", "66,67")]),
        row(&[("name", " "), ("pct", "")]),
        row(&[("name", "Giàng Thị B"), ("pct", "33,33%")]),
    ])
    .unwrap()
    .unwrap();
    let FieldValue::Rows(rows) = &good else {
        panic!("no rows")
    };
    let rows: Vec<_> = rows.values().collect();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["birth_date"], FieldValue::Date(date(1985, 3, 5)));
    assert_eq!(rows[1]["pct"], FieldValue::Decimal(33.33));

    let missing = parse(vec![row(&[("name", "Lò Văn A")])]).unwrap_err();
    assert_eq!((missing.code, missing.cell), ("required", Some((0, "pct".to_owned()))));
    assert_eq!(missing.message.vi, "Dòng 1: nhập “Tỷ lệ đóng góp (%)”.");
    let bad = parse(vec![
        row(&[("name", "A"), ("pct", "100")]),
        row(&[("name", "B"), ("pct", "nửa")]),
    ])
    .unwrap_err();
    assert_eq!((bad.code, bad.cell), ("number", Some((1, "pct".to_owned()))));
    assert_eq!(parse(vec![row(&[("share", "100")])]).unwrap_err().code, "shape");
    assert_eq!(
        parse_field(authors, &RawValue::Text("A".to_owned()), TODAY)
            .unwrap_err()
            .code,
        "shape"
    );
    let targets = field("KEHOACH.targets");
    let target = |code| {
        parse_field(
            targets,
            &RawValue::Rows(vec![row(&[("indicator", code), ("value", "12")])]),
            TODAY,
        )
    };
    assert!(target("II.1-01").is_ok());
    assert_eq!(target("II.1-99").unwrap_err().code, "code");
}

#[test]
fn no_text_makes_any_field_panic() {
    let texts = [
        "",
        "-",
        "đ",
        "%",
        "1e400",
        "\u{0}",
        "🎉",
        "9".repeat(400).as_str(),
        "01/01/0000",
        "../..",
        "ﬁ",
        "k",
    ]
    .map(str::to_owned);
    for kind in activity_types() {
        for field in kind.all_fields() {
            for text in &texts {
                let forms = [
                    RawValue::Text(text.clone()),
                    RawValue::List(vec![text.clone()]),
                    RawValue::Rows(vec![row(&[("name", text), ("pct", text)])]),
                ];
                for raw in forms {
                    if let Ok(Some(value)) = parse_field(field, &raw, TODAY) {
                        display_field(field, &value, &|_| None);
                        format_field(field, &value);
                    }
                }
            }
        }
    }
}
