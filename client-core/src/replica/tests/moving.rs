//! A record whose day moves to another year, while the other phone goes on writing.

use super::merging::{Pair, moved_with_46, only, with_women};
use super::*;

#[test]
fn a_record_of_an_earlier_year_stays_in_its_log_so_that_no_edit_of_it_is_lost() {
    let shared = session(1, "40", "15/9/2025");
    let pair = &mut Pair::apart(&shared);
    let title = only(&shared, "title", "Tiết kiệm điện");
    pair.save(0, title);
    let more = only(&shared, "participants", "52");
    pair.save(1, more);
    let day = only(&shared, "date_start", "16/9/2025");
    pair.save(1, day);
    pair.meet();
    for phone in &pair.phones {
        let detail = phone.entry(shared.entry);
        assert_eq!(
            (detail.row.title.as_str(), detail.row.date),
            ("Tiết kiệm điện", date(2025, 9, 16))
        );
        assert_eq!(detail.fields["participants"], RawValue::Text("52".to_owned()));
        assert_eq!(detail.conflicts, []);
        let logs: Vec<_> = phone.core.kept.documents.keys().map(ToString::to_string).collect();
        assert_eq!(logs, ["log/KHUN-HA/2025"]);
    }
}

#[test]
fn a_record_moved_to_another_year_and_on_stays_its_first_authors() {
    let shared = session(1, "40", "15/9/2025");
    let pair = &mut Pair::apart(&shared);
    let made = pair.phones[1].entry(shared.entry);
    assert_eq!(made.created_by, "Giàng Thị Mỷ");
    // Twice by the other, once by the author, and back to where it was made.
    for (whose, day) in [(1, "15/9/2026"), (1, "15/9/2024"), (0, "15/9/2026"), (1, "15/9/2025")] {
        pair.save(whose, only(&shared, "date_start", day));
        pair.meet();
        for phone in &pair.phones {
            let detail = phone.entry(shared.entry);
            assert_eq!(
                (&detail.created_by, detail.created_at),
                (&made.created_by, made.created_at),
                "{day}"
            );
            assert_eq!(detail.conflicts, []);
        }
    }
    // Both move it, apart from each other.
    for whose in [0, 1] {
        let moved = only(&shared, "date_start", "20/9/2023");
        pair.save(whose, moved);
    }
    pair.meet();
    for phone in &pair.phones {
        let detail = phone.entry(shared.entry);
        assert_eq!((&detail.created_by, detail.conflicts.len()), (&made.created_by, 0));
    }
}

#[test]
fn a_record_that_two_people_move_to_another_year_is_one_record_with_what_both_wrote() {
    let mut shared = session(1, "40", "15/9/2025");
    let text = |value: &str| RawValue::Text(value.to_owned());
    shared.fields.insert("result".to_owned(), text("Một.\nHai."));
    let pair = &mut Pair::apart(&shared);
    let moved = |fields: &[(&str, &str)]| {
        let fields = [("date_start", "15/9/2026")].iter().chain(fields);
        Input::SaveEntry(Draft {
            fields: fields.map(|(name, value)| ((*name).to_owned(), text(value))).collect(),
            ..shared.clone()
        })
    };
    let mine = [("participants", "46"), ("result", "Một sửa.\nHai.")];
    assert_eq!(pair.give(0, moved(&mine)), Outcome::Done);
    let theirs = [("participants", "52"), ("participants_female", "12")];
    assert_eq!(pair.give(1, moved(&theirs)), Outcome::Done);
    // An edit of what one has moved, before they meet.
    let more = only(&shared, "sessions", "2");
    pair.save(0, more);
    pair.meet();
    let seen = pair.phones.each_ref().map(|phone| {
        let rows = phone.entries();
        assert_eq!(
            (rows.len(), rows[0].date, rows[0].deleted),
            (1, date(2026, 9, 15), false)
        );
        let detail = phone.entry(shared.entry);
        assert_eq!(detail.fields["participants_female"], text("12"));
        let mut conflicts: Vec<_> = detail
            .conflicts
            .iter()
            .map(|conflict| {
                let mut values: Vec<_> = conflict.values.iter().map(|value| value.display.vi.clone()).collect();
                values.sort();
                (conflict.field.clone(), values.join(" | "))
            })
            .collect();
        conflicts.sort();
        assert_eq!(phone.status().conflicts, 3);
        (detail.fields, conflicts)
    });
    assert_eq!(seen[0], seen[1], "both phones show the same");
    let asked = [
        ("participants", "46 lượt người | 52 lượt người"),
        ("result", "Một sửa. | Một."),
        ("sessions", "1 buổi | 2 buổi"),
    ];
    let asked = asked.map(|(field, values)| (field.to_owned(), values.to_owned()));
    assert_eq!(seen[0].1, asked);

    // Each is chosen, on either phone, whichever of the maps counts.
    for (field, chosen) in [
        ("participants", "46 lượt người"),
        ("result", "Một sửa."),
        ("sessions", "2 buổi"),
    ] {
        let detail = pair.phones[1].entry(shared.entry);
        let conflict = detail
            .conflicts
            .iter()
            .find(|conflict| conflict.field == field)
            .unwrap();
        let value = conflict.values.iter().find(|value| value.display.vi == chosen).unwrap();
        let (entry, key, choice) = (shared.entry, conflict.key.clone(), value.choice);
        assert_eq!(
            pair.give(1, Input::ResolveConflict { entry, key, choice }),
            Outcome::Done
        );
    }
    let emptied = only(&shared, "participants_female", "");
    pair.save(1, emptied);
    pair.meet();
    for phone in &pair.phones {
        let detail = phone.entry(shared.entry);
        assert_eq!(detail.conflicts, []);
        assert_eq!(detail.fields["participants"], text("46"));
        assert_eq!(detail.fields["result"], text("Một sửa.\nHai."));
        assert!(!detail.fields.contains_key("participants_female"));
        assert_eq!(phone.figure("II.1-02").value.as_deref(), Some("46"));
    }

    // Either deletes it whole, and takes it back whole.
    let entry = shared.entry;
    for (input, deleted) in [
        (Input::DeleteEntry { entry }, true),
        (Input::RestoreEntry { entry }, false),
    ] {
        assert_eq!(pair.give(0, input), Outcome::Done);
        pair.meet();
        for phone in &pair.phones {
            assert_eq!(phone.entry(entry).row.deleted, deleted);
        }
    }
}

#[test]
fn what_one_of_two_movers_took_away_does_not_come_back_with_the_others_and_is_asked_about_where_that_changed_it() {
    let text = |value: &str| RawValue::Text(value.to_owned());
    let mut shared = with_women(&session(1, "40", "15/9/2025"), "12");
    shared.fields.insert("result".to_owned(), text("Một.\nHai.\nBa."));
    // Whoever's map counts, and also where the paragraph that one took away was changed by the other.
    for (whose, theirs, differing, left) in [
        (0, None, None, "Một.\nBa."),
        (1, None, None, "Một.\nBa."),
        (0, Some("Một.\nHai sửa.\nBa."), Some("Hai sửa."), "Một.\nHai sửa.\nBa."),
        (1, Some("Một.\nHai sửa.\nBa."), Some("trống"), "Một.\nBa."),
        (1, Some("Một.\nHai.\nBa.\nBốn."), None, "Một.\nBa.\nBốn."),
    ] {
        let pair = &mut Pair::apart(&shared);
        let entry = shared.entry;
        let mut moved = only(&shared, "date_start", "15/9/2026");
        let mut cut = with_women(&moved, "");
        cut.fields.insert("result".to_owned(), text("Một.\nBa."));
        moved
            .fields
            .extend(theirs.map(|theirs| ("result".to_owned(), text(theirs))));
        pair.save(whose, cut);
        pair.save(1 - whose, moved);
        pair.meet();
        if let Some(chosen) = differing {
            for phone in &pair.phones {
                let both = ["Hai sửa.", "trống"].map(str::to_owned).to_vec();
                assert_eq!(asked(phone, entry), BTreeMap::from([("result".to_owned(), both)]));
            }
            choose(pair, 0, entry, "result", chosen);
            pair.meet();
        }
        for phone in &pair.phones {
            let detail = phone.entry(entry);
            assert_eq!(detail.fields["result"], text(left));
            assert!(!detail.fields.contains_key("participants_female"));
            assert_eq!((asked(phone, entry).len(), phone.entries().len()), (0, 1));
        }
        // The same words written anew stand.
        pair.save(1, with_women(&only(&shared, "result", "Một.\nHai.\nBa."), "12"));
        pair.meet();
        for phone in &pair.phones {
            let detail = phone.entry(entry);
            assert_eq!(detail.fields["result"], text("Một.\nHai.\nBa."));
            assert_eq!(detail.fields["participants_female"], text("12"));
            assert_eq!(asked(phone, entry).len(), 0);
        }
    }
}

#[test]
fn what_one_took_away_and_the_other_moved_to_another_year_is_asked_about() {
    let text = |value: &str| RawValue::Text(value.to_owned());
    let mut shared = session(1, "40", "15/9/2025");
    shared.fields.insert("result".to_owned(), text("Một.\nHai."));
    let entry = shared.entry;
    // Whichever of the two days was written last, and so counts.
    for (whose, chosen, left) in [
        (0, "trống", "Một."),
        (0, "Hai.", "Một.\nHai."),
        (1, "trống", "Một."),
        (1, "Hai.", "Một.\nHai."),
    ] {
        let pair = &mut Pair::apart(&shared);
        let mut cut = only(&shared, "date_start", "15/9/2026");
        cut.fields.insert("result".to_owned(), text("Một."));
        pair.save(0, cut);
        pair.save(1, only(&shared, "date_start", "16/9/2024"));
        let later = only(&shared, "date_start", ["17/9/2026", "17/9/2024"][whose]);
        pair.save(whose, later);
        pair.meet();
        for phone in &pair.phones {
            assert_eq!(asked(phone, entry)["result"], ["Hai.", "trống"]);
        }
        choose(pair, 1, entry, "result", chosen);
        let day = pair.phones[0].entry(entry).display["date_start"].vi.clone();
        choose(pair, 1, entry, "date_start", &day);
        pair.meet();
        for phone in &pair.phones {
            let detail = phone.entry(entry);
            assert_eq!((&detail.fields["result"], detail.conflicts.len()), (&text(left), 0));
            assert_eq!(phone.entries().len(), 1);
        }
    }
}

/// The values of each conflict, in no order.
pub(super) fn asked(phone: &Phone, entry: EntryId) -> BTreeMap<String, Vec<String>> {
    let conflicts = phone.entry(entry).conflicts.into_iter().map(|conflict| {
        let mut values: Vec<_> = conflict.values.into_iter().map(|value| value.display.vi).collect();
        values.sort();
        (conflict.field, values)
    });
    conflicts.collect()
}

pub(super) fn choose(pair: &mut Pair, whose: usize, entry: EntryId, field: &str, chosen: &str) {
    let detail = pair.phones[whose].entry(entry);
    let mut conflicts = detail.conflicts.iter();
    let conflict = conflicts.find(|conflict| conflict.field == field).unwrap();
    let value = conflict.values.iter().find(|value| value.display.vi == chosen).unwrap();
    let (key, choice) = (conflict.key.clone(), value.choice);
    let resolve = Input::ResolveConflict { entry, key, choice };
    assert_eq!(pair.give(whose, resolve), Outcome::Done);
}

#[test]
fn what_is_written_unknowingly_where_a_record_was_is_asked_about_where_it_is() {
    for (chosen, women) in [("46 lượt người", Some("12 lượt người")), ("52 lượt người", None)] {
        let shared = session(1, "40", "15/9/2025");
        let entry = shared.entry;
        let pair = &mut Pair::apart(&shared);
        pair.save(0, moved_with_46(&shared));
        let unknowing = with_women(&only(&shared, "participants", "52"), "12");
        pair.save(1, unknowing);
        pair.meet();
        let expected = BTreeMap::from([
            (
                "participants".to_owned(),
                vec!["46 lượt người".to_owned(), "52 lượt người".to_owned()],
            ),
            (
                "participants_female".to_owned(),
                vec!["12 lượt người".to_owned(), "trống".to_owned()],
            ),
        ]);
        for phone in &pair.phones {
            assert_eq!(asked(phone, entry), expected);
            assert_eq!((phone.status().conflicts, phone.entries().len()), (2, 1));
            assert_eq!(phone.today().unsettled[0].id, entry, "the first screen asks");
            assert_eq!(phone.figure("II.1-02").value.as_deref(), Some("46"), "counted once");
        }
        // Back to where something stands undecided it would be written over.
        let back = Input::SaveEntry(only(&shared, "date_start", "16/9/2025"));
        assert!(matches!(pair.give(0, back), Outcome::Refused { .. }));
        assert_eq!(pair.give(0, Input::DropDraft { entry }), Outcome::Done);

        choose(pair, 1, entry, "participants", chosen);
        assert_eq!(pair.phones[1].status().conflicts, 1);
        choose(pair, 1, entry, "participants_female", women.unwrap_or("trống"));
        pair.meet();
        for phone in &pair.phones {
            let detail = phone.entry(entry);
            assert_eq!((detail.conflicts.len(), phone.status().conflicts), (0, 0));
            assert_eq!(detail.display["participants"].vi, chosen);
            let has = detail
                .display
                .get("participants_female")
                .map(|display| display.vi.as_str());
            assert_eq!(has, women);
        }
        // What is settled is not asked again, whatever is written next.
        let next = only(&shared, "participants", "60");
        pair.save(0, next);
        pair.meet();
        assert_eq!(asked(&pair.phones[1], entry), BTreeMap::new());
    }
}

#[test]
fn what_two_wrote_differently_is_decided_before_the_record_moves_to_another_year() {
    let shared = session(1, "40", "15/9/2025");
    let entry = shared.entry;
    let pair = &mut Pair::apart(&shared);
    pair.save(0, only(&shared, "participants", "46"));
    pair.save(1, only(&shared, "participants", "52"));
    pair.meet();
    let differing = BTreeMap::from([(
        "participants".to_owned(),
        vec!["46 lượt người".to_owned(), "52 lượt người".to_owned()],
    )]);
    // Only one of the two would go along.
    let next_year = || Input::SaveEntry(only(&shared, "date_start", "15/9/2026"));
    assert!(matches!(pair.give(0, next_year()), Outcome::Refused { .. }));
    pair.meet();
    for phone in &pair.phones {
        assert_eq!(asked(phone, entry), differing);
    }
    // Within the year nothing is lost.
    pair.save(0, only(&shared, "date_start", "16/9/2025"));
    assert_eq!(asked(&pair.phones[0], entry), differing);

    choose(pair, 0, entry, "participants", "52 lượt người");
    assert_eq!(pair.give(0, next_year()), Outcome::Done);
    pair.meet();
    for phone in &pair.phones {
        let detail = phone.entry(entry);
        assert_eq!(detail.display["date_start"].vi, "15/09/2026");
        assert_eq!(detail.display["participants"].vi, "52 lượt người");
        assert_eq!(detail.conflicts.len(), 0);
    }
}

#[test]
fn a_record_that_two_people_move_to_different_years_counts_once_until_one_day_is_chosen() {
    for (chosen, other_year) in [("15/09/2026", "log/KHUN-HA/2024"), ("16/09/2024", "log/KHUN-HA/2026")] {
        let shared = session(1, "40", "15/9/2025");
        let entry = shared.entry;
        let pair = &mut Pair::apart(&shared);
        let to_2026 = only(&shared, "date_start", "15/9/2026");
        pair.save(0, to_2026);
        let to_2024 = only(&shared, "date_start", "16/9/2024");
        pair.save(1, to_2024);
        let more = only(&shared, "participants", "52");
        pair.save(1, more);
        pair.meet();
        let seen = pair.phones.each_ref().map(|phone| {
            assert_eq!((phone.entries().len(), phone.status().conflicts), (1, 2));
            (asked(phone, entry), phone.entries()[0].date)
        });
        assert_eq!(seen[0], seen[1], "both phones show the same");
        let days = vec!["15/09/2026".to_owned(), "16/09/2024".to_owned()];
        assert_eq!(seen[0].0["date_start"], days);

        choose(pair, 0, entry, "date_start", chosen);
        choose(pair, 0, entry, "participants", "52 lượt người");
        pair.meet();
        for phone in &pair.phones {
            let detail = phone.entry(entry);
            assert_eq!((phone.entries().len(), detail.conflicts.len()), (1, 0));
            assert_eq!(detail.display["date_start"].vi, chosen);
            assert_eq!(detail.display["participants"].vi, "52 lượt người");
            let left = &phone.core.kept.documents[&other_year.parse().unwrap()].document;
            let (left, _) = crate::model::entries::find(left, entry).unwrap();
            assert!(left.is_deleted(), "it lives in one log");
        }
    }
}

#[test]
fn a_record_that_lives_in_two_years_is_deleted_in_both_and_what_was_overlooked_is_asked_about() {
    let shared = session(1, "40", "15/9/2025");
    let entry = shared.entry;
    let pair = &mut Pair::apart(&shared);
    let to_2026 = only(&shared, "date_start", "15/9/2026");
    pair.save(0, to_2026);
    let to_2024 = only(&shared, "date_start", "16/9/2024");
    pair.save(1, to_2024);
    pair.meet();
    assert_eq!(pair.give(0, Input::DeleteEntry { entry }), Outcome::Done);
    let unknowing = only(&shared, "participants", "52");
    pair.save(1, unknowing);
    pair.meet();
    for phone in &pair.phones {
        let rows = phone.entries();
        assert_eq!((rows.len(), rows[0].deleted), (1, true));
        assert_eq!(phone.today().overlooked.len(), 1);
    }
    assert_eq!(pair.give(0, Input::DeleteEntry { entry }), Outcome::Done);
    pair.meet();
    assert_eq!(pair.phones[1].today().overlooked, []);
}
