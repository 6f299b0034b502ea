//! What came of a run of several steps: one table at its end, and a line that says it in numbers.

use std::fmt::Write as _;
use std::time::Duration;

/// How a step ended.
#[derive(Debug)]
pub(crate) enum Ending {
    /// As it should.
    Passed,
    /// Not so, and why.
    Failed(anyhow::Error),
    /// Not run, and why.
    Skipped(String),
}

/// What the table calls the sum of its times. CI has forty minutes for it and for setting up before it.
const ALTOGETHER: &str = "altogether";

/// The steps so far.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    steps: Vec<(&'static str, Ending, Duration)>,
}

impl Summary {
    /// Adds a step that has ended.
    pub(crate) fn add(&mut self, name: &'static str, ending: Ending, took: Duration) {
        self.steps.push((name, ending, took));
    }

    /// How many steps failed.
    pub(crate) fn failed(&self) -> usize {
        self.count(|ending| matches!(ending, Ending::Failed(_)))
    }

    /// The table and the closing line.
    pub(crate) fn text(&self) -> String {
        let names = self.steps.iter().map(|(name, ..)| name.len());
        let width = names.max().unwrap_or(0).max(ALTOGETHER.len());
        let mut text = String::from("\n");
        for (name, ending, took) in &self.steps {
            let (word, reason) = match ending {
                Ending::Passed => ("passed", String::new()),
                Ending::Failed(error) => ("FAILED", format!("  {error:#}")),
                Ending::Skipped(reason) => ("skipped", format!("  {reason}")),
            };
            let _ = writeln!(text, "{name:<width$}  {word:<7}  {}{reason}", minutes(*took));
        }
        let all = self.steps.iter().map(|(_, _, took)| *took).sum();
        let _ = writeln!(text, "{ALTOGETHER:<width$}  {:<7}  {}", "", minutes(all));
        let passed = self.count(|ending| matches!(ending, Ending::Passed));
        let skipped = self.count(|ending| matches!(ending, Ending::Skipped(_)));
        let _ = write!(text, "\n{passed} passed, {} failed", self.failed());
        if skipped > 0 {
            let _ = write!(text, ", {skipped} skipped");
        }
        text
    }

    fn count(&self, is_one: impl Fn(&Ending) -> bool) -> usize {
        self.steps.iter().filter(|(_, ending, _)| is_one(ending)).count()
    }
}

fn minutes(took: Duration) -> String {
    let seconds = took.as_secs();
    format!("{:>2} min {:02} s", seconds / 60, seconds % 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_counts_the_steps() {
        let mut summary = Summary::default();
        summary.add("format", Ending::Passed, Duration::from_secs(2));
        summary.add(
            "lints",
            Ending::Failed(anyhow::anyhow!("two warnings")),
            Duration::from_secs(61),
        );
        assert_eq!(summary.failed(), 1);
        let text = summary.text();
        assert!(text.ends_with("\n1 passed, 1 failed"), "{text}");
        assert!(
            text.contains("\nlints       FAILED    1 min 01 s  two warnings\n"),
            "{text}"
        );
        assert!(text.contains("\naltogether            1 min 03 s\n"), "{text}");
        summary.add(
            "licences",
            Ending::Skipped("cargo-deny is not installed".to_owned()),
            Duration::ZERO,
        );
        assert!(summary.text().ends_with("\n1 passed, 1 failed, 1 skipped"));
    }
}
