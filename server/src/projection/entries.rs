//! One row per entry and document in which it stands. Of several, one counts.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use client_core::catalogue;
use client_core::ids::{DocumentId, EntryId};
use client_core::model::places::{self, Place};
use client_core::report::day_of;

use super::held::Touch;
use super::{Held, Touched};
use crate::store::read_model::EntryRow;

/// The entries of a unit, each with the documents in which it stands: first the one where it counts.
pub type Standing<'d> = BTreeMap<EntryId, Vec<Place<'d>>>;

/// Where the entries of a unit stand.
pub fn standing(documents: &BTreeMap<DocumentId, Arc<Held>>) -> Standing<'_> {
    let mut standing = Standing::new();
    for (id, held) in documents {
        for (entry, maps) in held.entries() {
            let document = held.document();
            let place = Place {
                id,
                document,
                entry: Cow::Borrowed(entry),
                maps: Cow::Borrowed(maps),
            };
            standing.entry(entry.id).or_default().push(place);
        }
    }
    for places in standing.values_mut() {
        places::order(places);
    }
    standing
}

/// Whether a change has touched an entry in one of its documents.
pub(super) fn is_touched(places: &[Place<'_>], touched: &BTreeMap<DocumentId, Touched>) -> bool {
    places.iter().any(|place| match touched.get(place.id) {
        Some(Touched::All) => true,
        Some(Touched::Parts(parts)) => parts.meaning.entries.contains(&place.entry.id),
        None => false,
    })
}

/// The rows of an entry: what changes in one document may say that it counts in another.
pub(super) fn rows(documents: &BTreeMap<DocumentId, Arc<Held>>, places: &[Place<'_>]) -> Vec<EntryRow> {
    rows_with(places, |place| {
        let held = documents.get(place.id);
        let touched = place.maps.iter().filter_map(|map| held?.touch(&map.name())).max();
        touched.unwrap_or((place.entry.created_at, None))
    })
}

/// The rows of an entry, of which it is known who last wrote to it in each place.
pub(super) fn rows_with(places: &[Place<'_>], changed: impl Fn(&Place<'_>) -> Touch) -> Vec<EntryRow> {
    let Some((counting, others)) = places.split_first() else {
        return Vec::new();
    };
    let conflicts = places::conflicts(counting, others).len();
    let others = others.iter().map(|place| row(place, false, 0, changed(place)));
    std::iter::once(row(counting, true, conflicts, changed(counting)))
        .chain(others)
        .collect()
}

fn row(place: &Place<'_>, counts: bool, conflicts: usize, changed: Touch) -> EntryRow {
    let Place { entry, maps, .. } = place;
    let kind = catalogue::activity_type(&entry.type_code);
    let title_field = kind.and_then(|kind| kind.title_field).unwrap_or("title");
    let created_by = maps.author(place.document);
    let (changed_at, changed_by) = changed;
    EntryRow {
        document: place.id.clone(),
        entry: entry.id,
        counts,
        type_code: entry.type_code.clone(),
        day: day_of(entry),
        title: entry.text(title_field).unwrap_or_default().to_owned(),
        fields: serde_json::to_string(&entry.fields).expect("keys are texts and numbers are finite"),
        events: serde_json::to_string(&entry.events).expect("keys are texts"),
        state: entry.state.clone(),
        deleted_at: entry.deleted_at,
        conflicts,
        created_by: created_by.map(|actor| actor.device),
        created_at: entry.created_at,
        changed_by,
        changed_at,
    }
}
