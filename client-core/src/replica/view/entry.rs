//! What screens are told of entries.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::{Bilingual, Doing, RecordState};
use crate::ids::EntryId;
use crate::replica::input::{Draft, RawValue};
use crate::time::Timestamp;

/// Entries for a list.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct EntryList {
    /// Newest first.
    pub rows: Vec<EntryRow>,
}

/// One entry in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct EntryRow {
    /// Which.
    pub id: EntryId,
    /// Code of the activity type.
    pub type_code: String,
    /// Its day: of the activity, of the snapshot, or when the item was made.
    #[ts(type = "string")]
    pub date: Date,
    /// Its title, or the type's name.
    pub title: String,
    /// The numbers that count, ready to show, such as "58 lượt người".
    pub figures: Vec<Bilingual>,
    /// State code, for register items and threads.
    pub register_state: Option<String>,
    /// Where it stands.
    pub sync: RecordState,
    /// Fields on which two people wrote different values.
    pub conflicts: u32,
    /// The first rule it breaks, if it breaks any: what does not fit and what to do. No form saves such a record; two
    /// people's edits, each sound by itself, can come together to one.
    pub problem: Option<Bilingual>,
    /// Whether it is deleted.
    pub deleted: bool,
}

/// One entry, opened.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct EntryDetail {
    /// As in the list.
    pub row: EntryRow,
    /// Values as a form shows them.
    pub fields: BTreeMap<String, RawValue>,
    /// Values as a person reads them, by field.
    pub display: BTreeMap<String, Bilingual>,
    /// Who made it.
    pub created_by: String,
    /// When, on the device that made it.
    pub created_at: Timestamp,
    /// Where two people wrote different values.
    pub conflicts: Vec<Conflict>,
    /// The rules it breaks.
    pub problems: Vec<EntryProblem>,
    /// Who deleted it, if it is deleted.
    pub deletion: Option<Doing>,
    /// A draft that changes it, if one was begun.
    pub draft: Option<Draft>,
}

/// Two or more values for one field, written apart from each other. Both stay until a person chooses.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct Conflict {
    /// Key in the document; for [`Input::ResolveConflict`](super::input::Input::ResolveConflict).
    pub key: String,
    /// Name of the field it belongs to.
    pub field: String,
    /// What it is about within the field: the choice of several, the row and column of a table, the stage.
    pub part: Option<Bilingual>,
    /// The values, the one that now counts first.
    pub values: Vec<ConflictValue>,
}

/// One of the values in a conflict.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct ConflictValue {
    /// Number to choose it by.
    pub choice: u32,
    /// As a person reads it.
    pub display: Bilingual,
    /// Who wrote it; empty when it is not known or nobody did.
    pub person_name: String,
    /// On which device.
    pub device_name: String,
    /// Written on this device.
    pub mine: bool,
    /// When, on that device's clock; none when nobody wrote it: one of two places has nothing there.
    pub at: Option<Timestamp>,
}

/// A rule that an entry breaks as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct EntryProblem {
    /// What does not fit and what to do.
    pub message: Bilingual,
    /// The fields it is about, with who wrote each last.
    pub fields: Vec<WrittenField>,
}

/// A field with what stands in it, by whom and when.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct WrittenField {
    /// Its name.
    pub field: String,
    /// As a person reads it.
    pub display: Bilingual,
    /// Who wrote it last; empty when it is not known or nobody did.
    pub person_name: String,
    /// On which device.
    pub device_name: String,
    /// Written on this device.
    pub mine: bool,
    /// When, on that device's clock; none when nobody did.
    pub at: Option<Timestamp>,
}
