//! A union with its server's folder, its officers with their phones, and somebody who reads all from the beginning.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use client_core::ids::DeviceId;
use server::accounts::new_enrolment_code;
use server::clock::{Clock, SystemClock};
use server::store::directory::Installation;
use system_tests::device::Device;
use system_tests::server_process::{Line, ServerProcess, run};
use system_tests::world::{open, union};

use crate::faults::healthy;
use crate::ledger::{Ledger, Named};
use crate::officer::{Officer, Seen};
use crate::small_disk::SmallDisk;
use crate::tally::Tally;

pub(crate) const DATABASE: &str = "so-cong-doan.sqlite3";
const LOG: &str = "so-cong-doan.sqlite3-wal";

/// Nobody waits longer for a server that is well.
const PATIENCE: Duration = Duration::from_mins(1);

/// Exchanges of a phone until a server that is well has everything.
const CATCH_UP: usize = 20;

pub(crate) const DISHONEST: &str = "wrong: answers that are not honest";
pub(crate) const STUCK: &str = "wrong: phones that do not recover";
const ROWS: &str = "wrong: rows made anew differ";

/// One world, over as many rounds as it lasts.
#[derive(Debug)]
pub(crate) struct World {
    /// Its own disk, if it has one. Goes before the folder in which it stands.
    pub(crate) disk: Option<SmallDisk>,
    folder: tempfile::TempDir,
    pub(crate) officers: Vec<Officer>,
    reader: Device,
    reader_token: String,
    ledger: Ledger,
}

impl World {
    /// One whose folder stands on a disk as asked for.
    pub(crate) fn new(on: impl FnOnce(&Path) -> Option<SmallDisk>, rng: &mut fastrand::Rng) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        std::fs::create_dir(&data).unwrap();
        let disk = on(&data);
        let store = open(&data.join(DATABASE));
        let installation = Installation {
            epoch: [7; 8],
            signing_key: [7; 32],
            server_device: DeviceId([255; 8]),
            demo: false,
        };
        store.initialise(installation).unwrap();
        store.edit_directory(union()).unwrap();
        let people = ["an", "anh", "an", "binh", "tam"];
        let codes =
            people.map(|person| new_enrolment_code(&*store, &person.parse().unwrap(), 7, SystemClock.now()).unwrap());
        drop(store);
        let server = ServerProcess::start(&data);
        let mut enrolled = codes.iter().zip(1..).map(|(code, number)| {
            let mut device = Device::new(number);
            let token = server.line().enrol(&mut device, &code.code).unwrap();
            (device, token)
        });
        let mut officers = Vec::new();
        for documents in [
            ["log/A/2026", "register/A"],
            ["log/A/2026", "log/A/2025"],
            ["register/A", "log/A/2025"],
            ["log/B/2026", "register/B"],
        ] {
            let (device, token) = enrolled.next().unwrap();
            officers.push(Officer::new(device, token, &documents, rng.fork()));
        }
        let (reader, reader_token) = enrolled.next().unwrap();
        drop(enrolled);
        server.kill();
        Self {
            disk,
            folder,
            officers,
            reader,
            reader_token,
            ledger: Ledger::default(),
        }
    }

    /// The server's folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A file beside it.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Starts a server. What it logs is kept.
    pub(crate) fn start(&self, command: Command) -> Result<ServerProcess, std::process::ExitStatus> {
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.file("server.log"))
            .unwrap();
        ServerProcess::try_start(command, &self.data(), log)
    }

    /// All officers work at once while something is done that is told of each exchange that is over.
    pub(crate) fn work<T>(
        &mut self,
        line: &Line,
        exchanges: usize,
        meanwhile: impl FnOnce(&Receiver<()>) -> T,
        tally: &mut Tally,
    ) -> T {
        let (over, overs) = channel();
        let (outcome, seen) = std::thread::scope(|scope| {
            let working: Vec<_> = self
                .officers
                .iter_mut()
                .map(|officer| {
                    let over = over.clone();
                    scope.spawn(move || officer.work(line, exchanges, &over))
                })
                .collect();
            drop(over);
            let outcome = meanwhile(&overs);
            let seen: Vec<_> = working.into_iter().map(|officer| officer.join().unwrap()).collect();
            (outcome, seen)
        });
        for seen in seen {
            self.note(seen, tally);
        }
        outcome
    }

    /// All officers sync until nothing waits, one after the other.
    pub(crate) fn catch_up(&mut self, line: &Line, exchanges: usize, tally: &mut Tally) {
        for number in 0..self.officers.len() {
            let mut seen = Seen::default();
            let is_done = self.officers[number].catch_up(line, exchanges, &mut seen);
            tally.check(is_done, STUCK, || format!("officer {number}: {:?}", seen.answers));
            self.note(seen, tally);
        }
    }

    fn note(&mut self, seen: Seen, tally: &mut Tally) {
        tally.add("acknowledged", seen.acknowledged.len() as u64);
        self.ledger.acknowledge(seen.acknowledged);
        for (answer, number) in seen.answers {
            tally.add(format!("answers: {answer}"), number);
        }
        tally.check(seen.dishonest.is_empty(), DISHONEST, || seen.dishonest.join("; "));
        for officer in &mut self.officers {
            let heard = std::mem::take(&mut officer.device.heard);
            tally.add("served", heard.len() as u64);
            self.ledger.serve(&heard);
        }
    }

    /// Looks at what a dead server has left behind, in a copy: its own next start is to find it as it is.
    pub(crate) fn check_disk(&mut self, tally: &mut Tally) {
        let copy = tempfile::tempdir_in(self.folder.path()).unwrap();
        self.copy_files(copy.path());
        let store = open(&copy.path().join(DATABASE));
        let cursors = self.officers.iter().map(|officer| officer.device.cursor);
        self.ledger.check_store(&*store, cursors, tally);
    }

    /// Starts the server on a disk that is well: all phones come to rest, and somebody new is told of everything.
    pub(crate) fn settle(&mut self, tally: &mut Tally) {
        let server = self.start(healthy()).unwrap();
        let line = server.line();
        self.catch_up(&line, CATCH_UP, tally);
        let told = self.read_all(&line);
        self.ledger.check_told(&told, tally);
        // Whoever was asked before the last had sent hears of that now.
        self.catch_up(&line, CATCH_UP, tally);
        server.kill();
    }

    /// Reads from the beginning until everything has come that is known, which takes a moment to be applied.
    fn read_all(&self, line: &Line) -> BTreeSet<Named> {
        let until = Instant::now() + PATIENCE;
        loop {
            let mut reader = self.reader.emptied();
            while line
                .sync(&mut reader, &self.reader_token)
                .is_ok_and(|frames| frames.last().is_some_and(|frame| frame.more))
            {}
            let told = reader.heard.into_iter().map(|heard| (heard.document, heard.change));
            let told = told.collect();
            if self.ledger.is_covered_by(&told) || Instant::now() > until {
                return told;
            }
        }
    }

    /// Checks at the end of a world that rows made anew are those that stand, and that the log told no secrets.
    pub(crate) fn finish(self, tally: &mut Tally) {
        let dump = || open(&self.data().join(DATABASE)).dump_read_model().unwrap();
        let live = dump();
        run(&["rebuild"], &self.data());
        tally.check(dump() == live, ROWS, || "after `rebuild`".to_owned());
        check_log(&self.file("server.log"), &self.officers, tally);
    }

    /// Keeps the folder for whoever looks into what went wrong.
    pub(crate) fn keep(self) -> PathBuf {
        if self.disk.is_some() {
            self.copy_files(self.folder.path());
        }
        drop(self.disk);
        self.folder.keep()
    }

    /// The files of the database that survive its process.
    pub(crate) fn files(&self) -> [PathBuf; 2] {
        [DATABASE, LOG].map(|file| self.data().join(file))
    }

    fn copy_files(&self, to: &Path) {
        for file in self.files().iter().filter(|file| file.exists()) {
            std::fs::copy(file, to.join(file.file_name().unwrap())).unwrap();
        }
    }
}

fn check_log(log: &Path, officers: &[Officer], tally: &mut Tally) {
    let told = std::fs::read_to_string(log).unwrap();
    let secrets = officers
        .iter()
        .map(|officer| officer.token.as_str())
        .chain(["Người", "Công đoàn"]);
    for secret in secrets {
        tally.check(!told.contains(secret), "wrong: the log tells secrets", || {
            secret.to_owned()
        });
    }
    for line in told.lines() {
        tally.check(!line.contains("panicked"), "wrong: panics", || line.to_owned());
    }
}
