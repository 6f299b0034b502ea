//! Says that the database was restored from a backup.

use anyhow::Result;
use server::config::DataOptions;

use super::{hold_store, say};

/// Gives the server a new epoch: every device then compares what it has with what the server has, and brings what is lacking.
pub(super) fn restored(options: &DataOptions) -> Result<()> {
    let (_hold, store) = hold_store(options)?;
    server::installation::begin_epoch(&store)?;
    say("A new epoch has begun. Devices compare what they hold with the server at their next contact.")
}
