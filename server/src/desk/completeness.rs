//! Who should submit for a period, and who has: in time, late, or not at all.

use std::collections::BTreeMap;

use client_core::catalogue::Tier;
use client_core::ids::OrgUnitId;
use client_core::model::period::ReportingPeriod;
use jiff::civil::Date;

use crate::organisation::Organisation;
use crate::projection::facts;
use crate::store::read_model::SubmissionRow;
use crate::store::{ReadModel, Result};

/// How many units should submit and have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Completeness {
    /// Grassroots units that should submit.
    pub expected: u32,
    /// That did in time, on their device's clock: the signal may come days later.
    pub on_time: u32,
    /// That did later.
    pub late: u32,
}

impl Completeness {
    /// That did.
    pub fn submitted(self) -> u32 {
        self.on_time + self.late
    }

    /// That did not.
    pub fn missing(self) -> u32 {
        self.expected - self.submitted()
    }
}

/// The submissions of a period, by unit, each unit's by round.
#[derive(Debug)]
pub struct Submissions {
    by_unit: BTreeMap<OrgUnitId, Vec<SubmissionRow>>,
    due: Option<Date>,
}

impl Submissions {
    pub(super) fn read(
        store: &(impl ReadModel + ?Sized),
        organisation: &Organisation,
        period: ReportingPeriod,
    ) -> Result<Self> {
        let mut by_unit: BTreeMap<OrgUnitId, Vec<SubmissionRow>> = BTreeMap::new();
        for row in store.submissions(period)? {
            by_unit.entry(row.unit.clone()).or_default().push(row);
        }
        let due = organisation.periods.iter().find(|(known, _)| *known == period);
        Ok(Self {
            by_unit,
            due: due.map(|(_, due)| *due),
        })
    }

    /// The newest submission of a unit.
    pub fn newest(&self, unit: &OrgUnitId) -> Option<&SubmissionRow> {
        self.by_unit.get(unit)?.last()
    }

    /// Whether a unit's first submission was made in time. Sending it again later does not make it late.
    pub fn is_on_time(&self, unit: &OrgUnitId) -> Option<bool> {
        let first = self.by_unit.get(unit)?.first()?;
        // What has come was made before it came, whatever a clock that runs ahead says.
        let made = first.submitted_at.min(first.received_at);
        Some(self.due.is_none_or(|due| made.date() <= due))
    }

    pub(super) fn completeness(&self, organisation: &Organisation, units: &[&OrgUnitId]) -> Completeness {
        let mut completeness = Completeness::default();
        for unit in units.iter().filter(|unit| is_expected(organisation, unit)) {
            completeness.expected += 1;
            match self.is_on_time(unit) {
                Some(true) => completeness.on_time += 1,
                Some(false) => completeness.late += 1,
                None => {}
            }
        }
        completeness
    }
}

/// Grassroots units submit; what lies above them adds up.
fn is_expected(organisation: &Organisation, id: &OrgUnitId) -> bool {
    let facts = organisation.units.get(id).and_then(|unit| facts(id, unit));
    facts.is_some_and(|facts| facts.tier.acts_as() == Tier::Cdcs)
}
