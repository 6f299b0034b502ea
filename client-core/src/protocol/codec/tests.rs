use super::super::sync::{DocumentHeads, Fate, News, Push, RefusalCode, RefusedChange};
use super::*;
use crate::document::{Change, genesis};
use crate::ids::DocumentKind;

fn request() -> SyncRequest {
    SyncRequest {
        version: 1,
        epoch: Some([7; 8].into()),
        cursor: 300,
        scope: 5,
        budget: 65536,
        profile: Some(9),
        pushes: vec![
            Push {
                document: "log/A/2026".to_owned(),
                changes: vec![genesis(DocumentKind::Log).bytes().to_vec().into(), vec![4].into()],
            },
            Push {
                document: "register/A".to_owned(),
                changes: vec![vec![1, 2, 3].into()],
            },
        ],
        signature: Some([3; 64].into()),
        reconcile: Some(vec![DocumentHeads {
            document: "register/A".to_owned(),
            heads: vec![[6; 32].into()],
            digest: 8,
        }]),
        close: true,
        relays: None,
    }
}

fn response() -> SyncResponse {
    SyncResponse {
        version: 1,
        epoch: [7; 8].into(),
        cursor: 301,
        scope: 5,
        server_time: 1_790_000_000_000,
        fates: vec![Fate {
            stored: 1,
            held: 2,
            refused: vec![RefusedChange {
                index: 3,
                reason: RefusalCode::ForeignActor,
            }],
        }],
        news: vec![News {
            document: "log/A/2026".to_owned(),
            changes: vec![genesis(DocumentKind::Log).bytes().to_vec().into()],
        }],
        digest: Some(77),
        ..SyncResponse::blank([7; 8].into())
    }
}

#[test]
fn a_request_reads_back_as_it_was_written() {
    assert_eq!(decode_request(&encode_request(&request())).unwrap(), request());
}

#[test]
fn a_request_with_nothing_to_say_is_small() {
    let idle = SyncRequest {
        pushes: Vec::new(),
        signature: None,
        reconcile: None,
        ..request()
    };
    let bytes = encode_request(&idle);
    assert!(bytes.len() <= 60, "{} bytes", bytes.len());
    assert_eq!(decode_request(&bytes).unwrap(), idle);
}

fn context() -> Context {
    Context {
        document: "log/A/2026".to_owned(),
        last: [6; 8].into(),
        count: 3,
    }
}

#[test]
fn a_request_that_goes_on_from_what_the_server_has_is_smaller_and_reads_back_with_it() {
    let mut rng = fastrand::Rng::with_seed(7);
    let text: Vec<u8> = (0..900).map(|_| rng.u8(b'a'..=b'z')).collect();
    let mut told = request();
    told.pushes[1].changes = vec![text.clone().into()];
    let body = encode_following(&told, &context(), &text);
    assert!(body.len() + 500 < encode_request(&told).len(), "{} bytes", body.len());
    let read = decode_following(&body, |asked| {
        assert_eq!(*asked, context());
        Ok::<_, CodecError>(Some(text.clone()))
    });
    assert_eq!(read.unwrap(), told);
}

#[test]
fn a_request_that_goes_on_from_what_is_not_there_is_an_error_of_its_own() {
    let body = encode_following(&request(), &context(), b"what was");
    assert_eq!(decode_request(&body), Err(CodecError::UnknownContext));
    let with = |bytes: &[u8], body: &[u8]| decode_following(body, |_| Ok::<_, CodecError>(Some(bytes.to_vec())));
    assert_eq!(with(b"what was", &body), Ok(request()));
    for length in 0..body.len() - 8 {
        with(b"what was", &body[..length]).unwrap_err();
    }
    assert_eq!(with(b"", &[FOLLOWING, 0xff]), Err(CodecError::NotAMessage));
    let bomb = Deflater::after(b"").block(&vec![0; Limits::REQUEST.inflated_bytes + 1]);
    let bomb = [&[FOLLOWING], &minicbor::to_vec(context()).unwrap()[..], &bomb[..]].concat();
    assert_eq!(with(b"", &bomb), Err(CodecError::InflatesTooFar));
}

#[test]
fn the_window_is_looked_back_upon_from_its_beginning() {
    use super::super::context::CONTEXT_BYTES;
    let mut rng = fastrand::Rng::with_seed(7);
    let bytes: Vec<u8> = (0..CONTEXT_BYTES + 80).map(|_| rng.u8(..)).collect();
    let mut told = request();
    told.pushes[1].changes = vec![bytes[..4_000].to_vec().into()];
    let body = encode_following(&told, &context(), &bytes);
    assert!(body.len() < 500, "{} bytes", body.len());
}

#[test]
fn the_window_holds_columns_side_by_side_and_ends_with_the_document_and_the_last_change() {
    use super::super::context::window;
    let changes = [genesis(DocumentKind::Log), genesis(DocumentKind::Register)];
    let seen = window("log/A/2026", changes.iter().map(Change::bytes));
    let end = [b"log/A/2026", &changes[1].hash().0[..]].concat();
    assert!(seen.ends_with(&end));
    let whole: usize = changes.iter().map(|change| change.bytes().len()).sum();
    assert!((100..whole).contains(&(seen.len() - end.len())), "{} bytes", seen.len());
}

#[test]
fn frames_come_apart_however_their_bytes_arrive() {
    let frames = [301, 302, 303].map(|cursor| SyncResponse { cursor, ..response() });
    let mut reader = FrameReader::default();
    let mut read = Vec::new();
    for byte in encode_answer(&frames) {
        reader.push(&[byte]);
        read.extend(reader.next_frame().unwrap());
    }
    assert_eq!(read, frames);
    assert!(!reader.has_rest());
}

#[test]
fn frames_may_be_plain() {
    let message = encode(&response(), response().news.iter().map(|news| &news.changes));
    let length = u32::try_from(message.len()).unwrap().to_be_bytes();
    let mut reader = FrameReader::default();
    reader.push(&[&[PLAIN], &length[..], &message[..], &length[..], &message[..]].concat());
    for _ in 0..2 {
        assert_eq!(reader.next_frame().unwrap(), Some(response()));
    }
    assert_eq!((reader.next_frame().unwrap(), reader.has_rest()), (None, false));
}

#[test]
fn a_frame_that_says_what_the_one_before_said_is_short() {
    let mut writer = FrameWriter::default();
    let (first, second) = (writer.frame(&response()), writer.frame(&response()));
    assert!(second.len() * 3 < first.len(), "{} after {}", second.len(), first.len());
}

#[test]
fn nonsense_is_an_error_that_says_what_is_wrong() {
    assert_eq!(decode_request(&[]), Err(CodecError::UnknownCoding));
    assert_eq!(decode_request(&[9, 1]), Err(CodecError::UnknownCoding));
    assert_eq!(decode_request(&[0]), Err(CodecError::NotAMessage));
    assert_eq!(decode_request(b"<html>"), Err(CodecError::UnknownCoding));
    assert_eq!(decode_request(&[1, 255, 255, 255]), Err(CodecError::NotDeflate));
    assert_eq!(
        decode_request(&vec![0; Limits::REQUEST.body_bytes + 1]),
        Err(CodecError::TooLarge)
    );
    let later = SyncRequest {
        version: 200,
        ..request()
    };
    assert_eq!(decode_request(&encode_request(&later)), Err(CodecError::UnknownVersion));
    let mut trailing = vec![PLAIN];
    trailing.extend(encode(&request(), request().pushes.iter().map(|push| &push.changes)));
    trailing.push(0);
    assert_eq!(decode_request(&trailing), Err(CodecError::NotAMessage));
}

#[test]
fn a_body_that_inflates_without_end_is_refused() {
    let bomb = Deflater::default().block(&vec![0; Limits::REQUEST.inflated_bytes + 1]);
    assert!(bomb.len() < 10_000);
    let bomb = [&[DEFLATE], &bomb[..]].concat();
    assert_eq!(decode_request(&bomb), Err(CodecError::InflatesTooFar));
}

#[test]
fn a_pack_that_comes_to_too_many_bytes_is_refused() {
    let long = SyncRequest {
        pushes: vec![Push {
            document: "register/A".to_owned(),
            changes: vec![vec![0; Limits::REQUEST.inflated_bytes].into(), vec![0].into()],
        }],
        ..request()
    };
    assert_eq!(decode_request(&encode_request(&long)), Err(CodecError::InflatesTooFar));
}

#[test]
fn a_message_of_too_many_documents_or_changes_is_refused() {
    let push = |changes| Push {
        document: "register/A".to_owned(),
        changes,
    };
    let documents = SyncRequest {
        pushes: vec![push(Vec::new()); Limits::REQUEST.documents + 1],
        ..request()
    };
    let changes = SyncRequest {
        pushes: vec![push(vec![Vec::new().into(); Limits::REQUEST.changes + 1])],
        ..request()
    };
    for many in [documents, changes] {
        assert_eq!(decode_request(&encode_request(&many)), Err(CodecError::TooMany));
    }
}

#[test]
fn a_document_stands_in_one_push() {
    let mut twice = request();
    let log = twice.pushes[0].clone();
    twice.pushes.push(log);
    assert_eq!(decode_request(&encode_request(&twice)), Err(CodecError::NotAMessage));
    twice.pushes.swap(0, 1);
    assert_eq!(decode_request(&encode_request(&twice)), Err(CodecError::NotAMessage));
}

#[test]
fn a_version_is_told_from_nonsense_however_large_it_is() {
    let with_version = |bytes: &[u8]| {
        let message = message(&request());
        assert_eq!(message[..2], [0x8a, 1]);
        decode_request(&[&[PLAIN, 0x8a], bytes, &message[2..]].concat())
    };
    assert_eq!(with_version(&[1]), Ok(request()));
    for later in [&[2][..], &[0x18, 200], &[0x19, 1, 0], &[0x1b, 255, 0, 0, 0, 0, 0, 0, 0]] {
        assert_eq!(with_version(later), Err(CodecError::UnknownVersion), "{later:?}");
    }
    for nonsense in [&[0][..], &[0x20], &[0x61, b'1']] {
        assert_eq!(with_version(nonsense), Err(CodecError::NotAMessage), "{nonsense:?}");
    }
}

#[test]
fn a_body_goes_on_from_at_least_one_change_and_no_more_than_can_be_counted() {
    let body = |count: &[u8]| {
        let mut body = vec![FOLLOWING, 0x83, 0x60, 0x48];
        body.extend([6; 8]);
        body.extend(count);
        body.extend(Deflater::after(&[]).block(&message(&request())));
        decode_following(&body, |_| Ok::<_, CodecError>(Some(Vec::new())))
    };
    assert_eq!(body(&[1]), Ok(request()));
    assert_eq!(body(&[0]), Err(CodecError::UnknownContext));
    assert_eq!(body(&[0x1b, 0, 0, 0, 1, 0, 0, 0, 0]), Err(CodecError::NotAMessage));
}

#[test]
fn items_without_number_are_refused_before_any_is_made() {
    let count = 1_000_000_u32;
    let head = [0x88, 1, 0xf6, 0, 0, 0, 0xf6, 0x9a];
    let pushes = [0x81, 0x60].repeat(count as usize);
    let message = [&head[..], &count.to_be_bytes(), &pushes, &[0xf6, 0x80]].concat();
    assert!(message.len() < Limits::REQUEST.inflated_bytes);
    let body = [&[DEFLATE], &Deflater::default().block(&message)[..]].concat();
    assert!(body.len() < 8_000, "{} bytes", body.len());
    assert_eq!(decode_request(&body), Err(CodecError::TooMany));
}

#[test]
fn a_length_that_is_not_there_costs_no_memory() {
    // An array said to hold 2^32 pushes, and a frame said to be 4 GiB.
    let lie = [PLAIN, 0x88, 1, 0xf6, 0, 0, 0, 0xf6, 0x9a, 0xff, 0xff, 0xff, 0xff];
    assert_eq!(decode_request(&lie), Err(CodecError::NotAMessage));
    let mut reader = FrameReader::default();
    reader.push(&[DEFLATE, 0xff, 0xff, 0xff, 0xff]);
    assert_eq!(reader.next_frame().err(), Some(CodecError::TooLarge));
    let mut reader = FrameReader::default();
    reader.push(b"<html>");
    assert_eq!(reader.next_frame().err(), Some(CodecError::UnknownCoding));
}

#[test]
fn a_refusal_for_a_reason_that_is_not_known_yet_is_read() {
    let refused = [0x82, 3, 0x18, 200];
    let expected = RefusedChange {
        index: 3,
        reason: RefusalCode::Malformed,
    };
    assert_eq!(minicbor::decode::<RefusedChange>(&refused).unwrap(), expected);
}
