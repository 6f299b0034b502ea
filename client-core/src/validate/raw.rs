//! What stands in a form, and why it cannot be taken.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::text::Bilingual;

/// A field as it stands in a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(untagged)]
pub enum RawValue {
    /// Text as typed; prose has its line breaks; yes and no are `true` and `false`; empty means no value.
    Text(String),
    /// Codes chosen, or lines of a list.
    List(Vec<String>),
    /// Rows of a table: text by column.
    Rows(Vec<BTreeMap<String, String>>),
}

impl RawValue {
    /// Whether nothing stands there.
    pub fn is_blank(&self) -> bool {
        match self {
            Self::Text(text) => text.trim().is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Rows(rows) => rows.iter().all(|row| row.values().all(|cell| cell.trim().is_empty())),
        }
    }

    /// Whether two say the same: there is more than one way to say nothing.
    pub fn says(&self, other: &Self) -> bool {
        self == other || (self.is_blank() && other.is_blank())
    }
}

/// Why what was typed is no value of the field, in a sentence that says what to do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct FieldError {
    /// Which field.
    pub field: String,
    /// In a table: which row, from 0, and which column.
    pub cell: Option<(u32, String)>,
    /// What kind of error: `number`, `date`, `code`, `text`, `length`, `items`, `shape`, `required`.
    pub code: &'static str,
    /// What to do.
    pub message: Bilingual,
}

/// An error before it is known in which field it is.
pub(super) struct Wrong {
    pub(super) code: &'static str,
    pub(super) message: Bilingual,
}

pub(super) fn wrong(code: &'static str, vi: impl Into<String>, en: impl Into<String>) -> Wrong {
    Wrong {
        code,
        message: Bilingual::new(vi, en),
    }
}
