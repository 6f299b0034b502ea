use jiff::civil::date;

use super::*;
use crate::document::tests::{actor, of_schema, schema_of};
use crate::ids::DocumentKind;
use crate::model::schema;

fn id() -> EntryId {
    "01JD0000000000000000000000".parse().unwrap()
}

fn paragraphs(texts: &[&str]) -> FieldValue {
    let part = |number: usize| PartId(ulid::Ulid(number as u128));
    FieldValue::Paragraphs(
        texts
            .iter()
            .enumerate()
            .map(|(at, text)| (part(at), (*text).to_owned()))
            .collect(),
    )
}

fn save(document: &mut Document, by: u8, at: i64, fields: &[(&str, Option<FieldValue>)]) -> Option<Change> {
    let mut edit = EntryEdit::new(id(), "TT_BUOI");
    edit.fields = fields
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    write(
        document,
        actor(by),
        Timestamp(at),
        &mut fastrand::Rng::with_seed(at as u64),
        &edit,
    )
}

fn texts(document: &Document, field: &str) -> Vec<String> {
    match find(document, id()).unwrap().0.field(field) {
        Some(FieldValue::Paragraphs(parts)) => parts.values().cloned().collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn every_shape_of_value_reads_back_as_it_was_written() {
    let mut document = Document::new(DocumentKind::Log);
    let row = BTreeMap::from([
        ("name".to_owned(), FieldValue::Text("Lò Thị Xoan".to_owned())),
        ("pct".to_owned(), FieldValue::Decimal(60.0)),
    ]);
    let values = [
        ("title", FieldValue::Text("Tiết kiệm chi phí khâu sao chè".to_owned())),
        ("participants", FieldValue::Integer(0)),
        ("days", FieldValue::Decimal(0.5)),
        ("issued", FieldValue::Boolean(false)),
        ("date_start", FieldValue::Date(date(2026, 10, 8))),
        (
            "topics",
            FieldValue::Codes(["KHCN", "TIETKIEM"].map(str::to_owned).into()),
        ),
    ];
    let mut fields: Vec<_> = values
        .iter()
        .map(|(name, value)| (*name, Some(value.clone())))
        .collect();
    fields.push(("result", Some(paragraphs(&["Một.", "Hai."]))));
    fields.push((
        "authors",
        Some(FieldValue::Rows(BTreeMap::from([(PartId(ulid::Ulid(1)), row.clone())]))),
    ));
    save(&mut document, 1, 1_790_000_000_000, &fields).unwrap();
    let entry = find(&document, id()).unwrap().0;
    for (name, value) in values {
        assert_eq!(entry.field(name), Some(&value));
    }
    assert_eq!(texts(&document, "result"), ["Một.", "Hai."]);
    let Some(FieldValue::Rows(rows)) = entry.field("authors") else {
        panic!("a table was written")
    };
    assert_eq!(rows.values().collect::<Vec<_>>(), [&row]);
    assert_eq!(
        (entry.type_code.as_str(), entry.created_at),
        ("TT_BUOI", Timestamp(1_790_000_000_000))
    );
    assert_eq!(read(&document), [entry]);
}

#[test]
fn an_emptied_field_is_gone_and_zero_is_not() {
    let mut document = Document::new(DocumentKind::Log);
    save(
        &mut document,
        1,
        1,
        &[("a", Some(FieldValue::Integer(5))), ("b", Some(FieldValue::Integer(0)))],
    );
    save(&mut document, 1, 2, &[("a", None)]);
    let entry = find(&document, id()).unwrap().0;
    assert_eq!((entry.integer("a"), entry.integer("b")), (None, Some(0)));
}

#[test]
fn saving_again_without_a_difference_is_no_change() {
    let mut document = Document::new(DocumentKind::Log);
    let fields = [
        ("result", Some(paragraphs(&["Một.", "Hai."]))),
        ("a", Some(FieldValue::Integer(5))),
    ];
    assert!(save(&mut document, 1, 1, &fields).is_some());
    assert_eq!(save(&mut document, 1, 2, &fields), None);
}

#[test]
fn two_people_in_two_paragraphs_are_no_conflict_and_nothing_is_lost() {
    let mut here = Document::new(DocumentKind::Log);
    save(
        &mut here,
        1,
        1,
        &[("result", Some(paragraphs(&["Một.", "Hai.", "Ba."])))],
    );
    let mut there = here.clone();
    save(
        &mut here,
        1,
        2,
        &[("result", Some(paragraphs(&["Một sửa.", "Hai.", "Ba."])))],
    );
    let theirs = save(
        &mut there,
        2,
        3,
        &[("result", Some(paragraphs(&["Một.", "Hai.", "Chen.", "Ba."])))],
    )
    .unwrap();
    here.apply([theirs]).unwrap();
    assert_eq!(texts(&here, "result"), ["Một sửa.", "Hai.", "Chen.", "Ba."]);
}

#[test]
fn an_edit_of_an_entry_that_was_deleted_elsewhere_is_kept() {
    let mut here = Document::new(DocumentKind::Log);
    save(&mut here, 1, 1, &[("a", Some(FieldValue::Integer(5)))]);
    let mut there = here.clone();
    let delete = EntryEdit {
        deleted: Some(true),
        ..EntryEdit::new(id(), "TT_BUOI")
    };
    write(
        &mut here,
        actor(1),
        Timestamp(2),
        &mut fastrand::Rng::with_seed(1),
        &delete,
    )
    .unwrap();
    let theirs = save(&mut there, 2, 3, &[("a", Some(FieldValue::Integer(6)))]).unwrap();
    here.apply([theirs]).unwrap();
    let entry = find(&here, id()).unwrap().0;
    assert_eq!((entry.deleted_at, entry.integer("a")), (Some(Timestamp(2)), Some(6)));
    let restore = EntryEdit {
        deleted: Some(false),
        ..EntryEdit::new(id(), "TT_BUOI")
    };
    write(
        &mut here,
        actor(1),
        Timestamp(4),
        &mut fastrand::Rng::with_seed(1),
        &restore,
    )
    .unwrap();
    assert_eq!(find(&here, id()).unwrap().0.deleted_at, None);
}

#[test]
fn a_state_that_is_entered_leaves_its_day() {
    let mut document = Document::new(DocumentKind::Register);
    let edit = EntryEdit {
        state: Some("NOP_DON".to_owned()),
        ..EntryEdit::new(id(), "SANGKIEN")
    };
    let noon = Timestamp::start_of(date(2026, 8, 14)).plus_ms(1);
    write(&mut document, actor(1), noon, &mut fastrand::Rng::with_seed(1), &edit).unwrap();
    let entry = find(&document, id()).unwrap().0;
    assert_eq!(entry.state.as_deref(), Some("NOP_DON"));
    assert_eq!(entry.events.get("NOP_DON"), Some(&date(2026, 8, 14)));
}

#[test]
fn what_a_later_version_wrote_survives_an_edit_here() {
    let mut document = Document::new(DocumentKind::Log);
    save(&mut document, 1, 1, &[("a", Some(FieldValue::Integer(5)))]);
    let map = find(&document, id()).unwrap().1.first().clone();
    let later = document.edit(actor(2), Timestamp(2), |editor| {
        editor.put(&map, "@colour", Scalar::Text("xanh".to_owned()));
        editor.put(&map, "new_field", Scalar::Integer(1));
        editor.child(&map, "nested");
        Ok::<_, Infallible>(())
    });
    assert!(later.unwrap().is_some());
    save(&mut document, 1, 3, &[("a", Some(FieldValue::Integer(6)))]);
    let (entry, maps) = find(&document, id()).unwrap();
    let keys: Vec<_> = maps.nodes(&document).into_iter().map(|(key, ..)| key).collect();
    assert_eq!(keys, ["@colour", "@made", "@type", "a", "nested", "new_field"]);
    assert_eq!(entry.integer("new_field"), Some(1));
}

#[test]
fn a_change_to_a_map_that_does_not_count_is_judged_like_any_other() {
    let mut here = Document::new(DocumentKind::Log);
    let mut there = here.clone();
    let five = ("participants", Some(FieldValue::Integer(5)));
    save(&mut here, 1, 1, std::slice::from_ref(&five));
    here.apply(save(&mut there, 2, 1, &[five])).unwrap();
    let (entry, maps) = find(&here, id()).unwrap();
    assert_eq!((maps.iter().count(), entry.integer("participants")), (2, Some(5)));
    for map in maps.iter() {
        for (value, fits) in [(Scalar::Integer(6), true), (Scalar::Integer(-6), false)] {
            let mut document = here.clone();
            let change = document.edit(actor(1), Timestamp(2), |editor| {
                editor.put(map, "participants", value);
                Ok::<_, Infallible>(())
            });
            let judged = crate::model::schema::check(&document, &change.unwrap().unwrap());
            assert_eq!(judged.is_ok(), fits, "{judged:?}");
        }
    }
}

#[test]
fn a_document_of_an_older_or_a_later_version_is_read_written_and_left_what_it_is() {
    for (version, later) in [(0, None), (1, None), (2, Some(Scalar::Text("giá trị".to_owned())))] {
        for kind in [DocumentKind::Log, DocumentKind::Register] {
            let stored = of_schema(kind, version);
            let mut document = Document::load(kind, &stored).unwrap();
            assert_eq!(read(&document), []);
            let written = save(&mut document, 1, 1, &[("participants", Some(FieldValue::Integer(5)))]);
            assert_eq!(schema::check(&document, &written.unwrap()), Ok(()));
            let map = find(&document, id()).unwrap().1.first().clone();
            let theirs = document.edit(actor(2), Timestamp(2), |editor| {
                editor.put(&map, "@colour", Scalar::Text("xanh".to_owned()));
                Ok::<_, Infallible>(())
            });
            assert_eq!(schema::check(&document, &theirs.unwrap().unwrap()), Ok(()));
            save(&mut document, 1, 3, &[("participants", Some(FieldValue::Integer(6)))]);
            // Through the disk, and to another replica change by change.
            let loaded = Document::load(kind, &document.save()).unwrap();
            let mut other = Document::load(kind, &stored).unwrap();
            other.apply(loaded.changes_after(&[])).unwrap();
            for document in [&loaded, &other] {
                let (entry, maps) = find(document, id()).unwrap();
                assert_eq!(entry.integer("participants"), Some(6), "version {version}");
                let colour = maps.written(document, "@colour");
                assert_eq!(colour[0].node, Node::Scalar(Scalar::Text("xanh".to_owned())));
                assert_eq!(schema_of(document), (version, later.clone()));
            }
        }
    }
}
