//! Which entries a number comes from.

use jiff::civil::Date;

use super::ReportInput;
use crate::catalogue::condition::{Setting, holds};
use crate::catalogue::{self, ActivityType, Measure, Predicate, RecordKind, Window};
use crate::model::entry::Entry;
use crate::model::period::ReportingPeriod;

/// The days an activity or a snapshot may be of.
#[derive(Debug, Clone, Copy)]
pub(super) enum Span {
    /// In the period.
    Period,
    /// From the beginning of its year to its end.
    YearToDate,
    /// Up to its end.
    ToEnd,
}

impl From<Window> for Span {
    fn from(window: Window) -> Self {
        match window {
            Window::Period => Self::Period,
            Window::YearToDate => Self::YearToDate,
            Window::ToPeriodEnd => Self::ToEnd,
        }
    }
}

impl From<Measure> for Span {
    fn from(measure: Measure) -> Self {
        match measure {
            Measure::Flow => Self::Period,
            Measure::Stock => Self::ToEnd,
        }
    }
}

impl Span {
    pub(super) fn contains(self, period: ReportingPeriod, day: Date) -> bool {
        match self {
            Self::Period => period.contains(day),
            Self::YearToDate => day.year() == period.year() && day <= period.last_day(),
            Self::ToEnd => day <= period.last_day(),
        }
    }
}

/// The entries of a type that are not deleted, belong to the span and satisfy the condition, oldest first.
///
/// Activities and snapshots belong by their day. Registers and threads have no such day: their conditions name the
/// dates that count.
pub(super) fn matching<'a>(
    input: &ReportInput<'a>,
    kind: &'static ActivityType,
    condition: Option<&Predicate>,
    span: Span,
) -> Vec<&'a Entry> {
    let setting = Setting {
        period: Some(input.period),
        tier: Some(input.unit.tier),
        newest: newest_snapshot(input, kind).map(|entry| entry.id),
    };
    let mut found: Vec<&Entry> = input
        .books
        .of_type(kind.code)
        .filter(|entry| match kind.record {
            RecordKind::Activity | RecordKind::Snapshot => {
                own_day(kind, entry).is_some_and(|day| span.contains(input.period, day))
            }
            RecordKind::Register | RecordKind::Thread => true,
        })
        .filter(|entry| condition.is_none_or(|condition| holds(condition, kind, entry, setting)))
        .collect();
    found.sort_by_key(|entry| (own_day(kind, entry), entry.id));
    found
}

/// The snapshot that stands at the cut-off: the newest day, and of that day the one made last.
pub(super) fn newest_snapshot<'a>(input: &ReportInput<'a>, kind: &ActivityType) -> Option<&'a Entry> {
    if kind.record != RecordKind::Snapshot {
        return None;
    }
    let entries = input.books.of_type(kind.code);
    entries
        .filter_map(|entry| own_day(kind, entry).map(|day| (day, entry)))
        .filter(|(day, _)| *day <= input.period.last_day())
        .max_by_key(|(day, entry)| (*day, entry.created_at, entry.id))
        .map(|(_, entry)| entry)
}

/// Activities of every type in the period, oldest first.
pub(super) fn activities_in_period<'a>(input: &ReportInput<'a>) -> Vec<&'a Entry> {
    let entries = input.books.entries();
    let mut found: Vec<(Date, &Entry)> = entries
        .filter_map(|entry| activity_day(entry).map(|day| (day, entry)))
        .filter(|(day, _)| input.period.contains(*day))
        .collect();
    found.sort_by_key(|(day, entry)| (*day, entry.id));
    found.into_iter().map(|(_, entry)| entry).collect()
}

/// The day of an activity; none for what is no activity.
fn activity_day(entry: &Entry) -> Option<Date> {
    match catalogue::activity_type(&entry.type_code) {
        Some(kind) if kind.record == RecordKind::Activity => own_day(kind, entry),
        Some(_) => None,
        // A later plan's: that it has such a day says that it is one.
        None => entry.date("date_start"),
    }
}

pub(super) fn own_day(kind: &ActivityType, entry: &Entry) -> Option<Date> {
    kind.day_field.and_then(|field| entry.date(field))
}
