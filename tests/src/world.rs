//! A small union with a server core: `TINH` above the districts `TAM` and `THAN`, `A` and `B` in the one, `C` in the other.

use std::path::PathBuf;
use std::sync::Arc;

use client_core::access::Role;
use client_core::ids::DeviceId;
use client_core::protocol::sync::SyncResponse;
use client_core::time::Timestamp;
use jiff::civil::date;
use server::ingest::{Ingest, ReceiveError, Sender};
use server::store::Store;
use server::store::directory::{DirectoryEdit, Installation, NewDevice, NewPerson, NewUnit};
use server::store::sqlite::SqliteStore;

use crate::device::Device;

/// The server of the world, with its own database.
#[derive(Debug)]
pub struct World {
    /// Its store.
    pub store: Arc<dyn Store>,
    /// Its ingest.
    pub ingest: Ingest,
    /// Its clock.
    pub now: Timestamp,
    workers: usize,
    folder: tempfile::TempDir,
}

/// The server's time when a world begins: 8 October 2026.
pub const START: Timestamp = Timestamp(1_791_430_000_000);

impl World {
    /// A world in which changes are applied only when it is said so.
    pub fn new() -> Self {
        Self::with_workers(0)
    }

    /// A world with so many workers that apply changes.
    ///
    /// # Panics
    /// When the database cannot be made.
    pub fn with_workers(workers: usize) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let store = open(&folder.path().join("data.sqlite"));
        let installation = Installation {
            epoch: [7; 8],
            signing_key: [7; 32],
            server_device: DeviceId([255; 8]),
            demo: false,
        };
        store.initialise(installation).expect("the database is empty");
        store.edit_directory(union()).expect("the union is sound");
        Self {
            ingest: Ingest::start(Arc::clone(&store), workers, START).expect("the database is set up"),
            store,
            now: START,
            workers,
            folder,
        }
    }

    /// The file of the database.
    pub fn database(&self) -> PathBuf {
        self.folder.path().join("data.sqlite")
    }

    /// The server stops and starts anew. What was not applied is not waited for.
    ///
    /// # Panics
    /// When it cannot.
    #[must_use]
    pub fn restarted(self) -> Self {
        let Self {
            store,
            ingest,
            now,
            workers,
            folder,
        } = self;
        drop(ingest);
        drop(store);
        let store = open(&folder.path().join("data.sqlite"));
        Self {
            ingest: Ingest::start(Arc::clone(&store), workers, now).expect("the database is set up"),
            store,
            now,
            workers,
            folder,
        }
    }

    /// A device with a number for the person of a unit.
    ///
    /// # Panics
    /// When the number is taken.
    pub fn device(&self, number: u8, person: &str) -> Device {
        let device = Device::new(number);
        let entered = DirectoryEdit::Device(NewDevice {
            id: device.id,
            person: Some(person.parse().expect("a person id")),
            name: format!("máy {number}"),
            public_key: Some(device.key.verifying_key().to_bytes()),
            at: self.now,
        });
        self.store.edit_directory(vec![entered]).expect("the number is free");
        device
    }

    /// Who a device is to the server.
    ///
    /// # Panics
    /// When it is nobody.
    pub fn sender(&self, device: &Device) -> Sender {
        let sender = self.ingest.sender(device.id, self.now).expect("the store answers");
        sender.expect("the device is known")
    }

    /// One exchange in which the answer waits until all is applied.
    ///
    /// # Panics
    /// When it is refused.
    pub fn sync(&self, device: &mut Device) -> Vec<SyncResponse> {
        self.try_sync(device).expect("the exchange is sound")
    }

    /// One exchange, which may be refused.
    pub fn try_sync(&self, device: &mut Device) -> Result<Vec<SyncResponse>, ReceiveError> {
        let request = device.request();
        let sender = self.sender(device);
        let receipt = self.ingest.receive(&sender, &request, self.now)?;
        if self.workers == 0 {
            self.ingest.apply_waiting()?;
        }
        self.ingest
            .wait_applied(&receipt.documents, std::time::Duration::from_mins(1));
        let frames = self.ingest.answer(&sender, &request, receipt, self.now)?;
        device.take(&request, &frames);
        Ok(frames)
    }
}

impl Default for World {
    fn default() -> Self {
        Self::new()
    }
}

/// Opens a database, made if it is not there.
///
/// # Panics
/// When it cannot.
pub fn open(path: &std::path::Path) -> Arc<dyn Store> {
    Arc::new(SqliteStore::open(path).expect("the database opens"))
}

/// Units, people and periods of the world.
pub fn union() -> Vec<DirectoryEdit> {
    let mut edits = Vec::new();
    for (id, tier, parent) in [
        ("TINH", "TINH", None),
        ("TAM", "CTTT", Some("TINH")),
        ("THAN", "CTTT", Some("TINH")),
        ("A", "CDCS", Some("TAM")),
        ("B", "CDCS", Some("TAM")),
        ("C", "CDCS", Some("THAN")),
    ] {
        edits.push(DirectoryEdit::Unit(NewUnit {
            id: id.parse().expect("a unit id"),
            name: format!("Công đoàn {id}"),
            tier: tier.to_owned(),
            sector: "HCSN".to_owned(),
            parent: parent.map(|parent| parent.parse().expect("a unit id")),
            from: date(2021, 1, 1),
        }));
    }
    for (id, role, unit) in [
        ("an", Role::Officer, "A"),
        ("anh", Role::Officer, "A"),
        ("binh", Role::Officer, "B"),
        ("chi", Role::Officer, "C"),
        ("tam", Role::Reviewer, "TAM"),
        ("tinh", Role::Reviewer, "TINH"),
        ("quan-tri", Role::Administrator, "TINH"),
    ] {
        edits.push(DirectoryEdit::Person(NewPerson {
            id: id.parse().expect("a person id"),
            name: format!("Người {id}"),
            role,
            unit: unit.parse().expect("a unit id"),
            login: None,
        }));
    }
    for (period, due) in [("2026-Q3", date(2026, 10, 10)), ("2026-Q4", date(2027, 1, 10))] {
        edits.push(DirectoryEdit::Period(period.parse().expect("a period"), due));
    }
    edits
}
