//! Conditions on one entry: the plan's `where` and `show_if` as types.

use serde::Serialize;

use super::plan::Tier;

/// How two values compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// `==`
    Equal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

impl Comparison {
    /// Whether it holds, given how left orders against right.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equal => ordering.is_eq(),
            Self::Less => ordering.is_lt(),
            Self::AtMost => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::AtLeast => ordering.is_ge(),
        }
    }
}

/// A day that the reporting period gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Cutoff {
    /// The last day of the period.
    PeriodEnd,
}

/// A condition on one entry. [`crate::report`] says how each is decided.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ts_rs::TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Predicate {
    /// Every one of these.
    All {
        /// The parts.
        of: &'static [Predicate],
    },
    /// At least one of these.
    Any {
        /// The parts.
        of: &'static [Predicate],
    },
    /// The field holds one of these codes.
    FieldIn {
        /// Which field.
        field: &'static str,
        /// The codes.
        codes: &'static [&'static str],
    },
    /// The yes-or-no field says this. Unanswered is no.
    BooleanIs {
        /// Which field.
        field: &'static str,
        /// What it should say.
        value: bool,
    },
    /// The field holds nothing at the cut-off: a day after it has not come yet.
    Empty {
        /// Which field.
        field: &'static str,
    },
    /// The field holds something.
    NotEmpty {
        /// Which field.
        field: &'static str,
    },
    /// The day in the field lies in the period.
    DateInPeriod {
        /// Which field.
        field: &'static str,
    },
    /// The day in the field against a day of the period.
    DateAgainst {
        /// Which field.
        field: &'static str,
        /// How.
        comparison: Comparison,
        /// Against what.
        cutoff: Cutoff,
    },
    /// It entered this state in the period.
    EventInPeriod {
        /// Which state.
        state: &'static str,
    },
    /// It was made in the period.
    CreatedInPeriod,
    /// At the cut-off it was in none of these states.
    StateNotIn {
        /// Which states.
        states: &'static [&'static str],
    },
    /// The year in the field is the period's.
    YearIsPeriodYear {
        /// Which field.
        field: &'static str,
    },
    /// The unit is of one of these tiers.
    UnitTierIn {
        /// Which tiers.
        tiers: &'static [Tier],
    },
    /// One number of the entry against another. Does not hold when one is missing.
    FieldAgainst {
        /// Left.
        left: &'static str,
        /// How.
        comparison: Comparison,
        /// Right.
        right: &'static str,
    },
    /// Holds for the newest snapshot at the cut-off, and the entry is that one.
    Latest {
        /// The condition.
        of: &'static Predicate,
    },
}
