//! What a unit says in a report itself: a number of its own, or a text.

use super::number;
use super::raw::wrong;
use crate::catalogue::{Indicator, IndicatorKind};
use crate::model::log::DeclaredValue;
use crate::text::{self, Bilingual};

/// Most characters of a report's text (`len <= 4000` in the catalogue).
const LONGEST_TEXT: usize = 4_000;
/// Most characters of the reason for a declared number.
const LONGEST_REASON: usize = 500;

/// A number that a unit declares for an indicator.
pub fn parse_declared(indicator: &Indicator, typed: &str) -> Result<DeclaredValue, Bilingual> {
    let value = match indicator.kind {
        IndicatorKind::Count | IndicatorKind::People => number::integer(typed).map(DeclaredValue::Integer),
        IndicatorKind::MoneyVnd => number::money(typed).map(DeclaredValue::Integer),
        IndicatorKind::Percent => number::percent(typed).map(DeclaredValue::Decimal),
        IndicatorKind::Text => Err(wrong("shape", "Chỉ tiêu này là chữ.", "This indicator is a text.")),
    };
    let value = value.map_err(|wrong| wrong.message)?;
    let number = match value {
        DeclaredValue::Integer(number) => number as f64,
        DeclaredValue::Decimal(number) => number,
    };
    if number < 0.0 {
        return Err(Bilingual::new("Số phải từ 0 trở lên.", "The number must be 0 or more."));
    }
    if indicator.kind == IndicatorKind::Percent && number > 100.0 {
        return Err(Bilingual::new("Tỷ lệ từ 0 đến 100.", "A percentage is from 0 to 100."));
    }
    Ok(value)
}

/// The reason for a declared number: one line, composed.
pub fn parse_reason(typed: &str) -> Result<String, Bilingual> {
    let reason = line(typed);
    check(&reason)?;
    within(reason.chars().count(), LONGEST_REASON)?;
    Ok(reason)
}

/// A text of a report as paragraphs: one for each line that has anything on it.
pub fn parse_narrative(typed: &str) -> Result<Vec<String>, Bilingual> {
    let paragraphs: Vec<String> = typed.lines().map(line).filter(|line| !line.is_empty()).collect();
    paragraphs.iter().try_for_each(|paragraph| check(paragraph))?;
    within(
        paragraphs.iter().map(|paragraph| paragraph.chars().count() + 1).sum(),
        LONGEST_TEXT,
    )?;
    Ok(paragraphs)
}

fn line(typed: &str) -> String {
    let composed = text::composed(typed);
    composed.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn check(line: &str) -> Result<(), Bilingual> {
    match line.chars().any(char::is_control) {
        false => Ok(()),
        true => Err(Bilingual::new(
            "Xóa ký tự lạ trong ô này.",
            "Remove the strange character here.",
        )),
    }
}

fn within(length: usize, most: usize) -> Result<(), Bilingual> {
    match length.checked_sub(most) {
        None | Some(0) => Ok(()),
        Some(over) => Err(Bilingual::new(
            format!("Dài quá {over} chữ cái. Viết ngắn lại."),
            format!("{over} letters too long. Shorten it."),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue;

    #[test]
    fn a_declared_number_is_read_as_its_indicator_is_counted() {
        let declared = |code: &str, typed: &str| parse_declared(catalogue::indicator(code).unwrap(), typed).ok();
        assert_eq!(declared("II.1-02", "1.340"), Some(DeclaredValue::Integer(1340)));
        assert_eq!(
            declared("II.3.3-06", "14,7 triệu"),
            Some(DeclaredValue::Integer(14_700_000))
        );
        assert_eq!(declared("II.1-05", "87,5 %"), Some(DeclaredValue::Decimal(87.5)));
        for (code, typed) in [
            ("II.1-02", "-1"),
            ("II.1-02", "1,5"),
            ("II.1-05", "101"),
            ("III-09", "tốt"),
        ] {
            assert_eq!(declared(code, typed), None, "{code} {typed}");
        }
    }

    #[test]
    fn a_text_is_cut_into_paragraphs_and_bounded() {
        assert_eq!(parse_narrative("Một.\n\n  Hai.  \n").unwrap(), ["Một.", "Hai."]);
        assert_eq!(parse_narrative(" \n").unwrap(), Vec::<String>::new());
        assert!(parse_narrative(&"x".repeat(LONGEST_TEXT)).is_err());
        assert!(parse_narrative("a\u{7}b").is_err());
        assert!(parse_reason(&"ệ".repeat(LONGEST_REASON)).is_ok());
        assert!(parse_reason(&"ệ".repeat(LONGEST_REASON + 1)).is_err());
    }
}
