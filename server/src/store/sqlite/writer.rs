//! The one writer: a thread that takes all work that waits into one transaction, commits, and only then answers.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};

use rusqlite::Connection;
use tracing::error;

use crate::store::{Result, StoreError};

/// Pieces of work in one transaction. Bounds how long the first waits for the last.
const GROUP: usize = 256;

/// Answers the caller once it is known whether the transaction was committed.
type Answer = Box<dyn FnOnce(std::result::Result<(), String>) + Send>;

/// Does its work, if a transaction could be begun, and says whether it is to be kept.
type Work = Box<dyn FnOnce(Option<&Connection>) -> (bool, Answer) + Send>;

/// The door to the writing thread.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Sender<Work>,
}

impl Writer {
    /// Starts the thread. It ends when the last door to it is gone.
    pub(super) fn start(connection: Connection) -> Result<Self> {
        let (queue, waiting) = channel();
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || run(&connection, &waiting))
            .map_err(|error| StoreError::Engine(Box::new(error)))?;
        Ok(Self { queue })
    }

    pub(super) fn write<R: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.send(work)?.recv().map_err(|_| StoreError::Stopped)?
    }

    /// Puts work in line. Its outcome comes when it is known whether it was committed.
    fn send<R: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<R> + Send + 'static,
    ) -> Result<Receiver<Result<R>>> {
        let (answers, answer) = sync_channel(1);
        let work: Work = Box::new(move |connection| {
            let outcome = match connection {
                // A panic in one piece of work must not take the writer down, nor those that share the transaction.
                Some(connection) => catch_unwind(AssertUnwindSafe(|| work(connection)))
                    .unwrap_or_else(|_| Err(StoreError::NotCommitted("the work panicked".to_owned()))),
                None => Err(StoreError::NotCommitted("no transaction could be begun".to_owned())),
            };
            let keep = outcome.is_ok();
            let tell: Answer = Box::new(move |committed| {
                let outcome = committed.map_err(StoreError::NotCommitted).and(outcome);
                // A caller that went away meanwhile does not want to know.
                let _ = answers.send(outcome);
            });
            (keep, tell)
        });
        self.queue.send(work).map_err(|_| StoreError::Stopped)?;
        Ok(answer)
    }
}

fn run(connection: &Connection, waiting: &Receiver<Work>) {
    while let Ok(first) = waiting.recv() {
        let mut answers = Vec::new();
        let committed = group(connection, first, waiting, &mut answers);
        if let Err(failure) = &committed {
            error!("Could not commit a group of {} writes: {failure}", answers.len());
            if !connection.is_autocommit() {
                let _ = connection.execute_batch("ROLLBACK"); // What failed was told; a second failure says no more.
            }
        }
        let committed = committed.map_err(|failure| failure.to_string());
        for answer in answers {
            answer(committed.clone());
        }
    }
}

fn group(
    connection: &Connection,
    first: Work,
    waiting: &Receiver<Work>,
    answers: &mut Vec<Answer>,
) -> rusqlite::Result<()> {
    if let Err(failure) = connection.execute_batch("BEGIN IMMEDIATE") {
        answers.push(first(None).1);
        return Err(failure);
    }
    let mut next = Some(first);
    while let Some(work) = next {
        connection.execute_batch("SAVEPOINT work")?;
        let (keep, answer) = work(Some(connection));
        answers.push(answer);
        connection.execute_batch(if keep {
            "RELEASE work"
        } else {
            "ROLLBACK TO work; RELEASE work"
        })?;
        next = if answers.len() < GROUP {
            waiting.try_recv().ok()
        } else {
            None
        };
    }
    connection.execute_batch("COMMIT")
}

#[cfg(test)]
#[path = "writer/tests.rs"]
mod tests;
