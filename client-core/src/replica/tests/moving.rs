//! A record whose day moves to another year, while the other phone goes on writing.

use super::merging::{Pair, only};
use super::*;

#[test]
fn a_record_of_an_earlier_year_stays_in_its_log_so_that_no_edit_of_it_is_lost() {
    let shared = session(1, "40", "15/9/2025");
    let pair = &mut Pair::apart(&shared);
    let title = only(&shared, "title", "Tiết kiệm điện");
    assert_eq!(pair.give(0, Input::SaveEntry(title)), Outcome::Done);
    let more = only(&shared, "participants", "52");
    assert_eq!(pair.give(1, Input::SaveEntry(more)), Outcome::Done);
    let day = only(&shared, "date_start", "16/9/2025");
    assert_eq!(pair.give(1, Input::SaveEntry(day)), Outcome::Done);
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
    assert_eq!(pair.give(0, Input::SaveEntry(more)), Outcome::Done);
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
    assert_eq!(pair.give(1, Input::SaveEntry(emptied)), Outcome::Done);
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
