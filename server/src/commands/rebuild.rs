//! Makes the read model anew.

use std::sync::Arc;

use anyhow::Result;
use server::clock::{Clock, SystemClock};
use server::config::DataOptions;
use server::store::Store;

use super::{hold_store, say};

/// Rebuilds in one transaction: staff see the old rows until it is done.
pub(super) fn rebuild(options: &DataOptions) -> Result<()> {
    let (_hold, store) = hold_store(options)?;
    let store: Arc<dyn Store> = Arc::new(store);
    server::projection::rebuild(&store, SystemClock.now().date())?;
    say("The read model is made anew.")
}
