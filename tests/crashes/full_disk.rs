//! What is said while the disk is full, and that it is over when there is room.

use system_tests::server_process::Refusal;

use crate::faults::healthy;
use crate::small_disk;
use crate::tally::Tally;
use crate::world::World;

const READY: &str = "/api/v1/health/ready";

/// Syncs after which a disk without room has refused one, and one with room taken in everything.
const SOON: usize = 20;

#[test]
fn a_full_disk_is_told_to_phones_and_to_whoever_watches_and_work_goes_on_once_there_is_room() {
    let mut world = World::new(|at| small_disk(true, at), &mut fastrand::Rng::with_seed(1));
    if world.disk.is_none() {
        return;
    }
    let server = world.start(healthy()).unwrap();
    let line = server.line();
    assert_eq!(line.status(READY), Some(200));

    world.disk.as_ref().unwrap().fill(0);
    let told = world.officers[0].work_until_refused(&line, SOON);
    let not_written = Refusal {
        status: 503,
        code: "not_written".to_owned(),
        retry_after: Some(10),
    };
    assert_eq!(told, Some(not_written));
    assert_eq!(line.status(READY), Some(503));
    let log = std::fs::read_to_string(world.file("server.log")).unwrap();
    assert!(log.contains("Could not commit a group of"), "{log}");
    assert!(log.contains("database or disk is full"), "{log}");

    world.disk.as_ref().unwrap().free();
    assert_eq!(line.status(READY), Some(200), "nobody has written since");
    let mut tally = Tally::default();
    world.catch_up(&line, SOON, &mut tally);
    server.kill();
    world.check_disk(&mut tally);
    world.settle(&mut tally);
    world.finish(&mut tally);
    assert!(tally.problems.is_empty(), "{:#?}", tally.problems);
}
