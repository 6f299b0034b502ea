//! Entries of a file, as edits of documents.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use client_core::catalogue::{self, ActivityType, Field, FieldKind, Level};
use client_core::ids::{Actor, DOCUMENT_YEARS, DocumentId, EntryId, OrgUnitId};
use client_core::model::entries::{self, EntryEdit};
use client_core::model::entry::{Entry, FieldValue};
use client_core::model::home;
use client_core::model::places;
use client_core::time::Timestamp;
use client_core::validate::{self, Context, RawValue, parse_field};
use jiff::civil::Date;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use ulid::Ulid;

use super::{Remark, again, format};
use crate::organisation::Organisation;
use crate::store::imported::Said;
use crate::store::{self, Store};
use crate::workspace::Workspace;

/// Takes records into a workspace and gathers what is wrong with them.
pub(super) struct Taking<'w, 's> {
    pub(super) store: &'s dyn Store,
    pub(super) workspace: &'w mut Workspace<'s>,
    pub(super) organisation: &'w Organisation,
    pub(super) actor: Actor,
    pub(super) now: Timestamp,
    pub(super) rng: fastrand::Rng,
    pub(super) errors: Vec<Remark>,
    pub(super) warnings: Vec<Remark>,
    pub(super) records: usize,
    pub(super) corrected: usize,
    pub(super) deleted: usize,
    pub(super) undecided: usize,
    pub(super) said: Vec<Said>,
}

/// An entry that is there already, where it counts.
struct Standing {
    document: DocumentId,
    entry: Entry,
    /// People wrote it differently, and nobody has decided yet.
    is_undecided: bool,
    /// What of it.
    undecided: BTreeSet<String>,
}

impl Taking<'_, '_> {
    /// Takes the entries.
    pub(super) fn entries(&mut self, entries: &[format::Entry]) -> store::Result<()> {
        let mut alike: HashMap<[u8; 32], u32> = HashMap::new();
        let mut named: HashSet<EntryId> = HashSet::new();
        let ids: Vec<_> = entries.iter().filter_map(|entry| entry.id).collect();
        let standing = self.store.units_with(&ids)?;
        for (index, entry) in entries.iter().enumerate() {
            if let Some(id) = entry.id.filter(|id| !named.insert(*id)) {
                self.error(format!("$.entries[{index}].id"), format!("{id} is there twice"));
            }
            // A phone that changes hands knows what lies on it by the id alone.
            let mut elsewhere = standing
                .iter()
                .filter(|(id, unit)| Some(*id) == entry.id && *unit != entry.unit);
            if let Some((id, unit)) = elsewhere.next() {
                let message = format!("{id} is the id of a record of {unit}; give this one another");
                self.error(format!("$.entries[{index}].id"), message);
            }
            self.entry(&format!("$.entries[{index}]"), entry, &mut alike)?;
        }
        Ok(())
    }

    fn entry(&mut self, path: &str, entry: &format::Entry, alike: &mut HashMap<[u8; 32], u32>) -> store::Result<()> {
        let errors_before = self.errors.len();
        if !self.organisation.units.contains_key(&entry.unit) {
            self.error(format!("{path}.unit"), format!("there is no unit {}", entry.unit));
        }
        let Some(kind) = catalogue::activity_type(&entry.type_code) else {
            self.error(
                format!("{path}.type"),
                format!("there is no activity type {}", entry.type_code),
            );
            return Ok(());
        };
        let fields = self.fields(path, kind, entry);
        self.states(path, kind, entry);
        let day = kind.day_field.and_then(|field| match fields.get(field) {
            Some(FieldValue::Date(day)) => Some(*day),
            Some(_) | None => None,
        });
        let id = entry.id.unwrap_or_else(|| id_of(entry, &fields, day, alike));
        let standing = self.standing(&entry.unit, id)?;
        if let Some(other) = standing.as_ref().filter(|found| found.entry.type_code != kind.code) {
            let message = format!("{id} is there already, and is {}", other.entry.type_code);
            self.error(format!("{path}.type"), message);
            return Ok(());
        }
        let mut edit = EntryEdit::new(id, kind.code);
        edit.fields = fields.into_iter().map(|(field, value)| (field, Some(value))).collect();
        edit.state.clone_from(&entry.state);
        edit.events.clone_from(&entry.events);
        let mut says = again::values_of(&edit);
        let before = self.said_before(entry, id, standing.is_some(), &says)?;
        if let Some(found) = &standing {
            if found.entry.is_deleted() {
                self.stays_deleted(path, id, &says, &before);
                return Ok(());
            }
            self.leave_undecided(path, &mut says, &before, &found.undecided);
            self.leave_out(path, &mut edit, &found.entry, &before, &says);
        }
        // What is there already and is to stay is not judged again.
        let is_news = standing.is_none() || again::says_something(&edit);
        if is_news {
            self.rules(path, &edit, standing.as_ref().map(|found| &found.entry));
        }
        if self.errors.len() > errors_before {
            return Ok(());
        }
        self.remember(&entry.unit, id.to_string(), says, &before);
        if !is_news {
            return Ok(());
        }
        let place = standing.as_ref().map(|found| (&found.document, &found.entry));
        let target = home::of_edit(&edit, place, &entry.unit, self.now);
        let leaving = standing.filter(|found| found.document != target);
        if leaving.as_ref().is_some_and(|found| found.is_undecided) {
            let day = kind
                .day_field
                .map(|field| format!(".fields.{field}"))
                .unwrap_or_default();
            let message = "two people wrote this record differently; one of them is to be chosen on a phone before it moves to another year";
            self.error(format!("{path}{day}"), message);
            return Ok(());
        }
        let is_new = self.write(leaving.as_ref().map(|found| &found.document), &target, &edit)?;
        self.records += usize::from(is_new);
        Ok(())
    }

    /// The entry of a unit that has this id already.
    fn standing(&mut self, unit: &OrgUnitId, id: EntryId) -> store::Result<Option<Standing>> {
        let found = places::find(self.workspace.unit_documents(unit)?, id);
        Ok(found.map(|(counting, others)| Standing {
            document: counting.id.clone(),
            is_undecided: places::is_undecided(&counting, &others),
            undecided: again::undecided(&places::conflicts(&counting, &others)),
            entry: counting.entry.into_owned(),
        }))
    }

    /// Writes an entry where it belongs. One whose day moves to another year leaves its log.
    fn write(&mut self, left: Option<&DocumentId>, target: &DocumentId, edit: &EntryEdit) -> store::Result<bool> {
        let (actor, now, rng) = (self.actor, self.now, &mut self.rng);
        match left {
            Some(left) => {
                let leaving = self.workspace.document(left)?.clone();
                self.workspace
                    .edit(left, |document| home::move_out(document, actor, now, edit.id))?;
                self.workspace.edit(target, |document| {
                    home::move_in(document, actor, now, rng, &leaving, edit)
                })
            }
            None => self
                .workspace
                .edit(target, |document| entries::write(document, actor, now, rng, edit)),
        }
    }

    fn fields(&mut self, path: &str, kind: &ActivityType, entry: &format::Entry) -> BTreeMap<String, FieldValue> {
        let mut fields = BTreeMap::new();
        for (name, value) in &entry.fields {
            let path = format!("{path}.fields.{name}");
            let Some(field) = kind.field(name) else {
                self.error(path, format!("{} has no such field", kind.code));
                continue;
            };
            let Some(raw) = raw(value) else {
                self.error(
                    path,
                    "a value is a number, a text, true, false, a list of texts or a list of rows",
                );
                continue;
            };
            match parse_field(field, &raw, self.now.date()) {
                Ok(Some(value)) => {
                    self.unit_is_known(&path, field, &value);
                    fields.insert(name.clone(), value);
                }
                Ok(None) => {}
                Err(error) => {
                    let cell = error
                        .cell
                        .map(|(row, column)| format!("[{row}].{column}"))
                        .unwrap_or_default();
                    self.error(format!("{path}{cell}"), error.message.en);
                }
            }
        }
        fields
    }

    fn unit_is_known(&mut self, path: &str, field: &Field, value: &FieldValue) {
        if field.kind != FieldKind::UnitRef {
            return;
        }
        let named: Vec<&String> = match value {
            FieldValue::Text(unit) => vec![unit],
            FieldValue::Codes(units) => units.iter().collect(),
            FieldValue::Integer(_)
            | FieldValue::Decimal(_)
            | FieldValue::Boolean(_)
            | FieldValue::Date(_)
            | FieldValue::Paragraphs(_)
            | FieldValue::Rows(_) => Vec::new(),
        };
        for unit in named {
            let is_known = unit
                .parse()
                .is_ok_and(|unit| self.organisation.units.contains_key(&unit));
            if !is_known {
                self.error(path, format!("there is no unit {unit}"));
            }
        }
    }

    fn states(&mut self, path: &str, kind: &ActivityType, entry: &format::Entry) {
        if let Some(state) = entry.state.as_deref().filter(|state| kind.state(state).is_none()) {
            self.error(format!("{path}.state"), format!("{} has no state {state}", kind.code));
        }
        for (state, day) in &entry.events {
            if kind.state(state).is_none() {
                self.error(
                    format!("{path}.events.{state}"),
                    format!("{} has no state {state}", kind.code),
                );
            }
            if !DOCUMENT_YEARS.contains(&day.year()) {
                let (first, last) = (DOCUMENT_YEARS.start(), DOCUMENT_YEARS.end());
                let message = format!("the day must lie in the years {first} to {last}");
                self.error(format!("{path}.events.{state}"), message);
            } else if *day > self.now.date() {
                self.error(format!("{path}.events.{state}"), "the day lies ahead");
            }
        }
    }

    /// Judges the entry as it will stand: what the file does not name stays. A rule that it breaks already, in what the file
    /// says nothing new of, is for people to put right.
    fn rules(&mut self, path: &str, edit: &EntryEdit, standing: Option<&Entry>) {
        let mut whole = standing.cloned().unwrap_or_else(|| Entry {
            id: edit.id,
            type_code: edit.type_code.clone(),
            fields: BTreeMap::new(),
            events: BTreeMap::new(),
            state: None,
            created_at: self.now,
            deleted_at: None,
        });
        let fields = edit.fields.iter();
        whole
            .fields
            .extend(fields.filter_map(|(name, value)| Some((name.clone(), value.clone()?))));
        whole.events.extend(edit.events.clone());
        whole.state = edit.state.clone().or(whole.state);
        let context = Context::on(self.now.date());
        let stood = standing
            .map(|entry| validate::entry(entry, &context))
            .unwrap_or_default();
        for finding in validate::entry(&whole, &context) {
            let is_brought = finding.fields.iter().any(|field| edit.fields.contains_key(*field))
                || !stood
                    .iter()
                    .any(|stood| (stood.rule, &stood.fields) == (finding.rule, &finding.fields));
            // What could not be read has been named already, and is not missing as well.
            let is_named = finding.fields.first().is_some_and(|field| {
                let named = format!("{path}.fields.{field}");
                let of_cell = format!("{named}[");
                let mut errors = self.errors.iter();
                errors.any(|error| error.path == named || error.path.starts_with(&of_cell))
            });
            let field = finding
                .fields
                .first()
                .map(|field| format!(".fields.{field}"))
                .unwrap_or_default();
            let remark = Remark::new(format!("{path}{field}"), finding.message.en);
            match finding.level {
                Level::Error if is_named => {}
                Level::Error if is_brought => self.errors.push(remark),
                Level::Error | Level::Warning => self.warnings.push(remark),
                Level::Note => {}
            }
        }
    }

    pub(super) fn error(&mut self, path: impl Into<String>, message: impl Into<String>) {
        self.errors.push(Remark::new(path, message));
    }
}

/// A JSON value as an officer would have typed it.
fn raw(value: &Value) -> Option<RawValue> {
    match value {
        Value::Null => Some(RawValue::Text(String::new())),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => text(value).map(RawValue::Text),
        Value::Array(items) if items.iter().all(Value::is_object) && !items.is_empty() => {
            let rows: Option<Vec<_>> = items.iter().map(row).collect();
            rows.map(RawValue::Rows)
        }
        Value::Array(items) => items.iter().map(text).collect::<Option<Vec<_>>>().map(RawValue::List),
        Value::Object(_) => None,
    }
}

fn row(value: &Value) -> Option<BTreeMap<String, String>> {
    let cells = value.as_object()?.iter();
    cells
        .map(|(column, cell)| Some((column.clone(), text(cell)?)))
        .collect()
}

pub(super) fn text(value: &Value) -> Option<String> {
    match value {
        Value::Bool(yes) => Some(yes.to_string()),
        // The decimal sign of what officers type is a comma; a full stop stands between thousands. A spreadsheet may write
        // 58.0 or 5.8e1.
        Value::Number(number) => match number.as_i64() {
            Some(whole) => Some(whole.to_string()),
            None => Some(number.as_f64()?.to_string().replace('.', ",")),
        },
        Value::String(text) => Some(text.clone()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// The id of an entry that brings none: the same for the same entry, so that a file imported again changes nothing. Entries
/// that are wholly alike are told apart by their order.
fn id_of(
    entry: &format::Entry,
    fields: &BTreeMap<String, FieldValue>,
    day: Option<Date>,
    alike: &mut HashMap<[u8; 32], u32>,
) -> EntryId {
    let mut hasher = Sha256::new();
    hasher.update(entry.unit.as_str());
    hasher.update([0]);
    hasher.update(&entry.type_code);
    // As read: `58` and `58.0`, or a day written in two ways, are one entry.
    for (field, value) in fields {
        hasher.update([0]);
        hasher.update(field);
        hasher.update([0]);
        hasher.update(json!(value).to_string());
    }
    let likeness: [u8; 32] = hasher.clone().finalize().into();
    let count = alike.entry(likeness).or_default();
    hasher.update([0]);
    hasher.update(count.to_be_bytes());
    *count += 1;
    let hash: [u8; 32] = hasher.finalize().into();
    let random = hash
        .iter()
        .take(10)
        .fold(0_u128, |number, byte| number << 8 | u128::from(*byte));
    // Not today, where it has no day: the file may come again tomorrow.
    let made_ms = day.map_or(0, |day| Timestamp::start_of(day).0.max(0) as u64);
    EntryId(Ulid::from_parts(made_ms, random))
}
