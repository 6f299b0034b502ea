//! A phone whose requests are answered by hand: later, in part, or never.

use super::*;

/// What the core asked of the shell, but for writes: they go to the disk at once.
#[derive(Default)]
pub(super) struct Asked {
    pub(super) sent: Vec<(u32, Vec<u8>)>,
    pub(super) alarms: Vec<Timestamp>,
    pub(super) background: bool,
}

/// Gives an input to a phone whose requests wait to be answered.
pub(super) fn give(phone: &mut Phone, input: Input) -> Asked {
    let mut asked = Asked::default();
    let mut effects = std::collections::VecDeque::from(phone.core.handle(input, phone.at));
    while let Some(effect) = effects.pop_front() {
        match effect {
            Effect::Persist { ticket, writes } => {
                for Write { key, value } in writes {
                    match value {
                        Some(value) => drop(phone.disk.insert(key, value)),
                        None => drop(phone.disk.remove(&key)),
                    }
                }
                effects.extend(phone.core.handle(Input::Persisted { ticket }, phone.at));
            }
            Effect::Send { request, body, .. } => asked.sent.push((request, body)),
            Effect::WakeAt { at } => asked.alarms.push(at),
            Effect::RequestBackgroundSync => asked.background = true,
            Effect::Outcome { outcome } => phone.outcomes.push(outcome),
            Effect::Changed => {}
        }
    }
    asked
}

pub(super) fn end(request: u32, status: u16, content_type: &str, retry_after_s: Option<u32>) -> Input {
    Input::ResponseEnd {
        request,
        status,
        content_type: content_type.to_owned(),
        retry_after_s,
    }
}

/// The one request that was sent.
pub(super) fn only_sent(asked: &Asked) -> u32 {
    assert_eq!(asked.sent.len(), 1);
    asked.sent[0].0
}

/// The server answers the request that was sent.
pub(super) fn answer(phone: &mut Phone, server: &mut TestServer, asked: &Asked) -> Asked {
    let request = only_sent(asked);
    let bytes = server.sync(phone.device, &asked.sent[0].1);
    give(phone, Input::ResponseBytes { request, bytes });
    give(phone, end(request, 200, CONTENT_TYPE, None))
}

/// Asks the phone to sync.
pub(super) fn ask(phone: &mut Phone) -> Asked {
    let reason = WakeReason::Asked;
    give(phone, Input::Wake { reason })
}

/// The server answers with these frames.
pub(super) fn hear(phone: &mut Phone, asked: &Asked, frames: &[SyncResponse]) -> Asked {
    let request = only_sent(asked);
    let bytes = codec::encode_answer(frames);
    give(phone, Input::ResponseBytes { request, bytes });
    give(phone, end(request, 200, CONTENT_TYPE, None))
}

/// What the phone asked.
pub(super) fn request(asked: &Asked) -> SyncRequest {
    only_sent(asked);
    codec::decode_request(&asked.sent[0].1).unwrap()
}

/// A frame with nothing in it.
pub(super) fn frame(cursor: u64) -> SyncResponse {
    SyncResponse {
        cursor,
        scope: 1,
        server_time: now().0,
        ..SyncResponse::blank([1; 8].into())
    }
}

/// A frame with what the server got as number `at`.
pub(super) fn telling(server: &TestServer, at: usize) -> SyncResponse {
    let (document, change, _) = &server.changes[at];
    SyncResponse {
        news: vec![News {
            document: document.clone(),
            changes: vec![change.bytes().to_vec().into()],
        }],
        ..frame(at as u64 + 1)
    }
}
