//! Answers to devices whose link carries little, in frames that come through one by one.

use client_core::ids::{DeviceId, DocumentId};
use client_core::model::entry::FieldValue;
use client_core::protocol::PROBLEM_TYPE;
use client_core::protocol::codec::encode_answer;
use client_core::protocol::sync::{DocumentHeads, SyncRequest, SyncResponse};
use client_core::replica::input::Input;
use jiff::civil::date;
use server::ingest::Receipt;
use system_tests::device::{Device, talk};
use system_tests::shell::Shell;
use system_tests::world::World;

const LITTLE: u32 = 4 * 1024;

fn log() -> DocumentId {
    "log/A/2026".parse().unwrap()
}

/// A device of the unit that has logged so many talks, and sent them.
fn writer(world: &World, count: i64) -> Device {
    let mut writer = world.device(1, "anh");
    for number in 0..count {
        writer.log_talk(&log(), date(2026, 10, 1), number);
    }
    world.sync(&mut writer);
    writer
}

/// Logs a talk of which so much is said that it does not deflate, and sends it.
fn say_much(world: &World, writer: &mut Device, letters: usize) {
    let entry = writer.log_talk(&log(), date(2026, 10, 2), 7);
    let mut rng = fastrand::Rng::with_seed(letters as u64);
    let text = (0..letters).map(|_| rng.alphanumeric()).collect();
    let mut edit = talk(entry, date(2026, 10, 2), 7);
    edit.fields.insert("title".to_owned(), Some(FieldValue::Text(text)));
    writer.save(&log(), &edit);
    world.sync(writer);
}

/// What the news of a frame costs.
fn news_bytes(frame: &SyncResponse) -> usize {
    let changes = frame.news.iter().flat_map(|news| &news.changes);
    changes.map(|change| change.len() + 8).sum()
}

fn is_bare(frame: &SyncResponse) -> bool {
    frame.news.is_empty() && frame.profile.is_none()
}

#[test]
fn who_asks_for_little_hears_first_what_became_of_the_pushes_and_each_thing_in_a_frame_of_its_own() {
    let world = World::new();
    let writer = writer(&world, 120);
    let mut reader = world.device(2, "an");
    reader.log_talk(&log(), date(2026, 10, 3), 5);
    // With as much as ever all of it is told together.
    let together = world.sync(&mut reader.clone());
    assert_eq!((together.len(), together[0].fates.len()), (1, 1));
    assert!(together[0].profile.is_some() && news_bytes(&together[0]) > LITTLE as usize);

    reader.budget = LITTLE;
    let frames = world.sync(&mut reader);
    let [fates, profile, news] = &frames[..] else {
        panic!("{} frames", frames.len())
    };
    assert!(fates.fates.len() == 1 && is_bare(fates) && fates.more);
    assert!(profile.more && profile.profile.is_some() && profile.news.is_empty() && profile.fates.is_empty());
    assert!(news.more && (LITTLE as usize / 2..=LITTLE as usize).contains(&news_bytes(news)));
    let mut exchanges = 1;
    while world.sync(&mut reader).last().unwrap().more {
        exchanges += 1;
    }
    assert!(exchanges > 2, "{exchanges}");
    assert!(
        writer
            .heads(&log())
            .iter()
            .all(|head| reader.documents[&log()].has(head))
    );
    // Without anything to say it is one frame that says nothing.
    let frames = world.sync(&mut reader);
    assert!(frames.len() == 1 && is_bare(&frames[0]) && frames[0].digest.is_some());
}

#[test]
fn one_change_that_is_larger_than_what_was_asked_for_comes_alone() {
    let world = World::new();
    let mut writer = writer(&world, 0);
    say_much(&world, &mut writer, 30_000);
    writer.log_talk(&log(), date(2026, 10, 3), 5);
    world.sync(&mut writer);
    let mut reader = world.device(2, "an");
    reader.budget = 1;
    let mut sizes = Vec::new();
    loop {
        let frames = world.sync(&mut reader);
        let changes = frames
            .iter()
            .flat_map(|frame| &frame.news)
            .map(|news| news.changes.len());
        sizes.push((frames.iter().map(news_bytes).sum::<usize>(), changes.sum::<usize>()));
        if !frames.last().unwrap().more {
            break;
        }
    }
    assert!(
        sizes.iter().any(|(bytes, changes)| *bytes > 30_000 && *changes == 1),
        "{sizes:?}"
    );
    assert_eq!(reader.heads(&log()), writer.heads(&log()));
}

#[test]
fn a_profile_that_is_larger_than_what_was_asked_for_comes_after_all_news() {
    let world = World::new();
    writer(&world, 20);
    for number in 100..160 {
        world.device(number, "an");
    }
    let mut reader = world.device(2, "an");
    reader.budget = 1024;
    loop {
        let frames = world.sync(&mut reader);
        let final_frame = frames.last().unwrap();
        if !final_frame.more {
            assert!(frames.len() == 2 && final_frame.profile.is_some() && final_frame.digest.is_some());
            break;
        }
        assert_eq!(reader.profile, None);
    }
    assert!(reader.profile.is_some());
}

#[test]
fn who_compares_hears_what_stands_first_and_that_more_comes_until_all_has_come() {
    let world = World::new();
    writer(&world, 60);
    let mut reader = world.device(2, "an");
    world.sync(&mut reader);
    let lost = DocumentHeads {
        document: "log/A/2019".to_owned(),
        heads: vec![[7; 32].into()],
        digest: 1,
    };
    let request = SyncRequest {
        reconcile: Some(vec![lost]),
        budget: LITTLE,
        ..reader.request()
    };
    let sender = world.sender(&reader);
    let frames = world
        .ingest
        .answer(&sender, &request, Receipt::default(), world.now)
        .unwrap();
    let [standing, news] = &frames[..] else {
        panic!("{} frames", frames.len())
    };
    assert!(standing.standing.len() == 1 && is_bare(standing) && standing.more);
    assert!(news.more && news_bytes(news) <= LITTLE as usize);
    // As much as ever is more than one frame here, too: the device must not take the first for all.
    let mut writer = world.device(3, "anh");
    for letters in 20_000..20_006 {
        say_much(&world, &mut writer, letters);
    }
    let request = SyncRequest {
        budget: 1 << 20,
        ..request
    };
    let frames = world
        .ingest
        .answer(&sender, &request, Receipt::default(), world.now)
        .unwrap();
    let more: Vec<_> = frames.iter().map(|frame| frame.more).collect();
    let (last, earlier) = more.split_last().unwrap();
    assert!(
        !last && !earlier.is_empty() && earlier.iter().all(|more| *more),
        "{more:?}"
    );
}

/// Syncs over a link that cuts every answer after so many bytes, until nothing is asked any more. Gives how many connections
/// carried an answer, and how many were cut: here first what deflates well comes, then what does not.
fn sync_over(shell: &mut Shell, world: &World, device: DeviceId, carries: usize) -> (u32, u32) {
    let (mut carried, mut cut) = (0, 0);
    while let Some((request, _)) = shell.sent {
        let body = encode_answer(&shell.frames(world, device));
        assert!(carried + cut < 200, "{carried} and {cut}");
        if body.len() <= carries {
            carried += 1;
            shell.answer(200, client_core::protocol::CONTENT_TYPE, &body);
            continue;
        }
        cut += 1;
        shell.sent = None;
        let bytes = body[..carries].to_vec();
        shell.give(Input::ResponseBytes { request, bytes });
        shell.give(Input::SendFailed { request });
        shell.wake();
    }
    (carried, cut)
}

#[test]
fn the_first_download_and_a_comparison_come_through_a_link_that_cuts_each_answer() {
    for carries in [2_200, 3_400, 7_400] {
        let world = World::new();
        let mut writer = writer(&world, 150);
        for letters in 300..340 {
            say_much(&world, &mut writer, letters);
        }
        let (mut shell, device) = Shell::new(&world, 2);
        let (carried, cut) = sync_over(&mut shell, &world, device, carries);
        assert_eq!(shell.rows().len(), 190, "over {carries} bytes");
        assert!(cut <= 3 + carried / 8, "over {carries} bytes: {carried} and {cut}");

        // The server does not know the cursor any more, and much has come meanwhile.
        for letters in 400..440 {
            say_much(&world, &mut writer, letters);
        }
        shell.wake();
        shell.answer(409, PROBLEM_TYPE, b"{}");
        let (carried, cut) = sync_over(&mut shell, &world, device, carries);
        assert_eq!(shell.rows().len(), 230, "over {carries} bytes");
        assert!(cut <= 3 + carried / 8, "over {carries} bytes: {carried} and {cut}");
    }
}
