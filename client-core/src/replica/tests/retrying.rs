//! When a phone tries again: after what wait, and what wakes it before.

use super::hand::{Asked, answer, end, give, only_sent};
use super::*;

const SECOND: i64 = 1000;
const MINUTE: i64 = 60 * SECOND;
const PROBLEM: &str = "application/problem+json";

/// A phone with one record that the server does not have, and the request in which it was sent.
fn with_a_record(server: &mut TestServer) -> (Phone, Asked) {
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    let asked = give(&mut phone, Input::SaveEntry(session(1, "5", "15/9")));
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
    (phone, asked)
}

fn sync_state(phone: &Phone, number: u8) -> RecordState {
    phone.entry(session(number, "", "").entry).row.sync
}

#[test]
fn the_wait_doubles_from_five_seconds_to_a_quarter_of_an_hour_and_begins_anew_after_a_success() {
    let server = &mut TestServer::default();
    let (mut phone, mut asked) = with_a_record(server);
    assert!(asked.background, "the browser is asked to wake us, too");
    let mut longest = 5 * SECOND;
    for failure in 0..12 {
        let request = only_sent(&asked);
        // A call that breaks off and a server that is busy are failures alike.
        let failed = match failure % 2 {
            0 => Input::SendFailed { request },
            _ => end(request, 503, PROBLEM, None),
        };
        let failed = give(&mut phone, failed);
        assert_eq!((failed.sent.len(), failed.alarms.len()), (0, 1), "failure {failure}");
        let (at, wait) = (failed.alarms[0], failed.alarms[0].0 - phone.at.0);
        assert!((longest / 2..=longest).contains(&wait), "failure {failure}: {wait} ms");
        assert!(phone.status().problem.is_some());
        // An alarm that rings too early is set again.
        phone.at = Timestamp(at.0 - 1);
        let early = give(&mut phone, Input::Alarm);
        assert_eq!((early.sent.len(), early.alarms), (0, vec![at]));
        phone.at = at;
        asked = give(&mut phone, Input::Alarm);
        longest = (2 * longest).min(15 * MINUTE);
    }
    assert_eq!(longest, 15 * MINUTE);
    let done = answer(&mut phone, server, &asked);
    assert_eq!((phone.status().waiting, phone.status().problem), (0, None));
    // Then it asks for news in a while, and what fails then is a first failure again.
    phone.at = *done.alarms.last().unwrap();
    let news = give(&mut phone, Input::Alarm);
    let request = only_sent(&news);
    let failed = give(&mut phone, Input::SendFailed { request });
    assert!(failed.alarms[0].0 - phone.at.0 <= 5 * SECOND);
}

/// How long a phone waits that was answered so.
fn wait_after(status: u16, content_type: &str, retry_after_s: u32) -> i64 {
    let server = &mut TestServer::default();
    let (mut phone, asked) = with_a_record(server);
    let failed = give(
        &mut phone,
        end(only_sent(&asked), status, content_type, Some(retry_after_s)),
    );
    assert_eq!(phone.status().waiting, 1);
    failed.alarms[0].0 - phone.at.0
}

#[test]
fn a_time_that_is_too_short_or_too_long_is_bounded() {
    let shortest = wait_after(503, PROBLEM, 0);
    assert!((SECOND..=3 * SECOND).contains(&shortest), "{shortest} ms");
    let longest = wait_after(429, PROBLEM, u32::MAX);
    assert!((60 * MINUTE..=91 * MINUTE).contains(&longest), "{longest} ms");
}

#[test]
fn a_page_of_the_network_names_no_time() {
    for status in [200, 302, 404, 503] {
        let wait = wait_after(status, "text/html", 86_400);
        assert!(wait <= 5 * SECOND, "{status}: {wait} ms");
    }
    // And who asks for it is not held off.
    let server = &mut TestServer::default();
    let (mut phone, asked) = with_a_record(server);
    give(&mut phone, end(only_sent(&asked), 503, "text/html", Some(86_400)));
    phone.wake(server);
    assert_eq!((phone.status().waiting, phone.status().problem), (0, None));
}

#[test]
fn a_server_that_names_a_time_is_not_called_before_it() {
    let server = &mut TestServer::default();
    let (mut phone, asked) = with_a_record(server);
    let busy = end(only_sent(&asked), 503, PROBLEM, Some(120));
    let failed = give(&mut phone, busy);
    let (at, wait) = (failed.alarms[0], failed.alarms[0].0 - phone.at.0);
    assert!((120 * SECOND..=200 * SECOND).contains(&wait), "{wait} ms");
    phone.at = Timestamp(at.0 - 1);
    for reason in [
        WakeReason::Opened,
        WakeReason::Visible,
        WakeReason::Online,
        WakeReason::BackgroundSync,
    ] {
        assert!(give(&mut phone, Input::Wake { reason }).sent.is_empty(), "{reason:?}");
    }
    assert!(
        give(&mut phone, Input::SaveEntry(session(2, "6", "15/9")))
            .sent
            .is_empty()
    );
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done), "it is kept all the same");
    assert_eq!(give(&mut phone, Input::Alarm).alarms, [at]);
    phone.at = at;
    let asked = give(&mut phone, Input::Alarm);
    answer(&mut phone, server, &asked);
    assert_eq!((phone.status().waiting, server.changes.len()), (0, 2));
}

#[test]
fn each_reason_to_wake_sends_what_waits_without_waiting_for_the_alarm() {
    for reason in [
        WakeReason::Opened,
        WakeReason::Visible,
        WakeReason::Online,
        WakeReason::Asked,
    ] {
        let server = &mut TestServer::default();
        let (mut phone, asked) = with_a_record(server);
        let request = only_sent(&asked);
        assert!(
            give(&mut phone, Input::Wake { reason }).sent.is_empty(),
            "it is on its way"
        );
        assert!(give(&mut phone, Input::SendFailed { request }).background);
        let woken = give(&mut phone, Input::Wake { reason });
        answer(&mut phone, server, &woken);
        assert_eq!((phone.status().waiting, server.changes.len()), (0, 1), "{reason:?}");
        // With nothing to send it asks for news, if it has not just heard from the server.
        phone.at = phone.at.plus_ms(10 * MINUTE);
        only_sent(&give(&mut phone, Input::Wake { reason }));
    }
}

#[test]
fn a_browser_that_believes_in_a_network_which_just_failed_does_not_hurry_the_next_try() {
    let server = &mut TestServer::default();
    let (mut phone, asked) = with_a_record(server);
    let request = only_sent(&asked);
    assert!(give(&mut phone, Input::SendFailed { request }).background);
    let reason = WakeReason::BackgroundSync;
    assert!(give(&mut phone, Input::Wake { reason }).sent.is_empty());
    assert_eq!(
        phone.status().problem,
        Some(SyncProblem::Unreachable),
        "and that is said"
    );
    // With nobody there who knows of the failure, it sends.
    phone.reopen(server);
    let woken = give(&mut phone, Input::Wake { reason });
    answer(&mut phone, server, &woken);
    assert_eq!((phone.status().waiting, server.changes.len()), (0, 1));
}

#[test]
fn a_save_sends_at_once_also_between_two_tries() {
    let server = &mut TestServer::default();
    let (mut phone, asked) = with_a_record(server);
    let request = only_sent(&asked);
    give(&mut phone, Input::SendFailed { request });
    let saved = give(&mut phone, Input::SaveEntry(session(2, "6", "15/9")));
    assert!(saved.background);
    answer(&mut phone, server, &saved);
    assert_eq!((phone.status().waiting, server.changes.len()), (0, 2));
}

#[test]
fn a_record_is_on_the_phone_then_on_its_way_then_received() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    // Typed and not saved: nothing is sent.
    let typed = give(&mut phone, Input::KeepDraft(session(1, "5", "15/9")));
    assert!(typed.sent.is_empty());
    assert_eq!(phone.status().waiting, 0);
    let first = give(&mut phone, Input::SaveEntry(session(1, "5", "15/9")));
    assert_eq!(sync_state(&phone, 1), RecordState::Sending);
    assert_eq!(phone.entries()[0].sync, RecordState::Sending);
    // What is saved meanwhile waits for its turn.
    give(&mut phone, Input::SaveEntry(session(2, "6", "15/9")));
    let states = |phone: &Phone| [sync_state(phone, 1), sync_state(phone, 2)];
    assert_eq!(states(&phone), [RecordState::Sending, RecordState::OnDevice]);
    let request = only_sent(&first);
    give(&mut phone, Input::SendFailed { request });
    assert_eq!(states(&phone), [RecordState::OnDevice, RecordState::OnDevice]);
    let reason = WakeReason::Online;
    let both = give(&mut phone, Input::Wake { reason });
    assert_eq!(states(&phone), [RecordState::Sending, RecordState::Sending]);
    let Answer::Outbox(outbox) = phone.core.query(&Query::Outbox, phone.at) else {
        panic!("the outbox was asked for")
    };
    assert!(!outbox.waiting.is_empty());
    assert!(outbox.waiting.iter().all(|row| row.sync == RecordState::Sending));
    answer(&mut phone, server, &both);
    assert_eq!(states(&phone), [RecordState::Received, RecordState::Received]);
    // An edit of it is not received with it.
    let edited = give(&mut phone, Input::SaveEntry(session(1, "7", "15/9")));
    assert_eq!(states(&phone), [RecordState::Sending, RecordState::Received]);
    answer(&mut phone, server, &edited);
    phone.reopen(server);
    assert_eq!(states(&phone), [RecordState::Received, RecordState::Received]);
}

#[test]
fn a_record_that_the_server_refuses_says_so_with_the_reason() {
    let server = &mut TestServer::default();
    let (mut phone, asked) = with_a_record(server);
    let refused = outbox::waiting(&phone.core.kept)[0].hash;
    server.refuse = BTreeMap::from([(refused, RefusalCode::TooLarge)]);
    answer(&mut phone, server, &asked);
    let RecordState::Refused { reason } = sync_state(&phone, 1) else {
        panic!("{:?}", sync_state(&phone, 1))
    };
    assert!(reason.vi.contains("ngắn") && !reason.en.is_empty(), "{reason:?}");
    phone.reopen(server);
    assert_eq!(sync_state(&phone, 1), RecordState::Refused { reason });
    // Put right and saved again, it is on its way again.
    server.refuse.clear();
    let again = give(&mut phone, Input::SaveEntry(session(1, "6", "15/9")));
    assert_eq!(sync_state(&phone, 1), RecordState::Sending);
    answer(&mut phone, server, &again);
    assert_eq!(sync_state(&phone, 1), RecordState::Received);
}
