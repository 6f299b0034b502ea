//! What the server has not confirmed: derived from heads, not queued. And from it, where each record stands.

use std::collections::{BTreeMap, HashSet};

use super::holding::Holding;
use super::kept::Kept;
use crate::document::{Action, Change};
use crate::ids::{ChangeHash, DeviceId, DocumentId, EntryId};
use crate::time::Timestamp;

/// A change that waits, and what it is about.
#[derive(Debug, Clone)]
pub(super) struct Waiting {
    pub(super) document: DocumentId,
    pub(super) hash: ChangeHash,
    pub(super) subject: Subject,
    pub(super) at: Timestamp,
    pub(super) bytes: usize,
}

/// What a change is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// An entry.
    Entry(EntryId),
    /// A declared number or a text of a report.
    Declaration(String),
    /// A submission.
    Submission(String),
    /// Something else.
    Other,
}

/// Everything that waits, document by document, oldest first in each.
pub(super) fn waiting(kept: &Kept) -> Vec<Waiting> {
    let device = kept.device();
    kept.documents
        .values()
        .flat_map(|holding| of_document(holding, device))
        .collect()
}

fn of_document(holding: &Holding, device: Option<DeviceId>) -> Vec<Waiting> {
    let changes = holding.outbox(device);
    if changes.is_empty() {
        return Vec::new();
    }
    let names = names(holding);
    let waiting = changes.iter().map(|change| Waiting {
        document: holding.id.clone(),
        hash: change.hash(),
        subject: subject(change, &names),
        at: change.at(),
        bytes: change.bytes().len(),
    });
    waiting.collect()
}

/// The entries that a change writes to.
pub(super) fn entries_of(holding: &Holding, change: &Change) -> HashSet<EntryId> {
    let names = names(holding);
    let subjects = change
        .operations()
        .into_iter()
        .filter_map(|operation| names.get(&operation.map).cloned());
    let made = change
        .operations()
        .into_iter()
        .filter_map(|operation| match operation.action {
            Action::MakeMap { map } => names.get(&map).cloned(),
            Action::Put(_) | Action::Delete | Action::Foreign => None,
        });
    let entries = subjects.chain(made).filter_map(|subject| match subject {
        Subject::Entry(id) => Some(id),
        Subject::Declaration(_) | Subject::Submission(_) | Subject::Other => None,
    });
    entries.collect()
}

/// What one change is about.
pub(super) fn subject_of(holding: &Holding, change: &Change) -> Subject {
    subject(change, &names(holding))
}

fn subject(change: &Change, names: &BTreeMap<String, Subject>) -> Subject {
    let operations = change.operations();
    let mut maps = operations.iter().flat_map(|operation| {
        let made = match &operation.action {
            Action::MakeMap { map } => Some(map.clone()),
            Action::Put(_) | Action::Delete | Action::Foreign => None,
        };
        made.into_iter().chain([operation.map.clone()])
    });
    let named = maps.find_map(|map| names.get(&map).cloned());
    named.unwrap_or_else(|| {
        let key = operations.first().and_then(|operation| operation.key.clone());
        key.map_or(Subject::Other, |key| {
            Subject::Declaration(key.split('#').next().unwrap_or_default().to_owned())
        })
    })
}

/// What each map of a document is.
fn names(holding: &Holding) -> BTreeMap<String, Subject> {
    let document = &holding.document;
    let mut names = BTreeMap::new();
    for section in ["entries", "declared", "submissions"] {
        let Some(map) = document.section(section) else { continue };
        for (key, ..) in document.nodes(&map) {
            let children = document.maps(&map, &key);
            let subject = match section {
                "entries" => key.parse().map_or(Subject::Other, Subject::Entry),
                "declared" => Subject::Declaration(key),
                _ => Subject::Submission(key),
            };
            names.extend(children.iter().map(|child| (child.name(), subject.clone())));
        }
    }
    names
}
