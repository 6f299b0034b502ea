//! A phone of a run: a real core, a disk, and a shell that can die between any two effects.

use std::collections::{BTreeMap, VecDeque};

use client_core::ids::EntryId;
use client_core::replica::Replica;
use client_core::replica::effect::Write;
use client_core::replica::input::StoredValue;
use client_core::replica::view::{Answer, EntryRow, Query, Status};
use client_core::time::Timestamp;

/// What an officer waits to hear of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Asked {
    /// A new record.
    Save(EntryId),
    /// Anything else.
    Other,
}

/// A phone.
#[derive(Debug)]
pub(crate) struct Phone {
    /// The person's unit.
    pub(crate) unit: &'static str,
    /// The core, while the app is open.
    pub(crate) core: Option<Replica>,
    /// What is stored.
    pub(crate) disk: BTreeMap<String, Vec<u8>>,
    /// Rises with every opening of the app: what was meant for an earlier one does not reach this one.
    pub(crate) life: u32,
    /// How wrong its clock is.
    pub(crate) skew_ms: i64,
    /// The write that is on its way to the disk.
    pub(crate) writing: Option<(u32, Vec<Write>)>,
    /// What the officer waits to hear of, in order.
    pub(crate) asked: VecDeque<Asked>,
    /// Records of which the officer was told that they are saved.
    pub(crate) told: Vec<EntryId>,
    /// Its code.
    pub(crate) code: String,
    /// Its key.
    pub(crate) seed: [u8; 32],
    /// Requests since the weather is fair.
    pub(crate) requests: u32,
    /// The number of the last word about when to wake.
    pub(crate) alarm: u32,
}

impl Phone {
    /// What its clock says.
    pub(crate) fn now(&self, at: Timestamp) -> Timestamp {
        at.plus_ms(self.skew_ms)
    }

    /// Writes to the disk.
    pub(crate) fn write(&mut self, writes: Vec<Write>) {
        for Write { key, value } in writes {
            match value {
                Some(value) => drop(self.disk.insert(key, value)),
                None => drop(self.disk.remove(&key)),
            }
        }
    }

    /// All that is stored.
    pub(crate) fn stored(&self) -> Vec<StoredValue> {
        let stored = self.disk.iter().map(|(key, value)| StoredValue {
            key: key.clone(),
            value: value.clone(),
        });
        stored.collect()
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
        let everything = Query::Entries {
            task: None,
            records: Vec::new(),
            deleted: true,
        };
        let Some(core) = &self.core else { return Vec::new() };
        let Answer::Entries(list) = core.query(&everything, self.now(at)) else {
            unreachable!("it was asked for its records");
        };
        list.rows
    }
}
