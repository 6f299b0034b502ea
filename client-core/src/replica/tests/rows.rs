//! One takes a row out of a table, while the other writes to it.

use super::merging::{Pair, only};
use super::moving::choose;
use super::*;
use crate::catalogue;
use crate::model::entries;
use crate::model::entry::{Entry, FieldValue};
use crate::validate::{self, Context};

type Cells<'c> = &'c [(&'c str, &'c str)];

fn rows(rows: &[Cells<'_>]) -> RawValue {
    let owned = |(name, cell): &(&str, &str)| ((*name).to_owned(), (*cell).to_owned());
    RawValue::Rows(rows.iter().map(|cells| cells.iter().map(owned).collect()).collect())
}

const AN: Cells<'_> = &[("name", "An"), ("pct", "60")];

/// A measure of two authors, of whom the first phone takes the second out and the second phone writes this.
fn apart(other: Cells<'_>) -> (Pair, EntryId) {
    let mut shared = Draft::new("01JD0000000000000000000042".parse().unwrap(), "SANGKIEN");
    let text = |value: &str| RawValue::Text(value.to_owned());
    for (field, value) in [
        ("name", "Lò sấy"),
        ("field", "Cơ khí"),
        ("first_applied", "15/9/2026"),
        ("description", "x"),
        ("benefit_author", "x"),
        ("benefit_vnd", "1000000"),
        ("benefit_calc", "x"),
    ] {
        shared.fields.insert(field.to_owned(), text(value));
    }
    for (field, code) in [("solution_type", "KYTHUAT"), ("benefit_kind", "TIEN")] {
        let kind = catalogue::activity_type("SANGKIEN").unwrap().field(field).unwrap();
        let value = match kind.multi {
            true => RawValue::List(vec![code.to_owned()]),
            false => text(code),
        };
        shared.fields.insert(field.to_owned(), value);
    }
    let authors = |list: &[Cells<'_>]| ("authors".to_owned(), rows(list));
    shared
        .fields
        .extend([authors(&[AN, &[("name", "Bình"), ("pct", "40"), ("position", "CN")]])]);
    shared.state = Some("Y_TUONG".to_owned());
    let mut pair = Pair::apart(&shared);
    let mut edit = only(&shared, "name", "Lò sấy");
    edit.state = None;
    edit.fields = [authors(&[&[("name", "An"), ("pct", "100")]])].into();
    pair.save(0, edit.clone());
    edit.fields = [authors(&[AN, other])].into();
    pair.save(1, edit);
    pair.meet();
    (pair, shared.entry)
}

/// What both phones show.
fn shown(pair: &Pair, entry: EntryId) -> (RawValue, Vec<String>, usize) {
    let [a, b] = pair.phones.each_ref().map(|phone| {
        let mut detail = phone.entry(entry);
        let parts = detail
            .conflicts
            .iter()
            .map(|conflict| conflict.part.clone().unwrap().vi);
        let parts = parts.collect();
        (detail.fields.remove("authors").unwrap(), parts, detail.problems.len())
    });
    assert_eq!(a, b, "both phones show the same");
    a
}

#[test]
fn a_row_that_one_takes_out_and_the_other_writes_to_is_asked_about_by_its_name_and_comes_back_whole() {
    let cases: [(Cells<'_>, &str, &str); 2] = [
        (
            &[
                ("name", "Bình"),
                ("pct", "40"),
                ("position", "CN"),
                ("workplace", "Kho"),
            ],
            "workplace",
            "Kho",
        ),
        (
            &[("name", "Bình"), ("pct", "40"), ("position", "Thủ kho")],
            "position",
            "Thủ kho",
        ),
    ];
    for (written, column, value) in cases {
        let (mut pair, entry) = apart(written);
        let (_, parts, _) = shown(&pair, entry);
        assert_eq!(parts.len(), 1, "{parts:?}");
        assert!(parts[0].starts_with("Bình, "), "{parts:?}");
        for phone in &pair.phones {
            assert_eq!(phone.today().unsettled[0].id, entry, "the first screen asks");
            let conflict = phone.entry(entry).conflicts.remove(0);
            assert!(conflict.key.ends_with(&format!("/{column}")));
        }
        choose(&mut pair, 0, entry, "authors", value);
        pair.meet();
        let whole = rows(&[&[("name", "An"), ("pct", "100")], written]);
        let (authors, asked, _) = shown(&pair, entry);
        assert_eq!((authors, asked), (whole, Vec::new()));

        let (mut pair, entry) = apart(written);
        choose(&mut pair, 1, entry, "authors", "trống");
        pair.meet();
        let left = rows(&[&[("name", "An"), ("pct", "100")]]);
        assert_eq!(shown(&pair, entry), (left, Vec::new(), 0));
    }
}

#[test]
fn half_a_row_is_a_problem() {
    let (pair, id) = apart(&[("name", "Bình"), ("pct", "40"), ("workplace", "Kho")]);
    let documents = pair.phones[0].core.kept.documents.values();
    let mut found = documents.filter_map(|holding| entries::find(&holding.document, id));
    let mut entry = found.next().unwrap().0;
    let problems = |entry: &Entry| validate::errors(entry, &Context::on(date(2026, 9, 20)));
    assert_eq!(problems(&entry), []);
    let Some(FieldValue::Rows(rows)) = entry.fields.get_mut("authors") else {
        panic!("a table")
    };
    rows.values_mut().next().unwrap().remove("name");
    let problems = problems(&entry);
    assert_eq!(
        (problems[0].rule, &problems[0].fields[..]),
        ("REQUIRED", &["authors"][..])
    );
    assert_eq!(problems[0].message.vi, "Dòng 1: nhập “Họ và tên”.");
}
