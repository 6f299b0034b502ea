//! What two officers did apart from each other, and what they see of it when it has come together.

use super::reporting::{LEARNERS, PERIOD, TEXT};
use super::*;
use crate::model::schema;

/// Two phones that each go on by themselves until they meet.
pub(super) struct Pair {
    server: TestServer,
    pub(super) phones: [Phone; 2],
}

impl Pair {
    pub(super) fn apart(shared: &Draft) -> Self {
        let mut server = TestServer::default();
        let mut phones = [Phone::enrolled(1, &mut server), Phone::enrolled(2, &mut server)];
        assert_eq!(phones[0].save(shared, &mut server), Outcome::Done);
        phones[1].wake(&mut server);
        for phone in &mut phones {
            phone.online = false;
        }
        Self { server, phones }
    }

    pub(super) fn give(&mut self, whose: usize, input: Input) -> Outcome {
        let phone = &mut self.phones[whose];
        phone.at = phone.at.plus_ms(60_000);
        phone.give(input, &mut self.server);
        phone.outcomes.pop().unwrap()
    }

    pub(super) fn save(&mut self, whose: usize, draft: Draft) {
        assert_eq!(self.give(whose, Input::SaveEntry(draft)), Outcome::Done);
    }

    fn declare(&mut self, whose: usize, value: Option<&str>, reason: &str) {
        assert_eq!(
            self.give(whose, reporting::declare(LEARNERS, value, reason)),
            Outcome::Done
        );
    }

    fn write(&mut self, whose: usize, text: &str) {
        assert_eq!(
            self.give(whose, reporting::declare(TEXT, Some(text), "")),
            Outcome::Done
        );
    }

    fn choose(&mut self, whose: usize, choice: &str) -> Outcome {
        let input = Input::ChooseDeclared {
            period: PERIOD.parse().unwrap(),
            indicator: LEARNERS.into(),
            part: None,
            choice: choice.to_owned(),
        };
        self.give(whose, input)
    }

    /// The choice by the value that is shown.
    fn choice_of(&self, whose: usize, value: Option<&str>) -> String {
        let differing = self.phones[whose].figure(LEARNERS).differing;
        let found = differing.into_iter().find(|said| said.value.as_deref() == value);
        found.unwrap().choice
    }

    /// Both sync, and then the first again for what the second brought.
    pub(super) fn meet(&mut self) {
        for whose in [0, 1, 0] {
            self.phones[whose].at = self.phones[whose].at.plus_ms(60_000);
            self.phones[whose].wake(&mut self.server);
        }
        for phone in &mut self.phones {
            assert_eq!((phone.status().waiting, phone.status().refused), (0, 0));
            phone.online = false;
            for document in phone.core.kept.documents.values().map(|holding| &holding.document) {
                for change in document.changes_after(&[]) {
                    assert_eq!(schema::check(document, &change), Ok(()), "the real server takes it");
                }
            }
        }
    }

    /// What both phones show for the number: they must show the same.
    fn counts(&self) -> (Option<String>, usize) {
        let [a, b] = self.phones.each_ref().map(|phone| {
            let row = phone.figure(LEARNERS);
            assert_eq!(phone.status().conflicts, phone.today().differing.len() as u32);
            assert_eq!(phone.today().differing.is_empty(), row.differing.is_empty());
            (row.value, row.differing.len())
        });
        assert_eq!(a, b);
        a
    }
}

#[test]
fn numbers_declared_apart_are_both_readable_and_one_tap_settles_them_on_both_phones() {
    for chosen in ["340", "350"] {
        let pair = &mut Pair::apart(&session(1, "312", "15/9"));
        pair.declare(0, Some("340"), "Thêm buổi lồng ghép");
        pair.declare(1, Some("350"), "Đếm lại sổ điểm danh");
        pair.meet();
        for (phone, own) in pair.phones.iter().zip(["Giàng Thị Mỷ", "Lò Thị Xoan"]) {
            let row = phone.figure(LEARNERS);
            assert_eq!(row.derived.as_deref(), Some("312"));
            assert_eq!(row.value, row.differing[0].value, "what counts comes first");
            let mut said: Vec<_> = row
                .differing
                .iter()
                .map(|one| {
                    assert_eq!(one.mine, one.person_name == own);
                    (
                        one.value.as_deref(),
                        one.reason.as_str(),
                        one.person_name.as_str(),
                        one.at,
                    )
                })
                .collect();
            said.sort();
            let at = now().plus_ms(60_000);
            assert_eq!(
                said,
                [
                    (Some("340"), "Thêm buổi lồng ghép", "Giàng Thị Mỷ", at),
                    (Some("350"), "Đếm lại sổ điểm danh", "Lò Thị Xoan", at),
                ]
            );
            let undecided = phone.report().findings;
            assert!(
                undecided
                    .iter()
                    .any(|finding| finding.indicator == LEARNERS && finding.level == FindingLevel::Warning),
                "{undecided:?}"
            );
            let today = phone.today().differing;
            assert_eq!(
                (today[0].indicator.as_str(), today[0].period.to_string().as_str()),
                (LEARNERS, PERIOD)
            );
        }
        let choice = pair.choice_of(1, Some(chosen));
        assert_eq!(pair.choose(1, &choice), Outcome::Done);
        let row = pair.phones[1].figure(LEARNERS);
        assert_eq!((row.value.as_deref(), row.differing.len()), (Some(chosen), 0));
        let declared = row.declared.unwrap();
        assert_eq!(declared.person_name, "Lò Thị Xoan", "who chose says so");
        pair.meet();
        assert_eq!(pair.counts(), (Some(chosen.to_owned()), 0));
        // The other phone's screen still offers what was there.
        assert_eq!(pair.choose(0, &choice), Outcome::Done);
        pair.meet();
        assert_eq!(pair.counts(), (Some(chosen.to_owned()), 0));
    }
}

#[test]
fn both_may_choose_at_once_and_the_logs_own_number_is_a_choice_too() {
    let pair = &mut Pair::apart(&session(1, "312", "15/9"));
    pair.declare(0, Some("340"), "Thêm buổi lồng ghép");
    pair.meet();
    pair.declare(0, None, "");
    pair.declare(1, Some("350"), "Đếm lại");
    pair.meet();
    assert_eq!(pair.counts().1, 2);
    // Each chooses otherwise: nobody's choice is lost.
    let (log, other) = (pair.choice_of(0, None), pair.choice_of(1, Some("350")));
    assert_eq!(pair.choose(0, &log), Outcome::Done);
    assert_eq!(pair.choose(1, &other), Outcome::Done);
    pair.meet();
    assert_eq!(pair.counts().1, 2);
    // What is named no more is not mixed up with what is there now.
    assert!(matches!(pair.choose(0, &other), Outcome::Refused { .. }));
    // Both choose alike.
    for whose in [0, 1] {
        let log = pair.choice_of(whose, None);
        assert_eq!(pair.choose(whose, &log), Outcome::Done);
    }
    pair.meet();
    assert_eq!(pair.counts(), (Some("312".to_owned()), 0));
    assert_eq!(pair.phones[0].figure(LEARNERS).declared, None);
}

pub(super) fn with_women(draft: &Draft, women: &str) -> Draft {
    let mut draft = draft.clone();
    let women = RawValue::Text(women.to_owned());
    draft.fields.insert("participants_female".to_owned(), women);
    draft
}

/// Only what was typed: a form that changes one field.
pub(super) fn only(draft: &Draft, field: &str, value: &str) -> Draft {
    Draft {
        fields: BTreeMap::from([(field.to_owned(), RawValue::Text(value.to_owned()))]),
        ..draft.clone()
    }
}

/// Moved to the next year's log, where 46 took part.
pub(super) fn moved_with_46(draft: &Draft) -> Draft {
    let mut moved = only(draft, "date_start", "15/9/2026");
    let participants = RawValue::Text("46".to_owned());
    moved.fields.insert("participants".to_owned(), participants);
    moved
}

/// A question to the level above.
pub(super) fn question() -> Draft {
    let text = |value: &str| RawValue::Text(value.to_owned());
    Draft {
        type_code: "VUONGMAC".to_owned(),
        fields: BTreeMap::from([
            ("category".to_owned(), text("BAOCAO")),
            ("question".to_owned(), text("Ghi lượt hay người?")),
            ("visibility".to_owned(), text("CAPTREN")),
        ]),
        state: Some("MOI".to_owned()),
        ..session(1, "", "")
    }
}

#[test]
fn edits_that_break_a_rule_together_are_marked_until_somebody_puts_them_right() {
    let shared = with_women(&session(1, "40", "15/9"), "12");
    let pair = &mut Pair::apart(&shared);
    let sound = pair.phones[0].entry(shared.entry);
    assert_eq!((sound.row.problem, sound.problems), (None, Vec::new()));
    assert_eq!(pair.phones[0].today().unsettled, Vec::new());

    let fewer = only(&shared, "participants", "19");
    let more_women = only(&shared, "participants_female", "20");
    assert_eq!(pair.give(0, Input::SaveEntry(fewer)), Outcome::Done);
    assert_eq!(pair.give(1, Input::SaveEntry(more_women)), Outcome::Done);
    pair.meet();
    for phone in &pair.phones {
        let detail = phone.entry(shared.entry);
        assert_eq!(detail.conflicts, [], "nobody wrote the same field");
        let [problem] = detail.problems.as_slice() else {
            panic!("{:?}", detail.problems)
        };
        assert!(problem.message.vi.contains("20 lớn hơn"), "{:?}", problem.message);
        let by: Vec<_> = problem
            .fields
            .iter()
            .map(|field| {
                (
                    field.field.as_str(),
                    field.display.vi.as_str(),
                    field.person_name.as_str(),
                )
            })
            .collect();
        assert_eq!(
            by,
            [
                ("participants_female", "20 lượt người", "Lò Thị Xoan"),
                ("participants", "19 lượt người", "Giàng Thị Mỷ")
            ]
        );
        assert_eq!(phone.entries()[0].problem.as_ref(), Some(&problem.message));
        let unsettled = phone.today().unsettled;
        assert_eq!(unsettled.iter().map(|row| row.id).collect::<Vec<_>>(), [shared.entry]);
        assert_eq!(phone.today().recent, [], "it is not listed twice");
    }

    // Either number may be put right, on either phone.
    let right = only(&shared, "participants", "21");
    assert_eq!(pair.give(1, Input::SaveEntry(right)), Outcome::Done);
    pair.meet();
    for phone in &pair.phones {
        assert_eq!(phone.entry(shared.entry).problems, []);
        assert_eq!(phone.today().unsettled, []);
    }
}

#[test]
fn a_deleted_record_has_nothing_to_put_right() {
    let shared = with_women(&session(1, "40", "15/9"), "12");
    let pair = &mut Pair::apart(&shared);
    pair.give(0, Input::SaveEntry(only(&shared, "participants", "19")));
    pair.give(1, Input::SaveEntry(only(&shared, "participants_female", "20")));
    pair.meet();
    assert!(pair.phones[0].entries()[0].problem.is_some());
    assert_eq!(pair.give(0, Input::DeleteEntry { entry: shared.entry }), Outcome::Done);
    let row = pair.phones[0].entries().remove(0);
    assert_eq!((row.deleted, row.problem), (true, None));
    assert_eq!(pair.phones[0].today().unsettled, []);
}

#[test]
fn a_field_that_two_people_wrote_is_asked_about_on_the_first_screen() {
    let shared = session(1, "40", "15/9");
    let pair = &mut Pair::apart(&shared);
    pair.give(0, Input::SaveEntry(only(&shared, "participants", "46")));
    pair.give(1, Input::SaveEntry(only(&shared, "participants", "52")));
    pair.meet();
    let unsettled = pair.phones[1].today().unsettled;
    assert_eq!((unsettled[0].id, unsettled[0].conflicts), (shared.entry, 1));
}

#[test]
fn a_text_says_who_wrote_in_it_last_and_when() {
    let pair = &mut Pair::apart(&session(1, "40", "15/9"));
    pair.write(0, "Đường xa.\nMưa.");
    pair.meet();
    pair.write(1, "Đường xa.\nMưa nhiều.");
    let at = pair.phones[1].at;
    pair.meet();
    for phone in &pair.phones {
        let declared = phone.figure(TEXT).declared.unwrap();
        assert_eq!(declared.value, "Đường xa.\nMưa nhiều.");
        assert_eq!((declared.person_name.as_str(), declared.at), ("Lò Thị Xoan", at));
    }
}

#[test]
fn a_paragraph_that_two_wrote_apart_is_readable_whole_and_one_tap_settles_it_on_both_phones() {
    for chosen in ["Mưa đá.", "Mưa dầm."] {
        let pair = &mut Pair::apart(&session(1, "40", "15/9"));
        pair.write(0, "Đường xa.\nMưa.");
        pair.meet();
        pair.write(0, "Đường xa.\nMưa đá.");
        pair.write(1, "Đường xa.\nMưa dầm.");
        pair.meet();
        for phone in &pair.phones {
            let row = phone.figure(TEXT);
            let [paragraph] = row.paragraphs.as_slice() else {
                panic!("{:?}", row.paragraphs)
            };
            let mut said: Vec<_> = paragraph
                .said
                .iter()
                .map(|one| (one.value.as_deref().unwrap(), one.person_name.as_str()))
                .collect();
            said.sort_unstable();
            assert_eq!(said, [("Mưa dầm.", "Lò Thị Xoan"), ("Mưa đá.", "Giàng Thị Mỷ")]);
            assert!(paragraph.said.iter().all(|one| one.at > now()));
            let differing = phone.today().differing;
            assert_eq!((differing.len(), differing[0].indicator.as_str()), (1, TEXT));
            assert_eq!(phone.status().conflicts, 1);
            let findings = phone.report().findings;
            let warned =
                |finding: &view::ReportFinding| finding.indicator == TEXT && finding.level == FindingLevel::Warning;
            assert!(findings.iter().any(warned), "{findings:?}");
        }
        let paragraph = pair.phones[1].figure(TEXT).paragraphs.remove(0);
        let said = paragraph
            .said
            .iter()
            .find(|one| one.value.as_deref() == Some(chosen))
            .unwrap();
        let choose = |choice: &str| Input::ChooseDeclared {
            period: PERIOD.parse().unwrap(),
            indicator: TEXT.into(),
            part: Some(paragraph.part),
            choice: choice.to_owned(),
        };
        assert!(matches!(pair.give(1, choose("nothing")), Outcome::Refused { .. }));
        assert_eq!(pair.give(1, choose(&said.choice)), Outcome::Done);
        pair.meet();
        // The other phone's screen still offers what was there.
        assert_eq!(pair.give(0, choose(&said.choice)), Outcome::Done);
        pair.meet();
        for phone in &pair.phones {
            let row = phone.figure(TEXT);
            assert_eq!(row.value, Some(format!("Đường xa.\n{chosen}")));
            assert_eq!((row.paragraphs.len(), phone.status().conflicts), (0, 0));
            assert_eq!(row.declared.unwrap().person_name, "Lò Thị Xoan", "who chose says so");
        }
    }
}

#[test]
fn two_days_of_one_stage_are_read_as_days() {
    let question = question();
    let pair = &mut Pair::apart(&question);
    let answered = Draft {
        fields: BTreeMap::new(),
        state: Some("TRA_LOI".to_owned()),
        ..question.clone()
    };
    pair.save(0, answered.clone());
    pair.phones[1].at = Timestamp::start_of(date(2026, 10, 9));
    pair.save(1, answered);
    pair.meet();
    for phone in &pair.phones {
        let conflicts = phone.entry(question.entry).conflicts;
        let [days] = conflicts.as_slice() else {
            panic!("{conflicts:?}")
        };
        let mut shown: Vec<_> = days.values.iter().map(|value| value.display.vi.as_str()).collect();
        shown.sort_unstable();
        assert_eq!(
            (days.field.as_str(), shown),
            ("@event", vec!["08/10/2026", "09/10/2026"])
        );
    }
}

#[test]
fn those_who_wrote_the_same_are_one_choice() {
    let server = &mut TestServer::default();
    let shared = session(1, "40", "15/9");
    let mut phones = [1, 2, 3].map(|seed| Phone::enrolled(seed, server));
    assert_eq!(phones[0].save(&shared, server), Outcome::Done);
    for phone in &mut phones {
        phone.wake(server);
        phone.online = false;
        phone.at = phone.at.plus_ms(60_000);
    }
    for (phone, number) in phones.iter_mut().zip(["41", "42", "41"]) {
        assert_eq!(
            phone.save(&only(&shared, "participants", number), server),
            Outcome::Done
        );
    }
    for whose in [0, 1, 2, 0] {
        phones[whose].online = true;
        phones[whose].at = phones[whose].at.plus_ms(60_000);
        phones[whose].wake(server);
    }
    let detail = phones[0].entry(shared.entry);
    let mut values: Vec<_> = detail.conflicts[0]
        .values
        .iter()
        .map(|value| value.display.vi.as_str())
        .collect();
    values.sort_unstable();
    assert_eq!(values, ["41 lượt người", "42 lượt người"]);
}
