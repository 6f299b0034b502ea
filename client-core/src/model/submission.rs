//! A submission (bản nộp): a report's values, frozen with the heads they came from.

use minicbor::{Decode, Encode};

use super::period::ReportingPeriod;
use crate::ids::{Actor, ChangeHash, SubmissionId};
use crate::time::Timestamp;

/// One submission of one report.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Its key in the log.
    pub id: SubmissionId,
    /// The report.
    pub period: ReportingPeriod,
    /// When the officer pressed "Nộp", on the device's clock.
    pub at: Timestamp,
    /// Who submitted.
    pub actor: Option<Actor>,
    /// The values, in the catalogue's order. An indicator without a value is absent.
    pub values: Vec<Frozen>,
    /// Heads of the log and the register at that moment, the log's first.
    pub heads: Vec<ChangeHash>,
}

/// One frozen value.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub struct Frozen {
    /// The indicator's code.
    #[n(0)]
    pub indicator: String,
    /// What it was.
    #[n(1)]
    pub value: FrozenValue,
    /// The unit declared it; otherwise it was derived.
    #[n(2)]
    pub declared: bool,
}

/// A value as it is frozen: with its parts, so that upper levels can add up and not average.
#[derive(Debug, Clone, PartialEq, Encode, Decode)]
pub enum FrozenValue {
    /// A count or an amount in đồng.
    #[n(0)]
    Number(#[n(0)] i64),
    /// A ratio, before scaling.
    #[n(1)]
    Ratio {
        /// The part.
        #[n(0)]
        numerator: i64,
        /// The whole.
        #[n(1)]
        denominator: i64,
    },
    /// A value to be averaged by weight.
    #[n(2)]
    Weighted {
        /// Sum of value times weight.
        #[n(0)]
        total: i64,
        /// Sum of weights.
        #[n(1)]
        weight: i64,
    },
    /// A text, by paragraph.
    #[n(3)]
    Text(#[n(0)] Vec<String>),
    /// A declared percentage.
    #[n(4)]
    Percent(#[n(0)] f64),
}

impl Frozen {
    /// The values as bytes.
    pub fn encode_all(values: &[Self]) -> Vec<u8> {
        minicbor::to_vec(values).expect("writing to memory does not fail")
    }

    /// Reads the values back; none for other bytes.
    pub fn decode_all(bytes: &[u8]) -> Option<Vec<Self>> {
        minicbor::decode(bytes).ok()
    }
}
