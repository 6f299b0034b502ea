//! The profile: what the administrator keeps in tables and a device needs offline. Versioned by its hash, not a CRDT.

use minicbor::{Decode, Encode};
use sha2::Digest;

use crate::access::Role;

/// What one person's device is told about people, units and periods.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Profile {
    /// Immutable id of the person.
    #[n(0)]
    pub person: String,
    /// The person's name.
    #[n(1)]
    pub person_name: String,
    /// What the person is.
    #[n(2)]
    #[cbor(with = "role_code")]
    pub role: Role,
    /// The person's unit.
    #[n(3)]
    pub unit: ProfileUnit,
    /// Name of the unit above, empty at the top.
    #[n(4)]
    pub parent_name: String,
    /// Devices whose changes may appear in the documents, to say who wrote what.
    #[n(5)]
    pub devices: Vec<ProfileDevice>,
    /// Reporting periods, oldest first.
    #[n(6)]
    pub periods: Vec<ProfilePeriod>,
    /// The data are invented.
    #[n(7)]
    pub demo: bool,
    /// Units that a field of the catalogue may name: those below, for upper levels.
    #[n(8)]
    pub units: Vec<ProfileUnit>,
}

/// A unit as a device knows it.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ProfileUnit {
    /// Immutable id.
    #[n(0)]
    pub id: String,
    /// Name today.
    #[n(1)]
    pub name: String,
    /// Tier code, such as `CDCS`.
    #[n(2)]
    pub tier: String,
    /// Sector code, such as `HCSN`; empty when unknown.
    #[n(3)]
    pub sector: String,
}

/// A device and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ProfileDevice {
    /// Device id.
    #[n(0)]
    #[cbor(with = "minicbor::bytes")]
    pub id: [u8; 8],
    /// What its person calls it; may be empty.
    #[n(1)]
    pub name: String,
    /// The person's name.
    #[n(2)]
    pub person_name: String,
}

/// A reporting period and its cut-off.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct ProfilePeriod {
    /// Such as `2026-Q3`.
    #[n(0)]
    pub period: String,
    /// Last day to submit, `2026-10-10`.
    #[n(1)]
    pub due: String,
}

/// The name of a profile: the first 8 bytes of the SHA-256 of its bytes, big-endian.
pub fn name(bytes: &[u8]) -> u64 {
    let digest = sha2::Sha256::digest(bytes);
    digest.iter().take(8).fold(0, |name, byte| name << 8 | u64::from(*byte))
}

/// A role travels as the word the tables hold.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "the derive passes a reference")]
mod role_code {
    use minicbor::decode::{Decoder, Error as DecodeError};
    use minicbor::encode::{Encoder, Error as EncodeError, Write};

    use crate::access::Role;

    pub(super) fn encode<C, W: Write>(
        role: &Role,
        encoder: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), EncodeError<W::Error>> {
        encoder.str(role.as_str())?.ok()
    }

    pub(super) fn decode<C>(decoder: &mut Decoder<'_>, _: &mut C) -> Result<Role, DecodeError> {
        Role::parse(decoder.str()?).ok_or_else(|| DecodeError::message("the role is not known"))
    }
}
