//! Prints a unit's report.

use anyhow::{Context, Result};
use server::clock::{Clock, SystemClock};
use server::config::ReportOptions;
use server::report::{UnitReport, unit_report};
use server::store::Directory;

use super::{open_store, say};

/// Prints the report as it stands now.
pub(super) fn report(options: &ReportOptions) -> Result<()> {
    let store = open_store(&options.data)?;
    let organisation = store.organisation(SystemClock.now().date())?;
    let report = unit_report(&store, &organisation, &options.unit, options.period)?;
    let report = report.with_context(|| format!("there is no unit {}", options.unit))?;
    if options.json {
        return say(&serde_json::to_string_pretty(&report)?);
    }
    say(&table(&report))
}

fn table(report: &UnitReport) -> String {
    let mut lines = vec![format!("{}, {}", report.unit_name, report.period)];
    for indicator in report.indicators.iter().filter(|indicator| indicator.value.is_some()) {
        let value = indicator.display.as_deref().unwrap_or("(text)");
        let declared = match (indicator.differing.is_empty(), indicator.declared.is_some()) {
            (false, _) => "  (people declare different values)",
            (true, true) => "  (declared)",
            (true, false) => "",
        };
        lines.push(format!(
            "{:<12}{value:>16} {:<14} {}{declared}",
            indicator.code, indicator.unit, indicator.label
        ));
    }
    lines.join("\n")
}
