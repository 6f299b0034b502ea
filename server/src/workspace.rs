//! Documents that the server itself edits, in memory, and then enters in one piece: import and invented data.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use client_core::document::{Change, Document};
use client_core::ids::{ChangeHash, DocumentId, OrgUnitId};
use client_core::model::schema::{self, SchemaFault};
use client_core::time::Timestamp;

use crate::organisation::Organisation;
use crate::projection::{self, Held, Parts, Setting, Touched, project};
use crate::store::directory::DirectoryEdit;
use crate::store::documents::{Entered, NewChange};
use crate::store::{Store, StoreError};

/// Why what was edited cannot be entered.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An edit wrote what the schema forbids.
    #[error("document {document}: {fault}")]
    Schema {
        /// Where.
        document: DocumentId,
        /// What is wrong.
        fault: SchemaFault,
    },
}

/// Documents as they are stored, with edits on top.
#[derive(Debug)]
pub struct Workspace<'s> {
    store: &'s dyn Store,
    documents: BTreeMap<DocumentId, Edited>,
}

/// A unit's documents in memory, and which of their entries are to be projected.
type UnitParts = (BTreeMap<DocumentId, Arc<Held>>, BTreeMap<DocumentId, Touched>);

#[derive(Debug)]
struct Edited {
    stored: Held,
    document: Document,
    changes: Vec<Change>,
}

impl<'s> Workspace<'s> {
    /// A workspace in which nothing has been edited.
    pub fn new(store: &'s dyn Store) -> Self {
        Self {
            store,
            documents: BTreeMap::new(),
        }
    }

    /// A document with what was edited so far.
    pub fn document(&mut self, id: &DocumentId) -> Result<&Document, StoreError> {
        Ok(&self.edited(id)?.document)
    }

    /// The documents of a unit, those that stand in the store and those that were made here, with what was edited so far.
    pub fn unit_documents(&mut self, unit: &OrgUnitId) -> Result<Vec<(&DocumentId, &Document)>, StoreError> {
        for id in self.store.unit_documents(unit)? {
            self.edited(&id)?;
        }
        let documents = self.documents.iter().filter(|(id, _)| id.unit() == unit);
        Ok(documents.map(|(id, edited)| (id, &edited.document)).collect())
    }

    /// A document with what was edited so far, and what is read from it.
    pub fn held(&mut self, id: &DocumentId) -> Result<Held, StoreError> {
        let edited = self.edited(id)?;
        let held = edited.stored.clone().with(&edited.changes);
        held.map_err(|error| StoreError::Corrupt(error.to_string()))
    }

    /// Edits a document. The edit gives the change it made, if it made one.
    pub fn edit(
        &mut self,
        id: &DocumentId,
        edit: impl FnOnce(&mut Document) -> Option<Change>,
    ) -> Result<bool, StoreError> {
        let edited = self.edited(id)?;
        let change = edit(&mut edited.document);
        let has_changed = change.is_some();
        edited.changes.extend(change);
        Ok(has_changed)
    }

    fn edited(&mut self, id: &DocumentId) -> Result<&mut Edited, StoreError> {
        if !self.documents.contains_key(id) {
            let stored = Held::load(self.store, id)?;
            let edited = Edited {
                document: stored.document().clone(),
                stored,
                changes: Vec::new(),
            };
            self.documents.insert(id.clone(), edited);
        }
        self.documents
            .get_mut(id)
            .ok_or_else(|| StoreError::Corrupt("a document is gone from the workspace".to_owned()))
    }

    /// Puts the edits, the administrator's tables they rest on, and the rows that follow from both, into one piece.
    pub fn finish(
        self,
        directory: Vec<DirectoryEdit>,
        organisation: &Organisation,
        at: Timestamp,
    ) -> Result<Entered, WorkspaceError> {
        let periods_change = directory.iter().any(|edit| matches!(edit, DirectoryEdit::Period(..)));
        let organisation = organisation.with(&directory);
        let mut units: BTreeMap<OrgUnitId, UnitParts> = BTreeMap::new();
        let (mut changes, mut entered) = (Vec::new(), BTreeSet::new());
        for (id, edited) in self.documents {
            let held = edited
                .stored
                .with(&edited.changes)
                .map_err(|error| StoreError::Corrupt(error.to_string()))?;
            let operations = projection::operations(&edited.changes);
            let checked = schema::check_all(held.document(), operations.iter().map(|(_, made)| made.as_slice()));
            checked.map_err(|fault| WorkspaceError::Schema {
                document: id.clone(),
                fault,
            })?;
            let (documents, touched) = units.entry(id.unit().clone()).or_default();
            if !edited.changes.is_empty() {
                let parts = Box::new(Parts::of(held.document(), &operations));
                touched.insert(id.clone(), Touched::Parts(parts));
                entered.extend(edited.changes.iter().map(Change::hash));
                changes.push((id.clone(), edited.changes.iter().filter_map(NewChange::of).collect()));
            }
            documents.insert(id, Arc::new(held));
        }
        let moved = if periods_change {
            self.store.documents()?
        } else {
            Vec::new()
        };
        for id in moved {
            let (_, touched) = units.entry(id.unit().clone()).or_default();
            touched.insert(id, Touched::All);
        }
        let arrival = |id: &DocumentId, change: &ChangeHash| {
            if entered.contains(change) {
                return Ok(Some(at));
            }
            self.store.received_at(id, change)
        };
        let mut rows = Vec::new();
        for (unit, (mut documents, touched)) in units {
            for id in self.store.unit_documents(&unit)? {
                if !documents.contains_key(&id) {
                    documents.insert(id.clone(), Arc::new(Held::load(self.store, &id)?));
                }
            }
            let known = organisation.units.get(&unit);
            let setting = Setting {
                facts: known.and_then(|known| projection::facts(&unit, known)),
                periods: organisation.periods.iter().map(|(period, _)| *period).collect(),
            };
            rows.push(project(&arrival, &unit, &setting, &documents, &touched)?);
        }
        Ok(Entered {
            directory,
            changes,
            rows,
            said: Vec::new(),
            at,
        })
    }
}
