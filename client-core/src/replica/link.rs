//! What the network carries. Kept between sessions: each try beyond it may cost as much as it carries.

use minicbor::{Decode, Encode};

use super::storage_key::SyncState;

/// Bodies never shrink below this: a link that carries less carries nothing.
const LEAST_BODY_BYTES: u32 = 4 * 1024;
/// Bodies never grow beyond this.
const MOST_BODY_BYTES: u32 = 256 * 1024;
/// Bodies begin at this size.
pub(super) const FIRST_BODY_BYTES: u32 = 16 * 1024;
/// What HTTP writes before a body. A link that is cut after so many bytes counts these, too.
const HEAD_BYTES: usize = 768;
/// After so many bodies in a row that went through, a size that was lost once is tried again: what the try may cost is then
/// little beside what they carried.
const TRUSTED_AFTER: u32 = 48;

/// What was lost on a link.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub(super) struct Link {
    /// A body of this size was lost lately.
    #[n(0)]
    lost_bytes: Option<u32>,
    /// Bodies that went through since.
    #[n(1)]
    passed: u32,
}

impl SyncState {
    /// How many bytes the next body may have.
    pub(super) fn most_bytes(&self) -> usize {
        self.body_bytes.clamp(LEAST_BODY_BYTES, MOST_BODY_BYTES) as usize - HEAD_BYTES
    }

    /// Whether connections are cut: then each carries one body.
    pub(super) fn is_cut(&self) -> bool {
        self.link.lost_bytes.is_some() || self.downlink.is_cut()
    }

    /// A body of this size went through.
    pub(super) fn went_through(&mut self, body_bytes: usize) {
        if self.link.lost_bytes.is_some() {
            self.link.passed += 1;
        }
        if self.link.passed >= TRUSTED_AFTER {
            self.link = Link::default();
        }
        if body_bytes + HEAD_BYTES >= self.body_bytes as usize / 2 {
            self.body_bytes = self.body_bytes.saturating_mul(2).min(MOST_BODY_BYTES);
        }
        // What was lost once is not tried again at once.
        if let Some(lost) = self.link.lost_bytes {
            self.body_bytes = self.body_bytes.min(lost / 2).max(LEAST_BODY_BYTES);
        }
    }

    /// A body of this size was lost.
    pub(super) fn was_lost(&mut self, body_bytes: usize) {
        let lost = u32::try_from(body_bytes + HEAD_BYTES).unwrap_or(self.body_bytes);
        self.link.passed = 0;
        if lost <= LEAST_BODY_BYTES {
            return;
        }
        // A single loss of what is hardly more than the least says little of sizes: the next one is smaller, and that is all.
        if lost > LEAST_BODY_BYTES * 3 / 2 {
            self.link.lost_bytes = Some(self.link.lost_bytes.map_or(lost, |before| before.min(lost)));
        }
        self.body_bytes = (lost.min(self.body_bytes) / 2).max(LEAST_BODY_BYTES);
    }
}
