//! One run: what happens, and when, all of it from one seed.

mod calm;
mod mishaps;
mod phones;
mod traffic;

use std::collections::{BTreeMap, BTreeSet};

use client_core::ids::EntryId;
use client_core::replica::input::{Input, WakeReason};
use client_core::time::Timestamp;
use system_tests::world::START;

use self::mishaps::Mishap;
use crate::checkers;
use crate::network::Weather;
use crate::office::PEOPLE;
use crate::officer;
use crate::phone::Phone;
use crate::server::{Held, Reply, Server};
use crate::trace::{ToldOnPanic, Trace};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Rounds of fair weather, each an hour, after which all must agree.
const CALM_ROUNDS: u32 = 4;

/// To whom an answer goes.
#[derive(Debug, Clone, Copy)]
struct Address {
    phone: usize,
    life: u32,
    request: u32,
}

enum Event {
    /// An officer does something.
    Act,
    /// The disk has what it was given.
    Written { phone: usize, life: u32, ticket: u32 },
    /// A request is at the server. Nobody waits for the answer to one that comes twice or too late.
    Arrive {
        to: Option<Address>,
        weather: Weather,
        path: String,
        token: String,
        body: Vec<u8>,
    },
    /// The server answers what it has taken in.
    Answer {
        to: Option<Address>,
        weather: Weather,
        held: Box<Held>,
        apply: bool,
    },
    /// A piece of an answer is at the phone.
    Bytes { to: Address, bytes: Vec<u8> },
    /// The answer is whole.
    End { to: Address, reply: Reply },
    /// The answer does not come.
    Fail { to: Address },
    /// The alarm rings.
    Alarm { phone: usize, life: u32, alarm: u32 },
    /// The browser wakes the app.
    Wake {
        phone: usize,
        life: u32,
        reason: WakeReason,
    },
    /// The app is opened.
    Open { phone: usize },
    /// The app is killed.
    Kill { phone: usize },
    /// The server is killed.
    ServerKill,
    /// The server starts.
    ServerStart,
    /// The server comes to apply what waits.
    Apply,
    /// Something that happens to a phone, a person or the server once in years.
    Mishap,
    /// A device that is not honest pushes, if this world has one.
    Intrude,
}

struct Run {
    rng: fastrand::Rng,
    now: Timestamp,
    order: u64,
    events: BTreeMap<(i64, u64), Event>,
    server: Server,
    phones: Vec<Phone>,
    acts: u32,
    calm: bool,
    /// What may happen in this world beside weather and crashes.
    mishaps: Vec<Mishap>,
    /// Codes that were given out.
    codes: u32,
    /// Records that somebody saw marked as received, by unit, while no restore took them.
    received: BTreeSet<(String, EntryId)>,
    trace: Trace,
}

/// Runs a seed.
///
/// # Panics
/// When an invariant does not hold.
pub(crate) fn run(seed: u64) -> Trace {
    let trace = Trace::new(seed);
    let _told = ToldOnPanic(trace.clone());
    let mut run = Run::new(seed, trace);
    run.storm();
    run.calm();
    run.check();
    run.trace
}

impl Run {
    fn new(seed: u64, trace: Trace) -> Self {
        let mut rng = fastrand::Rng::with_seed(seed);
        let mut server = Server::new(START);
        if seed % 6 == 1 {
            server.let_in_an_intruder(START);
        }
        let mut phones = Vec::new();
        for _ in 0..rng.usize(2..=8) {
            // Half of the phones are one unit's, so that people meet.
            let (person, _) = PEOPLE[if rng.bool() { rng.usize(..2) } else { rng.usize(..4) }];
            let skew_ms = match rng.u32(0..6) {
                0 => rng.i64(-400 * DAY..400 * DAY),
                1 => rng.i64(-DAY..DAY),
                2 => rng.i64(-HOUR..HOUR),
                _ => rng.i64(-SECOND..SECOND),
            };
            phones.push(Phone {
                // Then what waits does not fit into one body.
                wordy: seed % 5 == 2,
                // Hardly more than the largest change takes.
                cut_after: (seed % 10 == 7).then_some(6 * 1024),
                // From 6 to 10 KiB.
                cut_down_after: (seed % 10 == 7).then_some((6 + seed as usize / 10 % 5) * 1024),
                ..Phone::new(person, skew_ms)
            });
        }
        let mut mishaps = Mishap::ALL.to_vec();
        mishaps.retain(|_| rng.u32(0..3) == 0);
        let acts = rng.u32(15..45);
        Self {
            rng,
            now: START,
            order: 0,
            events: BTreeMap::new(),
            server,
            phones,
            acts,
            calm: false,
            mishaps,
            codes: 0,
            received: BTreeSet::new(),
            trace,
        }
    }

    fn storm(&mut self) {
        for phone in 0..self.phones.len() {
            self.soon(MINUTE, Event::Open { phone });
            self.soon(2 * HOUR, Event::Kill { phone });
        }
        self.soon(HOUR, Event::ServerKill);
        self.after(2 * MINUTE, Event::Act);
        self.soon(4 * HOUR, Event::Mishap);
        self.after(30 * MINUTE, Event::Intrude);
        while self.acts > 0 {
            self.step();
        }
    }

    /// Milliseconds since the beginning.
    fn at(&self) -> i64 {
        self.now.0 - START.0
    }

    fn after(&mut self, ms: i64, event: Event) {
        self.order += 1;
        self.events.insert((self.at() + ms.max(1), self.order), event);
    }

    fn soon(&mut self, within_ms: i64, event: Event) {
        let ms = self.rng.i64(1..within_ms);
        self.after(ms, event);
    }

    fn step(&mut self) {
        let ((at, _), event) = self.events.pop_first().expect("there is always an alarm");
        self.now = START.plus_ms(at);
        match event {
            Event::Act => self.act(),
            Event::Written { phone, life, ticket } => self.written(phone, life, ticket),
            Event::Arrive {
                to,
                weather,
                path,
                token,
                body,
            } => self.arrive(to, weather, &path, &token, &body),
            Event::Answer {
                to,
                weather,
                held,
                apply,
            } => self.answer(to, weather, *held, apply),
            Event::Bytes { to, bytes } => {
                let request = to.request;
                self.give_to(to.phone, to.life, Input::ResponseBytes { request, bytes });
            }
            Event::End { to, reply } => {
                self.trace
                    .note(at, format_args!("phone {} hears {}", to.phone, reply.status));
                let ended = Input::ResponseEnd {
                    request: to.request,
                    status: reply.status,
                    content_type: reply.content_type.to_owned(),
                    retry_after_s: reply.retry_after,
                };
                self.give_to(to.phone, to.life, ended);
            }
            Event::Fail { to } => {
                self.trace.note(at, format_args!("phone {} hears nothing", to.phone));
                let request = to.request;
                self.give_to(to.phone, to.life, Input::SendFailed { request });
            }
            Event::Alarm { phone, life, alarm } if self.phones[phone].alarm == alarm => {
                self.give_to(phone, life, Input::Alarm);
            }
            Event::Alarm { .. } => {}
            Event::Wake { phone, life, reason } => self.give_to(phone, life, Input::Wake { reason }),
            Event::Open { phone } => self.open(phone),
            Event::Kill { phone } => self.kill(phone),
            Event::ServerKill => self.server_kill(),
            Event::ServerStart => self.server_start(),
            Event::Apply => self.server.apply(),
            Event::Mishap => self.mishap(),
            Event::Intrude => {
                self.server.intrude(self.now);
                if !self.calm {
                    self.after(3 * HOUR, Event::Intrude);
                }
            }
        }
    }

    fn act(&mut self) {
        if self.calm {
            return;
        }
        self.acts -= 1;
        let phone = self.rng.usize(..self.phones.len());
        if self.needs_a_code(phone) && self.rng.bool() {
            self.enrol(phone);
        } else if let Some((input, asked)) = officer::act(&self.phones[phone], &mut self.rng, self.now) {
            let what = format!("{input:?}");
            let what = what.split_once([' ', '(']).map_or(&*what, |(name, _)| name);
            self.trace.note(self.at(), format_args!("phone {phone}: {what}"));
            self.phones[phone].asked.extend(asked);
            self.give(phone, input);
            if self.rng.u32(0..4) == 0 {
                let (life, reason) = (self.phones[phone].life, WakeReason::Asked);
                self.soon(MINUTE, Event::Wake { phone, life, reason });
            }
        }
        // Most things are done in a sitting, some after hours in the valley.
        let pause = [20 * SECOND, 5 * MINUTE, 3 * HOUR][self.rng.usize(..3)];
        self.soon(pause, Event::Act);
    }

    fn server_kill(&mut self) {
        if self.calm {
            return;
        }
        self.trace.note(self.at(), format_args!("the server is killed"));
        self.server.crash();
        self.soon(10 * MINUTE, Event::ServerStart);
        self.soon(4 * HOUR, Event::ServerKill);
    }

    fn server_start(&mut self) {
        if self.server.is_up() {
            return;
        }
        self.trace.note(self.at(), format_args!("the server starts"));
        self.server.start(self.now);
        checkers::acknowledged_is_kept(&self.server);
        self.server.apply();
    }
}
