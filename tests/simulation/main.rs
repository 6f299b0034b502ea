//! A seeded world of one server, several phones and a bad network, in virtual time. A seed replays a run exactly.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod checkers;
mod mutants;
mod network;
mod office;
mod officer;
mod phone;
mod run;
mod server;
mod trace;

use std::sync::atomic::{AtomicU64, Ordering};

use run::run;

/// Seeds of every test run.
const SEEDS: u64 = 500;

/// Seeds that failed once. Each has its line with what was wrong.
const REGRESSIONS: [u64; 0] = [];

/// Which seeds: `SIMULATION_SEEDS=from..to`, or the first ones.
fn wanted() -> std::ops::Range<u64> {
    let Ok(text) = std::env::var("SIMULATION_SEEDS") else {
        return 0..SEEDS;
    };
    let (from, to) = text.split_once("..").expect("SIMULATION_SEEDS is from..to");
    from.parse().expect("a seed")..to.parse().expect("a seed")
}

#[test]
fn nothing_is_lost_and_all_agree_whatever_the_seed() {
    let seeds = wanted();
    let next = AtomicU64::new(seeds.start);
    let failed = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..std::thread::available_parallelism().map_or(2, usize::from))
            .map(|_| {
                scope.spawn(|| {
                    let mut failed = Vec::new();
                    loop {
                        let seed = next.fetch_add(1, Ordering::Relaxed);
                        if seed >= seeds.end {
                            return failed;
                        }
                        if std::panic::catch_unwind(|| run(seed)).is_err() {
                            failed.push(seed);
                        }
                    }
                })
            })
            .collect();
        let failed = workers.into_iter().flat_map(|worker| worker.join().unwrap());
        failed.collect::<Vec<_>>()
    });
    assert!(failed.is_empty(), "these seeds failed: {failed:?}");
}

#[test]
fn what_failed_once_does_not_fail_again() {
    for seed in REGRESSIONS {
        run(seed);
    }
}

#[test]
fn bodies_go_on_from_others_and_a_server_that_lost_those_says_so() {
    let happens = |seed| {
        let lines = run(seed).lines();
        let is_said = |what| lines.iter().any(|line| line.contains(what));
        is_said("going on") && is_said("hears 412")
    };
    assert!((0..SEEDS).any(happens), "it happens in none of the worlds");
}

#[test]
fn a_seed_replays_its_run_exactly() {
    for seed in [1, 2, 3] {
        let [first, second] = [run(seed), run(seed)];
        assert_eq!(first.lines(), second.lines());
        assert!(first.lines().len() > 100, "something happens in it");
    }
}
