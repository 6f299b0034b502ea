//! The profile: what one person's device is told about people, units and periods, named by its hash.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use client_core::access::{Role, Standing};
use client_core::ids::{OrgUnitId, PersonId};
use client_core::protocol::profile::{Profile, ProfileDevice, ProfilePeriod, ProfileUnit};
use sha2::{Digest, Sha256};

use crate::organisation::{Organisation, Unit, first_eight};

/// What people see as the author of what was imported.
const SERVER_NAME: &str = "Máy chủ";

/// A profile as it is sent.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct NamedProfile {
    /// First 8 bytes of the SHA-256 of its bytes.
    pub(super) name: u64,
    /// CBOR.
    pub(super) bytes: Vec<u8>,
}

/// The profile of a person, if the person and the unit are there.
fn build(organisation: &Organisation, person_id: &PersonId) -> Option<NamedProfile> {
    let person = organisation.people.get(person_id)?;
    let unit = organisation.units.get(&person.unit)?;
    let parent = unit.parent.as_ref().and_then(|parent| organisation.units.get(parent));
    let below = organisation.below(&person.unit);
    let profile = Profile {
        person: person_id.to_string(),
        person_name: person.name.clone(),
        role: person.role,
        unit: profile_unit(&person.unit, unit),
        parent_name: parent.map(|parent| parent.name.clone()).unwrap_or_default(),
        devices: devices(organisation, &person.unit),
        periods: organisation
            .periods
            .iter()
            .map(|(period, due)| ProfilePeriod {
                period: period.to_string(),
                due: due.to_string(),
            })
            .collect(),
        demo: organisation.demo,
        units: below
            .into_iter()
            .filter_map(|id| Some(profile_unit(id, organisation.units.get(id)?)))
            .collect(),
    };
    let bytes = minicbor::to_vec(&profile).expect("writing to memory does not fail");
    Some(NamedProfile {
        name: first_eight(&Sha256::digest(&bytes)),
        bytes,
    })
}

fn profile_unit(id: &OrgUnitId, unit: &Unit) -> ProfileUnit {
    ProfileUnit {
        id: id.to_string(),
        name: unit.name.clone(),
        tier: unit.tier.clone(),
        sector: unit.sector.clone(),
    }
}

/// Devices whose changes may stand in a document that somebody of this unit reads: those of the unit and below it, and of
/// reviewers above it.
fn devices(organisation: &Organisation, unit: &OrgUnitId) -> Vec<ProfileDevice> {
    let device = |(id, device): (&client_core::ids::DeviceId, &crate::organisation::Device)| {
        let person_name = match &device.person {
            None => SERVER_NAME.to_owned(),
            Some(person) => {
                let person = organisation.people.get(person)?;
                let writes_here = match organisation.standing(unit, &person.unit) {
                    Standing::Own | Standing::Below => true,
                    Standing::Above => person.role == Role::Reviewer,
                    Standing::Apart => false,
                };
                writes_here.then(|| person.name.clone())?
            }
        };
        Some(ProfileDevice {
            id: id.0,
            name: device.name.clone(),
            person_name,
        })
    };
    organisation.devices.iter().filter_map(device).collect()
}

/// Profiles of one version of the organisation, made when first asked for.
#[derive(Debug, Default)]
pub(super) struct ProfileCache {
    made: Mutex<Made>,
}

#[derive(Debug, Default)]
struct Made {
    version: u64,
    day: jiff::civil::Date,
    profiles: HashMap<PersonId, Arc<NamedProfile>>,
}

impl ProfileCache {
    /// The profile of a person, if the person and the unit are there.
    pub(super) fn of(&self, organisation: &Organisation, person: &PersonId) -> Option<Arc<NamedProfile>> {
        {
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            if made.version != organisation.version || made.day != organisation.day {
                made.version = organisation.version;
                made.day = organisation.day;
                made.profiles.clear();
            }
            if let Some(profile) = made.profiles.get(person) {
                return Some(Arc::clone(profile));
            }
        }
        let profile = Arc::new(build(organisation, person)?);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.version == organisation.version && made.day == organisation.day {
            made.profiles.insert(person.clone(), Arc::clone(&profile));
        }
        Some(profile)
    }
}
