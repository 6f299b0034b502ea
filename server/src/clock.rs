//! The server's clock, handed to whatever needs the time.

use std::time::{SystemTime, UNIX_EPOCH};

use client_core::time::Timestamp;

/// Something that knows what time it is. Tests bring one that they move by hand.
pub trait Clock: Send + Sync {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH);
        // A clock before 1970 was never set; nought says so as well as any number.
        Timestamp(since_1970.map_or(0, |span| span.as_millis() as i64))
    }
}
