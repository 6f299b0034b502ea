//! Takes in what a device pushes: bounded, decoded, checked, appended, not yet applied. The hot path; loads no document.

use std::collections::HashSet;

use client_core::access::Role;
use client_core::document::{DecodeError, Header, genesis_hash, name_of};
use client_core::ids::{ChangeHash, DeviceId, DocumentId, OrgUnitId, PersonId};
use client_core::protocol::sync::{Fate, Push, RefusalCode, RefusedChange, SyncRequest, statement};
use client_core::time::Timestamp;
use ed25519_dalek::{Signature, VerifyingKey};

use crate::organisation::Organisation;
use crate::store::documents::{Ledger, NewChange, Receiving, SignedPush, Standing};
use crate::store::{Store, StoreError};

/// Who pushes, as the server knows them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sender {
    /// The device.
    pub device: DeviceId,
    /// Whose it is.
    pub person: PersonId,
    /// What the person is.
    pub role: Role,
    /// The person's unit.
    pub unit: OrgUnitId,
    /// The device's Ed25519 public key.
    pub public_key: [u8; 32],
}

impl Sender {
    /// The sender a device is. None when there is no such device, it was revoked, or it never pushes.
    pub fn of(organisation: &Organisation, device: DeviceId) -> Option<Self> {
        let known = organisation
            .devices
            .get(&device)
            .filter(|known| known.revoked_at.is_none())?;
        let person_id = known.person.clone()?;
        let person = organisation.people.get(&person_id)?;
        Some(Self {
            device,
            role: person.role,
            unit: person.unit.clone(),
            person: person_id,
            public_key: known.public_key?,
        })
    }
}

/// Why a request was refused as a whole. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// Something is pushed and not signed, or not by this device.
    #[error("what is pushed does not bear this device's signature")]
    BadSignature,
    /// The device counts in an order that is not this server's, or further than it has come: one of the two was restored.
    #[error("the device's cursor is of another epoch")]
    UnknownEpoch,
    /// A push without a change: there is nothing to sign.
    #[error("a push holds no change")]
    EmptyPush,
    /// Too much of all devices waits to be applied.
    #[error("too much waits to be applied")]
    QueueFull {
        /// When to try again, in seconds.
        retry_after: u64,
    },
    /// Too much of this device waits to be applied.
    #[error("too much of the device waits to be applied")]
    TooMuchWaiting {
        /// When to try again, in seconds.
        retry_after: u64,
    },
    /// The store failed.
    #[error("could not take in the changes")]
    Store(#[from] StoreError),
}

/// What became of a request's pushes. Given only after all of it is on disk.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Receipt {
    /// One for each push, in their order.
    pub fates: Vec<Fate>,
    /// Documents in which something may wait to be applied.
    pub documents: Vec<DocumentId>,
    /// Every change that was pushed.
    pub pushed: HashSet<ChangeHash>,
}

/// How many changes a device may have parked, and of how many bytes: what a phone writes in a year or two.
const MOST_PARKED: (u64, u64) = (500, 1024 * 1024);

/// One push, checked as far as that goes without the store.
struct Parsed {
    document: Result<DocumentId, RefusalCode>,
    changes: Vec<(ChangeHash, Result<Arriving, RefusalCode>)>,
}

/// A change with what it was made upon. Whether its operations can be read is for *apply* to see, which needs them.
struct Arriving {
    change: NewChange,
    dependencies: Vec<ChangeHash>,
}

/// Takes in a request's pushes. When this returns, what was stored is on disk.
pub fn receive(
    store: &(impl Store + ?Sized),
    organisation: &Organisation,
    sender: &Sender,
    request: &SyncRequest,
    now: Timestamp,
) -> Result<Receipt, ReceiveError> {
    if request.pushes.is_empty() {
        return Ok(Receipt::default());
    }
    if request.pushes.iter().any(|push| push.changes.is_empty()) {
        return Err(ReceiveError::EmptyPush);
    }
    let is_relay = request.is_relay();
    let maker = (!is_relay).then_some(sender.device);
    let pushes = request
        .pushes
        .iter()
        .map(|push| parse(organisation, sender, maker, push));
    let parsed: Vec<_> = pushes.collect();
    let push = verify(sender, request, &parsed)?;
    let mut receipt = Receipt::default();
    for push in &parsed {
        let Ok(document) = &push.document else { continue };
        receipt.pushed.extend(push.changes.iter().map(|(hash, _)| *hash));
        if !receipt.documents.contains(document) {
            receipt.documents.push(document.clone());
        }
    }
    let receiving: Receiving = Box::new(move |ledger| {
        let fates = parsed.into_iter().map(|push| match push.document {
            Ok(document) => place(ledger, &document, push.changes, is_relay),
            Err(reason) => Ok(refuse_all(push.changes.len(), reason)),
        });
        fates.collect()
    });
    receipt.fates = store.receive(Some(push), now, receiving)?;
    Ok(receipt)
}

fn verify(sender: &Sender, request: &SyncRequest, parsed: &[Parsed]) -> Result<SignedPush, ReceiveError> {
    let changes = request.pushes.iter().zip(parsed).flat_map(|(push, parsed)| {
        let names = parsed.changes.iter();
        names.map(|(name, _)| (push.document.clone(), name.0))
    });
    let statement = statement(changes);
    let signature = *request.signature.ok_or(ReceiveError::BadSignature)?;
    VerifyingKey::from_bytes(&sender.public_key)
        .and_then(|key| key.verify_strict(&statement, &Signature::from_bytes(&signature)))
        .map_err(|_| ReceiveError::BadSignature)?;
    Ok(SignedPush {
        device: sender.device,
        statement,
        signature,
    })
}

/// A push, and whose changes may be in it: one device's, or any's.
fn parse(organisation: &Organisation, sender: &Sender, maker: Option<DeviceId>, push: &Push) -> Parsed {
    let document = push.document.parse().map_err(|_| RefusalCode::UnknownDocument);
    let document = document.and_then(|document| {
        let may_write = organisation.may_write(sender.role, &sender.unit, &document);
        may_write.then_some(document).ok_or(RefusalCode::NotAllowed)
    });
    let changes = push.changes.iter().map(|bytes| match arriving(maker, bytes) {
        Ok(arriving) => (arriving.change.hash, Ok(arriving)),
        // Named all the same, so that one bad change does not make the signature of the others unreadable.
        Err(reason) => (name_of(bytes), Err(reason)),
    });
    Parsed {
        document,
        changes: changes.collect(),
    }
}

fn arriving(maker: Option<DeviceId>, bytes: &[u8]) -> Result<Arriving, RefusalCode> {
    let header = Header::read(bytes).map_err(|error| match error {
        DecodeError::TooLarge | DecodeError::SaysTooMuch => RefusalCode::TooLarge,
        DecodeError::NotPlain | DecodeError::Malformed => RefusalCode::Malformed,
    })?;
    let actor = header.actor;
    let actor = actor.filter(|actor| maker.is_none_or(|maker| actor.device == maker));
    Ok(Arriving {
        change: NewChange {
            hash: header.hash,
            actor: actor.ok_or(RefusalCode::ForeignActor)?,
            seq: header.seq,
            bytes: bytes.to_vec(),
        },
        dependencies: header.dependencies,
    })
}

fn refuse_all(count: usize, reason: RefusalCode) -> Fate {
    let refused = (0..).take(count).map(|index| RefusedChange { index, reason });
    Fate {
        stored: 0,
        held: 0,
        refused: refused.collect(),
    }
}

/// Appends what may be appended, in order, and says what became of each change.
fn place(
    ledger: &mut dyn Ledger,
    document: &DocumentId,
    changes: Vec<(ChangeHash, Result<Arriving, RefusalCode>)>,
    is_relay: bool,
) -> Result<Fate, StoreError> {
    let mut fate = Fate {
        stored: 0,
        held: 0,
        refused: Vec::new(),
    };
    let mut refused_hashes = HashSet::new();
    let mut parked = parked_in(ledger, document)?;
    for (index, (hash, change)) in (0..).zip(changes) {
        let placed = match change {
            Ok(arriving) => place_one(ledger, document, &arriving, &refused_hashes, is_relay)?,
            Err(reason) => Placed::Refused(reason),
        };
        match placed {
            Placed::Stored => {
                fate.stored += 1;
                if parked.iter().any(|parked| parked.dependencies.contains(&hash)) {
                    unpark(ledger, document, &mut parked)?;
                }
            }
            Placed::Held => fate.held += 1,
            Placed::Refused(reason) => {
                refused_hashes.insert(hash);
                fate.refused.push(RefusedChange { index, reason });
            }
        }
    }
    Ok(fate)
}

/// A parked change with what it was made upon.
struct Parked {
    hash: ChangeHash,
    dependencies: Vec<ChangeHash>,
}

/// The parked changes of a document: there are any only after a restore, while its devices come back one by one.
fn parked_in(ledger: &mut dyn Ledger, document: &DocumentId) -> Result<Vec<Parked>, StoreError> {
    let parked = ledger.parked_in(document)?.into_iter().map(|stored| {
        let header = Header::read(&stored.bytes)
            .map_err(|error| StoreError::Corrupt(format!("a parked change cannot be read: {error}")))?;
        Ok(Parked {
            hash: stored.hash,
            dependencies: header.dependencies,
        })
    });
    parked.collect()
}

/// Appends the parked changes of a document that now have what they were made upon.
fn unpark(ledger: &mut dyn Ledger, document: &DocumentId, parked: &mut Vec<Parked>) -> Result<(), StoreError> {
    loop {
        let before = parked.len();
        let mut waiting = Vec::new();
        for change in parked.drain(..) {
            match missing(ledger, document, &change.dependencies)? {
                // What depends on a change that was set aside is set aside in its turn, and told.
                None | Some(Missing::SetAside) => ledger.unpark(document, &change.hash)?,
                Some(Missing::NotYet) => waiting.push(change),
            }
        }
        *parked = waiting;
        if parked.len() == before || parked.is_empty() {
            return Ok(());
        }
    }
}

/// What a change was made upon and is not there.
enum Missing {
    SetAside,
    NotYet,
}

/// The worst that is missing of what a change was made upon.
fn missing(
    ledger: &mut dyn Ledger,
    document: &DocumentId,
    dependencies: &[ChangeHash],
) -> Result<Option<Missing>, StoreError> {
    let mut worst = None;
    for dependency in dependencies {
        if genesis_hash(document.kind()) == *dependency {
            continue;
        }
        match ledger.standing(document, dependency)? {
            Some(Standing::Arrived | Standing::Applied) => {}
            Some(Standing::SetAside) => return Ok(Some(Missing::SetAside)),
            Some(Standing::Parked) | None => worst = Some(Missing::NotYet),
        }
    }
    Ok(worst)
}

enum Placed {
    Stored,
    Held,
    Refused(RefusalCode),
}

fn place_one(
    ledger: &mut dyn Ledger,
    document: &DocumentId,
    Arriving { change, dependencies }: &Arriving,
    refused_hashes: &HashSet<ChangeHash>,
    is_relay: bool,
) -> Result<Placed, StoreError> {
    if ledger.standing(document, &change.hash)?.is_some() {
        return Ok(Placed::Held);
    }
    if dependencies.iter().any(|hash| refused_hashes.contains(hash)) {
        return Ok(Placed::Refused(RefusalCode::DependsOnRefused));
    }
    let missing = missing(ledger, document, dependencies)?;
    if let Some(Missing::SetAside) = missing {
        return Ok(Placed::Refused(RefusalCode::DependsOnRefused));
    }
    if ledger.at_seq(document, change.actor, change.seq)?.is_some() {
        return Ok(Placed::Refused(RefusalCode::RepeatedSequence));
    }
    if missing.is_none() {
        ledger.append(document, change)?;
        return Ok(Placed::Stored);
    }
    let (count, bytes) = ledger.parked_of(change.actor.device)?;
    let (most_count, most_bytes) = MOST_PARKED;
    // Who relays holds what it relays was made upon; and no device is to fill what another may park.
    if is_relay || count >= most_count || bytes + change.bytes.len() as u64 > most_bytes {
        return Ok(Placed::Refused(RefusalCode::MissingDependency));
    }
    ledger.park(document, change)?;
    Ok(Placed::Stored)
}
