//! What is made anew, for whatever reason, stands beside what others wrote apart from it.

use super::damaged::{LOG, lose, said, with_records};
use super::hand::{answer, ask, end, give, hear, only_sent, request, telling};
use super::merging::only;
use super::*;
use crate::protocol::PROBLEM_TYPE;
use crate::protocol::sync::DocumentHeads;

/// Two phones that wrote the same number apart from each other; the other's is sent. Before, the first made another record.
fn apart(server: &mut TestServer, before: bool) -> (Phone, Phone) {
    let mut other = Phone::enrolled(2, server);
    other.wake(server);
    let mut phone = with_records(1, server);
    other.wake(server);
    phone.online = false;
    if before {
        assert_eq!(phone.save(&session(3, "6", "15/9"), server), Outcome::Done);
    }
    let shared = session(1, "5", "15/9");
    phone.at = phone.at.plus_ms(60_000);
    other.at = phone.at;
    assert_eq!(phone.save(&only(&shared, "participants", "16"), server), Outcome::Done);
    assert_eq!(other.save(&only(&shared, "participants", "17"), server), Outcome::Done);
    (phone, other)
}

/// Both phones ask about both values.
fn both_are_asked(phone: &Phone, other: &Phone) {
    assert_eq!(said(phone, 1), said(other, 1));
    assert_eq!(said(phone, 1).len(), 2, "{:?}", said(phone, 1));
}

/// The phone hears what the other sent last, and that its own is not taken as long as something else is missing.
fn hear_of_the_other(phone: &mut Phone, server: &TestServer) {
    let asked = ask(phone);
    assert_eq!(request(&asked).pushes.len(), 1);
    let reason = RefusalCode::MissingDependency;
    let refused = vec![RefusedChange { index: 0, reason }];
    let (stored, held) = (0, 0);
    let fate = Fate { stored, held, refused };
    let news = telling(server, server.changes.len() - 1);
    let fates = vec![fate];
    let after = hear(phone, &asked, &[SyncResponse { fates, ..news }]);
    if !after.sent.is_empty() {
        let request = only_sent(&after);
        give(phone, Input::SendFailed { request });
    }
}

#[test]
fn two_values_are_a_question() {
    let server = &mut TestServer::default();
    let (mut phone, mut other) = apart(server, true);
    phone.wake(server);
    other.wake(server);
    assert_eq!(said(&phone, 1).len(), 2);
    assert_eq!(said(&phone, 1), said(&other, 1));
}

#[test]
fn salvage_answers_no_question() {
    let server = &mut TestServer::default();
    let (mut phone, mut other) = apart(server, true);
    let id = LOG.parse().unwrap();
    let unsent = phone.core.kept.holding(&id).outbox(Some(phone.device));
    assert_eq!(unsent.len(), 2);
    lose(&mut phone, LOG, &unsent[0]);
    phone.reopen(server);
    phone.wake(server);
    phone.wake(server);
    other.wake(server);
    both_are_asked(&phone, &other);
}

#[test]
fn refusing_answers_no_question() {
    let server = &mut TestServer::default();
    let (mut phone, mut other) = apart(server, true);
    let id = LOG.parse().unwrap();
    let unsent = phone.core.kept.holding(&id).outbox(Some(phone.device));
    server.refuse.insert(unsent[0].hash(), RefusalCode::BreaksSchema);
    server.refuse.insert(unsent[1].hash(), RefusalCode::DependsOnRefused);
    phone.wake(server);
    phone.wake(server);
    other.wake(server);
    both_are_asked(&phone, &other);
}

#[test]
fn a_number_given_twice_answers_no_question() {
    let server = &mut TestServer::default();
    let (mut phone, mut other) = apart(server, false);
    let id = LOG.parse().unwrap();
    let unsent = phone.core.kept.holding(&id).outbox(Some(phone.device));
    server.refuse.insert(unsent[0].hash(), RefusalCode::RepeatedSequence);
    hear_of_the_other(&mut phone, server);
    phone.core.kept.state.reconciles = false;
    assert_eq!(said(&phone, 1).len(), 2, "it has the question");
    phone.wake(server);
    phone.wake(server);
    other.wake(server);
    both_are_asked(&phone, &other);
}

#[test]
fn a_new_code_answers_no_question() {
    let server = &mut TestServer::default();
    let (mut phone, mut other) = apart(server, false);
    hear_of_the_other(&mut phone, server);
    assert_eq!(said(&phone, 1).len(), 2, "it has the question");
    phone.core.kept.state.revoked = true;
    phone.device = DeviceId([3; 8]);
    phone.online = true;
    let enrol = Input::Enrol {
        code: "KH74-M2Q1".to_owned(),
        signing_seed: vec![3; 32],
        device_name: String::new(),
    };
    phone.give(enrol, server);
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
    phone.wake(server);
    other.wake(server);
    both_are_asked(&phone, &other);
}

#[test]
fn making_way_answers_no_question() {
    let server = &mut TestServer::default();
    let (mut phone, mut other) = (Phone::enrolled(1, server), Phone::enrolled(2, server));
    phone.wake(server);
    other.wake(server);
    let shared = session(1, "5", "15/9");
    assert_eq!(other.save(&shared, server), Outcome::Done);
    phone.wake(server);
    phone.online = false;
    other.online = false;
    assert_eq!(phone.save(&only(&shared, "participants", "16"), server), Outcome::Done);
    assert_eq!(other.save(&only(&shared, "participants", "17"), server), Outcome::Done);
    phone.wake(server);
    other.wake(server);
    phone.wake(server);
    assert_eq!(said(&phone, 1).len(), 2);

    let restored = &mut TestServer::default();
    let mut copy = Phone::enrolled(2, restored);
    copy.wake(restored);
    assert_eq!(copy.save(&session(3, "7", "15/9"), restored), Outcome::Done);
    let asked = ask(&mut phone);
    let compare = give(&mut phone, end(only_sent(&asked), 409, PROBLEM_TYPE, None));
    let news = SyncResponse {
        standing: vec![DocumentHeads {
            document: LOG.to_owned(),
            heads: Vec::new(),
            digest: 0,
        }],
        ..telling(restored, 0)
    };
    let again = hear(&mut phone, &compare, &[news]);
    answer(&mut phone, restored, &again);
    phone.wake(restored);
    assert_eq!(phone.entries().len(), 2);
    assert_eq!(
        said(&phone, 1).len(),
        2,
        "the question still stands: {:?}",
        said(&phone, 1)
    );
}
