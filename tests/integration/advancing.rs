//! What changes move in the read model is what the whole of the documents comes to, whatever the unit recorded before.

use client_core::access::Role;
use client_core::catalogue::{self, FieldKind};
use client_core::ids::{DocumentId, EntryId, PartId};
use client_core::model::entries::EntryEdit;
use client_core::model::entry::FieldValue;
use client_core::model::home;
use client_core::model::log::{self, DeclaredValue};
use client_core::model::period::ReportingPeriod;
use jiff::civil::{Date, date};
use server::store::directory::{DirectoryEdit, NewPerson, NewUnit};
use system_tests::device::Device;
use system_tests::world::World;
use ulid::Ulid;

/// An enterprise's: it is asked for more than any other grassroots union.
const UNIT: &str = "D";

const YEARS: [i16; 3] = [2024, 2025, 2026];

/// Types of every kind of record, with every method of deriving among the indicators that read them.
const TYPES: [&str; 14] = [
    "TT_BUOI",
    "TRIENKHAI_VB",
    "TD_LIENKET",
    "HD_CDCS",
    "KEHOACH",
    "HN_NLD",
    "DT_LOP",
    "DOITHOAI_NLV",
    "SANGKIEN",
    "TULDTT",
    "THOATHUAN_PL",
    "VUONGMAC",
    "BUA_AN_CA",
    "HOSO_DONVI",
];

struct Officer {
    device: Device,
    rng: fastrand::Rng,
    made: Vec<(DocumentId, EntryId, &'static str)>,
}

impl Officer {
    fn day(&mut self) -> Date {
        date(
            YEARS[self.rng.usize(..YEARS.len())],
            self.rng.i8(1..=12),
            self.rng.i8(1..=28),
        )
    }

    fn log(&mut self) -> DocumentId {
        let year = YEARS[self.rng.usize(..YEARS.len())];
        DocumentId::log(&UNIT.parse().unwrap(), year)
    }

    fn period(&mut self, log: &DocumentId) -> ReportingPeriod {
        let year = log.year().unwrap();
        ReportingPeriod::Quarter {
            year,
            quarter: self.rng.i8(1..=4),
        }
    }

    fn act(&mut self) {
        self.device.now = self.device.now.plus_ms(1000);
        match (self.rng.u8(..20), self.made.is_empty()) {
            (0..8, _) | (_, true) => self.record(),
            (8..13, false) => self.edit(None),
            (13, false) => self.edit(Some(true)),
            (14, false) => self.edit(Some(false)),
            (15 | 16, false) => self.move_one(),
            (17 | 18, false) => self.declare(),
            (_, false) => self.narrate(),
        }
    }

    fn record(&mut self) {
        let code = TYPES[self.rng.usize(..TYPES.len())];
        let document = match self.rng.u8(..3) {
            0 => DocumentId::register(&UNIT.parse().unwrap()),
            _ => self.log(),
        };
        let id = EntryId(Ulid::from_parts(self.device.now.0 as u64, self.rng.u128(..)));
        let edit = self.filled(id, code, 7);
        self.device.save(&document, &edit);
        self.made.push((document, id, code));
    }

    fn any(&mut self) -> (DocumentId, EntryId, &'static str) {
        self.made[self.rng.usize(..self.made.len())].clone()
    }

    fn edit(&mut self, deleted: Option<bool>) {
        let (document, id, code) = self.any();
        let mut edit = match deleted {
            Some(_) => EntryEdit::new(id, code),
            None => self.filled(id, code, 2),
        };
        edit.deleted = deleted;
        self.write(&document, &edit);
    }

    /// As [`Device::save`], where it may be that everything stands there already.
    fn write(&mut self, document: &DocumentId, edit: &EntryEdit) {
        let (actor, now) = (self.device.actor(), self.device.now);
        let rng = &mut self.rng;
        let change = client_core::model::entries::write(self.device.document(document), actor, now, rng, edit);
        self.device
            .unsent
            .extend(change.map(|change| (document.clone(), change)));
    }

    /// An edit that fills so many of ten fields.
    fn filled(&mut self, id: EntryId, code: &'static str, of_ten: u8) -> EntryEdit {
        let kind = catalogue::activity_type(code).unwrap();
        let mut edit = EntryEdit::new(id, code);
        for field in kind.all_fields().filter(|field| !field.multi) {
            if self.rng.u8(..10) >= of_ten && Some(field.name) != kind.day_field {
                continue;
            }
            let value = match field.kind {
                FieldKind::Integer | FieldKind::Money => {
                    let number = self.rng.i64(1..60) as f64;
                    let number = number.max(field.min.unwrap_or(number)).min(field.max.unwrap_or(number));
                    FieldValue::Integer(match field.name {
                        "year" | "plan_year" => i64::from(YEARS[self.rng.usize(..YEARS.len())]),
                        _ => number as i64,
                    })
                }
                FieldKind::Date => FieldValue::Date(self.day()),
                FieldKind::Boolean => FieldValue::Boolean(self.rng.bool()),
                FieldKind::Text => {
                    FieldValue::Text(["2026-10-01", "Dự án A", "dự án a"][self.rng.usize(..3)].to_owned())
                }
                FieldKind::Enum => {
                    FieldValue::Text(field.options[self.rng.usize(..field.options.len())].code.to_owned())
                }
                FieldKind::DocumentRef => {
                    let documents = catalogue::documents();
                    FieldValue::Text(documents[self.rng.usize(..documents.len())].code.to_owned())
                }
                FieldKind::Prose => {
                    let part = PartId(Ulid::from_parts(self.device.now.0 as u64, self.rng.u128(..)));
                    FieldValue::Paragraphs([(part, format!("Đoạn {}.", self.rng.u8(..)))].into())
                }
                FieldKind::Decimal
                | FieldKind::Percent
                | FieldKind::TaskRef
                | FieldKind::CampaignRef
                | FieldKind::UnitRef
                | FieldKind::IndicatorRef
                | FieldKind::TextList
                | FieldKind::Table
                | FieldKind::Image
                | FieldKind::File
                | FieldKind::Geo
                | FieldKind::Url
                | FieldKind::Thread => continue,
            };
            let emptied = self.rng.u8(..10) == 0;
            edit.fields.insert(field.name.to_owned(), (!emptied).then_some(value));
        }
        if !kind.states.is_empty() && self.rng.bool() {
            let state = kind.states[self.rng.usize(..kind.states.len())].code;
            edit.state = Some(state.to_owned());
            edit.events.insert(state.to_owned(), self.day());
        }
        edit
    }

    fn move_one(&mut self) {
        let (from, id, code) = self.any();
        let to = self.log();
        if from == to || from.year().is_none() || self.device.document(&from).heads().is_empty() {
            return;
        }
        let day = self.day();
        let mut edit = EntryEdit::new(id, code);
        if let Some(field) = catalogue::activity_type(code).and_then(|kind| kind.day_field) {
            edit.fields.insert(field.to_owned(), Some(FieldValue::Date(day)));
        }
        let (actor, now) = (self.device.actor(), self.device.now);
        let leaving = self.device.document(&from).clone();
        let left = home::move_out(self.device.document(&from), actor, now, id);
        let Some(left) = left else { return };
        self.device.unsent.push((from, left));
        let rng = &mut self.rng;
        let came = home::move_in(self.device.document(&to), actor, now, rng, &leaving, &edit);
        self.device.unsent.extend(came.map(|change| (to.clone(), change)));
        self.made.push((to, id, code));
    }

    fn declare(&mut self) {
        let log = self.log();
        let code = ["II.1-02", "II.3.3-02", "II.2-04", "0-10"][self.rng.usize(..4)];
        let key = (self.period(&log), code.to_owned());
        let number = DeclaredValue::Integer(self.rng.i64(0..90));
        let declared = self.rng.bool().then_some((number, "Đếm lại"));
        let (actor, now) = (self.device.actor(), self.device.now);
        let change = log::declare(self.device.document(&log), actor, now, &key, declared);
        self.device.unsent.extend(change.map(|change| (log.clone(), change)));
    }

    fn narrate(&mut self) {
        let log = self.log();
        let key = (self.period(&log), ["III-10", "III-12"][self.rng.usize(..2)].to_owned());
        let paragraphs = (0..self.rng.u8(..3))
            .map(|number| format!("Khó khăn {number}."))
            .collect();
        let (actor, now) = (self.device.actor(), self.device.now);
        let rng = &mut self.rng;
        let change = log::narrate(self.device.document(&log), actor, now, rng, &key, paragraphs);
        self.device.unsent.extend(change.map(|change| (log.clone(), change)));
    }
}

#[test]
fn rows_that_changes_move_are_those_that_the_documents_come_to() {
    for seed in 0..6 {
        let world = World::new();
        let periods = YEARS
            .iter()
            .flat_map(|year| (1..=4).map(|quarter| ReportingPeriod::Quarter { year: *year, quarter }));
        let halves = YEARS.iter().map(|year| ReportingPeriod::Half { year: *year, half: 1 });
        let opened = periods
            .chain(halves)
            .map(|period| DirectoryEdit::Period(period, date(2027, 1, 10)));
        let mut edits = vec![DirectoryEdit::Unit(NewUnit {
            id: UNIT.parse().unwrap(),
            name: "Công đoàn D".to_owned(),
            tier: "CDCS".to_owned(),
            sector: "DN_NNN".to_owned(),
            parent: Some("TAM".parse().unwrap()),
            from: date(2021, 1, 1),
        })];
        edits.extend(["dung", "duyen"].map(|person| {
            DirectoryEdit::Person(NewPerson {
                id: person.parse().unwrap(),
                name: format!("Người {person}"),
                role: Role::Officer,
                unit: UNIT.parse().unwrap(),
                login: None,
            })
        }));
        edits.extend(opened);
        world.store.edit_directory(edits).unwrap();
        let officer = |number: u8, person| Officer {
            device: world.device(number, person),
            rng: fastrand::Rng::with_seed(seed * 10 + u64::from(number)),
            made: Vec::new(),
        };
        let mut officers = [officer(1, "dung"), officer(2, "duyen")];
        let mut rng = fastrand::Rng::with_seed(seed);
        for step in 0..160 {
            let whose = rng.usize(..2);
            officers[whose].act();
            if rng.u8(..6) == 0 {
                world.sync(&mut officers[whose].device);
                let made = officers[whose].made.clone();
                let Officer {
                    device, made: known, ..
                } = &mut officers[1 - whose];
                known.extend(made);
                known.retain(|(document, ..)| device.documents.contains_key(document));
                known.sort();
                known.dedup();
            }
            if step % 40 == 39 {
                rebuild_changes_nothing(&world, seed, step);
            }
        }
        for officer in &mut officers {
            world.sync(&mut officer.device);
        }
        assert_eq!(world.store.set_aside().unwrap(), [], "seed {seed}");
        rebuild_changes_nothing(&world, seed, 160);
    }
}

fn rebuild_changes_nothing(world: &World, seed: u64, step: usize) {
    let live = world.store.dump_read_model().unwrap();
    server::projection::rebuild(&world.store, world.now.date()).unwrap();
    let rebuilt = world.store.dump_read_model().unwrap();
    assert!(!live.is_empty(), "seed {seed}, step {step}");
    for (live, rebuilt) in live.iter().zip(&rebuilt) {
        assert_eq!(live, rebuilt, "seed {seed}, step {step}");
    }
    assert_eq!(live.len(), rebuilt.len(), "seed {seed}, step {step}");
}
