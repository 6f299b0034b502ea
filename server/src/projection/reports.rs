//! What a unit's own work gives for each indicator, and what it submitted.

use std::collections::BTreeMap;
use std::sync::Arc;

use client_core::catalogue::{self, Indicator};
use client_core::ids::{Actor, DocumentId, DocumentKind};
use client_core::model::log::{self, Declaration, DeclaredNumber, Narrative, Writing};
use client_core::model::period::ReportingPeriod;
use client_core::model::submission::Frozen;
use client_core::report::{self, Declared, Passage, ReportInput, Reported, SystemFacts, UnitFacts, Value};
use client_core::time::Timestamp;

use super::{Arrival, Held, Standing};
use crate::store::Result;
use crate::store::read_model::{DeclaredRow, ReportValueRow, SubmissionRow};

/// One indicator of a unit's own report.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Which.
    pub indicator: &'static Indicator,
    /// What the log gives, and what is declared instead.
    pub reported: Reported,
    /// What is declared about it, if it is a number, with who declared it.
    pub number: Option<DeclaredNumber>,
    /// What stands in it, if it is a text that somebody wrote, paragraph by paragraph.
    pub narrative: Option<Narrative>,
}

impl Figure {
    /// Who declared what counts, and when; of a text, who wrote in it last.
    pub fn written(&self) -> Option<(Option<Actor>, Timestamp)> {
        let number = self
            .number
            .as_ref()
            .map(|number| (number.counts.actor, number.counts.at));
        let narrative = self.narrative.as_ref().and_then(Narrative::last_written);
        number.or(narrative.map(|written| (written.actor, written.at)))
    }

    /// What people wrote apart from each other in a paragraph, with the paragraph's number, from 1; in each, what counts
    /// first.
    pub fn differing_writings(&self) -> impl Iterator<Item = (usize, &Writing)> {
        let paragraphs = self
            .narrative
            .iter()
            .flat_map(|narrative| narrative.paragraphs.values());
        let numbered = (1..).zip(paragraphs);
        numbered.flat_map(|(number, paragraph)| paragraph.differing().map(move |writing| (number, writing)))
    }

    /// What people declare apart from each other, what counts first. Empty where they agree.
    pub fn differing(&self) -> impl Iterator<Item = &Declaration> {
        self.number.iter().flat_map(DeclaredNumber::differing)
    }
}

/// Every indicator that is asked of a unit, from all its documents, the entries that stand in them, and what the server knows
/// of units below it, in the plan's order.
pub fn figures(
    facts: &UnitFacts,
    period: ReportingPeriod,
    documents: &BTreeMap<DocumentId, Arc<Held>>,
    standing: &Standing<'_>,
    system: Option<&SystemFacts>,
) -> Vec<Figure> {
    let counts = |id: &DocumentId| match id.kind() {
        DocumentKind::Log => id.year().is_some_and(|year| year <= period.year()),
        DocumentKind::Register => true,
        DocumentKind::Oversight | DocumentKind::Board => false,
    };
    // Each entry once, where it counts: one that two people moved to different years lives in both.
    let counting = standing.values().filter_map(|places| places.first());
    let entries: Vec<_> = counting
        .filter(|place| counts(place.id))
        .map(|place| place.entry)
        .collect();
    let input = ReportInput {
        unit: facts,
        period,
        entries: &entries,
        system,
    };
    let log = documents
        .get(&DocumentId::log(&facts.id, period.year()))
        .map(|held| held.document());
    let mut declared = log.map(log::declared).unwrap_or_default();
    let mut narratives = log.map(log::narratives).unwrap_or_default();
    let asked = catalogue::indicators()
        .iter()
        .filter(|indicator| indicator.is_asked_of(facts));
    let figures = asked.map(|indicator| {
        let key = (period, indicator.code.to_owned());
        let number = declared.remove(&key);
        let stated = number.as_ref().and_then(|number| Declared::of(&number.counts));
        let narrative = narratives.remove(&key);
        let text = narrative.as_ref().map(|narrative| Declared {
            value: Value::Text(vec![Passage {
                unit: facts.id.clone(),
                paragraphs: narrative.texts(),
            }]),
            reason: String::new(),
        });
        Figure {
            indicator,
            reported: Reported {
                derived: report::derive(indicator, &input),
                declared: stated.or(text),
            },
            number,
            narrative,
        }
    });
    figures.collect()
}

/// The rows of a unit's report: one for each indicator that has a value.
pub(super) fn rows(
    facts: &UnitFacts,
    period: ReportingPeriod,
    documents: &BTreeMap<DocumentId, Arc<Held>>,
    standing: &Standing<'_>,
) -> Vec<ReportValueRow> {
    let rows = figures(facts, period, documents, standing, None)
        .into_iter()
        .filter_map(|figure| {
            let conflict = figure.differing().next().is_some() || figure.differing_writings().next().is_some();
            let (actor, at) = figure.written().unzip();
            let device = actor.flatten().map(|actor| actor.device);
            Some(ReportValueRow {
                indicator: figure.indicator.code.to_owned(),
                value: figure.reported.addable()?,
                weight: figure.reported.derived.weight,
                declared: figure.reported.declared.map(|declared| DeclaredRow {
                    derived: figure.reported.derived.value,
                    reason: declared.reason,
                    device,
                    at,
                    conflict,
                }),
            })
        });
    rows.collect()
}

/// The submissions of a log.
pub(super) fn submissions(arrival: Arrival<'_>, id: &DocumentId, held: &Held) -> Result<Vec<SubmissionRow>> {
    let mut rows = Vec::new();
    for submission in log::submissions(held.document()) {
        // Every map of an applied document was made by a stored change.
        let received_at = match log::submission_change(held.document(), submission.id) {
            Some(change) => arrival(id, &change)?,
            None => None,
        };
        rows.push(SubmissionRow {
            document: id.clone(),
            submission: submission.id,
            unit: id.unit().clone(),
            period: submission.period,
            device: submission.actor.map(|actor| actor.device),
            round: submission.round,
            submitted_at: submission.at,
            received_at: received_at.unwrap_or(submission.at),
            frozen: Frozen::encode_all(&submission.values),
        });
    }
    Ok(rows)
}
