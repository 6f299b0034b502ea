//! A phone: what it finds on its disk, what its page hands in, and what a server answers.

use std::collections::BTreeMap;

use bolero::check;
use client_core::document::{Change, Document};
use client_core::ids::{DeviceId, DocumentId, DocumentKind};
use client_core::protocol::CONTENT_TYPE;
use client_core::protocol::codec::{FrameReader, encode_answer};
use client_core::replica::input::Input;
use client_core::replica::view::Query;
use fuzz::memory::{self, mib};
use fuzz::messages::{LOG, Messages, is_applied};
use fuzz::mutated::Mutated;
use fuzz::wire;
use system_tests::chunk;
use system_tests::shell::Shell;

const ITERATIONS: usize = 300;
const NUMBER: u8 = 9;

/// A phone that has seen something, and has something to say.
fn phone(said: &Messages) -> Shell {
    let mut phone = Shell::enrolled(&said.world, NUMBER);
    let draft = named(
        r#"{"save_entry":{"entry":"01JD0000000000000000000077","type_code":"TT_BUOI","fields":{"date_start":"1/10/2026","title":"Học nghề","form":"SINHHOAT","topics":["KHCN"],"sessions":"1","participants":"5","participants_female":"2"}}}"#,
    );
    phone.give(draft.unwrap());
    phone
}

fn named(json: &str) -> Option<Input> {
    serde_json::from_str(json).ok()
}

#[test]
fn storage() {
    let _alone = memory::alone();
    let said = Messages::new();
    let shell = phone(&said);
    let keys: Vec<_> = shell.disk.keys().cloned().collect();
    let mutated = Mutated::new(shell.disk.values().cloned());
    let names = Mutated::new(keys.clone());
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((&mutated, &names, 0..keys.len(), bolero::produce::<bool>()))
        .for_each(|(value, name, index, sealed)| {
            let mut disk = shell.disk.clone();
            let value = match (sealed, value.get(8)) {
                (true, Some(kind @ (0 | 1))) => chunk::sealed(*kind, chunk::body(value)),
                _ => value.clone(),
            };
            disk.insert(keys[*index].clone(), value.clone());
            disk.insert(String::from_utf8_lossy(name).into_owned(), value);
            memory::within(mib(32), || {
                let mut opened = Shell::open(disk, shell.now);
                opened.look_around();
                opened.wake();
            });
        });
}

#[test]
fn answer() {
    let _alone = memory::alone();
    let said = Messages::new();
    let shell = phone(&said);
    let frames = Mutated::new(said.frames.iter().map(wire::frame));
    let changes = said.changes.iter().map(|(_, change)| chunk::body(change.bytes()));
    let changes = Mutated::new(changes);
    let told = said.changes.clone();
    let frame = said.frames.iter().rfind(|frame| !frame.news.is_empty()).unwrap();
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((&frames, &changes, bolero::produce::<bool>()))
        .for_each(|(message, body, whole)| {
            let mut frame = frame.clone();
            frame.news.truncate(1);
            frame.news[0].document = LOG.to_owned();
            frame.news[0].changes = vec![chunk::sealed(chunk::CHANGE, body).into()];
            frame.fates.clear();
            let answer = if *whole {
                wire::answer([&message[..]])
            } else {
                encode_answer([&frame])
            };
            if !could_come_from_a_server(&told, &answer) {
                return;
            }
            memory::within(mib(64), || {
                let mut phone = Shell::open(shell.disk.clone(), shell.now);
                phone.wake();
                assert!(phone.sent.is_some());
                phone.answer(200, CONTENT_TYPE, &answer);
                phone.look_around();
                // What it stored, it can open again.
                let again = Shell::open(phone.disk, shell.now);
                again.look_around();
            });
        });
}

/// Whether the changes of an answer are such as a server tells of: what no document takes, it sets aside.
fn could_come_from_a_server(told: &[(DocumentId, Change)], answer: &[u8]) -> bool {
    let mut reader = FrameReader::default();
    reader.push(answer);
    let Ok(Some(frame)) = reader.next_frame() else {
        return true;
    };
    frame.news.iter().all(|news| {
        let kind = news
            .document
            .parse::<DocumentId>()
            .map_or(DocumentKind::Log, |id| id.kind());
        let mut document = Document::new(kind);
        let held = told.iter().filter(|(id, _)| id.kind() == kind);
        document.apply(held.map(|(_, change)| change.clone())).unwrap();
        let mut changes = news.changes.iter().filter_map(|bytes| Change::decode(bytes).ok());
        changes.all(|change| is_applied(&mut document, &change))
    })
}

#[test]
fn enrolment_answer() {
    let _alone = memory::alone();
    let mutated = Mutated::new([
        r#"{"device":"0101010101010101","token":"token","unit":"A"}"#,
        r#"{"type":"about:blank","title":"Mã đã dùng","status":410,"detail":"x","code":"code_used"}"#,
        "<html><body>Đăng nhập Wi-Fi</body></html>",
    ]);
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((&mutated, 100_u16..600))
        .for_each(|(answer, status)| {
            let mut phone = Shell::open(BTreeMap::new(), client_core::time::Timestamp(1_791_430_000_000));
            phone.give(Input::Enrol {
                code: "00000000".to_owned(),
                signing_seed: vec![1; 32],
                device_name: String::new(),
            });
            phone.answer(*status, "application/json", answer);
            phone.look_around();
        });
}

#[test]
fn inputs() {
    let _alone = memory::alone();
    let said = Messages::new();
    let shell = phone(&said);
    let mutated = Mutated::new([
        r#"{"save_entry":{"entry":"01JD0000000000000000000078","type_code":"TT_BUOI","fields":{"date_start":"1/10/2026","topics":["KHCN"],"participants":"5"},"over":{},"kept_at":0}}"#,
        r#"{"keep_draft":{"entry":"01JD0000000000000000000077","type_code":"SANGKIEN","fields":{"title":"Lò sấy"},"state":"MOI"}}"#,
        r#"{"drop_draft":{"entry":"01JD0000000000000000000077"}}"#,
        r#"{"keep_declaring":{"period":"2026-Q3","indicator":"II.1-02","value":"5","reason":"đếm tay","over":1}}"#,
        r#"{"drop_declaring":{"period":"2026-Q3","indicator":"II.1-02"}}"#,
        r#"{"drop_left":{"key":"draft|01JD0000000000000000000077"}}"#,
        r#"{"delete_entry":{"entry":"01JD0000000000000000000000"}}"#,
        r#"{"restore_entry":{"entry":"01JD0000000000000000000000"}}"#,
        r#"{"resolve_conflict":{"entry":"01JD0000000000000000000001","key":"participants","choice":1}}"#,
        r#"{"declare":{"period":"2026-Q3","indicator":"III-10","value":"Một\nHai","reason":""}}"#,
        r#"{"choose_declared":{"period":"2026-Q3","indicator":"III-10","part":"01JD0000000000000000000000","choice":"x"}}"#,
        r#"{"submit":{"period":"2026-Q3","submission":"01JD0000000000000000000055"}}"#,
        r#"{"persisted":{"ticket":1}}"#,
        r#"{"persist_failed":{"ticket":1,"full":true}}"#,
        r#"{"wake":{"reason":"asked"}}"#,
        r#"{"response_bytes":{"request":1,"bytes":[0,0,0,1]}}"#,
        r#"{"response_end":{"request":1,"status":200,"content_type":"text/html","retry_after_s":3}}"#,
        r#"{"send_failed":{"request":1}}"#,
        r#""alarm""#,
        r#"{"opened":{"stored":[{"key":"state","value":[1,2]}]}}"#,
        r#"{"enrol":{"code":"0000-0000","signing_seed":[1],"device_name":"x"}}"#,
    ]);
    let queries = Mutated::new([
        r#""today""#,
        r#"{"entries":{"task":"I.1","records":["activity"],"deleted":true}}"#,
        r#"{"entry":{"entry":"01JD0000000000000000000001"}}"#,
        r#"{"check_draft":{"entry":"01JD0000000000000000000078","type_code":"TT_BUOI","fields":{"participants":"x"}}}"#,
        r#"{"titles":{"type_code":"TT_BUOI"}}"#,
        r#"{"report":{"period":"2026-Q3"}}"#,
    ]);
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((&mutated, &mutated, &queries))
        .for_each(|(one, two, query)| {
            let read = |bytes: &Vec<u8>| serde_json::from_slice::<Input>(bytes).ok();
            let inputs: Vec<_> = [one, two].into_iter().filter_map(read).collect();
            let query = serde_json::from_slice::<Query>(query).ok();
            if inputs.is_empty() && query.is_none() {
                return;
            }
            memory::within(mib(32), || {
                let mut phone = Shell::open(shell.disk.clone(), shell.now);
                for input in inputs {
                    phone.give(input);
                }
                if let Some(query) = query {
                    phone.query(&query);
                }
                phone.look_around();
            });
        });
}

#[test]
fn the_phone_of_these_targets_has_seen_and_said_something() {
    let said = Messages::new();
    let mut shell = phone(&said);
    assert!(
        shell
            .disk
            .keys()
            .any(|key| key.starts_with("snapshot|") || key.starts_with("change|"))
    );
    shell.wake();
    let frames = shell.frames(&said.world, DeviceId([NUMBER; 8]));
    assert_eq!(frames[0].fates.iter().map(|fate| fate.stored).sum::<u32>(), 1);
}
