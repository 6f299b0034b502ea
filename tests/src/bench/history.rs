//! Ten years in one unit's documents, beside one year.

use std::time::{Duration, Instant};

use client_core::replica::Replica;
use client_core::replica::input::Input;

use super::house::{House, YEAR, sync};
use super::process::Watch;
use super::proxy::Proxy;
use super::union::officer;
use super::wasm::{self, Opening};
use super::workload::{Work, month_of, perform};
use super::{BenchError, Line, Scale, progress};
use crate::phone::Phone;

/// The quickest of so many openings counts.
const OPENINGS: usize = 5;
/// As far as the two may lie apart.
const SAME: f64 = 1.1;

/// What months cost a unit.
struct Cost {
    up: u64,
    down: u64,
    server: Duration,
    opening: Duration,
    /// What was opened, to be opened once more.
    opened: Opening,
}

pub(super) fn history(scale: Scale) -> Result<Vec<Line>, BenchError> {
    let one = cost(1, scale.months)?;
    progress("one year is measured");
    let many = cost(scale.years, scale.months)?;
    let months = scale.months;
    let ratio = |many: f64, one: f64| many / one.max(f64::MIN_POSITIVE);
    let what = |what: &str| format!("{} years beside one: {what}", scale.years);
    let bytes = |part: &str, one: u64, many: u64| {
        Line::new(
            what(part),
            "≤ 1.10 ×",
            format!(
                "{:.2} × ({} B, {} B)",
                ratio(many as f64, one as f64),
                many / months as u64,
                one / months as u64
            ),
            ratio(many as f64, one as f64) <= SAME,
        )
    };
    let ms = |time: Duration| time.as_secs_f64() * 1_000.0 / months as f64;
    let server = ratio(many.server.as_secs_f64(), one.server.as_secs_f64());
    let mut lines = vec![
        bytes("a month up", one.up, many.up),
        bytes("a month's answer", one.down, many.down),
        Line::new(
            what("the server's processor time"),
            "≤ 1.10 ×",
            format!("{server:.2} × ({:.1} ms, {:.1} ms)", ms(many.server), ms(one.server)),
            server <= SAME,
        ),
        Line::at_most(
            format!("a phone opens {} years (native)", scale.years),
            150.0,
            many.opening.as_secs_f64() * 1_000.0,
            "ms",
        ),
        Line::note(
            "  it opens one year",
            format!("{:.1} ms", one.opening.as_secs_f64() * 1_000.0),
        ),
    ];
    lines.extend(wasm::lines(&many.opened, scale.years)?);
    Ok(lines)
}

fn cost(years: i16, months: usize) -> Result<Cost, BenchError> {
    let house = House::found(1)?;
    let mut phone = house.phone(&officer(0, 1))?;
    for year in YEAR + 1 - years..YEAR {
        perform(&mut phone, &Work::seeded(year as u64).year(year))?;
        house.sync(&mut phone)?;
    }
    // The last year and the months are the same for both.
    let mut work = Work::seeded(5);
    perform(&mut phone, &work.year(YEAR))?;
    house.sync(&mut phone)?;
    // The phone that is measured has fetched it all, as a new one would.
    let mut phone = house.phone(&officer(0, 2))?;
    let opening = opening(&mut phone);
    let opened = Opening {
        stored: phone.state().stored(),
        now: phone.clock().now(),
    };
    let proxy = Proxy::before(&house.server.address, None)?;
    let mut watch = Watch::over(house.server.id())?;
    for _ in 0..months {
        let month = work.month(month_of(YEAR));
        perform(&mut phone, &month)?;
        sync(&mut phone, &proxy.address)?;
        house.settle()?;
    }
    let passed = proxy.take();
    Ok(Cost {
        up: passed.up,
        down: passed.down,
        server: watch.used()?.total(),
        opening,
        opened,
    })
}

/// How long the core takes to read what the phone has stored.
fn opening(phone: &mut Phone) -> Duration {
    let now = phone.clock().now();
    let openings = (0..OPENINGS).map(|_| {
        let stored = phone.state().stored();
        let begun = Instant::now();
        let mut replica = Replica::new(1);
        let effects = replica.handle(Input::Opened { stored }, now);
        let took = begun.elapsed();
        drop((replica, effects));
        took
    });
    openings.min().unwrap_or_default()
}
