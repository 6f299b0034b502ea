//! Bodies that go on from what a device has sent before, against a server that has it.

use std::panic::AssertUnwindSafe;

use bolero::{check, produce};
use client_core::document::Change;
use client_core::protocol::Limits;
use client_core::protocol::codec::{CodecError, encode_following};
use client_core::protocol::context::{Context, window};
use client_core::protocol::sync::SyncRequest;
use fuzz::memory;
use fuzz::messages::{LOG, document, entry};
use fuzz::mutated::Mutated;
use jiff::civil::date;
use server::ingest::{ReadError, Sender};
use system_tests::device::{Device, talk};
use system_tests::world::World;

const ITERATIONS: usize = 1_000;

/// Changes that the server has of the device.
const KNOWN: usize = 6;

#[test]
fn following() {
    let _alone = memory::alone();
    // Reading a body writes nothing.
    let world = AssertUnwindSafe(World::new());
    let (mut writer, other) = (world.device(1, "an"), world.device(2, "anh"));
    let known: Vec<Change> = (0..KNOWN as u32).map(|number| record(&mut writer, number)).collect();
    world.sync(&mut writer);
    record(&mut writer, 7);
    let told = writer.request();
    // A change of another unit's, and of no unit's, is asked for with the same words.
    let documents = [LOG, "log/B/2026", "register/A", "diary/A", ""];
    let sound = (1..=KNOWN).flat_map(|end| (1..=end).map(move |count| (end, count)));
    let sound =
        sound.map(|(end, count)| encode_following(&told, &name(LOG, &known, end, count), &seen(&known, end, count)));
    let damaged = Mutated::new(sound);
    let counts = [0, 1, 2, KNOWN as u32, KNOWN as u32 + 1, i32::MAX as u32, u32::MAX];
    let (writer, other) = (world.sender(&writer), world.sender(&other));
    let read = |sender: &Sender, body: &[u8]| {
        let most = 4 * Limits::REQUEST.inflated_bytes;
        memory::within(most, || world.ingest.read(sender, body))
    };
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((
            (1..=KNOWN, 1..=KNOWN),
            (0..documents.len(), 0..counts.len(), produce::<bool>()),
            &damaged,
        ))
        .for_each(|((end, count), (document, claimed, is_named), damaged)| {
            let (end, count) = (*end, (*count).min(*end));
            let body = encode_following(&told, &name(LOG, &known, end, count), &seen(&known, end, count));
            assert_eq!(read(&writer, &body).as_ref().ok(), Some(&told));
            assert_unknown(&read(&other, &body));
            // Names that say more than there is, or something else.
            let mut context = name(documents[*document], &known, end, count);
            context.count = counts[*claimed];
            if !is_named {
                context.last = [0xff; 8].into();
            }
            let body = encode_following(&told, &context, &seen(&known, end, count));
            let found = read(&writer, &body);
            if *document != 0 || !is_named || context.count as usize > end {
                assert_unknown(&found);
            }
            let _ = read(&writer, damaged);
            let body = read(&other, damaged);
            assert!(body.is_err() || damaged[0] != 2, "what another sent is not looked at");
        });
}

fn record(device: &mut Device, number: u32) -> Change {
    let people = i64::from(number) + 4;
    device.save(&document(LOG), &talk(entry(number), date(2026, 10, 1), people))
}

/// The last so many of the first changes, by name.
fn name(document: &str, known: &[Change], end: usize, count: usize) -> Context {
    let mut last = [0; 8];
    last.copy_from_slice(&known[end - 1].hash().0[..8]);
    Context {
        document: document.to_owned(),
        last: last.into(),
        count: count as u32,
    }
}

/// What stands in the window then.
fn seen(known: &[Change], end: usize, count: usize) -> Vec<u8> {
    window(LOG, known[end - count..end].iter().map(Change::bytes))
}

fn assert_unknown(read: &Result<SyncRequest, ReadError>) {
    assert!(
        matches!(read, Err(ReadError::Codec(CodecError::UnknownContext))),
        "{read:?}"
    );
}
