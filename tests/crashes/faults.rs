//! Faults below the database: `strace` stands between the program and the system, lets calls fail, or ends the process at one.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use system_tests::server_process::program;

/// Calls by which the database writes.
pub(crate) const WRITES: &str = "pwrite64";
/// Calls after which what was written is on the disk.
pub(crate) const SYNCS: &str = "fsync,fdatasync";
/// Calls that shorten or prolong a file.
pub(crate) const TRUNCATES: &str = "ftruncate";

/// Files as `-y` tells them, and what they are.
const FILES: [(&str, &str); 3] = [
    ("sqlite3-wal>", "log:"),
    ("sqlite3-shm>", "index:"),
    ("sqlite3>", "database:"),
];
/// A folder, or a file that goes with its transaction.
pub(crate) const ELSEWHERE: &str = "elsewhere:";

/// Something that happens to calls of a kind. Each thread's calls are counted by themselves; one thread writes.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) calls: &'static str,
    /// Only calls on this file of the server's folder.
    pub(crate) file: Option<&'static str>,
    pub(crate) effect: Effect,
    /// From this call on, counted from 1.
    pub(crate) first: u32,
    /// To this one.
    pub(crate) last: u32,
    /// And of those each so-manieth.
    pub(crate) step: u32,
}

/// What happens to a call.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Effect {
    /// It does nothing and gives an error.
    Fails(&'static str),
    /// The process is killed as it is made.
    Kills,
}

impl Fault {
    fn argument(&self) -> String {
        let effect = match self.effect {
            Effect::Fails(error) => format!("error={error}"),
            Effect::Kills => "signal=SIGKILL".to_owned(),
        };
        let Self {
            calls,
            first,
            last,
            step,
            ..
        } = self;
        format!("inject={calls}:{effect}:when={first}..{last}+{step}")
    }
}

/// Whether there is a tracer.
pub(crate) fn can_strike() -> bool {
    Command::new("strace")
        .arg("-V")
        .output()
        .is_ok_and(|output| output.status.success())
}

/// The program serving a folder, as it is.
pub(crate) fn healthy() -> Command {
    Command::new(program())
}

/// The program serving a folder on a disk with a fault. What happens to it is written to a file.
pub(crate) fn faulty(data: &Path, fault: &Fault, log: &Path) -> Command {
    let mut command = Command::new("strace");
    // The tracer stands aside, so that the process is our child. Threads are followed.
    command
        .args(["-D", "-f", "-qq", "-e", "signal=none", "-y", "-s", "0", "-o"])
        .arg(log);
    command.args(["-e", &format!("trace={}", fault.calls), "-e", &fault.argument()]);
    if let Some(file) = fault.file {
        command.arg("-P").arg(data.join(file));
    }
    command.arg(program());
    command
}

/// How many calls have failed, by kind, as the tracer tells.
pub(crate) fn struck(log: &Path) -> BTreeMap<String, u64> {
    let told = std::fs::read_to_string(log).expect("strace has told what it did");
    let mut struck = BTreeMap::new();
    for line in told.lines().filter(|line| line.contains("(INJECTED)")) {
        let call = [WRITES, "fsync", "fdatasync", TRUNCATES]
            .into_iter()
            .rfind(|call| line.contains(call));
        let error = line.rsplit_once("= -1 ").and_then(|(_, error)| error.split(' ').next());
        let file = FILES
            .into_iter()
            .find(|(end, _)| line.contains(end))
            .map(|(_, name)| name);
        let kind = format!(
            "{} {} {}",
            file.unwrap_or(ELSEWHERE),
            call.unwrap_or("?"),
            error.unwrap_or("?")
        );
        *struck.entry(kind).or_default() += 1;
    }
    struck
}
