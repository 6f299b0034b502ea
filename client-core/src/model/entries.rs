//! The entries of a document: read whole, written one at a time.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use super::entry::{Entry, FieldValue};
use super::foreign::Foreign;
use super::maps::EntryMaps;
use super::{deletion, parts};
use crate::catalogue::{self, Field};
use crate::document::{Change, Document, Editor, Node, Scalar};
use crate::ids::{Actor, EntryId, PartId};
use crate::time::Timestamp;

pub(super) const SECTION: &str = "entries";
pub(super) const TYPE: &str = "@type";
pub(super) const MADE: &str = "@made";
/// Who made an entry that another brought here; else who made its map did.
pub(super) const AUTHOR: &str = "@author";
/// The key of the tombstone.
pub(crate) const DELETED: &str = "@deleted";
/// Written with a tombstone: the entry was not deleted here but moved to another document.
pub(crate) const MOVED: &str = "@moved";
/// Written after a tombstone: who wrote this knew of the deletion here, and the entry lives elsewhere all the same.
pub(super) const KEPT: &str = "@kept";
/// Before a key: who moved the entry here took away there what stands under this one.
pub(super) const REMOVED: char = '-';
/// The key of the state.
pub(crate) const STATE: &str = "@state";
pub(super) const EVENT: &str = "@event/";

/// Whether a key says something of an entry's move from one document to another: of the place, not of the entry.
pub(super) fn is_of_a_move(key: &str) -> bool {
    [MOVED, KEPT].contains(&key) || key.starts_with(REMOVED)
}

/// What a key of an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKey<'k> {
    /// `@type`, `@made`, `@author`, `@deleted`, `@state`.
    About(&'k str),
    /// `@event/STATE`.
    Event(&'k str),
    /// `field`.
    Field(&'k str),
    /// `field/CODE`.
    Code(&'k str, &'k str),
    /// `field#PART`.
    Part(&'k str, PartId),
    /// `field#PART/column`.
    Cell(&'k str, PartId, &'k str),
}

impl<'k> EntryKey<'k> {
    /// Reads a key. None for one that says nothing of the entry itself, or that this program does not write.
    pub fn parse(key: &'k str) -> Option<Self> {
        if key.starts_with(REMOVED) {
            return None;
        }
        if let Some(state) = key.strip_prefix(EVENT) {
            return Some(Self::Event(state));
        }
        if key.starts_with('@') {
            return [TYPE, MADE, AUTHOR, DELETED, STATE]
                .contains(&key)
                .then_some(Self::About(key));
        }
        if let Some((field, rest)) = key.split_once('#') {
            return match rest.split_once('/') {
                None => Some(Self::Part(field, rest.parse().ok()?)),
                Some((part, column)) => Some(Self::Cell(field, part.parse().ok()?, column)),
            };
        }
        match key.split_once('/') {
            Some((field, code)) => Some(Self::Code(field, code)),
            None => Some(Self::Field(key)),
        }
    }

    /// The field it belongs to; for what is about the entry, the key itself.
    pub fn field(self) -> &'k str {
        match self {
            Self::About(key) => key,
            Self::Event(_) => "@event",
            Self::Field(field) | Self::Code(field, _) | Self::Part(field, _) | Self::Cell(field, ..) => field,
        }
    }
}

/// Every entry with the maps it stands in, deleted ones too, in the order of their ids. Entries that cannot be read (no
/// type) are passed over.
pub fn read_with_maps(document: &Document) -> Vec<(Entry, EntryMaps)> {
    let Some(section) = document.section(SECTION) else {
        return Vec::new();
    };
    let entries = document.nodes(&section).into_iter().filter_map(|(key, node, several)| {
        let maps = match node {
            Node::Map(map) if !several => EntryMaps::one(map),
            Node::Map(_) | Node::Scalar(_) => EntryMaps::under(document, &section, &key)?,
        };
        Some((read_one(document, key.parse().ok()?, &maps)?, maps))
    });
    entries.collect()
}

/// Every entry, deleted ones too, in the order of their ids.
pub fn read(document: &Document) -> Vec<Entry> {
    read_with_maps(document).into_iter().map(|(entry, _)| entry).collect()
}

/// One entry and its maps.
pub fn find(document: &Document, id: EntryId) -> Option<(Entry, EntryMaps)> {
    let maps = EntryMaps::under(document, &document.section(SECTION)?, &id.to_string())?;
    Some((read_one(document, id, &maps)?, maps))
}

fn read_one(document: &Document, id: EntryId, maps: &EntryMaps) -> Option<Entry> {
    let mut entry = blank(id);
    for (key, node, _) in maps.nodes(document) {
        if let (Some(key), Node::Scalar(value)) = (EntryKey::parse(&key), node) {
            take(&mut entry, key, value);
            if key == EntryKey::About(DELETED) {
                let tombstones = deletion::tombstones(document, maps);
                entry.deleted_at = tombstones.first().and_then(deletion::at);
            }
        }
    }
    (!entry.type_code.is_empty()).then_some(entry)
}

fn blank(id: EntryId) -> Entry {
    Entry {
        id,
        type_code: String::new(),
        fields: BTreeMap::new(),
        events: BTreeMap::new(),
        state: None,
        created_at: Timestamp::default(),
        deleted_at: None,
    }
}

/// Whether what stands under a key is something that this program reads.
pub(super) fn is_read(key: EntryKey<'_>, value: &Scalar) -> bool {
    take(&mut blank(EntryId(ulid::Ulid::nil())), key, value.clone())
}

/// Takes one value into an entry. False for a value of another shape than this program writes there: kept, not read.
pub(super) fn take(entry: &mut Entry, key: EntryKey<'_>, value: Scalar) -> bool {
    match (key, value) {
        (EntryKey::About(TYPE), Scalar::Text(code)) => entry.type_code = code,
        (EntryKey::About(MADE), Scalar::Integer(at)) => entry.created_at = Timestamp(at),
        (EntryKey::About(DELETED), Scalar::Integer(at)) => entry.deleted_at = Some(Timestamp(at)),
        (EntryKey::About(STATE), Scalar::Text(code)) => entry.state = Some(code),
        (EntryKey::Event(state), Scalar::Date(day)) => {
            entry.events.insert(state.to_owned(), day);
        }
        // Emptied.
        (EntryKey::Field(_) | EntryKey::Code(..) | EntryKey::Part(..) | EntryKey::Cell(..), Scalar::Empty) => {}
        (EntryKey::Field(field), value) => match scalar_value(value) {
            Some(value) => drop(entry.fields.insert(field.to_owned(), value)),
            None => return false,
        },
        (EntryKey::Code(field, code), Scalar::Boolean(true)) => {
            let value = entry
                .fields
                .entry(field.to_owned())
                .or_insert_with(|| FieldValue::Codes(BTreeSet::new()));
            if let FieldValue::Codes(codes) = value {
                codes.insert(code.to_owned());
            }
        }
        (EntryKey::Part(field, part), Scalar::Text(text)) => {
            let value = entry
                .fields
                .entry(field.to_owned())
                .or_insert_with(|| FieldValue::Paragraphs(BTreeMap::new()));
            if let FieldValue::Paragraphs(parts) = value {
                parts.insert(part, text);
            }
        }
        (EntryKey::Cell(field, part, column), value) => {
            let Some(value) = scalar_value(value) else {
                return false;
            };
            let table = entry
                .fields
                .entry(field.to_owned())
                .or_insert_with(|| FieldValue::Rows(BTreeMap::new()));
            if let FieldValue::Rows(rows) = table {
                rows.entry(part).or_default().insert(column.to_owned(), value);
            }
        }
        (EntryKey::About(_) | EntryKey::Event(_) | EntryKey::Code(..) | EntryKey::Part(..), _) => return false,
    }
    true
}

fn scalar_value(value: Scalar) -> Option<FieldValue> {
    match value {
        Scalar::Text(text) => Some(FieldValue::Text(text)),
        Scalar::Integer(number) => Some(FieldValue::Integer(number)),
        Scalar::Decimal(number) => Some(FieldValue::Decimal(number)),
        Scalar::Boolean(yes) => Some(FieldValue::Boolean(yes)),
        Scalar::Date(day) => Some(FieldValue::Date(day)),
        Scalar::Bytes(_) | Scalar::Empty | Scalar::Foreign => None,
    }
}

/// What is to become of one entry. What is not named stays as it is.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryEdit {
    /// Which entry; made if it is not there.
    pub id: EntryId,
    /// Its activity type. An entry that is there keeps its own.
    pub type_code: String,
    /// New values by field; none empties the field. The ids of parts say only their order: standing parts keep theirs.
    pub fields: BTreeMap<String, Option<FieldValue>>,
    /// The state it enters.
    pub state: Option<String>,
    /// Days on which it entered states, beyond what `state` and the time of writing say.
    pub events: BTreeMap<String, jiff::civil::Date>,
    /// Delete it, or take that back.
    pub deleted: Option<bool>,
}

impl EntryEdit {
    /// An edit that does nothing yet.
    pub fn new(id: EntryId, type_code: impl Into<String>) -> Self {
        let type_code = type_code.into();
        Self {
            id,
            type_code,
            fields: BTreeMap::new(),
            state: None,
            events: BTreeMap::new(),
            deleted: None,
        }
    }
}

/// Writes an edit as one change. None when everything stood there already.
pub fn write(
    document: &mut Document,
    actor: Actor,
    now: Timestamp,
    rng: &mut fastrand::Rng,
    edit: &EntryEdit,
) -> Option<Change> {
    write_as(document, actor, now, rng, edit, None)
}

/// An entry that comes from another document.
pub(super) struct Arriving<'e> {
    /// As it reads there.
    pub(super) entry: &'e Entry,
    /// Who made it.
    pub(super) author: Option<Actor>,
    /// What it has there that is not read.
    pub(super) foreign: Foreign,
    /// What was left of that where it comes to, when it stood there before.
    pub(super) foreign_there: Foreign,
}

/// Writes an edit of an entry that comes from another document: its parts keep the ids that they have there, so that two who
/// move it apart from each other write the same keys, and it keeps who made it and when.
pub(super) fn write_as(
    document: &mut Document,
    actor: Actor,
    now: Timestamp,
    rng: &mut fastrand::Rng,
    edit: &EntryEdit,
    from: Option<&Arriving<'_>>,
) -> Option<Change> {
    let (standing, maps) = find(document, edit.id).unzip();
    let deletes = edit.deleted == Some(true);
    let deletes = deletes && maps.as_ref().is_none_or(|maps| deletion::is_news(document, maps));
    let is_left = maps.as_ref().is_some_and(|maps| deletion::is_left(document, maps));
    let aligned = from.map(|from| from.entry).or(standing.as_ref());
    let kind = catalogue::activity_type(&edit.type_code);
    let change = document.edit(actor, now, |editor| {
        let maps = maps.unwrap_or_else(|| {
            let section = editor.section(SECTION);
            let map = editor.child(&section, &edit.id.to_string());
            editor.put(&map, TYPE, Scalar::Text(edit.type_code.clone()));
            let made = from.map_or(now, |from| from.entry.created_at);
            editor.put(&map, MADE, Scalar::Integer(made.0));
            if let Some(author) = from.and_then(|from| from.author) {
                editor.put(&map, AUTHOR, Scalar::Bytes(author.to_bytes().to_vec()));
            }
            EntryMaps::one(map)
        });
        for (field, value) in &edit.fields {
            let before = aligned.and_then(|entry| entry.field(field));
            let known = kind.and_then(|kind| kind.field(field));
            let removed = write_field(editor, &maps, (field, value), known, before, now, rng);
            // Another who moves it at the same time brings what stood there; or what that wrote in place of it.
            for (key, scalar) in removed.into_iter().filter(|_| from.is_some()) {
                maps.put(editor, &key, Scalar::Empty);
                maps.put(editor, &format!("{REMOVED}{key}"), scalar);
            }
        }
        if let Some(from) = from {
            from.foreign.write(editor, &maps, &from.foreign_there);
        }
        if let Some(state) = &edit.state
            && standing.as_ref().and_then(|entry| entry.state.as_ref()) != Some(state)
        {
            maps.put(editor, STATE, Scalar::Text(state.clone()));
            maps.put(editor, &format!("{EVENT}{state}"), Scalar::Date(now.date()));
        }
        for (state, day) in &edit.events {
            maps.put(editor, &format!("{EVENT}{state}"), Scalar::Date(*day));
        }
        match edit.deleted {
            // Once more over what somebody wrote without knowing of it: whoever does that has seen what was written.
            Some(true) if deletes => maps.put(editor, DELETED, Scalar::Integer(now.0)),
            // Also where it lives, when it was deleted elsewhere: whoever deletes it here at the same time is to know.
            Some(false) if standing.is_some() => maps.put(editor, DELETED, Scalar::Empty),
            Some(true | false) | None => {}
        }
        // Also where it never was: another may have moved it here and away again.
        if from.is_some() || (is_left && edit.deleted == Some(false)) {
            maps.put(editor, MOVED, Scalar::Empty);
        }
        Ok::<_, Infallible>(())
    });
    match change {
        Ok(change) => change,
    }
}

/// Writes a field. Gives what stood there before and stands no more, by key.
fn write_field(
    editor: &mut Editor<'_, '_>,
    maps: &EntryMaps,
    (field, value): (&String, &Option<FieldValue>),
    known: Option<&Field>,
    before: Option<&FieldValue>,
    now: Timestamp,
    rng: &mut fastrand::Rng,
) -> BTreeMap<String, Scalar> {
    let wanted = keys_of(field, before, value.as_ref(), now, rng);
    for key in maps.keys(editor) {
        let ours = EntryKey::parse(&key).is_some_and(|parsed| !key.starts_with('@') && parsed.field() == field);
        if ours && !wanted.contains_key(&key) {
            // Taken away, it would give way without a word to what another writes there at the same time.
            maps.put(editor, &key, Scalar::Empty);
        }
    }
    if let (Some(FieldValue::Rows(rows)), Some(known)) = (before, known) {
        let rows = rows.keys().map(|part| format!("{field}#{part}/"));
        for row in rows.filter(|row| !wanted.keys().any(|key| key.starts_with(row.as_str()))) {
            // Also the cells in which nothing stood: whoever fills one at the same time is to be asked.
            for column in known.columns {
                maps.put(editor, &format!("{row}{}", column.name), Scalar::Empty);
            }
        }
    }
    let mut removed = keys_of(field, before, before, now, rng);
    removed.retain(|key, _| !wanted.contains_key(key));
    for (key, scalar) in wanted {
        maps.put(editor, &key, scalar);
    }
    removed
}

/// The keys that hold a value.
fn keys_of(
    field: &str,
    before: Option<&FieldValue>,
    value: Option<&FieldValue>,
    now: Timestamp,
    rng: &mut fastrand::Rng,
) -> BTreeMap<String, Scalar> {
    let one = |scalar| BTreeMap::from([(field.to_owned(), scalar)]);
    match value {
        None => BTreeMap::new(),
        Some(FieldValue::Text(text)) => one(Scalar::Text(text.clone())),
        Some(FieldValue::Integer(number)) => one(Scalar::Integer(*number)),
        Some(FieldValue::Decimal(number)) => one(Scalar::Decimal(*number)),
        Some(FieldValue::Boolean(yes)) => one(Scalar::Boolean(*yes)),
        Some(FieldValue::Date(day)) => one(Scalar::Date(*day)),
        Some(FieldValue::Codes(codes)) => codes
            .iter()
            .map(|code| (format!("{field}/{code}"), Scalar::Boolean(true)))
            .collect(),
        Some(FieldValue::Paragraphs(wanted)) => {
            let standing: Vec<_> = match before {
                Some(FieldValue::Paragraphs(parts)) => parts.clone().into_iter().collect(),
                Some(_) | None => Vec::new(),
            };
            let aligned = parts::align(&standing, wanted.values().cloned().collect(), now, rng);
            aligned
                .into_iter()
                .map(|(part, text)| (format!("{field}#{part}"), Scalar::Text(text)))
                .collect()
        }
        Some(FieldValue::Rows(wanted)) => {
            let standing: Vec<_> = match before {
                Some(FieldValue::Rows(rows)) => rows.clone().into_iter().collect(),
                Some(_) | None => Vec::new(),
            };
            let aligned = parts::align(&standing, wanted.values().cloned().collect(), now, rng);
            let cells = aligned.into_iter().flat_map(|(part, row)| {
                row.into_iter()
                    .filter_map(move |(column, cell)| Some((format!("{field}#{part}/{column}"), cell_scalar(&cell)?)))
            });
            cells.collect()
        }
    }
}

/// A cell holds one scalar; tables do not nest.
fn cell_scalar(cell: &FieldValue) -> Option<Scalar> {
    match cell {
        FieldValue::Text(text) => Some(Scalar::Text(text.clone())),
        FieldValue::Integer(number) => Some(Scalar::Integer(*number)),
        FieldValue::Decimal(number) => Some(Scalar::Decimal(*number)),
        FieldValue::Boolean(yes) => Some(Scalar::Boolean(*yes)),
        FieldValue::Date(day) => Some(Scalar::Date(*day)),
        FieldValue::Codes(_) | FieldValue::Paragraphs(_) | FieldValue::Rows(_) => None,
    }
}

#[cfg(test)]
#[path = "entries/tests.rs"]
mod tests;
