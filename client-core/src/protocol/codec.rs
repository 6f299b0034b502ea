//! Messages to bytes and back. Hostile bytes are errors, and cost no more memory than the limits say.

use std::io::{Read, Write};

use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use minicbor::{Decode, Encode};

use super::Limits;
use super::sync::{SyncRequest, SyncResponse};

const PLAIN: u8 = 0;
const DEFLATE: u8 = 1;

/// Bytes are not the message they should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// More bytes than [`Limits::body_bytes`].
    #[error("the body is too large")]
    TooLarge,
    /// More bytes inflated than [`Limits::inflated_bytes`].
    #[error("the body inflates to too much")]
    InflatesTooFar,
    /// The first byte names no coding.
    #[error("the body's coding is not known")]
    UnknownCoding,
    /// The body does not inflate.
    #[error("the body does not inflate")]
    NotDeflate,
    /// The body is not the CBOR it should be.
    #[error("the body is not a message of this protocol")]
    NotAMessage,
    /// A later version of the protocol.
    #[error("the message is of a version that is not known here")]
    UnknownVersion,
    /// More documents or changes than allowed.
    #[error("the message holds too many documents or changes")]
    TooMany,
}

fn pack(message: &[u8]) -> Vec<u8> {
    // Writing to memory cannot fail; should it ever, the plain form is always right.
    let deflated = || {
        let mut encoder = DeflateEncoder::new(vec![DEFLATE], Compression::best());
        encoder.write_all(message)?;
        encoder.finish()
    };
    match deflated() {
        Ok(deflated) if deflated.len() <= message.len() => deflated,
        Ok(_) | Err(_) => [&[PLAIN], message].concat(),
    }
}

fn unpack(body: &[u8], limits: Limits) -> Result<Vec<u8>, CodecError> {
    if body.len() > limits.body_bytes {
        return Err(CodecError::TooLarge);
    }
    match body.split_first() {
        Some((&PLAIN, message)) => Ok(message.to_vec()),
        Some((&DEFLATE, deflated)) => {
            let mut message = Vec::new();
            // One byte more than allowed tells "too much" from "just fits".
            let bounded = DeflateDecoder::new(deflated)
                .take(limits.inflated_bytes as u64 + 1)
                .read_to_end(&mut message);
            bounded.map_err(|_| CodecError::NotDeflate)?;
            if message.len() > limits.inflated_bytes {
                return Err(CodecError::InflatesTooFar);
            }
            Ok(message)
        }
        Some(_) | None => Err(CodecError::UnknownCoding),
    }
}

fn encode(message: &impl Encode<()>) -> Vec<u8> {
    minicbor::to_vec(message).expect("writing to memory does not fail")
}

fn decode<'b, T: Decode<'b, ()>>(bytes: &'b [u8]) -> Result<T, CodecError> {
    // The version stands first in every message, so that a later one can be told from nonsense.
    let mut decoder = minicbor::Decoder::new(bytes);
    let version = decoder
        .array()
        .ok()
        .and_then(|_| decoder.u8().ok())
        .ok_or(CodecError::NotAMessage)?;
    if version > super::VERSION {
        return Err(CodecError::UnknownVersion);
    }
    let mut decoder = minicbor::Decoder::new(bytes);
    let message = decoder.decode().map_err(|_| CodecError::NotAMessage)?;
    match decoder.position() == bytes.len() {
        true => Ok(message),
        false => Err(CodecError::NotAMessage),
    }
}

/// A request as a body.
pub fn encode_request(request: &SyncRequest) -> Vec<u8> {
    pack(&encode(request))
}

/// A body as a request.
pub fn decode_request(body: &[u8]) -> Result<SyncRequest, CodecError> {
    let limits = Limits::REQUEST;
    let request: SyncRequest = decode(&unpack(body, limits)?)?;
    let changes: usize = request.pushes.iter().map(|push| push.changes.len()).sum();
    if request.pushes.len() > limits.documents || changes > limits.changes {
        return Err(CodecError::TooMany);
    }
    Ok(request)
}

/// Bytes before a frame: its length, big-endian.
const FRAME_HEAD: usize = 4;

/// One frame of an answer: its length in 4 bytes, then a body.
pub fn encode_frame(response: &SyncResponse) -> Vec<u8> {
    let body = pack(&encode(response));
    let length = u32::try_from(body.len()).expect("a frame is far smaller than 4 GiB");
    [&length.to_be_bytes()[..], &body].concat()
}

/// Takes an answer apart into frames as its bytes arrive.
#[derive(Debug, Default)]
pub struct FrameReader {
    pending: Vec<u8>,
}

impl FrameReader {
    /// Takes in the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    /// The next whole frame, none while it is incomplete.
    pub fn next_frame(&mut self) -> Result<Option<SyncResponse>, CodecError> {
        let limits = Limits::FRAME;
        let Some((head, rest)) = self.pending.split_first_chunk::<FRAME_HEAD>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*head) as usize;
        if length > limits.body_bytes {
            return Err(CodecError::TooLarge);
        }
        let Some(body) = rest.get(..length) else {
            return Ok(None);
        };
        let response: SyncResponse = decode(&unpack(body, limits)?)?;
        let changes: usize = response.news.iter().map(|news| news.changes.len()).sum();
        if response.news.len() > limits.documents || changes > limits.changes {
            return Err(CodecError::TooMany);
        }
        self.pending.drain(..FRAME_HEAD + length);
        Ok(Some(response))
    }

    /// Whether bytes of an incomplete frame are left.
    pub fn has_rest(&self) -> bool {
        !self.pending.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::super::sync::{Push, RefusalCode, RefusedChange, SyncRequest, SyncResponse};
    use super::*;
    use crate::protocol::sync::Fate;

    fn request() -> SyncRequest {
        SyncRequest {
            version: 1,
            epoch: Some([7; 8].into()),
            cursor: 300,
            scope: 5,
            budget: 65536,
            profile: Some(9),
            pushes: vec![Push {
                document: "register/A".to_owned(),
                changes: vec![vec![1, 2, 3].into()],
            }],
            signature: Some([3; 64].into()),
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
            news: Vec::new(),
            set_aside: Vec::new(),
            profile: None,
            more: false,
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
            ..request()
        };
        let bytes = encode_request(&idle);
        assert!(bytes.len() <= 60, "{} bytes", bytes.len());
        assert_eq!(decode_request(&bytes).unwrap(), idle);
    }

    #[test]
    fn frames_come_apart_however_their_bytes_arrive() {
        let bytes = [
            encode_frame(&response()),
            encode_frame(&SyncResponse {
                cursor: 302,
                ..response()
            }),
        ]
        .concat();
        let mut reader = FrameReader::default();
        let mut cursors = Vec::new();
        for byte in bytes {
            reader.push(&[byte]);
            cursors.extend(reader.next_frame().unwrap().map(|frame| frame.cursor));
        }
        assert_eq!(cursors, [301, 302]);
        assert!(!reader.has_rest());
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
        trailing.extend(encode(&request()));
        trailing.push(0);
        assert_eq!(decode_request(&trailing), Err(CodecError::NotAMessage));
    }

    #[test]
    fn a_body_that_inflates_without_end_is_refused() {
        let bomb = pack(&vec![0; Limits::REQUEST.inflated_bytes + 1]);
        assert!(bomb.len() < 10_000);
        assert_eq!(decode_request(&bomb), Err(CodecError::InflatesTooFar));
    }

    #[test]
    fn a_length_that_is_not_there_costs_no_memory() {
        // An array said to hold 2^32 pushes, and a frame said to be 4 GiB.
        let lie = [PLAIN, 0x88, 1, 0xf6, 0, 0, 0, 0xf6, 0x9a, 0xff, 0xff, 0xff, 0xff];
        assert_eq!(decode_request(&lie), Err(CodecError::NotAMessage));
        let mut reader = FrameReader::default();
        reader.push(&[0xff; 8]);
        assert_eq!(reader.next_frame().err(), Some(CodecError::TooLarge));
    }
}
