use super::*;
use crate::document::tests::actor;
use crate::document::{Change, Document, Editor, Scalar, genesis};
use crate::ids::DocumentKind;
use crate::time::Timestamp;

const MOST: usize = 1 << 20;

/// A year of one document in which two people write in turn, and now and then apart from each other.
fn changes() -> Vec<Change> {
    let mut here = Document::new(DocumentKind::Log);
    let mut there = here.clone();
    for number in 0..40_u8 {
        let write = |editor: &mut Editor<'_, '_>| {
            let entries = editor.section("entries");
            let entry = editor.child(&entries, &format!("E{}", number / 2));
            editor.put(&entry, "type", Scalar::Text("TT_BUOI".to_owned()));
            editor.put(&entry, "participants", Scalar::Integer(i64::from(number) * 7));
            Ok::<_, std::convert::Infallible>(())
        };
        let document = if number % 3 == 0 { &mut there } else { &mut here };
        document
            .edit(
                actor(number % 3),
                Timestamp(1_790_000_000_000 + i64::from(number) * 60_123),
                write,
            )
            .unwrap();
        if number % 5 == 4 {
            here.apply(there.changes_after(&[])).unwrap();
            there.apply(here.changes_after(&[])).unwrap();
        }
    }
    here.apply(there.changes_after(&[])).unwrap();
    let mut changes = vec![genesis(DocumentKind::Log)];
    changes.extend(here.changes_after(&[]));
    changes
}

fn packed(changes: &[Change]) -> Vec<u8> {
    pack(changes.iter().map(Change::bytes))
}

#[test]
fn changes_come_back_byte_for_byte_and_in_their_order() {
    let mut changes = changes();
    let unpacked = unpack(&packed(&changes), changes.len(), MOST).unwrap();
    assert!(unpacked.iter().map(Vec::as_slice).eq(changes.iter().map(Change::bytes)));
    changes.reverse();
    let unpacked = unpack(&packed(&changes), changes.len(), MOST).unwrap();
    assert!(unpacked.iter().map(Vec::as_slice).eq(changes.iter().map(Change::bytes)));
}

#[test]
fn the_same_changes_give_the_same_pack_and_a_smaller_one() {
    let changes = changes();
    let bytes: usize = changes.iter().map(|change| change.bytes().len()).sum();
    assert_eq!(packed(&changes), packed(&changes));
    assert!(
        packed(&changes).len() * 2 < bytes,
        "{} of {bytes}",
        packed(&changes).len()
    );
}

#[test]
fn what_is_no_plain_change_is_carried_as_it_is() {
    let change = genesis(DocumentKind::Log);
    let mut damaged = change.bytes().to_vec();
    damaged[5] ^= 1; // In the checksum.
    let mut longer = change.bytes().to_vec();
    longer.push(0);
    // The same number written with a byte more than it needs: not how anybody writes it, and another hash.
    let mut spelt = change.bytes().to_vec();
    spelt[9] |= 0x80;
    spelt.insert(10, 0);
    let odd = [&b""[..], b"no change", &damaged, change.bytes(), &longer, &spelt];
    let unpacked = unpack(&pack(odd), odd.len(), MOST).unwrap();
    assert_eq!(unpacked, odd);
}

#[test]
fn a_pack_with_more_or_fewer_changes_than_said_is_refused() {
    let changes = changes();
    let bytes = packed(&changes);
    assert_eq!(unpack(&bytes, changes.len() - 1, MOST), Err(PackError::Malformed));
    assert_eq!(unpack(&bytes, changes.len() + 1, MOST), Err(PackError::Malformed));
    assert_eq!(
        unpack(&[&bytes[..], &[0]].concat(), changes.len(), MOST),
        Err(PackError::Malformed)
    );
    for end in 0..bytes.len() {
        assert!(unpack(&bytes[..end], changes.len(), MOST).is_err(), "cut at {end}");
    }
}

#[test]
fn a_pack_of_more_bytes_than_allowed_is_refused() {
    let changes = changes();
    let bytes: usize = changes.iter().map(|change| change.bytes().len()).sum();
    assert_eq!(
        unpack(&packed(&changes), changes.len(), bytes - 1),
        Err(PackError::TooLarge)
    );
    assert!(unpack(&packed(&changes), changes.len(), bytes).is_ok());
}

#[test]
fn damaged_packs_are_errors_or_other_changes_and_never_more_than_allowed() {
    let changes = changes();
    let bytes = packed(&changes);
    for at in 0..bytes.len() {
        for flip in [0x01, 0x80, 0xff] {
            let mut damaged = bytes.clone();
            damaged[at] ^= flip;
            if let Ok(unpacked) = unpack(&damaged, changes.len(), MOST) {
                assert!(unpacked.iter().map(Vec::len).sum::<usize>() <= MOST);
            }
        }
    }
}

#[test]
fn a_dependency_that_was_never_named_is_refused() {
    let numbers = |numbers: &[u64]| {
        let mut writer = Writer::default();
        for number in numbers {
            writer.number(*number);
        }
        writer.into_bytes()
    };
    // One change without columns, whose actor is new, made upon the change before it, where none is.
    let streams = [
        numbers(&[1, 0, 0, 1, 0, 0, 0]),
        numbers(&[1]),
        numbers(&[0, 0]),
        numbers(&[0]),
        numbers(&[1]),
        vec![7],
    ];
    let mut lie = Vec::new();
    for stream in streams {
        lie.extend(numbers(&[stream.len() as u64]));
        lie.extend(stream);
    }
    assert_eq!(unpack(&lie, 1, MOST), Err(PackError::Malformed));
}
