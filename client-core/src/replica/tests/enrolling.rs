//! A phone that is enrolled anew, for another unit and back.

use data_encoding::BASE64URL_NOPAD;
use ed25519_dalek::SigningKey;

use super::hand::{end, give, only_sent};
use super::reporting::{LEARNERS, TEXT, submit};
use super::*;
use crate::protocol::PROBLEM_TYPE;
use crate::protocol::enrol::EnrolRequest;

const OTHER: (&str, &str) = ("SIN-HO", "CĐCS Chợ Sìn Hồ");

fn declare(value: &str) -> Input {
    reporting::declare(LEARNERS, Some(value), "Đếm lại")
}

fn typing(value: &str) -> Input {
    Input::KeepDeclaring(reporting::typing(TEXT, value, ""))
}

/// The phone was revoked, and gets a code of somebody of a unit.
fn enrol_anew(phone: &mut Phone, device: u8, unit: Option<(&'static str, &'static str)>, server: &mut TestServer) {
    phone.core.kept.state.revoked = true;
    phone.device = DeviceId([device; 8]);
    phone.online = true;
    phone.at = phone.at.plus_ms(60_000);
    server.unit = unit;
    let enrol = Input::Enrol {
        code: "KH74-M2Q1".to_owned(),
        signing_seed: vec![device; 32],
        device_name: String::new(),
    };
    done(phone, enrol, server);
}

fn done(phone: &mut Phone, input: Input, server: &mut TestServer) {
    phone.give(input, server);
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
}

fn outbox_of(phone: &Phone) -> view::Outbox {
    let answer = phone.core.query(&Query::Outbox, phone.at);
    let Answer::Outbox(outbox) = answer else {
        panic!("{answer:?}")
    };
    outbox
}

fn drafts_of(phone: &Phone) -> Vec<EntryId> {
    let answer = phone.core.query(&Query::Drafts, phone.at);
    let Answer::Drafts(drafts) = answer else {
        panic!("{answer:?}")
    };
    drafts.into_iter().map(|draft| draft.entry).collect()
}

fn typed_text(phone: &Phone) -> Option<String> {
    phone.figure(TEXT).draft.map(|draft| draft.value)
}

/// A record that came, then without a signal: one more, a declared number, a report submitted, and things half typed.
fn phone_with_work(server: &mut TestServer) -> Phone {
    let mut phone = Phone::enrolled(1, server);
    assert_eq!(phone.save(&session(1, "312", "15/9"), server), Outcome::Done);
    phone.online = false;
    assert_eq!(phone.save(&session(2, "58", "20/9"), server), Outcome::Done);
    done(&mut phone, declare("1340"), server);
    done(&mut phone, submit(50), server);
    done(&mut phone, Input::KeepDraft(session(3, "7", "21/9")), server);
    done(&mut phone, typing("Mưa."), server);
    phone
}

#[test]
fn what_one_unit_left_on_a_phone_is_read_apart_and_goes_into_no_other_units_documents() {
    let server = &mut TestServer::default();
    let mut phone = phone_with_work(server);
    let written = phone.at;
    enrol_anew(&mut phone, 3, Some(OTHER), server);
    for reopened in [false, true] {
        if reopened {
            phone.reopen(server);
        }
        let status = phone.status();
        assert_eq!((status.waiting, status.refused, status.elsewhere), (0, 0, 5));
        assert_eq!((phone.entries(), drafts_of(&phone)), (Vec::new(), Vec::new()));
        assert_eq!(phone.today().drafts, []);
        let number = phone.figure(LEARNERS);
        assert_eq!((number.draft, number.refused, number.value), (None, None, None));
        assert_eq!(typed_text(&phone), None);
        assert_eq!(phone.report().card.refused, None);
        let outbox = outbox_of(&phone);
        assert_eq!(outbox.refused, []);
        let [left] = outbox.elsewhere.as_slice() else {
            panic!("one unit left something: {:?}", outbox.elsewhere)
        };
        assert_eq!(
            (left.unit.as_str(), left.unit_name.as_str()),
            ("KHUN-HA", "CĐCS Xưởng chè Khun Há")
        );
        let refused = left.works.iter().filter(|work| work.refused.is_some()).count();
        assert_eq!((left.works.len(), refused), (5, 3));
        assert!(left.works.iter().all(|work| work.at <= written), "when it was written");
        let texts: Vec<_> = left
            .works
            .iter()
            .flat_map(|work| &work.typed)
            .map(|line| &*line.text.vi)
            .collect();
        let numbers: Vec<_> = left.works.iter().flat_map(|work| &work.typed).collect();
        assert!(numbers.iter().any(|line| line.text.en == "1,340"), "{numbers:?}");
        for text in ["58 lượt người", "20/09/2026", "7 lượt người", "1.340", "Mưa."] {
            assert!(texts.contains(&text), "{text}: {texts:?}");
        }
        let titles: Vec<_> = left.works.iter().map(|work| &*work.title.vi).collect();
        for title in ["Tiết kiệm chi phí khâu sao chè", "Bản nộp báo cáo · Quý III/2026"] {
            assert!(titles.contains(&title), "{title}: {titles:?}");
        }
    }
    let (put_away, before) = (session(2, "58", "20/9"), server.changes.len());
    let entry = put_away.entry;
    for input in [
        Input::SaveEntry(put_away.clone()),
        Input::KeepDraft(put_away),
        Input::DropDraft { entry },
        Input::DeleteEntry { entry },
    ] {
        phone.give(input, server);
        assert!(matches!(phone.outcomes.pop(), Some(Outcome::Refused { .. })));
    }
    assert_eq!(server.changes.len(), before);
    assert_eq!(outbox_of(&phone).elsewhere[0].works.len(), 5, "nothing is lost");
    // The other unit's own work, about the same numbers.
    done(&mut phone, declare("12"), server);
    done(&mut phone, typing("Nắng."), server);
    assert_eq!(phone.figure(LEARNERS).value.as_deref(), Some("12"));
    assert_eq!(server.changes.last().unwrap().0, "log/SIN-HO/2026");
    assert_eq!(server.changes.len(), before + 1);
    assert_eq!(outbox_of(&phone).elsewhere[0].works.len(), 5, "and nothing is mixed");
}

#[test]
fn what_a_unit_left_on_a_phone_is_where_it_was_when_the_unit_has_the_phone_again() {
    let server = &mut TestServer::default();
    let mut phone = phone_with_work(server);
    enrol_anew(&mut phone, 3, Some(OTHER), server);
    done(&mut phone, typing("Nắng."), server);
    enrol_anew(&mut phone, 4, None, server);
    phone.reopen(server);
    let status = phone.status();
    assert_eq!((status.waiting, status.refused, status.elsewhere), (0, 3, 1));
    let number = phone.figure(LEARNERS);
    assert_eq!(number.draft.unwrap().value, "1340");
    assert!(number.refused.is_some() && phone.report().card.refused.is_some());
    assert_eq!(typed_text(&phone).as_deref(), Some("Mưa."));
    let [second, third] = [2, 3].map(|number| session(number, "", "").entry);
    let mut drafts = drafts_of(&phone);
    drafts.sort();
    assert_eq!(drafts, [second, third]);
    let left = outbox_of(&phone).elsewhere;
    assert_eq!(
        (left.len(), left[0].unit_name.as_str(), left[0].works.len()),
        (1, OTHER.1, 1)
    );
    assert_eq!(phone.save(&session(2, "58", "20/9"), server), Outcome::Done);
    assert_eq!(server.changes.last().unwrap().0, "log/KHUN-HA/2026");
    assert_eq!(phone.status().refused, 2);
}

#[test]
fn what_another_unit_left_can_be_thrown_away_one_by_one_and_nothing_else_goes_with_it() {
    let server = &mut TestServer::default();
    let mut phone = phone_with_work(server);
    // Whose it is, it drops as a draft.
    let own = format!("draft|{}", session(3, "", "").entry);
    phone.give(Input::DropLeft { key: own }, server);
    assert!(matches!(phone.outcomes.pop(), Some(Outcome::Refused { .. })));
    assert_eq!(drafts_of(&phone).len(), 1);

    enrol_anew(&mut phone, 3, Some(OTHER), server);
    done(&mut phone, typing("Nắng."), server);
    let (changes, documents) = (server.changes.len(), phone.core.kept.documents.len());
    let is_work = |key: &&String| {
        ["draft|", "declaring-of|", "refused-part-of|"]
            .iter()
            .any(|w| key.starts_with(w))
    };
    let works = |phone: &Phone| phone.disk.keys().filter(is_work).cloned().collect::<Vec<_>>();
    for left in (0..5).rev() {
        let key = outbox_of(&phone).elsewhere[0].works[0].key.clone();
        done(&mut phone, Input::DropLeft { key: key.clone() }, server);
        assert_eq!(phone.status().elsewhere, left);
        phone.reopen(server);
        assert_eq!(phone.status().elsewhere, left, "gone from the disk too");
        phone.give(Input::DropLeft { key }, server);
        assert!(matches!(phone.outcomes.pop(), Some(Outcome::Refused { .. })), "once");
    }
    assert_eq!(outbox_of(&phone).elsewhere, []);
    let [own] = works(&phone).try_into().unwrap();
    assert!(own.starts_with("declaring-of|SIN-HO|"), "{own}");
    assert_eq!(typed_text(&phone).as_deref(), Some("Nắng."));
    for key in [
        "identity",
        "profile",
        own.as_str(),
        "document|log/KHUN-HA/2026",
        "draft|x",
        "",
    ] {
        phone.give(Input::DropLeft { key: key.to_owned() }, server);
        assert!(matches!(phone.outcomes.pop(), Some(Outcome::Refused { .. })), "{key}");
    }
    assert_eq!(
        (server.changes.len(), phone.core.kept.documents.len()),
        (changes, documents)
    );
    // What the server took is there for whoever has the unit's code.
    enrol_anew(&mut phone, 4, None, server);
    assert_eq!((phone.entries().len(), drafts_of(&phone).len()), (1, 0));
    assert_eq!(phone.status().refused, 0);
}

#[test]
fn until_the_next_unit_is_known_nothing_is_written_for_the_one_before() {
    let server = &mut TestServer::default();
    let mut phone = phone_with_work(server);
    server.silent = true;
    enrol_anew(&mut phone, 3, Some(OTHER), server);
    phone.reopen(server);
    assert_eq!((phone.status().officer, phone.entries()), (None, Vec::new()));
    let record = session(4, "9", "22/9");
    assert!(matches!(phone.save(&record, server), Outcome::Refused { .. }));
    done(&mut phone, Input::KeepDraft(record.clone()), server);
    server.silent = false;
    phone.at = phone.at.plus_ms(60_000);
    phone.wake(server);
    assert_eq!(phone.status().officer.unwrap().unit_name, OTHER.1);
    assert_eq!(drafts_of(&phone), [record.entry]);
    assert_eq!(phone.save(&record, server), Outcome::Done);
    assert_eq!(server.changes.last().unwrap().0, "log/SIN-HO/2026");
    let left = &outbox_of(&phone).elsewhere[0];
    assert_eq!(
        (left.unit_name.as_str(), left.works.len()),
        ("CĐCS Xưởng chè Khun Há", 5)
    );

    // Another code of the same unit takes nothing away.
    server.silent = true;
    enrol_anew(&mut phone, 4, Some(OTHER), server);
    assert_eq!(phone.status().officer.unwrap().unit_name, OTHER.1);
    assert_eq!(phone.entries().len(), 1);
}

#[test]
fn what_an_earlier_version_put_away_without_its_unit_is_the_units_that_has_the_phone() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    done(&mut phone, Input::KeepDraft(session(3, "7", "21/9")), server);
    let draft = phone.disk.values_mut().find(|value| value.starts_with(b"{\"unit\":"));
    let draft = draft.unwrap();
    let mut read: serde_json::Value = serde_json::from_slice(draft).unwrap();
    read.as_object_mut().unwrap().remove("unit");
    *draft = serde_json::to_vec(&read).unwrap();
    phone.reopen(server);
    assert_eq!(drafts_of(&phone).len(), 1);
    enrol_anew(&mut phone, 3, Some(OTHER), server);
    phone.reopen(server);
    assert_eq!(drafts_of(&phone), []);
    assert_eq!(outbox_of(&phone).elsewhere[0].works.len(), 1);
}

/// The request among effects, with its body.
fn sent(effects: &[Effect]) -> (u32, Vec<u8>) {
    let sent = effects.iter().find_map(|effect| {
        let Effect::Send { request, body, .. } = effect else {
            return None;
        };
        Some((*request, body.clone()))
    });
    sent.unwrap()
}

#[test]
fn what_the_server_said_of_the_device_is_known_when_the_app_is_opened_anew() {
    for (status, keeps_key) in [(401, true), (403, false)] {
        let server = &mut TestServer::default();
        let mut phone = Phone::enrolled(1, server);
        phone.wake(server);
        phone.online = false;
        phone.save(&session(1, "5", "15/9"), server);
        let shut_out = give(
            &mut phone,
            Input::Wake {
                reason: WakeReason::Asked,
            },
        );
        give(&mut phone, end(only_sent(&shut_out), status, PROBLEM_TYPE, None));
        phone.reopen(server);
        assert!(phone.status().revoked, "{status}");
        let code = Input::Enrol {
            code: "KH74-M2Q1".to_owned(),
            signing_seed: vec![9; 32],
            device_name: String::new(),
        };
        let asked = give(&mut phone, code);
        only_sent(&asked);
        let request: EnrolRequest = serde_json::from_slice(&asked.sent[0].1).unwrap();
        let public_key = |seed| BASE64URL_NOPAD.encode(SigningKey::from_bytes(&[seed; 32]).verifying_key().as_bytes());
        assert_eq!(request.public_key == public_key(1), keeps_key, "{status}");
    }
}

#[test]
fn a_phone_that_the_server_has_forgotten_enrols_with_the_key_it_has_and_goes_on() {
    let server = &mut TestServer::default();
    let mut phone = phone_with_work(server);
    phone.core.kept.state.incarnation = 3;
    let waiting = outbox_of(&phone).waiting.len();
    let heads = |phone: &Phone| -> Vec<_> {
        let documents = phone.core.kept.documents.values();
        documents.map(|holding| holding.document.heads()).collect()
    };
    let before = heads(&phone);
    phone.at = phone.at.plus_ms(3_600_000);
    let asked = phone.core.handle(
        Input::Wake {
            reason: WakeReason::Asked,
        },
        phone.at,
    );
    let (request, _) = sent(&asked);
    phone.end(request, 401, PROBLEM_TYPE, server);
    assert!(phone.status().revoked);
    (phone.online, server.silent) = (true, true);
    let enrol = Input::Enrol {
        code: "KH74-M2Q1".to_owned(),
        signing_seed: vec![9; 32],
        device_name: String::new(),
    };
    let enrolling = phone.core.handle(enrol, phone.at);
    let asked: EnrolRequest = serde_json::from_slice(&sent(&enrolling).1).unwrap();
    let own = SigningKey::from_bytes(&[1; 32]).verifying_key();
    assert_eq!(asked.public_key, BASE64URL_NOPAD.encode(own.as_bytes()));
    phone.perform(enrolling, server);
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
    assert_eq!(phone.core.kept.state.incarnation, 3);
    assert!(phone.core.kept.state.reconciles);
    assert_eq!((outbox_of(&phone).waiting.len(), heads(&phone)), (waiting, before));
}

#[test]
fn codes_are_sent_with_one_key_until_something_comes_of_one() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    let key_with = |phone: &mut Phone, code: &str, seed: u8| {
        let enrol = Input::Enrol {
            code: code.to_owned(),
            signing_seed: vec![seed; 32],
            device_name: String::new(),
        };
        let asked = give(phone, enrol);
        let sent: EnrolRequest = serde_json::from_slice(&asked.sent[0].1).unwrap();
        give(
            phone,
            Input::SendFailed {
                request: only_sent(&asked),
            },
        );
        phone.outcomes.clear();
        sent.public_key
    };
    let first = key_with(&mut phone, "AAAA-1111", 5);
    // The answer was lost, and the app closed: to the server the code is this key's.
    phone.reopen(server);
    assert_eq!(key_with(&mut phone, "aaaa1111", 6), first);
    // Another was mistyped before the right one was typed again.
    assert_eq!(key_with(&mut phone, "BBBB-2222", 7), first);
    phone.device = DeviceId([3; 8]);
    enrol_anew(&mut phone, 3, None, server);
    assert!(!phone.disk.contains_key("enrolling"), "it led to something");
}
