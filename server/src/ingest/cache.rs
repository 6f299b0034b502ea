//! Loaded documents that are kept for the next time: those used last, as many as fit.

use std::sync::Arc;

use client_core::ids::{DocumentId, OrgUnitId};
use lru::LruCache;

use crate::projection::Held;

/// Documents in memory, the least recently used of which give way.
#[derive(Debug)]
pub(super) struct DocumentCache {
    held: LruCache<DocumentId, Arc<Held>>,
    /// What is held, and what may be, in bytes as they are stored. In memory it is several times as much.
    bytes: usize,
    most_bytes: usize,
}

impl DocumentCache {
    pub(super) fn new(most_bytes: usize) -> Self {
        Self {
            held: LruCache::unbounded(),
            bytes: 0,
            most_bytes,
        }
    }

    pub(super) fn get(&mut self, id: &DocumentId) -> Option<Arc<Held>> {
        self.held.get(id).cloned()
    }

    /// Takes a document out.
    pub(super) fn pop(&mut self, id: &DocumentId) -> Option<Arc<Held>> {
        let held = self.held.pop(id)?;
        self.bytes -= held.bytes();
        Some(held)
    }

    pub(super) fn put(&mut self, id: DocumentId, held: Arc<Held>) {
        self.pop(&id);
        self.bytes += held.bytes();
        self.held.put(id, held);
        while self.bytes > self.most_bytes
            && let Some((_, oldest)) = self.held.pop_lru()
        {
            self.bytes -= oldest.bytes();
        }
    }

    /// Drops all documents of a unit.
    pub(super) fn forget(&mut self, unit: &OrgUnitId) {
        let stale = self.held.iter().map(|(id, _)| id).filter(|id| id.unit() == unit);
        for id in stale.cloned().collect::<Vec<_>>() {
            self.pop(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_give_way_when_those_used_since_fill_the_place() {
        let ids = ["log/A/2026", "log/B/2026", "log/C/2026"].map(|id| id.parse::<DocumentId>().unwrap());
        let empty = Arc::new(Held::empty(&ids[0]));
        let mut cache = DocumentCache::new(empty.bytes() * 2);
        for id in &ids[..2] {
            cache.put(id.clone(), Arc::clone(&empty));
        }
        assert!(cache.get(&ids[0]).is_some());
        cache.put(ids[2].clone(), Arc::clone(&empty));
        assert!(cache.get(&ids[1]).is_none(), "it was used longest ago");
        assert!(cache.get(&ids[0]).is_some() && cache.get(&ids[2]).is_some());

        // One in another's place counts once.
        cache.put(ids[2].clone(), Arc::clone(&empty));
        assert!(cache.get(&ids[0]).is_some());
        cache.forget(ids[2].unit());
        cache.put(ids[1].clone(), empty);
        assert!(cache.get(&ids[0]).is_some() && cache.get(&ids[2]).is_none());
    }
}
