//! Numbers and texts that two people declared differently, apart from each other: what each said, and where to choose.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::super::Replica;
use super::super::view::{Bilingual, DeclaredChoice, DifferingNumber, DifferingParagraph, FindingLevel, ReportFinding};
use super::{author, own_unit, reports};
use crate::catalogue::{self, Indicator, IndicatorKind};
use crate::model::log::{self, Declaration, Narrative, Writing};
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

/// What one person wrote in a paragraph, to be chosen.
fn writing(replica: &Replica, writing: &Writing) -> DeclaredChoice {
    let own = replica.kept.identity.as_ref().map(|identity| *identity.device);
    let (person_name, device_name) = author(replica, writing.actor);
    DeclaredChoice {
        choice: writing.change.to_string(),
        value: Some(writing.text.clone()),
        reason: String::new(),
        person_name,
        device_name,
        mine: writing.actor.map(|actor| actor.device.0) == own,
        at: writing.at,
    }
}

/// The paragraphs of a text that two people wrote differently.
pub(super) fn paragraphs(replica: &Replica, narrative: &Narrative) -> Vec<DifferingParagraph> {
    let differing = narrative.differing().map(|(part, paragraph)| DifferingParagraph {
        part,
        said: paragraph.differing().map(|said| writing(replica, said)).collect(),
    });
    differing.collect()
}

/// Said before a report is submitted: one of the numbers would be frozen that nobody chose.
pub(super) fn undecided(indicator: &Indicator) -> ReportFinding {
    let message = match indicator.kind {
        IndicatorKind::Text => Bilingual::new(
            format!("Hai người viết “{}” khác nhau. Chọn đoạn đúng.", indicator.label.vi),
            format!(
                "Two people wrote \"{}\" differently. Choose the right paragraph.",
                indicator.label.en
            ),
        ),
        IndicatorKind::Count | IndicatorKind::People | IndicatorKind::Percent | IndicatorKind::MoneyVnd => {
            Bilingual::new(
                format!("Hai người khai “{}” khác nhau. Chọn một số.", indicator.label.vi),
                format!(
                    "Two people declared \"{}\" differently. Choose one number.",
                    indicator.label.en
                ),
            )
        }
    };
    ReportFinding {
        level: FindingLevel::Warning,
        indicator: indicator.code.to_owned(),
        message,
    }
}

/// Every such number and text in the reports of the officer's unit, the newest period first.
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
    let undecided = logs.flat_map(|log| {
        let numbers = log::declared(log).into_iter();
        let numbers = numbers.filter(|(_, number)| !number.others.is_empty());
        let texts = log::narratives(log).into_iter();
        let texts = texts.filter(|(_, narrative)| narrative.differing().next().is_some());
        let keys: Vec<_> = numbers.map(|(key, _)| key).chain(texts.map(|(key, _)| key)).collect();
        keys
    });
    let numbers = undecided.filter_map(|(period, code)| {
        let indicator = catalogue::indicator(&code).filter(|indicator| indicator.is_asked_of(&unit))?;
        periods.contains(&period).then(|| DifferingNumber {
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
