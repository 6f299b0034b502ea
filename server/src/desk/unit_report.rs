//! One unit's report: what its own log gives for each indicator, what it declares instead, and where a number comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use client_core::ids::{DocumentKind, OrgUnitId};
use client_core::model::period::ReportingPeriod;
use client_core::model::submission::Frozen;
use client_core::report::{Figure, Value};

use crate::organisation::Organisation;
use crate::projection::{Held, facts, figures, standing};
use crate::store::read_model::SubmissionRow;
use crate::store::{Result, Store};

/// What a unit's own work gives for a period, derived anew from its documents so that each number is explained.
pub fn own_figures(
    store: &(impl Store + ?Sized),
    organisation: &Organisation,
    id: &OrgUnitId,
    period: ReportingPeriod,
) -> Result<Vec<Figure>> {
    let Some(facts) = organisation.units.get(id).and_then(|unit| facts(id, unit)) else {
        return Ok(Vec::new());
    };
    let mut documents = BTreeMap::new();
    for document in store.unit_documents(id)? {
        // The logs of later years too: an entry may count there and not here.
        let holds_entries = match document.kind() {
            DocumentKind::Log | DocumentKind::Register => true,
            DocumentKind::Oversight | DocumentKind::Board => false,
        };
        if holds_entries {
            let held = Arc::new(Held::load(store, &document)?);
            documents.insert(document, held);
        }
    }
    Ok(figures(&facts, period, &documents, &standing(&documents), None))
}

/// How many of a report's values differ from what was submitted. The phone counts in the same way.
pub fn changed_since(submission: &SubmissionRow, now: &[Figure]) -> usize {
    let frozen = Frozen::decode_all(&submission.frozen).unwrap_or_default();
    let then: BTreeMap<&str, &Value> = frozen
        .iter()
        .map(|frozen| (frozen.indicator.as_str(), &frozen.value))
        .collect();
    let differs = |figure: &&Figure| {
        let before = then.get(figure.indicator.code).copied();
        before != figure.reported.addable().as_ref()
    };
    now.iter().filter(differs).count()
}
