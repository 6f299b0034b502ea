//! Messages as the page writes them: JSON, with bytes in hexadecimal.

use client_core::protocol::sync::{
    DocumentHeads, Fate, News, Push, RefusedChange, SetAside, SyncRequest, SyncResponse,
};
use serde::Deserialize;

pub(crate) fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

pub(crate) fn unhex(text: &str) -> Vec<u8> {
    data_encoding::HEXLOWER
        .decode(text.as_bytes())
        .unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn exactly<const N: usize>(text: &str) -> minicbor::bytes::ByteArray<N> {
    let bytes: [u8; N] = unhex(text)
        .try_into()
        .unwrap_or_else(|_| panic!("{text} is not {N} bytes"));
    bytes.into()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Question {
    version: u8,
    epoch: Option<String>,
    cursor: u64,
    scope: u64,
    budget: u32,
    profile: Option<u64>,
    pushes: Vec<Changes>,
    signature: Option<String>,
    reconcile: Option<Vec<Known>>,
    close: bool,
    #[serde(default)]
    relays: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Changes {
    document: String,
    changes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    document: String,
    heads: Vec<String>,
    digest: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    version: u8,
    epoch: String,
    cursor: u64,
    scope: u64,
    server_time: i64,
    fates: Vec<Outcome>,
    news: Vec<Changes>,
    set_aside: Vec<Aside>,
    profile: Option<String>,
    more: bool,
    digest: Option<u64>,
    standing: Vec<Known>,
    unread: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Outcome {
    stored: u32,
    held: u32,
    refused: Vec<Refused>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refused {
    index: u32,
    reason: u8,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Aside {
    document: String,
    change: String,
    reason: u8,
    detail: String,
}

impl Changes {
    fn bytes(&self) -> Vec<minicbor::bytes::ByteVec> {
        self.changes.iter().map(|change| unhex(change).into()).collect()
    }
}

impl From<Known> for DocumentHeads {
    fn from(told: Known) -> Self {
        Self {
            heads: told.heads.iter().map(|head| exactly(head)).collect(),
            document: told.document,
            digest: told.digest,
        }
    }
}

fn reason(number: u8) -> client_core::protocol::sync::RefusalCode {
    minicbor::decode(&[number]).unwrap_or_else(|_| panic!("{number} is no refusal code"))
}

impl From<Question> for SyncRequest {
    fn from(told: Question) -> Self {
        let pushes = told.pushes.into_iter().map(|push| Push {
            changes: push.bytes(),
            document: push.document,
        });
        Self {
            version: told.version,
            epoch: told.epoch.as_deref().map(exactly),
            cursor: told.cursor,
            scope: told.scope,
            budget: told.budget,
            profile: told.profile,
            pushes: pushes.collect(),
            signature: told.signature.as_deref().map(exactly),
            reconcile: told.reconcile.map(|known| known.into_iter().map(Into::into).collect()),
            close: told.close,
            relays: told.relays,
        }
    }
}

impl From<Answer> for SyncResponse {
    fn from(told: Answer) -> Self {
        let fates = told.fates.into_iter().map(|fate| Fate {
            stored: fate.stored,
            held: fate.held,
            refused: fate
                .refused
                .iter()
                .map(|refused| RefusedChange {
                    index: refused.index,
                    reason: reason(refused.reason),
                })
                .collect(),
        });
        let news = told.news.into_iter().map(|news| News {
            changes: news.bytes(),
            document: news.document,
        });
        let set_aside = told.set_aside.into_iter().map(|aside| SetAside {
            change: exactly(&aside.change),
            document: aside.document,
            reason: reason(aside.reason),
            detail: aside.detail,
        });
        Self {
            version: told.version,
            epoch: exactly(&told.epoch),
            cursor: told.cursor,
            scope: told.scope,
            server_time: told.server_time,
            fates: fates.collect(),
            news: news.collect(),
            set_aside: set_aside.collect(),
            profile: told.profile.map(|bytes| unhex(&bytes).into()),
            more: told.more,
            digest: told.digest,
            standing: told.standing.into_iter().map(Into::into).collect(),
            unread: told.unread,
        }
    }
}
