//! What turns documents into the read model: a unit's entries, what its work gives for each indicator, its submissions.
//!
//! Rows are a function of the documents and of which periods are reported on. [`rebuild`] writes them all, from the documents;
//! `advance` writes those that a change moves, and takes what it did not touch from the rows that stand. Both come to the same.

mod advance;
mod entries;
mod held;
mod reports;
mod stored_entry;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use client_core::document::{Action, Change, Document, Operation};
use client_core::ids::{ChangeHash, DocumentId, DocumentKind, OrgUnitId};
use client_core::model::period::ReportingPeriod;
use client_core::model::touched;
use client_core::report::UnitFacts;
use client_core::time::Timestamp;

pub(crate) use advance::advance;
pub use entries::{Standing, standing};
pub use held::Held;
pub use reports::figures;

use crate::organisation::Unit;
use crate::store::read_model::UnitRows;
use crate::store::{Result, Store};

/// What of a document is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touched {
    /// Everything.
    All,
    /// What changes touched.
    Parts(Box<Parts>),
}

/// What changes touched of a document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parts {
    /// Of what it means.
    meaning: touched::Touched,
    /// The maps that were made.
    made: HashSet<String>,
    /// Who wrote last into each map, and when, as far as these changes go.
    touches: HashMap<String, held::Touch>,
}

impl Parts {
    /// By changes that were applied to a document, each with its operations.
    pub fn of(document: &Document, changes: &[(&Change, Vec<Operation>)]) -> Self {
        let operations = changes.iter().flat_map(|(_, operations)| operations);
        let made = operations.clone().filter_map(|operation| match &operation.action {
            Action::MakeMap { map } => Some(map.clone()),
            Action::Put(_) | Action::Delete | Action::Foreign => None,
        });
        Self {
            made: made.collect(),
            meaning: touched::Touched::by(document, operations),
            touches: held::touches(changes),
        }
    }

    /// These and what later changes touched.
    pub fn extend(&mut self, later: Self) {
        self.meaning.extend(later.meaning);
        self.made.extend(later.made);
        for (map, touch) in later.touches {
            let standing = self.touches.entry(map).or_insert(touch);
            *standing = touch.max(*standing);
        }
    }
}

/// The operations of changes.
pub fn operations(changes: &[Change]) -> Vec<(&Change, Vec<Operation>)> {
    changes.iter().map(|change| (change, change.operations())).collect()
}

/// What the administrator's tables say that rows depend on.
#[derive(Debug, Clone)]
pub struct Setting {
    /// What the unit is; none when its tier is not known, and nothing is derived.
    pub facts: Option<UnitFacts>,
    /// The periods that are reported on.
    pub periods: Vec<ReportingPeriod>,
}

/// What rows depend on beside the documents, for a unit.
pub fn facts(id: &OrgUnitId, unit: &Unit) -> Option<UnitFacts> {
    let code = |code: &str| serde_json::Value::String(code.to_owned());
    Some(UnitFacts {
        id: id.clone(),
        tier: serde_json::from_value(code(&unit.tier)).ok()?,
        sector: serde_json::from_value(code(&unit.sector)).ok(),
    })
}

/// Says when a change arrived, on the server's clock.
pub type Arrival<'a> = &'a dyn Fn(&DocumentId, &ChangeHash) -> Result<Option<Timestamp>>;

/// The rows of a unit that changes in some of its documents touch.
pub fn project(
    arrival: Arrival<'_>,
    unit: &OrgUnitId,
    setting: &Setting,
    documents: &BTreeMap<DocumentId, Arc<Held>>,
    touched: &BTreeMap<DocumentId, Touched>,
) -> Result<UnitRows> {
    let mut rows = UnitRows {
        unit: unit.clone(),
        entries: Vec::new(),
        reports: BTreeMap::new(),
        submissions: Vec::new(),
    };
    let mut moving: BTreeSet<&DocumentId> = touched.keys().collect();
    let standing = standing(documents);
    for places in standing.values().filter(|places| entries::is_touched(places, touched)) {
        rows.entries.extend(entries::rows(documents, places));
        // Where it counts no more, it moves numbers too.
        moving.extend(places.iter().map(|place| place.id));
    }
    for id in touched.keys() {
        let Some(held) = documents.get(id) else { continue };
        rows.submissions.extend(reports::submissions(arrival, id, held, None)?);
    }
    if let Some(facts) = &setting.facts {
        for period in moved_periods(&setting.periods, &moving) {
            let values = reports::rows(facts, period, documents, &standing);
            rows.reports.insert(period, values);
        }
    }
    Ok(rows)
}

/// The periods whose numbers a change in these documents may move: stocks look back, so a log moves those of its year and
/// later ones; a register moves all.
fn moved_periods(periods: &[ReportingPeriod], moving: &BTreeSet<&DocumentId>) -> Vec<ReportingPeriod> {
    let moves = |period: &&ReportingPeriod| {
        moving.iter().any(|document| match document.kind() {
            DocumentKind::Log => document.year().is_some_and(|year| year <= period.year()),
            DocumentKind::Register => true,
            DocumentKind::Oversight | DocumentKind::Board => false,
        })
    };
    periods.iter().filter(moves).copied().collect()
}

/// Makes the read model anew from the documents.
pub fn rebuild(store: &Arc<dyn Store>, day: jiff::civil::Date) -> Result<()> {
    let organisation = store.organisation(day)?;
    let mut by_unit: BTreeMap<OrgUnitId, BTreeSet<DocumentId>> = BTreeMap::new();
    for document in store.documents()? {
        by_unit.entry(document.unit().clone()).or_default().insert(document);
    }
    let source = Arc::clone(store);
    let mut units = by_unit.into_iter();
    store.replace_read_model(Box::new(move || {
        let Some((unit, ids)) = units.next() else {
            return Ok(None);
        };
        let setting = Setting {
            facts: organisation.units.get(&unit).and_then(|known| facts(&unit, known)),
            periods: organisation.periods.iter().map(|(period, _)| *period).collect(),
        };
        let mut documents = BTreeMap::new();
        for id in &ids {
            documents.insert(id.clone(), Arc::new(Held::load(&*source, id)?));
        }
        let touched = ids.into_iter().map(|id| (id, Touched::All)).collect();
        project(
            &|id, change| source.received_at(id, change),
            &unit,
            &setting,
            &documents,
            &touched,
        )
        .map(Some)
    }))
}
