//! The numbers that moved entries and new statements move: each is derived anew, of the rows that it reads, and no other.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use client_core::catalogue::{self, Indicator};
use client_core::ids::{DocumentId, EntryId};
use client_core::model::log;
use client_core::model::period::ReportingPeriod;
use client_core::report::{Alone, Books, Kept, ReportInput, UnitFacts, day_of, derive, read_from, readings};
use jiff::civil::Date;

use super::super::{Held, reports, stored_entry::entry_of};
use super::{Move, Touching, Version};
use crate::store::read_model::{BookQuery, ReportRows, ReportValueRow};
use crate::store::{Result, Store};

/// What numbers are derived anew from.
pub(super) struct Numbers<'n> {
    pub(super) store: &'n dyn Store,
    pub(super) facts: &'n UnitFacts,
    /// Entries of which another version counts than before.
    pub(super) moves: &'n [Move],
    pub(super) documents: &'n BTreeMap<DocumentId, Arc<Held>>,
    pub(super) touching: &'n Touching<'n>,
}

/// A report of which something moves.
struct Moving {
    period: ReportingPeriod,
    /// The indicators to derive anew.
    codes: BTreeMap<&'static str, &'static Indicator>,
    /// Those of which something was said.
    said: BTreeSet<&'static str>,
    before: ReportRows,
    kept: Kept,
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
        }
        let versions = self.versions(&moving)?;
        let mut moved = BTreeMap::new();
        for report in moving {
            let rows = self.rows(&report, &versions);
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
        let mut codes = BTreeMap::new();
        let mut is_kept_otherwise = false;
        for Move { old, new, .. } in self.moves {
            let counting = [old, new].map(|version| counting_in(version.as_ref(), period));
            for version in counting.iter().flatten() {
                let alone = Alone::new(&version.entry);
                for indicator in read_from(&version.entry.type_code) {
                    if let Slot::Vacant(slot) = codes.entry(indicator.code)
                        && indicator.is_asked_of(self.facts)
                        && alone.may_move(indicator, self.facts, period)
                    {
                        slot.insert(*indicator);
                    }
                }
            }
            let days = counting.map(|version| version.map(|version| day_of(&version.entry)));
            is_kept_otherwise |= days[0] != days[1] && days.iter().flatten().any(|day| *day <= period.last_day());
        }
        let said = self.said(period);
        codes.extend(said.iter().map(|indicator| (indicator.code, *indicator)));
        (is_kept_otherwise || !codes.is_empty()).then(|| Moving {
            period,
            codes,
            said: said.iter().map(|indicator| indicator.code).collect(),
            before: ReportRows::default(),
            kept: Kept::default(),
        })
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

    /// Everything that reports are derived from, as far as something moves in them.
    fn versions(&self, moving: &[Moving]) -> Result<Vec<Version>> {
        let mut from: HashMap<Option<&str>, Option<Date>> = HashMap::new();
        for report in moving {
            for indicator in report.codes.values() {
                for reading in readings(indicator, report.period) {
                    let earliest = from.entry(reading.activity_type).or_insert(reading.from);
                    // None, no bound, is the least.
                    *earliest = reading.from.min(*earliest);
                }
            }
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

    fn rows(&self, report: &Moving, versions: &[Version]) -> ReportRows {
        let period = report.period;
        let counting = versions.iter().filter_map(|version| counting_in(Some(version), period));
        let books = Books::with(report.kept, counting.map(|version| &version.entry));
        let input = ReportInput {
            unit: self.facts,
            period,
            books: &books,
            system: None,
        };
        let standing = report.before.values.iter();
        let mut values: BTreeMap<&str, ReportValueRow> =
            standing.map(|row| (row.indicator.as_str(), row.clone())).collect();
        let log = self.documents.get(&DocumentId::log(&self.facts.id, period.year()));
        for (code, indicator) in &report.codes {
            let before = values.remove(code);
            let declared = match log.filter(|_| report.said.contains(code)) {
                Some(log) => {
                    let (log, key) = (log.document(), (period, (*code).to_owned()));
                    let (number, text) = (log::declared_number(log, &key), log::narrative(log, &key));
                    reports::declared_row(number.as_ref(), text.as_ref(), self.facts)
                }
                None => before.and_then(|row| row.declared),
            };
            let derived = derive(indicator, &input);
            let row = ReportValueRow::of(code, derived.value, derived.weight, declared);
            values.extend(row.map(|row| (*code, row)));
        }
        ReportRows {
            kept: report.kept,
            values: values.into_values().collect(),
        }
    }
}

/// A version, if it counts in a period's report.
fn counting_in(version: Option<&Version>, period: ReportingPeriod) -> Option<&Version> {
    version.filter(|version| reports::counts_in(&version.document, period))
}
