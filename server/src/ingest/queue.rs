//! Documents that wait to be applied, by unit: one unit is in one worker's hands at a time.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use client_core::ids::{DocumentId, OrgUnitId};

/// Why a document is in the queue. The stronger reason counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Changes may have arrived.
    Arrived,
    /// Its rows are to be made anew, whether anything has arrived or not.
    Refresh,
}

type Wanted = BTreeMap<DocumentId, Reason>;

/// A unit with the documents that are to be worked on.
pub(super) type Job = (OrgUnitId, Wanted);

#[derive(Debug, Default)]
struct State {
    /// Units whose turn will come, in the order they came. Those in hand are not here.
    order: VecDeque<OrgUnitId>,
    waiting: HashMap<OrgUnitId, Wanted>,
    in_hand: HashMap<OrgUnitId, Wanted>,
    closed: bool,
}

impl State {
    fn is_pending(&self, document: &DocumentId) -> bool {
        let holds = |units: &HashMap<OrgUnitId, Wanted>| {
            units
                .get(document.unit())
                .is_some_and(|documents| documents.contains_key(document))
        };
        holds(&self.waiting) || holds(&self.in_hand)
    }

    fn add(&mut self, document: DocumentId, reason: Reason) {
        let unit = document.unit().clone();
        let documents = self.waiting.entry(unit.clone()).or_default();
        if documents.is_empty() && !self.in_hand.contains_key(&unit) {
            self.order.push_back(unit);
        }
        let standing = documents.entry(document).or_insert(reason);
        *standing = reason.max(*standing);
    }
}

/// The queue between *receive* and *apply*.
#[derive(Debug, Default)]
pub(super) struct Queue {
    state: Mutex<State>,
    moved: Condvar,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds documents. One that waits already waits once.
    pub(super) fn add(&self, documents: impl IntoIterator<Item = DocumentId>, reason: Reason) {
        let mut state = self.lock();
        for document in documents {
            state.add(document, reason);
        }
        drop(state);
        self.moved.notify_all();
    }

    /// The next units, at most so many, once there are any. None when the queue is closed.
    pub(super) fn take(&self, most: usize) -> Option<Vec<Job>> {
        let mut state = self.lock();
        loop {
            if state.closed {
                return None;
            }
            let jobs = Self::pick(&mut state, most);
            if !jobs.is_empty() {
                return Some(jobs);
            }
            state = self.moved.wait(state).unwrap_or_else(PoisonError::into_inner);
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
            if let Some(documents) = state.waiting.remove(&unit) {
                state.in_hand.insert(unit.clone(), documents.clone());
                jobs.push((unit, documents));
            }
        }
        jobs
    }

    /// Hands units back: done, or to be done again.
    pub(super) fn give_back(&self, jobs: Vec<Job>, again: bool) {
        let mut state = self.lock();
        for (unit, documents) in jobs {
            state.in_hand.remove(&unit);
            if again {
                let waiting = state.waiting.entry(unit.clone()).or_default();
                for (document, reason) in documents {
                    let standing = waiting.entry(document).or_insert(reason);
                    *standing = reason.max(*standing);
                }
            }
            if state.waiting.contains_key(&unit) {
                state.order.push_back(unit);
            }
        }
        drop(state);
        self.moved.notify_all();
    }

    /// Waits until none of these documents is pending, or the time is over. Gives whether they are done.
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
            if state.closed {
                return false;
            }
            (state, _) = self
                .moved
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    /// How many documents are pending.
    pub(super) fn len(&self) -> usize {
        let state = self.lock();
        let count = |units: &HashMap<OrgUnitId, Wanted>| units.values().map(BTreeMap::len).sum::<usize>();
        count(&state.waiting) + count(&state.in_hand)
    }

    /// Lets a worker pause. Ends early when the queue is closed.
    pub(super) fn pause(&self, duration: Duration) {
        let state = self.lock();
        let paused = self.moved.wait_timeout_while(state, duration, |state| !state.closed);
        drop(paused);
    }

    /// Sends the workers home.
    pub(super) fn close(&self) {
        self.lock().closed = true;
        self.moved.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn document(text: &str) -> DocumentId {
        text.parse().unwrap()
    }

    #[test]
    fn a_unit_is_in_one_hand_at_a_time() {
        let queue = Queue::default();
        queue.add(
            [document("log/A/2026"), document("log/A/2026"), document("log/B/2026")],
            Reason::Arrived,
        );
        let first = queue.try_take(1);
        assert_eq!(first[0].0.as_str(), "A");
        queue.add([document("register/A")], Reason::Refresh);
        let second = queue.try_take(10);
        assert_eq!(second.len(), 1, "only B: A is in hand");
        queue.give_back(first, false);
        let third = queue.try_take(10);
        assert_eq!(third[0].1, BTreeMap::from([(document("register/A"), Reason::Refresh)]));
        assert_eq!(queue.len(), 2);
    }

    #[test]
    fn waiting_ends_when_the_documents_are_done() {
        let queue = Queue::default();
        let log = &[document("log/A/2026")];
        assert!(queue.wait(log, Duration::ZERO));
        queue.add(log.clone(), Reason::Arrived);
        assert!(!queue.wait(log, Duration::ZERO));
        let jobs = queue.try_take(1);
        assert!(!queue.wait(log, Duration::ZERO));
        queue.give_back(jobs, true);
        assert!(!queue.wait(log, Duration::ZERO), "it is to be done again");
        let jobs = queue.try_take(1);
        queue.give_back(jobs, false);
        assert!(queue.wait(log, Duration::ZERO));
    }
}
