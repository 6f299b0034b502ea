//! What is typed and not saved yet: kept as each field is left, right or wrong.

use std::collections::BTreeMap;

use super::effect::Effect;
use super::input::{Declaring, Draft};
use super::kept::{KeptDraft, Staged};
use super::refusal::ReportPart;
use super::view::{Bilingual, Outcome};
use super::views;
use super::{After, Replica, refused};
use crate::ids::EntryId;
use crate::model::log::ReportKey;
use crate::time::Timestamp;

impl Replica {
    pub(super) fn keep_draft(&mut self, draft: Draft, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.is_of_another_unit(draft.entry, effects) {
            return;
        }
        if !self.kept.drafts.contains_key(&draft.entry) && views::is_untouched(self, &draft) {
            // A form that was opened and left untouched leaves nothing behind.
            effects.push(Effect::Outcome { outcome: Outcome::Done });
            return;
        }
        self.keep_typed(draft, Outcome::Done, now, effects);
    }

    /// Keeps what is typed, right or wrong, and says what came of it.
    pub(super) fn keep_typed(&mut self, draft: Draft, outcome: Outcome, now: Timestamp, effects: &mut Vec<Effect>) {
        self.keep_told(draft, BTreeMap::new(), outcome, now, effects);
    }

    /// The same, with what the person is now told of what others wrote in its fields.
    pub(super) fn keep_told(
        &mut self,
        draft: Draft,
        told: BTreeMap<String, String>,
        outcome: Outcome,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let over = views::typed_over(self, &draft);
        let kept = self.kept.drafts.get(&draft.entry);
        let mut kept = kept.cloned().unwrap_or_else(|| {
            let draft = Draft::new(draft.entry, draft.type_code.clone());
            KeptDraft::new(None, draft)
        });
        kept.unit = self.kept.unit();
        kept.told.extend(told);
        kept.draft = Draft {
            over,
            kept_at: now,
            ..draft
        };
        let mut staged = Staged::default();
        staged.draft(kept.draft.entry, Some(kept));
        self.persist(staged, Some(outcome), After::Nothing, effects);
    }

    /// There is room again: writes what is in memory alone.
    pub(super) fn keep_unkept(&mut self, effects: &mut Vec<Effect>) {
        let mut staged = Staged::default();
        for id in std::mem::take(&mut self.unkept) {
            if let Some(kept) = self.kept.drafts.get(&id) {
                staged.draft(id, Some(kept.clone()));
            }
        }
        for key in std::mem::take(&mut self.unkept_declaring) {
            if let Some(declaring) = self.kept.declaring.get(&key) {
                let (unit, key) = key;
                let declaring = declaring.clone();
                staged.declaring(unit, key, Some(declaring));
            }
        }
        if !staged.writes.is_empty() {
            self.persist(staged, None, After::Nothing, effects);
        }
    }

    /// Whether an entry is put away for another unit; the screen is told so. It can be read, and goes nowhere.
    pub(super) fn is_of_another_unit(&self, entry: EntryId, effects: &mut Vec<Effect>) -> bool {
        let elsewhere = self.kept.is_of_another_unit(entry);
        if elsewhere {
            effects.push(refused(Bilingual::new(
                "Bản ghi này của đơn vị khác. Nhận lại mã của đơn vị ấy thì mới sửa hoặc gửi được.",
                "This record is another unit's. Only with a code of that unit can it be changed or sent.",
            )));
        }
        elsewhere
    }

    pub(super) fn drop_draft(&mut self, entry: EntryId, effects: &mut Vec<Effect>) {
        if self.is_of_another_unit(entry, effects) {
            return;
        }
        let mut staged = Staged::default();
        staged.draft(entry, None);
        self.persist(staged, Some(Outcome::Done), After::Nothing, effects);
    }

    pub(super) fn keep_declaring(&mut self, declaring: Declaring, now: Timestamp, effects: &mut Vec<Effect>) {
        let Some((_, unit)) = self.officer(effects) else {
            return;
        };
        let key = (declaring.period, declaring.indicator.clone());
        let mut staged = Staged::default();
        let kept_at = now;
        staged.declaring(unit, key, Some(Declaring { kept_at, ..declaring }));
        self.persist(staged, Some(Outcome::Done), After::Nothing, effects);
    }

    /// What was refused is declared or submitted anew, or thrown away.
    pub(super) fn stage_put_right(&self, staged: &mut Staged, part: ReportPart) {
        if let Some(unit) = self.kept.unit()
            && self.kept.own_refused_part(part.clone()).is_some()
        {
            staged.refused_part(unit, part, None);
        }
    }

    pub(super) fn drop_declaring(&mut self, key: ReportKey, effects: &mut Vec<Effect>) {
        let Some((_, unit)) = self.officer(effects) else {
            return;
        };
        let mut staged = Staged::default();
        let (period, indicator) = key.clone();
        staged.declaring(unit, key, None);
        self.stage_put_right(&mut staged, (period, Some(indicator)));
        self.persist(staged, Some(Outcome::Done), After::Nothing, effects);
    }
}
