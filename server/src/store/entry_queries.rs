//! Entries as staff look them up.

use client_core::ids::{DocumentId, EntryId, OrgUnitId};
use client_core::time::Timestamp;
use jiff::civil::Date;

use super::Result;
use super::read_model::EntryRow;

/// Which entries of a unit are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryQuery {
    /// The unit.
    pub unit: OrgUnitId,
    /// Only those whose day lies here, both ends too.
    pub days: Option<(Date, Date)>,
    /// Only those of this type.
    pub type_code: Option<String>,
    /// At most so many.
    pub limit: u32,
}

/// An entry that entered a state, and when its unit first had it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateEntered {
    /// Whose.
    pub unit: OrgUnitId,
    /// Where it counts.
    pub document: DocumentId,
    /// Which.
    pub entry: EntryId,
    /// When it was made, on its device's clock.
    pub created_at: Timestamp,
    /// Days by state, as JSON.
    pub events: String,
}

/// The verbs with which entries are looked up.
pub trait EntryQueries {
    /// Entries of a unit, deleted ones too, the newest day first.
    fn entries(&self, query: &EntryQuery) -> Result<Vec<EntryRow>>;
    /// One entry of a unit.
    fn entry(&self, unit: &OrgUnitId, entry: EntryId) -> Result<Option<EntryRow>>;
    /// The units in whose records these ids stand, deleted ones too.
    fn units_with(&self, entries: &[EntryId]) -> Result<Vec<(EntryId, OrgUnitId)>>;
    /// Entries of a type, of all units, that entered a state from the first to the last of these days. Without deleted ones; by
    /// unit, then by id.
    fn entered(&self, type_code: &str, state: &str, days: (Date, Date)) -> Result<Vec<StateEntered>>;
}
