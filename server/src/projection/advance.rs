//! The rows that changes move. What they did not touch is taken from the rows that stand: neither the unit's other documents
//! are loaded, nor what happened long ago.

mod moving;
mod numbers;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use client_core::ids::{DocumentId, EntryId, OrgUnitId};
use client_core::model::entry::Entry;
use client_core::model::places::{self, Place};

use self::numbers::Numbers;
use super::held::Touch;
use super::stored_entry::entry_of;
use super::{Arrival, Held, Parts, Setting, Touched, entries, reports};
use crate::store::read_model::{EntryRow, UnitRows};
use crate::store::{Result, Store};

/// What changes touched, by document.
type Touching<'t> = BTreeMap<&'t DocumentId, &'t Parts>;

/// An entry in the document where it counts.
#[derive(Debug, Clone, PartialEq)]
struct Version {
    document: DocumentId,
    entry: Entry,
}

/// What of an entry counted and what counts now; none where it is deleted or was not there.
#[derive(Debug, Clone, PartialEq)]
struct Move {
    id: EntryId,
    old: Option<Version>,
    new: Option<Version>,
}

/// The rows of a unit that changes move in these of its documents.
pub(crate) fn advance(
    store: &dyn Store,
    arrival: Arrival<'_>,
    unit: &OrgUnitId,
    setting: &Setting,
    documents: &BTreeMap<DocumentId, Arc<Held>>,
    touched: &BTreeMap<DocumentId, Touched>,
) -> Result<UnitRows> {
    let touching: Touching<'_> = touched
        .iter()
        .filter_map(|(id, touched)| match touched {
            Touched::Parts(parts) => Some((id, &**parts)),
            Touched::All => None,
        })
        .collect();
    let ids: BTreeSet<_> = touching.values().flat_map(|parts| &parts.meaning.entries).collect();
    let ids: Vec<_> = ids.into_iter().copied().collect();
    let mut before: BTreeMap<EntryId, Vec<EntryRow>> = BTreeMap::new();
    let mut documents = documents.clone();
    for row in store.entry_places(unit, &ids)? {
        // An entry that was moved stands in another document, too.
        if !documents.contains_key(&row.document) {
            let held = Arc::new(Held::load(store, &row.document)?);
            documents.insert(row.document.clone(), held);
        }
        before.entry(row.entry).or_default().push(row);
    }

    let mut rows = UnitRows {
        unit: unit.clone(),
        entries: Vec::new(),
        reports: BTreeMap::new(),
        submissions: Vec::new(),
    };
    let mut moves = Vec::new();
    for id in ids {
        let standing = before.get(&id).map(Vec::as_slice).unwrap_or_default();
        let mut places: Vec<_> = documents
            .iter()
            .filter_map(|(document, held)| Place::of(document, held.document(), id))
            .collect();
        places::order(&mut places);
        let changed =
            |place: &Place<'_>| changed(place, standing, touching.get(place.id).copied(), &documents[place.id]);
        rows.entries.extend(entries::rows_with(&places, changed));
        let counted = standing.iter().find(|row| row.counts && row.deleted_at.is_none());
        let old = counted.map(|row| {
            Ok::<_, crate::store::StoreError>(Version {
                document: row.document.clone(),
                entry: entry_of(row)?,
            })
        });
        let counting = places.into_iter().next().filter(|place| !place.entry.is_deleted());
        moves.push(Move {
            id,
            old: old.transpose()?,
            new: counting.map(|place| Version {
                document: place.id.clone(),
                entry: place.entry.into_owned(),
            }),
        });
    }
    for (id, parts) in &touching {
        if let Some(held) = documents.get(*id) {
            let named = Some(&parts.meaning.submissions);
            rows.submissions.extend(reports::submissions(arrival, id, held, named)?);
        }
    }
    if let Some(facts) = &setting.facts {
        moves.retain(|one| one.old != one.new);
        let numbers = Numbers {
            store,
            facts,
            moves: &moves,
            documents: &documents,
            touching: &touching,
        };
        rows.reports = numbers.moved(&setting.periods)?;
    }
    Ok(rows)
}

/// Who wrote last to an entry in a document, and when.
fn changed(place: &Place<'_>, before: &[EntryRow], parts: Option<&Parts>, held: &Held) -> Touch {
    let standing = before.iter().find(|row| row.document == *place.id);
    let standing = standing.map(|row| (row.changed_at, row.changed_by));
    let names: Vec<_> = place.maps.iter().map(client_core::document::MapRef::name).collect();
    let known = match (names.as_slice(), parts) {
        ([only], Some(parts)) => {
            let now = parts.touches.get(only).copied();
            // A map that is new holds nothing of what its row says of another.
            let earlier = standing.filter(|_| !parts.made.contains(only));
            let is_known = earlier.is_some() || parts.made.contains(only);
            is_known.then(|| earlier.max(now)).flatten()
        }
        ([_], None) => standing,
        // Brought here twice, apart: the row does not say which of the maps was written to.
        (_, _) => None,
    };
    let known = known.or_else(|| names.iter().filter_map(|name| held.touch(name)).max());
    known.unwrap_or((place.entry.created_at, None))
}
