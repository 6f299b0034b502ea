//! Whether changes are numbered as whoever makes them must: their operations from right after all they were made upon, and
//! themselves from the last of their actor, which they were made upon. Automerge takes it for granted; a document in which it is
//! not so cannot be loaded again once it is saved.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use automerge::{ActorId, Automerge, ChangeHash};

use super::Change;

/// Holds changes, and what they were made upon in a document, to their numbers. Every dependency must be in one or the other.
pub(super) fn check(changes: &[Change], document: &Automerge) -> Result<(), &'static str> {
    let arriving = changes
        .iter()
        .map(|change| (change.inner.hash(), &change.inner))
        .collect();
    let history = History { arriving, document };
    for change in changes.iter().map(|change| &change.inner) {
        let ends = change.deps().iter().map(|hash| history.made(hash).max_op);
        // Nor may it leave numbers out, or one change would use up those of everyone after it.
        if change.start_op().get() != ends.max().unwrap_or(0).saturating_add(1) {
            return Err("a change is not numbered from what it was made upon");
        }
        if history.last_seq_before(change) + 1 != change.seq() {
            return Err("a change does not come after its actor's last");
        }
    }
    Ok(())
}

struct History<'h> {
    arriving: BTreeMap<ChangeHash, &'h automerge::Change>,
    document: &'h Automerge,
}

/// What the numbers of a change are.
struct Made<'h> {
    actor: Cow<'h, ActorId>,
    seq: u64,
    max_op: u64,
    deps: Cow<'h, [ChangeHash]>,
}

impl History<'_> {
    fn made(&self, hash: &ChangeHash) -> Made<'_> {
        if let Some(change) = self.arriving.get(hash) {
            return Made {
                actor: Cow::Borrowed(change.actor_id()),
                seq: change.seq(),
                // It may begin anywhere: it has not been looked at yet.
                max_op: change.start_op().get().saturating_add(change.len() as u64 - 1),
                deps: Cow::Borrowed(change.deps()),
            };
        }
        let change = self.document.get_change_meta_by_hash(hash);
        let change = change.expect("every dependency is in the document or arriving");
        Made {
            actor: change.actor,
            seq: change.seq,
            max_op: change.max_op,
            deps: Cow::Owned(change.deps),
        }
    }

    /// The number of the last change of its actor that a change was made upon; 0 when there is none.
    fn last_seq_before(&self, change: &automerge::Change) -> u64 {
        // From the last backwards: it looks at no more than was made since.
        let mut ahead = BinaryHeap::new();
        let mut seen = BTreeSet::new();
        let mut deps = Cow::Borrowed(change.deps());
        // Of the first there is nothing to be found, and all of the history to look at. (Automerge refuses a second first.)
        while change.seq() > 1 {
            for hash in deps.iter().filter(|hash| seen.insert(**hash)) {
                ahead.push((self.made(hash).max_op, *hash));
            }
            let Some((_, hash)) = ahead.pop() else { break };
            let made = self.made(&hash);
            if *made.actor == *change.actor_id() {
                return made.seq;
            }
            deps = made.deps;
        }
        0
    }
}
