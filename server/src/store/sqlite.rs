//! The embedded engine: SQLite in WAL mode, `synchronous=FULL`, one writer that commits in groups, several readers.

mod accounts;
mod directory;
mod documents;
mod entry_queries;
mod imported;
mod ledger;
mod read_model;
mod reports;
mod settling;
mod upkeep;
mod writer;

use std::path::Path;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use rusqlite_migration::{HookError, M, Migrations};

use super::{Result, StoreError};
use writer::Writer;

/// How long one process waits for another that is writing, such as `enrolment-code` beside `serve`.
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// Reads that can run at once.
const READERS: usize = 4;

/// Pages that the writer keeps in memory, in KiB: what a group touches, and the upper parts of every tree.
const WRITER_CACHE_KIB: i64 = 16 * 1024;

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            // Not a mistake in what was asked: the disk is full or broken, or another process writes.
            Some(
                ErrorCode::DiskFull
                | ErrorCode::SystemIoFailure
                | ErrorCode::DatabaseBusy
                | ErrorCode::DatabaseLocked
                | ErrorCode::OutOfMemory
                | ErrorCode::ReadOnly
                | ErrorCode::CannotOpen,
            ) => Self::NotCommitted(error.to_string()),
            Some(_) | None => Self::Engine(Box::new(error)),
        }
    }
}

fn migrations() -> Migrations<'static> {
    Migrations::new(vec![
        M::up(include_str!("../../migrations/sqlite/0001_organisation.sql")),
        M::up(include_str!("../../migrations/sqlite/0002_documents.sql")),
        M::up(include_str!("../../migrations/sqlite/0003_read_model.sql")),
        M::up(include_str!("../../migrations/sqlite/0004_accounts.sql")),
        M::up(include_str!("../../migrations/sqlite/0005_entry_counts.sql")),
        M::up(include_str!("../../migrations/sqlite/0006_submission_rounds.sql")),
        M::up(include_str!("../../migrations/sqlite/0007_imported.sql")),
        M::up(include_str!("../../migrations/sqlite/0008_released.sql")),
        M::up_with_hook(
            include_str!("../../migrations/sqlite/0010_digests.sql"),
            |transaction| ledger::digest_all(transaction).map_err(HookError::RusqliteError),
        ),
        M::up(include_str!("../../migrations/sqlite/0011_snapshots.sql")),
        M::up(include_str!("../../migrations/sqlite/0012_rows_of_any_length.sql")),
        M::up(include_str!("../../migrations/sqlite/0013_places_when_taken.sql")),
    ])
}

/// A database in one file.
#[derive(Debug)]
pub struct SqliteStore {
    writer: Writer,
    readers: crossbeam_channel::Receiver<Connection>,
    returns: crossbeam_channel::Sender<Connection>,
}

impl SqliteStore {
    /// Opens the database in a file, made and brought up to date if need be.
    pub fn open(path: &Path) -> Result<Self> {
        let mut connection = Connection::open(path)?;
        set_up(&connection)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
        migrations()
            .to_latest(&mut connection)
            .map_err(|error| StoreError::Engine(Box::new(error)))?;
        sync_folder(path)?;
        let (returns, readers) = crossbeam_channel::bounded(READERS);
        for _ in 0..READERS {
            let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
            let reader = Connection::open_with_flags(path, flags)?;
            set_up(&reader)?;
            returns.send(reader).map_err(|_| StoreError::Stopped)?;
        }
        Ok(Self {
            writer: Writer::start(connection)?,
            readers,
            returns,
        })
    }

    /// Says what is to be done when the disk has failed in a way that leaves it unknown what stands on it. Nothing is written
    /// any more then, whatever is done; a process that serves ends, so that the next begins from what is on the disk.
    pub fn on_lost_write(&self, act: impl FnOnce() + Send + 'static) {
        self.writer.on_lost(Box::new(act));
    }

    /// Runs a piece of work in a transaction, which others that wait may share. On disk when this returns. A piece of work
    /// that fails leaves nothing behind and does not touch the others.
    pub(super) fn write<R: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<R> + Send + 'static,
    ) -> Result<R> {
        self.writer.write(work)
    }

    /// Runs a piece of work that sees one moment of the database.
    pub(super) fn read<R>(&self, work: impl FnOnce(&Connection) -> Result<R>) -> Result<R> {
        let connection = self.readers.recv().map_err(|_| StoreError::Stopped)?;
        let reader = Reader {
            connection: Some(connection),
            returns: &self.returns,
        };
        let connection = reader.connection.as_ref().ok_or(StoreError::Stopped)?;
        let transaction = connection.unchecked_transaction()?;
        let outcome = work(&transaction);
        drop(transaction);
        outcome
    }
}

/// A reader on loan. It goes back also when the work panics.
struct Reader<'a> {
    connection: Option<Connection>,
    returns: &'a crossbeam_channel::Sender<Connection>,
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(connection) = self.connection.take() {
            // Only fails when the store is going away, and the connection with it.
            let _ = self.returns.try_send(connection);
        }
    }
}

/// Has the folder on the disk with the names of the database and its log in it: a log whose name a power cut takes away takes
/// with it what was acknowledged. SQLite tries that too, and does not look whether it could.
fn sync_folder(database: &Path) -> Result<()> {
    #[cfg(unix)]
    if let Some(folder) = database.parent() {
        let folder = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let synced = std::fs::File::open(folder).and_then(|folder| folder.sync_all());
        synced.map_err(|error| StoreError::Engine(Box::new(error)))?;
    }
    Ok(())
}

fn set_up(connection: &Connection) -> Result<()> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.pragma_update(None, "foreign_keys", true)?;
    Ok(())
}

/// Text from the database as the type it should be.
fn parse<T: std::str::FromStr>(text: &str) -> Result<T>
where
    T::Err: std::fmt::Display,
{
    text.parse()
        .map_err(|error: T::Err| StoreError::Corrupt(error.to_string()))
}

/// Bytes from the database as the array they should be.
fn array<const N: usize>(bytes: &[u8]) -> Result<[u8; N]> {
    bytes
        .try_into()
        .map_err(|_| StoreError::Corrupt(format!("{} bytes where {N} should be", bytes.len())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::conformance;

    #[test]
    fn sqlite_keeps_what_every_engine_promises() {
        conformance::run(|| {
            let folder = tempfile::tempdir().unwrap();
            let store = SqliteStore::open(&folder.path().join("data.sqlite")).unwrap();
            (store, folder)
        });
    }

    #[test]
    fn sqlite_has_on_the_disk_what_it_has_said_it_has() {
        let path = |folder: &tempfile::TempDir| folder.path().join("data.sqlite");
        conformance::run_reopened(
            || tempfile::tempdir().unwrap(),
            |folder| SqliteStore::open(&path(folder)).unwrap(),
        );
    }

    #[test]
    fn what_is_committed_is_on_the_disk_and_not_only_on_its_way() {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("data.sqlite")).unwrap();
        let set = store.write(|connection| {
            let synchronous: i64 = connection.pragma_query_value(None, "synchronous", |row| row.get(0))?;
            let journal: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0))?;
            Ok((synchronous, journal))
        });
        let full = 2;
        assert_eq!(set.unwrap(), (full, "wal".to_owned()));
    }

    #[test]
    fn the_migrations_are_sound() {
        migrations().validate().unwrap();
    }
}
