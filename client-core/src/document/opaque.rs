//! What stands in a document and is not understood: kept whole, to be written elsewhere as it stands.

use automerge::{ObjId, ObjType, ReadDoc, ScalarValue, Value};

use super::{Document, Editor, MapRef};

/// What stands under a key of a map, with everything below it. Where several values stand, the one that counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Opaque {
    /// Flat, and not a tree in a tree: how deep it goes is up to whoever wrote it.
    items: Vec<Item>,
}

/// A value under a key, or a map when there is none.
#[derive(Debug, Clone, PartialEq)]
struct Item {
    /// In which map: 0 is the one that all of this stands in, then come those of the items, in their order.
    map: usize,
    key: String,
    value: Option<ScalarValue>,
}

impl Document {
    /// What stands under a key. None where nothing does.
    pub fn opaque(&self, map: &MapRef, key: &str) -> Option<Opaque> {
        let mut items = Vec::new();
        let mut maps = vec![map.0.clone()];
        self.take_item(0, key, &mut items, &mut maps);
        let mut next = 1;
        while let Some(map) = maps.get(next).cloned() {
            for key in self.crdt.keys(&map) {
                self.take_item(next, &key, &mut items, &mut maps);
            }
            next += 1;
        }
        (!items.is_empty()).then_some(Opaque { items })
    }

    fn take_item(&self, map: usize, key: &str, items: &mut Vec<Item>, maps: &mut Vec<ObjId>) {
        let Ok(Some((value, id))) = self.crdt.get(&maps[map], key) else {
            return;
        };
        let value = match value {
            Value::Scalar(value) => Some(value.into_owned()),
            Value::Object(ObjType::Map | ObjType::Table) => {
                maps.push(id);
                None
            }
            // Documents are maps of scalars; the server lets nothing else in.
            Value::Object(ObjType::List | ObjType::Text) => return,
        };
        let key = key.to_owned();
        items.push(Item { map, key, value });
    }
}

impl Editor<'_, '_> {
    /// Writes what stood under a key elsewhere under a key here, in place of what stands there.
    pub fn put_opaque(&mut self, map: &MapRef, opaque: &Opaque) {
        let mut maps = vec![map.clone()];
        for Item { map, key, value } in &opaque.items {
            if let Some(value) = value {
                self.write(&maps[*map], key, value.clone());
            } else {
                let child = self.replace_child(&maps[*map], key);
                maps.push(child);
            }
        }
    }
}
