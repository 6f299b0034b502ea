//! Dates as people write them: `8/10`, `08/10/2026`, `8-10-26`, `8 10`, `2026-10-08`, `hôm qua`.

use jiff::ToSpan;
use jiff::civil::Date;

use super::raw::{Wrong, wrong};
use crate::text::fold;

/// Birthdays of authors lie long ago, ends of agreements ahead.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=2100;
/// A day without a year that would lie further ahead than this is last year's: logs are about what has happened.
const AHEAD_DAYS: i32 = 60;
/// What people write between day, month and year.
const MARKS: [char; 4] = ['/', '-', '.', ','];

/// The day that is meant, with the year completed from today.
pub(super) fn date(text: &str, today: Date) -> Result<Date, Wrong> {
    match fold(text).as_str() {
        "hom nay" | "today" => return Ok(today),
        "hom qua" | "yesterday" => return today.yesterday().map_err(|_| unreadable()),
        _ => {}
    }
    // Many a phone's number keys have no stroke, but a comma and a space. Beside another mark a space says nothing.
    let parts: Vec<&str> = match text.trim() {
        marked if marked.contains(MARKS) => marked.split(MARKS).map(str::trim).collect(),
        spaced => spaced.split_whitespace().collect(),
    };
    let number = |part: &str| -> Result<i16, Wrong> {
        if part.is_empty() || part.len() > 4 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(unreadable());
        }
        part.parse().map_err(|_| unreadable())
    };
    match parts.as_slice() {
        [year, month, day] if year.len() == 4 => make(number(year)?, number(month)?, number(day)?),
        [day, month, year] => {
            let year_number = number(year)?;
            let year = match year.len() {
                4 => year_number,
                2 => 2000 + year_number,
                _ => return Err(unreadable()),
            };
            make(year, number(month)?, number(day)?)
        }
        [day, month] => {
            let (month, day) = (number(month)?, number(day)?);
            let limit = today.saturating_add(AHEAD_DAYS.days());
            match make(today.year(), month, day) {
                Ok(this_year) if this_year <= limit => Ok(this_year),
                // 29 February may be there last year and not this year.
                Ok(_) | Err(_) => make(today.year() - 1, month, day).or_else(|_| make(today.year(), month, day)),
            }
        }
        _ => Err(unreadable()),
    }
}

fn make(year: i16, month: i16, day: i16) -> Result<Date, Wrong> {
    let found = i8::try_from(month)
        .ok()
        .zip(i8::try_from(day).ok())
        .and_then(|(month, day)| Date::new(year, month, day).ok())
        .ok_or_else(|| {
            wrong(
                "date",
                format!("Không có ngày {day}/{month}/{year}. Kiểm tra lại ngày và tháng."),
                format!("There is no day {day}/{month}/{year}. Check the day and the month."),
            )
        })?;
    if !YEARS.contains(&year) {
        return Err(wrong(
            "date",
            format!("Năm {year} không đúng. Ghi năm từ 1900 đến 2100."),
            format!("The year {year} cannot be right. Write a year from 1900 to 2100."),
        ));
    }
    Ok(found)
}

fn unreadable() -> Wrong {
    wrong(
        "date",
        "Ghi ngày/tháng/năm, ví dụ 08/10/2026.",
        "Write day/month/year, such as 08/10/2026.",
    )
}
