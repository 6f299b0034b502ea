//! A whole document as bytes, and whether it can become such.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use automerge::Automerge;

use super::{Change, Document, genesis_hash};
use crate::ids::{ChangeHash, DocumentKind};

/// A snapshot could not be loaded.
#[derive(Debug, thiserror::Error)]
#[error("the snapshot cannot be loaded: {0}")]
pub struct LoadError(String);

impl Document {
    /// Loads what [`save`](Self::save) gave.
    pub fn load(kind: DocumentKind, snapshot: &[u8]) -> Result<Self, LoadError> {
        // The library panics on some bytes that bear a sound checksum. In WASM that ends the core all the same.
        let loaded = catch_unwind(|| Automerge::load(snapshot));
        let loaded = loaded.map_err(|_| LoadError("the library panicked".to_owned()))?;
        let crdt = loaded.map_err(|error| LoadError(error.to_string()))?;
        let genesis = automerge::ChangeHash(genesis_hash(kind).0);
        if crdt.get_change_meta_by_hash(&genesis).is_none() {
            return Err(LoadError(format!("it is no {} document", kind.as_str())));
        }
        Ok(Self { kind, crdt })
    }

    /// The whole document with its history, compact.
    pub fn save(&self) -> Vec<u8> {
        self.crdt.save()
    }

    /// As [`save`](Self::save), several times as long and in a fraction of the time: deflating it takes most.
    pub fn save_quickly(&self) -> Vec<u8> {
        self.crdt.save_nocompress()
    }

    /// Whether it gives changes back as they came, all of them that were applied since it had these heads. Of one that is spelt
    /// as no writer spells it, or takes away what was never there, it does not: saved with that, the document could never be
    /// loaded again.
    pub fn keeps(&self, changes: &[Change], since: &[ChangeHash]) -> bool {
        let since: Vec<_> = since.iter().map(|hash| automerge::ChangeHash(hash.0)).collect();
        // Together, for each look goes through the whole document. Built for tests, the library looks itself whether it gives
        // back what it was given, and panics if not.
        let kept = catch_unwind(AssertUnwindSafe(|| self.crdt.get_changes(&since)));
        kept.is_ok_and(|kept| {
            let kept: HashMap<_, _> = kept.iter().map(|change| (change.hash(), change.raw_bytes())).collect();
            let is_kept = |change: &Change| {
                kept.get(&automerge::ChangeHash(change.hash().0))
                    .is_some_and(|bytes| *bytes == change.bytes())
            };
            changes.iter().all(is_kept)
        })
    }
}
