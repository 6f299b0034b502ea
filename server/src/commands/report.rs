//! Prints a unit's report.

use anyhow::{Context, Result, ensure};
use server::clock::{Clock, SystemClock};
use server::config::ReportOptions;
use server::organisation::Organisation;
use server::report::{UnitReport, unit_report};
use server::store::Directory;

use super::{open_store, say};

/// Prints the report as it stands now.
pub(super) fn report(options: &ReportOptions) -> Result<()> {
    let store = open_store(&options.data)?;
    let organisation = store.organisation(SystemClock.now().date())?;
    let period = options.period;
    ensure!(
        organisation.has_opened(period),
        "the period {period} was never opened; {}. An import opens it, under periods",
        opened(&organisation)
    );
    let report = unit_report(&store, &organisation, &options.unit, period)?;
    let report = report.with_context(|| format!("there is no unit {}", options.unit))?;
    if options.json {
        return say(&serde_json::to_string_pretty(&report)?);
    }
    say(&table(&report))
}

/// The periods that may be asked for, in words.
fn opened(organisation: &Organisation) -> String {
    let periods = organisation.periods.iter().map(|(period, _due)| period.to_string());
    match periods.collect::<Vec<_>>().as_slice() {
        [] => "there is none yet".to_owned(),
        periods => format!("there are {}", periods.join(", ")),
    }
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
