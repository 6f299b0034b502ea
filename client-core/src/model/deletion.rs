//! Who deleted an entry and when, and what somebody wrote to it without knowing of that.

use crate::document::{Document, Node, Scalar, Written};
use crate::model::entries::{DELETED, EntryKey, KEPT, MOVED};
use crate::model::maps::EntryMaps;
use crate::time::Timestamp;

/// What stands under the key of deletions: what people said, and what moves wrote there as the entry left and came back.
fn told(document: &Document, maps: &EntryMaps) -> (Vec<Written>, Vec<Written>) {
    let marks = maps.written(document, MOVED);
    let is_said = |written: &Written| !marks.iter().any(|mark| mark.change == written.change);
    maps.written(document, DELETED).into_iter().partition(is_said)
}

/// What people said of whether an entry is deleted. That it moved away, or back, says nothing of that.
pub(super) fn said(document: &Document, maps: &EntryMaps) -> Vec<Written> {
    told(document, maps).0
}

/// The tombstones of an entry that is deleted, or is here no more, the one that counts first. Several, when it was deleted
/// apart. What people said counts; where nobody said anything, whether it was moved away.
pub fn tombstones(document: &Document, maps: &EntryMaps) -> Vec<Written> {
    let (said, moves) = told(document, maps);
    let is_gone = match said.first() {
        Some(first) => is_tombstone(first),
        None => is_left(document, maps),
    };
    let standing = said.into_iter().chain(moves);
    standing.filter(|written| is_gone && is_tombstone(written)).collect()
}

/// Of an entry that one person deleted and another moved to another document, apart from each other: who deleted it, and
/// who moved it. None once somebody has decided in sight of both.
pub fn apart(document: &Document, maps: &EntryMaps) -> Option<(Written, Written)> {
    let (deletions, moves) = told_apart(document, maps);
    deletions.into_iter().next().zip(moves.into_iter().next())
}

/// Whether an entry was moved away from here to another document, and not back.
pub fn is_left(document: &Document, maps: &EntryMaps) -> bool {
    !leaving(document, maps).is_empty()
}

/// The marks of the moves by which an entry left; none where somebody brought it back. A deletion leaves them as they are.
pub(super) fn leaving(document: &Document, maps: &EntryMaps) -> Vec<Written> {
    let marks = maps.written(document, MOVED);
    match marks.iter().all(is_tombstone) {
        true => marks,
        false => Vec::new(),
    }
}

/// Whether somebody deleted an entry here, beyond moving it elsewhere, and nobody has decided otherwise in sight of that.
pub(super) fn is_meant(document: &Document, maps: &EntryMaps) -> bool {
    !told_apart(document, maps).0.is_empty()
}

/// Whether a deletion has something to add here: to an entry that lives or was moved away, or over what somebody wrote
/// without knowing of an earlier one.
pub(super) fn is_news(document: &Document, maps: &EntryMaps) -> bool {
    let (deletions, moves) = told_apart(document, maps);
    deletions.is_empty() || !moves.is_empty() || overlooked(document, maps).is_some()
}

/// The tombstones of who deleted the entry, but for those in spite of which it was kept; and those that moves left.
fn told_apart(document: &Document, maps: &EntryMaps) -> (Vec<Written>, Vec<Written>) {
    let (kept, moves) = (maps.written(document, KEPT), told(document, maps).1);
    let is_move = |tombstone: &Written| moves.iter().any(|moved| moved.change == tombstone.change);
    let (moves, mut deletions): (Vec<_>, Vec<_>) = tombstones(document, maps).into_iter().partition(is_move);
    deletions.retain(|tombstone| !kept.iter().any(|kept| saw(document, kept, tombstone)));
    (deletions, moves)
}

/// Whether what was written was written in sight of something else, or with it.
pub(super) fn saw(document: &Document, later: &Written, earlier: &Written) -> bool {
    let changes = later.change.zip(earlier.change);
    changes.is_none_or(|(later, earlier)| document.follows(&later, &earlier))
}

/// What was written last to a deleted entry by somebody who did not know of the deletion, or in spite of it. A deletion
/// made in sight of that settles it: so none where any of the tombstones covers everything.
pub fn overlooked(document: &Document, maps: &EntryMaps) -> Option<Written> {
    let tombstones = tombstones(document, maps);
    if tombstones.is_empty() {
        return None;
    }
    let edits = edits(document, maps);
    let mut missed = tombstones.iter().map(|tombstone| {
        let unseen = edits.iter().filter(|edit| !saw(document, tombstone, edit));
        unseen.max_by_key(|edit| edit.at).cloned()
    });
    let first = missed.next()??;
    missed.all(|other| other.is_some()).then_some(first)
}

/// Every value that stands in the entry, and every deletion that was taken back.
fn edits(document: &Document, maps: &EntryMaps) -> Vec<Written> {
    let keys = maps.nodes(document).into_iter().map(|(key, ..)| key);
    let told = keys.filter(|key| EntryKey::parse(key).is_some());
    let written = told.flat_map(|key| {
        let written = maps.written(document, &key).into_iter();
        written.filter(move |written| key != DELETED || !is_tombstone(written))
    });
    written.collect()
}

/// Whether two values under a key of an entry say the same: deleted at two times is deleted.
pub(super) fn agree(key: &str, one: &Written, other: &Written) -> bool {
    one.node == other.node || (key == DELETED && is_tombstone(one) && is_tombstone(other))
}

/// Of a value under the key of deletions: when it says that the entry was deleted; none where it was taken back. The same of
/// the mark of a move.
pub(super) fn at(written: &Written) -> Option<Timestamp> {
    match written.node {
        Node::Scalar(Scalar::Integer(at)) => Some(Timestamp(at)),
        Node::Scalar(_) | Node::Map(_) => None,
    }
}

fn is_tombstone(written: &Written) -> bool {
    at(written).is_some()
}
