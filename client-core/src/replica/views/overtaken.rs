//! What others wrote in the fields of a draft since it was begun: said before the draft is written over it (decision 32).

use std::collections::{BTreeMap, btree_map};

use super::super::Replica;
use super::super::input::{Draft, RawValue};
use super::super::view::{Bilingual, DraftFinding, FindingLevel};
use super::entries::{display_typed, unit_name};
use super::{Found, author, conflicts, own_entry};
use crate::catalogue::{self, ActivityType};
use crate::model::conflict;
use crate::model::entries::{EntryEdit, STATE};
use crate::model::entry::Entry;
use crate::time::Timestamp;
use crate::validate;

/// Longer texts are not told as they were before, only as they are now.
const MOST_BEFORE: usize = 80;

/// What stood in the fields of a draft as they were first typed over.
pub(in super::super) fn typed_over(replica: &Replica, draft: &Draft) -> BTreeMap<String, RawValue> {
    let kept = replica.kept.own_draft(draft.entry).map(|kept| &kept.draft);
    let standing = own_entry(replica, draft.entry);
    let entry = standing.as_ref().map(|found| &found.entry);
    let known = catalogue::activity_type(&draft.type_code);
    let over = names(draft).map(|name| {
        let said = kept.and_then(|kept| kept.over.get(name)).or(draft.over.get(name));
        let stood = || stands(known, entry, name);
        (name.to_owned(), said.cloned().unwrap_or_else(stood))
    });
    over.collect()
}

/// Whether a form was only opened: nothing is in it, and nothing was taken out of a record.
pub(in super::super) fn is_untouched(replica: &Replica, draft: &Draft) -> bool {
    let is_blank = draft.fields.values().all(RawValue::is_blank);
    let over = typed_over(replica, draft);
    let chooses_state = draft.state.is_some() && own_entry(replica, draft.entry).is_some();
    is_blank && over.values().all(RawValue::is_blank) && !chooses_state
}

/// What is to be looked at again before a draft is written: by field, in the order of their names.
pub(super) fn warnings(
    replica: &Replica,
    draft: &Draft,
    edit: &EntryEdit,
    found: &Found,
    now: Timestamp,
) -> Vec<DraftFinding> {
    let known = catalogue::activity_type(&draft.type_code);
    let over = typed_over(replica, draft);
    let differing = differing(replica, found, known);
    let warnings = over.iter().filter_map(|(name, over)| {
        let overtaken = overtaken(replica, (draft, edit), found, (name, over), now);
        // A form does not show that two differ, and that may have come while it was open.
        let differing = || differing.get(name).cloned();
        Some(DraftFinding {
            rule: "OVERTAKEN".to_owned(),
            level: FindingLevel::Warning,
            fields: vec![name.clone()],
            message: overtaken.or_else(differing)?,
            other: None,
        })
    });
    warnings.collect()
}

/// Of what is to be looked at again, what the person was not told yet on saving: said now, once. And what that will have been.
pub(in super::super) fn untold(
    replica: &Replica,
    draft: &Draft,
    edit: &EntryEdit,
    found: &Found,
    now: Timestamp,
) -> (Vec<DraftFinding>, BTreeMap<String, String>) {
    let told = replica.kept.own_draft(draft.entry).map(|kept| &kept.told);
    let mut findings = warnings(replica, draft, edit, found, now);
    let is_told = |finding: &DraftFinding| {
        let mut fields = finding.fields.iter();
        fields.all(|name| told.and_then(|told| told.get(name)) == Some(&finding.message.vi))
    };
    findings.retain(|finding| !is_told(finding));
    let telling = findings.iter().flat_map(|finding| {
        let names = finding.fields.iter();
        names.map(|name| (name.clone(), finding.message.vi.clone()))
    });
    let telling = telling.collect();
    for finding in &mut findings {
        finding.level = FindingLevel::Error;
        finding.message.vi.push_str(" Vẫn muốn ghi thì bấm lần nữa.");
        finding
            .message
            .en
            .push_str(" To record it all the same, press once more.");
    }
    (findings, telling)
}

/// The fields that a draft says something of.
fn names(draft: &Draft) -> impl Iterator<Item = &str> {
    let state = draft.state.as_ref().map(|_| STATE);
    draft.fields.keys().map(String::as_str).chain(state)
}

fn stands(known: Option<&ActivityType>, entry: Option<&Entry>, name: &str) -> RawValue {
    if name == STATE {
        return RawValue::Text(entry.and_then(|entry| entry.state.clone()).unwrap_or_default());
    }
    let value = entry.and_then(|entry| entry.field(name));
    let field = known.and_then(|known| known.field(name));
    field.map_or(RawValue::Text(String::new()), |field| {
        validate::format_entry_field(field, value)
    })
}

/// What to say of a field in which something else stands than the draft was typed over.
fn overtaken(
    replica: &Replica,
    (draft, edit): (&Draft, &EntryEdit),
    found: &Found,
    (name, over): (&str, &RawValue),
    now: Timestamp,
) -> Option<Bilingual> {
    let known = catalogue::activity_type(&draft.type_code)?;
    let stands = stands(Some(known), Some(&found.entry), name);
    let typed = match edit.fields.get(name) {
        Some(value) => Some(validate::format_entry_field(known.field(name)?, value.as_ref())),
        None if name == STATE => draft.state.clone().map(RawValue::Text),
        None => None,
    };
    if stands.says(over) || typed.is_some_and(|typed| typed.says(&stands)) {
        return None;
    }
    let shown = |raw: &RawValue| {
        let text = match (raw, name == STATE) {
            (RawValue::Text(code), true) => known.state(code).map(|state| state.label.into()),
            (_, _) => None,
        };
        let shown = text.unwrap_or_else(|| display_typed(replica, known.field(name), raw, now.date()));
        match raw.is_blank() {
            true => Bilingual::new("trống", "empty"),
            false => shown,
        }
    };
    let (before, after) = (shown(over), shown(&stands));
    let label = label(known, name);
    let (who, whose) = match writer(replica, found, name) {
        Some(person) => (
            format!("{person} đã sửa “{}”", label.vi),
            format!("{person} changed \"{}\"", label.en),
        ),
        None => (
            format!("“{}” đã được sửa", label.vi),
            format!("\"{}\" was changed", label.en),
        ),
    };
    let (from, from_en) = match before.vi.chars().count() <= MOST_BEFORE {
        true => (format!(" từ {}", before.vi), format!(" from {}", before.en)),
        false => (String::new(), String::new()),
    };
    Some(Bilingual::new(
        format!(
            "{who}{from} thành {} sau khi bạn bắt đầu gõ. Ghi vào sổ thì nội dung bạn gõ thay nội dung ấy.",
            after.vi
        ),
        format!(
            "{whose}{from_en} to {} after you began to type. Recording puts what you typed in its place.",
            after.en
        ),
    ))
}

/// Who wrote a field last, if that is another than the person of this device.
fn writer(replica: &Replica, found: &Found, name: &str) -> Option<String> {
    let document = &replica.kept.documents.get(&found.document)?.document;
    let actor = conflict::last_written(document, &found.maps, name)?.actor?;
    let own = replica.kept.identity.as_ref().map(|identity| *identity.device);
    let (person, _) = author(replica, Some(actor).filter(|actor| Some(actor.device.0) != own));
    (!person.is_empty()).then_some(person)
}

fn label(known: &ActivityType, name: &str) -> Bilingual {
    match known.field(name) {
        Some(field) => field.label.into(),
        None => Bilingual::new("Giai đoạn", "Stage"),
    }
}

/// What to say of each field in which two people's values stand: of each paragraph, cell or choice in which they do.
fn differing(replica: &Replica, found: &Found, known: Option<&ActivityType>) -> BTreeMap<String, Bilingual> {
    let mut differing: BTreeMap<String, Bilingual> = BTreeMap::new();
    let Some(known) = known else { return differing };
    let unit_name = |code: &str| unit_name(replica, code);
    for conflict in conflicts(replica, found) {
        if conflict.field != STATE && known.field(&conflict.field).is_none() {
            continue;
        }
        let (entry, key) = (&found.entry, &conflict.key);
        let values = conflict.values.iter();
        let values = values.map(|written| validate::display_node(entry, key, &written.node, &unit_name));
        let (vi, en): (Vec<_>, Vec<_>) = values.map(|value| (value.vi, value.en)).unzip();
        let mut label = label(known, &conflict.field);
        if let Some(part) = super::part(replica, found, &conflict) {
            label = Bilingual::new(
                format!("{}: {}", label.vi, part.vi),
                format!("{}: {}", label.en, part.en),
            );
        }
        let message = Bilingual::new(
            format!(
                "Hai người ghi “{}” khác nhau: {}. Ghi vào sổ thì nội dung bạn gõ thay cả hai.",
                label.vi,
                vi.join("; ")
            ),
            format!(
                "Two people wrote \"{}\" differently: {}. Recording puts what you typed in place of both.",
                label.en,
                en.join("; ")
            ),
        );
        match differing.entry(conflict.field) {
            btree_map::Entry::Vacant(entry) => drop(entry.insert(message)),
            btree_map::Entry::Occupied(mut entry) => {
                let told = entry.get_mut();
                *told = Bilingual::new(
                    format!("{} {}", told.vi, message.vi),
                    format!("{} {}", told.en, message.en),
                );
            }
        }
    }
    differing
}
