//! Turns arrived changes into documents: per unit, all that has arrived at once. One bad change is set aside with what
//! depends on it and holds up nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};

use client_core::document::{Change, Document};
use client_core::ids::{DocumentId, OrgUnitId};
use client_core::model::schema::{self, SchemaFault};
use client_core::protocol::sync::RefusalCode;
use lru::LruCache;
use tracing::{error, warn};

use crate::store::documents::{Settlement, StoredChange};
use crate::store::{Result, Store, StoreError};

/// Loaded documents that are kept for the next time.
const CACHED_DOCUMENTS: NonZeroUsize = NonZeroUsize::new(256).expect("256 is not 0");

/// What was applied, for whoever watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applied {
    /// The unit.
    pub unit: OrgUnitId,
    /// Its documents that changed.
    pub documents: Vec<DocumentId>,
    /// How many changes were applied.
    pub applied: usize,
    /// How many were set aside.
    pub set_aside: usize,
}

/// Applies what has arrived. Shared by the workers.
#[derive(Debug)]
pub(super) struct Applier {
    store: Arc<dyn Store>,
    /// Each with the number of changes that were applied to it, which tells whether another process has written since.
    cache: Mutex<LruCache<DocumentId, (u64, Document)>>,
}

/// One document while it is worked on.
struct Worked {
    document: Document,
    settlement: Settlement,
    applied_before: u64,
}

impl Applier {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            cache: Mutex::new(LruCache::new(CACHED_DOCUMENTS)),
        }
    }

    /// Applies what has arrived in documents of some units, in one transaction.
    pub(super) fn apply(&self, units: &[(OrgUnitId, BTreeSet<DocumentId>)]) -> Result<Vec<Applied>> {
        let mut outcomes = Vec::new();
        let mut settlements = Vec::new();
        let mut done = Vec::new();
        for (unit, documents) in units {
            let worked = self.apply_unit(documents)?;
            let changed: Vec<_> = worked.values().map(|worked| &worked.settlement).collect();
            if changed.is_empty() {
                continue;
            }
            outcomes.push(Applied {
                unit: unit.clone(),
                documents: worked.keys().cloned().collect(),
                applied: changed.iter().map(|settlement| settlement.applied.len()).sum(),
                set_aside: changed.iter().map(|settlement| settlement.set_aside.len()).sum(),
            });
            for (id, worked) in worked {
                let applied_after = worked.applied_before + worked.settlement.applied.len() as u64;
                settlements.push(worked.settlement);
                done.push((id, applied_after, worked.document));
            }
        }
        if !settlements.is_empty() {
            self.store.settle(settlements)?;
        }
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        for (id, applied_after, document) in done {
            cache.put(id, (applied_after, document));
        }
        Ok(outcomes)
    }

    fn apply_unit(&self, documents: &BTreeSet<DocumentId>) -> Result<BTreeMap<DocumentId, Worked>> {
        let mut worked = BTreeMap::new();
        for id in documents {
            let arrived = self.store.arrived(id)?;
            if !arrived.is_empty() {
                worked.insert(id.clone(), self.apply_document(id, arrived)?);
            }
        }
        Ok(worked)
    }

    fn apply_document(&self, id: &DocumentId, arrived: Vec<StoredChange>) -> Result<Worked> {
        let mut settlement = Settlement {
            document: id.clone(),
            applied: Vec::new(),
            set_aside: Vec::new(),
        };
        let mut changes = Vec::with_capacity(arrived.len());
        for stored in arrived {
            match Change::decode(&stored.bytes) {
                Ok(change) => changes.push(change),
                Err(error) => return Err(StoreError::Corrupt(format!("a stored change cannot be read: {error}"))),
            }
        }
        let (applied_before, document) = self.load(id)?;
        let document = if let Ok(document) = attempt(document, &changes) {
            settlement.applied.extend(changes.iter().map(Change::hash));
            document
        } else {
            // The state that failed is gone; begin again from what is stored, and find the change that is to blame.
            let (_, mut document) = self.load(id)?;
            sort_out(&mut document, &changes, &mut settlement);
            warn!(document.id = %id, "Set {} changes of document {id} aside", settlement.set_aside.len());
            document
        };
        Ok(Worked {
            document,
            settlement,
            applied_before,
        })
    }

    /// A document as it is stored, with the number of its changes. Taken out of the cache: whoever fails over it does not
    /// leave it there.
    fn load(&self, id: &DocumentId) -> Result<(u64, Document)> {
        let count = self.store.applied_count(id)?;
        let cached = self.cache.lock().unwrap_or_else(PoisonError::into_inner).pop(id);
        if let Some((applied, document)) = cached.filter(|(applied, _)| *applied == count) {
            return Ok((applied, document));
        }
        let stored = self.store.applied(id)?;
        let count = stored.len() as u64;
        Ok((count, build(id, &stored)?))
    }
}

/// A document from its stored changes.
pub(crate) fn build(id: &DocumentId, stored: &[StoredChange]) -> Result<Document> {
    let changes: std::result::Result<Vec<_>, _> = stored.iter().map(|stored| Change::decode(&stored.bytes)).collect();
    let changes = changes.map_err(|error| StoreError::Corrupt(format!("a stored change cannot be read: {error}")))?;
    let mut document = Document::new(id.kind());
    document.apply(changes).map_err(|error| {
        error!(document.id = %id, "Document {id} cannot be built from its applied changes");
        StoreError::Corrupt(error.to_string())
    })?;
    Ok(document)
}

/// Why changes cannot become part of a document.
struct Fault {
    reason: RefusalCode,
    detail: String,
}

/// Applies changes to a document and looks whether it is sound afterwards. What fails, even by a panic in a library, is lost
/// with its state.
fn attempt(document: Document, changes: &[Change]) -> std::result::Result<Document, Fault> {
    let attempted = catch_unwind(AssertUnwindSafe(|| {
        let mut document = document;
        document.apply(changes.iter().cloned()).map_err(|error| Fault {
            reason: RefusalCode::NotApplicable,
            detail: format!("Không ghép được vào tài liệu: {error}"),
        })?;
        check(&document, changes)?;
        Ok(document)
    }));
    attempted.unwrap_or_else(|_| {
        Err(Fault {
            reason: RefusalCode::NotApplicable,
            detail: "Không ghép được vào tài liệu.".to_owned(),
        })
    })
}

/// Applies one by one what can be applied, halving what fails: a few bad changes among many cost a few attempts.
fn sort_out(document: &mut Document, changes: &[Change], settlement: &mut Settlement) {
    let mut ready = changes;
    // What depends on something that is not there and is not about to be needs no attempt.
    while let Some((first, rest)) = ready.split_first() {
        if first.dependencies().iter().all(|dependency| document.has(dependency)) {
            break;
        }
        let detail = "Thay đổi này dựa trên một thay đổi khác không được nhận.".to_owned();
        settlement
            .set_aside
            .push((first.hash(), RefusalCode::DependsOnRefused, detail));
        ready = rest;
    }
    if ready.is_empty() {
        return;
    }
    match attempt(document.clone(), ready) {
        Ok(sound) => {
            settlement.applied.extend(ready.iter().map(Change::hash));
            *document = sound;
        }
        Err(fault) if ready.len() == 1 => {
            settlement.set_aside.push((ready[0].hash(), fault.reason, fault.detail));
        }
        Err(_) => {
            let (earlier, later) = ready.split_at(ready.len() / 2);
            sort_out(document, earlier, settlement);
            sort_out(document, later, settlement);
        }
    }
}

fn check(document: &Document, changes: &[Change]) -> std::result::Result<(), Fault> {
    for change in changes {
        schema::check(document, change).map_err(|fault| Fault {
            reason: RefusalCode::BreaksSchema,
            detail: in_vietnamese(&fault),
        })?;
    }
    Ok(())
}

/// What to tell the officer whose app wrote what it should not have.
fn in_vietnamese(fault: &SchemaFault) -> String {
    match fault {
        SchemaFault::OutOfPlace | SchemaFault::BadKey => "Bản ghi có phần không đúng khuôn dạng.".to_owned(),
        SchemaFault::BadValue { field } => format!("Giá trị của trường “{field}” không hợp lệ."),
        SchemaFault::TypeChanged => "Loại hoạt động của một bản ghi đã có thì không đổi được.".to_owned(),
    }
}
