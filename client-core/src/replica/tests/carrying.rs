//! How much a phone sends at once, and what it keeps of an answer that breaks off.

use super::hand::{Asked, answer, end, give, only_sent};
use super::*;

/// Bodies are of 4 to 256 KiB (DESIGN, "Sync", point 5), but for one whole change that is larger.
const LEAST: usize = 4 * 1024;
const MOST: usize = 256 * 1024;

/// Records that do not deflate much: two texts of so many letters.
fn long_session(number: usize, letters: usize) -> Draft {
    let mut rng = fastrand::Rng::with_seed(number as u64);
    let mut long = || RawValue::Text((0..letters).map(|_| rng.alphanumeric()).collect());
    let mut draft = session(1, "5", "15/9");
    draft.entry = format!("01JD0000000000000000{number:06}").parse().unwrap();
    draft.fields.insert("result".to_owned(), long());
    draft.fields.insert("difficulty".to_owned(), long());
    draft
}

/// A phone with so many records that wait, saved while a first request was on its way, for which the server had no time.
fn with_records(count: usize, server: &mut TestServer) -> Phone {
    with_records_of(1_900, count, server)
}

fn with_records_of(letters: usize, count: usize, server: &mut TestServer) -> Phone {
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    let first = give(&mut phone, Input::SaveEntry(long_session(0, letters)));
    for number in 1..count {
        give(&mut phone, Input::SaveEntry(long_session(number, letters)));
        assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
    }
    give(
        &mut phone,
        end(only_sent(&first), 503, "application/problem+json", None),
    );
    assert_eq!(phone.status().waiting as usize, count);
    phone
}

fn wake(phone: &mut Phone) -> Asked {
    let reason = WakeReason::Online;
    give(phone, Input::Wake { reason })
}

/// The size of the body and how many changes are in it.
fn body(server: &TestServer, asked: &Asked) -> (usize, usize) {
    only_sent(asked);
    let body = &asked.sent[0].1;
    let request = server.read(body).unwrap();
    (body.len(), request.pushes.iter().map(|push| push.changes.len()).sum())
}

#[test]
fn bodies_begin_small_and_grow_as_they_go_through_up_to_a_bound() {
    let server = &mut TestServer::default();
    let mut phone = with_records(320, server);
    let mut sizes = Vec::new();
    let mut asked = wake(&mut phone);
    while !asked.sent.is_empty() {
        sizes.push(body(server, &asked).0);
        // What is left follows by itself.
        asked = answer(&mut phone, server, &asked);
        assert!(sizes.len() < 30, "{sizes:?}");
    }
    assert_eq!(server.changes.len(), 320);
    assert!((LEAST..=64 * 1024).contains(&sizes[0]), "{sizes:?}");
    assert!(sizes.iter().all(|size| *size <= MOST), "{sizes:?}");
    let full = &sizes[..sizes.len() - 1];
    // Bodies come within a thirty-second of their bound.
    assert!(full.is_sorted_by(|one, next| one - one / 32 <= *next), "{sizes:?}");
    assert!(full.last().unwrap() > &(4 * sizes[0]), "{sizes:?}");
    assert!(full.last().unwrap() > &(MOST / 2), "{sizes:?}");
}

#[test]
fn bodies_that_are_lost_shrink_to_a_bound_and_what_goes_through_then_is_followed_by_more() {
    let server = &mut TestServer::default();
    let mut phone = with_records(60, server);
    let mut sizes = Vec::new();
    let mut asked = wake(&mut phone);
    for _ in 0..12 {
        let (size, changes) = body(server, &asked);
        assert!(changes >= 1, "it holds whole changes");
        sizes.push(size);
        let request = only_sent(&asked);
        give(&mut phone, Input::SendFailed { request });
        asked = wake(&mut phone);
    }
    for pair in sizes.windows(2) {
        let halved = pair[1] <= pair[0] / 2 + LEAST / 8;
        assert!(halved || pair[1] <= LEAST, "{sizes:?}");
    }
    let least = *sizes.last().unwrap();
    assert!((1..=LEAST).contains(&least), "{sizes:?}");
    assert_eq!(sizes[10], least, "it never shrinks to nothing");
    assert_eq!(phone.status().waiting, 60);

    let (_, changes) = body(server, &asked);
    let mut grown = Vec::new();
    let mut requests = 0;
    while !asked.sent.is_empty() {
        grown.push(body(server, &asked).0);
        asked = answer(&mut phone, server, &asked);
        requests += 1;
        assert!(requests <= 60 / changes.max(1), "{grown:?}");
    }
    assert_eq!(server.changes.len(), 60);
    assert!(grown.iter().max().unwrap() >= &(2 * least), "{grown:?}");
}

#[test]
fn work_that_fits_into_two_small_bodies_comes_over_a_link_that_carries_no_more() {
    let server = &mut TestServer::default();
    let mut phone = with_records_of(1_400, 2, server);
    let mut asked = wake(&mut phone);
    let (size, changes) = body(server, &asked);
    assert!(changes == 2 && (LEAST..5_300).contains(&size), "{size}");
    let mut lost = 0;
    while !asked.sent.is_empty() {
        if body(server, &asked).0 <= LEAST {
            asked = answer(&mut phone, server, &asked);
            continue;
        }
        lost += 1;
        assert!(lost <= 1, "what was lost is not sent again as it was");
        let request = only_sent(&asked);
        give(&mut phone, Input::SendFailed { request });
        asked = wake(&mut phone);
    }
    assert_eq!(phone.status().waiting, 0);
}

#[test]
fn a_body_that_is_too_large_for_the_server_is_sent_in_smaller_ones() {
    let server = &mut TestServer::default();
    let mut phone = with_records(60, server);
    let asked = wake(&mut phone);
    let (size, _) = body(server, &asked);
    give(
        &mut phone,
        end(only_sent(&asked), 413, "application/problem+json", None),
    );
    let asked = wake(&mut phone);
    assert!(body(server, &asked).0 <= size / 2 + LEAST / 8);
}

/// How each body of a backlog is coded, of a phone that wakes.
fn codings(phone: &mut Phone, server: &mut TestServer) -> Vec<u8> {
    let mut codings = Vec::new();
    let mut asked = wake(phone);
    while !asked.sent.is_empty() {
        codings.push(asked.sent[0].1[0]);
        asked = answer(phone, server, &asked);
    }
    codings
}

#[test]
fn a_body_of_a_backlog_goes_on_from_the_one_before_it_that_was_taken_in() {
    let server = &mut TestServer::default();
    let mut phone = with_records(30, server);
    let first = wake(&mut phone);
    let second = answer(&mut phone, server, &first);
    assert_eq!((first.sent[0].1[0], second.sent[0].1[0]), (1, codec::FOLLOWING));
    // Lost, it is sent again as it was: the server has what it goes on from.
    let request = only_sent(&second);
    give(&mut phone, Input::SendFailed { request });
    let codings = codings(&mut phone, server);
    assert!(
        codings.len() > 2 && codings.iter().all(|coding| *coding == codec::FOLLOWING),
        "{codings:?}"
    );
    assert_eq!(server.changes.len(), 30);
    // What comes after a backlog is a plain sync.
    let asked = give(&mut phone, Input::SaveEntry(long_session(30, 1_900)));
    assert_eq!(asked.sent[0].1[0], 1);
}

#[test]
fn where_the_server_has_not_what_a_body_goes_on_from_the_rest_is_sent_without_and_at_once() {
    for status in [400, 412] {
        let server = &mut TestServer::default();
        let mut phone = with_records(30, server);
        let first = wake(&mut phone);
        let asked = answer(&mut phone, server, &first);
        assert_eq!(asked.sent[0].1[0], codec::FOLLOWING);
        let request = only_sent(&asked);
        let mut asked = give(&mut phone, end(request, status, "application/problem+json", None));
        assert_eq!((phone.status().problem, phone.status().waiting > 0), (None, true));
        while !asked.sent.is_empty() {
            assert_eq!(asked.sent[0].1[0], 1);
            asked = answer(&mut phone, server, &asked);
        }
        assert_eq!((server.changes.len(), phone.status().waiting), (30, 0));
    }
}

#[test]
fn what_is_not_a_word_of_the_server_or_not_about_such_a_body_is_a_failure() {
    let server = &mut TestServer::default();
    let mut phone = with_records(30, server);
    let asked = wake(&mut phone);
    let refused = end(only_sent(&asked), 412, "application/problem+json", None);
    assert!(give(&mut phone, refused).sent.is_empty(), "it went on from nothing");
    let first = wake(&mut phone);
    let second = answer(&mut phone, server, &first);
    assert_eq!(second.sent[0].1[0], codec::FOLLOWING);
    let portal = end(only_sent(&second), 412, "text/html", None);
    assert!(give(&mut phone, portal).sent.is_empty());
    assert!(phone.status().problem.is_some());
}

#[test]
fn what_a_link_does_not_carry_is_known_when_the_app_is_opened_again() {
    let server = &mut TestServer::default();
    let mut phone = with_records(60, server);
    let asked = wake(&mut phone);
    let (lost, _) = body(server, &asked);
    let request = only_sent(&asked);
    give(&mut phone, Input::SendFailed { request });
    reopen(&mut phone);
    let mut asked = wake(&mut phone);
    for _ in 0..10 {
        assert!(
            server.read(&asked.sent[0].1).unwrap().close,
            "each connection carries one"
        );
        assert!(body(server, &asked).0 <= lost / 2 + LEAST / 8);
        asked = answer(&mut phone, server, &asked);
    }
}

/// The answers of a server that had first one, then two, then all three of another phone's changes: frame by frame.
fn frames(server: &TestServer, phone: &Phone, body: &[u8]) -> Vec<Vec<u8>> {
    let mut request = codec::decode_request(body).unwrap();
    let frames = (1..=server.changes.len()).map(|count| {
        let mut until = TestServer {
            changes: server.changes[..count].to_vec(),
            ..TestServer::default()
        };
        let frame = until.sync(phone.device, &codec::encode_request(&request));
        request.cursor = count as u64;
        frame
    });
    frames.collect()
}

#[test]
fn of_an_answer_that_breaks_off_what_came_whole_is_kept_and_the_rest_asked_for() {
    let server = &mut TestServer::default();
    let mut other = Phone::enrolled(2, server);
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    for number in 1..=3 {
        assert_eq!(other.save(&session(number, "5", "15/9"), server), Outcome::Done);
    }
    phone.at = phone.at.plus_ms(60 * 60 * 1000);
    let asked = wake(&mut phone);
    let request = only_sent(&asked);
    let frames = frames(server, &phone, &asked.sent[0].1);
    assert_eq!(frames.len(), 3);
    let (first, second) = (&frames[0], &frames[1]);
    for bytes in [first.clone(), second[..second.len() / 2].to_vec()] {
        give(&mut phone, Input::ResponseBytes { request, bytes });
    }
    let entries = |phone: &Phone| phone.entries().iter().map(|row| row.id).collect::<Vec<_>>();
    assert_eq!(entries(&phone), [session(1, "", "").entry]);
    give(&mut phone, Input::SendFailed { request });
    // What was heard just now does not keep it quiet: there was more. This call is lost whole.
    let lost = only_sent(&wake(&mut phone));
    give(&mut phone, Input::SendFailed { request: lost });
    // What came is on the disk, too.
    reopen(&mut phone);
    assert_eq!(entries(&phone), [session(1, "", "").entry]);
    phone.at = phone.at.plus_ms(60 * 1000);
    let again = wake(&mut phone);
    assert_eq!(codec::decode_request(&again.sent[0].1).unwrap().cursor, 1);
    // Of what ends in the middle of a frame without a word nothing is taken for whole either.
    let request = only_sent(&again);
    let bytes = second[..second.len() / 2].to_vec();
    give(&mut phone, Input::ResponseBytes { request, bytes });
    give(&mut phone, end(request, 200, CONTENT_TYPE, None));
    assert_eq!(phone.status().problem, Some(SyncProblem::Unreachable));
    let rest = wake(&mut phone);
    answer(&mut phone, server, &rest);
    assert_eq!((entries(&phone).len(), phone.status().problem), (3, None));
}

/// How much is asked for, and whether the connection is to carry nothing else.
fn budget(server: &TestServer, asked: &Asked) -> (u32, bool) {
    only_sent(asked);
    let request = server.read(&asked.sent[0].1).unwrap();
    (request.budget, request.close)
}

#[test]
fn after_a_large_answer_that_broke_off_less_is_asked_for_until_one_comes_through() {
    let server = &mut TestServer::default();
    let mut other = Phone::enrolled(2, server);
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    for number in 1..5 {
        assert_eq!(other.save(&long_session(number, 1_900), server), Outcome::Done);
    }
    phone.at = phone.at.plus_ms(60 * 60 * 1000);
    let asked = wake(&mut phone);
    assert_eq!(budget(server, &asked), (256 * 1024, false));
    let whole = server.sync(phone.device, &asked.sent[0].1);
    assert!(whole.len() > 2 * LEAST);
    let broken = |phone: &mut Phone, asked: &Asked, length: usize| {
        let request = only_sent(asked);
        let bytes = whole[..length].to_vec();
        give(phone, Input::ResponseBytes { request, bytes });
        give(phone, Input::SendFailed { request });
    };
    broken(&mut phone, &asked, 5_000);
    // That is known, too, when the app is opened anew; of no answer at all, or of its first bytes, nothing follows.
    reopen(&mut phone);
    let asked = wake(&mut phone);
    assert_eq!(budget(server, &asked), (2_500, true));
    broken(&mut phone, &asked, 0);
    let asked = wake(&mut phone);
    broken(&mut phone, &asked, 3);
    reopen(&mut phone);
    let asked = wake(&mut phone);
    assert_eq!(budget(server, &asked), (2_500, true));
    // What comes whole and is more than came before says that there is room again.
    answer(&mut phone, server, &asked);
    phone.at = phone.at.plus_ms(60 * 60 * 1000);
    assert_eq!(budget(server, &wake(&mut phone)), (256 * 1024, false));
}

/// Opens the app with what is on the disk.
fn reopen(phone: &mut Phone) {
    let stored = phone.stored();
    phone.core = Replica::new(7);
    give(phone, Input::Opened { stored });
}
