//! What screens ask and what they are told: read models of one device, in its own words.

mod draft;
mod elsewhere;
mod report;

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use self::draft::DraftRow;
pub use self::elsewhere::{Elsewhere, LeftWork, TypedLine};
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
// Screens write `{ type: "…", … }`. Reading that straight away keeps every field aside until the tag is known, which makes
// several times as much code; the bindings hand the name over first.
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
    /// → `Draft[]`, newest first
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

/// Entries for a list.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct EntryList {
    /// Newest first.
    pub rows: Vec<EntryRow>,
}

/// One entry in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct EntryRow {
    /// Which.
    pub id: EntryId,
    /// Code of the activity type.
    pub type_code: String,
    /// Its day: of the activity, of the snapshot, or when the item was made.
    #[ts(type = "string")]
    pub date: Date,
    /// Its title, or the type's name.
    pub title: String,
    /// The numbers that count, ready to show, such as "58 lượt người".
    pub figures: Vec<Bilingual>,
    /// State code, for register items and threads.
    pub register_state: Option<String>,
    /// Where it stands.
    pub sync: RecordState,
    /// Fields on which two people wrote different values.
    pub conflicts: u32,
    /// The first rule it breaks, if it breaks any: what does not fit and what to do. No form saves such a record; two
    /// people's edits, each sound by itself, can come together to one.
    pub problem: Option<Bilingual>,
    /// Whether it is deleted.
    pub deleted: bool,
}

/// One entry, opened.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct EntryDetail {
    /// As in the list.
    pub row: EntryRow,
    /// Values as a form shows them.
    pub fields: BTreeMap<String, RawValue>,
    /// Values as a person reads them, by field.
    pub display: BTreeMap<String, Bilingual>,
    /// Who made it.
    pub created_by: String,
    /// When, on the device that made it.
    pub created_at: Timestamp,
    /// Where two people wrote different values.
    pub conflicts: Vec<Conflict>,
    /// The rules it breaks.
    pub problems: Vec<EntryProblem>,
    /// Who deleted it, if it is deleted.
    pub deletion: Option<Doing>,
    /// A draft that changes it, if one was begun.
    pub draft: Option<Draft>,
}

/// Two or more values for one field, written apart from each other. Both stay until a person chooses.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct Conflict {
    /// Key in the document; for [`Input::ResolveConflict`](super::input::Input::ResolveConflict).
    pub key: String,
    /// Name of the field it belongs to.
    pub field: String,
    /// The values, the one that now counts first.
    pub values: Vec<ConflictValue>,
}

/// One of the values in a conflict.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct ConflictValue {
    /// Number to choose it by.
    pub choice: u32,
    /// As a person reads it.
    pub display: Bilingual,
    /// Who wrote it.
    pub person_name: String,
    /// On which device.
    pub device_name: String,
    /// Written on this device.
    pub mine: bool,
    /// When, on that device's clock.
    pub at: Timestamp,
}

/// A rule that an entry breaks as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct EntryProblem {
    /// What does not fit and what to do.
    pub message: Bilingual,
    /// The fields it is about, with who wrote each last.
    pub fields: Vec<WrittenField>,
}

/// A field with what stands in it, by whom and when.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct WrittenField {
    /// Its name.
    pub field: String,
    /// As a person reads it.
    pub display: Bilingual,
    /// Who wrote it last; empty when it is not known or nobody did.
    pub person_name: String,
    /// On which device.
    pub device_name: String,
    /// Written on this device.
    pub mine: bool,
    /// When, on that device's clock; none when nobody did.
    pub at: Option<Timestamp>,
}

/// What is wrong or odd in a draft, and what will be understood.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct DraftCheck {
    /// Errors, warnings and notes, in the order of the form.
    pub findings: Vec<DraftFinding>,
    /// What each field will be understood as, when that helps: "1.250.000 đồng", "08/10/2026".
    pub understood: BTreeMap<String, Bilingual>,
    /// Amounts in words, by field.
    pub words: BTreeMap<String, Bilingual>,
    /// Names of the fields that show, given what is chosen (`show_if`).
    pub visible: Vec<String>,
}

/// One finding about a draft.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct DraftFinding {
    /// Rule id of the catalogue, or a code of its own for a field that cannot be read.
    pub rule: String,
    /// How bad.
    pub level: FindingLevel,
    /// Fields it is about, the first to go to first.
    pub fields: Vec<String>,
    /// What is wrong and what to do.
    pub message: Bilingual,
    /// For `R_DUP`: the other entry.
    pub other: Option<EntryId>,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum FindingLevel {
    /// Must be put right before saving.
    Error,
    /// May be right; look again.
    Warning,
    /// Good to know.
    Note,
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
}
