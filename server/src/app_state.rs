//! What handlers share: the store, the clock, and what bounds their work.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use client_core::ids::{DeviceId, DocumentId};
use client_core::model::period::ReportingPeriod;
use client_core::time::Timestamp;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::warn;

use crate::api::error::ApiError;
use crate::bodies::{Bodies, BodyRoom, NoRoom};
use crate::clock::Clock;
use crate::ingest::{Applied, Ingest};
use crate::live::{Changed, Live};
use crate::organisation::Organisation;
use crate::rate_limit::{Allowances, RateLimits};
use crate::secret::SecretHash;
use crate::store::accounts::Contact;
use crate::store::{Store, StoreError};

/// Passwords hashed at once: each takes 19 MiB and a core.
const PASSWORDS_AT_ONCE: usize = 2;

/// Sign-ins that may wait for their turn.
const PASSWORDS_WAITING: usize = 32;

/// Syncs worked on at once. Each may hold a request and a frame of an answer in memory.
const SYNCS_AT_ONCE: usize = 64;

/// Seconds after which a busy server is to be asked again.
const BUSY_RETRY_S: u64 = 3;

/// How often what has gathered is written and forgotten.
const HOUSEKEEPING: Duration = Duration::from_secs(30);

/// What can be set.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// A proxy writes the client's address into `X-Forwarded-For`.
    pub is_behind_proxy: bool,
    /// How often secrets may be tried.
    pub allowances: Allowances,
}

struct Shared {
    store: Arc<dyn Store>,
    ingest: Ingest,
    clock: Arc<dyn Clock>,
    limits: RateLimits,
    live: Live,
    contacts: Mutex<Vec<Contact>>,
    /// Held while contacts are written, so that who waits for it finds them in the store.
    writing_contacts: Mutex<()>,
    passwords: Arc<Semaphore>,
    passwords_waiting: Arc<Semaphore>,
    syncs: Arc<Semaphore>,
    bodies: Bodies,
    is_behind_proxy: bool,
}

/// Shared by all handlers; a copy is another handle to the same.
#[derive(Clone)]
pub struct AppState(Arc<Shared>);

/// Leave to do bounded work, until it is dropped.
pub struct Slot(#[expect(dead_code, reason = "held until the work is done")] Vec<OwnedSemaphorePermit>);

impl AppState {
    /// Puts together what handlers share.
    pub fn new(store: Arc<dyn Store>, ingest: Ingest, clock: Arc<dyn Clock>, settings: &Settings) -> Self {
        Self(Arc::new(Shared {
            store,
            ingest,
            clock,
            limits: RateLimits::new(&settings.allowances),
            live: Live::default(),
            contacts: Mutex::default(),
            writing_contacts: Mutex::default(),
            passwords: Arc::new(Semaphore::new(PASSWORDS_AT_ONCE)),
            passwords_waiting: Arc::new(Semaphore::new(PASSWORDS_WAITING)),
            syncs: Arc::new(Semaphore::new(SYNCS_AT_ONCE)),
            bodies: Bodies::default(),
            is_behind_proxy: settings.is_behind_proxy,
        }))
    }

    /// The store. Its verbs block: call them inside [`blocking`](Self::blocking).
    pub fn store(&self) -> &dyn Store {
        &*self.0.store
    }

    /// What takes changes in and tells news.
    pub fn ingest(&self) -> &Ingest {
        &self.0.ingest
    }

    /// The time now.
    pub fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The organisation as it stands today. Blocks.
    pub fn organisation(&self) -> Result<Arc<Organisation>, StoreError> {
        self.ingest().organisation(self.now())
    }

    /// How often secrets were tried.
    pub fn limits(&self) -> &RateLimits {
        &self.0.limits
    }

    /// Those who watch.
    pub fn live(&self) -> &Live {
        &self.0.live
    }

    /// Whether a proxy says where a request comes from.
    pub fn is_behind_proxy(&self) -> bool {
        self.0.is_behind_proxy
    }

    /// Does work that blocks where it holds up no other request.
    pub async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Self) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let state = self.clone();
        let span = tracing::Span::current();
        tokio::task::spawn_blocking(move || span.in_scope(|| work(&state)))
            .await
            .unwrap_or_else(|error| Err(ApiError::failed(error)))
    }

    /// Leave to hash a password.
    pub async fn password_slot(&self) -> Result<Slot, ApiError> {
        let waiting = Arc::clone(&self.0.passwords_waiting).try_acquire_owned();
        let waiting = waiting.map_err(|_full| ApiError::Busy {
            retry_after: BUSY_RETRY_S,
        })?;
        let slot = Arc::clone(&self.0.passwords).acquire_owned().await;
        Ok(Slot(vec![waiting, slot.map_err(ApiError::failed)?]))
    }

    /// Leave to work on a sync.
    pub fn sync_slot(&self) -> Result<Slot, ApiError> {
        let slot = Arc::clone(&self.0.syncs).try_acquire_owned();
        let slot = slot.map_err(|_full| ApiError::Busy {
            retry_after: BUSY_RETRY_S,
        })?;
        Ok(Slot(vec![slot]))
    }

    /// Room for a body of so many bytes from the device with this token, while it arrives and is worked on.
    pub fn body_room(&self, token: SecretHash, bytes: usize) -> Result<BodyRoom, ApiError> {
        let retry_after = BUSY_RETRY_S;
        self.0.bodies.room(token, bytes).map_err(|full| match full {
            NoRoom::ForAny => ApiError::Busy { retry_after },
            NoRoom::ForThisDevice => ApiError::TooMuchWaiting { retry_after },
        })
    }

    /// Notes that a device was in contact. Written to the store with others, by [`write_contacts`](Self::write_contacts).
    pub fn note_contact(&self, device: DeviceId, refused: Option<u32>) {
        let at = self.now();
        let mut contacts = self.0.contacts.lock().unwrap_or_else(PoisonError::into_inner);
        contacts.push(Contact { device, at, refused });
    }

    /// Tells those who watch what was applied, and now and then writes and forgets what has gathered. Runs until it is
    /// dropped.
    pub async fn run_background(self) {
        let mut notices = self.ingest().subscribe();
        let mut housekeeping = tokio::time::interval(HOUSEKEEPING);
        loop {
            tokio::select! {
                notice = notices.recv() => match notice {
                    Ok(applied) => self.publish(applied).await,
                    // Watchers are told nothing of what was skipped; the next change of a unit brings its figures.
                    Err(RecvError::Lagged(skipped)) => warn!("{skipped} notices of changes were skipped"),
                    Err(RecvError::Closed) => return,
                },
                _ = housekeeping.tick() => {
                    self.limits().forget_idle();
                    if let Err(failure) = self.blocking(|state| Ok(state.write_contacts()?)).await {
                        failure.log();
                    }
                }
            }
        }
    }

    async fn publish(&self, applied: Applied) {
        let told = self
            .blocking(move |state| {
                let organisation = state.organisation()?;
                state.live().publish(Changed {
                    periods: periods_of(&organisation, &applied.documents),
                    unit: applied.unit,
                    changes: applied.applied,
                    at: state.now(),
                });
                Ok(())
            })
            .await;
        if let Err(failure) = told {
            failure.log();
        }
    }

    /// Writes the contacts noted since the last time: when this returns, the store knows of every one that was noted before.
    /// Blocks.
    pub fn write_contacts(&self) -> Result<(), StoreError> {
        let _writing = self.0.writing_contacts.lock().unwrap_or_else(PoisonError::into_inner);
        let contacts = std::mem::take(&mut *self.0.contacts.lock().unwrap_or_else(PoisonError::into_inner));
        if contacts.is_empty() {
            return Ok(());
        }
        self.store().note_contacts(contacts)
    }
}

/// The periods whose figures a change in these documents may move: those of a log's year, all for a register.
fn periods_of(organisation: &Organisation, documents: &[DocumentId]) -> Vec<ReportingPeriod> {
    let periods = organisation.periods.iter().map(|(period, _due)| *period);
    let moved = |period: &ReportingPeriod| {
        documents
            .iter()
            .any(|document| document.year().is_none_or(|year| year == period.year()))
    };
    periods.filter(moved).collect()
}
