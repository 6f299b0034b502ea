//! Names of things, as types that cannot be wrong: parsed once, at the edge.

mod document;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ulid::Ulid;

pub use document::{DOCUMENT_YEARS, DocumentId, DocumentKind};

/// Why a text is not the id it should be. Names the kind of id and never repeats the text, which may be anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a valid {kind}: {reason}")]
pub struct IdError {
    /// The kind of id that was expected.
    pub kind: &'static str,
    /// What is wrong with the text.
    pub reason: &'static str,
}

/// Longest text of an org unit or person id, in bytes.
pub const MAX_ID_BYTES: usize = 40;

fn check_plain(kind: &'static str, text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError {
            kind,
            reason: "it is empty",
        });
    }
    // In an address these are the folder and the one above: whatever stands there could not be asked for.
    if [".", ".."].contains(&text) {
        return Err(IdError {
            kind,
            reason: "it is only dots",
        });
    }
    if text.len() > MAX_ID_BYTES {
        return Err(IdError {
            kind,
            reason: "it is longer than 40 bytes",
        });
    }
    if !text
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_' || byte == b'.')
    {
        return Err(IdError {
            kind,
            reason: "only letters, digits, '-', '_' and '.' may stand in it",
        });
    }
    Ok(())
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ts_rs::TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(String);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                check_plain($kind, text)?;
                Ok(Self(text.to_owned()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                encoder: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                encoder.str(&self.0)?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(decoder: &mut minicbor::Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                decoder.str()?.parse().map_err(|_| minicbor::decode::Error::message("the id is not valid"))
            }
        }
    };
}

text_id! {
    /// An org unit (đơn vị). Never changes and is never reused, whatever the unit is called later.
    OrgUnitId, "org unit id"
}
text_id! {
    /// A person with an account: an officer, a reviewer or an administrator.
    PersonId, "person id"
}

macro_rules! ulid_id {
    ($(#[$doc:meta])* $name:ident, $kind:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ts_rs::TS)]
        #[serde(into = "String")]
        #[ts(type = "string")]
        pub struct $name(pub Ulid);

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                // The Crockford alphabet reads o as 0 and so on; one id must have one spelling.
                let ulid = Ulid::from_string(text).map_err(|_| IdError { kind: $kind, reason: "it is not a ULID" })?;
                if ulid.to_string() != text {
                    return Err(IdError { kind: $kind, reason: "it is not spelled as a ULID is" });
                }
                Ok(Self(ulid))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0.to_string()
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

ulid_id! {
    /// One activity, register item, snapshot or question thread.
    EntryId, "entry id"
}
ulid_id! {
    /// One paragraph of prose, or one line of a list or table, within an entry's field. Their order is the order of reading.
    PartId, "part id"
}
ulid_id! {
    /// One submission (bản nộp) of a report.
    SubmissionId, "submission id"
}

/// Reads bytes that are written in one way only.
fn hexadecimal<const N: usize>(
    kind: &'static str,
    text: &str,
    of_another_length: &'static str,
) -> Result<[u8; N], IdError> {
    let bytes = base16ct::lower::decode_vec(text).map_err(|_| IdError {
        kind,
        reason: "it is not lower-case hexadecimal",
    })?;
    bytes.try_into().map_err(|_| IdError {
        kind,
        reason: of_another_length,
    })
}

/// One device of one person, named by the server when it enrols.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeviceId(pub [u8; 8]);

impl fmt::Display for DeviceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&base16ct::lower::encode_string(&self.0))
    }
}

impl FromStr for DeviceId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        hexadecimal("device id", text, "it is not 8 bytes long").map(Self)
    }
}

impl Serialize for DeviceId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DeviceId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// What makes one device's changes: the device and its incarnation, which changes whenever local state may have gone back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Actor {
    /// The device.
    pub device: DeviceId,
    /// How often its local state was begun anew.
    pub incarnation: u32,
}

impl Actor {
    /// The 12 bytes that stand in every change: device id, then incarnation, big-endian.
    pub fn to_bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        bytes[..8].copy_from_slice(&self.device.0);
        bytes[8..].copy_from_slice(&self.incarnation.to_be_bytes());
        bytes
    }

    /// Reads an actor back. Anything but 12 bytes is no actor of ours.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let device = DeviceId(bytes.get(..8)?.try_into().ok()?);
        let incarnation = u32::from_be_bytes(bytes.get(8..)?.try_into().ok()?);
        Some(Self { device, incarnation })
    }
}

/// The hash that names one change: SHA-256 of its canonical bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChangeHash(pub [u8; 32]);

impl fmt::Display for ChangeHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&base16ct::lower::encode_string(&self.0))
    }
}

impl FromStr for ChangeHash {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        hexadecimal("change hash", text, "it is not 32 bytes long").map(Self)
    }
}

impl fmt::Debug for ChangeHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&base16ct::lower::encode_string(&self.0[..4]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_id_reads_back_as_it_was_written() {
        for text in [
            "log/KHUN-HA/2026",
            "register/KHUN-HA",
            "oversight/KHUN-HA/2026",
            "board/TINH/2026",
        ] {
            let id: DocumentId = text.parse().unwrap();
            assert_eq!(id.to_string(), text);
        }
    }

    #[test]
    fn a_malformed_document_id_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", "kind is none"),
            ("diary/A/2026", "kind is none"),
            ("log/A", "year of four digits"),
            ("register/A/2026", "has no year"),
            ("log//2026", "is empty"),
            ("log/A/1999", "between 2015"),
            ("log/A/2026/x", "too many parts"),
            ("log/a b/2026", "only letters"),
        ] {
            let error = text.parse::<DocumentId>().unwrap_err();
            assert!(error.to_string().contains(reason), "{text}: {error}");
        }
    }

    #[test]
    fn an_id_can_stand_in_an_address() {
        for text in [".", ".."] {
            assert!(text.parse::<OrgUnitId>().is_err() && text.parse::<PersonId>().is_err());
        }
        for text in ["KHUN-HA", "a.b", "..."] {
            assert!(text.parse::<OrgUnitId>().is_ok(), "{text}");
        }
    }

    #[test]
    fn an_entry_id_has_one_spelling() {
        let id = "01JD0000000000000000000000";
        assert_eq!(id.parse::<EntryId>().unwrap().to_string(), id);
        assert!("01jd0000000000000000000000".parse::<EntryId>().is_err());
        assert!("O1JD0000000000000000000000".parse::<EntryId>().is_err());
    }

    #[test]
    fn an_actor_is_twelve_bytes_and_nothing_else() {
        let actor = Actor {
            device: DeviceId([1, 2, 3, 4, 5, 6, 7, 8]),
            incarnation: 9,
        };
        assert_eq!(Actor::from_bytes(&actor.to_bytes()), Some(actor));
        assert_eq!(Actor::from_bytes(&[0; 11]), None);
        assert_eq!(Actor::from_bytes(&[0; 13]), None);
    }
}
