//! A device as tests need it: documents, what it has not sent, and the messages of the protocol. Decides nothing.

use std::collections::BTreeMap;
use std::convert::Infallible;

use client_core::document::{Change, Document, Scalar};
use client_core::ids::{Actor, ChangeHash, DeviceId, DocumentId, EntryId};
use client_core::model::entries::{self, EntryEdit};
use client_core::model::entry::FieldValue;
use client_core::protocol::sync::{Fate, Push, SetAside, SyncRequest, SyncResponse, statement};
use client_core::protocol::{VERSION, profile::Profile};
use client_core::time::Timestamp;
use ed25519_dalek::{Signer, SigningKey};
use sha2::{Digest, Sha256};

/// A change that a device was told of, and between which places of the server's visible order it must stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Heard {
    /// The document.
    pub document: DocumentId,
    /// The change.
    pub change: ChangeHash,
    /// After this place.
    pub after: u64,
    /// Not after this one.
    pub up_to: u64,
}

/// A device of one person.
#[derive(Debug, Clone)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// Its key.
    pub key: SigningKey,
    /// How often its state was begun anew.
    pub incarnation: u32,
    /// Its documents.
    pub documents: BTreeMap<DocumentId, Document>,
    /// Its own changes that the server has not confirmed, oldest first.
    pub unsent: Vec<(DocumentId, Change)>,
    /// The server it knows.
    pub epoch: Option<[u8; 8]>,
    /// How far it has the news.
    pub cursor: u64,
    /// What it could read there.
    pub scope: u64,
    /// How much news it takes at once.
    pub budget: u32,
    /// What it was told about people and units.
    pub profile: Option<(u64, Profile)>,
    /// What it was told could not be applied.
    pub set_aside: Vec<SetAside>,
    /// What it was told others wrote, in the order it heard of it.
    pub heard: Vec<Heard>,
    /// Its clock.
    pub now: Timestamp,
    rng: fastrand::Rng,
}

impl Device {
    /// A device with a number, from which its id and key are made.
    pub fn new(number: u8) -> Self {
        Self {
            id: DeviceId([number; 8]),
            key: SigningKey::from_bytes(&[number; 32]),
            incarnation: 0,
            documents: BTreeMap::new(),
            unsent: Vec::new(),
            epoch: None,
            cursor: 0,
            scope: 0,
            budget: 1 << 20,
            profile: None,
            set_aside: Vec::new(),
            heard: Vec::new(),
            now: Timestamp(1_790_000_000_000),
            rng: fastrand::Rng::with_seed(u64::from(number)),
        }
    }

    /// The same device after it has lost what it stored.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self {
            documents: BTreeMap::new(),
            unsent: Vec::new(),
            heard: Vec::new(),
            epoch: None,
            cursor: 0,
            incarnation: self.incarnation + 1,
            ..self.clone()
        }
    }

    /// Under which name it writes.
    pub fn actor(&self) -> Actor {
        Actor {
            device: self.id,
            incarnation: self.incarnation,
        }
    }

    /// A document, begun if it is not there.
    pub fn document(&mut self, id: &DocumentId) -> &mut Document {
        self.documents
            .entry(id.clone())
            .or_insert_with(|| Document::new(id.kind()))
    }

    /// Saves an entry. Gives the change.
    ///
    /// # Panics
    /// When nothing is changed by it.
    pub fn save(&mut self, id: &DocumentId, edit: &EntryEdit) -> Change {
        self.now = self.now.plus_ms(1000);
        let (actor, now) = (self.actor(), self.now);
        let mut rng = self.rng.clone();
        let change = entries::write(self.document(id), actor, now, &mut rng, edit).expect("it changes something");
        self.rng = rng;
        self.unsent.push((id.clone(), change.clone()));
        change
    }

    /// Logs a session of talks with so many people. Gives its id.
    pub fn log_talk(&mut self, id: &DocumentId, day: jiff::civil::Date, participants: i64) -> EntryId {
        let entry = EntryId(new_ulid(&mut self.rng, self.now));
        self.save(id, &talk(entry, day, participants));
        entry
    }

    /// Writes what no app of ours writes into an entry, which is made if it is not there: a server takes it in and sets it
    /// aside.
    ///
    /// # Panics
    /// Never: a document can be written to.
    pub fn poison(&mut self, id: &DocumentId, entry: EntryId) {
        let (actor, now) = (self.actor(), self.now.plus_ms(2));
        let is_new = entries::find(self.document(id), entry).is_none();
        let change = self.document(id).edit(actor, now, |editor| {
            let section = editor.section("entries");
            let map = editor.child(&section, &entry.to_string());
            if is_new {
                editor.put(&map, "@type", Scalar::Text("TT_BUOI".to_owned()));
            }
            editor.put(&map, "participants", Scalar::Text("bốn".to_owned()));
            Ok::<_, Infallible>(())
        });
        let change = change.expect("nothing can go wrong");
        self.unsent.extend(change.map(|change| (id.clone(), change)));
    }

    /// What it would send now.
    pub fn request(&self) -> SyncRequest {
        let mut pushes: Vec<Push> = Vec::new();
        for (document, change) in &self.unsent {
            let document = document.to_string();
            match pushes.iter_mut().find(|push| push.document == document) {
                Some(push) => push.changes.push(change.bytes().to_vec().into()),
                None => pushes.push(Push {
                    document,
                    changes: vec![change.bytes().to_vec().into()],
                }),
            }
        }
        self.request_with(pushes)
    }

    /// A request with these pushes, signed.
    pub fn request_with(&self, pushes: Vec<Push>) -> SyncRequest {
        SyncRequest {
            version: VERSION,
            epoch: self.epoch.map(Into::into),
            cursor: self.cursor,
            scope: self.scope,
            budget: self.budget,
            profile: self.profile.as_ref().map(|(name, _)| *name),
            signature: (!pushes.is_empty()).then(|| self.sign(&pushes).into()),
            pushes,
            ..SyncRequest::default()
        }
    }

    /// Its signature under pushes.
    pub fn sign(&self, pushes: &[Push]) -> [u8; 64] {
        let hash = |bytes: &[u8]| Sha256::digest(bytes.get(8..).unwrap_or_default()).into();
        let changes = pushes.iter().flat_map(|push| {
            let changes = push.changes.iter();
            changes.map(move |bytes| (push.document.clone(), hash(bytes)))
        });
        let statement = statement(changes);
        self.key.sign(&statement).to_bytes()
    }

    /// Takes in an answer, frame by frame.
    ///
    /// # Panics
    /// When the answer is not sound: a change that does not apply, a cursor that goes back.
    pub fn take(&mut self, request: &SyncRequest, frames: &[SyncResponse]) {
        if let Some(first) = frames.first() {
            self.confirm(request, &first.fates);
        }
        for frame in frames {
            self.take_frame(frame);
        }
    }

    fn confirm(&mut self, request: &SyncRequest, fates: &[Fate]) {
        assert_eq!(request.pushes.len(), fates.len(), "there is a fate for every push");
        for (push, fate) in request.pushes.iter().zip(fates) {
            let count = fate.stored as usize + fate.held as usize + fate.refused.len();
            assert_eq!(push.changes.len(), count, "there is a fate for every change");
            let refused: Vec<_> = fate.refused.iter().map(|refused| refused.index as usize).collect();
            let stored = push
                .changes
                .iter()
                .enumerate()
                .filter(|(index, _)| !refused.contains(index));
            let stored: Vec<_> = stored.map(|(_, bytes)| bytes.to_vec()).collect();
            self.unsent
                .retain(|(_, change)| !stored.iter().any(|bytes| bytes == change.bytes()));
        }
    }

    /// Takes in one frame.
    ///
    /// # Panics
    /// When it is not sound.
    pub fn take_frame(&mut self, frame: &SyncResponse) {
        let goes_on = self.epoch == Some(*frame.epoch) && self.scope == frame.scope;
        let after = if goes_on { self.cursor } else { 0 };
        assert!(frame.cursor >= after, "the cursor never goes back");
        self.epoch = Some(*frame.epoch);
        self.cursor = frame.cursor;
        self.scope = frame.scope;
        for news in &frame.news {
            let id: DocumentId = news.document.parse().expect("the server names documents");
            let changes: Vec<_> = news
                .changes
                .iter()
                .map(|bytes| Change::decode(bytes).expect("the server sends sound changes"))
                .collect();
            self.heard.extend(changes.iter().map(|change| Heard {
                document: id.clone(),
                change: change.hash(),
                after,
                up_to: frame.cursor,
            }));
            self.document(&id)
                .apply(changes)
                .expect("what a change depends on came before it");
        }
        self.set_aside.extend(frame.set_aside.iter().cloned());
        if let Some(profile) = &frame.profile {
            let name = Sha256::digest(profile.as_slice());
            let name = u64::from_be_bytes(name[..8].try_into().expect("8 bytes"));
            let read = read_profile(profile);
            self.profile = Some((name, read));
        }
    }

    /// The heads of a document.
    pub fn heads(&self, id: &DocumentId) -> Vec<ChangeHash> {
        self.documents.get(id).map(Document::heads).unwrap_or_default()
    }
}

fn read_profile(bytes: &[u8]) -> Profile {
    minicbor::decode(bytes).expect("the server sends a sound profile")
}

fn new_ulid(rng: &mut fastrand::Rng, now: Timestamp) -> ulid::Ulid {
    ulid::Ulid::from_parts(now.0 as u64, rng.u128(..))
}

/// An edit that makes or changes a session of talks.
pub fn talk(entry: EntryId, day: jiff::civil::Date, participants: i64) -> EntryEdit {
    let mut edit = EntryEdit::new(entry, "TT_BUOI");
    edit.fields = BTreeMap::from([
        ("date_start".to_owned(), Some(FieldValue::Date(day))),
        ("participants".to_owned(), Some(FieldValue::Integer(participants))),
    ]);
    edit
}
