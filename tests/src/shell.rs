//! A phone's shell: a disk, and the server of a world at the other end.

use std::collections::BTreeMap;

use crate::world::World;
use client_core::ids::DeviceId;
use client_core::protocol::CONTENT_TYPE;
use client_core::protocol::codec::encode_answer;
use client_core::protocol::sync::SyncResponse;
use client_core::replica::Replica;
use client_core::replica::effect::{Effect, Write};
use client_core::replica::input::{Input, StoredValue, WakeReason};
use client_core::replica::view::{Answer, EntryRow, Query};
use client_core::time::Timestamp;

/// A phone with its disk.
#[derive(Debug)]
pub struct Shell {
    core: Replica,
    /// What is stored.
    pub disk: BTreeMap<String, Vec<u8>>,
    /// Its clock.
    pub now: Timestamp,
    /// The request that waits for an answer, with its body.
    pub sent: Option<(u32, Vec<u8>)>,
}

impl Shell {
    /// A phone that finds this on its disk.
    pub fn open(disk: BTreeMap<String, Vec<u8>>, now: Timestamp) -> Self {
        let stored = disk.iter().map(|(key, value)| StoredValue {
            key: key.clone(),
            value: value.clone(),
        });
        let stored = stored.collect();
        let mut shell = Self {
            core: Replica::new(7),
            disk,
            now,
            sent: None,
        };
        shell.give(Input::Opened { stored });
        shell
    }

    /// A phone of the officer `an` of the world, enrolled under a number and with all the news.
    ///
    /// # Panics
    /// When the number is taken.
    pub fn enrolled(world: &World, number: u8) -> Self {
        let (mut shell, device) = Self::new(world, number);
        while shell.sent.is_some() {
            let frames = shell.frames(world, device);
            shell.answer_frames(&frames);
        }
        shell
    }

    /// The same, of which the server has not heard more than that yet.
    ///
    /// # Panics
    /// When the number is taken.
    pub fn new(world: &World, number: u8) -> (Self, DeviceId) {
        let device = world.device(number, "an");
        let mut shell = Self::open(BTreeMap::new(), world.now);
        shell.give(Input::Enrol {
            code: "00000000".to_owned(),
            signing_seed: vec![number; 32],
            device_name: "máy".to_owned(),
        });
        let answer = serde_json::json!({ "device": device.id.to_string(), "token": "token", "unit": "A" });
        shell.answer(201, "application/json", answer.to_string().as_bytes());
        (shell, device.id)
    }

    /// What the world's server answers to the request that waits.
    ///
    /// # Panics
    /// When the phone has sent nothing that it could answer.
    pub fn frames(&self, world: &World, device: DeviceId) -> Vec<SyncResponse> {
        let (_, body) = self.sent.as_ref().expect("a request waits");
        let sender = world.ingest.sender(device, world.now).expect("the store answers");
        let sender = sender.expect("the device is known");
        let request = world.ingest.read(&sender, body).expect("phones send requests");
        let receipt = world.ingest.receive(&sender, &request, world.now);
        world.ingest.apply_waiting().expect("the store answers");
        let receipt = receipt.expect("the request is sound");
        let frames = world.ingest.answer(&sender, &request, receipt, world.now);
        frames.expect("the store answers")
    }

    /// Hands in an answer of frames.
    pub fn answer_frames(&mut self, frames: &[SyncResponse]) {
        self.answer(200, CONTENT_TYPE, &encode_answer(frames));
    }

    /// Hands in an answer, in two pieces.
    pub fn answer(&mut self, status: u16, content_type: &str, body: &[u8]) {
        let Some((request, _)) = self.sent.take() else { return };
        let (first, second) = body.split_at(body.len() / 2);
        for piece in [first, second] {
            let bytes = piece.to_vec();
            self.give(Input::ResponseBytes { request, bytes });
        }
        self.give(Input::ResponseEnd {
            request,
            status,
            content_type: content_type.to_owned(),
            retry_after_s: None,
        });
    }

    /// Asks it to sync.
    pub fn wake(&mut self) {
        self.now = self.now.plus_ms(3_600_000);
        self.give(Input::Wake {
            reason: WakeReason::Asked,
        });
    }

    /// Hands in an input, and does what comes of it.
    pub fn give(&mut self, input: Input) {
        let mut effects = self.core.handle(input, self.now);
        while let Some(effect) = (!effects.is_empty()).then(|| effects.remove(0)) {
            match effect {
                Effect::Persist { ticket, writes } => {
                    self.write(writes);
                    effects.extend(self.core.handle(Input::Persisted { ticket }, self.now));
                }
                Effect::Send { request, body, .. } => self.sent = Some((request, body)),
                Effect::WakeAt { .. } | Effect::RequestBackgroundSync | Effect::Outcome { .. } | Effect::Changed => {}
            }
        }
    }

    fn write(&mut self, writes: Vec<Write>) {
        for Write { key, value } in writes {
            match value {
                Some(value) => drop(self.disk.insert(key, value)),
                None => drop(self.disk.remove(&key)),
            }
        }
    }

    /// What a screen is told.
    pub fn query(&self, query: &Query) -> Answer {
        self.core.query(query, self.now)
    }

    /// The records that the screens show.
    ///
    /// # Panics
    /// When the phone answers something else.
    pub fn rows(&self) -> Vec<EntryRow> {
        let all = Query::Entries {
            task: None,
            records: Vec::new(),
            deleted: false,
        };
        let Answer::Entries(list) = self.query(&all) else {
            panic!("entries were asked for");
        };
        list.rows
    }

    /// Opens every screen.
    pub fn look_around(&self) {
        let period = "2026-Q3".parse().expect("a period");
        for query in [
            Query::Status,
            Query::Today,
            Query::Entries {
                task: None,
                records: Vec::new(),
                deleted: true,
            },
            Query::Drafts,
            Query::Reports,
            Query::Report { period },
            Query::Outbox,
            Query::Units,
        ] {
            self.query(&query);
        }
    }
}
