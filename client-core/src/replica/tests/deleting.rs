//! One deletes what the other goes on writing.

use super::merging::{Pair, only};
use super::*;

/// One deletes, the other goes on writing: both first screens say so.
fn deleted_and_edited_apart() -> (Pair, Draft) {
    let shared = session(1, "40", "15/9");
    let mut pair = Pair::apart(&shared);
    assert_eq!(pair.give(0, Input::DeleteEntry { entry: shared.entry }), Outcome::Done);
    pair.save(1, only(&shared, "participants", "46"));
    pair.meet();
    for (whose, phone) in pair.phones.iter().enumerate() {
        let overlooked = phone.today().overlooked;
        let [one] = overlooked.as_slice() else {
            panic!("{overlooked:?}")
        };
        assert_eq!((one.row.id, one.row.deleted), (shared.entry, true));
        assert_eq!(
            (one.deleted.person_name.as_str(), one.deleted.mine),
            ("Giàng Thị Mỷ", whose == 0)
        );
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
