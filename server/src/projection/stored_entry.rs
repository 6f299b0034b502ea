//! An entry read back from its row.

use std::collections::{BTreeMap, BTreeSet};

use client_core::catalogue::{self, FieldKind};
use client_core::model::entry::{Entry, FieldValue, Parts};
use serde::Deserialize;

use crate::store::read_model::EntryRow;
use crate::store::{Result, StoreError};

/// The entry that a row holds. What looks like a day in a field that the catalogue does not know is one in `date_start` only.
pub(super) fn entry_of(row: &EntryRow) -> Result<Entry> {
    let corrupt = |error: serde_json::Error| StoreError::Corrupt(format!("the row of {}: {error}", row.entry));
    let fields: BTreeMap<String, Stored> = serde_json::from_str(&row.fields).map_err(corrupt)?;
    let kind = catalogue::activity_type(&row.type_code);
    let is_date = |name: &str| match kind.and_then(|kind| kind.field(name)) {
        Some(field) => field.kind == FieldKind::Date,
        None => name == "date_start",
    };
    let fields = fields.into_iter().map(|(name, stored)| {
        if let Stored::Text(text) = &stored
            && is_date(&name)
            && let Ok(day) = text.parse()
        {
            return (name, FieldValue::Date(day));
        }
        (name, stored.into())
    });
    Ok(Entry {
        id: row.entry,
        type_code: row.type_code.clone(),
        fields: fields.collect(),
        events: serde_json::from_str(&row.events).map_err(corrupt)?,
        state: row.state.clone(),
        created_at: row.created_at,
        deleted_at: row.deleted_at,
    })
}

/// A value as its JSON shows it: days are texts there.
#[derive(Deserialize)]
#[serde(untagged)]
enum Stored {
    Boolean(bool),
    Integer(i64),
    Decimal(f64),
    Text(String),
    Codes(BTreeSet<String>),
    Paragraphs(Parts<String>),
    Rows(Parts<BTreeMap<String, Stored>>),
}

impl From<Stored> for FieldValue {
    fn from(stored: Stored) -> Self {
        let row = |row: BTreeMap<String, Stored>| row.into_iter().map(|(column, value)| (column, value.into()));
        match stored {
            Stored::Boolean(yes) => Self::Boolean(yes),
            Stored::Integer(number) => Self::Integer(number),
            Stored::Decimal(number) => Self::Decimal(number),
            Stored::Text(text) => Self::Text(text),
            Stored::Codes(codes) => Self::Codes(codes),
            Stored::Paragraphs(paragraphs) => Self::Paragraphs(paragraphs),
            Stored::Rows(rows) => Self::Rows(
                rows.into_iter()
                    .map(|(part, cells)| (part, row(cells).collect()))
                    .collect(),
            ),
        }
    }
}
