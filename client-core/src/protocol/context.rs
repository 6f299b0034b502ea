//! What a body may go on from: changes of the same device that the server has said it has.
//!
//! Small bodies deflate badly, for each begins with nothing but the dictionary. One that follows another need not: what the
//! server stored of the one before, it can read again (decision 77).

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

/// So many of the last bytes of the changes count: with the dictionary, what deflate looks back upon.
pub const CONTEXT_BYTES: usize = 24 * 1024;

/// Names changes of one actor in one document, without holding them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Context {
    /// The document.
    #[n(0)]
    pub document: String,
    /// Hash of the last of them. All before it follow from it.
    #[n(1)]
    pub last: ByteArray<32>,
    /// How many there are: the last one and those whose sequence numbers stand before its own.
    #[n(2)]
    pub count: u32,
}

/// What counts of changes, each given by its canonical bytes, oldest first.
pub fn context_bytes<'c>(changes: impl IntoIterator<Item = &'c [u8]>) -> Vec<u8> {
    let all: Vec<u8> = changes.into_iter().flatten().copied().collect();
    all[all.len().saturating_sub(CONTEXT_BYTES)..].to_vec()
}
