//! The file as it is written.

use std::collections::BTreeMap;

use client_core::access::Role;
use client_core::ids::{EntryId, OrgUnitId, PersonId};
use client_core::model::period::ReportingPeriod;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;

/// A whole file. Every part may be missing; a key that is not known here is a mistake.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct File {
    pub(super) units: Vec<Unit>,
    pub(super) people: Vec<Person>,
    pub(super) periods: Vec<Period>,
    pub(super) entries: Vec<Entry>,
    pub(super) declarations: Vec<Declaration>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Unit {
    pub(super) id: OrgUnitId,
    pub(super) name: String,
    pub(super) tier: String,
    #[serde(default)]
    pub(super) sector: String,
    pub(super) parent: Option<OrgUnitId>,
    pub(super) from: Date,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) id: PersonId,
    pub(super) name: String,
    pub(super) role: Role,
    pub(super) unit: OrgUnitId,
    pub(super) login: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Period {
    pub(super) period: ReportingPeriod,
    pub(super) due: Date,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Entry {
    pub(super) unit: OrgUnitId,
    pub(super) id: Option<EntryId>,
    #[serde(rename = "type")]
    pub(super) type_code: String,
    #[serde(default)]
    pub(super) fields: BTreeMap<String, Value>,
    pub(super) state: Option<String>,
    #[serde(default)]
    pub(super) events: BTreeMap<String, Date>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Declaration {
    pub(super) unit: OrgUnitId,
    pub(super) period: ReportingPeriod,
    pub(super) indicator: String,
    pub(super) value: f64,
    #[serde(default)]
    pub(super) reason: String,
}
