//! The administrator's tables: units in a dated tree, people, devices, periods, and the server's own identity.

use client_core::access::Role;
use client_core::ids::{DeviceId, OrgUnitId, PersonId};
use client_core::model::period::ReportingPeriod;
use client_core::time::Timestamp;
use jiff::civil::Date;

use super::Result;
use crate::organisation::Organisation;

/// Who this server is. Made once by `init`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Installation {
    /// Its identity, new after a restore.
    pub epoch: [u8; 8],
    /// Ed25519 secret with which it signs.
    pub signing_key: [u8; 32],
    /// The actor under which it writes what is imported.
    pub server_device: DeviceId,
    /// The data are invented, and this is said on every screen.
    pub demo: bool,
}

/// One entry into the administrator's tables.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DirectoryEdit {
    /// A new unit.
    Unit(NewUnit),
    /// A new person.
    Person(NewPerson),
    /// A device: the server itself, an invented one, or one whose key is known without enrolling.
    Device(NewDevice),
    /// A period to report on, or a new due day for one that is there.
    Period(ReportingPeriod, Date),
}

/// A unit to enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUnit {
    /// Its id, never used before.
    pub id: OrgUnitId,
    /// Its name on that day.
    pub name: String,
    /// Tier code, such as `CDCS`.
    pub tier: String,
    /// Sector code, such as `HCSN`; empty when unknown.
    pub sector: String,
    /// The unit above; none for the root.
    pub parent: Option<OrgUnitId>,
    /// The first day.
    pub from: Date,
}

/// A person to enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPerson {
    /// The person's id, never used before.
    pub id: PersonId,
    /// The person's name.
    pub name: String,
    /// What the person is.
    pub role: Role,
    /// The person's unit.
    pub unit: OrgUnitId,
    /// Name to sign in with at the desk, if the person works there.
    pub login: Option<String>,
}

/// A device to enter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDevice {
    /// Its id.
    pub id: DeviceId,
    /// Whose it is; none for the server's own.
    pub person: Option<PersonId>,
    /// What it is called.
    pub name: String,
    /// Its Ed25519 public key; none for one that never pushes.
    pub public_key: Option<[u8; 32]>,
    /// Since when.
    pub at: Timestamp,
}

/// The administrator's tables.
pub trait Directory {
    /// Sets an empty store up. Refused if it has been set up before.
    fn initialise(&self, installation: Installation) -> Result<()>;
    /// Gives the server another identity, after its database was restored.
    fn begin_epoch(&self, epoch: [u8; 8]) -> Result<()>;
    /// Who this server is.
    fn installation(&self) -> Result<Installation>;
    /// Rises with every edit of units, people, devices or periods.
    fn organisation_version(&self) -> Result<u64>;
    /// Units, people, devices and periods as they stand on a day.
    fn organisation(&self, day: Date) -> Result<Organisation>;
    /// Makes all of the edits or none.
    fn edit_directory(&self, edits: Vec<DirectoryEdit>) -> Result<()>;
}
