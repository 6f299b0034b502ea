//! What the server answers, and what follows from it.

use super::effect::Effect;
use super::following::Following;
use super::frame::Sent;
use super::kept::Staged;
use super::landing::Landing;
use super::session::{self, Exchange, Purpose};
use super::storage_key::SyncState;
use super::view::{Bilingual, SyncProblem};
use super::{After, Replica, refused};
use crate::protocol;
use crate::protocol::codec::FrameReader;
use crate::time::Timestamp;

/// No answer to an enrolment is longer.
const MOST_ENROL_BYTES: usize = 64 * 1024;

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
                    relays,
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
                    | protocol::codec::CodecError::UnknownContext
                    | protocol::codec::CodecError::TooMany => SyncProblem::NotTheServer,
                });
                return;
            }
        };
        let first = *frames == 0;
        *frames += 1;
        let is_taken = frame.fates.iter().all(|fate| fate.refused.is_empty());
        let sent = Sent {
            relays: *relays,
            pushed: if first { std::mem::take(pushed) } else { Vec::new() },
            reconciled: reconciled.clone(),
            first,
        };
        let unwanted = sent.unwanted(&frame.fates);
        match self.stage_frame(frame, &sent, now) {
            Ok((staged, came, more)) => {
                self.session.unwanted.extend(unwanted);
                if first && !sent.relays {
                    self.session.following.acknowledged(&sent.pushed, is_taken);
                }
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
                // What does not fit what is here may be right all the same: the next request asks what each has.
                if let Some(exchange) = &mut self.session.exchange {
                    exchange.broken = Some(problem);
                }
                if problem == SyncProblem::Rejected {
                    self.learn(|state| state.reconciles = true, effects);
                }
            }
        }
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
                follows,
                reconciled,
                ..
            } => {
                let media_type = content_type.split(';').next().unwrap_or_default().trim();
                // Told in any case (RFC 9110).
                let is_ours = media_type.eq_ignore_ascii_case(protocol::CONTENT_TYPE);
                let is_problem = media_type.eq_ignore_ascii_case(protocol::PROBLEM_TYPE);
                // A portal's page has the server called at no other time.
                let retry_after_s = retry_after_s.filter(|_| is_problem);
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
                    // The server has not what the body goes on from, or does not know of such bodies.
                    400 | 412 if is_problem && follows => {
                        self.session.following.give_up();
                        self.try_sync(now, effects);
                        None
                    }
                    401 | 403 if !is_problem => Some(SyncProblem::NotTheServer),
                    401 | 403 => {
                        self.shut_out(status == 401, effects);
                        Some(SyncProblem::Rejected)
                    }
                    413 => {
                        self.was_lost(body_bytes, effects);
                        Some(SyncProblem::ServerBusy)
                    }
                    426 => Some(SyncProblem::AppTooOld),
                    408 | 425 | 429 | 500.. => Some(SyncProblem::ServerBusy),
                    400..=499 if is_problem => Some(SyncProblem::Rejected),
                    _ => Some(SyncProblem::NotTheServer),
                };
                match problem {
                    None if status != 200 => {}
                    None => {
                        self.kept.state.downlink.came_whole(reader.arrived(), more);
                        self.sync_done(more, progress, rest, body_bytes, now, effects);
                    }
                    Some(problem) => {
                        if problem == SyncProblem::Unreachable {
                            let goes_on = frames > 0 && reconciled.is_none();
                            self.broke_off(&reader, None, goes_on, progress, effects);
                        }
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

    /// The server does not listen to this device, or does not know it. What a new code does to what waits depends on it, also
    /// when the app is opened anew before it is typed.
    fn shut_out(&mut self, forgotten: bool, effects: &mut Vec<Effect>) {
        self.session.revoked = true;
        self.learn(|state| (state.revoked, state.forgotten) = (true, forgotten), effects);
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
        self.kept.state.went_through(body_bytes);
        if !rest {
            self.session.following = Following::default();
        }
        if !more && self.salvage(effects) {
            return;
        }
        // Without progress there is no hurry: a server that keeps saying "more" is not asked in a circle.
        if progress && (more || rest || session::has_something(&self.kept, &self.session)) {
            self.try_sync(now, effects);
        } else {
            let at = now.plus_ms(session::NEWS_INTERVAL_MS);
            self.session.wait_until = None;
            effects.push(Effect::WakeAt { at });
        }
    }

    /// Makes anew what still waits for something lost when all has come that the server has. False where there is nothing.
    fn salvage(&mut self, effects: &mut Vec<Effect>) -> bool {
        let mut landing = Landing::over(&self.kept);
        landing.salvage();
        if landing.documents.is_empty() {
            return false;
        }
        let mut staged = Staged::default();
        landing.stage_documents(&mut staged);
        staged.state(SyncState {
            incarnation: landing.incarnation,
            ..self.kept.state.clone()
        });
        staged.documents = landing.documents;
        self.persist(staged, None, After::Send, effects);
        true
    }

    /// An answer broke off. Where a frame of it was kept the next goes on from there; but while it is found out what the
    /// server has, the first frame says the same each time.
    fn broke_off(
        &mut self,
        reader: &FrameReader,
        lost_bytes: Option<usize>,
        goes_on: bool,
        progress: bool,
        effects: &mut Vec<Effect>,
    ) {
        if progress {
            self.session.came_on();
        }
        let lesson = |state: &mut SyncState| {
            if let Some(bytes) = lost_bytes {
                state.was_lost(bytes);
            }
            if let Some(awaited) = reader.awaited().filter(|_| !goes_on) {
                state.downlink.broke_off(reader.arrived(), awaited);
            }
        };
        self.learn(lesson, effects);
    }

    fn was_lost(&mut self, body_bytes: usize, effects: &mut Vec<Effect>) {
        self.learn(|state| state.was_lost(body_bytes), effects);
    }

    /// What the link does not carry, or what the server says of this device, is known from now on, also to the app when it is
    /// opened next.
    fn learn(&mut self, lesson: impl FnOnce(&mut SyncState), effects: &mut Vec<Effect>) {
        let before = self.kept.state.clone();
        lesson(&mut self.kept.state);
        if self.kept.state != before {
            let mut staged = Staged::default();
            staged.state(self.kept.state.clone());
            self.persist(staged, None, After::Nothing, effects);
        }
    }

    pub(super) fn send_failed(&mut self, request: u32, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.session.in_flight(request).is_none() {
            return;
        }
        let exchange = self.session.exchange.take();
        let is_sound = exchange.as_ref().is_some_and(|exchange| exchange.broken.is_none());
        match exchange.map(|exchange| exchange.purpose) {
            Some(Purpose::Enrol { .. }) => effects.push(refused(Bilingual::new(
                "Chưa có sóng. Nhận máy cần mạng một lần; thử lại khi có sóng.",
                "No signal. Enrolling needs the network once; try again when there is a signal.",
            ))),
            Some(Purpose::Sync {
                reader,
                frames,
                progress,
                body_bytes,
                reconciled,
                ..
            }) => {
                let lost_bytes = (frames == 0).then_some(body_bytes);
                let goes_on = !is_sound || (frames > 0 && reconciled.is_none());
                self.broke_off(&reader, lost_bytes, goes_on, progress, effects);
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
