//! How many items a message has, counted before any is made: a byte may stand for an item that takes fifty in memory.

use super::Limits;
use super::codec::CodecError;

/// Items that a message has beside its documents and changes.
const ITEMS_BESIDE: usize = 100;
/// Items to a document at most, of any kind of message: a fate, a change that was set aside, heads.
const ITEMS_TO_A_DOCUMENT: usize = 8;
/// Items to a change at most: a document that is compared, of which a message may hold as many as changes, with three heads.
const ITEMS_TO_A_CHANGE: usize = 6;

/// Whether the message at the beginning of the bytes, and after it how many changes each of its documents has, hold no more
/// items than they could within the limits. Lengths stand before what they are of; whatever else is wrong, the decoder says.
pub(super) fn check(bytes: &[u8], limits: Limits) -> Result<(), CodecError> {
    let most = ITEMS_BESIDE + ITEMS_TO_A_DOCUMENT * limits.documents + ITEMS_TO_A_CHANGE * limits.changes;
    let mut rest = bytes;
    // Items that are still to come.
    let mut left = 2_u64;
    for _ in 0..most {
        let Some(after) = left.checked_sub(1) else {
            return Ok(());
        };
        let Some((kind, argument)) = head(&mut rest)? else {
            return Ok(());
        };
        let inside = match kind {
            TEXT | BYTES => {
                let length = usize::try_from(argument).unwrap_or(usize::MAX);
                rest = rest.get(length..).unwrap_or_default();
                0
            }
            ARRAY => argument,
            MAP => argument.saturating_mul(2),
            TAG => 1,
            _ => 0,
        };
        left = after.saturating_add(inside);
    }
    match left {
        0 => Ok(()),
        _ => Err(CodecError::TooMany),
    }
}

const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;

/// The kind of the next item and its number: a value, a length, a count. None at the end of the bytes.
fn head(rest: &mut &[u8]) -> Result<Option<(u8, u64)>, CodecError> {
    let Some((first, after)) = rest.split_first() else {
        return Ok(None);
    };
    let length = match first & 0x1f {
        0..24 => 0,
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        // Reserved, or of a length that nobody says.
        _ => return Err(CodecError::NotAMessage),
    };
    let Some((number, after)) = after.split_at_checked(length) else {
        *rest = &[];
        return Ok(None);
    };
    *rest = after;
    let number = number.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    let small = u64::from(first & 0x1f);
    Ok(Some((first >> 5, if length == 0 { small } else { number })))
}
