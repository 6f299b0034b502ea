//! What an officer records, keeps and submits.

use std::collections::BTreeSet;

use super::reporting::{LEARNERS, TEXT, declare, drop_typing, submit, typing};
use super::*;

#[test]
fn work_done_apart_comes_together_in_one_request_each_and_both_values_stay() {
    let server = &mut TestServer::default();
    let (mut a, mut b) = (Phone::enrolled(1, server), Phone::enrolled(2, server));
    let shared = session(1, "40", "15/9");
    assert_eq!(a.save(&shared, server), Outcome::Done);
    b.wake(server);
    (a.online, b.online) = (false, false);
    assert_eq!(a.save(&session(1, "46", "15/9"), server), Outcome::Done);
    assert_eq!(a.save(&session(2, "10", "16/9"), server), Outcome::Done);
    assert_eq!(b.save(&session(1, "52", "15/9"), server), Outcome::Done);
    assert_eq!(b.save(&session(3, "20", "17/9"), server), Outcome::Done);
    assert_eq!(
        (a.status().waiting, a.status().problem),
        (2, Some(SyncProblem::Unreachable))
    );
    assert_eq!(a.entry(shared.entry).row.sync, RecordState::OnDevice);

    server.requests = 0;
    a.wake(server);
    b.wake(server);
    assert_eq!(server.requests, 2);
    a.wake(server);
    for phone in [&a, &b] {
        assert_eq!((phone.status().waiting, phone.status().problem), (0, None));
        let detail = phone.entry(shared.entry);
        assert_eq!(detail.row.sync, RecordState::Received);
        let conflict = &detail.conflicts[0];
        assert_eq!(conflict.field, "participants");
        let mut values: Vec<_> = conflict
            .values
            .iter()
            .map(|v| (v.display.vi.as_str(), v.person_name.as_str()))
            .collect();
        values.sort_unstable();
        assert_eq!(
            values,
            [("46 lượt người", "Giàng Thị Mỷ"), ("52 lượt người", "Lò Thị Xoan")]
        );
    }
    assert_eq!(a.figure("II.1-02").value, b.figure("II.1-02").value);
    assert_eq!(a.figure("II.1-01").value.as_deref(), Some("3"));
    assert_eq!(a.figure("II.1-01").sources.len(), 3);

    let choice = a.entry(shared.entry).conflicts[0]
        .values
        .iter()
        .find(|v| !v.mine)
        .unwrap()
        .choice;
    a.give(
        Input::ResolveConflict {
            entry: shared.entry,
            key: "participants".into(),
            choice,
        },
        server,
    );
    b.wake(server);
    assert_eq!(b.entry(shared.entry).conflicts, []);
    assert_eq!(b.figure("II.1-02").value.as_deref(), Some("82"));
}

#[test]
fn what_is_saved_is_there_after_the_app_was_killed() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.online = false;
    for number in 0..70 {
        assert_eq!(phone.save(&session(number, "5", "15/9"), server), Outcome::Done);
    }
    phone.give(Input::KeepDraft(session(99, "năm", "16/9")), server);
    phone.reopen(server);
    assert_eq!(
        (phone.status().waiting, phone.figure("II.1-01").value.as_deref()),
        (70, Some("70"))
    );
    assert_eq!(phone.status().officer.unwrap().unit_name, "CĐCS Xưởng chè Khun Há");
    let Answer::Drafts(drafts) = phone.core.query(&Query::Drafts, phone.at) else {
        panic!("drafts were asked for")
    };
    assert_eq!(drafts[0].fields["participants"], RawValue::Text("năm".into()));
    phone.wake(server);
    assert_eq!((phone.status().waiting, server.changes.len()), (0, 70));
}

#[test]
fn a_wrong_value_never_enters_the_document_and_stays_as_a_draft() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    let Outcome::Invalid { findings } = phone.save(&session(1, "năm mươi", "31/9"), server) else {
        panic!("nonsense was saved")
    };
    let fields: Vec<_> = findings.iter().map(|finding| finding.fields[0].as_str()).collect();
    assert_eq!(fields, ["participants", "date_start"]);
    assert!(findings.iter().all(|finding| finding.level == FindingLevel::Error));
    assert_eq!((server.changes.len(), phone.status().waiting), (0, 0));
    phone.reopen(server);
    let Answer::Drafts(drafts) = phone.core.query(&Query::Drafts, phone.at) else {
        panic!("drafts were asked for")
    };
    assert_eq!(drafts[0].fields["date_start"], RawValue::Text("31/9".into()));
}

#[test]
fn a_full_disk_is_said_and_what_is_typed_is_kept() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.disk_full = true;
    assert!(matches!(
        phone.save(&session(1, "5", "15/9"), server),
        Outcome::Refused { .. }
    ));
    assert_eq!((phone.status().storage_full, phone.status().waiting), (true, 0));
    phone.give(Input::KeepDraft(session(1, "5", "15/9")), server);
    phone.disk_full = false;
    let Answer::Drafts(drafts) = phone.core.query(&Query::Drafts, phone.at) else {
        panic!("drafts were asked for")
    };
    assert_eq!(phone.save(&drafts[0].clone(), server), Outcome::Done);
    assert_eq!((phone.status().storage_full, server.changes.len()), (false, 1));
}

#[test]
fn a_draft_that_found_no_room_is_written_with_the_next_write_that_does() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.disk_full = true;
    phone.give(Input::KeepDraft(session(1, "5", "15/9")), server);
    phone.give(Input::KeepDraft(session(2, "6", "16/9")), server);
    phone.give(
        Input::DropDraft {
            entry: session(2, "6", "16/9").entry,
        },
        server,
    );
    phone.disk_full = false;
    assert_eq!(phone.save(&session(3, "7", "17/9"), server), Outcome::Done);
    phone.reopen(server);
    let Answer::Drafts(drafts) = phone.core.query(&Query::Drafts, phone.at) else {
        panic!("drafts were asked for")
    };
    let entries: BTreeSet<_> = drafts.iter().map(|draft| draft.entry).collect();
    // The second could not be thrown away on a full disk, so it is still there.
    let both = [session(1, "5", "15/9").entry, session(2, "6", "16/9").entry];
    assert_eq!(entries, BTreeSet::from(both));
}

#[test]
fn a_report_is_derived_declared_and_submitted() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.save(&session(1, "312", "15/9"), server);
    let declare = |value: Option<&str>, reason: &str| declare(LEARNERS, value, reason);
    phone.give(declare(Some("340"), " "), server);
    assert!(matches!(phone.outcomes.pop(), Some(Outcome::Refused { .. })));
    phone.give(declare(Some("ba trăm"), "x"), server);
    assert!(matches!(phone.outcomes.pop(), Some(Outcome::Refused { .. })));
    phone.give(
        declare(Some("340"), "Thêm buổi lồng ghép giao ca 15/8, chưa ghi sổ."),
        server,
    );
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
    let figure = phone.figure("II.1-02");
    assert_eq!(
        (figure.value.as_deref(), figure.derived.as_deref()),
        (Some("340"), Some("312"))
    );
    assert_eq!(figure.declared.unwrap().person_name, "Giàng Thị Mỷ");

    phone.online = false;
    phone.give(submit(50), server);
    phone.give(submit(50), server);
    assert_eq!(phone.outcomes, [Outcome::Done, Outcome::Done]);
    assert!(matches!(
        phone.report().card.submission,
        SubmissionState::Submitted { changed: 0, .. }
    ));
    phone.wake(server);
    assert!(matches!(
        phone.report().card.submission,
        SubmissionState::Received { changed: 0, .. }
    ));
    phone.save(&session(2, "58", "20/9"), server);
    // Sessions 1 → 2; attendances are declared and stay 340.
    assert_eq!(phone.figure("II.1-01").submitted.as_deref(), Some("1"));
    assert_eq!(phone.figure("II.1-02").submitted, None);
    phone.give(declare(None, ""), server);
    assert_eq!(phone.figure("II.1-02").value.as_deref(), Some("370"));
}

#[test]
fn a_report_submitted_anew_counts_on_both_phones_though_the_first_ones_clock_ran_ahead() {
    const DAY_MS: i64 = 24 * 60 * 60 * 1000;
    for ahead in [10 * 60 * 1000, 400 * DAY_MS] {
        let server = &mut TestServer::default();
        let (mut fast, mut right) = (Phone::enrolled(1, server), Phone::enrolled(2, server));
        fast.at = now().plus_ms(ahead);
        fast.save(&session(1, "312", "15/9/2026"), server);
        fast.give(submit(50), server);
        right.wake(server);
        right.save(&session(2, "58", "20/9/2026"), server);
        assert_eq!(right.figure("II.1-02").submitted.as_deref(), Some("312"));
        right.at = right.at.plus_ms(60_000);
        right.give(submit(51), server);
        fast.wake(server);
        for phone in [&fast, &right] {
            let expected = SubmissionState::Received {
                at: right.at,
                changed: 0,
            };
            assert_eq!(phone.report().card.submission, expected);
            assert_eq!(phone.figure("II.1-02").submitted, None);
        }
    }
}

#[test]
fn a_period_that_was_never_opened_is_not_reported_on() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    let period = "2026-H2".parse().unwrap();
    phone.give(
        Input::Declare {
            period,
            indicator: "II.1-02".into(),
            value: Some("340".into()),
            reason: "Ghi tay".into(),
        },
        server,
    );
    let submission = "01JD0000000000000000000051".parse().unwrap();
    phone.give(Input::Submit { period, submission }, server);
    assert!(
        phone
            .outcomes
            .iter()
            .all(|outcome| matches!(outcome, Outcome::Refused { .. })),
        "{:?}",
        phone.outcomes
    );
    assert_eq!((phone.outcomes.len(), server.changes.len()), (2, 0));
}

#[test]
fn a_number_that_is_not_asked_of_the_unit_is_not_declared_and_one_that_was_can_be_taken_back() {
    /// How long questions wait for an answer: asked of the province alone.
    const ANSWERED_IN: &str = "III-08";
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    phone.give(declare(ANSWERED_IN, Some("3"), "Đếm tay"), server);
    let Some(Outcome::Refused { message }) = phone.outcomes.pop() else {
        panic!("it was declared")
    };
    assert!(
        message.vi.contains("không giao cho loại hình đơn vị này"),
        "{message:?}"
    );
    assert_eq!((server.changes.len(), phone.status().waiting), (0, 0));
    phone.give(declare(ANSWERED_IN, None, ""), server);
    assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
}

#[test]
fn a_day_from_a_clock_that_is_wrong_by_decades_is_not_written_and_the_draft_is_kept_until_it_is_right() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    let text = |value: &str| RawValue::Text(value.to_owned());
    let question = Draft {
        type_code: "VUONGMAC".to_owned(),
        fields: BTreeMap::from([
            ("category".to_owned(), text("BAOCAO")),
            ("question".to_owned(), text("Một người dự hai buổi ghi thế nào?")),
            ("visibility".to_owned(), text("CAPTREN")),
        ]),
        state: Some("MOI".to_owned()),
        ..session(1, "", "")
    };
    for year in [1970, 2200] {
        phone.at = Timestamp::start_of(date(year, 1, 1));
        let Outcome::Refused { message } = phone.save(&question, server) else {
            panic!("a question of {year} was saved")
        };
        assert!(message.vi.contains(&format!("1/1/{year}. Vào Cài đặt")), "{message:?}");
        assert_eq!(server.changes.len(), 0);
        assert_eq!(phone.today().drafts.len(), 1);
    }
    // What says its day itself is not held up.
    assert_eq!(phone.save(&session(2, "5", "15/9/2026"), server), Outcome::Done);
    phone.at = now();
    assert_eq!(phone.save(&question, server), Outcome::Done);
    assert_eq!((phone.today().drafts.len(), phone.status().waiting), (0, 0));
}

#[test]
fn an_activity_whose_day_moves_to_another_year_moves_to_that_years_log_and_back() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    let mut drafted = session(1, "5", "15/9/2026");
    let text = |value: &str| RawValue::Text(value.to_owned());
    drafted.fields.insert("result".to_owned(), text("Một.\nHai."));
    phone.save(&drafted, server);
    let changed = |fields: &[(&str, &str)]| Draft {
        fields: fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), text(value)))
            .collect(),
        ..drafted.clone()
    };
    let away = changed(&[("date_start", "15/9/2025"), ("participants", "6")]);
    let emptied = changed(&[("result", "")]);
    let back = changed(&[("date_start", "15/9/2026")]);
    for (edit, day, result) in [
        (&away, date(2025, 9, 15), true),
        (&emptied, date(2025, 9, 15), false),
        (&back, date(2026, 9, 15), false),
    ] {
        phone.at = phone.at.plus_ms(60_000);
        assert_eq!(phone.save(edit, server), Outcome::Done);
        let detail = phone.entry(drafted.entry);
        assert_eq!((detail.row.date, detail.row.deleted), (day, false));
        assert_eq!(detail.fields.get("participants"), Some(&text("6")));
        assert_eq!(detail.fields.contains_key("result"), result);
        assert_eq!(detail.created_at, now(), "it was made when it was first written");
        // With deleted ones: the tombstone is not listed beside the record.
        assert_eq!(phone.entries().len(), 1);
    }
    assert_eq!(phone.figure("II.1-02").value.as_deref(), Some("6"));

    // It is deleted and taken back where it stands.
    let entry = drafted.entry;
    for (input, deleted) in [
        (Input::DeleteEntry { entry }, true),
        (Input::RestoreEntry { entry }, false),
    ] {
        phone.at = phone.at.plus_ms(60_000);
        phone.give(input, server);
        let row = phone.entries().remove(0);
        assert_eq!((row.date, row.deleted), (date(2026, 9, 15), deleted));
    }
}

#[test]
fn fields_may_name_the_units_of_the_profile_and_lists_have_them_by_name() {
    let server = &mut TestServer::default();
    let phone = Phone::enrolled(1, server);
    let answer = phone.core.query(&Query::Units, phone.at);
    let Answer::Units(units) = answer else {
        panic!("{answer:?}")
    };
    let names: Vec<_> = units.iter().map(|unit| unit.name.as_str()).collect();
    assert_eq!(names, ["CĐCS Chợ Lự", "CĐCS Trường Đề Thàng"]);
    assert_eq!(units[0].id, "U-2");
}

fn typed(phone: &Phone, indicator: &str) -> Option<(String, String)> {
    let draft = phone.figure(indicator).draft?;
    assert_eq!(draft.kept_at, phone.at);
    Some((draft.value, draft.reason))
}

#[test]
fn what_is_typed_in_a_report_is_there_after_the_app_was_killed_until_it_is_declared_or_thrown_away() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    let text = "Đường xa.\nMưa";
    phone.give(Input::KeepDeclaring(typing(TEXT, text, "")), server);
    phone.give(Input::KeepDeclaring(typing(LEARNERS, "bảy", "Đếm lại")), server);
    assert_eq!(phone.outcomes.split_off(0), [Outcome::Done, Outcome::Done]);
    phone.reopen(server);
    assert_eq!(typed(&phone, TEXT), Some((text.to_owned(), String::new())));
    assert_eq!(typed(&phone, LEARNERS), Some(("bảy".to_owned(), "Đếm lại".to_owned())));
    assert_eq!(phone.figure(TEXT).value, None, "nothing is declared by typing");

    phone.give(declare(LEARNERS, Some("bảy"), "Đếm lại"), server);
    assert!(matches!(phone.outcomes.pop(), Some(Outcome::Refused { .. })));
    assert!(typed(&phone, LEARNERS).is_some(), "what is wrong stays");
    phone.give(declare(TEXT, Some(text), ""), server);
    phone.give(drop_typing(LEARNERS), server);
    phone.reopen(server);
    assert_eq!((typed(&phone, TEXT), typed(&phone, LEARNERS)), (None, None));
    assert_eq!(phone.figure(TEXT).value.as_deref(), Some(text));
}

#[test]
fn what_is_typed_in_a_report_and_found_no_room_is_written_with_the_next_write_that_does() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    phone.disk_full = true;
    phone.give(Input::KeepDeclaring(typing(TEXT, "Mưa", "")), server);
    assert!(matches!(phone.outcomes.pop(), Some(Outcome::Refused { .. })));
    assert!(typed(&phone, TEXT).is_some());
    phone.disk_full = false;
    assert_eq!(phone.save(&session(1, "5", "15/9"), server), Outcome::Done);
    phone.reopen(server);
    assert!(typed(&phone, TEXT).is_some());
}
