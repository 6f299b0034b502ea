//! Whether the store can do its work.

use super::Result;

/// The verbs about the store itself.
pub trait Upkeep {
    /// Whether what is written reaches the disk. Costs nothing while it does; after a write that did not, one more is tried, and
    /// what it says is given.
    fn try_out(&self) -> Result<()>;
}
