//! What an officer does to records and reports: each is one change.

mod report;

use super::effect::Effect;
use super::input::Draft;
use super::kept::{KeptDraft, Staged};
use super::view::{Bilingual, FindingLevel, Outcome};
use super::views::{self, Found, check_draft, own_entry, own_unit};
use super::{After, Replica, refused};
use crate::catalogue::{self, RecordKind};
use crate::document::{Change, Document, Node, Scalar};
use crate::ids::{Actor, DOCUMENT_YEARS, DocumentId, EntryId, OrgUnitId};
use crate::model::entries::{self, DELETED, EntryEdit, EntryKey};
use crate::model::entry::Entry;
use crate::model::places;
use crate::model::{conflict, deletion, home};
use crate::time::Timestamp;

impl Replica {
    pub(super) fn save_entry(&mut self, draft: Draft, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.is_of_another_unit(draft.entry, effects) {
            return;
        }
        let (edit, check) = check_draft(self, &draft, now);
        let errors: Vec<_> = check
            .findings
            .into_iter()
            .filter(|finding| finding.level == FindingLevel::Error)
            .collect();
        let (Some(edit), true) = (edit, errors.is_empty()) else {
            self.keep_typed(draft, Outcome::Invalid { findings: errors }, now, effects);
            return;
        };
        let Some((actor, unit)) = self.officer(effects) else {
            return;
        };
        let standing = own_entry(self, edit.id);
        if let Some(message) = standing.as_ref().and_then(|found| views::deletion_said(self, found)) {
            // Written into what is deleted it would be nowhere to be seen. What is typed is kept, and the person asked.
            self.keep_typed(draft, Outcome::Refused { message }, now, effects);
            return;
        }
        if let Some(message) = wrong_clock(&edit, standing.as_ref().map(|found| &found.entry), now) {
            self.keep_typed(draft, Outcome::Refused { message }, now, effects);
            return;
        }
        if let Some(found) = &standing {
            let (findings, told) = views::untold(self, &draft, &edit, found, now);
            if !findings.is_empty() {
                self.keep_told(draft, told, Outcome::Invalid { findings }, now, effects);
                return;
            }
        }
        let place = standing.as_ref().map(|found| (&found.document, &found.entry));
        let target = home::of_edit(&edit, place, &unit, now);
        let leaving = standing.as_ref().filter(|found| found.document != target);
        if leaving.is_some_and(|found| views::is_undecided(self, found)) {
            // It would be written over what another wrote there, and only one of the values that stand here would go along.
            let message = Bilingual::new(
                "Hai người ghi khác nhau ở bản ghi này. Mở bản ghi, chọn một trước, rồi mới đổi sang năm khác.",
                "Two people wrote this record differently. Open it and choose first, then move it to another year.",
            );
            self.keep_typed(draft, Outcome::Refused { message }, now, effects);
            return;
        }
        let mut staged = Staged::default();
        if let Some(found) = leaving {
            // The day moved to another year: the entry moves to that year's log, and the old one keeps a tombstone.
            self.stage_edit(&mut staged, &found.document, |document, _| {
                home::move_out(document, actor, now, edit.id)
            });
            let left = &self.kept.holding(&found.document).document;
            self.stage_edit(&mut staged, &target, |document, rng| {
                home::move_in(document, actor, now, rng, left, &edit)
            });
        } else {
            self.stage_edit(&mut staged, &target, |document, rng| {
                entries::write(document, actor, now, rng, &edit)
            });
            let names = |key: &str| EntryKey::parse(key).is_some_and(|key| edit.fields.contains_key(key.field()));
            if let Some(found) = &standing {
                self.stage_settled(&mut staged, found, actor, now, names);
            }
        }
        staged.draft(draft.entry, None);
        self.persist(staged, Some(Outcome::Done), After::Send, effects);
    }

    pub(super) fn delete_entry(&mut self, id: EntryId, delete: bool, now: Timestamp, effects: &mut Vec<Effect>) {
        let Some((actor, _)) = self.officer(effects) else {
            return;
        };
        let Some(found) = own_entry(self, id) else {
            // Nothing but a draft, then: what the server refused, or what was never saved.
            if delete && self.kept.own_draft(id).is_some() {
                self.drop_draft(id, effects);
            } else {
                effects.push(no_such_entry());
            }
            return;
        };
        let mut staged = Staged::default();
        let edit = EntryEdit {
            deleted: Some(delete),
            ..EntryEdit::new(id, found.entry.type_code.clone())
        };
        let places = std::iter::once(&found).chain(&found.others);
        // What one deleted while another moved it away is taken back where that moved it to; in every year in which it lived.
        let back = places.clone().find(|place| !views::is_deleted_apart(self, place));
        let back = &back.unwrap_or(&found).document;
        for place in places {
            self.stage_edit(&mut staged, &place.document, |document, rng| {
                match delete || place.document == *back || !deletion::is_left(document, &place.maps) {
                    true => entries::write(document, actor, now, rng, &edit),
                    false => home::stay_out(document, actor, now, id),
                }
            });
        }
        self.stage_said_anew(&mut staged, id);
        if let Some(kept) = self.kept.own_draft(id)
            && delete
            && !kept.draft.is_empty()
        {
            // What is typed nobody has: it waits for the record to be taken back.
            let (refused, deletes) = (None, None);
            staged.draft(
                id,
                Some(KeptDraft {
                    refused,
                    deletes,
                    ..kept.clone()
                }),
            );
        }
        self.persist(staged, Some(Outcome::Done), After::Send, effects);
    }

    pub(super) fn resolve_conflict(
        &mut self,
        id: EntryId,
        key: &str,
        choice: u32,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some((actor, _)) = self.officer(effects) else {
            return;
        };
        let Some(found) = own_entry(self, id) else {
            effects.push(no_such_entry());
            return;
        };
        let conflicts = views::conflicts(self, &found);
        let conflict = conflicts.iter().find(|conflict| conflict.key == key);
        let chosen = conflict.and_then(|conflict| Some((conflict, conflict.values.get(choice as usize)?.node.clone())));
        let Some((conflict, Node::Scalar(value))) = chosen else {
            // Somebody else chose in the meantime.
            effects.push(Effect::Outcome { outcome: Outcome::Done });
            return;
        };
        let mut staged = Staged::default();
        self.stage_edit(&mut staged, &found.document, |document, _| {
            // Who chooses what another wrote in a row that one took out chooses the row.
            let row = match value == Scalar::Empty {
                true => Vec::new(),
                false => conflict::taken_out(document, &found.maps, conflict),
            };
            let change = document.edit(actor, now, |editor| {
                for (key, value) in row {
                    found.maps.put(editor, &key, value);
                }
                // What is about an entry is never emptied; a deletion is taken back.
                if value != Scalar::Empty || !key.starts_with('@') || key == DELETED {
                    found.maps.put(editor, key, value);
                }
                Ok::<_, std::convert::Infallible>(())
            });
            match change {
                Ok(change) => change,
            }
        });
        self.stage_settled(&mut staged, &found, actor, now, |decided| decided == key);
        self.stage_said_anew(&mut staged, id);
        self.persist(staged, Some(Outcome::Done), After::Send, effects);
    }

    /// What was refused and says nothing that could be typed is done again: there is nothing more to tell of it.
    fn stage_said_anew(&self, staged: &mut Staged, id: EntryId) {
        if self.kept.own_draft(id).is_some_and(|kept| kept.draft.is_empty()) {
            staged.draft(id, None);
        }
    }

    /// Who acts, and for which unit; or tells the screen that nobody does.
    pub(super) fn officer(&self, effects: &mut Vec<Effect>) -> Option<(Actor, OrgUnitId)> {
        let officer = self.kept.actor().zip(own_unit(self).map(|unit| unit.id));
        if officer.is_none() {
            effects.push(refused(Bilingual::new(
                "Máy chưa nhận được thông tin đơn vị. Mở lại khi có sóng.",
                "The phone has not received its unit yet. Open it again when there is a signal.",
            )));
        }
        officer
    }

    /// Writes into the documents in which an entry does not count, or counts no more, what was decided about it.
    fn stage_settled(
        &mut self,
        staged: &mut Staged,
        found: &Found,
        actor: Actor,
        now: Timestamp,
        is_decided: impl Fn(&str) -> bool,
    ) {
        if found.others.is_empty() {
            return;
        }
        let ids = std::iter::once(found).chain(&found.others).map(|found| &found.document);
        let documents = ids.map(|id| match staged.documents.get(id) {
            Some(holding) => (id, holding.document.clone()),
            None => (id, self.kept.holding(id).document),
        });
        let documents: Vec<_> = documents.collect();
        let standing = places::find(documents.iter().map(|(id, document)| (*id, document)), found.entry.id);
        let Some((counting, others)) = standing else { return };
        for other in others {
            self.stage_edit(staged, other.id, |document, _| {
                places::settle(document, other.id, actor, now, &counting, &is_decided)
            });
        }
    }

    /// Makes one change to a document, if the edit writes anything.
    fn stage_edit(
        &mut self,
        staged: &mut Staged,
        id: &DocumentId,
        edit: impl FnOnce(&mut Document, &mut fastrand::Rng) -> Option<Change>,
    ) {
        let mut holding = staged.documents.remove(id).unwrap_or_else(|| self.kept.holding(id));
        match edit(&mut holding.document, &mut self.rng) {
            Some(change) => staged.made(holding, &change),
            None => {
                staged.documents.insert(id.clone(), holding);
            }
        }
    }
}

/// That the phone's clock says a year in which nothing is recorded, where an edit takes a day from it: the one on which the
/// record enters a state, or the one that says its year.
fn wrong_clock(edit: &EntryEdit, standing: Option<&Entry>, now: Timestamp) -> Option<Bilingual> {
    let today = now.date();
    let known = catalogue::activity_type(&edit.type_code);
    let is_long_lived = matches!(
        known.map(|known| known.record),
        Some(RecordKind::Register | RecordKind::Snapshot)
    );
    let day = known.and_then(|known| edit.fields.get(known.day_field?)?.as_ref());
    let takes_year = standing.is_none() && !is_long_lived && day.is_none();
    let takes_day = edit.state.is_some() && standing.is_none_or(|entry| entry.state != edit.state);
    if DOCUMENT_YEARS.contains(&today.year()) || !(takes_year || takes_day) {
        return None;
    }
    let (day, month, year) = (today.day(), today.month(), today.year());
    Some(Bilingual::new(
        format!(
            "Máy đang để sai ngày: {day}/{month}/{year}. Vào Cài đặt → Ngày và giờ, bật ngày giờ tự động hoặc đặt lại cho đúng, \
             rồi bấm ghi lại. Bản nháp vẫn được giữ."
        ),
        format!(
            "This phone's date is wrong: {day}/{month}/{year}. In Settings → Date and time, turn on automatic date and time or \
             set it right, then save again. The draft is kept."
        ),
    ))
}

fn no_such_entry() -> Effect {
    refused(Bilingual::new(
        "Bản ghi này không còn ở đây.",
        "This record is no longer here.",
    ))
}
