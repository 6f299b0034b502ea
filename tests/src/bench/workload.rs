//! What officers record in a year and in a month, as operations of `docs/PHONE.md`, from a seed.

use client_core::catalogue::{self, ActivityType, Field, FieldKind, Subset};
use client_core::ids::EntryId;
use client_core::time::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use serde_json::{Map, Value, json};
use ulid::Ulid;

use super::text::{self, pick};
use crate::phone::operation::{self, Operation};
use crate::phone::{Phone, PhoneError};

/// How much a year holds.
const ACTIVITIES: u32 = 60;
const INITIATIVES: u32 = 12;
/// How much a month holds.
const MONTH_ACTIVITIES: u32 = 8;
const MONTH_EDITS: usize = 6;
/// In how many pieces the month's text is typed.
const PIECES: usize = 40;
/// The text of a report that units write.
const NARRATIVE: &str = "III-10";
/// A number of a report that units may declare otherwise.
const NUMBER: &str = "II.1-02";

/// What a grassroots union records, the more usual the more often.
const TYPES: &[&str] = &[
    "TT_BUOI",
    "TT_BUOI",
    "TT_BUOI",
    "TT_TRUYENTHONG",
    "TT_TRUYENTHONG",
    "TT_LOA_BANTIN",
    "DT_TOADAM_DIENDAN",
    "TD_PHATDONG",
    "TD_KHENTHUONG",
    "TD_KHENTHUONG",
    "TD_TIEUCHI",
    "CS_GOPY",
    "CS_GIAIQUYET",
    "TLTT_DAMPHAN",
    "DOITHOAI_NLV",
    "DOITHOAI_NLV",
    "QC_NOIBO",
    "CHAMLO",
    "CHAMLO",
    "CHAMLO",
    "VHTT",
    "VHTT",
    "THIETCHE_VH",
    "DT_LOP",
    "DT_LOP",
    "DT_THITAYNGHE",
    "DT_CHUYENDOI",
    "HOP_PHOIHOP",
    "HOP_PHOIHOP",
];

/// An operation with the moment at which it is done.
#[derive(Debug, Clone)]
pub(super) struct Deed {
    /// When.
    pub(super) at: Timestamp,
    /// What, as JSON.
    pub(super) operation: Value,
    /// That nothing is told of it but what is typed last.
    pub(super) is_typing: bool,
}

/// An officer at work.
#[derive(Debug)]
pub(super) struct Work {
    rng: fastrand::Rng,
    /// Activities that were made so far.
    made: Vec<(String, &'static ActivityType)>,
}

/// The day on which the month begins that is worked without a network.
pub(super) fn month_of(year: i16) -> Date {
    date(year, 12, 1)
}

impl Work {
    /// The work that follows from a seed.
    pub(super) fn seeded(seed: u64) -> Self {
        Self {
            rng: fastrand::Rng::with_seed(seed),
            made: Vec::new(),
        }
    }

    /// A year: activities, initiatives and the reports of its quarters, in the order of their days.
    pub(super) fn year(&mut self, year: i16) -> Vec<Deed> {
        let first = date(year, 1, 1);
        let mut deeds: Vec<_> = (0..ACTIVITIES).map(|_| self.activity(first, 330)).collect();
        deeds.extend((0..INITIATIVES).map(|_| self.initiative(first, 330)));
        for quarter in 1..=4 {
            let last = date(year, quarter * 3, 28);
            deeds.extend(self.report(&format!("{year}-Q{quarter}"), last));
        }
        deeds.sort_by_key(|deed| deed.at);
        deeds
    }

    /// A month: activities, an initiative, edits of what is there, and a text that is typed piece by piece.
    pub(super) fn month(&mut self, first: Date) -> Vec<Deed> {
        let known = self.made.clone();
        let mut deeds: Vec<_> = (0..MONTH_ACTIVITIES).map(|_| self.activity(first, 28)).collect();
        deeds.push(self.initiative(first, 28));
        for _ in 0..MONTH_EDITS {
            let (entry, kind) = &known[self.rng.usize(..known.len())];
            let at = self.evening(first, 28);
            deeds.push(self.edit(entry, kind, at));
        }
        let at = self.evening(first, 28);
        let (year, month) = (first.year(), first.month());
        deeds.extend(self.typed(&format!("{year}-Q{}", (month + 2) / 3), at));
        deeds.sort_by_key(|deed| deed.at);
        deeds
    }

    /// So many activities on days after the first.
    pub(super) fn activities(&mut self, count: u32, first: Date, days: i32) -> Vec<Deed> {
        let mut deeds: Vec<_> = (0..count).map(|_| self.activity(first, days)).collect();
        deeds.sort_by_key(|deed| deed.at);
        deeds
    }

    /// An activity and an initiative: one change in each of a unit's documents.
    pub(super) fn one_of_each(&mut self, first: Date) -> Vec<Deed> {
        vec![self.activity(first, 28), self.initiative(first, 28)]
    }

    fn evening(&mut self, first: Date, days: i32) -> Timestamp {
        let day = first.saturating_add(self.rng.i32(0..days).days());
        Timestamp::start_of(day).plus_ms(self.rng.i64(17 * 3_600_000..21 * 3_600_000))
    }

    fn id(&mut self, at: Timestamp) -> EntryId {
        EntryId(Ulid::from_parts(at.0 as u64, self.rng.u128(..)))
    }

    fn activity(&mut self, first: Date, days: i32) -> Deed {
        let at = self.evening(first, days);
        let kind = catalogue::activity_type(pick(&mut self.rng, TYPES)).expect("the list names types of the plan");
        let mut fields = Map::new();
        fields.insert("date_start".to_owned(), json!(typed_day(at.date())));
        let is_long = self.rng.u32(..10) < 6;
        for field in kind.all_fields() {
            let is_given = field.required
                || match field.name {
                    "result" => is_long,
                    "place" => self.rng.bool(),
                    "difficulty" => self.rng.u32(..4) == 0,
                    "date_end" | "sector" | "task_codes" | "campaign" | "documents" | "partners" | "proposal"
                    | "photos" | "files" | "geo" => false,
                    _ => field.show_if.is_none() && self.rng.u32(..10) < 6,
                };
            // Of what, nobody said: then nobody says how much of it.
            let is_loose = |subset: &Subset| subset.part == field.name && !fields.contains_key(subset.whole);
            if is_given && !kind.subsets.iter().any(is_loose) && !fields.contains_key(field.name) {
                let value = self.value(kind, field, &fields, at.date());
                fields.extend(value.map(|value| (field.name.to_owned(), value)));
            }
        }
        let id = self.id(at).to_string();
        self.made.push((id.clone(), kind));
        deed(
            at,
            json!({ "type": "save_entry", "entry": id, "type_code": kind.code, "fields": fields }),
        )
    }

    fn initiative(&mut self, first: Date, days: i32) -> Deed {
        let at = self.evening(first, days);
        let day = at.date();
        let rng = &mut self.rng;
        let mut authors = vec![json!({ "name": text::person(rng), "pct": "100" })];
        if rng.bool() {
            let share = rng.u32(2..9) * 10;
            authors = vec![
                json!({ "name": text::person(rng), "pct": share.to_string() }),
                json!({ "name": text::person(rng), "pct": (100 - share).to_string() }),
            ];
        }
        let mut fields = json!({
            "name": text::improvement(rng), "authors": authors, "field": text::phrase(rng),
            "solution_type": pick(rng, &["KYTHUAT", "QUANLY", "TACNGHIEP", "UNGDUNG"]),
            "first_applied": typed_day(day.saturating_sub(rng.i32(1..200).days())),
            "description": text::description(rng, day), "benefit_author": text::paragraph(rng, day, 1),
            "benefit_kind": "PHI_TIEN",
        });
        if rng.bool() {
            fields["benefit_kind"] = json!("TIEN");
            fields["benefit_vnd"] = json!(text::dotted(rng.u32(2..400) * 500_000));
            fields["benefit_calc"] = json!(text::paragraph(rng, day, 1));
        }
        let id = self.id(at).to_string();
        deed(
            at,
            json!({ "type": "save_entry", "entry": id, "type_code": "SANGKIEN", "fields": fields }),
        )
    }

    /// A number, a text, and the submission.
    fn report(&mut self, period: &str, day: Date) -> Vec<Deed> {
        let at = Timestamp::start_of(day).plus_ms(22 * 3_600_000);
        let (value, reason) = (self.rng.u32(200..4_000), text::paragraph(&mut self.rng, day, 1));
        let paragraphs: Vec<_> = (0..2).map(|_| text::paragraph(&mut self.rng, day, 2)).collect();
        let submission = self.id(at).to_string();
        let operations = [
            json!({ "type": "declare", "period": period, "indicator": NUMBER, "value": value, "reason": reason }),
            json!({ "type": "declare", "period": period, "indicator": NARRATIVE, "value": paragraphs.join("\n") }),
            json!({ "type": "submit", "period": period, "submission": submission }),
        ];
        (0..)
            .zip(operations)
            .map(|(minutes, operation)| deed(at.plus_ms(minutes * 60_000), operation))
            .collect()
    }

    fn edit(&mut self, entry: &str, kind: &'static ActivityType, at: Timestamp) -> Deed {
        let field = match self.rng.u32(..6) {
            0 => kind.field("place"),
            1 => kind.field("title"),
            _ => kind.field("result"),
        };
        let field = field.or(kind.field("result")).expect("every activity has a result");
        let value = self.value(kind, field, &Map::new(), at.date());
        let fields = json!({ field.name: value });
        deed(
            at,
            json!({ "type": "save_entry", "entry": entry, "type_code": kind.code, "fields": fields }),
        )
    }

    /// A text of some paragraphs, kept with every piece that is typed, and declared at the end.
    fn typed(&mut self, period: &str, at: Timestamp) -> Vec<Deed> {
        let day = at.date();
        let paragraphs: Vec<_> = (0..5).map(|_| text::paragraph(&mut self.rng, day, 9)).collect();
        let whole: Vec<_> = paragraphs.join("\n").chars().collect();
        let piece = |number: usize| -> String { whole[..whole.len() * number / PIECES].iter().collect() };
        let mut deeds: Vec<_> = (1..=PIECES)
            .map(|number| Deed {
                is_typing: true,
                ..deed(
                    at.plus_ms(number as i64 * 4_000),
                    json!({ "type": "keep_declaring", "period": period, "indicator": NARRATIVE, "value": piece(number) }),
                )
            })
            .collect();
        let declared = json!({ "type": "declare", "period": period, "indicator": NARRATIVE, "value": piece(PIECES) });
        deeds.push(deed(at.plus_ms(200_000), declared));
        deeds
    }

    /// What is typed into a field. None where it is left empty.
    fn value(&mut self, kind: &ActivityType, field: &Field, typed: &Map<String, Value>, day: Date) -> Option<Value> {
        let rng = &mut self.rng;
        Some(match field.kind {
            FieldKind::Integer => {
                // What is part of another number is no more than it; what has parts that are typed already is no less.
                let number = |name: &str| typed.get(name).and_then(Value::as_i64);
                let most = kind.subsets.iter().filter(|subset| subset.part == field.name);
                let most = most.filter_map(|subset| number(subset.whole)).min();
                let least = kind.subsets.iter().filter(|subset| subset.whole == field.name);
                let least = least.filter_map(|subset| number(subset.part)).max();
                let (low, high) = match field.name {
                    "sessions" | "classes" => (1, 4),
                    "year" | "plan_year" => (i64::from(day.year()), i64::from(day.year()) + 1),
                    _ => (field.min.unwrap_or(0.0) as i64, 97),
                };
                let low = least.unwrap_or(low).max(low);
                let high = most.map_or(high, |most| most + 1).max(low + 1);
                json!(rng.i64(low..high))
            }
            FieldKind::Money => json!(text::dotted(rng.u32(2..180) * 50_000)),
            FieldKind::Decimal => json!(format!("{},5", rng.u32(1..9))),
            FieldKind::Boolean => json!(rng.bool()),
            FieldKind::Date => json!(typed_day(day.saturating_sub(rng.i32(0..12).days()))),
            FieldKind::Text => match field.name {
                "title" => json!(text::title(rng)),
                "place" => json!(text::place(rng)),
                "decision_no" | "issued_no" => json!(text::number_of_decision(rng, day)),
                _ => json!(text::phrase(rng)),
            },
            FieldKind::Prose => {
                let sentences = rng.usize(2..5);
                json!(text::paragraph(rng, day, sentences))
            }
            FieldKind::Enum => {
                let mut codes: Vec<_> = field.options.iter().map(|option| option.code).collect();
                rng.shuffle(&mut codes);
                match field.multi {
                    true => json!(codes[..codes.len().min(rng.usize(1..3))]),
                    false => json!(codes[0]),
                }
            }
            FieldKind::Percent
            | FieldKind::TaskRef
            | FieldKind::DocumentRef
            | FieldKind::CampaignRef
            | FieldKind::UnitRef
            | FieldKind::IndicatorRef
            | FieldKind::TextList
            | FieldKind::Table
            | FieldKind::Image
            | FieldKind::File
            | FieldKind::Geo
            | FieldKind::Url
            | FieldKind::Thread => return None,
        })
    }
}

fn deed(at: Timestamp, operation: Value) -> Deed {
    Deed {
        at,
        operation,
        is_typing: false,
    }
}

fn typed_day(day: Date) -> String {
    format!("{}/{}/{}", day.day(), day.month(), day.year())
}

/// The size of operations as JSON; of what is typed, what stands there in the end.
pub(super) fn json_bytes(deeds: &[Deed]) -> usize {
    let told = deeds.iter().filter(|deed| !deed.is_typing);
    told.map(|deed| deed.operation.to_string().len()).sum()
}

/// Has a phone do them, each at its time.
pub(super) fn perform(phone: &mut Phone, deeds: &[Deed]) -> Result<(), PhoneError> {
    for (index, deed) in deeds.iter().enumerate() {
        phone.clock().wait_until(deed.at);
        phone.act(index, read(deed)?)?;
    }
    phone.reopen()
}

fn read(deed: &Deed) -> Result<Operation, PhoneError> {
    let mut operations = operation::read(&Value::Array(vec![deed.operation.clone()]).to_string())?;
    Ok(operations.remove(0))
}
