//! The real program is killed and its disk fails while phones work, round after round. Checkers that stand apart ask whether
//! anything acknowledged is lost and whether anything was served that is not there.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stdout, reason = "a table of what happened is what the rounds are for")]

mod faults;
mod full_disk;
mod ledger;
mod officer;
mod power_cut;
mod round;
mod small_disk;
mod tally;
mod world;

use std::path::Path;

use round::Strike;
use small_disk::SmallDisk;
use tally::Tally;
use world::World;

/// Rounds of every test run.
const ROUNDS: u64 = 24;

/// Rounds on one folder: what a server has left behind is what the next begins with.
const ROUNDS_OF_A_WORLD: u64 = 12;

/// A number from the environment.
fn wanted(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// A disk that can be full. Where none can be made that is said, and the other strikes go on.
fn small_disk(is_wanted: bool, at: &Path) -> Option<SmallDisk> {
    if !is_wanted {
        return None;
    }
    let mounted = SmallDisk::mount(at);
    mounted
        .inspect_err(|reason| println!("SKIPPED: no round on a full disk, for none can be mounted here: {reason}"))
        .ok()
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_served_was_not_committed() {
    assert!(
        faults::can_strike(),
        "strace is missing; `cargo xtask setup --tests` installs it"
    );
    let (rounds, seed) = (wanted("CRASH_ROUNDS", ROUNDS), wanted("CRASH_SEED", 1));
    let mut tally = Tally::default();
    let mut world: Option<World> = None;
    for number in 0..rounds {
        let mut rng = fastrand::Rng::with_seed(seed.wrapping_mul(1_000_003).wrapping_add(number));
        let has_small_disk = number / ROUNDS_OF_A_WORLD % 4 != 3;
        let mut current = world
            .take()
            .unwrap_or_else(|| World::new(|at| small_disk(has_small_disk, at), &mut rng));
        let strike = Strike::of(number, current.disk.is_some(), &mut rng);
        round::run(&mut current, &strike, &mut rng, &mut tally);
        let is_last = number + 1 == rounds || (number + 1) % ROUNDS_OF_A_WORLD == 0;
        if !tally.problems.is_empty() {
            println!(
                "round {number} of seed {seed}: {strike:?}; see {}",
                current.keep().display()
            );
            break;
        }
        if is_last {
            current.finish(&mut tally);
        } else {
            world = Some(current);
        }
    }
    println!("{tally}");
    assert!(tally.problems.is_empty(), "{:#?}", tally.problems);
    assert!(
        tally.of("acknowledged") >= rounds && tally.of("served") >= rounds,
        "something happens"
    );
}
