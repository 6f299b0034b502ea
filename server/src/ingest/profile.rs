//! The profile: what one person's device is told about people, units and periods, named by its hash.

use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use client_core::access::Role;
use client_core::ids::{DeviceId, OrgUnitId, PersonId};
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
fn build(organisation: &Organisation, by_unit: &DevicesByUnit, person_id: &PersonId) -> Option<NamedProfile> {
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
        devices: devices(organisation, by_unit, &person.unit),
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

/// Devices by the unit of their person; the server's own under none.
type DevicesByUnit = HashMap<Option<OrgUnitId>, Vec<DeviceId>>;

fn devices_by_unit(organisation: &Organisation) -> DevicesByUnit {
    let mut by_unit = DevicesByUnit::new();
    for (id, device) in &organisation.devices {
        let person = device.person.as_ref().map(|person| organisation.people.get(person));
        let unit = match person {
            None => None,
            Some(Some(person)) => Some(person.unit.clone()),
            Some(None) => continue,
        };
        by_unit.entry(unit).or_default().push(*id);
    }
    by_unit
}

/// Devices whose changes may stand in a document that somebody of this unit reads: those of the unit and below it, and of
/// reviewers above it. In the order of their numbers.
fn devices(organisation: &Organisation, by_unit: &DevicesByUnit, unit: &OrgUnitId) -> Vec<ProfileDevice> {
    let of = |unit: Option<&OrgUnitId>| by_unit.get(&unit.cloned()).into_iter().flatten().copied();
    let own_and_below = std::iter::once(unit).chain(organisation.below(unit));
    let (own_and_below, above) = (
        own_and_below.flat_map(|unit| of(Some(unit))),
        organisation.above(unit).flat_map(|unit| of(Some(unit))),
    );
    let reviewers = above.filter(|id| {
        let person = organisation.devices.get(id).and_then(|device| device.person.as_ref());
        let person = person.and_then(|person| organisation.people.get(person));
        person.is_some_and(|person| person.role == Role::Reviewer)
    });
    let ids: BTreeSet<DeviceId> = of(None).chain(own_and_below).chain(reviewers).collect();
    let device = |id: DeviceId| {
        let device = organisation.devices.get(&id)?;
        let person_name = match &device.person {
            None => SERVER_NAME.to_owned(),
            Some(person) => organisation.people.get(person)?.name.clone(),
        };
        Some(ProfileDevice {
            id: id.0,
            name: device.name.clone(),
            person_name,
        })
    };
    ids.into_iter().filter_map(device).collect()
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
    devices: Arc<DevicesByUnit>,
    profiles: HashMap<PersonId, Arc<NamedProfile>>,
}

impl ProfileCache {
    /// The profile of a person, if the person and the unit are there.
    pub(super) fn of(&self, organisation: &Organisation, person: &PersonId) -> Option<Arc<NamedProfile>> {
        let devices = {
            let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
            if made.version != organisation.version || made.day != organisation.day {
                made.version = organisation.version;
                made.day = organisation.day;
                made.devices = Arc::new(devices_by_unit(organisation));
                made.profiles.clear();
            }
            if let Some(profile) = made.profiles.get(person) {
                return Some(Arc::clone(profile));
            }
            Arc::clone(&made.devices)
        };
        let profile = Arc::new(build(organisation, &devices, person)?);
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if made.version == organisation.version && made.day == organisation.day {
            made.profiles.insert(person.clone(), Arc::clone(&profile));
        }
        Some(profile)
    }
}
