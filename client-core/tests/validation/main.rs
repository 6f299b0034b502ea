//! The rules: what may be typed, and what is said about entries and reports. Each rule is shown firing and not firing.
#![expect(
    clippy::unwrap_used,
    reason = "a test that cannot read its own data should stop there"
)]

mod entries;
mod reading;
mod reports;
mod rules;
mod typing;
mod world;
