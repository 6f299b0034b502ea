//! What happens to a phone, a person or the server once in years, and here every few hours.

use client_core::ids::EntryId;

use super::{Event, HOUR, MINUTE, Run};
use crate::checkers;
use crate::phone::{Disk, Phone};

/// No world has more phones.
const MOST_PHONES: usize = 10;

/// What may happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mishap {
    /// The browser throws away all that is stored.
    Evict,
    /// What was stored once takes the place of what is stored.
    GoBack,
    /// What is stored is copied to another phone, and both are used.
    Clone,
    /// The administrator revokes a device.
    Revoke,
    /// A person works in another unit from now on.
    Move,
    /// A backup of the server is made, or takes the place of its database.
    Restore,
}

impl Mishap {
    /// Every one.
    pub(super) const ALL: [Self; 6] = [
        Self::Evict,
        Self::GoBack,
        Self::Clone,
        Self::Revoke,
        Self::Move,
        Self::Restore,
    ];
}

impl Run {
    /// One of the mishaps of this world, and some hours later the next.
    pub(super) fn mishap(&mut self) {
        if self.calm || self.mishaps.is_empty() {
            return;
        }
        let mishap = self.mishaps[self.rng.usize(..self.mishaps.len())];
        let number = self.rng.usize(..self.phones.len());
        match mishap {
            Mishap::Evict => self.evict(number),
            Mishap::GoBack => self.go_back(number),
            Mishap::Clone => self.clone_phone(number),
            Mishap::Revoke => self.revoke(number),
            Mishap::Move => self.move_person(number),
            Mishap::Restore => self.restore(),
        }
        self.soon(12 * HOUR, Event::Mishap);
    }

    /// The app is gone with what it knows, and what its officer saw marked as received is somewhere else.
    fn lose(&mut self, number: usize, disk: Disk) {
        let phone = &mut self.phones[number];
        // After a restore the screen may still say so of what the server has lost, until the two have spoken.
        if self.server.restores == 0 {
            let received = phone.received(self.now);
            self.received.extend(received);
        }
        phone.die();
        phone.writing = None;
        phone.disk = disk;
        let phone = number;
        self.soon(HOUR, Event::Open { phone });
    }

    fn evict(&mut self, number: usize) {
        self.trace
            .note(self.at(), format_args!("phone {number} has lost what it stored"));
        self.lose(number, Disk::default());
        let phone = &mut self.phones[number];
        (phone.older, phone.gone) = (None, false);
    }

    fn go_back(&mut self, number: usize) {
        let phone = &mut self.phones[number];
        let Some(older) = phone.older.take() else {
            phone.older = Some(phone.disk.clone());
            return;
        };
        self.trace
            .note(self.at(), format_args!("what phone {number} stores goes back"));
        self.lose(number, older);
    }

    fn clone_phone(&mut self, number: usize) {
        if self.phones.len() >= MOST_PHONES {
            return;
        }
        let skew_ms = self.rng.i64(-HOUR..HOUR);
        let phone = &self.phones[number];
        let clone = Phone {
            disk: phone.disk.clone(),
            gone: phone.gone,
            wordy: phone.wordy,
            ..Phone::new(phone.person, skew_ms)
        };
        self.phones.push(clone);
        let phone = self.phones.len() - 1;
        self.trace
            .note(self.at(), format_args!("phone {phone} is a copy of phone {number}"));
        self.soon(MINUTE, Event::Open { phone });
        self.soon(6 * HOUR, Event::Kill { phone });
    }

    fn revoke(&mut self, number: usize) {
        let device = self.phones[number].device();
        let Some(device) = device.filter(|_| self.server.is_up()) else {
            return;
        };
        self.trace.note(self.at(), format_args!("phone {number} is revoked"));
        self.server.revoke(device, self.now);
        let gone = self.rng.bool();
        for phone in &mut self.phones {
            if phone.device() == Some(device) {
                phone.gone = gone;
            }
        }
    }

    fn move_person(&mut self, number: usize) {
        if !self.server.is_up() {
            return;
        }
        let person = self.phones[number].person;
        let unit = ["A", "B", "C"][self.rng.usize(..3)];
        self.trace.note(self.at(), format_args!("{person} moves to {unit}"));
        self.server.move_person(person, unit);
    }

    fn restore(&mut self) {
        if !self.server.is_up() {
            return;
        }
        let begins_epoch = self.rng.bool();
        if !self.server.restore(begins_epoch, self.now) {
            self.trace.note(self.at(), format_args!("the server is backed up"));
            return self.server.back_up();
        }
        let said = if begins_epoch { "said" } else { "forgotten" };
        self.trace
            .note(self.at(), format_args!("the server is restored, which is {said}"));
        self.server.apply();
        let server = &self.server;
        self.received
            .retain(|(unit, entry): &(String, EntryId)| checkers::is_there(server, unit, *entry));
    }
}
