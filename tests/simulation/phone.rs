//! A phone of a run: a real core, a disk, and a shell that can die between any two effects.

use std::collections::{BTreeMap, VecDeque};

use client_core::ids::{DeviceId, EntryId};
use client_core::replica::Replica;
use client_core::replica::effect::Write;
use client_core::replica::input::{Input, StoredValue};
use client_core::replica::view::{Answer, EntryRow, Outbox, Query, RecordState, Status};
use client_core::time::Timestamp;
use minicbor::bytes::ByteArray;

/// What an officer waits to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A record with a name that no other has.
    Save(EntryId, String),
    /// A code.
    Enrol,
    /// Anything else.
    Other,
}

/// What a phone stores, and what its officer was told is stored.
#[derive(Debug, Clone, Default)]
pub(crate) struct Disk {
    /// Values by key.
    pub(crate) values: BTreeMap<String, Vec<u8>>,
    /// The last name of each record of which the officer was told that it is saved.
    pub(crate) told: BTreeMap<EntryId, String>,
}

/// A phone.
#[derive(Debug)]
pub(crate) struct Phone {
    /// Whose it is.
    pub(crate) person: &'static str,
    /// The core, while the app is open.
    pub(crate) core: Option<Replica>,
    /// What is stored.
    pub(crate) disk: Disk,
    /// What was stored once, should it come back.
    pub(crate) older: Option<Disk>,
    /// Rises with every opening of the app: what was meant for an earlier one does not reach this one.
    pub(crate) life: u32,
    /// Its officer writes much.
    pub(crate) wordy: bool,
    /// Every connection of its is cut after so many bytes upstream, in fair weather too.
    pub(crate) cut_after: Option<usize>,
    /// And after so many downstream.
    pub(crate) cut_down_after: Option<usize>,
    /// How wrong its clock is.
    pub(crate) skew_ms: i64,
    /// The write that is on its way to the disk.
    pub(crate) writing: Option<(u32, Vec<Write>)>,
    /// What the officer waits to hear of, in order.
    pub(crate) asked: VecDeque<Asked>,
    /// A code that was not used yet, as far as the officer knows, and the key that goes with it.
    pub(crate) code: Option<(String, [u8; 32])>,
    /// The officer gets no new code once this one is revoked.
    pub(crate) gone: bool,
    /// Requests since the weather is fair.
    pub(crate) requests: u32,
    /// Of them, in the last round, those that asked what the server has.
    pub(crate) reconciles: u32,
    /// The number of the last word about when to wake.
    pub(crate) alarm: u32,
}

impl Phone {
    /// A phone that was never used.
    pub(crate) fn new(person: &'static str, skew_ms: i64) -> Self {
        Self {
            person,
            core: None,
            disk: Disk::default(),
            older: None,
            life: 0,
            wordy: false,
            cut_after: None,
            cut_down_after: None,
            skew_ms,
            writing: None,
            asked: VecDeque::new(),
            code: None,
            gone: false,
            requests: 0,
            reconciles: 0,
            alarm: 0,
        }
    }

    /// What its clock says.
    pub(crate) fn now(&self, at: Timestamp) -> Timestamp {
        at.plus_ms(self.skew_ms)
    }

    /// Writes to the disk.
    pub(crate) fn write(&mut self, writes: Vec<Write>) {
        for Write { key, value } in writes {
            match value {
                Some(value) => drop(self.disk.values.insert(key, value)),
                None => drop(self.disk.values.remove(&key)),
            }
        }
    }

    /// What it is to the server, by what is stored: the first thing in its identity.
    pub(crate) fn device(&self) -> Option<DeviceId> {
        let identity = self.disk.values.get("identity")?;
        let (device, ..): (ByteArray<8>, String, ByteArray<32>) = minicbor::decode(identity).unwrap();
        Some(DeviceId(*device))
    }

    /// All that is stored.
    pub(crate) fn stored(&self) -> Vec<StoredValue> {
        let stored = self.disk.values.iter().map(|(key, value)| StoredValue {
            key: key.clone(),
            value: value.clone(),
        });
        stored.collect()
    }

    /// The app dies.
    pub(crate) fn die(&mut self) {
        self.core = None;
        self.life += 1;
        self.asked.clear();
    }

    /// What the screen says of the sync.
    pub(crate) fn status(&self, at: Timestamp) -> Option<Status> {
        let Answer::Status(status) = self.core.as_ref()?.query(&Query::Status, self.now(at)) else {
            unreachable!("it was asked for its status");
        };
        Some(*status)
    }

    /// Every record, deleted ones too.
    pub(crate) fn rows(&self, at: Timestamp) -> Vec<EntryRow> {
        self.core.as_ref().map_or(Vec::new(), |core| rows(core, self.now(at)))
    }

    /// What waits, was refused, or is kept for other units.
    pub(crate) fn outbox(&self, at: Timestamp) -> Option<Outbox> {
        let Answer::Outbox(outbox) = self.core.as_ref()?.query(&Query::Outbox, self.now(at)) else {
            unreachable!("it was asked for its outbox");
        };
        Some(outbox)
    }

    /// The records that an officer who opens the app with what is stored sees marked as received, with their unit.
    pub(crate) fn received(&self, at: Timestamp) -> Vec<(String, EntryId)> {
        let mut core = Replica::new(0);
        let now = self.now(at);
        core.handle(Input::Opened { stored: self.stored() }, now);
        let Answer::Status(status) = core.query(&Query::Status, now) else {
            unreachable!("it was asked for its status");
        };
        let Some(officer) = status.officer else {
            return Vec::new();
        };
        let mut rows = rows(&core, now);
        rows.retain(|row| row.sync == RecordState::Received);
        rows.into_iter().map(|row| (officer.unit.to_string(), row.id)).collect()
    }
}

fn rows(core: &Replica, now: Timestamp) -> Vec<EntryRow> {
    let everything = Query::Entries {
        task: None,
        records: Vec::new(),
        deleted: true,
    };
    let Answer::Entries(list) = core.query(&everything, now) else {
        unreachable!("it was asked for its records");
    };
    list.rows
}
