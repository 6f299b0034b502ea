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

/// A unit whose months are measured.
struct Measured {
    house: House,
    work: Work,
    phone: Phone,
    proxy: Proxy,
    opening: Duration,
    /// What was opened, to be opened once more.
    opened: Opening,
    /// What the server took for each month.
    server: Vec<Duration>,
}

pub(super) fn history(scale: Scale) -> Result<Vec<Line>, BenchError> {
    let mut one = Measured::with_years(1)?;
    let mut many = Measured::with_years(scale.years)?;
    // By turns: whatever else the machine does meanwhile takes from both.
    for _ in 0..scale.months {
        one.month()?;
        many.month()?;
    }
    let months = scale.months as u64;
    let what = |what: &str| format!("{} years beside one: {what}", scale.years);
    let (one_passed, many_passed) = (one.proxy.take(), many.proxy.take());
    let bytes = |part: &str, many: u64, one: u64| {
        let measured = format!("({} B, {} B)", many / months, one / months);
        same(what(part), many as f64, one as f64, &measured)
    };
    let (one_ms, many_ms) = (middle_ms(&mut one.server), middle_ms(&mut many.server));
    let mut lines = vec![
        bytes("a month up", many_passed.up, one_passed.up),
        bytes("a month's answer", many_passed.down, one_passed.down),
        same(
            what("the server's processor time"),
            many_ms,
            one_ms,
            &format!("({many_ms:.1} ms, {one_ms:.1} ms)"),
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

/// What must not be larger for many years than for one.
fn same(what: String, many: f64, one: f64, measured: &str) -> Line {
    let ratio = many / one.max(f64::MIN_POSITIVE);
    Line::new(what, "≤ 1.10 ×", format!("{ratio:.2} × {measured}"), ratio <= SAME)
}

fn middle_ms(times: &mut [Duration]) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1_000.0
}

impl Measured {
    fn with_years(years: i16) -> Result<Self, BenchError> {
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
        progress(&format!("years that a unit has now: {years}"));
        Ok(Self {
            proxy: Proxy::before(&house.server.address, None)?,
            house,
            work,
            phone,
            opening,
            opened,
            server: Vec::new(),
        })
    }

    fn month(&mut self) -> Result<(), BenchError> {
        let month = self.work.month(month_of(YEAR));
        perform(&mut self.phone, &month)?;
        let mut watch = Watch::over(self.house.server.id())?;
        sync(&mut self.phone, &self.proxy.address)?;
        self.house.settle()?;
        self.server.push(watch.used()?.total());
        Ok(())
    }
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
