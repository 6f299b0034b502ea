//! Documents that wait to be applied, by unit: one unit is in one worker's hands at a time. Bounded: a push is admitted before
//! anything of it is stored, and what it brings counts until it is applied.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use client_core::ids::{DeviceId, DocumentId, OrgUnitId};

use super::limits::{Backlog, Full, Limits};

/// How long a rush lasts after so many pushes were arriving last: they come in waves, one with each commit.
const RUSH: Duration = Duration::from_millis(100);

/// How long a worker lets a rush pass before it looks again.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Units of which it is remembered how long they waited until they were done.
const REMEMBERED: usize = 100;

/// Why a document is in the queue. The stronger reason counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Changes may have arrived.
    Arrived,
    /// Its rows are to be made anew, whether anything has arrived or not.
    Refresh,
}

/// The documents of a unit that are to be worked on.
pub(super) type Wanted = BTreeMap<DocumentId, Reason>;

/// A unit with the documents that are to be worked on.
#[derive(Debug)]
pub(super) struct Job {
    pub(super) unit: OrgUnitId,
    pub(super) documents: Wanted,
}

/// What waits of one unit, or is in hand.
#[derive(Debug, Clone)]
struct Waiting {
    documents: Wanted,
    since: Instant,
    /// Bytes by the device that brought them.
    bytes: Vec<(DeviceId, usize)>,
}

impl Waiting {
    fn since(since: Instant) -> Self {
        Self {
            documents: Wanted::new(),
            since,
            bytes: Vec::new(),
        }
    }

    fn want(&mut self, document: DocumentId, reason: Reason) {
        let standing = self.documents.entry(document).or_insert(reason);
        *standing = reason.max(*standing);
    }
}

#[derive(Debug, Default)]
struct State {
    /// Units whose turn will come, in the order they came. Those in hand are not here.
    order: VecDeque<OrgUnitId>,
    waiting: HashMap<OrgUnitId, Waiting>,
    in_hand: HashMap<OrgUnitId, Waiting>,
    /// Since when each of the above waits: the first is the lag.
    ages: BTreeSet<(Instant, OrgUnitId)>,
    documents: usize,
    bytes: usize,
    /// How long those waited that were done last.
    lags: VecDeque<Duration>,
    /// Of devices of which something waits.
    by_device: HashMap<DeviceId, usize>,
    /// Pushes that were let in and are not on the disk yet.
    arriving: usize,
    /// When so many were arriving last that it is better to take them in first.
    rush: Option<Instant>,
    closed: bool,
}

impl State {
    fn is_pending(&self, document: &DocumentId) -> bool {
        let holds = |units: &HashMap<OrgUnitId, Waiting>| {
            let waiting = units.get(document.unit());
            waiting.is_some_and(|waiting| waiting.documents.contains_key(document))
        };
        holds(&self.waiting) || holds(&self.in_hand)
    }

    /// What waits of a unit, made if there is nothing yet.
    fn waiting(&mut self, unit: &OrgUnitId, since: Instant) -> &mut Waiting {
        if !self.waiting.contains_key(unit) && !self.in_hand.contains_key(unit) {
            self.order.push_back(unit.clone());
        }
        if !self.waiting.contains_key(unit) {
            self.ages.insert((since, unit.clone()));
        }
        self.waiting
            .entry(unit.clone())
            .or_insert_with(|| Waiting::since(since))
    }

    fn add(&mut self, document: DocumentId, reason: Reason, now: Instant) {
        let unit = document.unit().clone();
        let waiting = self.waiting(&unit, now);
        let before = waiting.documents.len();
        waiting.want(document, reason);
        self.documents += waiting.documents.len() - before;
    }

    /// Counts bytes of a device no more.
    fn release(&mut self, device: DeviceId, bytes: usize) {
        self.bytes -= bytes;
        if let Some(of_device) = self.by_device.get_mut(&device) {
            *of_device -= bytes;
            if *of_device == 0 {
                self.by_device.remove(&device);
            }
        }
    }

    /// Remembers how long what has arrived waited. Rows that were made anew kept nobody waiting.
    fn remember(&mut self, done: &Waiting, now: Instant) {
        if done.documents.values().all(|reason| *reason == Reason::Refresh) {
            return;
        }
        if self.lags.len() == REMEMBERED {
            self.lags.pop_front();
        }
        self.lags.push_back(now.saturating_duration_since(done.since));
    }

    /// Whether workers are to let pushes arrive first. Not where something has waited long.
    fn gives_way(&self, limits: &Limits, now: Instant) -> bool {
        let since = |earlier: Instant| now.saturating_duration_since(earlier);
        self.rush.is_some_and(|rush| since(rush) < RUSH)
            && self
                .ages
                .first()
                .is_some_and(|(oldest, _)| since(*oldest) < limits.patience)
    }

    fn backlog(&self, now: Instant) -> Backlog {
        let oldest = self.ages.first();
        Backlog {
            documents: self.documents,
            bytes: self.bytes,
            oldest: oldest.map_or(Duration::ZERO, |(since, _)| now.saturating_duration_since(*since)),
        }
    }
}

/// The queue between *receive* and *apply*.
#[derive(Debug, Default)]
pub(super) struct Queue {
    limits: Limits,
    state: Mutex<State>,
    /// A unit's turn has come: for workers.
    work: Condvar,
    /// Units are done: for answers that wait for them.
    done: Condvar,
    /// The queue is closed: for workers that pause or give way.
    closing: Condvar,
}

/// Leave to store what a push brings. What was not put in line when it is dropped counts no more.
#[derive(Debug)]
pub(super) struct Admission<'q> {
    queue: &'q Queue,
    device: DeviceId,
    bytes: usize,
}

impl Admission<'_> {
    /// Puts documents in line in which the push has been stored.
    pub(super) fn enqueue(mut self, documents: &[DocumentId]) {
        let Some(first) = documents.first() else { return };
        let now = Instant::now();
        let mut state = self.queue.lock();
        for document in documents {
            state.add(document.clone(), Reason::Arrived, now);
        }
        // A push is one unit's, but for few: its bytes are counted with the first.
        let bytes = std::mem::take(&mut self.bytes);
        state.waiting(first.unit(), now).bytes.push((self.device, bytes));
        drop(state);
        self.queue.work.notify_one();
    }
}

impl Drop for Admission<'_> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        state.arriving -= 1;
        if self.bytes > 0 {
            state.release(self.device, self.bytes);
        }
    }
}

impl Queue {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            ..Self::default()
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a push in, or says why not, and when to ask again. A queue in which nothing of a device waits takes a push of any
    /// size from it.
    pub(super) fn admit(
        &self,
        device: DeviceId,
        documents: usize,
        bytes: usize,
    ) -> Result<Admission<'_>, (Full, Backlog)> {
        let mut state = self.lock();
        let standing = state.by_device.get(&device).copied().unwrap_or(0);
        let is_full = (state.documents > 0 && state.documents + documents > self.limits.documents)
            || (state.bytes > 0 && state.bytes + bytes > self.limits.bytes);
        let full = if is_full {
            Some(Full::Queue)
        } else if standing > 0 && standing + bytes > self.limits.device_bytes {
            Some(Full::Device)
        } else {
            None
        };
        if let Some(full) = full {
            return Err((full, state.backlog(Instant::now())));
        }
        state.arriving += 1;
        if state.arriving >= self.limits.rush {
            state.rush = Some(Instant::now());
        }
        state.bytes += bytes;
        *state.by_device.entry(device).or_default() += bytes;
        drop(state);
        Ok(Admission {
            queue: self,
            device,
            bytes,
        })
    }

    /// Adds documents, whatever waits. One that waits already waits once.
    pub(super) fn add(&self, documents: impl IntoIterator<Item = DocumentId>, reason: Reason) {
        let now = Instant::now();
        let mut state = self.lock();
        for document in documents {
            state.add(document, reason, now);
        }
        drop(state);
        self.work.notify_all();
    }

    /// The next units, at most so many, once there are any. None when the queue is closed. Whoever gives way lets a rush pass
    /// first.
    pub(super) fn take(&self, most: usize, gives_way: bool) -> Option<Vec<Job>> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            if gives_way && state.gives_way(&self.limits, Instant::now()) {
                // Work was called out, and whoever does not give way may have slept through it.
                self.work.notify_one();
                (state, _) = self
                    .closing
                    .wait_timeout(state, LOOK_AGAIN)
                    .unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            let jobs = Self::pick(&mut state, most);
            if !jobs.is_empty() {
                return Some(jobs);
            }
            state = self.work.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// As [`take`](Self::take), without waiting.
    pub(super) fn try_take(&self, most: usize) -> Vec<Job> {
        Self::pick(&mut self.lock(), most)
    }

    fn pick(state: &mut State, most: usize) -> Vec<Job> {
        let mut jobs = Vec::new();
        while jobs.len() < most {
            let Some(unit) = state.order.pop_front() else { break };
            if let Some(waiting) = state.waiting.remove(&unit) {
                let documents = waiting.documents.clone();
                state.in_hand.insert(unit.clone(), waiting);
                jobs.push(Job { unit, documents });
            }
        }
        jobs
    }

    /// Hands units back: done, or to be done again.
    pub(super) fn give_back(&self, jobs: Vec<Job>, again: bool) {
        let now = Instant::now();
        let mut state = self.lock();
        for Job { unit, .. } in jobs {
            let Some(held) = state.in_hand.remove(&unit) else {
                continue;
            };
            state.ages.remove(&(held.since, unit.clone()));
            state.documents -= held.documents.len();
            if again {
                Self::put_back(&mut state, &unit, held);
            } else {
                state.remember(&held, now);
                for (device, bytes) in held.bytes {
                    state.release(device, bytes);
                }
                if state.waiting.contains_key(&unit) {
                    state.order.push_back(unit);
                }
            }
        }
        let has_more = !state.order.is_empty();
        drop(state);
        self.done.notify_all();
        if has_more {
            self.work.notify_one();
        }
    }

    /// What could not be done waits again, since when it has waited all along, behind the others.
    fn put_back(state: &mut State, unit: &OrgUnitId, mut held: Waiting) {
        if let Some(newer) = state.waiting.remove(unit) {
            state.ages.remove(&(newer.since, unit.clone()));
            state.documents -= newer.documents.len();
            held.bytes.extend(newer.bytes);
            for (document, reason) in newer.documents {
                held.want(document, reason);
            }
        }
        state.documents += held.documents.len();
        state.ages.insert((held.since, unit.clone()));
        state.order.push_back(unit.clone());
        state.waiting.insert(unit.clone(), held);
    }

    /// Waits until none of these documents is pending, or the time is over. Gives whether they are done. Does not begin to wait
    /// where too many stand before them.
    pub(super) fn wait(&self, documents: &[DocumentId], timeout: Duration) -> bool {
        let deadline = Instant::now() + timeout;
        let mut state = self.lock();
        while documents.iter().any(|document| state.is_pending(document)) {
            let Some(left) = deadline
                .checked_duration_since(Instant::now())
                .filter(|left| !left.is_zero())
            else {
                return false;
            };
            if state.closed || state.documents > self.limits.awaited.max(documents.len()) {
                return false;
            }
            (state, _) = self
                .done
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    /// How much is pending.
    pub(super) fn backlog(&self) -> Backlog {
        self.lock().backlog(Instant::now())
    }

    /// How long the slowest of those waited that were done last; none before the first.
    pub(super) fn recent_lag(&self) -> Option<Duration> {
        self.lock().lags.iter().max().copied()
    }

    /// Lets a worker pause. Ends early when the queue is closed.
    pub(super) fn pause(&self, duration: Duration) {
        let state = self.lock();
        let paused = self.closing.wait_timeout_while(state, duration, |state| !state.closed);
        drop(paused);
    }

    /// Sends the workers home.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.work.notify_all();
        self.done.notify_all();
        self.closing.notify_all();
    }
}

#[cfg(test)]
#[path = "queue/tests.rs"]
mod tests;
