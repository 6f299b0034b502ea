//! What a unit did before helps with what it does next: titles, patterns, the list of types, and what looks like the same again.

use super::*;

fn text(value: &str) -> RawValue {
    RawValue::Text(value.to_owned())
}

fn with(draft: Draft, fields: &[(&str, &str)]) -> Draft {
    let mut draft = draft;
    for (name, value) in fields {
        draft.fields.insert((*name).to_owned(), text(value));
    }
    draft
}

fn titles(phone: &Phone, type_code: &str) -> Vec<String> {
    let type_code = type_code.to_owned();
    let answer = phone.core.query(&Query::Titles { type_code }, phone.at);
    let Answer::Titles(titles) = answer else {
        panic!("{answer:?}")
    };
    titles
}

fn copy_of(phone: &Phone, entry: EntryId) -> Option<BTreeMap<String, RawValue>> {
    let answer = phone.core.query(&Query::CopyOf { entry }, phone.at);
    let Answer::Copy(fields) = answer else {
        panic!("{answer:?}")
    };
    fields
}

fn types(phone: &Phone) -> view::TypeList {
    let answer = phone.core.query(&Query::Types, phone.at);
    let Answer::Types(types) = answer else {
        panic!("{answer:?}")
    };
    types
}

/// What is said of doubles in a draft that is open.
fn twins(phone: &Phone, draft: &Draft) -> Vec<Option<EntryId>> {
    let answer = phone.core.query(&Query::CheckDraft(draft.clone()), phone.at);
    let Answer::Check(check) = answer else {
        panic!("{answer:?}")
    };
    let twins = check.findings.iter().filter(|finding| finding.rule == "R_DUP");
    twins.map(|finding| finding.other).collect()
}

#[test]
fn titles_of_a_type_are_offered_the_most_used_first_and_among_equals_the_newest() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    assert_eq!(titles(&phone, "TT_BUOI"), Vec::<String>::new());
    let days = ["1/9", "2/9", "3/9", "4/9"];
    for ((number, day), title) in (1..)
        .zip(days)
        .zip(["Họp tổ chè", "An toàn lò sao", "Họp tổ chè", "Mùa xuân"])
    {
        assert_eq!(
            phone.save(&with(session(number, "5", day), &[("title", title)]), server),
            Outcome::Done
        );
    }
    assert_eq!(titles(&phone, "TT_BUOI"), ["Họp tổ chè", "Mùa xuân", "An toàn lò sao"]);
    assert_eq!(titles(&phone, "CHAMLO"), Vec::<String>::new(), "of another type");
    assert_eq!(titles(&phone, "KHONG_CO"), Vec::<String>::new());
}

#[test]
fn a_copy_of_an_activity_leaves_out_its_day_what_was_counted_and_what_was_said_of_that_one_time() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    let earlier = with(
        session(1, "58", "15/9/2026"),
        &[
            ("date_end", "16/9/2026"),
            ("place", "Nhà xưởng"),
            ("participants_female", "31"),
            ("cost_vnd", "500.000"),
            ("result", "Tắt máy giữa ca."),
            ("difficulty", "Đường xa."),
            ("proposal", "Cấp loa."),
        ],
    );
    assert_eq!(phone.save(&earlier, server), Outcome::Done);
    let copy = copy_of(&phone, earlier.entry).unwrap();
    let said: Vec<_> = copy.keys().map(String::as_str).collect();
    assert_eq!(said, ["form", "place", "task_codes", "title", "topics"]);
    for name in ["form", "place", "title", "topics"] {
        assert_eq!(copy[name], earlier.fields[name], "{name}");
    }
    // With a day and the numbers it is an entry of its own.
    let draft = Draft {
        fields: copy,
        ..session(2, "", "")
    };
    let whole = with(
        draft,
        &[("date_start", "8/10"), ("participants", "40"), ("sessions", "1")],
    );
    assert_eq!(phone.save(&whole, server), Outcome::Done);
    assert_eq!(phone.entries().len(), 2);
}

#[test]
fn a_copy_leaves_out_decisions_and_takes_the_figures_of_a_snapshot_along() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    let award = Draft {
        type_code: "TD_KHENTHUONG".to_owned(),
        fields: BTreeMap::new(),
        ..session(1, "", "")
    };
    let award = with(
        award,
        &[
            ("date_start", "15/9/2026"),
            ("title", "Khen thưởng quý III"),
            ("award", "GK_CDCS"),
            ("individuals", "3"),
            ("decision_no", "12/QĐ-CĐCS"),
            ("decision_date", "14/9/2026"),
            ("money_vnd", "900.000"),
        ],
    );
    let unit = Draft {
        type_code: "HOSO_DONVI".to_owned(),
        fields: BTreeMap::new(),
        ..session(2, "", "")
    };
    let unit = with(unit, &[("as_of", "30/9/2026"), ("cnvcld", "120"), ("members", "118")]);
    for draft in [&award, &unit] {
        assert_eq!(phone.save(draft, server), Outcome::Done);
    }
    let said = |fields: BTreeMap<String, RawValue>| fields.into_keys().collect::<Vec<_>>();
    assert_eq!(
        said(copy_of(&phone, award.entry).unwrap()),
        ["award", "task_codes", "title"]
    );
    assert_eq!(said(copy_of(&phone, unit.entry).unwrap()), ["cnvcld", "members"]);
    assert_eq!(
        copy_of(&phone, session(3, "", "").entry),
        None,
        "nothing is here to copy"
    );
}

#[test]
fn types_that_the_plan_asks_of_the_unit_are_told_from_the_others_with_the_last_time_of_each() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    let row = |phone: &Phone, code: &str| types(phone).types.into_iter().find(|row| row.code == code);
    // A workshop is no public office, guides no other unions, and is an enterprise.
    for (code, asked) in [
        ("TT_BUOI", true),
        ("HOSO_DONVI", true),
        ("TLTT_DAMPHAN", true),
        ("TD_HCNN", false),
        ("HD_CDCS", false),
        ("KT_GIAMSAT", false),
    ] {
        assert_eq!(row(&phone, code).map(|row| row.asked), Some(asked), "{code}");
    }
    assert_eq!(row(&phone, "VUONGMAC"), None, "a question is asked elsewhere");
    assert_eq!(types(&phone).often, ["TT_BUOI", "CHAMLO", "SANGKIEN"]);
    assert_eq!(row(&phone, "TT_BUOI").unwrap().last, None);

    // Written later, but of an earlier day.
    for (number, day) in [(1, "15/9/2026"), (2, "1/9/2026")] {
        assert_eq!(phone.save(&session(number, "5", day), server), Outcome::Done);
    }
    let last = row(&phone, "TT_BUOI").unwrap().last.unwrap();
    assert_eq!((last.entry, last.date), (session(1, "", "").entry, date(2026, 9, 15)));
    assert_eq!(last.title, "Tiết kiệm chi phí khâu sao chè");
    let entry = last.entry;
    phone.give(Input::DeleteEntry { entry }, server);
    assert_eq!(row(&phone, "TT_BUOI").unwrap().last.unwrap().date, date(2026, 9, 1));
}

#[test]
fn a_twin_is_said_in_an_open_draft_also_when_it_arrives_from_another_phone() {
    let server = &mut TestServer::default();
    let mut phones = [Phone::enrolled(1, server), Phone::enrolled(2, server)];
    for phone in &mut phones {
        phone.wake(server);
    }
    let [mine, hers] = &mut phones;
    // The same day and title, in another spelling.
    let open = with(
        session(1, "40", "15/9/2026"),
        &[("title", "TIET KIEM chi phí khâu sao chè")],
    );
    mine.give(Input::KeepDraft(open.clone()), server);
    assert_eq!(twins(mine, &open), []);
    assert_eq!(hers.save(&session(2, "58", "15/9/2026"), server), Outcome::Done);
    mine.wake(server);
    assert_eq!(twins(mine, &open), [Some(session(2, "", "").entry)]);
    assert_eq!(twins(mine, &with(open.clone(), &[("date_start", "16/9/2026")])), []);
    // It warns and does not stop: two may have done the same on one day.
    assert_eq!(mine.save(&open, server), Outcome::Done);
    hers.give(
        Input::DeleteEntry {
            entry: session(2, "", "").entry,
        },
        server,
    );
    mine.wake(server);
    assert_eq!(twins(mine, &open), [], "what is deleted is no twin");
}

#[test]
fn a_draft_begun_from_a_report_says_when_its_day_lies_outside_that_report() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.wake(server);
    let outside = |phone: &Phone, draft: &Draft| {
        let answer = phone.core.query(&Query::CheckDraft(draft.clone()), phone.at);
        let Answer::Check(check) = answer else {
            panic!("{answer:?}")
        };
        let mut findings = check.findings.into_iter();
        findings
            .find(|finding| finding.rule == "R_DATE_PERIOD")
            .map(|finding| (finding.level, finding.fields.join(" "), finding.message.vi))
    };
    let plain = session(1, "5", "8/10/2026");
    assert_eq!(outside(&phone, &plain), None, "no report was spoken of");
    let begun = Draft {
        report: Some(reporting::PERIOD.parse().unwrap()),
        ..plain
    };
    let (level, field, message) = outside(&phone, &begun).unwrap();
    assert_eq!((level, field.as_str()), (FindingLevel::Warning, "date_start"));
    assert!(message.contains("8/10/2026"), "{message}");
    assert_eq!(outside(&phone, &with(begun.clone(), &[("date_start", "30/9")])), None);
    // The draft knows after the app was killed.
    phone.give(Input::KeepDraft(begun.clone()), server);
    phone.reopen(server);
    let Answer::Drafts(drafts) = phone.core.query(&Query::Drafts, phone.at) else {
        panic!("no drafts")
    };
    assert_eq!(drafts[0].report, begun.report);
    assert_eq!(phone.save(&begun, server), Outcome::Done);
}
