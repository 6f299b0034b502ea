//! What stands on a disk after a power cut. A killed process leaves everything it has written to the system; a cut leaves only
//! what was synced before, and of the rest what happened to reach the disk. So all writes and syncs of the database's files are
//! traced, and the files made anew as a disk might hold them.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use system_tests::server_process::program;

/// What a disk writes at once.
const SECTOR: usize = 512;

/// A file with what is on the disk and what is only on its way there.
#[derive(Debug, Default)]
struct Image {
    disk: Vec<u8>,
    on_its_way: Vec<Write>,
}

#[derive(Debug)]
enum Write {
    At(usize, Vec<u8>),
    Length(usize),
}

/// How much of what was not synced reaches the disk all the same.
#[derive(Debug, Clone, Copy)]
enum Luck {
    Nothing,
    SomeWrites,
    SomeSectors,
}

/// The files of a database before a server works on them.
#[derive(Debug)]
pub(crate) struct Disk {
    files: BTreeMap<PathBuf, Image>,
}

/// The program serving a folder, with every write and sync told in full.
pub(crate) fn traced(log: &Path) -> Command {
    let mut command = Command::new("strace");
    command.args(["-D", "-f", "-qq", "--seccomp-bpf", "-e", "signal=none"]);
    command.args([
        "-y",
        "-xx",
        "-s",
        "70000",
        "-e",
        "trace=pwrite64,ftruncate,fsync,fdatasync",
        "-o",
    ]);
    command.arg(log).arg(program());
    command
}

impl Disk {
    /// Takes the files as they are.
    pub(crate) fn of<const N: usize>(files: [PathBuf; N]) -> Self {
        let image = |file: &PathBuf| Image {
            disk: fs::read(file).unwrap_or_default(),
            on_its_way: Vec::new(),
        };
        Self {
            files: files
                .into_iter()
                .map(|file| (fs::canonicalize(&file).unwrap_or(file.clone()), image(&file)))
                .collect(),
        }
    }

    /// Follows what was done to them.
    pub(crate) fn follow(&mut self, log: &Path) {
        // By thread: a call is told in two lines when another comes between.
        let mut begun: BTreeMap<String, String> = BTreeMap::new();
        for line in fs::read_to_string(log).unwrap().lines() {
            let (thread, told) = line.trim_start().split_once(' ').unwrap_or_default();
            let told = told.trim_start();
            if let Some(first) = told.strip_suffix(" <unfinished ...>") {
                begun.insert(thread.to_owned(), first.to_owned());
            } else if let Some((_, rest)) = told.split_once(" resumed>") {
                let whole = begun.remove(thread).unwrap_or_default() + rest;
                self.call(&whole);
            } else {
                self.call(told);
            }
        }
        // Calls during which it was killed may have been done or not: as those that nobody has synced.
        for call in begun.into_values().filter(|call| !call.contains("sync(")) {
            self.call(&(call + ") = 0"));
        }
    }

    /// `name(3<path>, …) = result`
    fn call(&mut self, told: &str) -> Option<()> {
        let (name, rest) = told.split_once('(')?;
        let (arguments, result) = rest.rsplit_once(") = ")?;
        if result.starts_with(['-', '?']) && name.contains("sync") || result.starts_with('-') {
            return None;
        }
        let mut arguments = arguments.split(", ");
        let path = arguments.next()?.split_once('<')?.1.strip_suffix('>')?;
        let path = PathBuf::from(String::from_utf8(unhex(path)).ok()?);
        let image = self.files.get_mut(&path)?;
        match name {
            "pwrite64" => {
                let bytes = unhex(arguments.next()?.trim_matches('"'));
                let at = arguments.nth(1)?.parse().ok()?;
                image.on_its_way.push(Write::At(at, bytes));
            }
            "ftruncate" => image.on_its_way.push(Write::Length(arguments.next()?.parse().ok()?)),
            _sync => {
                for write in std::mem::take(&mut image.on_its_way) {
                    put(&mut image.disk, &write);
                }
            }
        }
        Some(())
    }

    /// Leaves the files as a power cut might. Gives how many writes were lost, in whole or in part.
    pub(crate) fn cut(self, rng: &mut fastrand::Rng) -> u64 {
        let luck = rng
            .choice([Luck::Nothing, Luck::SomeWrites, Luck::SomeSectors])
            .unwrap_or(Luck::Nothing);
        let mut lost = 0;
        for (path, mut image) in self.files {
            for write in image.on_its_way {
                match (luck, &write) {
                    (Luck::SomeWrites, _) | (Luck::SomeSectors, Write::Length(_)) if rng.bool() => {
                        put(&mut image.disk, &write);
                        continue;
                    }
                    (Luck::SomeSectors, Write::At(at, bytes)) => {
                        for (number, sector) in bytes.chunks(SECTOR).enumerate() {
                            if rng.bool() {
                                put(&mut image.disk, &Write::At(at + number * SECTOR, sector.to_vec()));
                            }
                        }
                    }
                    (Luck::Nothing | Luck::SomeWrites | Luck::SomeSectors, _) => {}
                }
                lost += 1;
            }
            fs::write(path, image.disk).unwrap();
        }
        lost
    }
}

fn put(disk: &mut Vec<u8>, write: &Write) {
    match write {
        Write::Length(length) => disk.resize(*length, 0),
        Write::At(at, bytes) => {
            let end = at + bytes.len();
            if disk.len() < end {
                disk.resize(end, 0);
            }
            disk[*at..end].copy_from_slice(bytes);
        }
    }
}

/// `\x41\x42` as bytes.
fn unhex(text: &str) -> Vec<u8> {
    let digit = |digit: u8| (digit as char).to_digit(16).unwrap_or_default() as u8;
    let coded = text.as_bytes().chunks_exact(4);
    coded.map(|code| digit(code[2]) << 4 | digit(code[3])).collect()
}
