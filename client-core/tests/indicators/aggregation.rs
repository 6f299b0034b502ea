//! Many units' numbers as one, by hand.

use client_core::catalogue::{Indicator, indicator};
use client_core::ids::OrgUnitId;
use client_core::report::{Child, Declared, Derived, Passage, Reported, Value, aggregate, quotient};

use super::world::{as_of, case, number};

fn the(code: &str) -> &'static Indicator {
    indicator(code).unwrap()
}

fn units() -> Vec<OrgUnitId> {
    ["A", "B", "C"].iter().map(|id| id.parse().unwrap()).collect()
}

fn total(code: &str, children: [(Option<Value>, Option<i64>); 3]) -> Option<Value> {
    let (units, held) = (units(), Vec::from(children));
    let children: Vec<Child<'_>> = units
        .iter()
        .zip(&held)
        .map(|(unit, (value, weight))| Child {
            unit,
            value: value.as_ref(),
            weight: *weight,
        })
        .collect();
    aggregate(the(code), &children)
}

fn ratio(numerator: i64, denominator: i64) -> Value {
    Value::Ratio {
        numerator,
        denominator,
        scale: 100,
    }
}

#[test]
fn sums_pass_over_what_is_empty() {
    // 5 + 7 = 12.
    let sum = total(
        "II.1-01",
        [
            (Some(Value::Number(5)), None),
            (None, None),
            (Some(Value::Number(7)), None),
        ],
    );
    assert_eq!(sum, Some(Value::Number(12)));
    assert_eq!(total("II.1-01", [(None, None), (None, None), (None, None)]), None);
    let nought = total("II.1-01", [(Some(Value::Number(0)), None), (None, None), (None, None)]);
    assert_eq!(nought, Some(Value::Number(0)));
}

#[test]
fn percentages_are_quotients_of_sums_never_averages() {
    // (1 + 90) of (2 + 100) = 91 of 102 = 89.2 %; the average of 50 % and 90 % would say 70 %.
    let share = total(
        "0-10",
        [(Some(ratio(1, 2)), None), (Some(ratio(90, 100)), None), (None, None)],
    )
    .unwrap();
    assert_eq!(share, ratio(91, 102));
    assert_eq!(share.display_vi(1).unwrap(), "89,2");
}

#[test]
fn a_declared_percentage_is_weighted_by_the_workers() {
    // (90 % × 100 + 50 % × 300) / 400 = 240 / 400 = 60 %. The third has no workers on record and cannot be weighed.
    let average = total(
        "II.1-05",
        [
            (Some(Value::Decimal(90.0)), Some(100)),
            (Some(Value::Decimal(50.0)), Some(300)),
            (Some(Value::Decimal(10.0)), None),
        ],
    )
    .unwrap();
    assert_eq!(average.as_number(), Some(60.0));
}

#[test]
fn the_value_of_a_meal_is_weighted_by_those_who_get_it() {
    // (25,000 × 100 + 15,000 × 300) / 400 = 7,000,000 / 400 = 17,500; from 15,000 to 25,000.
    let average = total(
        "II.3.3-02",
        [
            (Some(Value::Number(25_000)), Some(100)),
            (Some(Value::Number(15_000)), Some(300)),
            (None, Some(50)),
        ],
    )
    .unwrap();
    assert_eq!(
        average,
        Value::Weighted {
            total: 7_000_000.0,
            weight: 400,
            least: 15_000.0,
            most: 25_000.0
        }
    );
    assert_eq!(average.display_vi(0).unwrap(), "17.500");
    // One level up: with a district of 17,500 for 400 and a union of 30,000 for 100:
    // (7,000,000 + 3,000,000) / 500 = 20,000.
    let province = total(
        "II.3.3-02",
        [
            (Some(average), None),
            (Some(Value::Number(30_000)), Some(100)),
            (None, None),
        ],
    )
    .unwrap();
    assert_eq!(province.as_number(), Some(20_000.0));
}

#[test]
fn the_weight_of_a_meal_comes_from_the_same_snapshot() {
    let derived = case(
        "II.3.3-02",
        [
            as_of("2026-01-01", "BUA_AN_CA")
                .b("provided", true)
                .n("value_vnd", 20_000)
                .n("workers", 90),
            as_of("2026-07-01", "BUA_AN_CA")
                .b("provided", true)
                .n("value_vnd", 25_000)
                .n("workers", 110),
        ],
        number(25_000),
    )
    .derive();
    assert_eq!(derived.weight, Some(110));
}

#[test]
fn prose_is_put_unit_by_unit() {
    let passage = |unit: &str, text: &str| Passage {
        unit: unit.parse().unwrap(),
        paragraphs: vec![text.to_owned()],
    };
    let all = total(
        "III-10",
        [
            (Some(Value::Text(vec![passage("A", "Thiếu kinh phí.")])), None),
            (None, None),
            (Some(Value::Text(vec![passage("C", "Đường xa.")])), None),
        ],
    );
    assert_eq!(
        all,
        Some(Value::Text(vec![
            passage("A", "Thiếu kinh phí."),
            passage("C", "Đường xa.")
        ]))
    );
}

#[test]
fn some_numbers_do_not_add_up() {
    assert_eq!(
        total("III-13", [(Some(Value::Number(3)), None), (None, None), (None, None)]),
        None
    );
}

#[test]
fn a_quotient_of_totals_needs_both() {
    assert_eq!(
        quotient(Some(&Value::Number(9)), Some(&Value::Number(12)), 100),
        Some(ratio(9, 12))
    );
    assert_eq!(quotient(None, Some(&Value::Number(12)), 100), None);
    assert_eq!(quotient(Some(&Value::Number(0)), Some(&Value::Number(0)), 100), None);
}

fn reported(derived: Option<Value>, declared: Option<Value>) -> Reported {
    Reported {
        derived: Derived {
            indicator: "0-10",
            value: derived,
            sources: Vec::new(),
            unmeasured: Vec::new(),
            weight: None,
            asked: true,
        },
        declared: declared.map(|value| Declared {
            value,
            reason: "Chưa nhập hết".to_owned(),
        }),
    }
}

#[test]
fn a_declared_number_counts_and_the_derived_one_is_kept() {
    let both = reported(Some(Value::Number(58)), Some(Value::Number(60)));
    assert_eq!(both.effective(), Some(&Value::Number(60)));
    assert_eq!(both.derived.value, Some(Value::Number(58)));
    assert_eq!(both.difference(), Some(2.0));
    assert_eq!(
        reported(Some(Value::Number(58)), None).effective(),
        Some(&Value::Number(58))
    );
}

#[test]
fn a_declared_percentage_still_adds_up() {
    // Derived 20 of 40; declared 75 %: counts as 30 of 40.
    let declared = reported(Some(ratio(20, 40)), Some(Value::Decimal(75.0)));
    assert_eq!(declared.addable(), Some(ratio(30, 40)));
}

#[test]
fn rounding_is_half_away_from_zero_and_only_for_reading() {
    assert_eq!(ratio(1, 3).display_vi(1).unwrap(), "33,3");
    assert_eq!(ratio(1, 8).display_vi(1).unwrap(), "12,5");
    // 9 of 16 is 56.25 %, read as 56.3.
    assert_eq!(ratio(9, 16).display_vi(1).unwrap(), "56,3");
    assert_eq!(ratio(1, 2).display_vi(1).unwrap(), "50");
    assert_eq!(Value::Number(1_250_000).display_vi(0).unwrap(), "1.250.000");
}
