//! One unit's report, and where one of its numbers comes from.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use axum::Json;
use axum::extract::State;
use client_core::catalogue::{self, Indicator};
use client_core::ids::{Actor, OrgUnitId};
use client_core::model::period::ReportingPeriod;
use client_core::report::{self as reported, Figure};
use client_core::time::Timestamp;
use serde::Serialize;

use super::address::{Path, Query};
use super::error::ApiError;
use super::identity::Staff;
use super::units::{PeriodQuery, Unit, UnitRef, path};
use crate::app_state::AppState;
use crate::desk::PeriodView;
use crate::desk::totals::{decimals, shown};
use crate::desk::unit_report::{changed_since, own_figures};
use crate::organisation::Organisation;
use crate::store::Store;

/// A number that a unit declares instead of what its log gives.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Declared {
    /// The number. Neither number nor text: the declaration was taken back, so that what the log gives counts.
    value: Option<f64>,
    /// The text, of an indicator that is one.
    text: Option<String>,
    /// Of a text that people wrote differently, which paragraph it is, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    paragraph: Option<usize>,
    /// Why.
    reason: String,
    /// The name of whoever declared it; empty when it is not known.
    by: String,
    /// When, in milliseconds on that device's clock.
    at: Option<i64>,
}

/// A line of a report.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ReportIndicator {
    /// Code of the indicator.
    code: &'static str,
    /// The number that counts.
    value: Option<f64>,
    /// The text, of an indicator that is one.
    text: Option<String>,
    /// What the log gives.
    derived: Option<f64>,
    /// What is declared instead.
    declared: Option<Declared>,
    /// Of a quotient, above the line.
    numerator: Option<i64>,
    /// Of a quotient, below the line.
    denominator: Option<i64>,
    /// How many entries it comes from.
    sources_count: usize,
    /// What people declared apart from each other, what now counts first. Empty where they agree.
    differing: Vec<Declared>,
}

/// What was submitted.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(super) struct Submission {
    /// `none` or `received`.
    state: &'static str,
    /// When, in milliseconds on the device's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    submitted_at: Option<i64>,
    /// When it arrived, in milliseconds on the server's clock.
    #[serde(skip_serializing_if = "Option::is_none")]
    received_at: Option<i64>,
    /// Whether the first submission was in time.
    #[serde(skip_serializing_if = "Option::is_none")]
    on_time: Option<bool>,
    /// How many values have changed since.
    #[serde(skip_serializing_if = "Option::is_none")]
    changed: Option<usize>,
}

/// One unit's report for a period.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct UnitReport {
    /// The unit.
    unit: Unit,
    /// The units from the person's own down to this one.
    path: Vec<UnitRef>,
    /// Key of the period.
    period: String,
    /// What was submitted.
    submission: Submission,
    /// What is asked of the unit, in the plan's order; with all below it, for an upper level.
    indicators: Vec<ReportIndicator>,
}

/// A unit's report, as it stands now and as it was submitted.
#[utoipa::path(
    get, path = "/units/{unit}/report", tag = "desk",
    params(("unit" = String, Path, description = "Id of the unit"), PeriodQuery),
    responses((status = 200, description = "The report", body = UnitReport))
)]
pub(super) async fn report(
    State(state): State<AppState>,
    staff: Staff,
    Path(unit): Path<String>,
    Query(query): Query<PeriodQuery>,
) -> Result<Json<UnitReport>, ApiError> {
    let (unit, _) = staff.unit(&unit)?;
    let period = query.period(&staff.organisation)?;
    let report = state
        .blocking(move |state| build_report(state.store(), &staff, &unit, period))
        .await?;
    Ok(Json(report))
}

fn build_report(
    store: &dyn Store,
    staff: &Staff,
    id: &OrgUnitId,
    period: ReportingPeriod,
) -> Result<UnitReport, ApiError> {
    let organisation = &*staff.organisation;
    let unit = Unit::new(id, organisation);
    let view = PeriodView::read(store, organisation, period)?;
    let own = own_figures(store, organisation, id, period)?;
    let submission = match view.submissions().newest(id) {
        None => Submission {
            state: "none",
            ..Submission::default()
        },
        Some(newest) => Submission {
            state: "received",
            submitted_at: Some(newest.submitted_at.0),
            received_at: Some(newest.received_at.0),
            on_time: view.submissions().is_on_time(id),
            changed: Some(changed_since(newest, &own)),
        },
    };
    let totals = view.figures(id);
    let is_leaf = organisation.children.get(id).is_none_or(Vec::is_empty);
    let indicators = own.iter().map(|figure| {
        let code = figure.indicator.code;
        // What a unit without others below it says stands for itself; an upper level adds up.
        let value = if is_leaf {
            figure.reported.effective()
        } else {
            totals.get(code)
        };
        line(figure, shown(figure.indicator, value, organisation), organisation)
    });
    Ok(UnitReport {
        unit,
        path: path(staff, id),
        period: period.to_string(),
        submission,
        indicators: indicators.collect(),
    })
}

fn line(figure: &Figure, value: crate::desk::totals::Shown, organisation: &Organisation) -> ReportIndicator {
    let derived = figure.reported.derived.value.as_ref();
    let declared = |declared: Option<&reported::Declared>, written: Option<(Option<Actor>, Timestamp)>| {
        let shown = shown(figure.indicator, declared.map(|declared| &declared.value), organisation);
        let (actor, at) = written.unzip();
        let device = actor.flatten().map(|actor| actor.device);
        Declared {
            value: shown.value,
            text: shown.text,
            reason: declared.map(|declared| declared.reason.clone()).unwrap_or_default(),
            by: organisation.author(device.as_ref()).0,
            paragraph: None,
            at: at.map(|at| at.0),
        }
    };
    let differing = figure
        .differing()
        .map(|said| declared(reported::Declared::of(said).as_ref(), Some((said.actor, said.at))));
    let writings = figure.differing_writings().map(|(paragraph, said)| Declared {
        text: Some(said.text.clone()),
        paragraph: Some(paragraph),
        ..declared(None, Some((said.actor, said.at)))
    });
    ReportIndicator {
        code: figure.indicator.code,
        value: value.value,
        text: value.text,
        derived: derived.and_then(|value| value.rounded(decimals(figure.indicator))),
        differing: differing.chain(writings).collect(),
        declared: figure
            .reported
            .declared
            .as_ref()
            .map(|counts| declared(Some(counts), figure.written())),
        numerator: value.numerator,
        denominator: value.denominator,
        sources_count: figure.reported.derived.sources.len(),
    }
}

/// The part of a number that lies below one unit.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DrillChild {
    /// The unit.
    unit: Unit,
    /// Its number, with all below it.
    value: Option<f64>,
    /// All that should submit there have.
    submitted: bool,
}

/// An entry that a number comes from.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DrillSource {
    /// Its id.
    entry: String,
    /// Where it stands.
    document: String,
    /// Its title; empty when it has none.
    title: String,
    /// Its day.
    date: String,
    /// Code of its type.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    kind: String,
    /// What it brings to the number; of a quotient, to one of its parts.
    contribution: Option<i64>,
}

/// A number, opened.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Drill {
    /// The unit.
    unit: Unit,
    /// Code of the indicator.
    indicator: &'static str,
    /// The number, with all below the unit.
    value: Option<f64>,
    /// The text, of an indicator that is one.
    text: Option<String>,
    /// The units directly below.
    children: Vec<DrillChild>,
    /// The unit's own entries behind it, oldest first.
    sources: Vec<DrillSource>,
}

/// Where a number comes from: the units below, and the unit's own entries.
#[utoipa::path(
    get, path = "/units/{unit}/indicators/{indicator}", tag = "desk",
    params(
        ("unit" = String, Path, description = "Id of the unit"),
        ("indicator" = String, Path, description = "Code of the indicator"),
        PeriodQuery,
    ),
    responses((status = 200, description = "The number, opened", body = Drill))
)]
pub(super) async fn drill(
    State(state): State<AppState>,
    staff: Staff,
    Path((unit, indicator)): Path<(String, String)>,
    Query(query): Query<PeriodQuery>,
) -> Result<Json<Drill>, ApiError> {
    let (unit, _) = staff.unit(&unit)?;
    let indicator = catalogue::indicator(&indicator).ok_or(ApiError::NotFound("indicator"))?;
    let period = query.period(&staff.organisation)?;
    let drill = state
        .blocking(move |state| build_drill(state.store(), &staff, &unit, indicator, period))
        .await?;
    Ok(Json(drill))
}

fn build_drill(
    store: &dyn Store,
    staff: &Staff,
    id: &OrgUnitId,
    indicator: &'static Indicator,
    period: ReportingPeriod,
) -> Result<Drill, ApiError> {
    let organisation = &*staff.organisation;
    let view = PeriodView::read(store, organisation, period)?;
    let total = shown(indicator, view.figures(id).get(indicator.code), organisation);
    let children = view.children(id).into_iter().map(|(child, (_, figures))| DrillChild {
        unit: Unit::new(child, organisation),
        value: shown(indicator, figures.get(indicator.code), organisation).value,
        submitted: view.has_submitted(child),
    });
    let own = own_figures(store, organisation, id, period)?;
    let figure = own.iter().find(|figure| figure.indicator.code == indicator.code);
    let mut sources = Vec::new();
    // An entry may bring something above and below the line; it is shown once for each.
    let mut known = HashMap::new();
    for source in figure.into_iter().flat_map(|figure| &figure.reported.derived.sources) {
        let row = match known.entry(source.entry) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(vacant) => vacant.insert(store.entry(id, source.entry)?),
        };
        if let Some(row) = row {
            sources.push(DrillSource {
                entry: row.entry.to_string(),
                document: row.document.to_string(),
                title: row.title.clone(),
                date: row.day.to_string(),
                kind: row.type_code.clone(),
                contribution: Some(source.amount),
            });
        }
    }
    Ok(Drill {
        unit: Unit::new(id, organisation),
        indicator: indicator.code,
        value: total.value,
        text: total.text,
        children: children.collect(),
        sources,
    })
}
