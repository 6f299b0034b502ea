//! A frame of the server's answer, and what it changes here.

use std::collections::{BTreeMap, HashSet};

use super::holding::Holding;
use super::kept::Staged;
use super::refused_entry::TakenOut;
use super::view::SyncProblem;
use super::{Replica, refusal, session};
use crate::document::Change;
use crate::ids::{Actor, ChangeHash, DocumentId};
use crate::protocol::profile::Profile;
use crate::protocol::sync::{RefusalCode, SyncResponse};
use crate::protocol::{self, Limits};
use crate::time::Timestamp;

/// What an exchange sent, as far as a frame of the answer speaks of it.
pub(super) struct Sent {
    /// The pushes, with the first frame.
    pub(super) pushed: Vec<(DocumentId, Vec<Change>)>,
    /// What this device had when it asked what the server has.
    pub(super) reconciled: Option<Vec<(DocumentId, Vec<ChangeHash>)>>,
    /// It is the first frame.
    pub(super) first: bool,
}

impl Replica {
    /// What a frame changes, whether anything came of it, and whether there is more.
    pub(super) fn stage_frame(
        &mut self,
        frame: SyncResponse,
        sent: &Sent,
        now: Timestamp,
    ) -> Result<(Staged, bool, bool), SyncProblem> {
        let pushed = &sent.pushed;
        let device = self.kept.device();
        let mut staged = Staged::default();
        let mut state = self.kept.state.clone();
        let mut progress = frame.cursor != state.cursor;
        if !pushed.is_empty() && frame.fates.len() != pushed.len() {
            return Err(SyncProblem::Rejected);
        }
        // Part of what was made here has to be made anew under another actor: the same one is used elsewhere, too.
        let mut is_copied = false;
        let mut diverged = false;
        let mut documents: BTreeMap<DocumentId, Holding> = BTreeMap::new();
        let mut faults: BTreeMap<DocumentId, BTreeMap<ChangeHash, (RefusalCode, String)>> = BTreeMap::new();
        for ((id, changes), fate) in pushed.iter().zip(&frame.fates) {
            let holding = documents.entry(id.clone()).or_insert_with(|| self.kept.holding(id));
            let refused: HashSet<u32> = fate.refused.iter().map(|refused| refused.index).collect();
            let accepted = (0..)
                .zip(changes)
                .filter(|(index, _)| !refused.contains(index))
                .map(|(_, change)| change);
            holding.confirm(accepted);
            progress |= fate.stored + fate.held > 0;
            let copied = fate
                .refused
                .iter()
                .any(|refused| refused.reason == RefusalCode::RepeatedSequence);
            is_copied |= copied;
            for refused in &fate.refused {
                match refused.reason {
                    // The server has lost what this was made upon. It is still to be sent, when it is known what is lost.
                    RefusalCode::MissingDependency => {
                        diverged = true;
                        continue;
                    }
                    RefusalCode::RepeatedSequence => continue,
                    RefusalCode::DependsOnRefused if copied || diverged => continue,
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
                    faults
                        .entry(id.clone())
                        .or_default()
                        .insert(change.hash(), (refused.reason, String::new()));
                }
            }
        }
        let mut fresh: BTreeMap<DocumentId, Vec<Change>> = BTreeMap::new();
        let mut arrived = Vec::new();
        for news in frame.news {
            let id: DocumentId = news.document.parse().map_err(|_| SyncProblem::AppTooOld)?;
            let changes: Result<Vec<_>, _> = news.changes.iter().map(|bytes| Change::decode(bytes)).collect();
            let changes = changes.map_err(|_| SyncProblem::Rejected)?;
            let holding = documents.entry(id.clone()).or_insert_with(|| self.kept.holding(&id));
            if changes.iter().any(|change| holding.is_lost_own(change, device)) {
                is_copied = true;
            }
            arrived.push((id, changes));
        }
        if let Some(had) = sent.reconciled.as_ref().filter(|_| sent.first) {
            for (id, had) in had {
                let holding = documents.entry(id.clone()).or_insert_with(|| self.kept.holding(id));
                let name = id.to_string();
                if frame.unread.contains(&name) {
                    holding.note_unread();
                } else {
                    holding.reconciled(had, frame.standing.iter().find(|known| known.document == name));
                }
            }
            progress = true;
        }
        let mut remade = HashSet::new();
        if is_copied {
            // Whatever else uses the last one will not come upon this by chance.
            state.incarnation = self.rng.u32(1..u32::MAX / 2);
            progress = true;
            let actor = device.map(|device| Actor {
                device,
                incarnation: state.incarnation,
            });
            let own: Vec<DocumentId> = self.kept.documents.keys().chain(documents.keys()).cloned().collect();
            for id in own {
                let holding = documents.entry(id.clone()).or_insert_with(|| self.kept.holding(&id));
                if actor.is_some_and(|actor| holding.adopt(device, actor)) {
                    remade.insert(id);
                }
            }
        }
        for (id, changes) in arrived {
            let holding = documents.entry(id.clone()).or_insert_with(|| self.kept.holding(&id));
            fresh
                .entry(id)
                .or_default()
                .extend(holding.receive(&changes).map_err(|_| SyncProblem::Rejected)?);
        }
        for aside in frame.set_aside {
            let id: DocumentId = aside.document.parse().map_err(|_| SyncProblem::AppTooOld)?;
            faults
                .entry(id)
                .or_default()
                .insert(ChangeHash(*aside.change), (aside.reason, aside.detail));
        }
        for (id, holding) in &mut documents {
            if remade.contains(id) && !faults.contains_key(id) {
                // Loose changes of the old document must not come back with the next opening.
                staged.writes.extend(holding.store_snapshot());
            } else if !faults.contains_key(id) {
                staged
                    .writes
                    .extend(holding.store_changes(fresh.get(id).map(Vec::as_slice).unwrap_or_default()));
            }
        }
        let mut taken = Vec::new();
        for (id, faults) in faults {
            let holding = documents.entry(id.clone()).or_insert_with(|| self.kept.holding(&id));
            taken.extend(self.stage_refusal(holding, &faults, &mut staged));
        }
        if !taken.is_empty() {
            state.incarnation += 1;
            progress = true;
        }
        staged.documents = documents;
        self.stage_refused_entries(&mut staged, &taken);
        if let Some(bytes) = frame.profile {
            let bytes: Vec<u8> = bytes.into();
            let profile: Profile = minicbor::decode(&bytes).map_err(|_| SyncProblem::AppTooOld)?;
            state.profile = Some(protocol::profile::name(&bytes));
            if let Ok(unit) = profile.unit.id.parse() {
                // What is left of it here, when the phone becomes another unit's, is listed under its name.
                staged.unit_name(unit, profile.unit.name.clone());
            }
            staged.profile(profile, bytes);
        }
        state.epoch = Some(frame.epoch);
        state.cursor = frame.cursor;
        state.scope = frame.scope;
        state.last_contact = Some(now.0);
        if sent.reconciled.is_some() && !frame.more {
            state.reconciles = false;
        }
        diverged |= frame
            .digest
            .is_some_and(|digest| digest != self.confirmed_digest_with(&staged));
        let again = |at| !(0..session::RECONCILE_AGAIN_MS).contains(&(now.0 - at));
        if diverged && state.diverged_at.is_none_or(again) {
            state.diverged_at = Some(now.0);
            state.reconciles = true;
            progress = true;
        }
        let more = frame.more || state.reconciles;
        staged.state(state);
        Ok((staged, progress, more))
    }

    /// What all comes to that the server has confirmed, once this is installed.
    fn confirmed_digest_with(&self, staged: &Staged) -> u64 {
        let untouched = self
            .kept
            .documents
            .iter()
            .filter(|(id, _)| !staged.documents.contains_key(*id));
        let digests = untouched
            .chain(&staged.documents)
            .map(|(_, holding)| holding.confirmed_digest());
        digests.fold(0, u64::wrapping_add)
    }

    /// Takes refused changes out of a document; what they did to a report goes back to where it was typed, with the reason.
    /// None when nothing was taken out; else changes may have been made anew, under the next incarnation.
    fn stage_refusal(
        &self,
        holding: &mut Holding,
        faults: &BTreeMap<ChangeHash, (RefusalCode, String)>,
        staged: &mut Staged,
    ) -> Option<TakenOut> {
        let mut actor = self.kept.actor()?;
        actor.incarnation += 1;
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
        let Ok(outcome) = holding.refuse(&guilty, actor) else {
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
            refusal::stage_report(&self.kept, staged, [&before, &*holding], change, (*reason, detail));
            staged.refused(&holding.id, change.hash(), change.bytes().to_vec());
        }
        // Loose changes of the old document must not come back with the next opening.
        staged.writes.extend(holding.store_snapshot());
        let remade = outcome.remade;
        Some(TakenOut {
            before,
            dropped,
            remade,
        })
    }
}

/// Frames never hold more than this; named here so that both ends agree.
const _: () = assert!(Limits::FRAME.inflated_bytes > Change::MAX_BYTES);
