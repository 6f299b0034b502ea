//! Few words for entries, units and expectations.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::panic::Location;

use client_core::catalogue::{self, Tier, UnitSector};
use client_core::ids::{EntryId, PartId};
use client_core::model::entry::{Entry, FieldValue};
use client_core::report::{self, Books, Derived, ReportInput, SourceRole, SystemFacts, UnitFacts, Value};
use client_core::time::Timestamp;
use jiff::civil::Date;
use ulid::Ulid;

thread_local! {
    static NEXT: Cell<u128> = const { Cell::new(1) };
}

fn next() -> Ulid {
    NEXT.with(|next| Ulid(next.replace(next.get() + 1)))
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// An entry in the making.
pub(crate) struct Made(Entry);

impl From<Made> for Entry {
    fn from(made: Made) -> Self {
        made.0
    }
}

fn made(kind: &str) -> Made {
    Made(Entry {
        id: EntryId(next()),
        type_code: kind.to_owned(),
        fields: BTreeMap::new(),
        events: BTreeMap::new(),
        state: None,
        created_at: Timestamp::start_of(day("2026-08-01")),
        deleted_at: None,
    })
}

/// Something that happened on a day.
pub(crate) fn on(date: &str, kind: &str) -> Made {
    made(kind).d("date_start", date)
}

/// Figures as of a day.
pub(crate) fn as_of(date: &str, kind: &str) -> Made {
    made(kind).d("as_of", date)
}

/// A register item or a question.
pub(crate) fn item(kind: &str) -> Made {
    made(kind)
}

impl Made {
    fn with(mut self, field: &str, value: FieldValue) -> Self {
        self.0.fields.insert(field.to_owned(), value);
        self
    }
    /// A number.
    pub(crate) fn n(self, field: &str, number: i64) -> Self {
        self.with(field, FieldValue::Integer(number))
    }
    /// A code or a line.
    pub(crate) fn c(self, field: &str, code: &str) -> Self {
        self.with(field, FieldValue::Text(code.to_owned()))
    }
    /// Several codes.
    pub(crate) fn many(self, field: &str, codes: &[&str]) -> Self {
        self.with(
            field,
            FieldValue::Codes(codes.iter().map(|code| (*code).to_owned()).collect()),
        )
    }
    /// Yes or no.
    pub(crate) fn b(self, field: &str, answer: bool) -> Self {
        self.with(field, FieldValue::Boolean(answer))
    }
    /// A day.
    pub(crate) fn d(self, field: &str, date: &str) -> Self {
        self.with(field, FieldValue::Date(day(date)))
    }
    /// Paragraphs or lines.
    pub(crate) fn p(self, field: &str, paragraphs: &[&str]) -> Self {
        let parts = paragraphs
            .iter()
            .map(|text| (PartId(next()), (*text).to_owned()))
            .collect();
        self.with(field, FieldValue::Paragraphs(parts))
    }
    /// In a state since a day.
    pub(crate) fn entered(mut self, state: &str, date: &str) -> Self {
        self.0.state = Some(state.to_owned());
        self.0.events.insert(state.to_owned(), day(date));
        self
    }
    /// Made on a day.
    pub(crate) fn made_on(mut self, date: &str) -> Self {
        self.0.created_at = Timestamp::start_of(day(date));
        self
    }
    /// Deleted since.
    pub(crate) fn deleted(mut self) -> Self {
        self.0.deleted_at = Some(Timestamp::start_of(day("2026-09-01")));
        self
    }
}

/// A unit of this tier and sector.
pub(crate) fn unit(tier: Tier, sector: UnitSector) -> UnitFacts {
    UnitFacts {
        id: "CHE-THAN-UYEN".parse().unwrap(),
        tier,
        sector: Some(sector),
    }
}

pub(crate) fn enterprise() -> UnitFacts {
    unit(Tier::Cdcs, UnitSector::DnNnn)
}

pub(crate) fn school() -> UnitFacts {
    unit(Tier::Cdcs, UnitSector::Hcsn)
}

pub(crate) fn district() -> UnitFacts {
    unit(Tier::Cttt, UnitSector::Hcsn)
}

pub(crate) fn province() -> UnitFacts {
    unit(Tier::Tinh, UnitSector::Hcsn)
}

/// What a case expects.
#[derive(Debug, PartialEq)]
pub(crate) enum Expected {
    Empty,
    Number(i64),
    Ratio(i64, i64),
    Paragraphs(Vec<String>),
}

pub(crate) fn number(number: i64) -> Expected {
    Expected::Number(number)
}

pub(crate) fn paragraphs(texts: &[&str]) -> Expected {
    Expected::Paragraphs(texts.iter().map(|text| (*text).to_owned()).collect())
}

/// One indicator, a few entries, and the value worked out by hand.
pub(crate) struct Case {
    pub(crate) code: &'static str,
    unit: UnitFacts,
    period: &'static str,
    entries: Vec<Entry>,
    system: Option<SystemFacts>,
    expected: Expected,
    sources: &'static [usize],
    location: &'static Location<'static>,
}

#[track_caller]
pub(crate) fn case<const N: usize>(code: &'static str, entries: [Made; N], expected: Expected) -> Case {
    Case {
        code,
        unit: enterprise(),
        period: "2026-Q3",
        entries: entries.into_iter().map(Entry::from).collect(),
        system: None,
        expected,
        sources: &[],
        location: Location::caller(),
    }
}

impl Case {
    pub(crate) fn of(mut self, unit: UnitFacts) -> Self {
        self.unit = unit;
        self
    }

    /// Which of the entries the number comes from, by their place in the case; of a quotient first those above the line. A case
    /// that does not say has none.
    pub(crate) fn from(mut self, sources: &'static [usize]) -> Self {
        self.sources = sources;
        self
    }

    pub(crate) fn in_period(mut self, period: &'static str) -> Self {
        self.period = period;
        self
    }

    pub(crate) fn knowing(mut self, facts: SystemFacts) -> Self {
        self.system = Some(facts);
        self
    }

    pub(crate) fn derive(&self) -> Derived {
        let period = self.period.parse().unwrap();
        report::derive(
            catalogue::indicator(self.code).unwrap(),
            &ReportInput {
                unit: &self.unit,
                period,
                books: &Books::of(period, &self.entries),
                system: self.system.as_ref(),
            },
        )
    }

    #[track_caller]
    pub(crate) fn check(&self) {
        let derived = self.derive();
        let found = match &derived.value {
            None => Expected::Empty,
            Some(Value::Number(number)) => Expected::Number(*number),
            Some(Value::Ratio {
                numerator,
                denominator,
                scale,
            }) => {
                assert_eq!(*scale, 100);
                Expected::Ratio(*numerator, *denominator)
            }
            Some(Value::Text(passages)) => {
                assert!(passages.iter().all(|passage| passage.unit == self.unit.id));
                Expected::Paragraphs(passages.iter().flat_map(|passage| passage.paragraphs.clone()).collect())
            }
            Some(other) => panic!("{}: a unit's own value is never {other:?}", self.code),
        };
        assert_eq!(found, self.expected, "{}: {derived:?}", self.code);
        let places = derived.sources.iter().map(|source| {
            let place = self.entries.iter().position(|entry| entry.id == source.entry);
            place.expect("a source is one of the entries")
        });
        let places: Vec<usize> = places.collect();
        assert_eq!(places, self.sources, "{}: {}: {derived:?}", self.code, self.location);
        // A number that comes from entries is the sum of what they bring.
        if let (Expected::Number(number), false) = (&self.expected, self.sources.is_empty()) {
            assert_eq!(derived.sources.iter().map(|source| source.amount).sum::<i64>(), *number);
        }
        // So is each part of a quotient.
        if let Expected::Ratio(above, below) = self.expected {
            for (part, role) in [(above, SourceRole::Numerator), (below, SourceRole::Denominator)] {
                let brought = derived.sources.iter().filter(|source| source.role == role);
                let brought: Vec<i64> = brought.map(|source| source.amount).collect();
                assert!(
                    brought.is_empty() || brought.iter().sum::<i64>() == part,
                    "{}: {derived:?}",
                    self.code
                );
            }
        }
    }
}
