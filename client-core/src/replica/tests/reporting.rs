//! What officers do to the report of the third quarter.

use super::input::Declaring;
use super::*;

pub(super) const PERIOD: &str = "2026-Q3";
/// A number that activities give.
pub(super) const LEARNERS: &str = "II.1-02";
/// A text.
pub(super) const TEXT: &str = "III-09";

/// Declares a number or a text; none takes it back.
pub(super) fn declare(indicator: &str, value: Option<&str>, reason: &str) -> Input {
    Input::Declare {
        period: PERIOD.parse().unwrap(),
        indicator: indicator.to_owned(),
        value: value.map(str::to_owned),
        reason: reason.to_owned(),
    }
}

/// What is typed and not declared yet.
pub(super) fn typing(indicator: &str, value: &str, reason: &str) -> Declaring {
    Declaring {
        period: PERIOD.parse().unwrap(),
        indicator: indicator.to_owned(),
        value: value.to_owned(),
        reason: reason.to_owned(),
        over: None,
        kept_at: Timestamp::default(),
    }
}

/// Throws away what is typed.
pub(super) fn drop_typing(indicator: &str) -> Input {
    Input::DropDeclaring {
        period: PERIOD.parse().unwrap(),
        indicator: indicator.to_owned(),
    }
}

/// Submits the report, each time under another number.
pub(super) fn submit(number: u8) -> Input {
    Input::Submit {
        period: PERIOD.parse().unwrap(),
        submission: format!("01JD00000000000000000000{number:02}").parse().unwrap(),
    }
}
