//! The pure core of Sổ Công đoàn: it decides, shells do. No clock, no randomness, no network, no files.
//!
//! | module | what it is |
//! | --- | --- |
//! | [`catalogue`] | Plan 233 as typed data |
//! | [`document`] | one CRDT document of maps and scalars |
//! | [`model`] | what documents mean: entries, declarations, submissions, conflicts, schema |
//! | [`report`] | derives each indicator from entries, and explains it |
//! | [`validate`] | what people type becomes values; the rules, the same on phone and server |
//! | [`access`] | who may read and write which document |
//! | [`protocol`] | the wire between device and server |
//! | [`replica`] | a device: inputs in, effects out |
//!
//! # A sync, whole
//! Two officers of one unit log an activity each without a signal; each one's changes go over the wire, and both hold the same.
//!
//! ```
//! use client_core::document::{Change, Document};
//! use client_core::ids::{Actor, DeviceId, DocumentKind, EntryId};
//! use client_core::model::entries::{self, EntryEdit};
//! use client_core::model::entry::FieldValue;
//! use client_core::protocol::codec::{decode_request, encode_request};
//! use client_core::protocol::sync::{Push, SyncRequest};
//! use client_core::time::Timestamp;
//!
//! let log = |device: u8, entry: &str, participants: i64| {
//!     let mut document = Document::new(DocumentKind::Log);
//!     let mut edit = EntryEdit::new(entry.parse::<EntryId>().unwrap(), "TT_BUOI");
//!     edit.fields.insert("participants".to_owned(), Some(FieldValue::Integer(participants)));
//!     let actor = Actor { device: DeviceId([device; 8]), incarnation: 0 };
//!     let rng = &mut fastrand::Rng::with_seed(7);
//!     let change = entries::write(&mut document, actor, Timestamp(1), rng, &edit).unwrap();
//!     (document, change)
//! };
//! let (mut here, mine) = log(1, "01JD0000000000000000000001", 12);
//! let (mut there, theirs) = log(2, "01JD0000000000000000000002", 30);
//!
//! // What the first device sends, and what arrives.
//! let push = Push { document: "log/KHUN-HA/2026".to_owned(), changes: vec![mine.bytes().to_vec().into()] };
//! let request = SyncRequest { version: 1, budget: 65_536, pushes: vec![push], ..SyncRequest::default() };
//! let arrived = decode_request(&encode_request(&request)).unwrap();
//! there.apply([Change::decode(&arrived.pushes[0].changes[0]).unwrap()]).unwrap();
//!
//! // And the other way; twice, which changes nothing.
//! here.apply([theirs.clone()]).unwrap();
//! here.apply([theirs]).unwrap();
//! assert_eq!(here.heads(), there.heads());
//! assert_eq!(entries::read(&here).len(), 2);
//! ```

pub mod access;
pub mod catalogue;
pub mod document;
pub mod ids;
pub mod model;
pub mod protocol;
pub mod replica;
pub mod report;
pub mod text;
pub mod time;
pub mod typescript;
pub mod validate;
