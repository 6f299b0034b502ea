//! The document in which an entry is at home, and its move when the day in it changes to another year.

use crate::catalogue::{self, RecordKind};
use crate::document::{Change, Document, Editor, Scalar};
use crate::ids::{Actor, DOCUMENT_YEARS, DocumentId, EntryId, OrgUnitId};
use crate::model::deletion;
use crate::model::entries::{self, Arriving, DELETED, EntryEdit, KEPT, MOVED};
use crate::model::entry::{Entry, FieldValue};
use crate::model::foreign::Foreign;
use crate::model::maps::EntryMaps;
use crate::time::Timestamp;

/// Where an edit is to be written: an activity in the log of its year, everything long-lived in the register. What stands
/// already stays there until its day says another year: another phone may be writing to it at the same time.
pub fn of_edit(
    edit: &EntryEdit,
    standing: Option<(&DocumentId, &Entry)>,
    unit: &OrgUnitId,
    now: Timestamp,
) -> DocumentId {
    let known = catalogue::activity_type(&edit.type_code);
    match known.map(|known| known.record) {
        Some(RecordKind::Register | RecordKind::Snapshot) => return DocumentId::register(unit),
        Some(RecordKind::Activity | RecordKind::Thread) | None => {}
    }
    let field = known.and_then(|known| known.day_field);
    let named = field.and_then(|field| match edit.fields.get(field) {
        Some(Some(FieldValue::Date(day))) => Some(day.year()),
        Some(_) | None => None,
    });
    let said = |entry: &Entry| Some(entry.date(field?)?.year());
    match (standing, named) {
        (Some((document, _)), None) => document.clone(),
        (Some((document, entry)), Some(year)) if said(entry) == Some(year) => document.clone(),
        (_, named) => {
            let year = named.unwrap_or_else(|| now.date().year());
            DocumentId::log(unit, year.clamp(*DOCUMENT_YEARS.start(), *DOCUMENT_YEARS.end()))
        }
    }
}

/// Writes an entry whole where it moves to, as it stands in the document that it leaves: with what an edit changes in it, with
/// who made it, and with what a later version of this program wrote into it. It is alive there if it was, also when it stood
/// there before. None when it does not stand in the other document.
pub fn move_in(
    document: &mut Document,
    actor: Actor,
    now: Timestamp,
    rng: &mut fastrand::Rng,
    leaving: &Document,
    edit: &EntryEdit,
) -> Option<Change> {
    let (from, maps) = &entries::find(leaving, edit.id)?;
    let there = entries::find(document, edit.id);
    let is_edited = |field: &str| edit.fields.contains_key(field);
    let arriving = Arriving {
        entry: from,
        author: maps.author(leaving),
        foreign: Foreign::of(leaving, maps, is_edited),
        foreign_there: there
            .as_ref()
            .map(|(_, maps)| Foreign::of(document, maps, is_edited))
            .unwrap_or_default(),
    };
    // What was emptied while it stood elsewhere is empty here, too.
    let left = there.iter().flat_map(|(entry, _)| entry.fields.keys());
    let mut fields: std::collections::BTreeMap<_, _> = left.map(|name| (name.clone(), None)).collect();
    fields.extend(
        from.fields
            .iter()
            .map(|(name, value)| (name.clone(), Some(value.clone()))),
    );
    fields.extend(edit.fields.clone());
    let mut events = from.events.clone();
    if edit.state != from.state
        && let Some(state) = &edit.state
    {
        events.insert(state.clone(), now.date());
    }
    events.extend(edit.events.clone());
    let whole = EntryEdit {
        id: edit.id,
        type_code: from.type_code.clone(),
        fields,
        state: edit.state.clone().or_else(|| from.state.clone()),
        events,
        deleted: edit.deleted.or(Some(from.is_deleted())),
    };
    entries::write_as(document, actor, now, rng, &whole, Some(&arriving))
}

/// Leaves a tombstone where an entry moves away from.
pub fn move_out(document: &mut Document, actor: Actor, now: Timestamp, id: EntryId) -> Option<Change> {
    let (_, maps) = entries::find(document, id)?;
    written(document.edit(actor, now, |editor| {
        leave(editor, &maps, now);
        Ok(())
    }))
}

/// Writes into a place where somebody deleted an entry that it lives elsewhere all the same, as a person decided who knew of
/// both. None where nobody did.
pub fn stay_out(document: &mut Document, actor: Actor, now: Timestamp, id: EntryId) -> Option<Change> {
    let (_, maps) = entries::find(document, id).filter(|(_, maps)| deletion::is_meant(document, maps))?;
    written(document.edit(actor, now, |editor| {
        // No new tombstone: that would say of what others wrote here that it was seen.
        maps.put(editor, KEPT, Scalar::Integer(now.0));
        Ok(())
    }))
}

/// The tombstone of a move, with its mark.
pub(super) fn leave(editor: &mut Editor<'_, '_>, maps: &EntryMaps, now: Timestamp) {
    maps.put(editor, DELETED, Scalar::Integer(now.0));
    maps.put(editor, MOVED, Scalar::Integer(now.0));
}

fn written(change: Result<Option<Change>, std::convert::Infallible>) -> Option<Change> {
    match change {
        Ok(change) => change,
    }
}
