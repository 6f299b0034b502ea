//! What a change says of itself before its operations.

use sha2::{Digest, Sha256};

use super::chunk::Chunk;
use super::{Change, DecodeError};
use crate::ids::{Actor, ChangeHash};

/// A change's header: what it says of itself before its operations, which may yet turn out to be none that can be read. Costs a
/// small part of what [`Change::decode`] does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    /// The change's name.
    pub hash: ChangeHash,
    /// Who made it; none if the bytes there are no actor of ours.
    pub actor: Option<Actor>,
    /// The how-manieth change of its actor, from 1.
    pub seq: u64,
    /// The changes it was made upon.
    pub dependencies: Vec<ChangeHash>,
}

impl Header {
    /// Reads the header of a change with a sound checksum. Bytes of which it can be read are those of one change, whole.
    pub fn read(bytes: &[u8]) -> Result<Self, DecodeError> {
        Change::check_form(bytes)?;
        let chunk = Chunk::take_apart(bytes).map_err(|_| DecodeError::Malformed)?;
        let hash = name_of(bytes);
        match Chunk::bears(bytes, &hash) {
            true => Ok(Self {
                hash,
                actor: Actor::from_bytes(chunk.actor),
                seq: chunk.seq,
                dependencies: chunk.dependencies,
            }),
            false => Err(DecodeError::Malformed),
        }
    }
}

/// The name that bytes have if they are a plain change: the hash of what follows magic and checksum. Known also for bytes that
/// are none.
pub fn name_of(bytes: &[u8]) -> ChangeHash {
    let named = bytes.get(Chunk::NAMED_FROM..).unwrap_or_default();
    ChangeHash(Sha256::digest(named).into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::genesis;
    use crate::document::tests::{actor, two_changes};

    #[test]
    fn a_header_says_what_the_change_says() {
        for change in two_changes() {
            let header = Header {
                hash: change.hash(),
                actor: Some(actor(1)),
                seq: change.seq(),
                dependencies: change.dependencies(),
            };
            assert_eq!(Header::read(change.bytes()), Ok(header));
        }
        let genesis = genesis(crate::ids::DocumentKind::Log);
        assert_eq!(Header::read(genesis.bytes()).unwrap().actor, None);
    }

    #[test]
    fn what_is_not_one_whole_change_has_no_header() {
        let [change, _] = two_changes();
        let bytes = change.bytes();
        for end in 0..bytes.len() {
            assert!(Header::read(&bytes[..end]).is_err(), "{end}");
            let mut other = bytes.to_vec();
            other[end] ^= 0x55;
            assert!(Header::read(&other).is_err(), "{end}");
        }
        assert_eq!(Header::read(&[bytes, &[0]].concat()), Err(DecodeError::Malformed));
        let too_long = vec![0; Change::MAX_BYTES + 1];
        assert_eq!(Header::read(&too_long), Err(DecodeError::TooLarge));
    }
}
