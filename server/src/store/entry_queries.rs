//! Entries as staff look them up.

use client_core::ids::{EntryId, OrgUnitId};
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

/// The verbs with which entries are looked up.
pub trait EntryQueries {
    /// Entries of a unit, deleted ones too, the newest day first.
    fn entries(&self, query: &EntryQuery) -> Result<Vec<EntryRow>>;
    /// One entry of a unit.
    fn entry(&self, unit: &OrgUnitId, entry: EntryId) -> Result<Option<EntryRow>>;
}
