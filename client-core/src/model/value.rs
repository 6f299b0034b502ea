//! The value of an indicator: kept so that it can still be added up.

use minicbor::{Decode, Encode};
use serde::{Deserialize, Serialize};

use crate::ids::OrgUnitId;

/// What one unit wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Encode, Decode, ts_rs::TS)]
pub struct Passage {
    /// Who.
    #[n(0)]
    pub unit: OrgUnitId,
    /// What, in paragraphs.
    #[n(1)]
    pub paragraphs: Vec<String>,
}

/// The value of an indicator. Quotients keep both parts: percentages are never averaged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Encode, Decode, ts_rs::TS)]
#[serde(tag = "is", content = "value", rename_all = "snake_case")]
pub enum Value {
    /// A count, people, or an amount in đồng.
    #[n(0)]
    Number(#[n(0)] i64),
    /// A number with a fraction that a person declared, as a percentage.
    #[n(1)]
    Decimal(#[n(0)] f64),
    /// What is above and below the line.
    #[n(2)]
    Ratio {
        /// Above.
        #[n(0)]
        numerator: i64,
        /// Below; more than zero.
        #[n(1)]
        denominator: i64,
        /// 100 for percent.
        #[n(2)]
        scale: i64,
    },
    /// An average, weighted over units.
    #[n(3)]
    Weighted {
        /// Each value times its weight, added up.
        #[n(0)]
        total: f64,
        /// The weights, added up; more than zero.
        #[n(1)]
        weight: i64,
        /// The lowest of the values.
        #[n(2)]
        least: f64,
        /// The highest.
        #[n(3)]
        most: f64,
    },
    /// Prose, unit by unit.
    #[n(4)]
    Text(#[n(0)] Vec<Passage>),
}

impl Value {
    /// The number it comes to, not rounded. Prose has none.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number as f64),
            Self::Decimal(number) => Some(*number),
            Self::Ratio {
                numerator,
                denominator,
                scale,
            } => (*denominator != 0).then(|| *numerator as f64 * *scale as f64 / *denominator as f64),
            Self::Weighted { total, weight, .. } => (*weight != 0).then(|| total / *weight as f64),
            Self::Text(_) => None,
        }
    }

    /// The number as people read it: whole for counts, people and money, at most one decimal for percentages, half away
    /// from zero. Rounding happens here and nowhere else.
    pub fn rounded(&self, decimals: u8) -> Option<f64> {
        let factor = 10_f64.powi(i32::from(decimals));
        self.as_number().map(|number| (number * factor).round() / factor)
    }

    /// The number as it is written in Vietnamese: `1.250.000`, `87,5`.
    pub fn display_vi(&self, decimals: u8) -> Option<String> {
        match self {
            Self::Number(number) => Some(crate::text::grouped(*number)),
            Self::Decimal(_) | Self::Ratio { .. } | Self::Weighted { .. } => {
                self.rounded(decimals).map(crate::text::decimal_vi)
            }
            Self::Text(_) => None,
        }
    }
}
