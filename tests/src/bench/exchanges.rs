//! What one phone sends and receives.

use std::path::Path;

use jiff::civil::date;

use super::house::{House, YEAR, sync, twin};
use super::proxy::{Count, Proxy};
use super::union::{officer, reviewer};
use super::workload::{Work, json_bytes, month_of, perform};
use super::{BenchError, Line, progress};
use crate::phone::{Phone, PhoneError, Synced};

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
    let (needed, whole) = loop {
        let whole = uncut(folder.path(), &mut phone)?;
        let needed = whole.0.up;
        progress(&format!("{made} activities: {needed} B"));
        if needed >= target {
            break whole;
        }
        // A little more than what is missing, as they pack better the more there are.
        let each = needed / u64::from(made);
        let more = ((target - needed) * 11 / 10 / each.max(1)) as u32 + 1;
        perform(&mut phone, &work.activities(more, first, 330))?;
        made += more;
    };
    let cut = House::copied(folder.path())?;
    let proxy = Proxy::before(&cut.server.address, Some(CUT_AFTER))?;
    let what = |part: &str| format!("backlog over a link cut after 8 KiB: {part}");
    let outcome = sync(&mut phone, &proxy.address);
    let sent = proxy.take();
    let (told, synced) = match outcome {
        Ok(synced) => {
            let (requests, failed) = (synced.requests, synced.failed);
            let told = format!("{requests} requests, {failed} failed, {} connections", sent.connections);
            (told, Some(synced))
        }
        Err(BenchError::Phone(PhoneError::GaveUp { waiting, .. })) => (format!("gave up with {waiting} records"), None),
        Err(error) => return Err(error),
    };
    let mut lines = vec![
        Line::note(
            "a backlog, sent without a cut",
            format!("{} B up, {made} activities", needed.up),
        ),
        Line::new(what("completes"), "yes", told, synced.is_some()),
    ];
    lines.push(Line::at_most(
        what("sent / needed"),
        1.25,
        sent.up as f64 / needed.up as f64,
        "×",
    ));
    lines.extend(synced.into_iter().flat_map(|cut| parts((needed, whole), (sent, cut))));
    Ok(lines)
}

/// Where the bytes of a backlog go: over a link that holds, and over one that is cut.
fn parts(whole: (Count, Synced), cut: (Count, Synced)) -> [Line; 4] {
    let arrived = |synced: Synced| (synced.sent - synced.lost) as u64;
    let headers = |(count, synced): (Count, Synced)| (count.up - count.cut).saturating_sub(arrived(synced));
    let line = |what: &str, whole: u64, cut: u64| {
        Line::note(format!("  {what}, whole and cut"), format!("{whole} B, {cut} B"))
    };
    [
        line("bodies that arrived", arrived(whole.1), arrived(cut.1)),
        line("headers of requests", headers(whole), headers(cut)),
        line("lost with a cut", whole.0.cut, cut.0.cut),
        line("answers, down", whole.0.down, cut.0.down),
    ]
}

/// What goes up when a phone syncs with a copy of the server over a link that holds. The phone does not know of it.
fn uncut(data: &Path, phone: &mut Phone) -> Result<(Count, Synced), BenchError> {
    let house = House::copied(data)?;
    let proxy = Proxy::before(&house.server.address, None)?;
    let synced = sync(&mut twin(phone)?, &proxy.address)?;
    Ok((proxy.take(), synced))
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
