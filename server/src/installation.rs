//! Sets a new server up: its identity, the root unit, the first administrator.

use client_core::access::Role;
use client_core::ids::{DeviceId, OrgUnitId, PersonId};
use client_core::time::Timestamp;
use jiff::civil::Date;

use crate::store::directory::{DirectoryEdit, Installation, NewDevice, NewPerson, NewUnit};
use crate::store::{Result, Store, StoreError};

/// What people see as the device that imported data come from.
const IMPORT_DEVICE: &str = "Nhập từ tệp";

/// The first administrator and the unit at the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FirstSteps {
    /// Id of the unit at the top.
    pub root: OrgUnitId,
    /// Its name.
    pub root_name: String,
    /// Since when it is there.
    pub from: Date,
    /// Id of the administrator.
    pub administrator: PersonId,
    /// The administrator's name.
    pub administrator_name: String,
    /// The name to sign in with.
    pub login: String,
}

/// Gives a server another identity: what its database held may have been lost, and cursors of before count no more.
pub fn begin_epoch(store: &(impl Store + ?Sized)) -> Result<()> {
    store.begin_epoch(random()?)
}

/// Sets an empty store up. Its secrets are random; nothing is shown of them.
pub fn initialise(store: &(impl Store + ?Sized), steps: FirstSteps, demo: bool, now: Timestamp) -> Result<()> {
    let server_device = DeviceId(random()?);
    store.initialise(Installation {
        epoch: random()?,
        signing_key: random()?,
        server_device,
        demo,
    })?;
    store.edit_directory(vec![
        DirectoryEdit::Unit(NewUnit {
            id: steps.root.clone(),
            name: steps.root_name,
            tier: "TINH".to_owned(),
            sector: "HCSN".to_owned(),
            parent: None,
            from: steps.from,
        }),
        DirectoryEdit::Person(NewPerson {
            id: steps.administrator,
            name: steps.administrator_name,
            role: Role::Administrator,
            unit: steps.root,
            login: Some(steps.login),
        }),
        DirectoryEdit::Device(NewDevice {
            id: server_device,
            person: None,
            name: IMPORT_DEVICE.to_owned(),
            public_key: None,
            at: now,
        }),
    ])
}

fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| StoreError::Engine(Box::new(error)))?;
    Ok(bytes)
}
