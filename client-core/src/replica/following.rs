//! What the next body of a backlog may go on from: changes that the server has just said it has.

use std::collections::VecDeque;

use crate::document::Change;
use crate::ids::DocumentId;
use crate::protocol::context::{CONTEXT_BYTES, Context, window};

/// Held in memory alone: an app that is opened anew begins with a body of its own.
#[derive(Debug, Default)]
pub(super) struct Following {
    document: Option<DocumentId>,
    /// Of one actor, with sequence numbers one after the other.
    changes: VecDeque<Change>,
    /// The server did not have them once: the rest of the backlog goes without.
    given_up: bool,
}

impl Following {
    /// The server has answered what was pushed, and has all of it or not.
    pub(super) fn acknowledged(&mut self, pushed: &[(DocumentId, Vec<Change>)], is_taken: bool) {
        if !is_taken {
            self.changes.clear();
            return;
        }
        let Some((document, changes)) = pushed.last() else {
            return;
        };
        if self.document.as_ref() != Some(document) {
            self.document = Some(document.clone());
            self.changes.clear();
        }
        for change in changes {
            let follows = |last: &Change| last.actor() == change.actor() && last.seq() + 1 == change.seq();
            if !self.changes.back().is_some_and(follows) {
                self.changes.clear();
            }
            self.changes.push_back(change.clone());
        }
        let mut bytes: usize = self.changes.iter().map(|change| change.bytes().len()).sum();
        while let Some(first) = self.changes.front().map(|first| first.bytes().len())
            && bytes - first >= CONTEXT_BYTES
        {
            self.changes.pop_front();
            bytes -= first;
        }
    }

    /// The server does not have what it said.
    pub(super) fn give_up(&mut self) {
        self.given_up = true;
    }

    /// What to go on from, and what stands in the window then.
    pub(super) fn context(&self) -> Option<(Context, Vec<u8>)> {
        let last = self.changes.back().filter(|_| !self.given_up)?;
        let document = self.document.as_ref()?.to_string();
        let bytes = window(&document, self.changes.iter().map(Change::bytes));
        let context = Context {
            document,
            last: (*last.hash().0.first_chunk()?).into(),
            count: u32::try_from(self.changes.len()).ok()?,
        };
        Some((context, bytes))
    }
}
