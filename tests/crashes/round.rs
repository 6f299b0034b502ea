//! One round: officers work, something strikes the server or its disk, and everything is checked.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::mpsc::Receiver;
use std::time::{Duration, Instant};

use system_tests::server_process::ServerProcess;

use crate::faults::{self, Effect, Fault};
use crate::power_cut::{Disk, traced};
use crate::tally::Tally;
use crate::world::{DATABASE, World};

/// How a server ends that has lost a write, as `serve` documents it.
const EXIT_LOST_WRITE: i32 = 74;

/// Exchanges of each officer, unless the server dies before.
const EXCHANGES: usize = 12;

/// Exchanges until a disk that fails now and then has taken everything.
const RECOVERY: usize = 100;

const ENDED: &str = "wrong: how the server ended";

/// What strikes.
#[derive(Debug, Clone)]
pub(crate) enum Strike {
    /// `kill -9` from outside.
    Kill,
    /// `kill -9` at a call.
    KillAt(Fault),
    /// Calls fail for a while. The server lives on.
    Passing(Fault),
    /// An fsync fails. The server ends itself.
    LostSync(Fault),
    /// Calls fail while the server opens its database.
    Opening(Fault),
    /// The disk is full but for so many bytes, for a while. The server lives on.
    Full { left: u64 },
    /// The power is cut.
    PowerCut,
}

impl Strike {
    /// The strikes take turns; where each strikes is drawn.
    pub(crate) fn of(round: u64, has_small_disk: bool, rng: &mut fastrand::Rng) -> Self {
        // What is moved from the log into the database is written and synced there.
        let file = rng.bool().then_some(DATABASE);
        let once = |calls, effect, at| Fault {
            calls,
            file: None,
            effect,
            first: at,
            last: at,
            step: 1,
        };
        match round % 8 {
            6 if has_small_disk => Self::Full {
                left: rng.u64(0..100_000),
            },
            7 => Self::PowerCut,
            0 => Self::Kill,
            1 => Self::KillAt(once(faults::WRITES, Effect::Kills, rng.u32(1..200))),
            2 => Self::KillAt(once(faults::SYNCS, Effect::Kills, rng.u32(1..30))),
            3 | 6 => {
                let first = rng.u32(1..60);
                Self::Passing(Fault {
                    calls: faults::WRITES,
                    file,
                    effect: Effect::Fails(if rng.bool() { "ENOSPC" } else { "EIO" }),
                    first,
                    last: first + rng.u32(0..40),
                    step: rng.u32(1..4),
                })
            }
            4 => Self::LostSync(Fault {
                file,
                ..once(
                    faults::SYNCS,
                    Effect::Fails("EIO"),
                    rng.u32(1..if file.is_some() { 2 } else { 60 }),
                )
            }),
            _ => {
                let calls = [faults::WRITES, faults::SYNCS, faults::TRUNCATES];
                let calls = rng.choice(calls).unwrap_or(faults::WRITES);
                let error = if rng.bool() { "ENOSPC" } else { "EIO" };
                Self::Opening(once(calls, Effect::Fails(error), rng.u32(1..4)))
            }
        }
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Kill => "kill from outside",
            Self::KillAt(Fault { calls, .. }) if *calls == faults::WRITES => "kill at a write",
            Self::KillAt(_) => "kill at an fsync",
            Self::Passing(_) => "failing writes",
            Self::LostSync(_) => "failing fsync",
            Self::Opening(_) => "failing start",
            Self::Full { .. } => "full disk",
            Self::PowerCut => "power cut",
        }
    }

    fn fault(&self) -> Option<&Fault> {
        match self {
            Self::Kill | Self::Full { .. } | Self::PowerCut => None,
            Self::KillAt(fault) | Self::Passing(fault) | Self::LostSync(fault) | Self::Opening(fault) => Some(fault),
        }
    }
}

/// Runs one round.
pub(crate) fn run(world: &mut World, strike: &Strike, rng: &mut fastrand::Rng, tally: &mut Tally) {
    tally.count("rounds");
    tally.count(format!("rounds: {}", strike.name()));
    let log = world.file("strace.log");
    let before = Disk::of(world.files());
    let command = match (strike, strike.fault()) {
        (_, Some(fault)) => faults::faulty(&world.data(), fault, &log),
        (Strike::PowerCut, None) => traced(&log),
        (_, None) => faults::healthy(),
    };
    let (ended, listened) = match world.start(command) {
        Err(ended) => (ended, false),
        Ok(server) => (strike_down(world, strike, server, rng, tally), true),
    };
    let mut syncs_lost = 0;
    if strike.fault().is_some() {
        for (kind, number) in faults::struck(&log) {
            // The database does not ask what became of a folder's; the server sees to that before it begins.
            let is_lost = kind.contains("sync") && !kind.starts_with(faults::ELSEWHERE);
            syncs_lost += if is_lost { number } else { 0 };
            tally.add(format!("faults: {kind}"), number);
            tally.add("faults", number);
        }
    }
    if matches!(strike, Strike::PowerCut) {
        let mut disk = before;
        disk.follow(&log);
        tally.add("writes lost in power cuts", disk.cut(rng));
    }
    check_end(ended, listened, syncs_lost > 0, strike, tally);
    world.check_disk(tally);
    world.settle(tally);
}

/// Officers work until the server is gone. Gives how it ended.
fn strike_down(
    world: &mut World,
    strike: &Strike,
    server: ServerProcess,
    rng: &mut fastrand::Rng,
    tally: &mut Tally,
) -> ExitStatus {
    let line = server.line();
    match strike {
        Strike::Kill | Strike::Opening(_) | Strike::PowerCut => {
            let exchanges = rng.usize(1..30);
            let while_more = Duration::from_micros(rng.u64(0..20_000));
            world.work(
                &line,
                EXCHANGES,
                |over| {
                    let _counted = over.iter().take(exchanges).count();
                    pass(over, while_more);
                    server.kill()
                },
                tally,
            )
        }
        Strike::KillAt(_) | Strike::LostSync(_) => {
            world.work(&line, EXCHANGES, |_| (), tally);
            server.kill()
        }
        Strike::Full { left } => {
            let (before, meanwhile) = (rng.usize(1..10), rng.usize(5..30));
            // The officers have it while they work.
            let disk = world.disk.take().expect("such a strike is for a small disk");
            let disk = world.work(
                &line,
                EXCHANGES,
                |over| {
                    let _counted = over.iter().take(before).count();
                    disk.fill(*left);
                    let _counted = over.iter().take(meanwhile).count();
                    disk.free();
                    disk
                },
                tally,
            );
            world.disk = Some(disk);
            world.catch_up(&line, RECOVERY, tally);
            server.kill()
        }
        Strike::Passing(_) => {
            world.work(&line, EXCHANGES, |_| (), tally);
            // Nobody has started it anew, and all goes on.
            world.catch_up(&line, RECOVERY, tally);
            server.kill()
        }
    }
}

/// Lets a while pass in which others work.
fn pass(over: &Receiver<()>, a_while: Duration) {
    let until = Instant::now() + a_while;
    while let Some(left) = until.checked_duration_since(Instant::now()) {
        if over.recv_timeout(left).is_err() {
            return;
        }
    }
}

/// A server ends killed, or says why: never by a panic, and never goes on after a lost fsync.
fn check_end(ended: ExitStatus, listened: bool, has_lost_sync: bool, strike: &Strike, tally: &mut Tally) {
    let is_killed = ended.signal() == Some(9);
    tally.count(match (is_killed, ended.code()) {
        (true, _) => "ends: killed".to_owned(),
        (false, code) => format!("ends: by itself, {code:?}"),
    });
    let expected = match (listened, has_lost_sync) {
        (true, true) => ended.code() == Some(EXIT_LOST_WRITE),
        (true, false) => is_killed,
        // It says why it could not begin, or was killed before.
        (false, true) => matches!(ended.code(), Some(1 | EXIT_LOST_WRITE)),
        (false, false) => is_killed || ended.code() == Some(1),
    };
    tally.check(expected, ENDED, || {
        format!("{ended} after {strike:?}; it listened: {listened}; an fsync failed: {has_lost_sync}")
    });
}
