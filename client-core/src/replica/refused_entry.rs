//! What the server refused of a record comes back as a draft of just that: of what stood beside it, others may have written
//! anew since (decision 32).

use std::collections::{BTreeMap, BTreeSet};

use super::Replica;
use super::holding::Holding;
use super::input::{Draft, RawValue};
use super::kept::{KeptDraft, Staged};
use super::outbox;
use super::refusal::{Refused, reason_text};
use crate::catalogue::{self, ActivityType};
use crate::document::{Action, Change, Document, Scalar};
use crate::ids::{ChangeHash, DocumentId, EntryId};
use crate::model::deletion;
use crate::model::entries::{self, DELETED, EntryKey, MOVED, STATE};
use crate::model::entry::Entry;
use crate::model::maps::EntryMaps;
use crate::protocol::sync::RefusalCode;
use crate::time::Timestamp;
use crate::validate;

/// What was taken out of one document.
pub(super) struct TakenOut {
    /// The document, with what was refused.
    pub(super) before: Holding,
    /// What must be put right by a person, dependencies first, each with why.
    pub(super) dropped: Vec<(Change, RefusalCode, String)>,
    /// What was built on that and made anew.
    pub(super) remade: Vec<Change>,
}

/// What one refused change did to one entry.
struct Step {
    document: DocumentId,
    at: Timestamp,
    /// The entry as whoever made the change saw it there; none if it was not there.
    base: Option<Entry>,
    then: Entry,
    /// The keys it wrote that nobody wrote anew since.
    keys: BTreeSet<String>,
    /// It moved the entry away.
    leaves: bool,
    /// It deleted the entry, or took that back.
    deletes: Option<bool>,
    reason: RefusalCode,
    detail: String,
}

/// What is to be said again of one entry: over what, and what.
#[derive(Default)]
struct Said {
    fields: BTreeMap<String, (RawValue, RawValue)>,
    state: Option<(Option<String>, Option<String>)>,
    deletes: Option<bool>,
}

impl Replica {
    /// Puts away what was refused of records; `staged` has the documents without it.
    pub(super) fn stage_refused_entries(&self, staged: &mut Staged, taken: &[TakenOut]) {
        let mut entries: BTreeMap<EntryId, Vec<Step>> = BTreeMap::new();
        for (id, step) in taken.iter().flat_map(steps) {
            entries.entry(id).or_default().push(step);
        }
        for (id, mut steps) in entries {
            // A move is written in two documents.
            steps.sort_by_key(|step| step.at);
            if let Some(draft) = self.refused_draft(staged, id, &steps) {
                staged.draft(id, Some(draft));
            }
        }
    }

    /// None when all of it was said anew since.
    fn refused_draft(&self, staged: &Staged, id: EntryId, steps: &[Step]) -> Option<KeptDraft> {
        if steps.iter().all(|step| step.keys.is_empty()) {
            return None;
        }
        let last = steps.last()?;
        let standing = self.standing(staged, last.document.unit(), id);
        let known = catalogue::activity_type(&last.then.type_code);
        let mut said = Said::default();
        for step in steps {
            said.add(step, origin(step, steps, &standing).as_ref(), known);
        }
        let is_deleted = standing.iter().all(|(_, entry)| entry.is_deleted());
        let was_deleted = standing.is_empty() && said.deletes == Some(true);
        // Of what is gone whole there is nothing to delete; and what stands as it was wanted is done.
        said.deletes
            .take_if(|deletes| standing.is_empty() || *deletes == is_deleted);
        let named = steps
            .iter()
            .rfind(|step| step.reason != RefusalCode::DependsOnRefused)
            .unwrap_or(last);
        let what = match said.deletes.filter(|_| named.deletes.is_some()) {
            Some(true) => Refused::Deletion,
            Some(false) => Refused::Restoration,
            None => Refused::Record,
        };
        let earlier = match staged.drafts.get(&id) {
            Some(draft) => draft.clone(),
            None => self.kept.drafts.get(&id).cloned(),
        };
        let mut kept = earlier.unwrap_or_else(|| {
            let unit = last.document.unit().clone();
            KeptDraft::new(Some(unit), Draft::new(id, last.then.type_code.clone()))
        });
        said.put_into(&mut kept.draft, last.at);
        kept.deletes = said.deletes.or(kept.deletes);
        let mut reason = reason_text(what, named.reason, &named.detail);
        if was_deleted {
            reason
                .vi
                .insert_str(0, "Bạn đã xóa bản ghi này; không cần nữa thì bỏ bản nháp. ");
            reason.en.insert_str(
                0,
                "You had deleted this record; if you do not need it, discard the draft. ",
            );
        }
        kept.refused = Some(reason);
        Some(kept)
    }

    /// The entry in every document of the unit in which it stands once what was refused is out.
    fn standing(&self, staged: &Staged, unit: &crate::ids::OrgUnitId, id: EntryId) -> Vec<(DocumentId, Entry)> {
        let kept = self.kept.documents.values();
        let kept = kept.filter(|holding| !staged.documents.contains_key(&holding.id));
        let holdings = kept.chain(staged.documents.values());
        let own = holdings.filter(|holding| holding.id.unit() == unit);
        own.filter_map(|holding| Some((holding.id.clone(), entries::find(&holding.document, id)?.0)))
            .collect()
    }
}

/// What each refused change in a document did to each entry.
fn steps(taken: &TakenOut) -> Vec<(EntryId, Step)> {
    let whole = &taken.before.document;
    let mut document = Document::new(whole.kind());
    let mut steps = Vec::new();
    for (change, reason, detail) in &taken.dropped {
        let hashes = |hashes: Vec<ChangeHash>| hashes.into_iter().collect::<BTreeSet<_>>();
        // Most are made one upon the other.
        if hashes(document.heads()) != hashes(change.dependencies()) {
            document = whole.at(&change.dependencies());
        }
        let base = document.clone();
        if document.apply([change.clone()]).is_err() {
            document = whole.at(&[change.hash()]);
        }
        for id in outbox::entries_of(&taken.before, change) {
            let Some((then, maps)) = entries::find(&document, id) else {
                continue;
            };
            let mut keys = keys_of(change, &maps);
            let wrote = |key: &str| keys.contains_key(key);
            let leaves = wrote(MOVED) && matches!(keys.get(MOVED), Some(Action::Put(Scalar::Integer(_))));
            let deletes = match keys.get(DELETED) {
                Some(Action::Put(Scalar::Integer(_))) if !leaves => Some(true),
                Some(Action::Put(Scalar::Empty)) => Some(false),
                Some(Action::Put(_) | Action::Delete | Action::MakeMap { .. } | Action::Foreign) | None => None,
            };
            for anew in taken
                .remade
                .iter()
                .filter(|anew| whole.follows(&anew.hash(), &change.hash()))
            {
                for key in keys_of(anew, &maps).into_keys() {
                    keys.remove(&key);
                }
            }
            let base = entries::find(&base, id).map(|(entry, maps)| (deletion::is_left(&base, &maps), entry));
            let step = Step {
                document: taken.before.id.clone(),
                at: change.at(),
                // Where it was moved away from it was no more.
                base: base.and_then(|(is_left, entry)| (!is_left).then_some(entry)),
                then,
                deletes: deletes.filter(|_| keys.contains_key(DELETED)),
                keys: keys.into_keys().collect(),
                leaves,
                reason: *reason,
                detail: detail.clone(),
            };
            steps.push((id, step));
        }
    }
    steps
}

/// The keys of an entry that a change writes, with what it does there.
fn keys_of(change: &Change, maps: &EntryMaps) -> BTreeMap<String, Action> {
    let names: BTreeSet<_> = maps.iter().map(crate::document::MapRef::name).collect();
    let operations = change.operations().into_iter();
    let own = operations.filter(|operation| names.contains(&operation.map));
    own.filter_map(|operation| Some((operation.key?, operation.action)))
        .collect()
}

/// What a step began with; none where it made the entry.
fn origin(step: &Step, steps: &[Step], standing: &[(DocumentId, Entry)]) -> Option<Entry> {
    if let Some(base) = &step.base {
        return Some(base.clone());
    }
    // It brought the entry from another document, as it stood there.
    let left = steps
        .iter()
        .find(|other| other.leaves && other.document != step.document);
    let left = left.and_then(|left| left.base.clone());
    let stands = || {
        let mut others = standing.iter().filter(|(document, _)| *document != step.document);
        others.next().map(|(_, entry)| entry.clone())
    };
    left.or_else(stands)
}

impl Said {
    /// Adds what a step said: over what stood before the first that said something of a field, what the last said.
    fn add(&mut self, step: &Step, origin: Option<&Entry>, known: Option<&ActivityType>) {
        let arrives = step.base.is_none();
        let names: BTreeSet<&str> = if arrives {
            let before = origin.iter().flat_map(|entry| entry.fields.keys());
            before.chain(step.then.fields.keys()).map(String::as_str).collect()
        } else {
            let keys = step.keys.iter().filter_map(|key| EntryKey::parse(key));
            keys.map(EntryKey::field).collect()
        };
        for field in names.into_iter().filter_map(|name| known?.field(name)) {
            let before = origin.and_then(|entry| entry.field(field.name));
            let over = validate::format_entry_field(field, before);
            let value = validate::format_entry_field(field, step.then.field(field.name));
            if !arrives || !value.says(&over) {
                let said = self.fields.entry(field.name.to_owned());
                said.or_insert_with(|| (over, RawValue::Text(String::new()))).1 = value;
            }
        }
        let before = origin.and_then(|entry| entry.state.clone());
        if before != step.then.state && (arrives || step.keys.contains(STATE)) {
            let said = self.state.get_or_insert((before, None));
            said.1.clone_from(&step.then.state);
        }
        // A move says nothing of that.
        self.deletes = step.deletes.filter(|_| !arrives).or(self.deletes);
    }

    /// Puts it into a draft. What is typed there stays: on saving, the draft of what was refused was gone, so it was typed since.
    fn put_into(&self, draft: &mut Draft, at: Timestamp) {
        for (name, (over, value)) in &self.fields {
            let is_typed = draft.fields.contains_key(name);
            if is_typed || !value.says(over) {
                draft.over.insert(name.clone(), over.clone());
            }
            if !is_typed && !value.says(over) {
                draft.fields.insert(name.clone(), value.clone());
            }
        }
        if let Some((before, state)) = &self.state
            && before != state
        {
            let over = RawValue::Text(before.clone().unwrap_or_default());
            draft.over.insert(STATE.to_owned(), over);
            if draft.state.is_none() {
                draft.state.clone_from(state);
            }
        }
        draft.kept_at = draft.kept_at.max(at);
    }
}
