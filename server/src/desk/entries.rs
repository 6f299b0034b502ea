//! Entries as people read them.

use std::collections::BTreeMap;

use client_core::catalogue::{self, ActivityType};
use client_core::document::Written;
use client_core::ids::OrgUnitId;
use client_core::model::entry::FieldValue;
use client_core::model::places;
use client_core::text::Bilingual;
use client_core::validate::{display_field, display_node, display_part};

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
        let part = display_part(entry, &conflict.key, &unit_name);
        let values = conflict.values.into_iter().map(|written| {
            let value = display_node(entry, &conflict.key, &written.node, &unit_name);
            // Of a field with several choices or rows, which one they differ on.
            let value = part.iter().fold(value, |value, part| {
                Bilingual::new(
                    format!("{}: {}", part.vi, value.vi),
                    format!("{}: {}", part.en, value.en),
                )
            });
            (value, written)
        });
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
