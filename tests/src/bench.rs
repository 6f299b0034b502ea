//! The measures of sync, against their aims: the real server in a process of its own, phones with the real core, and a proxy
//! between them that counts. `docs/MEASURES.md` says what each row means.

mod burst;
mod exchanges;
mod history;
mod house;
mod load;
pub mod process;
mod proxy;
mod text;
mod trace;
mod union;
mod wasm;
mod words;
mod workload;

use std::io;

use server::store::StoreError;

use crate::phone::PhoneError;

/// Why there is no measure.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// A file, a socket or a process.
    #[error(transparent)]
    System(#[from] io::Error),
    /// A phone did not do what it should.
    #[error("a phone: {0}")]
    Phone(#[from] PhoneError),
    /// The server's store.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// The server did what it must not.
    #[error("{0}")]
    Wrong(String),
}

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Measure {
    /// First download of a year.
    Download,
    /// A month up, the other's news down.
    Month,
    /// Nothing to say, with one document and with many.
    Nothing,
    /// A backlog over a link that is cut again and again.
    Backlog,
    /// Many devices at once.
    Burst,
    /// Ten years in one unit's documents.
    History,
}

/// How much of everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    /// Documents of the reviewer who has nothing to say.
    documents: usize,
    /// Bytes of the backlog on the wire.
    backlog: u64,
    /// Devices of the burst.
    devices: usize,
    /// Connections that carry it.
    connections: usize,
    /// Devices of the burst in which writes to the disk are watched.
    traced: usize,
    /// Years of history.
    years: i16,
    /// Months that are synced to compare.
    months: usize,
}

impl Scale {
    /// What the aims are about.
    pub const FULL: Self = Self {
        documents: 1_000,
        backlog: 200_000,
        devices: 2_000,
        connections: 64,
        traced: 200,
        years: 10,
        months: 20,
    };
    /// Enough to see that it works.
    pub const QUICK: Self = Self {
        documents: 8,
        backlog: 12_000,
        devices: 6,
        connections: 3,
        traced: 3,
        years: 2,
        months: 1,
    };

    /// With a burst of so many devices.
    #[must_use]
    pub fn with_devices(self, devices: usize) -> Self {
        Self { devices, ..self }
    }
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// What is measured.
    pub what: String,
    /// What was aimed at.
    pub aim: String,
    /// What came out.
    pub value: String,
    /// Whether the aim is met; none where there is no aim, or nothing to tell it by.
    pub met: Option<bool>,
}

impl Line {
    fn new(what: impl Into<String>, aim: impl Into<String>, value: impl Into<String>, met: bool) -> Self {
        Self {
            what: what.into(),
            aim: aim.into(),
            value: value.into(),
            met: Some(met),
        }
    }

    /// Something to know beside the aims.
    fn note(what: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            aim: String::new(),
            value: value.into(),
            met: None,
        }
    }

    /// A number that is to be no more than its aim.
    fn at_most(what: impl Into<String>, most: f64, value: f64, unit: &str) -> Self {
        let digits = |number: f64| match number {
            number if number.fract() == 0.0 => format!("{number}"),
            number if number < 10.0 => format!("{number:.2}"),
            number => format!("{number:.0}"),
        };
        Self::new(
            what,
            format!("≤ {} {unit}", digits(most)),
            format!("{} {unit}", digits(value)),
            value <= most,
        )
    }
}

/// Measures one row of the table, or the lines that it has.
pub fn measure(measure: Measure, scale: Scale) -> Result<Vec<Line>, BenchError> {
    match measure {
        Measure::Download => exchanges::download(),
        Measure::Month => exchanges::month(),
        Measure::Nothing => exchanges::nothing(scale.documents),
        Measure::Backlog => exchanges::backlog(scale.backlog),
        Measure::Burst => burst::burst(scale),
        Measure::History => history::history(scale),
    }
}

/// Says how far something that takes long has come.
fn progress(message: &str) {
    eprintln!("  {message}");
}
