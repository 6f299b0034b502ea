//! What applying costs on this machine, by parts: `cargo bench -p system-tests --bench apply`.
//!
//! Units with a year on the server, and one with ten years, each get a month that a device brings; the server has just
//! started, so that nothing is in memory. Times are of the processor, since the machine does other things, too. The number of
//! units: `UNITS=2000 cargo bench …`. A folder for the database: `BENCH_FOLDER`.

#![expect(clippy::print_stdout, reason = "the table is what this is for")]
#![expect(clippy::unwrap_used, reason = "a failure ends the measuring, and says where")]

#[path = "apply/workload.rs"]
mod workload;

use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use client_core::document::{Change, Document};
use client_core::ids::{DeviceId, DocumentId, DocumentKind, OrgUnitId};
use client_core::model::schema;
use client_core::time::Timestamp;
use jiff::civil::date;
use server::ingest::Ingest;
use server::projection::Held;
use server::store::Store;
use server::store::directory::{DirectoryEdit, Installation, NewUnit};
use server::store::documents::NewChange;
use server::store::sqlite::SqliteStore;

use system_tests::bench::process::{Watch, peak_memory, resident_memory};
use workload::{Log, Work};

/// Years of different work; each unit has one of them.
const PATTERNS: usize = 20;

/// The year in which the month is.
const YEAR: i16 = 2026;

/// When the server's clock shows the month to be over.
const NOW: Timestamp = Timestamp(1_798_000_000_000);

fn main() {
    let units: usize = std::env::var("UNITS").map_or(200, |count| count.parse().unwrap());
    let temporary = tempfile::tempdir().unwrap();
    let folder = std::env::var("BENCH_FOLDER").map_or_else(|_| temporary.path().to_owned(), Into::into);
    println!("| what | CPU ms | per document |\n| --- | --- | --- |");
    let one = years(&folder, "one", 1, units);
    let ten = years(&folder, "ten", 10, units.div_ceil(10));
    println!("| ten years against one, a unit | {:.2} × | |", ten / one);
    println!(
        "| peak resident memory | {} MiB | |",
        peak_memory(std::process::id()).unwrap() >> 20
    );
}

/// Units with so many years get a month. Gives the CPU time that applying it takes for one unit, in milliseconds.
fn years(folder: &Path, name: &str, years: i16, units: usize) -> f64 {
    let path = folder.join(format!("{name}.sqlite"));
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&path).unwrap());
    let periods = set_up(&store, years, units);
    let works: Vec<_> = (0..PATTERNS.min(units))
        .map(|seed| Work::done(seed as u64, YEAR + 1 - years, years, YEAR))
        .collect();
    for unit in 0..units {
        receive(&store, &unit_id(unit), &works[unit % works.len()].years);
    }
    let ingest = Ingest::start(Arc::clone(&store), 0, NOW).unwrap();
    let meter = Meter::start();
    ingest.apply_waiting().unwrap();
    let documents: usize = works.iter().map(|work| work.years.len()).sum();
    row(
        &format!("{name}: the years themselves, a unit"),
        meter.ms() / units as f64,
        documents as f64 / works.len() as f64,
    );
    drop(ingest);
    assert_eq!(store.set_aside().unwrap(), [], "the work is sound");

    let sample = &works[0];
    let changes: usize = sample.years.iter().map(|(_, changes)| changes.len()).sum();
    let operations_of_years = operations(&sample.years);
    let month: usize = sample.month.iter().map(|(_, changes)| changes.len()).sum();
    println!(
        "| {name}: {units} units, {periods} periods; a unit has {changes} changes with {operations_of_years} operations; the month has \
         {month} with {} | | |",
        operations(&sample.month)
    );
    parts(&store, name, &works);

    let meter = Meter::start();
    for unit in 0..units {
        receive(&store, &unit_id(unit), &works[unit % works.len()].month);
    }
    row(
        &format!("{name}: appending the month, a unit"),
        meter.ms() / units as f64,
        2.0,
    );
    let before = resident();
    let started = Instant::now();
    let ingest = Ingest::start(Arc::clone(&store), 0, NOW).unwrap();
    let meter = Meter::start();
    ingest.apply_waiting().unwrap();
    let cold = meter.ms() / units as f64;
    row(&format!("{name}: applying the month, cold, a unit"), cold, 2.0);
    assert_eq!(store.set_aside().unwrap(), [], "the month is sound");
    println!(
        "| {name}: applied {:.0} units a second; resident memory grew by {} MiB; the database has {} MiB | | |",
        units as f64 / started.elapsed().as_secs_f64(),
        resident().saturating_sub(before) >> 20,
        std::fs::metadata(&path).unwrap().len() / 1024 / 1024
    );
    cold
}

/// Processor time of this process's threads.
struct Meter(Watch);

impl Meter {
    /// From now on.
    fn start() -> Self {
        Self(Watch::over(std::process::id()).unwrap())
    }

    /// Milliseconds since then.
    fn ms(mut self) -> f64 {
        self.0.used().unwrap().total().as_secs_f64() * 1_000.0
    }
}

fn resident() -> u64 {
    resident_memory(std::process::id()).unwrap()
}

fn row(what: &str, ms: f64, documents: f64) {
    println!("| {what} | {ms:.2} | {:.2} |", ms / documents);
}

fn operations(changes: &[(Log, Vec<Change>)]) -> usize {
    let changes = changes.iter().flat_map(|(_, changes)| changes);
    changes.map(|change| change.operations().len()).sum()
}

/// What single parts of applying cost, one after another, for the patterns' units.
fn parts(store: &Arc<dyn Store>, name: &str, works: &[Work]) {
    let rounds = works.len() as f64;
    let meter = Meter::start();
    let held: Vec<_> = (0..works.len())
        .map(|unit| Held::load(&**store, &DocumentId::log(&unit_id(unit), YEAR)).unwrap())
        .collect();
    row(&format!("{name}: loading a log"), meter.ms() / rounds, 1.0);
    let mut documents: Vec<_> = held.iter().map(|held| held.document().clone()).collect();
    let meter = Meter::start();
    let saved: Vec<_> = documents.iter().map(Document::save).collect();
    row(
        &format!("{name}: saving a log of {} bytes", saved[0].len()),
        meter.ms() / rounds,
        1.0,
    );
    let meter = Meter::start();
    for saved in &saved {
        Document::load(DocumentKind::Log, saved).unwrap();
    }
    row(&format!("{name}: loading what was saved"), meter.ms() / rounds, 1.0);
    let meter = Meter::start();
    for (document, work) in documents.iter_mut().zip(works) {
        let (_, changes) = &work.month[0];
        document.apply(changes.iter().cloned()).unwrap();
    }
    row(
        &format!("{name}: applying a month to a log in memory"),
        meter.ms() / rounds,
        1.0,
    );
    let meter = Meter::start();
    for (document, work) in documents.iter().zip(works) {
        for change in &work.month[0].1 {
            schema::check(document, change).unwrap();
        }
    }
    row(&format!("{name}: checking a month's schema"), meter.ms() / rounds, 1.0);
}

fn unit_id(number: usize) -> OrgUnitId {
    format!("U{number}").parse().unwrap()
}

/// A province with units below it, and the quarters of the years. Gives how many.
fn set_up(store: &Arc<dyn Store>, years: i16, units: usize) -> usize {
    let installation = Installation {
        epoch: [7; 8],
        signing_key: [7; 32],
        server_device: DeviceId([255; 8]),
        demo: false,
    };
    store.initialise(installation).unwrap();
    let unit = |id: OrgUnitId, tier: &str, parent: Option<&str>| {
        DirectoryEdit::Unit(NewUnit {
            name: format!("Công đoàn {id}"),
            id,
            tier: tier.to_owned(),
            sector: "DN_NNN".to_owned(),
            parent: parent.map(|parent| parent.parse().unwrap()),
            from: date(2010, 1, 1),
        })
    };
    let mut edits = vec![unit("TINH".parse().unwrap(), "TINH", None)];
    edits.extend((0..units).map(|number| unit(unit_id(number), "CDCS", Some("TINH"))));
    for year in YEAR + 1 - years..=YEAR {
        let quarters = (1..=4).map(|quarter| format!("{year}-Q{quarter}").parse().unwrap());
        edits.extend(quarters.map(|period| DirectoryEdit::Period(period, date(2027, 1, 10))));
    }
    store.edit_directory(edits).unwrap();
    4 * years as usize
}

/// Appends changes as receiving does, without their signatures.
fn receive(store: &Arc<dyn Store>, unit: &OrgUnitId, changes: &[(Log, Vec<Change>)]) {
    for (log, changes) in changes {
        let id = log.of(unit);
        let new: Vec<_> = changes.iter().filter_map(NewChange::of).collect();
        let receiving = move |ledger: &mut dyn server::store::documents::Ledger| {
            for change in &new {
                ledger.append(&id, change)?;
            }
            Ok(Vec::new())
        };
        store.receive(None, NOW, Box::new(receiving)).unwrap();
    }
}
