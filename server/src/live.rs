//! What has just changed, for those who watch: a short memory and everyone who listens.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use client_core::ids::OrgUnitId;
use client_core::model::period::ReportingPeriod;
use client_core::time::Timestamp;
use tokio::sync::broadcast;

use crate::secret::{self, SecretHash};

/// Changes that are remembered for a listener who was away for a moment.
const REMEMBERED: usize = 256;

/// Signals that a slow listener may lag behind before it is told to read everything anew.
const BACKLOG: usize = 256;

/// Work of one unit was merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// The unit.
    pub unit: OrgUnitId,
    /// Periods whose figures may have moved.
    pub periods: Vec<ReportingPeriod>,
    /// How many changes were applied.
    pub changes: usize,
    /// When, on the server's clock.
    pub at: Timestamp,
}

/// A change with its place in the order in which they were told.
pub type Numbered = (u64, Arc<Changed>);

/// What a listener is told.
#[derive(Debug, Clone)]
pub enum Signal {
    /// Something changed.
    Changed(Numbered),
    /// This session is over.
    Closed(SecretHash),
    /// The server stops.
    Stopping,
}

/// What a new listener begins with.
#[derive(Debug)]
pub struct Listening {
    /// What it missed, oldest first; none when that is not known any more and it must read everything anew.
    pub missed: Option<Vec<Numbered>>,
    /// What comes.
    pub signals: broadcast::Receiver<Signal>,
}

#[derive(Debug, Default)]
struct Memory {
    last: u64,
    recent: VecDeque<Numbered>,
    stopped: bool,
}

/// The switchboard.
#[derive(Debug)]
pub struct Live {
    /// Tells this run of the server from others: the numbers begin anew with each.
    run: String,
    memory: Mutex<Memory>,
    sender: broadcast::Sender<Signal>,
}

impl Default for Live {
    fn default() -> Self {
        Self {
            run: secret::new_request_id().unwrap_or_default(),
            memory: Mutex::default(),
            sender: broadcast::channel(BACKLOG).0,
        }
    }
}

impl Live {
    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The name of a place in the order, as listeners give it back.
    pub fn id(&self, number: u64) -> String {
        format!("{}-{number}", self.run)
    }

    /// Tells everyone that something changed.
    pub fn publish(&self, changed: Changed) {
        let mut memory = self.memory();
        memory.last += 1;
        let numbered = (memory.last, Arc::new(changed));
        if memory.recent.len() == REMEMBERED {
            memory.recent.pop_front();
        }
        memory.recent.push_back(numbered.clone());
        // Sent under the lock, so that a listener who begins now hears each change once. Nobody may be listening.
        let _ = self.sender.send(Signal::Changed(numbered));
    }

    /// Ends what listens under a session.
    pub fn close(&self, session: SecretHash) {
        let _ = self.sender.send(Signal::Closed(session));
    }

    /// Ends everything that listens, now and later.
    pub fn stop(&self) {
        let mut memory = self.memory();
        memory.stopped = true;
        let _ = self.sender.send(Signal::Stopping);
    }

    /// Begins to listen, after the place that was last heard of, if any. None when the server stops.
    pub fn listen(&self, after: Option<&str>) -> Option<Listening> {
        let memory = self.memory();
        let missed = match after {
            None => Some(Vec::new()),
            Some(id) => self.number(id).and_then(|after| {
                let oldest = memory.recent.front().map_or(memory.last + 1, |(number, _)| *number);
                let is_known = after <= memory.last && after + 1 >= oldest;
                is_known.then(|| {
                    memory
                        .recent
                        .iter()
                        .filter(|(number, _)| *number > after)
                        .cloned()
                        .collect()
                })
            }),
        };
        (!memory.stopped).then(|| Listening {
            missed,
            signals: self.sender.subscribe(),
        })
    }

    fn number(&self, id: &str) -> Option<u64> {
        let (run, number) = id.rsplit_once('-')?;
        (run == self.run).then(|| number.parse().ok())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(changes: usize) -> Changed {
        Changed {
            unit: "A".parse().unwrap(),
            periods: Vec::new(),
            changes,
            at: Timestamp(0),
        }
    }

    fn missed(live: &Live, after: &str) -> Option<Vec<usize>> {
        let missed = live.listen(Some(after)).unwrap().missed?;
        Some(missed.into_iter().map(|(_, changed)| changed.changes).collect())
    }

    #[test]
    fn a_listener_who_comes_back_hears_what_was_missed() {
        let live = Live::default();
        for changes in 1..=3 {
            live.publish(changed(changes));
        }
        assert_eq!(missed(&live, &live.id(1)), Some(vec![2, 3]));
        assert_eq!(missed(&live, &live.id(3)), Some(vec![]));
        assert_eq!(live.listen(None).unwrap().missed.unwrap().len(), 0);
    }

    #[test]
    fn a_listener_who_was_away_too_long_is_told_so() {
        let live = Live::default();
        assert_eq!(missed(&live, "another-run-1"), None);
        assert_eq!(missed(&live, &live.id(1)), None, "not yet told");
        for changes in 0..=REMEMBERED + 1 {
            live.publish(changed(changes));
        }
        assert_eq!(missed(&live, &live.id(1)), None);
        assert_eq!(missed(&live, &live.id(2)).unwrap().len(), REMEMBERED);
    }

    #[test]
    fn nobody_listens_to_a_server_that_stops() {
        let live = Live::default();
        let mut listening = live.listen(None).unwrap();
        live.stop();
        assert!(matches!(listening.signals.try_recv(), Ok(Signal::Stopping)));
        assert!(live.listen(None).is_none());
    }
}
