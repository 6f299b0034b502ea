//! What was refused and has nothing of its own to type: a choice, a deletion of what was never sent.

use super::merging::only;
use super::refusing::Two;
use super::*;

#[test]
fn a_refused_choice_is_made_again_or_let_be() {
    for again in [true, false] {
        let mut two = Two::new();
        let entry = two.shared.entry;
        two.b_saves("participants", "42");
        two.a_saves(&only(&two.shared, "participants", "41"));
        two.a.online = true;
        two.a.wake(&mut two.server);
        two.a.online = false;
        // The value that counts anyway.
        let choose = Input::ResolveConflict {
            entry,
            key: "participants".to_owned(),
            choice: 0,
        };
        assert_eq!(two.a.entry(entry).conflicts.len(), 1);
        assert_eq!(two.a_gives(choose.clone()), Outcome::Done);
        two.refuse(RefusalCode::NotAllowed);
        assert_eq!((two.a.status().refused, two.a.entry(entry).conflicts.len()), (1, 1));
        let input = match again {
            true => choose,
            false => Input::DropDraft { entry },
        };
        assert_eq!(two.a_gives(input), Outcome::Done);
        let left = two.a.entry(entry).conflicts.len();
        assert_eq!((two.a.status().refused, left), (0, usize::from(!again)));
    }
}

#[test]
fn what_was_made_and_deleted_and_then_refused_says_that_it_was_deleted() {
    let mut two = Two::new();
    let new = session(2, "30", "16/9");
    two.a_saves(&new);
    assert_eq!(two.a_gives(Input::DeleteEntry { entry: new.entry }), Outcome::Done);
    two.refuse(RefusalCode::NotAllowed);
    let RecordState::Refused { reason } = two.a.entry(new.entry).row.sync else {
        panic!("it is said to be refused")
    };
    assert!(reason.vi.starts_with("Bạn đã xóa bản ghi này"), "{reason:?}");
    // Where it was not deleted, or was taken back, that is not said.
    two.a.online = false;
    let other = session(3, "30", "17/9");
    two.a_saves(&other);
    for deletes in [
        Input::DeleteEntry { entry: other.entry },
        Input::RestoreEntry { entry: other.entry },
    ] {
        assert_eq!(two.a_gives(deletes), Outcome::Done);
    }
    two.refuse(RefusalCode::NotAllowed);
    let RecordState::Refused { reason } = two.a.entry(other.entry).row.sync else {
        panic!("it is said to be refused")
    };
    assert!(!reason.vi.contains("đã xóa"), "{reason:?}");
}
