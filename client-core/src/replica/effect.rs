//! Everything a device may ask of its shell.

use serde::Serialize;

use super::view::Outcome;
use crate::time::Timestamp;

/// Something the shell must do. Effects are to be done in order.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Effect {
    /// Write these in one durable (`strict`) transaction, then say `Persisted` or `PersistFailed`.
    Persist {
        /// To answer with.
        ticket: u32,
        /// All of them or none.
        writes: Vec<Write>,
    },
    /// Send these bytes by POST and hand in the answer.
    Send {
        /// To answer with.
        request: u32,
        /// Path on the server, such as `/api/v1/sync`.
        path: String,
        /// The `Content-Type` of the body.
        content_type: String,
        /// Bearer token, if the device has one.
        token: Option<String>,
        /// The body.
        #[serde(with = "serde_bytes")]
        #[ts(type = "Uint8Array")]
        body: Vec<u8>,
    },
    /// Ring the alarm at this moment (replaces the one before).
    WakeAt {
        /// On the device's clock.
        at: Timestamp,
    },
    /// Ask the browser for a Background Sync event when there is a network.
    RequestBackgroundSync,
    /// What the input came to, for the screen that asked.
    Outcome {
        /// Result of the input.
        outcome: Outcome,
    },
    /// Views may look different now: ask again for what is on screen.
    Changed,
}

/// One change to storage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct Write {
    /// The key.
    pub key: String,
    /// The new value; none deletes the key.
    #[serde(with = "serde_bytes")]
    #[ts(type = "Uint8Array | null")]
    pub value: Option<Vec<u8>>,
}
