//! Changes made anew: of which something beneath was refused or lost, or that were made by an actor that must not be used again.

use std::collections::btree_map::{BTreeMap, Entry as Slot};
use std::collections::{BTreeSet, HashMap};

use automerge::legacy::{Key, ObjectId, OpId, OpType};
use automerge::transaction::{CommitOptions, Transactable, Transaction};
use automerge::{ActorId, ObjId, ObjType, ROOT, ReadDoc};

use super::{ApplyError, Change, Document};
use crate::ids::{Actor, ChangeHash};

/// Makes changes anew on top of a document, one for each, under other actors. Each is made upon what it was made upon, as far as
/// that is there, or upon what stands for it; so what was written apart from it goes on to stand beside it, and no question
/// between the two is answered by this. To be handed over dependencies first.
#[derive(Debug)]
pub struct Remaking {
    document: Document,
    /// Makes the first line. The others are made under the incarnations after its own.
    first: Actor,
    /// Stands for what is gone and of which nothing more is known.
    ground: Vec<ChangeHash>,
    /// What each actor made is made anew by another one, for it may have been made apart from what others made.
    lines: BTreeMap<Option<Actor>, Line>,
    /// What stands for changes that are not in the document.
    instead: HashMap<ChangeHash, Vec<ChangeHash>>,
    /// The maps that were made anew, by what made them first.
    maps: Vec<(OpId, ObjId)>,
}

/// What one actor made, made anew.
#[derive(Debug)]
struct Line {
    actor: Actor,
    /// The document as whoever made the last of it saw it.
    document: Document,
}

impl Remaking {
    /// Begins. The first actor and those with the incarnations after its own must not have made anything in the document.
    pub fn upon(document: Document, first: Actor) -> Self {
        Self {
            document,
            first,
            ground: Vec::new(),
            lines: BTreeMap::new(),
            instead: HashMap::new(),
            maps: Vec::new(),
        }
    }

    /// What is to stand for changes that are gone and of which it is not known what they were made upon.
    #[must_use]
    pub fn with_ground(self, ground: Vec<ChangeHash>) -> Self {
        Self { ground, ..self }
    }

    /// Makes a change anew. None where it writes nothing. Where it cannot be made, nothing is written.
    pub fn remake(&mut self, change: &Change) -> Result<Option<Change>, ApplyError> {
        let beneath = self.beneath(change);
        let incarnation = self.first.incarnation.wrapping_add(self.lines.len() as u32);
        let line = match self.lines.entry(change.actor()) {
            Slot::Vacant(slot) => slot.insert(Line {
                actor: Actor {
                    incarnation,
                    ..self.first
                },
                document: self.document.at(&beneath),
            }),
            Slot::Occupied(slot) => slot.into_mut(),
        };
        if beneath.iter().any(|hash| !line.document.has(hash)) {
            let seen = self.document.at(&beneath);
            line.document.apply(seen.changes_after(&line.document.heads()))?;
        }
        let known = self.maps.len();
        let made = line.write(change, &mut self.maps);
        if made.is_err() {
            self.maps.truncate(known);
        }
        let made = made?;
        self.document.apply(made.clone())?;
        let stands = made.as_ref().map_or(beneath, |made| vec![made.hash()]);
        self.instead.insert(change.hash(), stands);
        Ok(made)
    }

    /// Leaves a change out: what was made upon it is made upon what it was made upon.
    pub fn leave_out(&mut self, change: &Change) {
        let beneath = self.beneath(change);
        self.instead.insert(change.hash(), beneath);
    }

    /// The document with all that was made, and the last incarnation that is used up; the first one always is.
    pub fn finish(self) -> (Document, u32) {
        let more = self.lines.len().saturating_sub(1) as u32;
        (self.document, self.first.incarnation.wrapping_add(more))
    }

    /// What a change is to be made upon.
    fn beneath(&self, change: &Change) -> Vec<ChangeHash> {
        let mut beneath = BTreeSet::new();
        for hash in change.dependencies() {
            if let Some(instead) = self.instead.get(&hash) {
                beneath.extend(instead);
            } else if self.document.has(&hash) {
                beneath.insert(hash);
            } else {
                beneath.extend(self.ground.iter().filter(|ground| self.document.has(ground)));
            }
        }
        beneath.into_iter().collect()
    }
}

impl Line {
    fn write(&mut self, change: &Change, maps: &mut Vec<(OpId, ObjId)>) -> Result<Option<Change>, ApplyError> {
        let crdt = &mut self.document.crdt;
        let expanded = change.inner.decode();
        crdt.set_actor(ActorId::from(&self.actor.to_bytes()[..]));
        let mut transaction = crdt.transaction();
        for (offset, operation) in (0..).zip(&expanded.operations) {
            let own_id = OpId(expanded.start_op.get() + offset, expanded.actor_id.clone());
            if let Err(error) = replay(&mut transaction, operation, own_id, maps) {
                transaction.rollback();
                return Err(ApplyError(error));
            }
        }
        let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(expanded.time));
        let made = hash.and_then(|hash| crdt.get_change_by_hash(&hash));
        Ok(made.map(|inner| Change { inner }))
    }
}

fn replay(
    transaction: &mut Transaction<'_>,
    operation: &automerge::legacy::Op,
    own_id: OpId,
    made: &mut Vec<(OpId, ObjId)>,
) -> Result<(), String> {
    let object = match &operation.obj {
        ObjectId::Root => ROOT,
        ObjectId::Id(id) => match made.iter().find(|(old, _)| old == id) {
            Some((_, new)) => new.clone(),
            None => ObjId::Id(id.0, id.1.clone(), 0),
        },
    };
    let Key::Map(key) = &operation.key else {
        return Err("a list stands where only maps are written".to_owned());
    };
    let done = match &operation.action {
        OpType::Make(ObjType::Map) => transaction
            .put_object(&object, key.as_str(), ObjType::Map)
            .map(|new| made.push((own_id, new))),
        OpType::Put(value) => transaction.put(&object, key.as_str(), value.clone()),
        OpType::Delete => transaction.delete(&object, key.as_str()),
        OpType::Make(_) | OpType::Increment(_) | OpType::MarkBegin(..) | OpType::MarkEnd(_) => {
            return Err("an operation stands there that is never written".to_owned());
        }
    };
    done.map_err(|error| error.to_string())
}
