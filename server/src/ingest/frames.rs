//! An answer in frames, which a device commits one by one: what is lost when a connection breaks is one of them.

use client_core::protocol::sync::{DocumentHeads, Fate, News, SetAside, SyncResponse};

use super::news::{Asking, budget};
use crate::store::documents::{NewsItem, Telling};

/// Bytes of news in one frame, about. Who asks for less than one in all has a link that breaks: then each thing that is told has
/// a frame of its own, so that the smaller does not wait for the larger.
const FRAME_BYTES: usize = 64 * 1024;

/// What an answer tells beside news.
#[derive(Default)]
pub(super) struct Told {
    pub(super) fates: Vec<Fate>,
    pub(super) standing: Vec<DocumentHeads>,
    pub(super) unread: Vec<String>,
    pub(super) profile: Option<Vec<u8>>,
    /// There is more news than the budget.
    pub(super) more: bool,
}

/// Frames that are being filled.
pub(super) struct Frames {
    blank: SyncResponse,
    done: Vec<SyncResponse>,
    open: Option<SyncResponse>,
    open_bytes: usize,
    /// How much news the answer may hold.
    budget: usize,
}

impl Frames {
    /// None yet. Those without news stand at this cursor.
    pub(super) fn new(asking: &Asking<'_>, cursor: u64) -> Self {
        Self {
            blank: SyncResponse {
                cursor,
                scope: asking.scope.name,
                server_time: asking.now.0,
                ..SyncResponse::blank(asking.epoch.into())
            },
            done: Vec::new(),
            open: None,
            open_bytes: 0,
            budget: budget(asking.request),
        }
    }

    /// Adds a piece of news, which costs so many bytes.
    pub(super) fn add(&mut self, item: NewsItem, bytes: usize) {
        if self.open_bytes > 0 && self.open_bytes + bytes > FRAME_BYTES.min(self.budget) {
            self.done.extend(self.open.take());
            self.open_bytes = 0;
        }
        self.open_bytes += bytes;
        let frame = self.open.get_or_insert_with(|| self.blank.clone());
        frame.cursor = item.visible;
        match item.telling {
            Telling::Applied(bytes) => {
                // By document; visible order puts what a change depends on before it.
                let known = frame.news.iter_mut().find(|news| news.document == item.document);
                match known {
                    Some(news) => news.changes.push(bytes.into()),
                    None => frame.news.push(News {
                        document: item.document,
                        changes: vec![bytes.into()],
                    }),
                }
            }
            Telling::SetAside(reason, detail) => frame.set_aside.push(SetAside {
                document: item.document,
                change: item.hash.0.into(),
                reason,
                detail,
            }),
        }
    }

    /// All frames, at least one, with what else is told.
    pub(super) fn finish(mut self, told: Told) -> Vec<SyncResponse> {
        self.done.extend(self.open.take());
        let more = told.more;
        let mut frames = match self.budget < FRAME_BYTES {
            true => self.one_by_one(told),
            false => self.together(told),
        };
        if let Some((final_frame, earlier)) = frames.split_last_mut() {
            final_frame.more = more;
            // A device that hears no more than these has not heard all.
            for frame in earlier {
                frame.more = true;
            }
        }
        frames
    }

    /// The first frame tells all of it.
    fn together(self, told: Told) -> Vec<SyncResponse> {
        let mut frames = self.done;
        if frames.is_empty() {
            frames.push(self.blank);
        }
        if let Some(first_frame) = frames.first_mut() {
            first_frame.fates = told.fates;
            first_frame.standing = told.standing;
            first_frame.unread = told.unread;
            first_frame.profile = told.profile.map(Into::into);
        }
        frames
    }

    /// What became of the pushes comes first. A profile that is larger than the link may carry comes after all news, so that it
    /// holds up none.
    fn one_by_one(self, told: Told) -> Vec<SyncResponse> {
        let mut frames = Vec::new();
        if !(told.fates.is_empty() && told.standing.is_empty() && told.unread.is_empty()) {
            frames.push(SyncResponse {
                fates: told.fates,
                standing: told.standing,
                unread: told.unread,
                ..self.blank.clone()
            });
        }
        let is_small = |profile: &Vec<u8>| profile.len() <= self.budget;
        let (early, late) = match told.profile {
            Some(profile) if is_small(&profile) => (Some(profile), None),
            Some(profile) if !told.more => (None, Some(profile)),
            Some(_) | None => (None, None),
        };
        let alone = |profile: Vec<u8>| SyncResponse {
            profile: Some(profile.into()),
            ..self.blank.clone()
        };
        frames.extend(early.map(alone));
        frames.extend(self.done);
        frames.extend(late.map(alone));
        if frames.is_empty() {
            frames.push(self.blank);
        }
        frames
    }
}
