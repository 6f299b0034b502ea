//! The real program is killed right after it acknowledges, again and again.

use std::sync::mpsc::channel;

use client_core::document::Change;
use client_core::ids::DocumentId;
use jiff::civil::date;
use system_tests::device::Device;
use system_tests::server_process::{ServerProcess, run};
use system_tests::world::open;

const ROUNDS: i64 = 50;

/// What of a device's work the server has acknowledged: everything it made that it no longer holds back.
fn acknowledged(made: &[(DocumentId, Change)], device: &Device) -> Vec<(DocumentId, Change)> {
    let is_held_back = |change: &Change| device.unsent.iter().any(|(_, unsent)| unsent == change);
    made.iter()
        .filter(|(_, change)| !is_held_back(change))
        .cloned()
        .collect()
}

#[test]
fn what_was_acknowledged_survives_fifty_kills() {
    let folder = tempfile::tempdir().unwrap();
    run(&["init", "--demo"], folder.path());
    let (log, register): (DocumentId, DocumentId) =
        ("log/KHUN-HA/2026".parse().unwrap(), "register/KHUN-HA".parse().unwrap());
    let server = ServerProcess::start(folder.path());
    let mut phones = Vec::new();
    for (number, code) in [(201, "CHEKHAN1"), (202, "CHEKHAN2")] {
        let mut device = Device::new(number);
        let token = server.line().enrol(&mut device, code).unwrap();
        server.line().sync(&mut device, &token).unwrap();
        phones.push((device, token, Vec::new()));
    }
    server.kill();

    let mut acknowledged_in_all = 0;
    for round in 0..ROUNDS {
        let server = ServerProcess::start(folder.path());
        let (acknowledgements, first) = channel();
        let threads: Vec<_> = phones
            .drain(..)
            .map(
                |(mut device, token, mut made): (Device, String, Vec<(DocumentId, Change)>)| {
                    let held_back = device.unsent.len();
                    device.log_talk(&log, date(2026, 11, 2), round);
                    device.log_talk(&register, date(2026, 11, 2), round);
                    made.extend(device.unsent[held_back..].iter().cloned());
                    let (line, acknowledgements) = (server.line(), acknowledgements.clone());
                    std::thread::spawn(move || {
                        // The other phone's acknowledgement may have ended the server by now.
                        if line.sync(&mut device, &token).is_ok() {
                            acknowledgements.send(()).unwrap();
                        }
                        (device, token, made)
                    })
                },
            )
            .collect();
        drop(acknowledgements);
        first.recv().expect("a server that nobody has killed acknowledges");
        server.kill();
        phones = threads.into_iter().map(|thread| thread.join().unwrap()).collect();

        let store = open(&folder.path().join("so-cong-doan.sqlite3"));
        acknowledged_in_all = 0;
        for (device, _, made) in &phones {
            for (document, change) in acknowledged(made, device) {
                let received_at = store.received_at(&document, &change.hash()).unwrap();
                assert!(
                    received_at.is_some(),
                    "round {round}: {} is gone from {document}",
                    change.hash()
                );
                acknowledged_in_all += 1;
            }
        }
    }
    assert!(
        acknowledged_in_all >= ROUNDS as usize * 2,
        "{acknowledged_in_all} acknowledged"
    );

    // Once more without a kill: everything comes together, and rows made anew equal those that stand.
    let server = ServerProcess::start(folder.path());
    for _ in 0..2 {
        for (device, token, _) in &mut phones {
            server.line().sync(device, token).unwrap();
            assert!(device.unsent.is_empty());
        }
    }
    assert_eq!(phones[0].0.heads(&log), phones[1].0.heads(&log));
    assert_eq!(phones[0].0.heads(&register), phones[1].0.heads(&register));
    server.kill();
    let store = open(&folder.path().join("so-cong-doan.sqlite3"));
    assert!(store.waiting_documents().unwrap().is_empty());
    let live = store.dump_read_model().unwrap();
    drop(store);
    run(&["rebuild"], folder.path());
    let store = open(&folder.path().join("so-cong-doan.sqlite3"));
    assert_eq!(store.dump_read_model().unwrap(), live);
}
