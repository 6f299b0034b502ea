//! What screens ask and what they are told: read models of one device, in its own words.

mod draft;
mod elsewhere;
mod entry;
mod pick;
mod report;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::draft::{DraftCheck, DraftFinding, DraftRow, FindingLevel};
pub use self::elsewhere::{Elsewhere, LeftWork, TypedLine};
pub use self::entry::{Conflict, ConflictValue, EntryDetail, EntryList, EntryProblem, EntryRow, WrittenField};
pub use self::pick::{LastRecord, TypeList, TypeRow};
pub use self::report::{
    DeclaredChoice, DeclaredFigure, DifferingNumber, DifferingParagraph, Refusal, Report, ReportCard, ReportFinding,
    ReportPlace, ReportRow, ReportSection, ReportSource, SubmissionState,
};
use super::input::{Draft, RawValue};
use crate::ids::EntryId;
use crate::model::period::ReportingPeriod;
pub use crate::text::Bilingual;
use crate::time::Timestamp;

/// A question a screen asks. Each is answered with the type named in its doc.
#[derive(Debug, Clone, PartialEq, Deserialize, ts_rs::TS)]
// Screens write `{ type: "…", … }`. Reading that straight away keeps every field aside until the tag is known, and all of
// the code for it is fetched by phones; the bindings hand the name over first.
#[serde(rename_all = "snake_case")]
#[ts(tag = "type", rename_all = "snake_case")]
pub enum Query {
    /// → [`Status`]
    Status,
    /// → the catalogue as one object (`catalogue::to_json`)
    Catalogue,
    /// → [`Today`]
    Today,
    /// → [`EntryList`]
    Entries {
        /// Only entries whose first task lies under this task.
        task: Option<String>,
        /// Only these record kinds: `activity`, `register`, `snapshot`, `thread`.
        records: Vec<String>,
        /// Also deleted ones.
        deleted: bool,
    },
    /// → [`EntryDetail`] or null
    Entry {
        /// Which.
        entry: EntryId,
    },
    /// → [`DraftCheck`]
    CheckDraft(Draft),
    /// → `Draft[]`, newest first; none in which nothing is typed
    Drafts,
    /// → `string[]`: titles this unit has used for a type, the likeliest first
    Titles {
        /// Code of the activity type.
        type_code: String,
    },
    /// → [`ReportCard`]`[]`
    Reports,
    /// → [`Report`]
    Report {
        /// Which.
        period: ReportingPeriod,
    },
    /// → [`Outbox`]
    Outbox,
    /// → [`UnitName`]`[]`: org units that a field may name, by name
    Units,
    /// → [`TypeList`]
    Types,
    /// → what a draft of a new entry begins with, to be like an earlier one: raw values by field name, or null
    CopyOf {
        /// The earlier one.
        entry: EntryId,
    },
    /// → `string[]`: codes of the indicators that are asked of the officer's unit, in the plan's order
    Asked,
}

/// The chip in the header, and who uses the device.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct Status {
    /// The device has been enrolled.
    pub enrolled: bool,
    /// Who and where; none before enrolment and, for a moment, until the server has sent the profile.
    pub officer: Option<Officer>,
    /// Records that wait to be sent.
    pub waiting: u32,
    /// Their size on the wire, about, in bytes.
    pub waiting_bytes: u32,
    /// Records, numbers, texts and submissions that the server refused and that need the officer.
    pub refused: u32,
    /// Works of units for which the device was used before, kept here and never sent.
    pub elsewhere: u32,
    /// Fields and declared numbers on which two people wrote different values.
    pub conflicts: u32,
    /// What the sync is doing.
    pub phase: SyncPhase,
    /// When the server last answered, on the device's clock.
    pub last_contact: Option<Timestamp>,
    /// Why the last try failed, if it did.
    pub problem: Option<SyncProblem>,
    /// The last write failed because the device is full. What is typed is still in memory.
    pub storage_full: bool,
    /// The server refused the token: this device was revoked.
    pub revoked: bool,
}

/// Who uses the device.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct Officer {
    /// The person's name.
    pub person_name: String,
    /// Immutable id of the unit.
    #[ts(type = "string")]
    pub unit: crate::ids::OrgUnitId,
    /// The unit's name today.
    pub unit_name: String,
    /// Name of the unit above.
    pub parent_name: String,
    /// The server says that its data are invented.
    pub demo: bool,
}

/// What the sync is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncPhase {
    /// Nothing to do, or waiting for a reason to try.
    Idle,
    /// A request is on its way.
    Sending,
    /// The last try failed; another follows by itself.
    Waiting,
}

/// Why a try to sync failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum SyncProblem {
    /// No answer: no network, or it broke off.
    Unreachable,
    /// Something answered that is not the server, such as the sign-in page of a Wi-Fi.
    NotTheServer,
    /// The server is busy or down.
    ServerBusy,
    /// The server does not understand this version of the app: update it.
    AppTooOld,
    /// The server refused the request as a whole.
    Rejected,
}

/// Where one record stands.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum RecordState {
    /// Trên máy.
    OnDevice,
    /// Đang gửi.
    Sending,
    /// Đã nhận.
    Received,
    /// Bị từ chối.
    Refused {
        /// What to tell the officer, in Vietnamese and English.
        reason: Bilingual,
    },
}

/// The first screen.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct Today {
    /// The device's day in Việt Nam.
    #[ts(type = "string")]
    pub date: Date,
    /// Reports that are due or came back, the most pressing first.
    pub reports: Vec<ReportCard>,
    /// Codes of the activity types this unit uses most; always six.
    pub quick_types: Vec<String>,
    /// Entries that need a person: two people's edits came together and do not fit, newest first.
    pub unsettled: Vec<EntryRow>,
    /// Entries that one person deleted and another edited, or moved to another year, without knowing of it, the last edited
    /// first.
    pub overlooked: Vec<OverlookedEdit>,
    /// Numbers and texts of reports that two people declared differently.
    pub differing: Vec<DifferingNumber>,
    /// Drafts that were begun and not saved, newest first.
    pub drafts: Vec<DraftRow>,
    /// Entries made today or most recently, newest first, at most three. None that stands in `unsettled`.
    pub recent: Vec<EntryRow>,
}

/// A deleted entry that somebody edited, or moved to another year, without knowing of the deletion.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct OverlookedEdit {
    /// The entry.
    pub row: EntryRow,
    /// Who deleted it.
    pub deleted: Doing,
    /// Who edited it last, or moved it.
    pub edited: Doing,
    /// The year to which that moved it.
    pub moved_to: Option<i16>,
}

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct Doing {
    /// Who; empty when it is not known.
    pub person_name: String,
    /// On which device.
    pub device_name: String,
    /// Done on this device.
    pub mine: bool,
    /// When, on that device's clock.
    pub at: Timestamp,
}

/// What waits, for the sheet behind the chip.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct Outbox {
    /// Records that wait, oldest first.
    pub waiting: Vec<OutboxRow>,
    /// Records the server refused.
    pub refused: Vec<OutboxRow>,
    /// What is kept here for other units.
    pub elsewhere: Vec<Elsewhere>,
}

/// An org unit that a field may name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ts_rs::TS)]
pub struct UnitName {
    /// Its immutable id: what the field holds.
    pub id: String,
    /// Its name today.
    pub name: String,
}

/// A record that waits or was refused.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct OutboxRow {
    /// The entry, if it is about one; a declaration or submission has none.
    pub entry: Option<EntryId>,
    /// What was refused says nothing of its own, as a deletion does: the record says what can be done.
    pub bare: bool,
    /// The report, or the number or text in it, that was refused.
    pub report: Option<ReportPlace>,
    /// What it is, for a person.
    pub title: Bilingual,
    /// Where it stands.
    pub sync: RecordState,
    /// When it was written, on this device.
    pub at: Timestamp,
    /// Its size, in bytes.
    pub bytes: u32,
}

/// What an input came to.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// It is done; it is safe once the `Persist` before it is.
    Done,
    /// Nothing was changed: these must be put right first. What was typed is kept.
    Invalid {
        /// What is wrong.
        findings: Vec<DraftFinding>,
    },
    /// The report cannot be submitted yet.
    NotSubmittable {
        /// What is wrong.
        findings: Vec<ReportFinding>,
    },
    /// The input makes no sense now (an entry that is not here, say).
    Refused {
        /// What to tell the person.
        message: Bilingual,
    },
}

/// The answer to a [`Query`].
#[derive(Debug, Serialize, ts_rs::TS)]
#[serde(untagged)]
pub enum Answer {
    /// To `Status`.
    Status(Box<Status>),
    /// To `Catalogue`.
    Catalogue(Box<crate::catalogue::Catalogue>),
    /// To `Today`.
    Today(Box<Today>),
    /// To `Entries`.
    Entries(EntryList),
    /// To `Entry`.
    Entry(Option<Box<EntryDetail>>),
    /// To `CheckDraft`.
    Check(DraftCheck),
    /// To `Drafts`.
    Drafts(Vec<Draft>),
    /// To `Titles`.
    Titles(Vec<String>),
    /// To `Reports`.
    Reports(Vec<ReportCard>),
    /// To `Report`.
    Report(Option<Box<Report>>),
    /// To `Outbox`.
    Outbox(Outbox),
    /// To `Units`.
    Units(Vec<UnitName>),
    /// To `Types`.
    Types(TypeList),
    /// To `CopyOf`.
    Copy(Option<BTreeMap<String, RawValue>>),
    /// To `Asked`.
    Asked(Vec<&'static str>),
}
