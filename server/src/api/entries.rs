//! Entries of a unit, and one of them with all that was written.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use client_core::catalogue;
use client_core::ids::EntryId;
use client_core::model::places;
use client_core::text::Bilingual;
use serde::{Deserialize, Serialize};

use super::address::{self, Path, Query};
use super::error::ApiError;
use super::identity::Staff;
use super::units::required_period;
use crate::app_state::AppState;
use crate::desk::entries::{figures, read};
use crate::store::entry_queries::EntryQuery;
use crate::store::read_model;

/// Most entries in one list. A unit makes some hundreds a year.
const MOST_ENTRIES: u32 = 2_000;

/// Which entries.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct EntriesQuery {
    /// Only those whose day lies in this period.
    period: Option<String>,
    /// Only those of this activity type.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    type_code: Option<String>,
}

/// A text in both languages.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Text {
    /// Vietnamese.
    vi: String,
    /// English.
    en: String,
}

impl From<Bilingual> for Text {
    fn from(Bilingual { vi, en }: Bilingual) -> Self {
        Self { vi, en }
    }
}

/// An entry in a list.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct EntryRow {
    /// Its id.
    entry: String,
    /// Where it stands.
    document: String,
    /// Code of its type.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    kind: String,
    /// Its day.
    date: String,
    /// Its title; empty when it has none.
    title: String,
    /// The numbers that count most.
    figures: Vec<Text>,
    /// Its state, of an item that has states.
    state: Option<String>,
    /// On how many fields people wrote different values.
    conflicts: usize,
    /// It was deleted.
    deleted: bool,
    /// When it was last changed, in milliseconds on that device's clock.
    changed_at: i64,
}

/// Entries of a unit, the newest day first; deleted ones too, marked.
#[utoipa::path(
    get, path = "/units/{unit}/entries", tag = "desk",
    params(("unit" = String, Path, description = "Id of the unit"), EntriesQuery),
    responses((status = 200, description = "Entries", body = Vec<EntryRow>))
)]
pub(super) async fn entries(
    State(state): State<AppState>,
    staff: Staff,
    Path(unit): Path<String>,
    Query(query): Query<EntriesQuery>,
) -> Result<Json<Vec<EntryRow>>, ApiError> {
    let (unit, _) = staff.unit(&unit)?;
    let period = match &query.period {
        Some(period) => Some(required_period(Some(period))?),
        None => None,
    };
    if query
        .type_code
        .as_deref()
        .is_some_and(|code| catalogue::activity_type(code).is_none())
    {
        return Err(ApiError::invalid("type", "there is no such activity type"));
    }
    let query = EntryQuery {
        unit,
        days: period.map(|period| (period.first_day(), period.last_day())),
        type_code: query.type_code,
        limit: MOST_ENTRIES,
    };
    let rows = state.blocking(move |state| Ok(state.store().entries(&query)?)).await?;
    Ok(Json(rows.into_iter().map(EntryRow::from).collect()))
}

impl From<read_model::EntryRow> for EntryRow {
    fn from(row: read_model::EntryRow) -> Self {
        Self {
            figures: figures(&row).into_iter().map(Text::from).collect(),
            entry: row.entry.to_string(),
            document: row.document.to_string(),
            kind: row.type_code,
            date: row.day.to_string(),
            title: row.title,
            state: row.state,
            conflicts: row.conflicts,
            deleted: row.deleted_at.is_some(),
            changed_at: row.changed_at.0,
        }
    }
}

/// The value of a field.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct EntryField {
    /// As people read it, in Vietnamese.
    display_vi: String,
    /// In English.
    display_en: String,
    /// As it is stored.
    raw: serde_json::Value,
}

/// One of the values that people wrote apart from each other.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ConflictValue {
    /// As people read it, in Vietnamese.
    display_vi: String,
    /// In English.
    display_en: String,
    /// Who wrote it; empty when it is not known.
    person_name: String,
    /// On which device.
    device_name: String,
    /// When, in milliseconds on that device's clock; none when nobody wrote it.
    at: Option<i64>,
}

/// A field on which people wrote different values.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct EntryConflict {
    /// The field.
    field: String,
    /// All values, the one that counts first.
    values: Vec<ConflictValue>,
}

/// One entry.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct EntryDetail {
    /// Its id.
    entry: String,
    /// Where it stands.
    document: String,
    /// Code of its type.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    kind: String,
    /// Its day.
    date: String,
    /// Its title; empty when it has none.
    title: String,
    /// Values by field name.
    fields: BTreeMap<String, EntryField>,
    /// Fields on which people wrote different values.
    conflicts: Vec<EntryConflict>,
    /// Who made it; empty when it is not known.
    created_by: String,
    /// When, in milliseconds on that device's clock.
    created_at: i64,
    /// Who changed it last.
    changed_by: String,
    /// When, in milliseconds on that device's clock.
    changed_at: i64,
    /// When it was deleted, if it is.
    deleted_at: Option<i64>,
    /// Its state, of an item that has states.
    state: Option<String>,
}

/// One entry with its values, and all of them where people wrote different ones.
#[utoipa::path(
    get, path = "/units/{unit}/entries/{entry}", tag = "desk",
    params(
        ("unit" = String, Path, description = "Id of the unit"),
        ("entry" = String, Path, description = "Id of the entry"),
    ),
    responses((status = 200, description = "The entry", body = EntryDetail))
)]
pub(super) async fn entry(
    State(state): State<AppState>,
    staff: Staff,
    Path((unit, entry)): Path<(String, String)>,
) -> Result<Json<EntryDetail>, ApiError> {
    let (unit, _) = staff.unit(&unit)?;
    let entry: EntryId = address::id(&entry, "entry")?;
    let detail = state
        .blocking(move |state| {
            let row = state.store().entry(&unit, entry)?.ok_or(ApiError::NotFound("entry"))?;
            build(state, &staff, row)
        })
        .await?;
    Ok(Json(detail))
}

fn build(state: &AppState, staff: &Staff, row: read_model::EntryRow) -> Result<EntryDetail, ApiError> {
    let organisation = &*staff.organisation;
    let readable = read(state.store(), organisation, &row)?;
    let mut raw: BTreeMap<String, serde_json::Value> = serde_json::from_str(&row.fields).map_err(ApiError::failed)?;
    let fields = readable.fields.into_iter().map(|(name, text)| {
        let field = EntryField {
            display_vi: text.vi,
            display_en: text.en,
            raw: raw.remove(&name).unwrap_or_default(),
        };
        (name, field)
    });
    let conflicts = readable.conflicts.into_iter().map(|(field, values)| {
        let values = values.into_iter().map(|(text, written)| {
            let (person_name, device_name) = organisation.author(written.actor.map(|actor| actor.device).as_ref());
            ConflictValue {
                display_vi: text.vi,
                display_en: text.en,
                person_name,
                device_name,
                at: (!places::is_nobodys(&written)).then_some(written.at.0),
            }
        });
        EntryConflict {
            field,
            values: values.collect(),
        }
    });
    Ok(EntryDetail {
        entry: row.entry.to_string(),
        document: row.document.to_string(),
        kind: row.type_code,
        date: row.day.to_string(),
        title: row.title,
        fields: fields.collect(),
        conflicts: conflicts.collect(),
        created_by: organisation.author(row.created_by.as_ref()).0,
        created_at: row.created_at.0,
        changed_by: organisation.author(row.changed_by.as_ref()).0,
        changed_at: row.changed_at.0,
        deleted_at: row.deleted_at.map(|at| at.0),
        state: row.state,
    })
}
