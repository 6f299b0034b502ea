//! What is kept for units for which the phone was used before.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::super::Replica;
use super::super::input::Draft;
use super::super::outbox::Subject;
use super::super::storage_key::StorageKey;
use super::super::view::{Bilingual, Elsewhere, LeftWork, TypedLine};
use super::entries::display_typed;
use super::reports;
use super::status::{draft_title, subject_title};
use crate::catalogue::{self, ActivityType};
use crate::ids::OrgUnitId;
use crate::model::log::DeclaredValue;
use crate::model::period::ReportingPeriod;
use crate::text;
use crate::validate::parse_declared;

/// Everything that is put away for other units, by unit.
pub(super) fn elsewhere(replica: &Replica) -> Vec<Elsewhere> {
    let kept = &replica.kept;
    let mut works: BTreeMap<&OrgUnitId, Vec<LeftWork>> = BTreeMap::new();
    for (entry, left) in &kept.drafts {
        if let Some(unit) = &left.unit {
            let known = catalogue::activity_type(&left.draft.type_code);
            works.entry(unit).or_default().push(LeftWork {
                key: StorageKey::Draft(*entry).to_text(),
                title: Bilingual::same(draft_title(replica, &left.draft)),
                at: left.draft.kept_at,
                refused: left.refused.clone(),
                typed: typed(replica, &left.draft, known),
            });
        }
    }
    for ((unit, (period, indicator)), declaring) in &kept.declaring {
        let part = (*period, Some(indicator.clone()));
        let refusal = kept.refused_parts.get(&(unit.clone(), part));
        let lines = [
            ("Nội dung", "What is declared", declared(indicator, &declaring.value)),
            ("Lý do", "Reason", Bilingual::same(declaring.reason.as_str())),
        ];
        let lines = lines.into_iter().filter(|(.., text)| !text.vi.is_empty());
        works.entry(unit).or_default().push(LeftWork {
            key: StorageKey::Declaring(unit.clone(), (*period, indicator.clone())).to_text(),
            title: part_title(*period, Some(indicator)),
            at: declaring.kept_at,
            refused: refusal.map(|refusal| refusal.reason.clone()),
            typed: lines
                .map(|(vi, en, text)| TypedLine {
                    label: Bilingual::new(vi, en),
                    text,
                })
                .collect(),
        });
    }
    for ((unit, (period, indicator)), refusal) in &kept.refused_parts {
        let typed_there = |indicator: &String| {
            let key = (unit.clone(), (*period, indicator.clone()));
            kept.declaring.contains_key(&key)
        };
        if indicator.as_ref().is_some_and(typed_there) {
            // Said with what is typed there.
            continue;
        }
        works.entry(unit).or_default().push(LeftWork {
            key: StorageKey::RefusedPart(unit.clone(), (*period, indicator.clone())).to_text(),
            title: part_title(*period, indicator.as_deref()),
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

/// What a part of a report is called, with its period: there is no report around it that would say.
fn part_title(period: ReportingPeriod, indicator: Option<&str>) -> Bilingual {
    let subject = match indicator {
        Some(indicator) => Subject::Declaration(format!("{period}/{indicator}")),
        None => Subject::Submission(String::new()),
    };
    let (part, period) = (subject_title(&subject, &HashMap::new()), reports::name(period));
    Bilingual::new(
        format!("{} · {}", part.vi, period.vi),
        format!("{} · {}", part.en, period.en),
    )
}

/// What is typed of a number, as it would be read in the report; as it was typed where it is none, or a text.
fn declared(indicator: &str, typed: &str) -> Bilingual {
    let indicator = catalogue::indicator(indicator);
    match indicator.and_then(|indicator| parse_declared(indicator, typed).ok()) {
        Some(DeclaredValue::Integer(number)) => Bilingual::number(text::grouped(number)),
        Some(DeclaredValue::Decimal(number)) => Bilingual::number(text::decimal_vi(number)),
        None => Bilingual::same(typed),
    }
}

/// What is typed in a draft, in the order of its form; what this program's catalogue does not know comes last. The name is
/// the work's title already.
fn typed(replica: &Replica, draft: &Draft, known: Option<&ActivityType>) -> Vec<TypedLine> {
    let day = draft.kept_at.date();
    let fields = known.into_iter().flat_map(ActivityType::all_fields);
    let known_lines = fields
        .filter(|field| known.and_then(|known| known.title_field) != Some(field.name))
        .filter_map(|field| {
            Some(TypedLine {
                label: field.label.into(),
                text: display_typed(replica, Some(field), draft.fields.get(field.name)?, day),
            })
        });
    let unknown = draft
        .fields
        .iter()
        .filter(|(name, _)| known.and_then(|known| known.field(name)).is_none());
    let unknown_lines = unknown.map(|(name, raw)| TypedLine {
        label: Bilingual::same(name.as_str()),
        text: display_typed(replica, None, raw, day),
    });
    known_lines
        .chain(unknown_lines)
        .filter(|line| !line.text.vi.trim().is_empty())
        .collect()
}
