//! What one phone sends and receives.

use std::path::Path;

use jiff::civil::date;

use super::house::{House, YEAR, sync, twin};
use super::proxy::Proxy;
use super::union::{officer, reviewer};
use super::workload::{Work, json_bytes, month_of, perform};
use super::{BenchError, Line, progress};
use crate::phone::{Phone, PhoneError};

/// The link is cut after so many bytes of the phone's.
const CUT_AFTER: usize = 8 * 1024;
/// Activities by which it is found out how large one is on the wire.
const PROBE: u32 = 100;

pub(super) fn download() -> Result<Vec<Line>, BenchError> {
    let house = House::found(1)?;
    let mut writer = house.phone(&officer(0, 1))?;
    let year = Work::seeded(1).year(YEAR);
    perform(&mut writer, &year)?;
    house.sync(&mut writer)?;
    let mut reader = super::union::phone(&*house.store, &officer(0, 2), super::house::begin())?;
    let proxy = Proxy::before(&house.server.address, None)?;
    let synced = sync(&mut reader, &proxy.address)?;
    let passed = proxy.take();
    same(&writer, &reader)?;
    Ok(vec![
        Line::note("a year, as JSON", format!("{} B", json_bytes(&year))),
        Line::at_most(
            "first download of a year: requests",
            1.0,
            f64::from(synced.requests),
            "",
        ),
        Line::at_most("first download of a year: down", 20_000.0, passed.down as f64, "B"),
        Line::note(
            "  its bodies, up and down",
            format!("{} B, {} B", synced.sent, synced.received),
        ),
    ])
}

pub(super) fn month() -> Result<Vec<Line>, BenchError> {
    let house = House::found(1)?;
    let mut one = house.phone(&officer(0, 1))?;
    let mut work = Work::seeded(1);
    perform(&mut one, &work.year(YEAR))?;
    house.sync(&mut one)?;
    let mut other = house.phone(&officer(0, 2))?;
    house.sync(&mut one)?;
    perform(&mut other, &Work::seeded(2).activities(2, month_of(YEAR), 28))?;
    house.sync(&mut other)?;
    let month = work.month(month_of(YEAR));
    perform(&mut one, &month)?;
    let proxy = Proxy::before(&house.server.address, None)?;
    let synced = sync(&mut one, &proxy.address)?;
    let passed = proxy.take();
    house.sync(&mut other)?;
    same(&one, &other)?;
    Ok(vec![
        Line::note("a month, as JSON operations", format!("{} B", json_bytes(&month))),
        Line::at_most("a month up, news down: requests", 1.0, f64::from(synced.requests), ""),
        Line::at_most("a month up, news down: up", 5_500.0, passed.up as f64, "B"),
        Line::at_most("a month up, news down: down", 2_200.0, passed.down as f64, "B"),
        Line::note(
            "  its bodies, up and down",
            format!("{} B, {} B", synced.sent, synced.received),
        ),
    ])
}

pub(super) fn nothing(documents: usize) -> Result<Vec<Line>, BenchError> {
    let house = House::found(documents / 2)?;
    let mut lines = Vec::new();
    let mut officer_one = house.phone(&officer(0, 1))?;
    perform(&mut officer_one, &Work::seeded(1).activities(1, month_of(YEAR), 28))?;
    house.sync(&mut officer_one)?;
    lines.extend(silent(&house, officer_one)?);
    for number in 0..documents / 2 {
        if number % 100 == 99 {
            progress(&format!("{} of {} units", number + 1, documents / 2));
        }
        let mut phone = house.phone(&officer(number, 1))?;
        let mut work = Work::seeded(100 + number as u64);
        perform(&mut phone, &work.one_of_each(month_of(YEAR)))?;
        sync(&mut phone, &house.server.address)?;
    }
    house.settle()?;
    let reader = house.phone(&reviewer())?;
    lines.extend(silent(&house, reader)?);
    Ok(lines)
}

/// A phone that has all news and says nothing.
fn silent(house: &House, mut phone: Phone) -> Result<Vec<Line>, BenchError> {
    house.sync(&mut phone)?;
    let held = phone.replica().documents().count();
    let proxy = Proxy::before(&house.server.address, None)?;
    let synced = sync(&mut phone, &proxy.address)?;
    let passed = proxy.take();
    let what = |part: &str| format!("nothing to say, {held} documents: {part}");
    Ok(vec![
        Line::at_most(what("requests"), 1.0, f64::from(synced.requests), ""),
        Line::at_most(what("body up"), 120.0, synced.sent as f64, "B"),
        Line::at_most(what("body down"), 120.0, synced.received as f64, "B"),
        Line::note(
            "  with HTTP's headers, up and down",
            format!("{} B, {} B", passed.up, passed.down),
        ),
    ])
}

pub(super) fn backlog(target: u64) -> Result<Vec<Line>, BenchError> {
    let house = House::found(1)?;
    let mut phone = house.phone(&officer(0, 1))?;
    let folder = house.close()?;
    let first = date(YEAR, 1, 1);
    let mut work = Work::seeded(3);
    // The clocks go on, and days may come again: the order of the days does not matter to the wire.
    let mut made = PROBE;
    perform(&mut phone, &work.activities(PROBE, first, 330))?;
    let needed = loop {
        let needed = uncut(folder.path(), &mut phone)?;
        progress(&format!("{made} activities: {needed} B"));
        if needed >= target {
            break needed;
        }
        // A little more than what is missing, as they pack better the more there are.
        let each = needed / u64::from(made);
        let more = ((target - needed) * 11 / 10 / each.max(1)) as u32 + 1;
        perform(&mut phone, &work.activities(more, first, 330))?;
        made += more;
    };
    let cut = House::copied(folder.path())?;
    let proxy = Proxy::before(&cut.server.address, Some(CUT_AFTER))?;
    let outcome = sync(&mut phone, &proxy.address);
    let sent = proxy.take();
    let what = |part: &str| format!("backlog over a link cut after 8 KiB: {part}");
    let (completes, told) = match outcome {
        Ok(synced) => (
            true,
            format!(
                "{} requests, {} failed, {} connections",
                synced.requests, synced.failed, sent.connections
            ),
        ),
        Err(BenchError::Phone(PhoneError::GaveUp { waiting, .. })) => {
            (false, format!("gave up with {waiting} records"))
        }
        Err(error) => return Err(error),
    };
    Ok(vec![
        Line::note(
            "a backlog, sent without a cut",
            format!("{needed} B up, {made} activities"),
        ),
        Line::new(what("completes"), "yes", told, completes),
        Line::at_most(what("sent / needed"), 1.25, sent.up as f64 / needed as f64, "×"),
        Line::note("  sent over that link", format!("{} B up", sent.up)),
    ])
}

/// What goes up when a phone syncs with a copy of the server over a link that holds. The phone does not know of it.
fn uncut(data: &Path, phone: &mut Phone) -> Result<u64, BenchError> {
    let house = House::copied(data)?;
    let proxy = Proxy::before(&house.server.address, None)?;
    sync(&mut twin(phone)?, &proxy.address)?;
    Ok(proxy.take().up)
}

/// Two phones hold the same.
fn same(one: &Phone, other: &Phone) -> Result<(), BenchError> {
    match one.dump() == other.dump() {
        true => Ok(()),
        false => Err(BenchError::Wrong(
            "two phones that have synced do not hold the same".to_owned(),
        )),
    }
}
