//! A sync session: one exchange with the server, its retry and backoff.

use std::collections::HashSet;

use ed25519_dalek::{Signer, SigningKey};
use minicbor::bytes::ByteArray;

use super::effect::Effect;
use super::following::Following;
use super::holding::Holding;
use super::kept::Kept;
use super::view::{SyncPhase, SyncProblem};
use crate::document::Change;
use crate::ids::{ChangeHash, DocumentId};
use crate::protocol::codec::{self, FrameReader};
use crate::protocol::sync::{Push, SyncRequest, statement};
use crate::protocol::{self, VERSION};
use crate::time::Timestamp;

/// Two that did not hold the same compare again after this at the earliest.
pub(super) const RECONCILE_AGAIN_MS: i64 = 10 * 60 * 1000;
/// First wait after a failure; doubles with each.
const FIRST_WAIT_MS: i64 = 5_000;
/// Longest wait between tries while the app is open.
const LONGEST_WAIT_MS: i64 = 15 * 60 * 1000;
/// A server that asks to be called again sooner than this is called after it.
const MOST_HURRY_MS: i64 = 1_000;
/// A server that asks not to be called for longer than this is called after it.
const LONGEST_ASKED_MS: i64 = 60 * 60 * 1000;
/// An open app with nothing to say asks for news this often.
pub(super) const NEWS_INTERVAL_MS: i64 = 15 * 60 * 1000;
/// Having just heard from the server, a device with nothing to say is quiet.
pub(super) const JUST_HEARD_MS: i64 = 30_000;

/// So many changes may be apart at the server, or be sent to be so: it takes 500 of a device.
const MOST_AHEAD: usize = 200;

/// And so many bytes of them: it takes 1 MiB.
const MOST_AHEAD_BYTES: usize = 400 * 1024;

/// What the sync is doing.
#[derive(Debug, Default)]
pub(super) struct Session {
    pub(super) exchange: Option<Exchange>,
    next_request: u32,
    failures: u32,
    pub(super) wait_until: Option<Timestamp>,
    /// The server asked not to be called before then.
    pub(super) not_before: Option<Timestamp>,
    pub(super) problem: Option<SyncProblem>,
    /// The server has said since the app was opened that it does not listen to this device any more: only a person has it
    /// asked again.
    pub(super) revoked: bool,
    /// What the next body of a backlog may go on from.
    pub(super) following: Following,
    /// Others' changes that the server was offered and does not take.
    pub(super) unwanted: HashSet<ChangeHash>,
}

/// One exchange in flight.
#[derive(Debug)]
pub(super) struct Exchange {
    pub(super) request: u32,
    pub(super) purpose: Purpose,
    /// The answer was not what it should be.
    pub(super) broken: Option<SyncProblem>,
}

/// What an exchange is for.
#[derive(Debug)]
pub(super) enum Purpose {
    /// Sync.
    Sync {
        pushed: Vec<(DocumentId, Vec<Change>)>,
        reader: FrameReader,
        frames: u32,
        /// There is more news, or something came of this exchange.
        more: bool,
        progress: bool,
        body_bytes: usize,
        /// What waited did not all fit.
        rest: bool,
        /// The body goes on from what the server has.
        follows: bool,
        /// What is pushed was made on other devices, and the server lost it.
        relays: bool,
        /// The heads of each document that this device had when it asked what the server has.
        reconciled: Option<Vec<(DocumentId, Vec<ChangeHash>)>>,
    },
    /// Enrolment.
    Enrol { signing_seed: [u8; 32], answer: Vec<u8> },
}

impl Session {
    /// What to show.
    pub(super) fn phase(&self) -> SyncPhase {
        match (&self.exchange, self.wait_until) {
            (Some(_), _) => SyncPhase::Sending,
            (None, Some(_)) => SyncPhase::Waiting,
            (None, None) => SyncPhase::Idle,
        }
    }

    /// Whether a change is on its way.
    pub(super) fn is_sending(&self, document: &DocumentId, hash: &ChangeHash) -> bool {
        match &self.exchange {
            Some(Exchange {
                purpose: Purpose::Sync { pushed, .. },
                ..
            }) => pushed
                .iter()
                .any(|(id, changes)| id == document && changes.iter().any(|change| change.hash() == *hash)),
            Some(Exchange {
                purpose: Purpose::Enrol { .. },
                ..
            })
            | None => false,
        }
    }

    /// Begins an exchange.
    pub(super) fn begin(&mut self, purpose: Purpose) -> u32 {
        let request = self.next_request;
        self.next_request = self.next_request.wrapping_add(1);
        self.wait_until = None;
        self.exchange = Some(Exchange {
            request,
            purpose,
            broken: None,
        });
        request
    }

    /// The exchange in flight, if it is this one. Answers to exchanges that were given up are passed over.
    pub(super) fn in_flight(&mut self, request: u32) -> Option<&mut Exchange> {
        self.exchange.as_mut().filter(|exchange| exchange.request == request)
    }

    /// Notes a success.
    pub(super) fn succeeded(&mut self) {
        self.failures = 0;
        self.problem = None;
        self.not_before = None;
        self.revoked = false;
    }

    /// Something came of an exchange before it failed: that is a first failure.
    pub(super) fn came_on(&mut self) {
        self.failures = 0;
    }

    /// Notes a failure and says when to try again.
    pub(super) fn failed(
        &mut self,
        problem: SyncProblem,
        retry_after_s: Option<u32>,
        now: Timestamp,
        rng: &mut fastrand::Rng,
    ) -> Effect {
        self.exchange = None;
        self.problem = Some(problem);
        let doubled = FIRST_WAIT_MS
            .saturating_mul(1 << self.failures.min(16))
            .min(LONGEST_WAIT_MS);
        self.failures = self.failures.saturating_add(1);
        // Half fixed, half by chance, so that a thousand phones that lost one mast do not come back together.
        let wait = match retry_after_s {
            None => doubled / 2 + rng.i64(0..=doubled / 2),
            Some(seconds) => {
                let asked = (i64::from(seconds) * 1000).clamp(MOST_HURRY_MS, LONGEST_ASKED_MS);
                asked + rng.i64(0..=asked / 2 + 1000)
            }
        };
        let at = now.plus_ms(wait);
        self.not_before = retry_after_s.map(|_| at);
        self.wait_until = Some(at);
        Effect::WakeAt { at }
    }
}

/// A request with as much of what waits as the network lately carried.
pub(super) fn compose(kept: &Kept, session: &Session) -> Option<(Vec<u8>, Purpose)> {
    let identity = kept.identity.as_ref()?;
    let purpose = |pushed, body_bytes, rest, follows, relays, reconciled| Purpose::Sync {
        pushed,
        reader: FrameReader::default(),
        frames: 0,
        more: false,
        progress: false,
        body_bytes,
        rest,
        follows,
        relays,
        reconciled,
    };
    if kept.state.reconciles {
        let holdings = kept.documents.values();
        let had = holdings
            .clone()
            .map(|holding| (holding.id.clone(), holding.document.heads()));
        let had = had.collect();
        let request = SyncRequest {
            reconcile: Some(holdings.map(Holding::known).collect()),
            ..blank(kept)
        };
        let body = codec::encode_request(&request);
        let purpose = purpose(Vec::new(), body.len(), false, false, false, Some(had));
        return Some((body, purpose));
    }
    let limit = kept.state.most_bytes();
    let (relays, waiting) = next(kept, session);
    let total: usize = waiting.iter().map(|(_, changes)| changes.len()).sum();
    let key = SigningKey::from_bytes(&identity.signing_seed);
    // Where there is nothing to push, there is nothing to make smaller.
    let context = (total > 0 && !relays).then(|| session.following.context()).flatten();
    let (mut count, mut fitting, mut too_many) = (total, 0, total + 1);
    let mut best = None;
    loop {
        let pushed = take(&waiting, count);
        let pushing = request(kept, &key, &pushed, relays);
        let body = match &context {
            Some((context, bytes)) => codec::encode_following(&pushing, context, bytes),
            None => codec::encode_request(&pushing),
        };
        let aim = count * limit / body.len();
        let is_near = (limit - limit / 32..=limit).contains(&body.len());
        if body.len() <= limit || count <= 1 {
            fitting = count;
            let purpose = purpose(pushed, body.len(), count < total, context.is_some(), relays, None);
            best = Some((body, purpose));
        } else {
            too_many = count;
        }
        if is_near || too_many - fitting <= 1 {
            return best;
        }
        // Changes are of like size.
        count = aim.clamp(fitting + 1, too_many - 1);
    }
}

/// Changes by document.
type ByDocument = Vec<(DocumentId, Vec<Change>)>;

/// What the server does not have.
struct Waiting {
    /// What was made here.
    own: ByDocument,
    /// What was made elsewhere and lost by the server, as far as this device may write it and the server wants it.
    others: ByDocument,
}

fn waiting(kept: &Kept, session: &Session) -> Waiting {
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for holding in kept.documents.values() {
        let (made_here, mut lost) = holding.unsent(kept.device());
        if !made_here.is_empty() {
            own.push((holding.id.clone(), made_here));
        }
        lost.retain(|change| !session.unwanted.contains(&change.hash()));
        if !lost.is_empty() && kept.may_write(&holding.id) {
            others.push((holding.id.clone(), lost));
        }
    }
    Waiting { own, others }
}

/// What is to be sent now, and whether others made it: what was made here, and then what the server lost of others'. The server
/// keeps so much apart that was made upon what it has lost; where there is more, what that stands on goes first.
fn next(kept: &Kept, session: &Session) -> (bool, ByDocument) {
    let Waiting { own, others } = waiting(kept, session);
    if others.is_empty() {
        return (false, own);
    }
    let (own_grounded, others_grounded) = (grounded(kept, &own), grounded(kept, &others));
    let (count, bytes) = size(own.iter().flat_map(|(_, changes)| changes));
    let (count_grounded, bytes_grounded) = size(own_grounded.iter().flat_map(|(_, changes)| changes));
    let apart: Vec<_> = kept.documents.values().flat_map(Holding::kept_apart).collect();
    let (count_apart, bytes_apart) = size(&apart);
    let is_deep =
        count - count_grounded + count_apart > MOST_AHEAD || bytes - bytes_grounded + bytes_apart > MOST_AHEAD_BYTES;
    if is_deep && !others_grounded.is_empty() {
        (true, others_grounded)
    } else if is_deep && !own_grounded.is_empty() {
        (false, own_grounded)
    } else if own.is_empty() {
        // What they were made upon is there before them.
        (true, others)
    } else {
        (false, own)
    }
}

/// How many changes, and how many bytes.
fn size<'c>(changes: impl IntoIterator<Item = &'c Change>) -> (usize, usize) {
    let sizes = changes.into_iter().map(|change| change.bytes().len());
    sizes.fold((0, 0), |(count, sum), bytes| (count + 1, sum + bytes))
}

/// Of what waits, what was made upon nothing else that the server lacks but what is among it.
fn grounded(kept: &Kept, waiting: &ByDocument) -> ByDocument {
    let mut grounded = Vec::new();
    for (id, changes) in waiting {
        let Some(holding) = kept.documents.get(id) else {
            continue;
        };
        let here: HashSet<ChangeHash> = changes.iter().map(Change::hash).collect();
        let mut lacking = holding.lacking();
        lacking.retain(|hash| !here.contains(hash));
        let mut standing = Vec::new();
        for change in changes {
            if change.dependencies().iter().any(|hash| lacking.contains(hash)) {
                lacking.insert(change.hash());
            } else {
                standing.push(change.clone());
            }
        }
        if !standing.is_empty() {
            grounded.push((id.clone(), standing));
        }
    }
    grounded
}

/// Whether there is something that the server does not have and should.
pub(super) fn has_something(kept: &Kept, session: &Session) -> bool {
    let Waiting { own, others } = waiting(kept, session);
    !own.is_empty() || !others.is_empty()
}

fn take(waiting: &[(DocumentId, Vec<Change>)], mut count: usize) -> Vec<(DocumentId, Vec<Change>)> {
    let mut taken = Vec::new();
    for (id, changes) in waiting {
        let here = count.min(changes.len());
        if here > 0 {
            taken.push((id.clone(), changes[..here].to_vec()));
        }
        count -= here;
    }
    taken
}

/// A request that says nothing yet.
fn blank(kept: &Kept) -> SyncRequest {
    SyncRequest {
        version: VERSION,
        epoch: kept.state.epoch,
        cursor: kept.state.cursor,
        scope: kept.state.scope,
        budget: kept.state.downlink.budget(),
        profile: kept.state.profile,
        close: kept.state.is_cut(),
        ..SyncRequest::default()
    }
}

fn request(kept: &Kept, key: &SigningKey, pushed: &[(DocumentId, Vec<Change>)], relays: bool) -> SyncRequest {
    let hashes = pushed
        .iter()
        .flat_map(|(id, changes)| changes.iter().map(|change| (id.to_string(), change.hash().0)));
    let signature = (!pushed.is_empty()).then(|| ByteArray::from(key.sign(&statement(hashes)).to_bytes()));
    SyncRequest {
        pushes: pushed
            .iter()
            .map(|(id, changes)| Push {
                document: id.to_string(),
                changes: changes.iter().map(|change| change.bytes().to_vec().into()).collect(),
            })
            .collect(),
        signature,
        relays: relays.then_some(true),
        ..blank(kept)
    }
}

/// Where to sync.
pub(super) fn send_sync(request: u32, body: Vec<u8>, token: &str) -> Effect {
    Effect::Send {
        request,
        path: "/api/v1/sync".to_owned(),
        content_type: protocol::CONTENT_TYPE.to_owned(),
        token: Some(token.to_owned()),
        body,
    }
}
