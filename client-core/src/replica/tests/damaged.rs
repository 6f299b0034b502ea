//! What cannot be read on a phone's disk any more, or is gone from it, takes nothing else with it.

use super::hand::{ask, end, give, hear, only_sent, request, telling};
use super::merging::only;
use super::*;
use crate::protocol::PROBLEM_TYPE;

pub(super) const LOG: &str = "log/KHUN-HA/2026";

/// The number of people in a record.
pub(super) fn participants(phone: &Phone, number: u8) -> String {
    let entry = phone.entry(session(number, "", "").entry);
    let mut fields = entry.fields.into_iter();
    match fields.find(|(field, _)| field == "participants") {
        Some((_, RawValue::Text(number))) => number,
        other => panic!("{other:?}"),
    }
}

/// What is said of the number of people, by all who were not decided between.
pub(super) fn said(phone: &Phone, number: u8) -> Vec<String> {
    let detail = phone.entry(session(number, "", "").entry);
    let mut all: Vec<_> = match detail.conflicts.first() {
        None => vec![participants(phone, number)],
        Some(conflict) => conflict.values.iter().map(|value| value.display.vi.clone()).collect(),
    };
    all.sort();
    all
}

/// A change is gone from the disk.
pub(super) fn lose(phone: &mut Phone, document: &str, change: &Change) {
    let key = format!("change|{document}|{}", change.hash());
    assert!(phone.disk.remove(&key).is_some(), "{key} is there");
}

/// What the phone could not make anew.
pub(super) fn kept_aside(phone: &Phone) -> Vec<String> {
    phone
        .disk
        .keys()
        .filter(|key| key.starts_with("refused|"))
        .cloned()
        .collect()
}

/// A phone that has sent so many records.
pub(super) fn with_records(count: u8, server: &mut TestServer) -> Phone {
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    for number in 1..=count {
        assert_eq!(phone.save(&session(number, "5", "15/9"), server), Outcome::Done);
    }
    assert_eq!(phone.status().waiting, 0);
    phone
}

#[test]
fn nothing_is_made_anew_before_all_has_come() {
    let server = &mut TestServer::default();
    let mut phone = with_records(2, server);
    phone.online = false;
    assert_eq!(
        phone.save(&only(&session(2, "5", "15/9"), "participants", "9"), server),
        Outcome::Done
    );
    assert_eq!(participants(&phone, 2), "9");
    let second = server.changes[1].1.clone();
    lose(&mut phone, LOG, &second);
    phone.reopen(server);
    let asked = ask(&mut phone);
    assert_eq!(request(&asked).cursor, 0);
    // What it takes for unsent the server has.
    let pushes = request(&asked).pushes;
    let fates = pushes.iter().map(|_| Fate {
        stored: 0,
        held: 1,
        refused: Vec::new(),
    });
    let frames = [
        SyncResponse {
            fates: fates.collect(),
            ..telling(server, 0)
        },
        telling(server, 1),
    ];
    hear(&mut phone, &asked, &frames);
    assert_eq!(kept_aside(&phone), Vec::<String>::new());
    assert_eq!(participants(&phone, 2), "9", "what was typed and not sent");
}

#[test]
fn what_the_server_has_is_not_made_anew() {
    let server = &mut TestServer::default();
    let (mut phone, mut other) = (Phone::enrolled(1, server), Phone::enrolled(2, server));
    other.wake(server);
    for number in [7, 8, 9] {
        assert_eq!(other.save(&session(number, "5", "15/9"), server), Outcome::Done);
    }
    phone.wake(server);
    let author = phone.entry(session(9, "", "").entry).created_by;
    assert_eq!(
        other.save(&only(&session(9, "5", "15/9"), "participants", "17"), server),
        Outcome::Done
    );
    phone.online = false;
    lose(&mut phone, LOG, &server.changes[1].1.clone());
    phone.reopen(server);
    let asked = ask(&mut phone);
    assert_eq!(
        request(&asked).pushes.len(),
        1,
        "of what it holds it does not know what is confirmed: it offers a colleague's"
    );
    let fates = vec![Fate {
        stored: 0,
        held: 1,
        refused: Vec::new(),
    }];
    let mut second = telling(server, 1);
    second.news.extend(telling(server, 2).news);
    second.news.extend(telling(server, 3).news);
    second.cursor = 4;
    hear(
        &mut phone,
        &asked,
        &[
            SyncResponse {
                fates,
                ..telling(server, 0)
            },
            second,
        ],
    );
    assert_eq!(
        (said(&phone, 9), phone.status().waiting),
        (vec!["17".to_owned()], 0),
        "nobody wrote two values"
    );
    assert_eq!(phone.entry(session(9, "", "").entry).created_by, author);
}

#[test]
fn nothing_is_made_anew_beneath_what_still_waits() {
    const BEFORE: &str = "log/KHUN-HA/2025";
    let server = &mut TestServer::default();
    let mut other = Phone::enrolled(2, server);
    other.wake(server);
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    assert_eq!(phone.save(&session(1, "5", "15/9/2025"), server), Outcome::Done); // 0, in 2025
    assert_eq!(phone.save(&session(4, "5", "15/9"), server), Outcome::Done); // 1, in 2026
    other.wake(server);
    assert_eq!(other.save(&session(9, "5", "15/9/2025"), server), Outcome::Done); // 2, in 2025
    // Record 3 is saved while an answer is awaited that brings the other's; then it is edited.
    let asked = ask(&mut phone);
    give(&mut phone, Input::SaveEntry(session(3, "6", "15/9/2025")));
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
    let next = hear(&mut phone, &asked, &[telling(server, 2)]);
    give(
        &mut phone,
        Input::SendFailed {
            request: only_sent(&next),
        },
    );
    phone.online = false;
    assert_eq!(
        phone.save(&only(&session(3, "6", "15/9/2025"), "participants", "8"), server),
        Outcome::Done
    );
    // What both documents stood on is lost, as with two snapshots that cannot be read.
    let lost: Vec<Change> = server.changes.iter().map(|(_, change, _)| change.clone()).collect();
    lose(&mut phone, BEFORE, &lost[0]);
    lose(&mut phone, LOG, &lost[1]);
    lose(&mut phone, BEFORE, &lost[2]);
    phone.reopen(server);
    let asked = ask(&mut phone);
    let compare = give(&mut phone, end(only_sent(&asked), 409, PROBLEM_TYPE, None));
    assert!(request(&compare).reconcile.is_some());
    let first = SyncResponse {
        more: true,
        ..telling(server, 0)
    };
    let mut second = telling(server, 2);
    second.news.extend(telling(server, 1).news);
    hear(&mut phone, &compare, &[first, second]);
    assert_eq!(kept_aside(&phone), Vec::<String>::new());
    assert_eq!(participants(&phone, 3), "8", "what was typed and not sent");
}

#[test]
fn what_came_before_the_app_was_closed_is_not_fetched_again() {
    let server = &mut TestServer::default();
    let mut other = Phone::enrolled(2, server);
    other.wake(server);
    for number in 1..=4 {
        assert_eq!(other.save(&session(number, "5", "15/9"), server), Outcome::Done);
    }
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    phone.online = false;
    assert_eq!(
        phone.save(&only(&session(4, "5", "15/9"), "participants", "9"), server),
        Outcome::Done
    );
    let lost: Vec<Change> = server.changes.iter().map(|(_, change, _)| change.clone()).collect();
    for change in &lost {
        lose(&mut phone, LOG, change);
    }
    for opening in 0..3 {
        phone.reopen(server);
        let asked = ask(&mut phone);
        let cursor = request(&asked).cursor;
        // The link carries one and breaks off.
        let at = usize::try_from(cursor).unwrap();
        let next = hear(
            &mut phone,
            &asked,
            &[SyncResponse {
                more: true,
                ..telling(server, at)
            }],
        );
        give(
            &mut phone,
            Input::SendFailed {
                request: only_sent(&next),
            },
        );
        assert_eq!(cursor, opening, "it goes on where it was");
    }
}

#[test]
fn damage_in_the_log_of_the_unit_before_makes_nothing_anew() {
    let server = &mut TestServer::default();
    let mut other = Phone::enrolled(2, server);
    other.wake(server);
    let mut phone = with_records(1, server);
    other.wake(server);
    assert_eq!(other.save(&session(9, "5", "15/9"), server), Outcome::Done);
    assert_eq!(other.save(&session(8, "5", "15/9"), server), Outcome::Done);
    phone.wake(server);
    let made: Vec<Change> = server.changes.iter().map(|(_, change, _)| change.clone()).collect();
    // Moved, with nothing unsent.
    phone.core.kept.state.revoked = true;
    phone.device = DeviceId([3; 8]);
    phone.at = phone.at.plus_ms(60_000);
    let elsewhere = &mut TestServer {
        unit: Some(("SIN-HO", "CĐCS Chợ Sìn Hồ")),
        ..TestServer::default()
    };
    let enrol = Input::Enrol {
        code: "KH74-M2Q1".to_owned(),
        signing_seed: vec![3; 32],
        device_name: String::new(),
    };
    phone.give(enrol, elsewhere);
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
    phone.wake(elsewhere);
    let refused_before = phone.status().refused;
    lose(&mut phone, LOG, &made[0]);
    phone.reopen(elsewhere);
    phone.wake(elsewhere);
    phone.wake(elsewhere);
    let status = phone.status();
    assert_eq!(
        (status.refused, kept_aside(&phone).len()),
        (refused_before, 0),
        "the server has all of it"
    );
    assert!(phone.core.kept.drafts.is_empty(), "nobody typed anything");
}

#[test]
fn a_draft_that_cannot_be_read_is_not_written_over() {
    let server = &mut TestServer::default();
    let mut phone = with_records(1, server);
    phone.give(Input::KeepDraft(session(7, "44", "15/9")), server);
    phone.outcomes.clear();
    let key = phone.disk.keys().find(|key| key.starts_with("draft|")).unwrap().clone();
    let value = phone.disk.get_mut(&key).unwrap();
    value.truncate(value.len() / 2);
    phone.reopen(server);
    // Typed again, it writes over what was there.
    phone.give(Input::KeepDraft(session(7, "4", "15/9")), server);
    assert!(
        phone.disk.keys().any(|key| key.starts_with("damaged|draft|")),
        "put aside, as decision 86 says"
    );
}

/// A phone that cannot read who it is, with a record that was not sent, and a new code.
fn with_a_damaged_identity(unit: Option<(&'static str, &'static str)>) -> (Phone, TestServer) {
    let server = &mut TestServer::default();
    let mut phone = with_records(1, server);
    phone.online = false;
    assert_eq!(phone.save(&session(2, "6", "15/9"), server), Outcome::Done);
    assert_eq!(phone.status().waiting, 1);
    let identity = phone.disk.get_mut("identity").unwrap();
    identity.truncate(identity.len() / 2);
    phone.reopen(server);
    phone.device = DeviceId([3; 8]);
    phone.online = true;
    let mut server = TestServer {
        changes: std::mem::take(&mut server.changes),
        unit,
        ..TestServer::default()
    };
    let enrol = Input::Enrol {
        code: "KH74-M2Q1".to_owned(),
        signing_seed: vec![3; 32],
        device_name: String::new(),
    };
    phone.give(enrol, &mut server);
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
    phone.wake(&mut server);
    phone.wake(&mut server);
    (phone, server)
}

#[test]
fn unsent_work_outlives_a_damaged_identity() {
    let (_, server) = with_a_damaged_identity(None);
    assert_eq!(server.changes.len(), 2, "it is sent");
}

#[test]
fn unsent_work_outlives_a_damaged_identity_and_a_move() {
    let (phone, server) = with_a_damaged_identity(Some(("SIN-HO", "CĐCS Chợ Sìn Hồ")));
    let status = phone.status();
    let told = server.changes.len() == 2 || status.refused + status.waiting + status.elsewhere > 0;
    assert!(told, "nobody is told of what was not sent");
}

#[test]
fn whenever_it_dies_while_it_mends_the_outcome_is_the_same() {
    let server = &mut TestServer::default();
    let mut other = Phone::enrolled(2, server);
    other.wake(server);
    let mut phone = with_records(2, server);
    assert_eq!(other.save(&session(9, "5", "15/9"), server), Outcome::Done);
    phone.wake(server);
    phone.online = false;
    assert_eq!(phone.save(&session(3, "6", "15/9"), server), Outcome::Done); // damaged
    assert_eq!(phone.save(&session(5, "6", "15/9"), server), Outcome::Done);
    assert_eq!(
        phone.save(&only(&session(1, "5", "15/9"), "participants", "61"), server),
        Outcome::Done
    );
    assert_eq!(
        phone.save(&only(&session(5, "5", "15/9"), "participants", "65"), server),
        Outcome::Done
    );
    let unsent = phone
        .core
        .kept
        .holding(&LOG.parse().unwrap())
        .outbox(Some(phone.device));
    lose(&mut phone, LOG, &unsent[0]);
    lose(&mut phone, LOG, &server.changes[2].1.clone());
    phone.disk.insert("state".to_owned(), vec![1, 2, 3]);
    // Each moment: the disk and what the server has.
    let mut moments = vec![(phone.disk.clone(), server.changes.clone())];
    phone.core = Replica::new(7);
    let mut inputs = std::collections::VecDeque::from([Input::Opened { stored: phone.stored() }]);
    let mut woken = 0;
    loop {
        let Some(input) = inputs.pop_front() else {
            woken += 1;
            if woken > 3 {
                break;
            }
            inputs.push_back(Input::Wake {
                reason: WakeReason::Asked,
            });
            continue;
        };
        for effect in phone.core.handle(input, phone.at) {
            match effect {
                Effect::Persist { ticket, writes } => {
                    for Write { key, value } in writes {
                        match value {
                            Some(value) => drop(phone.disk.insert(key, value)),
                            None => drop(phone.disk.remove(&key)),
                        }
                    }
                    moments.push((phone.disk.clone(), server.changes.clone()));
                    inputs.push_back(Input::Persisted { ticket });
                }
                Effect::Send { request, body, .. } => {
                    let bytes = server.sync(phone.device, &body);
                    moments.push((phone.disk.clone(), server.changes.clone()));
                    inputs.push_back(Input::ResponseBytes { request, bytes });
                    inputs.push_back(end(request, 200, CONTENT_TYPE, None));
                }
                Effect::WakeAt { .. } | Effect::RequestBackgroundSync | Effect::Outcome { .. } | Effect::Changed => {}
            }
        }
    }
    for (at, (disk, changes)) in moments.into_iter().enumerate() {
        let server = &mut TestServer {
            changes,
            ..TestServer::default()
        };
        let mut again = Phone {
            core: Replica::new(100 + at as u64),
            disk,
            outcomes: Vec::new(),
            in_flight: None,
            ..Phone::enrolled(1, &mut TestServer::default())
        };
        again.reopen(server);
        for _ in 0..3 {
            again.at = again.at.plus_ms(20 * 60_000);
            again.wake(server);
        }
        let mut other = Phone::enrolled(4, server);
        other.wake(server);
        for phone in [&again, &other] {
            let mut entries: Vec<_> = phone
                .entries()
                .iter()
                .map(|row| row.id.to_string()[24..].to_owned())
                .collect();
            entries.sort();
            assert_eq!(entries, ["01", "02", "05", "09"], "died at {at}");
            assert_eq!(
                (said(phone, 1), said(phone, 5)),
                (vec!["61".to_owned()], vec!["65".to_owned()]),
                "died at {at}"
            );
            assert_eq!(phone.status().waiting, 0, "died at {at}");
        }
    }
}
