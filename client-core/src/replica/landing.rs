//! What a frame of an answer does to the documents here, worked out step by step before any of it is kept.

use std::collections::{BTreeMap, HashSet};

use super::effect::Write;
use super::holding::{Anew, Holding};
use super::kept::{Kept, Staged};
use super::refusal;
use super::refused_entry::TakenOut;
use super::view::SyncProblem;
use crate::document::Change;
use crate::ids::{Actor, ChangeHash, DocumentId};
use crate::protocol::sync::{DocumentHeads, Fate, News, RefusalCode, RefusedChange, SetAside};

/// Changes of one document that the server did not take or took out again: why, and more about it in words.
type Faults = BTreeMap<ChangeHash, (RefusalCode, String)>;

/// A frame on its way in. The steps are methods, in the order in which they are to be taken.
pub(super) struct Landing<'k> {
    kept: &'k Kept,
    /// The documents that it touches, as they are with it.
    pub(super) documents: BTreeMap<DocumentId, Holding>,
    faults: BTreeMap<DocumentId, Faults>,
    arrived: Vec<(DocumentId, Vec<Change>)>,
    fresh: BTreeMap<DocumentId, Vec<Change>>,
    remade: HashSet<DocumentId>,
    /// Writes that take away what is not stored where it was any more.
    cleared: Vec<Write>,
    /// The last incarnation of this device under which anything was made.
    pub(super) incarnation: u32,
    /// Something else uses the actor of this device: what is unsent has to be made anew under another.
    pub(super) is_copied: bool,
    /// The server has lost something that it once confirmed.
    pub(super) diverged: bool,
    /// Something came of the exchange.
    pub(super) progress: bool,
}

impl<'k> Landing<'k> {
    /// Nothing of a frame yet.
    pub(super) fn over(kept: &'k Kept) -> Self {
        Self {
            kept,
            documents: BTreeMap::new(),
            faults: BTreeMap::new(),
            arrived: Vec::new(),
            fresh: BTreeMap::new(),
            remade: HashSet::new(),
            cleared: Vec::new(),
            incarnation: kept.state.incarnation,
            is_copied: false,
            diverged: false,
            progress: false,
        }
    }

    /// Makes the first of what is made anew next.
    fn next_actor(&self) -> Option<Actor> {
        let incarnation = self.incarnation.wrapping_add(1);
        self.kept.actor().map(|actor| Actor { incarnation, ..actor })
    }

    fn holding(&mut self, id: &DocumentId) -> &mut Holding {
        let kept = self.kept;
        self.documents.entry(id.clone()).or_insert_with(|| kept.holding(id))
    }

    /// What became of what was pushed.
    pub(super) fn take_fates(
        &mut self,
        pushed: &[(DocumentId, Vec<Change>)],
        relays: bool,
        fates: &[Fate],
    ) -> Result<(), SyncProblem> {
        if !pushed.is_empty() && fates.len() != pushed.len() {
            return Err(SyncProblem::Rejected);
        }
        for ((id, changes), fate) in pushed.iter().zip(fates) {
            self.take_acknowledged(id, changes, fate);
            if relays {
                // What was refused is not this device's to put right.
                let missing = |refused: &RefusedChange| refused.reason == RefusalCode::MissingDependency;
                self.diverged |= fate.refused.iter().any(missing);
            } else {
                self.take_refused(id, changes, fate);
            }
        }
        Ok(())
    }

    fn take_acknowledged(&mut self, id: &DocumentId, changes: &[Change], fate: &Fate) {
        let refused: HashSet<u32> = fate.refused.iter().map(|refused| refused.index).collect();
        let accepted = (0..)
            .zip(changes)
            .filter(|(index, _)| !refused.contains(index))
            .map(|(_, change)| change.clone());
        self.holding(id).confirm_sent(&accepted.collect::<Vec<_>>());
        self.progress |= fate.stored + fate.held > 0;
    }

    fn take_refused(&mut self, id: &DocumentId, changes: &[Change], fate: &Fate) {
        let copied = fate
            .refused
            .iter()
            .any(|refused| refused.reason == RefusalCode::RepeatedSequence);
        self.is_copied |= copied;
        for refused in &fate.refused {
            match refused.reason {
                // The server has lost what this was made upon. It is still to be sent, when it is known what is lost.
                RefusalCode::MissingDependency => {
                    self.diverged = true;
                    continue;
                }
                RefusalCode::RepeatedSequence => continue,
                RefusalCode::DependsOnRefused if copied || self.diverged => continue,
                RefusalCode::DependsOnRefused
                | RefusalCode::UnknownDocument
                | RefusalCode::NotAllowed
                | RefusalCode::Malformed
                | RefusalCode::ForeignActor
                | RefusalCode::NotApplicable
                | RefusalCode::BreaksSchema
                | RefusalCode::TooLarge => {}
            }
            if let Some(change) = changes.get(refused.index as usize) {
                self.fault(id.clone(), change.hash(), refused.reason, String::new());
            }
        }
    }

    fn fault(&mut self, id: DocumentId, change: ChangeHash, reason: RefusalCode, detail: String) {
        self.faults.entry(id).or_default().insert(change, (reason, detail));
    }

    /// Reads the news, and looks whether there is something of this device among them that it has not.
    pub(super) fn read_news(&mut self, news: Vec<News>) -> Result<(), SyncProblem> {
        let device = self.kept.device();
        for news in news {
            let id: DocumentId = news.document.parse().map_err(|_| SyncProblem::AppTooOld)?;
            let changes: Result<Vec<_>, _> = news.changes.iter().map(|bytes| Change::decode(bytes)).collect();
            let changes = changes.map_err(|_| SyncProblem::Rejected)?;
            let holding = self.holding(&id);
            if changes.iter().any(|change| holding.is_lost_own(change, device)) {
                self.is_copied = true;
            }
            self.arrived.push((id, changes));
        }
        Ok(())
    }

    /// What the server has of what this device had when it asked.
    pub(super) fn compare(
        &mut self,
        had: &[(DocumentId, Vec<ChangeHash>)],
        standing: &[DocumentHeads],
        unread: &[String],
    ) {
        for (id, had) in had {
            let name = id.to_string();
            let holding = self.holding(id);
            if unread.contains(&name) {
                holding.note_unread();
            } else {
                holding.reconciled(had, standing.iter().find(|known| known.document == name));
            }
        }
        self.progress = true;
    }

    /// Makes what is unsent anew, under actors that nothing else uses, from this incarnation on. Not what the news stands on, and
    /// nothing that something waits for.
    pub(super) fn make_anew(&mut self, incarnation: u32) {
        for (id, changes) in std::mem::take(&mut self.arrived) {
            self.holding(&id).confirm_beneath(&changes);
            self.arrived.push((id, changes));
        }
        self.progress = true;
        self.incarnation = incarnation;
        let Some(first) = self.kept.actor().map(|actor| Actor { incarnation, ..actor }) else {
            return;
        };
        let all: Vec<DocumentId> = self
            .kept
            .documents
            .keys()
            .chain(self.documents.keys())
            .cloned()
            .collect();
        for id in all {
            let holding = self.holding(&id);
            if holding.is_stranded() {
                continue;
            }
            if let Some(last) = holding.adopt(Some(first.device), first) {
                self.incarnation = self.incarnation.max(last);
                self.remade.insert(id);
            }
        }
    }

    /// Puts the news into the documents. What stands in its way is made anew.
    pub(super) fn receive_news(&mut self) -> Result<(), SyncProblem> {
        for (id, changes) in std::mem::take(&mut self.arrived) {
            let first = self.next_actor();
            let holding = self.holding(&id);
            // What did not take them may be in any state.
            let before = holding.clone();
            let mut received = holding.receive(&changes);
            if received.is_err() {
                *holding = before;
                if let Some(anew) = first.and_then(|first| holding.make_way(&changes, first)) {
                    received = holding.receive(&changes);
                    self.incarnation = self.incarnation.max(anew.last);
                    self.cleared.extend(anew.done);
                    self.remade.insert(id.clone());
                }
            }
            let received = received.map_err(|_| SyncProblem::Rejected)?;
            self.fresh.entry(id).or_default().extend(received);
        }
        Ok(())
    }

    /// Makes anew what was made upon something that neither this device nor the server has, once all has come that the server
    /// has. Where nobody may write here, nothing: it may be another's to send, and comes back with the right to write.
    pub(super) fn salvage(&mut self) {
        let kept = self.kept;
        let stranded = kept.documents.values().filter(|holding| holding.is_stranded());
        for id in stranded.map(|holding| &holding.id).filter(|id| kept.may_write(id)) {
            let Some(first) = self.next_actor() else { return };
            let anew = self.holding(id).salvage(first);
            self.incarnation = self.incarnation.max(anew.last);
            self.cleared.extend(anew.done);
            self.remade.insert(id.clone());
        }
    }

    /// Notes what was taken in once and could not stay.
    pub(super) fn note_set_aside(&mut self, set_aside: Vec<SetAside>) -> Result<(), SyncProblem> {
        for aside in set_aside {
            let id = aside.document.parse().map_err(|_| SyncProblem::AppTooOld)?;
            self.fault(id, ChangeHash(*aside.change), aside.reason, aside.detail);
        }
        Ok(())
    }

    /// Writes documents down of which nothing is to be taken out.
    pub(super) fn stage_documents(&mut self, staged: &mut Staged) {
        staged.writes.append(&mut self.cleared);
        let sound = self.documents.keys().filter(|id| !self.faults.contains_key(*id));
        for id in sound.cloned().collect::<Vec<_>>() {
            self.stage_document(&id, staged);
        }
    }

    fn stage_document(&mut self, id: &DocumentId, staged: &mut Staged) {
        let Some(holding) = self.documents.get_mut(id) else {
            return;
        };
        if self.remade.contains(id) {
            // Loose changes of the old document must not come back with the next opening.
            staged.writes.extend(holding.store_snapshot());
        } else {
            let fresh = self.fresh.get(id).map(Vec::as_slice);
            staged.writes.extend(holding.store_changes(fresh.unwrap_or_default()));
        }
    }

    /// Takes refused changes out of their documents and writes those down.
    pub(super) fn stage_refusals(&mut self, staged: &mut Staged) -> Vec<TakenOut> {
        let mut taken = Vec::new();
        for (id, faults) in std::mem::take(&mut self.faults) {
            let kept = self.kept;
            let first = self.next_actor();
            match first.and_then(|first| stage_refusal(kept, self.holding(&id), &faults, first, staged)) {
                Some(anew) => {
                    self.incarnation = self.incarnation.max(anew.last);
                    taken.push(anew.done);
                }
                // It may be another device of the person's: what else came is to be kept all the same.
                None => self.stage_document(&id, staged),
            }
        }
        taken
    }
}

/// Takes refused changes out of a document; what they did to a report goes back to where it was typed, with the reason.
/// None when nothing was taken out.
fn stage_refusal(
    kept: &Kept,
    holding: &mut Holding,
    faults: &Faults,
    first: Actor,
    staged: &mut Staged,
) -> Option<Anew<TakenOut>> {
    let faulty: HashSet<ChangeHash> = faults
        .keys()
        .filter(|hash| holding.document.has(hash))
        .copied()
        .collect();
    // What was refused only for what it was built on is innocent: it is made anew.
    let innocent = |hash: &ChangeHash| {
        faults
            .get(hash)
            .is_some_and(|(reason, _)| *reason == RefusalCode::DependsOnRefused)
    };
    let mut guilty: HashSet<ChangeHash> = faulty.iter().filter(|hash| !innocent(hash)).copied().collect();
    if guilty.is_empty() {
        // The culprit is not here any more; then these must be put right by a person, or they would wait for ever.
        guilty = faulty;
    }
    if guilty.is_empty() {
        return None;
    }
    let before = holding.clone();
    let Ok(Anew { done: outcome, last }) = holding.refuse(&guilty, first) else {
        *holding = before;
        return None;
    };
    let dropped = outcome.dropped.into_iter().map(|change| {
        let why = faults.get(&change.hash()).cloned();
        let (reason, detail) = why.unwrap_or((RefusalCode::DependsOnRefused, String::new()));
        (change, reason, detail)
    });
    let dropped: Vec<_> = dropped.collect();
    for (change, reason, detail) in &dropped {
        refusal::stage_report(kept, staged, [&before, &*holding], change, (*reason, detail));
        staged.refused(&holding.id, change.hash(), change.bytes().to_vec());
    }
    // Loose changes of the old document must not come back with the next opening.
    staged.writes.extend(holding.store_snapshot());
    let done = TakenOut {
        before,
        dropped,
        remade: outcome.remade,
    };
    Some(Anew { done, last })
}
