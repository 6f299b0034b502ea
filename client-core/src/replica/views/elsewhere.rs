//! What is kept for units for which the phone was used before.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::super::Replica;
use super::super::input::{Draft, RawValue};
use super::super::outbox::Subject;
use super::super::view::{Bilingual, Elsewhere, LeftWork, TypedLine};
use super::status::{draft_title, subject_title};
use crate::catalogue::{self, ActivityType};
use crate::ids::OrgUnitId;

/// Everything that is put away for other units, by unit.
pub(super) fn elsewhere(replica: &Replica) -> Vec<Elsewhere> {
    let kept = &replica.kept;
    let mut works: BTreeMap<&OrgUnitId, Vec<LeftWork>> = BTreeMap::new();
    for left in kept.drafts.values() {
        if let Some(unit) = &left.unit {
            let known = catalogue::activity_type(&left.draft.type_code);
            works.entry(unit).or_default().push(LeftWork {
                title: Bilingual::same(draft_title(&left.draft, known)),
                at: left.draft.kept_at,
                refused: left.refused.clone(),
                typed: typed(&left.draft, known),
            });
        }
    }
    let none = HashMap::new();
    for ((unit, (period, indicator)), declaring) in &kept.declaring {
        let part = (*period, Some(indicator.clone()));
        let refusal = kept.refused_parts.get(&(unit.clone(), part));
        let lines = [
            (("Nội dung", "What is declared"), &declaring.value),
            (("Lý do", "Reason"), &declaring.reason),
        ];
        let lines = lines.into_iter().filter(|(_, text)| !text.is_empty());
        works.entry(unit).or_default().push(LeftWork {
            title: subject_title(&Subject::Declaration(format!("{period}/{indicator}")), &none),
            at: declaring.kept_at,
            refused: refusal.map(|refusal| refusal.reason.clone()),
            typed: lines
                .map(|((vi, en), text)| TypedLine {
                    label: Bilingual::new(vi, en),
                    text: text.clone(),
                })
                .collect(),
        });
    }
    for ((unit, (period, indicator)), refusal) in &kept.refused_parts {
        let subject = match indicator {
            // Said with what is typed there.
            Some(indicator)
                if kept
                    .declaring
                    .contains_key(&(unit.clone(), (*period, indicator.clone()))) =>
            {
                continue;
            }
            Some(indicator) => Subject::Declaration(format!("{period}/{indicator}")),
            None => Subject::Submission(String::new()),
        };
        works.entry(unit).or_default().push(LeftWork {
            title: subject_title(&subject, &none),
            at: refusal.at,
            refused: Some(refusal.reason.clone()),
            typed: Vec::new(),
        });
    }
    let own = kept.unit();
    let others = works.into_iter().filter(|(unit, _)| Some(*unit) != own.as_ref());
    let others = others.map(|(unit, mut works)| {
        works.sort_by_key(|work| Reverse(work.at));
        Elsewhere {
            unit: unit.clone(),
            unit_name: kept.unit_names.get(unit).cloned().unwrap_or_else(|| unit.to_string()),
            works,
        }
    });
    others.collect()
}

fn typed(draft: &Draft, known: Option<&ActivityType>) -> Vec<TypedLine> {
    let lines = draft.fields.iter().filter_map(|(name, raw)| {
        let field = known.and_then(|known| known.field(name));
        let option = |code: &String| {
            let option = field.and_then(|field| field.option(code));
            option.map_or_else(|| code.clone(), |option| option.label.vi.to_owned())
        };
        let text = match raw {
            RawValue::Text(text) => option(text),
            RawValue::List(items) => items.iter().map(option).collect::<Vec<_>>().join(", "),
            RawValue::Rows(rows) => {
                let rows = rows
                    .iter()
                    .map(|row| row.values().cloned().collect::<Vec<_>>().join(", "));
                rows.collect::<Vec<_>>().join("\n")
            }
        };
        let label = field.map_or_else(|| Bilingual::same(name.as_str()), |field| field.label.into());
        (!text.trim().is_empty()).then_some(TypedLine { label, text })
    });
    lines.collect()
}
