//! A record that is deleted and taken back asks what it asked before; one that was moved away and back again was not deleted.

use super::merging::{Pair, moved_with_46, only, with_women};
use super::moving::{asked, choose};
use super::*;

/// What is asked about a record, the same on both phones.
fn both_ask(pair: &Pair, entry: EntryId) -> BTreeMap<String, Vec<String>> {
    let [a, b] = pair.phones.each_ref().map(|phone| {
        assert_eq!(phone.entries().len(), 1);
        (asked(phone, entry), phone.entry(entry).fields)
    });
    assert_eq!(a, b, "both phones show the same");
    a.0
}

fn values<const N: usize>(field: &str, values: [&str; N]) -> (String, Vec<String>) {
    (field.to_owned(), values.map(str::to_owned).to_vec())
}

#[test]
fn a_record_that_is_deleted_and_taken_back_asks_what_was_left_in_another_year_as_before() {
    for [deletes, restores] in [[0, 0], [0, 1], [1, 0]] {
        let shared = session(1, "40", "15/9/2025");
        let entry = shared.entry;
        let pair = &mut Pair::apart(&shared);
        pair.save(0, moved_with_46(&shared));
        pair.save(1, with_women(&only(&shared, "participants", "52"), "20"));
        pair.meet();
        let before = BTreeMap::from([
            values("participants", ["46 lượt người", "52 lượt người"]),
            values("participants_female", ["20 lượt người", "trống"]),
        ]);
        // Once more after that, too.
        for _ in 0..2 {
            assert_eq!(both_ask(pair, entry), before);
            assert_eq!(pair.give(deletes, Input::DeleteEntry { entry }), Outcome::Done);
            pair.meet();
            for phone in &pair.phones {
                assert!(phone.entry(entry).row.deleted);
                assert_eq!((phone.today().overlooked.len(), phone.status().conflicts), (0, 0));
            }
            assert_eq!(pair.give(restores, Input::RestoreEntry { entry }), Outcome::Done);
            pair.meet();
        }
        assert_eq!(both_ask(pair, entry), before);
        choose(pair, restores, entry, "participants", "52 lượt người");
        choose(pair, restores, entry, "participants_female", "20 lượt người");
        pair.meet();
        assert_eq!(both_ask(pair, entry), BTreeMap::new());
        assert_eq!(pair.phones[0].entry(entry).display["participants"].vi, "52 lượt người");
    }
}

#[test]
fn a_record_that_lives_in_two_years_is_taken_back_in_both_and_asks_which() {
    for restores in [0, 1] {
        let shared = session(1, "40", "15/9/2025");
        let entry = shared.entry;
        let pair = &mut Pair::apart(&shared);
        pair.save(0, only(&shared, "date_start", "15/9/2026"));
        pair.save(1, only(&shared, "date_start", "16/9/2024"));
        pair.meet();
        let days = BTreeMap::from([values("date_start", ["15/09/2026", "16/09/2024"])]);
        assert_eq!(both_ask(pair, entry), days);
        assert_eq!(pair.give(1, Input::DeleteEntry { entry }), Outcome::Done);
        pair.save(0, only(&shared, "participants", "70"));
        pair.meet();
        assert_eq!(pair.phones[0].today().overlooked.len(), 1);
        assert_eq!(pair.give(restores, Input::RestoreEntry { entry }), Outcome::Done);
        pair.meet();
        let mut asked = both_ask(pair, entry);
        asked.remove("participants");
        assert_eq!(asked, days);
        for phone in &pair.phones {
            let detail = phone.entry(entry);
            assert_eq!((detail.row.deleted, phone.today().overlooked.len()), (false, 0));
            assert_eq!(detail.display["participants"].vi, "70 lượt người");
        }
        choose(pair, restores, entry, "date_start", "16/09/2024");
        pair.meet();
        assert_eq!(pair.phones[0].entry(entry).row.date, date(2024, 9, 16));
    }
}

/// The first phone moves a record to another year and back, which the other does not know.
fn there_and_back() -> (Pair, Draft) {
    let shared = session(1, "40", "15/9/2025");
    let mut pair = Pair::apart(&shared);
    pair.save(0, only(&shared, "date_start", "15/9/2026"));
    pair.save(0, only(&shared, "date_start", "15/9/2025"));
    (pair, shared)
}

#[test]
fn what_one_moved_there_and_back_and_another_deleted_is_deleted_until_a_person_decides() {
    for restores in [None, Some(0), Some(1)] {
        let (mut pair, shared) = there_and_back();
        let entry = shared.entry;
        assert_eq!(pair.give(1, Input::DeleteEntry { entry }), Outcome::Done);
        pair.meet();
        for phone in &pair.phones {
            assert_eq!((phone.entries().len(), phone.entry(entry).row.deleted), (1, true));
            let overlooked = phone.today().overlooked;
            assert_eq!(overlooked.len(), 1);
            assert_eq!(overlooked[0].deleted.person_name, "Lò Thị Xoan");
            assert_eq!(overlooked[0].edited.person_name, "Giàng Thị Mỷ");
        }
        assert_eq!(both_ask(&pair, entry), BTreeMap::new());
        let decided = match restores {
            Some(whose) => pair.give(whose, Input::RestoreEntry { entry }),
            None => pair.give(0, Input::DeleteEntry { entry }),
        };
        assert_eq!(decided, Outcome::Done);
        pair.meet();
        for phone in &pair.phones {
            let detail = phone.entry(entry);
            assert_eq!(
                (detail.row.deleted, detail.row.date),
                (restores.is_none(), date(2025, 9, 15))
            );
            assert_eq!((phone.today().overlooked.len(), detail.conflicts.len()), (0, 0));
        }
    }
}

#[test]
fn what_one_moved_there_and_back_and_another_moved_asks_for_the_day_and_not_whether_it_is_deleted() {
    // To the year in which it has been, and to another.
    for (day, chosen) in [
        ("16/9/2026", "15/09/2025"),
        ("16/9/2026", "16/09/2026"),
        ("16/9/2024", "15/09/2025"),
        ("16/9/2024", "16/09/2024"),
    ] {
        let (mut pair, shared) = there_and_back();
        let entry = shared.entry;
        let mut moved = only(&shared, "date_start", day);
        moved
            .fields
            .insert("participants".to_owned(), RawValue::Text("77".to_owned()));
        pair.save(1, moved);
        pair.meet();
        let both = both_ask(&pair, entry);
        assert_eq!(both.keys().collect::<Vec<_>>(), ["date_start", "participants"], "{day}");
        assert!(both["date_start"].contains(&chosen.to_owned()), "{both:?}");
        assert_eq!(both["participants"], ["40 lượt người", "77 lượt người"]);
        for phone in &pair.phones {
            assert!(!phone.entry(entry).row.deleted);
            assert_eq!(phone.today().overlooked, []);
        }
        choose(&mut pair, 0, entry, "participants", "77 lượt người");
        choose(&mut pair, 0, entry, "date_start", chosen);
        pair.meet();
        assert_eq!(both_ask(&pair, entry), BTreeMap::new());
        for phone in &pair.phones {
            let detail = phone.entry(entry);
            assert_eq!(detail.display["date_start"].vi, chosen);
            assert_eq!(detail.display["participants"].vi, "77 lượt người");
        }
    }
}

#[test]
fn what_one_moved_there_and_back_and_another_edited_asks_nothing() {
    let (mut pair, shared) = there_and_back();
    let entry = shared.entry;
    pair.save(1, only(&shared, "participants", "77"));
    pair.meet();
    assert_eq!(both_ask(&pair, entry), BTreeMap::new());
    assert_eq!(pair.phones[0].entry(entry).display["participants"].vi, "77 lượt người");
}

#[test]
fn a_day_that_one_only_passed_through_and_another_chose_is_one_choice() {
    let (mut pair, shared) = there_and_back();
    let mut moved = only(&shared, "date_start", "15/9/2026");
    moved
        .fields
        .insert("participants".to_owned(), RawValue::Text("77".to_owned()));
    pair.save(1, moved);
    pair.meet();
    for (field, mut values) in both_ask(&pair, shared.entry) {
        let count = values.len();
        values.sort_unstable();
        values.dedup();
        assert_eq!(values.len(), count, "{field}: {values:?}");
    }
}
