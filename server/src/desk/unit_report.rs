//! One unit's report: what its own log gives for each indicator, what it declares instead, and where a number comes from.

use std::collections::BTreeMap;
use std::sync::Arc;

use client_core::ids::{DocumentId, DocumentKind, OrgUnitId};
use client_core::model::period::ReportingPeriod;
use client_core::model::submission::{Frozen, FrozenValue};
use client_core::report::Value;

use crate::organisation::Organisation;
use crate::projection::{Figure, Held, facts, figures};
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
    for document in documents_of(store, id)? {
        let counts = match document.kind() {
            DocumentKind::Log => document.year().is_some_and(|year| year <= period.year()),
            DocumentKind::Register => true,
            DocumentKind::Oversight | DocumentKind::Board => false,
        };
        if counts {
            let held = Arc::new(Held::load(store, &document)?);
            documents.insert(document, held);
        }
    }
    Ok(figures(&facts, period, &documents))
}

fn documents_of(store: &(impl Store + ?Sized), unit: &OrgUnitId) -> Result<Vec<DocumentId>> {
    let documents = store.documents()?.into_iter();
    Ok(documents.filter(|document| document.unit() == unit).collect())
}

/// How many of a report's values differ from what was submitted.
pub fn changed_since(submission: &SubmissionRow, now: &[Figure]) -> usize {
    let frozen = Frozen::decode_all(&submission.frozen).unwrap_or_default();
    let mut then: BTreeMap<&str, &FrozenValue> = frozen
        .iter()
        .map(|frozen| (frozen.indicator.as_str(), &frozen.value))
        .collect();
    let mut changed = 0;
    for figure in now {
        let before = then.remove(figure.indicator.code);
        let after = figure.reported.effective();
        let is_same = match (before, after) {
            (None, None) => true,
            (Some(before), Some(after)) => is_same(before, after),
            (Some(_), None) | (None, Some(_)) => false,
        };
        changed += usize::from(!is_same);
    }
    // What was submitted and is not asked any more has changed, too.
    changed + then.len()
}

fn is_same(frozen: &FrozenValue, value: &Value) -> bool {
    match (frozen, value) {
        (FrozenValue::Number(frozen), Value::Number(number)) => frozen == number,
        (FrozenValue::Percent(frozen), Value::Decimal(number)) => frozen.to_bits() == number.to_bits(),
        (
            FrozenValue::Ratio { numerator, denominator },
            Value::Ratio {
                numerator: above,
                denominator: below,
                ..
            },
        ) => (numerator, denominator) == (above, below),
        (
            FrozenValue::Weighted { total, weight },
            Value::Weighted {
                total: now_total,
                weight: now_weight,
                ..
            },
        ) => *total == now_total.round() as i64 && weight == now_weight,
        (FrozenValue::Text(frozen), Value::Text(passages)) => {
            passages.iter().flat_map(|passage| &passage.paragraphs).eq(frozen)
        }
        (
            FrozenValue::Number(_)
            | FrozenValue::Percent(_)
            | FrozenValue::Ratio { .. }
            | FrozenValue::Weighted { .. }
            | FrozenValue::Text(_),
            _other_shape,
        ) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frozen_value_is_compared_with_what_it_was_frozen_from() {
        let ratio = |numerator| Value::Ratio {
            numerator,
            denominator: 4,
            scale: 100,
        };
        let frozen = FrozenValue::Ratio {
            numerator: 3,
            denominator: 4,
        };
        assert!(is_same(&frozen, &ratio(3)));
        assert!(!is_same(&frozen, &ratio(2)));
        assert!(!is_same(&frozen, &Value::Number(75)), "another shape is another value");
        assert!(is_same(&FrozenValue::Number(0), &Value::Number(0)));
    }
}
