//! The writer, given work while it is held.

use std::path::{Path, PathBuf};

use rusqlite::limits::Limit;

use super::*;

/// A database with two tables and a writer that is held: what it is given waits.
struct Held {
    path: PathBuf,
    connection: Connection,
    writer: Writer,
    waiting: Receiver<Work>,
    folder: tempfile::TempDir,
}

impl Held {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("data.sqlite");
        let connection = Connection::open(&path).unwrap();
        crate::store::sqlite::set_up(&connection).unwrap();
        connection.pragma_update(None, "journal_mode", "WAL").unwrap();
        connection
            .execute_batch(
                "CREATE TABLE number (n INTEGER PRIMARY KEY);
                 CREATE TABLE child (n INTEGER REFERENCES number DEFERRABLE INITIALLY DEFERRED);",
            )
            .unwrap();
        let (queue, waiting) = channel();
        Self {
            path,
            connection,
            writer: Writer {
                queue,
                told: Arc::default(),
            },
            waiting,
            folder,
        }
    }

    fn insert(&self, number: i64) -> Receiver<Result<usize>> {
        let insert = move |connection: &Connection| Ok(connection.execute("INSERT INTO number VALUES (?1)", [number])?);
        self.writer.send(insert).unwrap()
    }

    /// Does all that waits, as the writer's thread does.
    fn run(self) -> (Connection, PathBuf, tempfile::TempDir) {
        drop(self.writer);
        assert_eq!(
            run(&self.connection, &self.waiting, &Told::default(), commit),
            Ended::Done
        );
        (self.connection, self.path, self.folder)
    }
}

/// Transactions in the write-ahead log: each ends with a frame that says how large the database is then.
fn commits(database: &Path) -> usize {
    let mut log = database.as_os_str().to_owned();
    log.push("-wal");
    let log = std::fs::read(log).unwrap();
    let word = |at: usize| u32::from_be_bytes(log[at..at + 4].try_into().unwrap());
    let page = word(8) as usize;
    let frames = (32..log.len()).step_by(24 + page);
    // What was written before the log began anew has another salt.
    frames
        .filter(|at| word(at + 8) == word(16) && word(at + 4) != 0)
        .count()
}

fn count(connection: &Connection) -> i64 {
    let counted = connection.query_row("SELECT count(*) FROM number", (), |row| row.get(0));
    counted.unwrap()
}

#[test]
fn all_that_waits_is_committed_together_and_no_more_than_a_group_at_once() {
    for (writes, transactions) in [(1, 1), (20, 1), (GROUP, 1), (GROUP + 20, 2)] {
        let held = Held::new();
        let before = commits(&held.path);
        let answers: Vec<_> = (0..writes as i64).map(|number| held.insert(number)).collect();
        let (connection, path, _folder) = held.run();
        assert_eq!(commits(&path) - before, transactions, "{writes} writes");
        assert_eq!(count(&connection), writes as i64);
        for answer in answers {
            assert_eq!(answer.recv().unwrap().unwrap(), 1);
        }
    }
}

#[test]
fn work_that_fails_or_panics_leaves_nothing_and_does_not_touch_the_others() {
    let held = Held::new();
    let first = held.insert(1);
    let again = held.insert(1);
    let panicking = held.writer.send(|connection: &Connection| -> Result<()> {
        connection.execute("INSERT INTO number VALUES (7)", ())?;
        panic!("as a test wants it")
    });
    let last = held.insert(2);
    let (connection, ..) = held.run();
    assert!(first.recv().unwrap().is_ok() && last.recv().unwrap().is_ok());
    assert!(again.recv().unwrap().is_err());
    assert!(panicking.unwrap().recv().unwrap().is_err());
    assert_eq!(count(&connection), 2);
}

#[test]
fn a_commit_that_fails_is_told_to_all_of_the_group_and_the_next_group_goes_through() {
    let held = Held::new();
    let mut group = vec![held.insert(1)];
    // Sound until the transaction ends.
    let orphan = held
        .writer
        .send(|connection: &Connection| Ok(connection.execute("INSERT INTO child VALUES (-1)", ())?));
    group.push(orphan.unwrap());
    group.extend((2..GROUP as i64).map(|number| held.insert(number)));
    let next = held.insert(1);
    let (connection, path, _folder) = held.run();
    for (number, answer) in group.into_iter().enumerate() {
        let told = answer.recv().unwrap();
        assert!(told.is_err(), "{number}: {told:?}");
    }
    assert_eq!(next.recv().unwrap().unwrap(), 1);
    assert_eq!(count(&connection), 1);
    // On the disk, too, as whoever comes next sees it.
    assert_eq!(count(&Connection::open(path).unwrap()), 1);
}

/// As SQLite tells of a failure.
fn failure(extended_code: i32) -> rusqlite::Error {
    rusqlite::Error::SqliteFailure(ffi::Error::new(extended_code), None)
}

#[test]
fn after_a_lost_fsync_nothing_is_acknowledged_and_nothing_is_written() {
    let held = Held::new();
    let group: Vec<_> = (0..GROUP as i64).map(|number| held.insert(number)).collect();
    let next = held.insert(1000);
    let Held {
        connection,
        writer,
        waiting,
        ..
    } = held;
    let ended = run(&connection, &waiting, &writer.told, |_| {
        Err(failure(ffi::SQLITE_IOERR_FSYNC))
    });
    assert_eq!(ended, Ended::Lost);
    drop(waiting);
    for answer in group {
        assert!(matches!(answer.recv().unwrap(), Err(StoreError::NotCommitted(_))));
    }
    assert!(next.recv().is_err(), "the caller is told that the writer has stopped");
    assert!(matches!(writer.write(|_| Ok(())), Err(StoreError::Stopped)));
    assert!(writer.fails());
    assert_eq!(count(&connection), 0);
}

#[test]
fn after_a_full_disk_the_next_write_goes_through() {
    let held = Held::new();
    // More than fits into one transaction.
    let group: Vec<_> = (0..GROUP as i64).map(|number| held.insert(number)).collect();
    let next = held.insert(1);
    let fails = std::cell::Cell::new(true);
    let told = Arc::clone(&held.writer.told);
    let was_told = std::cell::Cell::new(false);
    let Held {
        connection,
        writer,
        waiting,
        folder: _folder,
        ..
    } = held;
    drop(writer);
    let ended = run(&connection, &waiting, &told, |connection| {
        was_told.set(told.fails.load(Ordering::Relaxed));
        match fails.take() {
            true => Err(failure(ffi::SQLITE_FULL)),
            false => commit(connection),
        }
    });
    assert_eq!(ended, Ended::Done);
    assert!(matches!(group[0].recv().unwrap(), Err(StoreError::NotCommitted(_))));
    assert!(was_told.get(), "while the last was not committed, that is told");
    assert_eq!(next.recv().unwrap().unwrap(), 1);
    assert!(!told.fails.load(Ordering::Relaxed));
    assert_eq!(count(&connection), 1);
}

/// Pages in the log that are not in the database yet.
fn log_pages(connection: &Connection) -> i64 {
    let left = connection.query_row("PRAGMA wal_checkpoint(NOOP)", (), |row| {
        Ok(row.get::<_, i64>(1)? - row.get::<_, i64>(2)?)
    });
    left.unwrap()
}

#[test]
fn a_long_log_is_moved_into_the_database_once_nobody_waits() {
    let held = Held::new();
    held.connection.pragma_update(None, "wal_autocheckpoint", 0).unwrap();
    held.connection
        .execute_batch("CREATE TABLE large (bytes BLOB)")
        .unwrap();
    let before = std::fs::metadata(&held.path).unwrap().len();
    let large = |pages: i64| {
        move |connection: &Connection| {
            let bytes = pages * 5000;
            Ok(connection.execute("INSERT INTO large VALUES (zeroblob(?1))", [bytes])?)
        }
    };
    large(LOG_PAGES)(&held.connection).unwrap();
    assert_eq!(shorten_log(&held.connection, false), Ok(true), "somebody may wait");
    assert!(log_pages(&held.connection) >= LOG_PAGES);
    assert_eq!(shorten_log(&held.connection, true), Ok(false));
    assert_eq!(log_pages(&held.connection), 0);
    large(MOST_LOG_PAGES)(&held.connection).unwrap();
    assert_eq!(shorten_log(&held.connection, false), Ok(false), "it is too long");
    assert_eq!(log_pages(&held.connection), 0);

    let written = held.writer.send(large(LOG_PAGES)).unwrap();
    let (connection, path, _folder) = held.run();
    assert_eq!(written.recv().unwrap().unwrap(), 1);
    let moved = (LOG_PAGES * 2 + MOST_LOG_PAGES) as u64 * 5000;
    assert!(std::fs::metadata(&path).unwrap().len() > before + moved);
    assert_eq!(log_pages(&connection), 0);
}

#[test]
fn work_that_could_not_even_be_begun_is_answered() {
    let held = Held::new();
    let first = held.writer.send(|connection: &Connection| {
        // From now on a savepoint can be released and none be made.
        connection.set_limit(Limit::SQLITE_LIMIT_SQL_LENGTH, "RELEASE work".len() as i32)?;
        Ok(())
    });
    let second = held.insert(1);
    drop(held.writer);
    run(&held.connection, &held.waiting, &Told::default(), commit);
    for told in [first.unwrap().recv().unwrap().err(), second.recv().unwrap().err()] {
        assert!(matches!(told, Some(StoreError::NotCommitted(_))), "{told:?}");
    }
}
