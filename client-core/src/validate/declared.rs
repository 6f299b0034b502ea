//! What a unit says in a report itself: a number of its own, or a text.

use super::number;
use super::raw::wrong;
use crate::catalogue::{Derivation, Indicator, IndicatorKind};
use crate::model::log::DeclaredValue;
use crate::model::period::ReportingPeriod;
use crate::text::{self, Bilingual, decimal_en};

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

/// The reason for a declared number: one line, composed. It may only be empty where nothing is derived, so that there is
/// nothing to differ from.
pub fn parse_reason(indicator: &Indicator, typed: &str) -> Result<String, Bilingual> {
    let reason = line(typed);
    check(&reason)?;
    within(reason.chars().count(), LONGEST_REASON)?;
    if reason.is_empty() && !matches!(indicator.derive, Derivation::Manual) {
        return Err(Bilingual::new(
            "Ghi một câu vì sao số này khác số từ nhật ký.",
            "Say in a sentence why this number differs from the log's.",
        ));
    }
    Ok(reason)
}

/// A period in which a unit may declare and submit: one of those that were opened.
pub fn check_period(
    period: ReportingPeriod,
    mut opened: impl Iterator<Item = ReportingPeriod>,
) -> Result<(), Bilingual> {
    match opened.any(|opened| opened == period) {
        true => Ok(()),
        false => Err(Bilingual::new(
            "Kỳ báo cáo này chưa mở. Chọn kỳ khác.",
            "This period was never opened. Choose another.",
        )),
    }
}

/// Said where a unit declares what the plan does not ask of it.
pub fn not_asked(indicator: &Indicator) -> Bilingual {
    Bilingual::new(
        format!(
            "“{}” không giao cho loại hình đơn vị này, nên không khai ở đây.",
            indicator.label.vi
        ),
        format!(
            "\"{}\" is not asked of this kind of unit, so it is not declared here.",
            indicator.label.en
        ),
    )
}

/// A text of a report as paragraphs: one for each line that has anything on it.
pub fn parse_narrative(typed: &str) -> Result<Vec<String>, Bilingual> {
    let paragraphs: Vec<String> = typed.lines().map(line).filter(|line| !line.is_empty()).collect();
    paragraphs.iter().try_for_each(|paragraph| check(paragraph))?;
    // As in the prose of a record: line breaks are not counted.
    within(
        paragraphs.iter().map(|paragraph| paragraph.chars().count()).sum(),
        LONGEST_TEXT,
    )?;
    Ok(paragraphs)
}

fn line(typed: &str) -> String {
    if text::is_blank(typed) {
        return String::new();
    }
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
            format!(
                "Dài quá {} ký tự, tối đa {} ký tự. Viết ngắn lại.",
                text::grouped(over as i64),
                text::grouped(most as i64)
            ),
            format!(
                "{} {} too long, at most {}. Shorten it.",
                decimal_en(over as f64),
                if over == 1 { "character" } else { "characters" },
                decimal_en(most as f64)
            ),
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
        assert_eq!(parse_narrative("Một.\n\u{200b}\n").unwrap(), ["Một."]);
        assert!(parse_narrative("a\u{7}b").is_err());
        let halves = format!("{}\n{}", "ệ".repeat(2_000), "x".repeat(2_000));
        for whole in ["ệ".repeat(4_000), halves] {
            assert_eq!(parse_narrative(&whole).unwrap().join("\n"), whole);
            assert!(parse_narrative(&format!("{whole}\n")).is_ok(), "an empty line is none");
            assert!(parse_narrative(&format!("{whole}x")).is_err());
        }
    }

    #[test]
    fn a_number_that_differs_from_the_log_has_a_reason_of_one_sentence() {
        let reason = |code: &str, typed: &str| parse_reason(catalogue::indicator(code).unwrap(), typed);
        assert_eq!(
            reason("II.1-02", " Hai người \n đến sau ").unwrap(),
            "Hai người đến sau"
        );
        assert!(reason("II.1-02", &"ệ".repeat(LONGEST_REASON)).is_ok());
        assert!(reason("II.1-02", &"ệ".repeat(LONGEST_REASON + 1)).is_err());
        assert!(reason("II.1-02", " \n ").is_err());
        assert!(reason("II.1-02", "\u{200b}").is_err());
        let manual = catalogue::indicators()
            .iter()
            .find(|indicator| matches!(indicator.derive, Derivation::Manual) && indicator.kind != IndicatorKind::Text);
        assert_eq!(reason(manual.unwrap().code, "").unwrap(), "");
    }

    #[test]
    fn only_a_period_that_was_opened_is_reported_on() {
        let opened = || ["2026-Q3", "2026-Q4"].map(|period| period.parse().unwrap()).into_iter();
        assert!(check_period("2026-Q4".parse().unwrap(), opened()).is_ok());
        assert!(check_period("2026-H2".parse().unwrap(), opened()).is_err());
    }
}
