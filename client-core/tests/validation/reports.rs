//! The plan's demands on the values of a report, each firing and not firing.

use client_core::catalogue::Level;
use client_core::report::{Passage, Value};
use client_core::validate::{ReportFinding, ValuesByIndicator, report};

fn look(values: &[(&str, Value)], previous: &[(&str, Value)]) -> Vec<ReportFinding> {
    fn by_indicator<'a>(values: &'a [(&'a str, Value)]) -> ValuesByIndicator<'a> {
        values.iter().map(|(code, value)| (*code, value)).collect()
    }
    report(&by_indicator(values), &by_indicator(previous), None)
}

#[track_caller]
fn one(values: &[(&str, Value)], previous: &[(&str, Value)], indicator: &str, level: Level) -> String {
    let found = look(values, previous);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert_eq!((found[0].indicator, found[0].level), (indicator, level));
    assert!(found[0].message.vi.ends_with('.') && found[0].message.en.ends_with('.'));
    found[0].message.vi.clone()
}

#[track_caller]
fn none(values: &[(&str, Value)], previous: &[(&str, Value)]) {
    assert_eq!(look(values, previous), []);
}

fn number(number: i64) -> Value {
    Value::Number(number)
}

fn share(numerator: i64, denominator: i64) -> Value {
    Value::Ratio {
        numerator,
        denominator,
        scale: 100,
    }
}

#[test]
fn counts_are_whole_and_not_negative() {
    one(&[("II.1-01", number(-1))], &[], "II.1-01", Level::Error);
    one(&[("II.1-01", Value::Decimal(1.5))], &[], "II.1-01", Level::Error);
    none(&[("II.1-01", number(0))], &[]);
    // An average over units may have a fraction.
    let average = Value::Weighted {
        total: 52_001.0,
        weight: 3,
        least: 17_000.0,
        most: 18_000.0,
    };
    assert!(
        look(&[("II.3.3-02", average)], &[])
            .iter()
            .all(|finding| finding.level == Level::Warning)
    );
}

#[test]
fn percentages_lie_between_nothing_and_all() {
    one(&[("0-10", share(125, 124))], &[], "0-10", Level::Error);
    none(&[("0-10", share(124, 124))], &[]);
    none(&[("0-10", share(0, 124))], &[]);
}

#[test]
fn a_part_is_not_larger_than_the_whole() {
    let said = one(
        &[("0-01", number(124)), ("0-02", number(125))],
        &[],
        "0-02",
        Level::Error,
    );
    assert_eq!(
        said,
        "Số 'trong đó' không được lớn hơn tổng. “Trong đó nữ” 125 lớn hơn “Tổng số CNVCLĐ” 124. Sửa một trong hai số."
    );
    none(&[("0-01", number(124)), ("0-02", number(124))], &[]);
    // The whole is empty: nothing to compare with.
    none(&[("0-02", number(125))], &[]);
}

#[test]
fn a_threefold_change_is_explained() {
    // From 10 to 31 is 210 %; to 30 is 200 %.
    let said = one(
        &[("II.1-01", number(31))],
        &[("II.1-01", number(10))],
        "II.1-01",
        Level::Warning,
    );
    assert!(
        said.ends_with("“Số buổi tuyên truyền” 31 so với 10 kỳ trước."),
        "{said}"
    );
    none(&[("II.1-01", number(30))], &[("II.1-01", number(10))]);
    none(&[("II.1-01", number(30))], &[("II.1-01", number(0))]);
    none(&[("II.1-01", number(30))], &[]);
    // Money may change sixfold.
    none(&[("II.2-16", number(6_000_000))], &[("II.2-16", number(1_000_000))]);
    one(
        &[("II.2-16", number(6_001_000))],
        &[("II.2-16", number(1_000_000))],
        "II.2-16",
        Level::Warning,
    );
}

#[test]
fn amounts_are_round_thousands() {
    one(&[("II.2-16", number(6_500_500))], &[], "II.2-16", Level::Warning);
    none(&[("II.2-16", number(6_500_000))], &[]);
}

#[test]
fn the_value_of_a_meal_lies_between_the_minimum_and_the_absurd() {
    one(&[("II.3.3-02", number(14_000))], &[], "II.3.3-02", Level::Warning);
    none(&[("II.3.3-02", number(15_000))], &[]);
    none(&[("II.3.3-02", number(500_000))], &[]);
    one(&[("II.3.3-02", number(501_000))], &[], "II.3.3-02", Level::Error);
    let value = number(19_000);
    let values = ValuesByIndicator::from([("II.3.3-02", &value)]);
    assert_eq!(report(&values, &ValuesByIndicator::new(), Some(20_000)).len(), 1);
}

#[test]
fn prose_is_not_endless_unit_by_unit() {
    let passage = |length: usize| Passage {
        unit: "A".parse().unwrap(),
        paragraphs: vec!["ậ".repeat(length)],
    };
    none(&[("III-09", Value::Text(vec![passage(4_000)]))], &[]);
    one(
        &[("III-09", Value::Text(vec![passage(4_001)]))],
        &[],
        "III-09",
        Level::Error,
    );
    none(&[("III-10", Value::Text(vec![passage(3_000), passage(3_000)]))], &[]);
}
