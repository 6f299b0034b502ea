//! One device's copy of its documents: `handle(input, now) -> effects`.
//!
//! Whatever is to last is staged, handed out as one `Persist`, and only counts once the shell says `Persisted`. Until then
//! other inputs wait in line, so that what screens are told is always what the disk holds.

mod downlink;
mod drafts;
mod edits;
pub mod effect;
mod enrol;
mod exchange;
mod following;
mod frame;
mod holding;
pub mod input;
mod kept;
mod landing;
mod left;
mod link;
mod outbox;
mod refusal;
mod refused_entry;
mod session;
mod storage_key;
pub mod view;
mod views;

use std::collections::{BTreeSet, VecDeque};

use self::effect::Effect;
use self::input::{Input, WakeReason};
use self::kept::{Kept, OfUnit, Staged};
use self::session::Session;
use self::view::{Answer, Bilingual, Outcome, Query};
use crate::document::Document;
use crate::ids::{DocumentId, EntryId};
use crate::model::log::ReportKey;
use crate::time::Timestamp;

/// One device.
#[derive(Debug)]
pub struct Replica {
    kept: Kept,
    session: Session,
    rng: fastrand::Rng,
    pending: Option<Pending>,
    queue: VecDeque<(Input, Timestamp)>,
    next_ticket: u32,
    storage_full: bool,
    /// Drafts that are in memory alone, because the write they came with failed.
    unkept: BTreeSet<EntryId>,
    /// The same of what is typed in reports.
    unkept_declaring: BTreeSet<OfUnit<ReportKey>>,
}

/// A write that is on its way to the disk.
#[derive(Debug)]
struct Pending {
    ticket: u32,
    staged: Staged,
    /// To tell whoever asked, when it is safe.
    outcome: Option<Outcome>,
    after: After,
}

/// What follows when a write is on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum After {
    Nothing,
    /// There is something to send.
    Send,
    /// More of the answer in flight may be read.
    Answer,
}

impl Replica {
    /// A device of which nothing is known yet; the first input says what it has stored. The seed is random, from the shell.
    pub fn new(seed: u64) -> Self {
        Self {
            kept: Kept::default(),
            session: Session::default(),
            rng: fastrand::Rng::with_seed(seed),
            pending: None,
            queue: VecDeque::new(),
            next_ticket: 0,
            storage_full: false,
            unkept: BTreeSet::new(),
            unkept_declaring: BTreeSet::new(),
        }
    }

    /// Takes in what happened and says what must be done, in order.
    pub fn handle(&mut self, input: Input, now: Timestamp) -> Vec<Effect> {
        let mut effects = Vec::new();
        match (input, &self.pending) {
            (Input::Persisted { ticket }, _) => self.persisted(ticket, now, &mut effects),
            (Input::PersistFailed { ticket, full }, _) => self.persist_failed(ticket, full, now, &mut effects),
            (input, Some(_)) => self.queue.push_back((input, now)),
            (input, None) => self.take_in(input, now, &mut effects),
        }
        while self.pending.is_none()
            && let Some((input, at)) = self.queue.pop_front()
        {
            self.take_in(input, at, &mut effects);
        }
        effects
    }

    /// Answers a screen.
    pub fn query(&self, query: &Query, now: Timestamp) -> Answer {
        views::answer(self, query, now)
    }

    /// The documents it holds, as they are on its disk.
    pub fn documents(&self) -> impl Iterator<Item = (&DocumentId, &Document)> {
        self.kept.documents.iter().map(|(id, holding)| (id, &holding.document))
    }

    fn take_in(&mut self, input: Input, now: Timestamp, effects: &mut Vec<Effect>) {
        match input {
            Input::Opened { stored } => {
                let (kept, writes) = Kept::open(stored, self.rng.u32(1..u32::MAX / 2));
                self.kept = kept;
                effects.push(Effect::Changed);
                if !writes.is_empty() {
                    let staged = Staged {
                        writes,
                        ..Staged::default()
                    };
                    self.persist(staged, None, After::Nothing, effects);
                }
            }
            Input::Enrol {
                code,
                signing_seed,
                device_name,
            } => {
                self.enrol(&code, &signing_seed, &device_name, effects);
            }
            Input::KeepDraft(draft) => self.keep_draft(draft, now, effects),
            Input::DropDraft { entry } => self.drop_draft(entry, effects),
            Input::KeepDeclaring(declaring) => self.keep_declaring(declaring, now, effects),
            Input::DropDeclaring { period, indicator } => self.drop_declaring((period, indicator), effects),
            Input::DropLeft { key } => self.drop_left(&key, effects),
            Input::SaveEntry(draft) => self.save_entry(draft, now, effects),
            Input::DeleteEntry { entry } => self.delete_entry(entry, true, now, effects),
            Input::RestoreEntry { entry } => self.delete_entry(entry, false, now, effects),
            Input::ResolveConflict { entry, key, choice } => self.resolve_conflict(entry, &key, choice, now, effects),
            Input::Declare {
                period,
                indicator,
                value,
                reason,
            } => {
                self.declare(period, &indicator, value.as_deref(), &reason, now, effects);
            }
            Input::ChooseDeclared {
                period,
                indicator,
                part: None,
                choice,
            } => self.choose_declared(period, indicator, &choice, now, effects),
            Input::ChooseDeclared {
                period,
                indicator,
                part: Some(part),
                choice,
            } => self.choose_paragraph(&(period, indicator), part, &choice, now, effects),
            Input::Submit { period, submission } => self.submit(period, submission, now, effects),
            Input::Wake { reason } => self.wake(reason, now, effects),
            Input::Alarm => self.alarm(now, effects),
            Input::ResponseBytes { request, bytes } => self.response_bytes(request, &bytes, now, effects),
            Input::ResponseEnd {
                request,
                status,
                content_type,
                retry_after_s,
            } => {
                self.response_end(request, status, &content_type, retry_after_s, now, effects);
            }
            Input::SendFailed { request } => self.send_failed(request, now, effects),
            // Taken in by `handle`, which knows about pending writes.
            Input::Persisted { .. } | Input::PersistFailed { .. } => {}
        }
    }

    /// Hands staged changes out to be written.
    fn persist(&mut self, mut staged: Staged, outcome: Option<Outcome>, after: After, effects: &mut Vec<Effect>) {
        let ticket = self.next_ticket;
        self.next_ticket = self.next_ticket.wrapping_add(1);
        effects.push(Effect::Persist {
            ticket,
            writes: std::mem::take(&mut staged.writes),
        });
        self.pending = Some(Pending {
            ticket,
            staged,
            outcome,
            after,
        });
    }

    fn persisted(&mut self, ticket: u32, now: Timestamp, effects: &mut Vec<Effect>) {
        let Some(pending) = self.pending.take_if(|pending| pending.ticket == ticket) else {
            return;
        };
        self.unkept.retain(|id| !pending.staged.drafts.contains_key(id));
        self.unkept_declaring
            .retain(|key| !pending.staged.declaring.contains_key(key));
        pending.staged.install(&mut self.kept);
        self.storage_full = false;
        effects.extend(pending.outcome.map(|outcome| Effect::Outcome { outcome }));
        effects.push(Effect::Changed);
        match pending.after {
            After::Nothing => {}
            After::Send => {
                effects.push(Effect::RequestBackgroundSync);
                self.try_sync(now, effects);
            }
            After::Answer => self.read_answer(now, effects),
        }
        if self.pending.is_none() {
            self.keep_unkept(effects);
        }
    }

    fn persist_failed(&mut self, ticket: u32, full: bool, now: Timestamp, effects: &mut Vec<Effect>) {
        let Some(pending) = self.pending.take_if(|pending| pending.ticket == ticket) else {
            return;
        };
        self.storage_full |= full;
        // What was typed stays in memory, so that it can be kept again once there is room.
        for (id, draft) in pending.staged.drafts {
            if let Some(draft) = draft {
                self.kept.drafts.insert(id, draft);
                self.unkept.insert(id);
            }
        }
        for (key, declaring) in pending.staged.declaring {
            if let Some(declaring) = declaring {
                self.kept.declaring.insert(key.clone(), declaring);
                self.unkept_declaring.insert(key);
            }
        }
        if pending.outcome.is_some() {
            effects.push(refused(if full {
                Bilingual::new(
                    "Máy đã đầy, chưa lưu được. Xóa bớt ảnh hoặc ứng dụng rồi bấm lại; đừng đóng màn hình này.",
                    "The phone is full; nothing was saved. Free some space and try again; keep this screen open.",
                )
            } else {
                Bilingual::new(
                    "Máy chưa lưu được. Bấm lại; đừng đóng màn hình này.",
                    "The phone could not save. Try again; keep this screen open.",
                )
            }));
        }
        if pending.after == After::Answer {
            self.answer_not_stored(now, effects);
        }
        effects.push(Effect::Changed);
    }

    fn wake(&mut self, reason: WakeReason, now: Timestamp, effects: &mut Vec<Effect>) {
        let asked = reason == WakeReason::Asked;
        let early = self.session.not_before.is_some_and(|at| now < at);
        let just_heard = self.kept.state.last_contact.is_some_and(|at| {
            // A clock that was put back must not silence the device.
            (0..session::JUST_HEARD_MS).contains(&(now.0 - at))
        });
        // Of an answer that broke off there is more to hear.
        let heard_all = just_heard && self.session.problem.is_none();
        let nothing_to_say = heard_all && !self.kept.state.reconciles && outbox::waiting(&self.kept).is_empty();
        // The browser believes in a network that failed just now, and would call again and again: the clock says when to
        // try. A worker that it starts with no page open knows of no failure, and tries.
        let just_failed = reason == WakeReason::BackgroundSync && self.session.wait_until.is_some_and(|at| now < at);
        if (early || just_failed || nothing_to_say || self.session.revoked) && !asked {
            return;
        }
        self.try_sync(now, effects);
    }

    fn alarm(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        match self.session.wait_until {
            Some(at) if now < at => effects.push(Effect::WakeAt { at }), // Rung early: set it again.
            Some(_) | None => self.try_sync(now, effects),
        }
    }
}

fn refused(message: Bilingual) -> Effect {
    Effect::Outcome {
        outcome: Outcome::Refused { message },
    }
}

#[cfg(test)]
mod tests;
