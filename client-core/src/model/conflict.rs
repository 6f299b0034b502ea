//! Who wrote a field and when; two values for one field.

use crate::document::{Document, Node, Scalar, Written};
use crate::model::deletion;
use crate::model::entries::{self, EntryKey};
use crate::model::entry::Entry;
use crate::model::maps::EntryMaps;

/// A key of an entry under which several values stand because they were written apart from each other.
#[derive(Debug, Clone, PartialEq)]
pub struct FieldConflict {
    /// The key in the document.
    pub key: String,
    /// The field it belongs to.
    pub field: String,
    /// The values, the one that counts first.
    pub values: Vec<Written>,
}

/// The conflicts of one entry. Equal values are none: two people who wrote the same agree.
pub fn of_entry(document: &Document, maps: &EntryMaps) -> Vec<FieldConflict> {
    // Written once in each map, and nobody's to choose.
    let once = |key: &str| [entries::TYPE, entries::MADE, entries::AUTHOR].contains(&key);
    let conflicts = maps
        .nodes(document)
        .into_iter()
        .filter(|(key, _, several)| *several && !once(key))
        .filter_map(|(key, ..)| {
            let field = EntryKey::parse(&key)?.field().to_owned();
            let mut values = match key == entries::DELETED {
                true => deletion::said(document, maps),
                false => maps.written(document, &key),
            };
            // A map is a later version's: nobody here can choose between two.
            values.retain(|written| matches!(written.node, Node::Scalar(_)));
            let values = distinct(&key, values);
            (values.len() > 1).then_some(FieldConflict { key, field, values })
        });
    conflicts.collect()
}

/// What is to choose from: of those who wrote the same, the first speaks for all.
pub(super) fn distinct(key: &str, values: Vec<Written>) -> Vec<Written> {
    let mut distinct: Vec<Written> = Vec::new();
    for written in values {
        if !distinct.iter().any(|other| deletion::agree(key, other, &written)) {
            distinct.push(written);
        }
    }
    distinct
}

/// The other cells of the row about which a conflict is, where one person took the row out and another wrote to it: what
/// stood in them, by key, as long as neither has been chosen.
pub fn taken_out(document: &Document, maps: &EntryMaps, conflict: &FieldConflict) -> Vec<(String, Scalar)> {
    let is_empty = |written: &Written| written.node == Node::Scalar(Scalar::Empty);
    let emptied = conflict.values.iter().find(|written| is_empty(written));
    let emptied = emptied.and_then(|written| written.change);
    let (Some(EntryKey::Cell(field, part, _)), Some(emptied)) = (EntryKey::parse(&conflict.key), emptied) else {
        return Vec::new();
    };
    let is_of_row =
        |key: &str| matches!(EntryKey::parse(key), Some(EntryKey::Cell(of, row, _)) if (of, row) == (field, part));
    let keys = maps.nodes(document).into_iter().map(|(key, ..)| key);
    let cells = keys.filter(|key| is_of_row(key));
    let cells: Vec<_> = cells.map(|key| (maps.written(document, &key), key)).collect();
    let is_out = cells.iter().all(|(written, _)| written.iter().any(is_empty));
    let before = is_out.then(|| document.before(&emptied)).flatten();
    let Some(before) = before else { return Vec::new() };
    let silent = cells.into_iter().filter(|(written, _)| written.iter().all(is_empty));
    let stood = silent.filter_map(|(_, key)| match maps.written(&before, &key).into_iter().next()?.node {
        Node::Scalar(value) => Some((key, value)),
        Node::Map(_) => None,
    });
    stood.collect()
}

/// An entry with what [`taken_out`] says of one of its rows.
pub fn whole(document: &Document, maps: &EntryMaps, entry: &Entry, conflict: &FieldConflict) -> Entry {
    let mut entry = entry.clone();
    for (key, value) in taken_out(document, maps, conflict) {
        if let Some(key) = EntryKey::parse(&key) {
            entries::take(&mut entry, key, value);
        }
    }
    entry
}

/// What was written to a field last, in any of its parts.
pub fn last_written(document: &Document, maps: &EntryMaps, field: &str) -> Option<Written> {
    let keys = maps.nodes(document).into_iter().map(|(key, ..)| key);
    let own = keys.filter(|key| EntryKey::parse(key).is_some_and(|parsed| parsed.field() == field));
    own.filter_map(|key| maps.written(document, &key).into_iter().next())
        .max_by_key(|written| written.at)
}
