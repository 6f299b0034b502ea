//! The methods by which numbers come about.

use std::collections::BTreeSet;

use super::select::{Span, activities_in_period, matching, newest_snapshot};
use super::{Derived, ReportInput, Source, SourceRole, SystemFacts, quotient};
use crate::catalogue::condition::{shown_integer, shown_value};
use crate::catalogue::{self, ActivityType, Aggregation, Derivation, Indicator, Metric, Predicate};
use crate::ids::EntryId;
use crate::model::entry::{Entry, FieldValue};
use crate::model::value::{Passage, Value};
use crate::text::{fold, is_blank};

/// One indicator's value for a unit and a period.
pub fn derive(indicator: &Indicator, input: &ReportInput<'_>) -> Derived {
    let asked = indicator.is_asked_of(input.unit);
    let span = Span::from(indicator.measure);
    let mut found = by_method(&indicator.derive, span, input);
    if found.nothing_matched && asked && input.books.kept(span) {
        found.value = Some(Value::Number(0));
    }
    Derived {
        indicator: indicator.code,
        value: found.value,
        sources: found.sources,
        unmeasured: found.unmeasured,
        weight: weight(indicator, input),
        asked,
    }
}

/// What a method found.
#[derive(Default)]
struct Found {
    value: Option<Value>,
    sources: Vec<Source>,
    unmeasured: Vec<EntryId>,
    /// No entry matched: a nought, if the unit kept its books.
    nothing_matched: bool,
}

impl Found {
    /// Entries with what each brings; `None` for one that has nothing in the field.
    fn added_up(brought: Vec<(EntryId, Option<i64>)>) -> Self {
        let nothing_matched = brought.is_empty();
        let mut found = Self {
            nothing_matched,
            ..Self::default()
        };
        for (entry, amount) in brought {
            match amount {
                Some(amount) => found.sources.push(whole(entry, amount)),
                None => found.unmeasured.push(entry),
            }
        }
        found.value = found.total().map(Value::Number);
        found
    }

    /// The same in whatever order they are added; where that is beyond any number there is, the outermost one.
    fn total(&self) -> Option<i64> {
        let amounts = self.sources.iter().map(|source| i128::from(source.amount));
        let sum = amounts.reduce(|sum, amount| sum + amount)?;
        Some(nearest(sum))
    }

    fn known(value: Option<Value>) -> Self {
        Self {
            value,
            ..Self::default()
        }
    }
}

/// The number that is nearest to a sum.
pub(super) fn nearest(sum: i128) -> i64 {
    i64::try_from(sum).unwrap_or(if sum < 0 { i64::MIN } else { i64::MAX })
}

fn whole(entry: EntryId, amount: i64) -> Source {
    Source {
        entry,
        amount,
        role: SourceRole::Whole,
    }
}

fn by_method(method: &Derivation, span: Span, input: &ReportInput<'_>) -> Found {
    match *method {
        Derivation::Sum {
            activity_type,
            field,
            condition,
        } => sum(input, activity_type, field, condition.as_ref(), span),
        Derivation::SumAt {
            activity_type,
            field,
            condition,
        } => sum(input, activity_type, field, condition.as_ref(), Span::ToEnd),
        Derivation::Count {
            activity_type,
            condition,
        } => count(input, activity_type, condition.as_ref(), span),
        Derivation::CountAt {
            activity_type,
            condition,
        } => count(input, activity_type, condition.as_ref(), Span::ToEnd),
        Derivation::CountDistinct {
            activity_type,
            field,
            condition,
        }
        | Derivation::CountDistinctRefs {
            activity_type,
            field,
            condition,
        } => distinct(input, activity_type, field, condition.as_ref(), span),
        Derivation::UnitsWith {
            activity_type,
            condition,
            window,
        } => units_with(input, activity_type, condition.as_ref(), window.into()),
        Derivation::Latest {
            activity_type, field, ..
        } => latest(input, activity_type, field),
        Derivation::Ratio {
            numerator,
            denominator,
            scale,
        } => ratio(input, numerator, denominator, scale),
        Derivation::RatioFields {
            activity_type,
            numerator,
            denominator,
            scale,
            ..
        } => ratio_fields(input, activity_type, numerator, denominator, scale),
        Derivation::UnionSum { parts } => union_sum(input, parts, span),
        Derivation::Collect { field } => collect(input, field),
        Derivation::Manual => Found::default(),
        Derivation::System { metric } => Found::known(system(input.system, metric).map(Value::Number)),
    }
}

fn sum(input: &ReportInput<'_>, activity_type: &str, field: &str, condition: Option<&Predicate>, span: Span) -> Found {
    over(activity_type, |kind| {
        let entries = matching(input, kind, condition, span);
        Found::added_up(
            entries
                .iter()
                .map(|entry| (entry.id, shown_integer(kind, entry, field)))
                .collect(),
        )
    })
}

fn count(input: &ReportInput<'_>, activity_type: &str, condition: Option<&Predicate>, span: Span) -> Found {
    over(activity_type, |kind| {
        let entries = matching(input, kind, condition, span);
        Found::added_up(entries.iter().map(|entry| (entry.id, Some(1))).collect())
    })
}

/// Counts different texts or references; an entry brings those that no earlier one had.
fn distinct(
    input: &ReportInput<'_>,
    activity_type: &str,
    field: &str,
    condition: Option<&Predicate>,
    span: Span,
) -> Found {
    over(activity_type, |kind| {
        let mut seen = BTreeSet::new();
        let brought = matching(input, kind, condition, span)
            .into_iter()
            .map(|entry| {
                let keys: Option<Vec<String>> = match shown_value(kind, entry, field) {
                    // Two people write one project's name in two ways.
                    Some(FieldValue::Text(text)) => Some(vec![fold(text)]),
                    Some(FieldValue::Codes(codes)) => Some(codes.iter().cloned().collect()),
                    Some(
                        FieldValue::Integer(_)
                        | FieldValue::Decimal(_)
                        | FieldValue::Boolean(_)
                        | FieldValue::Date(_)
                        | FieldValue::Paragraphs(_)
                        | FieldValue::Rows(_),
                    )
                    | None => None,
                };
                let new = keys.map(|keys| keys.into_iter().filter(|key| seen.insert(key.clone())).count() as i64);
                (entry.id, new)
            })
            .collect();
        Found::added_up(brought)
    })
}

/// One if there is such an entry. All are named as sources, the first brings the one.
fn units_with(input: &ReportInput<'_>, activity_type: &str, condition: Option<&Predicate>, span: Span) -> Found {
    over(activity_type, |kind| {
        let entries = matching(input, kind, condition, span);
        Found::added_up(
            entries
                .iter()
                .enumerate()
                .map(|(position, entry)| (entry.id, Some(i64::from(position == 0))))
                .collect(),
        )
    })
}

/// What the newest snapshot says. It alone counts: older figures beside newer ones would not fit together.
fn latest(input: &ReportInput<'_>, activity_type: &str, field: &str) -> Found {
    from_newest(input, activity_type, |kind, entry| {
        Found::added_up(vec![(entry.id, shown_integer(kind, entry, field))])
    })
}

fn ratio_fields(input: &ReportInput<'_>, activity_type: &str, numerator: &str, denominator: &str, scale: i64) -> Found {
    from_newest(input, activity_type, |kind, entry| {
        let above = shown_integer(kind, entry, numerator);
        let below = shown_integer(kind, entry, denominator).filter(|below| *below > 0);
        let Some((above, below)) = above.zip(below) else {
            return Found {
                unmeasured: vec![entry.id],
                ..Found::default()
            };
        };
        let source = |amount, role| Source {
            entry: entry.id,
            amount,
            role,
        };
        Found {
            value: Some(Value::Ratio {
                numerator: above,
                denominator: below,
                scale,
            }),
            sources: vec![
                source(above, SourceRole::Numerator),
                source(below, SourceRole::Denominator),
            ],
            ..Found::default()
        }
    })
}

fn ratio(input: &ReportInput<'_>, numerator: &str, denominator: &str, scale: i64) -> Found {
    let (Some(above), Some(below)) = (catalogue::indicator(numerator), catalogue::indicator(denominator)) else {
        return Found::default();
    };
    let (above, below) = (derive(above, input), derive(below, input));
    let part =
        |sources: &[Source], role| -> Vec<Source> { sources.iter().map(|source| Source { role, ..*source }).collect() };
    let mut sources = part(&above.sources, SourceRole::Numerator);
    sources.extend(part(&below.sources, SourceRole::Denominator));
    Found {
        value: quotient(above.value.as_ref(), below.value.as_ref(), scale),
        sources,
        unmeasured: [above.unmeasured, below.unmeasured].concat(),
        nothing_matched: false,
    }
}

/// A part that nobody measured makes the whole empty only if no other part has a number from an entry.
fn union_sum(input: &ReportInput<'_>, parts: &[Derivation], span: Span) -> Found {
    let mut sum = Found {
        nothing_matched: true,
        ..Found::default()
    };
    for part in parts {
        let part = by_method(part, span, input);
        sum.nothing_matched &= part.nothing_matched;
        sum.sources.extend(part.sources);
        sum.unmeasured.extend(part.unmeasured);
    }
    sum.value = sum.total().map(Value::Number);
    sum
}

fn collect(input: &ReportInput<'_>, field: &str) -> Found {
    let mut paragraphs = Vec::new();
    let mut sources = Vec::new();
    for entry in activities_in_period(input) {
        let value = match catalogue::activity_type(&entry.type_code) {
            Some(kind) => shown_value(kind, entry, field),
            None => entry.field(field),
        };
        if let Some(FieldValue::Paragraphs(parts)) = value {
            let before = paragraphs.len();
            paragraphs.extend(parts.values().filter(|text| !is_blank(text)).cloned());
            if paragraphs.len() > before {
                sources.push(whole(entry.id, (paragraphs.len() - before) as i64));
            }
        }
    }
    Found {
        value: (!paragraphs.is_empty()).then(|| {
            Value::Text(vec![Passage {
                unit: input.unit.id.clone(),
                paragraphs,
            }])
        }),
        sources,
        ..Found::default()
    }
}

fn system(facts: Option<&SystemFacts>, metric: Metric) -> Option<i64> {
    let facts = facts?;
    match metric {
        Metric::UnitsSubmitted => facts.units_submitted,
        Metric::UnitsExpectedOpenInPeriod => facts.units_expected_open_in_period,
        Metric::UnitsSubmittedOnTime => facts.units_submitted_on_time,
        Metric::UnitsOpenInSectorDn => facts.units_open_in_sector_dn,
        Metric::MedianDaysToAnswer => facts.median_days_to_answer,
    }
}

fn weight(indicator: &Indicator, input: &ReportInput<'_>) -> Option<i64> {
    match indicator.aggregate_up {
        Aggregation::WeightedByField { activity_type, field } => {
            let kind = catalogue::activity_type(activity_type)?;
            shown_integer(kind, newest_snapshot(input, kind)?, field)
        }
        Aggregation::Sum
        | Aggregation::RatioOfSums
        | Aggregation::WeightedBy { .. }
        | Aggregation::ConcatByUnit
        | Aggregation::None => None,
    }
}

/// The build has checked that the type exists.
fn over(activity_type: &str, find: impl FnOnce(&'static ActivityType) -> Found) -> Found {
    catalogue::activity_type(activity_type).map_or_else(Found::default, find)
}

/// No snapshot is no figure, never a nought.
fn from_newest(
    input: &ReportInput<'_>,
    activity_type: &str,
    find: impl FnOnce(&'static ActivityType, &Entry) -> Found,
) -> Found {
    over(activity_type, |kind| {
        newest_snapshot(input, kind).map_or_else(Found::default, |entry| find(kind, entry))
    })
}
