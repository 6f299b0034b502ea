//! A phone's clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use client_core::time::Timestamp;

/// What tells a phone the time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock. Waiting takes its time.
    System,
    /// A clock that is set by hand. Waiting sets it on and takes no time.
    Set(Timestamp),
}

impl Clock {
    /// The time now.
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => {
                let since = SystemTime::now()
                    .duration_since(UNIX_EPOCH)
                    .expect("it is later than 1970");
                Timestamp(since.as_millis() as i64)
            }
            Self::Set(now) => now,
        }
    }

    /// Comes back at this time.
    pub fn wait_until(&mut self, at: Timestamp) {
        match self {
            Self::System => std::thread::sleep(Duration::from_millis((at.0 - self.now().0).max(0) as u64)),
            Self::Set(now) => *now = at.max(*now),
        }
    }
}
