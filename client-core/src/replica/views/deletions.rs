//! Who deleted an entry, and what others wrote to it without knowing of that.

use std::cmp::Reverse;

use super::super::Replica;
use super::super::view::{Bilingual, Doing, OverlookedEdit};
use super::{Found, author, entries, own_entries};
use crate::document::{Document, Written};
use crate::model::deletion;
use crate::time::Timestamp;

/// Who deleted an entry, if it is deleted.
pub(super) fn of_entry(replica: &Replica, document: &Document, found: &Found) -> Option<Doing> {
    // Who moved it away at the same time did not delete it.
    let meant = deletion::apart(document, &found.maps).map(|(tombstone, _)| tombstone);
    let tombstone = meant.or_else(|| deletion::tombstones(document, &found.maps).into_iter().next())?;
    Some(doing(replica, &tombstone))
}

/// Whether one person deleted an entry where it stands while another moved it away.
pub(in super::super) fn is_apart(replica: &Replica, found: &Found) -> bool {
    let place = found.place(replica);
    place.is_some_and(|place| deletion::apart(place.document, &place.maps).is_some())
}

/// Deleted entries that somebody edited, or moved to another year, without knowing of it.
pub(super) fn overlooked(replica: &Replica, now: Timestamp) -> Vec<OverlookedEdit> {
    let states = entries::states(replica);
    let found = own_entries(replica);
    let deleted = found.iter().filter(|found| found.entry.is_deleted());
    let mut overlooked: Vec<_> = deleted
        .filter_map(|found| {
            let document = &replica.kept.documents.get(&found.document)?.document;
            let (counting, others) = found.places(replica)?;
            let places = std::iter::once(&counting).chain(&others);
            let edits = places.filter_map(|place| deletion::overlooked(place.document, &place.maps));
            // Where it lives though it is deleted: another moved it there.
            let lives = others.iter().find(|other| !other.entry.is_deleted());
            let moved = lives.and_then(|_| deletion::apart(document, &found.maps));
            let edit = moved.map(|(_, moved)| moved);
            let edit = edit.or_else(|| edits.max_by_key(|edit| edit.at))?;
            Some(OverlookedEdit {
                row: entries::row(replica, found, &states, now),
                deleted: of_entry(replica, document, found)?,
                edited: doing(replica, &edit),
                moved_to: lives.and_then(|place| place.id.year()),
            })
        })
        .collect();
    overlooked.sort_by_key(|edit| Reverse((edit.edited.at, edit.row.id)));
    overlooked
}

/// That an entry is deleted, for who wants to write into it; none if it is not.
pub(in super::super) fn said(replica: &Replica, found: &Found) -> Option<Bilingual> {
    let document = &replica.kept.documents.get(&found.document)?.document;
    let who = of_entry(replica, document, found)?;
    let (vi, en) = match who.mine || who.person_name.is_empty() {
        true => (String::new(), String::new()),
        false => (format!(" {}", who.person_name), format!(" by {}", who.person_name)),
    };
    Some(Bilingual::new(
        format!("Bản ghi này đã được{vi} xóa. Lấy lại rồi ghi, hoặc để bản nháp."),
        format!("This record was deleted{en}. Take it back and record, or leave the draft."),
    ))
}

fn doing(replica: &Replica, written: &Written) -> Doing {
    let own = replica.kept.identity.as_ref().map(|identity| *identity.device);
    let (person_name, device_name) = author(replica, written.actor);
    Doing {
        person_name,
        device_name,
        mine: written.actor.is_some() && written.actor.map(|actor| actor.device.0) == own,
        at: written.at,
    }
}
