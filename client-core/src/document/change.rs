//! One edit of one document by one device.

use automerge::legacy::{Key, ObjectId, OpId, OpType};
use automerge::{ObjType, ScalarValueRef};

use super::chunk::Chunk;
use super::columns::{self, Unfit};
use super::scalar::Scalar;
use crate::ids::{Actor, ChangeHash};
use crate::time::Timestamp;

/// Bytes are not a change, or not one of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Longer than [`Change::MAX_BYTES`].
    #[error("the change is larger than 262144 bytes")]
    TooLarge,
    /// Not the plain form of a change: its hash would not be that of its bytes, and inflating it could take any space.
    #[error("the bytes are not a plain change chunk")]
    NotPlain,
    /// A few bytes of it stand for more than a change may say: runs without end, or the same text over and over.
    #[error("the change says more than a change may")]
    SaysTooMuch,
    /// Automerge cannot read them.
    #[error("the change cannot be read")]
    Malformed,
}

/// One edit of one document by one device, named by its hash.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    pub(super) inner: automerge::Change,
}

impl Change {
    /// No change may be longer. One report of 4,000 characters in each text stays far below.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// No change may come to more bytes of keys when each is written out as often as it is meant.
    const MAX_WRITTEN_OUT_BYTES: u64 = 4 * 1024 * 1024;

    /// Reads one change from its canonical bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, DecodeError> {
        Self::check_form(bytes)?;
        // Before Automerge, which takes the space and time for all that they stand for.
        columns::check_change(bytes, Self::MAX_WRITTEN_OUT_BYTES).map_err(|unfit| match unfit {
            Unfit::Malformed => DecodeError::Malformed,
            Unfit::TooMuch => DecodeError::SaysTooMuch,
        })?;
        let inner = automerge::Change::from_bytes(bytes.to_vec()).map_err(|_| DecodeError::Malformed)?;
        if inner.is_empty() {
            return Err(DecodeError::Malformed); // It applies, and the document saved with it could never be loaded again.
        }
        if inner.raw_bytes() != bytes {
            return Err(DecodeError::NotPlain); // Trailing bytes, say: one change must have one spelling.
        }
        Ok(Self { inner })
    }

    /// Whether bytes can be a plain change at all.
    pub(super) fn check_form(bytes: &[u8]) -> Result<(), DecodeError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(DecodeError::TooLarge);
        }
        match Chunk::is_plain_change(bytes) {
            true => Ok(()),
            false => Err(DecodeError::NotPlain),
        }
    }

    /// Its canonical bytes: what is stored, sent and hashed.
    pub fn bytes(&self) -> &[u8] {
        self.inner.raw_bytes()
    }

    /// Its name.
    pub fn hash(&self) -> ChangeHash {
        ChangeHash(self.inner.hash().0)
    }

    /// Who made it; none if the bytes there are no actor of ours.
    pub fn actor(&self) -> Option<Actor> {
        Actor::from_bytes(self.inner.actor_id().to_bytes())
    }

    /// The how-manieth change of its actor, from 1.
    pub fn seq(&self) -> u64 {
        self.inner.seq()
    }

    /// When it was made, on the clock of its device.
    pub fn at(&self) -> Timestamp {
        Timestamp(self.inner.timestamp())
    }

    /// The number of its first operation: higher than all of what it was made upon.
    pub fn first_operation(&self) -> u64 {
        self.inner.start_op().get()
    }

    /// The changes it was made upon.
    pub fn dependencies(&self) -> Vec<ChangeHash> {
        self.inner.deps().iter().map(|hash| ChangeHash(hash.0)).collect()
    }

    /// What it does, operation by operation.
    pub fn operations(&self) -> Vec<Operation> {
        let expanded = self.inner.decode();
        let own = expanded.actor_id.clone();
        let numbered = (expanded.start_op.get()..).zip(expanded.operations);
        let operations = numbered.map(|(counter, operation)| Operation {
            map: object_name(&operation.obj),
            key: match operation.key {
                Key::Map(key) => Some(key.to_string()),
                Key::Seq(_) => None,
            },
            action: match operation.action {
                OpType::Make(ObjType::Map) => Action::MakeMap {
                    map: format!("{counter}@{own}"),
                },
                OpType::Put(value) => Action::Put(Scalar::from(&ScalarValueRef::from(value))),
                OpType::Delete => Action::Delete,
                OpType::Make(_) | OpType::Increment(_) | OpType::MarkBegin(..) | OpType::MarkEnd(_) => Action::Foreign,
            },
        });
        operations.collect()
    }
}

/// One operation of a change.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// The map it writes to, as [`MapRef::name`] names it; [`ROOT_NAME`] for the root.
    pub map: String,
    /// The key; none in a list, which no document of ours has.
    pub key: Option<String>,
    /// What it does there.
    pub action: Action,
}

/// What an operation does to a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// Puts a new map there.
    MakeMap {
        /// Its name.
        map: String,
    },
    /// Writes a value.
    Put(Scalar),
    /// Takes the key away.
    Delete,
    /// Something that is never written into our documents.
    Foreign,
}

/// Name of the map at the root of every document.
pub const ROOT_NAME: &str = "_root";

fn object_name(object: &ObjectId) -> String {
    match object {
        ObjectId::Root => ROOT_NAME.to_owned(),
        ObjectId::Id(OpId(counter, actor)) => format!("{counter}@{actor}"),
    }
}
