//! What screens are told about drafts.

use serde::Serialize;

use super::Bilingual;
use crate::ids::EntryId;
use crate::time::Timestamp;

/// A draft in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct DraftRow {
    /// The entry it makes or changes.
    pub entry: EntryId,
    /// Code of the activity type.
    pub type_code: String,
    /// Its title, if one is typed.
    pub title: String,
    /// When it was last kept.
    pub kept_at: Timestamp,
    /// In memory alone: there was no room on the phone.
    pub unkept: bool,
    /// Set when this draft is what the server refused.
    pub refused: Option<Bilingual>,
}
