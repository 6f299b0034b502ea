//! One run: what happens, and when, all of it from one seed.

mod traffic;

use std::collections::BTreeMap;

use client_core::replica::Replica;
use client_core::replica::effect::Effect;
use client_core::replica::input::{Input, WakeReason};
use client_core::replica::view::Outcome;
use client_core::time::Timestamp;
use system_tests::world::START;

use crate::checkers;
use crate::network::Weather;
use crate::officer;
use crate::phone::{Asked, Phone};
use crate::server::{Held, Reply, Server};
use crate::trace::{ToldOnPanic, Trace};

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Officers and their units, as `World` has them.
const PEOPLE: [(&str, &str); 4] = [("an", "A"), ("anh", "A"), ("binh", "B"), ("chi", "C")];

/// Rounds of fair weather, each an hour, after which all must agree.
const CALM_ROUNDS: u32 = 3;

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
        let server = Server::new(START);
        let mut phones = Vec::new();
        for number in 0..rng.usize(2..=8) {
            // Half of the phones are one unit's, so that people meet.
            let (person, unit) = PEOPLE[if rng.bool() { rng.usize(..2) } else { rng.usize(..4) }];
            let code = format!("000000{number:02}");
            server.add_code(&code, person, START);
            let skew_ms = match rng.u32(0..6) {
                0 => rng.i64(-400 * DAY..400 * DAY),
                1 => rng.i64(-DAY..DAY),
                2 => rng.i64(-HOUR..HOUR),
                _ => rng.i64(-SECOND..SECOND),
            };
            phones.push(Phone {
                unit,
                core: None,
                disk: BTreeMap::new(),
                life: 0,
                skew_ms,
                writing: None,
                asked: [].into(),
                told: Vec::new(),
                code,
                seed: std::array::from_fn(|_| rng.u8(..)),
                requests: 0,
                alarm: 0,
            });
        }
        let acts = rng.u32(20..70);
        Self {
            rng,
            now: START,
            order: 0,
            events: BTreeMap::new(),
            server,
            phones,
            acts,
            calm: false,
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
        while self.acts > 0 {
            self.step();
        }
    }

    /// From now on nothing fails.
    fn calm(&mut self) {
        self.calm = true;
        self.trace.note(self.at(), format_args!("the weather is fair"));
        if !self.server.is_up() {
            self.server_start();
        }
        for _ in 0..CALM_ROUNDS {
            for phone in 0..self.phones.len() {
                if self.phones[phone].core.is_none() {
                    self.open(phone);
                }
                if self.phones[phone]
                    .status(self.now)
                    .is_some_and(|status| !status.enrolled)
                {
                    self.enrol(phone);
                }
                let reason = WakeReason::Asked;
                self.give(phone, Input::Wake { reason });
            }
            let end = self.at() + HOUR;
            while self.events.first_key_value().is_some_and(|((at, _), _)| *at <= end) {
                self.step();
            }
            self.now = START.plus_ms(end);
        }
    }

    fn check(&self) {
        self.server.apply();
        checkers::acknowledged_is_kept(&self.server);
        checkers::nothing_is_stuck(&self.server, &self.phones, self.now);
        checkers::all_agree(&self.server, &self.phones, self.now);
        checkers::told_is_kept(&self.phones, self.now);
        checkers::rows_follow_from_documents(&self.server, self.now);
        checkers::little_is_asked(&self.phones);
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
        }
    }

    fn act(&mut self) {
        if self.calm {
            return;
        }
        self.acts -= 1;
        let phone = self.rng.usize(..self.phones.len());
        let enrolled = self.phones[phone]
            .status(self.now)
            .is_some_and(|status| status.enrolled);
        if enrolled && let Some((input, asked)) = officer::act(&self.phones[phone], &mut self.rng, self.now) {
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

    fn give_to(&mut self, phone: usize, life: u32, input: Input) {
        if self.phones[phone].life == life {
            self.give(phone, input);
        }
    }

    fn give(&mut self, number: usize, input: Input) {
        let phone = &mut self.phones[number];
        let now = phone.now(self.now);
        let life = phone.life;
        let Some(core) = &mut phone.core else { return };
        for effect in core.handle(input, now) {
            match effect {
                Effect::Persist { ticket, writes } => {
                    self.phones[number].writing = Some((ticket, writes));
                    let phone = number;
                    self.soon(40, Event::Written { phone, life, ticket });
                }
                Effect::Send {
                    request,
                    path,
                    token,
                    body,
                    ..
                } => self.send(number, request, &path, &token.unwrap_or_default(), &body),
                Effect::WakeAt { at } => {
                    // A later word takes the place of an earlier one.
                    self.phones[number].alarm += 1;
                    let (phone, alarm) = (number, self.phones[number].alarm);
                    self.after(at.0 - now.0, Event::Alarm { phone, life, alarm });
                }
                Effect::RequestBackgroundSync => {
                    let (phone, reason) = (number, WakeReason::BackgroundSync);
                    self.soon(MINUTE, Event::Wake { phone, life, reason });
                }
                Effect::Outcome { outcome } => {
                    let phone = &mut self.phones[number];
                    let asked = phone.asked.pop_front();
                    self.trace
                        .note(self.now.0 - START.0, format_args!("phone {number} says {outcome:?}"));
                    if let (Some(Asked::Save(entry)), Outcome::Done) = (asked, outcome) {
                        phone.told.push(entry);
                    }
                }
                Effect::Changed => {}
            }
        }
    }

    fn written(&mut self, number: usize, life: u32, ticket: u32) {
        let fails = !self.calm && self.rng.u32(0..40) == 0;
        let phone = &mut self.phones[number];
        if phone.life != life {
            return;
        }
        let Some((_, writes)) = phone.writing.take_if(|(writing, _)| *writing == ticket) else {
            return;
        };
        if fails {
            let full = self.rng.bool();
            self.trace.note(self.at(), format_args!("phone {number} cannot store"));
            self.give(number, Input::PersistFailed { ticket, full });
        } else {
            phone.write(writes);
            self.give(number, Input::Persisted { ticket });
        }
    }

    fn open(&mut self, number: usize) {
        let core = Replica::new(self.rng.u64(..));
        let phone = &mut self.phones[number];
        if phone.core.is_some() {
            return;
        }
        phone.core = Some(core);
        let stored = phone.stored();
        self.trace.note(self.at(), format_args!("phone {number} is opened"));
        self.give(number, Input::Opened { stored });
        if self.phones[number]
            .status(self.now)
            .is_some_and(|status| status.enrolled)
        {
            let reason = WakeReason::Opened;
            self.give(number, Input::Wake { reason });
        } else {
            self.enrol(number);
        }
    }

    fn enrol(&mut self, number: usize) {
        let phone = &mut self.phones[number];
        phone.asked.push_back(Asked::Other);
        let input = Input::Enrol {
            code: phone.code.clone(),
            signing_seed: phone.seed.to_vec(),
            device_name: String::new(),
        };
        self.give(number, input);
    }

    fn kill(&mut self, number: usize) {
        if self.calm {
            return;
        }
        let written = self.rng.bool();
        let phone = &mut self.phones[number];
        phone.core = None;
        phone.life += 1;
        phone.asked.clear();
        // The disk may have it though nobody lived to hear of it.
        if let Some((_, writes)) = phone.writing.take()
            && written
        {
            phone.write(writes);
        }
        self.trace.note(self.at(), format_args!("phone {number} is killed"));
        let phone = number;
        self.soon(HOUR, Event::Open { phone });
        self.soon(6 * HOUR, Event::Kill { phone });
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
