//! One entry (bản ghi): an activity, a register item, a snapshot or a question thread, read from a document.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::Serialize;

use crate::ids::{EntryId, PartId};
use crate::time::Timestamp;

/// An entry as a document holds it. Fields that this program's catalogue does not know stay in the document and are not here.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// Its key in the document.
    pub id: EntryId,
    /// Code of its activity type. May be one that this program's catalogue does not know yet.
    pub type_code: String,
    /// Values by field name. A field without a value is absent: empty is not zero.
    pub fields: BTreeMap<String, FieldValue>,
    /// Days on which it entered a state (register items and threads), by state code.
    pub events: BTreeMap<String, Date>,
    /// State code, for register items and threads.
    pub state: Option<String>,
    /// When it was made, on the device's clock.
    pub created_at: Timestamp,
    /// When it was deleted, if it is. Its fields stay.
    pub deleted_at: Option<Timestamp>,
}

/// A part of a field that has several: prose, a list, a table.
pub type Parts<T> = BTreeMap<PartId, T>;

/// The value of one field. The catalogue says which shape a field has.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// A line of text, or the code of one option.
    Text(String),
    /// A count, or an amount in đồng.
    Integer(i64),
    /// A number with a fraction, or a percentage from 0 to 100.
    Decimal(f64),
    /// Yes or no.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// Codes that were chosen, where several may be: options, tasks, documents, units, attachments (by hash).
    Codes(BTreeSet<String>),
    /// Prose as paragraphs, or a list of lines, in the order of reading.
    Paragraphs(Parts<String>),
    /// A table: one row of scalars by column name, in the order of reading.
    Rows(Parts<BTreeMap<String, FieldValue>>),
}

impl Entry {
    /// The value of a field.
    pub fn field(&self, name: &str) -> Option<&FieldValue> {
        self.fields.get(name)
    }

    /// The whole number in a field, if it holds one.
    pub fn integer(&self, name: &str) -> Option<i64> {
        match self.fields.get(name)? {
            FieldValue::Integer(number) => Some(*number),
            FieldValue::Text(_)
            | FieldValue::Decimal(_)
            | FieldValue::Boolean(_)
            | FieldValue::Date(_)
            | FieldValue::Codes(_)
            | FieldValue::Paragraphs(_)
            | FieldValue::Rows(_) => None,
        }
    }

    /// The day in a field, if it holds one.
    pub fn date(&self, name: &str) -> Option<Date> {
        match self.fields.get(name)? {
            FieldValue::Date(date) => Some(*date),
            FieldValue::Text(_)
            | FieldValue::Integer(_)
            | FieldValue::Decimal(_)
            | FieldValue::Boolean(_)
            | FieldValue::Codes(_)
            | FieldValue::Paragraphs(_)
            | FieldValue::Rows(_) => None,
        }
    }

    /// The text or single code in a field, if it holds one.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.fields.get(name)? {
            FieldValue::Text(text) => Some(text),
            FieldValue::Integer(_)
            | FieldValue::Decimal(_)
            | FieldValue::Boolean(_)
            | FieldValue::Date(_)
            | FieldValue::Codes(_)
            | FieldValue::Paragraphs(_)
            | FieldValue::Rows(_) => None,
        }
    }

    /// Whether it is deleted.
    pub fn is_deleted(&self) -> bool {
        self.deleted_at.is_some()
    }
}
