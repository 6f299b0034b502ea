//! Turns arrived changes into documents and rows: per unit, all that has arrived at once. One bad change is set aside with
//! what depends on it and holds up nothing else.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use client_core::document::Change;
use client_core::ids::{ChangeHash, DocumentId, DocumentKind, OrgUnitId};
use client_core::model::schema;
use client_core::protocol::sync::RefusalCode;
use tracing::warn;

use super::cache::DocumentCache;
use super::fault::{Fault, asked, read};
use super::queue::{Job, Reason};
use crate::organisation::Organisation;
use crate::projection::{self, Held, Parts, Setting, Touched, advance, project};
use crate::store::documents::{Settlement, StoredChange};
use crate::store::read_model::UnitRows;
use crate::store::{Result, Store};

/// Loaded documents that are kept for the next time, in bytes as they are stored.
const CACHED_BYTES: usize = 16 * 1024 * 1024;

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

/// Applies what has arrived. Shared by the workers, of which only one has a unit in hand at a time.
#[derive(Debug)]
pub(super) struct Applier {
    store: Arc<dyn Store>,
    cache: Mutex<DocumentCache>,
}

/// What has arrived in a document.
#[derive(Debug, Default)]
struct Arrived {
    changes: Vec<Change>,
    /// What of it cannot be read, and why.
    unreadable: Vec<(ChangeHash, Fault)>,
    /// Somebody wants the rows made anew.
    is_refresh: bool,
}

impl Arrived {
    fn of(stored: &[StoredChange], reason: Reason) -> Self {
        let mut arrived = Self {
            is_refresh: reason == Reason::Refresh,
            ..Self::default()
        };
        for change in stored {
            match read(&change.bytes) {
                Ok(change) => arrived.changes.push(change),
                Err(fault) => arrived.unreadable.push((change.hash, fault)),
            }
        }
        arrived
    }
}

/// One unit while it is worked on.
struct Unit<'a> {
    id: &'a OrgUnitId,
    setting: Setting,
    /// Its documents as they are with what was applied.
    documents: BTreeMap<DocumentId, Arc<Held>>,
    touched: BTreeMap<DocumentId, Touched>,
    settlements: Vec<Settlement>,
}

impl Applier {
    pub(super) fn new(store: Arc<dyn Store>) -> Self {
        Self {
            store,
            cache: Mutex::new(DocumentCache::new(CACHED_BYTES)),
        }
    }

    /// Applies what has arrived in documents of some units, in one transaction. Documents in which nothing has arrived are
    /// projected anew.
    pub(super) fn apply(&self, organisation: &Organisation, jobs: &[Job]) -> Result<Vec<Applied>> {
        let mut outcomes = Vec::new();
        let (mut settlements, mut all_rows, mut done) = (Vec::new(), Vec::new(), Vec::new());
        for Job { unit: id, documents } in jobs {
            let Some((unit, rows)) = self.apply_unit(organisation, id, documents)? else {
                continue;
            };
            outcomes.push(Applied {
                unit: id.clone(),
                documents: unit.touched.keys().cloned().collect(),
                applied: unit.settlements.iter().map(|settlement| settlement.applied.len()).sum(),
                set_aside: unit
                    .settlements
                    .iter()
                    .map(|settlement| settlement.set_aside.len())
                    .sum(),
            });
            settlements.extend(unit.settlements);
            all_rows.extend(rows);
            done.extend(unit.documents);
        }
        if done.is_empty() {
            return Ok(outcomes);
        }
        self.store.settle(settlements, all_rows)?;
        let mut cache = self.cache();
        for (id, held) in done {
            cache.put(id, held);
        }
        Ok(outcomes)
    }

    /// None when there is nothing to do after all: the changes came while they were being fetched for another reason.
    fn apply_unit<'a>(
        &self,
        organisation: &Organisation,
        id: &'a OrgUnitId,
        documents: &BTreeMap<DocumentId, Reason>,
    ) -> Result<Option<(Unit<'a>, Option<UnitRows>)>> {
        let mut arrived = BTreeMap::new();
        for (document, reason) in documents {
            let stored = self.store.arrived(document)?;
            if !stored.is_empty() || *reason == Reason::Refresh {
                arrived.insert(document.clone(), Arrived::of(&stored, *reason));
            }
        }
        if arrived.is_empty() {
            return Ok(None);
        }
        let is_all = documents.values().any(|reason| *reason == Reason::Refresh);
        let mut unit = self.load_unit(organisation, id, arrived.keys(), is_all)?;
        if let Ok(rows) = self.attempt(&mut unit, &arrived)? {
            unit.take_snapshots();
            unit.warn();
            return Ok(Some((unit, Some(rows))));
        }
        // The state that failed is gone; begin again from what is stored, and find the changes that are to blame.
        self.cache().forget(id);
        let mut unit = self.load_unit(organisation, id, arrived.keys(), is_all)?;
        for (document, arrived) in &arrived {
            let mut settlement = unit.settlement(document, arrived);
            unit = self.sort_out(unit, document, &arrived.changes, &mut settlement)?;
            unit.refresh(document, arrived);
            unit.settlements.push(settlement);
        }
        unit.warn();
        let rows = self.rows(&unit)?;
        if rows.is_none() {
            warn!(org_unit.id = %id, "The rows of unit {id} could not be made");
        }
        Ok(Some((unit, rows)))
    }

    /// Applies everything at once and makes the rows. `Err` says what is wrong; the unit is then of no more use.
    fn attempt(
        &self,
        unit: &mut Unit<'_>,
        arrived: &BTreeMap<DocumentId, Arrived>,
    ) -> Result<std::result::Result<UnitRows, Fault>> {
        for (document, arrived) in arrived {
            let mut settlement = unit.settlement(document, arrived);
            if !arrived.changes.is_empty()
                && let Err(fault) = unit.add(document, &arrived.changes)
            {
                return Ok(Err(fault));
            }
            unit.refresh(document, arrived);
            settlement.applied.extend(arrived.changes.iter().map(Change::hash));
            unit.settlements.push(settlement);
        }
        Ok(self.rows(unit)?.ok_or(Fault::projection()))
    }

    /// The rows of a unit, none if making them panics.
    fn rows(&self, unit: &Unit<'_>) -> Result<Option<UnitRows>> {
        let arrival = |id: &DocumentId, change: &_| self.store.received_at(id, change);
        let (setting, documents, touched) = (&unit.setting, &unit.documents, &unit.touched);
        let is_all = touched.values().any(|touched| *touched == Touched::All);
        let made = catch_unwind(AssertUnwindSafe(|| match is_all {
            true => project(&arrival, unit.id, setting, documents, touched),
            false => advance(&*self.store, &arrival, unit.id, setting, documents, touched),
        }));
        made.ok().transpose()
    }

    /// Applies what can be applied of one document, halving what fails: a few bad changes among many cost a few attempts.
    fn sort_out<'a>(
        &self,
        mut unit: Unit<'a>,
        document: &DocumentId,
        changes: &[Change],
        settlement: &mut Settlement,
    ) -> Result<Unit<'a>> {
        let mut ready = changes;
        // What depends on something that is not there and is not about to be needs no attempt.
        while let Some((first, rest)) = ready.split_first() {
            let held = unit.documents.get(document);
            if first
                .dependencies()
                .iter()
                .all(|hash| held.is_some_and(|held| held.document().has(hash)))
            {
                break;
            }
            let detail = "Dựa trên một thay đổi khác không nhận được.".to_owned();
            let told = (first.hash(), RefusalCode::DependsOnRefused, detail);
            settlement.set_aside.push(told);
            ready = rest;
        }
        if ready.is_empty() {
            return Ok(unit);
        }
        let mut tried = unit.copy();
        let fault = match tried.add(document, ready) {
            Ok(()) if self.rows(&tried)?.is_some() => {
                settlement.applied.extend(ready.iter().map(Change::hash));
                return Ok(tried);
            }
            Ok(()) => Fault::projection(),
            Err(fault) => fault,
        };
        if let [only] = ready {
            settlement.set_aside.push((only.hash(), fault.reason, fault.detail));
            return Ok(unit);
        }
        let (earlier, later) = ready.split_at(ready.len() / 2);
        unit = self.sort_out(unit, document, earlier, settlement)?;
        self.sort_out(unit, document, later, settlement)
    }

    /// A unit with those of its documents that are wanted, or with all of them, as they are stored.
    fn load_unit<'a, 'd>(
        &self,
        organisation: &Organisation,
        id: &'a OrgUnitId,
        wanted: impl Iterator<Item = &'d DocumentId>,
        is_all: bool,
    ) -> Result<Unit<'a>> {
        let mut documents = BTreeMap::new();
        for document in wanted {
            // Taken out, so that it can be changed where it stands.
            let cached = self.cache().pop(document);
            documents.insert(document.clone(), self.load(document, cached)?);
        }
        let others = match is_all {
            true => self.store.unit_documents(id)?,
            false => Vec::new(),
        };
        for document in others {
            let is_read = matches!(document.kind(), DocumentKind::Log | DocumentKind::Register);
            if is_read && !documents.contains_key(&document) {
                let cached = self.cache().get(&document);
                documents.insert(document.clone(), self.load(&document, cached)?);
            }
        }
        let known = organisation.units.get(id);
        Ok(Unit {
            id,
            setting: Setting {
                facts: known.and_then(|known| projection::facts(id, known)),
                periods: organisation.periods.iter().map(|(period, _)| *period).collect(),
            },
            documents,
            touched: BTreeMap::new(),
            settlements: Vec::new(),
        })
    }

    /// A document as it is stored. One that is held is used only if nobody else has written since.
    fn load(&self, id: &DocumentId, cached: Option<Arc<Held>>) -> Result<Arc<Held>> {
        let applied = self.store.applied_count(id)?;
        match cached.filter(|held| held.applied() == applied) {
            Some(held) => Ok(held),
            None => Ok(Arc::new(Held::load(&*self.store, id)?)),
        }
    }

    fn cache(&self) -> MutexGuard<'_, DocumentCache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a piece of work comes to. A panic in it, be it in a library, is a fault like any other.
fn unhurt<T>(work: impl FnOnce() -> std::result::Result<T, Fault>) -> std::result::Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Fault::not_applicable()))
}

impl Unit<'_> {
    /// Applies changes to one document and looks whether they may stand there. What fails, even by a panic in a library,
    /// leaves the document lost.
    fn add(&mut self, id: &DocumentId, changes: &[Change]) -> std::result::Result<(), Fault> {
        let Some(held) = self.documents.remove(id) else {
            return Err(Fault::not_applicable());
        };
        let facts = self.setting.facts.as_ref();
        let (held, parts) = unhurt(|| {
            let before = held.document().heads();
            let held = Arc::unwrap_or_clone(held)
                .with(changes)
                .map_err(|_| Fault::not_applicable())?;
            if !held.document().keeps(changes, &before) {
                return Err(Fault::not_applicable());
            }
            let changes = projection::operations(changes);
            let operations = || changes.iter().map(|(_, operations)| operations.as_slice());
            schema::check_all(held.document(), operations())?;
            operations().try_for_each(|operations| asked(facts, held.document(), operations))?;
            let parts = Parts::of(held.document(), &changes);
            Ok((held, parts))
        })?;
        self.documents.insert(id.clone(), Arc::new(held));
        if let Some(Touched::Parts(earlier)) = self.touched.get_mut(id) {
            earlier.extend(parts);
        } else if !self.touched.contains_key(id) {
            self.touched.insert(id.clone(), Touched::Parts(Box::new(parts)));
        }
        Ok(())
    }

    /// Has all rows of a document made anew, if somebody wants it.
    fn refresh(&mut self, document: &DocumentId, arrived: &Arrived) {
        if arrived.is_refresh {
            self.touched.insert(document.clone(), Touched::All);
        }
    }

    /// What becomes of a document's changes, upon what is applied now: what cannot be read is set aside.
    fn settlement(&self, document: &DocumentId, arrived: &Arrived) -> Settlement {
        let unreadable = arrived.unreadable.iter();
        let told = unreadable.map(|(hash, fault)| (*hash, fault.reason, fault.detail.clone()));
        Settlement {
            document: document.clone(),
            applied: Vec::new(),
            set_aside: told.collect(),
            upon: self.documents.get(document).map(|held| held.applied()),
            snapshot: None,
        }
    }

    /// Has documents stored as they are now where that is worth it.
    fn take_snapshots(&mut self) {
        for settlement in &mut self.settlements {
            let held = self.documents.get_mut(&settlement.document);
            settlement.snapshot = held.and_then(|held| Arc::make_mut(held).snapshot());
        }
    }

    /// Says in the log what was set aside.
    fn warn(&self) {
        let with_some = self
            .settlements
            .iter()
            .filter(|settlement| !settlement.set_aside.is_empty());
        for Settlement {
            document,
            set_aside,
            applied,
            ..
        } in with_some
        {
            let (aside, all) = (set_aside.len(), set_aside.len() + applied.len());
            warn!(document.id = %document, "Set {aside} of {all} changes of document {document} aside");
        }
    }

    fn copy(&self) -> Self {
        Self {
            id: self.id,
            setting: self.setting.clone(),
            documents: self.documents.clone(),
            touched: self.touched.clone(),
            settlements: self.settlements.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_on_which_applying_panics_are_set_aside_like_any_that_cannot_be_applied() {
        let fault = unhurt(|| -> std::result::Result<(), Fault> { panic!("as a test wants it") });
        assert_eq!(fault.unwrap_err().reason, RefusalCode::NotApplicable);
    }
}
