//! A frame of the server's answer, and what it changes here.

use super::kept::Staged;
use super::landing::Landing;
use super::view::SyncProblem;
use super::{Replica, session};
use crate::document::Change;
use crate::ids::{ChangeHash, DocumentId};
use crate::protocol::profile::Profile;
use crate::protocol::sync::{Fate, RefusalCode, SyncResponse};
use crate::protocol::{self, Limits};
use crate::time::Timestamp;

/// What an exchange sent, as far as a frame of the answer speaks of it.
pub(super) struct Sent {
    /// The pushes, with the first frame.
    pub(super) pushed: Vec<(DocumentId, Vec<Change>)>,
    /// They were made on other devices.
    pub(super) relays: bool,
    /// What this device had when it asked what the server has.
    pub(super) reconciled: Option<Vec<(DocumentId, Vec<ChangeHash>)>>,
    /// It is the first frame.
    pub(super) first: bool,
}

impl Sent {
    /// Others' changes that the server does not take, whatever else it gets.
    pub(super) fn unwanted(&self, fates: &[Fate]) -> Vec<ChangeHash> {
        // What lacks something, and what was made upon that, is to be offered again.
        let lacks = |fate: &Fate| {
            let mut refused = fate.refused.iter();
            refused.any(|refused| refused.reason == RefusalCode::MissingDependency)
        };
        let relayed = self.pushed.iter().zip(fates);
        let for_good = relayed.filter(|(_, fate)| self.relays && !lacks(fate));
        let refused = for_good.flat_map(|((_, changes), fate)| {
            let refused = fate.refused.iter();
            refused.filter_map(|refused| Some(changes.get(refused.index as usize)?.hash()))
        });
        refused.collect()
    }
}

impl Replica {
    /// What a frame changes, whether anything came of it, and whether there is more.
    pub(super) fn stage_frame(
        &mut self,
        frame: SyncResponse,
        sent: &Sent,
        now: Timestamp,
    ) -> Result<(Staged, bool, bool), SyncProblem> {
        let mut staged = Staged::default();
        let mut state = self.kept.state.clone();
        let mut landing = Landing::over(&self.kept);
        landing.take_fates(&sent.pushed, sent.relays, &frame.fates)?;
        landing.read_news(frame.news)?;
        if let Some(had) = sent.reconciled.as_ref().filter(|_| sent.first) {
            landing.compare(had, &frame.standing, &frame.unread);
        }
        if landing.is_copied {
            // Whatever else uses the last one will not come upon this by chance.
            landing.make_anew(self.rng.u32(1..u32::MAX / 2));
        }
        landing.receive_news()?;
        landing.note_set_aside(frame.set_aside)?;
        landing.stage_documents(&mut staged);
        let taken = landing.stage_refusals(&mut staged);
        let mut progress = landing.progress || frame.cursor != state.cursor;
        let mut diverged = landing.diverged;
        state.incarnation = landing.incarnation;
        staged.documents = landing.documents;
        progress |= !taken.is_empty();
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
        (state.revoked, state.forgotten) = (false, false);
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
}

/// Frames never hold more than this; named here so that both ends agree.
const _: () = assert!(Limits::FRAME.inflated_bytes > Change::MAX_BYTES);
