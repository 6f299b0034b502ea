//! Changes that came before what they were made upon, and what the documents come to.

use std::ops::ControlFlow;
use std::sync::Arc;

use client_core::ids::DeviceId;
use client_core::protocol::sync::{Fate, digest};
use client_core::time::Timestamp;

use super::super::Store;
use super::super::documents::{Ledger, NewsQuery, ParkedChanges, Readable, Standing};
use super::{NOW, change, document, filled, person_id, receive, settlement, signed};

pub(super) fn a_parked_change_is_held_until_it_is_appended(store: &Arc<dyn Store>) {
    filled(store);
    let log = document("log/A/2026");
    let (first, second) = (change(1, 1), change(1, 2));
    let (parked, to) = (second.clone(), log.clone());
    let park = move |ledger: &mut dyn Ledger| {
        ledger.park(&to, &parked)?;
        assert_eq!(ledger.standing(&to, &parked.hash)?, Some(Standing::Parked));
        assert_eq!(ledger.at_seq(&to, parked.actor, parked.seq)?, Some(parked.hash));
        assert_eq!(ledger.parked_of(parked.actor.device)?, (1, parked.bytes.len() as u64));
        Ok(Vec::<Fate>::new())
    };
    let push = Some(signed(DeviceId([1; 8])));
    store.receive(push, NOW, Box::new(park)).expect("it is received");
    assert!(store.waiting_documents().expect("it can be read").is_empty());

    receive(store, &log, std::slice::from_ref(&first));
    let (hash, to) = (second.hash, log.clone());
    let unpark = move |ledger: &mut dyn Ledger| {
        let parked = ledger.parked_in(&to)?;
        assert_eq!(parked.iter().map(|stored| stored.hash).collect::<Vec<_>>(), [hash]);
        ledger.unpark(&to, &hash)?;
        assert_eq!(ledger.standing(&to, &hash)?, Some(Standing::Arrived));
        assert_eq!(ledger.parked_of(DeviceId([1; 8]))?, (0, 0));
        Ok(Vec::<Fate>::new())
    };
    store
        .receive(None, NOW.plus_ms(5), Box::new(unpark))
        .expect("it is received");
    let arrived = store.arrived(&log).expect("it can be read");
    let arrived: Vec<_> = arrived
        .into_iter()
        .map(|stored| (stored.hash, stored.bytes, stored.received_at))
        .collect();
    assert_eq!(
        arrived,
        [(first.hash, first.bytes, NOW), (second.hash, second.bytes, NOW)]
    );
}

pub(super) fn what_is_parked_is_listed_by_document_and_device(store: &Arc<dyn Store>) {
    filled(store);
    let park = |device: u8, seqs: &[u64], name: &str, at: Timestamp| {
        let (name, device) = (document(name), DeviceId([device; 8]));
        let changes: Vec<_> = seqs.iter().map(|seq| change(device.0[0], *seq)).collect();
        let park = move |ledger: &mut dyn Ledger| {
            for change in &changes {
                ledger.park(&name, change)?;
            }
            Ok(Vec::<Fate>::new())
        };
        let push = Some(signed(device));
        store.receive(push, at, Box::new(park)).expect("it is received");
    };
    assert_eq!(store.parked().expect("it can be read"), []);
    park(2, &[3], "log/B/2026", NOW.plus_ms(5));
    park(1, &[2], "log/A/2026", NOW.plus_ms(9));
    park(1, &[3, 4], "log/A/2026", NOW);
    let waiting = |name: &str, device: u8, count: u64, since: Timestamp| ParkedChanges {
        document: document(name),
        device: DeviceId([device; 8]),
        count,
        since,
    };
    assert_eq!(
        store.parked().expect("it can be read"),
        [
            waiting("log/A/2026", 1, 3, NOW),
            waiting("log/B/2026", 2, 1, NOW.plus_ms(5))
        ]
    );
    let hash = change(2, 3).hash;
    let unpark = move |ledger: &mut dyn Ledger| {
        ledger.unpark(&document("log/B/2026"), &hash)?;
        Ok(Vec::<Fate>::new())
    };
    store.receive(None, NOW, Box::new(unpark)).expect("it is received");
    assert_eq!(store.parked().expect("it can be read").len(), 1);
}

pub(super) fn what_documents_come_to_is_told_with_the_news(store: &Arc<dyn Store>) {
    filled(store);
    let (log, other) = (document("log/A/2026"), document("log/B/2026"));
    let (changes, unseen) = ([change(1, 1), change(1, 2)], change(2, 1));
    receive(store, &log, &changes);
    receive(store, &other, std::slice::from_ref(&unseen));
    let settled = vec![
        settlement(&log, &changes[..1]),
        settlement(&other, std::slice::from_ref(&unseen)),
    ];
    store.settle(settled, Vec::new()).expect("it settles");
    let told = |device: u8, take: ControlFlow<()>| {
        let query = NewsQuery {
            places: vec!["log/A".to_owned()],
            after: 0,
            without: None,
            person: person_id("can-bo-A"),
            device: DeviceId([device; 8]),
            with_digest: true,
        };
        store.news(&query, &mut |_| take).expect("news can be read").digest
    };
    let comes_to = |count: usize| digest("log/A/2026", changes[..count].iter().map(|change| &change.hash.0));
    assert_eq!(
        told(1, ControlFlow::Continue(())),
        Some(comes_to(2)),
        "what it brought itself, too"
    );
    assert_eq!(told(2, ControlFlow::Continue(())), Some(comes_to(1)));
    assert_eq!(told(2, ControlFlow::Break(())), None, "it was not told everything");
    let readable = store.readable(&["log/A".to_owned()]).expect("it can be read");
    let digest = comes_to(1);
    assert_eq!(readable, [Readable { document: log, digest }]);
    assert_eq!(store.last_visible().expect("it can be read"), 2);
}

pub(super) fn an_epoch_begins_and_is_known_from_then_on(store: &Arc<dyn Store>) {
    assert!(store.begin_epoch([9; 8]).is_err(), "nothing was set up");
    super::it_is_set_up_once(store);
    store.begin_epoch([9; 8]).expect("it is set up");
    assert_eq!(store.installation().expect("it is set up").epoch, [9; 8]);
}
