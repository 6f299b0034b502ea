//! The chip, the first screen, and the sheet behind the chip.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use super::super::Replica;
use super::super::input::{Draft, RawValue};
use super::super::outbox::{self, Subject, Waiting};
use super::super::view::{
    Bilingual, DraftRow, Officer, Outbox, OutboxRow, RecordState, ReportPlace, Status, SubmissionState, Today,
};
use super::{declared, deletions, elsewhere, entries, own_entries, pick, reports, title_of};
use crate::catalogue::{self, IndicatorKind};
use crate::ids::EntryId;
use crate::model::entries as stored;
use crate::time::Timestamp;

/// A report is called due this long before its cut-off.
const DUE_SOON_DAYS: i32 = 45;

pub(super) fn status(replica: &Replica) -> Status {
    let waiting = outbox::waiting(&replica.kept);
    let profile = replica.kept.profile.as_ref();
    let officer = profile.filter(|_| replica.kept.identity.is_some()).and_then(|profile| {
        Some(Officer {
            person_name: profile.person_name.clone(),
            unit: profile.unit.id.parse().ok()?,
            unit_name: profile.unit.name.clone(),
            parent_name: profile.parent_name.clone(),
            demo: profile.demo,
        })
    });
    let conflicts = own_entries(replica)
        .into_iter()
        .filter(|found| !found.entry.is_deleted())
        .map(|found| super::conflicts(replica, &found).len() as u32);
    Status {
        enrolled: replica.kept.identity.is_some(),
        officer,
        waiting: subjects(&waiting).len() as u32,
        waiting_bytes: waiting.iter().map(|waiting| waiting.bytes as u32).sum(),
        refused: replica
            .kept
            .own_drafts()
            .filter(|(_, kept)| kept.refused.is_some())
            .count() as u32
            + replica.kept.own_refused_parts().count() as u32,
        elsewhere: elsewhere::elsewhere(replica)
            .iter()
            .map(|left| left.works.len() as u32)
            .sum(),
        conflicts: conflicts.sum::<u32>() + declared::differing(replica).len() as u32,
        phase: replica.session.phase(),
        last_contact: replica.kept.state.last_contact.map(Timestamp),
        problem: replica.session.problem,
        storage_full: replica.storage_full,
        revoked: replica.kept.state.revoked,
    }
}

/// What waits, one item for each thing the officer did it to.
fn subjects(waiting: &[Waiting]) -> BTreeMap<(String, Subject), Vec<&Waiting>> {
    let mut subjects: BTreeMap<_, Vec<&Waiting>> = BTreeMap::new();
    for waiting in waiting {
        subjects
            .entry((waiting.document.to_string(), waiting.subject.clone()))
            .or_default()
            .push(waiting);
    }
    subjects
}

pub(super) fn today(replica: &Replica, now: Timestamp) -> Today {
    let mut reports: Vec<_> = reports::cards(replica, now)
        .into_iter()
        .filter(|card| {
            card.refused.is_some()
                || match card.submission {
                    SubmissionState::Open => card.days_left <= DUE_SOON_DAYS && card.days_left > -120,
                    SubmissionState::Submitted { changed, .. } | SubmissionState::Received { changed, .. } => {
                        changed > 0 && card.days_left > -30
                    }
                }
        })
        .collect();
    reports.sort_by_key(|card| card.days_left);
    let mut drafts: Vec<_> = replica
        .kept
        .own_drafts()
        .map(|(_, kept)| draft_row(replica, kept))
        .collect();
    drafts.sort_by_key(|draft| Reverse(draft.kept_at));
    let entries = entries::list(replica, None, &[], false, now).rows;
    let (unsettled, settled): (Vec<_>, Vec<_>) = entries
        .into_iter()
        .partition(|row| row.problem.is_some() || row.conflicts > 0);
    Today {
        date: now.date(),
        reports,
        quick_types: pick::most_used(replica, &own_entries(replica)),
        unsettled,
        overlooked: deletions::overlooked(replica, now),
        differing: declared::differing(replica),
        drafts,
        // What stands above is not said twice.
        recent: settled.into_iter().take(3).collect(),
    }
}

fn draft_row(replica: &Replica, kept: &super::super::kept::KeptDraft) -> DraftRow {
    DraftRow {
        entry: kept.draft.entry,
        type_code: kept.draft.type_code.clone(),
        title: draft_title(replica, &kept.draft),
        kept_at: kept.draft.kept_at,
        unkept: replica.unkept.contains(&kept.draft.entry),
        refused: kept.refused.clone(),
        bare: kept.draft.is_empty(),
    }
}

/// What a draft is called: its title, if one is typed; else that of the record which it changes.
pub(super) fn draft_title(replica: &Replica, draft: &Draft) -> String {
    let known = catalogue::activity_type(&draft.type_code);
    let field = known.and_then(|known| known.title_field).unwrap_or("title");
    let typed = match draft.fields.get(field) {
        Some(RawValue::Text(text)) => text.trim(),
        Some(RawValue::List(_) | RawValue::Rows(_)) | None => "",
    };
    if !typed.is_empty() {
        return typed.to_owned();
    }
    let mut holdings = replica.kept.documents.values();
    let standing = holdings.find_map(|holding| Some(stored::find(&holding.document, draft.entry)?.0));
    match standing {
        Some(entry) => title_of(&entry, known),
        None => known.map_or(String::new(), |known| known.label.vi.to_owned()),
    }
}

pub(super) fn outbox(replica: &Replica) -> Outbox {
    let all = outbox::waiting(&replica.kept);
    let titles: HashMap<EntryId, String> = own_entries(replica)
        .iter()
        .map(|found| {
            (
                found.entry.id,
                title_of(&found.entry, catalogue::activity_type(&found.entry.type_code)),
            )
        })
        .collect();
    let mut waiting: Vec<_> = subjects(&all)
        .into_iter()
        .map(|((_, subject), changes)| {
            let sending = changes
                .iter()
                .all(|change| replica.session.is_sending(&change.document, &change.hash));
            OutboxRow {
                bare: false,
                entry: match &subject {
                    Subject::Entry(entry) => Some(*entry),
                    Subject::Declaration(_) | Subject::Submission(_) | Subject::Other => None,
                },
                report: None,
                title: subject_title(&subject, &titles),
                sync: if sending {
                    RecordState::Sending
                } else {
                    RecordState::OnDevice
                },
                at: changes.iter().map(|change| change.at).max().unwrap_or_default(),
                bytes: changes.iter().map(|change| change.bytes as u32).sum(),
            }
        })
        .collect();
    waiting.sort_by_key(|row| row.at);
    let refused = replica.kept.own_drafts().filter_map(|(entry, kept)| {
        let title = draft_title(replica, &kept.draft);
        Some(OutboxRow {
            entry: Some(*entry),
            bare: kept.draft.is_empty(),
            report: None,
            title: Bilingual::new(title.clone(), title),
            sync: RecordState::Refused {
                reason: kept.refused.clone()?,
            },
            at: kept.draft.kept_at,
            bytes: 0,
        })
    });
    let parts = replica.kept.own_refused_parts().map(|((period, indicator), refusal)| {
        let subject = match indicator {
            Some(indicator) => Subject::Declaration(format!("{period}/{indicator}")),
            None => Subject::Submission(String::new()),
        };
        OutboxRow {
            entry: None,
            bare: false,
            report: Some(ReportPlace {
                period: *period,
                indicator: indicator.clone(),
            }),
            title: subject_title(&subject, &titles),
            sync: RecordState::Refused {
                reason: refusal.reason.clone(),
            },
            at: refusal.at,
            bytes: 0,
        }
    });
    Outbox {
        refused: refused.chain(parts).collect(),
        waiting,
        elsewhere: elsewhere::elsewhere(replica),
    }
}

pub(super) fn subject_title(subject: &Subject, titles: &HashMap<EntryId, String>) -> Bilingual {
    match subject {
        Subject::Entry(entry) => {
            let title = titles.get(entry).cloned().unwrap_or_default();
            Bilingual::new(title.clone(), title)
        }
        Subject::Declaration(key) => {
            let indicator = key.split_once('/').and_then(|(_, code)| catalogue::indicator(code));
            match indicator {
                Some(indicator) if indicator.kind == IndicatorKind::Text => Bilingual::new(
                    format!("Báo cáo: {}", indicator.label.vi),
                    format!("Report: {}", indicator.label.en),
                ),
                Some(indicator) => Bilingual::new(
                    format!("Số khai: {}", indicator.label.vi),
                    format!("Declared: {}", indicator.label.en),
                ),
                None => Bilingual::new("Số khai trong báo cáo", "A declared number"),
            }
        }
        Subject::Submission(_) => Bilingual::new("Bản nộp báo cáo", "A submitted report"),
        Subject::Other => Bilingual::new("Ghi chép khác", "Other record"),
    }
}
