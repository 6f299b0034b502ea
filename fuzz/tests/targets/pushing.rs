//! What devices push, honest and not, in any order, against a whole ingest.

use std::collections::BTreeMap;

use bolero::generator::ValueGenerator;
use bolero::{Driver, check, produce};
use client_core::document::{Change, Document, name_of};
use client_core::ids::{ChangeHash, DocumentId};
use client_core::protocol::sync::{Push, SetAside, SyncRequest};
use fuzz::memory::{self, mib};
use fuzz::messages::{LOG, Messages, document, entry};
use fuzz::mutated::Mutated;
use jiff::civil::date;
use server::ingest::ReceiveError;
use system_tests::chunk;
use system_tests::device::{Device, talk};
use system_tests::world::World;

const ITERATIONS: usize = 3;
const MOST_STEPS: usize = 12;

/// Devices 0 and 1 are of one unit, 2 of another. 3 is of the first unit too, and not honest.
const PEOPLE: [&str; 4] = ["an", "anh", "binh", "an"];
const HOMES: [&str; 4] = [LOG, LOG, "log/B/2026", LOG];
const LIAR: usize = 3;

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    /// An honest device records something.
    Record(usize, u32),
    /// An honest device syncs.
    Sync(usize),
    /// An honest device pushes, and does not hear the answer.
    Unheard(usize),
    /// What has arrived is applied.
    Apply,
    /// The server is started anew.
    Restart,
    /// The other device pushes in this way.
    Lie(Lie),
}

/// How the device that is not honest pushes.
#[derive(Debug, Clone)]
enum Lie {
    /// What it recorded, soundly.
    Sound(u32),
    /// What no app writes.
    Poison,
    /// Changes of the first device as its own.
    Foreign,
    /// The same, as what the server lost, before the first device has sent them or after.
    Relayed,
    /// Without the first of its changes.
    Headless,
    /// Backwards.
    Backwards,
    /// To a document of another unit, or of none.
    Elsewhere(u8),
    /// Under a signature that is none.
    Unsigned,
    /// Another change under a number that it has used.
    Twice(u32),
    /// A damaged change, with a sound checksum or without.
    Damaged(Vec<u8>, bool),
    /// A push without changes.
    Empty,
}

struct Steps<'a> {
    changes: &'a Mutated,
}

impl ValueGenerator for Steps<'_> {
    type Output = Vec<Step>;

    fn generate<D: Driver>(&self, driver: &mut D) -> Option<Vec<Step>> {
        let count = (1..=MOST_STEPS).generate(driver)?;
        (0..count).map(|_| self.step(driver)).collect()
    }
}

impl Steps<'_> {
    fn step<D: Driver>(&self, driver: &mut D) -> Option<Step> {
        let honest = 0..LIAR;
        Some(match (0_u8..10).generate(driver)? {
            0..3 => Step::Record(honest.generate(driver)?, (0_u32..6).generate(driver)?),
            3 => Step::Sync(honest.generate(driver)?),
            4 => Step::Unheard(honest.generate(driver)?),
            5 => Step::Apply,
            6 if (0_u8..4).generate(driver)? == 0 => Step::Restart,
            _ => Step::Lie(self.lie(driver)?),
        })
    }

    fn lie<D: Driver>(&self, driver: &mut D) -> Option<Lie> {
        let number = 0_u32..6;
        Some(match (0_u8..15).generate(driver)? {
            0 | 1 => Lie::Sound(number.generate(driver)?),
            2 => Lie::Poison,
            3 => Lie::Foreign,
            4 => Lie::Headless,
            5 => Lie::Backwards,
            6 => Lie::Elsewhere((0_u8..4).generate(driver)?),
            7 => Lie::Unsigned,
            8 => Lie::Twice(number.generate(driver)?),
            9 => Lie::Empty,
            10 => Lie::Relayed,
            _ => Lie::Damaged(self.changes.generate(driver)?, produce::<bool>().generate(driver)?),
        })
    }
}

#[test]
fn ingest() {
    let _alone = memory::alone();
    let said = Messages::new();
    // Changes of the device that is not honest, or its damage would end at their actor.
    let mut writer = Device::new(LIAR as u8 + 1);
    for number in 0..4 {
        writer.save(&document(LOG), &talk(entry(number), date(2026, 10, 1), 4));
    }
    writer.poison(&document(LOG), entry(0));
    let own = writer.unsent.iter().map(|(_, change)| change);
    let changes = own.chain(said.changes.iter().map(|(_, change)| change));
    let changes = Mutated::new(changes.map(|change| chunk::body(change.bytes())));
    check!()
        .with_iterations(ITERATIONS)
        .with_generator(Steps { changes: &changes })
        .for_each(|steps| memory::within(mib(64), || Run::new().through(steps)));
}

/// A server, its devices, and what was acknowledged to them.
struct Run {
    world: World,
    devices: Vec<Device>,
    acknowledged: BTreeMap<ChangeHash, (DocumentId, Vec<u8>)>,
}

impl Run {
    fn new() -> Self {
        let world = World::new();
        let devices = (1..).zip(PEOPLE).map(|(number, person)| world.device(number, person));
        Self {
            devices: devices.collect(),
            world,
            acknowledged: BTreeMap::new(),
        }
    }

    fn through(mut self, steps: &[Step]) {
        for step in steps {
            match step {
                Step::Record(device, number) => self.record(*device, *number),
                Step::Sync(device) => self.sync(*device),
                Step::Unheard(device) => self.push(*device, self.devices[*device].request().pushes, None),
                Step::Apply => self.world.ingest.apply_waiting().unwrap(),
                Step::Restart => self.world = self.world.restarted(),
                Step::Lie(lie) => self.lie(lie),
            }
        }
        self.come_to_rest();
    }

    fn record(&mut self, device: usize, number: u32) {
        let home = document(HOMES[device]);
        let writer = device as i64;
        let device = &mut self.devices[device];
        // Another number of people each time, and of each device: the same again would be no change.
        let people = device.now.0 / 1_000 % 1_000_000 * PEOPLE.len() as i64 + writer;
        device.save(&home, &talk(entry(number), date(2026, 10, 1), people));
    }

    fn sync(&mut self, device: usize) {
        self.note(device);
        self.world.sync(&mut self.devices[device]);
    }

    /// What an honest device pushes is acknowledged to the last change.
    fn note(&mut self, device: usize) {
        for (id, change) in &self.devices[device].unsent {
            let bytes = change.bytes().to_vec();
            self.acknowledged.insert(change.hash(), (id.clone(), bytes));
        }
    }

    /// Pushes whatever it is, and remembers what was said to be taken in.
    fn push(&mut self, device: usize, pushes: Vec<Push>, relays: Option<bool>) {
        let device = &self.devices[device];
        let request = SyncRequest {
            relays,
            ..device.request_with(pushes)
        };
        let receipt = self
            .world
            .ingest
            .receive(&self.world.sender(device), &request, self.world.now);
        let receipt = match receipt {
            Ok(receipt) => receipt,
            Err(ReceiveError::EmptyPush) => return,
            Err(refused) => panic!("a signed push is taken or refused change by change: {refused}"),
        };
        assert_eq!(receipt.fates.len(), request.pushes.len());
        for (push, fate) in request.pushes.iter().zip(receipt.fates) {
            assert_eq!(
                fate.stored as usize + fate.held as usize + fate.refused.len(),
                push.changes.len()
            );
            let refused: Vec<_> = fate.refused.iter().map(|refused| refused.index as usize).collect();
            for (index, bytes) in push.changes.iter().enumerate() {
                if !refused.contains(&index) {
                    let id = push.document.parse().expect("what is taken in has a document");
                    self.acknowledged.insert(name_of(bytes), (id, bytes.to_vec()));
                }
            }
        }
    }

    fn lie(&mut self, lie: &Lie) {
        let liar = &mut self.devices[LIAR];
        let log = document(LOG);
        let relays = matches!(lie, Lie::Relayed).then_some(true);
        let pushes = match lie {
            Lie::Sound(number) => {
                self.record(LIAR, *number);
                self.devices[LIAR].request().pushes
            }
            Lie::Poison => {
                liar.poison(&log, entry(0));
                liar.request().pushes
            }
            Lie::Foreign | Lie::Relayed => {
                let theirs = self.devices[0].document(&log).changes_after(&[]);
                vec![pushed(LOG, &theirs)]
            }
            Lie::Headless => {
                self.record(LIAR, 1);
                self.record(LIAR, 2);
                let mut pushes = self.devices[LIAR].request().pushes;
                pushes[0].changes.remove(0);
                pushes
            }
            Lie::Backwards => {
                self.record(LIAR, 1);
                self.record(LIAR, 2);
                let mut pushes = self.devices[LIAR].request().pushes;
                pushes[0].changes.reverse();
                pushes
            }
            Lie::Elsewhere(which) => {
                self.record(LIAR, 3);
                let to = ["log/B/2026", "log/NOBODY/2026", "oversight/A/2026", "diary/A"][usize::from(*which)];
                let own: Vec<_> = self.devices[LIAR]
                    .unsent
                    .iter()
                    .map(|(_, change)| change.clone())
                    .collect();
                vec![pushed(to, &own)]
            }
            Lie::Unsigned => {
                self.record(LIAR, 4);
                let liar = &self.devices[LIAR];
                let mut request = liar.request();
                request.signature = Some([7; 64].into());
                let refused = self
                    .world
                    .ingest
                    .receive(&self.world.sender(liar), &request, self.world.now);
                assert!(matches!(refused, Err(ReceiveError::BadSignature)));
                return;
            }
            Lie::Twice(number) => {
                let mut clone = liar.clone();
                self.record(LIAR, *number);
                clone.now = clone.now.plus_ms(1);
                clone.save(&log, &talk(entry(*number), date(2026, 10, 2), 999));
                let one = self.devices[LIAR].request().pushes;
                [one, clone.request().pushes].concat()
            }
            Lie::Damaged(body, is_sealed) => {
                let bytes = if *is_sealed {
                    chunk::sealed(chunk::CHANGE, body)
                } else {
                    body.clone()
                };
                vec![Push {
                    document: LOG.to_owned(),
                    changes: vec![bytes.into()],
                }]
            }
            Lie::Empty => vec![pushed(LOG, &[])],
        };
        self.push(LIAR, pushes, relays);
    }

    /// Whether what is not among the received is there all the same: only what lacks something it was made upon.
    fn is_parked(&self, id: &DocumentId, change: &[u8]) -> bool {
        let liar = &self.devices[LIAR];
        let push = Push {
            document: id.to_string(),
            changes: vec![change.to_vec().into()],
        };
        let request = liar.request_with(vec![push]);
        let (sender, now) = (self.world.sender(liar), self.world.now);
        let receipt = self.world.ingest.receive(&sender, &request, now).unwrap();
        receipt.fates[0].held == 1
    }

    /// All honest devices sync until nothing is left to say; then the books are checked.
    fn come_to_rest(mut self) {
        for _round in 0..2 {
            for device in 0..LIAR {
                self.sync(device);
            }
        }
        let (world, devices) = (&self.world, &self.devices);
        assert!(
            world.store.waiting_documents().unwrap().is_empty(),
            "all is applied or set aside"
        );
        for device in &devices[..LIAR] {
            assert!(device.unsent.is_empty(), "{device:?}");
            // A person hears of what was set aside of any device of theirs.
            let holds = |aside: &SetAside| {
                let mut documents = device.documents.values();
                documents.any(|document| document.has(&ChangeHash(*aside.change)))
            };
            assert!(!device.set_aside.iter().any(holds), "{device:?}");
        }
        for (hash, (id, change)) in &self.acknowledged {
            let received = world.store.received_at(id, hash).unwrap();
            assert!(
                received.is_some() || self.is_parked(id, change),
                "{hash:?} was acknowledged and is gone"
            );
        }
        let liar = devices[LIAR].id;
        for aside in world.store.set_aside().unwrap() {
            assert_eq!(aside.device, liar, "only what is not honest is set aside: {aside:?}");
            assert!(!aside.detail.is_empty());
        }
        for (device, home) in devices[..LIAR].iter().zip(HOMES) {
            let id = document(home);
            let mut kept = Document::new(id.kind());
            let applied = world.store.applied(&id).unwrap();
            kept.apply(applied.iter().map(|stored| Change::decode(&stored.bytes).unwrap()))
                .unwrap();
            if !applied.is_empty() {
                assert_eq!(device.heads(&id), kept.heads(), "the device and the server of {home}");
            }
        }
        let homes = [document(LOG), document("log/B/2026")];
        let written = world.store.documents().unwrap();
        assert!(written.iter().all(|id| homes.contains(id)), "{written:?}");
        let live = world.store.dump_read_model().unwrap();
        server::projection::rebuild(&world.store, world.now.date()).unwrap();
        assert_eq!(world.store.dump_read_model().unwrap(), live);
    }
}

fn pushed(to: &str, changes: &[Change]) -> Push {
    Push {
        document: to.to_owned(),
        changes: changes.iter().map(|change| change.bytes().to_vec().into()).collect(),
    }
}
