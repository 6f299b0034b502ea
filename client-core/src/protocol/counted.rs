//! How many items a message has, counted before any is made: a byte may stand for an item that takes fifty in memory.

use minicbor::data::Type;
use minicbor::{Decoder, decode};

use super::Limits;
use super::codec::CodecError;

/// Items that a message has beside its documents and changes.
const ITEMS_BESIDE: usize = 100;
/// Items to a document at most, of any kind of message: a fate, a change that was set aside, heads.
const ITEMS_TO_A_DOCUMENT: usize = 8;
/// Items to a change at most: a document that is compared, of which a message may hold as many as changes, with three heads.
const ITEMS_TO_A_CHANGE: usize = 6;

/// Whether the message at the beginning of the bytes, and after it how many changes each of its documents has, hold no more
/// items than they could within the limits. Lengths stand before what they are of.
pub(super) fn check(bytes: &[u8], limits: Limits) -> Result<(), CodecError> {
    let most = ITEMS_BESIDE + ITEMS_TO_A_DOCUMENT * limits.documents + ITEMS_TO_A_CHANGE * limits.changes;
    let mut decoder = Decoder::new(bytes);
    // Items that are still to come.
    let mut left = 2_u64;
    for _ in 0..most {
        let inside = step_into(&mut decoder).map_err(|_| CodecError::NotAMessage)?;
        left = (left - 1).saturating_add(inside.ok_or(CodecError::NotAMessage)?);
        if left == 0 {
            return Ok(());
        }
    }
    Err(CodecError::TooMany)
}

/// How many items the next one holds, which follow it; none where it does not say.
fn step_into(decoder: &mut Decoder<'_>) -> Result<Option<u64>, decode::Error> {
    let kind = decoder.datatype()?;
    if matches!(kind, Type::Array | Type::ArrayIndef) {
        decoder.array()
    } else if matches!(kind, Type::Map | Type::MapIndef) {
        Ok(decoder.map()?.map(|pairs| pairs.saturating_mul(2)))
    } else if kind == Type::Tag {
        decoder.tag().map(|_| Some(1))
    } else if matches!(kind, Type::BytesIndef | Type::StringIndef) {
        Ok(None)
    } else {
        decoder.skip().map(|()| Some(0))
    }
}
