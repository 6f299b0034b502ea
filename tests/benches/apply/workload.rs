//! A union's years and the month after them, made from a seed.

use std::collections::BTreeMap;

use client_core::catalogue::{self, ActivityType, Field, FieldKind, RecordKind};
use client_core::document::{Change, Document};
use client_core::ids::{Actor, DeviceId, DocumentId, DocumentKind, EntryId, OrgUnitId, PartId};
use client_core::model::entries::{self, EntryEdit};
use client_core::model::entry::FieldValue;
use client_core::model::log;
use client_core::model::period::ReportingPeriod;
use client_core::model::submission::Frozen;
use client_core::model::value::Value;
use client_core::time::Timestamp;
use jiff::ToSpan;
use jiff::civil::{Date, date};
use ulid::Ulid;

/// One of a unit's documents, whichever unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Log {
    /// The log of a year.
    Year(i16),
    /// The register.
    Register,
}

impl Log {
    /// The document of a unit.
    pub(crate) fn of(self, unit: &OrgUnitId) -> DocumentId {
        match self {
            Self::Year(year) => DocumentId::log(unit, year),
            Self::Register => DocumentId::register(unit),
        }
    }
}

/// What a unit did.
#[derive(Debug)]
pub(crate) struct Work {
    /// In its years, by document.
    pub(crate) years: Vec<(Log, Vec<Change>)>,
    /// In the month after: first the log's, then the register's.
    pub(crate) month: Vec<(Log, Vec<Change>)>,
}

const ACTIVITIES: usize = 60;
const INITIATIVES: usize = 12;

struct Worker {
    rng: fastrand::Rng,
    documents: BTreeMap<Log, Document>,
    changes: BTreeMap<Log, Vec<Change>>,
    now: Timestamp,
    logged: Vec<(EntryId, &'static ActivityType)>,
}

impl Work {
    /// So many years from one on, and a month of the last.
    pub(crate) fn done(seed: u64, from: i16, years: i16, last: i16) -> Self {
        let mut worker = Worker {
            rng: fastrand::Rng::with_seed(seed),
            documents: BTreeMap::new(),
            changes: BTreeMap::new(),
            now: Timestamp::start_of(date(from, 1, 1)),
            logged: Vec::new(),
        };
        for year in from..from + years {
            worker.year(year);
        }
        let years = std::mem::take(&mut worker.changes).into_iter().collect();
        worker.month(last);
        let month = std::mem::take(&mut worker.changes).into_iter().collect();
        Self { years, month }
    }
}

impl Worker {
    fn actor(&mut self) -> Actor {
        Actor {
            device: DeviceId([1 + self.rng.u8(..2); 8]),
            incarnation: 0,
        }
    }

    fn edit(
        &mut self,
        log: Log,
        edit: impl FnOnce(&mut Document, Actor, Timestamp, &mut fastrand::Rng) -> Option<Change>,
    ) {
        self.now = self.now.plus_ms(60_000);
        let actor = self.actor();
        let kind = match log {
            Log::Year(_) => DocumentKind::Log,
            Log::Register => DocumentKind::Register,
        };
        let document = self.documents.entry(log).or_insert_with(|| Document::new(kind));
        let change = edit(document, actor, self.now, &mut self.rng);
        self.changes.entry(log).or_default().extend(change);
    }

    fn year(&mut self, year: i16) {
        self.logged.clear();
        for number in 0..ACTIVITIES {
            let month = 1 + (number * 12 / ACTIVITIES) as i8;
            let day = date(year, month, self.rng.i8(1..=28));
            self.activity(year, day);
            if number % (ACTIVITIES / INITIATIVES) == 0 {
                self.item("SANGKIEN", day);
            }
        }
        for code in ["HOSO_DONVI", "BUA_AN_CA"] {
            self.item(code, date(year, 1, 15));
        }
        for quarter in 1..=4 {
            self.report(ReportingPeriod::Quarter { year, quarter });
        }
    }

    fn month(&mut self, year: i16) {
        self.now = Timestamp::start_of(date(year, 12, 20));
        for _ in 0..8 {
            let day = date(year, 12, self.rng.i8(1..=28));
            self.activity(year, day);
        }
        self.item("SANGKIEN", date(year, 12, 5));
        for _ in 0..6 {
            let (id, kind) = self.logged[self.rng.usize(..ACTIVITIES)];
            let mut edit = EntryEdit::new(id, kind.code);
            let numbers: Vec<_> = kind
                .fields
                .iter()
                .filter(|field| field.kind == FieldKind::Integer)
                .collect();
            let field = numbers.first().map_or("title", |field| field.name);
            let value = match numbers.first() {
                None => FieldValue::Text(self.line()),
                Some(field) => FieldValue::Integer(self.number(field, 100..900)),
            };
            edit.fields.insert(field.to_owned(), Some(value));
            self.edit(Log::Year(year), |document, actor, now, rng| {
                entries::write(document, actor, now, rng, &edit)
            });
        }
        let period = ReportingPeriod::Quarter { year, quarter: 4 };
        self.narrative(period, "III-12");
    }

    fn activity(&mut self, year: i16, day: Date) {
        let kinds: Vec<_> = catalogue::activity_types()
            .iter()
            .filter(|kind| kind.record == RecordKind::Activity)
            .collect();
        let kind = kinds[self.rng.usize(..kinds.len())];
        let id = self.record(Log::Year(year), kind, day);
        self.logged.push((id, kind));
    }

    fn item(&mut self, code: &str, day: Date) {
        let kind = catalogue::activity_type(code).unwrap();
        self.record(Log::Register, kind, day);
    }

    fn record(&mut self, log: Log, kind: &'static ActivityType, day: Date) -> EntryId {
        self.now = self.now.max(Timestamp::start_of(day));
        let id = EntryId(Ulid::from_parts(self.now.0 as u64, self.rng.u128(..)));
        let mut edit = EntryEdit::new(id, kind.code);
        for field in kind.all_fields() {
            let wanted = Some(field.name) == kind.day_field || field.required || self.rng.u8(..10) < 5;
            if wanted && let Some(value) = self.value(field, day) {
                edit.fields.insert(field.name.to_owned(), Some(value));
            }
        }
        edit.state = kind.states.first().map(|state| state.code.to_owned());
        self.edit(log, |document, actor, now, rng| {
            entries::write(document, actor, now, rng, &edit)
        });
        id
    }

    fn report(&mut self, period: ReportingPeriod) {
        self.now = self.now.max(Timestamp::start_of(period.last_day()));
        for indicator in ["III-09", "III-10", "III-12"] {
            self.narrative(period, indicator);
        }
        let values: Vec<_> = catalogue::indicators()
            .iter()
            .take(40)
            .map(|indicator| Frozen {
                indicator: indicator.code.to_owned(),
                value: Value::Number(self.rng.i64(0..500)),
                declared: false,
            })
            .collect();
        let id = Ulid::from_parts(self.now.0 as u64, self.rng.u128(..))
            .to_string()
            .parse()
            .unwrap();
        self.edit(Log::Year(period.year()), |document, actor, now, _| {
            let heads = document.heads();
            log::submit(document, actor, now, id, period, &values, &heads)
        });
    }

    fn narrative(&mut self, period: ReportingPeriod, indicator: &str) {
        let paragraphs = vec![self.prose(), self.prose()];
        let key = (period, indicator.to_owned());
        self.edit(Log::Year(period.year()), |document, actor, now, rng| {
            log::narrate(document, actor, now, rng, &key, paragraphs)
        });
    }

    fn value(&mut self, field: &Field, day: Date) -> Option<FieldValue> {
        let code = |rng: &mut fastrand::Rng| {
            let codes: Vec<_> = if field.kind == FieldKind::Enum {
                field.options.iter().map(|option| option.code).collect()
            } else if field.kind == FieldKind::TaskRef {
                catalogue::tasks().iter().map(|task| task.code).collect()
            } else {
                catalogue::documents().iter().map(|document| document.code).collect()
            };
            codes[rng.usize(..codes.len())].to_owned()
        };
        Some(match field.kind {
            FieldKind::Integer => FieldValue::Integer(self.number(field, 1..90)),
            FieldKind::Money => FieldValue::Integer(self.number(field, 500_000..50_000_000)),
            FieldKind::Text => FieldValue::Text(self.line()),
            FieldKind::Prose => FieldValue::Paragraphs(
                [(
                    PartId(Ulid::from_parts(self.now.0 as u64, self.rng.u128(..))),
                    self.prose(),
                )]
                .into(),
            ),
            FieldKind::Date => FieldValue::Date(day.saturating_add(self.rng.i32(0..2).days())),
            FieldKind::Boolean => FieldValue::Boolean(self.rng.bool()),
            FieldKind::Enum | FieldKind::TaskRef | FieldKind::DocumentRef if field.multi => {
                FieldValue::Codes((0..2).map(|_| code(&mut self.rng)).collect())
            }
            FieldKind::Enum | FieldKind::TaskRef | FieldKind::DocumentRef => FieldValue::Text(code(&mut self.rng)),
            FieldKind::Decimal
            | FieldKind::Percent
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

    /// A number of those that are usual, if the field takes it.
    fn number(&mut self, field: &Field, usual: std::ops::Range<i64>) -> i64 {
        let number = self.rng.i64(usual) as f64;
        number.max(field.min.unwrap_or(number)).min(field.max.unwrap_or(number)) as i64
    }

    fn line(&mut self) -> String {
        self.words(3, 7)
    }

    fn prose(&mut self) -> String {
        self.words(15, 30)
    }

    fn words(&mut self, least: usize, most: usize) -> String {
        let count = self.rng.usize(least..most);
        let words: Vec<_> = (0..count).map(|_| WORDS[self.rng.usize(..WORDS.len())]).collect();
        words.join(" ")
    }
}

const WORDS: [&str; 64] = [
    "công", "đoàn", "viên", "tổ", "chức", "tuyên", "truyền", "năng", "suất", "lao", "động", "sáng", "kiến", "cải",
    "tiến", "kỹ", "thuật", "tiết", "kiệm", "nguyên", "liệu", "an", "toàn", "vệ", "sinh", "đào", "tạo", "nghề", "thi",
    "đua", "phát", "triển", "doanh", "nghiệp", "xưởng", "máy", "quy", "trình", "chất", "lượng", "sản", "phẩm", "họp",
    "buổi", "tọa", "đàm", "người", "đời", "sống", "hỗ", "trợ", "gia", "đình", "khó", "khăn", "thỏa", "ước", "ca",
    "kíp", "bản", "huyện", "tháng", "quý", "năm",
];
