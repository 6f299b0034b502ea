//! A plain change chunk of Automerge's binary format, taken apart down to its columns and put together again.

use sha2::{Digest, Sha256};

use super::stream::{Malformed, Reader, Writer};
use crate::ids::ChangeHash;

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHECKSUM_BYTES: usize = 4;
const PLAIN_CHANGE: u8 = 1;
/// About as many bytes as a change's parts take before its columns, and a column's two numbers.
const BEFORE_COLUMNS: usize = 160;
const NUMBERS_BYTES: usize = 8;

/// A change's parts, in the order in which its chunk has them.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Chunk<'b> {
    pub(super) dependencies: Vec<ChangeHash>,
    pub(super) actor: &'b [u8],
    pub(super) seq: u64,
    pub(super) start_op: u64,
    pub(super) time: i64,
    pub(super) message: &'b [u8],
    /// Other actors that its operations name.
    pub(super) others: Vec<&'b [u8]>,
    /// Each column's specification and data.
    pub(super) columns: Vec<(u64, &'b [u8])>,
    /// Bytes after the columns.
    pub(super) rest: &'b [u8],
}

impl<'b> Chunk<'b> {
    /// Where the bytes begin that the hash is over.
    pub(super) const NAMED_FROM: usize = MAGIC.len() + CHECKSUM_BYTES;

    /// Whether bytes say that they are a plain change, and not another kind of chunk.
    pub(super) fn is_plain_change(bytes: &[u8]) -> bool {
        bytes.get(Self::NAMED_FROM) == Some(&PLAIN_CHANGE)
    }

    /// Whether the checksum is the one that goes with a hash: its beginning.
    pub(super) fn bears(bytes: &[u8], hash: &ChangeHash) -> bool {
        bytes.get(MAGIC.len()..Self::NAMED_FROM) == hash.0.get(..CHECKSUM_BYTES)
    }

    /// Takes bytes apart. None unless putting the parts together gives the very same bytes.
    pub(super) fn parse(bytes: &'b [u8]) -> Option<(Self, ChangeHash)> {
        let chunk = Self::take_apart(bytes).ok()?;
        let (again, hash) = chunk.to_bytes();
        (again == bytes).then_some((chunk, hash))
    }

    /// Takes bytes apart, whatever their checksum and however they are spelt. Takes no more room than a few times theirs.
    pub(super) fn take_apart(bytes: &'b [u8]) -> Result<Self, Malformed> {
        let mut head = Reader::new(bytes);
        let is_chunk = head.bytes(MAGIC.len())? == MAGIC;
        head.bytes(CHECKSUM_BYTES)?;
        let is_change = head.bytes(1)? == [PLAIN_CHANGE];
        let length = head.length()?;
        match is_chunk && is_change && head.rest().len() == length {
            true => Self::read(Reader::new(head.rest())),
            false => Err(Malformed),
        }
    }

    fn read(mut body: Reader<'b>) -> Result<Self, Malformed> {
        let mut chunk = Self::default();
        for _ in 0..body.length()? {
            let hash = body.bytes(size_of::<ChangeHash>())?;
            let hash = hash.try_into().map_err(|_| Malformed)?;
            chunk.dependencies.push(ChangeHash(hash));
        }
        chunk.actor = body.prefixed()?;
        chunk.seq = body.number()?;
        chunk.start_op = body.number()?;
        chunk.time = body.signed_leb128()?;
        chunk.message = body.prefixed()?;
        for _ in 0..body.length()? {
            chunk.others.push(body.prefixed()?);
        }
        let mut lengths = Vec::new();
        for _ in 0..body.length()? {
            lengths.push((body.number()?, body.length()?));
        }
        for (spec, length) in lengths {
            chunk.columns.push((spec, body.bytes(length)?));
        }
        chunk.rest = body.rest();
        Ok(chunk)
    }

    /// The bytes of the chunk, and the hash that they have.
    pub(super) fn to_bytes(&self) -> (Vec<u8>, ChangeHash) {
        let columns: usize = self.columns.iter().map(|(_, data)| data.len() + NUMBERS_BYTES).sum();
        let mut body = Writer::with_capacity(BEFORE_COLUMNS + self.message.len() + columns + self.rest.len());
        body.number(self.dependencies.len() as u64);
        for hash in &self.dependencies {
            body.bytes(&hash.0);
        }
        body.prefixed(self.actor);
        body.number(self.seq);
        body.number(self.start_op);
        body.signed_leb128(self.time);
        body.prefixed(self.message);
        body.number(self.others.len() as u64);
        for other in &self.others {
            body.prefixed(other);
        }
        body.number(self.columns.len() as u64);
        for (spec, data) in &self.columns {
            body.number(*spec);
            body.number(data.len() as u64);
        }
        for (_, data) in &self.columns {
            body.bytes(data);
        }
        body.bytes(self.rest);
        let body = body.into_bytes();

        let mut chunk = Writer::with_capacity(Self::NAMED_FROM + NUMBERS_BYTES + body.len());
        chunk.bytes(&MAGIC);
        chunk.bytes(&[0; CHECKSUM_BYTES]);
        chunk.bytes(&[PLAIN_CHANGE]);
        chunk.number(body.len() as u64);
        chunk.bytes(&body);
        let mut chunk = chunk.into_bytes();
        let hash: [u8; 32] = Sha256::digest(&chunk[Self::NAMED_FROM..]).into();
        chunk[MAGIC.len()..Self::NAMED_FROM].copy_from_slice(&hash[..CHECKSUM_BYTES]);
        (chunk, ChangeHash(hash))
    }
}
