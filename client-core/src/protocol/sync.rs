//! `SyncRequest`, `SyncResponse`: one round trip for everything.

use minicbor::bytes::{ByteArray, ByteVec};
use minicbor::{Decode, Decoder, Encode, decode};
use sha2::{Digest, Sha256};

/// The server's identity, new after a restore.
pub type Epoch = ByteArray<8>;

/// One exchange, as the device sends it.
#[derive(Debug, Clone, PartialEq, Default, Encode, Decode)]
pub struct SyncRequest {
    /// [`VERSION`](super::VERSION).
    #[n(0)]
    pub version: u8,
    /// The server that gave the cursor; none before the first answer.
    #[n(1)]
    pub epoch: Option<Epoch>,
    /// Place in the server's visible order up to which this device has everything it may read.
    #[n(2)]
    pub cursor: u64,
    /// What this device could read at that cursor, as the server named it; another name means to begin at 0.
    #[n(3)]
    pub scope: u64,
    /// How many bytes of news the device takes in this answer.
    #[n(4)]
    pub budget: u32,
    /// Name of the profile it has.
    #[n(5)]
    pub profile: Option<u64>,
    /// Its changes, by document.
    #[n(6)]
    pub pushes: Vec<Push>,
    /// Ed25519 signature of [`statement`], when anything is pushed.
    #[n(7)]
    pub signature: Option<ByteArray<64>>,
    /// Asks to be told what the two have of each document, whatever the cursor says: these are the heads of each document
    /// that this device holds.
    #[n(8)]
    pub reconcile: Option<Vec<DocumentHeads>>,
    /// Asks for the connection to be closed after the answer, as the last ones were cut: what carries one body may not carry
    /// two.
    #[cbor(default)]
    #[n(9)]
    pub close: bool,
    /// True: what is pushed was made on other devices, and this one holds what the server lost with a restore. Left out
    /// otherwise.
    #[n(10)]
    pub relays: Option<bool>,
}

impl SyncRequest {
    /// Whether what is pushed was made on other devices.
    pub fn is_relay(&self) -> bool {
        self.relays == Some(true)
    }
}

/// How far one end is with a document.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct DocumentHeads {
    /// The document's id, as text.
    #[n(0)]
    pub document: String,
    /// Hashes of the changes that no other is made upon. From the server: none where it has nothing.
    #[n(1)]
    pub heads: Vec<ByteArray<32>>,
    /// [`digest`] of all changes there.
    #[n(2)]
    pub digest: u64,
}

/// Changes of one document.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Push {
    /// The document's id, as text.
    #[n(0)]
    pub document: String,
    /// Canonical changes, dependencies first. They travel in the pack behind the message.
    #[cbor(skip)]
    pub changes: Vec<ByteVec>,
}

/// What a device signs when it pushes: a tag, then each document's id and the hashes of all changes pushed to it. Given change by
/// change, in the order of the push. A document stands in one push.
///
/// A change's hash covers its bytes, its actor and its dependencies: so the signature shows who made everything that is pushed,
/// and nothing can be added to a push.
pub fn statement(changes: impl IntoIterator<Item = (String, [u8; 32])>) -> Vec<u8> {
    let mut statement = b"so-cong-doan push 1\n".to_vec();
    let mut named = None;
    for (document, hash) in changes {
        if named.as_ref() != Some(&document) {
            statement.extend_from_slice(document.as_bytes());
            statement.push(b'\n');
            named = Some(document);
        }
        statement.extend_from_slice(&hash);
    }
    statement
}

/// One frame of the answer. An answer is one or more frames, each of which the device commits before it reads the next.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct SyncResponse {
    /// [`VERSION`](super::VERSION).
    #[n(0)]
    pub version: u8,
    /// The server's epoch.
    #[n(1)]
    pub epoch: Epoch,
    /// The cursor once this frame is committed.
    #[n(2)]
    pub cursor: u64,
    /// The scope that the cursor counts in.
    #[n(3)]
    pub scope: u64,
    /// The server's clock, in milliseconds.
    #[n(4)]
    pub server_time: i64,
    /// What became of the pushes, in their order. Only in the first frame.
    #[n(5)]
    pub fates: Vec<Fate>,
    /// What others wrote, by document.
    #[n(6)]
    pub news: Vec<News>,
    /// Changes of this device's person that were taken in and later could not be applied.
    #[n(7)]
    pub set_aside: Vec<SetAside>,
    /// The profile, when the device's is another.
    #[n(8)]
    pub profile: Option<ByteVec>,
    /// Another frame follows; in the last one: there is more news than the budget, ask again.
    #[n(9)]
    pub more: bool,
    /// [`digest`] of all that this device should hold once this frame is committed. Only in a last frame without more to come.
    #[n(10)]
    pub digest: Option<u64>,
    /// To a device that reconciles: of each of its documents of which the server lacks a head, what the server has. Only in
    /// the first frame. Of documents that are not here the server has everything the device has.
    #[cbor(default)]
    #[n(11)]
    pub standing: Vec<DocumentHeads>,
    /// To a device that reconciles: those of its documents that it may not read, or not any more. Only in the first frame.
    #[cbor(default)]
    #[n(12)]
    pub unread: Vec<String>,
}

impl SyncResponse {
    /// A frame that says nothing yet.
    pub fn blank(epoch: Epoch) -> Self {
        Self {
            version: super::VERSION,
            epoch,
            cursor: 0,
            scope: 0,
            server_time: 0,
            fates: Vec::new(),
            news: Vec::new(),
            set_aside: Vec::new(),
            profile: None,
            more: false,
            digest: None,
            standing: Vec::new(),
            unread: Vec::new(),
        }
    }
}

/// Names a set of changes of one document, whatever their order: the sum of what each comes to. Two ends that hold the same
/// have the same; two that do not may only meet by chance, once in 2^64.
pub fn digest<'h>(document: &str, changes: impl IntoIterator<Item = &'h [u8; 32]>) -> u64 {
    let place = Sha256::digest(document.as_bytes());
    let place = first_eight(&place);
    let terms = changes.into_iter().map(|hash| first_eight(hash) ^ place);
    terms.fold(0, u64::wrapping_add)
}

fn first_eight(bytes: &[u8]) -> u64 {
    let first = bytes.first_chunk().copied().unwrap_or_default();
    u64::from_be_bytes(first)
}

/// What became of one push. Changes that are not refused are on the server's disk.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Fate {
    /// How many were new.
    #[n(0)]
    pub stored: u32,
    /// How many the server had.
    #[n(1)]
    pub held: u32,
    /// Those that were refused.
    #[n(2)]
    pub refused: Vec<RefusedChange>,
}

/// One refused change.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct RefusedChange {
    /// Its place in the push.
    #[n(0)]
    pub index: u32,
    /// Why.
    #[cbor(n(1), decode_with = "known_or_malformed")]
    pub reason: RefusalCode,
}

/// Changes of one document that the device lacks.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct News {
    /// The document's id, as text.
    #[n(0)]
    pub document: String,
    /// Canonical changes, dependencies first. They travel in the pack behind the message.
    #[cbor(skip)]
    pub changes: Vec<ByteVec>,
}

/// A change that was taken in and could not be applied.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct SetAside {
    /// The document's id, as text.
    #[n(0)]
    pub document: String,
    /// The change.
    #[n(1)]
    pub change: ByteArray<32>,
    /// Why.
    #[cbor(n(2), decode_with = "known_or_malformed")]
    pub reason: RefusalCode,
    /// More about it, for the officer, in Vietnamese; may be empty.
    #[n(3)]
    pub detail: String,
}

/// Why a change was refused or set aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum RefusalCode {
    /// The document's id cannot be read.
    #[n(0)]
    UnknownDocument,
    /// The person may not write this document.
    #[n(1)]
    NotAllowed,
    /// The bytes are not a plain change.
    #[n(2)]
    Malformed,
    /// The change's actor is not the pushing device.
    #[n(3)]
    ForeignActor,
    /// A dependency is neither here nor in the push before it.
    #[n(4)]
    MissingDependency,
    /// The actor has another change with this number.
    #[n(5)]
    RepeatedSequence,
    /// It depends on a change that was refused.
    #[n(6)]
    DependsOnRefused,
    /// It cannot be applied to the document.
    #[n(7)]
    NotApplicable,
    /// It writes what the schema or a rule of the catalogue forbids.
    #[n(8)]
    BreaksSchema,
    /// It is larger than a change may be, or the message holds too many.
    #[n(9)]
    TooLarge,
}

impl RefusalCode {
    /// Every one, in the order of their numbers on the wire.
    pub const ALL: [Self; 10] = [
        Self::UnknownDocument,
        Self::NotAllowed,
        Self::Malformed,
        Self::ForeignActor,
        Self::MissingDependency,
        Self::RepeatedSequence,
        Self::DependsOnRefused,
        Self::NotApplicable,
        Self::BreaksSchema,
        Self::TooLarge,
    ];

    /// Its name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::UnknownDocument => "unknown_document",
            Self::NotAllowed => "not_allowed",
            Self::Malformed => "malformed",
            Self::ForeignActor => "foreign_actor",
            Self::MissingDependency => "missing_dependency",
            Self::RepeatedSequence => "repeated_sequence",
            Self::DependsOnRefused => "depends_on_refused",
            Self::NotApplicable => "not_applicable",
            Self::BreaksSchema => "breaks_schema",
            Self::TooLarge => "too_large",
        }
    }
}

/// A later server may refuse for reasons that this reader has no name for. Then it does what it does for most.
fn known_or_malformed<C>(decoder: &mut Decoder<'_>, _: &mut C) -> Result<RefusalCode, decode::Error> {
    let known = RefusalCode::ALL.get(usize::from(decoder.u16()?));
    Ok(known.copied().unwrap_or(RefusalCode::Malformed))
}
