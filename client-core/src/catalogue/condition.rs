//! Decides whether a [`Predicate`] holds for an entry, and what an entry holds in a field.

use jiff::civil::Date;

use super::{ActivityType, Cutoff, Field, Predicate, Tier};
use crate::ids::EntryId;
use crate::model::entry::{Entry, FieldValue};
use crate::model::period::ReportingPeriod;
use crate::text;

/// What a condition may ask about besides the entry.
#[derive(Debug, Clone, Copy, Default)]
pub struct Setting {
    /// The period reported on. Without one nothing is in the period.
    pub period: Option<ReportingPeriod>,
    /// The unit's tier.
    pub tier: Option<Tier>,
    /// The newest snapshot of the type at the cut-off.
    pub newest: Option<EntryId>,
}

/// Whether a form shows the field, given what the entry's other fields hold.
pub fn is_shown(field: &Field, entry: &Entry) -> bool {
    field
        .show_if
        .is_none_or(|condition| decide(&condition, entry, Setting::default(), &|name| filled(entry, name)))
}

/// What the entry holds in a field that its form shows. A value left behind in a hidden field is not an answer.
pub fn shown_value<'e>(kind: &ActivityType, entry: &'e Entry, name: &str) -> Option<&'e FieldValue> {
    let value = filled(entry, name)?;
    kind.field(name)
        .is_none_or(|field| is_shown(field, entry))
        .then_some(value)
}

/// The whole number in a field that its form shows.
pub fn shown_integer(kind: &ActivityType, entry: &Entry, name: &str) -> Option<i64> {
    shown_value(kind, entry, name).and_then(|_| entry.integer(name))
}

/// Whether a predicate holds for an entry of this type.
pub fn holds(predicate: &Predicate, kind: &ActivityType, entry: &Entry, setting: Setting) -> bool {
    decide(predicate, entry, setting, &|name| shown_value(kind, entry, name))
}

/// What stands in a field, if it is not blank.
fn filled<'e>(entry: &'e Entry, name: &str) -> Option<&'e FieldValue> {
    entry.field(name).filter(|value| !is_blank(value))
}

/// Whether a value says nothing: blank text, an empty list.
pub fn is_blank(value: &FieldValue) -> bool {
    match value {
        FieldValue::Text(text) => text::is_blank(text),
        FieldValue::Codes(codes) => codes.is_empty(),
        FieldValue::Paragraphs(paragraphs) => paragraphs.values().all(|text| text::is_blank(text)),
        FieldValue::Rows(rows) => rows.is_empty(),
        FieldValue::Integer(_) | FieldValue::Decimal(_) | FieldValue::Boolean(_) | FieldValue::Date(_) => false,
    }
}

fn decide<'e>(
    predicate: &Predicate,
    entry: &Entry,
    setting: Setting,
    value: &dyn Fn(&str) -> Option<&'e FieldValue>,
) -> bool {
    let date = |name: &str| value(name).and_then(day_of);
    let in_period = |day: Option<Date>| {
        setting
            .period
            .zip(day)
            .is_some_and(|(period, day)| period.contains(day))
    };
    let cutoff = setting.period.map(ReportingPeriod::last_day);
    match *predicate {
        Predicate::All { of } => of.iter().all(|part| decide(part, entry, setting, value)),
        Predicate::Any { of } => of.iter().any(|part| decide(part, entry, setting, value)),
        Predicate::FieldIn { field, codes } => value(field).is_some_and(|value| has_code(value, codes)),
        Predicate::BooleanIs { field, value: wanted } => {
            // A box that nobody ticked says no.
            matches!(value(field), Some(FieldValue::Boolean(true))) == wanted
        }
        // A stock is taken at the cut-off: what happens after it has not happened yet.
        Predicate::Empty { field } => match date(field).zip(cutoff) {
            Some((day, cutoff)) => day > cutoff,
            None => value(field).is_none(),
        },
        Predicate::NotEmpty { field } => value(field).is_some(),
        Predicate::DateInPeriod { field } => in_period(date(field)),
        Predicate::DateAgainst {
            field,
            comparison,
            cutoff: Cutoff::PeriodEnd,
        } => date(field)
            .zip(cutoff)
            .is_some_and(|(day, cutoff)| comparison.holds(day.cmp(&cutoff))),
        Predicate::EventInPeriod { state } => in_period(entry.events.get(state).copied()),
        Predicate::CreatedInPeriod => in_period(Some(match super::activity_type(&entry.type_code) {
            Some(kind) => kind.made_on(&entry.events, entry.created_at),
            None => entry.created_at.date(),
        })),
        Predicate::StateNotIn { states } => !states.iter().any(|state| was_in(entry, state, cutoff)),
        Predicate::YearIsPeriodYear { field } => value(field)
            .zip(setting.period)
            .is_some_and(|(value, period)| *value == FieldValue::Integer(i64::from(period.year()))),
        Predicate::UnitTierIn { tiers } => setting.tier.is_some_and(|tier| tiers.contains(&tier)),
        Predicate::FieldAgainst {
            left,
            comparison,
            right,
        } => value(left)
            .and_then(number_of)
            .zip(value(right).and_then(number_of))
            .and_then(|(left, right)| left.partial_cmp(&right))
            .is_some_and(|ordering| comparison.holds(ordering)),
        Predicate::Latest { of } => setting.newest == Some(entry.id) && decide(of, entry, setting, value),
    }
}

/// Whether an item is in a state, and was so at the cut-off if it is known when it entered it.
fn was_in(entry: &Entry, state: &str, cutoff: Option<Date>) -> bool {
    let entered_later = entry
        .events
        .get(state)
        .zip(cutoff)
        .is_some_and(|(day, cutoff)| *day > cutoff);
    entry.state.as_deref() == Some(state) && !entered_later
}

fn has_code(value: &FieldValue, codes: &[&str]) -> bool {
    match value {
        FieldValue::Text(code) => codes.contains(&code.as_str()),
        FieldValue::Codes(chosen) => codes.iter().any(|code| chosen.contains(*code)),
        FieldValue::Integer(_)
        | FieldValue::Decimal(_)
        | FieldValue::Boolean(_)
        | FieldValue::Date(_)
        | FieldValue::Paragraphs(_)
        | FieldValue::Rows(_) => false,
    }
}

fn day_of(value: &FieldValue) -> Option<Date> {
    if let FieldValue::Date(day) = value {
        Some(*day)
    } else {
        None
    }
}

/// The number a value is, whole or not.
pub(crate) fn number_of(value: &FieldValue) -> Option<f64> {
    match value {
        FieldValue::Integer(number) => Some(*number as f64),
        FieldValue::Decimal(number) => Some(*number),
        FieldValue::Text(_)
        | FieldValue::Boolean(_)
        | FieldValue::Date(_)
        | FieldValue::Codes(_)
        | FieldValue::Paragraphs(_)
        | FieldValue::Rows(_) => None,
    }
}
