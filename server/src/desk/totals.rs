//! Adds up what units gave, by the plan's own rules.

use std::collections::{BTreeMap, HashMap};

use client_core::catalogue::{self, Aggregation, Derivation, Indicator, IndicatorKind, Metric, Sector};
use client_core::ids::OrgUnitId;
use client_core::model::period::ReportingPeriod;
use client_core::report::{Child, SystemFacts, Value, aggregate, quotient};

use crate::organisation::Organisation;
use crate::projection::facts;
use crate::store::read_model::ReportValueRow;
use crate::store::{ReadModel, Result};

/// Values by indicator code.
pub type Figures = BTreeMap<&'static str, Value>;

/// What figures are added up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// The unit's own report: what only the server counts is there if it is asked of the unit.
    OwnReport,
    /// A part of the number of the unit above: what that one is asked is counted here too, or the parts would not add up.
    PartOfTotal,
}

/// What each unit's own work gives for one period.
pub(super) struct Values {
    by_indicator: HashMap<String, HashMap<OrgUnitId, ReportValueRow>>,
}

impl Values {
    pub(super) fn read(store: &(impl ReadModel + ?Sized), period: ReportingPeriod) -> Result<Self> {
        let codes: Vec<_> = catalogue::indicators().iter().map(|indicator| indicator.code).collect();
        let mut by_indicator: HashMap<String, HashMap<OrgUnitId, ReportValueRow>> = HashMap::new();
        for (unit, row) in store.report_values(period, &codes)? {
            by_indicator.entry(row.indicator.clone()).or_default().insert(unit, row);
        }
        Ok(Self { by_indicator })
    }

    fn row(&self, code: &str, unit: &OrgUnitId) -> Option<&ReportValueRow> {
        self.by_indicator.get(code)?.get(unit)
    }

    /// The figures of some units as those of the first, the unit above them all.
    pub(super) fn add_up(
        &self,
        organisation: &Organisation,
        top: &OrgUnitId,
        units: &[&OrgUnitId],
        system: &SystemFacts,
        purpose: Purpose,
    ) -> Figures {
        let top_facts = organisation.units.get(top).and_then(|unit| facts(top, unit));
        let is_asked = |indicator: &Indicator| match purpose {
            Purpose::OwnReport => top_facts.as_ref().is_some_and(|facts| indicator.is_asked_of(facts)),
            Purpose::PartOfTotal => true,
        };
        let mut figures = Figures::new();
        for indicator in catalogue::indicators() {
            let value = match indicator.derive {
                Derivation::System { metric } => {
                    known(metric, system).filter(|_| is_asked(indicator)).map(Value::Number)
                }
                // Quotients of totals come after the totals.
                Derivation::Ratio { .. } => None,
                Derivation::Sum { .. }
                | Derivation::Count { .. }
                | Derivation::CountDistinct { .. }
                | Derivation::CountDistinctRefs { .. }
                | Derivation::CountAt { .. }
                | Derivation::SumAt { .. }
                | Derivation::Latest { .. }
                | Derivation::RatioFields { .. }
                | Derivation::UnitsWith { .. }
                | Derivation::UnionSum { .. }
                | Derivation::Collect { .. }
                | Derivation::Manual => self.add_up_one(indicator, top, units),
            };
            figures.extend(value.map(|value| (indicator.code, value)));
        }
        for indicator in catalogue::indicators() {
            if let Derivation::Ratio {
                numerator,
                denominator,
                scale,
            } = indicator.derive
            {
                let value = quotient(figures.get(numerator), figures.get(denominator), scale);
                let value = value.filter(|_| is_asked(indicator));
                figures.extend(value.map(|value| (indicator.code, value)));
            }
        }
        figures
    }

    fn add_up_one(&self, indicator: &Indicator, top: &OrgUnitId, units: &[&OrgUnitId]) -> Option<Value> {
        if indicator.aggregate_up == Aggregation::None {
            return self.row(indicator.code, top).map(|row| row.value.clone());
        }
        let of_indicator = self.by_indicator.get(indicator.code)?;
        let parts: Vec<Child<'_>> = units
            .iter()
            .filter_map(|unit| Some((*unit, of_indicator.get(*unit)?)))
            .map(|(unit, row)| Child {
                unit,
                value: Some(&row.value),
                weight: self.weight(indicator, unit, row),
            })
            .collect();
        aggregate(indicator, &parts)
    }

    fn weight(&self, indicator: &Indicator, unit: &OrgUnitId, row: &ReportValueRow) -> Option<i64> {
        match indicator.aggregate_up {
            Aggregation::WeightedBy { indicator } => {
                let weight = self.row(indicator, unit)?.value.as_number()?;
                Some(weight.round() as i64)
            }
            Aggregation::WeightedByField { .. } => row.weight,
            Aggregation::Sum | Aggregation::RatioOfSums | Aggregation::ConcatByUnit | Aggregation::None => None,
        }
    }
}

fn known(metric: Metric, system: &SystemFacts) -> Option<i64> {
    match metric {
        Metric::UnitsSubmitted => system.units_submitted,
        Metric::UnitsExpectedOpenInPeriod => system.units_expected_open_in_period,
        Metric::UnitsSubmittedOnTime => system.units_submitted_on_time,
        Metric::UnitsOpenInSectorDn => system.units_open_in_sector_dn,
        Metric::MedianDaysToAnswer => system.median_days_to_answer,
    }
}

/// How many of these units are enterprises.
pub(super) fn enterprises(organisation: &Organisation, units: &[&OrgUnitId]) -> i64 {
    let is_enterprise = |id: &OrgUnitId| {
        let facts = organisation.units.get(id).and_then(|unit| facts(id, unit));
        facts
            .and_then(|facts| facts.sector)
            .is_some_and(|sector| Sector::Dn.includes(sector))
    };
    units.iter().filter(|unit| is_enterprise(unit)).count() as i64
}

/// A value as JSON carries it: rounded as people read it, quotients with their parts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shown {
    /// The number.
    pub value: Option<f64>,
    /// The text.
    pub text: Option<String>,
    /// Above the line.
    pub numerator: Option<i64>,
    /// Below the line.
    pub denominator: Option<i64>,
    /// Of an average, the lowest value.
    pub min: Option<f64>,
    /// The highest.
    pub max: Option<f64>,
}

/// A value as JSON carries it.
pub fn shown(indicator: &Indicator, value: Option<&Value>, organisation: &Organisation) -> Shown {
    let mut shown = Shown {
        value: value.and_then(|value| value.rounded(decimals(indicator))),
        ..Shown::default()
    };
    match value {
        Some(Value::Ratio {
            numerator, denominator, ..
        }) => (shown.numerator, shown.denominator) = (Some(*numerator), Some(*denominator)),
        Some(Value::Weighted { least, most, .. }) => (shown.min, shown.max) = (Some(*least), Some(*most)),
        Some(Value::Text(passages)) => {
            // Whose words they are matters as soon as there are several units' words.
            let texts = passages.iter().map(|passage| {
                let text = passage.paragraphs.join("\n");
                let name = organisation.units.get(&passage.unit).map(|unit| unit.name.as_str());
                match name.filter(|_| passages.len() > 1) {
                    Some(name) => format!("{name}: {text}"),
                    None => text,
                }
            });
            shown.text = Some(texts.collect::<Vec<_>>().join("\n"));
        }
        Some(Value::Number(_) | Value::Decimal(_)) | None => {}
    }
    shown
}

/// Percentages are read with one decimal, everything else whole.
pub fn decimals(indicator: &Indicator) -> u8 {
    u8::from(indicator.kind == IndicatorKind::Percent)
}
