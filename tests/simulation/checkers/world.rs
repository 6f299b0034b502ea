//! What everybody holds at one moment, for the checkers to look at.

use std::collections::{BTreeMap, BTreeSet};

use client_core::document::{Change, Document};
use client_core::ids::{ChangeHash, DocumentId};
use client_core::replica::Replica;
use client_core::time::Timestamp;
use server::store::documents::Standing;

use crate::phone::Phone;
use crate::server::Server;

/// Who holds what.
pub(crate) struct World<'r> {
    pub(super) server: &'r Server,
    pub(super) phones: &'r [Phone],
    pub(super) at: Timestamp,
    /// What the server has applied.
    pub(super) applied: BTreeMap<DocumentId, BTreeSet<ChangeHash>>,
    /// What waits on the server for what it was made upon.
    pub(super) parked: Vec<(DocumentId, Change)>,
    /// Every change that some phone holds.
    pub(super) changes: BTreeMap<(DocumentId, ChangeHash), Change>,
}

impl<'r> World<'r> {
    /// How it is now.
    pub(crate) fn of(server: &'r Server, phones: &'r [Phone], at: Timestamp) -> Self {
        let documents = server.store().documents().unwrap();
        let applied = documents.into_iter().map(|id| {
            let applied = server.store().applied(&id).unwrap();
            (id, applied.into_iter().map(|change| change.hash).collect())
        });
        let held = phones.iter().flat_map(documents_of);
        let changes = held.flat_map(|(id, document)| {
            let changes = document.changes_after(&[]).into_iter();
            changes.map(move |change| ((id.clone(), change.hash()), change))
        });
        let changes: BTreeMap<_, _> = changes.collect();
        let mut named: BTreeSet<_> = changes.keys().map(|(id, _)| id.clone()).collect();
        named.extend(server.acknowledged.keys().cloned());
        Self {
            applied: applied.collect(),
            parked: server.parked(named),
            changes,
            server,
            phones,
            at,
        }
    }

    /// The unit for which a phone may push now, if it may.
    pub(super) fn unit(&self, phone: &Phone) -> Option<&'static str> {
        self.server.office.unit_of(phone.device()?)
    }

    /// Whether a phone that may push it holds a change.
    pub(super) fn is_held(&self, id: &DocumentId, hash: &ChangeHash) -> bool {
        let unit = Some(id.unit().as_str());
        let mut phones = self.phones.iter().filter(|phone| self.unit(phone) == unit);
        phones.any(|phone| documents_of(phone).any(|(held, document)| held == id && document.has(hash)))
    }

    /// Where changes stand that the store holds.
    pub(super) fn standing(&self, id: &DocumentId, hash: &ChangeHash) -> Option<Standing> {
        let asked = BTreeMap::from([(id.clone(), BTreeSet::from([*hash]))]);
        self.server.standing(&asked).into_values().next()
    }
}

/// The documents of an open phone.
pub(super) fn documents_of(phone: &Phone) -> impl Iterator<Item = (&DocumentId, &Document)> {
    phone.core.iter().flat_map(Replica::documents)
}
