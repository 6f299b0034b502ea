//! The decoders of the wire, of changes and of documents.

use std::collections::BTreeSet;

use bolero::check;
use client_core::document::{Change, Document, genesis_hash, pack};
use client_core::ids::DocumentKind;
use client_core::model::schema;
use client_core::model::submission::Frozen;
use client_core::model::value::Value;
use client_core::protocol::Limits;
use client_core::protocol::codec::{
    CodecError, FrameReader, decode_following, decode_request, encode_answer, encode_request,
};
use client_core::protocol::enrol::{EnrolRequest, EnrolResponse};
use client_core::protocol::profile::Profile;
use fuzz::memory::{self, mib};
use fuzz::messages::{Messages, is_applied};
use fuzz::mutated::Mutated;
use fuzz::wire;
use system_tests::chunk;

const ITERATIONS: usize = 3_000;

#[test]
fn request_body() {
    let _alone = memory::alone();
    let said = Messages::new();
    let mutated = Mutated::new(said.requests.iter().map(wire::request));
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((&mutated, 0_u8..4))
        .for_each(|(message, coding)| {
            let body = match coding {
                0 => wire::plain(message),
                1 => wire::deflated(message),
                2 => wire::following(message),
                _ => message.clone(),
            };
            let most = 4 * Limits::REQUEST.inflated_bytes;
            let find = |_: &_| Ok::<_, CodecError>(Some(Vec::new()));
            let Ok(request) = memory::within(most, || decode_following(&body, find)) else {
                return;
            };
            assert_eq!(decode_request(&encode_request(&request)).as_ref(), Ok(&request));
        });
}

#[test]
fn answer_frames() {
    let _alone = memory::alone();
    let said = Messages::new();
    let mutated = Mutated::new(said.frames.iter().map(wire::frame));
    check!()
        .with_iterations(ITERATIONS)
        .with_generator(((&mutated, 0_u8..3), &mutated, 1_usize..2_000, bolero::produce::<bool>()))
        .for_each(|((first, coding), second, piece, cut)| {
            let mut answer = match coding {
                0 => [&first[..], second].concat(),
                _ => wire::answer([&first[..], second]),
            };
            if *cut {
                answer.truncate(answer.len() - answer.len() / 3);
            }
            memory::within(4 * Limits::FRAME.inflated_bytes, || read(&answer, *piece));
            // However the bytes arrive, the same comes of them.
            assert_eq!(read(&answer, *piece), read(&answer, answer.len().max(1)));
        });
}

/// The frames of an answer that arrives in pieces, each coded anew, up to the first that is none.
fn read(answer: &[u8], piece: usize) -> Vec<Vec<u8>> {
    let mut reader = FrameReader::default();
    let mut frames = Vec::new();
    for bytes in answer.chunks(piece) {
        reader.push(bytes);
        loop {
            match reader.next_frame() {
                Ok(Some(frame)) => frames.push(encode_answer([&frame])),
                Ok(None) => break,
                Err(_) => return frames,
            }
        }
    }
    frames
}

#[test]
fn change() {
    let _alone = memory::alone();
    let said = Messages::new();
    let changes = said.changes.iter().map(|(_, change)| chunk::body(change.bytes()));
    let mutated = Mutated::new(changes);
    let documents = DocumentKind::ALL.map(|kind| held(&said, kind));
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((&mutated, 0_u8..8))
        .for_each(|(body, kind)| {
            // Mostly a sound chunk, or nothing in it would be looked at.
            let bytes = match kind {
                0 => body.clone(),
                1 => chunk::sealed(2, body),
                2 => chunk::sealed(0, body),
                _ => chunk::sealed(chunk::CHANGE, body),
            };
            // A whole document never comes to be loaded in place of a change.
            assert!(*kind != 2 || Change::decode(&bytes).is_err());
            memory::within(mib(24), || judge(&bytes, &documents[usize::from(*kind) % 4]));
        });
}

/// Everything that is done with a change before and while it becomes part of a document.
fn judge(bytes: &[u8], document: &Document) {
    let Ok(change) = Change::decode(bytes) else { return };
    assert_eq!(change.bytes(), bytes);
    assert_eq!(Change::decode(change.bytes()).as_ref(), Ok(&change));
    assert!(change.operations().len() <= bytes.len());
    let _ = (change.actor(), change.seq(), change.at().date(), change.dependencies());
    let mut document = document.clone();
    let heads = document.heads();
    if !is_applied(&mut document, &change) {
        return;
    }
    assert!(document.has(&change.hash()));
    let _ = schema::check(&document, &change);
    let _ = client_core::model::entries::read(&document);
    let after = document.changes_after(&heads);
    assert!(after.is_empty() || after == [change]);
    let again = Document::load(document.kind(), &document.save()).unwrap();
    assert_eq!(again.heads(), document.heads());
}

fn held(said: &Messages, kind: DocumentKind) -> Document {
    let mut document = Document::new(kind);
    let changes = said.changes.iter().filter(|(id, _)| id.kind() == kind);
    document.apply(changes.map(|(_, change)| change.clone())).unwrap();
    document
}

#[test]
fn pack() {
    let _alone = memory::alone();
    let said = Messages::new();
    let changes = said.changes.iter().map(|(_, change)| change.bytes());
    let all: Vec<_> = changes.clone().collect();
    assert_eq!(
        pack::unpack(&pack::pack(all.iter().copied()), all.len(), 1 << 20).unwrap(),
        all
    );
    let bytes = Mutated::new(changes);
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((&bytes, &bytes, 0_usize..4))
        .for_each(|(one, two, count)| {
            // Whatever it is, what is packed comes out as it was.
            let given: Vec<&[u8]> = [one, two, one].into_iter().take(*count).map(Vec::as_slice).collect();
            let packed = pack::pack(given.iter().copied());
            assert_eq!(pack::unpack(&packed, given.len(), 1 << 20).unwrap(), given);
            // And hostile packs take what was allowed.
            let _ = memory::within(mib(2), || pack::unpack(one, 1 << *count, 1 << 18));
        });
}

#[test]
fn hostile_pack() {
    let _alone = memory::alone();
    let said = Messages::new();
    let changes: Vec<_> = said.changes.iter().map(|(_, change)| change.bytes()).collect();
    let packs = (1..=changes.len()).map(|count| pack::pack(changes.iter().take(count).copied()));
    let mutated = Mutated::new(packs);
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((&mutated, 0_usize..20, bolero::produce::<bool>()))
        .for_each(|(bytes, count, many)| {
            let count = if *many { 100_000 } else { *count };
            let unpacked = memory::within(mib(24), || pack::unpack(bytes, count, 1 << 18));
            let Ok(unpacked) = unpacked else { return };
            assert!(unpacked.iter().map(Vec::len).sum::<usize>() <= 1 << 18);
            let again = pack::pack(unpacked.iter().map(Vec::as_slice));
            assert_eq!(pack::unpack(&again, unpacked.len(), 1 << 18), Ok(unpacked));
        });
}

#[test]
fn snapshot() {
    let _alone = memory::alone();
    let said = Messages::new();
    let written: BTreeSet<_> = said.changes.iter().map(|(_, change)| change.hash()).collect();
    let mutated = Mutated::new(said.snapshots.iter().map(|(_, snapshot)| snapshot.as_slice()));
    check!()
        .with_iterations(ITERATIONS)
        .with_generator(&mutated)
        .for_each(|bytes| {
            // As a disk damages what was put on it: the checksum stays what it was. See docs/decisions/0088.
            for kind in DocumentKind::ALL {
                let Ok(document) = Document::load(kind, bytes) else {
                    continue;
                };
                let _ = client_core::model::entries::read(&document);
                let held = document.changes_after(&[]);
                let genesis = genesis_hash(kind);
                let is_known = |change: &Change| written.contains(&change.hash()) || change.hash() == genesis;
                assert!(held.iter().all(is_known), "it holds what nobody wrote");
            }
        });
}

#[test]
fn profile() {
    let _alone = memory::alone();
    let said = Messages::new();
    let mutated = Mutated::new([said.profile]);
    check!()
        .with_iterations(ITERATIONS)
        .with_generator(&mutated)
        .for_each(|bytes| {
            let read = memory::within(mib(1), || minicbor::decode::<Profile>(bytes));
            if let Ok(profile) = read {
                let again = minicbor::to_vec(&profile).unwrap();
                assert_eq!(minicbor::decode::<Profile>(&again).unwrap(), profile);
            }
        });
}

#[test]
fn frozen_values() {
    let _alone = memory::alone();
    let values = [
        Value::Number(58),
        Value::Decimal(0.5),
        Value::Ratio {
            numerator: 1,
            denominator: 4,
            scale: 100,
        },
    ];
    let frozen = values.map(|value| Frozen {
        indicator: "II.1-02".to_owned(),
        value,
        declared: true,
    });
    assert_eq!(Frozen::decode_all(&Frozen::encode_all(&frozen)), Some(frozen.to_vec()));
    let mutated = Mutated::new([Frozen::encode_all(&frozen), Frozen::encode_all(&[])]);
    check!()
        .with_iterations(ITERATIONS)
        .with_generator(&mutated)
        .for_each(|bytes| {
            if let Some(values) = memory::within(mib(1), || Frozen::decode_all(bytes)) {
                // Compared as bytes: what is no number is not like itself.
                let bytes = Frozen::encode_all(&values);
                assert_eq!(
                    Frozen::decode_all(&bytes).map(|again| Frozen::encode_all(&again)),
                    Some(bytes)
                );
            }
        });
}

#[test]
fn enrolment() {
    let _alone = memory::alone();
    let mutated = Mutated::new([
        r#"{"device":"0101010101010101","token":"token","unit":"A"}"#,
        r#"{"code":"kh7o-4m2l","public_key":"AAAA","device_name":"Máy của Lan"}"#,
    ]);
    check!()
        .with_iterations(ITERATIONS)
        .with_generator(&mutated)
        .for_each(|bytes| {
            let _ = serde_json::from_slice::<EnrolResponse>(bytes);
            if let Ok(request) = serde_json::from_slice::<EnrolRequest>(bytes) {
                let code = client_core::protocol::enrol::normalise_code(&request.code);
                assert!(code.is_none_or(|code| code.len() == 8));
            }
        });
}
