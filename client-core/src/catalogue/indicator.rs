//! Indicators: how each number comes about and adds up.

use serde::Serialize;

use super::activity::Label;
use super::plan::{Sector, Tier};
use super::predicate::Predicate;
use super::rule::{ConfigKey, Level};
use super::unit::Unit;

/// Whether a number adds up over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Measure {
    /// Adds up within a period and over periods.
    Flow,
    /// Taken at the cut-off; never added over periods.
    Stock,
}

/// What kind of value an indicator has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum IndicatorKind {
    /// How many things.
    Count,
    /// How many people, or attendances.
    People,
    /// A percentage.
    Percent,
    /// An amount in đồng.
    MoneyVnd,
    /// Prose.
    Text,
}

/// Which entries a "unit with" indicator looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// Those in the period.
    Period,
    /// Those from the beginning of the period's year to its end.
    YearToDate,
    /// All up to its end.
    ToPeriodEnd,
}

/// When a snapshot is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum At {
    /// At the end of the period.
    PeriodEnd,
}

/// Figures that the system knows better than any log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Units below that submitted.
    UnitsSubmitted,
    /// Units below that should submit, open at the cut-off.
    UnitsExpectedOpenInPeriod,
    /// Units below that submitted in time.
    UnitsSubmittedOnTime,
    /// Units below that are enterprises.
    UnitsOpenInSectorDn,
    /// Median days to answer a question.
    MedianDaysToAnswer,
}

/// How a number comes about.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ts_rs::TS)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Derivation {
    /// Adds a field up.
    Sum {
        /// Over entries of this type
        activity_type: &'static str,
        /// this field
        field: &'static str,
        /// where this holds.
        condition: Option<Predicate>,
    },
    /// Counts entries.
    Count {
        /// Of this type
        activity_type: &'static str,
        /// where this holds.
        condition: Option<Predicate>,
    },
    /// Counts different texts in a field.
    CountDistinct {
        /// Over entries of this type
        activity_type: &'static str,
        /// this field
        field: &'static str,
        /// where this holds.
        condition: Option<Predicate>,
    },
    /// Counts different references in a field that holds several.
    CountDistinctRefs {
        /// Over entries of this type
        activity_type: &'static str,
        /// this field
        field: &'static str,
        /// where this holds.
        condition: Option<Predicate>,
    },
    /// Counts entries as they stand at the cut-off.
    CountAt {
        /// Of this type
        activity_type: &'static str,
        /// where this holds.
        condition: Option<Predicate>,
    },
    /// Adds a field up as entries stand at the cut-off.
    SumAt {
        /// Over entries of this type
        activity_type: &'static str,
        /// this field
        field: &'static str,
        /// where this holds.
        condition: Option<Predicate>,
    },
    /// Takes a field of the newest snapshot.
    Latest {
        /// Of this type
        activity_type: &'static str,
        /// this field
        field: &'static str,
        /// at this time.
        at: At,
    },
    /// Two indicators' quotient.
    Ratio {
        /// Above the line.
        numerator: &'static str,
        /// Below the line.
        denominator: &'static str,
        /// 100 for percent.
        scale: i64,
    },
    /// The quotient of two fields of the newest snapshot.
    RatioFields {
        /// Of this type.
        activity_type: &'static str,
        /// Field above the line.
        numerator: &'static str,
        /// Field below the line.
        denominator: &'static str,
        /// At this time.
        at: At,
        /// 100 for percent.
        scale: i64,
    },
    /// One if the unit has such an entry, else zero; summed upward it counts units.
    UnitsWith {
        /// Of this type
        activity_type: &'static str,
        /// where this holds
        condition: Option<Predicate>,
        /// among these.
        window: Window,
    },
    /// Adds several derivations up.
    UnionSum {
        /// Which.
        parts: &'static [Derivation],
    },
    /// Gathers prose from activities of every type.
    Collect {
        /// Which field.
        field: &'static str,
    },
    /// A person says it.
    Manual,
    /// The system knows it.
    System {
        /// What.
        metric: Metric,
    },
}

/// How the units' numbers become one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(tag = "method", rename_all = "snake_case")]
pub enum Aggregation {
    /// Add.
    Sum,
    /// Add what is above and below the line; never average percentages.
    RatioOfSums,
    /// Average, weighted by another indicator of the unit.
    WeightedBy {
        /// Which.
        indicator: &'static str,
    },
    /// Average, weighted by a field of the snapshot the number is from.
    WeightedByField {
        /// Which type.
        activity_type: &'static str,
        /// Which field.
        field: &'static str,
    },
    /// Put one below the other, unit by unit.
    ConcatByUnit,
    /// Do not.
    None,
}

/// What an indicator's value must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum ValueCheck {
    /// A whole number, not below zero.
    WholeNotNegative,
    /// Between these, both allowed.
    Between {
        /// Least.
        least: i64,
        /// Most.
        most: i64,
    },
    /// No more than this.
    AtMost {
        /// Most.
        most: i64,
    },
    /// No more than another indicator.
    AtMostIndicator {
        /// Which.
        indicator: &'static str,
    },
    /// No less than a threshold that can be set.
    AtLeastConfig {
        /// Which.
        key: ConfigKey,
        /// What it is until somebody sets it.
        default: i64,
    },
    /// A multiple of this.
    MultipleOf {
        /// Of what.
        step: i64,
    },
    /// Changed by no more than this since the period before.
    ChangeAtMost {
        /// 200 is threefold.
        percent: i64,
    },
    /// No longer than this, in characters.
    LengthAtMost {
        /// Most characters.
        characters: u32,
    },
}

/// A demand on an indicator's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct ValueRule {
    /// What it demands.
    pub check: ValueCheck,
    /// How serious it is to break it.
    pub level: Level,
    /// What to say, where the plan words it.
    pub message: Option<Label>,
}

/// A number (or text) that reports carry.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ts_rs::TS)]
pub struct Indicator {
    /// Its code, as `II.1-01`.
    pub code: &'static str,
    /// What people call it.
    pub label: Label,
    /// What is counted.
    pub unit: Unit,
    /// The task it measures.
    pub task: &'static str,
    /// What kind of value.
    pub kind: IndicatorKind,
    /// Flow or stock.
    pub measure: Measure,
    /// How it comes about.
    pub derive: Derivation,
    /// How it adds up over units.
    pub aggregate_up: Aggregation,
    /// Whose reports carry it.
    pub tiers: &'static [Tier],
    /// For which sector.
    pub sector: Sector,
    /// Whether more is better.
    pub higher_is_better: bool,
    /// Whether the short report has it.
    pub core: bool,
    /// What its value must be.
    pub validation: &'static [ValueRule],
}
