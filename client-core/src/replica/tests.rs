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
use crate::protocol::context::window;
use crate::protocol::profile::{Profile, ProfileDevice, ProfilePeriod, ProfileUnit, name};
use crate::protocol::sync::{Fate, News, RefusalCode, RefusedChange, SetAside, SyncRequest, SyncResponse};
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
    /// Devices enrol, but nothing else arrives.
    silent: bool,
    /// The unit of whoever asks, when it is not the usual one: id and name.
    unit: Option<(&'static str, &'static str)>,
}

impl TestServer {
    /// The unit of whoever asks.
    fn unit(&self) -> (&'static str, &'static str) {
        self.unit.unwrap_or(("KHUN-HA", "CĐCS Xưởng chè Khun Há"))
    }

    fn profile(&self) -> Vec<u8> {
        let (id, unit_name) = self.unit();
        let unit = ProfileUnit {
            id: id.into(),
            name: unit_name.into(),
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

    /// A body as the request that it is. It may go on from what is here.
    fn read(&self, body: &[u8]) -> Result<SyncRequest, codec::CodecError> {
        codec::decode_following(body, |context| {
            let held = |(document, ..): &&(String, Change, DeviceId)| *document == context.document;
            let held: Vec<_> = self.changes.iter().filter(held).map(|(_, change, _)| change).collect();
            let last = held
                .iter()
                .position(|change| change.hash().0.starts_with(&*context.last));
            Ok(last.map(|last| {
                let first = last + 1 - context.count as usize;
                window(
                    &context.document,
                    held[first..=last].iter().map(|change| change.bytes()),
                )
            }))
        })
    }

    fn sync(&mut self, device: DeviceId, body: &[u8]) -> Vec<u8> {
        self.requests += 1;
        let request = self.read(body).unwrap();
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
                assert!(request.is_relay() || change.actor().unwrap().device == device);
                if push.document.split('/').nth(1) != Some(self.unit().0) {
                    let reason = RefusalCode::NotAllowed;
                    fate.refused.push(RefusedChange { index, reason });
                } else if let Some(reason) = self.refuse.get(&change.hash()) {
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
        let profile = self.profile();
        codec::encode_answer([&SyncResponse {
            version: 1,
            epoch: [1; 8].into(),
            cursor: self.changes.len() as u64,
            scope: 1,
            server_time: now().0,
            fates,
            news,
            set_aside: std::mem::take(&mut self.set_aside),
            profile: (request.profile != Some(name(&profile))).then(|| profile.into()),
            ..SyncResponse::blank([1; 8].into())
        }])
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
                Effect::Send { request, path, .. } if !self.online || (server.silent && path != "/api/v1/enrol") => {
                    self.give(Input::SendFailed { request }, server);
                }
                Effect::Send {
                    request, path, body, ..
                } if path == "/api/v1/enrol" => {
                    let asked: crate::protocol::enrol::EnrolRequest = serde_json::from_slice(&body).unwrap();
                    assert_eq!(asked.code, "KH74M2Q1");
                    let (device, unit) = (self.device, server.unit().0);
                    let answer = format!(r#"{{"device":"{device}","token":"t","unit":"{unit}"}}"#);
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
        self.give(Input::Opened { stored: self.stored() }, server);
    }

    fn stored(&self) -> Vec<StoredValue> {
        let stored = self.disk.iter().map(|(key, value)| StoredValue {
            key: key.clone(),
            value: value.clone(),
        });
        stored.collect()
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
        let answer = self.core.query(&Query::Status, self.at);
        let Answer::Status(status) = answer else {
            panic!("{answer:?}")
        };
        *status
    }

    fn entry(&self, entry: EntryId) -> view::EntryDetail {
        let answer = self.core.query(&Query::Entry { entry }, self.at);
        let Answer::Entry(Some(detail)) = answer else {
            panic!("{answer:?}")
        };
        *detail
    }

    fn today(&self) -> view::Today {
        let answer = self.core.query(&Query::Today, self.at);
        let Answer::Today(today) = answer else {
            panic!("{answer:?}")
        };
        *today
    }

    fn entries(&self) -> Vec<view::EntryRow> {
        let everything = Query::Entries {
            task: None,
            records: Vec::new(),
            deleted: true,
        };
        let answer = self.core.query(&everything, self.at);
        let Answer::Entries(list) = answer else {
            panic!("{answer:?}")
        };
        list.rows
    }

    fn report(&self) -> view::Report {
        let answer = self.core.query(
            &Query::Report {
                period: reporting::PERIOD.parse().unwrap(),
            },
            self.at,
        );
        let Answer::Report(Some(report)) = answer else {
            panic!("{answer:?}")
        };
        *report
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
        fields: BTreeMap::from([
            ("date_start".to_owned(), text(day)),
            ("title".to_owned(), text("Tiết kiệm chi phí khâu sao chè")),
            ("form".to_owned(), text("SINHHOAT")),
            ("topics".to_owned(), RawValue::List(vec!["TIETKIEM".to_owned()])),
            ("sessions".to_owned(), text("1")),
            ("participants".to_owned(), text(participants)),
        ]),
        ..Draft::new(
            format!("01JD00000000000000000000{number:02}").parse().unwrap(),
            "TT_BUOI",
        )
    }
}

mod anew;
mod carrying;
mod damaged;
mod deleting;
mod emptying;
mod enrolling;
mod hand;
mod merging;
mod moving;
mod reconciling;
mod recording;
mod refused_deeds;
mod refusing;
mod repeating;
mod reporting;
mod retrying;
mod rows;
mod syncing;
mod taking_back;
mod telling;
