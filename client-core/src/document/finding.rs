//! Finding single things in a document, without going through all that stands beside them.

use automerge::{ActorId, ObjId, Prop, ReadDoc, ScalarValueRef, Value};

use super::{Document, MapRef, Node};
use crate::ids::ChangeHash;

impl Document {
    /// What stands under a key of a map; where there are several, what counts.
    pub fn node(&self, map: &MapRef, key: &str) -> Option<Node> {
        let (value, id) = self.crdt.get(&map.0, key).ok()??;
        Some(match value {
            Value::Object(_) => Node::Map(MapRef(id)),
            Value::Scalar(value) => Node::Scalar((&ScalarValueRef::from(value.into_owned())).into()),
        })
    }

    /// A map by its [name](MapRef::name), and the keys that lead to it from the root; none where it is not in the document, or
    /// deeper than `depth`.
    pub fn path(&self, name: &str, depth: usize) -> Option<(MapRef, Vec<String>)> {
        let (counter, actor) = name.split_once('@')?;
        let id = ObjId::Id(counter.parse().ok()?, ActorId::try_from(actor).ok()?, 0);
        let mut keys = Vec::new();
        for parent in self.crdt.parents(&id).ok()? {
            let Prop::Map(key) = parent.prop else { return None };
            if keys.len() == depth {
                return None;
            }
            keys.push(key);
        }
        keys.reverse();
        (!keys.is_empty()).then_some((MapRef(id), keys))
    }

    /// The keys of a map that begin with a text, in order.
    pub fn keys_from(&self, map: &MapRef, prefix: &str) -> Vec<String> {
        let items = self.crdt.map_range(&map.0, prefix.to_owned()..);
        let keys = items.map(|item| item.key.to_string());
        keys.take_while(|key| key.starts_with(prefix)).collect()
    }

    /// The change that made a map.
    pub fn made_in(&self, map: &MapRef) -> Option<ChangeHash> {
        self.crdt.hash_for_opid(&map.0).map(|hash| ChangeHash(hash.0))
    }
}
