//! How long questions of the units waited for their answers.

use std::collections::BTreeMap;

use client_core::catalogue;
use client_core::ids::OrgUnitId;
use client_core::model::period::ReportingPeriod;
use jiff::civil::Date;

use crate::store::entry_queries::StateEntered;
use crate::store::{EntryQueries, Result, StoreError};

/// The type of a question thread (vướng mắc), and the state in which it has its answer.
const QUESTION: &str = "VUONGMAC";
const ANSWERED: &str = "TRA_LOI";

/// Days from each question to its answer, for the answers of a period, by the unit that asked.
pub(super) struct Answers {
    by_unit: BTreeMap<OrgUnitId, Vec<i64>>,
}

impl Answers {
    pub(super) fn read(store: &(impl EntryQueries + ?Sized), period: ReportingPeriod) -> Result<Self> {
        let mut by_unit: BTreeMap<OrgUnitId, Vec<i64>> = BTreeMap::new();
        for answered in store.entered(QUESTION, ANSWERED, (period.first_day(), period.last_day()))? {
            // As in the number of answers: what stands in the log of a later year is no part of this one.
            if answered.document.year().is_some_and(|year| year > period.year()) {
                continue;
            }
            if let Some(days) = days_waited(&answered)? {
                by_unit.entry(answered.unit).or_default().push(days);
            }
        }
        Ok(Self { by_unit })
    }

    /// The median over the questions of some units, in whole days; none when none of them was answered.
    pub(super) fn median_days(&self, units: &[&OrgUnitId]) -> Option<i64> {
        let waited = units.iter().filter_map(|unit| self.by_unit.get(*unit));
        let mut waited: Vec<i64> = waited.flatten().copied().collect();
        waited.sort_unstable();
        let upper = *waited.get(waited.len() / 2)?;
        if waited.len() % 2 == 1 {
            return Some(upper);
        }
        // Between two days, half a day counts as one.
        let lower = *waited.get(waited.len() / 2 - 1)?;
        Some((lower + upper + 1) / 2)
    }
}

/// None where the answer is said to come before the question: how long that one waited is not known.
fn days_waited(answered: &StateEntered) -> Result<Option<i64>> {
    let events: BTreeMap<String, Date> =
        serde_json::from_str(&answered.events).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let asked = catalogue::activity_type(QUESTION).map(|kind| kind.made_on(&events, answered.created_at));
    let days = asked
        .zip(events.get(ANSWERED))
        .map(|(asked, answer)| i64::from((*answer - asked).get_days()));
    Ok(days.filter(|days| *days >= 0))
}
