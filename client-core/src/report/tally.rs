//! Numbers that add up entry by entry: each entry brings its part whatever the others say. Such a number can be moved by what
//! moved entries bring, without reading the others.

use std::ops::{Add, AddAssign, SubAssign};

use super::books::Kept;
use super::derive::nearest;
use super::select::Span;
use super::{Derived, Value};
use crate::catalogue::{Aggregation, Derivation, Indicator, Predicate};

/// Of how many entries a number is that adds up. The number alone does not tell a nought from nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tally {
    /// Those that matched.
    pub matched: u64,
    /// Those of them that had something in the field.
    pub measured: u64,
}

impl Tally {
    /// That of a number as it was derived.
    pub fn of(derived: &Derived) -> Self {
        let measured = derived.sources.len() as u64;
        Self {
            matched: measured + derived.unmeasured.len() as u64,
            measured,
        }
    }
}

/// What entries bring to a number that adds up, together. What they bring no more is taken away and may lie below nought.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Brought {
    matched: i64,
    measured: i64,
    /// Wide enough for whatever entries can bring: nothing is lost on the way to a sum that is a number again.
    sum: i128,
}

impl Brought {
    pub(super) fn of(derived: &Derived) -> Self {
        let amounts = derived.sources.iter().map(|source| i128::from(source.amount));
        let measured = derived.sources.len() as i64;
        Self {
            matched: measured + derived.unmeasured.len() as i64,
            measured,
            sum: amounts.sum(),
        }
    }

    /// What the entries of a number brought that stands; none where the number does not say it.
    pub fn standing(indicator: &Indicator, tally: Tally, derived: Option<&Value>) -> Option<Self> {
        let (matched, measured) = (tally.matched.try_into().ok()?, tally.measured.try_into().ok()?);
        let is_one = is_one_of_any(&indicator.derive);
        let sum = match derived {
            _ if measured == 0 => 0,
            // One for them all, of which each by itself brings the one.
            Some(Value::Number(1)) if is_one => i128::from(measured),
            // The outermost numbers stand for whatever lies beyond them.
            Some(Value::Number(sum)) if !is_one && ![i64::MIN, i64::MAX].contains(sum) => i128::from(*sum),
            Some(
                Value::Number(_) | Value::Decimal(_) | Value::Ratio { .. } | Value::Weighted { .. } | Value::Text(_),
            )
            | None => return None,
        };
        Some(Self { matched, measured, sum })
    }

    /// Whether nothing was brought.
    pub fn is_nothing(self) -> bool {
        self == Self::default()
    }

    /// Of how many entries it is; none where more was taken away than there was.
    pub fn tally(self) -> Option<Tally> {
        let is_possible = self.measured <= self.matched && (self.measured > 0 || self.sum == 0);
        Some(Tally {
            matched: self.matched.try_into().ok().filter(|_| is_possible)?,
            measured: self.measured.try_into().ok()?,
        })
    }

    /// The value it comes to, of an indicator that is asked of the unit: what [`derive`](super::derive()) gives for the entries
    /// that brought it.
    pub fn value(self, indicator: &Indicator, kept: Kept) -> Option<Value> {
        let sum = match (self.matched, self.measured) {
            (0, _) => return kept.within(Span::from(indicator.measure)).then_some(Value::Number(0)),
            (_, 0) => return None,
            (_, _) if is_one_of_any(&indicator.derive) => self.sum.min(1),
            (_, _) => self.sum,
        };
        Some(Value::Number(nearest(sum)))
    }
}

impl Add for Brought {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl AddAssign for Brought {
    fn add_assign(&mut self, other: Self) {
        self.matched += other.matched;
        self.measured += other.measured;
        self.sum += other.sum;
    }
}

impl SubAssign for Brought {
    fn sub_assign(&mut self, other: Self) {
        self.matched -= other.matched;
        self.measured -= other.measured;
        self.sum -= other.sum;
    }
}

impl Indicator {
    /// Whether its number adds up entry by entry.
    pub fn adds_up(&self) -> bool {
        // The newest snapshot may say a weight.
        let is_weighed = matches!(self.aggregate_up, Aggregation::WeightedByField { .. });
        !is_weighed && (sums(&self.derive) || is_one_of_any(&self.derive))
    }
}

/// Whether a method adds up what each entry brings.
fn sums(method: &Derivation) -> bool {
    match method {
        Derivation::Sum { condition, .. }
        | Derivation::Count { condition, .. }
        | Derivation::CountAt { condition, .. }
        | Derivation::SumAt { condition, .. } => condition.as_ref().is_none_or(is_of_one_entry),
        Derivation::UnionSum { parts } => parts.iter().all(sums),
        Derivation::CountDistinct { .. }
        | Derivation::CountDistinctRefs { .. }
        | Derivation::Latest { .. }
        | Derivation::Ratio { .. }
        | Derivation::RatioFields { .. }
        | Derivation::UnitsWith { .. }
        | Derivation::Collect { .. }
        | Derivation::Manual
        | Derivation::System { .. } => false,
    }
}

/// Whether a method gives one where any entry matches by itself.
fn is_one_of_any(method: &Derivation) -> bool {
    let Derivation::UnitsWith { condition, .. } = method else {
        return false;
    };
    condition.as_ref().is_none_or(is_of_one_entry)
}

/// Whether a condition asks about the entry alone.
fn is_of_one_entry(condition: &Predicate) -> bool {
    match condition {
        Predicate::All { of } | Predicate::Any { of } => of.iter().all(is_of_one_entry),
        Predicate::Latest { .. } => false,
        Predicate::FieldIn { .. }
        | Predicate::BooleanIs { .. }
        | Predicate::Empty { .. }
        | Predicate::NotEmpty { .. }
        | Predicate::DateInPeriod { .. }
        | Predicate::DateAgainst { .. }
        | Predicate::EventInPeriod { .. }
        | Predicate::CreatedInPeriod
        | Predicate::StateNotIn { .. }
        | Predicate::YearIsPeriodYear { .. }
        | Predicate::UnitTierIn { .. }
        | Predicate::FieldAgainst { .. } => true,
    }
}

#[cfg(test)]
mod tests;
