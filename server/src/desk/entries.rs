//! Entries as people read them.

use std::collections::BTreeMap;

use client_core::catalogue::{self, ActivityType, Field, FieldKind};
use client_core::document::{Node, Scalar, Written};
use client_core::ids::OrgUnitId;
use client_core::model::entry::FieldValue;
use client_core::model::places;
use client_core::text::{Bilingual, decimal_vi, grouped};
use client_core::validate::display_field;

use crate::organisation::Organisation;
use crate::projection::Held;
use crate::store::read_model::EntryRow;
use crate::store::{Result, Store, StoreError};

/// Numbers shown beside an entry in a list.
const FIGURES: usize = 2;

/// An entry with its values and conflicts as people read them.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadableEntry {
    /// Values by field name.
    pub fields: BTreeMap<String, Bilingual>,
    /// Fields on which people wrote different values, with all of these, the one that counts first.
    pub conflicts: BTreeMap<String, Vec<(Bilingual, Written)>>,
}

/// Reads an entry from its document.
pub fn read(store: &(impl Store + ?Sized), organisation: &Organisation, row: &EntryRow) -> Result<ReadableEntry> {
    // What was left in another year's log is asked about as well.
    let ids = match row.conflicts {
        0 => vec![row.document.clone()],
        _ => store.unit_documents(row.document.unit())?,
    };
    let documents: Result<Vec<_>> = ids.into_iter().map(|id| Ok((Held::load(store, &id)?, id))).collect();
    let documents = documents?;
    let standing = places::find(documents.iter().map(|(held, id)| (id, held.document())), row.entry);
    let Some((counting, others)) = standing else {
        return Err(StoreError::Corrupt(format!(
            "{} has no entry {}",
            row.document, row.entry
        )));
    };
    let entry = &counting.entry;
    let known = catalogue::activity_type(&entry.type_code);
    let unit_name = unit_names(organisation);
    let fields = known
        .into_iter()
        .flat_map(ActivityType::all_fields)
        .filter_map(|field| {
            let value = entry.field(field.name)?;
            Some((field.name.to_owned(), display_field(field, value, &unit_name)))
        });
    let mut conflicts: BTreeMap<String, Vec<(Bilingual, Written)>> = BTreeMap::new();
    for conflict in places::conflicts(&counting, &others) {
        let field = known.and_then(|known| known.field(&conflict.field));
        let values = conflict.values.into_iter();
        let values = values.map(|written| (display_node(known, field, &written.node, &unit_name), written));
        conflicts.entry(conflict.field).or_default().extend(values);
    }
    Ok(ReadableEntry {
        fields: fields.collect(),
        conflicts,
    })
}

/// The numbers that count most in an entry, as people read them: `58 lượt người`.
pub fn figures(row: &EntryRow) -> Vec<Bilingual> {
    let Some(known) = catalogue::activity_type(&row.type_code) else {
        return Vec::new();
    };
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(&row.fields) else {
        return Vec::new();
    };
    let numbers = known.headline.iter().filter_map(|name| {
        // A part is read beside its whole, not alone.
        if known.subsets.iter().any(|subset| subset.part == *name) {
            return None;
        }
        let field = known.field(name)?;
        field.unit?;
        let number = fields.get(*name)?.as_i64()?;
        Some(display_field(field, &FieldValue::Integer(number), &|_| None))
    });
    numbers.take(FIGURES).collect()
}

fn unit_names(organisation: &Organisation) -> impl Fn(&str) -> Option<String> {
    |code| {
        let id: OrgUnitId = code.parse().ok()?;
        organisation.units.get(&id).map(|unit| unit.name.clone())
    }
}

/// One of the values that stand against each other.
fn display_node(
    known: Option<&ActivityType>,
    field: Option<&Field>,
    node: &Node,
    unit_name: &dyn Fn(&str) -> Option<String>,
) -> Bilingual {
    let value = match node {
        Node::Scalar(Scalar::Empty) => return Bilingual::new("trống", "empty"),
        Node::Map(_) | Node::Scalar(Scalar::Bytes(_) | Scalar::Foreign) => return Bilingual::same(String::new()),
        Node::Scalar(Scalar::Text(text)) => FieldValue::Text(text.clone()),
        Node::Scalar(Scalar::Integer(number)) => FieldValue::Integer(*number),
        Node::Scalar(Scalar::Decimal(number)) => FieldValue::Decimal(*number),
        Node::Scalar(Scalar::Boolean(yes)) => FieldValue::Boolean(*yes),
        Node::Scalar(Scalar::Date(day)) => FieldValue::Date(*day),
    };
    match (field, value) {
        // One paragraph or cell is shown as it stands.
        (Some(field), FieldValue::Text(text))
            if matches!(field.kind, FieldKind::Prose | FieldKind::TextList | FieldKind::Table) =>
        {
            Bilingual::same(text)
        }
        (Some(field), value) => display_field(field, &value, unit_name),
        (None, FieldValue::Text(text)) => match known.and_then(|known| known.state(&text)) {
            Some(state) => Bilingual::new(state.label.vi, state.label.en),
            None => Bilingual::same(text),
        },
        (None, FieldValue::Integer(number)) => Bilingual::same(grouped(number)),
        (None, FieldValue::Decimal(number)) => Bilingual::same(decimal_vi(number)),
        (None, FieldValue::Date(day)) => Bilingual::same(day.to_string()),
        (None, FieldValue::Boolean(_) | FieldValue::Codes(_) | FieldValue::Paragraphs(_) | FieldValue::Rows(_)) => {
            Bilingual::same(String::new())
        }
    }
}
