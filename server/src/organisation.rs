//! The organisation as it stands on one day: units in a tree, people, devices, periods. Says who stands where.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use client_core::access::{Role, Standing, access};
use client_core::ids::{DeviceId, DocumentId, DocumentKind, OrgUnitId, PersonId};
use client_core::model::period::ReportingPeriod;
use client_core::time::Timestamp;
use jiff::civil::Date;
use sha2::{Digest, Sha256};

use crate::secret::SecretHash;
use crate::store::directory::DirectoryEdit;
use crate::store::{Directory, Result};

/// A unit on that day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Its name.
    pub name: String,
    /// Tier code, such as `CDCS`.
    pub tier: String,
    /// Sector code; empty when unknown.
    pub sector: String,
    /// The unit above; none for the root.
    pub parent: Option<OrgUnitId>,
}

/// A person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The person's name.
    pub name: String,
    /// What the person is.
    pub role: Role,
    /// The person's unit.
    pub unit: OrgUnitId,
    /// Name to sign in with at the desk.
    pub login: Option<String>,
}

/// A device that makes or made changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Whose it is; none for the server's own.
    pub person: Option<PersonId>,
    /// What its person calls it.
    pub name: String,
    /// Its Ed25519 public key; none when it never pushes.
    pub public_key: Option<[u8; 32]>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// Units, people, devices and periods on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// The version of the tables this was read from.
    pub version: u64,
    /// The day.
    pub day: Date,
    /// Units that are in the tree on that day.
    pub units: BTreeMap<OrgUnitId, Unit>,
    /// Everybody.
    pub people: BTreeMap<PersonId, Person>,
    /// Every device there ever was.
    pub devices: BTreeMap<DeviceId, Device>,
    /// The devices that may come with a token.
    pub tokens: HashMap<SecretHash, DeviceId>,
    /// Periods to report on, with the last day to submit. In the order of their first day, then of their length.
    pub periods: Vec<(ReportingPeriod, Date)>,
    /// The data are invented.
    pub demo: bool,
    /// The units directly below each unit.
    pub children: BTreeMap<OrgUnitId, Vec<OrgUnitId>>,
}

/// No tree is deeper; a parent that leads back to its child ends here and not never.
const MAX_DEPTH: usize = 32;

impl Organisation {
    /// Whether units report on a period.
    pub fn has_opened(&self, period: ReportingPeriod) -> bool {
        self.periods.iter().any(|(opened, _due)| *opened == period)
    }

    /// The organisation as it will be after these edits, on the same day.
    #[must_use]
    pub fn with(&self, edits: &[DirectoryEdit]) -> Self {
        let mut after = self.clone();
        for edit in edits {
            match edit {
                DirectoryEdit::Unit(unit) => {
                    if unit.from > self.day {
                        continue;
                    }
                    if let Some(parent) = &unit.parent {
                        after.children.entry(parent.clone()).or_default().push(unit.id.clone());
                    }
                    let unit_after = Unit {
                        name: unit.name.clone(),
                        tier: unit.tier.clone(),
                        sector: unit.sector.clone(),
                        parent: unit.parent.clone(),
                    };
                    after.units.insert(unit.id.clone(), unit_after);
                }
                DirectoryEdit::Person(person) => {
                    let person_after = Person {
                        name: person.name.clone(),
                        role: person.role,
                        unit: person.unit.clone(),
                        login: person.login.clone(),
                    };
                    after.people.insert(person.id.clone(), person_after);
                }
                DirectoryEdit::Device(device) => {
                    let device_after = Device {
                        person: device.person.clone(),
                        name: device.name.clone(),
                        public_key: device.public_key,
                        revoked_at: None,
                    };
                    after.devices.insert(device.id, device_after);
                }
                DirectoryEdit::Period(period, due) => {
                    after.periods.retain(|(known, _)| known != period);
                    after.periods.push((*period, *due));
                }
            }
        }
        after
            .periods
            .sort_by_key(|(period, _)| (period.first_day(), period.last_day()));
        after
    }

    /// The units above a unit, the nearest first.
    pub fn above<'a>(&'a self, unit: &OrgUnitId) -> impl Iterator<Item = &'a OrgUnitId> {
        let parent_of = |unit: &OrgUnitId| self.units.get(unit).and_then(|unit| unit.parent.as_ref());
        std::iter::successors(parent_of(unit), move |unit| parent_of(unit)).take(MAX_DEPTH)
    }

    /// All units below a unit, each before those below it.
    pub fn below<'a>(&'a self, unit: &OrgUnitId) -> Vec<&'a OrgUnitId> {
        let mut below: Vec<&OrgUnitId> = self.children.get(unit).into_iter().flatten().collect();
        let mut next = 0;
        while let Some(unit) = below.get(next).copied() {
            if below.len() > self.units.len() {
                break; // A circle, which the tables should never hold.
            }
            below.extend(self.children.get(unit).into_iter().flatten());
            next += 1;
        }
        below
    }

    /// The unit at the top.
    pub fn root(&self) -> Option<&OrgUnitId> {
        self.units
            .iter()
            .find(|(_, unit)| unit.parent.is_none())
            .map(|(id, _)| id)
    }

    /// The names of a device's person and of the device; empty where they are not known.
    pub fn author(&self, device: Option<&DeviceId>) -> (String, String) {
        let Some(device) = device.and_then(|device| self.devices.get(device)) else {
            return (String::new(), String::new());
        };
        let person = device.person.as_ref().and_then(|person| self.people.get(person));
        (
            person.map(|person| person.name.clone()).unwrap_or_default(),
            device.name.clone(),
        )
    }

    /// Where a document's unit stands as seen from a person's unit. A unit that is not there stands apart.
    pub fn standing(&self, person_unit: &OrgUnitId, document_unit: &OrgUnitId) -> Standing {
        if !self.units.contains_key(document_unit) || !self.units.contains_key(person_unit) {
            Standing::Apart
        } else if person_unit == document_unit {
            Standing::Own
        } else if self.above(document_unit).any(|unit| unit == person_unit) {
            Standing::Below
        } else if self.above(person_unit).any(|unit| unit == document_unit) {
            Standing::Above
        } else {
            Standing::Apart
        }
    }

    /// Whether somebody of this role and unit may read a document.
    pub fn may_read(&self, role: Role, person_unit: &OrgUnitId, document: &DocumentId) -> bool {
        access(document.kind(), role, self.standing(person_unit, document.unit())).read
    }

    /// Whether somebody of this role and unit may write a document.
    pub fn may_write(&self, role: Role, person_unit: &OrgUnitId, document: &DocumentId) -> bool {
        access(document.kind(), role, self.standing(person_unit, document.unit())).write
    }

    /// Everything somebody of this role and unit may read.
    pub fn scope(&self, role: Role, person_unit: &OrgUnitId) -> Scope {
        if !self.units.contains_key(person_unit) {
            return Scope::new(Vec::new());
        }
        let own = std::iter::once((person_unit, Standing::Own));
        let below = self.below(person_unit).into_iter().map(|unit| (unit, Standing::Below));
        let above = self.above(person_unit).map(|unit| (unit, Standing::Above));
        let mut places = Vec::new();
        for (unit, standing) in own.chain(below).chain(above) {
            for kind in DocumentKind::ALL {
                if access(kind, role, standing).read {
                    places.push(place(kind, unit));
                }
            }
        }
        Scope::new(places)
    }
}

/// What access to a document is decided on: its kind and unit.
pub fn place(kind: DocumentKind, unit: &OrgUnitId) -> String {
    format!("{}/{unit}", kind.as_str())
}

/// What one person may read, as a name and as a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The same for the same list, on every server and for ever.
    pub name: u64,
    /// `kind/unit` of every document that may be read, in order.
    pub places: Vec<String>,
}

impl Scope {
    fn new(mut places: Vec<String>) -> Self {
        places.sort();
        let mut hasher = Sha256::new();
        for place in &places {
            hasher.update(place.as_bytes());
            hasher.update(b"\n");
        }
        Self {
            name: first_eight(&hasher.finalize()),
            places,
        }
    }
}

/// The first 8 bytes as a number.
pub(crate) fn first_eight(hash: &[u8]) -> u64 {
    hash.iter()
        .take(8)
        .fold(0, |number, byte| number << 8 | u64::from(*byte))
}

/// The organisation of today, read anew only when its tables or the day have changed.
#[derive(Debug, Default)]
pub struct OrganisationCache {
    current: Mutex<Option<Arc<Organisation>>>,
}

impl OrganisationCache {
    /// The organisation on a day.
    pub fn at(&self, store: &(impl Directory + ?Sized), day: Date) -> Result<Arc<Organisation>> {
        let version = store.organisation_version()?;
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(organisation) = current
            .as_ref()
            .filter(|held| held.version == version && held.day == day)
        {
            return Ok(Arc::clone(organisation));
        }
        let organisation = Arc::new(store.organisation(day)?);
        *current = Some(Arc::clone(&organisation));
        Ok(organisation)
    }

    /// Whether a device that is not revoked had this token when the organisation was looked at last. Does not block: while
    /// somebody looks, nothing is known.
    pub fn has_known(&self, token: SecretHash) -> bool {
        let Ok(current) = self.current.try_lock() else {
            return false;
        };
        current.as_ref().is_some_and(|organisation| {
            let device = organisation.tokens.get(&token);
            let known = device.and_then(|device| organisation.devices.get(device));
            known.is_some_and(|known| known.revoked_at.is_none())
        })
    }
}
