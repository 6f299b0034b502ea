//! Time, always handed in. The core owns no clock.

use jiff::civil::Date;
use jiff::tz::Offset;
use serde::{Deserialize, Serialize};

/// A moment on some clock: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize, ts_rs::TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Timestamp(pub i64);

/// Indochina time. Việt Nam keeps one offset the year round.
const ICT: Offset = Offset::constant(7);

impl Timestamp {
    /// The day in Việt Nam at this moment. Moments outside the calendar's range give its first or last day.
    pub fn date(self) -> Date {
        match jiff::Timestamp::from_millisecond(self.0) {
            Ok(moment) => ICT.to_datetime(moment).date(),
            Err(_) if self.0 < 0 => Date::MIN,
            Err(_) => Date::MAX,
        }
    }

    /// The moment a day begins in Việt Nam.
    pub fn start_of(date: Date) -> Self {
        // Only the first and last days of the calendar, years -9999 and 9999, can fail; no document is about those.
        Self(
            ICT.to_timestamp(date.at(0, 0, 0, 0))
                .map_or(0, jiff::Timestamp::as_millisecond),
        )
    }

    /// This many milliseconds later.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_day_turns_at_midnight_in_viet_nam() {
        let midnight = Timestamp::start_of(date(2026, 10, 8));
        assert_eq!(midnight.date(), date(2026, 10, 8));
        assert_eq!(midnight.plus_ms(-1).date(), date(2026, 10, 7));
    }

    #[test]
    fn any_number_is_some_day() {
        assert_eq!(Timestamp(i64::MAX).date(), Date::MAX);
        assert_eq!(Timestamp(i64::MIN).date(), Date::MIN);
    }
}
