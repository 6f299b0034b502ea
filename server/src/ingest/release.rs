//! Changes that were set aside, and trying one of them again: after an upgrade, or when what it rests on has changed.

use client_core::document::Header;
use client_core::ids::{ChangeHash, DocumentId};
use thiserror::Error;
use tracing::info;

use super::Ingest;
use super::queue::Reason;
use crate::store::StoreError;
use crate::store::documents::SetAsideChange;

/// Why a change cannot be released.
#[derive(Debug, Error)]
pub enum ReleaseError {
    /// It is not set aside, or not any more.
    #[error("the change is not set aside")]
    NotSetAside,
    /// It was built on another that is set aside, which has to be tried first.
    #[error("the change depends on {0}, which is set aside")]
    Needs(ChangeHash),
    /// Its stored bytes are no change.
    #[error("the stored change cannot be read")]
    Unreadable,
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Ingest {
    /// Every set-aside change, oldest first.
    pub fn set_aside(&self) -> Result<Vec<SetAsideChange>, StoreError> {
        self.shared.store.set_aside()
    }

    /// Has a set-aside change applied again. What becomes of it is told in the visible order, to its own device too; it may be
    /// set aside anew. [`wait_applied`](Self::wait_applied) waits for that.
    pub fn release(&self, document: &DocumentId, hash: &ChangeHash) -> Result<(), ReleaseError> {
        let store = &self.shared.store;
        let bytes = store.set_aside_bytes(document, hash)?;
        let bytes = bytes.ok_or(ReleaseError::NotSetAside)?;
        let header = Header::read(&bytes).map_err(|_| ReleaseError::Unreadable)?;
        // It would be set aside again at once, and its author told twice.
        for dependency in header.dependencies {
            if store.set_aside_bytes(document, &dependency)?.is_some() {
                return Err(ReleaseError::Needs(dependency));
            }
        }
        if !store.release(document, hash)? {
            return Err(ReleaseError::NotSetAside);
        }
        info!(document.id = %document, "Released a set-aside change of document {document}");
        self.shared.queue.add([document.clone()], Reason::Arrived);
        Ok(())
    }
}
