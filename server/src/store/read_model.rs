//! The read model as the store keeps it: rows that projections write and staff query.

use std::collections::BTreeMap;

use client_core::ids::{DeviceId, DocumentId, EntryId, OrgUnitId, SubmissionId};
use client_core::model::period::ReportingPeriod;
use client_core::report::{Kept, Tally, Value, addable};
use client_core::time::Timestamp;
use jiff::civil::Date;

use super::Result;

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub struct EntryRow {
    /// Where it stands.
    pub document: DocumentId,
    /// Its id.
    pub entry: EntryId,
    /// It counts here; else it was moved to another document and is no more than what is left of it.
    pub counts: bool,
    /// Code of its type.
    pub type_code: String,
    /// Its day: of the activity, of the snapshot, or when it was made.
    pub day: Date,
    /// Its title; empty when it has none.
    pub title: String,
    /// Its values by field, as JSON.
    pub fields: String,
    /// Days by state, as JSON.
    pub events: String,
    /// Its state.
    pub state: Option<String>,
    /// When it was deleted, if it is.
    pub deleted_at: Option<Timestamp>,
    /// Fields on which people wrote different values.
    pub conflicts: usize,
    /// The device that made it.
    pub created_by: Option<DeviceId>,
    /// When, on that device's clock.
    pub created_at: Timestamp,
    /// The device that changed it last.
    pub changed_by: Option<DeviceId>,
    /// When, on that device's clock.
    pub changed_at: Timestamp,
}

/// Raised when rows come about in another way than before: those that stand are then made anew before anything is served.
pub const READ_MODEL: u32 = 3;

/// What one unit's own work gives for a period.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReportRows {
    /// When the unit kept its books: whether what it has no entry for is a nought.
    pub kept: Kept,
    /// Its values, in the order of the indicators' codes.
    pub values: Vec<ReportValueRow>,
    /// Of how many entries the numbers are that add up, by the indicators' codes; of none where there is nothing.
    pub tallies: BTreeMap<String, Tally>,
}

impl ReportRows {
    /// That of one indicator.
    pub fn value(&self, code: &str) -> Option<&ReportValueRow> {
        let found = self.values.binary_search_by(|row| row.indicator.as_str().cmp(code));
        found.ok().map(|index| &self.values[index])
    }
}

/// What one unit's own work gives for one indicator and period.
#[derive(Debug, Clone, PartialEq)]
pub struct ReportValueRow {
    /// The indicator's code.
    pub indicator: String,
    /// The value that counts, in a shape that adds up.
    pub value: Value,
    /// The unit's weight in an average.
    pub weight: Option<i64>,
    /// What the unit declares instead of what its log gives.
    pub declared: Option<DeclaredRow>,
}

impl ReportValueRow {
    /// The row of a value, derived or declared; none where there is neither.
    pub fn of(
        indicator: &str,
        derived: Option<Value>,
        weight: Option<i64>,
        declared: Option<DeclaredRow>,
    ) -> Option<Self> {
        let value = addable(derived.as_ref(), declared.as_ref().map(|declared| &declared.value))?;
        Some(Self {
            indicator: indicator.to_owned(),
            value,
            weight,
            declared: declared.map(|declared| DeclaredRow { derived, ..declared }),
        })
    }

    /// What the log gives.
    pub fn derived(&self) -> Option<&Value> {
        match &self.declared {
            Some(declared) => declared.derived.as_ref(),
            None => Some(&self.value),
        }
    }
}

/// That and why a number was declared.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredRow {
    /// What is declared.
    pub value: Value,
    /// What the log gives.
    pub derived: Option<Value>,
    /// Why the unit declares something else.
    pub reason: String,
    /// The device that declared it; none for a text, of which each paragraph has its author.
    pub device: Option<DeviceId>,
    /// When, on that device's clock.
    pub at: Option<Timestamp>,
    /// Two people declared different numbers or wrote a paragraph differently.
    pub conflict: bool,
}

/// One submission.
#[derive(Debug, Clone, PartialEq)]
pub struct SubmissionRow {
    /// Where it stands.
    pub document: DocumentId,
    /// Its id.
    pub submission: SubmissionId,
    /// Whose.
    pub unit: OrgUnitId,
    /// The report.
    pub period: ReportingPeriod,
    /// The device it was submitted on.
    pub device: Option<DeviceId>,
    /// Orders the submissions of a report, before their clocks do.
    pub round: i64,
    /// When, on that device's clock.
    pub submitted_at: Timestamp,
    /// When it arrived, on the server's clock.
    pub received_at: Timestamp,
    /// Its values, as `Frozen::decode_all` reads them.
    pub frozen: Vec<u8>,
}

/// Rows of one unit to be written in place of those that stand under the same keys.
#[derive(Debug, Clone, PartialEq)]
pub struct UnitRows {
    /// The unit.
    pub unit: OrgUnitId,
    /// Entries.
    pub entries: Vec<EntryRow>,
    /// All values of each of these periods: a value that is not among them is gone.
    pub reports: BTreeMap<ReportingPeriod, ReportRows>,
    /// Submissions.
    pub submissions: Vec<SubmissionRow>,
}

/// Entries that numbers are derived from: those that count and are not deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BookQuery<'q> {
    /// Only those of this type.
    pub type_code: Option<&'q str>,
    /// Only those whose day is no earlier.
    pub from: Option<Date>,
}

/// Gives the rows of one unit after another, none at the end.
pub type UnitRowsSource = Box<dyn FnMut() -> Result<Option<UnitRows>> + Send>;

/// The verbs about the read model that projections and reports use.
pub trait ReadModel {
    /// Empties the read model and fills it with these rows, in one transaction.
    fn replace_read_model(&self, rows: UnitRowsSource) -> Result<()>;
    /// Whether the read model was made as this program makes it, of the catalogue that it has.
    fn read_model_is_current(&self) -> Result<bool>;
    /// The rows of some entries of a unit, in every document in which they stand.
    fn entry_places(&self, unit: &OrgUnitId, entries: &[EntryId]) -> Result<Vec<EntryRow>>;
    /// The rows that any of some queries asks for, of a unit. One that several ask for may be given several times.
    fn book_rows(&self, unit: &OrgUnitId, queries: &[BookQuery<'_>]) -> Result<Vec<EntryRow>>;
    /// A unit's values for some periods; of a period for which it has none there is nothing.
    fn unit_reports(
        &self,
        unit: &OrgUnitId,
        periods: &[ReportingPeriod],
    ) -> Result<BTreeMap<ReportingPeriod, ReportRows>>;
    /// Every row of the read model as text, in order: to compare two of them.
    fn dump_read_model(&self) -> Result<Vec<String>>;
    /// The values of all units for a period, for these indicators, in the order of the indicators' codes.
    fn report_values(&self, period: ReportingPeriod, indicators: &[&str]) -> Result<Vec<(OrgUnitId, ReportValueRow)>>;
    /// The submissions for a period, those of a unit by round, then by the clocks of their devices.
    fn submissions(&self, period: ReportingPeriod) -> Result<Vec<SubmissionRow>>;
}
