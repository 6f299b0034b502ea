//! What a body goes on from.

use std::sync::Arc;

use client_core::ids::DeviceId;
use client_core::protocol::context::{CONTEXT_BYTES, Context};

use super::super::Store;
use super::super::documents::NewChange;
use super::{change, document, filled, receive};

pub(super) fn what_a_body_goes_on_from_is_found_where_all_of_it_is(store: &Arc<dyn Store>) {
    filled(store);
    let log = document("log/A/2026");
    let long = NewChange {
        bytes: vec![7; CONTEXT_BYTES - 1],
        ..change(1, 2)
    };
    receive(store, &log, &[change(1, 1), change(2, 1), long, change(1, 3)]);
    let found = |device: u8, document: &str, seq, count| {
        let context = Context {
            document: document.to_owned(),
            last: [change(1, seq).hash.0[0]; 8].into(),
            count,
        };
        let document = super::document(document);
        let found = store.context(DeviceId([device; 8]), &document, &context);
        found.expect("it can be read")
    };
    assert_eq!(found(1, "log/A/2026", 1, 1), Some(vec![vec![1, 1]]));
    assert_eq!(found(1, "log/A/2026", 3, 1), Some(vec![vec![1, 3]]));
    let both = found(1, "log/A/2026", 3, 2).expect("both are there");
    assert_eq!((both[0].len(), &both[1]), (CONTEXT_BYTES - 1, &vec![1, 3]));
    assert_eq!(found(1, "log/A/2026", 1, 2), None, "there are not so many");
    assert_eq!(found(1, "log/A/2026", 4, 1), None, "it is not there");
    assert_eq!(found(1, "log/B/2026", 1, 1), None, "it is not there");
    assert_eq!(found(2, "log/A/2026", 1, 1), None, "it is another's");
    assert_eq!(found(1, "log/A/2026", 3, 3), None, "the two are enough");
}
