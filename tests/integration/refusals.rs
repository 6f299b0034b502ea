//! Every refusal of the sync protocol: brought about, with its code and its sentence as `docs/REFUSALS.md` lists them.

use std::collections::BTreeMap;
use std::convert::Infallible;

use client_core::document::{Change, Scalar};
use client_core::ids::DocumentId;
use client_core::protocol::codec::{encode_following, encode_request};
use client_core::protocol::context::Context;
use client_core::protocol::sync::{Fate, Push, RefusalCode, RefusedChange, SyncResponse};
use client_core::protocol::{CONTENT_TYPE, Limits};
use client_core::replica::input::{Draft, Input, RawValue};
use client_core::replica::view::RecordState;
use jiff::civil::date;
use system_tests::chunk;
use system_tests::device::{Device, talk};
use system_tests::server_process::{ServerProcess, run};
use system_tests::shell::Shell;
use system_tests::world::{START, World, open};

const PAGE: &str = include_str!("../../docs/REFUSALS.md");
/// What cannot be brought about here, and what brings it about.
const ELSEWHERE: [(&str, &str); 5] = [
    ("broken_off", include_str!("../../server/tests/api/refusals.rs")),
    ("busy", include_str!("../../server/tests/api/bounds.rs")),
    ("too_much_waiting", include_str!("../../server/tests/api/bounds.rs")),
    ("failed", include_str!("../../server/tests/api/panics.rs")),
    ("not_written", include_str!("../crashes/full_disk.rs")),
];
const LOG: &str = "log/A/2026";
const ENTRIES: [&str; 3] = [
    "01JD0000000000000000000000",
    "01JD0000000000000000000001",
    "01JD0000000000000000000002",
];

/// The rows of the table under a heading, cell by cell.
fn table(heading: &str) -> Vec<Vec<&'static str>> {
    let section = PAGE
        .split("\n## ")
        .find(|section| section.starts_with(heading))
        .unwrap();
    let rows = section.lines().filter(|line| line.starts_with("| ")).skip(2);
    rows.map(|row| row.trim_matches('|').split(" | ").map(str::trim).collect())
        .collect()
}

fn document(text: &str) -> DocumentId {
    text.parse().unwrap()
}

fn record(device: &mut Device, entry: usize, people: i64) -> Change {
    let entry = ENTRIES[entry].parse().unwrap();
    device.save(&document(LOG), &talk(entry, date(2026, 10, 1), people))
}

fn push(to: &str, changes: &[impl AsRef<[u8]>]) -> Push {
    Push {
        document: to.to_owned(),
        changes: changes.iter().map(|bytes| bytes.as_ref().to_vec().into()).collect(),
    }
}

#[test]
fn every_refusal_of_a_whole_request_is_on_the_page_with_its_sentence() {
    let folder = tempfile::tempdir().unwrap();
    run(&["init", "--demo"], folder.path());
    let server = ServerProcess::start(folder.path());
    let line = server.line();
    let mut device = Device::new(1);
    let token = line.enrol(&mut device, "CHEKHAN1").unwrap();
    let idle = device.request_with(Vec::new());

    let mut later = idle.clone();
    later.version = u8::MAX;
    let mut elsewhere = idle.clone();
    elsewhere.epoch = Some([1; 8].into());
    let own = "log/KHUN-HA/2026";
    let change = record(&mut device, 0, 4);
    let mut unsigned = device.request_with(vec![push(own, &[change.bytes()])]);
    unsigned.signature = Some([7; 64].into());
    // Without a signature over it, which nobody asks for before it is known to be a message.
    let mut empty = idle.clone();
    empty.pushes = vec![push(own, &[] as &[&[u8]])];
    let mut many = idle.clone();
    many.pushes = vec![push(own, &[[0_u8; 0]]); Limits::REQUEST.documents + 1];
    // A record whose bytes deflate well comes to more than is taken.
    let mut long = idle.clone();
    long.pushes = vec![push(own, &[vec![0; Limits::REQUEST.inflated_bytes]])];

    let context = Context {
        document: own.to_owned(),
        last: (*change.hash().0.first_chunk().unwrap()).into(),
        count: 1,
    };

    let whole = encode_request(&idle);
    let known = token.as_str();
    let answers = [
        line.post_sync("nobody", CONTENT_TYPE, &whole),
        line.post_sync(known, "application/json", &whole),
        line.post_sync(known, CONTENT_TYPE, &vec![0; Limits::REQUEST.body_bytes + 1]),
        line.post_sync(known, CONTENT_TYPE, &encode_request(&long)),
        line.post_sync(known, CONTENT_TYPE, &encode_request(&many)),
        line.post_sync(known, CONTENT_TYPE, b"<html>"),
        line.post_sync(known, CONTENT_TYPE, &[1, 255, 255]),
        line.post_sync(known, CONTENT_TYPE, &[0, 1, 2]),
        line.post_sync(known, CONTENT_TYPE, &encode_request(&later)),
        line.post_sync(known, CONTENT_TYPE, &encode_following(&idle, &context, change.bytes())),
        line.post_sync(known, CONTENT_TYPE, &encode_request(&elsewhere)),
        line.post_sync(known, CONTENT_TYPE, &encode_request(&unsigned)),
        line.post_sync(known, CONTENT_TYPE, &encode_request(&empty)),
        line.post_sync_from("https://example.vn", known, CONTENT_TYPE, &whole),
        line.get("/api/v1/sync"),
    ];
    let mut met: BTreeMap<String, (u16, String)> = answers.into_iter().map(problem).collect();
    server.kill();
    let store = open(&folder.path().join("so-cong-doan.sqlite3"));
    assert!(store.revoke_device(device.id, START).unwrap());
    drop(store);
    let server = ServerProcess::start(folder.path());
    met.extend([problem(server.line().post_sync(known, CONTENT_TYPE, &whole))]);

    let listed = table("A whole request").into_iter().map(|row| {
        let status = row[1].parse().unwrap();
        (row[0].trim_matches('`').to_owned(), (status, row[3].to_owned()))
    });
    let mut listed: BTreeMap<_, _> = listed.collect();
    for (code, source) in ELSEWHERE {
        assert!(source.contains(&format!("\"{code}\"")), "{code} is brought about");
        assert!(listed.remove(code).is_some(), "{code} is on the page");
    }
    assert_eq!(met, listed);
}

/// Code, status and sentence of an answer that is a problem.
fn problem((status, body): (u16, Vec<u8>)) -> (String, (u16, String)) {
    let said: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let text = |member: &str| said[member].as_str().unwrap().to_owned();
    (text("code"), (status, text("detail")))
}

#[test]
fn every_code_of_one_change_is_on_the_page_with_the_sentence_that_an_officer_reads() {
    let listed: Vec<(String, String, String)> = table("One change")
        .into_iter()
        .map(|row| {
            (
                row[0].to_owned(),
                row[1].trim_matches('`').to_owned(),
                row[3].to_owned(),
            )
        })
        .collect();
    let known = RefusalCode::ALL.map(|code| {
        let number = minicbor::to_vec(code).unwrap();
        (number[0].to_string(), code.as_str().to_owned(), sentence(code))
    });
    assert_eq!(listed, known);
    let next = [RefusalCode::ALL.len() as u8];
    assert!(minicbor::decode::<RefusalCode>(&next).is_err(), "the list has them all");
}

/// What an officer reads of a record that was refused for this.
fn sentence(code: RefusalCode) -> String {
    let world = World::new();
    let mut phone = Shell::enrolled(&world, 9);
    let mut draft = Draft::new(ENTRIES[0].parse().unwrap(), "TT_BUOI");
    for (field, typed) in [
        ("date_start", "1/10/2026"),
        ("title", "Học nghề"),
        ("form", "SINHHOAT"),
        ("sessions", "1"),
        ("participants", "5"),
        ("participants_female", "2"),
    ] {
        draft.fields.insert(field.to_owned(), RawValue::Text(typed.to_owned()));
    }
    draft
        .fields
        .insert("topics".to_owned(), RawValue::List(vec!["KHCN".to_owned()]));
    phone.give(Input::SaveEntry(draft));
    phone.wake();
    let fate = Fate {
        stored: 0,
        held: 0,
        refused: vec![RefusedChange { index: 0, reason: code }],
    };
    let frame = SyncResponse {
        fates: vec![fate],
        ..SyncResponse::blank([7; 8].into())
    };
    phone.answer_frames(&[frame]);
    let rows = phone.rows();
    let [row] = &rows[..] else { panic!("{code:?}: {rows:?}") };
    match &row.sync {
        RecordState::Refused { reason } => reason.vi.clone(),
        RecordState::OnDevice | RecordState::Sending | RecordState::Received => {
            "nothing: the device mends it by itself".to_owned()
        }
    }
}

#[test]
fn every_code_of_one_change_is_met_by_a_change_that_deserves_it_and_the_others_land() {
    let met = RefusalCode::ALL.map(|code| {
        let mut case = Case::new();
        let (to, bad) = case.that_meets(code);
        // A sound change of a colleague lands all the same.
        let fates = case.receive(&case.device, vec![push(&to, &bad)]);
        let mut colleague = case.world.device(COLLEAGUE, "anh");
        let change = record(&mut colleague, 2, 6);
        let landed = case.receive(&colleague, vec![push(LOG, &[change.bytes()])]);
        assert_eq!((landed[0].stored, landed[0].refused.len()), (1, 0), "{code:?}");
        assert!(case.world.store.waiting_documents().unwrap().is_empty());
        let told: Vec<_> = fates[0].refused.iter().map(|refused| refused.reason).collect();
        let aside = case.world.store.set_aside().unwrap();
        told.first().copied().or(aside.first().map(|aside| aside.reason))
    });
    assert_eq!(met, RefusalCode::ALL.map(Some));
}

const COLLEAGUE: u8 = 8;

/// A server with the officer's device, and one that is not the officer's.
struct Case {
    world: World,
    device: Device,
    other: Device,
}

impl Case {
    fn new() -> Self {
        let world = World::new();
        Self {
            device: world.device(1, "an"),
            other: world.device(2, "anh"),
            world,
        }
    }

    fn receive(&self, device: &Device, pushes: Vec<Push>) -> Vec<Fate> {
        let request = device.request_with(pushes);
        let (sender, now) = (self.world.sender(device), self.world.now);
        let receipt = self.world.ingest.receive(&sender, &request, now).unwrap();
        self.world.ingest.apply_waiting().unwrap();
        receipt.fates
    }

    /// Where to push what, so that the first of it is refused in this way.
    fn that_meets(&mut self, code: RefusalCode) -> (String, Vec<Vec<u8>>) {
        let log = LOG.to_owned();
        let change = record(&mut self.device, 0, 4);
        let bytes = change.bytes().to_vec();
        match code {
            RefusalCode::UnknownDocument => ("diary/A".to_owned(), vec![bytes]),
            RefusalCode::NotAllowed => ("log/B/2026".to_owned(), vec![bytes]),
            RefusalCode::Malformed => (log, vec![bytes[..bytes.len() - 1].to_vec()]),
            RefusalCode::ForeignActor => (log, vec![record(&mut self.other, 1, 4).bytes().to_vec()]),
            // What comes too early is parked, up to so much.
            RefusalCode::MissingDependency => (log, (0..10).map(|_| long(&mut self.device)).collect()),
            RefusalCode::RepeatedSequence => {
                let mut clone = Device::new(1);
                let again = record(&mut clone, 1, 5);
                self.receive(&self.device, vec![push(LOG, &[bytes])]);
                (log, vec![again.bytes().to_vec()])
            }
            RefusalCode::DependsOnRefused => {
                let pushed = push(LOG, &[bytes, broken(&mut self.device)]);
                self.receive(&self.device, vec![pushed]);
                (log, vec![record(&mut self.device, 0, 5).bytes().to_vec()])
            }
            RefusalCode::NotApplicable => (log, vec![with_number(&bytes, 2)]),
            RefusalCode::BreaksSchema => (log, vec![bytes, broken(&mut self.device)]),
            RefusalCode::TooLarge => (log, vec![vec![0; Change::MAX_BYTES + 1]]),
        }
    }
}

/// What no app writes: a number of people that is a text.
fn broken(device: &mut Device) -> Vec<u8> {
    let (actor, now) = (device.actor(), device.now.plus_ms(1));
    let change = device.document(&document(LOG)).edit(actor, now, |editor| {
        let section = editor.section("entries");
        let map = editor.child(&section, ENTRIES[0]);
        editor.put(&map, "participants", Scalar::Text("bốn".to_owned()));
        Ok::<_, Infallible>(())
    });
    change.unwrap().unwrap().bytes().to_vec()
}

/// A change near the most that one may say.
fn long(device: &mut Device) -> Vec<u8> {
    let (actor, now) = (device.actor(), device.now.plus_ms(1));
    device.now = now;
    let change = device.document(&document(LOG)).edit(actor, now, |editor| {
        let section = editor.section("entries");
        let map = editor.child(&section, ENTRIES[0]);
        let text = now.0.to_string().repeat(Change::MAX_BYTES / 20);
        editor.put(&map, "title", Scalar::Text(text));
        Ok::<_, Infallible>(())
    });
    change.unwrap().unwrap().bytes().to_vec()
}

/// The first change of a device, under another number: as if it had forgotten the one before.
fn with_number(bytes: &[u8], number: u8) -> Vec<u8> {
    const ONE_DEPENDENCY_AND_ACTOR: usize = 1 + 32 + 1 + 12;
    let mut body = chunk::body(bytes).to_vec();
    assert_eq!(body[ONE_DEPENDENCY_AND_ACTOR], 1);
    body[ONE_DEPENDENCY_AND_ACTOR] = number;
    chunk::sealed(chunk::CHANGE, &body)
}
