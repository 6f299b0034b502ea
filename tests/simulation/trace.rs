//! What happened in a run, line by line. Two runs of one seed say the same.

use std::cell::RefCell;
use std::fmt::Arguments;
use std::rc::Rc;

/// How much of a failed run is printed.
const LAST_LINES: usize = 60;

/// The lines of one run.
#[derive(Debug, Clone)]
pub(crate) struct Trace {
    seed: u64,
    lines: Rc<RefCell<Vec<String>>>,
}

impl Trace {
    /// Nothing yet.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            seed,
            lines: Rc::default(),
        }
    }

    /// Notes something.
    pub(crate) fn note(&self, at: i64, what: Arguments<'_>) {
        self.lines.borrow_mut().push(format!("{at:>10} {what}"));
    }

    /// All of it.
    pub(crate) fn lines(&self) -> Vec<String> {
        self.lines.borrow().clone()
    }
}

/// A run that ends in a panic says how it came to that.
pub(crate) struct ToldOnPanic(pub Trace);

impl Drop for ToldOnPanic {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let lines = self.0.lines();
            let from = lines.len().saturating_sub(LAST_LINES);
            let told = lines.get(from..).unwrap_or_default().join("\n");
            eprintln!("seed {} failed after:\n{told}", self.0.seed);
        }
    }
}
