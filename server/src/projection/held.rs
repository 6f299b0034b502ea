//! A document in memory with what is read from it again and again.

use std::collections::HashMap;
use std::sync::OnceLock;

use client_core::document::{ApplyError, Change, Document, Operation};
use client_core::ids::{DeviceId, DocumentId};
use client_core::model::entries;
use client_core::model::entry::Entry;
use client_core::model::maps::EntryMaps;
use client_core::time::Timestamp;
use tracing::warn;

use super::operations;
use crate::store::documents::StoredChange;
use crate::store::{Result, Store, StoreError};

/// Who last wrote into a map, and when. The later clock counts; of two that show the same, the greater device.
pub(super) type Touch = (Timestamp, Option<DeviceId>);

/// A document as the server holds it. What is seldom asked for is read when it is.
#[derive(Debug, Clone)]
pub struct Held {
    document: Document,
    /// How many changes it has; tells whether another process has written since.
    applied: u64,
    /// How many of them no snapshot holds.
    unsaved: u64,
    /// How many bytes it was read from.
    bytes: usize,
    touches: OnceLock<HashMap<String, Touch>>,
    entries: OnceLock<Vec<(Entry, EntryMaps)>>,
}

impl Held {
    /// A document without a change.
    pub fn empty(id: &DocumentId) -> Self {
        const GENESIS: usize = 256;
        Self::of(Document::new(id.kind()), 0, GENESIS)
    }

    fn of(document: Document, applied: u64, bytes: usize) -> Self {
        Self {
            document,
            applied,
            unsaved: 0,
            bytes,
            touches: OnceLock::new(),
            entries: OnceLock::new(),
        }
    }

    /// A document as it is stored.
    pub fn load(store: &(impl Store + ?Sized), id: &DocumentId) -> Result<Self> {
        let stored = store.stored_document(id)?;
        let upon = match stored.snapshot.as_deref() {
            None => Some(Self::empty(id)),
            Some(snapshot) => {
                let applied = stored.applied - stored.changes.len() as u64;
                let loaded = Document::load(id.kind(), snapshot).ok();
                loaded.map(|document| Self::of(document, applied, snapshot.len()))
            }
        };
        if let Some(held) = upon {
            return held.with_stored(id, &stored.changes);
        }
        // It is a copy only: the changes are all there.
        warn!(document.id = %id, "The snapshot of document {id} cannot be loaded; it is built from its changes");
        Self::empty(id).with_stored(id, &store.applied(id)?)
    }

    fn with_stored(self, id: &DocumentId, changes: &[StoredChange]) -> Result<Self> {
        let corrupt = |error| StoreError::Corrupt(format!("{id} cannot be built from what is stored: {error}"));
        let changes: Result<Vec<_>> = changes.iter().map(decode).collect();
        self.with(&changes?).map_err(corrupt)
    }

    /// The document with these changes, too.
    pub fn with(mut self, changes: &[Change]) -> std::result::Result<Self, ApplyError> {
        self.document.apply(changes.iter().cloned())?;
        self.applied += changes.len() as u64;
        self.unsaved += changes.len() as u64;
        self.bytes += changes.iter().map(|change| change.bytes().len()).sum::<usize>();
        if !changes.is_empty() {
            (self.touches, self.entries) = (OnceLock::new(), OnceLock::new());
        }
        Ok(self)
    }

    /// The document, compact, if so much has come to it that it is worth keeping so.
    pub(crate) fn snapshot(&mut self) -> Option<Vec<u8>> {
        /// Changes that cost as much to load as writing a snapshot does.
        const WORTH: u64 = 12;
        if self.unsaved < WORTH {
            return None;
        }
        self.unsaved = 0;
        Some(self.document.save_quickly())
    }

    /// The document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// How many changes it has.
    pub fn applied(&self) -> u64 {
        self.applied
    }

    /// How many bytes it was read from: what it takes in memory, in proportion.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Its entries with the maps they stand in, deleted ones too.
    pub fn entries(&self) -> &[(Entry, EntryMaps)] {
        self.entries.get_or_init(|| entries::read_with_maps(&self.document))
    }

    pub(super) fn touch(&self, map: &str) -> Option<Touch> {
        let touches = self
            .touches
            .get_or_init(|| touches(&operations(&self.document.changes_after(&[]))));
        touches.get(map).copied()
    }
}

/// Who last wrote into each map, of some changes.
pub(super) fn touches(changes: &[(&Change, Vec<Operation>)]) -> HashMap<String, Touch> {
    let mut touches: HashMap<String, Touch> = HashMap::new();
    for (change, operations) in changes {
        let touch = (change.at(), change.actor().map(|actor| actor.device));
        for operation in operations {
            match touches.get_mut(&operation.map) {
                Some(standing) => *standing = touch.max(*standing),
                None => drop(touches.insert(operation.map.clone(), touch)),
            }
        }
    }
    touches
}

/// A change that was applied, read.
fn decode(stored: &StoredChange) -> Result<Change> {
    Change::decode(&stored.bytes)
        .map_err(|error| StoreError::Corrupt(format!("a stored change cannot be read: {error}")))
}
