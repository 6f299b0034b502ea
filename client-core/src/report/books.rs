//! A unit's entries laid out by type, as one report reads them.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::select::Span;
use crate::catalogue;
use crate::model::entry::Entry;
use crate::model::period::ReportingPeriod;

/// A unit's entries laid out by type, so that each indicator reads no more than its own. Deleted ones are not among them.
#[derive(Debug, Clone, Default)]
pub struct Books<'a> {
    by_type: BTreeMap<&'a str, Vec<&'a Entry>>,
    kept: Kept,
}

/// In which days about a period the unit kept its books: then nothing found is a nought, otherwise nobody has looked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Kept {
    /// In the period.
    pub period: bool,
    /// From the beginning of its year to its end.
    pub year_to_date: bool,
    /// Up to its end.
    pub to_end: bool,
}

impl Kept {
    /// As these days show, on each of which there is an entry.
    pub fn on(period: ReportingPeriod, days: impl IntoIterator<Item = Date>) -> Self {
        let mut kept = Self::default();
        for day in days {
            kept.period |= Span::Period.contains(period, day);
            kept.year_to_date |= Span::YearToDate.contains(period, day);
            kept.to_end |= Span::ToEnd.contains(period, day);
        }
        kept
    }

    /// As both show.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            period: self.period || other.period,
            year_to_date: self.year_to_date || other.year_to_date,
            to_end: self.to_end || other.to_end,
        }
    }

    pub(super) fn within(self, span: Span) -> bool {
        match span {
            Span::Period => self.period,
            Span::YearToDate => self.year_to_date,
            Span::ToEnd => self.to_end,
        }
    }
}

impl<'a> Books<'a> {
    /// The books of a unit for a period: its register's entries, and those of its logs up to the period's year.
    pub fn of(period: ReportingPeriod, entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut books = Self::with(Kept::default(), entries);
        books.kept = Kept::on(period, books.entries().map(day_of));
        books
    }

    /// Some of the entries of books of which it is known when they were kept.
    pub fn with(kept: Kept, entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut by_type: BTreeMap<&str, Vec<&Entry>> = BTreeMap::new();
        for entry in entries {
            if !entry.is_deleted() {
                by_type.entry(&entry.type_code).or_default().push(entry);
            }
        }
        Self { by_type, kept }
    }

    pub(super) fn of_type(&self, code: &str) -> impl Iterator<Item = &'a Entry> + use<'a> {
        let entries = self.by_type.get(code).cloned().unwrap_or_default();
        entries.into_iter()
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &'a Entry> {
        self.by_type.values().flatten().copied()
    }

    pub(super) fn kept(&self, span: Span) -> bool {
        self.kept.within(span)
    }
}

/// The day on which an entry shows that books were kept: its own, or when it was made.
pub fn day_of(entry: &Entry) -> Date {
    let own = catalogue::activity_type(&entry.type_code).and_then(|kind| kind.day_field);
    let own = own.and_then(|field| entry.date(field));
    own.or_else(|| entry.date("date_start"))
        .unwrap_or_else(|| entry.created_at.date())
}
