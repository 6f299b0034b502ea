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
