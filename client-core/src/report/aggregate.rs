//! Makes one value of many units' values.

use crate::catalogue::{Aggregation, Indicator};
use crate::ids::OrgUnitId;
use crate::model::value::{Passage, Value};

/// One unit's part in a total.
#[derive(Debug, Clone, Copy)]
pub struct Child<'a> {
    /// Whose.
    pub unit: &'a OrgUnitId,
    /// Its effective value, if it has one.
    pub value: Option<&'a Value>,
    /// Its weight, for averages: the other indicator's value (`weighted_by`) or [`super::Derived::weight`].
    pub weight: Option<i64>,
}

/// The units' values as one. Empty is not zero: a unit without a value takes no part, and where none has one there is none.
pub fn aggregate(indicator: &Indicator, children: &[Child<'_>]) -> Option<Value> {
    let values = || {
        children
            .iter()
            .filter_map(|child| child.value.map(|value| (child, value)))
    };
    match indicator.aggregate_up {
        Aggregation::Sum => values()
            .filter_map(|(_, value)| whole(value))
            .reduce(i64::saturating_add)
            .map(Value::Number),
        Aggregation::RatioOfSums => values()
            .filter_map(|(_, value)| match value {
                Value::Ratio {
                    numerator,
                    denominator,
                    scale,
                } => Some((*numerator, *denominator, *scale)),
                Value::Number(_) | Value::Decimal(_) | Value::Weighted { .. } | Value::Text(_) => None,
            })
            .reduce(|sum, part| (sum.0.saturating_add(part.0), sum.1.saturating_add(part.1), sum.2))
            .map(|(numerator, denominator, scale)| Value::Ratio {
                numerator,
                denominator,
                scale,
            }),
        Aggregation::WeightedBy { .. } | Aggregation::WeightedByField { .. } => values()
            .filter_map(|(child, value)| weighted(value, child.weight))
            .reduce(|sum, part| Weighted {
                total: sum.total + part.total,
                weight: sum.weight.saturating_add(part.weight),
                least: sum.least.min(part.least),
                most: sum.most.max(part.most),
            })
            .map(Value::from),
        Aggregation::ConcatByUnit => {
            let passages: Vec<Passage> = values()
                .filter_map(|(_, value)| match value {
                    Value::Text(passages) => Some(passages.clone()),
                    Value::Number(_) | Value::Decimal(_) | Value::Ratio { .. } | Value::Weighted { .. } => None,
                })
                .flatten()
                .collect();
            (!passages.is_empty()).then_some(Value::Text(passages))
        }
        Aggregation::None => None,
    }
}

/// A quotient of two indicators' values that are added up already.
pub fn quotient(numerator: Option<&Value>, denominator: Option<&Value>, scale: i64) -> Option<Value> {
    let (numerator, denominator) = (whole(numerator?)?, whole(denominator?)?);
    (denominator > 0).then_some(Value::Ratio {
        numerator,
        denominator,
        scale,
    })
}

fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Decimal(_) | Value::Ratio { .. } | Value::Weighted { .. } | Value::Text(_) => None,
    }
}

struct Weighted {
    total: f64,
    weight: i64,
    least: f64,
    most: f64,
}

impl From<Weighted> for Value {
    fn from(sum: Weighted) -> Self {
        Self::Weighted {
            total: sum.total,
            weight: sum.weight,
            least: sum.least,
            most: sum.most,
        }
    }
}

fn weighted(value: &Value, weight: Option<i64>) -> Option<Weighted> {
    match value {
        Value::Number(_) | Value::Decimal(_) | Value::Ratio { .. } => {
            let number = value.as_number()?;
            // Nobody to weigh by is nobody to average over.
            let weight = weight.filter(|weight| *weight > 0)?;
            Some(Weighted {
                total: number * weight as f64,
                weight,
                least: number,
                most: number,
            })
        }
        Value::Weighted {
            total,
            weight,
            least,
            most,
        } => (*weight > 0).then_some(Weighted {
            total: *total,
            weight: *weight,
            least: *least,
            most: *most,
        }),
        Value::Text(_) => None,
    }
}
