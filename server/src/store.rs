//! What is kept, as traits in the domain's verbs, and what every engine must promise.
//!
//! An engine promises: a write is one transaction and is on disk before its verb returns; writes that wait are committed
//! together; a read sees one moment; the visible order is gapless, and nothing is seen before its place in it is taken.
//! [`conformance`] holds an engine to that.

pub mod accounts;
pub mod conformance;
pub mod directory;
pub mod documents;
pub mod entry_queries;
pub mod imported;
pub mod read_model;
pub mod sqlite;
pub mod upkeep;

pub use accounts::Accounts;
pub use directory::Directory;
pub use documents::Documents;
pub use entry_queries::EntryQueries;
pub use imported::Imports;
pub use read_model::ReadModel;
pub use upkeep::Upkeep;

/// Everything the server keeps. One object is shared by all threads.
pub trait Store:
    Accounts + Documents + Directory + EntryQueries + Imports + ReadModel + Upkeep + std::fmt::Debug + Send + Sync
{
}

impl<T> Store for T where
    T: Accounts + Documents + Directory + EntryQueries + Imports + ReadModel + Upkeep + std::fmt::Debug + Send + Sync
{
}

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The engine failed: the disk is full or broken, say. Nothing was changed.
    #[error("the database failed")]
    Engine(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The transaction that held this write was not committed. Nothing was changed.
    #[error("the write was not committed: {0}")]
    NotCommitted(String),
    /// The writer has stopped; the process must be started anew.
    #[error("the database's writer has stopped")]
    Stopped,
    /// What is stored cannot be read as what it should be.
    #[error("the database holds what it should not: {0}")]
    Corrupt(String),
    /// What was asked for contradicts what is stored, such as an id that is taken.
    #[error("{0}")]
    Conflict(String),
    /// The database has not been set up: `init` was never run.
    #[error("the database is not set up; run `so-cong-doan init` first")]
    NotInitialised,
}

/// The outcome of a verb.
pub type Result<T> = std::result::Result<T, StoreError>;
