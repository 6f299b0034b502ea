//! The change that every document begins with.

use std::sync::LazyLock;

use super::Change;
use crate::ids::{ChangeHash, DocumentKind};

/// The first change of every document of a kind: its schema version and its empty sections. The same bytes on every replica
/// for ever, therefore written down and not made.
pub fn genesis(kind: DocumentKind) -> Change {
    let hex = match kind {
        DocumentKind::Log => include_str!("genesis-log.hex"),
        DocumentKind::Register => include_str!("genesis-register.hex"),
        DocumentKind::Oversight => include_str!("genesis-oversight.hex"),
        DocumentKind::Board => include_str!("genesis-board.hex"),
    };
    let bytes = base16ct::lower::decode_vec(hex.trim()).expect("the genesis is hexadecimal");
    Change::decode(&bytes).expect("the genesis is a change")
}

/// The name of the first change of a kind.
pub fn genesis_hash(kind: DocumentKind) -> ChangeHash {
    match kind {
        DocumentKind::Log => HASHES[0],
        DocumentKind::Register => HASHES[1],
        DocumentKind::Oversight => HASHES[2],
        DocumentKind::Board => HASHES[3],
    }
}

/// It is asked for whenever changes are listed, and reading the change anew costs more than the list.
static HASHES: LazyLock<[ChangeHash; 4]> = LazyLock::new(|| {
    [
        DocumentKind::Log,
        DocumentKind::Register,
        DocumentKind::Oversight,
        DocumentKind::Board,
    ]
    .map(|kind| genesis(kind).hash())
});
