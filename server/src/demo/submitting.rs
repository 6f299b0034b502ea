//! Who of the invented units has submitted, and when.

use std::collections::BTreeMap;
use std::sync::Arc;

use client_core::ids::{DocumentId, SubmissionId};
use client_core::model::log;
use client_core::model::period::ReportingPeriod;
use client_core::report::Figure;
use client_core::time::Timestamp;
use jiff::ToSpan;
use ulid::Ulid;

use super::{DAYS_TO_SUBMIT, HOUR_MS, Working};
use crate::organisation::Organisation;
use crate::projection::{self, figures};
use crate::workspace::WorkspaceError;

/// Submits a quarter's report, on most units' phones; some come late and some not at all.
pub(super) fn submit(
    working: &mut Working<'_, '_>,
    organisation: &Organisation,
    period: ReportingPeriod,
) -> Result<(), WorkspaceError> {
    let day = match working.rng.u8(..10) {
        0..7 => working.rng.i32(1..=DAYS_TO_SUBMIT),
        7 => DAYS_TO_SUBMIT + working.rng.i32(1..=4),
        _ => return Ok(()),
    };
    let day = period.last_day().saturating_add(day.days());
    let at = Timestamp::start_of(day).plus_ms(8 * HOUR_MS + working.rng.i64(0..8 * HOUR_MS));
    // The unit shown has its report still to do.
    if at > working.now || working.member.sector.is_empty() || working.member.devices.len() > 1 {
        return Ok(());
    }
    let unit = &working.member.unit;
    let Some(facts) = organisation
        .units
        .get(unit)
        .and_then(|known| projection::facts(unit, known))
    else {
        return Ok(());
    };
    let (log, register) = (DocumentId::log(unit, period.year()), DocumentId::register(unit));
    let mut documents = BTreeMap::new();
    let mut heads = Vec::new();
    for id in [&log, &register] {
        let held = working.workspace.held(id)?;
        heads.extend(held.document().heads());
        documents.insert(id.clone(), Arc::new(held));
    }
    let values: Vec<_> = figures(&facts, period, &documents, &projection::standing(&documents), None)
        .iter()
        .filter_map(Figure::frozen)
        .collect();
    let id = SubmissionId(Ulid::from_parts(at.0.max(0) as u64, working.rng.u128(..)));
    let actor = working.actor();
    working.workspace.edit(&log, |document| {
        log::submit(document, actor, at, id, period, &values, &heads)
    })?;
    Ok(())
}
