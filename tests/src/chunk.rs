//! The shell around a change: without a sound checksum, nothing that is damaged would get past the first lines of a decoder.

use sha2::{Digest, Sha256};

const MAGIC: [u8; 4] = [0x85, 0x6f, 0x4a, 0x83];
const CHECKSUM_BYTES: usize = 4;
/// The type of a plain change.
pub const CHANGE: u8 = 1;

/// What stands in a chunk; the bytes themselves when they are none.
pub fn body(bytes: &[u8]) -> &[u8] {
    let Some(rest) = bytes.get(MAGIC.len() + CHECKSUM_BYTES + 1..) else {
        return bytes;
    };
    let length_bytes = rest.iter().take_while(|byte| **byte & 0x80 != 0).count() + 1;
    rest.get(length_bytes..).unwrap_or(bytes)
}

/// A chunk of a type around a body, as a writer of sound chunks would make it.
pub fn sealed(kind: u8, body: &[u8]) -> Vec<u8> {
    let mut chunk = vec![kind];
    let mut length = body.len();
    while length > 0x7f {
        chunk.push(length as u8 | 0x80);
        length >>= 7;
    }
    chunk.push(length as u8);
    chunk.extend_from_slice(body);
    let checksum = Sha256::digest(&chunk);
    [&MAGIC, &checksum[..CHECKSUM_BYTES], &chunk].concat()
}

#[cfg(test)]
mod tests {
    use client_core::document::genesis;
    use client_core::ids::DocumentKind;

    use super::*;

    #[test]
    fn a_change_that_is_opened_and_sealed_is_the_same() {
        let change = genesis(DocumentKind::Log);
        assert_eq!(sealed(CHANGE, body(change.bytes())), change.bytes());
    }
}
