//! Every indicator against a value worked out by hand from a few entries.
//!
//! The period is the third quarter of 2026 (1 July to 30 September) and the unit a grassroots union of an enterprise,
//! unless a case says otherwise. Nothing here is computed by the code under test.

#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own data should stop there"
)]

mod aggregation;
mod awareness;
mod emptiness;
mod emulation;
mod organisation;
mod policy;
mod profile;
mod relations;
mod training;
mod welfare;
mod world;

use std::collections::BTreeSet;

use client_core::catalogue::{self, Derivation};
use client_core::report::{Declared, Passage, Reported, Value};
use world::Case;

fn all_cases() -> Vec<Case> {
    [
        profile::cases(),
        awareness::cases(),
        emulation::cases(),
        policy::cases(),
        relations::cases(),
        welfare::cases(),
        training::cases(),
        organisation::cases(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[test]
fn every_indicator_has_the_value_worked_out_by_hand() {
    for case in all_cases() {
        case.check();
    }
}

#[test]
fn no_indicator_is_left_out() {
    let tested: BTreeSet<&str> = all_cases().iter().map(|case| case.code).collect();
    let planned: BTreeSet<&str> = catalogue::indicators().iter().map(|indicator| indicator.code).collect();
    assert_eq!(planned.len(), 116);
    assert_eq!(tested, planned);
}

#[test]
fn what_nothing_is_derived_for_has_the_value_that_a_person_declares() {
    let text = |words: &str| {
        Value::Text(vec![Passage {
            unit: "CHE-THAN-UYEN".parse().unwrap(),
            paragraphs: vec![words.to_owned()],
        }])
    };
    let said = [
        ("II.1-05", Value::Decimal(87.5)),
        ("III-09", text("Cả xưởng đã học cách tiết kiệm điện.")),
        ("III-12", text("Quý sau mở lớp ở bản.")),
    ];
    let manual = catalogue::indicators()
        .iter()
        .filter(|indicator| indicator.derive == Derivation::Manual);
    assert_eq!(
        manual.map(|indicator| indicator.code).collect::<Vec<_>>(),
        said.each_ref().map(|(code, _)| *code)
    );
    for (code, value) in said {
        let case = all_cases().into_iter().find(|case| case.code == code).unwrap();
        let mut reported = Reported {
            derived: case.derive(),
            declared: None,
        };
        assert_eq!((reported.effective(), reported.addable()), (None, None), "{code}");
        reported.declared = Some(Declared {
            value: value.clone(),
            reason: String::new(),
        });
        assert_eq!(reported.effective(), Some(&value), "{code}");
        assert_eq!(reported.addable(), Some(value), "{code}");
    }
}
