//! The maps in which one entry stands. There is one, unless two phones brought the same entry into a document apart from each
//! other: then all of them are the entry.

use std::collections::BTreeSet;
use std::collections::btree_map::{BTreeMap, Entry as Slot};

use super::entries::{AUTHOR, REMOVED, TYPE};
use crate::document::{Document, Editor, MapRef, Node, Scalar, Written};
use crate::ids::Actor;
use crate::time::Timestamp;

/// How deep maps stand below the root: a section, and what stands in it.
pub(super) const DEEPEST: usize = 2;

/// Where an entry stands in its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntryMaps {
    /// What it says counts.
    first: MapRef,
    /// What these say is added, and asked about where it differs.
    apart: Vec<MapRef>,
}

impl EntryMaps {
    /// One map.
    pub(super) fn one(first: MapRef) -> Self {
        let apart = Vec::new();
        Self { first, apart }
    }

    /// The maps under the key of an entry. One of another type is another thing, of which nothing can be added.
    pub(super) fn under(document: &Document, section: &MapRef, key: &str) -> Option<Self> {
        let mut maps = document.maps(section, key);
        if maps.len() > 1 {
            let typed = maps.iter().find_map(|map| type_of(document, map));
            maps.retain(|map| type_of(document, map) == typed);
        }
        let mut maps = maps.into_iter();
        Some(Self {
            first: maps.next()?,
            apart: maps.collect(),
        })
    }

    /// The map that counts where they differ.
    pub fn first(&self) -> &MapRef {
        &self.first
    }

    /// Every map, the one that counts first.
    pub fn iter(&self) -> impl Iterator<Item = &MapRef> {
        std::iter::once(&self.first).chain(&self.apart)
    }

    /// Everything in the entry by key, the value that counts where there are several, and whether there are.
    pub fn nodes(&self, document: &Document) -> Vec<(String, Node, bool)> {
        if self.apart.is_empty() {
            return document.nodes(&self.first);
        }
        let mut nodes = BTreeMap::new();
        for map in self.iter() {
            for (key, node, several) in document.nodes(map) {
                if self.is_removed(document, map, &key, &node) {
                    continue;
                }
                match nodes.entry(key) {
                    Slot::Vacant(slot) => drop(slot.insert((node, several))),
                    Slot::Occupied(mut slot) => slot.get_mut().1 = true,
                }
            }
        }
        let nodes = nodes.into_iter();
        nodes.map(|(key, (node, several))| (key, node, several)).collect()
    }

    /// Every value that stands under a key, the one that counts first.
    pub fn written(&self, document: &Document, key: &str) -> Vec<Written> {
        let written = self.iter().flat_map(|map| {
            let mut written = document.written(map, key);
            written.retain(|written| !self.is_removed(document, map, key, &written.node));
            written
        });
        written.collect()
    }

    /// Whether who brought the entry here in another map took away what stands in this one unchanged: as in one map, it is
    /// gone.
    fn is_removed(&self, document: &Document, map: &MapRef, key: &str, node: &Node) -> bool {
        let mut others = self.iter().filter(|other| *other != map);
        !self.apart.is_empty()
            && others.any(|other| {
                let removed = document.written(other, &format!("{REMOVED}{key}"));
                removed.iter().any(|removed| removed.node == *node)
            })
    }

    /// Who brought the entry here first, and when.
    pub fn made_by(&self, document: &Document) -> Option<(Option<Actor>, Timestamp)> {
        let made = self.iter().filter_map(|map| document.made_by(map));
        made.min_by_key(|(_, at)| *at)
    }

    /// Who made the entry, also where another brought it here.
    pub fn author(&self, document: &Document) -> Option<Actor> {
        let mut said = self.iter().flat_map(|map| document.written(map, AUTHOR));
        let said = said.find_map(|written| match written.node {
            Node::Scalar(Scalar::Bytes(author)) => Actor::from_bytes(&author),
            Node::Scalar(_) | Node::Map(_) => None,
        });
        said.or_else(|| self.made_by(document)?.0)
    }

    /// Writes a value under a key. What stands under it in any of the maps is settled.
    pub fn put(&self, editor: &mut Editor<'_, '_>, key: &str, value: Scalar) {
        for map in &self.apart {
            if editor.keys(map).iter().any(|standing| standing == key) {
                editor.put(map, key, value.clone());
            }
        }
        editor.put(&self.first, key, value);
        self.delete(editor, &format!("{REMOVED}{key}"));
    }

    /// Takes a key away, out of all the maps.
    pub fn delete(&self, editor: &mut Editor<'_, '_>, key: &str) {
        for map in self.iter() {
            editor.delete(map, key);
        }
    }

    /// The keys that stand in any of the maps.
    pub(super) fn keys(&self, editor: &Editor<'_, '_>) -> BTreeSet<String> {
        self.iter().flat_map(|map| editor.keys(map)).collect()
    }
}

/// The activity type that a map of an entry names.
pub(super) fn type_of(document: &Document, map: &MapRef) -> Option<String> {
    match document.node(map, TYPE)? {
        Node::Scalar(Scalar::Text(code)) => Some(code),
        Node::Scalar(_) | Node::Map(_) => None,
    }
}
