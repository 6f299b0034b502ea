//! What stands under one key of an entry, as people read it. Where two people wrote differently, it is told key by key.

use super::show::{day_text, display_field, yes_or_no};
use crate::catalogue::{self, Field};
use crate::document::{Node, Scalar};
use crate::model::entries::{DELETED, EntryKey};
use crate::model::entry::{Entry, FieldValue};
use crate::text::{Bilingual, decimal_vi, grouped};

/// What a key is about, within its field: the choice of several, the row and column of a table, the stage. None where the
/// field is all that there is to name. `unit_name` knows what org units are called.
pub fn display_part(entry: &Entry, key: &str, unit_name: &dyn Fn(&str) -> Option<String>) -> Option<Bilingual> {
    let known = catalogue::activity_type(&entry.type_code);
    match EntryKey::parse(key)? {
        EntryKey::About(_) | EntryKey::Field(_) | EntryKey::Part(..) => None,
        EntryKey::Event(state) => known?.state(state).map(|state| state.label.into()),
        EntryKey::Code(field, code) => {
            let code = FieldValue::Text(code.to_owned());
            Some(display_field(known?.field(field)?, &code, unit_name))
        }
        EntryKey::Cell(field, part, column) => {
            let field = known?.field(field)?;
            let label = field.columns.iter().find(|known| known.name == column)?.label;
            // A row is called by what stands first in it; not where that is what they differ on.
            let first = field.columns.first().filter(|first| first.name != column);
            let row = match entry.field(field.name)? {
                FieldValue::Rows(rows) => rows.get(&part),
                FieldValue::Text(_)
                | FieldValue::Integer(_)
                | FieldValue::Decimal(_)
                | FieldValue::Boolean(_)
                | FieldValue::Date(_)
                | FieldValue::Codes(_)
                | FieldValue::Paragraphs(_) => None,
            };
            let name = first.and_then(|first| Some(display_field(first, row?.get(first.name)?, unit_name)));
            Some(match name {
                Some(name) => Bilingual::new(
                    format!("{}, {}", name.vi, label.vi),
                    format!("{}, {}", name.en, label.en),
                ),
                None => label.into(),
            })
        }
    }
}

/// What is written under a key. `unit_name` knows what org units are called.
pub fn display_node(entry: &Entry, key: &str, node: &Node, unit_name: &dyn Fn(&str) -> Option<String>) -> Bilingual {
    let key = EntryKey::parse(key);
    if key == Some(EntryKey::About(DELETED)) {
        return match node {
            Node::Scalar(Scalar::Integer(_)) => Bilingual::new("xóa", "deleted"),
            Node::Scalar(_) | Node::Map(_) => Bilingual::new("không xóa", "not deleted"),
        };
    }
    let is_choice = matches!(key, Some(EntryKey::Code(..)));
    let value = match node {
        // What is not among several choices was not chosen.
        Node::Scalar(Scalar::Empty) if is_choice => FieldValue::Boolean(false),
        Node::Scalar(Scalar::Empty) => return Bilingual::new("trống", "empty"),
        Node::Scalar(Scalar::Text(text)) => FieldValue::Text(text.clone()),
        Node::Scalar(Scalar::Integer(number)) => FieldValue::Integer(*number),
        Node::Scalar(Scalar::Decimal(number)) => FieldValue::Decimal(*number),
        Node::Scalar(Scalar::Boolean(yes)) => FieldValue::Boolean(*yes),
        Node::Scalar(Scalar::Date(day)) => FieldValue::Date(*day),
        Node::Map(_) | Node::Scalar(Scalar::Bytes(_) | Scalar::Foreign) => return Bilingual::same(String::new()),
    };
    let known = catalogue::activity_type(&entry.type_code);
    let field = |name| known.and_then(|known| known.field(name));
    let field: Option<&Field> = match key {
        Some(EntryKey::Field(name) | EntryKey::Code(name, _)) => field(name),
        Some(EntryKey::Cell(name, _, column)) => {
            field(name).and_then(|field| field.columns.iter().find(|known| known.name == column))
        }
        // One paragraph is shown as it stands.
        Some(EntryKey::Part(..) | EntryKey::About(_) | EntryKey::Event(_)) | None => None,
    };
    match (field, value) {
        (Some(field), value) => display_field(field, &value, unit_name),
        (None, FieldValue::Text(text)) => match known.and_then(|known| known.state(&text)) {
            Some(state) if matches!(key, Some(EntryKey::About(_))) => state.label.into(),
            Some(_) | None => Bilingual::same(text),
        },
        (None, FieldValue::Integer(number)) => Bilingual::number(grouped(number)),
        (None, FieldValue::Decimal(number)) => Bilingual::number(decimal_vi(number)),
        (None, FieldValue::Boolean(yes)) => yes_or_no(yes),
        (None, FieldValue::Date(day)) => Bilingual::same(day_text(day)),
        (None, FieldValue::Codes(_) | FieldValue::Paragraphs(_) | FieldValue::Rows(_)) => {
            Bilingual::same(String::new())
        }
    }
}
