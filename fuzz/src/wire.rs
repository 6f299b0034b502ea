//! Bodies of the sync protocol around messages that no writer of sound ones would make.

use client_core::document::pack::pack;
use client_core::protocol::codec::FOLLOWING;
use client_core::protocol::context::Context;
use client_core::protocol::sync::{SyncRequest, SyncResponse};
use minicbor::Encode;
use minicbor::bytes::ByteVec;

/// Longest block that is stored and not deflated.
const STORED_BYTES: usize = 0xffff;

/// A request as it stands in a body.
pub fn request(request: &SyncRequest) -> Vec<u8> {
    message(request, request.pushes.iter().map(|push| &push.changes))
}

/// A frame of an answer as it stands in a block.
pub fn frame(frame: &SyncResponse) -> Vec<u8> {
    message(frame, frame.news.iter().map(|news| &news.changes))
}

fn message<'m>(message: &impl Encode<()>, lists: impl Iterator<Item = &'m Vec<ByteVec>> + Clone) -> Vec<u8> {
    let counts: Vec<usize> = lists.clone().map(Vec::len).collect();
    let mut bytes = minicbor::to_vec(message).expect("memory can be written to");
    minicbor::encode(&counts, &mut bytes).expect("memory can be written to");
    if !counts.is_empty() {
        bytes.extend(pack(lists.flatten().map(|change| change.as_slice())));
    }
    bytes
}

/// A body that says of itself that it is plain.
pub fn plain(message: &[u8]) -> Vec<u8> {
    [&[0], message].concat()
}

/// A body that says of itself that it is deflated, though nothing in it is shorter.
pub fn deflated(message: &[u8]) -> Vec<u8> {
    [&[1], &block(message)[..]].concat()
}

/// A body that says of itself that it goes on from changes.
pub fn following(message: &[u8]) -> Vec<u8> {
    let context = Context {
        document: "log/A/2026".to_owned(),
        last: [1; 8].into(),
        count: 1,
    };
    let context = minicbor::to_vec(context).expect("memory can be written to");
    [&[FOLLOWING], &context[..], &block(message)].concat()
}

/// An answer of these messages, each a frame.
pub fn answer<'m>(messages: impl IntoIterator<Item = &'m [u8]>) -> Vec<u8> {
    let mut answer = vec![1];
    for message in messages {
        let block = block(message);
        answer.extend((block.len() as u32).to_be_bytes());
        answer.extend(block);
    }
    answer
}

fn block(message: &[u8]) -> Vec<u8> {
    let mut block = Vec::new();
    for piece in message.chunks(STORED_BYTES) {
        let length = piece.len() as u16;
        block.push(0);
        block.extend(length.to_le_bytes());
        block.extend((!length).to_le_bytes());
        block.extend(piece);
    }
    // The head of an empty block, whose length and complement the reader puts behind every block.
    block.push(0);
    block
}

#[cfg(test)]
mod tests {
    use client_core::protocol::codec::{CodecError, FrameReader, decode_following};

    use super::*;

    #[test]
    fn what_is_put_into_a_body_untouched_is_read_as_it_was() {
        let idle = SyncRequest {
            version: 1,
            ..SyncRequest::default()
        };
        let message = request(&idle);
        for body in [plain(&message), deflated(&message), following(&message)] {
            let read = decode_following(&body, |_| Ok::<_, CodecError>(Some(Vec::new())));
            assert_eq!(read.as_ref(), Ok(&idle));
        }
        let blank = SyncResponse::blank([7; 8].into());
        let message = frame(&blank);
        let mut reader = FrameReader::default();
        reader.push(&answer([&message[..], &message]));
        for _ in 0..2 {
            assert_eq!(reader.next_frame(), Ok(Some(blank.clone())));
        }
        assert!(!reader.has_rest());
    }
}
