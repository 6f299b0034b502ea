//! An entry read back from its row.

use std::collections::BTreeMap;

use client_core::catalogue::{self, FieldKind};
use client_core::ids::PartId;
use client_core::model::entry::{Entry, FieldValue, Parts};
use serde::{Deserialize, Deserializer};
use serde_untagged::UntaggedEnumVisitor;

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
    let fields = fields.into_iter().map(|(name, Stored(value))| {
        if let FieldValue::Text(text) = &value
            && is_date(&name)
            && let Ok(day) = text.parse()
        {
            return (name, FieldValue::Date(day));
        }
        (name, value)
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
struct Stored(FieldValue);

impl<'de> Deserialize<'de> for Stored {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        // Told apart by the JSON's own kinds: serde's untagged enums try one after the other, and write a message for each that
        // does not fit.
        let value = UntaggedEnumVisitor::new()
            .bool(|yes| Ok(FieldValue::Boolean(yes)))
            .i64(|number| Ok(FieldValue::Integer(number)))
            .f64(|number| Ok(FieldValue::Decimal(number)))
            .string(|text| Ok(FieldValue::Text(text.to_owned())))
            .seq(|codes| codes.deserialize().map(FieldValue::Codes))
            .map(|parts| parts.deserialize().map(parts_of))
            .deserialize(deserializer)?;
        Ok(Self(value))
    }
}

/// One part of prose or of a table.
enum Part {
    Paragraph(String),
    Row(BTreeMap<String, FieldValue>),
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let row = |row: BTreeMap<String, Stored>| row.into_iter().map(|(column, Stored(value))| (column, value));
        UntaggedEnumVisitor::new()
            .string(|text| Ok(Self::Paragraph(text.to_owned())))
            .map(|cells| cells.deserialize().map(|cells| Self::Row(row(cells).collect())))
            .deserialize(deserializer)
    }
}

/// A table where there is a row in it, prose otherwise.
fn parts_of(parts: BTreeMap<PartId, Part>) -> FieldValue {
    let (mut paragraphs, mut rows) = (Parts::new(), Parts::new());
    for (id, part) in parts {
        match part {
            Part::Paragraph(text) => drop(paragraphs.insert(id, text)),
            Part::Row(row) => drop(rows.insert(id, row)),
        }
    }
    match rows.is_empty() {
        true => FieldValue::Paragraphs(paragraphs),
        false => FieldValue::Rows(rows),
    }
}
