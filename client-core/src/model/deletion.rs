//! Who deleted an entry and when, and what somebody wrote to it without knowing of that.

use crate::document::{Document, Node, Scalar, Written};
use crate::model::entries::{DELETED, EntryKey};
use crate::model::maps::EntryMaps;

/// The tombstones of an entry that is deleted, the one that counts first. Several, when it was deleted apart.
pub fn tombstones(document: &Document, maps: &EntryMaps) -> Vec<Written> {
    let written = maps.written(document, DELETED);
    match written.first() {
        Some(first) if is_tombstone(first) => written.into_iter().filter(is_tombstone).collect(),
        Some(_) | None => Vec::new(),
    }
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
        let unseen = edits.iter().filter(|edit| match (&tombstone.change, &edit.change) {
            (Some(tombstone), Some(edit)) => !document.follows(tombstone, edit),
            (None, _) | (_, None) => false,
        });
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

/// Of a value under the key of deletions: whether it says deleted, not taken back.
fn is_tombstone(written: &Written) -> bool {
    matches!(written.node, Node::Scalar(Scalar::Integer(_)))
}
