//! What must hold, whatever happened. Nothing here knows a scenario.

use std::collections::{BTreeMap, BTreeSet};

use client_core::document::Document;
use client_core::ids::{ChangeHash, DocumentId, OrgUnitId};
use client_core::protocol::sync::SyncResponse;
use client_core::replica::view::{EntryRow, RecordState, SyncPhase};
use client_core::time::Timestamp;

use crate::phone::Phone;
use crate::server::Server;

/// Requests of a phone while all is well: one an hour's quarter, and a few to catch up.
const MOST_REQUESTS: u32 = 40;

/// What the server has said it has, it has.
pub(crate) fn acknowledged_is_kept(server: &Server) {
    for (document, hashes) in &server.acknowledged {
        for hash in hashes {
            let received = server.store().received_at(document, hash).unwrap();
            assert!(received.is_some(), "{document} {hash:?} was acknowledged and is gone");
        }
    }
}

/// Nobody receives a document of a unit that is not theirs.
pub(crate) fn only_what_is_theirs(unit: &OrgUnitId, frames: &[SyncResponse]) {
    for news in frames.iter().flat_map(|frame| &frame.news) {
        let document: DocumentId = news.document.parse().unwrap();
        assert_eq!(document.unit(), unit, "an officer of {unit} was sent {document}");
    }
}

/// Nothing waits, nothing is refused, nothing is set aside.
pub(crate) fn nothing_is_stuck(server: &Server, phones: &[Phone], at: Timestamp) {
    assert!(server.store().waiting_documents().unwrap().is_empty());
    let aside = server.store().set_aside().unwrap();
    assert!(aside.is_empty(), "{aside:?}");
    for (number, phone) in phones.iter().enumerate() {
        let status = phone.status(at).expect("it is open");
        assert!(status.enrolled, "phone {number} is not enrolled: {status:?}");
        assert_eq!((status.waiting, status.refused), (0, 0), "phone {number}: {status:?}");
        assert_eq!(
            (status.phase, status.problem),
            (SyncPhase::Idle, None),
            "phone {number}: {status:?}"
        );
    }
}

/// Every phone of a unit has what the server has of the unit, and shows the same.
pub(crate) fn all_agree(server: &Server, phones: &[Phone], at: Timestamp) {
    let mut of_unit: BTreeMap<&str, (usize, Vec<EntryRow>)> = BTreeMap::new();
    for (number, phone) in phones.iter().enumerate() {
        let core = phone.core.as_ref().expect("it is open");
        let held: BTreeMap<_, _> = core
            .documents()
            .map(|(id, document)| (id.clone(), heads(document)))
            .collect();
        let documents = server.store().unit_documents(&phone.unit.parse().unwrap()).unwrap();
        let kept: BTreeMap<_, _> = documents
            .into_iter()
            .map(|id| (id.clone(), heads(&server.document(&id))))
            .collect();
        assert_eq!(held, kept, "phone {number} of {} and the server", phone.unit);
        let rows: Vec<_> = phone.rows(at).into_iter().map(shown).collect();
        let (first, theirs) = of_unit.entry(phone.unit).or_insert_with(|| (number, rows.clone()));
        assert_eq!(rows, *theirs, "phones {number} and {first} of {}", phone.unit);
    }
}

/// Of a record what all phones show alike.
fn shown(row: EntryRow) -> EntryRow {
    assert_eq!(row.sync, RecordState::Received, "{row:?}");
    row
}

fn heads(document: &Document) -> BTreeSet<ChangeHash> {
    document.heads().into_iter().collect()
}

/// A record of which the officer was told that it is saved is there.
pub(crate) fn told_is_kept(phones: &[Phone], at: Timestamp) {
    for (number, phone) in phones.iter().enumerate() {
        let rows: BTreeSet<_> = phone.rows(at).into_iter().map(|row| row.id).collect();
        for entry in &phone.told {
            assert!(rows.contains(entry), "phone {number} has lost {entry}");
        }
    }
}

/// The tables that staff read are those that the documents come to.
pub(crate) fn rows_follow_from_documents(server: &Server, at: Timestamp) {
    let live = server.store().dump_read_model().unwrap();
    server::projection::rebuild(server.store(), at.date()).unwrap();
    let rebuilt = server.store().dump_read_model().unwrap();
    assert_eq!(live, rebuilt, "what is shown and what the documents come to");
}

/// A phone with nothing to say does not keep asking.
pub(crate) fn little_is_asked(phones: &[Phone]) {
    for (number, phone) in phones.iter().enumerate() {
        assert!(
            phone.requests <= MOST_REQUESTS,
            "phone {number} sent {} requests",
            phone.requests
        );
    }
}
