//! Activity types and their fields.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::plan::{Sector, Tier};
use super::predicate::Predicate;
use super::unit::Unit;
use crate::ids::OrgUnitId;
use crate::text::Bilingual;
use crate::time::Timestamp;

/// A text for people, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct Label {
    /// Vietnamese.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

impl From<Label> for Bilingual {
    fn from(label: Label) -> Self {
        Self::new(label.vi, label.en)
    }
}

/// What kind of record an activity type is (`record` in the plan).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum RecordKind {
    /// An event with a date; adds up.
    Activity,
    /// A long-lived item with states; counted by its own dates.
    Register,
    /// Figures as of a day; the last one at the cut-off counts.
    Snapshot,
    /// A question and its answers.
    Thread,
}

/// What a field holds. The comment names the [`FieldValue`](crate::model::entry::FieldValue) that carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum FieldKind {
    /// A count. `Integer`
    Integer,
    /// An amount in đồng. `Integer`
    Money,
    /// A number with a fraction. `Decimal`
    Decimal,
    /// A percentage from 0 to 100. `Decimal`
    Percent,
    /// One line. `Text`
    Text,
    /// Prose. `Paragraphs`
    Prose,
    /// A day. `Date`
    Date,
    /// One of the options: `Text`; several: `Codes`
    Enum,
    /// Yes or no. `Boolean`
    Boolean,
    /// A task of the plan: `Text`; several: `Codes`
    TaskRef,
    /// A document of the plan: `Text`; several: `Codes`
    DocumentRef,
    /// A campaign: `Text`; several: `Codes`
    CampaignRef,
    /// An org unit: `Text`; several: `Codes`
    UnitRef,
    /// An indicator. `Text`
    IndicatorRef,
    /// A list of lines. `Paragraphs`
    TextList,
    /// A table; `columns` says of what. `Rows`
    Table,
    /// Pictures, by hash. `Codes`
    Image,
    /// Files, by hash. `Codes`
    File,
    /// Latitude and longitude, `22.39,103.46`. `Text`
    Geo,
    /// A web address. `Text`
    Url,
    /// Messages; `columns` says of what. `Rows`
    Thread,
}

/// One of the codes a field may hold, or a state an item may be in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct Choice {
    /// What stands in the document.
    pub code: &'static str,
    /// What people read.
    pub label: Label,
}

/// What a form begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(untagged)]
pub enum DefaultValue {
    /// A number.
    Integer(i64),
    /// Yes or no.
    Boolean(bool),
    /// One of the options.
    Code(&'static str),
}

/// A field of an activity type, or a column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ts_rs::TS)]
pub struct Field {
    /// Its key in the document.
    pub name: &'static str,
    /// What people read.
    pub label: Label,
    /// What it holds.
    pub kind: FieldKind,
    /// Whether an entry is incomplete without it (while it is shown).
    pub required: bool,
    /// Whether it holds several codes.
    pub multi: bool,
    /// What is counted.
    pub unit: Option<Unit>,
    /// Smallest number allowed.
    pub min: Option<f64>,
    /// Largest number allowed.
    pub max: Option<f64>,
    /// Below this a person should look again.
    pub warn_min: Option<f64>,
    /// Above this a person should look again.
    pub warn_max: Option<f64>,
    /// Most characters, in a text or in all paragraphs together.
    pub max_length: Option<u32>,
    /// Most codes, lines, rows or attachments.
    pub max_items: Option<u32>,
    /// What a form begins with.
    pub default: Option<DefaultValue>,
    /// When the field is shown. A value in a field that is not shown does not count.
    pub show_if: Option<Predicate>,
    /// The codes it may hold.
    pub options: &'static [Choice],
    /// The columns of a table.
    pub columns: &'static [Field],
    /// A sentence of help.
    pub help: Option<Label>,
    /// Whether only the unit itself and those who review it should see it.
    pub private: bool,
}

impl Field {
    /// The option with this code.
    pub fn option(&self, code: &str) -> Option<&'static Choice> {
        self.options.iter().find(|choice| choice.code == code)
    }

    /// Whether the list that the field chooses from has this code; none where the plan has no such list: a unit, a picture,
    /// or what is no code at all.
    pub fn lists(&self, code: &str) -> Option<bool> {
        let is_listed = match self.kind {
            FieldKind::Enum => self.option(code).is_some(),
            FieldKind::TaskRef => super::task(code).is_some(),
            FieldKind::DocumentRef => super::document(code).is_some(),
            FieldKind::CampaignRef => super::campaign(code).is_some(),
            FieldKind::IndicatorRef => super::indicator(code).is_some(),
            FieldKind::Integer
            | FieldKind::Money
            | FieldKind::Decimal
            | FieldKind::Percent
            | FieldKind::Text
            | FieldKind::Prose
            | FieldKind::Date
            | FieldKind::Boolean
            | FieldKind::UnitRef
            | FieldKind::TextList
            | FieldKind::Table
            | FieldKind::Image
            | FieldKind::File
            | FieldKind::Geo
            | FieldKind::Url
            | FieldKind::Thread => return None,
        };
        Some(is_listed)
    }

    /// Whether a code can stand in the field: one of its list, a unit's id, or the hash of a picture or file.
    pub fn takes_code(&self, code: &str) -> bool {
        let is_small_hex = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        if self.kind == FieldKind::UnitRef {
            code.parse::<OrgUnitId>().is_ok()
        } else if matches!(self.kind, FieldKind::Image | FieldKind::File) {
            code.len() == 64 && code.bytes().all(is_small_hex)
        } else {
            self.lists(code) == Some(true)
        }
    }
}

/// A number that is part of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct Subset {
    /// Field that holds the part.
    pub part: &'static str,
    /// Field that holds the whole.
    pub whole: &'static str,
}

/// A kind of entry: what it is about and which fields it has.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ts_rs::TS)]
pub struct ActivityType {
    /// Its code.
    pub code: &'static str,
    /// Full name.
    pub label: Label,
    /// Name on a tile.
    pub short: Label,
    /// Name of a lucide icon.
    pub icon: &'static str,
    /// What kind of record it is.
    pub record: RecordKind,
    /// Tasks it serves; the first is the usual one. What `task_codes` is when nobody chose.
    pub task_codes: &'static [&'static str],
    /// Task under which lists group it.
    pub section: &'static str,
    /// Who records it.
    pub tiers: &'static [Tier],
    /// For which sector.
    pub sector: Sector,
    /// Its own fields.
    pub fields: &'static [Field],
    /// Names of the common fields it has besides.
    pub common: &'static [&'static str],
    /// The states of a register item or a thread, in order.
    pub states: &'static [Choice],
    /// The fields that count, in order: what the phone's form shows large.
    pub headline: &'static [&'static str],
    /// Numbers that are part of another.
    pub subsets: &'static [Subset],
    /// The field that names an entry in lists, if it has one: an own field, or `title`.
    pub title_field: Option<&'static str>,
    /// The field whose day places an entry in time. Threads have none: the day they were made does.
    pub day_field: Option<&'static str>,
    /// Fields that tell of one time alone, such as the number of a decision: a copy of an entry leaves them out.
    #[serde(skip)]
    pub once: &'static [&'static str],
    /// A hint to whoever fills it in.
    pub note: Option<Label>,
    /// An example of such an entry.
    pub example: Option<Label>,
}

impl ActivityType {
    /// Its fields and the common ones it has, in the order of a form.
    pub fn all_fields(&self) -> impl Iterator<Item = &'static Field> + use<> {
        let common = self.common;
        self.fields.iter().chain(
            super::common_fields()
                .iter()
                .filter(move |field| common.contains(&field.name)),
        )
    }

    /// The field with this name, its own or a common one it has.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.all_fields().find(|field| field.name == name)
    }

    /// The state with this code.
    pub fn state(&self, code: &str) -> Option<&'static Choice> {
        self.states.iter().find(|state| state.code == code)
    }

    /// The day an item or a thread came about: when it entered its first state, if that is on record. What is taken from a
    /// file or written down later was asked before it was written; else the day it was made on is all that is known.
    pub fn made_on(&self, events: &BTreeMap<String, Date>, created_at: Timestamp) -> Date {
        let first = self.states.first().and_then(|state| events.get(state.code));
        first.copied().unwrap_or_else(|| created_at.date())
    }
}
