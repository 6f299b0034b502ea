//! What goes between phones and the server, and what the network makes of it.

use client_core::protocol::codec::{FOLLOWING, decode_request};

use super::{Address, Event, MINUTE, Run, SECOND};
use crate::checkers;
use crate::network::{Weather, weather};
use crate::server::{Arrived, Held, Reply};

impl Run {
    pub(super) fn send(&mut self, phone: usize, request: u32, path: &str, token: &str, body: &[u8]) {
        let life = self.phones[phone].life;
        let to = Address { phone, life, request };
        let mut weather = weather(&mut self.rng, self.calm);
        if self.phones[phone].cut_after.is_some_and(|bytes| body.len() > bytes) {
            weather = Weather::LostUp;
        }
        if self.calm {
            self.phones[phone].requests += 1;
            // A body that goes on from another pushes.
            let asks = decode_request(body).is_ok_and(|request| request.reconcile.is_some());
            self.phones[phone].reconciles += u32::from(asks);
        }
        // Somebody types the code again when it did not work, and looks at the screen while it does.
        if path.ends_with("enrol") && matches!(weather, Weather::Twice | Weather::Late) {
            weather = Weather::LostUp;
        }
        let (size, at) = (body.len(), self.at());
        let said = decode_request(body);
        let follows = match &said {
            _ if body.first() == Some(&FOLLOWING) => ", going on",
            Ok(request) if request.is_relay() => ", relaying",
            Ok(request) if request.reconcile.is_some() => ", comparing",
            Ok(_) | Err(_) => "",
        };
        self.trace.note(
            at,
            format_args!("phone {phone} sends {size} bytes to {path}{follows}: {weather:?}"),
        );
        let arrive = |to: Option<Address>| Event::Arrive {
            to,
            weather,
            path: path.to_owned(),
            token: token.to_owned(),
            body: body.to_owned(),
        };
        match weather {
            Weather::Fair | Weather::CutDown(_) => self.soon(400, arrive(Some(to))),
            Weather::LostUp => self.soon(20 * SECOND, Event::Fail { to }),
            Weather::Twice => {
                self.soon(400, arrive(Some(to)));
                self.soon(2 * MINUTE, arrive(None));
            }
            Weather::Late => {
                self.soon(5 * SECOND, Event::Fail { to });
                self.soon(2 * MINUTE, arrive(None));
            }
            Weather::Captive => {
                let reply = Reply {
                    status: 200,
                    content_type: "text/html",
                    retry_after: None,
                    body: b"<html><title>Wi-Fi</title></html>".to_vec(),
                };
                self.deliver(to, weather, reply);
            }
        }
    }

    pub(super) fn arrive(&mut self, to: Option<Address>, weather: Weather, path: &str, token: &str, body: &[u8]) {
        if !self.server.is_up() {
            if let Some(to) = to {
                self.after(1, Event::Fail { to });
            }
            return;
        }
        if !self.calm && self.rng.u32(0..30) == 0 {
            let reply = Reply::busy(self.rng.u32(1..60));
            return self.reply(to, weather, reply);
        }
        if path.ends_with("enrol") {
            let reply = self.server.enrol(body, self.now);
            return self.reply(to, weather, reply);
        }
        match self.server.receive(token, body, self.now) {
            Arrived::Reply(reply) => self.reply(to, weather, reply),
            Arrived::Held(held) => {
                let apply = self.calm || self.rng.u32(0..5) != 0;
                if !apply {
                    self.soon(3 * SECOND, Event::Apply);
                }
                let answer = Event::Answer {
                    to,
                    weather,
                    held,
                    apply,
                };
                self.soon(300, answer);
            }
        }
    }

    pub(super) fn answer(&mut self, to: Option<Address>, weather: Weather, held: Held, apply: bool) {
        if apply {
            self.server.apply();
        }
        match self.server.answer(held, self.now) {
            Some((reply, unit, frames)) => {
                checkers::only_what_is_theirs(unit, &frames);
                self.reply(to, weather, reply);
            }
            None => {
                if let Some(to) = to {
                    self.after(1, Event::Fail { to });
                }
            }
        }
    }

    fn reply(&mut self, to: Option<Address>, weather: Weather, reply: Reply) {
        if let Some(to) = to {
            self.deliver(to, weather, reply);
        }
    }

    fn deliver(&mut self, to: Address, weather: Weather, reply: Reply) {
        let whole = reply.body.len();
        let most = self.phones[to.phone].cut_down_after.unwrap_or(whole);
        let arrives = match weather {
            Weather::CutDown(thousandths) => whole * usize::from(thousandths) / 1000,
            Weather::Fair | Weather::LostUp | Weather::Twice | Weather::Late | Weather::Captive => whole,
        };
        let arrives = arrives.min(most);
        let mut ms = self.rng.i64(1..300);
        let mut rest = reply.body.get(..arrives).unwrap_or_default();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(self.rng.usize(1..=rest.len()));
            let bytes = piece.to_vec();
            self.after(ms, Event::Bytes { to, bytes });
            rest = after;
            ms += self.rng.i64(1..100);
        }
        let end = if matches!(weather, Weather::CutDown(_)) || arrives < whole {
            Event::Fail { to }
        } else {
            Event::End { to, reply }
        };
        self.after(ms, end);
    }
}
