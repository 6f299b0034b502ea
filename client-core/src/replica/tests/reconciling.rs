//! A phone that cannot trust its cursor: the server was restored, the phone was copied, or the two found that they differ.

use super::damaged::with_records;
use super::hand::{Asked, answer, ask, end, give, only_sent};
use super::*;
use crate::protocol::sync::{DocumentHeads, SyncRequest, digest};

const PROBLEM: &str = "application/problem+json";
const LOG: &str = "log/KHUN-HA/2026";

fn request(asked: &Asked) -> SyncRequest {
    only_sent(asked);
    codec::decode_request(&asked.sent[0].1).unwrap()
}

/// The server answers with this frame.
fn hear(phone: &mut Phone, asked: &Asked, frame: &SyncResponse) -> Asked {
    let request = only_sent(asked);
    let bytes = codec::encode_answer([frame]);
    give(phone, Input::ResponseBytes { request, bytes });
    give(phone, end(request, 200, CONTENT_TYPE, None))
}

fn saved(phone: &mut Phone, number: u8) -> Asked {
    let asked = give(phone, Input::SaveEntry(session(number, "7", "16/9")));
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
    asked
}

/// A frame of the test's server at the cursor it has reached.
fn frame(server: &TestServer) -> SyncResponse {
    SyncResponse {
        cursor: server.changes.len() as u64,
        scope: 1,
        server_time: now().0,
        ..SyncResponse::blank([1; 8].into())
    }
}

#[test]
fn a_phone_of_another_epoch_says_what_it_has_and_sends_again_what_the_server_lacks() {
    let server = &mut TestServer::default();
    let mut phone = with_records(2, server);
    let unsent = saved(&mut phone, 3);
    assert_eq!(request(&unsent).pushes.len(), 1);
    let asked = give(&mut phone, end(only_sent(&unsent), 409, PROBLEM, None));

    let compare = request(&asked);
    assert_eq!((compare.epoch, compare.cursor, compare.pushes.len()), (None, 0, 0));
    let known = compare.reconcile.expect("it says what it has");
    let log = known.iter().find(|known| known.document == LOG).unwrap();
    let (first, second) = (server.changes[0].1.clone(), server.changes[1].1.clone());
    assert_eq!(log.heads.len(), 2, "what it has, and what the server had confirmed");
    assert!(log.heads.contains(&second.hash().0.into()));

    // The backup has the first record only.
    let restored = SyncResponse {
        cursor: 1,
        standing: vec![DocumentHeads {
            document: LOG.to_owned(),
            heads: vec![first.hash().0.into()],
            digest: digest(LOG, [&first.hash().0]),
        }],
        ..frame(server)
    };
    let again = hear(&mut phone, &asked, &restored);
    let pushed = request(&again);
    assert_eq!((pushed.cursor, pushed.reconcile), (1, None));
    assert_eq!(pushed.pushes[0].changes.len(), 2, "the second record and the third");
    assert_eq!(phone.status().waiting, 2);
    server.changes.truncate(1);
    answer(&mut phone, server, &again);
    assert_eq!((phone.status().waiting, server.changes.len()), (0, 3));
}

#[test]
fn what_another_wrote_and_the_server_lost_is_offered_after_the_phones_own() {
    let server = &mut TestServer::default();
    let mut other = Phone::enrolled(2, server);
    assert_eq!(other.save(&session(9, "5", "15/9"), server), Outcome::Done);
    let mut phone = with_records(1, server);
    let asked = ask(&mut phone);
    let asked = give(&mut phone, end(only_sent(&asked), 409, PROBLEM, None));
    let empty = SyncResponse {
        standing: vec![nothing()],
        ..frame(&TestServer::default())
    };
    let maker = |asked: &Asked| {
        let request = request(asked);
        assert_eq!(request.pushes[0].changes.len(), 1);
        let change = Change::decode(&request.pushes[0].changes[0]).unwrap();
        (request.is_relay(), change.actor().unwrap().device)
    };
    let fate = |stored, refused| SyncResponse {
        fates: vec![Fate {
            stored,
            held: 0,
            refused,
        }],
        ..frame(&TestServer::default())
    };
    let own = hear(&mut phone, &asked, &empty);
    assert_eq!(maker(&own), (false, phone.device));
    let offered = hear(&mut phone, &own, &fate(1, vec![]));
    assert_eq!(maker(&offered), (true, other.device));
    assert_eq!(phone.status().waiting, 0, "it is not the officer's to wait for");
    let refused = RefusedChange {
        index: 0,
        reason: RefusalCode::NotAllowed,
    };
    let after = hear(&mut phone, &offered, &fate(0, vec![refused]));
    assert!(
        after.sent.is_empty(),
        "what the server does not take is not offered again"
    );
    assert!(request(&ask(&mut phone)).pushes.is_empty());
    assert_eq!(phone.status().refused, 0, "nor is it the officer's to put right");
    assert_eq!(phone.entries().len(), 2, "both are still shown");
}

#[test]
fn two_that_do_not_hold_the_same_compare_once_and_not_in_a_circle() {
    let server = &mut TestServer::default();
    let mut phone = with_records(2, server);
    let hashes: Vec<[u8; 32]> = server.changes.iter().map(|(_, change, _)| change.hash().0).collect();
    let says = |digest| SyncResponse {
        digest: Some(digest),
        ..frame(server)
    };
    let same = says(digest(LOG, &hashes));
    let asked = ask(&mut phone);
    assert!(hear(&mut phone, &asked, &same).sent.is_empty(), "they hold the same");

    let other = says(digest(LOG, &hashes[..1]));
    let asked = ask(&mut phone);
    let compare = hear(&mut phone, &asked, &other);
    assert_eq!(request(&compare).reconcile.map(|known| known.len()), Some(1));
    // Having compared, they still differ. That is no reason to ask in a circle.
    let after = hear(&mut phone, &compare, &frame(server));
    assert!(after.sent.is_empty());
    let asked = ask(&mut phone);
    assert!(hear(&mut phone, &asked, &other).sent.is_empty());
    phone.at = phone.at.plus_ms(11 * 60 * 1000);
    let asked = ask(&mut phone);
    assert!(
        request(&hear(&mut phone, &asked, &other)).reconcile.is_some(),
        "later it is tried again"
    );
}

#[test]
fn a_document_that_may_not_be_read_any_more_is_kept_and_counts_no_more() {
    let server = &mut TestServer::default();
    let mut phone = with_records(1, server);
    let nothing = SyncResponse {
        digest: Some(0),
        ..frame(server)
    };
    let asked = ask(&mut phone);
    let compare = hear(&mut phone, &asked, &nothing);
    let unread = SyncResponse {
        unread: vec![LOG.to_owned()],
        ..frame(server)
    };
    hear(&mut phone, &compare, &unread);
    phone.at = phone.at.plus_ms(60 * 60 * 1000);
    let asked = ask(&mut phone);
    assert!(
        request(&asked).pushes.is_empty(),
        "what the server had is not sent anew"
    );
    assert!(hear(&mut phone, &asked, &nothing).sent.is_empty(), "they agree");
    assert_eq!(phone.entries().len(), 1);
}

#[test]
fn a_phone_of_which_there_is_a_copy_makes_anew_what_the_copy_was_faster_with() {
    let server = &mut TestServer::default();
    let mut phone = with_records(1, server);
    let mut copy = Phone {
        core: Replica::new(99),
        disk: phone.disk.clone(),
        outcomes: Vec::new(),
        in_flight: None,
        ..Phone::enrolled(1, &mut TestServer::default())
    };
    copy.reopen(server);
    assert_eq!(phone.save(&session(2, "5", "15/9"), server), Outcome::Done);

    let asked = saved(&mut copy, 3);
    let taken = Change::decode(&request(&asked).pushes[0].changes[0]).unwrap();
    server.refuse.insert(taken.hash(), RefusalCode::RepeatedSequence);
    let again = answer(&mut copy, server, &asked);
    let anew = Change::decode(&request(&again).pushes[0].changes[0]).unwrap();
    assert_ne!(anew.actor(), taken.actor());
    assert_eq!(anew.actor().unwrap().device, copy.device);
    answer(&mut copy, server, &again);
    assert_eq!((copy.status().waiting, server.changes.len()), (0, 3));
    assert!(copy.status().refused == 0, "nobody is asked to write anything again");
    assert_eq!(copy.entries().len(), 2);

    // What the other one wrote as the same device is not among the news; comparing brings it.
    let others = server.changes[1].1.clone();
    let news = SyncResponse {
        news: vec![News {
            document: LOG.to_owned(),
            changes: vec![others.bytes().to_vec().into()],
        }],
        ..frame(server)
    };
    let asked = ask(&mut copy);
    hear(&mut copy, &asked, &news);
    assert_eq!(copy.entries().len(), 3);
    let next = request(&saved(&mut copy, 4));
    let next = Change::decode(&next.pushes[0].changes[0]).unwrap();
    assert_ne!(next.actor(), others.actor());
}

#[test]
fn a_change_that_lacks_what_it_was_made_upon_waits_and_is_not_refused() {
    let server = &mut TestServer::default();
    let mut phone = with_records(1, server);
    let asked = saved(&mut phone, 2);
    let change = Change::decode(&request(&asked).pushes[0].changes[0]).unwrap();
    server.refuse.insert(change.hash(), RefusalCode::MissingDependency);
    let compare = answer(&mut phone, server, &asked);
    assert!(request(&compare).reconcile.is_some());
    assert_eq!(phone.status().waiting, 1);
    assert!(phone.status().refused == 0);
}

#[test]
fn news_that_does_not_fit_what_is_here_is_asked_for_by_what_each_has() {
    let server = &mut TestServer::default();
    let mut other = Phone::enrolled(2, server);
    for number in 1..=2 {
        assert_eq!(other.save(&session(number, "5", "15/9"), server), Outcome::Done);
    }
    let mut phone = Phone::enrolled(1, &mut TestServer::default());
    let second = SyncResponse {
        news: vec![News {
            document: LOG.to_owned(),
            changes: vec![server.changes[1].1.bytes().to_vec().into()],
        }],
        ..frame(server)
    };
    let asked = ask(&mut phone);
    hear(&mut phone, &asked, &second);
    assert_eq!(phone.status().problem, Some(SyncProblem::Rejected));
    // Also when the app is closed before the time to try again has come.
    phone.online = false;
    phone.reopen(server);
    let asked = ask(&mut phone);
    assert!(request(&asked).reconcile.is_some());
    let both = SyncResponse {
        news: vec![News {
            document: LOG.to_owned(),
            changes: server
                .changes
                .iter()
                .map(|(_, change, _)| change.bytes().to_vec().into())
                .collect(),
        }],
        ..frame(server)
    };
    hear(&mut phone, &asked, &both);
    assert_eq!((phone.entries().len(), phone.status().problem), (2, None));
}

#[test]
fn what_a_comparing_answer_brings_counts_as_what_the_server_has() {
    let server = &mut TestServer::default();
    let mut phone = with_records(1, server);
    let mut other = Phone::enrolled(2, server);
    other.wake(server);
    assert_eq!(other.save(&session(9, "5", "15/9"), server), Outcome::Done);
    let hashes: Vec<[u8; 32]> = server.changes.iter().map(|(_, change, _)| change.hash().0).collect();
    let asked = ask(&mut phone);
    let compare = give(&mut phone, end(only_sent(&asked), 409, PROBLEM, None));
    let news = SyncResponse {
        news: vec![News {
            document: LOG.to_owned(),
            changes: vec![server.changes[1].1.bytes().to_vec().into()],
        }],
        ..frame(server)
    };
    hear(&mut phone, &compare, &news);
    let same = SyncResponse {
        digest: Some(digest(LOG, &hashes)),
        ..frame(server)
    };
    let asked = ask(&mut phone);
    assert!(
        hear(&mut phone, &asked, &same).sent.is_empty(),
        "they hold the same and know it"
    );
}

/// The server has nothing of the log.
fn nothing() -> DocumentHeads {
    DocumentHeads {
        document: LOG.to_owned(),
        heads: Vec::new(),
        digest: 0,
    }
}

/// News of all that a server has.
fn all_of(server: &TestServer) -> Vec<News> {
    let news = |(document, change, _): &(String, Change, DeviceId)| News {
        document: document.clone(),
        changes: vec![change.bytes().to_vec().into()],
    };
    server.changes.iter().map(news).collect()
}

#[test]
fn what_bears_the_number_of_another_change_is_made_anew_by_whoever_still_has_it() {
    let server = &mut TestServer::default();
    let (mut phone, mut other) = (Phone::enrolled(1, server), Phone::enrolled(2, server));
    phone.wake(server);
    other.wake(server);
    assert_eq!(other.save(&session(1, "5", "15/9"), server), Outcome::Done);
    assert_eq!(phone.save(&session(2, "6", "15/9"), server), Outcome::Done);
    phone.wake(server);
    assert_eq!(phone.save(&session(1, "8", "15/9"), server), Outcome::Done);
    assert_eq!(phone.entries().len(), 2);

    // The server was restored to before all of it, and the other phone's copy of before has written under the same number.
    let restored = &mut TestServer::default();
    let mut copy = Phone::enrolled(2, restored);
    copy.wake(restored);
    assert_eq!(copy.save(&session(3, "7", "15/9"), restored), Outcome::Done);
    let asked = ask(&mut phone);
    let compare = give(&mut phone, end(only_sent(&asked), 409, PROBLEM, None));
    let news = SyncResponse {
        news: all_of(restored),
        standing: vec![nothing()],
        ..frame(restored)
    };
    let again = hear(&mut phone, &compare, &news);
    assert_eq!(phone.status().problem, None);
    assert_eq!(phone.entries().len(), 3, "the one that was heard of, too");
    answer(&mut phone, restored, &again);
    phone.wake(restored);
    assert_eq!(phone.status().waiting, 0);
    phone.reopen(restored);
    copy.wake(restored);
    for phone in [&phone, &copy] {
        let mut participants: Vec<_> = [1, 2, 3].map(|number| participants(phone, number)).into();
        participants.sort_unstable();
        assert_eq!(participants, ["6", "7", "8"]);
    }
}

fn participants(phone: &Phone, number: u8) -> String {
    let entry = phone.entry(session(number, "", "").entry);
    let mut fields = entry.fields.into_iter();
    match fields.find(|(field, _)| field == "participants") {
        Some((_, RawValue::Text(number))) => number,
        other => panic!("{other:?}"),
    }
}

#[test]
fn much_that_was_made_upon_what_the_server_lost_goes_after_that() {
    let server = &mut TestServer::default();
    let (mut phone, mut other) = (Phone::enrolled(1, server), Phone::enrolled(2, server));
    other.wake(server);
    assert_eq!(other.save(&session(1, "5", "15/9"), server), Outcome::Done);
    phone.wake(server);
    phone.online = false;
    for participants in 0..=250 {
        phone.save(&session(2, &participants.to_string(), "15/9"), server);
    }
    server.changes.clear();
    phone.online = true;
    let asked = ask(&mut phone);
    let compare = give(&mut phone, end(only_sent(&asked), 409, PROBLEM, None));
    let empty = SyncResponse {
        standing: vec![nothing()],
        ..frame(server)
    };
    let lost = hear(&mut phone, &compare, &empty);
    let first = request(&lost);
    assert!(first.is_relay(), "what all else stands on");
    assert_eq!(first.pushes[0].changes.len(), 1);
    let mut asked = lost;
    while !asked.sent.is_empty() {
        asked = answer(&mut phone, server, &asked);
    }
    assert_eq!((phone.status().waiting, server.changes.len()), (0, 252));
}
