//! Units and periods as addresses name them and answers show them.

use client_core::ids::OrgUnitId;
use client_core::model::period::ReportingPeriod;
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use super::identity::Staff;
use crate::organisation::Organisation;

/// A unit's id and name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(super) struct UnitRef {
    /// Its id.
    pub(super) id: String,
    /// Its name today.
    pub(super) name: String,
}

impl UnitRef {
    /// A unit that may have left the tree has its id for a name.
    pub(super) fn new(id: &OrgUnitId, organisation: &Organisation) -> Self {
        let name = organisation.units.get(id).map(|unit| unit.name.clone());
        Self {
            id: id.to_string(),
            name: name.unwrap_or_else(|| id.to_string()),
        }
    }
}

/// A unit in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, utoipa::ToSchema)]
pub(super) struct Unit {
    /// Its id.
    id: String,
    /// Its name today.
    name: String,
    /// Tier code, such as `CDCS`.
    tier: String,
    /// Nothing lies below it.
    leaf: bool,
}

impl Unit {
    pub(super) fn new(id: &OrgUnitId, organisation: &Organisation) -> Self {
        let UnitRef { id: text, name } = UnitRef::new(id, organisation);
        Self {
            id: text,
            name,
            tier: organisation
                .units
                .get(id)
                .map(|unit| unit.tier.clone())
                .unwrap_or_default(),
            leaf: organisation.children.get(id).is_none_or(Vec::is_empty),
        }
    }
}

/// The units from the person's own down to this one.
pub(super) fn path(staff: &Staff, unit: &OrgUnitId) -> Vec<UnitRef> {
    let organisation = &staff.organisation;
    let mut path = vec![unit];
    path.extend(organisation.above(unit).take_while(|above| staff.may_see(above)));
    path.reverse();
    path.into_iter().map(|unit| UnitRef::new(unit, organisation)).collect()
}

/// `?period=2026-Q3`
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct PeriodQuery {
    /// Key of the reporting period, such as `2026-Q3`.
    #[param(required = true)]
    period: Option<String>,
}

impl PeriodQuery {
    pub(super) fn period(&self, organisation: &Organisation) -> Result<ReportingPeriod, ApiError> {
        opened_period(self.period.as_deref(), organisation)
    }
}

/// The period of an address.
pub(super) fn required_period(text: Option<&str>) -> Result<ReportingPeriod, ApiError> {
    let text = text.ok_or_else(|| ApiError::invalid("period", "it is missing"))?;
    text.parse().map_err(|error| ApiError::invalid("period", error))
}

/// The period of an address that asks for figures. They are added up from rows that are written for opened periods alone.
pub(super) fn opened_period(text: Option<&str>, organisation: &Organisation) -> Result<ReportingPeriod, ApiError> {
    let period = required_period(text)?;
    match organisation.has_opened(period) {
        true => Ok(period),
        false => Err(ApiError::PeriodNotOpened(period)),
    }
}
