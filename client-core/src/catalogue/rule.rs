//! Rules for entries: the plan's `expr` as types.

use serde::Serialize;

use super::activity::Label;
use super::predicate::Comparison;

/// How serious a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// It should be put right.
    Error,
    /// A person should look again.
    Warning,
    /// Worth knowing.
    Note,
}

/// Thresholds that the administrator may set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum ConfigKey {
    /// The lowest value of a shift meal, in đồng.
    MealFloorVnd,
}

/// Something that can be compared: a number or a day.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ts_rs::TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Term {
    /// What a field holds, moved by years and days if it is a day.
    Field {
        /// Which field.
        field: &'static str,
        /// Years later.
        plus_years: i8,
        /// Days later.
        plus_days: i16,
    },
    /// The day it entered a state.
    Event {
        /// Which state.
        state: &'static str,
    },
    /// Today, moved by days.
    Today {
        /// Days later.
        plus_days: i16,
    },
    /// A number.
    Number {
        /// Which.
        value: i64,
    },
    /// A threshold that can be set.
    Config {
        /// Which.
        key: ConfigKey,
        /// What it is until somebody sets it.
        default: i64,
    },
    /// As many attendances as the unit's workers could make: percent of its workers, times the sessions (at least one).
    Headcount {
        /// 150 is one and a half attendances per worker and session.
        percent: i64,
        /// Field with the number of sessions.
        sessions: &'static str,
    },
}

/// What a rule demands. A part that is about something the entry does not have holds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ts_rs::TS)]
#[serde(tag = "is", rename_all = "snake_case")]
pub enum Check {
    /// Every one of these.
    All {
        /// The parts.
        of: &'static [Check],
    },
    /// Two terms compare so. Holds when one is missing.
    Compare {
        /// Left.
        left: Term,
        /// How.
        comparison: Comparison,
        /// Right.
        right: Term,
    },
    /// The day in the field lies in the period the officer reports on.
    InReportPeriod {
        /// Which field.
        field: &'static str,
    },
    /// The field holds something, and if it is a number, more than zero when `positive`.
    Filled {
        /// Which field.
        field: &'static str,
        /// Whether zero is not enough.
        positive: bool,
    },
    /// If the item is in this state, the rest must hold.
    WhenState {
        /// Which state.
        state: &'static str,
        /// What must hold.
        then: &'static [Check],
    },
    /// If the field holds this code, the rest must hold.
    WhenField {
        /// Which field.
        field: &'static str,
        /// Which code.
        code: &'static str,
        /// What must hold.
        then: &'static [Check],
    },
    /// Every amount is a whole number of đồng, and at least this (zero itself is an answer, not a slip).
    MoneyAtLeast {
        /// The least.
        least: i64,
    },
    /// Every amount is a multiple of this.
    MoneyMultipleOf {
        /// Of what.
        step: i64,
    },
    /// The column of the table adds up to this.
    ColumnSum {
        /// Which table.
        field: &'static str,
        /// Which column.
        column: &'static str,
        /// To what.
        total: i64,
    },
    /// No other entry of the unit has the same type, day and title (diacritics aside).
    NoTwin,
    /// For entries of these types, every one of these.
    ForTypes {
        /// Which types.
        types: &'static [&'static str],
        /// The parts.
        of: &'static [Check],
    },
}

/// A rule for entries.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ts_rs::TS)]
pub struct Rule {
    /// Its id, as `R_SUBSET`.
    pub id: &'static str,
    /// How serious it is to break it.
    pub level: Level,
    /// What it demands.
    pub check: Check,
    /// What to say.
    pub message: Label,
}
