//! What a phone does with what comes to it, and how it is opened and killed.

use client_core::replica::Replica;
use client_core::replica::effect::Effect;
use client_core::replica::input::{Input, WakeReason};
use client_core::replica::view::Outcome;

use super::mishaps::Mishap;
use super::{Event, HOUR, MINUTE, Run, START};
use crate::office::PEOPLE;
use crate::phone::Asked;

impl Run {
    pub(super) fn give_to(&mut self, phone: usize, life: u32, input: Input) {
        if self.phones[phone].life == life {
            self.give(phone, input);
        }
    }

    pub(super) fn give(&mut self, number: usize, input: Input) {
        let phone = &mut self.phones[number];
        let now = phone.now(self.now);
        let (life, at) = (phone.life, self.now.0 - START.0);
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
                    self.trace.note(at, format_args!("phone {number} says {outcome:?}"));
                    match (asked, outcome) {
                        (Some(Asked::Save(entry, name)), Outcome::Done) => {
                            phone.disk.told.insert(entry, name);
                        }
                        (Some(Asked::Enrol), Outcome::Done) => phone.code = None,
                        // Some try the same code again, others ask for a new one.
                        (Some(Asked::Enrol), Outcome::Refused { .. }) if self.calm || self.rng.bool() => {
                            phone.code = None;
                        }
                        (Some(Asked::Save(..) | Asked::Enrol | Asked::Other) | None, _) => {}
                    }
                }
                Effect::Changed => {}
            }
        }
    }

    pub(super) fn written(&mut self, number: usize, life: u32, ticket: u32) {
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

    pub(super) fn open(&mut self, number: usize) {
        let core = Replica::new(self.rng.u64(..));
        let phone = &mut self.phones[number];
        if phone.core.is_some() {
            return;
        }
        phone.core = Some(core);
        let stored = phone.stored();
        self.trace.note(self.at(), format_args!("phone {number} is opened"));
        self.give(number, Input::Opened { stored });
        if self.needs_a_code(number) {
            self.enrol(number);
        } else {
            let reason = WakeReason::Opened;
            self.give(number, Input::Wake { reason });
        }
    }

    /// The officer types a code, if there is anybody to give one.
    pub(super) fn enrol(&mut self, number: usize) {
        if self.phones[number].code.is_none() {
            if !self.server.is_up() {
                return;
            }
            self.codes += 1;
            let (code, key) = (format!("{:08}", self.codes), std::array::from_fn(|_| self.rng.u8(..)));
            // At times the phone goes to somebody else.
            if self.mishaps.contains(&Mishap::Move) && self.rng.u32(0..4) == 0 {
                self.phones[number].person = PEOPLE[self.rng.usize(..PEOPLE.len())].0;
                self.server.moved = true;
            }
            self.server.add_code(&code, self.phones[number].person, self.now);
            self.phones[number].code = Some((code, key));
        }
        let phone = &mut self.phones[number];
        let Some((code, key)) = phone.code.clone() else { return };
        phone.asked.push_back(Asked::Enrol);
        let input = Input::Enrol {
            code,
            signing_seed: key.to_vec(),
            device_name: String::new(),
        };
        self.give(number, input);
    }

    /// Whether nothing but a new code helps.
    pub(super) fn needs_a_code(&self, number: usize) -> bool {
        let phone = &self.phones[number];
        let status = phone.status(self.now);
        status.is_some_and(|status| !status.enrolled || (status.revoked && !phone.gone))
    }

    pub(super) fn kill(&mut self, number: usize) {
        if self.calm {
            return;
        }
        let written = self.rng.bool();
        let phone = &mut self.phones[number];
        phone.die();
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
}
