//! What officers were told: that something is saved, and that it was received.

use std::collections::BTreeSet;

use client_core::document::Document;
use client_core::ids::{DocumentId, EntryId};
use client_core::model::entries;

use super::world::{World, documents_of};
use crate::officer::WRITTEN_FOR;
use crate::phone::Phone;
use crate::server::Server;

/// What an officer was told is saved is on the phone, where its officer finds it: a record of the unit among its records,
/// what another unit left and the server has not taken in the sheet behind the chip.
pub(crate) fn told_is_kept(world: &World<'_>) {
    for (number, phone) in world.phones.iter().enumerate() {
        let shown: BTreeSet<_> = phone.rows(world.at).into_iter().map(|row| row.id).collect();
        let outbox = phone.outbox(world.at).expect("it is open");
        let works = outbox.elsewhere.iter().flat_map(|left| &left.works);
        let left: BTreeSet<_> = works.map(|work| work.key.clone()).collect();
        let own = phone.status(world.at).and_then(|status| status.officer);
        for (entry, name) in &phone.disk.told {
            assert!(is_stored(phone, name), "phone {number} has lost \u{201c}{name}\u{201d}");
            let unit = unit_of(name);
            let is_own = own.as_ref().is_some_and(|officer| officer.unit.as_str() == unit);
            let is_left = left.contains(&format!("draft|{entry}"));
            // What was received and lost again with the server is on the disk, and on the phones of the unit.
            let may_be_lost = world.server.restores > 0 || is_there(world.server, unit, *entry);
            assert!(
                shown.contains(entry) || is_left || (!is_own && (may_be_lost || own.is_none())),
                "phone {number} does not show {entry}, \u{201c}{name}\u{201d}"
            );
        }
    }
}

/// Some sentence of what is stored, be it a change or a draft.
fn is_stored(phone: &Phone, name: &str) -> bool {
    let holds = |bytes: &[u8]| bytes.windows(name.len()).any(|window| window == name.as_bytes());
    phone.disk.values.values().any(|value| holds(value))
        || documents_of(phone)
            .any(|(_, document)| document.changes_after(&[]).iter().any(|change| holds(change.bytes())))
}

/// What a person saw marked as received is on the server, unless a restore took it.
pub(crate) fn received_is_kept(world: &World<'_>, received: &BTreeSet<(String, EntryId)>) {
    for (unit, entry) in received {
        assert!(
            is_there(world.server, unit, *entry),
            "{entry} of {unit} was received and is gone"
        );
    }
}

/// Whether the server has a record of a unit.
pub(crate) fn is_there(server: &Server, unit: &str, entry: EntryId) -> bool {
    let documents = server.store().unit_documents(&unit.parse().unwrap()).unwrap();
    documents
        .iter()
        .any(|id| entries::find(&server.document(id), entry).is_some())
}

/// What was written for a unit is in no other unit's documents, on the server or on a phone.
pub(crate) fn work_stays_in_its_unit(world: &World<'_>) {
    let on_server: Vec<(DocumentId, Document)> = world
        .applied
        .keys()
        .map(|id| (id.clone(), world.server.document(id)))
        .collect();
    let on_server = on_server.iter().map(|(id, document)| (id, document));
    for (id, document) in on_server.chain(world.phones.iter().flat_map(documents_of)) {
        for change in document.changes_after(&[]) {
            let text = String::from_utf8_lossy(change.bytes());
            for (at, mark) in text.match_indices(WRITTEN_FOR) {
                let unit = &text[at + mark.len()..][..1];
                assert_eq!(unit, id.unit().as_str(), "what was written for {unit} is in {id}");
            }
        }
    }
}

/// The unit for which a name was written.
fn unit_of(name: &str) -> &str {
    name.rsplit(WRITTEN_FOR).next().unwrap_or_default()
}
