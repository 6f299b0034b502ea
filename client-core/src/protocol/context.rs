//! What a body may go on from: changes of the same device that the server has said it has.
//!
//! Small bodies deflate badly, for each begins with nothing but the dictionary. One that follows another need not: what the
//! server stored of the one before, it can read again (decision 77).

use minicbor::bytes::ByteArray;
use minicbor::{Decode, Encode};

use crate::document::pack::columns;

/// So many of the last bytes count: with the dictionary, what deflate looks back upon. No more changes are named than come to
/// as many.
pub const CONTEXT_BYTES: usize = 24 * 1024;

/// Names changes of one actor in one document, without holding them.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Context {
    /// The document.
    #[n(0)]
    pub document: String,
    /// First bytes of the hash of the last of them. All before it follow from it.
    #[n(1)]
    pub last: ByteArray<8>,
    /// How many there are: the last one and those whose sequence numbers stand before its own.
    #[n(2)]
    pub count: u32,
}

/// What stands in the window before a body that goes on from these changes of a document, each given by its canonical bytes,
/// oldest first: their columns side by side, as in a pack, then what the body says of document and last change.
pub fn window<'c>(document: &str, changes: impl IntoIterator<Item = &'c [u8]>) -> Vec<u8> {
    let (columns, last) = columns(changes);
    let counting = &columns[columns.len().saturating_sub(CONTEXT_BYTES)..];
    [counting, document.as_bytes(), &last.map_or([0; 32], |last| last.0)].concat()
}
