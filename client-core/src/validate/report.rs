//! Looks a report over: the plan's demands on each indicator's value.

use std::collections::BTreeMap;

use serde::Serialize;

use super::rule::larger;
use crate::catalogue::{self, ConfigKey, Indicator, Level, ValueCheck};
use crate::report::Value;
use crate::text::{Bilingual, decimal_en, decimal_vi};

/// Effective values by indicator code. An empty one is not in it.
pub type ValuesByIndicator<'a> = BTreeMap<&'a str, &'a Value>;

/// Something wrong or odd about a number in a report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ts_rs::TS)]
#[ts(rename = "IndicatorFinding")]
pub struct ReportFinding {
    /// Which indicator.
    pub indicator: &'static str,
    /// How serious.
    pub level: Level,
    /// What is wrong and what to do.
    pub message: Bilingual,
}

/// Everything wrong or odd about a report's values, in the plan's order. `previous` are those of the period before;
/// `meal_floor_vnd` is what the administrator set, if anything.
pub fn report(
    values: &ValuesByIndicator<'_>,
    previous: &ValuesByIndicator<'_>,
    meal_floor_vnd: Option<i64>,
) -> Vec<ReportFinding> {
    let mut findings = Vec::new();
    for indicator in catalogue::indicators() {
        let Some(value) = values.get(indicator.code) else {
            continue;
        };
        for rule in indicator.validation {
            let broken = detail(
                indicator,
                rule.check,
                value,
                values,
                previous.get(indicator.code).copied(),
                meal_floor_vnd,
            );
            if let Some(detail) = broken {
                let message = match rule.message {
                    None => detail,
                    Some(message) => Bilingual::new(
                        format!("{}. {}", message.vi, detail.vi),
                        format!("{}. {}", message.en, detail.en),
                    ),
                };
                findings.push(ReportFinding {
                    indicator: indicator.code,
                    level: rule.level,
                    message,
                });
            }
        }
    }
    findings
}

/// What is wrong, if the value breaks the demand.
fn detail(
    indicator: &Indicator,
    check: ValueCheck,
    value: &Value,
    values: &ValuesByIndicator<'_>,
    previous: Option<&Value>,
    meal_floor_vnd: Option<i64>,
) -> Option<Bilingual> {
    let number = value.as_number();
    let say = |number: f64, vi: String, en: String| {
        Bilingual::new(
            format!("“{}” {} {vi}.", indicator.label.vi, decimal_vi(number)),
            format!("\"{}\" {} {en}.", indicator.label.en, decimal_en(number)),
        )
    };
    match check {
        ValueCheck::WholeNotNegative => {
            // An average over units has a fraction by right.
            let fraction_is_wrong = matches!(value, Value::Number(_) | Value::Decimal(_));
            let number = number.filter(|number| *number < 0.0 || (fraction_is_wrong && number.fract() != 0.0))?;
            Some(say(
                number,
                "không phải số nguyên từ 0 trở lên. Sửa lại số".to_owned(),
                "is no whole number from 0 up. Correct it".to_owned(),
            ))
        }
        ValueCheck::Between { least, most } => {
            let number = number.filter(|number| *number < least as f64 || *number > most as f64)?;
            Some(say(
                round(number),
                format!("phải từ {least} đến {most}. Xem lại tử số và mẫu số"),
                format!("must be from {least} to {most}. Check both parts"),
            ))
        }
        ValueCheck::AtMost { most } => {
            let number = number.filter(|number| *number > most as f64)?;
            Some(say(
                number,
                format!("lớn hơn {}", decimal_vi(most as f64)),
                format!("is more than {}", decimal_en(most as f64)),
            ))
        }
        ValueCheck::AtMostIndicator { indicator: whole } => {
            let most = values.get(whole)?.as_number()?;
            let number = number.filter(|number| *number > most)?;
            let whole = catalogue::indicator(whole)?.label;
            let said = larger(
                &Bilingual::new(indicator.label.vi, indicator.label.en),
                number,
                &Bilingual::new(whole.vi, whole.en),
                most,
            );
            Some(Bilingual::new(format!("{}.", said.vi), format!("{}.", said.en)))
        }
        ValueCheck::AtLeastConfig { key, default } => {
            let set = match key {
                ConfigKey::MealFloorVnd => meal_floor_vnd,
            };
            let least = set.unwrap_or(default) as f64;
            let number = number.filter(|number| *number < least)?;
            Some(say(
                number,
                format!("thấp hơn {}", decimal_vi(least)),
                format!("is less than {}", decimal_en(least)),
            ))
        }
        ValueCheck::MultipleOf { step } => {
            let number = number.filter(|number| number % step as f64 != 0.0)?;
            Some(say(
                number,
                "có thể gõ thiếu hoặc thừa số".to_owned(),
                "may lack a digit or have one too many".to_owned(),
            ))
        }
        ValueCheck::ChangeAtMost { percent } => {
            let number = number?;
            // There is no percentage of nothing.
            let before = previous?.as_number().filter(|before| *before != 0.0)?;
            let change = (number - before).abs() / before.abs() * 100.0;
            (change > percent as f64).then(|| {
                say(
                    round(number),
                    format!("so với {} kỳ trước", decimal_vi(round(before))),
                    format!("against {} the period before", decimal_en(round(before))),
                )
            })
        }
        ValueCheck::LengthAtMost { characters } => {
            let Value::Text(passages) = value else {
                return None;
            };
            // The limit is on what one unit writes, not on what many wrote.
            let length: usize = passages
                .iter()
                .map(|passage| passage.paragraphs.iter().map(|text| text.chars().count()).sum())
                .max()?;
            (length > characters as usize).then(|| {
                Bilingual::new(
                    format!(
                        "“{}” dài {length} ký tự, tối đa {characters}. Viết ngắn lại.",
                        indicator.label.vi
                    ),
                    format!(
                        "\"{}\" has {length} characters, at most {characters}. Make it shorter.",
                        indicator.label.en
                    ),
                )
            })
        }
    }
}

fn round(number: f64) -> f64 {
    (number * 10.0).round() / 10.0
}
