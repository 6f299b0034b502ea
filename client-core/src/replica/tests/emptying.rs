//! One empties a field, while the other writes it, moves the record to another year, or deletes it.

use super::merging::{Pair, only, with_women};
use super::moving::{asked, choose};
use super::*;

fn text(value: &str) -> RawValue {
    RawValue::Text(value.to_owned())
}

/// A record with something in every kind of field that can be emptied in part.
fn full() -> Draft {
    let mut shared = with_women(&session(1, "40", "15/9/2025"), "12");
    shared.fields.insert("result".to_owned(), text("Một.\nHai."));
    let topics = ["KHCN", "TIETKIEM"].map(str::to_owned).to_vec();
    shared.fields.insert("topics".to_owned(), RawValue::List(topics));
    shared
}

/// What both phones show in a field, and what they ask about it.
fn shown(pair: &Pair, entry: EntryId, field: &str) -> (Option<RawValue>, Vec<String>) {
    let [a, b] = pair.phones.each_ref().map(|phone| {
        let mut fields = phone.entry(entry).fields;
        (
            fields.remove(field),
            asked(phone, entry).remove(field).unwrap_or_default(),
        )
    });
    assert_eq!(a, b, "both phones show the same");
    a
}

#[test]
fn a_number_that_one_writes_and_the_other_empties_is_asked_about() {
    for (chosen, left) in [("13 lượt người", Some("13")), ("trống", None)] {
        let shared = full();
        let entry = shared.entry;
        let pair = &mut Pair::apart(&shared);
        pair.save(0, with_women(&only(&shared, "title", "Tiết kiệm điện"), "13"));
        pair.save(1, only(&shared, "participants_female", ""));
        pair.meet();
        assert_eq!(shown(pair, entry, "participants_female").1, ["13 lượt người", "trống"]);
        for phone in &pair.phones {
            assert_eq!(phone.today().unsettled[0].id, entry, "the first screen asks");
            let detail = phone.entry(entry);
            let emptied = detail.conflicts[0]
                .values
                .iter()
                .find(|value| value.display.vi == "trống");
            assert_eq!(emptied.unwrap().person_name, "Lò Thị Xoan");
        }
        choose(pair, 0, entry, "participants_female", chosen);
        pair.meet();
        assert_eq!(shown(pair, entry, "participants_female"), (left.map(text), Vec::new()));
    }
}

#[test]
fn what_one_empties_and_nobody_else_writes_is_empty_without_a_question() {
    let shared = full();
    let entry = shared.entry;
    let pair = &mut Pair::apart(&shared);
    pair.save(0, only(&shared, "participants_female", ""));
    pair.save(0, only(&shared, "result", "Một."));
    pair.save(1, only(&shared, "participants", "52"));
    pair.meet();
    assert_eq!(shown(pair, entry, "participants_female"), (None, Vec::new()));
    assert_eq!(shown(pair, entry, "result"), (Some(text("Một.")), Vec::new()));
    // Both empty it, and one fills it again.
    pair.save(0, only(&shared, "result", ""));
    pair.save(1, only(&shared, "result", ""));
    pair.meet();
    assert_eq!(shown(pair, entry, "result"), (None, Vec::new()));
    pair.save(1, only(&shared, "result", "Hai."));
    // It is empty wherever it moves, too.
    pair.meet();
    for day in ["15/9/2026", "15/9/2025"] {
        pair.save(1, only(&shared, "date_start", day));
        pair.meet();
        assert_eq!(shown(pair, entry, "participants_female"), (None, Vec::new()));
        assert_eq!(shown(pair, entry, "result"), (Some(text("Hai.")), Vec::new()));
        assert_eq!(asked(&pair.phones[0], entry), BTreeMap::new());
    }
}

#[test]
fn a_paragraph_that_one_takes_out_and_the_other_changes_is_asked_about() {
    for (chosen, left) in [("Hai sửa.", "Một.\nHai sửa."), ("trống", "Một.")] {
        let shared = full();
        let entry = shared.entry;
        let pair = &mut Pair::apart(&shared);
        pair.save(0, only(&shared, "result", "Một."));
        pair.save(1, only(&shared, "result", "Một.\nHai sửa."));
        pair.meet();
        assert_eq!(shown(pair, entry, "result").1, ["Hai sửa.", "trống"]);
        choose(pair, 1, entry, "result", chosen);
        pair.meet();
        assert_eq!(shown(pair, entry, "result"), (Some(text(left)), Vec::new()));
    }
}

#[test]
fn what_one_empties_where_the_other_has_moved_a_record_away_is_asked_about_where_it_is() {
    let one_topic = RawValue::List(vec!["TIETKIEM".to_owned()]);
    let both_topics = RawValue::List(["KHCN", "TIETKIEM"].map(str::to_owned).to_vec());
    let cases = [
        ("participants_female", text(""), None, Some(text("12"))),
        ("result", text("Một."), Some(text("Một.")), Some(text("Một.\nHai."))),
        ("result", text(""), None, Some(text("Một.\nHai."))),
        ("topics", one_topic.clone(), Some(one_topic), Some(both_topics)),
    ];
    for (field, typed, emptied, kept) in cases {
        // A choice that is not among several was not made.
        let nothing = if field == "topics" { "Không" } else { "trống" };
        for empties in [true, false] {
            let shared = full();
            let entry = shared.entry;
            let pair = &mut Pair::apart(&shared);
            pair.save(0, only(&shared, "date_start", "15/9/2026"));
            let mut empty = only(&shared, "participants", "50");
            empty.fields.insert(field.to_owned(), typed.clone());
            pair.save(1, empty);
            pair.meet();
            let (counts, values) = shown(pair, entry, field);
            assert_eq!(counts, kept, "until somebody decides");
            assert!(values.contains(&nothing.to_owned()), "{values:?}");
            let number = asked(&pair.phones[1], entry).remove("participants");
            assert_eq!(number.unwrap(), ["40 lượt người", "50 lượt người"]);
            // Each paragraph is asked about by itself.
            while let Some(conflict) = pair.phones[1].entry(entry).conflicts.iter().find(|c| c.field == field) {
                let value = conflict.values.iter().find(|v| (v.display.vi == nothing) == empties);
                let (key, choice) = (conflict.key.clone(), value.unwrap().choice);
                let resolve = Input::ResolveConflict { entry, key, choice };
                assert_eq!(pair.give(1, resolve), Outcome::Done);
            }
            choose(pair, 0, entry, "participants", "50 lượt người");
            pair.meet();
            let left = if empties { &emptied } else { &kept };
            assert_eq!(shown(pair, entry, field), (left.clone(), Vec::new()));
            assert_eq!(asked(&pair.phones[0], entry), BTreeMap::new());
            assert_eq!(pair.phones[0].entry(entry).row.date, date(2026, 9, 15));
        }
    }
}

#[test]
fn what_one_empties_and_then_moves_is_asked_about_where_another_moved_it_as_it_was() {
    for day in ["16/9/2026", "16/9/2024"] {
        let shared = full();
        let entry = shared.entry;
        let pair = &mut Pair::apart(&shared);
        pair.save(0, only(&shared, "date_start", "15/9/2026"));
        pair.save(1, only(&shared, "participants_female", ""));
        pair.save(1, only(&shared, "date_start", day));
        pair.meet();
        assert_eq!(shown(pair, entry, "participants_female").1, ["12 lượt người", "trống"]);
        choose(pair, 0, entry, "participants_female", "trống");
        let day = pair.phones[0].entry(entry).display["date_start"].vi.clone();
        choose(pair, 0, entry, "date_start", &day);
        pair.meet();
        assert_eq!(shown(pair, entry, "participants_female"), (None, Vec::new()));
        assert_eq!(asked(&pair.phones[1], entry), BTreeMap::new());
    }
}

#[test]
fn who_empties_a_field_of_what_another_deletes_is_told() {
    let shared = full();
    let pair = &mut Pair::apart(&shared);
    pair.save(0, only(&shared, "participants_female", ""));
    assert_eq!(pair.give(1, Input::DeleteEntry { entry: shared.entry }), Outcome::Done);
    pair.meet();
    for phone in &pair.phones {
        let overlooked = phone.today().overlooked;
        assert_eq!(overlooked.len(), 1);
        assert_eq!(overlooked[0].edited.person_name, "Giàng Thị Mỷ");
    }
}
