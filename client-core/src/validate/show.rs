//! Values back as text: for editing as they are typed, for reading as they are said.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::raw::RawValue;
use crate::catalogue::{self, Field, FieldKind};
use crate::model::entry::FieldValue;
use crate::text::{Bilingual, decimal_en, decimal_vi, grouped};

/// The value as a form shows it for editing. [`super::parse_field`] reads it back.
pub fn format_field(field: &Field, value: &FieldValue) -> RawValue {
    match value {
        FieldValue::Codes(codes) => RawValue::List(codes.iter().cloned().collect()),
        FieldValue::Paragraphs(parts) if field.kind == FieldKind::TextList => {
            RawValue::List(parts.values().cloned().collect())
        }
        FieldValue::Paragraphs(parts) => {
            RawValue::Text(parts.values().map(String::as_str).collect::<Vec<_>>().join("\n"))
        }
        FieldValue::Rows(rows) => RawValue::Rows(
            rows.values()
                .map(|row| {
                    row.iter()
                        .map(|(name, cell)| (name.clone(), cell_text(field, name, cell)))
                        .collect()
                })
                .collect(),
        ),
        FieldValue::Text(_)
        | FieldValue::Integer(_)
        | FieldValue::Decimal(_)
        | FieldValue::Boolean(_)
        | FieldValue::Date(_) => RawValue::Text(scalar_text(field.kind, value)),
    }
}

/// An entry's field as a form shows it for editing, also when it is empty.
pub fn format_entry_field(field: &Field, value: Option<&FieldValue>) -> RawValue {
    let several = field.multi || matches!(field.kind, FieldKind::Image | FieldKind::File | FieldKind::TextList);
    match value {
        Some(value) => format_field(field, value),
        None if several => RawValue::List(Vec::new()),
        None if matches!(field.kind, FieldKind::Table | FieldKind::Thread) => RawValue::Rows(Vec::new()),
        None => RawValue::Text(String::new()),
    }
}

fn cell_text(field: &Field, name: &str, cell: &FieldValue) -> String {
    let kind = field
        .columns
        .iter()
        .find(|column| column.name == name)
        .map_or(FieldKind::Text, |column| column.kind);
    scalar_text(kind, cell)
}

fn scalar_text(kind: FieldKind, value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text.clone(),
        // A year has no dot in it; an amount is hard to read without.
        FieldValue::Integer(number) if kind == FieldKind::Money => grouped(*number),
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Decimal(number) => number.to_string().replace('.', ","),
        FieldValue::Boolean(answer) => answer.to_string(),
        FieldValue::Date(day) => day_text(*day),
        FieldValue::Codes(_) | FieldValue::Paragraphs(_) | FieldValue::Rows(_) => String::new(),
    }
}

/// A day as people write it: `08/10/2026`.
pub(super) fn day_text(day: Date) -> String {
    format!("{:02}/{:02}/{}", day.day(), day.month(), day.year())
}

/// The value as people read it: `1.250.000 đồng`, `58 lượt người`. `unit_name` knows what org units are called.
pub fn display_field(field: &Field, value: &FieldValue, unit_name: &dyn Fn(&str) -> Option<String>) -> Bilingual {
    match value {
        FieldValue::Text(text) => code_label(field, text, unit_name),
        FieldValue::Integer(number) => {
            // A year is a name, not a count.
            let written = match field.unit {
                None => Bilingual::same(number.to_string()),
                Some(_) => Bilingual::number(grouped(*number)),
            };
            with_unit(field, *number as f64, &written.vi, &written.en)
        }
        FieldValue::Decimal(number) => with_unit(field, *number, &decimal_vi(*number), &decimal_en(*number)),
        FieldValue::Boolean(answer) => yes_or_no(*answer),
        FieldValue::Date(day) => Bilingual::same(day_text(*day)),
        FieldValue::Codes(_) if matches!(field.kind, FieldKind::Image | FieldKind::File) => {
            Bilingual::same(String::new())
        }
        FieldValue::Codes(codes) => joined(codes.iter().map(|code| code_label(field, code, unit_name)), ", "),
        FieldValue::Paragraphs(parts) => joined(parts.values().cloned().map(Bilingual::same), "\n"),
        FieldValue::Rows(rows) => joined(rows.values().map(|row| row_text(field, row, unit_name)), "\n"),
    }
}

pub(super) fn yes_or_no(answer: bool) -> Bilingual {
    match answer {
        true => Bilingual::new("Có", "Yes"),
        false => Bilingual::new("Không", "No"),
    }
}

fn row_text(
    field: &Field,
    row: &BTreeMap<String, FieldValue>,
    unit_name: &dyn Fn(&str) -> Option<String>,
) -> Bilingual {
    let cells = field
        .columns
        .iter()
        .filter_map(|column| row.get(column.name).map(|cell| display_field(column, cell, unit_name)));
    joined(cells, " · ")
}

fn joined(texts: impl Iterator<Item = Bilingual>, separator: &str) -> Bilingual {
    let (vi, en): (Vec<String>, Vec<String>) = texts.map(|text| (text.vi, text.en)).unzip();
    Bilingual::new(vi.join(separator), en.join(separator))
}

fn with_unit(field: &Field, number: f64, vi: &str, en: &str) -> Bilingual {
    match (field.kind, field.unit.map(|unit| unit.of(number))) {
        (FieldKind::Percent, _) => Bilingual::new(format!("{vi}%"), format!("{en}%")),
        (_, Some(unit)) => Bilingual::new(format!("{vi} {}", unit.vi), format!("{en} {}", unit.en)),
        (_, None) => Bilingual::new(vi, en),
    }
}

/// What a code is called; a text that is no code is itself.
fn code_label(field: &Field, code: &str, unit_name: &dyn Fn(&str) -> Option<String>) -> Bilingual {
    let known = match field.kind {
        FieldKind::Enum => field.option(code).map(|option| option.label.into()),
        FieldKind::TaskRef => catalogue::task(code)
            .map(|task| Bilingual::new(format!("{code} {}", task.title.vi), format!("{code} {}", task.title.en))),
        FieldKind::DocumentRef => catalogue::document(code).map(|document| Bilingual::same(document.number)),
        FieldKind::CampaignRef => catalogue::campaign(code).map(|campaign| campaign.name.into()),
        FieldKind::IndicatorRef => catalogue::indicator(code).map(|indicator| indicator.label.into()),
        FieldKind::UnitRef => unit_name(code).map(Bilingual::same),
        FieldKind::Integer
        | FieldKind::Money
        | FieldKind::Decimal
        | FieldKind::Percent
        | FieldKind::Text
        | FieldKind::Prose
        | FieldKind::Date
        | FieldKind::Boolean
        | FieldKind::TextList
        | FieldKind::Table
        | FieldKind::Image
        | FieldKind::File
        | FieldKind::Geo
        | FieldKind::Url
        | FieldKind::Thread => None,
    };
    known.unwrap_or_else(|| Bilingual::same(code))
}
