//! Numbers as people write them: `1.250.000`, `1 250 000`, `0,5`, `1,2 triệu`.

use super::raw::{Wrong, wrong};
use crate::text::fold;

/// What JavaScript can still tell from its neighbour.
const LARGEST: f64 = 9_007_199_254_740_991.0;

fn no_spaces(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// Whether these are digits in groups of three, as in `1.250.000`.
fn is_grouped(text: &str, separator: char) -> bool {
    let mut groups = text.split(separator);
    let first = groups.next().unwrap_or_default();
    let digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    (1..=3).contains(&first.len())
        && digits(first)
        && text.contains(separator)
        && groups.all(|group| group.len() == 3 && digits(group))
}

/// The plain digits of a number, with a dot before the fraction if it has one.
fn plain(text: &str) -> Option<String> {
    let compact = no_spaces(text);
    let (sign, body) = compact
        .strip_prefix('-')
        .map_or(("", compact.as_str()), |body| ("-", body));
    let (whole, fraction) = match body.split_once(',') {
        // Two commas or more can only part thousands.
        Some(_) if body.matches(',').count() > 1 && is_grouped(body, ',') => (body.replace(',', ""), None),
        Some((whole, fraction)) => (whole.to_owned(), Some(fraction)),
        None if is_grouped(body, '.') => (body.to_owned(), None),
        None => match body.split_once('.') {
            Some((whole, fraction)) => (whole.to_owned(), Some(fraction)),
            None => (body.to_owned(), None),
        },
    };
    let whole = if is_grouped(&whole, '.') {
        whole.replace('.', "")
    } else {
        whole
    };
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(&whole) || !fraction.is_none_or(digits) {
        return None;
    }
    Some(fraction.map_or(format!("{sign}{whole}"), |fraction| format!("{sign}{whole}.{fraction}")))
}

fn too_large() -> Wrong {
    wrong(
        "number",
        "Số lớn quá. Kiểm tra lại, có thể gõ thừa số 0.",
        "The number is too large. Check it, perhaps there is a zero too many.",
    )
}

/// A whole number.
pub(super) fn integer(text: &str) -> Result<i64, Wrong> {
    let error = || {
        wrong(
            "number",
            "Số phải là số nguyên, ví dụ 58.",
            "This must be a whole number, such as 58.",
        )
    };
    let number = plain(text).ok_or_else(error)?;
    if number.contains('.') {
        return Err(error());
    }
    let number: i64 = number.parse().map_err(|_| too_large())?;
    if number.unsigned_abs() as f64 > LARGEST {
        return Err(too_large());
    }
    Ok(number)
}

/// A number with or without a fraction.
pub(super) fn decimal(text: &str) -> Result<f64, Wrong> {
    let number: f64 = plain(text).and_then(|plain| plain.parse().ok()).ok_or_else(|| {
        wrong(
            "number",
            "Ghi một số, ví dụ 12 hoặc 0,5.",
            "Write a number, such as 12 or 0.5.",
        )
    })?;
    if number.abs() > LARGEST {
        return Err(too_large());
    }
    Ok(number)
}

/// A percentage, with or without its sign.
pub(super) fn percent(text: &str) -> Result<f64, Wrong> {
    let text = text.trim();
    decimal(text.strip_suffix('%').unwrap_or(text)).map_err(|_| {
        wrong(
            "number",
            "Ghi tỷ lệ phần trăm, ví dụ 87,5.",
            "Write a percentage, such as 87.5.",
        )
    })
}

/// An amount in đồng, as `1.250.000`, `1.250.000 đồng`, `700 nghìn` or `1,2 triệu`.
pub(super) fn money(text: &str) -> Result<i64, Wrong> {
    let error = || {
        wrong(
            "number",
            "Số tiền là số nguyên đồng, ví dụ 1.250.000.",
            "An amount is in whole đồng, such as 1,250,000.",
        )
    };
    let folded = fold(text);
    let amount = ["dong", "vnd", "d"]
        .into_iter()
        .find_map(|unit| folded.strip_suffix(unit))
        .unwrap_or(&folded)
        .trim_end();
    let scaled = [
        ("nghin", 1e3),
        ("ngan", 1e3),
        ("k", 1e3),
        ("trieu", 1e6),
        ("tr", 1e6),
        ("ty", 1e9),
        ("ti", 1e9),
    ]
    .into_iter()
    .find_map(|(word, factor)| amount.strip_suffix(word).map(|number| (number, factor)));
    let Some((number, factor)) = scaled else {
        return match integer(amount) {
            Ok(amount) => Ok(amount),
            Err(_) if plain(amount).is_some_and(|plain| !plain.contains('.')) => Err(too_large()),
            Err(_) => Err(error()),
        };
    };
    let amount = decimal(number).map_err(|_| error())? * factor;
    if amount.abs() > LARGEST {
        return Err(too_large());
    }
    // A hundred-thousandth of a million is still whole đồng; what is left over is the binary fraction's doing.
    if (amount - amount.round()).abs() > 1e-3 {
        return Err(error());
    }
    Ok(amount.round() as i64)
}
