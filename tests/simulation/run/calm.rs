//! Fair weather, and what must hold after it.

use client_core::replica::input::{Input, WakeReason};

use super::mishaps::Mishap;
use super::{CALM_ROUNDS, HOUR, Run, START};
use crate::checkers::{self, World};

impl Run {
    /// From now on nothing fails.
    pub(super) fn calm(&mut self) {
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
                if self.needs_a_code(phone) {
                    self.enrol(phone);
                }
                self.phones[phone].reconciles = 0;
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

    pub(super) fn check(&self) {
        self.server.apply();
        checkers::acknowledged_is_kept(&self.server);
        let world = World::of(&self.server, &self.phones, self.now);
        checkers::nothing_is_stuck(&world);
        checkers::everything_came_back(&world);
        checkers::all_agree(&world);
        let renames = [
            Mishap::Evict,
            Mishap::GoBack,
            Mishap::Clone,
            Mishap::Move,
            Mishap::Restore,
        ];
        if !renames.iter().any(|mishap| self.mishaps.contains(mishap)) {
            checkers::nobody_takes_another_name(&world);
        }
        checkers::told_is_kept(&world);
        checkers::received_is_kept(&world, &self.received);
        checkers::work_stays_in_its_unit(&world);
        checkers::rows_follow_from_documents(&self.server, self.now);
        checkers::little_is_asked(&self.phones);
    }
}
