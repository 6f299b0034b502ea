//! The real router, asked as browsers and phones ask it.
#![expect(clippy::unwrap_used, reason = "clippy knows the tests, not what they share")]

mod access;
mod assets;
mod bounds;
mod counted;
mod desk;
mod device;
mod differing;
mod enrol;
mod openapi;
mod panics;
mod refusals;
mod secrets;
mod set_aside;
mod sign_in;
mod stream;
mod sync;
mod world;
