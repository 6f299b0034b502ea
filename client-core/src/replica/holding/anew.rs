//! Changes of a document that are made anew.

use std::collections::HashSet;

use super::{Holding, put};
use crate::document::{ApplyError, Change, Document, Remaking};
use crate::ids::{Actor, ChangeHash, DeviceId};
use crate::replica::effect::Write;
use crate::replica::storage_key::StorageKey;

/// What became of changes that the server refused or set aside.
pub(in super::super) struct Refused {
    /// Changes that must be put right by a person, as they were.
    pub(in super::super) dropped: Vec<Change>,
    /// Changes that were built on those and are made anew, as they were.
    pub(in super::super) remade: Vec<Change>,
}

/// What became of it, and the last incarnation under which something was made anew for it.
pub(in super::super) struct Anew<T> {
    pub(in super::super) done: T,
    pub(in super::super) last: u32,
}

impl Holding {
    /// Makes anew what is stranded for good: the server has not what it was made upon. What cannot be made anew stays on the
    /// disk, where it is in nobody's way. The writes take what was stored away; the document is still to be stored.
    pub(in super::super) fn salvage(&mut self, first: Actor) -> Anew<Vec<Write>> {
        let mut stranded = std::mem::take(&mut self.stranded);
        // What was made upon another is numbered after it.
        stranded.sort_by_key(Change::first_operation);
        let ground = std::mem::take(&mut self.ground);
        let mut writes = Vec::new();
        for change in &stranded {
            let key = StorageKey::Change(self.id.clone(), change.hash()).to_text();
            writes.push(Write { key, value: None });
        }
        let remaking = Remaking::upon(self.document.clone(), first).with_ground(ground);
        let (document, aside, last) = self.remake(remaking, stranded);
        writes.extend(aside);
        self.document = document;
        self.digest.take();
        Anew { done: writes, last }
    }

    /// Makes changes anew, each as far as it can be. The writes put aside what cannot. Gives the last incarnation used, too.
    fn remake(&self, mut remaking: Remaking, changes: Vec<Change>) -> (Document, Vec<Write>, u32) {
        let mut writes = Vec::new();
        for change in changes {
            if remaking.remake(&change).is_err() {
                remaking.leave_out(&change);
                let aside = StorageKey::Refused(self.id.clone(), change.hash());
                writes.push(put(&aside, change.bytes().to_vec()));
            }
        }
        let (document, last) = remaking.finish();
        (document, writes, last)
    }

    /// Takes out what stands under numbers that arriving changes bear, with all that was built on it, and makes it anew under
    /// other actors. Two changes of one number come about when their device lost what it had: the server has the one, and this
    /// device was told of the other before a restore. None where nothing stands in the way. The writes put aside what cannot
    /// be made anew.
    pub(in super::super) fn make_way(&mut self, arriving: &[Change], first: Actor) -> Option<Anew<Vec<Write>>> {
        let numbers: HashSet<_> = arriving.iter().map(|change| (change.actor(), change.seq())).collect();
        let arriving: HashSet<_> = arriving.iter().map(Change::hash).collect();
        let all = self.document.changes_after(&[]).into_iter();
        let in_the_way = all.filter(|change| numbers.contains(&(change.actor(), change.seq())));
        let in_the_way = in_the_way
            .map(|change| change.hash())
            .filter(|hash| !arriving.contains(hash));
        let (out, kept) = self.parted(in_the_way.collect());
        let mut document = Document::new(self.id.kind());
        if out.is_empty() || document.apply(kept.clone()).is_err() {
            return None;
        }
        let (document, done, last) = self.remake(Remaking::upon(document, first), out);
        self.stand_on(document, &kept);
        Some(Anew { done, last })
    }

    /// The changes of the document: these with all that was built on them, and the others. Dependencies first.
    fn parted(&self, mut tainted: HashSet<ChangeHash>) -> (Vec<Change>, Vec<Change>) {
        let all = self.document.changes_after(&[]);
        for change in &all {
            if change.dependencies().iter().any(|hash| tainted.contains(hash)) {
                tainted.insert(change.hash());
            }
        }
        all.into_iter().partition(|change| tainted.contains(&change.hash()))
    }

    /// Takes another document in place of the one that is here, of which these changes were kept.
    fn stand_on(&mut self, document: Document, kept: &[Change]) {
        let unconfirmed = self.document.changes_after(&self.confirmed);
        let unconfirmed: HashSet<_> = unconfirmed.iter().map(Change::hash).collect();
        self.document = document;
        self.digest.take();
        self.confirmed.clear();
        self.confirm(kept.iter().filter(|change| !unconfirmed.contains(&change.hash())));
    }

    /// Takes refused changes out, with all that was built on them, and makes the innocent ones of those anew under other
    /// actors. What cannot stand without a refused change goes the way of the refused one.
    pub(in super::super) fn refuse(
        &mut self,
        refused: &HashSet<ChangeHash>,
        first: Actor,
    ) -> Result<Anew<Refused>, ApplyError> {
        let (out, kept) = self.parted(refused.clone());
        let mut document = Document::new(self.id.kind());
        document.apply(kept.clone())?;
        let mut remaking = Remaking::upon(document, first);
        let (mut dropped, mut remade) = (Vec::new(), Vec::new());
        for change in out {
            if !refused.contains(&change.hash()) && remaking.remake(&change).is_ok() {
                remade.push(change);
            } else {
                remaking.leave_out(&change);
                dropped.push(change);
            }
        }
        let (document, last) = remaking.finish();
        self.stand_on(document, &kept);
        let done = Refused { dropped, remade };
        Ok(Anew { done, last })
    }

    /// Makes what this device has not sent anew under other actors; gives the last incarnation used. None when there is nothing
    /// to make, or it cannot be.
    pub(in super::super) fn adopt(&mut self, device: Option<DeviceId>, first: Actor) -> Option<u32> {
        let unsent = self.outbox(device);
        let unsent_hashes: HashSet<_> = unsent.iter().map(Change::hash).collect();
        let mut document = Document::new(self.id.kind());
        let others = self.document.changes_after(&[]);
        let others = others
            .into_iter()
            .filter(|change| !unsent_hashes.contains(&change.hash()));
        if unsent.is_empty() || document.apply(others).is_err() {
            return None;
        }
        let mut remaking = Remaking::upon(document, first);
        for change in &unsent {
            remaking.remake(change).ok()?;
        }
        let (document, last) = remaking.finish();
        self.document = document;
        self.digest.take();
        Some(last)
    }
}
