//! Which numbers an entry may move, and which entries a number is derived from: what makes it possible to derive again only
//! what a change touches.

use std::collections::HashMap;
use std::sync::LazyLock;

use jiff::civil::Date;

use super::books::{Books, Kept};
use super::derive::derive;
use super::select::{Span, own_day};
use super::tally::Brought;
use super::{Derived, ReportInput, UnitFacts};
use crate::catalogue::{self, Aggregation, Derivation, Indicator, RecordKind};
use crate::model::entry::Entry;
use crate::model::period::ReportingPeriod;

/// Entries that a number is derived from. It needs no others; these may be more than it needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// Of this type; of every type where none is named.
    pub activity_type: Option<&'static str>,
    /// Whose [day](super::day_of) is no earlier, where there is a bound.
    pub from: Option<Date>,
}

/// What an indicator reads for a period.
pub fn readings(indicator: &Indicator, period: ReportingPeriod) -> Vec<Reading> {
    let mut readings = Vec::new();
    read_by(&indicator.derive, Span::from(indicator.measure), period, &mut readings);
    if let Aggregation::WeightedByField { activity_type, .. } = indicator.aggregate_up {
        readings.push(of_type(activity_type, Span::ToEnd, period));
    }
    readings
}

fn read_by(method: &Derivation, span: Span, period: ReportingPeriod, readings: &mut Vec<Reading>) {
    match *method {
        Derivation::Sum { activity_type, .. }
        | Derivation::Count { activity_type, .. }
        | Derivation::CountDistinct { activity_type, .. }
        | Derivation::CountDistinctRefs { activity_type, .. } => readings.push(of_type(activity_type, span, period)),
        Derivation::SumAt { activity_type, .. }
        | Derivation::CountAt { activity_type, .. }
        | Derivation::Latest { activity_type, .. }
        | Derivation::RatioFields { activity_type, .. } => readings.push(of_type(activity_type, Span::ToEnd, period)),
        Derivation::UnitsWith {
            activity_type, window, ..
        } => readings.push(of_type(activity_type, window.into(), period)),
        Derivation::Ratio {
            numerator, denominator, ..
        } => {
            let parts = [numerator, denominator].into_iter().filter_map(catalogue::indicator);
            readings.extend(parts.flat_map(|part| self::readings(part, period)));
        }
        Derivation::UnionSum { parts } => parts.iter().for_each(|part| read_by(part, span, period, readings)),
        Derivation::Collect { .. } => readings.push(Reading {
            activity_type: None,
            from: Some(period.first_day()),
        }),
        Derivation::Manual | Derivation::System { .. } => {}
    }
}

fn of_type(code: &'static str, span: Span, period: ReportingPeriod) -> Reading {
    let record = catalogue::activity_type(code).map(|kind| kind.record);
    let from = match (record, span) {
        (Some(RecordKind::Activity), Span::Period) => Some(period.first_day()),
        (Some(RecordKind::Activity), Span::YearToDate) => Some(Date::constant(period.year(), 1, 1)),
        // Registers and threads count by other days than their own, and of snapshots the newest counts.
        (Some(RecordKind::Activity), Span::ToEnd)
        | (Some(RecordKind::Register | RecordKind::Snapshot | RecordKind::Thread) | None, _) => None,
    };
    Reading {
        activity_type: Some(code),
        from,
    }
}

/// The indicators that read entries of a type, in the plan's order.
pub fn read_from(type_code: &str) -> &'static [&'static Indicator] {
    static BY_TYPE: LazyLock<HashMap<&str, Vec<&Indicator>>> = LazyLock::new(|| {
        let any = ReportingPeriod::Year { year: 2026 };
        let mut by_type: HashMap<&str, Vec<&Indicator>> = HashMap::new();
        for indicator in catalogue::indicators() {
            let readings = readings(indicator, any);
            let reads = |code: &str| {
                readings
                    .iter()
                    .any(|reading| reading.activity_type.is_none_or(|read| read == code))
            };
            let kinds = catalogue::activity_types().iter().map(|kind| kind.code);
            for code in kinds.chain([OF_NO_KNOWN_TYPE]).filter(|code| reads(code)) {
                by_type.entry(code).or_default().push(indicator);
            }
        }
        by_type
    });
    let known = BY_TYPE.get(type_code);
    let unknown = || {
        BY_TYPE
            .get(OF_NO_KNOWN_TYPE)
            .filter(|_| catalogue::activity_type(type_code).is_none())
    };
    known.or_else(unknown).map_or(&[], Vec::as_slice)
}

const OF_NO_KNOWN_TYPE: &str = "";

/// Entries of which it is asked whether they take part in numbers.
#[derive(Debug)]
pub struct Alone<'e> {
    entry: &'e Entry,
    books: Books<'e>,
}

impl<'e> Alone<'e> {
    /// An entry by itself.
    pub fn new(entry: &'e Entry) -> Self {
        let books = Books::with(Kept::default(), [entry]);
        Self { entry, books }
    }

    /// Whether the entry takes part in an indicator's number, or may do so. Where it does not, the number is the same
    /// without it.
    pub fn may_move(&self, indicator: &Indicator, unit: &UnitFacts, period: ReportingPeriod) -> bool {
        if self.entry.is_deleted() {
            return false;
        }
        // An older snapshot gives way to a newer one, whether or not that has anything to say.
        if let Some(kind) = catalogue::activity_type(&self.entry.type_code)
            && kind.record == RecordKind::Snapshot
        {
            return own_day(kind, self.entry).is_some_and(|day| day <= period.last_day());
        }
        let derived = self.derived(indicator, unit, period);
        !derived.sources.is_empty() || !derived.unmeasured.is_empty()
    }

    /// What the entry brings to an indicator that [adds up](Indicator::adds_up).
    pub fn brings(&self, indicator: &Indicator, unit: &UnitFacts, period: ReportingPeriod) -> Brought {
        Brought::of(&self.derived(indicator, unit, period))
    }

    fn derived(&self, indicator: &Indicator, unit: &UnitFacts, period: ReportingPeriod) -> Derived {
        let input = ReportInput {
            unit,
            period,
            books: &self.books,
            system: None,
        };
        derive(indicator, &input)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_indicator_that_counts_entries_is_found_by_their_type() {
        let period = ReportingPeriod::Year { year: 2026 };
        for indicator in catalogue::indicators() {
            for reading in readings(indicator, period) {
                let code = reading.activity_type.unwrap_or("TT_BUOI");
                assert!(read_from(code).contains(&indicator), "{} {code}", indicator.code);
            }
        }
        assert!(
            read_from("OF_A_LATER_PLAN")
                .iter()
                .all(|indicator| { matches!(indicator.derive, Derivation::Collect { .. }) })
        );
        assert!(!read_from("OF_A_LATER_PLAN").is_empty());
    }
}
