//! What must hold, whatever happened. Nothing here knows a scenario.

mod told;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use client_core::document::Change;
use client_core::ids::{ChangeHash, DocumentId};
use client_core::protocol::sync::SyncResponse;
use client_core::replica::view::{EntryRow, RecordState, SyncPhase};
use client_core::time::Timestamp;
use server::store::documents::Standing;

pub(crate) use self::told::{is_there, received_is_kept, told_is_kept, work_stays_in_its_unit};
pub(crate) use self::world::World;
use self::world::documents_of;
use crate::phone::Phone;
use crate::server::{INTRUDER, Server};

/// Requests of a phone while all is well: four an hour, and a few to catch up.
const MOST_REQUESTS: u32 = 50;

/// What the server has said it has, it has, unless a restore took it.
pub(crate) fn acknowledged_is_kept(server: &Server) {
    let standing = server.standing(&server.acknowledged);
    for (document, hashes) in &server.acknowledged {
        for hash in hashes {
            let is_there = standing.contains_key(&(document.clone(), *hash));
            assert!(is_there, "{document} {hash:?} was acknowledged and is gone");
        }
    }
}

/// Nobody receives a document of a unit that is not theirs.
pub(crate) fn only_what_is_theirs(unit: &str, frames: &[SyncResponse]) {
    for news in frames.iter().flat_map(|frame| &frame.news) {
        let document: DocumentId = news.document.parse().unwrap();
        assert_eq!(
            document.unit().as_str(),
            unit,
            "an officer of {unit} was sent {document}"
        );
    }
}

/// Nothing waits, nothing is set aside but what an intruder pushed, and nothing is refused but what was recorded for a unit that
/// its person has left. Phones that may push have nothing to say; the others say why.
pub(crate) fn nothing_is_stuck(world: &World<'_>) {
    let store = world.server.store();
    assert!(store.waiting_documents().unwrap().is_empty());
    let mut aside = store.set_aside().unwrap();
    aside.retain(|change| change.device != INTRUDER);
    assert!(aside.is_empty(), "{aside:?}");
    for (number, phone) in world.phones.iter().enumerate() {
        let status = phone.status(world.at).expect("it is open");
        if world.unit(phone).is_none() {
            assert!(phone.gone && status.revoked, "phone {number}: {status:?}");
            continue;
        }
        assert!(status.enrolled, "phone {number} is not enrolled: {status:?}");
        assert_eq!(status.waiting, 0, "phone {number}: {status:?}");
        assert!(status.refused == 0 || world.server.moved, "phone {number}: {status:?}");
        let officer = status.officer.as_ref().map(|officer| officer.unit.as_str());
        assert_eq!(officer, world.unit(phone), "phone {number}: {status:?}");
        assert_eq!(
            (status.phase, status.problem),
            (SyncPhase::Idle, None),
            "phone {number}: {status:?}"
        );
        // Of two copies of a device, neither knows what the other has parked, and the server counts it for both.
        let parks = |change: &Change| change.actor().map(|actor| actor.device) == phone.device();
        let is_excused = world.parked.iter().any(|(_, change)| parks(change));
        assert!(
            phone.reconciles == 0 || is_excused,
            "phone {number} goes on comparing: {status:?}"
        );
    }
}

/// The server has whatever a phone that may push holds of its unit, and the phone what the server has. What waits on the server
/// for what it was made upon waits for something that was lost with a restore and that no such phone holds.
pub(crate) fn everything_came_back(world: &World<'_>) {
    for (number, phone) in world.phones.iter().enumerate() {
        let unit = world.unit(phone);
        for (id, document) in documents_of(phone).filter(|(id, _)| Some(id.unit().as_str()) == unit) {
            let nothing = BTreeSet::new();
            let applied = world.applied.get(id).unwrap_or(&nothing);
            for change in document.changes_after(&[]) {
                let hash = change.hash();
                assert!(
                    applied.contains(&hash),
                    "{hash:?} in {id} of phone {number}, by {:?}, did not come back: {:?}",
                    change.actor(),
                    world.standing(id, &hash)
                );
            }
            let held: BTreeSet<_> = document.hashes().into_iter().collect();
            let lacks: Vec<_> = applied.difference(&held).collect();
            assert!(lacks.is_empty(), "phone {number} has not heard of {lacks:?} in {id}");
        }
        let heard: BTreeSet<_> = documents_of(phone).map(|(id, _)| id.clone()).collect();
        let theirs = world.applied.keys().filter(|id| Some(id.unit().as_str()) == unit);
        let lacks: Vec<_> = theirs.filter(|id| !heard.contains(id)).collect();
        assert!(
            lacks.is_empty(),
            "phone {number} of {unit:?} has not heard of {lacks:?}"
        );
    }
    for (id, change) in &world.parked {
        let missing = change.dependencies().into_iter().find(|dependency| {
            matches!(world.standing(id, dependency), None | Some(Standing::SetAside)) && !world.is_held(id, dependency)
        });
        let waits = change
            .dependencies()
            .iter()
            .any(|dependency| world.standing(id, dependency) == Some(Standing::Parked));
        assert!(
            world.server.restores > 0 && (missing.is_some() || waits),
            "{:?} of {id} is parked for ever",
            change.hash()
        );
    }
}

/// Where nothing of a phone was copied, went back or was lost by the server, and nothing was refused, no phone has taken its own
/// work for another's: what comes twice, late or in another order changes nothing.
pub(crate) fn nobody_takes_another_name(world: &World<'_>) {
    for ((id, hash), change) in &world.changes {
        if let Some(actor) = change.actor().filter(|actor| actor.device != INTRUDER) {
            assert_eq!(actor.incarnation, 0, "{hash:?} in {id}, by {actor:?}");
        }
    }
}

/// Phones of a unit that hold the same show the same.
pub(crate) fn all_agree(world: &World<'_>) {
    type Held = BTreeMap<DocumentId, BTreeSet<ChangeHash>>;
    let mut of_unit: BTreeMap<(&str, Held), (usize, Vec<EntryRow>)> = BTreeMap::new();
    for (number, phone) in world.phones.iter().enumerate() {
        let Some(unit) = world.unit(phone) else { continue };
        let own = documents_of(phone).filter(|(id, _)| id.unit().as_str() == unit);
        let held: Held = own
            .map(|(id, document)| (id.clone(), document.heads().into_iter().collect()))
            .collect();
        let rows = phone.rows(world.at);
        // What was refused, because its person had moved, waits in a form for whoever has the phone.
        let is_refused = |row: &EntryRow| matches!(row.sync, RecordState::Refused { .. });
        if world.server.moved && rows.iter().any(is_refused) {
            continue;
        }
        if world.server.restores == 0 {
            for row in &rows {
                assert_eq!(row.sync, RecordState::Received, "phone {number}: {row:?}");
            }
        }
        let (first, theirs) = of_unit.entry((unit, held)).or_insert_with(|| (number, rows.clone()));
        assert_eq!(rows, *theirs, "phones {number} and {first} of {unit}");
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
