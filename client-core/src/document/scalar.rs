//! A value in a document.

use automerge::{ScalarValue, ScalarValueRef};
use jiff::civil::Date;

/// A value in a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// Text or a code.
    Text(String),
    /// A count, an amount or a moment.
    Integer(i64),
    /// A number with a fraction.
    Decimal(f64),
    /// Yes or no.
    Boolean(bool),
    /// A day.
    Date(Date),
    /// Frozen values of a submission.
    Bytes(Vec<u8>),
    /// Nothing, on purpose.
    Empty,
    /// A kind of value that this program does not write. It is kept, not read.
    Foreign,
}

const MS_PER_DAY: i64 = 24 * 60 * 60 * 1000;

fn date_to_ms(date: Date) -> i64 {
    let epoch = Date::constant(1970, 1, 1);
    // `since` in days cannot fail between dates of the calendar.
    epoch.until(date).map_or(0, |span| i64::from(span.get_days())) * MS_PER_DAY
}

fn ms_to_date(ms: i64) -> Option<Date> {
    if ms % MS_PER_DAY != 0 {
        return None;
    }
    Date::constant(1970, 1, 1)
        .checked_add(jiff::Span::new().try_days(ms / MS_PER_DAY).ok()?)
        .ok()
}

impl From<Scalar> for ScalarValue {
    fn from(value: Scalar) -> Self {
        match value {
            Scalar::Text(text) => Self::Str(text.into()),
            Scalar::Integer(number) => Self::Int(number),
            Scalar::Decimal(number) => Self::F64(number),
            Scalar::Boolean(yes) => Self::Boolean(yes),
            Scalar::Date(date) => Self::Timestamp(date_to_ms(date)),
            Scalar::Bytes(bytes) => Self::Bytes(bytes),
            Scalar::Empty | Scalar::Foreign => Self::Null,
        }
    }
}

impl From<&ScalarValueRef<'_>> for Scalar {
    fn from(value: &ScalarValueRef<'_>) -> Self {
        match value {
            ScalarValueRef::Str(text) => Self::Text(text.to_string()),
            ScalarValueRef::Int(number) => Self::Integer(*number),
            ScalarValueRef::F64(number) => Self::Decimal(*number),
            ScalarValueRef::Boolean(yes) => Self::Boolean(*yes),
            ScalarValueRef::Timestamp(ms) => ms_to_date(*ms).map_or(Self::Foreign, Self::Date),
            ScalarValueRef::Bytes(bytes) => Self::Bytes(bytes.to_vec()),
            ScalarValueRef::Null => Self::Empty,
            ScalarValueRef::Uint(_) | ScalarValueRef::Counter(_) | ScalarValueRef::Unknown { .. } => Self::Foreign,
        }
    }
}
