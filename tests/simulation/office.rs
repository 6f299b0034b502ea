//! What the administrator has decided, apart from the server's own tables: so that the checkers need not believe those.

use std::collections::{BTreeMap, BTreeSet};

use client_core::ids::DeviceId;

/// Officers and their first units, as `World` has them.
pub(crate) const PEOPLE: [(&str, &str); 4] = [("an", "A"), ("anh", "A"), ("binh", "B"), ("chi", "C")];

/// Who works where, and whose device may push.
#[derive(Debug, Clone)]
pub(crate) struct Office {
    units: BTreeMap<&'static str, &'static str>,
    codes: BTreeMap<String, &'static str>,
    devices: BTreeMap<DeviceId, &'static str>,
    revoked: BTreeSet<DeviceId>,
}

impl Office {
    /// Nobody has a device yet.
    pub(crate) fn new() -> Self {
        Self {
            units: PEOPLE.into(),
            codes: BTreeMap::new(),
            devices: BTreeMap::new(),
            revoked: BTreeSet::new(),
        }
    }

    /// Where a person works.
    pub(crate) fn unit(&self, person: &str) -> &'static str {
        self.units[person]
    }

    /// A person works elsewhere from now on.
    pub(crate) fn move_person(&mut self, person: &'static str, unit: &'static str) {
        self.units.insert(person, unit);
    }

    /// A person is given a code.
    pub(crate) fn add_code(&mut self, code: String, person: &'static str) {
        self.codes.insert(code, person);
    }

    /// A device is whose code it came with.
    pub(crate) fn enrol(&mut self, device: DeviceId, code: &str) {
        self.devices.insert(device, self.codes[code]);
    }

    /// A device is lost, or its person is to record no more.
    pub(crate) fn revoke(&mut self, device: DeviceId) {
        self.revoked.insert(device);
    }

    /// The unit for which a device may push, if it may.
    pub(crate) fn unit_of(&self, device: DeviceId) -> Option<&'static str> {
        let person = self.devices.get(&device)?;
        (!self.revoked.contains(&device)).then(|| self.unit(person))
    }
}
