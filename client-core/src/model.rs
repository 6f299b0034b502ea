//! What documents mean: typed reads and edits.

pub mod entry;
pub mod period;
