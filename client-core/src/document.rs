//! One CRDT document: edit, heads, changes since heads, apply. With its folder, the only file that names automerge.
//!
//! A document is maps of scalars, nested; sections are the maps at its root. Every replica begins from the same first
//! change (the *genesis*), so that two devices that begin a document apart from each other begin the same maps.

mod change;
mod chunk;
mod columns;
mod finding;
mod genesis;
mod header;
mod numbering;
mod opaque;
pub mod pack;
mod remaking;
mod scalar;
mod snapshot;
mod stream;

use std::collections::BTreeSet;

use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, Automerge, ObjId, ObjType, ROOT, ReadDoc, ScalarValue, ScalarValueRef, ValueRef};

pub use change::{Action, Change, DecodeError, Operation, ROOT_NAME};
pub use genesis::{genesis, genesis_hash};
pub use header::{Header, name_of};
pub use opaque::Opaque;
pub use remaking::Remaking;
pub use scalar::Scalar;
pub use snapshot::LoadError;

use crate::ids::{Actor, ChangeHash, DocumentKind};
use crate::time::Timestamp;

/// Version of the layout described in `model`. An older one is read, never rejected.
pub const SCHEMA_VERSION: i64 = 1;

/// Under what name the library below writes logs.
pub const LOG_TARGET: &str = "automerge";

/// Changes could not be applied. The document may be in any state: drop it.
#[derive(Debug, thiserror::Error)]
#[error("the changes cannot be applied: {0}")]
pub struct ApplyError(String);

/// A map inside a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapRef(ObjId);

impl MapRef {
    /// Names the map across replicas, as [`Operation::map`] does.
    pub fn name(&self) -> String {
        self.0.to_string()
    }
}

/// What stands under one key of a map.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// A value.
    Scalar(Scalar),
    /// A map.
    Map(MapRef),
}

/// One of the values that stand under one key because they were written apart from each other.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The value.
    pub node: Node,
    /// Who wrote it; none for the genesis or a foreign actor.
    pub actor: Option<Actor>,
    /// When, on the clock of that device.
    pub at: Timestamp,
    /// The change that wrote it.
    pub change: Option<ChangeHash>,
}

/// A document in memory.
#[derive(Debug, Clone)]
pub struct Document {
    kind: DocumentKind,
    crdt: Automerge,
}

impl Document {
    /// A document of this kind to which nothing has happened yet.
    pub fn new(kind: DocumentKind) -> Self {
        let genesis = genesis(kind);
        let mut crdt = Automerge::new();
        crdt.apply_changes([genesis.inner])
            .expect("the genesis applies to an empty document");
        Self { kind, crdt }
    }

    /// Its kind.
    pub fn kind(&self) -> DocumentKind {
        self.kind
    }

    /// The hashes that say which changes it has, in order.
    pub fn heads(&self) -> Vec<ChangeHash> {
        self.crdt
            .get_heads()
            .into_iter()
            .map(|hash| ChangeHash(hash.0))
            .collect()
    }

    /// Whether it has a change.
    pub fn has(&self, hash: &ChangeHash) -> bool {
        self.crdt
            .get_change_meta_by_hash(&automerge::ChangeHash(hash.0))
            .is_some()
    }

    /// The names of all its changes but the genesis, in no order.
    pub fn hashes(&self) -> Vec<ChangeHash> {
        let genesis = genesis_hash(self.kind);
        let hashes = self
            .crdt
            .get_changes_meta(&[])
            .into_iter()
            .map(|change| ChangeHash(change.hash.0));
        hashes.filter(|hash| *hash != genesis).collect()
    }

    /// The changes that a replica with these heads lacks, dependencies first. Heads it does not know are passed over.
    pub fn changes_after(&self, heads: &[ChangeHash]) -> Vec<Change> {
        let known: Vec<_> = heads
            .iter()
            .filter(|hash| self.has(hash))
            .map(|hash| automerge::ChangeHash(hash.0))
            .collect();
        let genesis = genesis_hash(self.kind);
        let changes = self.crdt.get_changes(&known).into_iter().map(|inner| Change { inner });
        changes.filter(|change| change.hash() != genesis).collect()
    }

    /// The document as it was with these heads and what they were made upon. Heads it does not know are passed over.
    #[must_use]
    pub fn at(&self, heads: &[ChangeHash]) -> Self {
        let changes = self.changes_after(&[]);
        let mut wanted: BTreeSet<ChangeHash> = heads.iter().copied().collect();
        // Dependencies come first: whoever wants a change is met before it when going back.
        for change in changes.iter().rev() {
            if wanted.contains(&change.hash()) {
                wanted.extend(change.dependencies());
            }
        }
        let mut document = Self::new(self.kind);
        let held = changes.into_iter().filter(|change| wanted.contains(&change.hash()));
        document
            .apply(held)
            .expect("a change of the document has its dependencies there");
        document
    }

    /// Applies changes. What it has already is skipped; order does not matter, but every dependency must be here or among
    /// them.
    pub fn apply(&mut self, changes: impl IntoIterator<Item = Change>) -> Result<(), ApplyError> {
        let changes: Vec<_> = changes.into_iter().filter(|change| !self.has(&change.hash())).collect();
        let hashes: BTreeSet<_> = changes.iter().map(Change::hash).collect();
        let mut dependencies = changes.iter().flat_map(Change::dependencies);
        if !dependencies.all(|hash| hashes.contains(&hash) || self.has(&hash)) {
            return Err(ApplyError("a dependency is missing".to_owned()));
        }
        // Automerge takes it for granted, and panics.
        let authors: BTreeSet<_> = changes.iter().map(|change| change.inner.actor_id()).collect();
        let mut named = changes.iter().flat_map(|change| change.inner.other_actor_ids());
        if !named.all(|actor| authors.contains(actor) || self.knows(actor)) {
            return Err(ApplyError("a change names an actor of whom nothing is here".to_owned()));
        }
        numbering::check(&changes, &self.crdt).map_err(|error| ApplyError(error.to_owned()))?;
        self.crdt
            .apply_changes(changes.into_iter().map(|change| change.inner).collect::<Vec<_>>())
            .map_err(|error| ApplyError(error.to_string()))?;
        // Automerge holds back without a word what it cannot apply yet.
        match hashes.iter().all(|hash| self.has(hash)) {
            true => Ok(()),
            false => Err(ApplyError("a change was held back".to_owned())),
        }
    }

    /// Whether it has anything of an actor.
    fn knows(&self, actor: &ActorId) -> bool {
        self.crdt.import_obj(&format!("1@{actor}")).is_ok()
    }

    /// Makes one change. None when the edit wrote nothing.
    pub fn edit<E>(
        &mut self,
        actor: Actor,
        at: Timestamp,
        edit: impl FnOnce(&mut Editor<'_, '_>) -> Result<(), E>,
    ) -> Result<Option<Change>, E> {
        self.crdt.set_actor(ActorId::from(&actor.to_bytes()[..]));
        let mut transaction = self.crdt.transaction();
        if let Err(error) = edit(&mut Editor {
            transaction: &mut transaction,
        }) {
            transaction.rollback();
            return Err(error);
        }
        let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(at.0));
        let change = hash.and_then(|hash| self.crdt.get_change_by_hash(&hash));
        Ok(change.map(|inner| Change { inner }))
    }

    /// The map of a section at the root, if the document has it.
    pub fn section(&self, name: &str) -> Option<MapRef> {
        match self.crdt.get(ROOT, name) {
            Ok(Some((value, id))) if value.is_object() => Some(MapRef(id)),
            Ok(_) | Err(_) => None,
        }
    }

    /// The map under a key of a map.
    pub fn map(&self, map: &MapRef, key: &str) -> Option<MapRef> {
        match self.crdt.get(&map.0, key) {
            Ok(Some((value, id))) if value.is_object() => Some(MapRef(id)),
            Ok(_) | Err(_) => None,
        }
    }

    /// Every map that stands under a key because several were made apart from each other, the one that counts first.
    pub fn maps(&self, map: &MapRef, key: &str) -> Vec<MapRef> {
        let values = self.crdt.get_all(&map.0, key).unwrap_or_default();
        let maps = values.into_iter().rev().filter(|(value, _)| value.is_object());
        maps.map(|(_, id)| MapRef(id)).collect()
    }

    /// Everything in a map by key, the value that counts where there are several, and whether there are.
    pub fn nodes(&self, map: &MapRef) -> Vec<(String, Node, bool)> {
        let items = self.crdt.map_range(&map.0, ..);
        items
            .map(|item| {
                let node = match &item.value {
                    ValueRef::Object(_) => Node::Map(MapRef(item.id())),
                    ValueRef::Scalar(value) => Node::Scalar(value.into()),
                };
                (item.key.to_string(), node, item.conflict)
            })
            .collect()
    }

    /// The document as it was to whoever made a change.
    pub fn before(&self, change: &ChangeHash) -> Option<Self> {
        let changes = self.changes_after(&[]);
        let change = changes.iter().find(|made| made.hash() == *change)?;
        Some(self.at(&change.dependencies()))
    }

    /// Every value that stands under a key, by whom and when, the one that counts first.
    pub fn written(&self, map: &MapRef, key: &str) -> Vec<Written> {
        let values = self.crdt.get_all(&map.0, key).unwrap_or_default();
        let written = values.into_iter().rev().map(|(value, id)| {
            let hash = self.crdt.hash_for_opid(&id);
            let change = hash.and_then(|hash| self.crdt.get_change_meta_by_hash(&hash));
            let node = match value {
                automerge::Value::Object(_) => Node::Map(MapRef(id)),
                automerge::Value::Scalar(value) => Node::Scalar((&ScalarValueRef::from(value.into_owned())).into()),
            };
            Written {
                node,
                actor: change
                    .as_ref()
                    .and_then(|change| Actor::from_bytes(change.actor.to_bytes())),
                at: Timestamp(change.map_or(0, |change| change.timestamp)),
                change: hash.map(|hash| ChangeHash(hash.0)),
            }
        });
        written.collect()
    }

    /// Whether a change was made in sight of another, or is the same.
    pub fn follows(&self, later: &ChangeHash, earlier: &ChangeHash) -> bool {
        let earlier = automerge::ChangeHash(earlier.0);
        let Some(wanted) = self.crdt.get_change_meta_by_hash(&earlier) else {
            return false;
        };
        let mut ahead = vec![automerge::ChangeHash(later.0)];
        let mut seen = BTreeSet::new();
        while let Some(hash) = ahead.pop() {
            if hash == earlier {
                return true;
            }
            // Operations are numbered upwards: what ends lower cannot have seen it.
            if seen.insert(hash)
                && let Some(change) = self.crdt.get_change_meta_by_hash(&hash)
                && change.max_op > wanted.max_op
            {
                ahead.extend(change.deps.iter().copied());
            }
        }
        false
    }

    /// Who made a map, and when.
    pub fn made_by(&self, map: &MapRef) -> Option<(Option<Actor>, Timestamp)> {
        let hash = self.crdt.hash_for_opid(&map.0)?;
        let change = self.crdt.get_change_meta_by_hash(&hash)?;
        Some((Actor::from_bytes(change.actor.to_bytes()), Timestamp(change.timestamp)))
    }
}

/// Writes into a document, as part of one change.
#[derive(Debug)]
pub struct Editor<'e, 'd> {
    transaction: &'e mut Transaction<'d>,
}

impl Editor<'_, '_> {
    /// The map of a section at the root, made if it is not there.
    pub fn section(&mut self, name: &str) -> MapRef {
        self.child(&MapRef(ROOT), name)
    }

    /// The map under a key, made if it is not there.
    pub fn child(&mut self, map: &MapRef, key: &str) -> MapRef {
        match self.existing_child(map, key) {
            Some(child) => child,
            None => self.replace_child(map, key),
        }
    }

    /// A new map under a key, in place of what stands there.
    pub fn replace_child(&mut self, map: &MapRef, key: &str) -> MapRef {
        MapRef(
            self.transaction
                .put_object(&map.0, key, ObjType::Map)
                .expect("a map takes any key"),
        )
    }

    /// Keys that stand in a map.
    pub fn keys(&self, map: &MapRef) -> Vec<String> {
        self.transaction.keys(&map.0).collect()
    }

    /// The map under a key, if there is one.
    pub fn existing_child(&self, map: &MapRef, key: &str) -> Option<MapRef> {
        match self.transaction.get(&map.0, key) {
            Ok(Some((value, id))) if value.is_object() => Some(MapRef(id)),
            Ok(_) | Err(_) => None,
        }
    }

    /// Writes a value under a key. What stands there already, be it by several people, is left as it is; values that differ
    /// are settled.
    pub fn put(&mut self, map: &MapRef, key: &str, value: Scalar) {
        let value = ScalarValue::from(value);
        let standing = self.transaction.get_all(&map.0, key).unwrap_or_default();
        let is_same = |(standing, _): &(automerge::Value<'_>, _)| *standing == automerge::Value::from(value.clone());
        let is_first = standing.last().is_some_and(is_same);
        let other = standing
            .iter()
            .find(|each| !is_same(each))
            .map(|(other, _)| other.to_owned());
        match other {
            None if is_first => return,
            // Of several, Automerge would leave the first and delete the others. That is no choice of anybody's: whoever
            // chooses otherwise at the same time would win without a word. So the other is written, then this.
            Some(other) if is_first => match other {
                automerge::Value::Object(_) => drop(self.replace_child(map, key)),
                automerge::Value::Scalar(other) => self.write(map, key, other.into_owned()),
            },
            Some(_) | None => {}
        }
        self.write(map, key, value);
    }

    fn write(&mut self, map: &MapRef, key: &str, value: ScalarValue) {
        self.transaction.put(&map.0, key, value).expect("a map takes any key");
    }

    /// Takes a key away. A value written to it elsewhere at the same time stays.
    pub fn delete(&mut self, map: &MapRef, key: &str) {
        if matches!(self.transaction.get(&map.0, key), Ok(Some(_))) {
            self.transaction.delete(&map.0, key).expect("a map gives up any key");
        }
    }
}

#[cfg(test)]
#[path = "document/tests.rs"]
pub(crate) mod tests;
