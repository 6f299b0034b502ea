//! A document in memory with what is read from it again and again.

use std::collections::HashMap;

use client_core::document::{Change, Document};
use client_core::ids::{DeviceId, DocumentId};
use client_core::model::entries;
use client_core::model::entry::Entry;
use client_core::model::maps::EntryMaps;
use client_core::time::Timestamp;

use crate::store::documents::StoredChange;
use crate::store::{Result, Store, StoreError};

/// Who last wrote into a map, and when. The later clock counts; of two that show the same, the greater device.
pub(super) type Touch = (Timestamp, Option<DeviceId>);

/// A document as the server holds it.
#[derive(Debug, Clone)]
pub struct Held {
    document: Document,
    /// How many changes it has; tells whether another process has written since.
    applied: u64,
    touches: HashMap<String, Touch>,
    entries: Vec<(Entry, EntryMaps)>,
}

impl Held {
    /// A document without a change.
    pub fn empty(id: &DocumentId) -> Self {
        Self {
            document: Document::new(id.kind()),
            applied: 0,
            touches: HashMap::new(),
            entries: Vec::new(),
        }
    }

    /// A document from its applied changes.
    pub fn load(store: &(impl Store + ?Sized), id: &DocumentId) -> Result<Self> {
        let changes: std::result::Result<Vec<_>, StoreError> = store.applied(id)?.iter().map(decode).collect();
        Self::empty(id)
            .with(&changes?)
            .map_err(|error| StoreError::Corrupt(format!("{id} cannot be built from its applied changes: {error}")))
    }

    /// The document with these changes, too.
    pub fn with(mut self, changes: &[Change]) -> std::result::Result<Self, client_core::document::ApplyError> {
        self.document.apply(changes.iter().cloned())?;
        self.applied += changes.len() as u64;
        for change in changes {
            let touch = (change.at(), change.actor().map(|actor| actor.device));
            for map in written_maps(change) {
                let standing = self.touches.entry(map).or_insert(touch);
                *standing = touch.max(*standing);
            }
        }
        self.entries = entries::read_with_maps(&self.document);
        Ok(self)
    }

    /// The document.
    pub fn document(&self) -> &Document {
        &self.document
    }

    /// How many changes it has.
    pub fn applied(&self) -> u64 {
        self.applied
    }

    /// Its entries with the maps they stand in, deleted ones too.
    pub fn entries(&self) -> &[(Entry, EntryMaps)] {
        &self.entries
    }

    pub(super) fn touch(&self, map: &str) -> Option<Touch> {
        self.touches.get(map).copied()
    }
}

/// A stored change, read.
pub(crate) fn decode(stored: &StoredChange) -> Result<Change> {
    Change::decode(&stored.bytes)
        .map_err(|error| StoreError::Corrupt(format!("a stored change cannot be read: {error}")))
}

/// The maps a change writes into, as [`client_core::document::MapRef::name`] names them.
pub(crate) fn written_maps(change: &Change) -> impl Iterator<Item = String> {
    change.operations().into_iter().map(|operation| operation.map)
}
