//! A number as a report carries it: derived, and perhaps declared otherwise with a reason.

use serde::{Deserialize, Serialize};

use super::Derived;
use crate::model::declaration::{Declaration, DeclaredValue};
use crate::model::value::Value;

/// What the officer says instead, and why. Both numbers are kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct Declared {
    /// The number that counts.
    pub value: Value,
    /// Why. Needed where there is a derived number.
    pub reason: String,
}

impl Declared {
    /// What a declaration says; none where it was taken back.
    pub fn of(declaration: &Declaration) -> Option<Self> {
        let value = match declaration.value? {
            DeclaredValue::Integer(number) => Value::Number(number),
            DeclaredValue::Decimal(number) => Value::Decimal(number),
        };
        Some(Self {
            value,
            reason: declaration.reason.clone(),
        })
    }
}

/// A number in a report.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct Reported {
    /// What the log says.
    pub derived: Derived,
    /// What the officer says instead.
    pub declared: Option<Declared>,
}

impl Reported {
    /// The value that counts: the declared one if there is one.
    pub fn effective(&self) -> Option<&Value> {
        self.declared
            .as_ref()
            .map(|declared| &declared.value)
            .or(self.derived.value.as_ref())
    }

    /// The value that counts, in a shape that adds up. A percentage declared against a derived quotient keeps its
    /// denominator, since percentages without one could not be added to those of other units.
    pub fn addable(&self) -> Option<Value> {
        let declared = self.declared.as_ref().map(|declared| &declared.value);
        addable(self.derived.value.as_ref(), declared)
    }

    /// By how much the declared number differs from the derived one.
    pub fn difference(&self) -> Option<f64> {
        let declared = self.declared.as_ref()?.value.as_number()?;
        Some(declared - self.derived.value.as_ref()?.as_number()?)
    }
}

/// What counts of a derived and a declared value, in a shape that adds up.
pub fn addable(derived: Option<&Value>, declared: Option<&Value>) -> Option<Value> {
    match (declared.or(derived)?, derived) {
        (declared @ (Value::Number(_) | Value::Decimal(_)), Some(Value::Ratio { denominator, scale, .. }))
            if *scale != 0 =>
        {
            let share = declared.as_number()? / *scale as f64;
            Some(Value::Ratio {
                numerator: (share * *denominator as f64).round() as i64,
                denominator: *denominator,
                scale: *scale,
            })
        }
        (value, _) => Some(value.clone()),
    }
}
