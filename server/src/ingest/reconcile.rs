//! What a device is told that does not trust its cursor: after a restore of the server or of the device, or when the two found
//! that they do not hold the same. It says what it has of each document, and hears what each of the two lacks.

use std::collections::HashMap;
use std::ops::ControlFlow;

use client_core::ids::{ChangeHash, DocumentId};
use client_core::protocol::sync::{DocumentHeads, SyncResponse};

use super::frames::{Frames, Told};
use super::news::{Asking, OVERHEAD_BYTES, budget};
use crate::organisation::place;
use crate::projection::Held;
use crate::store::documents::{NewsItem, NewsQuery, Telling};
use crate::store::{Result, Store};

/// The frames of an answer to a device that holds these documents. While there is more to come the cursor stays where it was:
/// the device asks in the same way again, with what it has by then.
pub(super) fn answer(
    store: &(impl Store + ?Sized),
    asking: &Asking<'_>,
    query: &NewsQuery,
    known: &[DocumentHeads],
) -> Result<Vec<SyncResponse>> {
    let budget = budget(asking.request);
    let mut frames = Frames::new(asking, query.after);
    // What was set aside is told in any case: its author must not wait for it. Where the order stands is read before the
    // documents are: what comes meanwhile comes twice and not never.
    let aside = NewsQuery {
        places: Vec::new(),
        ..query.clone()
    };
    let end = store.news(&aside, &mut |item| {
        let bytes = OVERHEAD_BYTES + item.size();
        frames.add(
            NewsItem {
                visible: query.after,
                ..item
            },
            bytes,
        );
        ControlFlow::Continue(())
    })?;
    // Of the budget that takes nothing: it is told each time, and would leave nothing to the news.
    let (mut spent, mut more) = (0, false);
    let mut known: HashMap<&str, &DocumentHeads> = known.iter().map(|known| (known.document.as_str(), known)).collect();
    let mut standing = Vec::new();
    for readable in store.readable(&query.places)? {
        let name = readable.document.to_string();
        let theirs = known.remove(name.as_str());
        if theirs.is_some_and(|theirs| theirs.digest == readable.digest) {
            continue;
        }
        let held = Held::load(store, &readable.document)?;
        let document = held.document();
        let heads: Vec<_> = theirs
            .iter()
            .flat_map(|theirs| &theirs.heads)
            .map(|head| ChangeHash(**head))
            .collect();
        if heads.iter().any(|head| !document.has(head)) {
            standing.push(DocumentHeads {
                document: name.clone(),
                heads: document.heads().into_iter().map(|head| head.0.into()).collect(),
                digest: readable.digest,
            });
        }
        for change in document.changes_after(&heads) {
            let item = NewsItem {
                visible: query.after,
                document: name.clone(),
                hash: change.hash(),
                telling: Telling::Applied(change.bytes().to_vec()),
            };
            let bytes = OVERHEAD_BYTES + item.size();
            // What stands where is said of every document, also where its news must wait.
            more |= spent > 0 && spent + bytes > budget;
            if more {
                break;
            }
            spent += bytes;
            frames.add(item, bytes);
        }
    }
    let mut unread = Vec::new();
    for (name, _) in known {
        let id: Option<DocumentId> = name.parse().ok();
        let may_read = id.is_some_and(|id| query.places.contains(&place(id.kind(), id.unit())));
        match may_read {
            true => standing.push(DocumentHeads {
                document: name.to_owned(),
                heads: Vec::new(),
                digest: 0,
            }),
            false => unread.push(name.to_owned()),
        }
    }
    let told = Told {
        fates: asking.receipt.fates.clone(),
        standing,
        unread,
        profile: asking.profile.clone(),
        more,
    };
    let mut frames = frames.finish(told);
    if let Some(final_frame) = frames.last_mut()
        && !more
    {
        final_frame.cursor = end.last;
    }
    Ok(frames)
}
