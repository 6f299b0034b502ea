//! What is counted: people, sessions, đồng.

use serde::Serialize;

use super::Label;

/// What is counted, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct Unit {
    /// Vietnamese.
    pub vi: &'static str,
    /// English, of any number but 1.
    pub en: &'static str,
    /// English, of 1.
    pub one: &'static str,
}

impl Unit {
    /// The currency.
    pub const DONG: Self = Self {
        vi: "đồng",
        en: "đồng",
        one: "đồng",
    };

    /// What so many are called.
    #[must_use]
    pub fn of(self, number: f64) -> Label {
        let is_one = number.to_bits() == 1.0_f64.to_bits();
        Label {
            vi: self.vi,
            en: if is_one { self.one } else { self.en },
        }
    }
}
