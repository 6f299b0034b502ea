//! One unit's report as it stands: every indicator with its value, what was declared, and where the number comes from.
//!
//! An upper-level unit's number is its own and those of all units below it, added up as the plan says.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use client_core::catalogue;
use client_core::ids::{Actor, EntryId, OrgUnitId};
use client_core::model::period::ReportingPeriod;
use client_core::report::{Declared, Figure, Passage, Reported, Source, Value};
use client_core::time::Timestamp;
use serde::Serialize;

use crate::desk::PeriodView;
use crate::desk::totals::{Figures, decimals};
use crate::organisation::Organisation;
use crate::projection::{self, Held, figures};
use crate::store::{Result, Store};

/// A unit's report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitReport {
    /// Whose.
    pub unit: OrgUnitId,
    /// The unit's name today.
    pub unit_name: String,
    /// For which period.
    pub period: ReportingPeriod,
    /// How often the unit has submitted it.
    pub submissions: usize,
    /// When it submitted last, on the device's clock.
    pub submitted_at: Option<Timestamp>,
    /// Every indicator of the plan, in its order.
    pub indicators: Vec<IndicatorReport>,
}

/// One indicator.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct IndicatorReport {
    /// Its code.
    pub code: &'static str,
    /// What people call it.
    pub label: &'static str,
    /// What is counted.
    pub unit: &'static str,
    /// Whether the short report has it.
    pub core: bool,
    /// Whether the plan asks it of this unit by itself.
    pub asked: bool,
    /// What counts; null is empty, which is not zero.
    pub value: Option<Value>,
    /// As people read it; null for prose and where there is none.
    pub display: Option<String>,
    /// What the log gives.
    pub derived: Option<Value>,
    /// What the unit declares instead.
    pub declared: Option<DeclaredReport>,
    /// What people of the unit declare apart from each other, what counts first. Empty where they agree.
    pub differing: Vec<DeclaredReport>,
    /// Where the number comes from.
    pub explanation: Explanation,
}

/// What a unit declares.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DeclaredReport {
    /// The number; null where it was taken back, so that the log's counts.
    pub value: Option<Value>,
    /// Why.
    pub reason: String,
    /// Who declared it.
    pub by: Option<String>,
    /// When, on the device's clock.
    pub at: Option<Timestamp>,
}

/// Where a number comes from.
#[derive(Debug, Clone, PartialEq, Serialize, Default)]
pub struct Explanation {
    /// The unit's own entries.
    pub entries: Vec<EntrySource>,
    /// Own entries that should have brought something and have nothing in the field.
    pub unmeasured: Vec<EntryId>,
    /// The units below that have a value, with it.
    pub units: Vec<UnitSource>,
}

/// An entry behind a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EntrySource {
    /// Which, what it brings, and to which part of a quotient.
    #[serde(flatten)]
    pub source: Source,
    /// Code of its type.
    pub type_code: String,
    /// Its title, if it has one.
    pub title: Option<String>,
    /// Its day.
    pub day: Option<jiff::civil::Date>,
}

/// A unit behind a number.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnitSource {
    /// Which.
    pub unit: OrgUnitId,
    /// Its name today.
    pub name: String,
    /// What it reports.
    pub value: Value,
}

/// The report of a unit for a period that was opened: of another one, the store has no rows to add up. None when there is no such unit, or its tier is not known.
pub fn unit_report(
    store: &dyn Store,
    organisation: &Organisation,
    unit: &OrgUnitId,
    period: ReportingPeriod,
) -> Result<Option<UnitReport>> {
    let Some(known) = organisation.units.get(unit) else {
        return Ok(None);
    };
    let Some(facts) = projection::facts(unit, known) else {
        return Ok(None);
    };
    let mut documents = BTreeMap::new();
    for id in store.unit_documents(unit)? {
        documents.insert(id.clone(), Arc::new(Held::load(store, &id)?));
    }
    let standing = projection::standing(&documents);
    let counting = standing.values().filter_map(|places| places.first());
    let entries: HashMap<EntryId, _> = counting.map(|place| (place.entry.id, &*place.entry)).collect();
    let below = organisation.below(unit);
    let view = PeriodView::read(store, organisation, period)?;
    let system = (!below.is_empty()).then(|| view.system(unit));
    let own: HashMap<&str, _> = figures(&facts, period, &documents, &standing, system.as_ref())
        .into_iter()
        .map(|figure| (figure.indicator.code, figure))
        .collect();
    let mut totals = if below.is_empty() {
        Figures::new()
    } else {
        view.figures(unit)
    };
    let mut below_values = values_of(store, period, &below)?;

    let indicators = catalogue::indicators().iter().map(|indicator| {
        let figure = own.get(indicator.code);
        let reported = figure.map(|figure| &figure.reported);
        let mut explanation = reported
            .map(|reported| own_explanation(reported, &entries))
            .unwrap_or_default();
        let value = if below.is_empty() {
            reported.and_then(Reported::effective).cloned()
        } else {
            let units = below_values.remove(indicator.code).unwrap_or_default().into_iter();
            explanation.units.extend(units.map(|(id, value)| {
                UnitSource {
                    name: organisation
                        .units
                        .get(&id)
                        .map(|unit| unit.name.clone())
                        .unwrap_or_default(),
                    unit: id,
                    value,
                }
            }));
            totals.remove(indicator.code)
        };
        IndicatorReport {
            code: indicator.code,
            label: indicator.label.vi,
            unit: indicator.unit.vi,
            core: indicator.core,
            asked: figure.is_some(),
            display: value.as_ref().and_then(|value| value.display_vi(decimals(indicator))),
            value,
            derived: reported.and_then(|reported| reported.derived.value.clone()),
            declared: figure.and_then(|figure| {
                let declared = figure.reported.declared.as_ref()?;
                Some(declared_report(organisation, Some(declared), figure.written()))
            }),
            differing: figure
                .into_iter()
                .flat_map(Figure::differing)
                .map(|said| {
                    let written = Some((said.actor, said.at));
                    declared_report(organisation, Declared::of(said).as_ref(), written)
                })
                .chain(
                    figure
                        .into_iter()
                        .flat_map(Figure::differing_writings)
                        .map(|(_, said)| {
                            let value = Value::Text(vec![Passage {
                                unit: unit.clone(),
                                paragraphs: vec![said.text.clone()],
                            }]);
                            let reason = String::new();
                            let written = Some((said.actor, said.at));
                            declared_report(organisation, Some(&Declared { value, reason }), written)
                        }),
                )
                .collect(),
            explanation,
        }
    });
    let indicators = indicators.collect();
    let submissions: Vec<_> = store
        .submissions(period)?
        .into_iter()
        .filter(|row| row.unit == *unit)
        .collect();
    Ok(Some(UnitReport {
        unit: unit.clone(),
        unit_name: known.name.clone(),
        period,
        submissions: submissions.len(),
        submitted_at: submissions.last().map(|row| row.submitted_at),
        indicators,
    }))
}

/// What each of some units gives, by indicator.
fn values_of(
    store: &dyn Store,
    period: ReportingPeriod,
    units: &[&OrgUnitId],
) -> Result<HashMap<String, BTreeMap<OrgUnitId, Value>>> {
    let mut values: HashMap<String, BTreeMap<OrgUnitId, Value>> = HashMap::new();
    if units.is_empty() {
        return Ok(values);
    }
    let codes: Vec<_> = catalogue::indicators().iter().map(|indicator| indicator.code).collect();
    for (unit, row) in store.report_values(period, &codes)? {
        if units.contains(&&unit) {
            values.entry(row.indicator).or_default().insert(unit, row.value);
        }
    }
    Ok(values)
}

fn own_explanation(reported: &Reported, entries: &HashMap<EntryId, &client_core::model::entry::Entry>) -> Explanation {
    let sources = reported.derived.sources.iter().filter_map(|source| {
        let entry = entries.get(&source.entry)?;
        let kind = catalogue::activity_type(&entry.type_code);
        let title = kind
            .and_then(|kind| kind.title_field)
            .and_then(|field| entry.text(field));
        Some(EntrySource {
            source: *source,
            type_code: entry.type_code.clone(),
            title: title.map(str::to_owned),
            day: kind.and_then(|kind| kind.day_field).and_then(|field| entry.date(field)),
        })
    });
    Explanation {
        entries: sources.collect(),
        unmeasured: reported.derived.unmeasured.clone(),
        units: Vec::new(),
    }
}

fn declared_report(
    organisation: &Organisation,
    declared: Option<&Declared>,
    written: Option<(Option<Actor>, Timestamp)>,
) -> DeclaredReport {
    let (actor, at) = written.unzip();
    let by = actor
        .flatten()
        .and_then(|actor| organisation.devices.get(&actor.device))
        .and_then(|device| organisation.people.get(device.person.as_ref()?));
    DeclaredReport {
        value: declared.map(|declared| declared.value.clone()),
        reason: declared.map(|declared| declared.reason.clone()).unwrap_or_default(),
        by: by.map(|person| person.name.clone()),
        at,
    }
}
