//! `GET /api/v1/overview`: the merged figures of a unit, and of each unit directly below it.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use client_core::catalogue;
use client_core::ids::OrgUnitId;
use client_core::model::period::ReportingPeriod;
use serde::{Deserialize, Serialize};

use super::address::Query;
use super::error::ApiError;
use super::identity::Staff;
use super::units::{Unit, UnitRef, opened_period, path};
use crate::app_state::AppState;
use crate::desk::PeriodView;
use crate::desk::completeness;
use crate::desk::totals::{Figures, shown};
use crate::organisation::Organisation;
use crate::store::Store;

/// Which unit and period.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct OverviewQuery {
    /// Id of the unit.
    #[param(required = true)]
    unit: Option<String>,
    /// Key of the reporting period, such as `2026-Q3`.
    #[param(required = true)]
    period: Option<String>,
}

/// How many units should submit and have.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Completeness {
    /// Grassroots units that should submit.
    expected: u32,
    /// That have submitted.
    submitted: u32,
    /// In time, by the device's clock.
    on_time: u32,
    /// Later.
    late: u32,
    /// Not at all.
    missing: u32,
}

impl From<completeness::Completeness> for Completeness {
    fn from(counts: completeness::Completeness) -> Self {
        Self {
            expected: counts.expected,
            submitted: counts.submitted(),
            on_time: counts.on_time,
            late: counts.late,
            missing: counts.missing(),
        }
    }
}

/// A figure of a unit with all below it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OverviewIndicator {
    /// Code of the indicator.
    code: &'static str,
    /// The number. Empty is not zero.
    value: Option<f64>,
    /// The text, of an indicator that is one.
    text: Option<String>,
    /// The number of the period before.
    previous: Option<f64>,
    /// Of a quotient, above the line.
    numerator: Option<i64>,
    /// Of a quotient, below the line.
    denominator: Option<i64>,
    /// Of an average, the lowest value.
    min: Option<f64>,
    /// Of an average, the highest value.
    max: Option<f64>,
}

/// A unit directly below, with all below that.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct OverviewChild {
    /// The unit.
    unit: Unit,
    /// Who has submitted.
    completeness: Completeness,
    /// Numbers by indicator code; one that is empty is absent.
    values: BTreeMap<&'static str, f64>,
}

/// A unit's merged figures.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Overview {
    /// The unit.
    unit: Unit,
    /// Key of the period.
    period: String,
    /// The units from the person's own down to this one.
    path: Vec<UnitRef>,
    /// Who has submitted.
    completeness: Completeness,
    /// Every indicator of the plan, in its order.
    indicators: Vec<OverviewIndicator>,
    /// The units directly below.
    children: Vec<OverviewChild>,
}

/// Merged figures of a unit with all below it, as they stand now.
#[utoipa::path(
    get, path = "/overview", tag = "desk",
    params(OverviewQuery),
    responses((status = 200, description = "Figures", body = Overview))
)]
pub(super) async fn overview(
    State(state): State<AppState>,
    staff: Staff,
    Query(query): Query<OverviewQuery>,
) -> Result<Json<Overview>, ApiError> {
    let unit = query.unit.ok_or_else(|| ApiError::invalid("unit", "it is missing"))?;
    let (unit, _) = staff.unit(&unit)?;
    let period = opened_period(query.period.as_deref(), &staff.organisation)?;
    let overview = state
        .blocking(move |state| build(state.store(), &staff, &unit, period))
        .await?;
    Ok(Json(overview))
}

fn build(store: &dyn Store, staff: &Staff, unit: &OrgUnitId, period: ReportingPeriod) -> Result<Overview, ApiError> {
    let organisation = &*staff.organisation;
    let view = PeriodView::read(store, organisation, period)?;
    let before = match period.previous() {
        Some(previous) => PeriodView::read(store, organisation, previous)?.figures(unit),
        None => Figures::new(),
    };
    let figures = view.figures(unit);
    let indicators = catalogue::indicators().iter().map(|indicator| {
        let now = shown(indicator, figures.get(indicator.code), organisation);
        let previous = shown(indicator, before.get(indicator.code), organisation);
        OverviewIndicator {
            code: indicator.code,
            value: now.value,
            text: now.text,
            previous: previous.value,
            numerator: now.numerator,
            denominator: now.denominator,
            min: now.min,
            max: now.max,
        }
    });
    let children = view
        .children(unit)
        .into_iter()
        .map(|(child, (completeness, figures))| OverviewChild {
            unit: Unit::new(child, organisation),
            completeness: completeness.into(),
            values: numbers(&figures, organisation),
        });
    Ok(Overview {
        unit: Unit::new(unit, organisation),
        period: period.to_string(),
        path: path(staff, unit),
        completeness: view.completeness(unit).into(),
        indicators: indicators.collect(),
        children: children.collect(),
    })
}

fn numbers(figures: &Figures, organisation: &Organisation) -> BTreeMap<&'static str, f64> {
    let numbers = catalogue::indicators().iter().filter_map(|indicator| {
        let value = figures.get(indicator.code)?;
        Some((indicator.code, shown(indicator, Some(value), organisation).value?))
    });
    numbers.collect()
}
