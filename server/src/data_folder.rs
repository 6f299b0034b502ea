//! The folder of the database: made by `init` alone, and in the hands of one process that writes documents and rows.
//!
//! Commands that read, and those that touch only accounts, run beside a server; `docs/decisions/0051` says why the others do
//! not.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

/// The file of the database.
const DATABASE: &str = "so-cong-doan.sqlite3";
/// The file that whoever writes holds a lock on. The system lets go of it however the process ends.
const LOCK: &str = "so-cong-doan.lock";

/// Why a folder cannot be worked in.
#[derive(Debug, thiserror::Error)]
pub enum DataFolderError {
    /// Nothing was set up there: the path may be mistyped.
    #[error(
        "there is no database in the folder {folder}; look at --data, or set one up with \
         `so-cong-doan init --data {folder}`", folder = .0.display()
    )]
    NoDatabase(PathBuf),
    /// Another process writes there.
    #[error(
        "the folder {} is in use by a server, or by an import, rebuild or init that is still running; stop it first",
        .0.display()
    )]
    InUse(PathBuf),
    /// The disk does not let us.
    #[error("could not use the folder {folder}", folder = .folder.display())]
    Disk {
        /// The folder.
        folder: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// A folder in which there is a database, or will be.
#[derive(Debug)]
pub struct DataFolder {
    folder: PathBuf,
}

/// A folder that no other process writes in until this is dropped.
#[derive(Debug)]
pub struct Hold {
    // Closing the file ends the lock.
    _lock: File,
}

impl DataFolder {
    /// A folder in which a database was set up.
    pub fn existing(folder: &Path) -> Result<Self, DataFolderError> {
        let found = Self {
            folder: folder.to_owned(),
        };
        match found.database().try_exists() {
            Ok(true) => Ok(found),
            Ok(false) => Err(DataFolderError::NoDatabase(found.folder)),
            Err(source) => Err(found.disk(source)),
        }
    }

    /// A folder for a new database, made if it is not there.
    pub fn make(folder: &Path) -> Result<Self, DataFolderError> {
        let made = Self {
            folder: folder.to_owned(),
        };
        fs::create_dir_all(folder).map_err(|source| made.disk(source))?;
        Ok(made)
    }

    /// The file of the database.
    pub fn database(&self) -> PathBuf {
        self.folder.join(DATABASE)
    }

    /// Keeps other processes that write away.
    pub fn hold(&self) -> Result<Hold, DataFolderError> {
        let path = self.folder.join(LOCK);
        let opened = File::options().create(true).truncate(false).write(true).open(path);
        let lock = opened.map_err(|source| self.disk(source))?;
        match lock.try_lock() {
            Ok(()) => Ok(Hold { _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(DataFolderError::InUse(self.folder.clone())),
            Err(TryLockError::Error(source)) => Err(self.disk(source)),
        }
    }

    fn disk(&self, source: io::Error) -> DataFolderError {
        DataFolderError::Disk {
            folder: self.folder.clone(),
            source,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_making_makes_a_folder() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("mistyped");
        let error = DataFolder::existing(&folder).unwrap_err();
        assert!(matches!(error, DataFolderError::NoDatabase(_)), "{error}");
        assert!(!folder.exists());
        DataFolder::make(&folder).unwrap();
        assert!(folder.is_dir());
        // Without a database it is none to work in.
        assert!(DataFolder::existing(&folder).is_err());
    }

    #[test]
    fn one_holds_a_folder_at_a_time() {
        let parent = tempfile::tempdir().unwrap();
        let folder = DataFolder::make(parent.path()).unwrap();
        let hold = folder.hold().unwrap();
        let error = folder.hold().unwrap_err();
        assert!(matches!(error, DataFolderError::InUse(_)));
        assert!(error.to_string().contains(&parent.path().display().to_string()));
        drop(hold);
        folder.hold().unwrap();
    }
}
