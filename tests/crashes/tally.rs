//! What happened in all rounds, and what was wrong.

use std::collections::BTreeMap;
use std::fmt;

/// Counts of everything, for the table, and what must not be.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    counts: BTreeMap<String, u64>,
    /// What a check has found.
    pub(crate) problems: Vec<String>,
}

impl Tally {
    /// Counts one more.
    pub(crate) fn count(&mut self, what: impl Into<String>) {
        self.add(what, 1);
    }

    /// Counts some more.
    pub(crate) fn add(&mut self, what: impl Into<String>, number: u64) {
        *self.counts.entry(what.into()).or_default() += number;
    }

    /// How often something was.
    pub(crate) fn of(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or_default()
    }

    /// Checks one thing. What is wrong is counted under `wrong`.
    pub(crate) fn check(&mut self, holds: bool, wrong: &str, told: impl FnOnce() -> String) {
        self.count("checks");
        // The line stands in the table also when nothing is wrong.
        self.add(wrong, u64::from(!holds));
        if !holds {
            self.problems.push(format!("{wrong}: {}", told()));
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (what, number) in &self.counts {
            writeln!(formatter, "{number:>10}  {what}")?;
        }
        Ok(())
    }
}
