//! A draft, judged: what is wrong or odd, and what will be understood.

use std::collections::BTreeMap;

use super::super::Replica;
use super::super::input::Draft;
use super::super::view::{Bilingual, DraftCheck, DraftFinding, FindingLevel};
use super::{overtaken, own_entries, reports};
use crate::catalogue::{self, ActivityType, FieldKind, condition};
use crate::model::entries::EntryEdit;
use crate::model::entry::{Entry, FieldValue};
use crate::text;
use crate::time::Timestamp;
use crate::validate::{self, FieldError};

/// What a draft comes to: the edit it makes, if every field can be read, and what to say about it.
pub(in super::super) fn check_draft(
    replica: &Replica,
    draft: &Draft,
    now: Timestamp,
) -> (Option<EntryEdit>, DraftCheck) {
    let mut check = DraftCheck {
        findings: Vec::new(),
        understood: BTreeMap::new(),
        words: BTreeMap::new(),
        visible: Vec::new(),
    };
    let Some(known) = catalogue::activity_type(&draft.type_code) else {
        check.findings.push(DraftFinding {
            rule: "unknown_type".to_owned(),
            level: FindingLevel::Error,
            fields: Vec::new(),
            message: Bilingual::new(
                "Loại việc này cần bản ứng dụng mới hơn. Bản nháp vẫn được giữ.",
                "This kind of activity needs a newer app. The draft is kept.",
            ),
            other: None,
        });
        return (None, check);
    };
    let all = own_entries(replica);
    let found = all.iter().find(|found| found.entry.id == draft.entry);
    let standing = found.map(|found| &found.entry);
    let (edit, errors) = read(draft, known, standing, now);
    let entry = applied(standing, &edit, draft, now);

    check.visible = known
        .all_fields()
        .filter(|field| condition::is_shown(field, &entry))
        .map(|field| field.name.to_owned())
        .collect();
    for field in known.all_fields() {
        let Some(Some(value)) = edit.fields.get(field.name) else {
            continue;
        };
        match (field.kind, value) {
            (FieldKind::Money, FieldValue::Integer(amount)) => {
                check
                    .understood
                    .insert(field.name.to_owned(), validate::display_field(field, value, &|_| None));
                let words = text::money_words_vi(*amount);
                check
                    .words
                    .insert(field.name.to_owned(), Bilingual::new(words.clone(), words));
            }
            (FieldKind::Date | FieldKind::Integer | FieldKind::Decimal | FieldKind::Percent, value) => {
                check
                    .understood
                    .insert(field.name.to_owned(), validate::display_field(field, value, &|_| None));
            }
            (
                FieldKind::Money
                | FieldKind::Text
                | FieldKind::Prose
                | FieldKind::Enum
                | FieldKind::Boolean
                | FieldKind::TaskRef
                | FieldKind::DocumentRef
                | FieldKind::CampaignRef
                | FieldKind::UnitRef
                | FieldKind::IndicatorRef
                | FieldKind::TextList
                | FieldKind::Table
                | FieldKind::Image
                | FieldKind::File
                | FieldKind::Geo
                | FieldKind::Url
                | FieldKind::Thread,
                _,
            ) => {}
        }
    }

    let unreadable: Vec<String> = errors.iter().map(|error| error.field.clone()).collect();
    check.findings.extend(errors.into_iter().map(|error| DraftFinding {
        rule: error.code.to_owned(),
        level: FindingLevel::Error,
        fields: vec![match error.cell {
            Some((row, column)) => format!("{}.{}.{column}", error.field, row + 1),
            None => error.field,
        }],
        message: error.message,
        other: None,
    }));
    let others: Vec<&Entry> = all
        .iter()
        .map(|found| &found.entry)
        .filter(|other| other.id != draft.entry)
        .collect();
    let context = validate::Context {
        today: now.date(),
        unit_workers: reports::workers(replica, now),
        report_period: draft.report,
        others: &others,
        meal_floor_vnd: None,
    };
    for finding in validate::entry(&entry, &context) {
        // A field that cannot be read has been spoken of; that it is missing is not news.
        if finding
            .fields
            .iter()
            .any(|field| unreadable.iter().any(|name| name == field))
        {
            continue;
        }
        check.findings.push(DraftFinding {
            rule: finding.rule.to_owned(),
            level: reports::level(finding.level),
            fields: finding.fields.into_iter().map(str::to_owned).collect(),
            message: finding.message,
            other: finding.other,
        });
    }
    if let Some(found) = found {
        check
            .findings
            .extend(overtaken::warnings(replica, draft, &edit, found, now));
    }
    let order: Vec<&str> = known
        .headline
        .iter()
        .copied()
        .chain(known.all_fields().map(|field| field.name))
        .collect();
    let place = |finding: &DraftFinding| {
        let first = finding.fields.first().map(|field| first_part(field));
        first
            .and_then(|first| order.iter().position(|name| *name == first))
            .unwrap_or(usize::MAX)
    };
    check.findings.sort_by_key(|finding| (finding.level, place(finding)));
    (unreadable.is_empty().then_some(edit), check)
}

fn first_part(field: &str) -> &str {
    field.split('.').next().unwrap_or(field)
}

/// Reads every field of a draft.
fn read(draft: &Draft, known: &ActivityType, standing: Option<&Entry>, now: Timestamp) -> (EntryEdit, Vec<FieldError>) {
    let mut edit = EntryEdit::new(draft.entry, draft.type_code.clone());
    edit.state.clone_from(&draft.state);
    let mut errors = Vec::new();
    for field in known.all_fields() {
        let Some(raw) = draft.fields.get(field.name) else {
            continue;
        };
        match validate::parse_field(field, raw, now.date()) {
            Ok(value) => {
                edit.fields.insert(field.name.to_owned(), value);
            }
            Err(error) => errors.push(error),
        }
    }
    // The tasks it serves are the type's own until somebody chooses others.
    let tasks = known.task_codes.first().filter(|_| known.field("task_codes").is_some());
    if let Some(task) = tasks
        && standing.is_none()
        && !matches!(edit.fields.get("task_codes"), Some(Some(_)))
    {
        let codes = FieldValue::Codes([(*task).to_owned()].into());
        edit.fields.insert("task_codes".to_owned(), Some(codes));
    }
    if let Some(state) = draft.state.as_deref()
        && known.state(state).is_none()
    {
        errors.push(FieldError {
            field: "@state".to_owned(),
            cell: None,
            code: "unknown_code",
            message: Bilingual::new("Chọn một bước trong danh sách.", "Choose a stage from the list."),
        });
    }
    (edit, errors)
}

/// The entry as it would be with the draft saved.
fn applied(standing: Option<&Entry>, edit: &EntryEdit, draft: &Draft, now: Timestamp) -> Entry {
    let mut entry = standing.cloned().unwrap_or_else(|| Entry {
        id: draft.entry,
        type_code: draft.type_code.clone(),
        fields: BTreeMap::new(),
        events: BTreeMap::new(),
        state: None,
        created_at: now,
        deleted_at: None,
    });
    for (field, value) in &edit.fields {
        match value {
            Some(value) => entry.fields.insert(field.clone(), value.clone()),
            None => entry.fields.remove(field),
        };
    }
    if let Some(state) = &edit.state
        && entry.state.as_ref() != Some(state)
    {
        entry.events.insert(state.clone(), now.date());
        entry.state = Some(state.clone());
    }
    entry
}
