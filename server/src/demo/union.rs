//! The invented union: the tree of 2021 with grassroots units that stand for all kinds there are.

use client_core::access::Role;
use client_core::ids::{DeviceId, OrgUnitId, PersonId};
use client_core::time::Timestamp;

use super::names;
use super::tree::{BRANCHES, FOUNDED, ROOT, ROOT_NAME, SHOWN_UNIT};
use crate::store::directory::{DirectoryEdit, NewDevice, NewPerson, NewUnit};

/// A unit that keeps a log.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) unit: OrgUnitId,
    pub(super) name: &'static str,
    /// Sector code; empty for the units above the grassroots.
    pub(super) sector: &'static str,
    pub(super) workers: i64,
    /// The devices on which its people write.
    pub(super) devices: Vec<DeviceId>,
    /// The grassroots units below, for a unit above them.
    pub(super) below: Vec<&'static str>,
}

/// The union as edits of the tables, and those in it who write.
pub(super) fn union(now: Timestamp) -> (Vec<DirectoryEdit>, Vec<Member>) {
    let mut making = Making {
        rng: fastrand::Rng::with_seed(233),
        now,
        edits: Vec::new(),
        members: Vec::new(),
    };
    making.member(ROOT, ROOT_NAME, "", 0, &[("reviewer", Role::Reviewer, Some("tinh"))]);
    for (id, name, grassroots) in BRANCHES {
        if !id.is_empty() {
            making.unit(id, name, "CTTT", "", ROOT);
            let login = id.to_ascii_lowercase();
            making.member(id, name, "", 0, &[("reviewer", Role::Reviewer, Some(&login))]);
            if let Some(member) = making.members.last_mut() {
                member.below = grassroots.iter().map(|(id, ..)| *id).collect();
            }
        }
        for (unit, name, sector, workers) in grassroots {
            let (tier, parent) = if id.is_empty() { ("CDCS_TT", ROOT) } else { ("CDCS", id) };
            making.unit(unit, name, tier, sector, parent);
            // Where the codes are printed there are two officers, so that two phones can meet.
            let officers: &[_] = if *unit == SHOWN_UNIT {
                &[("officer", Role::Officer, None), ("officer-2", Role::Officer, None)]
            } else {
                &[("officer", Role::Officer, None)]
            };
            making.member(unit, name, sector, *workers, officers);
        }
    }
    (making.edits, making.members)
}

struct Making {
    rng: fastrand::Rng,
    now: Timestamp,
    edits: Vec<DirectoryEdit>,
    members: Vec<Member>,
}

impl Making {
    fn unit(&mut self, id: &str, name: &str, tier: &str, sector: &str, parent: &str) {
        self.edits.push(DirectoryEdit::Unit(NewUnit {
            id: unit_id(id),
            name: name.to_owned(),
            tier: tier.to_owned(),
            sector: sector.to_owned(),
            parent: Some(unit_id(parent)),
            from: FOUNDED,
        }));
    }

    fn member(
        &mut self,
        unit: &str,
        name: &'static str,
        sector: &'static str,
        workers: i64,
        people: &[(&str, Role, Option<&str>)],
    ) {
        let mut devices = Vec::new();
        for (what, role, login) in people {
            let person = person_id(unit, what);
            self.edits.push(DirectoryEdit::Person(NewPerson {
                id: person.clone(),
                name: names::person(&mut self.rng),
                role: *role,
                unit: unit_id(unit),
                login: login.map(str::to_owned),
            }));
            let mut id = *b"demo\0\0\0\0";
            id[4..].copy_from_slice(&(self.edits.len() as u32).to_be_bytes());
            self.edits.push(DirectoryEdit::Device(NewDevice {
                id: DeviceId(id),
                person: Some(person),
                name: "Máy minh họa".to_owned(),
                public_key: None,
                at: self.now,
            }));
            devices.push(DeviceId(id));
        }
        self.members.push(Member {
            unit: unit_id(unit),
            name,
            sector,
            workers,
            devices,
            below: Vec::new(),
        });
    }
}

/// An invented unit's id.
pub(super) fn unit_id(id: &str) -> OrgUnitId {
    id.parse().expect("the invented ids are plain")
}

/// An invented person's id.
pub(super) fn person_id(unit: &str, what: &str) -> PersonId {
    format!("{}.{what}", unit.to_ascii_lowercase())
        .parse()
        .expect("the invented ids are plain")
}
