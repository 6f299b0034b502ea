//! What staff see of the merged data: figures of a unit with those below it, who has submitted, and the entries behind a
//! number. Reads the read model; knows no HTTP.

mod answers;
pub mod completeness;
pub mod entries;
pub mod totals;
pub mod unit_report;

use std::collections::BTreeMap;

use client_core::ids::OrgUnitId;
use client_core::model::period::ReportingPeriod;
use client_core::report::SystemFacts;

use crate::organisation::Organisation;
use crate::store::{EntryQueries, ReadModel, Result};
use answers::Answers;
use completeness::{Completeness, Submissions};
use totals::{Figures, Purpose, Values};

/// Everything the units gave for one period, read once and added up as asked.
pub struct PeriodView<'a> {
    organisation: &'a Organisation,
    values: Values,
    submissions: Submissions,
    answers: Answers,
}

impl<'a> PeriodView<'a> {
    /// Reads a period.
    pub fn read(
        store: &(impl ReadModel + EntryQueries + ?Sized),
        organisation: &'a Organisation,
        period: ReportingPeriod,
    ) -> Result<Self> {
        Ok(Self {
            organisation,
            values: Values::read(store, period)?,
            submissions: Submissions::read(store, organisation, period)?,
            answers: Answers::read(store, period)?,
        })
    }

    /// A unit and all below it.
    fn subtree(&self, unit: &'a OrgUnitId) -> Vec<&'a OrgUnitId> {
        let mut units = vec![unit];
        units.extend(self.organisation.below(unit));
        units
    }

    /// Who should have submitted at or below a unit, and who has.
    pub fn completeness(&self, unit: &'a OrgUnitId) -> Completeness {
        self.submissions.completeness(self.organisation, &self.subtree(unit))
    }

    /// The figures of a unit with those of all below it, by indicator. One without a value is absent.
    pub fn figures(&self, unit: &'a OrgUnitId) -> Figures {
        let units = self.subtree(unit);
        let system = self.system(unit);
        self.values
            .add_up(self.organisation, unit, &units, &system, Purpose::OwnReport)
    }

    /// What a unit with all below it adds to the figures of the unit above.
    fn part(&self, unit: &'a OrgUnitId) -> Figures {
        let units = self.subtree(unit);
        let system = self.system_of(&units, &units);
        self.values
            .add_up(self.organisation, unit, &units, &system, Purpose::PartOfTotal)
    }

    /// What each unit directly below a unit, with all below that, adds to its figures.
    pub fn children(&self, unit: &OrgUnitId) -> BTreeMap<&'a OrgUnitId, (Completeness, Figures)> {
        let children = self.organisation.children.get(unit).into_iter().flatten();
        children
            .map(|child| (child, (self.completeness(child), self.part(child))))
            .collect()
    }

    /// Whether a unit has submitted: itself, or for an upper level all below it that should.
    pub fn has_submitted(&self, unit: &'a OrgUnitId) -> bool {
        let completeness = self.completeness(unit);
        completeness.expected > 0 && completeness.missing() == 0
    }

    /// What each unit's submissions say.
    pub fn submissions(&self) -> &Submissions {
        &self.submissions
    }

    /// What only the server knows of those below a unit, and of the answers to their questions and its own.
    pub fn system(&self, unit: &'a OrgUnitId) -> SystemFacts {
        self.system_of(&self.organisation.below(unit), &self.subtree(unit))
    }

    fn system_of(&self, units: &[&OrgUnitId], asking: &[&OrgUnitId]) -> SystemFacts {
        let completeness = self.submissions.completeness(self.organisation, units);
        let count = |number: u32| Some(i64::from(number));
        SystemFacts {
            units_submitted: count(completeness.submitted()),
            units_expected_open_in_period: count(completeness.expected),
            units_submitted_on_time: count(completeness.on_time),
            units_open_in_sector_dn: Some(totals::enterprises(self.organisation, units)),
            median_days_to_answer: self.answers.median_days(asking),
        }
    }
}
