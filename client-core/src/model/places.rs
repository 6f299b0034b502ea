//! The documents in which one entry stands. There is one that counts; others are left over where its day moved to another
//! year. What was written there by somebody who did not know of the move, or who moved the entry elsewhere, is asked about.

use std::borrow::Cow;
use std::cmp::Reverse;

use super::conflict::{self, FieldConflict};
use super::entries::{self, AUTHOR, DELETED, EntryKey, MADE, TYPE};
use super::entry::Entry;
use super::maps::EntryMaps;
use super::{deletion, home};
use crate::catalogue;
use crate::document::{Change, Document, Node, Scalar, Written};
use crate::ids::{Actor, DocumentId, EntryId};
use crate::time::Timestamp;

/// One entry in one document.
#[derive(Debug, Clone)]
pub struct Place<'d> {
    /// Of the document.
    pub id: &'d DocumentId,
    /// The document.
    pub document: &'d Document,
    /// As it reads there.
    pub entry: Cow<'d, Entry>,
    /// Where it stands in the document.
    pub maps: Cow<'d, EntryMaps>,
}

impl<'d> Place<'d> {
    /// Of an entry, if it stands in the document.
    pub fn of(id: &'d DocumentId, document: &'d Document, entry: EntryId) -> Option<Self> {
        let (entry, maps) = entries::find(document, entry)?;
        Some(Self {
            id,
            document,
            entry: Cow::Owned(entry),
            maps: Cow::Owned(maps),
        })
    }

    /// Alive before deleted, and deleted before moved away; of tombstones the last is no move's. But where one deleted what
    /// another moved away, that comes first: as in one document, it is deleted until a person decides. Of several that live,
    /// one that is in the log of its day's year; of those, where the day was written last.
    pub fn rank(&self) -> impl Ord + use<> {
        let known = catalogue::activity_type(&self.entry.type_code);
        let field = known.and_then(|known| known.day_field);
        let written = field.and_then(|field| conflict::last_written(self.document, &self.maps, field));
        let year = field
            .and_then(|field| self.entry.date(field))
            .map(jiff::civil::Date::year);
        (
            deletion::apart(self.document, &self.maps).is_none(),
            self.entry.is_deleted(),
            deletion::is_left(self.document, &self.maps),
            Reverse(self.entry.deleted_at),
            year != self.id.year(),
            Reverse(written.map(|written| written.at)),
            self.id.clone(),
        )
    }
}

/// Where an entry stands among documents: the place that counts, and the others.
pub fn find<'d>(
    documents: impl IntoIterator<Item = (&'d DocumentId, &'d Document)>,
    entry: EntryId,
) -> Option<(Place<'d>, Vec<Place<'d>>)> {
    let documents = documents.into_iter();
    let mut places: Vec<_> = documents
        .filter_map(|(id, document)| Place::of(id, document, entry))
        .collect();
    order(&mut places);
    let others = places.split_off(1.min(places.len()));
    Some((places.pop()?, others))
}

/// Puts the place that counts first. The same on every replica that has the same changes.
pub fn order(places: &mut [Place<'_>]) {
    if places.len() > 1 {
        places.sort_by_cached_key(Place::rank);
    }
}

/// What stands in a place that does not count and differs from what counts, by key. What was there when the entry moved away
/// went with it; what was written later, or where somebody moved it at the same time, did not. Of a deleted entry nothing is
/// asked until it is taken back.
fn left_over(counting: &Place<'_>, place: &Place<'_>) -> Vec<(String, Vec<Written>)> {
    if counting.entry.is_deleted() {
        return Vec::new();
    }
    let moves = deletion::leaving(place.document, &place.maps);
    let went_along = |written: &Written| {
        let saw = |moved| deletion::saw(place.document, moved, written);
        match written.node {
            // Who moved it without knowing took along what had been emptied, whoever else knew.
            Node::Scalar(Scalar::Empty) => !moves.is_empty() && moves.iter().all(saw),
            Node::Scalar(_) | Node::Map(_) => moves.iter().any(saw),
        }
    };
    let keys = place.maps.nodes(place.document).into_iter().map(|(key, ..)| key);
    let left = keys.filter_map(|key| {
        if EntryKey::parse(&key).is_none() || [TYPE, MADE, AUTHOR, DELETED].contains(&key.as_str()) {
            return None;
        }
        let counts = counting.maps.written(counting.document, &key);
        let mut written = place.maps.written(place.document, &key);
        written.retain(|written| {
            let says_the_same = match counts.is_empty() {
                true => written.node == Node::Scalar(Scalar::Empty),
                false => counts.iter().any(|counts| counts.node == written.node),
            };
            matches!(written.node, Node::Scalar(_)) && !says_the_same && !went_along(written)
        });
        (!written.is_empty()).then_some((key, written))
    });
    left.collect()
}

/// Whether people wrote an entry differently, moved it apart from each other, or wrote to it where it is no more, and nobody
/// has decided.
pub fn is_undecided(counting: &Place<'_>, others: &[Place<'_>]) -> bool {
    others.iter().any(|place| !place.entry.is_deleted()) || !conflicts(counting, others).is_empty()
}

/// The conflicts of an entry, with what was left in places that do not count.
pub fn conflicts(counting: &Place<'_>, others: &[Place<'_>]) -> Vec<FieldConflict> {
    let mut conflicts = conflict::of_entry(counting.document, &counting.maps);
    for (key, left) in others.iter().flat_map(|place| left_over(counting, place)) {
        let at = conflicts.iter().position(|conflict| conflict.key == key);
        let at = at.unwrap_or_else(|| {
            let field = EntryKey::parse(&key).map_or("", |parsed| parsed.field()).to_owned();
            let mut values = conflict::distinct(&key, counting.maps.written(counting.document, &key));
            if values.is_empty() {
                values.push(NOTHING);
            }
            conflicts.push(FieldConflict { key, field, values });
            conflicts.len() - 1
        });
        for written in left {
            let values = &mut conflicts[at].values;
            if values.iter().all(|value| value.node != written.node) {
                values.push(written);
            }
        }
    }
    conflicts
}

/// That nothing stands under a key, as a value to choose that nobody wrote.
const NOTHING: Written = Written {
    node: Node::Scalar(Scalar::Empty),
    actor: None,
    at: Timestamp(0),
    change: None,
};

/// Whether a value to choose is that nothing stands there, and nobody emptied it.
pub fn is_nobodys(written: &Written) -> bool {
    *written == NOTHING
}

/// Writes into a place that does not count that a person decided about some of its keys: they say there what counts. When
/// nothing is left to decide it is left for good, with a tombstone.
pub fn settle(
    document: &mut Document,
    id: &DocumentId,
    actor: Actor,
    now: Timestamp,
    counting: &Place<'_>,
    is_decided: impl Fn(&str) -> bool,
) -> Option<Change> {
    if counting.entry.is_deleted() {
        return None;
    }
    let place = Place::of(id, document, counting.entry.id)?;
    let left = left_over(counting, &place);
    let (decided, open): (Vec<_>, Vec<_>) = left.into_iter().map(|(key, _)| key).partition(|key| is_decided(key));
    let is_done = open.is_empty() && !(place.entry.is_deleted() && decided.is_empty());
    let maps = place.maps.into_owned();
    let change = document.edit(actor, now, |editor| {
        for key in decided {
            let counts = counting.maps.written(counting.document, &key);
            match counts.into_iter().next().map(|written| written.node) {
                Some(Node::Scalar(value)) => maps.put(editor, &key, value),
                // A day of a state stays; the tombstone covers it.
                None if key.starts_with('@') => {}
                None => maps.put(editor, &key, Scalar::Empty),
                Some(Node::Map(_)) => {}
            }
        }
        if is_done {
            home::leave(editor, &maps, now);
        }
        Ok::<_, std::convert::Infallible>(())
    });
    match change {
        Ok(change) => change,
    }
}
