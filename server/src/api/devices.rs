//! Devices: which there are, codes to enrol new ones, and revoking those that are lost.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use client_core::ids::{DeviceId, PersonId};
use client_core::time::Timestamp;
use serde::Serialize;

use super::address::{self, Path};
use super::error::ApiError;
use super::identity::Staff;
use super::units::UnitRef;
use crate::accounts::{CODE_DAYS, new_enrolment_code};
use crate::app_state::AppState;
use crate::organisation::Organisation;

/// A device as answers name it beside what it brought.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct DeviceNames {
    /// Id of the device.
    device: String,
    /// What its person calls the device; empty when it is not known.
    device_name: String,
    /// Name of the device's person.
    person_name: Option<String>,
}

impl DeviceNames {
    pub(super) fn of(device: DeviceId, organisation: &Organisation) -> Self {
        let known = organisation.devices.get(&device);
        let person = known.and_then(|known| organisation.people.get(known.person.as_ref()?));
        Self {
            device: device.to_string(),
            device_name: known.map(|known| known.name.clone()).unwrap_or_default(),
            person_name: person.map(|person| person.name.clone()),
        }
    }
}

/// A device that enrolled.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[expect(clippy::struct_field_names, reason = "these are the names in the answer")]
pub(super) struct Device {
    /// Its id.
    device: String,
    /// What its person calls it.
    device_name: String,
    /// Id of the person.
    person: String,
    /// The person's name.
    person_name: String,
    /// The person's unit.
    unit: UnitRef,
    /// When it enrolled, in milliseconds.
    enrolled_at: i64,
    /// When it was last in contact, in milliseconds.
    last_contact: Option<i64>,
    /// How many of its changes were refused when it last pushed some.
    refused: u32,
    /// How many of its changes were taken in and could not be applied.
    set_aside: u32,
    /// It was revoked.
    revoked: bool,
}

/// Devices of people whose unit is this person's or lies below, the newest first.
#[utoipa::path(get, path = "/devices", tag = "desk", responses((status = 200, description = "Devices", body = Vec<Device>)))]
pub(super) async fn devices(State(state): State<AppState>, staff: Staff) -> Result<Json<Vec<Device>>, ApiError> {
    let devices = state
        .blocking(move |state| {
            let mut set_aside: BTreeMap<DeviceId, u32> = BTreeMap::new();
            for change in state.store().set_aside()? {
                *set_aside.entry(change.device).or_default() += 1;
            }
            let organisation = &staff.organisation;
            let mut devices = Vec::new();
            for device in state.store().enrolled_devices()? {
                let Some(person) = organisation.people.get(&device.person) else {
                    continue;
                };
                if !staff.may_see(&person.unit) {
                    continue;
                }
                devices.push(Device {
                    device: device.device.to_string(),
                    device_name: device.name,
                    person: device.person.to_string(),
                    person_name: person.name.clone(),
                    unit: UnitRef::new(&person.unit, organisation),
                    enrolled_at: device.enrolled_at.0,
                    last_contact: device.last_contact.map(|at| at.0),
                    refused: device.refused,
                    set_aside: set_aside.get(&device.device).copied().unwrap_or_default(),
                    revoked: device.revoked_at.is_some(),
                });
            }
            Ok(devices)
        })
        .await?;
    Ok(Json(devices))
}

/// Revoke a device that was lost. It is refused from its next contact on; what it sent stays.
#[utoipa::path(
    post, path = "/devices/{device}/revoke", tag = "administration",
    params(("device" = String, Path, description = "Id of the device")),
    responses((status = 204, description = "The device is revoked"))
)]
pub(super) async fn revoke(
    State(state): State<AppState>,
    staff: Staff,
    Path(device): Path<String>,
) -> Result<StatusCode, ApiError> {
    staff.administrator()?;
    let device: DeviceId = address::id(&device, "device")?;
    let person = staff
        .organisation
        .devices
        .get(&device)
        .and_then(|known| known.person.as_ref());
    let person = person.and_then(|id| staff.organisation.people.get(id));
    if !person.is_some_and(|person| staff.may_see(&person.unit)) {
        return Err(ApiError::NotFound("device"));
    }
    state
        .blocking(move |state| Ok(state.store().revoke_device(device, state.now())?))
        .await?;
    tracing::info!(device.id = %device, "Revoked device {device}");
    Ok(StatusCode::NO_CONTENT)
}

/// A new one-time code.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct NewCode {
    /// The code, in two groups. It is shown this once.
    code: String,
    /// From when on it is refused, in milliseconds.
    expires_at: i64,
}

/// Make a one-time code with which one device of this person can enrol.
#[utoipa::path(
    post, path = "/people/{person}/enrolment-codes", tag = "administration",
    params(("person" = String, Path, description = "Id of the person")),
    responses((status = 201, description = "The code", body = NewCode))
)]
pub(super) async fn new_code(
    State(state): State<AppState>,
    staff: Staff,
    Path(person): Path<String>,
) -> Result<(StatusCode, Json<NewCode>), ApiError> {
    staff.administrator()?;
    let person: PersonId = address::id(&person, "person")?;
    let known = staff.organisation.people.get(&person);
    if !known.is_some_and(|known| staff.may_see(&known.unit)) {
        return Err(ApiError::NotFound("person"));
    }
    let code = state
        .blocking(move |state| Ok(new_enrolment_code(state.store(), &person, CODE_DAYS, state.now())?))
        .await?;
    let Timestamp(expires_at) = code.expires_at;
    let answer = NewCode {
        code: code.code,
        expires_at,
    };
    Ok((StatusCode::CREATED, Json(answer)))
}
