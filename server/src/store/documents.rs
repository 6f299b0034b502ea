//! Documents as the store keeps them: changes as they arrived, and the order in which they became visible.

use std::ops::ControlFlow;

use client_core::document::Change;
use client_core::ids::{Actor, ChangeHash, DeviceId, DocumentId, OrgUnitId, PersonId};
use client_core::protocol::context::Context;
use client_core::protocol::sync::{Fate, RefusalCode};
use client_core::time::Timestamp;

use super::Result;
use super::directory::DirectoryEdit;
use super::imported::Said;
use super::read_model::UnitRows;

/// A change to append.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewChange {
    /// Its name.
    pub hash: ChangeHash,
    /// Who made it.
    pub actor: Actor,
    /// The how-manieth change of that actor.
    pub seq: u64,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
}

impl NewChange {
    /// A change to append; none for one that no device and no server made.
    pub fn of(change: &Change) -> Option<Self> {
        Some(Self {
            hash: change.hash(),
            actor: change.actor()?,
            seq: change.seq(),
            bytes: change.bytes().to_vec(),
        })
    }
}

/// What a device signed when it pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedPush {
    /// The device.
    pub device: DeviceId,
    /// The bytes it signed.
    pub statement: Vec<u8>,
    /// Its signature.
    pub signature: [u8; 64],
}

/// Where a change stands that the store holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Arrived, not yet applied.
    Arrived,
    /// Part of the document.
    Applied,
    /// Could not be applied.
    SetAside,
    /// Came before what it was made upon, and waits for that.
    Parked,
}

/// What one receiving transaction sees and writes. It sees what it has appended itself.
pub trait Ledger {
    /// Where a change stands; none when the store does not hold it.
    fn standing(&mut self, document: &DocumentId, hash: &ChangeHash) -> Result<Option<Standing>>;
    /// The change an actor has under a number, if any.
    fn at_seq(&mut self, document: &DocumentId, actor: Actor, seq: u64) -> Result<Option<ChangeHash>>;
    /// Appends a change that the store does not hold. The push is recorded with the first one.
    fn append(&mut self, document: &DocumentId, change: &NewChange) -> Result<()>;
    /// Keeps a change that the store does not hold until what it was made upon is there. The push is recorded with the first
    /// one.
    fn park(&mut self, document: &DocumentId, change: &NewChange) -> Result<()>;
    /// How many changes of a device are parked, and how many bytes they have.
    fn parked_of(&mut self, device: DeviceId) -> Result<(u64, u64)>;
    /// The parked changes of a document, as they came.
    fn parked_in(&mut self, document: &DocumentId) -> Result<Vec<StoredChange>>;
    /// Appends a parked change: when and with which push it came stays as it is.
    fn unpark(&mut self, document: &DocumentId, hash: &ChangeHash) -> Result<()>;
}

/// What to do in one receiving transaction.
pub type Receiving = Box<dyn FnOnce(&mut dyn Ledger) -> Result<Vec<Fate>> + Send>;

/// A change as it was stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredChange {
    /// Its name.
    pub hash: ChangeHash,
    /// Its canonical bytes.
    pub bytes: Vec<u8>,
    /// When it arrived, on the server's clock.
    pub received_at: Timestamp,
}

/// What became of one document's arrived changes.
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    /// The document.
    pub document: DocumentId,
    /// Applied, in this order.
    pub applied: Vec<ChangeHash>,
    /// Set aside, each with the reason and what to tell its author, in Vietnamese.
    pub set_aside: Vec<(ChangeHash, RefusalCode, String)>,
    /// How many changes were applied when this was worked out. With another number nothing is settled: somebody else has
    /// written meanwhile.
    pub upon: Option<u64>,
    /// The document with all that is applied then, to be loaded from.
    pub snapshot: Option<Vec<u8>>,
}

/// What a document is loaded from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StoredDocument {
    /// How many of its changes are applied.
    pub applied: u64,
    /// The document as it once was.
    pub snapshot: Option<Vec<u8>>,
    /// The changes that were applied since, in visible order.
    pub changes: Vec<StoredChange>,
}

/// What the server itself made, in one piece.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Entered {
    /// Units, people, devices and periods.
    pub directory: Vec<DirectoryEdit>,
    /// Changes by document, what they depend on before them.
    pub changes: Vec<(DocumentId, Vec<NewChange>)>,
    /// The rows that follow from them.
    pub rows: Vec<UnitRows>,
    /// What an import said of its records.
    pub said: Vec<Said>,
    /// When, on the server's clock.
    pub at: Timestamp,
}

/// Whose news is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsQuery {
    /// What may be read: `kind/unit` of each document.
    pub places: Vec<String>,
    /// After this place in the visible order.
    pub after: u64,
    /// Changes of this device are left out.
    pub without: Option<DeviceId>,
    /// Set-aside changes of this person's devices are told.
    pub person: PersonId,
    /// Who asks.
    pub device: DeviceId,
    /// Whether [`NewsEnd::digest`] is wanted.
    pub with_digest: bool,
}

/// What is known at the moment at which news were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewsEnd {
    /// The last place taken in the visible order.
    pub last: u64,
    /// What the device should hold by then, as `client_core::protocol::sync::digest` says: all that is applied where it may
    /// read, and what it brought itself and is not applied yet. None where it was not told everything, or is not wanted.
    pub digest: Option<u64>,
}

/// A document that may be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Readable {
    /// Which.
    pub document: DocumentId,
    /// What its applied changes come to.
    pub digest: u64,
}

/// One thing to tell a device, at its place in the visible order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewsItem {
    /// The place.
    pub visible: u64,
    /// The document's id.
    pub document: String,
    /// The change's name.
    pub hash: ChangeHash,
    /// What to tell.
    pub telling: Telling,
}

/// What to tell about a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Telling {
    /// It is part of the document: its canonical bytes.
    Applied(Vec<u8>),
    /// It could not be applied: why, and what to tell its author.
    SetAside(RefusalCode, String),
}

/// A set-aside change, for an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAsideChange {
    /// The document.
    pub document: DocumentId,
    /// The change.
    pub hash: ChangeHash,
    /// The device that made it.
    pub device: DeviceId,
    /// When it arrived.
    pub received_at: Timestamp,
    /// Why it was set aside.
    pub reason: RefusalCode,
    /// More about it, in Vietnamese.
    pub detail: String,
}

/// The parked changes of one device in one document, for an administrator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParkedChanges {
    /// The document.
    pub document: DocumentId,
    /// The device that brought them.
    pub device: DeviceId,
    /// How many.
    pub count: u64,
    /// When the first of them arrived.
    pub since: Timestamp,
}

/// The verbs about documents.
pub trait Documents {
    /// Runs one receiving transaction. When this returns, what was appended is on disk.
    fn receive(&self, push: Option<SignedPush>, now: Timestamp, receiving: Receiving) -> Result<Vec<Fate>>;
    /// Documents in which changes have arrived that are neither applied nor set aside.
    fn waiting_documents(&self) -> Result<Vec<DocumentId>>;
    /// The arrived changes of a document, what they depend on before them.
    fn arrived(&self, document: &DocumentId) -> Result<Vec<StoredChange>>;
    /// The applied changes of a document, in visible order.
    fn applied(&self, document: &DocumentId) -> Result<Vec<StoredChange>>;
    /// What a document is loaded from.
    fn stored_document(&self, document: &DocumentId) -> Result<StoredDocument>;
    /// How many changes of a document are applied.
    fn applied_count(&self, document: &DocumentId) -> Result<u64>;
    /// When a change arrived, if the store holds it.
    fn received_at(&self, document: &DocumentId, hash: &ChangeHash) -> Result<Option<Timestamp>>;
    /// Gives arrived changes their places in the visible order and writes the rows that follow from them, all documents in
    /// one transaction. Gives the last place.
    fn settle(&self, settlements: Vec<Settlement>, rows: Vec<UnitRows>) -> Result<u64>;
    /// Appends, settles and projects what the server itself made, together with the administrator's edits it rests on: all
    /// or nothing.
    fn enter(&self, entered: Entered) -> Result<()>;
    /// The documents of a unit of which a change is applied, in order.
    fn unit_documents(&self, unit: &OrgUnitId) -> Result<Vec<DocumentId>>;
    /// Every document of which a change is applied, in order.
    fn documents(&self) -> Result<Vec<DocumentId>>;
    /// Hands over news in visible order until told to stop, all seen at one moment. Gives what is known at that moment.
    fn news(&self, query: &NewsQuery, take: &mut dyn FnMut(NewsItem) -> ControlFlow<()>) -> Result<NewsEnd>;
    /// The last place taken in the visible order.
    fn last_visible(&self) -> Result<u64>;
    /// The documents at these places of which a change is applied, in order.
    fn readable(&self, places: &[String]) -> Result<Vec<Readable>>;
    /// Every set-aside change, oldest first.
    fn set_aside(&self) -> Result<Vec<SetAsideChange>>;
    /// What is parked, by document and device, the one that has waited longest first.
    fn parked(&self) -> Result<Vec<ParkedChanges>>;
    /// The canonical bytes of the changes of a device that a body goes on from, oldest first. None where not all of them are
    /// appended, or they are more than one may name; no more than that are read.
    fn context(&self, device: DeviceId, document: &DocumentId, context: &Context) -> Result<Option<Vec<Vec<u8>>>>;
    /// The canonical bytes of a change that is set aside; none if it is not.
    fn set_aside_bytes(&self, document: &DocumentId, hash: &ChangeHash) -> Result<Option<Vec<u8>>>;
    /// Puts a set-aside change back among the arrived; false if it is not set aside. The place it had in the visible order is
    /// not given again, and what it becomes next is told to its own device too.
    fn release(&self, document: &DocumentId, hash: &ChangeHash) -> Result<bool>;
}
