//! What screens are told about work of a unit for which the phone was used before.

use serde::Serialize;

use super::Bilingual;
use crate::ids::OrgUnitId;
use crate::time::Timestamp;

/// Work of another unit that never came to the server. It stays on the phone, can be read, and goes into no other unit's
/// documents; with a code of that unit it is where it was.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct Elsewhere {
    /// Whose.
    #[ts(type = "string")]
    pub unit: OrgUnitId,
    /// What the unit is called.
    pub unit_name: String,
    /// The newest first.
    pub works: Vec<LeftWork>,
}

/// A record, a number, a text or a submission.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct LeftWork {
    /// For [`Input::DropLeft`](super::super::input::Input::DropLeft).
    pub key: String,
    /// What it is, for a person.
    pub title: Bilingual,
    /// When it was written, on this device.
    pub at: Timestamp,
    /// Why the server refused it, if it was sent.
    pub refused: Option<Bilingual>,
    /// What is typed in it.
    pub typed: Vec<TypedLine>,
}

/// A field with what is typed in it.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct TypedLine {
    /// What the field is called.
    pub label: Bilingual,
    /// What a person typed, as it would be read in the log.
    pub text: Bilingual,
}
