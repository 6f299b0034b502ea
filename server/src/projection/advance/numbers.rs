//! The numbers that moved entries and new statements move. Those that add up are moved by what the entries bring; each of the
//! others is derived anew, of the rows that it reads, and no other.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, HashMap};
use std::ops::{AddAssign, SubAssign};
use std::sync::Arc;

use client_core::catalogue::{self, Indicator};
use client_core::ids::{DocumentId, EntryId};
use client_core::model::period::ReportingPeriod;
use client_core::report::{Brought, Kept, UnitFacts, day_of, readings};
use jiff::civil::Date;

use super::super::{Held, reports, stored_entry::entry_of};
use super::moving::{Bring, Moving};
use super::{Move, Touching, Version};
use crate::store::read_model::{BookQuery, ReportRows};
use crate::store::{Result, Store};

/// What moves numbers, and what they are derived anew from.
pub(super) struct Numbers<'n> {
    pub(super) store: &'n dyn Store,
    pub(super) facts: &'n UnitFacts,
    /// Entries of which another version counts than before.
    pub(super) moves: &'n [Move],
    pub(super) documents: &'n BTreeMap<DocumentId, Arc<Held>>,
    pub(super) touching: &'n Touching<'n>,
}

impl Numbers<'_> {
    /// The reports that are not what they were.
    pub(super) fn moved(&self, periods: &[ReportingPeriod]) -> Result<BTreeMap<ReportingPeriod, ReportRows>> {
        let mut moving: Vec<_> = periods.iter().filter_map(|period| self.moving(*period)).collect();
        let periods: Vec<_> = moving.iter().map(|report| report.period).collect();
        if periods.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut stored = self.store.unit_reports(&self.facts.id, &periods)?;
        for report in &mut moving {
            report.before = stored.remove(&report.period).unwrap_or_default();
            report.kept = self.kept(report.period, report.before.kept)?;
            if report.kept != report.before.kept {
                report.codes = self.asked().collect();
            }
            report.find_ways(self.facts);
        }
        let versions = self.versions(&moving)?;
        let mut moved = BTreeMap::new();
        for report in moving {
            let log = self
                .documents
                .get(&DocumentId::log(&self.facts.id, report.period.year()));
            let rows = report.rows(self.facts, &versions, log.map(|held| held.document()));
            if rows != report.before {
                moved.insert(report.period, rows);
            }
        }
        Ok(moved)
    }

    fn asked(&self) -> impl Iterator<Item = (&'static str, &'static Indicator)> {
        let indicators = catalogue::indicators().iter();
        indicators
            .filter(|indicator| indicator.is_asked_of(self.facts))
            .map(|indicator| (indicator.code, indicator))
    }

    /// What may move in a report; none where nothing does.
    fn moving(&self, period: ReportingPeriod) -> Option<Moving> {
        let mut report = Moving::new(period);
        let mut is_kept_otherwise = false;
        for Move { old, new, .. } in self.moves {
            let [old, new] = [old, new].map(|version| counting_in(version.as_ref(), period));
            for (version, bring) in [(old, Brought::sub_assign as Bring), (new, Brought::add_assign)] {
                if let Some(version) = version {
                    report.touch(&version.entry, self.facts, bring);
                }
            }
            let days = [old, new].map(|version| version.map(|version| day_of(&version.entry)));
            is_kept_otherwise |= days[0] != days[1] && days.iter().flatten().any(|day| *day <= period.last_day());
        }
        for indicator in self.said(period) {
            report.codes.insert(indicator.code, indicator);
            report.said.insert(indicator.code);
        }
        (is_kept_otherwise || !report.codes.is_empty()).then_some(report)
    }

    /// The indicators of which something was said in the log that a report is written in.
    fn said(&self, period: ReportingPeriod) -> Vec<&'static Indicator> {
        let log = DocumentId::log(&self.facts.id, period.year());
        let parts = self.touching.get(&log).into_iter();
        let keys = parts.flat_map(|parts| &parts.meaning.reported);
        let codes = keys.filter(|(of, _)| *of == period).map(|(_, code)| code.as_str());
        codes
            .filter_map(catalogue::indicator)
            .filter(|indicator| indicator.is_asked_of(self.facts))
            .collect()
    }

    /// When the unit kept its books, about a period.
    fn kept(&self, period: ReportingPeriod, before: Kept) -> Result<Kept> {
        let days = |version: fn(&Move) -> Option<&Version>| {
            let versions = self.moves.iter().filter_map(version);
            let counting = versions.filter_map(|version| counting_in(Some(version), period));
            Kept::on(period, counting.map(|version| day_of(&version.entry)))
        };
        let (old, new) = (days(|one| one.old.as_ref()), days(|one| one.new.as_ref()));
        let is_open = |before: bool, old: bool, new: bool| before && old && !new;
        if !is_open(before.period, old.period, new.period)
            && !is_open(before.year_to_date, old.year_to_date, new.year_to_date)
            && !is_open(before.to_end, old.to_end, new.to_end)
        {
            return Ok(before.or(new));
        }
        // The entry that showed it may have been the only one.
        let everything = BookQuery {
            type_code: None,
            from: None,
        };
        let rows = self.store.book_rows(&self.facts.id, &[everything])?;
        let others = rows.iter().filter(|row| !self.is_moved(row.entry));
        let counting = others.filter(|row| reports::counts_in(&row.document, period));
        Ok(Kept::on(period, counting.map(|row| row.day)).or(new))
    }

    fn is_moved(&self, entry: EntryId) -> bool {
        self.moves.iter().any(|one| one.id == entry)
    }

    /// Everything that is read of what numbers are derived anew from.
    fn versions(&self, moving: &[Moving]) -> Result<Vec<Version>> {
        let mut from: HashMap<Option<&str>, Option<Date>> = HashMap::new();
        for report in moving {
            let read = report.anew().flat_map(|indicator| readings(indicator, report.period));
            for reading in read {
                let earliest = from.entry(reading.activity_type).or_insert(reading.from);
                // None, no bound, is the least.
                *earliest = reading.from.min(*earliest);
            }
        }
        if from.is_empty() {
            return Ok(Vec::new());
        }
        if let Some(every) = from.get(&None).copied() {
            from.retain(|code, from| code.is_none() || *from < every);
        }
        let queries: Vec<_> = from
            .into_iter()
            .map(|(type_code, from)| BookQuery { type_code, from })
            .collect();
        let rows = self.store.book_rows(&self.facts.id, &queries)?;
        let mut found: BTreeMap<EntryId, Version> = BTreeMap::new();
        for row in rows.into_iter().filter(|row| !self.is_moved(row.entry)) {
            if let Slot::Vacant(slot) = found.entry(row.entry) {
                slot.insert(Version {
                    entry: entry_of(&row)?,
                    document: row.document,
                });
            }
        }
        let new = self.moves.iter().filter_map(|one| one.new.clone());
        Ok(found.into_values().chain(new).collect())
    }
}

/// A version, if it counts in a period's report.
pub(super) fn counting_in(version: Option<&Version>, period: ReportingPeriod) -> Option<&Version> {
    version.filter(|version| reports::counts_in(&version.document, period))
}
