//! What becomes of work on its way to the server.

use super::hand::{give, only_sent};
use super::reporting::{LEARNERS, TEXT, declare, drop_typing, submit, typing};
use super::*;
use crate::protocol::PROBLEM_TYPE;

#[test]
fn a_refused_record_says_why_and_holds_up_no_other() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.online = false;
    for number in 1..=3 {
        assert_eq!(phone.save(&session(number, "5", "15/9"), server), Outcome::Done);
    }
    let second = outbox::waiting(&phone.core.kept)[1].hash;
    let third = outbox::waiting(&phone.core.kept)[2].hash;
    server.refuse = BTreeMap::from([
        (second, RefusalCode::BreaksSchema),
        (third, RefusalCode::DependsOnRefused),
    ]);
    phone.wake(server);
    // The innocent third was made anew and went through by itself.
    assert_eq!(server.changes.len(), 2);
    let status = phone.status();
    assert_eq!((status.waiting, status.refused), (0, 1));
    let Answer::Entries(list) = phone.core.query(
        &Query::Entries {
            task: None,
            records: Vec::new(),
            deleted: false,
        },
        phone.at,
    ) else {
        panic!("entries were asked for")
    };
    let refused: Vec<_> = list
        .rows
        .iter()
        .filter(|row| matches!(row.sync, RecordState::Refused { .. }))
        .map(|row| (row.id, row.date))
        .collect();
    let on_its_day = (session(2, "", "").entry, date(2026, 9, 15));
    assert_eq!((list.rows.len(), refused), (3, vec![on_its_day]));
    assert!(phone.disk.keys().any(|key| key.starts_with("refused|")));

    let detail = phone.entry(session(2, "", "").entry);
    assert_eq!(
        detail.fields["participants"],
        RawValue::Text("5".into()),
        "it opens with what was typed"
    );
    assert_eq!(
        detail.display["participants"].vi, "5 lượt người",
        "and reads like any other"
    );
    assert_eq!(detail.display["topics"].vi, "Cắt giảm chi phí, tiết kiệm");
    phone.reopen(server);
    let Answer::Drafts(drafts) = phone.core.query(&Query::Drafts, phone.at) else {
        panic!("drafts were asked for")
    };
    assert_eq!(phone.save(&drafts[0].clone(), server), Outcome::Done);
    assert_eq!(
        (phone.status().waiting, phone.status().refused, server.changes.len()),
        (0, 0, 3)
    );
}

#[test]
fn a_change_set_aside_later_comes_back_as_a_draft() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.save(&session(1, "5", "15/9"), server);
    phone.save(&session(2, "6", "15/9"), server);
    let (document, change, _) = server.changes.remove(0);
    server.set_aside.push(SetAside {
        document,
        change: change.hash().0.into(),
        reason: RefusalCode::BreaksSchema,
        detail: "Từ 01/10 phải ghi ít nhất 6 lượt.".to_owned(),
    });
    phone.at = phone.at.plus_ms(60_000);
    phone.wake(server);
    let Answer::Today(today) = phone.core.query(&Query::Today, phone.at) else {
        panic!("today was asked for")
    };
    let reason = today.drafts[0].refused.as_ref().unwrap();
    assert!(reason.vi.starts_with("Từ 01/10 phải ghi ít nhất 6 lượt."), "{reason:?}");
    // The second was built on it: it is made anew, under another actor, and sent again.
    let anew = &server.changes.last().unwrap().1;
    assert_eq!((anew.actor().unwrap().incarnation, phone.status().waiting), (1, 0));
}

#[test]
fn news_that_comes_with_word_of_another_devices_change_is_on_the_disk_too() {
    let server = &mut TestServer::default();
    let mut other = Phone::enrolled(2, server);
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    other.save(&session(1, "5", "15/9"), server);
    // A change of the same person's other device, of which this one never heard.
    server.set_aside.push(SetAside {
        document: server.changes[0].0.clone(),
        change: [7; 32].into(),
        reason: RefusalCode::BreaksSchema,
        detail: String::new(),
    });
    phone.at = phone.at.plus_ms(60_000);
    phone.wake(server);
    assert_eq!((phone.entries().len(), phone.status().refused), (1, 0));
    phone.online = false;
    phone.reopen(server);
    assert_eq!(
        phone.entries().len(),
        1,
        "it was written down before the cursor moved on"
    );
}

#[test]
fn a_change_that_the_server_released_stands_again_where_its_author_had_taken_it_out() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.save(&session(1, "5", "15/9"), server);
    phone.save(&session(2, "6", "15/9"), server);
    let released = server.changes.remove(0);
    server.set_aside.push(SetAside {
        document: released.0.clone(),
        change: released.1.hash().0.into(),
        reason: RefusalCode::BreaksSchema,
        detail: "Máy chủ không đọc được bản ghi này.".to_owned(),
    });
    phone.at = phone.at.plus_ms(60_000);
    phone.wake(server);
    let received = |phone: &Phone| {
        let rows = phone.entries();
        rows.iter().filter(|row| row.sync == RecordState::Received).count()
    };
    assert_eq!((received(&phone), phone.status().refused), (1, 1));
    // The server serves it to its own device too.
    server.changes.push((released.0, released.1, DeviceId([0; 8])));
    phone.at = phone.at.plus_ms(60_000);
    phone.wake(server);
    let draft = session(1, "", "").entry;
    phone.give(Input::DropDraft { entry: draft }, server);
    assert_eq!((received(&phone), phone.status().refused), (2, 0));
    // What it writes next does not take a number that the released change has.
    phone.save(&session(3, "7", "15/9"), server);
    assert_eq!((received(&phone), phone.status().waiting), (3, 0));
    phone.reopen(server);
    assert_eq!(received(&phone), 3);
}

/// What a phone with one record to send thinks of such an answer.
fn thinks(
    phone: &mut Phone,
    server: &mut TestServer,
    status: u16,
    content_type: &str,
    body: &[u8],
) -> Option<SyncProblem> {
    let reason = WakeReason::Asked;
    let request = only_sent(&give(phone, Input::Wake { reason }));
    let bytes = body.to_vec();
    phone.give(Input::ResponseBytes { request, bytes }, server);
    phone.end(request, status, content_type, server);
    assert_eq!(phone.status().waiting, 1, "{status} {content_type}");
    phone.status().problem
}

#[test]
fn an_answer_that_is_not_the_servers_changes_nothing() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.online = false;
    phone.save(&session(1, "5", "15/9"), server);
    let page = b"<!doctype html><title>Wi-Fi</title>";
    for status in [200, 400, 404, 410] {
        let thought = thinks(&mut phone, server, status, "text/html", page);
        assert_eq!(thought, Some(SyncProblem::NotTheServer), "{status}");
    }
    // The server's own word is another matter.
    let thought = thinks(&mut phone, server, 404, PROBLEM_TYPE, br#"{"code":"not_found"}"#);
    assert_eq!(thought, Some(SyncProblem::Rejected));
    phone.wake(server);
    assert_eq!((phone.status().waiting, phone.status().problem), (0, None));
}

#[test]
fn a_media_type_is_read_in_any_case_and_with_parameters() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    let asked = give(&mut phone, Input::SaveEntry(session(1, "5", "15/9")));
    let request = only_sent(&asked);
    let bytes = server.sync(phone.device, &asked.sent[0].1);
    phone.give(Input::ResponseBytes { request, bytes }, server);
    let type_ = format!("{} ; charset=utf-8", CONTENT_TYPE.to_uppercase());
    phone.end(request, 200, &type_, server);
    assert_eq!((phone.status().waiting, phone.status().problem), (0, None));
    phone.online = false;
    phone.save(&session(2, "5", "15/9"), server);
    let type_ = "Application/Problem+JSON;charset=UTF-8";
    let thought = thinks(&mut phone, server, 401, type_, br#"{"code":"device_revoked"}"#);
    assert_eq!(thought, Some(SyncProblem::Rejected));
    assert!(phone.status().revoked);
}

#[test]
fn a_phone_that_just_heard_from_the_server_and_has_nothing_to_say_is_quiet() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    server.requests = 0;
    phone.give(
        Input::Wake {
            reason: WakeReason::Online,
        },
        server,
    );
    phone.give(
        Input::Wake {
            reason: WakeReason::BackgroundSync,
        },
        server,
    );
    assert_eq!(server.requests, 0);
    phone.at = phone.at.plus_ms(60_000);
    phone.give(
        Input::Wake {
            reason: WakeReason::Visible,
        },
        server,
    );
    assert_eq!(server.requests, 1);
}

#[test]
fn a_refused_enrolment_says_what_is_true() {
    let refusal = |status: u16, body: &str| {
        let server = &mut TestServer::default();
        let mut phone = Phone::enrolled(1, server);
        let enrol = Input::Enrol {
            code: "KH74-M2Q1".to_owned(),
            signing_seed: vec![9; 32],
            device_name: String::new(),
        };
        let request = only_sent(&give(&mut phone, enrol));
        let bytes = body.as_bytes().to_vec();
        phone.give(Input::ResponseBytes { request, bytes }, server);
        phone.end(request, status, "application/problem+json", server);
        match phone.outcomes.pop() {
            Some(Outcome::Refused { message }) => message.vi,
            other => panic!("{other:?}"),
        }
    };
    let unknown = refusal(404, r#"{"code":"code_unknown"}"#);
    assert!(unknown.starts_with("Không có mã này."), "{unknown}");
    let foreign = refusal(403, r#"{"code":"foreign_origin"}"#);
    assert!(foreign.contains("mở từ địa chỉ khác"), "{foreign}");
    // An address that is not the server's, or a page of the network's own.
    for (status, body) in [(404, r#"{"code":"not_found"}"#), (403, "<html>"), (400, "")] {
        let said = refusal(status, body);
        assert!(said.starts_with("Máy chủ không nhận."), "{status}: {said}");
    }
}

#[test]
fn a_page_of_the_network_revokes_nobody() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.online = false;
    phone.save(&session(1, "5", "15/9"), server);
    thinks(&mut phone, server, 403, "text/html; charset=utf-8", b"<html>");
    assert!(!phone.status().revoked);
}

#[test]
fn a_revoked_phone_that_enrols_again_takes_its_unsent_work_with_it() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.save(&session(1, "5", "15/9"), server);
    phone.online = false;
    phone.save(&session(2, "6", "15/9"), server);
    let enrol = |seed: u8| Input::Enrol {
        code: "KH74-M2Q1".to_owned(),
        signing_seed: vec![seed; 32],
        device_name: String::new(),
    };
    phone.give(enrol(9), server);
    assert!(
        matches!(phone.outcomes.pop(), Some(Outcome::Refused { .. })),
        "unsent work is sent first"
    );

    thinks(&mut phone, server, 403, PROBLEM_TYPE, br#"{"code":"device_revoked"}"#);
    assert!(phone.status().revoked);
    phone.online = true;
    phone.device = DeviceId([2; 8]);
    phone.give(enrol(9), server);
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
    let status = phone.status();
    assert_eq!((status.revoked, status.waiting, server.changes.len()), (false, 0, 2));
    phone.reopen(server);
    assert_eq!(
        (phone.status().waiting, phone.figure("II.1-01").value.as_deref()),
        (0, Some("2"))
    );
}

#[test]
fn what_is_refused_of_a_report_says_why_where_it_was_typed_until_it_is_put_right() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.save(&session(1, "312", "15/9"), server);
    phone.online = false;
    let text = "Đường xa.\nMưa nhiều.";
    let given = [
        declare(LEARNERS, Some("340"), "Đếm lại"),
        declare(TEXT, Some(text), ""),
        submit(50),
    ];
    for input in given {
        phone.at = phone.at.plus_ms(60_000);
        phone.give(input, server);
        assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
    }
    let reasons = [
        RefusalCode::BreaksSchema,
        RefusalCode::TooLarge,
        RefusalCode::NotAllowed,
    ];
    let waiting = outbox::waiting(&phone.core.kept);
    server.refuse = waiting.iter().map(|waiting| waiting.hash).zip(reasons).collect();
    phone.wake(server);
    phone.reopen(server);

    let status = phone.status();
    assert_eq!((status.waiting, status.refused), (0, 3));
    let number = phone.figure(LEARNERS);
    assert_eq!(
        number.value.as_deref(),
        Some("312"),
        "what the server does not have does not count"
    );
    let draft = number.draft.unwrap();
    assert_eq!((draft.value.as_str(), draft.reason.as_str()), ("340", "Đếm lại"));
    let refused = number.refused.unwrap();
    assert_eq!(refused.at, now().plus_ms(60_000));
    assert!(refused.reason.vi.contains("Sửa rồi ghi lại"), "{refused:?}");
    let written = phone.figure(TEXT);
    assert_eq!((written.value, written.draft.unwrap().value.as_str()), (None, text));
    assert!(written.refused.unwrap().reason.vi.contains("Viết ngắn lại"));
    let card = phone.report().card;
    assert_eq!(card.submission, SubmissionState::Open);
    assert!(card.refused.as_ref().unwrap().reason.vi.contains("không còn quyền nộp"));
    assert_eq!(
        phone.today().reports[0].refused,
        card.refused,
        "the first screen says so"
    );
    let Answer::Outbox(waits) = phone.core.query(&Query::Outbox, phone.at) else {
        panic!("the outbox was asked for")
    };
    let places: Vec<_> = waits
        .refused
        .iter()
        .map(|row| row.report.clone().unwrap().indicator)
        .collect();
    let named = |code: &str| Some(code.to_owned());
    assert_eq!(places, [None, named(LEARNERS), named(TEXT)]);

    // Declared, thrown away and submitted anew: nothing is left to say.
    server.refuse.clear();
    phone.give(declare(LEARNERS, Some("341"), "Đếm lại"), server);
    phone.give(drop_typing(TEXT), server);
    phone.give(submit(51), server);
    phone.reopen(server);
    let (number, written) = (phone.figure(LEARNERS), phone.figure(TEXT));
    assert_eq!(
        (number.value.as_deref(), number.refused, number.draft),
        (Some("341"), None, None)
    );
    assert_eq!((written.refused, written.draft), (None, None));
    assert_eq!((phone.report().card.refused, phone.status().refused), (None, 0));
}

#[test]
fn what_was_typed_or_declared_since_is_not_put_aside_for_what_was_refused() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    phone.online = false;
    phone.give(declare(LEARNERS, Some("340"), "Đếm lại"), server);
    phone.give(declare(TEXT, Some("Mưa."), ""), server);
    let waiting = outbox::waiting(&phone.core.kept);
    server.refuse = waiting
        .iter()
        .map(|waiting| (waiting.hash, RefusalCode::BreaksSchema))
        .collect();
    phone.at = phone.at.plus_ms(60_000);
    phone.give(declare(LEARNERS, Some("350"), "Đếm lại lần nữa"), server);
    let mut typed = typing(TEXT, "Mưa đá.", "");
    typed.kept_at = phone.at;
    phone.give(Input::KeepDeclaring(typed.clone()), server);
    phone.wake(server);
    let (number, written) = (phone.figure(LEARNERS), phone.figure(TEXT));
    assert_eq!(
        (number.value.as_deref(), number.refused, number.draft),
        (Some("350"), None, None)
    );
    assert_eq!(written.draft, Some(typed));
    assert!(written.refused.is_some());
    assert_eq!((phone.status().waiting, phone.status().refused), (0, 1));
}
