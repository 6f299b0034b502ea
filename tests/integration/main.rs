//! The server driven from outside, as devices and staff do.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod adding_up;
mod advancing;
mod answering;
mod commands;
mod damage;
mod framing;
mod importing;
mod measuring;
mod panicking;
mod phone;
mod projection;
mod receiving;
mod refusals;
mod sync;
mod unknown;
