//! An entry read back from its row.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use client_core::catalogue::{self, FieldKind};
use client_core::model::entry::{Entry, FieldValue};
use jiff::civil::Date;
use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

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
        let day: Option<Date> = match &value {
            FieldValue::Text(text) if is_date(&name) => text.parse().ok(),
            FieldValue::Text(_)
            | FieldValue::Integer(_)
            | FieldValue::Decimal(_)
            | FieldValue::Boolean(_)
            | FieldValue::Date(_)
            | FieldValue::Codes(_)
            | FieldValue::Paragraphs(_)
            | FieldValue::Rows(_) => None,
        };
        (name, day.map_or(value, FieldValue::Date))
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
        deserializer.deserialize_any(AnyValue).map(Self)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = FieldValue;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the value of a field")
    }

    fn visit_bool<E>(self, value: bool) -> std::result::Result<FieldValue, E> {
        Ok(FieldValue::Boolean(value))
    }

    fn visit_i64<E>(self, value: i64) -> std::result::Result<FieldValue, E> {
        Ok(FieldValue::Integer(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> std::result::Result<FieldValue, E> {
        i64::try_from(value).map(FieldValue::Integer).map_err(E::custom)
    }

    fn visit_f64<E>(self, value: f64) -> std::result::Result<FieldValue, E> {
        Ok(FieldValue::Decimal(value))
    }

    fn visit_str<E>(self, value: &str) -> std::result::Result<FieldValue, E> {
        Ok(FieldValue::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<FieldValue, A::Error> {
        let mut codes = BTreeSet::new();
        while let Some(code) = seq.next_element()? {
            codes.insert(code);
        }
        Ok(FieldValue::Codes(codes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<FieldValue, A::Error> {
        let (mut paragraphs, mut rows) = (BTreeMap::new(), BTreeMap::new());
        while let Some((part, value)) = map.next_entry::<String, Part>()? {
            let part = part.parse().map_err(A::Error::custom)?;
            match value {
                Part::Paragraph(text) => drop(paragraphs.insert(part, text)),
                Part::Row(row) => drop(rows.insert(part, row)),
            }
        }
        Ok(match rows.is_empty() {
            true => FieldValue::Paragraphs(paragraphs),
            false => FieldValue::Rows(rows),
        })
    }
}

/// One part of prose or of a table.
enum Part {
    Paragraph(String),
    Row(BTreeMap<String, FieldValue>),
}

impl<'de> Deserialize<'de> for Part {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct AnyPart;
        impl<'de> Visitor<'de> for AnyPart {
            type Value = Part;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a paragraph or a row")
            }

            fn visit_str<E>(self, text: &str) -> std::result::Result<Part, E> {
                Ok(Part::Paragraph(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Part, A::Error> {
                let mut row = BTreeMap::new();
                while let Some((column, Stored(value))) = map.next_entry()? {
                    row.insert(column, value);
                }
                Ok(Part::Row(row))
            }
        }
        deserializer.deserialize_any(AnyPart)
    }
}
