//! The wire between device and server: version and limits. CBOR (RFC 8949), deflated, in one POST.
//!
//! A body begins with one byte that says how the rest is coded: 0 plain, 1 raw deflate (RFC 1951) after a dictionary that both
//! ends know, 2 the same after changes that the body names. In it stand the message, how many changes belong to each of its
//! documents, and the changes in a pack. The same bytes may be carried in a file. `docs/SYNC.md` describes it for whoever writes
//! another client.

pub mod codec;
pub mod context;
mod counted;
mod deflate;
pub mod enrol;
pub mod profile;
pub mod sync;

/// Version of the protocol. A server reads this one and those before it.
pub const VERSION: u8 = 1;

/// Media type of requests and answers.
pub const CONTENT_TYPE: &str = "application/vnd.so-cong-doan.sync";

/// Media type of what the server says when it does not answer as it was asked (RFC 9457).
pub const PROBLEM_TYPE: &str = "application/problem+json";

/// What a request or answer may hold. Checked before anything of that size is allocated.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of a body as sent.
    pub body_bytes: usize,
    /// Bytes of a body inflated.
    pub inflated_bytes: usize,
    /// Documents in one message.
    pub documents: usize,
    /// Changes in one message.
    pub changes: usize,
}

impl Limits {
    /// What a server takes from a device.
    pub const REQUEST: Self = Self {
        body_bytes: 512 * 1024,
        inflated_bytes: 4 * 1024 * 1024,
        documents: 2_000,
        changes: 20_000,
    };
    /// What a device takes from a server, for one frame.
    pub const FRAME: Self = Self {
        body_bytes: 1024 * 1024,
        inflated_bytes: 8 * 1024 * 1024,
        documents: 20_000,
        changes: 100_000,
    };
}
