//! What imports said, as the store keeps it: a file that says it again is told from one that says something new.

use std::collections::BTreeMap;

use client_core::ids::OrgUnitId;

use super::Result;

/// What imports said last of one record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// Whose.
    pub unit: OrgUnitId,
    /// Which of the unit's records: an entry, or a declared number.
    pub record: String,
    /// Each value as text, by its key.
    pub values: BTreeMap<String, String>,
}

/// The verbs about imports. What an import says is written by [`enter`](super::Documents::enter).
pub trait Imports {
    /// What imports said last of a record; nothing, when none named it.
    fn said(&self, unit: &OrgUnitId, record: &str) -> Result<BTreeMap<String, String>>;
}
