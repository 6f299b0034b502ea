//! A server with its data folder, for one measure.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use client_core::ids::PersonId;
use client_core::time::Timestamp;
use server::store::Store;

use super::{BenchError, union};
use crate::phone::clock::Clock;
use crate::phone::network::Http;
use crate::phone::state::State;
use crate::phone::{Phone, Synced};
use crate::server_process::ServerProcess;

/// The year in which the measures play.
pub(super) const YEAR: i16 = 2025;
/// Phones are patient on their own clocks, which run ahead while they wait.
const PATIENCE: Duration = Duration::from_hours(24);
/// How often it is looked whether all is applied, or whether a database is closed.
const LOOK: Duration = Duration::from_millis(5);
/// How often it is looked at most whether a database is closed. The log of a large one is put into it first.
const MOST_LOOKS: u32 = 12_000;

/// A data folder and the server that runs on it.
pub(super) struct House {
    // In this order they are let go of.
    pub(super) server: ServerProcess,
    pub(super) store: Arc<dyn Store>,
    folder: tempfile::TempDir,
}

/// When the year begins.
pub(super) fn begin() -> Timestamp {
    Timestamp::start_of(jiff::civil::date(YEAR, 1, 1))
}

impl House {
    /// A new union with so many units, and its server.
    pub(super) fn found(units: usize) -> Result<Self, BenchError> {
        let folder = tempfile::tempdir()?;
        union::found(folder.path(), units, YEAR - 9..=YEAR, begin())?;
        Ok(Self::open(folder))
    }

    fn open(folder: tempfile::TempDir) -> Self {
        Self {
            server: ServerProcess::start(folder.path()),
            store: union::store(folder.path()),
            folder,
        }
    }

    /// Ends the server when nothing waits any more. Gives the folder.
    pub(super) fn close(self) -> Result<tempfile::TempDir, BenchError> {
        self.settle()?;
        self.server.kill();
        Ok(self.folder)
    }

    /// A server on a copy of a folder.
    pub(super) fn copied(from: &Path) -> Result<Self, BenchError> {
        Ok(Self::open(copy(from)?))
    }

    /// A phone of a person that has synced once.
    pub(super) fn phone(&self, person: &PersonId) -> Result<Phone, BenchError> {
        let mut phone = union::phone(&*self.store, person, begin())?;
        self.sync(&mut phone)?;
        Ok(phone)
    }

    /// Syncs a phone and waits until all is applied.
    pub(super) fn sync(&self, phone: &mut Phone) -> Result<Synced, BenchError> {
        let synced = sync(phone, &self.server.address)?;
        self.settle()?;
        Ok(synced)
    }

    /// Waits until nothing waits to be applied.
    pub(super) fn settle(&self) -> Result<(), BenchError> {
        settle(&*self.store)
    }
}

/// Syncs a phone with a server, or what stands before it.
pub(super) fn sync(phone: &mut Phone, address: &str) -> Result<Synced, BenchError> {
    Ok(phone.sync(&mut Http::to(address), PATIENCE)?)
}

/// Waits until nothing waits to be applied.
pub(super) fn settle(store: &dyn Store) -> Result<(), BenchError> {
    while !store.waiting_documents()?.is_empty() {
        std::thread::sleep(LOOK);
    }
    Ok(())
}

/// The same phone once more.
pub(super) fn twin(phone: &mut Phone) -> Result<Phone, BenchError> {
    let clock = Clock::Set(phone.clock().now());
    Ok(Phone::open(State::in_memory(phone.state().stored()), clock)?)
}

/// A copy of a data folder that nobody uses any more.
pub(super) fn copy(from: &Path) -> Result<tempfile::TempDir, BenchError> {
    wait_for_the_last(from)?;
    let folder = tempfile::tempdir()?;
    for file in std::fs::read_dir(from)? {
        let file: PathBuf = file?.path();
        if let Some(name) = file.file_name() {
            std::fs::copy(&file, folder.path().join(name))?;
        }
    }
    Ok(folder)
}

/// Waits until the last connection to a database has ended, which a thread of its store may still be about to do: it takes SQLite's
/// log with it.
fn wait_for_the_last(folder: &Path) -> Result<(), BenchError> {
    for _ in 0..MOST_LOOKS {
        let mut files = std::fs::read_dir(folder)?;
        let is_log = |file: &std::fs::DirEntry| file.file_name().to_string_lossy().ends_with("-wal");
        if !files.any(|file| file.is_ok_and(|file| is_log(&file))) {
            return Ok(());
        }
        std::thread::sleep(LOOK);
    }
    Err(BenchError::Wrong(
        "a database that is to be copied stays open".to_owned(),
    ))
}
