//! Takes in what a device pushes: bounded, decoded, checked, appended, not yet applied. The hot path; loads no document.

use std::collections::HashSet;
use std::panic::{UnwindSafe, catch_unwind};

use client_core::access::Role;
use client_core::document::{Change, DecodeError, genesis_hash};
use client_core::ids::{ChangeHash, DeviceId, DocumentId, OrgUnitId, PersonId};
use client_core::protocol::sync::{Fate, Push, RefusalCode, RefusedChange, SyncRequest, statement};
use client_core::time::Timestamp;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

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
    document: DocumentId,
    changes: Vec<(ChangeHash, Result<Change, RefusalCode>)>,
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
    let push = verify(sender, request)?;
    let parsed: Vec<_> = request
        .pushes
        .iter()
        .map(|push| parse(organisation, sender, push))
        .collect();
    let mut receipt = Receipt::default();
    for push in parsed.iter().flatten() {
        receipt.pushed.extend(push.changes.iter().map(|(hash, _)| *hash));
        if !receipt.documents.contains(&push.document) {
            receipt.documents.push(push.document.clone());
        }
    }
    let counts: Vec<_> = request.pushes.iter().map(|push| push.changes.len()).collect();
    let receiving: Receiving = Box::new(move |ledger| {
        let pushes = parsed.into_iter().zip(counts);
        pushes
            .map(|(push, count)| match push {
                Ok(push) => place(ledger, push),
                Err(reason) => Ok(refuse_all(count, reason)),
            })
            .collect()
    });
    receipt.fates = store.receive(Some(push), now, receiving)?;
    Ok(receipt)
}

fn verify(sender: &Sender, request: &SyncRequest) -> Result<SignedPush, ReceiveError> {
    if request.pushes.iter().any(|push| push.changes.is_empty()) {
        return Err(ReceiveError::EmptyPush);
    }
    let changes = request.pushes.iter().flat_map(|push| {
        let changes = push.changes.iter();
        changes.map(|change| (push.document.clone(), name_of(change)))
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

/// The name that bytes have if they are a plain change: the hash of what follows magic and checksum. Known also for bytes
/// that are none, so that one bad change does not make the signature of the others unreadable.
fn name_of(bytes: &[u8]) -> [u8; 32] {
    const MAGIC_AND_CHECKSUM: usize = 8;
    Sha256::digest(bytes.get(MAGIC_AND_CHECKSUM..).unwrap_or_default()).into()
}

fn parse(organisation: &Organisation, sender: &Sender, push: &Push) -> Result<Parsed, RefusalCode> {
    let document: DocumentId = push.document.parse().map_err(|_| RefusalCode::UnknownDocument)?;
    if !organisation.may_write(sender.role, &sender.unit, &document) {
        return Err(RefusalCode::NotAllowed);
    }
    let changes = push.changes.iter().map(|bytes| {
        let change = decode(bytes).and_then(|change| match change.actor() {
            Some(actor) if actor.device == sender.device => Ok(change),
            Some(_) | None => Err(RefusalCode::ForeignActor),
        });
        (ChangeHash(name_of(bytes)), change)
    });
    Ok(Parsed {
        changes: changes.collect(),
        document,
    })
}

fn decode(bytes: &[u8]) -> Result<Change, RefusalCode> {
    judged(|| Change::decode(bytes))
}

/// The decoder is another's and sees what anyone may send: a panic in it is an answer like any other.
fn judged(decode: impl FnOnce() -> Result<Change, DecodeError> + UnwindSafe) -> Result<Change, RefusalCode> {
    match catch_unwind(decode) {
        Ok(Ok(change)) => Ok(change),
        Ok(Err(DecodeError::TooLarge | DecodeError::SaysTooMuch)) => Err(RefusalCode::TooLarge),
        Ok(Err(DecodeError::NotPlain | DecodeError::Malformed)) | Err(_) => Err(RefusalCode::Malformed),
    }
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
fn place(ledger: &mut dyn Ledger, push: Parsed) -> Result<Fate, StoreError> {
    let mut fate = Fate {
        stored: 0,
        held: 0,
        refused: Vec::new(),
    };
    let mut refused_hashes = HashSet::new();
    let mut parked = parked_in(ledger, &push.document)?;
    for (index, (hash, change)) in (0..).zip(push.changes) {
        let placed = match change {
            Ok(change) => place_one(ledger, &push.document, &change, &refused_hashes)?,
            Err(reason) => Placed::Refused(reason),
        };
        match placed {
            Placed::Stored => {
                fate.stored += 1;
                if parked.iter().any(|parked| parked.dependencies.contains(&hash)) {
                    unpark(ledger, &push.document, &mut parked)?;
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
        let change = Change::decode(&stored.bytes)
            .map_err(|error| StoreError::Corrupt(format!("a parked change cannot be read: {error}")))?;
        Ok(Parked {
            hash: stored.hash,
            dependencies: change.dependencies(),
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
    change: &Change,
    refused_hashes: &HashSet<ChangeHash>,
) -> Result<Placed, StoreError> {
    let hash = change.hash();
    if ledger.standing(document, &hash)?.is_some() {
        return Ok(Placed::Held);
    }
    let dependencies = change.dependencies();
    if dependencies.iter().any(|hash| refused_hashes.contains(hash)) {
        return Ok(Placed::Refused(RefusalCode::DependsOnRefused));
    }
    let missing = missing(ledger, document, &dependencies)?;
    if let Some(Missing::SetAside) = missing {
        return Ok(Placed::Refused(RefusalCode::DependsOnRefused));
    }
    let Some(new_change) = NewChange::of(change) else {
        return Ok(Placed::Refused(RefusalCode::ForeignActor));
    };
    if ledger.at_seq(document, new_change.actor, new_change.seq)?.is_some() {
        return Ok(Placed::Refused(RefusalCode::RepeatedSequence));
    }
    if missing.is_none() {
        ledger.append(document, &new_change)?;
        return Ok(Placed::Stored);
    }
    let (count, bytes) = ledger.parked_of(new_change.actor.device)?;
    let (most_count, most_bytes) = MOST_PARKED;
    if count >= most_count || bytes + new_change.bytes.len() as u64 > most_bytes {
        return Ok(Placed::Refused(RefusalCode::MissingDependency));
    }
    ledger.park(document, &new_change)?;
    Ok(Placed::Stored)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_on_which_the_decoder_panics_is_refused_like_any_that_cannot_be_read() {
        assert_eq!(judged(|| panic!("as a test wants it")), Err(RefusalCode::Malformed));
        assert_eq!(decode(b"no change"), Err(RefusalCode::Malformed));
    }
}
