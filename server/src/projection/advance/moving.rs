//! A report of which something moves, and how each of its numbers comes about again.

use std::collections::btree_map::Entry as Slot;
use std::collections::{BTreeMap, BTreeSet};

use client_core::catalogue::{self, Aggregation, Derivation, Indicator};
use client_core::document::Document;
use client_core::model::entry::Entry;
use client_core::model::log;
use client_core::model::period::ReportingPeriod;
use client_core::report::{
    Alone, Books, Brought, Kept, ReportInput, Tally, UnitFacts, Value, derive, quotient, read_from,
};

use super::super::reports;
use super::Version;
use super::numbers::counting_in;
use crate::store::read_model::{ReportRows, ReportValueRow};

/// Puts what an entry brings to what others brought, or takes it away.
pub(super) type Bring = fn(&mut Brought, Brought);

/// A report of which something moves.
pub(super) struct Moving {
    pub(super) period: ReportingPeriod,
    /// The indicators that may move.
    pub(super) codes: BTreeMap<&'static str, &'static Indicator>,
    /// Those of which something was said.
    pub(super) said: BTreeSet<&'static str>,
    pub(super) before: ReportRows,
    pub(super) kept: Kept,
    /// What moved entries bring to the numbers that add up.
    brought: BTreeMap<&'static str, Brought>,
    /// How the numbers come about again, each after those that it is made of.
    ways: Vec<(&'static Indicator, Way)>,
}

/// How a number comes about again.
enum Way {
    /// From what stands and what moved entries bring.
    Moved(Brought, Tally),
    /// From two numbers of the report.
    Quotient {
        numerator: &'static str,
        denominator: &'static str,
        scale: i64,
    },
    /// From the entries that it reads.
    Anew,
}

impl Moving {
    pub(super) fn new(period: ReportingPeriod) -> Self {
        Self {
            period,
            codes: BTreeMap::new(),
            said: BTreeSet::new(),
            before: ReportRows::default(),
            kept: Kept::default(),
            brought: BTreeMap::new(),
            ways: Vec::new(),
        }
    }

    /// Finds what an entry moves that counts in the report, or counted.
    pub(super) fn touch(&mut self, entry: &Entry, facts: &UnitFacts, bring: Bring) {
        let alone = Alone::new(entry);
        for indicator in read_from(&entry.type_code) {
            let code = indicator.code;
            if !indicator.is_asked_of(facts) {
                continue;
            }
            if indicator.adds_up() {
                let brings = alone.brings(indicator, facts, self.period);
                if !brings.is_nothing() {
                    bring(self.brought.entry(code).or_default(), brings);
                    self.codes.insert(code, indicator);
                }
            } else if let Slot::Vacant(slot) = self.codes.entry(code)
                && alone.may_move(indicator, facts, self.period)
            {
                slot.insert(*indicator);
            }
        }
    }

    /// Settles how the numbers come about again, as soon as it is known what stands.
    pub(super) fn find_ways(&mut self, facts: &UnitFacts) {
        let ways = self
            .codes
            .values()
            .map(|indicator| (*indicator, self.way(indicator, facts)));
        self.ways = ways.collect();
        self.ways.sort_by_key(|(_, way)| matches!(way, Way::Quotient { .. }));
    }

    fn way(&self, indicator: &'static Indicator, facts: &UnitFacts) -> Way {
        if indicator.adds_up() {
            // What stands may be of no use: then it is made good.
            return self.moved(indicator).unwrap_or(Way::Anew);
        }
        // The newest snapshot may say a weight.
        let is_weighed = matches!(indicator.aggregate_up, Aggregation::WeightedByField { .. });
        if let Derivation::Ratio {
            numerator,
            denominator,
            scale,
        } = indicator.derive
            && !is_weighed
            && [numerator, denominator].iter().all(|part| is_in_report(part, facts))
        {
            return Way::Quotient {
                numerator,
                denominator,
                scale,
            };
        }
        Way::Anew
    }

    fn moved(&self, indicator: &Indicator) -> Option<Way> {
        let code = indicator.code;
        let tally = self.before.tallies.get(code).copied().unwrap_or_default();
        let standing = Brought::standing(indicator, tally, derived(self.before.value(code)))?;
        let brought = standing + self.brought.get(code).copied().unwrap_or_default();
        Some(Way::Moved(brought, brought.tally()?))
    }

    /// The indicators that are derived anew.
    pub(super) fn anew(&self) -> impl Iterator<Item = &'static Indicator> {
        let anew = self.ways.iter().filter(|(_, way)| matches!(way, Way::Anew));
        anew.map(|(indicator, _)| *indicator)
    }

    /// The report as it is now, of what is read for the numbers that are derived anew and the log that it is written in.
    pub(super) fn rows(&self, facts: &UnitFacts, versions: &[Version], log: Option<&Document>) -> ReportRows {
        let period = self.period;
        let counting = versions.iter().filter_map(|version| counting_in(Some(version), period));
        let books = Books::with(self.kept, counting.map(|version| &version.entry));
        let input = ReportInput {
            unit: facts,
            period,
            books: &books,
            system: None,
        };
        let standing = self.before.values.iter();
        let mut values: BTreeMap<&str, ReportValueRow> =
            standing.map(|row| (row.indicator.as_str(), row.clone())).collect();
        let mut tallies = self.before.tallies.clone();
        for (indicator, way) in &self.ways {
            let code = indicator.code;
            let (value, weight, tally) = match way {
                Way::Moved(brought, tally) => (brought.value(indicator, self.kept), None, Some(*tally)),
                Way::Quotient {
                    numerator,
                    denominator,
                    scale,
                } => {
                    let [above, below] = [numerator, denominator].map(|part| derived(values.get(part)));
                    (quotient(above, below, *scale), None, None)
                }
                Way::Anew => {
                    let derived = derive(indicator, &input);
                    let tally = reports::tally(indicator, &derived);
                    (derived.value, derived.weight, tally)
                }
            };
            match tally.filter(|tally| *tally != Tally::default()) {
                Some(tally) => tallies.insert(code.to_owned(), tally),
                None => tallies.remove(code),
            };
            let before = values.remove(code);
            let declared = match log.filter(|_| self.said.contains(code)) {
                Some(log) => {
                    let key = (period, code.to_owned());
                    let (number, text) = (log::declared_number(log, &key), log::narrative(log, &key));
                    reports::declared_row(number.as_ref(), text.as_ref(), facts)
                }
                None => before.and_then(|row| row.declared),
            };
            let row = ReportValueRow::of(code, value, weight, declared);
            values.extend(row.map(|row| (code, row)));
        }
        ReportRows {
            kept: self.kept,
            values: values.into_values().collect(),
            tallies,
        }
    }
}

/// Whether a number stands in the unit's report, and before quotients are made of it.
fn is_in_report(code: &str, facts: &UnitFacts) -> bool {
    let part = catalogue::indicator(code).filter(|part| part.is_asked_of(facts));
    part.is_some_and(|part| !matches!(part.derive, Derivation::Ratio { .. }))
}

/// What the log gives; nothing where there is no row.
fn derived(row: Option<&ReportValueRow>) -> Option<&Value> {
    row.and_then(ReportValueRow::derived)
}

#[cfg(test)]
mod tests {
    use std::ops::{AddAssign, SubAssign};

    use client_core::catalogue::Tier;
    use client_core::ids::DocumentId;
    use client_core::model::entry::FieldValue;
    use client_core::time::Timestamp;
    use jiff::civil::date;

    use super::*;

    fn talk(listeners: Option<i64>, women: i64) -> Entry {
        let counts = [("participants", listeners), ("participants_female", Some(women))];
        let counts = counts
            .into_iter()
            .filter_map(|(name, count)| Some((name.to_owned(), FieldValue::Integer(count?))));
        let day = ("date_start".to_owned(), FieldValue::Date(date(2026, 10, 1)));
        Entry {
            id: "01JD0000000000000000000001".parse().expect("a ULID"),
            type_code: "TT_BUOI".to_owned(),
            fields: counts.chain([day]).collect(),
            events: BTreeMap::new(),
            state: None,
            created_at: Timestamp(0),
            deleted_at: None,
        }
    }

    /// The plan has no quotient of numbers that entries bring. It may get one.
    fn share(numerator: &'static str, denominator: &'static str) -> &'static Indicator {
        let like = catalogue::indicator("II.3.2-12").expect("the plan has it");
        Box::leak(Box::new(Indicator {
            code: "X",
            derive: Derivation::Ratio {
                numerator,
                denominator,
                scale: 100,
            },
            ..*like
        }))
    }

    const KEPT: Kept = Kept {
        period: true,
        year_to_date: true,
        to_end: true,
    };

    /// The share in a report that stands, after a talk has come or was changed. Says which indicators were derived anew.
    fn moved(
        standing: &ReportRows,
        share: &'static Indicator,
        (old, new): (Option<&Entry>, &Entry),
        facts: &UnitFacts,
    ) -> (ReportRows, Vec<&'static str>) {
        let mut report = Moving::new("2026-Q4".parse().expect("a period"));
        if let Some(old) = old {
            report.touch(old, facts, Brought::sub_assign);
        }
        report.touch(new, facts, Brought::add_assign);
        report.codes.insert(share.code, share);
        (report.before, report.kept) = (standing.clone(), KEPT);
        report.find_ways(facts);
        let version = Version {
            document: DocumentId::log(&facts.id, 2026),
            entry: new.clone(),
        };
        let anew = report.anew().map(|indicator| indicator.code).collect();
        (report.rows(facts, &[version], None), anew)
    }

    #[test]
    fn a_quotient_follows_from_the_numbers_of_the_report_after_they_have_moved() {
        let facts = UnitFacts {
            id: "A".parse().expect("a plain id"),
            tier: Tier::Cdcs,
            sector: None,
        };
        let nothing = talk(None, 0);
        let standing = ReportRows {
            kept: KEPT,
            ..ReportRows::default()
        };
        let women = share("II.1-03", "II.1-02");
        let value = |rows: &ReportRows| rows.value("X").map(|row| row.value.clone());
        let ratio = |numerator, denominator| {
            Some(Value::Ratio {
                numerator,
                denominator,
                scale: 100,
            })
        };
        let first = talk(Some(40), 10);
        let (rows, anew) = moved(&standing, women, (None, &first), &facts);
        assert_eq!((value(&rows), anew.contains(&"X")), (ratio(10, 40), false));
        let second = talk(Some(50), 20);
        let (rows, _) = moved(&rows, women, (Some(&first), &second), &facts);
        assert_eq!(value(&rows), ratio(20, 50));
        let (rows, anew) = moved(&rows, women, (Some(&second), &nothing), &facts);
        assert_eq!((value(&rows), anew.contains(&"II.1-02")), (None, false));

        // A part that is not asked of the unit stands in no report.
        let elsewhere = share("II.1-02", "II.3.2-02");
        let (_, anew) = moved(&rows, elsewhere, (Some(&nothing), &first), &facts);
        assert!(anew.contains(&"X"));
    }
}
