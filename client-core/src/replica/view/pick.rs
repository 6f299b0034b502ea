//! What screens are told of the kinds of record that a unit may make.

use jiff::civil::Date;
use serde::Serialize;

use crate::ids::EntryId;

/// The kinds of record, for whoever is about to make one.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct TypeList {
    /// Codes of those that the unit makes most, the likeliest first.
    pub often: Vec<String>,
    /// All that a form makes, in the plan's order.
    pub types: Vec<TypeRow>,
}

/// One kind of record.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct TypeRow {
    /// Code of the activity type.
    pub code: &'static str,
    /// The plan means units of this tier and sector. What it means others for can be recorded all the same.
    pub asked: bool,
    /// The unit's newest record of the type.
    pub last: Option<LastRecord>,
}

/// The newest record of a type.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct LastRecord {
    /// Which.
    pub entry: EntryId,
    /// What it is called.
    pub title: String,
    /// Its day.
    #[ts(type = "string")]
    pub date: Date,
}
