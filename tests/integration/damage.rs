//! A phone of which something stored is gone or not what it was: nothing is lost but what stood there and nowhere else.

use std::collections::BTreeSet;
use std::time::Duration;

use client_core::replica::input::StoredValue;
use serde_json::json;
use system_tests::phone::clock::Clock;
use system_tests::phone::network::Http;
use system_tests::phone::state::State;
use system_tests::phone::{Phone, operation};
use system_tests::server_process::{ServerProcess, run};

const LOG: &str = "log/KHUN-HA/2026";
const PATIENCE: Duration = Duration::from_hours(1);

/// A phone whose waiting takes no time.
fn enrolled(server: &ServerProcess, code: &str) -> Phone {
    let clock = Clock::Set(Clock::System.now());
    let mut phone = Phone::open(State::in_memory(Vec::new()), clock).unwrap();
    phone.enrol(&mut Http::to(&server.address), code, "máy").unwrap();
    sync(&mut phone, server);
    phone
}

fn sync(phone: &mut Phone, server: &ServerProcess) {
    phone.sync(&mut Http::to(&server.address), PATIENCE).unwrap();
    // What the server does not serve at once comes with the next.
    phone.sync(&mut Http::to(&server.address), PATIENCE).unwrap();
}

/// Records a session for each number.
fn record(phone: &mut Phone, numbers: std::ops::Range<u32>) {
    let saves: Vec<_> = numbers
        .map(|number| {
            json!({
                "type": "save_entry", "entry": format!("01K9ZQ3M000000000000000{number:03}"), "type_code": "TT_BUOI",
                "fields": { "title": format!("Buổi {number}"), "date_start": "2026-10-01", "form": "SINHHOAT",
                            "topics": ["TIETKIEM"], "sessions": 1, "participants": number + 1 }
            })
        })
        .collect();
    phone
        .apply(operation::read(&json!(saves).to_string()).unwrap())
        .unwrap();
}

/// The numbers of the records that a phone has.
fn numbers(phone: &Phone) -> Vec<u32> {
    let dump: serde_json::Value = serde_json::from_str(&phone.dump()).unwrap();
    let entries = dump["documents"][LOG]["entries"]
        .as_object()
        .cloned()
        .unwrap_or_default();
    let numbers = entries
        .keys()
        .filter_map(|id| id.strip_prefix("01K9ZQ3M000000000000000"));
    numbers.map(|number| number.parse().unwrap()).collect()
}

/// The same phone, of which something stored is not what it was.
fn damaged(phone: &mut Phone, damage: impl FnOnce(&mut Vec<StoredValue>)) -> Phone {
    let clock = Clock::Set(phone.clock().now());
    let mut stored = phone.state().stored();
    damage(&mut stored);
    Phone::open(State::in_memory(stored), clock).unwrap()
}

/// The keys of a phone's changes of the log.
fn changes(phone: &Phone) -> BTreeSet<String> {
    let keys = phone.state().stored().into_iter().map(|stored| stored.key);
    keys.filter(|key| key.starts_with(&format!("change|{LOG}|"))).collect()
}

/// Records until 3 and syncs, until 6 without; damages a change that the server has or one that it has not; records until 9 and
/// syncs. Gives what is gone then, for each change that was damaged.
fn gone_after(damage: fn(&mut Vec<StoredValue>, usize)) -> Vec<Vec<u32>> {
    let folder = tempfile::tempdir().unwrap();
    run(&["init", "--demo"], folder.path());
    let server = ServerProcess::start(folder.path());
    let mut phone = enrolled(&server, "CHEKHAN1");
    record(&mut phone, 0..3);
    sync(&mut phone, &server);
    let confirmed = changes(&phone);
    record(&mut phone, 3..6);
    let unsent: Vec<_> = changes(&phone).difference(&confirmed).cloned().collect();
    drop(server);
    let mut gone = Vec::new();
    for key in confirmed.iter().take(3).chain(&unsent) {
        let copy = tempfile::tempdir().unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let file = file.unwrap();
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
        let server = ServerProcess::start(copy.path());
        let mut phone = damaged(&mut phone, |stored| {
            let place = stored.iter().position(|value| value.key == *key).unwrap();
            damage(stored, place);
        });
        record(&mut phone, 6..9);
        sync(&mut phone, &server);
        phone.reopen().unwrap();
        sync(&mut phone, &server);
        let other = enrolled(&server, "CHEKHAN2");
        assert_eq!(other.dump(), phone.dump(), "both have the same");
        let has = numbers(&phone);
        gone.push((0..9).filter(|number| !has.contains(number)).collect());
    }
    gone
}

#[test]
fn a_change_that_is_gone_from_the_disk_takes_nothing_else_with_it() {
    let gone = gone_after(|stored, place| drop(stored.remove(place)));
    only_unsent_ones_are_gone(&gone);
}

#[test]
fn a_change_that_cannot_be_read_takes_nothing_else_with_it() {
    let gone = gone_after(|stored, place| {
        let middle = stored[place].value.len() / 2;
        stored[place].value[middle] ^= 1;
    });
    only_unsent_ones_are_gone(&gone);
}

/// What the server had comes back; of what was not sent, only what was damaged is gone.
fn only_unsent_ones_are_gone(gone: &[Vec<u32>]) {
    assert!(gone.len() == 6, "{gone:?}");
    let mut lost: Vec<_> = gone.iter().flatten().copied().collect();
    lost.sort_unstable();
    assert_eq!(lost, [3, 4, 5], "each once, where it was what was damaged: {gone:?}");
    assert!(gone.iter().all(|gone| gone.len() <= 1), "{gone:?}");
}

#[test]
fn a_snapshot_that_cannot_be_read_comes_back_and_what_was_made_upon_it_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    run(&["init", "--demo"], folder.path());
    let server = ServerProcess::start(folder.path());
    let mut phone = enrolled(&server, "CHEKHAN1");
    record(&mut phone, 0..70);
    sync(&mut phone, &server);
    record(&mut phone, 70..73);
    let mut phone = damaged(&mut phone, |stored| {
        let snapshot = stored
            .iter_mut()
            .find(|value| value.key == format!("snapshot|{LOG}"))
            .unwrap();
        let middle = snapshot.value.len() / 2;
        snapshot.value[middle] ^= 1;
    });
    record(&mut phone, 73..143);
    sync(&mut phone, &server);
    phone.reopen().unwrap();
    assert_eq!(numbers(&phone).len(), 143);
    let mut other = enrolled(&server, "CHEKHAN2");
    assert_eq!(other.dump(), phone.dump());
    sync(&mut other, &server);
}

#[test]
fn what_was_written_into_a_damaged_record_takes_no_other_record_with_it() {
    let folder = tempfile::tempdir().unwrap();
    run(&["init", "--demo"], folder.path());
    let server = ServerProcess::start(folder.path());
    let mut phone = enrolled(&server, "CHEKHAN1");
    let before = changes(&phone);
    record(&mut phone, 0..1);
    let first = changes(&phone).difference(&before).next().unwrap().clone();
    let edit = json!([{ "type": "save_entry", "entry": "01K9ZQ3M000000000000000000", "type_code": "TT_BUOI",
                        "fields": { "participants": 90 } }]);
    phone.apply(operation::read(&edit.to_string()).unwrap()).unwrap();
    record(&mut phone, 1..3);
    let mut phone = damaged(&mut phone, |stored| stored.retain(|value| value.key != first));
    sync(&mut phone, &server);
    assert_eq!(numbers(&phone), [1, 2]);
    assert_eq!(enrolled(&server, "CHEKHAN2").dump(), phone.dump());
}

/// How many people took part, as a phone has it.
fn participants(phone: &Phone, number: u32) -> serde_json::Value {
    let dump: serde_json::Value = serde_json::from_str(&phone.dump()).unwrap();
    dump["documents"][LOG]["entries"][format!("01K9ZQ3M000000000000000{number:03}")]["fields"]["participants"].clone()
}

#[test]
fn an_unsent_edit_waits_for_all_of_a_long_log_whose_snapshot_cannot_be_read() {
    let folder = tempfile::tempdir().unwrap();
    run(&["init", "--demo"], folder.path());
    let server = ServerProcess::start(folder.path());
    let mut phone = enrolled(&server, "CHEKHAN1");
    // More than one frame holds.
    record(&mut phone, 0..300);
    sync(&mut phone, &server);
    let edit = json!([{ "type": "save_entry", "entry": "01K9ZQ3M000000000000000250", "type_code": "TT_BUOI",
                        "fields": { "participants": 9999 } }]);
    phone.apply(operation::read(&edit.to_string()).unwrap()).unwrap();
    let mut phone = damaged(&mut phone, |stored| {
        let key = format!("snapshot|{LOG}");
        let snapshot = stored.iter_mut().find(|value| value.key == key).unwrap();
        let middle = snapshot.value.len() / 2;
        snapshot.value[middle] ^= 1;
    });
    sync(&mut phone, &server);
    phone.reopen().unwrap();
    sync(&mut phone, &server);
    assert_eq!((numbers(&phone).len(), participants(&phone, 250)), (300, json!(9999)));
}

#[test]
fn few_changes_of_many_bytes_upon_what_the_server_lost_come_back() {
    let folder = tempfile::tempdir().unwrap();
    run(&["init", "--demo"], folder.path());
    let server = ServerProcess::start(folder.path());
    let (mut lost, mut phone) = (enrolled(&server, "CHEKHAN2"), enrolled(&server, "CHEKHAN1"));
    sync(&mut lost, &server);
    // Who was heard for the first time is written down within half a minute, or now.
    server.stop();
    let backup = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder.path()).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), backup.path().join(file.file_name())).unwrap();
    }
    let server = ServerProcess::start(folder.path());
    record(&mut lost, 0..1);
    sync(&mut lost, &server);
    sync(&mut phone, &server);
    drop((lost, server));
    // Fewer changes than the server keeps apart of one device, and more bytes.
    let edits = (0..70).map(|turn| {
        let text = format!("{turn:03}{}", "ế".repeat(1990));
        json!({ "type": "save_entry", "entry": "01K9ZQ3M000000000000000000", "type_code": "TT_BUOI",
                "fields": { "result": text, "difficulty": text, "proposal": text } })
    });
    let edits = edits.collect::<serde_json::Value>().to_string();
    phone.apply(operation::read(&edits).unwrap()).unwrap();
    run(&["restored"], backup.path());
    let server = ServerProcess::start(backup.path());
    sync(&mut phone, &server);
    assert_eq!(phone.status().waiting, 0, "all has arrived");
}
