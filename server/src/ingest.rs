//! How a device's changes become documents and rows, and what the device is told. Synchronous; knows no HTTP.
//!
//! [`receive`] takes in and acknowledges; [`apply`](self) follows, per unit, by workers; [`news`] is served only after that.

mod apply;
mod cache;
mod fault;
mod frames;
mod limits;
mod news;
mod profile;
mod queue;
pub mod receive;
mod reconcile;
pub mod release;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use client_core::ids::{DeviceId, DocumentId};
use client_core::protocol::codec::{CodecError, decode_following};
use client_core::protocol::context::window;
use client_core::protocol::sync::{SyncRequest, SyncResponse};
use client_core::time::Timestamp;
use jiff::civil::Date;
use tokio::sync::broadcast;
use tracing::{error, info, warn};

use crate::organisation::{Organisation, OrganisationCache};
use crate::secret::SecretHash;
use crate::store::directory::Installation;
use crate::store::{Store, StoreError};
pub use apply::Applied;
use apply::Applier;
use limits::Full;
pub use limits::{Backlog, Limits};
use profile::ProfileCache;
use queue::{Queue, Reason};
pub use receive::{Receipt, ReceiveError, Sender};
pub use release::ReleaseError;

/// How long an answer waits for what it received to be applied, so that merged news come in the same round trip.
pub const APPLY_WAIT: Duration = Duration::from_millis(500);

/// Units whose rows are committed together.
const BATCH: usize = 32;

/// How long a worker waits before it tries again what the store refused.
const RETRY_DELAY: Duration = Duration::from_secs(1);

/// Notices that a slow listener may fall behind by.
const NOTICES: usize = 1024;

/// Why a body cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// It is not what it should be, or goes on from what is not here.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// The store failed.
    #[error("could not read what the body goes on from")]
    Store(#[from] StoreError),
}

/// Takes in, applies and tells. One for the process; shared by all requests.
#[derive(Debug)]
pub struct Ingest {
    shared: Arc<Shared>,
    workers: Mutex<Vec<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    store: Arc<dyn Store>,
    installation: Installation,
    organisation: OrganisationCache,
    profiles: ProfileCache,
    queue: Queue,
    applier: Applier,
    notices: broadcast::Sender<Applied>,
    /// The latest day that a request has brought; workers own no clock.
    today: Mutex<Date>,
    /// A place that the visible order is known to have reached.
    reached: AtomicU64,
}

impl Ingest {
    /// Begins with whatever waits in the store. Without workers nothing is applied until
    /// [`apply_waiting`](Self::apply_waiting) is called.
    pub fn start(store: Arc<dyn Store>, workers: usize, now: Timestamp) -> Result<Self, StoreError> {
        Self::start_within(Limits::default(), store, workers, now)
    }

    /// As [`start`](Self::start), with other bounds than the usual.
    pub fn start_within(
        limits: Limits,
        store: Arc<dyn Store>,
        workers: usize,
        now: Timestamp,
    ) -> Result<Self, StoreError> {
        let shared = Arc::new(Shared {
            installation: store.installation()?,
            organisation: OrganisationCache::default(),
            profiles: ProfileCache::default(),
            queue: Queue::new(limits),
            applier: Applier::new(Arc::clone(&store)),
            notices: broadcast::channel(NOTICES).0,
            today: Mutex::new(now.date()),
            reached: AtomicU64::new(0),
            store,
        });
        if !shared.store.read_model_is_current()? {
            info!("The rows that staff query are of another version and are made anew");
            crate::projection::rebuild(&shared.store, now.date())?;
        }
        let waiting = shared.store.waiting_documents()?;
        if !waiting.is_empty() {
            info!("{} documents wait to be applied", waiting.len());
        }
        shared.queue.add(waiting, Reason::Arrived);
        let threads: Result<Vec<_>, _> = (0..workers)
            .map(|number| {
                let shared = Arc::clone(&shared);
                let builder = std::thread::Builder::new().name(format!("apply-{number}"));
                builder.spawn(move || shared.work(number > 0))
            })
            .collect();
        Ok(Self {
            shared,
            workers: Mutex::new(threads.map_err(|error| StoreError::Engine(Box::new(error)))?),
        })
    }

    /// The organisation of today.
    pub fn organisation(&self, now: Timestamp) -> Result<Arc<Organisation>, StoreError> {
        *self.shared.today() = now.date();
        self.shared.organisation.at(&*self.shared.store, now.date())
    }

    /// Whether a token may be a device's, as far as it is known without a look at the store.
    pub fn has_known(&self, token: SecretHash) -> bool {
        self.shared.organisation.has_known(token)
    }

    /// Who this server is.
    pub fn installation(&self) -> &Installation {
        &self.shared.installation
    }

    /// Who a device is, if it may push now.
    pub fn sender(&self, device: DeviceId, now: Timestamp) -> Result<Option<Sender>, StoreError> {
        Ok(Sender::of(&*self.organisation(now)?, device))
    }

    /// A body as the request that it is. It may go on from what its own device has sent before.
    pub fn read(&self, sender: &Sender, body: &[u8]) -> Result<SyncRequest, ReadError> {
        decode_following(body, |context| {
            // A document that nobody can name holds nothing.
            let Ok(document) = context.document.parse() else {
                return Ok(None);
            };
            let changes = self.shared.store.context(sender.device, &document, context)?;
            Ok(changes.map(|changes| window(&context.document, changes.iter().map(Vec::as_slice))))
        })
    }

    /// One whole exchange: takes in, waits a moment for it to be applied, and answers with what the device lacks, as the
    /// organisation stood when the sender was made out. Blocks the calling thread.
    pub fn exchange(
        &self,
        organisation: &Organisation,
        sender: &Sender,
        request: &SyncRequest,
        now: Timestamp,
    ) -> Result<Vec<SyncResponse>, ReceiveError> {
        let receipt = self.receive_in(organisation, sender, request, now)?;
        let is_applied = self.wait_applied(&receipt.documents, APPLY_WAIT);
        Ok(self.answer_in(organisation, sender, request, receipt, is_applied, now)?)
    }

    /// Takes in a request's pushes. When this returns, they are on disk. Refused before anything is stored while too much
    /// waits to be applied.
    pub fn receive(&self, sender: &Sender, request: &SyncRequest, now: Timestamp) -> Result<Receipt, ReceiveError> {
        self.receive_in(&*self.organisation(now)?, sender, request, now)
    }

    fn receive_in(
        &self,
        organisation: &Organisation,
        sender: &Sender,
        request: &SyncRequest,
        now: Timestamp,
    ) -> Result<Receipt, ReceiveError> {
        self.check_order(sender, request)?;
        let admission = self.admit(sender, request)?;
        let receipt = receive::receive(&*self.shared.store, organisation, sender, request, now)?;
        if let Some(admission) = admission
            && receipt.fates.iter().any(|fate| fate.stored > 0)
        {
            admission.enqueue(&receipt.documents);
        }
        Ok(receipt)
    }

    /// A device may count only in this server's order, and no further than it has come. One that reconciles does not count.
    fn check_order(&self, sender: &Sender, request: &SyncRequest) -> Result<(), ReceiveError> {
        let device = sender.device;
        if request.reconcile.is_some() {
            info!(device.id = %device, "Device {device} reconciles");
            return Ok(());
        }
        let Some(epoch) = request.epoch else { return Ok(()) };
        if *epoch != self.shared.installation.epoch {
            info!(device.id = %device, "Device {device} comes from another epoch");
            return Err(ReceiveError::UnknownEpoch);
        }
        // Most often it stands where the last answer ended, which needs no look at the store.
        if request.cursor > self.shared.reached.load(Ordering::Relaxed) {
            let last = self.shared.store.last_visible()?;
            self.shared.reached.fetch_max(last, Ordering::Relaxed);
            if request.cursor > last {
                warn!(
                    device.id = %device,
                    "Device {device} stands at {}, and the visible order ends at {last}: was the database restored? \
                     Then run `so-cong-doan restored`.",
                    request.cursor
                );
                return Err(ReceiveError::UnknownEpoch);
            }
        }
        Ok(())
    }

    fn admit(&self, sender: &Sender, request: &SyncRequest) -> Result<Option<queue::Admission<'_>>, ReceiveError> {
        if request.pushes.is_empty() {
            return Ok(None);
        }
        let bytes = request
            .pushes
            .iter()
            .flat_map(|push| &push.changes)
            .map(|bytes| bytes.len());
        let admitted = self
            .shared
            .queue
            .admit(sender.device, request.pushes.len(), bytes.sum());
        let admission = admitted.map_err(|(full, backlog)| {
            let retry_after = backlog.retry_after_s();
            match full {
                Full::Queue => ReceiveError::QueueFull { retry_after },
                Full::Device => ReceiveError::TooMuchWaiting { retry_after },
            }
        })?;
        Ok(Some(admission))
    }

    /// Waits until nothing waits in these documents, or the time is over. Gives whether they are done. Returns at once where
    /// so much stands before them that waiting would be in vain.
    pub fn wait_applied(&self, documents: &[DocumentId], timeout: Duration) -> bool {
        documents.is_empty() || self.shared.queue.wait(documents, timeout)
    }

    /// The frames of an answer.
    pub fn answer(
        &self,
        sender: &Sender,
        request: &SyncRequest,
        receipt: Receipt,
        now: Timestamp,
    ) -> Result<Vec<SyncResponse>, StoreError> {
        self.answer_in(&*self.organisation(now)?, sender, request, receipt, true, now)
    }

    fn answer_in(
        &self,
        organisation: &Organisation,
        sender: &Sender,
        request: &SyncRequest,
        receipt: Receipt,
        with_digest: bool,
        now: Timestamp,
    ) -> Result<Vec<SyncResponse>, StoreError> {
        let profile = self.shared.profiles.of(organisation, &sender.person);
        let profile = profile.filter(|profile| request.profile != Some(profile.name));
        let asking = news::Asking {
            epoch: self.shared.installation.epoch,
            scope: organisation.scope(sender.role, &sender.unit),
            sender,
            request,
            receipt,
            profile: profile.map(|profile| profile.bytes.clone()),
            with_digest,
            now,
        };
        news::answer(&*self.shared.store, asking)
    }

    /// Has the rows of these documents made anew, after what they rest on beside the documents has changed.
    pub fn refresh(&self, documents: impl IntoIterator<Item = DocumentId>) {
        self.shared.queue.add(documents, Reason::Refresh);
    }

    /// Hears of everything that is applied from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Applied> {
        self.shared.notices.subscribe()
    }

    /// How much waits to be applied, and since when.
    pub fn backlog(&self) -> Backlog {
        self.shared.queue.backlog()
    }

    /// How long the slowest of the units waited that were applied last; none where nothing was since the server was started.
    pub fn recent_lag(&self) -> Option<Duration> {
        self.shared.queue.recent_lag()
    }

    /// Applies what waits, in the calling thread.
    pub fn apply_waiting(&self) -> Result<(), StoreError> {
        loop {
            let jobs = self.shared.queue.try_take(BATCH);
            if jobs.is_empty() {
                return Ok(());
            }
            self.shared.apply(jobs)?;
        }
    }
}

impl Drop for Ingest {
    fn drop(&mut self) {
        self.shared.queue.close();
        let workers = std::mem::take(&mut *self.workers.lock().unwrap_or_else(PoisonError::into_inner));
        for worker in workers {
            // A worker that panicked has said so.
            let _ = worker.join();
        }
    }
}

impl Shared {
    /// What one worker does. While many pushes arrive the first goes on and the others give way.
    fn work(&self, gives_way: bool) {
        while let Some(jobs) = self.queue.take(BATCH, gives_way) {
            if let Err(failure) = self.apply(jobs) {
                error!("Could not apply what has arrived, will try again: {failure}");
                self.queue.pause(RETRY_DELAY);
            }
        }
    }

    fn today(&self) -> MutexGuard<'_, Date> {
        self.today.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Applies what has arrived in some units together. Where that fails, each by itself: one that cannot even be loaded is to
    /// hold up no other.
    fn apply(&self, jobs: Vec<queue::Job>) -> Result<(), StoreError> {
        match self.attempt(&jobs) {
            Ok(outcomes) => {
                for applied in outcomes {
                    // Nobody may be listening.
                    let _ = self.notices.send(applied);
                }
                self.queue.give_back(jobs, false);
                Ok(())
            }
            Err(failure) if jobs.len() == 1 => {
                self.queue.give_back(jobs, true);
                Err(failure)
            }
            Err(_) => {
                let mut outcome = Ok(());
                for job in jobs {
                    outcome = outcome.and(self.apply(vec![job]));
                }
                outcome
            }
        }
    }

    /// A panic in this ends no worker, and leaves no unit in its hands.
    fn attempt(&self, jobs: &[queue::Job]) -> Result<Vec<Applied>, StoreError> {
        let attempted = catch_unwind(AssertUnwindSafe(|| {
            let today = *self.today();
            let organisation = self.organisation.at(&*self.store, today)?;
            self.applier.apply(&organisation, jobs)
        }));
        attempted.unwrap_or_else(|_| Err(StoreError::NotCommitted("applying panicked".to_owned())))
    }
}
