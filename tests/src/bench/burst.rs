//! Many phones at once, right after the server was started: what it takes the server, how long phones wait, how far the desk
//! is behind, and what is left when the server is killed at the last acknowledgement.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use client_core::ids::{ChangeHash, DocumentId};
use server::store::Store;

use super::house::{YEAR, begin, copy, settle, sync};
use super::load::{self, Outcome};
use super::process::{Used, Watch, peak_memory};
use super::union::{self, officer};
use super::workload::{Work, month_of, perform};
use super::{BenchError, Line, Scale, progress, trace};
use crate::phone::Phone;
use crate::phone::network::Request;
use crate::server_process::ServerProcess;

/// Phones that are prepared at once.
const AT_ONCE: usize = 2;

/// What one phone is about to send.
#[derive(Debug)]
struct Ready {
    request: Request,
    changes: Vec<(DocumentId, Vec<ChangeHash>)>,
}

/// One run of a burst.
struct Run {
    outcome: Outcome,
    /// Until the last acknowledgement.
    receiving: Used,
    /// Until nothing waited to be applied.
    used: Used,
    behind: Duration,
    memory: u64,
}

pub(super) fn burst(scale: Scale) -> Result<Vec<Line>, BenchError> {
    let folder = tempfile::tempdir()?;
    union::found(folder.path(), scale.devices, YEAR..=YEAR, begin())?;
    let ready = prepare(folder.path(), scale.devices)?;
    let documents: usize = ready.iter().map(|ready| ready.changes.len()).sum();

    progress("the burst");
    let run = run(folder.path(), &ready, scale.connections)?;
    progress("the burst, and a kill at its last acknowledgement");
    let lost = killed(folder.path(), &ready, scale.connections)?;
    progress("a smaller one, with the calls of the server written down");
    let traced = traced(
        folder.path(),
        &ready[..scale.traced.min(ready.len())],
        scale.connections,
    )?;

    let per = |time: Duration, count: usize| time.as_secs_f64() * 1_000.0 / count.max(1) as f64;
    let Run {
        outcome,
        receiving,
        used,
        behind,
        memory,
    } = run;
    let rate = ready.len() as f64 / outcome.took.as_secs_f64();
    let bodies: usize = ready.iter().map(|ready| ready.request.body.len()).sum();
    let what = |what: &str| format!("burst of {}: {what}", ready.len());
    // While phones wait the writer works for them, and after that for the desk.
    let receive = per(used.rest + receiving.writer, ready.len());
    let apply = per(used.apply + used.writer.saturating_sub(receiving.writer), documents);
    Ok(vec![
        Line::note(
            "a burst's requests",
            format!("{} B each, {documents} documents", bodies / ready.len().max(1)),
        ),
        Line::new(
            what("acknowledged"),
            "≥ 1000 /s",
            format!("{rate:.0} /s"),
            rate >= 1_000.0,
        ),
        Line::at_most(what("receive, processor time a sync"), 0.6, receive, "ms"),
        Line::note(
            "  of it the database's writer",
            format!("{:.2} ms", per(receiving.writer, ready.len())),
        ),
        Line::at_most(what("apply, processor time a document"), 2.5, apply, "ms"),
        Line::at_most(what("99 of 100 wait"), 250.0, per(outcome.percentile(99), 1), "ms"),
        Line::note(
            "  half of them wait",
            format!("{:.0} ms", per(outcome.percentile(50), 1)),
        ),
        Line::note("  put off with 429 or 503", format!("{} times", outcome.put_off)),
        Line::at_most(what("desk behind at the end"), 5.0, behind.as_secs_f64(), "s"),
        Line::at_most(what("most memory"), 256.0, memory as f64 / f64::from(1 << 20), "MiB"),
        Line::new(
            what("lost after kill -9 at the last acknowledgement"),
            "0 changes",
            format!("{lost} changes"),
            lost == 0,
        ),
        match traced {
            Some(traced) => Line::new(
                format!(
                    "burst of {}: acknowledged after a sync to the disk",
                    scale.traced.min(ready.len())
                ),
                "all",
                format!(
                    "{} of {}, {} syncs",
                    traced.after_sync, traced.acknowledged, traced.syncs
                ),
                traced.acknowledged > 0 && traced.after_sync == traced.acknowledged,
            ),
            None => Line::note(
                "  acknowledged after a sync to the disk",
                "not counted: strace is not there",
            ),
        },
    ])
}

/// Has each unit's phone send a year to the server and compose what a month adds to it.
fn prepare(data: &Path, devices: usize) -> Result<Vec<Ready>, BenchError> {
    let store = union::store(data);
    let mut phones = Vec::new();
    for number in 0..devices {
        phones.push(Some(union::phone(&*store, &officer(number, 1), begin())?));
    }
    let server = ServerProcess::start(data);
    let (next, phones) = (AtomicUsize::new(0), Mutex::new(phones));
    let take = || {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let phone = phones.lock().expect("nobody panics").get_mut(number)?.take()?;
        if number % 100 == 99 {
            progress(&format!("{} of {devices} phones have a year behind them", number + 1));
        }
        Some((number, phone))
    };
    let work = || -> Result<Vec<Ready>, BenchError> {
        let mut ready = Vec::new();
        while let Some((number, phone)) = take() {
            ready.push(compose(phone, number as u64, &server.address)?);
        }
        Ok(ready)
    };
    let all: Vec<Result<Vec<Ready>, BenchError>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a phone does not panic"))
            .collect()
    });
    settle(&*store)?;
    server.kill();
    let mut ready = Vec::new();
    for composed in all {
        ready.extend(composed?);
    }
    Ok(ready)
}

fn compose(mut phone: Phone, seed: u64, address: &str) -> Result<Ready, BenchError> {
    sync(&mut phone, address)?;
    let mut work = Work::seeded(10_000 + seed);
    perform(&mut phone, &work.year(YEAR))?;
    sync(&mut phone, address)?;
    let before: BTreeMap<_, _> = phone
        .replica()
        .documents()
        .map(|(id, held)| (id.clone(), held.heads()))
        .collect();
    perform(&mut phone, &work.month(month_of(YEAR)))?;
    let changes = phone.replica().documents().map(|(id, held)| {
        let new = held.changes_after(before.get(id).map(Vec::as_slice).unwrap_or_default());
        (
            id.clone(),
            new.iter().map(client_core::document::Change::hash).collect::<Vec<_>>(),
        )
    });
    let changes = changes.filter(|(_, hashes)| !hashes.is_empty()).collect();
    let request = phone.first_request()?;
    let request = request.ok_or_else(|| BenchError::Wrong("a phone with news says nothing".to_owned()))?;
    Ok(Ready { request, changes })
}

fn requests(server: &ServerProcess, ready: &[Ready]) -> (String, Vec<Vec<u8>>) {
    let host = server.address.trim_start_matches("http://").to_owned();
    let requests = ready
        .iter()
        .map(|ready| load::on_the_wire(&host, &ready.request))
        .collect();
    (host, requests)
}

fn run(data: &Path, ready: &[Ready], connections: usize) -> Result<Run, BenchError> {
    let folder = copy(data)?;
    let store = union::store(folder.path());
    let server = ServerProcess::start(folder.path());
    let (host, requests) = requests(&server, ready);
    let mut watch = Watch::over(server.id())?;
    let outcome = load::send(&host, &requests, connections)?;
    let acknowledged = Instant::now();
    // Threads that have nothing to do any more end, and their times with them.
    let receiving = watch.used()?;
    settle(&*store)?;
    let behind = acknowledged.elapsed();
    let run = Run {
        outcome,
        receiving,
        used: watch.used()?,
        behind,
        memory: peak_memory(server.id())?,
    };
    server.kill();
    whole(&*store, ready)?;
    Ok(run)
}

/// How many changes are gone after the server was killed at the last acknowledgement.
fn killed(data: &Path, ready: &[Ready], connections: usize) -> Result<usize, BenchError> {
    let folder = copy(data)?;
    let server = ServerProcess::start(folder.path());
    let (host, requests) = requests(&server, ready);
    load::send(&host, &requests, connections)?;
    server.kill();
    let store = union::store(folder.path());
    let lost = missing(&*store, ready)?;
    let server = ServerProcess::start(folder.path());
    settle(&*store)?;
    server.kill();
    whole(&*store, ready)?;
    Ok(lost)
}

fn traced(data: &Path, ready: &[Ready], connections: usize) -> Result<Option<trace::Synced>, BenchError> {
    let folder = copy(data)?;
    let record = folder.path().join("calls");
    let Some(server) = ServerProcess::start_under(&trace::command(&record), folder.path()) else {
        return Ok(None);
    };
    let (host, requests) = requests(&server, ready);
    load::send(&host, &requests, connections)?;
    // The tracer writes its record down when what it watches has ended.
    server.stop();
    Ok(Some(trace::read(&std::fs::read_to_string(record)?)))
}

/// How many of the changes are not in the store.
fn missing(store: &dyn Store, ready: &[Ready]) -> Result<usize, BenchError> {
    let mut missing = 0;
    for (document, hashes) in ready.iter().flat_map(|ready| &ready.changes) {
        for hash in hashes {
            missing += usize::from(store.received_at(document, hash)?.is_none());
        }
    }
    Ok(missing)
}

/// Everything was taken in and applied.
fn whole(store: &dyn Store, ready: &[Ready]) -> Result<(), BenchError> {
    let (missing, aside) = (missing(store, ready)?, store.set_aside()?.len());
    match (missing, aside) {
        (0, 0) => Ok(()),
        _ => Err(BenchError::Wrong(format!(
            "of a burst {missing} changes are missing and {aside} are set aside"
        ))),
    }
}
