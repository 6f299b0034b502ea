//! Numbers that two people declared differently, apart from each other: what each said, and where to choose.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::super::Replica;
use super::super::view::{Bilingual, DeclaredChoice, DifferingNumber, FindingLevel, ReportFinding};
use super::{author, own_unit, reports};
use crate::catalogue::{self, Indicator};
use crate::model::log::{self, Declaration};
use crate::report::Declared;

/// What one person declared, to be chosen.
pub(super) fn choice(replica: &Replica, indicator: &Indicator, declaration: &Declaration) -> DeclaredChoice {
    let own = replica.kept.identity.as_ref().map(|identity| *identity.device);
    let (person_name, device_name) = author(replica, declaration.actor);
    DeclaredChoice {
        choice: declaration.change.to_string(),
        value: Declared::of(declaration).map(|declared| reports::show(indicator, &declared.value)),
        reason: declaration.reason.clone(),
        person_name,
        device_name,
        mine: declaration.actor.map(|actor| actor.device.0) == own,
        at: declaration.at,
    }
}

/// Said before a report is submitted: one of the numbers would be frozen that nobody chose.
pub(super) fn undecided(indicator: &Indicator) -> ReportFinding {
    ReportFinding {
        level: FindingLevel::Warning,
        indicator: indicator.code.to_owned(),
        message: Bilingual::new(
            format!("Hai người khai “{}” khác nhau. Chọn một số.", indicator.label.vi),
            format!(
                "Two people declared \"{}\" differently. Choose one number.",
                indicator.label.en
            ),
        ),
    }
}

/// Every such number in the reports of the officer's unit, the newest period first.
pub(super) fn differing(replica: &Replica) -> Vec<DifferingNumber> {
    let Some(unit) = own_unit(replica) else {
        return Vec::new();
    };
    // A period that is not configured has no screen to choose on.
    let periods: BTreeSet<_> = reports::periods(replica)
        .into_iter()
        .map(|(period, _)| period)
        .collect();
    let years: BTreeSet<_> = periods.iter().map(|period| period.year()).collect();
    let logs = years
        .into_iter()
        .filter_map(|year| reports::log_of(replica, &unit.id, year));
    let numbers = logs.flat_map(log::declared).filter_map(|((period, code), number)| {
        let indicator = catalogue::indicator(&code).filter(|indicator| indicator.is_asked_of(&unit))?;
        (periods.contains(&period) && !number.others.is_empty()).then(|| DifferingNumber {
            period,
            period_name: reports::name(period),
            indicator: code,
            label: indicator.label.into(),
        })
    });
    let mut numbers: Vec<_> = numbers.collect();
    numbers.sort_by_key(|number| Reverse((number.period.last_day(), number.period)));
    numbers
}
