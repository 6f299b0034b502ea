//! A panic in the middle of the work, as a mistake of ours or of a library would be: it costs what it was about and no more.

use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use client_core::ids::{ChangeHash, DeviceId, DocumentId, EntryId, OrgUnitId};
use client_core::model::log;
use client_core::model::period::ReportingPeriod;
use client_core::protocol::context::Context;
use client_core::protocol::sync::{Fate, RefusalCode};
use client_core::report::Value;
use client_core::time::Timestamp;
use jiff::civil::{Date, date};
use server::ingest::{Ingest, ReleaseError};
use server::organisation::Organisation;
use server::secret::SecretHash;
use server::store::accounts::{Contact, EnrolledDevice, Enrolment, NewEnrolment, NewEnrolmentCode, Password, Session};
use server::store::directory::{DirectoryEdit, Installation};
use server::store::documents::{
    Entered, NewsEnd, NewsItem, NewsQuery, ParkedChanges, Readable, Receiving, SetAsideChange, Settlement, SignedPush,
    StoredChange, StoredDocument,
};
use server::store::entry_queries::{EntryQuery, StateEntered};
use server::store::read_model::{
    BookQuery, EntryRow, ReportRows, ReportValueRow, SubmissionRow, UnitRows, UnitRowsSource,
};
use server::store::{Accounts, Directory, Documents, EntryQueries, Imports, ReadModel, Result, Store, Upkeep};
use system_tests::device::{Device, talk};
use system_tests::world::World;

/// A store that panics when it is asked in one way about one document.
#[derive(Debug)]
struct Panicking {
    inner: Arc<dyn Store>,
    at: Mutex<Option<(&'static str, DocumentId)>>,
}

impl Panicking {
    fn panic_at(&self, verb: &'static str, document: &str) {
        *self.at.lock().unwrap() = Some((verb, document.parse().unwrap()));
    }

    fn sound_again(&self) {
        *self.at.lock().unwrap() = None;
    }

    fn asked(&self, verb: &str, document: &DocumentId) {
        let at = self.at.lock().unwrap().clone();
        let panics = at.is_some_and(|(other, about)| other == verb && about == *document);
        assert!(!panics, "as a test wants it");
    }
}

/// The verbs of a trait, answered by the store behind.
macro_rules! passed_on {
    ($verbs:ident { $(fn $name:ident($($argument:ident: $kind:ty),*) -> $answer:ty;)* }) => {
        impl $verbs for Panicking {
            $(fn $name(&self, $($argument: $kind),*) -> $answer {
                self.inner.$name($($argument),*)
            })*
        }
    };
}

passed_on!(Accounts {
    fn add_enrolment_code(code: NewEnrolmentCode) -> Result<()>;
    fn enrol(enrolment: NewEnrolment) -> Result<Enrolment>;
    fn enrolled_devices() -> Result<Vec<EnrolledDevice>>;
    fn note_contacts(contacts: Vec<Contact>) -> Result<()>;
    fn revoke_device(device: DeviceId, at: Timestamp) -> Result<bool>;
    fn set_password(password: Password) -> Result<()>;
    fn password_of_login(login: &str) -> Result<Option<Password>>;
    fn open_session(session: Session) -> Result<()>;
    fn session(token: SecretHash) -> Result<Option<Session>>;
    fn extend_session(token: SecretHash, expires_at: Timestamp) -> Result<()>;
    fn close_session(token: SecretHash) -> Result<()>;
});

passed_on!(Directory {
    fn initialise(installation: Installation) -> Result<()>;
    fn installation() -> Result<Installation>;
    fn organisation_version() -> Result<u64>;
    fn organisation(day: Date) -> Result<Organisation>;
    fn edit_directory(edits: Vec<DirectoryEdit>) -> Result<()>;
    fn begin_epoch(epoch: [u8; 8]) -> Result<()>;
});

passed_on!(EntryQueries {
    fn entries(query: &EntryQuery) -> Result<Vec<EntryRow>>;
    fn entry(unit: &OrgUnitId, entry: EntryId) -> Result<Option<EntryRow>>;
    fn units_with(entries: &[EntryId]) -> Result<Vec<(EntryId, OrgUnitId)>>;
    fn entered(type_code: &str, state: &str, days: (Date, Date)) -> Result<Vec<StateEntered>>;
});

passed_on!(Imports {
    fn said(unit: &OrgUnitId, record: &str) -> Result<BTreeMap<String, String>>;
});

passed_on!(ReadModel {
    fn replace_read_model(rows: UnitRowsSource) -> Result<()>;
    fn read_model_is_current() -> Result<bool>;
    fn entry_places(unit: &OrgUnitId, entries: &[EntryId]) -> Result<Vec<EntryRow>>;
    fn book_rows(unit: &OrgUnitId, queries: &[BookQuery<'_>]) -> Result<Vec<EntryRow>>;
    fn unit_reports(unit: &OrgUnitId, periods: &[ReportingPeriod]) -> Result<BTreeMap<ReportingPeriod, ReportRows>>;
    fn dump_read_model() -> Result<Vec<String>>;
    fn report_values(period: ReportingPeriod, indicators: &[&str]) -> Result<Vec<(OrgUnitId, ReportValueRow)>>;
    fn submissions(period: ReportingPeriod) -> Result<Vec<SubmissionRow>>;
});

passed_on!(Upkeep {
    fn try_out() -> Result<()>;
});

impl Documents for Panicking {
    fn receive(&self, push: Option<SignedPush>, now: Timestamp, receiving: Receiving) -> Result<Vec<Fate>> {
        self.inner.receive(push, now, receiving)
    }
    fn waiting_documents(&self) -> Result<Vec<DocumentId>> {
        self.inner.waiting_documents()
    }
    fn arrived(&self, document: &DocumentId) -> Result<Vec<StoredChange>> {
        self.asked("arrived", document);
        self.inner.arrived(document)
    }
    fn applied(&self, document: &DocumentId) -> Result<Vec<StoredChange>> {
        self.inner.applied(document)
    }
    fn stored_document(&self, document: &DocumentId) -> Result<StoredDocument> {
        self.asked("stored_document", document);
        self.inner.stored_document(document)
    }
    fn applied_count(&self, document: &DocumentId) -> Result<u64> {
        self.inner.applied_count(document)
    }
    fn received_at(&self, document: &DocumentId, hash: &ChangeHash) -> Result<Option<Timestamp>> {
        self.asked("received_at", document);
        self.inner.received_at(document, hash)
    }
    fn settle(&self, settlements: Vec<Settlement>, rows: Vec<UnitRows>) -> Result<u64> {
        self.inner.settle(settlements, rows)
    }
    fn enter(&self, entered: Entered) -> Result<()> {
        self.inner.enter(entered)
    }
    fn unit_documents(&self, unit: &OrgUnitId) -> Result<Vec<DocumentId>> {
        self.inner.unit_documents(unit)
    }
    fn documents(&self) -> Result<Vec<DocumentId>> {
        self.inner.documents()
    }
    fn news(&self, query: &NewsQuery, take: &mut dyn FnMut(NewsItem) -> ControlFlow<()>) -> Result<NewsEnd> {
        self.inner.news(query, take)
    }
    fn last_visible(&self) -> Result<u64> {
        self.inner.last_visible()
    }
    fn readable(&self, places: &[String]) -> Result<Vec<Readable>> {
        self.inner.readable(places)
    }
    fn set_aside(&self) -> Result<Vec<SetAsideChange>> {
        self.inner.set_aside()
    }
    fn parked(&self) -> Result<Vec<ParkedChanges>> {
        self.inner.parked()
    }
    fn context(&self, device: DeviceId, document: &DocumentId, context: &Context) -> Result<Option<Vec<Vec<u8>>>> {
        self.inner.context(device, document, context)
    }
    fn set_aside_bytes(&self, document: &DocumentId, hash: &ChangeHash) -> Result<Option<Vec<u8>>> {
        self.inner.set_aside_bytes(document, hash)
    }
    fn release(&self, document: &DocumentId, hash: &ChangeHash) -> Result<bool> {
        self.inner.release(document, hash)
    }
}

/// A world whose store panics when told to.
fn world(workers: usize) -> (World, Arc<Panicking>) {
    let mut world = World::with_workers(workers);
    let panicking = Arc::new(Panicking {
        inner: Arc::clone(&world.store),
        at: Mutex::new(None),
    });
    world.store = Arc::clone(&panicking) as Arc<dyn Store>;
    world.ingest = Ingest::start(Arc::clone(&world.store), workers, world.now).unwrap();
    (world, panicking)
}

fn submit(device: &mut Device, document: &DocumentId) {
    device.now = device.now.plus_ms(1000);
    let (actor, now) = (device.actor(), device.now);
    let (id, period) = (
        "01JD0000000000000000000050".parse().unwrap(),
        "2026-Q4".parse().unwrap(),
    );
    let change = log::submit(device.document(document), actor, now, id, period, &[], &[]).unwrap();
    device.unsent.push((document.clone(), change));
}

fn receive(world: &World, device: &Device) {
    let sender = world.sender(device);
    let receipt = world.ingest.receive(&sender, &device.request(), world.now).unwrap();
    assert!(receipt.fates.iter().all(|fate| fate.refused.is_empty()));
}

#[test]
fn a_change_of_which_no_rows_can_be_made_is_set_aside_and_the_others_land() {
    let (world, panicking) = world(0);
    let logs = ["log/A/2026", "log/B/2026"].map(|id| id.parse::<DocumentId>().unwrap());
    let (mut an, mut anh, mut binh) = (world.device(1, "an"), world.device(2, "anh"), world.device(3, "binh"));
    an.log_talk(&logs[0], date(2026, 10, 1), 1);
    submit(&mut an, &logs[0]);
    anh.log_talk(&logs[0], date(2026, 10, 2), 2);
    binh.log_talk(&logs[1], date(2026, 10, 3), 3);
    for device in [&an, &anh, &binh] {
        receive(&world, device);
    }
    panicking.panic_at("received_at", "log/A/2026");
    world.ingest.apply_waiting().unwrap();
    assert_eq!(world.store.applied_count(&logs[0]).unwrap(), 2);
    assert_eq!(world.store.applied_count(&logs[1]).unwrap(), 1);
    let aside = world.store.set_aside().unwrap();
    let aside: Vec<_> = aside.iter().map(|aside| (aside.device, aside.reason)).collect();
    assert_eq!(aside, [(an.id, RefusalCode::BreaksSchema)]);
    assert!(world.store.waiting_documents().unwrap().is_empty());
}

#[test]
fn a_unit_that_cannot_be_worked_on_holds_up_no_other_and_is_tried_again() {
    // One worker: if the panic took it away, nobody would be left.
    let (world, panicking) = world(1);
    panicking.panic_at("arrived", "log/A/2026");
    let logs = ["log/A/2026", "log/B/2026"].map(|id| id.parse::<DocumentId>().unwrap());
    let (mut an, mut binh) = (world.device(1, "an"), world.device(3, "binh"));
    an.log_talk(&logs[0], date(2026, 10, 1), 1);
    binh.log_talk(&logs[1], date(2026, 10, 3), 3);
    receive(&world, &an);
    receive(&world, &binh);
    let patience = Duration::from_mins(1);
    assert!(world.ingest.wait_applied(&logs[1..], patience));
    assert_eq!(world.store.applied_count(&logs[1]).unwrap(), 1);
    assert_eq!(world.store.applied_count(&logs[0]).unwrap(), 0);
    panicking.sound_again();
    assert!(world.ingest.wait_applied(&logs[..1], patience));
    assert_eq!(world.store.applied_count(&logs[0]).unwrap(), 1);
    assert!(world.store.set_aside().unwrap().is_empty(), "nothing was wrong with it");
}

#[test]
fn what_was_set_aside_for_a_fault_of_the_server_is_released_and_reaches_everybody() {
    let (world, panicking) = world(0);
    let log: DocumentId = "log/A/2026".parse().unwrap();
    let (mut author, mut colleague) = (world.device(1, "an"), world.device(2, "anh"));
    submit(&mut author, &log);
    author.log_talk(&log, date(2026, 10, 2), 1);
    panicking.panic_at("received_at", "log/A/2026");
    world.sync(&mut author);
    let hashes: Vec<_> = author.set_aside.iter().map(|aside| ChangeHash(*aside.change)).collect();
    let [submission, talk] = hashes.try_into().unwrap();
    let untold = author.cursor;

    let release = |hash| world.ingest.release(&log, hash);
    assert!(matches!(release(&talk), Err(ReleaseError::Needs(hash)) if hash == submission));
    // Nothing has been mended yet: it is set aside anew, and its author told anew.
    release(&submission).unwrap();
    world.sync(&mut author);
    assert_eq!(author.set_aside.len(), 3);
    assert!(author.cursor > untold);

    panicking.sound_again();
    // Its author has taken it out meanwhile.
    author.documents.remove(&log);
    release(&submission).unwrap();
    world.ingest.apply_waiting().unwrap();
    release(&talk).unwrap();
    world.ingest.apply_waiting().unwrap();
    assert!(matches!(release(&talk), Err(ReleaseError::NotSetAside)));
    assert!(world.ingest.set_aside().unwrap().is_empty());
    world.sync(&mut author);
    world.sync(&mut colleague);
    assert_eq!(author.heads(&log), [talk]);
    assert_eq!(colleague.heads(&log), [talk]);
    let live = world.store.dump_read_model().unwrap();
    server::projection::rebuild(&world.store, world.now.date()).unwrap();
    assert_eq!(world.store.dump_read_model().unwrap(), live);
}

#[test]
fn what_comes_to_one_years_log_is_applied_without_the_documents_of_other_years() {
    let (mut world, panicking) = world(0);
    let logs = ["log/A/2025", "log/A/2026"].map(|id| id.parse::<DocumentId>().unwrap());
    let mut device = world.device(1, "an");
    let earlier = device.log_talk(&logs[0], date(2025, 10, 1), 1);
    device.log_talk(&logs[1], date(2026, 10, 1), 2);
    world.sync(&mut device);
    // Nothing is in memory after a new start.
    world.ingest = Ingest::start(Arc::clone(&world.store), 0, world.now).unwrap();
    panicking.panic_at("stored_document", "log/A/2025");
    device.log_talk(&logs[1], date(2026, 10, 2), 4);
    world.sync(&mut device);
    assert!(world.store.set_aside().unwrap().is_empty());
    let values = world
        .store
        .report_values("2026-Q4".parse().unwrap(), &["II.1-02"])
        .unwrap();
    assert_eq!(values[0].1.value, Value::Number(6));

    // What comes to that year's own log needs it.
    device.save(&logs[0], &talk(earlier, date(2025, 10, 1), 8));
    receive(&world, &device);
    assert!(world.ingest.apply_waiting().is_err());
    panicking.sound_again();
    world.ingest.apply_waiting().unwrap();
    assert_eq!(world.store.applied_count(&logs[0]).unwrap(), 2);
}

#[test]
fn a_snapshot_that_cannot_be_loaded_is_passed_over() {
    let (mut world, _) = world(0);
    let log: DocumentId = "log/A/2026".parse().unwrap();
    let mut device = world.device(1, "an");
    device.log_talk(&log, date(2026, 10, 1), 1);
    receive(&world, &device);
    let arrived = world.store.arrived(&log).unwrap();
    let spoilt = Settlement {
        document: log.clone(),
        applied: arrived.iter().map(|change| change.hash).collect(),
        set_aside: Vec::new(),
        upon: Some(0),
        snapshot: Some(b"no document".to_vec()),
    };
    world.store.settle(vec![spoilt], Vec::new()).unwrap();
    world.ingest = Ingest::start(Arc::clone(&world.store), 0, world.now).unwrap();
    device.log_talk(&log, date(2026, 10, 2), 2);
    world.sync(&mut device);
    assert_eq!(world.store.applied_count(&log).unwrap(), 2);
    server::projection::rebuild(&world.store, world.now.date()).unwrap();
    let quarter = "2026-Q4".parse().unwrap();
    let values = world.store.report_values(quarter, &["II.1-02"]).unwrap();
    assert_eq!(values[0].1.value, Value::Number(3));
}
