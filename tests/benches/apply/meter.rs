//! Processor time and memory of this process, as Linux tells them.

use std::fs;

/// Measures the time that this process's threads were on a processor.
#[derive(Debug)]
pub(crate) struct Meter {
    began_ns: u64,
}

impl Meter {
    /// From now on.
    pub(crate) fn start() -> Self {
        Self { began_ns: cpu_ns() }
    }

    /// Milliseconds since then.
    pub(crate) fn ms(&self) -> f64 {
        (cpu_ns() - self.began_ns) as f64 / 1e6
    }
}

/// Of all threads that run. One that ends takes its time along: here only stores end, before anything is measured.
fn cpu_ns() -> u64 {
    let tasks = fs::read_dir("/proc/self/task").unwrap();
    let times = tasks.map(|task| {
        let line = fs::read_to_string(task.unwrap().path().join("schedstat")).unwrap_or_default();
        line.split(' ').next().and_then(|ns| ns.parse().ok()).unwrap_or(0)
    });
    times.sum()
}

/// The most memory that was ever resident.
pub(crate) fn peak_rss_kib() -> u64 {
    status("VmHWM:")
}

/// The memory that is resident.
pub(crate) fn rss_kib() -> u64 {
    status("VmRSS:")
}

fn status(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
