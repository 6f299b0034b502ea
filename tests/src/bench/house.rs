//! A server with its data folder, for one measure.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::io;
use std::path::Path;
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
/// How often it is looked whether all is applied. Looking takes the processors from who applies.
const LOOK: Duration = Duration::from_millis(100);

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

/// A copy of a data folder that nobody writes to any more. A thread of a store may still close the last connection, and takes
/// SQLite's log away with it; then what was copied is thrown away.
pub(super) fn copy(from: &Path) -> Result<tempfile::TempDir, BenchError> {
    loop {
        let folder = tempfile::tempdir()?;
        let names = names_in(from)?;
        let copied = names
            .iter()
            .try_for_each(|name| copy_file(&from.join(name), &folder.path().join(name)));
        match copied {
            Ok(()) if names_in(from)? == names => return Ok(folder),
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
    }
}

/// On the disk when this returns: writing it there is no part of what is measured next.
fn copy_file(from: &Path, to: &Path) -> io::Result<()> {
    std::fs::copy(from, to)?;
    std::fs::File::open(to)?.sync_all()
}

fn names_in(folder: &Path) -> io::Result<BTreeSet<OsString>> {
    std::fs::read_dir(folder)?
        .map(|file| file.map(|file| file.file_name()))
        .collect()
}
