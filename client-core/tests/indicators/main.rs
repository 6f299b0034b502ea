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

use client_core::catalogue;
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
