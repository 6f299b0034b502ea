//! Messages to bytes and back. Hostile bytes are errors, and cost no more memory than the limits say.

use std::collections::BTreeSet;

use minicbor::bytes::ByteVec;
use minicbor::{Decode, Encode};

use super::Limits;
use super::context::Context;
use super::counted;
use super::deflate::{Deflater, Inflater};
use super::sync::{SyncRequest, SyncResponse};
use crate::document::pack::{PackError, pack, unpack as unpack_changes};

const PLAIN: u8 = 0;
const DEFLATE: u8 = 1;
/// A body that goes on from changes begins with this.
pub const FOLLOWING: u8 = 2;

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
    /// The body goes on from changes that are not there, or not any more.
    #[error("the changes from which the body goes on are not here")]
    UnknownContext,
    /// More documents or changes than allowed.
    #[error("the message holds too many documents or changes")]
    TooMany,
}

/// The lists of changes of a message, in their order.
trait Carries {
    fn lists(&mut self) -> Vec<&mut Vec<ByteVec>>;
}

impl Carries for SyncRequest {
    fn lists(&mut self) -> Vec<&mut Vec<ByteVec>> {
        self.pushes.iter_mut().map(|push| &mut push.changes).collect()
    }
}

impl Carries for SyncResponse {
    fn lists(&mut self) -> Vec<&mut Vec<ByteVec>> {
        self.news.iter_mut().map(|news| &mut news.changes).collect()
    }
}

/// The message, how many changes belong to each of its documents, and all of them in one pack.
fn encode<'m>(message: &impl Encode<()>, lists: impl Iterator<Item = &'m Vec<ByteVec>> + Clone) -> Vec<u8> {
    let counts: Vec<usize> = lists.clone().map(Vec::len).collect();
    let mut bytes = minicbor::to_vec(message).expect("writing to memory does not fail");
    minicbor::encode(&counts, &mut bytes).expect("writing to memory does not fail");
    if !counts.is_empty() {
        bytes.extend(pack(lists.flatten().map(|change| change.as_slice())));
    }
    bytes
}

fn decode<'b, T: Decode<'b, ()> + Carries>(bytes: &'b [u8], limits: Limits) -> Result<T, CodecError> {
    // The version stands first in every message, so that a later one can be told from nonsense.
    let mut decoder = minicbor::Decoder::new(bytes);
    let version = decoder
        .array()
        .ok()
        .and_then(|_| decoder.u64().ok())
        .filter(|version| *version > 0)
        .ok_or(CodecError::NotAMessage)?;
    if version > super::VERSION.into() {
        return Err(CodecError::UnknownVersion);
    }
    counted::check(bytes, limits)?;
    let mut decoder = minicbor::Decoder::new(bytes);
    let mut message: T = decoder.decode().map_err(|_| CodecError::NotAMessage)?;
    let counts: Vec<usize> = decoder.decode().map_err(|_| CodecError::NotAMessage)?;
    let rest = &bytes[decoder.position()..];
    let lists = message.lists();
    if lists.len() != counts.len() {
        return Err(CodecError::NotAMessage);
    }
    let all = counts.iter().fold(0_usize, |sum, count| sum.saturating_add(*count));
    if counts.len() > limits.documents || all > limits.changes {
        return Err(CodecError::TooMany);
    }
    if counts.is_empty() {
        return match rest.is_empty() {
            true => Ok(message),
            false => Err(CodecError::NotAMessage),
        };
    }
    let changes = unpack_changes(rest, all, limits.inflated_bytes).map_err(|error| match error {
        PackError::Malformed => CodecError::NotAMessage,
        PackError::TooLarge => CodecError::InflatesTooFar,
    })?;
    let mut changes = changes.into_iter().map(ByteVec::from);
    for (list, count) in lists.into_iter().zip(counts) {
        list.extend(changes.by_ref().take(count));
    }
    Ok(message)
}

fn message(request: &SyncRequest) -> Vec<u8> {
    encode(request, request.pushes.iter().map(|push| &push.changes))
}

/// A request as a body.
pub fn encode_request(request: &SyncRequest) -> Vec<u8> {
    let message = message(request);
    let deflated = Deflater::default().block(&message);
    match deflated.len() < message.len() {
        true => [&[DEFLATE], &deflated[..]].concat(),
        false => [&[PLAIN], &message[..]].concat(),
    }
}

/// A request as a body that goes on from changes which the server has, with what stands in the window then.
pub fn encode_following(request: &SyncRequest, context: &Context, bytes: &[u8]) -> Vec<u8> {
    let mut body = vec![FOLLOWING];
    minicbor::encode(context, &mut body).expect("writing to memory does not fail");
    body.extend(Deflater::after(bytes).block(&message(request)));
    body
}

/// A body as a request, where there is nothing to go on from.
pub fn decode_request(body: &[u8]) -> Result<SyncRequest, CodecError> {
    decode_following(body, |_| Ok(None))
}

/// A body as a request. What it goes on from is asked for, if it does; none when it is not there.
pub fn decode_following<E: From<CodecError>>(
    body: &[u8],
    find: impl FnOnce(&Context) -> Result<Option<Vec<u8>>, E>,
) -> Result<SyncRequest, E> {
    let limits = Limits::REQUEST;
    if body.len() > limits.body_bytes {
        return Err(CodecError::TooLarge.into());
    }
    match body.split_first() {
        Some((&PLAIN, message)) => Ok(request(message)?),
        Some((&DEFLATE, deflated)) => Ok(inflated(Inflater::default(), deflated)?),
        Some((&FOLLOWING, rest)) => {
            let mut decoder = minicbor::Decoder::new(rest);
            let context: Context = decoder.decode().map_err(|_| CodecError::NotAMessage)?;
            let bytes = match context.count {
                0 => None,
                1.. => find(&context)?,
            };
            let bytes = bytes.ok_or(CodecError::UnknownContext)?;
            Ok(inflated(Inflater::after(&bytes), &rest[decoder.position()..])?)
        }
        Some(_) | None => Err(CodecError::UnknownCoding.into()),
    }
}

fn inflated(mut inflater: Inflater, deflated: &[u8]) -> Result<SyncRequest, CodecError> {
    request(&inflater.block(deflated, Limits::REQUEST.inflated_bytes)?)
}

fn request(message: &[u8]) -> Result<SyncRequest, CodecError> {
    let limits = Limits::REQUEST;
    let request: SyncRequest = decode(message, limits)?;
    // A change that is refused must take those with it that depend on it, and a push is judged by itself.
    let mut named = BTreeSet::new();
    if !request.pushes.iter().all(|push| named.insert(&push.document)) {
        return Err(CodecError::NotAMessage);
    }
    // Who reviews reads more documents than anybody writes.
    match request
        .reconcile
        .as_ref()
        .is_some_and(|known| known.len() > limits.changes)
    {
        true => Err(CodecError::TooMany),
        false => Ok(request),
    }
}

/// Bytes before a frame: its length, big-endian.
const FRAME_HEAD: usize = 4;

/// Puts an answer together from frames: one byte that says how they are coded, then each with its length in 4 bytes before it.
/// Each goes on where the one before ended, so that what one has said the next need not spell out. An answer that begins with
/// little, which is all of it then, is not deflated: numbers and hashes would only become more.
#[derive(Debug, Default)]
pub struct FrameWriter {
    coding: Option<Written>,
}

/// How the frames of an answer are written.
#[derive(Debug)]
enum Written {
    Plain,
    Deflated(Box<Deflater>),
}

/// A first frame of so many bytes is not worth deflating.
const SHORT: usize = 64;

impl FrameWriter {
    /// The bytes of the next frame.
    pub fn frame(&mut self, response: &SyncResponse) -> Vec<u8> {
        let message = encode(response, response.news.iter().map(|news| &news.changes));
        let mut bytes = Vec::new();
        let coding = self.coding.get_or_insert_with(|| {
            let (code, coding) = match message.len() <= SHORT {
                true => (PLAIN, Written::Plain),
                false => (DEFLATE, Written::Deflated(Box::default())),
            };
            bytes.push(code);
            coding
        });
        let block = match coding {
            Written::Plain => message,
            Written::Deflated(deflater) => deflater.block(&message),
        };
        let length = u32::try_from(block.len()).expect("a frame is far smaller than 4 GiB");
        bytes.extend(length.to_be_bytes());
        bytes.extend(block);
        bytes
    }
}

/// An answer of these frames.
pub fn encode_answer<'r>(frames: impl IntoIterator<Item = &'r SyncResponse>) -> Vec<u8> {
    let mut writer = FrameWriter::default();
    frames.into_iter().flat_map(|frame| writer.frame(frame)).collect()
}

/// Takes an answer apart into frames as its bytes arrive.
#[derive(Debug, Default)]
pub struct FrameReader {
    pending: Vec<u8>,
    /// Bytes before those.
    read: usize,
    coding: Option<Coding>,
}

/// How the frames of an answer are coded.
#[derive(Debug)]
enum Coding {
    Plain,
    Deflate(Box<Inflater>),
}

impl FrameReader {
    /// Takes in the next bytes.
    pub fn push(&mut self, bytes: &[u8]) {
        self.pending.extend_from_slice(bytes);
    }

    /// The next whole frame, none while it is incomplete.
    pub fn next_frame(&mut self) -> Result<Option<SyncResponse>, CodecError> {
        let limits = Limits::FRAME;
        if self.coding.is_none() {
            self.coding = match self.pending.first() {
                None => return Ok(None),
                Some(&PLAIN) => Some(Coding::Plain),
                Some(&DEFLATE) => Some(Coding::Deflate(Box::default())),
                Some(_) => return Err(CodecError::UnknownCoding),
            };
            self.pending.remove(0);
            self.read += 1;
        }
        let Some((head, rest)) = self.pending.split_first_chunk::<FRAME_HEAD>() else {
            return Ok(None);
        };
        let length = u32::from_be_bytes(*head) as usize;
        if length > limits.body_bytes {
            return Err(CodecError::TooLarge);
        }
        let Some(block) = rest.get(..length) else {
            return Ok(None);
        };
        let response = match &mut self.coding {
            Some(Coding::Deflate(inflater)) => decode(&inflater.block(block, limits.inflated_bytes)?, limits)?,
            Some(Coding::Plain) | None => decode(block, limits)?,
        };
        self.pending.drain(..FRAME_HEAD + length);
        self.read += FRAME_HEAD + length;
        Ok(Some(response))
    }

    /// How many bytes have arrived.
    pub fn arrived(&self) -> usize {
        self.read + self.pending.len()
    }

    /// How many bytes will have arrived with the frame that is incomplete. None where it has not said so.
    pub fn awaited(&self) -> Option<usize> {
        let head = self
            .pending
            .first_chunk::<FRAME_HEAD>()
            .filter(|_| self.coding.is_some())?;
        Some(self.read + FRAME_HEAD + u32::from_be_bytes(*head) as usize)
    }

    /// Whether bytes of an incomplete frame are left.
    pub fn has_rest(&self) -> bool {
        !self.pending.is_empty()
    }
}

#[cfg(test)]
#[path = "codec/tests.rs"]
mod tests;
