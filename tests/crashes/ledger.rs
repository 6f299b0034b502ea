//! What the world outside knows: what the server has acknowledged and what it has served. Checked against what it has.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

use client_core::ids::{ChangeHash, DeviceId, DocumentId};
use server::organisation::place;
use server::store::Store;
use server::store::documents::NewsQuery;
use system_tests::device::Heard;

use crate::tally::Tally;

pub(crate) const LOST: &str = "wrong: acknowledged and lost";
pub(crate) const UNCOMMITTED: &str = "wrong: served and not committed";
pub(crate) const MOVED: &str = "wrong: place in the order changed";

/// A change of a document.
pub(crate) type Named = (DocumentId, ChangeHash);

/// What is known of the server in one world.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    acknowledged: BTreeSet<Named>,
    /// Between which places it must stand.
    served: BTreeMap<Named, (u64, u64)>,
    /// Where each stood the last time.
    places: BTreeMap<Named, u64>,
}

impl Ledger {
    /// An answer that has arrived said that the server has these.
    pub(crate) fn acknowledge(&mut self, changes: impl IntoIterator<Item = Named>) {
        self.acknowledged.extend(changes);
    }

    /// An answer that has arrived brought these.
    pub(crate) fn serve(&mut self, heard: &[Heard]) {
        for heard in heard {
            let named = (heard.document.clone(), heard.change);
            let (after, up_to) = self.served.entry(named).or_insert((heard.after, heard.up_to));
            *after = heard.after.max(*after);
            *up_to = heard.up_to.min(*up_to);
        }
    }

    /// Whether somebody who begins anew has been told of all that was acknowledged or served.
    pub(crate) fn is_covered_by(&self, told: &BTreeSet<Named>) -> bool {
        self.acknowledged.is_subset(told) && self.served.keys().all(|named| told.contains(named))
    }

    /// Checks what somebody was told who has begun anew.
    pub(crate) fn check_told(&self, told: &BTreeSet<Named>, tally: &mut Tally) {
        for named in &self.acknowledged {
            tally.check(told.contains(named), LOST, || format!("{named:?} is not news"));
        }
        for named in self.served.keys() {
            tally.check(told.contains(named), UNCOMMITTED, || format!("{named:?} is not news"));
        }
    }

    /// Checks the store that the server has left behind.
    pub(crate) fn check_store(&mut self, store: &dyn Store, cursors: impl Iterator<Item = u64>, tally: &mut Tally) {
        let (places, last) = visible(store);
        let taken: BTreeSet<u64> = places.values().copied().collect();
        tally.check(
            taken.len() == places.len() && taken.iter().copied().eq(1..=last),
            MOVED,
            || format!("{} changes stand on {} places of {last}", places.len(), taken.len()),
        );
        for cursor in cursors {
            tally.check(cursor <= last, UNCOMMITTED, || format!("cursor {cursor} beyond {last}"));
        }
        for (document, change) in &self.acknowledged {
            let received = store.received_at(document, change).unwrap();
            tally.check(received.is_some(), LOST, || format!("{change} of {document}"));
        }
        for (named, &(after, up_to)) in &self.served {
            let stands = places.get(named);
            tally.check(stands.is_some(), UNCOMMITTED, || format!("{named:?}"));
            tally.check(stands.is_none_or(|at| (after + 1..=up_to).contains(at)), MOVED, || {
                format!("{named:?} was served between {after} and {up_to} and stands at {stands:?}")
            });
        }
        for (named, at) in &self.places {
            let stands = places.get(named);
            tally.check(stands == Some(at), MOVED, || {
                format!("{named:?} from {at} to {stands:?}")
            });
        }
        self.places = places;
    }
}

/// Every change with its place in the visible order, and the last place.
fn visible(store: &dyn Store) -> (BTreeMap<Named, u64>, u64) {
    let documents = store.documents().unwrap();
    let query = NewsQuery {
        places: documents
            .iter()
            .map(|document| place(document.kind(), document.unit()))
            .collect(),
        after: 0,
        without: None,
        person: "an".parse().unwrap(),
        device: DeviceId([0; 8]),
        with_digest: false,
    };
    let mut places = BTreeMap::new();
    let end = store.news(&query, &mut |item| {
        places.insert((item.document.parse().unwrap(), item.hash), item.visible);
        ControlFlow::Continue(())
    });
    (places, end.unwrap().last)
}
