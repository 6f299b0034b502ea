//! Derives the value of every indicator from a unit's entries, and explains each number.
//!
//! When a number is empty, and when it is zero: `docs/decisions/0011-empty-is-not-zero.md`.

mod aggregate;
mod books;
mod derive;
mod figure;
mod moves;
mod reported;
mod select;
mod tally;

use serde::{Deserialize, Serialize};

pub use crate::model::value::{Passage, Value};
pub use aggregate::{Child, aggregate, quotient};
pub use books::{Books, Kept, day_of};
pub use derive::derive;
pub use figure::{Figure, Said, figures};
pub use moves::{Alone, Reading, read_from, readings};
pub use reported::{Declared, Reported, addable};
pub use tally::{Brought, Tally};

use crate::catalogue::{self, Indicator, Sector, Tier, UnitSector};
use crate::ids::{EntryId, OrgUnitId};
use crate::model::period::ReportingPeriod;

/// What the administrator's tables say about a unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct UnitFacts {
    /// Which unit.
    pub id: OrgUnitId,
    /// What kind of unit.
    pub tier: Tier,
    /// Its sector, if it is known.
    pub sector: Option<UnitSector>,
}

impl UnitFacts {
    /// Whether the plan means this unit when it names tiers and a sector.
    pub fn is_meant_by(&self, tiers: &[Tier], sector: Sector) -> bool {
        let tier = self.tier.acts_as();
        // Upper levels have no sector of their own: they stand above units of every sector.
        let in_sector =
            sector == Sector::All || tier != Tier::Cdcs || self.sector.is_some_and(|unit| sector.includes(unit));
        in_sector && tiers.contains(&tier)
    }
}

/// Figures that the server knows and no log does. What it does not know stays empty.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(default)]
pub struct SystemFacts {
    /// Units below that submitted for the period.
    pub units_submitted: Option<i64>,
    /// Units below that should submit: those open at the cut-off.
    pub units_expected_open_in_period: Option<i64>,
    /// Units below that submitted in time.
    pub units_submitted_on_time: Option<i64>,
    /// Enterprises below, open at the cut-off.
    pub units_open_in_sector_dn: Option<i64>,
    /// Median days from a question to its answer, whole days.
    pub median_days_to_answer: Option<i64>,
}

/// What a unit's numbers are derived from.
#[derive(Debug, Clone, Copy)]
pub struct ReportInput<'a> {
    /// Whose.
    pub unit: &'a UnitFacts,
    /// For which period.
    pub period: ReportingPeriod,
    /// The unit's entries: its register's, and those of its logs up to the period's year.
    pub books: &'a Books<'a>,
    /// What the server knows, where it is asked.
    pub system: Option<&'a SystemFacts>,
}

/// Which part of a quotient a source belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum SourceRole {
    /// There is no quotient.
    Whole,
    /// Above the line.
    Numerator,
    /// Below the line.
    Denominator,
}

/// An entry that a number comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct Source {
    /// Which.
    pub entry: EntryId,
    /// What it brings. A number is the sum of what its sources bring.
    #[ts(type = "number")]
    pub amount: i64,
    /// To which part.
    pub role: SourceRole,
}

/// A derived number and where it comes from.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct Derived {
    /// Which indicator.
    pub indicator: &'static str,
    /// The number, or empty.
    pub value: Option<Value>,
    /// The entries it comes from, oldest first.
    pub sources: Vec<Source>,
    /// Entries that should have brought something and have nothing in the field.
    pub unmeasured: Vec<EntryId>,
    /// The weight of the number in an average over units, where the plan takes it from the same snapshot.
    pub weight: Option<i64>,
    /// Whether the plan asks this of the unit at all, by tier and sector.
    pub asked: bool,
}

impl Indicator {
    /// Whether the plan asks this of a unit.
    pub fn is_asked_of(&self, unit: &UnitFacts) -> bool {
        unit.is_meant_by(self.tiers, self.sector)
    }
}

/// Every indicator of the plan, in its order.
pub fn derive_all(input: &ReportInput<'_>) -> Vec<Derived> {
    catalogue::indicators()
        .iter()
        .map(|indicator| derive(indicator, input))
        .collect()
}
