//! Two phones and a server that keeps what it is sent, to see the core decide. The real server is tested in `tests`.

use std::collections::BTreeMap;

use jiff::civil::date;

use super::effect::Write;
use super::input::{Draft, RawValue, StoredValue};
use super::view::{FindingLevel, RecordState, Status, SubmissionState, SyncProblem};
use super::*;
use crate::access::Role;
use crate::document::Change;
use crate::ids::{ChangeHash, DeviceId, EntryId};
use crate::protocol::profile::{Profile, ProfileDevice, ProfilePeriod, ProfileUnit, name};
use crate::protocol::sync::{Fate, News, RefusalCode, RefusedChange, SetAside, SyncResponse};
use crate::protocol::{CONTENT_TYPE, codec};

const NOON: i64 = 12 * 60 * 60 * 1000;

fn now() -> Timestamp {
    Timestamp::start_of(date(2026, 10, 8)).plus_ms(NOON)
}

/// A server with one unit, that keeps changes in the order in which they came.
#[derive(Default)]
struct TestServer {
    changes: Vec<(String, Change, DeviceId)>,
    requests: usize,
    refuse: BTreeMap<ChangeHash, RefusalCode>,
    set_aside: Vec<SetAside>,
}

impl TestServer {
    fn profile() -> Vec<u8> {
        let unit = ProfileUnit {
            id: "KHUN-HA".into(),
            name: "CĐCS Xưởng chè Khun Há".into(),
            tier: "CDCS".into(),
            sector: "DN_NNN".into(),
        };
        let device = |number: u8, person: &str| ProfileDevice {
            id: [number; 8],
            name: format!("máy {number}"),
            person_name: person.into(),
        };
        let profile = Profile {
            person: "MY".into(),
            person_name: "Giàng Thị Mỷ".into(),
            role: Role::Officer,
            unit: unit.clone(),
            parent_name: "LĐLĐ huyện Tam Đường".into(),
            devices: vec![device(1, "Giàng Thị Mỷ"), device(2, "Lò Thị Xoan")],
            periods: vec![
                ProfilePeriod {
                    period: "2026-Q3".into(),
                    due: "2026-10-10".into(),
                },
                ProfilePeriod {
                    period: "2026-Q4".into(),
                    due: "2027-01-10".into(),
                },
            ],
            demo: true,
            units: vec![
                unit_named("U-3", "CĐCS Trường Đề Thàng"),
                unit_named("U-2", "CĐCS Chợ Lự"),
            ],
        };
        minicbor::to_vec(profile).unwrap()
    }

    fn sync(&mut self, device: DeviceId, body: &[u8]) -> Vec<u8> {
        self.requests += 1;
        let request = codec::decode_request(body).unwrap();
        assert_eq!(request.signature.is_some(), !request.pushes.is_empty());
        let mut fates = Vec::new();
        for push in &request.pushes {
            let mut fate = Fate {
                stored: 0,
                held: 0,
                refused: Vec::new(),
            };
            for (index, bytes) in (0..).zip(&push.changes) {
                let change = Change::decode(bytes).unwrap();
                assert_eq!(change.actor().unwrap().device, device);
                if let Some(reason) = self.refuse.get(&change.hash()) {
                    fate.refused.push(RefusedChange { index, reason: *reason });
                } else if self.changes.iter().any(|(_, held, _)| held.hash() == change.hash()) {
                    fate.held += 1;
                } else {
                    fate.stored += 1;
                    self.changes.push((push.document.clone(), change, device));
                }
            }
            fates.push(fate);
        }
        let mut news: Vec<News> = Vec::new();
        for (document, change, author) in self.changes.get(request.cursor as usize..).unwrap_or_default() {
            if *author != device {
                let changes = vec![change.bytes().to_vec().into()];
                news.push(News {
                    document: document.clone(),
                    changes,
                });
            }
        }
        let profile = Self::profile();
        codec::encode_frame(&SyncResponse {
            version: 1,
            epoch: [1; 8].into(),
            cursor: self.changes.len() as u64,
            scope: 1,
            server_time: now().0,
            fates,
            news,
            set_aside: std::mem::take(&mut self.set_aside),
            profile: (request.profile != Some(name(&profile))).then(|| profile.into()),
            more: false,
        })
    }
}

/// A phone: a core, its storage, and a network that can be away.
struct Phone {
    core: Replica,
    disk: BTreeMap<String, Vec<u8>>,
    disk_full: bool,
    online: bool,
    device: DeviceId,
    outcomes: Vec<Outcome>,
    at: Timestamp,
    in_flight: Option<(u32, Vec<u8>)>,
}

impl Phone {
    fn enrolled(number: u8, server: &mut TestServer) -> Self {
        let mut phone = Self {
            core: Replica::new(u64::from(number)),
            disk: BTreeMap::new(),
            disk_full: false,
            online: true,
            device: DeviceId([number; 8]),
            outcomes: Vec::new(),
            at: now(),
            in_flight: None,
        };
        phone.give(Input::Opened { stored: Vec::new() }, server);
        let code = "KH7-4M2".to_owned();
        phone.give(
            Input::Enrol {
                code,
                signing_seed: vec![number; 32],
                device_name: String::new(),
            },
            server,
        );
        assert_eq!(phone.outcomes.pop(), Some(refused_outcome("Mã gồm 8 chữ và số.")));
        let code = "KH74-M2Q1".to_owned();
        phone.give(
            Input::Enrol {
                code,
                signing_seed: vec![number; 32],
                device_name: String::new(),
            },
            server,
        );
        assert_eq!(phone.outcomes.pop(), Some(Outcome::Done));
        phone
    }

    fn give(&mut self, input: Input, server: &mut TestServer) {
        let effects = self.core.handle(input, self.at);
        self.perform(effects, server);
    }

    fn perform(&mut self, effects: Vec<Effect>, server: &mut TestServer) {
        for effect in effects {
            match effect {
                Effect::Persist { ticket, writes } => {
                    let answer = if self.disk_full {
                        Input::PersistFailed { ticket, full: true }
                    } else {
                        for Write { key, value } in writes {
                            match value {
                                Some(value) => self.disk.insert(key, value),
                                None => self.disk.remove(&key),
                            };
                        }
                        Input::Persisted { ticket }
                    };
                    self.give(answer, server);
                }
                Effect::Send { request, .. } if !self.online => self.give(Input::SendFailed { request }, server),
                Effect::Send {
                    request, path, body, ..
                } if path == "/api/v1/enrol" => {
                    let asked: crate::protocol::enrol::EnrolRequest = serde_json::from_slice(&body).unwrap();
                    assert_eq!(asked.code, "KH74M2Q1");
                    let answer = format!(r#"{{"device":"{}","token":"t"}}"#, self.device);
                    self.give(
                        Input::ResponseBytes {
                            request,
                            bytes: answer.into_bytes(),
                        },
                        server,
                    );
                    self.end(request, 200, "application/json", server);
                }
                Effect::Send {
                    request,
                    body,
                    token,
                    content_type,
                    ..
                } => {
                    assert_eq!((token.as_deref(), content_type.as_str()), (Some("t"), CONTENT_TYPE));
                    self.in_flight = Some((request, body));
                    self.answer(server);
                }
                Effect::Outcome { outcome } => self.outcomes.push(outcome),
                Effect::WakeAt { .. } | Effect::RequestBackgroundSync | Effect::Changed => {}
            }
        }
    }

    fn answer(&mut self, server: &mut TestServer) {
        let (request, body) = self.in_flight.take().unwrap();
        let bytes = server.sync(self.device, &body);
        for piece in bytes.chunks(7) {
            self.give(
                Input::ResponseBytes {
                    request,
                    bytes: piece.to_vec(),
                },
                server,
            );
        }
        self.end(request, 200, CONTENT_TYPE, server);
    }

    fn end(&mut self, request: u32, status: u16, content_type: &str, server: &mut TestServer) {
        let content_type = content_type.to_owned();
        self.give(
            Input::ResponseEnd {
                request,
                status,
                content_type,
                retry_after_s: None,
            },
            server,
        );
    }

    /// The app is closed and opened again: memory is gone, the disk stays.
    fn reopen(&mut self, server: &mut TestServer) {
        self.core = Replica::new(self.at.0 as u64);
        let stored = self.disk.iter().map(|(key, value)| StoredValue {
            key: key.clone(),
            value: value.clone(),
        });
        let stored = stored.collect();
        self.give(Input::Opened { stored }, server);
    }

    fn wake(&mut self, server: &mut TestServer) {
        self.online = true;
        self.give(
            Input::Wake {
                reason: WakeReason::Asked,
            },
            server,
        );
    }

    fn save(&mut self, draft: &Draft, server: &mut TestServer) -> Outcome {
        self.give(Input::SaveEntry(draft.clone()), server);
        self.outcomes.pop().unwrap()
    }

    fn status(&self) -> Status {
        match self.core.query(&Query::Status, self.at) {
            Answer::Status(status) => *status,
            other => panic!("{other:?}"),
        }
    }

    fn entry(&self, entry: EntryId) -> view::EntryDetail {
        match self.core.query(&Query::Entry { entry }, self.at) {
            Answer::Entry(Some(detail)) => *detail,
            other => panic!("{other:?}"),
        }
    }

    fn report(&self) -> view::Report {
        match self.core.query(
            &Query::Report {
                period: "2026-Q3".parse().unwrap(),
            },
            self.at,
        ) {
            Answer::Report(Some(report)) => *report,
            other => panic!("{other:?}"),
        }
    }

    fn figure(&self, code: &str) -> view::ReportRow {
        let rows = self.report().sections.into_iter().flat_map(|section| section.rows);
        rows.into_iter().find(|row| row.indicator == code).unwrap()
    }
}

fn unit_named(id: &str, name: &str) -> ProfileUnit {
    ProfileUnit {
        id: id.into(),
        name: name.into(),
        tier: "CDCS".into(),
        sector: String::new(),
    }
}

fn refused_outcome(start: &str) -> Outcome {
    assert!("Mã gồm 8 chữ và số. Xem lại mã trên giấy hoặc tin nhắn.".starts_with(start));
    Outcome::Refused {
        message: Bilingual::new(
            "Mã gồm 8 chữ và số. Xem lại mã trên giấy hoặc tin nhắn.",
            "A code has 8 letters and digits. Look at the paper or message again.",
        ),
    }
}

fn session(number: u8, participants: &str, day: &str) -> Draft {
    let text = |value: &str| RawValue::Text(value.to_owned());
    Draft {
        entry: format!("01JD00000000000000000000{number:02}").parse().unwrap(),
        type_code: "TT_BUOI".to_owned(),
        fields: BTreeMap::from([
            ("date_start".to_owned(), text(day)),
            ("title".to_owned(), text("Tiết kiệm chi phí khâu sao chè")),
            ("form".to_owned(), text("SINHHOAT")),
            ("topics".to_owned(), RawValue::List(vec!["TIETKIEM".to_owned()])),
            ("sessions".to_owned(), text("1")),
            ("participants".to_owned(), text(participants)),
        ]),
        state: None,
        kept_at: Timestamp::default(),
    }
}

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
        .map(|row| row.id)
        .collect();
    assert_eq!((list.rows.len(), refused), (3, vec![session(2, "", "").entry]));
    assert!(phone.disk.keys().any(|key| key.starts_with("refused|")));

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
fn an_answer_that_is_not_the_servers_changes_nothing() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.online = false;
    phone.save(&session(1, "5", "15/9"), server);
    let effects = phone.core.handle(
        Input::Wake {
            reason: WakeReason::Asked,
        },
        phone.at,
    );
    let request = effects.iter().find_map(|effect| match effect {
        Effect::Send { request, .. } => Some(*request),
        _ => None,
    });
    let request = request.unwrap();
    let page = b"<!doctype html><title>Wi-Fi</title>".to_vec();
    phone.give(Input::ResponseBytes { request, bytes: page }, server);
    phone.end(request, 200, "text/html", server);
    assert_eq!(
        (phone.status().waiting, phone.status().problem),
        (1, Some(SyncProblem::NotTheServer))
    );
    phone.wake(server);
    assert_eq!((phone.status().waiting, phone.status().problem), (0, None));
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
fn a_report_is_derived_declared_and_submitted() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.save(&session(1, "312", "15/9"), server);
    let period = "2026-Q3".parse().unwrap();
    let declare = |value: Option<&str>, reason: &str| Input::Declare {
        period,
        indicator: "II.1-02".into(),
        value: value.map(str::to_owned),
        reason: reason.into(),
    };
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
    let submission = "01JD0000000000000000000050".parse().unwrap();
    phone.give(Input::Submit { period, submission }, server);
    phone.give(Input::Submit { period, submission }, server);
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
fn an_activity_whose_day_moves_to_another_year_moves_to_that_years_log() {
    let server = &mut TestServer::default();
    let mut phone = Phone::enrolled(1, server);
    phone.save(&session(1, "5", "15/9/2026"), server);
    phone.save(&session(1, "6", "15/9/2025"), server);
    let detail = phone.entry(session(1, "", "").entry);
    assert_eq!((detail.row.date, detail.row.deleted), (date(2025, 9, 15), false));
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
    assert_eq!(list.rows.len(), 1);
}

#[test]
fn fields_may_name_the_units_of_the_profile_and_lists_have_them_by_name() {
    let server = &mut TestServer::default();
    let phone = Phone::enrolled(1, server);
    match phone.core.query(&Query::Units, phone.at) {
        Answer::Units(units) => {
            let names: Vec<_> = units.iter().map(|unit| unit.name.as_str()).collect();
            assert_eq!(names, ["CĐCS Chợ Lự", "CĐCS Trường Đề Thàng"]);
            assert_eq!(units[0].id, "U-2");
        }
        other => panic!("{other:?}"),
    }
}
