//! Set-aside changes that are tried again.

use std::sync::Arc;

use client_core::ids::ChangeHash;
use client_core::protocol::sync::RefusalCode;

use super::super::Store;
use super::super::documents::{Settlement, Telling};
use super::{change, document, filled, news, receive, settlement};

pub(super) fn what_is_released_is_tried_again_at_a_place_nobody_has_passed(store: &Arc<dyn Store>) {
    filled(store);
    let log = document("log/A/2026");
    let changes = [change(1, 1), change(1, 2)];
    let bad = &changes[1];
    receive(store, &log, &changes);
    let aside = |applied| Settlement {
        set_aside: vec![(bad.hash, RefusalCode::BreaksSchema, "Sai".to_owned())],
        ..settlement(&log, applied)
    };
    let settle = |settled| store.settle(vec![settled], Vec::new()).expect("it settles");
    let release = |hash| store.release(&log, hash).expect("it can be asked");
    let bytes = |hash| store.set_aside_bytes(&log, hash).expect("it can be read");
    assert_eq!(settle(aside(&changes[..1])), 2);

    assert_eq!(bytes(&bad.hash), Some(bad.bytes.clone()));
    assert_eq!(bytes(&changes[0].hash), None, "it is applied");
    assert!(!release(&changes[0].hash), "what is applied stays applied");
    assert!(!release(&ChangeHash([200; 32])));

    // It had the last place; a device may have its cursor there.
    assert!(release(&bad.hash));
    assert!(!release(&bad.hash), "once");
    assert_eq!(bytes(&bad.hash), None);
    assert!(store.set_aside().expect("it can be read").is_empty());
    assert_eq!(
        store.waiting_documents().expect("it can be read"),
        std::slice::from_ref(&log)
    );
    assert_eq!(news(store, &["log/A"], 2, None, "can-bo-A"), (Vec::new(), 2));
    assert_eq!(settle(aside(&[])), 3, "its old place is not given again");

    assert!(release(&bad.hash));
    assert_eq!(settle(settlement(&log, &changes[1..])), 4);
    // Its own device, which has taken it out, is told with the others; of what it still has it is not.
    let (items, last) = news(store, &["log/A"], 0, Some(1), "can-bo-A");
    let told: Vec<_> = items.iter().map(|item| (item.visible, item.hash)).collect();
    assert_eq!((told, last), (vec![(4, bad.hash)], 4));
    assert_eq!(items[0].telling, Telling::Applied(bad.bytes.clone()));
    assert_eq!(store.applied_count(&log).expect("it can be read"), 2);
}
