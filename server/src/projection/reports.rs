//! What a unit's own work gives for each indicator, and what it submitted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use client_core::catalogue::Indicator;
use client_core::ids::{DocumentId, DocumentKind, SubmissionId};
use client_core::model::entry::Entry;
use client_core::model::log::{self, DeclaredNumber, Narrative};
use client_core::model::period::ReportingPeriod;
use client_core::model::submission::Frozen;
use client_core::report::{
    self, Books, Derived, Figure, Kept, ReportInput, Said, SystemFacts, Tally, UnitFacts, day_of,
};

use super::{Arrival, Held, Standing};
use crate::store::Result;
use crate::store::read_model::{DeclaredRow, ReportRows, ReportValueRow, SubmissionRow};

/// Every indicator that is asked of a unit, from all its documents, the entries that stand in them, and what the server knows
/// of units below it, in the plan's order.
pub fn figures(
    facts: &UnitFacts,
    period: ReportingPeriod,
    documents: &BTreeMap<DocumentId, Arc<Held>>,
    standing: &Standing<'_>,
    system: Option<&SystemFacts>,
) -> Vec<Figure> {
    let entries = counting_for(period, standing);
    let input = ReportInput {
        unit: facts,
        period,
        books: &Books::of(period, entries),
        system,
    };
    let log = documents.get(&DocumentId::log(&facts.id, period.year()));
    report::figures(&input, log.map(|held| held.document()))
}

/// Whether what stands in a document counts in a period's report: a register's, and what logs of its year and earlier hold.
pub(super) fn counts_in(id: &DocumentId, period: ReportingPeriod) -> bool {
    match id.kind() {
        DocumentKind::Log => id.year().is_some_and(|year| year <= period.year()),
        DocumentKind::Register => true,
        DocumentKind::Oversight | DocumentKind::Board => false,
    }
}

/// Each entry once, where it counts: one that two people moved to different years lives in both.
fn counting_for<'s>(period: ReportingPeriod, standing: &'s Standing<'_>) -> impl Iterator<Item = &'s Entry> {
    let counting = standing.values().filter_map(|places| places.first());
    counting
        .filter(move |place| counts_in(place.id, period))
        .map(|place| &*place.entry)
}

/// A unit's report: a row for each indicator that has a value, and of how many entries it is.
pub(super) fn rows(
    facts: &UnitFacts,
    period: ReportingPeriod,
    documents: &BTreeMap<DocumentId, Arc<Held>>,
    standing: &Standing<'_>,
) -> ReportRows {
    let entries = counting_for(period, standing);
    let kept = Kept::on(period, entries.filter(|entry| !entry.is_deleted()).map(day_of));
    let (mut values, mut tallies) = (Vec::new(), BTreeMap::new());
    for figure in figures(facts, period, documents, standing, None) {
        let declared = declared_row(figure.number.as_ref(), figure.narrative.as_ref(), facts);
        let (indicator, derived) = (figure.indicator, figure.reported.derived);
        tallies.extend(tally(indicator, &derived).map(|tally| (indicator.code.to_owned(), tally)));
        values.extend(ReportValueRow::of(
            indicator.code,
            derived.value,
            derived.weight,
            declared,
        ));
    }
    values.sort_by(|one, other| one.indicator.cmp(&other.indicator));
    ReportRows { kept, values, tallies }
}

/// Of how many entries a number is, where it adds up and there are any.
pub(super) fn tally(indicator: &Indicator, derived: &Derived) -> Option<Tally> {
    let tally = indicator.adds_up().then(|| Tally::of(derived));
    tally.filter(|tally| *tally != Tally::default())
}

/// What is declared of an indicator, a number or a text, if anything counts there.
pub(super) fn declared_row(
    number: Option<&DeclaredNumber>,
    narrative: Option<&Narrative>,
    facts: &UnitFacts,
) -> Option<DeclaredRow> {
    let said = Said { number, narrative };
    let declared = said.declared(&facts.id)?;
    let (actor, at) = said.written().unzip();
    Some(DeclaredRow {
        value: declared.value,
        derived: None,
        reason: declared.reason,
        device: actor.flatten().map(|actor| actor.device),
        at,
        conflict: said.is_undecided(),
    })
}

/// Some submissions of a log; all of them where none are named.
pub(super) fn submissions(
    arrival: Arrival<'_>,
    id: &DocumentId,
    held: &Held,
    named: Option<&BTreeSet<SubmissionId>>,
) -> Result<Vec<SubmissionRow>> {
    let found = match named {
        Some(named) => {
            let found = named
                .iter()
                .filter_map(|named| log::submission(held.document(), *named));
            found.collect()
        }
        None => log::submissions(held.document()),
    };
    let mut rows = Vec::new();
    for submission in found {
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
