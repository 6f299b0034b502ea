//! Entries in lists, and one opened.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;

use super::super::Replica;
use super::super::input::RawValue;
use super::super::kept::KeptDraft;
use super::super::outbox::{self, Subject};
use super::super::view::{Bilingual, Conflict, ConflictValue, EntryDetail, EntryList, EntryRow, RecordState};
use super::{Found, author, day_of, deletions, own_entries, own_entry, problems, title_of};
use crate::catalogue::{self, ActivityType};
use crate::ids::EntryId;
use crate::model::entry::{Entry, FieldValue};
use crate::model::places;
use crate::time::Timestamp;
use crate::validate;

/// Where each record that is not yet received stands.
pub(super) fn states(replica: &Replica) -> HashMap<EntryId, RecordState> {
    let mut states = HashMap::new();
    for waiting in outbox::waiting(&replica.kept) {
        let Subject::Entry(entry) = waiting.subject else {
            continue;
        };
        let state = match replica.session.is_sending(&waiting.document, &waiting.hash) {
            true => RecordState::Sending,
            false => RecordState::OnDevice,
        };
        // A record of which one change is on its way and another is not yet is still on the device.
        match states.get(&entry) {
            Some(RecordState::OnDevice) => {}
            Some(RecordState::Sending | RecordState::Received | RecordState::Refused { .. }) | None => {
                states.insert(entry, state);
            }
        }
    }
    for (entry, kept) in replica.kept.own_drafts() {
        if let Some(reason) = &kept.refused {
            states.insert(*entry, RecordState::Refused { reason: reason.clone() });
        }
    }
    states
}

/// Entries for a list, newest first.
pub(super) fn list(
    replica: &Replica,
    task: Option<&str>,
    records: &[String],
    deleted: bool,
    now: Timestamp,
) -> EntryList {
    let states = states(replica);
    let wanted = |known: Option<&ActivityType>| {
        let record = known.is_none_or(|known| records.is_empty() || records.iter().any(|r| r == record_word(known)));
        record && task.is_none_or(|task| known.is_some_and(|known| known.section == task))
    };
    let found = own_entries(replica);
    let mut rows: Vec<_> = found
        .iter()
        .filter(|found| {
            (deleted || !found.entry.is_deleted()) && wanted(catalogue::activity_type(&found.entry.type_code))
        })
        .map(|found| row(replica, found, &states, now))
        .collect();
    // What the server refused whole stands only in a draft.
    for (id, kept) in replica.kept.own_drafts() {
        if kept.refused.is_some() && found.iter().all(|found| found.entry.id != *id) {
            let known = catalogue::activity_type(&kept.draft.type_code);
            if wanted(known) {
                rows.push(refused_row(replica, kept, known, &states));
            }
        }
    }
    rows.sort_by_key(|row| Reverse((row.date, row.id)));
    EntryList { rows }
}

fn record_word(known: &ActivityType) -> &'static str {
    match known.record {
        catalogue::RecordKind::Activity => "activity",
        catalogue::RecordKind::Register => "register",
        catalogue::RecordKind::Snapshot => "snapshot",
        catalogue::RecordKind::Thread => "thread",
    }
}

pub(super) fn row(
    replica: &Replica,
    found: &Found,
    states: &HashMap<EntryId, RecordState>,
    now: Timestamp,
) -> EntryRow {
    let entry = &found.entry;
    let known = catalogue::activity_type(&entry.type_code);
    EntryRow {
        id: entry.id,
        type_code: entry.type_code.clone(),
        date: day_of(entry, known),
        title: title_of(entry, known),
        figures: known.map(|known| figures(entry, known)).unwrap_or_default(),
        register_state: entry.state.clone(),
        sync: states.get(&entry.id).cloned().unwrap_or(RecordState::Received),
        conflicts: super::conflicts(replica, found).len() as u32,
        problem: problems::first(entry, now.date()),
        deleted: entry.is_deleted(),
    }
}

fn refused_row(
    replica: &Replica,
    kept: &KeptDraft,
    known: Option<&ActivityType>,
    states: &HashMap<EntryId, RecordState>,
) -> EntryRow {
    let draft = &kept.draft;
    let written = draft.kept_at.date();
    let field = known.and_then(|known| known.field(known.day_field?));
    let typed = field.and_then(|field| validate::parse_field(field, draft.fields.get(field.name)?, written).ok()?);
    let day = match typed {
        Some(FieldValue::Date(day)) => day,
        Some(_) | None => written,
    };
    EntryRow {
        id: draft.entry,
        type_code: draft.type_code.clone(),
        date: day,
        title: super::status::draft_title(replica, draft),
        figures: Vec::new(),
        register_state: draft.state.clone(),
        sync: states.get(&draft.entry).cloned().unwrap_or(RecordState::OnDevice),
        conflicts: 0,
        // Why it was refused is said already.
        problem: None,
        deleted: false,
    }
}

/// The numbers that count, as a person reads them.
fn figures(entry: &Entry, known: &ActivityType) -> Vec<Bilingual> {
    let numbers = known.headline.iter().filter_map(|name| {
        let field = known.field(name)?;
        // A part is read beside its total, not alone.
        if known.subsets.iter().any(|subset| subset.part == *name) {
            return None;
        }
        field.unit?;
        let number = FieldValue::Integer(entry.integer(name)?);
        Some(validate::display_field(field, &number, &|_| None))
    });
    numbers.take(2).collect()
}

/// One entry, opened.
pub(super) fn detail(replica: &Replica, id: EntryId, now: Timestamp) -> Option<EntryDetail> {
    let Some(found) = own_entry(replica, id) else {
        return refused_detail(replica, id);
    };
    let document = &replica.kept.documents.get(&found.document)?.document;
    let known = catalogue::activity_type(&found.entry.type_code);
    let (mut fields, mut display) = (BTreeMap::new(), BTreeMap::new());
    for field in known.into_iter().flat_map(ActivityType::all_fields) {
        if let Some(value) = found.entry.field(field.name) {
            fields.insert(field.name.to_owned(), validate::format_field(field, value));
            display.insert(field.name.to_owned(), display_value(replica, field, value));
        }
    }
    let (created_by, _) = author(replica, found.maps.author(document));
    Some(EntryDetail {
        row: row(replica, &found, &states(replica), now),
        fields,
        display,
        created_by,
        created_at: found.entry.created_at,
        conflicts: conflicts(replica, &found),
        problems: problems::of_entry(replica, document, &found, now.date()),
        deletion: deletions::of_entry(replica, document, &found),
        draft: replica
            .kept
            .own_draft(id)
            .map(|kept| kept.draft.clone())
            .filter(|draft| !draft.is_empty()),
    })
}

/// A record that the server refused whole: it stands only in its draft.
fn refused_detail(replica: &Replica, id: EntryId) -> Option<EntryDetail> {
    let kept = replica.kept.own_draft(id).filter(|kept| kept.refused.is_some())?;
    let known = catalogue::activity_type(&kept.draft.type_code);
    let day = kept.draft.kept_at.date();
    let typed = kept.draft.fields.iter().map(|(name, raw)| {
        let field = known.and_then(|known| known.field(name));
        (name.clone(), display_typed(replica, field, raw, day))
    });
    Some(EntryDetail {
        row: refused_row(replica, kept, known, &states(replica)),
        fields: kept.draft.fields.clone(),
        display: typed.collect(),
        created_by: replica
            .kept
            .profile
            .as_ref()
            .map(|profile| profile.person_name.clone())
            .unwrap_or_default(),
        created_at: kept.draft.kept_at,
        conflicts: Vec::new(),
        problems: Vec::new(),
        deletion: None,
        draft: Some(kept.draft.clone()),
    })
}

/// A value as a person reads it. Units are read by their names.
pub(super) fn display_value(replica: &Replica, field: &catalogue::Field, value: &FieldValue) -> Bilingual {
    validate::display_field(field, value, &|code| unit_name(replica, code))
}

pub(super) fn unit_name(replica: &Replica, code: &str) -> Option<String> {
    let mut units = replica.kept.profile.iter().flat_map(|profile| &profile.units);
    units.find(|unit| unit.id == code).map(|unit| unit.name.clone())
}

/// What is typed, as a person reads the value that it is; as it was typed where it is none.
pub(super) fn display_typed(
    replica: &Replica,
    field: Option<&catalogue::Field>,
    raw: &RawValue,
    day: Date,
) -> Bilingual {
    if let Some(field) = field
        && let Ok(Some(value)) = validate::parse_field(field, raw, day)
    {
        return display_value(replica, field, &value);
    }
    Bilingual::same(match raw {
        RawValue::Text(text) => text.clone(),
        RawValue::List(items) => items.join(", "),
        RawValue::Rows(rows) => {
            let rows = rows
                .iter()
                .map(|row| row.values().map(String::as_str).collect::<Vec<_>>().join(" · "));
            rows.collect::<Vec<_>>().join("\n")
        }
    })
}

fn conflicts(replica: &Replica, found: &Found) -> Vec<Conflict> {
    let own = replica.kept.identity.as_ref().map(|identity| *identity.device);
    let unit_name = |code: &str| unit_name(replica, code);
    let conflicts = super::conflicts(replica, found).into_iter().map(|conflict| {
        let values = (0..).zip(&conflict.values).map(|(choice, written)| {
            let (person_name, device_name) = author(replica, written.actor);
            ConflictValue {
                choice,
                display: validate::display_node(&found.entry, &conflict.key, &written.node, &unit_name),
                person_name,
                device_name,
                mine: written.actor.is_some() && written.actor.map(|actor| actor.device.0) == own,
                at: (!places::is_nobodys(written)).then_some(written.at),
            }
        });
        Conflict {
            values: values.collect(),
            part: super::part(replica, found, &conflict),
            key: conflict.key,
            field: conflict.field,
        }
    });
    conflicts.collect()
}

/// Titles this unit has used for a type: the most used first, among equals the newest.
pub(super) fn titles(replica: &Replica, type_code: &str) -> Vec<String> {
    const MOST: usize = 8;
    let known = catalogue::activity_type(type_code);
    let Some(field) = known.and_then(|known| known.title_field) else {
        return Vec::new();
    };
    let mut used: HashMap<String, (u32, EntryId)> = HashMap::new();
    for found in own_entries(replica) {
        if found.entry.type_code == type_code
            && let Some(title) = found.entry.text(field)
        {
            let (count, newest) = used.entry(title.to_owned()).or_insert((0, found.entry.id));
            *count += 1;
            *newest = found.entry.id.max(*newest);
        }
    }
    let mut titles: Vec<_> = used.into_iter().collect();
    titles.sort_by_key(|(_, rank)| Reverse(*rank));
    titles.into_iter().take(MOST).map(|(title, _)| title).collect()
}
