//! Takes in units, people, periods, entries and declared numbers from one JSON file: all or nothing, errors by path.
//!
//! What the file says goes through the same reading, the same rules and the same edits of documents as what an officer
//! types. Importing a file again changes nothing, also where people corrected since what it says. The format: `docs/IMPORT.md`.

mod again;
mod declarations;
mod directory;
mod entries;
mod format;

use std::fmt;

use client_core::ids::Actor;
use client_core::time::Timestamp;

use crate::store::documents::Entered;
use crate::store::{Store, StoreError};
use crate::workspace::{Workspace, WorkspaceError};

/// Something wrong or odd in the file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// Such as `$.entries[3].fields.participants`.
    pub path: String,
    /// What is wrong and what to do.
    pub message: String,
}

impl Remark {
    fn new(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Remark {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.path, self.message)
    }
}

/// How many errors, in words.
fn counted(errors: usize) -> String {
    match errors {
        1 => "1 error".to_owned(),
        more => format!("{more} errors"),
    }
}

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file says something that cannot be. Every error is named.
    #[error("{}; nothing was imported", counted(.0.len()))]
    Refused(Vec<Remark>),
    /// The store or the schema refused.
    #[error("nothing was imported")]
    Failed(#[from] WorkspaceError),
}

impl From<StoreError> for ImportError {
    fn from(error: StoreError) -> Self {
        Self::Failed(error.into())
    }
}

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Imported {
    /// New units, people and new or changed periods.
    pub directory: usize,
    /// Entries and declared numbers that were made or changed.
    pub records: usize,
    /// Values that people corrected since an import said them, and that the file says as before: they stay.
    pub corrected: usize,
    /// Entries of the file that were deleted: they stay so.
    pub deleted: usize,
    /// Values that the file says anew and that people wrote differently: they stay until a person chooses.
    pub undecided: usize,
    /// What is odd and was taken in nevertheless.
    pub warnings: Vec<Remark>,
}

/// Errors named in one answer; more help nobody.
const MOST_ERRORS: usize = 200;

/// Imports a file.
pub fn import(store: &dyn Store, json: &[u8], now: Timestamp) -> Result<Imported, ImportError> {
    let (entered, imported) = prepare(store, json, now)?;
    store.enter(entered)?;
    Ok(imported)
}

/// Reads a file and makes what is to be entered, without entering it.
fn prepare(store: &dyn Store, json: &[u8], now: Timestamp) -> Result<(Entered, Imported), ImportError> {
    let file = format::read(json).map_err(|remark| ImportError::Refused(vec![remark]))?;
    let organisation = store.organisation(now.date())?;
    let mut errors = Vec::new();
    let directory = directory::edits(&file, &organisation, now, &mut errors);
    let after = organisation.with(&directory);
    let mut workspace = Workspace::new(store);
    let actor = Actor {
        device: store.installation()?.server_device,
        incarnation: 0,
    };
    let mut taking = entries::Taking {
        store,
        workspace: &mut workspace,
        organisation: &after,
        actor,
        now,
        rng: fastrand::Rng::with_seed(now.0 as u64),
        errors,
        warnings: Vec::new(),
        records: 0,
        corrected: 0,
        deleted: 0,
        undecided: 0,
        said: Vec::new(),
    };
    taking.entries(&file.entries)?;
    taking.declarations(&file.declarations)?;
    let imported = Imported {
        directory: directory.len(),
        records: taking.records,
        corrected: taking.corrected,
        deleted: taking.deleted,
        undecided: taking.undecided,
        warnings: taking.warnings,
    };
    let (mut errors, said) = (taking.errors, taking.said);
    if !errors.is_empty() {
        errors.truncate(MOST_ERRORS);
        return Err(ImportError::Refused(errors));
    }
    let entered = workspace.finish(directory, &organisation, now)?;
    Ok((Entered { said, ..entered }, imported))
}
