//! What a device is told: news in visible order.

use std::ops::ControlFlow;

use client_core::ids::ChangeHash;
use client_core::protocol::sync::{SyncRequest, SyncResponse};
use client_core::time::Timestamp;

use super::frames::{Frames, Told};
use super::receive::{Receipt, Sender};
use super::reconcile;
use crate::organisation::Scope;
use crate::store::documents::{NewsItem, NewsQuery, Telling};
use crate::store::{Result, Store};

/// The least and the most news in one answer, whatever the device asks for.
const BUDGET_BYTES: std::ops::RangeInclusive<usize> = 1024..=2 * 1024 * 1024;

/// What a change costs in a frame beside its bytes.
pub(super) const OVERHEAD_BYTES: usize = 8;

/// Who asks for what.
pub(super) struct Asking<'a> {
    pub(super) epoch: [u8; 8],
    pub(super) scope: Scope,
    pub(super) sender: &'a Sender,
    pub(super) request: &'a SyncRequest,
    pub(super) receipt: Receipt,
    pub(super) profile: Option<Vec<u8>>,
    /// What the device brought is applied. While it is not the digest would cost most and say least: the next answer has one.
    pub(super) with_digest: bool,
    pub(super) now: Timestamp,
}

/// The frames of an answer, at least one.
pub(super) fn answer(store: &(impl Store + ?Sized), asking: Asking<'_>) -> Result<Vec<SyncResponse>> {
    let request = asking.request;
    // A cursor counts only on the server and in the scope that gave it.
    let counts = request.epoch.map(|epoch| *epoch) == Some(asking.epoch) && request.scope == asking.scope.name;
    let after = if counts { request.cursor } else { 0 };
    let query = NewsQuery {
        places: asking.scope.places.clone(),
        after,
        // A device that begins anew gets its own changes back: it may have lost them.
        without: (after > 0).then_some(asking.sender.device),
        person: asking.sender.person.clone(),
        device: asking.sender.device,
        with_digest: asking.with_digest,
    };
    if let Some(known) = &request.reconcile {
        return reconcile::answer(store, &asking, &query, known);
    }
    let mut frames = Frames::new(&asking, after);
    let budget = budget(request);
    let (mut spent, mut more) = (0, false);
    let end = store.news(&query, &mut |item| {
        if is_own_push(&item, &asking.receipt.pushed) {
            return ControlFlow::Continue(());
        }
        let bytes = OVERHEAD_BYTES + item.size();
        if spent > 0 && spent + bytes > budget {
            more = true;
            return ControlFlow::Break(());
        }
        spent += bytes;
        frames.add(item, bytes);
        ControlFlow::Continue(())
    })?;
    let told = Told {
        fates: asking.receipt.fates,
        profile: asking.profile,
        more,
        ..Told::default()
    };
    let mut frames = frames.finish(told);
    if let Some(final_frame) = frames.last_mut()
        && !more
    {
        // What lies between the last news and this place may not be read, or is the device's own.
        final_frame.cursor = end.last;
        final_frame.digest = end.digest;
    }
    Ok(frames)
}

/// How many bytes of news an answer may hold.
pub(super) fn budget(request: &SyncRequest) -> usize {
    (request.budget as usize).clamp(*BUDGET_BYTES.start(), *BUDGET_BYTES.end())
}

/// What came with this very request need not go back. A set-aside change must: its author is to be told.
fn is_own_push(item: &NewsItem, pushed: &std::collections::HashSet<ChangeHash>) -> bool {
    match item.telling {
        Telling::Applied(_) => pushed.contains(&item.hash),
        Telling::SetAside(..) => false,
    }
}

impl NewsItem {
    /// About how many bytes it takes in a frame.
    pub(super) fn size(&self) -> usize {
        match &self.telling {
            Telling::Applied(bytes) => bytes.len(),
            Telling::SetAside(_, detail) => detail.len() + self.hash.0.len() + self.document.len(),
        }
    }
}
