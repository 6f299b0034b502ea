//! What screens are told about drafts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
    /// Nothing is in it: what the server refused says nothing of its own, as a deletion does. The record says what can be done.
    pub bare: bool,
}

/// What is wrong or odd in a draft, and what will be understood.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct DraftCheck {
    /// Errors, warnings and notes, in the order of the form.
    pub findings: Vec<DraftFinding>,
    /// What each field will be understood as, when that helps: "1.250.000 đồng", "08/10/2026".
    pub understood: BTreeMap<String, Bilingual>,
    /// Amounts in words, by field.
    pub words: BTreeMap<String, Bilingual>,
    /// Names of the fields that show, given what is chosen (`show_if`).
    pub visible: Vec<String>,
}

/// One finding about a draft.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct DraftFinding {
    /// Rule id of the catalogue, or a code of its own for a field that cannot be read.
    pub rule: String,
    /// How bad.
    pub level: FindingLevel,
    /// Fields it is about, the first to go to first.
    pub fields: Vec<String>,
    /// What is wrong and what to do.
    pub message: Bilingual,
    /// For `R_DUP`: the other entry.
    pub other: Option<EntryId>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum FindingLevel {
    /// Must be put right before saving.
    Error,
    /// May be right; look again.
    Warning,
    /// Good to know.
    Note,
}
