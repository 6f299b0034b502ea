//! A file that is imported again. What it says as it said it before is passed over, so that what people corrected since stays;
//! what it says anew is written.

use std::collections::{BTreeMap, BTreeSet};

use client_core::ids::{EntryId, OrgUnitId};
use client_core::model::conflict::FieldConflict;
use client_core::model::entries::{EntryEdit, EntryKey};
use client_core::model::entry::{Entry, FieldValue};
use serde_json::json;

use super::entries::Taking;
use super::{Remark, format};
use crate::store;
use crate::store::imported::Said;

/// What a file says of a record: each value as text, by its place in the record.
pub(super) type Values = BTreeMap<String, String>;

const STATE: &str = "state";

fn of_field(name: &str) -> String {
    format!("fields.{name}")
}

fn of_event(state: &str) -> String {
    format!("events.{state}")
}

/// What an edit says.
pub(super) fn values_of(edit: &EntryEdit) -> Values {
    let fields = edit.fields.iter();
    let fields = fields.filter_map(|(name, value)| Some((of_field(name), text_of(value.as_ref()?))));
    let state = edit.state.iter().map(|state| (STATE.to_owned(), state.clone()));
    let events = edit
        .events
        .iter()
        .map(|(state, day)| (of_event(state), day.to_string()));
    fields.chain(state).chain(events).collect()
}

/// A value as text. Parts are what they say, in their order: their ids differ from import to import.
fn text_of(value: &FieldValue) -> String {
    match value {
        FieldValue::Text(text) => text.clone(),
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::Decimal(number) => number.to_string(),
        FieldValue::Boolean(yes) => yes.to_string(),
        FieldValue::Date(day) => day.to_string(),
        FieldValue::Codes(codes) => json!(codes).to_string(),
        FieldValue::Paragraphs(parts) => json!(parts.values().collect::<Vec<_>>()).to_string(),
        FieldValue::Rows(rows) => json!(rows.values().collect::<Vec<_>>()).to_string(),
    }
}

/// What people wrote differently and nobody has decided, by its place in the record.
pub(super) fn undecided(conflicts: &[FieldConflict]) -> BTreeSet<String> {
    let keys = conflicts.iter().filter_map(|conflict| EntryKey::parse(&conflict.key));
    keys.map(|key| match key {
        // Of what is about the entry a file says its state only.
        EntryKey::About(about) => about.trim_start_matches('@').to_owned(),
        EntryKey::Event(state) => of_event(state),
        EntryKey::Field(field) | EntryKey::Code(field, _) | EntryKey::Part(field, _) | EntryKey::Cell(field, ..) => {
            of_field(field)
        }
    })
    .collect()
}

/// Whether an edit says anything at all.
pub(super) fn says_something(edit: &EntryEdit) -> bool {
    !edit.fields.is_empty() || edit.state.is_some() || !edit.events.is_empty()
}

impl Taking<'_, '_> {
    /// What earlier imports said of an entry. One without an id of its own has it from its fields: where it stands, a file
    /// said them.
    pub(super) fn said_before(
        &self,
        entry: &format::Entry,
        id: EntryId,
        is_there: bool,
        says: &Values,
    ) -> store::Result<Values> {
        let mut before = match is_there {
            true => self.store.said(&entry.unit, &id.to_string())?,
            false => Values::new(),
        };
        if entry.id.is_none() {
            let fields = says
                .iter()
                .filter(|(key, _)| *key != STATE && !key.starts_with("events."));
            before.extend(fields.map(|(key, value)| (key.clone(), value.clone())));
        }
        Ok(before)
    }

    /// Takes out of what a file says anew what people have still to decide: writing it would decide it for them. What is
    /// taken out is not kept as said, so that it is news still when they have decided.
    pub(super) fn leave_undecided(
        &mut self,
        path: &str,
        says: &mut Values,
        before: &Values,
        undecided: &BTreeSet<String>,
    ) {
        says.retain(|key, value| {
            // Who enters a state writes its day, too.
            let is_undecided = undecided.contains(key) || (key == STATE && undecided.contains(&of_event(value)));
            let is_left = is_undecided && before.get(key) != Some(value);
            if is_left {
                self.undecided += 1;
                let message = "two people wrote this differently; choose on a phone; the file's value is not taken";
                self.warnings.push(Remark::new(format!("{path}.{key}"), message));
            }
            !is_left
        });
    }

    /// Leaves out of an edit what a file is not to say, and what imports said before, whatever stands there now.
    pub(super) fn leave_out(
        &mut self,
        path: &str,
        edit: &mut EntryEdit,
        standing: &Entry,
        before: &Values,
        to_say: &Values,
    ) {
        let fields = std::mem::take(&mut edit.fields).into_iter();
        edit.fields = fields
            .filter(|(name, _)| to_say.contains_key(&of_field(name)))
            .filter(|(name, value)| {
                let stands = standing.field(name).map(text_of);
                let says = value.as_ref().map(text_of).unwrap_or_default();
                self.is_news(path, &of_field(name), &says, stands.as_deref(), before)
            })
            .collect();
        let stands = standing.state.as_deref();
        let state = edit.state.take().filter(|_| to_say.contains_key(STATE));
        edit.state = state.filter(|state| self.is_news(path, STATE, state, stands, before));
        let events = std::mem::take(&mut edit.events).into_iter();
        edit.events = events
            .filter(|(state, _)| to_say.contains_key(&of_event(state)))
            .filter(|(state, day)| {
                let stands = standing.events.get(state).map(ToString::to_string);
                self.is_news(path, &of_event(state), &day.to_string(), stands.as_deref(), before)
            })
            .collect();
    }

    /// Whether what a file says under a key is to be written. What was corrected since is counted where it stays, and named
    /// where the file says something new about it.
    pub(super) fn is_news(&mut self, path: &str, key: &str, says: &str, stands: Option<&str>, before: &Values) -> bool {
        let Some(said) = before.get(key) else { return true };
        if said == says {
            self.corrected += usize::from(stands != Some(says));
            return false;
        }
        if ![Some(says), Some(said)].contains(&stands) {
            let message = "this was corrected since the last import; the file says something new, which counts now";
            self.warnings.push(Remark::new(format!("{path}.{key}"), message));
        }
        true
    }

    /// Passes over an entry that was deleted.
    pub(super) fn stays_deleted(&mut self, path: &str, id: EntryId, says: &Values, before: &Values) {
        self.deleted += 1;
        if says.iter().any(|(key, value)| before.get(key) != Some(value)) {
            let message = format!("{id} was deleted and stays so; what the file says of it anew is not written");
            self.warnings.push(Remark::new(path, message));
        }
    }

    /// Keeps what a file says of a record for the next import.
    pub(super) fn remember(&mut self, unit: &OrgUnitId, record: String, says: Values, before: &Values) {
        if says.iter().any(|(key, value)| before.get(key) != Some(value)) {
            let mut values = before.clone();
            values.extend(says);
            self.said.push(Said {
                unit: unit.clone(),
                record,
                values,
            });
        }
    }
}
