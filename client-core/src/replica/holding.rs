//! One document on this device, what of it the server has, and where its bytes are stored.

use std::collections::HashSet;

use minicbor::bytes::ByteArray;

use super::effect::Write;
use super::storage_key::{DocumentRecord, StorageKey};
use crate::document::{ApplyError, Change, Document};
use crate::ids::{Actor, ChangeHash, DocumentId};

/// After so many changes beside the snapshot, a new snapshot takes them in.
const LOOSE_CHANGES: usize = 64;

/// A document on this device.
#[derive(Debug, Clone)]
pub(super) struct Holding {
    pub(super) id: DocumentId,
    pub(super) document: Document,
    /// Heads of what the server has.
    confirmed: Vec<ChangeHash>,
    /// Changes that are stored beside the snapshot.
    loose: Vec<ChangeHash>,
}

/// What became of changes that the server refused or set aside.
pub(super) struct Refused {
    /// Changes that must be put right by a person, as they were.
    pub(super) dropped: Vec<Change>,
    /// Changes that were built on those and are made anew, as they were.
    pub(super) remade: Vec<Change>,
}

impl Holding {
    pub(super) fn new(id: DocumentId) -> Self {
        let document = Document::new(id.kind());
        Self {
            id,
            document,
            confirmed: Vec::new(),
            loose: Vec::new(),
        }
    }

    /// Puts a document together from what was stored. Parts that cannot be read are passed over; `whole` says whether
    /// there were any.
    pub(super) fn restore(
        id: DocumentId,
        record: &DocumentRecord,
        snapshot: Option<&[u8]>,
        changes: &[Vec<u8>],
    ) -> (Self, bool) {
        let mut whole = true;
        let mut holding = Self::new(id);
        if let Some(snapshot) = snapshot {
            match Document::load(holding.id.kind(), snapshot) {
                Ok(document) => holding.document = document,
                Err(_) => whole = false,
            }
        }
        let decoded: Vec<_> = changes.iter().filter_map(|bytes| Change::decode(bytes).ok()).collect();
        whole &= decoded.len() == changes.len();
        holding.loose = decoded.iter().map(Change::hash).collect();
        let mut applied = holding.document.clone();
        if applied.apply(decoded).is_ok() {
            holding.document = applied;
        } else {
            whole = false;
        }
        holding.confirmed = record.confirmed.iter().map(|hash| ChangeHash(**hash)).collect();
        (holding, whole)
    }

    /// Changes that the server has not confirmed, dependencies first.
    pub(super) fn outbox(&self) -> Vec<Change> {
        self.document.changes_after(&self.confirmed)
    }

    /// Notes that the server has these changes.
    pub(super) fn confirm<'c>(&mut self, changes: impl IntoIterator<Item = &'c Change>) {
        for change in changes {
            let dependencies = change.dependencies();
            self.confirmed.retain(|head| !dependencies.contains(head));
            if !self.confirmed.contains(&change.hash()) {
                self.confirmed.push(change.hash());
            }
        }
    }

    /// Takes in what others wrote.
    pub(super) fn receive(&mut self, changes: &[Change]) -> Result<Vec<Change>, ApplyError> {
        let fresh: Vec<_> = changes
            .iter()
            .filter(|change| !self.document.has(&change.hash()))
            .cloned()
            .collect();
        self.document.apply(fresh.clone())?;
        self.confirm(changes);
        Ok(fresh)
    }

    /// Takes refused changes out, with all that was built on them, and makes the innocent ones of those anew under another
    /// actor. What cannot stand without a refused change goes the way of the refused one.
    pub(super) fn refuse(&mut self, refused: &HashSet<ChangeHash>, actor: Actor) -> Result<Refused, ApplyError> {
        let all = self.document.changes_after(&[]);
        let mut tainted: HashSet<ChangeHash> = refused.clone();
        for change in &all {
            if change
                .dependencies()
                .iter()
                .any(|dependency| tainted.contains(dependency))
            {
                tainted.insert(change.hash());
            }
        }
        let (out, kept): (Vec<_>, Vec<_>) = all.into_iter().partition(|change| tainted.contains(&change.hash()));
        let unconfirmed: HashSet<_> = self.outbox().iter().map(Change::hash).collect();
        let mut document = Document::new(self.id.kind());
        document.apply(kept.clone())?;
        let (mut dropped, mut remade) = (Vec::new(), Vec::new());
        for change in out {
            if refused.contains(&change.hash()) {
                dropped.push(change);
                continue;
            }
            let mut attempt = document.clone();
            match attempt.remake(std::slice::from_ref(&change), actor) {
                Ok(_) => {
                    document = attempt;
                    remade.push(change);
                }
                Err(_) => dropped.push(change),
            }
        }
        self.document = document;
        self.confirmed.clear();
        self.confirm(kept.iter().filter(|change| !unconfirmed.contains(&change.hash())));
        Ok(Refused { dropped, remade })
    }

    /// Makes what the server has not confirmed anew under another actor. False when there is nothing to make, or it cannot be.
    pub(super) fn adopt(&mut self, actor: Actor) -> bool {
        let unsent = self.outbox();
        let unconfirmed: HashSet<_> = unsent.iter().map(Change::hash).collect();
        let mut document = Document::new(self.id.kind());
        let confirmed = self.document.changes_after(&[]);
        let confirmed = confirmed
            .into_iter()
            .filter(|change| !unconfirmed.contains(&change.hash()));
        let made = document.apply(confirmed).is_ok() && document.remake(&unsent, actor).is_ok();
        if made && !unsent.is_empty() {
            self.document = document;
        }
        made && !unsent.is_empty()
    }

    /// The writes that store one new change.
    pub(super) fn store_changes<'c>(&mut self, changes: impl IntoIterator<Item = &'c Change>) -> Vec<Write> {
        let mut writes = Vec::new();
        for change in changes {
            self.loose.push(change.hash());
            writes.push(put(
                &StorageKey::Change(self.id.clone(), change.hash()),
                change.bytes().to_vec(),
            ));
        }
        if self.loose.len() > LOOSE_CHANGES {
            writes.extend(self.store_snapshot());
        } else {
            writes.push(self.store_record());
        }
        writes
    }

    /// The writes that store the document whole.
    pub(super) fn store_snapshot(&mut self) -> Vec<Write> {
        let mut writes = vec![
            put(&StorageKey::Snapshot(self.id.clone()), self.document.save()),
            self.store_record(),
        ];
        for hash in self.loose.drain(..) {
            writes.push(Write {
                key: StorageKey::Change(self.id.clone(), hash).to_text(),
                value: None,
            });
        }
        writes
    }

    /// The write that stores what the server has.
    pub(super) fn store_record(&self) -> Write {
        let confirmed = self.confirmed.iter().map(|hash| ByteArray::from(hash.0)).collect();
        put(
            &StorageKey::Document(self.id.clone()),
            encode(&DocumentRecord { confirmed }),
        )
    }
}

/// A write of a value.
pub(super) fn put(key: &StorageKey, value: Vec<u8>) -> Write {
    Write {
        key: key.to_text(),
        value: Some(value),
    }
}

/// A record as bytes.
pub(super) fn encode(record: &impl minicbor::Encode<()>) -> Vec<u8> {
    minicbor::to_vec(record).expect("writing to memory does not fail")
}
