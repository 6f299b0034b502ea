//! Real messages: two officers of one unit keep a log and a register, and sync with a server.

use std::convert::Infallible;
use std::panic::{AssertUnwindSafe, catch_unwind};

use client_core::document::{Change, Document, Scalar};
use client_core::ids::{DocumentId, DocumentKind, EntryId};
use client_core::model::log::{self, DeclaredValue};
use client_core::protocol::sync::{SyncRequest, SyncResponse};
use jiff::civil::date;
use system_tests::device::{Device, talk};
use system_tests::world::World;

/// The unit's log.
pub const LOG: &str = "log/A/2026";
/// The unit's register.
pub const REGISTER: &str = "register/A";

/// What was said between devices and server.
#[derive(Debug)]
pub struct Messages {
    /// What devices sent.
    pub requests: Vec<SyncRequest>,
    /// What the server answered.
    pub frames: Vec<SyncResponse>,
    /// Every change, with its document.
    pub changes: Vec<(DocumentId, Change)>,
    /// Documents as devices save them.
    pub snapshots: Vec<(DocumentKind, Vec<u8>)>,
    /// What a device was told about people and units.
    pub profile: Vec<u8>,
    /// The server they came from, as it stands after all.
    pub world: World,
}

/// One of the documents above.
///
/// # Panics
/// When the text names none.
pub fn document(text: &str) -> DocumentId {
    text.parse().expect("a document's id")
}

/// A record with a number.
///
/// # Panics
/// Never: the text is an id.
pub fn entry(number: u32) -> EntryId {
    format!("01JD00000000000000{number:08}").parse().expect("an entry's id")
}

impl Messages {
    /// Lets them be said.
    pub fn new() -> Self {
        let world = World::new();
        let (mut one, mut two) = (world.device(1, "an"), world.device(2, "anh"));
        let mut said = Self {
            requests: vec![one.request()],
            frames: Vec::new(),
            changes: Vec::new(),
            snapshots: Vec::new(),
            profile: Vec::new(),
            world,
        };
        for number in 0..3 {
            one.save(&document(LOG), &talk(entry(number), date(2026, 10, 1), 4));
        }
        said.exchange(&mut one);
        said.exchange(&mut two);
        // Both write the same field apart from each other.
        one.save(&document(LOG), &talk(entry(1), date(2026, 10, 2), 5));
        two.save(&document(LOG), &talk(entry(1), date(2026, 10, 3), 6));
        write_report(&mut two);
        said.exchange(&mut two);
        register(&mut one);
        one.poison(&document(LOG), entry(0));
        said.exchange(&mut one);
        said.exchange(&mut two);
        said.profile = said
            .frames
            .iter()
            .find_map(|frame| frame.profile.clone())
            .map(Into::into)
            .expect("whoever has no profile is told one");
        for device in [&one, &two] {
            let held = device.documents.iter();
            said.snapshots.extend(held.map(|(id, held)| (id.kind(), held.save())));
        }
        said
    }

    fn exchange(&mut self, device: &mut Device) {
        self.requests.push(device.request());
        self.changes.extend(device.unsent.iter().cloned());
        self.frames.extend(self.world.sync(device));
    }
}

impl Default for Messages {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a server makes the change part of a document, as far as the library goes: it sets aside what cannot be applied, what
/// the library panics on (Automerge 0.12 does, on some), and what would not come back as it came.
pub fn is_applied(document: &mut Document, change: &Change) -> bool {
    let applied = catch_unwind(AssertUnwindSafe(|| {
        let before = document.heads();
        document.apply([change.clone()]).is_ok() && document.keeps(std::slice::from_ref(change), &before)
    }));
    applied.unwrap_or(false)
}

/// A number and a text of a report.
fn write_report(device: &mut Device) {
    let id = document(LOG);
    let (actor, now) = (device.actor(), device.now.plus_ms(1));
    let period = "2026-Q3".parse().expect("a period");
    let key = (period, "II.1-02".to_owned());
    let number = Some((DeclaredValue::Integer(58), "Hai người đến sau"));
    let declared = log::declare(device.document(&id), actor, now, &key, number);
    let key = (period, "III-10".to_owned());
    let texts = vec!["Thiếu máy chiếu.".to_owned(), "Đường xa, mưa lũ.".to_owned()];
    let mut rng = fastrand::Rng::with_seed(7);
    let told = log::narrate(device.document(&id), actor, now, &mut rng, &key, texts);
    let made = [declared, told].into_iter().flatten();
    device.unsent.extend(made.map(|change| (id.clone(), change)));
}

/// Something of every kind of value.
fn register(device: &mut Device) {
    let id = document(REGISTER);
    device.save(&id, &client_core::model::entries::EntryEdit::new(entry(9), "SANGKIEN"));
    let (actor, now) = (device.actor(), device.now.plus_ms(1));
    let change = device.document(&id).edit(actor, now, |editor| {
        let section = editor.section("entries");
        let map = editor.child(&section, &entry(9).to_string());
        for (key, value) in [
            ("x_text", Scalar::Text("Cải tiến lò sấy chè".to_owned())),
            ("x_integer", Scalar::Integer(-1)),
            ("x_decimal", Scalar::Decimal(0.5)),
            ("x_boolean", Scalar::Boolean(true)),
            ("x_date", Scalar::Date(date(2026, 2, 28))),
            ("x_bytes", Scalar::Bytes(vec![0, 255])),
            ("x_empty", Scalar::Empty),
        ] {
            editor.put(&map, key, value);
        }
        editor.delete(&map, "x_empty");
        editor.child(&map, "x_map");
        Ok::<_, Infallible>(())
    });
    let change = change.expect("nothing can go wrong").expect("something is written");
    device.unsent.push((id, change));
}
