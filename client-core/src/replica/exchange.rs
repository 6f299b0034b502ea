//! What the server answers, and what follows from it.

use std::collections::{BTreeMap, HashSet};

use super::effect::Effect;
use super::holding::Holding;
use super::kept::Staged;
use super::refusal;
use super::refused_entry::TakenOut;
use super::session::{self, Exchange, Purpose};
use super::storage_key::SyncState;
use super::view::{Bilingual, SyncProblem};
use super::{After, Replica, outbox, refused};
use crate::document::Change;
use crate::ids::{Actor, ChangeHash, DocumentId};
use crate::protocol::profile::Profile;
use crate::protocol::sync::{RefusalCode, SyncResponse};
use crate::protocol::{self, Limits};
use crate::time::Timestamp;

/// No answer to an enrolment is longer.
const MOST_ENROL_BYTES: usize = 64 * 1024;

/// What an exchange sent, as far as a frame of the answer speaks of it.
struct Sent {
    /// The pushes, with the first frame.
    pushed: Vec<(DocumentId, Vec<Change>)>,
    /// What this device had when it asked what the server has.
    reconciled: Option<Vec<(DocumentId, Vec<ChangeHash>)>>,
    /// It is the first frame.
    first: bool,
}

impl Replica {
    /// Begins to sync, unless it is under way or there is nobody to sync for.
    pub(super) fn try_sync(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.session.exchange.is_some() || self.session.not_before.is_some_and(|at| now < at) {
            return;
        }
        let Some(token) = self.kept.identity.as_ref().map(|identity| identity.token.clone()) else {
            return;
        };
        let Some((body, purpose)) = session::compose(&self.kept, &self.session) else {
            return;
        };
        let request = self.session.begin(purpose);
        effects.push(session::send_sync(request, body, &token));
        effects.push(Effect::Changed);
    }

    pub(super) fn response_bytes(&mut self, request: u32, bytes: &[u8], now: Timestamp, effects: &mut Vec<Effect>) {
        let Some(exchange) = self.session.in_flight(request) else {
            return;
        };
        match &mut exchange.purpose {
            Purpose::Enrol { answer, .. } => {
                if answer.len() + bytes.len() <= MOST_ENROL_BYTES {
                    answer.extend_from_slice(bytes);
                } else {
                    exchange.broken = Some(SyncProblem::NotTheServer);
                }
            }
            Purpose::Sync { reader, .. } => {
                if exchange.broken.is_none() {
                    reader.push(bytes);
                    self.read_answer(now, effects);
                }
            }
        }
    }

    /// Takes in the next whole frame of the answer, if it has arrived.
    pub(super) fn read_answer(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let Some(Exchange {
            purpose:
                Purpose::Sync {
                    reader,
                    frames,
                    pushed,
                    reconciled,
                    ..
                },
            broken,
            ..
        }) = &mut self.session.exchange
        else {
            return;
        };
        let frame = match reader.next_frame() {
            Ok(Some(frame)) => frame,
            Ok(None) => return,
            Err(error) => {
                *broken = Some(match error {
                    protocol::codec::CodecError::UnknownVersion => SyncProblem::AppTooOld,
                    protocol::codec::CodecError::TooLarge
                    | protocol::codec::CodecError::InflatesTooFar
                    | protocol::codec::CodecError::UnknownCoding
                    | protocol::codec::CodecError::NotDeflate
                    | protocol::codec::CodecError::NotAMessage
                    | protocol::codec::CodecError::TooMany => SyncProblem::NotTheServer,
                });
                return;
            }
        };
        let first = *frames == 0;
        *frames += 1;
        let sent = Sent {
            pushed: if first { std::mem::take(pushed) } else { Vec::new() },
            reconciled: reconciled.clone(),
            first,
        };
        match self.stage_frame(frame, &sent, now) {
            Ok((staged, came, more)) => {
                if let Some(Exchange {
                    purpose: Purpose::Sync {
                        progress, more: wanted, ..
                    },
                    ..
                }) = &mut self.session.exchange
                {
                    *progress |= came;
                    *wanted = more;
                }
                self.persist(staged, None, After::Answer, effects);
            }
            Err(problem) => {
                if let Some(exchange) = &mut self.session.exchange {
                    exchange.broken = Some(problem);
                }
            }
        }
    }

    /// What a frame changes, whether anything came of it, and whether there is more.
    fn stage_frame(
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

    pub(super) fn response_end(
        &mut self,
        request: u32,
        status: u16,
        content_type: &str,
        retry_after_s: Option<u32>,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        if self.session.in_flight(request).is_none() {
            return;
        }
        let Some(exchange) = self.session.exchange.take() else {
            return;
        };
        match exchange.purpose {
            Purpose::Enrol { signing_seed, answer } => self.enrol_end(signing_seed, status, &answer, effects),
            Purpose::Sync {
                reader,
                frames,
                more,
                progress,
                body_bytes,
                rest,
                ..
            } => {
                let media_type = content_type.split(';').next().unwrap_or_default().trim();
                let is_ours = media_type == protocol::CONTENT_TYPE;
                let is_problem = media_type == protocol::PROBLEM_TYPE;
                let problem = match status {
                    200 if !is_ours => Some(SyncProblem::NotTheServer),
                    200 => exchange
                        .broken
                        .or((frames == 0 || reader.has_rest()).then_some(SyncProblem::Unreachable)),
                    // A Wi-Fi's sign-in page revokes nobody.
                    409 if is_problem => {
                        self.unknown_epoch(now, effects);
                        None
                    }
                    401 | 403 if !is_problem => Some(SyncProblem::NotTheServer),
                    401 | 403 => {
                        self.session.revoked = true;
                        Some(SyncProblem::Rejected)
                    }
                    413 => {
                        self.shrink(body_bytes);
                        Some(SyncProblem::ServerBusy)
                    }
                    426 => Some(SyncProblem::AppTooOld),
                    408 | 425 | 429 | 500.. => Some(SyncProblem::ServerBusy),
                    400..=499 => Some(SyncProblem::Rejected),
                    _ => Some(SyncProblem::NotTheServer),
                };
                match problem {
                    None if status == 409 => {}
                    None => self.sync_done(more, progress, rest, body_bytes, now, effects),
                    Some(problem) => {
                        effects.push(self.session.failed(problem, retry_after_s, now, &mut self.rng));
                    }
                }
            }
        }
        effects.push(Effect::Changed);
    }

    /// The server counts in another order than this device, or has not come as far: one of the two was restored. Nothing of
    /// the request was taken in; what each has is compared at once, document by document.
    fn unknown_epoch(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let mut staged = Staged::default();
        staged.state(SyncState {
            epoch: None,
            cursor: 0,
            reconciles: true,
            last_contact: Some(now.0),
            ..self.kept.state.clone()
        });
        self.persist(staged, None, After::Send, effects);
    }

    fn sync_done(
        &mut self,
        more: bool,
        progress: bool,
        rest: bool,
        body_bytes: usize,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        self.session.succeeded();
        self.kept.state.body_bytes = self.session.grown(self.kept.state.body_bytes, body_bytes);
        // Without progress there is no hurry: a server that keeps saying "more" is not asked in a circle.
        let unsent = !outbox::waiting(&self.kept).is_empty();
        if progress && (more || rest || unsent) {
            self.try_sync(now, effects);
        } else {
            let at = now.plus_ms(session::NEWS_INTERVAL_MS);
            self.session.wait_until = None;
            effects.push(Effect::WakeAt { at });
        }
    }

    fn shrink(&mut self, body_bytes: usize) {
        self.kept.state.body_bytes = self.session.shrunk(self.kept.state.body_bytes, body_bytes);
    }

    pub(super) fn send_failed(&mut self, request: u32, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.session.in_flight(request).is_none() {
            return;
        }
        match self.session.exchange.take().map(|exchange| exchange.purpose) {
            Some(Purpose::Enrol { .. }) => effects.push(refused(Bilingual::new(
                "Chưa có sóng. Nhận máy cần mạng một lần; thử lại khi có sóng.",
                "No signal. Enrolling needs the network once; try again when there is a signal.",
            ))),
            Some(Purpose::Sync { frames, body_bytes, .. }) => {
                if frames == 0 {
                    self.shrink(body_bytes);
                }
                effects.push(self.session.failed(SyncProblem::Unreachable, None, now, &mut self.rng));
                effects.push(Effect::RequestBackgroundSync);
            }
            None => {}
        }
        effects.push(Effect::Changed);
    }

    /// The disk did not take what the server sent. Nothing is lost: the server has it, and the cursor has not moved.
    pub(super) fn answer_not_stored(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.session.exchange.is_some() {
            effects.push(self.session.failed(SyncProblem::Unreachable, None, now, &mut self.rng));
        }
    }
}

/// Frames never hold more than this; named here so that both ends agree.
const _: () = assert!(Limits::FRAME.inflated_bytes > Change::MAX_BYTES);
