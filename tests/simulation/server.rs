//! The server of a run: its real ingest over its real store, and as much of HTTP as a phone sees of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};

use client_core::document::{Change, Document};
use client_core::ids::{ChangeHash, DeviceId, DocumentId, EntryId, PersonId};
use client_core::protocol::codec::{CodecError, encode_answer};
use client_core::protocol::enrol::{EnrolRequest, EnrolResponse, normalise_code};
use client_core::protocol::sync::{SyncRequest, SyncResponse};
use client_core::protocol::{CONTENT_TYPE, PROBLEM_TYPE};
use client_core::time::Timestamp;
use server::ingest::{Ingest, ReadError, Receipt, ReceiveError, Sender};
use server::secret::SecretHash;
use server::store::Store;
use server::store::accounts::{Contact, Enrolment, NewEnrolment, NewEnrolmentCode};
use server::store::directory::{DirectoryEdit, Installation, NewDevice};
use server::store::documents::{Ledger, Standing};
use system_tests::device::Device;
use system_tests::world;
use ulid::Ulid;

use crate::office::{Office, PEOPLE};

/// Names of a database's files.
const FILES: [&str; 2] = ["data.sqlite", "data.sqlite-wal"];

/// The device of somebody who is in the first unit and pushes what no app writes.
pub(crate) const INTRUDER: DeviceId = DeviceId([250; 8]);

/// The files of a database that knows the union and nothing else: made once, copied for every run.
static TEMPLATE: LazyLock<[Vec<u8>; 2]> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let store = world::open(&folder.path().join(FILES[0]));
    store
        .initialise(Installation {
            epoch: [7; 8],
            signing_key: [7; 32],
            server_device: DeviceId([255; 8]),
            demo: false,
        })
        .unwrap();
    store.edit_directory(world::union()).unwrap();
    // While the store is open, nothing writes: its closing would move the log into the database.
    FILES.map(|name| std::fs::read(folder.path().join(name)).unwrap())
});

/// An HTTP answer.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    /// Status.
    pub(crate) status: u16,
    /// Content type.
    pub(crate) content_type: &'static str,
    /// Seconds.
    pub(crate) retry_after: Option<u32>,
    /// Body.
    pub(crate) body: Vec<u8>,
}

impl Reply {
    fn problem(status: u16) -> Self {
        Self {
            status,
            content_type: PROBLEM_TYPE,
            retry_after: None,
            body: b"{}".to_vec(),
        }
    }

    /// Too much to do.
    pub(crate) fn busy(seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds),
            ..Self::problem(503)
        }
    }
}

/// A request whose changes are on disk and whose answer is not made yet.
#[derive(Debug)]
pub(crate) struct Held {
    boot: u32,
    /// The unit whose it was when it came.
    unit: &'static str,
    sender: Sender,
    request: SyncRequest,
    receipt: Receipt,
}

/// What comes of a request at once.
#[derive(Debug)]
pub(crate) enum Arrived {
    /// The answer.
    Reply(Reply),
    /// Taken in; to be answered.
    Held(Box<Held>),
}

#[derive(Debug)]
struct Running {
    // Its workers end before the store does.
    ingest: Ingest,
    /// Devices that were in contact, as far as the store does not know of it yet.
    contacts: Vec<Contact>,
    store: Arc<dyn Store>,
}

/// What stood on the disk at one moment.
#[derive(Debug)]
struct Backup {
    files: [Vec<u8>; 2],
    office: Office,
}

/// The server of a run.
#[derive(Debug)]
pub(crate) struct Server {
    path: PathBuf,
    _folder: tempfile::TempDir,
    running: Option<Running>,
    backup: Option<Backup>,
    boot: u32,
    enrolled: u8,
    /// How often the intruder has pushed, where there is one.
    intrusions: Option<u32>,
    /// What its administrator has decided.
    pub(crate) office: Office,
    /// How often a backup took the place of the database.
    pub(crate) restores: u8,
    /// Somebody records for another unit than before, or on another's phone: what was on the way for the first is refused.
    pub(crate) moved: bool,
    /// Everything it has said it has, and did not lose with a restore.
    pub(crate) acknowledged: BTreeMap<DocumentId, BTreeSet<ChangeHash>>,
}

impl Server {
    /// A server with the union and nothing else.
    pub(crate) fn new(now: Timestamp) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, bytes) in FILES.iter().zip(&*TEMPLATE) {
            std::fs::write(folder.path().join(name), bytes).unwrap();
        }
        let path = folder.path().join(FILES[0]);
        let mut server = Self {
            running: None,
            backup: None,
            boot: 0,
            enrolled: 0,
            intrusions: None,
            office: Office::new(),
            restores: 0,
            moved: false,
            acknowledged: BTreeMap::new(),
            path,
            _folder: folder,
        };
        server.start(now);
        server
    }

    /// Gives a device to somebody who means no good.
    pub(crate) fn let_in_an_intruder(&mut self, now: Timestamp) {
        let device = Device::new(INTRUDER.0[0]);
        let entered = DirectoryEdit::Device(NewDevice {
            id: INTRUDER,
            person: Some(PEOPLE[0].0.parse().unwrap()),
            name: String::new(),
            public_key: Some(device.key.verifying_key().to_bytes()),
            at: now,
        });
        self.store().edit_directory(vec![entered]).unwrap();
        self.intrusions = Some(0);
    }

    /// What the intruder pushes is taken in, for it is signed and numbered as it should be. It breaks the schema.
    pub(crate) fn intrude(&mut self, now: Timestamp) {
        let (Some(Running { ingest, .. }), Some(times)) = (&self.running, &mut self.intrusions) else {
            return;
        };
        let Some(sender) = ingest.sender(INTRUDER, now).unwrap() else {
            return;
        };
        *times += 1;
        let mut device = Device::new(INTRUDER.0[0]);
        // Every time as one that knows nothing of what it did before, or that would be what is refused.
        device.incarnation = *times;
        device.now = now;
        let log = format!("log/{}/2026", sender.unit).parse().unwrap();
        let entry = EntryId(Ulid::from_parts(now.0 as u64, u128::from(*times)));
        device.poison(&log, entry);
        let receipt = ingest.receive(&sender, &device.request(), now).unwrap();
        assert_eq!(receipt.fates[0].stored, 1);
    }

    /// Begins with what is on its disk.
    pub(crate) fn start(&mut self, now: Timestamp) {
        let store = open(&self.path);
        let ingest = Ingest::start(Arc::clone(&store), 0, now).unwrap();
        self.running = Some(Running {
            ingest,
            contacts: Vec::new(),
            store,
        });
        self.boot += 1;
    }

    /// Gone, with all that it had in memory.
    pub(crate) fn crash(&mut self) {
        self.running = None;
    }

    /// Whether it runs.
    pub(crate) fn is_up(&self) -> bool {
        self.running.is_some()
    }

    /// Its store, while it runs.
    pub(crate) fn store(&self) -> &Arc<dyn Store> {
        &self.running.as_ref().unwrap().store
    }

    /// Copies the disk.
    pub(crate) fn back_up(&mut self) {
        // While the store is open and nobody asks anything of it, nothing writes.
        let folder = self.path.parent().unwrap();
        self.backup = self.running.is_some().then(|| Backup {
            files: FILES.map(|name| std::fs::read(folder.join(name)).unwrap_or_default()),
            office: self.office.clone(),
        });
    }

    /// Puts the last copy of the disk in its place, and begins with that. The administrator may forget to say so. False when
    /// there is no copy.
    pub(crate) fn restore(&mut self, begins_epoch: bool, now: Timestamp) -> bool {
        let Some(Backup { files, office }) = self.backup.take() else {
            return false;
        };
        self.crash();
        self.office = office;
        self.restores += 1;
        // Beside the one before: whatever still holds that does not write here.
        let folder = self.path.parent().unwrap().join(self.restores.to_string());
        std::fs::create_dir(&folder).unwrap();
        for (name, bytes) in FILES.iter().zip(&files) {
            std::fs::write(folder.join(name), bytes).unwrap();
        }
        self.path = folder.join(FILES[0]);
        if begins_epoch {
            open(&self.path).begin_epoch([7 + self.restores; 8]).unwrap();
        }
        self.start(now);
        let standing = self.standing(&self.acknowledged);
        for (document, hashes) in &mut self.acknowledged {
            hashes.retain(|hash| standing.contains_key(&(document.clone(), *hash)));
        }
        true
    }

    /// A person works in another unit from now on. There is no page for this yet, so it is written where that will write.
    pub(crate) fn move_person(&mut self, person: &'static str, unit: &'static str) {
        let connection = rusqlite::Connection::open(&self.path).unwrap();
        let moved = connection.execute("UPDATE person SET unit = ?2 WHERE id = ?1", [person, unit]);
        assert_eq!(moved.unwrap(), 1);
        let version = "UPDATE setting SET value = value + 1 WHERE name = 'organisation_version'";
        assert_eq!(connection.execute(version, ()).unwrap(), 1);
        self.office.move_person(person, unit);
        self.moved = true;
    }

    /// A device may push no more.
    pub(crate) fn revoke(&mut self, device: DeviceId, now: Timestamp) {
        self.store().revoke_device(device, now).unwrap();
        self.office.revoke(device);
    }

    /// Where each of these changes stands that the store holds.
    pub(crate) fn standing(
        &self,
        changes: &BTreeMap<DocumentId, BTreeSet<ChangeHash>>,
    ) -> BTreeMap<(DocumentId, ChangeHash), Standing> {
        let changes = changes.clone();
        let (tell, told) = std::sync::mpsc::channel();
        let look = Box::new(move |ledger: &mut dyn Ledger| {
            for (document, hashes) in changes {
                for hash in hashes {
                    if let Some(standing) = ledger.standing(&document, &hash)? {
                        tell.send(((document.clone(), hash), standing)).unwrap();
                    }
                }
            }
            Ok(Vec::new())
        });
        self.store().receive(None, Timestamp(0), look).unwrap();
        told.into_iter().collect()
    }

    /// The changes of these documents that wait for what they were made upon.
    pub(crate) fn parked(&self, documents: BTreeSet<DocumentId>) -> Vec<(DocumentId, Change)> {
        let (tell, told) = std::sync::mpsc::channel();
        let look = Box::new(move |ledger: &mut dyn Ledger| {
            for document in documents {
                for change in ledger.parked_in(&document)? {
                    tell.send((document.clone(), Change::decode(&change.bytes).unwrap()))
                        .unwrap();
                }
            }
            Ok(Vec::new())
        });
        self.store().receive(None, Timestamp(0), look).unwrap();
        told.into_iter().collect()
    }

    /// Makes a code for a person.
    pub(crate) fn add_code(&mut self, code: &str, person: &'static str, now: Timestamp) {
        self.office.add_code(code.to_owned(), person);
        let code = NewEnrolmentCode {
            code: SecretHash::of(code),
            person: person.parse::<PersonId>().unwrap(),
            made_at: now,
            expires_at: now.plus_ms(1_000_000_000_000),
        };
        self.store().add_enrolment_code(code).unwrap();
    }

    /// A request to enrol.
    pub(crate) fn enrol(&mut self, body: &[u8], now: Timestamp) -> Reply {
        let asked: EnrolRequest = serde_json::from_slice(body).unwrap();
        let key = data_encoding::BASE64URL_NOPAD
            .decode(asked.public_key.as_bytes())
            .unwrap();
        // As the real one does, so that a code ends with the first sync.
        let running = self.running.as_mut().unwrap();
        let contacts = std::mem::take(&mut running.contacts);
        running.store.note_contacts(contacts).unwrap();
        self.enrolled += 1;
        let token = format!("token {}", self.enrolled);
        let outcome = self.store().enrol(NewEnrolment {
            code: SecretHash::of(&normalise_code(&asked.code).unwrap()),
            device: DeviceId([self.enrolled; 8]),
            name: format!("máy {}", self.enrolled),
            public_key: key.try_into().unwrap(),
            token: SecretHash::of(&token),
            at: now,
        });
        let Enrolment::Enrolled(device) = outcome.unwrap() else {
            return Reply::problem(410);
        };
        self.office.enrol(device, &asked.code);
        let organisation = self.running.as_ref().unwrap().ingest.organisation(now).unwrap();
        let unit = Sender::of(&organisation, device).map(|sender| sender.unit);
        let answer = EnrolResponse { device, token, unit };
        Reply {
            status: 201,
            content_type: "application/json",
            retry_after: None,
            body: serde_json::to_vec(&answer).unwrap(),
        }
    }

    /// A request to sync: what it brings is on disk when this returns.
    pub(crate) fn receive(&mut self, token: &str, body: &[u8], now: Timestamp) -> Arrived {
        let Running { ingest, .. } = self.running.as_ref().unwrap();
        let organisation = ingest.organisation(now).unwrap();
        let Some(device) = organisation.tokens.get(&SecretHash::of(token)) else {
            return Arrived::Reply(Reply::problem(401));
        };
        let Some(sender) = Sender::of(&organisation, *device) else {
            return Arrived::Reply(Reply::problem(403));
        };
        let unit = self.office.unit_of(sender.device);
        let unit = unit.unwrap_or_else(|| panic!("{} was revoked and is listened to", sender.device));
        let request = match ingest.read(&sender, body) {
            Ok(request) => request,
            Err(ReadError::Codec(CodecError::UnknownContext)) => return Arrived::Reply(Reply::problem(412)),
            Err(error) => panic!("phones write sound requests: {error}"),
        };
        let receipt = match ingest.receive(&sender, &request, now) {
            Ok(receipt) => receipt,
            Err(ReceiveError::UnknownEpoch) => return Arrived::Reply(Reply::problem(409)),
            Err(error) => panic!("phones sign what they push: {error}"),
        };
        self.running.as_mut().unwrap().contacts.push(Contact {
            device: sender.device,
            at: now,
            refused: None,
        });
        for (push, fate) in request.pushes.iter().zip(&receipt.fates) {
            let document: DocumentId = push.document.parse().unwrap();
            let is_theirs = document.unit().as_str() == unit;
            let known = self.acknowledged.entry(document).or_default();
            for (index, bytes) in (0..).zip(&push.changes) {
                if !fate.refused.iter().any(|refused| refused.index == index) {
                    assert!(is_theirs, "work for {} was taken in from {unit}", push.document);
                    known.insert(Change::decode(bytes).unwrap().hash());
                }
            }
        }
        Arrived::Held(Box::new(Held {
            boot: self.boot,
            unit,
            sender,
            request,
            receipt,
        }))
    }

    /// Applies what waits.
    pub(crate) fn apply(&self) {
        if let Some(running) = &self.running {
            running.ingest.apply_waiting().unwrap();
        }
    }

    /// The answer to what was taken in, and for whose unit it is. None when it has crashed in between.
    pub(crate) fn answer(&self, held: Held, now: Timestamp) -> Option<(Reply, &'static str, Vec<SyncResponse>)> {
        let running = self.running.as_ref().filter(|_| held.boot == self.boot)?;
        let answered = running.ingest.answer(&held.sender, &held.request, held.receipt, now);
        let frames = answered.unwrap();
        let reply = Reply {
            status: 200,
            content_type: CONTENT_TYPE,
            retry_after: None,
            body: encode_answer(&frames),
        };
        Some((reply, held.unit, frames))
    }

    /// A document as the server would load it.
    pub(crate) fn document(&self, id: &DocumentId) -> Document {
        let applied = self.store().applied(id).unwrap();
        let changes = applied.iter().map(|change| Change::decode(&change.bytes).unwrap());
        let mut document = Document::new(id.kind());
        document.apply(changes).unwrap();
        document
    }
}

fn open(path: &Path) -> Arc<dyn Store> {
    world::open(path)
}
