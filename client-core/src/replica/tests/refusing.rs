//! What the server refuses of a record that stands, and what others wrote in it meanwhile.

use super::merging::{only, question};
use super::*;

fn text(value: &str) -> RawValue {
    RawValue::Text(value.to_owned())
}

/// Two phones of one unit with one record, of which the first one's next changes will be refused.
pub(super) struct Two {
    pub(super) server: TestServer,
    pub(super) a: Phone,
    b: Phone,
    pub(super) shared: Draft,
}

impl Two {
    fn with(shared: Draft) -> Self {
        let mut server = TestServer::default();
        let (mut a, mut b) = (Phone::enrolled(1, &mut server), Phone::enrolled(2, &mut server));
        assert_eq!(a.save(&shared, &mut server), Outcome::Done);
        b.wake(&mut server);
        a.online = false;
        a.at = a.at.plus_ms(60_000);
        b.at = b.at.plus_ms(120_000);
        Self { server, a, b, shared }
    }

    pub(super) fn new() -> Self {
        let mut shared = session(1, "40", "15/9");
        shared.fields.insert("participants_female".to_owned(), text("12"));
        shared.fields.insert("result".to_owned(), text("Một.\nHai."));
        Self::with(shared)
    }

    pub(super) fn a_saves(&mut self, draft: &Draft) {
        self.a.at = self.a.at.plus_ms(60_000);
        assert_eq!(self.a.save(draft, &mut self.server), Outcome::Done);
    }

    pub(super) fn b_saves(&mut self, field: &str, value: &str) {
        self.b.at = self.b.at.plus_ms(60_000);
        let edit = only(&self.shared, field, value);
        assert_eq!(self.b.save(&edit, &mut self.server), Outcome::Done);
    }

    pub(super) fn a_gives(&mut self, input: Input) -> Outcome {
        self.a.at = self.a.at.plus_ms(60_000);
        self.a.give(input, &mut self.server);
        self.a.outcomes.pop().unwrap()
    }

    /// The first phone sends, and what it sends is refused.
    pub(super) fn refuse(&mut self, reason: RefusalCode) {
        let waiting = outbox::waiting(&self.a.core.kept);
        self.server.refuse = waiting.iter().map(|waiting| (waiting.hash, reason)).collect();
        self.a.at = self.a.at.plus_ms(60_000);
        self.a.wake(&mut self.server);
        self.server.refuse.clear();
        self.a.reopen(&mut self.server);
        assert_eq!(self.a.status().waiting, 0);
    }

    fn draft(&self) -> Draft {
        self.a.entry(self.shared.entry).draft.unwrap()
    }

    /// What both phones show of a field once they have met.
    fn shown(&mut self, field: &str) -> Option<RawValue> {
        for phone in [&mut self.a, &mut self.b] {
            phone.at = phone.at.plus_ms(600_000);
            phone.wake(&mut self.server);
        }
        let [a, b] = [&self.a, &self.b].map(|phone| {
            let detail = phone.entry(self.shared.entry);
            assert_eq!(detail.conflicts, []);
            detail.fields.get(field).cloned()
        });
        assert_eq!(a, b);
        a
    }

    /// What the first phone says of a draft before it is saved.
    fn warned(&self, draft: &Draft) -> Vec<String> {
        let answer = self.a.core.query(&Query::CheckDraft(draft.clone()), self.a.at);
        let Answer::Check(check) = answer else {
            panic!("{answer:?}")
        };
        let findings = check.findings.into_iter();
        let overtaken = findings.filter(|finding| finding.rule == "OVERTAKEN");
        overtaken.map(|finding| finding.message.vi).collect()
    }
}

#[test]
fn a_refused_edit_comes_back_with_what_it_changed_and_takes_nothing_back_that_others_wrote() {
    let mut two = Two::new();
    let edit = only(&two.shared, "title", "Tiết kiệm điện");
    two.a_saves(&edit);
    two.b_saves("participants", "60");
    two.b_saves("participants_female", "");
    two.refuse(RefusalCode::NotAllowed);
    let detail = two.a.entry(two.shared.entry);
    assert!(matches!(detail.row.sync, RecordState::Refused { .. }));
    assert_eq!(
        detail.fields["participants"],
        text("60"),
        "the record reads as it stands"
    );
    let draft = two.draft();
    assert_eq!(draft.fields, edit.fields);
    assert_eq!(two.warned(&draft), Vec::<String>::new());
    assert_eq!(two.a_gives(Input::SaveEntry(draft)), Outcome::Done);
    assert_eq!(two.shown("title"), Some(text("Tiết kiệm điện")));
    assert_eq!(two.shown("participants"), Some(text("60")));
    assert_eq!(two.shown("participants_female"), None);
    assert_eq!((two.a.status().refused, two.a.today().drafts.len()), (0, 0));
}

#[test]
fn what_a_refused_edit_emptied_comes_back_emptied() {
    let mut two = Two::new();
    let mut edit = only(&two.shared, "participants_female", "");
    edit.fields.insert("result".to_owned(), text(""));
    two.a_saves(&edit);
    two.refuse(RefusalCode::BreaksSchema);
    assert_eq!(two.draft().fields, edit.fields);
    assert_eq!(
        two.a.entry(two.shared.entry).fields["participants_female"],
        text("12"),
        "it stands until that is saved"
    );
}

#[test]
fn several_refused_edits_of_a_record_come_back_as_one() {
    let mut two = Two::new();
    two.a_saves(&only(&two.shared, "participants", "46"));
    two.a_saves(&only(&two.shared, "title", "Tiết kiệm điện"));
    two.a_saves(&only(&two.shared, "participants", "47"));
    two.refuse(RefusalCode::NotAllowed);
    let draft = two.draft();
    let both = [("participants", "47"), ("title", "Tiết kiệm điện")];
    let both = both.map(|(name, value)| (name.to_owned(), text(value)));
    assert_eq!(draft.fields, BTreeMap::from(both));
    assert_eq!(draft.over["participants"], text("40"), "what stood before the first");
}

#[test]
fn what_another_wrote_where_a_refused_edit_wrote_is_told_by_name_before_it_is_written_over() {
    let mut two = Two::new();
    two.a_saves(&only(&two.shared, "participants", "46"));
    two.b_saves("participants", "52");
    two.refuse(RefusalCode::NotAllowed);
    let draft = two.draft();
    assert_eq!(draft.fields, only(&two.shared, "participants", "46").fields);
    let warned = two.warned(&draft);
    let told = "Lò Thị Xoan đã sửa “Số lượt người tham gia” từ 40 lượt người thành 52 lượt người";
    assert!(warned.len() == 1 && warned[0].starts_with(told), "{warned:?}");
    let Outcome::Invalid { findings } = two.a_gives(Input::SaveEntry(draft.clone())) else {
        panic!("it was written over what another wrote, and nobody was asked")
    };
    assert!(findings[0].message.vi.starts_with(told), "{findings:?}");
    assert!(findings[0].message.vi.ends_with("bấm lần nữa."), "{findings:?}");
    assert_eq!(two.a.status().waiting, 0);
    two.a.reopen(&mut two.server);
    assert_eq!(two.draft().fields, draft.fields, "what is typed is kept");
    assert_eq!(two.warned(&two.draft()).len(), 1, "and said until it is decided");
    // What comes after that is another thing to be asked about.
    two.b_saves("participants", "53");
    two.a.at = two.a.at.plus_ms(600_000);
    two.a.wake(&mut two.server);
    assert!(matches!(
        two.a_gives(Input::SaveEntry(draft.clone())),
        Outcome::Invalid { .. }
    ));
    assert_eq!(two.a_gives(Input::SaveEntry(draft)), Outcome::Done);
    assert_eq!(two.shown("participants"), Some(text("46")));
}

#[test]
fn two_who_wrote_the_same_are_not_asked() {
    let mut two = Two::new();
    two.a_saves(&only(&two.shared, "participants", "46"));
    two.b_saves("participants", "46");
    two.refuse(RefusalCode::NotAllowed);
    assert_eq!(two.warned(&two.draft()), Vec::<String>::new());
    assert_eq!(two.a_gives(Input::SaveEntry(two.draft())), Outcome::Done);
}

#[test]
fn what_another_wrote_since_a_draft_was_begun_is_told_before_it_is_written_over() {
    let mut two = Two::new();
    let typed = only(&two.shared, "participants_female", "11");
    assert_eq!(two.a_gives(Input::KeepDraft(typed.clone())), Outcome::Done);
    two.b_saves("participants_female", "");
    two.a.wake(&mut two.server);
    assert_eq!(two.warned(&typed).len(), 1);
    assert!(matches!(
        two.a_gives(Input::SaveEntry(typed.clone())),
        Outcome::Invalid { .. }
    ));
    assert_eq!(two.a_gives(Input::SaveEntry(typed)), Outcome::Done);
    // The form says itself what it showed: it may have been open while the other's number came.
    two.b_saves("participants", "52");
    two.a.wake(&mut two.server);
    let mut typed = only(&two.shared, "participants", "47");
    typed.over = BTreeMap::from([("participants".to_owned(), text("40"))]);
    let Outcome::Invalid { findings } = two.a_gives(Input::SaveEntry(typed.clone())) else {
        panic!("nobody was asked")
    };
    assert!(
        findings[0].message.vi.contains("từ 40 lượt người thành 52"),
        "{findings:?}"
    );
    assert_eq!(two.a_gives(Input::SaveEntry(typed)), Outcome::Done);
    // Who types in sight of what stands is not asked.
    assert_eq!(
        two.a_gives(Input::SaveEntry(only(&two.shared, "participants", "48"))),
        Outcome::Done
    );
}

#[test]
fn what_two_wrote_differently_since_a_draft_was_begun_is_told_before_it_is_written_over() {
    let mut two = Two::new();
    two.a_saves(&only(&two.shared, "participants", "46"));
    let typed = only(&two.shared, "participants", "47");
    assert_eq!(two.a_gives(Input::KeepDraft(typed.clone())), Outcome::Done);
    two.b_saves("participants", "52");
    two.a.wake(&mut two.server);
    assert_eq!(two.a.status().conflicts, 1);
    let Outcome::Invalid { findings } = two.a_gives(Input::SaveEntry(typed.clone())) else {
        panic!("nobody was asked")
    };
    let said = &findings[0].message.vi;
    assert!(said.contains("46 lượt người") || said.contains("từ 46"), "{said}");
    assert!(said.contains("52 lượt người"), "{said}");
    assert_eq!(two.a_gives(Input::SaveEntry(typed)), Outcome::Done);
    assert_eq!(two.shown("participants"), Some(text("47")));
}

#[test]
fn who_writes_a_third_value_over_two_is_told_of_both_once() {
    // The form was opened before the other's value came, or after: it does not show that two differ.
    for (meets_first, keeps) in [(true, false), (true, true), (false, false)] {
        let mut two = Two::new();
        two.a_saves(&only(&two.shared, "participants", "46"));
        let mut typed = only(&two.shared, "participants", "47");
        let stood = two.a.entry(two.shared.entry).fields["participants"].clone();
        two.b_saves("participants", "52");
        two.a.wake(&mut two.server);
        assert_eq!(two.a.status().conflicts, 1);
        let stands = two.a.entry(two.shared.entry).fields["participants"].clone();
        let over = if meets_first { stands } else { stood };
        typed.over = BTreeMap::from([("participants".to_owned(), over)]);
        if keeps {
            assert_eq!(two.a_gives(Input::KeepDraft(typed.clone())), Outcome::Done);
        }
        let Outcome::Invalid { findings } = two.a_gives(Input::SaveEntry(typed.clone())) else {
            panic!("nobody was asked")
        };
        assert!(findings[0].message.vi.contains("52 lượt người"), "{findings:?}");
        assert_eq!(two.a_gives(Input::SaveEntry(typed)), Outcome::Done);
        assert_eq!(two.shown("participants"), Some(text("47")));
    }
}

#[test]
fn another_paragraph_on_which_two_differ_is_told_though_one_was_told_already() {
    let mut two = Two::new();
    let prose = |value: &str| only(&two.shared, "result", value);
    let mine = prose("Một A.\nHai A.");
    let typed = prose("Một A.\nHai A.\nBa.");
    two.a_saves(&mine);
    two.b_saves("result", "Một B.\nHai.");
    two.a.wake(&mut two.server);
    let save = |two: &mut Two| two.a_gives(Input::SaveEntry(typed.clone()));
    assert!(
        matches!(save(&mut two), Outcome::Invalid { .. }),
        "told of the first paragraph"
    );
    two.b_saves("result", "Một B.\nHai B.");
    two.a.wake(&mut two.server);
    let Outcome::Invalid { findings } = save(&mut two) else {
        panic!("nobody was asked")
    };
    assert!(findings[0].message.vi.contains("Hai B."), "{findings:?}");
    assert_eq!(save(&mut two), Outcome::Done);
}

#[test]
fn what_is_typed_since_stays_typed_when_an_edit_is_refused() {
    let mut two = Two::new();
    let mut edit = only(&two.shared, "participants", "46");
    edit.fields.insert("title".to_owned(), text("Tiết kiệm điện"));
    two.a_saves(&edit);
    let mut typed = only(&two.shared, "participants", "47");
    typed.fields.insert("participants_female".to_owned(), text("13"));
    assert_eq!(two.a_gives(Input::KeepDraft(typed)), Outcome::Done);
    two.refuse(RefusalCode::NotAllowed);
    let draft = two.draft();
    let all = [
        ("participants", "47"),
        ("participants_female", "13"),
        ("title", "Tiết kiệm điện"),
    ];
    let all = all.map(|(name, value)| (name.to_owned(), text(value)));
    assert_eq!(draft.fields, BTreeMap::from(all));
    assert_eq!(two.warned(&draft), Vec::<String>::new(), "nobody else wrote there");
    assert_eq!(two.a_gives(Input::SaveEntry(draft)), Outcome::Done);
    assert_eq!(two.shown("participants"), Some(text("47")));
}

#[test]
fn what_was_said_anew_is_not_brought_back() {
    let mut two = Two::new();
    let mut edit = only(&two.shared, "participants", "46");
    edit.fields.insert("title".to_owned(), text("Tiết kiệm điện"));
    two.a_saves(&edit);
    two.a_saves(&only(&two.shared, "participants", "47"));
    let waiting = outbox::waiting(&two.a.core.kept);
    let reasons = [RefusalCode::BreaksSchema, RefusalCode::DependsOnRefused];
    two.server.refuse = waiting.iter().map(|waiting| waiting.hash).zip(reasons).collect();
    two.a.wake(&mut two.server);
    assert_eq!(two.draft().fields, only(&two.shared, "title", "Tiết kiệm điện").fields);
    assert_eq!(two.shown("participants"), Some(text("47")));
}

#[test]
fn a_refused_move_to_another_year_comes_back_as_the_new_day_alone() {
    for day in ["15/09/2025", "15/09/2026"] {
        let (from, to) = (day, if day.ends_with('5') { "16/09/2026" } else { "16/09/2025" });
        let mut two = Two::with(session(1, "40", from));
        two.a_saves(&only(&two.shared, "date_start", to));
        two.b_saves("participants", "52");
        two.refuse(RefusalCode::NotAllowed);
        let draft = two.draft();
        assert_eq!(draft.fields, only(&two.shared, "date_start", to).fields);
        let detail = two.a.entry(two.shared.entry);
        assert_eq!(
            (detail.row.deleted, detail.fields["participants"].clone()),
            (false, text("52"))
        );
        assert_eq!(two.a_gives(Input::SaveEntry(draft)), Outcome::Done);
        assert_eq!(two.shown("participants"), Some(text("52")));
        assert_eq!(two.shown("date_start"), Some(text(to)));
    }
}

#[test]
fn a_stage_that_was_refused_comes_back_and_another_stage_meanwhile_is_told() {
    let question = question();
    let mut two = Two::with(question.clone());
    let stage = |code: &str| Draft {
        fields: BTreeMap::new(),
        state: Some(code.to_owned()),
        ..question.clone()
    };
    two.a_saves(&stage("DONG"));
    two.b.at = two.b.at.plus_ms(60_000);
    assert_eq!(two.b.save(&stage("TRA_LOI"), &mut two.server), Outcome::Done);
    two.refuse(RefusalCode::NotAllowed);
    let draft = two.draft();
    assert_eq!((draft.fields.len(), draft.state.as_deref()), (0, Some("DONG")));
    let warned = two.warned(&draft);
    assert!(
        warned[0].starts_with("Lò Thị Xoan đã sửa “Giai đoạn” từ Mới gửi thành Đã trả lời"),
        "{warned:?}"
    );
    assert!(matches!(
        two.a_gives(Input::SaveEntry(draft.clone())),
        Outcome::Invalid { .. }
    ));
    assert_eq!(two.a_gives(Input::SaveEntry(draft)), Outcome::Done);
}

#[test]
fn a_refused_deletion_is_said_to_be_one_and_is_made_again_or_let_be() {
    for again in [true, false] {
        let mut two = Two::new();
        let entry = two.shared.entry;
        assert_eq!(two.a_gives(Input::DeleteEntry { entry }), Outcome::Done);
        two.b_saves("participants", "52");
        two.refuse(RefusalCode::BreaksSchema);
        let detail = two.a.entry(entry);
        let RecordState::Refused { reason } = &detail.row.sync else {
            panic!("{:?}", detail.row.sync)
        };
        assert!(reason.vi.starts_with("Chưa xóa được"), "{reason:?}");
        assert_eq!((detail.row.deleted, &detail.draft), (false, &None), "nothing is typed");
        assert_eq!(detail.fields["participants"], text("52"));
        let today = two.a.today();
        let [row] = today.drafts.as_slice() else {
            panic!("{:?}", today.drafts)
        };
        assert_eq!((row.bare, row.title.as_str()), (true, "Tiết kiệm chi phí khâu sao chè"));
        let Answer::Outbox(outbox) = two.a.core.query(&Query::Outbox, two.a.at) else {
            panic!("the outbox was asked for")
        };
        assert_eq!((outbox.refused.len(), outbox.refused[0].bare), (1, true));
        let input = match again {
            true => Input::DeleteEntry { entry },
            false => Input::DropDraft { entry },
        };
        assert_eq!(two.a_gives(input), Outcome::Done);
        let detail = two.a.entry(entry);
        assert_eq!((detail.row.deleted, detail.row.sync), (again, RecordState::Received));
        assert_eq!((two.a.status().refused, two.a.today().drafts.len()), (0, 0));
    }
}

#[test]
fn taking_back_what_was_deleted_is_said_to_be_refused_and_is_done_again() {
    let mut two = Two::new();
    let entry = two.shared.entry;
    two.a.online = true;
    assert_eq!(two.a_gives(Input::DeleteEntry { entry }), Outcome::Done);
    two.a.online = false;
    assert_eq!(two.a_gives(Input::RestoreEntry { entry }), Outcome::Done);
    two.refuse(RefusalCode::NotAllowed);
    let detail = two.a.entry(entry);
    let RecordState::Refused { reason } = &detail.row.sync else {
        panic!("{:?}", detail.row.sync)
    };
    assert!(reason.vi.starts_with("Chưa lấy lại được"), "{reason:?}");
    assert!(detail.row.deleted && detail.draft.is_none());
    assert_eq!(two.a_gives(Input::RestoreEntry { entry }), Outcome::Done);
    assert_eq!((two.a.status().refused, two.a.entry(entry).row.deleted), (0, false));
}

#[test]
fn a_draft_that_only_empties_a_field_or_chooses_a_stage_is_kept() {
    let mut two = Two::new();
    let emptied = only(&two.shared, "participants_female", "");
    assert_eq!(two.a_gives(Input::KeepDraft(emptied.clone())), Outcome::Done);
    two.a.reopen(&mut two.server);
    assert_eq!(two.draft().fields, emptied.fields);
    // A form that was opened and left holds nothing.
    let new = Draft {
        fields: BTreeMap::from([("title".to_owned(), text(" "))]),
        ..session(2, "", "")
    };
    assert_eq!(two.a_gives(Input::KeepDraft(new)), Outcome::Done);
    assert_eq!(two.a.today().drafts.len(), 1);
}
