//! An officer with a phone who records and syncs without pause, whatever the server says.

use std::collections::BTreeMap;
use std::sync::mpsc::Sender;

use client_core::ids::{ChangeHash, DocumentId, EntryId};
use jiff::civil::date;
use system_tests::device::{Device, talk};
use system_tests::server_process::{Exchange, Line, Refusal};

use crate::ledger::Named;

/// Connections in a row that cannot be made before the officer takes the server for gone.
const MOST_BROKEN: usize = 2;

/// A person with a device.
#[derive(Debug)]
pub(crate) struct Officer {
    pub(crate) device: Device,
    pub(crate) token: String,
    documents: Vec<DocumentId>,
    entries: Vec<(DocumentId, EntryId)>,
    participants: i64,
    rng: fastrand::Rng,
}

/// What an officer has seen in a while.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(crate) acknowledged: Vec<Named>,
    /// Answers by what they said.
    pub(crate) answers: BTreeMap<String, u64>,
    /// What no honest server says.
    pub(crate) dishonest: Vec<String>,
}

impl Officer {
    pub(crate) fn new(device: Device, token: String, documents: &[&str], rng: fastrand::Rng) -> Self {
        Self {
            device,
            token,
            documents: documents.iter().map(|id| id.parse().unwrap()).collect(),
            entries: Vec::new(),
            participants: 0,
            rng,
        }
    }

    /// Records and syncs, so many times at most or until the server is gone. Tells of each exchange when it is over.
    pub(crate) fn work(&mut self, line: &Line, exchanges: usize, over: &Sender<()>) -> Seen {
        let mut seen = Seen::default();
        let mut broken = 0;
        for _ in 0..exchanges {
            for _ in 0..self.rng.usize(0..4) {
                self.record();
            }
            broken = if self.exchange(line, &mut seen) { 0 } else { broken + 1 };
            // Whoever counts may have counted enough.
            let _ = over.send(());
            if broken == MOST_BROKEN {
                break;
            }
        }
        seen
    }

    /// Syncs until nothing waits any more, but no more than so many times. Gives whether that was reached.
    pub(crate) fn catch_up(&mut self, line: &Line, exchanges: usize, seen: &mut Seen) -> bool {
        (0..exchanges).any(|_| self.exchange(line, seen) && self.device.unsent.is_empty())
    }

    /// Records and syncs until that is refused, but no more than so many times. Gives the refusal.
    pub(crate) fn work_until_refused(&mut self, line: &Line, exchanges: usize) -> Option<Refusal> {
        (0..exchanges).find_map(|_| {
            self.record();
            match line.exchange(&mut self.device, &self.token) {
                Exchange::Refused(refusal) => Some(refusal),
                Exchange::Answered { .. } | Exchange::Broken => None,
            }
        })
    }

    /// Makes a record, or changes one of those it has made.
    fn record(&mut self) {
        self.participants += 1;
        let day = date(2026, 1, 1 + self.rng.i8(0..28));
        if self.rng.bool()
            && let Some((document, entry)) = self.rng.choice(&self.entries).cloned()
        {
            self.device.save(&document, &talk(entry, day, self.participants));
            return;
        }
        let document = self.rng.choice(&self.documents).unwrap().clone();
        let entry = self.device.log_talk(&document, day, self.participants);
        self.entries.push((document, entry));
    }

    /// One exchange. Gives whether it was answered, be it by a refusal.
    fn exchange(&mut self, line: &Line, seen: &mut Seen) -> bool {
        let sent = self.unsent();
        let outcome = line.exchange(&mut self.device, &self.token);
        let (answer, is_answered) = match outcome {
            Exchange::Answered { frames, whole } => {
                let refused: usize = frames
                    .iter()
                    .flat_map(|frame| &frame.fates)
                    .map(|fate| fate.refused.len())
                    .sum();
                if refused > 0 {
                    seen.dishonest.push(format!("{refused} sound changes were refused"));
                }
                if !self.device.set_aside.is_empty() {
                    seen.dishonest.push(format!("set aside: {:?}", self.device.set_aside));
                }
                let kept = self.unsent();
                seen.acknowledged
                    .extend(sent.into_iter().filter(|named| !kept.contains(named)));
                (if whole { "200" } else { "200, cut off" }.to_owned(), true)
            }
            Exchange::Refused(refusal) => {
                if !is_honest(&refusal) {
                    seen.dishonest.push(format!("{refusal:?}"));
                }
                (format!("{} {}", refusal.status, refusal.code), true)
            }
            Exchange::Broken => ("none".to_owned(), false),
        };
        *seen.answers.entry(answer).or_default() += 1;
        is_answered
    }

    fn unsent(&self) -> Vec<(DocumentId, ChangeHash)> {
        let unsent = self.device.unsent.iter();
        unsent
            .map(|(document, change)| (document.clone(), change.hash()))
            .collect()
    }
}

/// A server whose disk fails says that nothing was written, or that it has too much to do, and when to come back.
fn is_honest(refusal: &Refusal) -> bool {
    let is_known = match refusal.status {
        503 => matches!(refusal.code.as_str(), "not_written" | "busy"),
        429 => refusal.code == "too_much_waiting",
        _ => false,
    };
    is_known && refusal.retry_after.is_some()
}
