//! The one writer: a thread that takes all work that waits into one transaction, commits, and only then answers.
//!
//! After a failed fsync nobody knows what is on the disk: the system may have thrown the pages away and call the next fsync a
//! success. The writer then answers that nothing was committed, says so to whoever asked to be told, and ends for good.
//!
//! What the write-ahead log holds is moved into the database here, after the answers have left. SQLite would do so within a
//! commit, keep the answers waiting, and tell nobody when it failed.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ffi};
use tracing::error;

use crate::store::{Result, StoreError};

/// Pieces of work in one transaction. Bounds how long the first waits for the last.
const GROUP: usize = 256;

/// Pages in the write-ahead log that are worth moving into the database: 16 MiB. What is written often, such as the upper parts
/// of a tree, is moved once for many times.
const LOG_PAGES: i64 = 4000;

/// Pages with which it is not waited for a quiet moment any more: 256 MiB. Phones wait while they are moved.
const MOST_LOG_PAGES: i64 = 64_000;

/// Nobody wants anything written for this long: a quiet moment.
const QUIET: Duration = Duration::from_millis(20);

/// Answers the caller once it is known whether the transaction was committed.
type Answer = Box<dyn FnOnce(std::result::Result<(), String>) + Send>;

/// Does its work, if a transaction could be begun, and says whether it is to be kept.
type Work = Box<dyn FnOnce(Option<&Connection>) -> (bool, Answer) + Send>;

/// What is to be done when a write to the disk is lost.
type OnLost = Box<dyn FnOnce() + Send>;

/// The door to the writing thread.
pub(super) struct Writer {
    queue: Sender<Work>,
    told: Arc<Told>,
}

/// What the thread and those outside tell each other.
#[derive(Default)]
struct Told {
    on_lost: Mutex<Option<OnLost>>,
    /// The last transaction was not committed.
    fails: AtomicBool,
}

impl fmt::Debug for Writer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Writer").finish_non_exhaustive()
    }
}

impl Writer {
    /// Starts the thread. It ends when the last door to it is gone.
    pub(super) fn start(connection: Connection) -> Result<Self> {
        let (queue, waiting) = channel();
        connection.pragma_update(None, "wal_autocheckpoint", 0)?;
        let told = Arc::<Told>::default();
        let tells = Arc::clone(&told);
        std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                if run(&connection, &waiting, &tells, commit) == Ended::Lost {
                    // Work that waits is told that the writer has stopped.
                    drop(waiting);
                    let on_lost = tells.on_lost.lock().unwrap_or_else(PoisonError::into_inner).take();
                    if let Some(on_lost) = on_lost {
                        on_lost();
                    }
                }
            })
            .map_err(|error| StoreError::Engine(Box::new(error)))?;
        Ok(Self { queue, told })
    }

    /// Says what is to be done once a write to the disk is lost and nothing is written any more.
    pub(super) fn on_lost(&self, act: OnLost) {
        *self.told.on_lost.lock().unwrap_or_else(PoisonError::into_inner) = Some(act);
    }

    /// Whether the last transaction was not committed.
    pub(super) fn fails(&self) -> bool {
        self.told.fails.load(Ordering::Relaxed)
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
                // What it came to itself tells more than that its group was not committed, which may be its doing.
                let outcome = outcome.and_then(|done| committed.map_err(StoreError::NotCommitted).map(|()| done));
                // A caller that went away meanwhile does not want to know.
                let _ = answers.send(outcome);
            });
            (keep, tell)
        });
        self.queue.send(work).map_err(|_| StoreError::Stopped)?;
        Ok(answer)
    }
}

/// Why the writer ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// Nobody has work for it any more.
    Done,
    /// What it wrote may be lost.
    Lost,
}

fn run(
    connection: &Connection,
    waiting: &Receiver<Work>,
    told: &Told,
    commit: impl Fn(&Connection) -> rusqlite::Result<()>,
) -> Ended {
    // Whether the log may be worth moving once it is quiet: whoever wrote last may have left much in it.
    let mut is_long = true;
    loop {
        let first = match is_long {
            true => waiting.recv_timeout(QUIET),
            false => waiting.recv().map_err(RecvTimeoutError::from),
        };
        let is_quiet = first.is_err();
        let is_done = matches!(first, Err(RecvTimeoutError::Disconnected));
        let mut has_lost = first.is_ok_and(|first| write(connection, first, waiting, told, &commit));
        is_long = shorten_log(connection, is_quiet).unwrap_or_else(|failure| {
            // Nothing is missing: the log keeps what it holds, and the next group finds it as long.
            error!("Could not move what the log holds into the database: {failure}");
            has_lost |= is_lost(&failure);
            false
        });
        if has_lost {
            error!("A write to the disk failed and cannot be trusted any more: nothing is written from now on");
            return Ended::Lost;
        }
        if is_done {
            return Ended::Done;
        }
    }
}

/// Writes what waits and answers. Whether it is unknown now what is on the disk.
fn write(
    connection: &Connection,
    first: Work,
    waiting: &Receiver<Work>,
    told: &Told,
    commit: impl Fn(&Connection) -> rusqlite::Result<()>,
) -> bool {
    let mut answers = Vec::new();
    let committed = group(connection, first, waiting, &mut answers).and_then(|()| commit(connection));
    if let Err(failure) = &committed {
        error!("Could not commit a group of {} writes: {failure}", answers.len());
        if !connection.is_autocommit() {
            let _ = connection.execute_batch("ROLLBACK"); // What failed was told; a second failure says no more.
        }
    }
    let has_lost = committed.as_ref().is_err_and(is_lost);
    told.fails.store(committed.is_err(), Ordering::Relaxed);
    let committed = committed.map_err(|failure| failure.to_string());
    for answer in answers {
        answer(committed.clone());
    }
    has_lost
}

/// Whether a failure leaves it unknown what is on the disk.
fn is_lost(failure: &rusqlite::Error) -> bool {
    failure.sqlite_error().is_some_and(|failure| {
        matches!(
            failure.extended_code,
            ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC
        )
    })
}

fn commit(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch("COMMIT")
}

/// Moves what the log holds into the database, if it is long and nobody waits meanwhile, or if it is too long. Whether it is long
/// still.
fn shorten_log(connection: &Connection, is_quiet: bool) -> rusqlite::Result<bool> {
    let pages = |mode| {
        let mut checkpoint = connection.prepare_cached(mode)?;
        checkpoint.query_row((), |row| Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?))
    };
    let length = pages("PRAGMA wal_checkpoint(NOOP)")?;
    if length >= MOST_LOG_PAGES || (is_quiet && length >= LOG_PAGES) {
        // Somebody who reads may hold a part of it; it is moved later.
        pages("PRAGMA wal_checkpoint(PASSIVE)")?;
        return Ok(false);
    }
    Ok(length >= LOG_PAGES)
}

/// Does the work that waits inside a transaction that is begun here. On a failure each piece of work that was taken has left
/// its answer, too.
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
        if let Err(failure) = connection.execute_batch("SAVEPOINT work") {
            answers.push(work(None).1);
            return Err(failure);
        }
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
    Ok(())
}

#[cfg(test)]
#[path = "writer/tests.rs"]
mod tests;
