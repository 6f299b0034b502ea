//! What may stand under the keys of an entry.

use super::{SchemaFault, is_plain, is_text};
use crate::catalogue::{self, Field, FieldKind};
use crate::document::{Action, Operation, Scalar};
use crate::ids::{Actor, DOCUMENT_YEARS};
use crate::model::entries::{self, EntryKey};

pub(super) fn entry_value_fits(
    type_code: Option<&str>,
    key: &str,
    value: &Scalar,
    operation: &Operation,
    operations: &[Operation],
) -> Result<(), SchemaFault> {
    let Some(parsed) = EntryKey::parse(key) else {
        return if is_plain(value) {
            Ok(())
        } else {
            Err(SchemaFault::BadKey)
        };
    };
    let makes = |other: &Operation| matches!(&other.action, Action::MakeMap { map } if *map == operation.map);
    let makes_map = operations.iter().any(makes);
    let fits = match parsed {
        EntryKey::About(entries::TYPE) => {
            if !makes_map {
                return Err(SchemaFault::TypeChanged);
            }
            matches!(value, Scalar::Text(code) if !code.is_empty() && code.len() <= 40)
        }
        EntryKey::About(entries::STATE) => match (value, type_code.and_then(catalogue::activity_type)) {
            (Scalar::Text(code), Some(known)) => known.states.iter().any(|state| state.code == code.as_str()),
            (value, None) => is_text(value),
            (_, Some(_)) => false,
        },
        EntryKey::About(entries::DELETED) => matches!(value, Scalar::Integer(_) | Scalar::Empty),
        // Said by who brings the entry there, and by nobody later.
        EntryKey::About(entries::AUTHOR) => {
            makes_map && matches!(value, Scalar::Bytes(author) if Actor::from_bytes(author).is_some())
        }
        EntryKey::About(_) => matches!(value, Scalar::Integer(_)),
        EntryKey::Event(_) => matches!(value, Scalar::Date(day) if DOCUMENT_YEARS.contains(&day.year())),
        EntryKey::Field(_) | EntryKey::Code(..) | EntryKey::Part(..) | EntryKey::Cell(..) => {
            // What stands there may be emptied, as it may be taken away, whether or not it is still known.
            *value == Scalar::Empty || (is_plain(value) && field_value_fits(type_code, parsed, value))
        }
    };
    if fits {
        Ok(())
    } else {
        Err(SchemaFault::BadValue {
            field: parsed.field().chars().take(40).collect(),
        })
    }
}

/// A field that the catalogue knows holds a value of its kind, and only codes that exist. What it does not know may hold
/// anything plain: the other side may be newer.
fn field_value_fits(type_code: Option<&str>, key: EntryKey<'_>, value: &Scalar) -> bool {
    let Some(field) = type_code
        .and_then(catalogue::activity_type)
        .and_then(|known| known.field(key.field()))
    else {
        return true;
    };
    match key {
        EntryKey::About(_) | EntryKey::Event(_) => false,
        EntryKey::Field(_) => !is_kept_in_parts(field) && !field.multi && scalar_fits(field, value),
        EntryKey::Code(_, code) => {
            (field.multi || matches!(field.kind, FieldKind::Image | FieldKind::File))
                && *value == Scalar::Boolean(true)
                && field.takes_code(code)
        }
        EntryKey::Part(..) => matches!(field.kind, FieldKind::Prose | FieldKind::TextList) && is_text(value),
        EntryKey::Cell(_, _, column) => {
            matches!(field.kind, FieldKind::Table | FieldKind::Thread)
                && field
                    .columns
                    .iter()
                    .find(|known| known.name == column)
                    .is_none_or(|known| scalar_fits(known, value))
        }
    }
}

fn is_kept_in_parts(field: &Field) -> bool {
    matches!(
        field.kind,
        FieldKind::Prose | FieldKind::TextList | FieldKind::Table | FieldKind::Thread
    )
}

fn scalar_fits(field: &Field, value: &Scalar) -> bool {
    let within = |number: f64| field.min.is_none_or(|min| number >= min) && field.max.is_none_or(|max| number <= max);
    match (field.kind, value) {
        (FieldKind::Integer | FieldKind::Money, Scalar::Integer(number)) => within(*number as f64),
        (FieldKind::Decimal | FieldKind::Percent, Scalar::Decimal(number)) => within(*number),
        (FieldKind::Boolean, Scalar::Boolean(_)) => true,
        (FieldKind::Date, Scalar::Date(day)) => (1900..=2200).contains(&day.year()),
        (
            FieldKind::Enum
            | FieldKind::TaskRef
            | FieldKind::DocumentRef
            | FieldKind::CampaignRef
            | FieldKind::IndicatorRef
            | FieldKind::UnitRef,
            Scalar::Text(code),
        ) => field.takes_code(code),
        (FieldKind::Text | FieldKind::Url | FieldKind::Geo | FieldKind::Prose, Scalar::Text(_)) => is_text(value),
        (_, Scalar::Empty) => true,
        (_, _) => false,
    }
}
