//! What a unit's own work gives for each indicator, and what it submitted.

use std::collections::BTreeMap;
use std::sync::Arc;

use client_core::ids::{DocumentId, DocumentKind};
use client_core::model::log;
use client_core::model::period::ReportingPeriod;
use client_core::model::submission::Frozen;
use client_core::report::{self, Figure, ReportInput, SystemFacts, UnitFacts};

use super::{Arrival, Held, Standing};
use crate::store::Result;
use crate::store::read_model::{DeclaredRow, ReportValueRow, SubmissionRow};

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
        .map(|place| &*place.entry)
        .collect();
    let input = ReportInput {
        unit: facts,
        period,
        entries: &entries,
        system,
    };
    let log = documents.get(&DocumentId::log(&facts.id, period.year()));
    report::figures(&input, log.map(|held| held.document()))
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
            let conflict = figure.is_undecided();
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
