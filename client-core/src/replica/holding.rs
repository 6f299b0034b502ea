//! One document on this device, what of it the server has, and where its bytes are stored.

mod anew;

use std::cell::OnceCell;
use std::collections::HashSet;

use minicbor::bytes::ByteArray;

pub(super) use self::anew::Anew;
use super::effect::Write;
use super::storage_key::{DocumentRecord, StorageKey};
use crate::document::{ApplyError, Change, Document};
use crate::ids::{ChangeHash, DeviceId, DocumentId};
use crate::protocol::sync::{DocumentHeads, digest};

/// After so many changes beside the snapshot, a new snapshot takes them in.
const LOOSE_CHANGES: usize = 64;

/// A document on this device.
#[derive(Debug, Clone)]
pub(super) struct Holding {
    pub(super) id: DocumentId,
    pub(super) document: Document,
    /// Heads of what the server has.
    confirmed: Vec<ChangeHash>,
    /// Changes that the server has without something they were made upon, which it lost with a restore: it keeps them apart.
    ahead: Vec<ChangeHash>,
    /// The server said that this device may not read it, or not any more.
    unread: bool,
    /// Changes that are stored beside the snapshot.
    loose: Vec<ChangeHash>,
    /// Changes that are stored and cannot be applied, for something they were made upon could not be read.
    stranded: Vec<Change>,
    /// While anything is stranded: heads of what was here when that was found, and of what the server had. It may have been
    /// made upon all of that, and upon nothing else.
    ground: Vec<ChangeHash>,
    /// What all changes there come to, once it was asked for. Forgotten whenever the document changes.
    digest: OnceCell<u64>,
}

impl Holding {
    pub(super) fn new(id: DocumentId) -> Self {
        let document = Document::new(id.kind());
        Self::of(id, document)
    }

    fn of(id: DocumentId, document: Document) -> Self {
        Self {
            id,
            document,
            confirmed: Vec::new(),
            ahead: Vec::new(),
            unread: false,
            loose: Vec::new(),
            stranded: Vec::new(),
            ground: Vec::new(),
            digest: OnceCell::new(),
        }
    }

    /// Puts a document together from what was stored. Parts that cannot be read are passed over and named.
    pub(super) fn restore(
        id: &DocumentId,
        record: &DocumentRecord,
        snapshot: Option<&[u8]>,
        changes: &[(ChangeHash, Vec<u8>)],
    ) -> (Self, Vec<StorageKey>) {
        let mut unreadable = Vec::new();
        let load = || snapshot.and_then(|snapshot| Document::load(id.kind(), snapshot).ok());
        let loaded = load();
        if loaded.is_none() && snapshot.is_some() {
            unreadable.push(StorageKey::Snapshot(id.clone()));
        }
        let mut decoded = Vec::new();
        for (hash, bytes) in changes {
            match Change::decode(bytes).ok().filter(|change| change.hash() == *hash) {
                Some(change) => decoded.push(change),
                None => unreadable.push(StorageKey::Change(id.clone(), *hash)),
            }
        }
        let empty = || Document::new(id.kind());
        let mut holding = Self::of(id.clone(), loaded.unwrap_or_else(empty));
        holding.loose = decoded.iter().map(Change::hash).collect();
        if !decoded.is_empty() && holding.document.apply(decoded.clone()).is_err() {
            // It may be in any state now. Copies kept for this are what opening would spend its time on.
            holding.document = load().unwrap_or_else(empty);
            holding.loose.clear();
            holding.stranded = decoded;
            holding.refloat();
        }
        holding.confirmed = record.confirmed.iter().map(|hash| ChangeHash(**hash)).collect();
        holding.ahead = record.ahead.iter().map(|hash| ChangeHash(**hash)).collect();
        holding.unread = record.unread;
        holding.ground = record.ground.iter().map(|hash| ChangeHash(**hash)).collect();
        (holding, unreadable)
    }

    /// Applies what is stranded, as far as what it was made upon is there now.
    fn refloat(&mut self) {
        let mut before = usize::MAX;
        while self.stranded.len() < before {
            before = self.stranded.len();
            for change in std::mem::take(&mut self.stranded) {
                if self.document.has(&change.hash()) {
                    continue;
                }
                let mut with = self.document.clone();
                match with.apply([change.clone()]) {
                    Ok(()) => {
                        self.document = with;
                        self.loose.push(change.hash());
                    }
                    Err(_) => self.stranded.push(change),
                }
            }
        }
    }

    /// Whether something stored waits for what it was made upon.
    pub(super) fn is_stranded(&self) -> bool {
        !self.stranded.is_empty()
    }

    /// Notes on what it may have been made that waits for what is lost. False where that is noted already: then the server is
    /// being asked for it.
    pub(super) fn note_ground(&mut self) -> bool {
        let is_news = self.is_stranded() && self.ground.is_empty();
        if is_news {
            self.ground = self.document.heads();
            self.ground.extend(&self.confirmed);
        }
        is_news
    }

    /// Changes that the server has not confirmed, dependencies first. After a restore of the server others' may be among
    /// them.
    fn unconfirmed(&self) -> Vec<Change> {
        let mut changes = self.document.changes_after(&self.confirmed);
        changes.retain(|change| !self.ahead.contains(&change.hash()));
        changes
    }

    /// Changes that the server has not, or not where they belong.
    pub(super) fn lacking(&self) -> HashSet<ChangeHash> {
        let changes = self.document.changes_after(&self.confirmed);
        changes.iter().map(Change::hash).collect()
    }

    /// The changes that the server keeps apart, without something they were made upon.
    pub(super) fn kept_apart(&self) -> Vec<Change> {
        let mut changes = self.document.changes_after(&self.confirmed);
        changes.retain(|change| self.ahead.contains(&change.hash()));
        changes
    }

    /// Changes that this device has to send, dependencies first. Each device answers for its own.
    pub(super) fn outbox(&self, device: Option<DeviceId>) -> Vec<Change> {
        self.unsent(device).0
    }

    /// What the server does not have, dependencies first: this device's changes, and others', which it had and lost.
    pub(super) fn unsent(&self, device: Option<DeviceId>) -> (Vec<Change>, Vec<Change>) {
        let changes = self.unconfirmed().into_iter();
        let (own, mut others): (Vec<_>, Vec<_>) =
            changes.partition(|change| change.actor().map(|actor| actor.device) == device);
        if self.unread {
            others.clear();
        }
        (own, others)
    }

    /// What this device has of the document, and what of it the server should have: of what it has never seen, it could not
    /// tell what that was made upon.
    pub(super) fn known(&self) -> DocumentHeads {
        let mut heads = self.document.heads();
        // What was confirmed and was made anew since is not here any more.
        heads.extend(self.confirmed.iter().filter(|head| self.document.has(head)));
        heads.sort_unstable();
        heads.dedup();
        DocumentHeads {
            document: self.id.to_string(),
            heads: heads.into_iter().map(|head| head.0.into()).collect(),
            digest: self.digest(),
        }
    }

    fn digest(&self) -> u64 {
        *self.digest.get_or_init(|| {
            let hashes = self.document.hashes();
            digest(&self.id.to_string(), hashes.iter().map(|hash| &hash.0))
        })
    }

    /// What the changes come to that the server has confirmed. Nothing where the server serves nothing of it.
    pub(super) fn confirmed_digest(&self) -> u64 {
        if self.unread {
            return 0;
        }
        let unconfirmed: Vec<_> = self.unconfirmed().iter().map(Change::hash).collect();
        let without = digest(&self.id.to_string(), unconfirmed.iter().map(|hash| &hash.0));
        self.digest().wrapping_sub(without)
    }

    /// Takes the server's word for what it has of what this device had: all of it, or what stands on these heads.
    pub(super) fn reconciled(&mut self, had: &[ChangeHash], server: Option<&DocumentHeads>) {
        let has: Vec<_> = match server {
            None => had.to_vec(),
            Some(server) => server.heads.iter().map(|head| ChangeHash(**head)).collect(),
        };
        self.unread = false;
        self.confirmed = has.into_iter().filter(|head| self.document.has(head)).collect();
        // What it keeps apart it did not name; sent again, it is known.
        self.ahead.clear();
    }

    /// What news was made upon, the server has, whatever it said before.
    pub(super) fn confirm_beneath(&mut self, news: &[Change]) {
        let beneath = news.iter().flat_map(Change::dependencies);
        let beneath: Vec<_> = beneath.filter(|hash| self.document.has(hash)).collect();
        self.confirmed.extend(beneath);
        self.confirmed.sort_unstable();
        self.confirmed.dedup();
    }

    /// Takes the server's word that this device may not read the document, or not any more.
    pub(super) fn note_unread(&mut self) {
        self.unread = true;
    }

    /// Whether a change is this device's and not here: its storage went back, or another has a copy of it.
    pub(super) fn is_lost_own(&self, change: &Change, device: Option<DeviceId>) -> bool {
        change.actor().map(|actor| actor.device) == device && !self.document.has(&change.hash())
    }

    /// Notes that the server has these changes, and all they were made upon.
    pub(super) fn confirm<'c>(&mut self, changes: impl IntoIterator<Item = &'c Change>) {
        for change in changes {
            let dependencies = change.dependencies();
            self.confirmed.retain(|head| !dependencies.contains(head));
            if !self.confirmed.contains(&change.hash()) {
                self.confirmed.push(change.hash());
            }
        }
        if !self.ahead.is_empty() {
            self.confirm_sent(&[]);
        }
    }

    /// Notes that the server has taken these changes in, whether or not it has what they were made upon.
    pub(super) fn confirm_sent(&mut self, changes: &[Change]) {
        self.ahead.extend(changes.iter().map(Change::hash));
        let mut lacking: HashSet<ChangeHash> = HashSet::new();
        let mut ahead = Vec::new();
        // Dependencies first: what stands on something that is lacking is ahead, too.
        for change in self.document.changes_after(&self.confirmed) {
            let hash = change.hash();
            let is_sent = self.ahead.contains(&hash);
            if is_sent
                && !change
                    .dependencies()
                    .iter()
                    .any(|dependency| lacking.contains(dependency))
            {
                self.confirmed.retain(|head| !change.dependencies().contains(head));
                self.confirmed.push(hash);
                continue;
            }
            lacking.insert(hash);
            if is_sent {
                ahead.push(hash);
            }
        }
        self.ahead = ahead;
    }

    /// Takes in what others wrote.
    pub(super) fn receive(&mut self, changes: &[Change]) -> Result<Vec<Change>, ApplyError> {
        let fresh: Vec<_> = changes
            .iter()
            .filter(|change| !self.document.has(&change.hash()))
            .cloned()
            .collect();
        self.document.apply(fresh.clone())?;
        if self.is_stranded() {
            self.refloat();
        }
        if !self.is_stranded() {
            self.ground.clear();
        }
        self.digest.take();
        self.unread = false;
        self.confirm(changes);
        Ok(fresh)
    }

    /// The writes that store one new change.
    pub(super) fn store_changes<'c>(&mut self, changes: impl IntoIterator<Item = &'c Change>) -> Vec<Write> {
        let mut writes = Vec::new();
        self.digest.take();
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
            encode(&DocumentRecord {
                confirmed,
                unread: self.unread,
                ahead: self.ahead.iter().map(|hash| ByteArray::from(hash.0)).collect(),
                ground: self.ground.iter().map(|hash| ByteArray::from(hash.0)).collect(),
            }),
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
