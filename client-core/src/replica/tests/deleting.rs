//! One deletes what the other goes on writing.

use super::merging::{Pair, moved_with_46, only};
use super::view::OverlookedEdit;
use super::*;

/// The one record of which the first screen says that somebody did not know of its deletion; and who deleted it, and whether
/// that is the phone's own officer.
fn overlooked(phone: &Phone, shared: &Draft, deleted_by: (&str, bool)) -> OverlookedEdit {
    let overlooked = phone.today().overlooked;
    let [one] = overlooked.as_slice() else {
        panic!("{overlooked:?}")
    };
    assert_eq!((one.row.id, one.row.deleted), (shared.entry, true));
    assert_eq!((one.deleted.person_name.as_str(), one.deleted.mine), deleted_by);
    one.clone()
}

/// One deletes, the other goes on writing: both first screens say so.
fn deleted_and_edited_apart() -> (Pair, Draft) {
    let shared = session(1, "40", "15/9");
    let mut pair = Pair::apart(&shared);
    assert_eq!(pair.give(0, Input::DeleteEntry { entry: shared.entry }), Outcome::Done);
    pair.save(1, only(&shared, "participants", "46"));
    pair.meet();
    for (whose, phone) in pair.phones.iter().enumerate() {
        let one = overlooked(phone, &shared, ("Giàng Thị Mỷ", whose == 0));
        assert_eq!(
            (one.edited.person_name.as_str(), one.edited.mine),
            ("Lò Thị Xoan", whose == 1)
        );
        assert_eq!(phone.entry(shared.entry).deletion.as_ref(), Some(&one.deleted));
    }
    (pair, shared)
}

#[test]
fn what_was_deleted_and_edited_apart_is_taken_back_with_the_edit() {
    let (mut pair, shared) = deleted_and_edited_apart();
    assert_eq!(pair.give(0, Input::RestoreEntry { entry: shared.entry }), Outcome::Done);
    pair.meet();
    for phone in &pair.phones {
        let detail = phone.entry(shared.entry);
        assert_eq!(
            (detail.row.deleted, detail.deletion, detail.conflicts.len()),
            (false, None, 0)
        );
        assert_eq!(detail.fields["participants"], RawValue::Text("46".to_owned()));
        assert_eq!(phone.today().overlooked, []);
    }
}

#[test]
fn what_stays_deleted_is_asked_about_no_more_on_either_phone() {
    let (mut pair, shared) = deleted_and_edited_apart();
    // Both answer before they meet.
    for whose in [0, 1] {
        assert_eq!(
            pair.give(whose, Input::DeleteEntry { entry: shared.entry }),
            Outcome::Done
        );
        assert_eq!(pair.phones[whose].today().overlooked, []);
    }
    pair.meet();
    for phone in &pair.phones {
        assert_eq!(phone.today().overlooked, []);
        let detail = phone.entry(shared.entry);
        assert_eq!((detail.row.deleted, detail.conflicts.len()), (true, 0));
    }
    // Answered already: a second tap writes nothing.
    assert_eq!(pair.give(0, Input::DeleteEntry { entry: shared.entry }), Outcome::Done);
    assert_eq!(pair.phones[0].status().waiting, 0);
}

#[test]
fn whoever_edits_again_after_the_answer_is_asked_again() {
    let (mut pair, shared) = deleted_and_edited_apart();
    assert_eq!(pair.give(0, Input::DeleteEntry { entry: shared.entry }), Outcome::Done);
    assert_eq!(pair.give(1, Input::RestoreEntry { entry: shared.entry }), Outcome::Done);
    pair.meet();
    let [a, b] = pair.phones.each_ref().map(|phone| {
        let detail = phone.entry(shared.entry);
        (
            detail.row.deleted,
            detail.conflicts.len(),
            phone.today().overlooked.len(),
        )
    });
    assert_eq!(a, b);
    // Deleted anew against taken back: whichever counts, both phones ask.
    assert_eq!(a.1, 1);
    assert_eq!(a.2, usize::from(a.0));
}

#[test]
fn an_edit_that_the_deletion_saw_is_nothing_to_ask_about() {
    let shared = session(1, "40", "15/9");
    let pair = &mut Pair::apart(&shared);
    pair.give(1, Input::SaveEntry(only(&shared, "participants", "46")));
    pair.meet();
    pair.give(0, Input::DeleteEntry { entry: shared.entry });
    pair.meet();
    for phone in &pair.phones {
        assert_eq!(phone.today().overlooked, []);
        assert!(phone.entry(shared.entry).deletion.is_some());
    }
}

#[test]
fn nothing_is_saved_into_a_deleted_record_before_it_is_taken_back() {
    let shared = session(1, "40", "15/9");
    let pair = &mut Pair::apart(&shared);
    pair.give(0, Input::DeleteEntry { entry: shared.entry });
    pair.meet();
    let edit = only(&shared, "participants", "46");
    let Outcome::Refused { message } = pair.give(1, Input::SaveEntry(edit.clone())) else {
        panic!("it was saved where nobody sees it")
    };
    assert!(message.vi.contains("Giàng Thị Mỷ"), "{message:?}");
    assert_eq!(pair.phones[1].status().waiting, 0);
    let draft = pair.phones[1].entry(shared.entry).draft.unwrap();
    assert_eq!(draft.fields, edit.fields, "what is typed is kept");
    assert_eq!(pair.give(1, Input::RestoreEntry { entry: shared.entry }), Outcome::Done);
    pair.save(1, edit);
    pair.meet();
    for phone in &pair.phones {
        let detail = phone.entry(shared.entry);
        assert_eq!((detail.row.deleted, detail.draft), (false, None));
        assert_eq!(detail.fields["participants"], RawValue::Text("46".to_owned()));
    }
}

#[test]
fn what_is_typed_in_a_record_that_is_deleted_waits_for_it_to_be_taken_back() {
    let shared = session(1, "40", "15/9");
    let entry = shared.entry;
    let pair = &mut Pair::apart(&shared);
    let typed = only(&shared, "participants", "46");
    for input in [
        Input::KeepDraft(typed.clone()),
        Input::DeleteEntry { entry },
        Input::RestoreEntry { entry },
    ] {
        assert_eq!(pair.give(0, input), Outcome::Done);
        let draft = pair.phones[0].entry(entry).draft.unwrap();
        assert_eq!(draft.fields, typed.fields);
    }
    pair.save(0, typed);
    assert_eq!(pair.phones[0].entry(entry).draft, None);
}

/// One moves a record to another year and changes it; the other changes it too and deletes it where it was.
fn moved_and_deleted_apart() -> (Pair, Draft) {
    let shared = session(1, "40", "15/9/2025");
    let mut pair = Pair::apart(&shared);
    pair.save(0, moved_with_46(&shared));
    let more = only(&shared, "sessions", "2");
    pair.save(1, more);
    assert_eq!(pair.give(1, Input::DeleteEntry { entry: shared.entry }), Outcome::Done);
    pair.meet();
    for (whose, phone) in pair.phones.iter().enumerate() {
        let one = overlooked(phone, &shared, ("Lò Thị Xoan", whose == 1));
        assert_eq!(
            (one.edited.person_name.as_str(), one.edited.mine, one.moved_to),
            ("Giàng Thị Mỷ", whose == 0, Some(2026))
        );
        assert_eq!((phone.entries().len(), phone.status().conflicts), (1, 0));
        assert_eq!(phone.figure("II.1-02").value, None, "deleted until somebody decides");
        let detail = phone.entry(shared.entry);
        assert_eq!(
            (detail.deletion.as_ref(), detail.conflicts.len()),
            (Some(&one.deleted), 0)
        );
    }
    (pair, shared)
}

/// What both phones show of a record: deleted, its participants, the fields that are asked about.
fn shown(pair: &Pair, entry: EntryId) -> (bool, RawValue, Vec<String>) {
    let [a, b] = pair.phones.each_ref().map(|phone| {
        assert_eq!(phone.entries().len(), 1);
        let detail = phone.entry(entry);
        let asked = detail.conflicts.into_iter().map(|conflict| conflict.field);
        let participants = detail.fields["participants"].clone();
        (detail.row.deleted, participants, asked.collect::<Vec<_>>())
    });
    assert_eq!(a, b, "both phones show the same");
    a
}

#[test]
fn what_was_moved_and_deleted_apart_is_taken_back_where_it_was_moved_to() {
    for whose in [0, 1] {
        let (mut pair, shared) = moved_and_deleted_apart();
        let entry = shared.entry;
        assert_eq!(pair.give(whose, Input::RestoreEntry { entry }), Outcome::Done);
        pair.meet();
        let participants = RawValue::Text("46".to_owned());
        let asked = vec!["sessions".to_owned()];
        assert_eq!(
            shown(&pair, entry),
            (false, participants, asked),
            "what the deleter wrote is not lost"
        );
        for phone in &pair.phones {
            assert_eq!((phone.today().overlooked.len(), phone.status().conflicts), (0, 1));
            assert_eq!(phone.entry(entry).row.date, date(2026, 9, 15));
            assert_eq!(phone.figure("II.1-02").value.as_deref(), Some("46"), "counted once");
        }
        // Deleted in sight of everything it is deleted, without a question.
        assert_eq!(pair.give(0, Input::DeleteEntry { entry }), Outcome::Done);
        pair.meet();
        assert!(shown(&pair, entry).0);
        for phone in &pair.phones {
            assert_eq!(phone.today().overlooked, []);
        }
    }
}

#[test]
fn what_was_moved_and_stays_deleted_is_asked_about_no_more_and_comes_back_where_it_was_moved_to() {
    let (mut pair, shared) = moved_and_deleted_apart();
    let entry = shared.entry;
    for whose in [0, 1] {
        assert_eq!(pair.give(whose, Input::DeleteEntry { entry }), Outcome::Done);
        assert_eq!(pair.phones[whose].today().overlooked, []);
    }
    pair.meet();
    assert_eq!(pair.give(0, Input::DeleteEntry { entry }), Outcome::Done);
    assert_eq!(pair.phones[0].status().waiting, 0, "a second tap writes nothing");
    for phone in &pair.phones {
        let detail = phone.entry(entry);
        assert_eq!((detail.row.deleted, detail.row.date), (true, date(2026, 9, 15)));
        assert_eq!((phone.today().overlooked.len(), detail.conflicts.len()), (0, 0));
    }
    assert_eq!(pair.give(1, Input::RestoreEntry { entry }), Outcome::Done);
    pair.meet();
    let participants = RawValue::Text("46".to_owned());
    let asked = vec!["sessions".to_owned()];
    assert_eq!(
        shown(&pair, entry),
        (false, participants, asked),
        "what the deleter wrote is not lost"
    );
    assert_eq!(pair.phones[0].entry(entry).row.date, date(2026, 9, 15));
}

#[test]
fn two_who_decide_otherwise_about_what_was_moved_and_deleted_are_asked_again() {
    let (mut pair, shared) = moved_and_deleted_apart();
    let entry = shared.entry;
    assert_eq!(pair.give(0, Input::RestoreEntry { entry }), Outcome::Done);
    assert_eq!(pair.give(1, Input::DeleteEntry { entry }), Outcome::Done);
    pair.meet();
    let (deleted, _, asked) = shown(&pair, entry);
    assert!(asked.contains(&"@deleted".to_owned()), "{asked:?}");
    for phone in &pair.phones {
        assert_eq!(phone.today().overlooked.len(), usize::from(deleted));
        assert_eq!(phone.entry(entry).row.date, date(2026, 9, 15));
    }
}

#[test]
fn who_moves_a_record_and_deletes_it_there_is_not_passed_over_by_who_moves_it_apart() {
    for day in ["16/9/2026", "16/9/2024"] {
        let shared = session(1, "40", "15/9/2025");
        let entry = shared.entry;
        let pair = &mut Pair::apart(&shared);
        let moved = only(&shared, "date_start", "15/9/2026");
        pair.save(0, moved);
        assert_eq!(pair.give(0, Input::DeleteEntry { entry }), Outcome::Done);
        let moved = only(&shared, "date_start", day);
        pair.save(1, moved);
        pair.meet();
        assert!(shown(pair, entry).0);
        for phone in &pair.phones {
            let overlooked = phone.today().overlooked;
            assert_eq!(overlooked.len(), 1, "{day}");
            assert_eq!(overlooked[0].deleted.person_name, "Giàng Thị Mỷ");
            assert_eq!(overlooked[0].edited.person_name, "Lò Thị Xoan");
        }
        assert_eq!(pair.give(0, Input::RestoreEntry { entry }), Outcome::Done);
        pair.meet();
        assert!(!shown(pair, entry).0);
        assert_eq!(pair.phones[1].today().overlooked, []);
    }
}
