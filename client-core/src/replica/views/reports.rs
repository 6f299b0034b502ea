//! Reports of the officer's unit: what is derived, what is declared, what was submitted.

use std::cmp::Reverse;

use jiff::civil::Date;

use super::super::Replica;
use super::super::outbox::{self, Subject};
use super::super::view::{
    Bilingual, DeclaredFigure, FindingLevel, Report, ReportCard, ReportFinding, ReportRow, ReportSection, ReportSource,
    SubmissionState,
};
use super::{Found, author, day_of, declared, own_entries, own_unit, title_of};
use crate::catalogue::{self, Derivation, Indicator, IndicatorKind, Level};
use crate::document::Document;
use crate::ids::{DocumentId, OrgUnitId};
use crate::model::log;
use crate::model::period::ReportingPeriod;
use crate::model::submission::Submission;
use crate::report::{self, Books, Figure, ReportInput, SourceRole, UnitFacts, Value};
use crate::text;
use crate::time::Timestamp;
use crate::validate;

/// A unit's report as it stands: every indicator that is asked of the unit, in the plan's order.
pub(in super::super) struct Figures {
    pub(in super::super) unit: UnitFacts,
    pub(in super::super) figures: Vec<Figure>,
}

pub(super) fn log_of<'r>(replica: &'r Replica, unit: &OrgUnitId, year: i16) -> Option<&'r Document> {
    replica
        .kept
        .documents
        .get(&DocumentId::log(unit, year))
        .map(|holding| &holding.document)
}

/// The figures of a period.
pub(in super::super) fn figures(replica: &Replica, period: ReportingPeriod) -> Option<Figures> {
    let unit = own_unit(replica)?;
    let found = own_entries(replica);
    Some(figures_from(replica, unit, &found, period))
}

fn figures_from(replica: &Replica, unit: UnitFacts, found: &[Found], period: ReportingPeriod) -> Figures {
    let books = Books::of(period, found.iter().map(|found| &found.entry));
    let input = ReportInput {
        unit: &unit,
        period,
        books: &books,
        system: None,
    };
    let log = log_of(replica, &unit.id, period.year());
    Figures {
        figures: report::figures(&input, log),
        unit,
    }
}

/// How many workers the unit has, as its newest profile says.
pub(super) fn workers(replica: &Replica, now: Timestamp) -> Option<i64> {
    let period = ReportingPeriod::quarter_of(now.date());
    let unit = own_unit(replica)?;
    let found = own_entries(replica);
    let books = Books::of(period, found.iter().map(|found| &found.entry));
    let input = ReportInput {
        unit: &unit,
        period,
        books: &books,
        system: None,
    };
    match report::derive(catalogue::indicator("0-01")?, &input).value? {
        Value::Number(workers) => Some(workers),
        Value::Decimal(_) | Value::Ratio { .. } | Value::Weighted { .. } | Value::Text(_) => None,
    }
}

/// What is wrong or odd in a report.
pub(in super::super) fn findings(replica: &Replica, figures: &Figures, period: ReportingPeriod) -> Vec<ReportFinding> {
    let before = period.previous().and_then(|previous| self::figures(replica, previous));
    let before = before.as_ref().map(values).unwrap_or_default();
    let found = validate::report(&values(figures), &before, None);
    let found = found.into_iter().map(|finding| ReportFinding {
        level: level(finding.level),
        indicator: finding.indicator.to_owned(),
        message: finding.message,
    });
    let differing = figures.figures.iter().filter(|figure| figure.is_undecided());
    let undecided = differing.map(|figure| declared::undecided(figure.indicator));
    undecided.chain(found).collect()
}

fn values(figures: &Figures) -> validate::ValuesByIndicator<'_> {
    let values = figures
        .figures
        .iter()
        .filter_map(|figure| Some((figure.indicator.code, figure.reported.effective()?)));
    values.collect()
}

pub(super) fn level(level: Level) -> FindingLevel {
    match level {
        Level::Error => FindingLevel::Error,
        Level::Warning => FindingLevel::Warning,
        Level::Note => FindingLevel::Note,
    }
}

/// The reports this unit is asked for, newest first; periods that have not begun are left out.
pub(super) fn cards(replica: &Replica, now: Timestamp) -> Vec<ReportCard> {
    let Some(unit) = own_unit(replica) else {
        return Vec::new();
    };
    let found = own_entries(replica);
    let mut periods = periods(replica);
    periods.retain(|(period, _)| period.first_day() <= now.date());
    periods.sort_by_key(|(period, _)| Reverse((period.last_day(), *period)));
    let cards = periods.into_iter().map(|(period, due)| {
        let figures = figures_from(replica, unit.clone(), &found, period);
        card(replica, &figures, period, due, now)
    });
    cards.collect()
}

/// The periods that were opened, each with the last day to submit.
pub(in super::super) fn periods(replica: &Replica) -> Vec<(ReportingPeriod, Date)> {
    let periods = replica
        .kept
        .profile
        .as_ref()
        .map(|profile| profile.periods.as_slice())
        .unwrap_or_default();
    periods
        .iter()
        .filter_map(|period| Some((period.period.parse().ok()?, period.due.parse().ok()?)))
        .collect()
}

fn card(replica: &Replica, figures: &Figures, period: ReportingPeriod, due: Date, now: Timestamp) -> ReportCard {
    let short: Vec<_> = figures.figures.iter().filter(|figure| figure.indicator.core).collect();
    ReportCard {
        period,
        name: name(period),
        due,
        days_left: now.date().until(due).map_or(0, |span| span.get_days()),
        filled: short
            .iter()
            .filter(|figure| figure.reported.effective().is_some())
            .count() as u32,
        total: short.len() as u32,
        submission: submission_state(replica, figures, period),
        refused: replica.kept.own_refused_part((period, None)).cloned(),
    }
}

/// What people call a period.
pub(super) fn name(period: ReportingPeriod) -> Bilingual {
    const ROMAN: [&str; 5] = ["", "I", "II", "III", "IV"];
    match period {
        ReportingPeriod::Quarter { year, quarter } => {
            let roman = ROMAN.get(quarter as usize).copied().unwrap_or_default();
            Bilingual::new(format!("Quý {roman}/{year}"), format!("Quarter {quarter}, {year}"))
        }
        ReportingPeriod::Half { year, half: 1 } => {
            Bilingual::new(format!("6 tháng đầu năm {year}"), format!("First half of {year}"))
        }
        ReportingPeriod::Half { year, .. } => {
            Bilingual::new(format!("6 tháng cuối năm {year}"), format!("Second half of {year}"))
        }
        ReportingPeriod::Year { year } => Bilingual::new(format!("Năm {year}"), format!("Year {year}")),
    }
}

fn last_submission(replica: &Replica, unit: &OrgUnitId, period: ReportingPeriod) -> Option<Submission> {
    let submissions = log::submissions(log_of(replica, unit, period.year())?);
    submissions.into_iter().rfind(|submission| submission.period == period)
}

fn submission_state(replica: &Replica, figures: &Figures, period: ReportingPeriod) -> SubmissionState {
    let Some(submission) = last_submission(replica, &figures.unit.id, period) else {
        return SubmissionState::Open;
    };
    let changed = figures
        .figures
        .iter()
        .filter(|figure| differs(figure, &submission))
        .count() as u32;
    let waits = outbox::waiting(&replica.kept)
        .iter()
        .any(|waiting| waiting.subject == Subject::Submission(submission.id.to_string()));
    match waits {
        true => SubmissionState::Submitted {
            at: submission.at,
            changed,
        },
        false => SubmissionState::Received {
            at: submission.at,
            changed,
        },
    }
}

fn differs(figure: &Figure, submission: &Submission) -> bool {
    frozen_value(figure.indicator, submission) != figure.reported.addable().as_ref()
}

fn frozen_value<'s>(indicator: &Indicator, submission: &'s Submission) -> Option<&'s Value> {
    submission
        .values
        .iter()
        .find(|frozen| frozen.indicator == indicator.code)
        .map(|frozen| &frozen.value)
}

/// One report, opened. None for a period that is not configured.
pub(super) fn report(replica: &Replica, period: ReportingPeriod, now: Timestamp) -> Option<Report> {
    let (_, due) = periods(replica)
        .into_iter()
        .find(|(configured, _)| *configured == period)?;
    let unit = own_unit(replica)?;
    let found = own_entries(replica);
    let figures = figures_from(replica, unit, &found, period);
    let submission = last_submission(replica, &figures.unit.id, period);
    let mut sections: Vec<ReportSection> = Vec::new();
    for figure in &figures.figures {
        let task = figure.indicator.code.rsplit_once('-').map_or("", |(task, _)| task);
        let row = ReportRow {
            draft: replica
                .kept
                .own_declaring((period, figure.indicator.code.to_owned()))
                .cloned(),
            refused: replica
                .kept
                .own_refused_part((period, Some(figure.indicator.code.to_owned())))
                .cloned(),
            ..row(replica, figure, &found, submission.as_ref())
        };
        match sections.iter_mut().find(|section| section.task == task) {
            Some(section) => section.rows.push(row),
            None => sections.push(ReportSection {
                task: task.to_owned(),
                title: section_title(task),
                rows: vec![row],
            }),
        }
    }
    sections.sort_by_key(|section| section_order(&section.task));
    Some(Report {
        card: card(replica, &figures, period, due, now),
        sections,
        findings: findings(replica, &figures, period),
    })
}

/// The unit itself first, then the plan's order.
fn section_order(task: &str) -> usize {
    match task {
        "0" => 0,
        task => {
            1 + catalogue::tasks()
                .iter()
                .position(|known| known.code == task)
                .unwrap_or(usize::MAX - 1)
        }
    }
}

fn section_title(task: &str) -> Bilingual {
    match catalogue::task(task) {
        Some(known) => known.title.into(),
        None => Bilingual::new("Đặc điểm tình hình", "The unit"),
    }
}

fn row(replica: &Replica, figure: &Figure, found: &[Found], submission: Option<&Submission>) -> ReportRow {
    let indicator = figure.indicator;
    let show = |value: &Value| show(indicator, value);
    let effective = figure.reported.effective();
    let derived = &figure.reported.derived;
    let sources = derived
        .sources
        .iter()
        .filter(|source| source.role != SourceRole::Denominator);
    let (by, at) = figure.written().unwrap_or_default();
    ReportRow {
        indicator: indicator.code.to_owned(),
        label: indicator.label.into(),
        unit: indicator
            .unit
            .of(effective.and_then(Value::as_number).unwrap_or_default())
            .into(),
        core: indicator.core,
        text: indicator.kind == IndicatorKind::Text,
        manual: matches!(indicator.derive, Derivation::Manual),
        value: effective.map(show),
        derived: derived.value.as_ref().map(show),
        declared: figure.reported.declared.as_ref().map(|declared| DeclaredFigure {
            value: show(&declared.value),
            reason: declared.reason.clone(),
            person_name: author(replica, by).0,
            at,
        }),
        sources: sources
            .filter_map(|source| self::source(source.entry, source.amount, indicator, found))
            .collect(),
        parts: match &derived.value {
            Some(Value::Ratio {
                numerator, denominator, ..
            }) => Some([text::grouped(*numerator), text::grouped(*denominator)]),
            Some(Value::Number(_) | Value::Decimal(_) | Value::Weighted { .. } | Value::Text(_)) | None => None,
        },
        submitted: submission
            .filter(|submission| differs(figure, submission))
            .map(|submission| frozen_value(indicator, submission).map_or_else(|| "trống".to_owned(), show)),
        differing: figure
            .differing()
            .map(|declaration| declared::choice(replica, indicator, declaration))
            .collect(),
        paragraphs: figure
            .narrative
            .as_ref()
            .map(|narrative| declared::paragraphs(replica, narrative))
            .unwrap_or_default(),
        draft: None,
        refused: None,
    }
}

fn source(id: crate::ids::EntryId, amount: i64, indicator: &Indicator, found: &[Found]) -> Option<ReportSource> {
    let entry = &found.iter().find(|found| found.entry.id == id)?.entry;
    let known = catalogue::activity_type(&entry.type_code);
    let contribution = match indicator.kind {
        IndicatorKind::Text => String::new(),
        IndicatorKind::Count | IndicatorKind::People | IndicatorKind::Percent | IndicatorKind::MoneyVnd => {
            text::grouped(amount)
        }
    };
    Some(ReportSource {
        entry: id,
        title: title_of(entry, known),
        date: day_of(entry, known),
        contribution,
    })
}

/// A value as it is shown: whole numbers whole, percentages with at most one decimal.
pub(super) fn show(indicator: &Indicator, value: &Value) -> String {
    match value {
        Value::Text(passages) => {
            let paragraphs: Vec<_> = passages
                .iter()
                .flat_map(|passage| passage.paragraphs.iter())
                .cloned()
                .collect();
            paragraphs.join("\n")
        }
        Value::Number(_) | Value::Decimal(_) | Value::Ratio { .. } | Value::Weighted { .. } => value
            .display_vi(u8::from(indicator.kind == IndicatorKind::Percent))
            .unwrap_or_default(),
    }
}
