//! How much a change comes to when its columns are written out, found by walking over its bytes.
//!
//! Automerge keeps the operations of a change in columns, coded by run length: four bytes may stand for 2⁶² operations, and a
//! length that is not there takes a gigabyte before it is found missing. So whoever sends bytes must not reach Automerge
//! before somebody has counted.

use super::chunk::Chunk;
use super::stream::{Malformed, Reader};

/// Column types (the lowest three bits of a column's number), as far as they are told apart.
const ACTOR: u64 = 1;
const BOOLEAN: u64 = 4;
const STRING: u64 = 5;
const RAW: u64 = 7;
/// Set in the number of a column that is deflated.
const DEFLATED: u64 = 8;

/// Why a change is not for Automerge to see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unfit {
    /// Its bytes end too early, or do not say what they should.
    Malformed,
    /// It says far more than its bytes could.
    TooMuch,
}

impl From<Malformed> for Unfit {
    fn from(Malformed: Malformed) -> Self {
        Self::Malformed
    }
}

/// What columns may come to.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    rows: u64,
    /// Actors that the change names, its own among them: the library looks up a number beyond them without a check.
    actors: u64,
    text_bytes: u64,
}

/// Whether a plain change, beginning with its magic bytes, comes to no more than it may: a row for each of its bytes, and so
/// many bytes of text.
pub(super) fn check_change(bytes: &[u8], text_bytes: u64) -> Result<(), Unfit> {
    let change = Chunk::take_apart(bytes)?;
    let bounds = Bounds {
        // What writes something has a key or an object that the one before it had not, so it takes a byte at least.
        rows: bytes.len() as u64,
        actors: 1 + change.others.len() as u64,
        text_bytes,
    };
    for (column, data) in change.columns {
        check_column(column, Reader::new(data), bounds)?;
    }
    Ok(())
}

fn check_column(column: u64, data: Reader<'_>, bounds: Bounds) -> Result<(), Unfit> {
    if column & DEFLATED != 0 {
        return Err(Unfit::Malformed);
    }
    match column & (DEFLATED - 1) {
        RAW => Ok(()),
        BOOLEAN => check_booleans(data, bounds),
        STRING => check_runs(data, bounds, Values::Texts),
        ACTOR => check_runs(data, bounds, Values::Actors),
        _ => check_runs(data, bounds, Values::Numbers),
    }
}

/// What stands in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    Texts,
    Actors,
    Numbers,
}

/// Runs of one value, of values that differ, and of none.
fn check_runs(mut data: Reader<'_>, bounds: Bounds, kind: Values) -> Result<(), Unfit> {
    let (mut rows, mut text_bytes) = (0_u64, 0_u64);
    while !data.is_empty() {
        let count = data.signed_leb128()?;
        let (in_run, values) = match count {
            0 => (data.number()?, 0),
            1.. => (count.unsigned_abs(), 1),
            ..0 => (count.unsigned_abs(), count.unsigned_abs()),
        };
        rows = rows.saturating_add(in_run);
        if rows > bounds.rows {
            return Err(Unfit::TooMuch);
        }
        for _ in 0..values {
            match kind {
                Values::Texts => {
                    let times = if count > 0 { in_run } else { 1 };
                    let text = data.prefixed()?.len() as u64;
                    text_bytes = text_bytes.saturating_add(text.saturating_mul(times));
                }
                Values::Actors if data.number()? >= bounds.actors => return Err(Unfit::Malformed),
                Values::Actors => {}
                // Signed or not: as many bytes.
                Values::Numbers => drop(data.signed_leb128()?),
            }
        }
        if text_bytes > bounds.text_bytes {
            return Err(Unfit::TooMuch);
        }
    }
    Ok(())
}

/// How many are false, how many after them true, and so on.
fn check_booleans(mut data: Reader<'_>, bounds: Bounds) -> Result<(), Unfit> {
    let mut rows = 0_u64;
    while !data.is_empty() {
        rows = rows.saturating_add(data.number()?);
        if rows > bounds.rows {
            return Err(Unfit::TooMuch);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256};

    use crate::document::{Change, DecodeError, Document};
    use crate::ids::DocumentKind;

    const KEY: u64 = 1 << 4 | super::STRING;
    const INSERT: u64 = 3 << 4 | super::BOOLEAN;
    const ACTION: u64 = 4 << 4 | 2;
    const VALUE: u64 = 5 << 4 | 6;
    const PREDECESSORS: u64 = 7 << 4;

    /// 2⁴⁰, signed or not.
    const MANY: [u8; 6] = [0x80, 0x80, 0x80, 0x80, 0x80, 0x20];

    fn leb(mut number: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        while number > 0x7f {
            bytes.push(number as u8 | 0x80);
            number >>= 7;
        }
        bytes.push(number as u8);
        bytes
    }

    /// A change with these columns and a sound checksum.
    fn change(columns: &[(u64, &[u8])]) -> Vec<u8> {
        let no_dependency = 0;
        let mut body = vec![no_dependency, 12];
        body.extend([1; 12]);
        let (seq, first_operation, time, message, other_actors) = (1, 1, 0, 0, 0);
        body.extend([seq, first_operation, time, message, other_actors, columns.len() as u8]);
        for (column, bytes) in columns {
            body.extend(leb(*column));
            body.extend(leb(bytes.len() as u64));
        }
        body.extend(columns.iter().flat_map(|(_, bytes)| *bytes));
        let chunk = [&[1], &leb(body.len() as u64)[..], &body].concat();
        let checksum = Sha256::digest(&chunk);
        [&[0x85, 0x6f, 0x4a, 0x83], &checksum[..4], &chunk].concat()
    }

    /// So many operations that each write nothing under one key of the root.
    fn writes(times: &[u8], key: &[u8]) -> Vec<u8> {
        let run = |value: &[u8]| [times, value].concat();
        change(&[
            (KEY, &run(key)),
            (INSERT, times),
            (ACTION, &run(&[1])),
            (VALUE, &run(&[0])),
            (PREDECESSORS, &run(&[0])),
        ])
    }

    #[test]
    fn a_change_that_says_what_its_bytes_can_say_is_read() {
        let sound = Change::decode(&writes(&[2], b"\x01a")).unwrap();
        assert_eq!(sound.operations().len(), 2);
        let half_of_its_bytes = writes(&[40], b"\x01a");
        assert_eq!(Change::decode(&half_of_its_bytes).unwrap().operations().len(), 40);
    }

    #[test]
    fn a_few_bytes_that_stand_for_operations_without_end_are_refused_before_any_is_made() {
        let endless = writes(&MANY, b"\x01a");
        assert!(endless.len() < 100);
        assert_eq!(Change::decode(&endless), Err(DecodeError::SaysTooMuch));
        for (column, bytes) in [
            (ACTION, [&[0], &MANY[..]].concat()),
            (INSERT, MANY.to_vec()),
            (PREDECESSORS, [&MANY[..], &MANY].concat()),
        ] {
            assert_eq!(
                Change::decode(&change(&[(column, &bytes)])),
                Err(DecodeError::SaysTooMuch)
            );
        }
        // The most negative count there is, which has no opposite.
        let lowest = [&[0x80; 9][..], &[0x7f]].concat();
        assert_eq!(
            Change::decode(&change(&[(ACTION, &lowest)])),
            Err(DecodeError::SaysTooMuch)
        );
    }

    #[test]
    fn a_long_key_that_is_meant_over_and_over_is_refused() {
        let key = [leb(60_000), vec![b'a'; 60_000]].concat();
        assert!(Change::decode(&writes(&[60], &key)).is_ok());
        let thousandfold = writes(&[0x80, 0x08], &key);
        assert_eq!(Change::decode(&thousandfold), Err(DecodeError::SaysTooMuch));
    }

    #[test]
    fn a_change_that_is_spelt_as_no_writer_spells_it_is_not_kept_as_it_came() {
        let two = |keys: &[u8]| {
            change(&[
                (KEY, keys),
                (INSERT, &[2]),
                (ACTION, &[2, 1]),
                (VALUE, &[2, 0]),
                (PREDECESSORS, &[2, 0]),
            ])
        };
        let usual = two(b"\x7e\x01a\x01b");
        let two_runs_of_one = two(b"\x01\x01a\x01\x01b");
        for (bytes, is_kept) in [(usual, true), (two_runs_of_one, false)] {
            let change = Change::decode(&bytes).unwrap();
            let mut document = Document::new(DocumentKind::Log);
            let before = document.heads();
            document.apply([change.clone()]).unwrap();
            assert_eq!(document.keeps(&[change], &before), is_kept);
            assert_eq!(Document::load(DocumentKind::Log, &document.save()).is_ok(), is_kept);
        }
        assert_eq!(
            Change::decode(&change(&[])),
            Err(DecodeError::Malformed),
            "a change that says nothing"
        );
    }

    #[test]
    fn what_its_lengths_do_not_bear_out_is_no_change() {
        // A key of 900 MB, for which Automerge would make room before it looks.
        let missing = [&[1], &leb(900_000_000)[..], b"a"].concat();
        let bytes = change(&[(KEY, &missing)]);
        assert_eq!(Change::decode(&bytes), Err(DecodeError::Malformed));
        let deflated = change(&[(ACTION | super::DEFLATED, &[3, 0])]);
        assert_eq!(Change::decode(&deflated), Err(DecodeError::Malformed));
        // A predecessor by the seventh of one actor.
        let nobodys = change(&[
            (KEY, b"\x01\x01a"),
            (INSERT, &[1]),
            (ACTION, &[1, 1]),
            (VALUE, &[1, 0]),
            (PREDECESSORS, &[1, 1]),
            (PREDECESSORS | super::ACTOR, &[1, 7]),
            (PREDECESSORS | 3, &[1, 1]),
        ]);
        assert_eq!(Change::decode(&nobodys), Err(DecodeError::Malformed));
        let sound = writes(&[2], b"\x01a");
        for end in 9..sound.len() {
            assert_eq!(Change::decode(&sound[..end]), Err(DecodeError::Malformed), "{end}");
        }
    }
}
