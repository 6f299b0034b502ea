//! Everything that can happen to a device.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ids::{EntryId, PartId, SubmissionId};
use crate::model::period::ReportingPeriod;
use crate::time::Timestamp;
pub use crate::validate::RawValue;

/// Something that happened. The shell hands it in with the time; the core answers with effects.
#[derive(Debug, Clone, PartialEq, Deserialize, ts_rs::TS)]
// Screens write `{ type: "…", … }`. Reading that straight away keeps every field aside until the tag is known, with two
// readers for each (decision 0022); the bindings hand the name over first.
#[serde(rename_all = "snake_case")]
#[ts(tag = "type", rename_all = "snake_case")]
pub enum Input {
    /// What the storage holds, read whole. Always the first input.
    Opened {
        /// Every stored key with its value.
        stored: Vec<StoredValue>,
    },
    /// The officer typed a code. The key is 32 random bytes from the shell; it stays on this device.
    Enrol {
        /// As typed; spaces, dashes and case do not matter.
        code: String,
        /// Seed of the device's signing key.
        #[serde(with = "serde_bytes")]
        #[ts(type = "Uint8Array")]
        signing_seed: Vec<u8>,
        /// What the person calls this phone, for the list of devices and for conflicts. May be empty.
        device_name: String,
    },
    /// A field of a form was left: keep what is typed, whatever it is.
    KeepDraft(Draft),
    /// The officer threw a draft away.
    DropDraft {
        /// Whose draft.
        entry: EntryId,
    },
    /// A box of a declaration was left: keep what is typed, whatever it is.
    KeepDeclaring(Declaring),
    /// The officer threw away what was typed in a declaration.
    DropDeclaring {
        /// The report.
        period: ReportingPeriod,
        /// The indicator's code.
        indicator: String,
    },
    /// The officer threw away what another unit left on this phone and the server never took.
    DropLeft {
        /// Which, as the sheet names it.
        key: String,
    },
    /// "Ghi vào sổ": check the draft and, when it is sound, make it one change.
    SaveEntry(Draft),
    /// Delete an entry. Its fields stay, so a concurrent edit is not lost.
    DeleteEntry {
        /// Which.
        entry: EntryId,
    },
    /// Take a deletion back.
    RestoreEntry {
        /// Which.
        entry: EntryId,
    },
    /// Two people wrote different values: keep this one.
    ResolveConflict {
        /// Which entry.
        entry: EntryId,
        /// Key of the field in the document, as the conflict names it.
        key: String,
        /// Which of the values, as the conflict numbers them.
        choice: u32,
    },
    /// Declare a number other than the derived one, with the reason. `None` takes the declaration back.
    Declare {
        /// The report.
        period: ReportingPeriod,
        /// The indicator's code.
        indicator: String,
        /// As typed. For text indicators, paragraphs separated by line breaks.
        value: Option<String>,
        /// Why it differs. Not needed where nothing is derived.
        reason: String,
    },
    /// Two people declared a number, or wrote a paragraph of a text, differently: this is right. It becomes a declaration
    /// of its own.
    ChooseDeclared {
        /// The report.
        period: ReportingPeriod,
        /// The indicator's code.
        indicator: String,
        /// Of a text, which paragraph, as the report's row names it.
        #[serde(default)]
        part: Option<PartId>,
        /// Which of the declarations, as the report's row names them.
        choice: String,
    },
    /// Submit (nộp) a report: freeze its values with the heads they came from.
    Submit {
        /// The report.
        period: ReportingPeriod,
        /// Made by the shell, so that asking twice submits once.
        submission: SubmissionId,
    },
    /// The shell stored what ticket asked for: it is on disk.
    Persisted {
        /// From [`Effect::Persist`](super::effect::Effect::Persist).
        ticket: u32,
    },
    /// The shell could not store it.
    PersistFailed {
        /// From [`Effect::Persist`](super::effect::Effect::Persist).
        ticket: u32,
        /// The device is full (quota), or anything else.
        full: bool,
    },
    /// A reason to try to reach the server now.
    Wake {
        /// What woke us.
        reason: WakeReason,
    },
    /// Bytes of the answer to the request in flight, as they arrive.
    ResponseBytes {
        /// From [`Effect::Send`](super::effect::Effect::Send).
        request: u32,
        /// The next piece of the body.
        #[serde(with = "serde_bytes")]
        #[ts(type = "Uint8Array")]
        bytes: Vec<u8>,
    },
    /// The answer is complete.
    ResponseEnd {
        /// From [`Effect::Send`](super::effect::Effect::Send).
        request: u32,
        /// HTTP status.
        status: u16,
        /// The answer's content type, to tell the server from a captive portal.
        content_type: String,
        /// Seconds from a `Retry-After` header.
        retry_after_s: Option<u32>,
    },
    /// No answer, or it broke off.
    SendFailed {
        /// From [`Effect::Send`](super::effect::Effect::Send).
        request: u32,
    },
    /// The alarm set by [`Effect::WakeAt`](super::effect::Effect::WakeAt) rang.
    Alarm,
}

/// What woke the device to sync.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum WakeReason {
    /// The app was opened.
    Opened,
    /// The app became visible.
    Visible,
    /// The browser says that there is a network.
    Online,
    /// The browser fired a Background Sync event.
    BackgroundSync,
    /// The officer asked.
    Asked,
}

/// One stored key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct StoredValue {
    /// The key.
    pub key: String,
    /// The bytes under it.
    #[serde(with = "serde_bytes")]
    #[ts(type = "Uint8Array")]
    pub value: Vec<u8>,
}

/// What is typed into one form, right or wrong, as the person typed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct Draft {
    /// The entry it makes or changes; made by the shell when a form opens, so that saving twice makes one entry.
    pub entry: EntryId,
    /// Code of the activity type.
    pub type_code: String,
    /// Raw values by field name. A field that is not here was not touched.
    pub fields: BTreeMap<String, RawValue>,
    /// State of a register item or thread, when it is to change.
    #[serde(default)]
    pub state: Option<String>,
    /// What stood in the fields as they were typed over, by name, as a form showed it; under `@state` the state. What stands
    /// there by now says whether somebody wrote meanwhile. Of a field that is not here it is not known: what stands as the
    /// draft is first kept.
    #[serde(default)]
    pub over: BTreeMap<String, RawValue>,
    /// The report from which the form was opened: what is recorded is meant to count there.
    #[serde(default)]
    pub report: Option<ReportingPeriod>,
    /// When it was last kept.
    #[serde(default)]
    pub kept_at: Timestamp,
}

impl Draft {
    /// A draft of an entry in which nothing is typed.
    pub fn new(entry: EntryId, type_code: impl Into<String>) -> Self {
        Self {
            entry,
            type_code: type_code.into(),
            fields: BTreeMap::new(),
            state: None,
            over: BTreeMap::new(),
            report: None,
            kept_at: Timestamp::default(),
        }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.state.is_none()
    }
}

/// What is typed about one number or text of a report and not declared yet, as the person typed it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct Declaring {
    /// The report.
    pub period: ReportingPeriod,
    /// The indicator's code.
    pub indicator: String,
    /// The number or the text.
    pub value: String,
    /// Why it differs from the derived number.
    pub reason: String,
    /// When what stood there as the typing began was declared; none where nothing stood. Another time by now says that
    /// somebody declared meanwhile.
    #[serde(default)]
    pub over: Option<Timestamp>,
    /// When it was last kept.
    #[serde(default)]
    pub kept_at: Timestamp,
}
