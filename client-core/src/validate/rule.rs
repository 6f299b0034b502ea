//! Decides the catalogue's rules for one entry, and tells the numbers that break them.

use std::cmp::Ordering;

use jiff::ToSpan;
use jiff::civil::Date;

use super::entry::Context;
use super::show::{day_text, display_field};
use crate::catalogue::condition::{number_of, shown_integer, shown_value};
use crate::catalogue::{ActivityType, Check, Comparison, ConfigKey, FieldKind, RecordKind, Term};
use crate::ids::EntryId;
use crate::model::entry::{Entry, FieldValue};
use crate::text::{Bilingual, decimal_en, decimal_vi, fold};

/// How an entry breaks a rule.
pub(super) struct Broken {
    /// The fields it is about, the first to go to first.
    pub(super) fields: Vec<&'static str>,
    /// The numbers and days it is about.
    pub(super) detail: Option<Bilingual>,
    /// The other entry, for twins.
    pub(super) other: Option<EntryId>,
}

/// An entry with what its rules may ask.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    pub(super) kind: &'static ActivityType,
    pub(super) entry: &'a Entry,
    pub(super) context: &'a Context<'a>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Quantity {
    Number(f64),
    Day(Date),
}

impl Quantity {
    /// Numbers and days do not compare; the build has seen to it that no rule asks.
    fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Number(left), Self::Number(right)) => left.partial_cmp(&right),
            (Self::Day(left), Self::Day(right)) => Some(left.cmp(&right)),
            (Self::Number(_), Self::Day(_)) | (Self::Day(_), Self::Number(_)) => None,
        }
    }
}

impl<'a> Subject<'a> {
    fn value(self, field: &str) -> Option<&'a FieldValue> {
        shown_value(self.kind, self.entry, field)
    }

    /// Every way in which the entry breaks the check.
    pub(super) fn broken(self, check: &Check) -> Vec<Broken> {
        match *check {
            Check::All { of } => self.each(of),
            Check::ForTypes { types, of } if types.contains(&self.kind.code) => self.each(of),
            Check::Compare {
                left,
                comparison,
                right,
            } => self.compare(left, comparison, right).into_iter().collect(),
            Check::InReportPeriod { field } => {
                let outside = self
                    .context
                    .report_period
                    .zip(self.entry.date(field))
                    .filter(|(period, day)| !period.contains(*day));
                outside
                    .map(|(_, day)| about(&[field], Some(Bilingual::same(day_text(day)))))
                    .into_iter()
                    .collect()
            }
            Check::Filled { field, positive } => {
                let filled = match self.value(field).map(number_of) {
                    None => false,
                    Some(Some(number)) => !positive || number > 0.0,
                    Some(None) => true,
                };
                if filled {
                    Vec::new()
                } else {
                    vec![about(&[field], self.missing(field))]
                }
            }
            Check::WhenState { state, then } if self.entry.state.as_deref() == Some(state) => self.together(then),
            Check::WhenField { field, code, then } if self.entry.text(field) == Some(code) => self.together(then),
            Check::ForTypes { .. } | Check::WhenState { .. } | Check::WhenField { .. } => Vec::new(),
            Check::MoneyAtLeast { least } => self.money(|amount| amount != 0.0 && amount < least as f64),
            Check::MoneyMultipleOf { step } => self.money(|amount| amount % step as f64 != 0.0),
            Check::ColumnSum { field, column, total } => self.column_sum(field, column, total).into_iter().collect(),
            Check::NoTwin => self.twin().into_iter().collect(),
        }
    }

    fn each(self, checks: &[Check]) -> Vec<Broken> {
        checks.iter().flat_map(|check| self.broken(check)).collect()
    }

    /// One finding for all that a state or a choice demands.
    fn together(self, checks: &[Check]) -> Vec<Broken> {
        self.each(checks)
            .into_iter()
            .reduce(|mut all, one| {
                all.fields.extend(one.fields);
                all.detail = match (all.detail, one.detail) {
                    (Some(all), Some(one)) => Some(Bilingual::new(
                        format!("{}; {}", all.vi, one.vi),
                        format!("{}; {}", all.en, one.en),
                    )),
                    (all, one) => all.or(one),
                };
                all
            })
            .into_iter()
            .collect()
    }

    fn label(self, field: &str) -> Bilingual {
        self.kind.field(field).map_or_else(
            || Bilingual::same(field),
            |field| Bilingual::new(field.label.vi, field.label.en),
        )
    }

    /// The field's name and what it holds.
    fn said(self, field: &str) -> Option<Bilingual> {
        let value = display_field(self.kind.field(field)?, self.value(field)?, &|_| None);
        let label = self.label(field);
        Some(Bilingual::new(
            format!("{}: {}", label.vi, value.vi),
            format!("{}: {}", label.en, value.en),
        ))
    }

    fn missing(self, field: &str) -> Option<Bilingual> {
        // Nothing more to say about a note on photos.
        (field != "photos").then(|| {
            let label = self.label(field);
            Bilingual::new(format!("nhập “{}”", label.vi), format!("enter \"{}\"", label.en))
        })
    }

    fn compare(self, left: Term, comparison: Comparison, right: Term) -> Option<Broken> {
        let (found, wanted) = self.quantity(left).zip(self.quantity(right))?;
        if comparison.holds(found.order(wanted)?) {
            return None;
        }
        let fields: Vec<&'static str> = [field_of(left), field_of(right)].into_iter().flatten().collect();
        let detail = match (found, wanted, fields.as_slice()) {
            (Quantity::Number(found), Quantity::Number(wanted), [part, whole]) if comparison == Comparison::AtMost => {
                Some(larger(&self.label(part), found, &self.label(whole), wanted))
            }
            _ => fields.iter().filter_map(|field| self.said(field)).reduce(|all, one| {
                Bilingual::new(format!("{}; {}", all.vi, one.vi), format!("{}; {}", all.en, one.en))
            }),
        };
        Some(about(&fields, detail))
    }

    fn quantity(self, term: Term) -> Option<Quantity> {
        match term {
            Term::Field {
                field,
                plus_years,
                plus_days,
            } => {
                let value = self.value(field)?;
                if let FieldValue::Date(day) = value {
                    let span = i64::from(plus_years).years().days(i64::from(plus_days));
                    return Some(Quantity::Day(day.saturating_add(span)));
                }
                number_of(value).map(Quantity::Number)
            }
            Term::Event { state } => self.entry.events.get(state).copied().map(Quantity::Day),
            Term::Today { plus_days } => {
                let span = i64::from(plus_days).days();
                Some(Quantity::Day(self.context.today.saturating_add(span)))
            }
            Term::Number { value } => Some(Quantity::Number(value as f64)),
            Term::Config { key, default } => {
                let set = match key {
                    ConfigKey::MealFloorVnd => self.context.meal_floor_vnd,
                };
                Some(Quantity::Number(set.unwrap_or(default) as f64))
            }
            Term::Headcount { percent, sessions } => {
                let sessions = shown_integer(self.kind, self.entry, sessions).unwrap_or(1).max(1);
                let workers = self.context.unit_workers? as f64;
                Some(Quantity::Number(percent as f64 / 100.0 * workers * sessions as f64))
            }
        }
    }

    fn money(self, is_wrong: impl Fn(f64) -> bool) -> Vec<Broken> {
        self.kind
            .all_fields()
            .filter(|field| field.kind == FieldKind::Money)
            .filter(|field| {
                self.value(field.name).is_some_and(|value| {
                    number_of(value).is_none_or(|amount| amount.fract() != 0.0 || is_wrong(amount))
                })
            })
            .map(|field| about(&[field.name], self.said(field.name)))
            .collect()
    }

    fn column_sum(self, field: &'static str, column: &str, total: i64) -> Option<Broken> {
        let FieldValue::Rows(rows) = self.value(field)? else {
            return None;
        };
        let sum: f64 = rows
            .values()
            .filter_map(|row| row.get(column))
            .filter_map(number_of)
            .sum();
        // Three authors write 33,33 and 33,34; binary fractions add dust of their own.
        if (sum - total as f64).abs() < 0.005 {
            return None;
        }
        let sum = (sum * 100.0).round() / 100.0;
        let detail = Bilingual::new(
            format!("hiện là {}%", decimal_vi(sum)),
            format!("they make {}% now", decimal_en(sum)),
        );
        Some(about(&[field], Some(detail)))
    }

    /// Another entry of the unit with the same type, day and title.
    fn twin(self) -> Option<Broken> {
        if self.kind.record != RecordKind::Activity {
            return None;
        }
        let title_field = self.kind.title_field?;
        let key = |entry: &Entry| {
            let title = entry.text(title_field).map(fold).filter(|title| !title.is_empty())?;
            Some((entry.date("date_start")?, title))
        };
        let own = key(self.entry)?;
        let twin = self.context.others.iter().find(|other| {
            other.id != self.entry.id
                && !other.is_deleted()
                && other.type_code == self.entry.type_code
                && key(other).as_ref() == Some(&own)
        })?;
        Some(Broken {
            fields: vec![title_field, "date_start"],
            detail: Some(Bilingual::same(day_text(own.0))),
            other: Some(twin.id),
        })
    }
}

fn about(fields: &[&'static str], detail: Option<Bilingual>) -> Broken {
    Broken {
        fields: fields.to_vec(),
        detail,
        other: None,
    }
}

fn field_of(term: Term) -> Option<&'static str> {
    match term {
        Term::Field { field, .. } => Some(field),
        Term::Event { .. }
        | Term::Today { .. }
        | Term::Number { .. }
        | Term::Config { .. }
        | Term::Headcount { .. } => None,
    }
}

/// Says that a part is larger than its whole.
pub(super) fn larger(part: &Bilingual, found: f64, whole: &Bilingual, most: f64) -> Bilingual {
    Bilingual::new(
        format!(
            "“{}” {} lớn hơn “{}” {}. Sửa một trong hai số",
            part.vi,
            decimal_vi(found),
            whole.vi,
            decimal_vi(most)
        ),
        format!(
            "\"{}\" {} is more than \"{}\" {}. Correct one of the two",
            part.en,
            decimal_en(found),
            whole.en,
            decimal_en(most)
        ),
    )
}
