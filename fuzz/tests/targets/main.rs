//! Bytes from outside, made up and damaged, against everything that reads them.
//!
//! As ordinary tests these run a few thousand times each, from a new seed with every run; `fuzz/README.md` says how to run one
//! for as long as one likes, led by coverage.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod decoding;
mod following;
mod importing;
mod phone;
mod pushing;
mod requesting;
mod texts;
