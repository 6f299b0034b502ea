//! What every engine promises about what the server itself makes.

use std::sync::Arc;

use super::{DAY, NOW, change, document, filled, news, rows, unit};
use crate::store::Store;
use crate::store::documents::Entered;
use crate::store::imported::Said;

pub(super) fn what_the_server_makes_is_entered_all_or_nothing(store: &Arc<dyn Store>) {
    filled(store);
    let log = document("log/C/2026");
    let entered = Entered {
        directory: vec![unit("C", Some("TINH"), DAY)],
        changes: vec![(log.clone(), vec![change(1, 1), change(1, 2)])],
        rows: vec![rows("C", 7)],
        said: vec![said("58")],
        at: NOW,
    };
    let values = || {
        let values = store.said(&said("58").unit, "2026-Q3/X");
        values.expect("it can be read")
    };
    let mut broken = entered.clone();
    broken.changes.push((log.clone(), vec![change(1, 2)]));
    assert!(store.enter(broken).is_err());
    assert!(store.applied(&log).expect("it can be read").is_empty());
    assert!(store.dump_read_model().expect("it can be read").is_empty());
    assert_eq!(store.organisation(DAY).expect("it can be read").units.len(), 3);
    assert!(values().is_empty());
    store.enter(entered).expect("it is sound");
    assert_eq!(store.applied_count(&log).expect("it can be read"), 2);
    assert_eq!(news(store, &["log/C"], 0, None, "can-bo-A").0.len(), 2);
    assert_eq!(values(), said("58").values);
    let again = Entered {
        said: vec![said("60")],
        at: NOW,
        ..Entered::default()
    };
    store.enter(again).expect("it is sound");
    assert_eq!(values(), said("60").values, "what was said last");
    let other = store.said(&"A".parse().expect("a plain id"), "2026-Q3/X");
    assert!(other.expect("it can be read").is_empty(), "of another unit");
}

/// What an import said of one of C's numbers.
fn said(value: &str) -> Said {
    Said {
        unit: "C".parse().expect("a plain id"),
        record: "2026-Q3/X".to_owned(),
        values: [("value".to_owned(), value.to_owned())].into(),
    }
}
