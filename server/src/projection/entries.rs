//! One row per entry.

use client_core::catalogue;
use client_core::ids::DocumentId;
use client_core::model::conflict;
use client_core::model::entry::Entry;
use client_core::model::maps::EntryMaps;

use super::{Held, Touched};
use crate::store::read_model::EntryRow;

/// The rows of those entries of a document that were touched.
pub(super) fn rows(id: &DocumentId, held: &Held, touched: &Touched) -> Vec<EntryRow> {
    let is_touched = |maps: &EntryMaps| match touched {
        Touched::All => true,
        Touched::Maps(touched) => maps.iter().any(|map| touched.contains(&map.name())),
    };
    let entries = held.entries().iter().filter(|(_, maps)| is_touched(maps));
    entries.map(|(entry, maps)| row(id, held, entry, maps)).collect()
}

fn row(id: &DocumentId, held: &Held, entry: &Entry, maps: &EntryMaps) -> EntryRow {
    let kind = catalogue::activity_type(&entry.type_code);
    let day = kind
        .and_then(|kind| kind.day_field)
        .and_then(|field| entry.date(field))
        .unwrap_or_else(|| entry.created_at.date());
    let title_field = kind.and_then(|kind| kind.title_field).unwrap_or("title");
    let created_by = maps.made_by(held.document()).and_then(|(actor, _)| actor);
    let touched = maps.iter().filter_map(|map| held.touch(&map.name())).max();
    let (changed_at, changed_by) = touched.unwrap_or((entry.created_at, None));
    EntryRow {
        document: id.clone(),
        entry: entry.id,
        type_code: entry.type_code.clone(),
        day,
        title: entry.text(title_field).unwrap_or_default().to_owned(),
        fields: serde_json::to_string(&entry.fields).expect("keys are texts and numbers are finite"),
        events: serde_json::to_string(&entry.events).expect("keys are texts"),
        state: entry.state.clone(),
        deleted_at: entry.deleted_at,
        conflicts: conflict::of_entry(held.document(), maps).len(),
        created_by: created_by.map(|actor| actor.device),
        created_at: entry.created_at,
        changed_by,
        changed_at,
    }
}
