//! A reporting period (kỳ báo cáo): which days it covers, its order, its cut-off.

use std::fmt;
use std::str::FromStr;

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};

use crate::ids::DOCUMENT_YEARS;

/// A period as the plan allows: quarter, half-year or year. Which ones a union reports on is configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, ts_rs::TS)]
#[ts(type = "string")]
pub enum ReportingPeriod {
    /// `2026-Q3`
    Quarter {
        /// The calendar year.
        year: i16,
        /// 1 to 4.
        quarter: i8,
    },
    /// `2026-H1`
    Half {
        /// The calendar year.
        year: i16,
        /// 1 or 2.
        half: i8,
    },
    /// `2026`
    Year {
        /// The calendar year.
        year: i16,
    },
}

/// Why a text is no reporting period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a reporting period: write 2026-Q3, 2026-H1 or 2026")]
pub struct PeriodError;

impl ReportingPeriod {
    /// The quarter a day falls in.
    pub fn quarter_of(day: Date) -> Self {
        Self::Quarter {
            year: day.year(),
            quarter: (day.month() - 1) / 3 + 1,
        }
    }

    /// The calendar year it lies in.
    pub fn year(self) -> i16 {
        match self {
            Self::Quarter { year, .. } | Self::Half { year, .. } | Self::Year { year } => year,
        }
    }

    fn months(self) -> (i8, i8) {
        match self {
            Self::Quarter { quarter, .. } => (quarter * 3 - 2, quarter * 3),
            Self::Half { half, .. } => (half * 6 - 5, half * 6),
            Self::Year { .. } => (1, 12),
        }
    }

    /// Its first day.
    pub fn first_day(self) -> Date {
        date(self.year(), self.months().0, 1)
    }

    /// Its last day, where stocks are taken.
    pub fn last_day(self) -> Date {
        date(self.year(), self.months().1, 1).last_of_month()
    }

    /// Whether a day lies in it.
    pub fn contains(self, day: Date) -> bool {
        (self.first_day()..=self.last_day()).contains(&day)
    }

    /// The period of the same length before it, or none at the beginning of the calendar.
    #[must_use]
    pub fn previous(self) -> Option<Self> {
        let before = match self {
            Self::Quarter { year, quarter: 1 } => Self::Quarter {
                year: year - 1,
                quarter: 4,
            },
            Self::Quarter { year, quarter } => Self::Quarter {
                year,
                quarter: quarter - 1,
            },
            Self::Half { year, half: 1 } => Self::Half {
                year: year - 1,
                half: 2,
            },
            Self::Half { year, half } => Self::Half { year, half: half - 1 },
            Self::Year { year } => Self::Year { year: year - 1 },
        };
        DOCUMENT_YEARS.contains(&before.year()).then_some(before)
    }
}

impl fmt::Display for ReportingPeriod {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Quarter { year, quarter } => write!(formatter, "{year}-Q{quarter}"),
            Self::Half { year, half } => write!(formatter, "{year}-H{half}"),
            Self::Year { year } => write!(formatter, "{year}"),
        }
    }
}

impl FromStr for ReportingPeriod {
    type Err = PeriodError;
    fn from_str(text: &str) -> Result<Self, PeriodError> {
        let (year, rest) = text.split_once('-').unwrap_or((text, ""));
        if year.len() != 4 {
            return Err(PeriodError);
        }
        let year: i16 = year.parse().map_err(|_| PeriodError)?;
        if !DOCUMENT_YEARS.contains(&year) {
            return Err(PeriodError);
        }
        match rest {
            "" if text.len() == 4 => Ok(Self::Year { year }),
            "H1" => Ok(Self::Half { year, half: 1 }),
            "H2" => Ok(Self::Half { year, half: 2 }),
            "Q1" => Ok(Self::Quarter { year, quarter: 1 }),
            "Q2" => Ok(Self::Quarter { year, quarter: 2 }),
            "Q3" => Ok(Self::Quarter { year, quarter: 3 }),
            "Q4" => Ok(Self::Quarter { year, quarter: 4 }),
            _ => Err(PeriodError),
        }
    }
}

impl Serialize for ReportingPeriod {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ReportingPeriod {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_period_reads_back_as_it_was_written() {
        for text in ["2026-Q1", "2026-Q4", "2026-H1", "2026-H2", "2026"] {
            assert_eq!(text.parse::<ReportingPeriod>().unwrap().to_string(), text);
        }
        for text in [
            "",
            "2026-",
            "2026-Q0",
            "2026-Q5",
            "2026-H3",
            "26-Q1",
            "2026-q1",
            "1999",
            "2026-Q1-x",
            "+026",
        ] {
            assert!(text.parse::<ReportingPeriod>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_quarter_covers_its_three_months() {
        let quarter: ReportingPeriod = "2024-Q1".parse().unwrap();
        assert_eq!(
            (quarter.first_day(), quarter.last_day()),
            (date(2024, 1, 1), date(2024, 3, 31))
        );
        assert_eq!(ReportingPeriod::quarter_of(date(2024, 3, 31)), quarter);
        assert_eq!(quarter.previous().unwrap().to_string(), "2023-Q4");
    }

    #[test]
    fn there_is_nothing_before_the_first_year() {
        assert_eq!("2015-Q1".parse::<ReportingPeriod>().unwrap().previous(), None);
    }
}
