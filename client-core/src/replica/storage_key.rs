//! What is persisted, under which key.

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use super::downlink::Downlink;
use super::link::Link;
use super::refusal::ReportPart;
use crate::ids::{ChangeHash, DocumentId, EntryId, OrgUnitId};
use crate::model::log::ReportKey;
use crate::protocol::sync::Epoch;

/// A key of the device's storage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum StorageKey {
    /// [`Identity`].
    Identity,
    /// [`Enrolling`].
    Enrolling,
    /// [`SyncState`].
    State,
    /// The profile, as the server sent it.
    Profile,
    /// [`DocumentRecord`].
    Document(DocumentId),
    /// A document's snapshot.
    Snapshot(DocumentId),
    /// One change that is not in the snapshot.
    Change(DocumentId, ChangeHash),
    /// One change that the server refused: taken out of its document, kept for whoever wants to see.
    Refused(DocumentId, ChangeHash),
    /// A draft, as JSON.
    Draft(EntryId),
    /// What is typed about a number or text of a unit's report, as JSON.
    Declaring(OrgUnitId, ReportKey),
    /// That a number, a text or the submission of a unit's report was refused, as JSON.
    RefusedPart(OrgUnitId, ReportPart),
    /// What a unit is called for which this device was used before, in UTF-8.
    UnitName(OrgUnitId),
}

impl StorageKey {
    /// The key as the shell sees it.
    pub(super) fn to_text(&self) -> String {
        match self {
            Self::Identity => "identity".to_owned(),
            Self::Enrolling => "enrolling".to_owned(),
            Self::State => "state".to_owned(),
            Self::Profile => "profile".to_owned(),
            Self::Document(id) => format!("document|{id}"),
            Self::Snapshot(id) => format!("snapshot|{id}"),
            Self::Change(id, hash) => format!("change|{id}|{hash}"),
            Self::Refused(id, hash) => format!("refused|{id}|{hash}"),
            Self::Draft(id) => format!("draft|{id}"),
            Self::Declaring(unit, (period, indicator)) => format!("declaring-of|{unit}|{period}|{indicator}"),
            Self::RefusedPart(unit, (period, None)) => format!("refused-part-of|{unit}|{period}"),
            Self::RefusedPart(unit, (period, Some(indicator))) => {
                format!("refused-part-of|{unit}|{period}|{indicator}")
            }
            Self::UnitName(unit) => format!("unit-name|{unit}"),
        }
    }

    /// Reads a key back. None for one that is not ours.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('|');
        let word = parts.next()?;
        let mut document = || parts.next()?.parse().ok();
        let key = match word {
            "identity" => Self::Identity,
            "enrolling" => Self::Enrolling,
            "state" => Self::State,
            "profile" => Self::Profile,
            "document" => Self::Document(document()?),
            "snapshot" => Self::Snapshot(document()?),
            "change" => Self::Change(document()?, parts.next()?.parse().ok()?),
            "refused" => Self::Refused(document()?, parts.next()?.parse().ok()?),
            "draft" => Self::Draft(parts.next()?.parse().ok()?),
            "declaring-of" => {
                let unit = parts.next()?.parse().ok()?;
                Self::Declaring(unit, (parts.next()?.parse().ok()?, parts.next()?.to_owned()))
            }
            "refused-part-of" => {
                let unit = parts.next()?.parse().ok()?;
                Self::RefusedPart(unit, (parts.next()?.parse().ok()?, parts.next().map(str::to_owned)))
            }
            "unit-name" => Self::UnitName(parts.next()?.parse().ok()?),
            _ => return None,
        };
        parts.next().is_none().then_some(key)
    }
}

/// Who this device is. Written once, at enrolment.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub(super) struct Identity {
    #[n(0)]
    pub(super) device: ByteArray<8>,
    #[n(1)]
    pub(super) token: String,
    /// Seed of the Ed25519 signing key.
    #[n(2)]
    pub(super) signing_seed: ByteArray<32>,
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Identity") // Secrets stay out of logs and panics.
    }
}

/// With which key codes were sent of which nothing has come yet. With another the server would take them for another device's.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub(super) struct Enrolling {
    /// Seed of the Ed25519 signing key. (0 was the code.)
    #[n(1)]
    pub(super) signing_seed: ByteArray<32>,
}

impl std::fmt::Debug for Enrolling {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Enrolling") // Secrets stay out of logs and panics.
    }
}

/// How far this device and the server have come with each other.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub(super) struct SyncState {
    /// Part of the actor; the next after local changes had to be made anew.
    #[n(0)]
    pub(super) incarnation: u32,
    #[n(1)]
    pub(super) epoch: Option<Epoch>,
    #[n(2)]
    pub(super) cursor: u64,
    #[n(3)]
    pub(super) scope: u64,
    #[n(4)]
    pub(super) profile: Option<u64>,
    /// When the server last answered, on this device's clock.
    #[n(5)]
    pub(super) last_contact: Option<i64>,
    /// How large a body the network lately carried.
    #[n(6)]
    pub(super) body_bytes: u32,
    /// What the server has is not known: to be found out document by document.
    #[cbor(default)]
    #[n(7)]
    pub(super) reconciles: bool,
    /// When the two last found that they do not hold the same, on this device's clock.
    #[n(8)]
    pub(super) diverged_at: Option<i64>,
    /// What the network lately lost.
    #[cbor(default)]
    #[n(9)]
    pub(super) link: Link,
    /// What the network lately carried of answers.
    #[cbor(default)]
    #[n(10)]
    pub(super) downlink: Downlink,
    /// The server does not listen to this device any more, or knows no such device.
    #[cbor(default)]
    #[n(11)]
    pub(super) revoked: bool,
    /// The latter: it was restored from a backup, and may know the device again by its key.
    #[cbor(default)]
    #[n(12)]
    pub(super) forgotten: bool,
    /// The device, for the day on which its identity cannot be read: what waits is its own.
    #[n(13)]
    pub(super) device: Option<ByteArray<8>>,
}

/// What the device knows about a document beside its changes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Encode, Decode)]
pub(super) struct DocumentRecord {
    /// Heads of what the server has.
    #[n(0)]
    pub(super) confirmed: Vec<ByteArray<32>>,
    /// The server said that this device may not read it, or not any more.
    #[cbor(default)]
    #[n(1)]
    pub(super) unread: bool,
    /// What the server has without something it was made upon.
    #[cbor(default)]
    #[n(2)]
    pub(super) ahead: Vec<ByteArray<32>>,
    /// Upon what it may have been made that waits for something lost.
    #[cbor(default)]
    #[n(3)]
    pub(super) ground: Vec<ByteArray<32>>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_as_it_was_written() {
        let document: DocumentId = "log/KHUN-HA/2026".parse().unwrap();
        let hash = ChangeHash([7; 32]);
        let unit = || "KHUN-HA".parse().unwrap();
        for key in [
            StorageKey::Identity,
            StorageKey::Enrolling,
            StorageKey::State,
            StorageKey::Profile,
            StorageKey::Document(document.clone()),
            StorageKey::Snapshot(document.clone()),
            StorageKey::Change(document.clone(), hash),
            StorageKey::Refused(document, hash),
            StorageKey::Draft("01JD0000000000000000000000".parse().unwrap()),
            StorageKey::Declaring(unit(), ("2026-Q3".parse().unwrap(), "III-09".to_owned())),
            StorageKey::RefusedPart(unit(), ("2026-Q3".parse().unwrap(), Some("III-09".to_owned()))),
            StorageKey::RefusedPart(unit(), ("2026-Q3".parse().unwrap(), None)),
            StorageKey::UnitName(unit()),
        ] {
            assert_eq!(StorageKey::parse(&key.to_text()), Some(key));
        }
        for text in [
            "",
            "fence",
            "change|log/A/2026",
            "draft|x",
            "declaring-of|A|2026-Q3",
            "identity|x",
        ] {
            assert_eq!(StorageKey::parse(text), None, "{text}");
        }
    }
}
