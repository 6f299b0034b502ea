//! Vietnamese text: folding for search, numbers as they are written, amounts in words.

mod unicode;

use serde::{Deserialize, Serialize};

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Bilingual {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Bilingual {
    /// One text for each language.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            vi: vi.into(),
            en: en.into(),
        }
    }

    /// A number that is written as Vietnamese writes it, and as English does.
    pub fn number(vi: impl Into<String>) -> Self {
        let vi = vi.into();
        let en = english(&vi);
        Self { vi, en }
    }

    /// A text that is the same in both: a name, a date.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            vi: text.clone(),
            en: text,
        }
    }
}

/// The composed form (NFC) of a text: one spelling for what looks the same.
pub fn composed(text: &str) -> String {
    unicode::composed(text)
}

/// Whether nothing of a text can be seen: white space, and the characters that stand for no mark of their own, as programs
/// leave them when text is copied.
pub fn is_blank(text: &str) -> bool {
    text.chars().all(|letter| {
        letter.is_whitespace()
            || matches!(letter,
                '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180B}'..='\u{180F}'
                | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
                | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{E0000}'..='\u{E0FFF}')
    })
}

/// Combining diacritical marks: all that Vietnamese needs.
const MARKS: std::ops::RangeInclusive<char> = '\u{300}'..='\u{36f}';

/// Lower case, without diacritics (đ is d), runs of white space as one: for search and for telling duplicates.
pub fn fold(text: &str) -> String {
    let plain: String = unicode::decomposed(text)
        .chars()
        .filter(|letter| !MARKS.contains(letter))
        .flat_map(char::to_lowercase)
        .map(|letter| if letter == 'đ' { 'd' } else { letter })
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A whole number with dots between thousands: `1.250.000`.
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    if number < 0 {
        text.push('-');
    }
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}

/// A number with a decimal comma and dots between thousands: `1.250,5`. No more decimals than it has.
pub fn decimal_vi(number: f64) -> String {
    let plain = number.to_string();
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let grouped = match whole.parse::<i64>() {
        // Minus nought point something keeps its sign.
        Ok(0) if number < 0.0 => "-0".to_owned(),
        Ok(whole) => grouped(whole),
        Err(_) => whole.to_owned(),
    };
    if fraction.is_empty() {
        grouped
    } else {
        format!("{grouped},{fraction}")
    }
}

/// A number with a decimal point and commas between thousands, as English writes it: `1,250.5`.
pub fn decimal_en(number: f64) -> String {
    english(&decimal_vi(number))
}

/// A number that is written as Vietnamese writes it, as English does: what separates thousands there, separates decimals
/// here.
fn english(written: &str) -> String {
    let marks = written.chars().map(|letter| match letter {
        '.' => ',',
        ',' => '.',
        other => other,
    });
    marks.collect()
}

const DIGITS: [&str; 10] = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"];

/// An amount in words, as on a receipt: `một triệu hai trăm năm mươi nghìn đồng`.
pub fn money_words_vi(amount: i64) -> String {
    let mut words: Vec<&str> = Vec::new();
    if amount < 0 {
        words.push("âm");
    }
    let amount = amount.unsigned_abs();
    if amount == 0 {
        words.push(DIGITS[0]);
    } else {
        number_words(amount, false, &mut words);
    }
    words.push("đồng");
    words.join(" ")
}

/// Billions are counted as a number of their own, so that there is a word for every amount.
fn number_words(number: u64, full: bool, words: &mut Vec<&'static str>) {
    let (billions, rest) = (number / 1_000_000_000, number % 1_000_000_000);
    if billions > 0 {
        number_words(billions, full, words);
        words.push("tỷ");
    }
    let mut full = full || billions > 0;
    for (group, name) in [
        (rest / 1_000_000, "triệu"),
        (rest / 1_000 % 1_000, "nghìn"),
        (rest % 1_000, ""),
    ] {
        if group > 0 {
            group_words(group as usize, full, words);
            if !name.is_empty() {
                words.push(name);
            }
            full = true;
        }
    }
}

/// Up to three digits. After a larger group all three are said: `một triệu không trăm linh năm`.
fn group_words(group: usize, full: bool, words: &mut Vec<&'static str>) {
    let (hundreds, tens, ones) = (group / 100, group / 10 % 10, group % 10);
    if hundreds > 0 || full {
        words.push(DIGITS[hundreds]);
        words.push("trăm");
    }
    match tens {
        0 if ones > 0 && (hundreds > 0 || full) => words.push("linh"),
        0 => {}
        1 => words.push("mười"),
        _ => {
            words.push(DIGITS[tens]);
            words.push("mươi");
        }
    }
    match (tens, ones) {
        (_, 0) => {}
        (2.., 1) => words.push("mốt"),
        (1.., 5) => words.push("lăm"),
        _ => words.push(DIGITS[ones]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_takes_away_case_diacritics_and_spare_spaces() {
        assert_eq!(fold("  Đối thoại   ĐỊNH KỲ "), "doi thoai dinh ky");
        assert_eq!(fold("Nậm Ban"), fold("Na\u{323}\u{302}m ban"));
        assert_eq!(fold("Ước mơ ở Mường Tè"), "uoc mo o muong te");
    }

    #[test]
    fn what_nobody_can_see_is_no_text() {
        for text in [
            "",
            " \u{a0}\t",
            "\u{200b}\u{200b}",
            "\u{feff} \u{2060}",
            "\u{ad}\u{200d}",
            "\u{3164}",
            "\u{2800}",
        ] {
            assert!(is_blank(text), "{text:?}");
        }
        for text in ["a", "\u{200b}ơ\u{200b}", ".", "👩\u{200d}🌾"] {
            assert!(!is_blank(text), "{text:?}");
        }
    }

    #[test]
    fn numbers_are_written_with_dots_and_a_comma() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_250_000), "1.250.000");
        assert_eq!(grouped(-12_345), "-12.345");
        assert_eq!(grouped(i64::MIN), "-9.223.372.036.854.775.808");
        assert_eq!(decimal_vi(87.5), "87,5");
        assert_eq!(decimal_vi(1234.25), "1.234,25");
        assert_eq!(decimal_vi(80.0), "80");
        assert_eq!(decimal_vi(-0.5), "-0,5");
        assert_eq!(decimal_en(1_234_567.25), "1,234,567.25");
        assert_eq!(
            Bilingual::number(grouped(-12_345)),
            Bilingual::new("-12.345", "-12,345")
        );
    }

    #[test]
    fn amounts_are_said_as_people_say_them() {
        for (amount, words) in [
            (0, "không đồng"),
            (5, "năm đồng"),
            (10, "mười đồng"),
            (11, "mười một đồng"),
            (15, "mười lăm đồng"),
            (20, "hai mươi đồng"),
            (21, "hai mươi mốt đồng"),
            (24, "hai mươi bốn đồng"),
            (55, "năm mươi lăm đồng"),
            (101, "một trăm linh một đồng"),
            (105, "một trăm linh năm đồng"),
            (110, "một trăm mười đồng"),
            (115, "một trăm mười lăm đồng"),
            (1_000, "một nghìn đồng"),
            (1_001, "một nghìn không trăm linh một đồng"),
            (15_000, "mười lăm nghìn đồng"),
            (21_500, "hai mươi mốt nghìn năm trăm đồng"),
            (700_000, "bảy trăm nghìn đồng"),
            (1_250_000, "một triệu hai trăm năm mươi nghìn đồng"),
            (1_000_005, "một triệu không trăm linh năm đồng"),
            (1_005_000, "một triệu không trăm linh năm nghìn đồng"),
            (2_000_000_000, "hai tỷ đồng"),
            (1_000_050_000, "một tỷ không trăm năm mươi nghìn đồng"),
            (3_000_000_000_000, "ba nghìn tỷ đồng"),
            (-50_000, "âm năm mươi nghìn đồng"),
        ] {
            assert_eq!(money_words_vi(amount), words, "{amount}");
        }
    }

    #[test]
    fn the_largest_amount_has_words() {
        assert!(money_words_vi(i64::MAX).starts_with("chín tỷ hai trăm hai mươi ba triệu"));
        assert!(money_words_vi(i64::MIN).ends_with("đồng"));
    }
}
