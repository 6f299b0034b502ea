//! How much may wait between *receive* and *apply*. What waits is on the disk and safe; the bounds hold the lag in check, and
//! whoever meets them is told so before anything of a request is stored.

use std::time::Duration;

/// Bounds of the queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Documents that may wait.
    pub documents: usize,
    /// Bytes of changes that may wait.
    pub bytes: usize,
    /// Bytes of changes that may wait of one device.
    pub device_bytes: usize,
    /// With more documents before it, an answer does not wait for what it received to be applied.
    pub awaited: usize,
    /// Pushes that arrive at once from which on workers give way: what is written down is safe, and the desk can wait a moment.
    pub rush: usize,
    /// How long workers give way at most: whatever has waited longer is applied, however many arrive.
    pub patience: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            documents: 20_000,
            bytes: 64 * 1024 * 1024,
            device_bytes: 4 * 1024 * 1024,
            awaited: 16,
            rush: 8,
            patience: Duration::from_secs(2),
        }
    }
}

/// Why a push is not taken in now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Full {
    /// Too much waits, of all devices together.
    Queue,
    /// Too much waits of this device.
    Device,
}

/// How far *apply* is behind *receive*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Backlog {
    /// Documents that wait or are being worked on.
    pub documents: usize,
    /// Bytes of changes in them that arrived since the server was started.
    pub bytes: usize,
    /// How long the one that has waited longest has done so, since the server was started.
    pub oldest: Duration,
}

impl Backlog {
    /// Seconds after which it is worth while to ask again: what waits now took as long as the oldest of it to come this far.
    pub(super) fn retry_after_s(self) -> u64 {
        self.oldest.as_secs().clamp(2, 60)
    }
}
