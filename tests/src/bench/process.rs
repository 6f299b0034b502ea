//! What Linux tells of a process: processor time by thread, memory.

use std::collections::BTreeMap;
use std::io;
use std::time::Duration;

/// Processor time of a process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Used {
    /// Of the threads that apply.
    pub apply: Duration,
    /// Of the thread that writes to the database, for both.
    pub writer: Duration,
    /// Of all others.
    pub rest: Duration,
}

impl Used {
    /// Of all threads together.
    pub fn total(self) -> Duration {
        self.apply + self.writer + self.rest
    }
}

/// The processor time of a process, thread by thread; threads that have ended in the meantime are remembered.
#[derive(Debug)]
pub struct Watch {
    process: u32,
    threads: BTreeMap<String, (String, Duration)>,
    begun: Used,
}

impl Watch {
    /// Begins to count now.
    pub fn over(process: u32) -> io::Result<Self> {
        let mut watch = Self {
            process,
            threads: BTreeMap::new(),
            begun: Used::default(),
        };
        watch.look()?;
        watch.begun = watch.sum();
        Ok(watch)
    }

    /// What was used since it began to count.
    pub fn used(&mut self) -> io::Result<Used> {
        self.look()?;
        let now = self.sum();
        Ok(Used {
            apply: now.apply.saturating_sub(self.begun.apply),
            writer: now.writer.saturating_sub(self.begun.writer),
            rest: now.rest.saturating_sub(self.begun.rest),
        })
    }

    fn look(&mut self) -> io::Result<()> {
        for thread in std::fs::read_dir(format!("/proc/{}/task", self.process))? {
            let thread = thread?;
            let read = |name: &str| std::fs::read_to_string(thread.path().join(name));
            // It may end between the listing and the reading.
            if let (Ok(name), Ok(times)) = (read("comm"), read("schedstat")) {
                let nanoseconds = times.split(' ').next().and_then(|time| time.parse().ok()).unwrap_or(0);
                let id = thread.file_name().to_string_lossy().into_owned();
                self.threads
                    .insert(id, (name.trim().to_owned(), Duration::from_nanos(nanoseconds)));
            }
        }
        Ok(())
    }

    fn sum(&self) -> Used {
        let mut used = Used::default();
        for (name, time) in self.threads.values() {
            if name.starts_with("apply-") {
                used.apply += *time;
            } else if name == "store-writer" {
                used.writer += *time;
            } else {
                used.rest += *time;
            }
        }
        used
    }
}

/// The most memory that a process has held, in bytes.
pub fn peak_memory(process: u32) -> io::Result<u64> {
    memory(process, "VmHWM:")
}

/// The memory that a process holds, in bytes.
pub fn resident_memory(process: u32) -> io::Result<u64> {
    memory(process, "VmRSS:")
}

fn memory(process: u32, name: &str) -> io::Result<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let told = status.lines().find_map(|line| line.strip_prefix(name));
    let kilobytes = told.and_then(|told| told.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    kilobytes
        .map(|kilobytes| kilobytes * 1024)
        .ok_or_else(|| io::Error::other(format!("the system tells no {name}")))
}
