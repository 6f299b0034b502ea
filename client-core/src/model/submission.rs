//! A submission (bản nộp): a report's values, frozen with the heads they came from.

use minicbor::{Decode, Encode};

use super::period::ReportingPeriod;
use super::value::Value;
use crate::ids::{Actor, ChangeHash, SubmissionId};
use crate::time::Timestamp;

/// One submission of one report.
#[derive(Debug, Clone, PartialEq)]
pub struct Submission {
    /// Its key in the log.
    pub id: SubmissionId,
    /// The report.
    pub period: ReportingPeriod,
    /// One more than the highest of the same report that the device knew when it was made. Orders submissions, whatever
    /// clocks say; 0 where an earlier version wrote none.
    pub round: i64,
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
    /// What it was, with its parts, so that upper levels can add up and not average.
    #[n(1)]
    pub value: Value,
    /// The unit declared it; otherwise it was derived.
    #[n(2)]
    pub declared: bool,
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
