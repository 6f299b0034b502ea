//! What screens are told about reports.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::super::input::Declaring;
use super::{Bilingual, FindingLevel};
use crate::ids::{EntryId, PartId};
use crate::model::period::ReportingPeriod;
use crate::time::Timestamp;

/// A report in a list.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct ReportCard {
    /// Which.
    pub period: ReportingPeriod,
    /// "Quý III/2026", "Quarter 3, 2026".
    pub name: Bilingual,
    /// Last day to submit.
    #[ts(type = "string")]
    pub due: Date,
    /// Days left; negative when overdue.
    pub days_left: i32,
    /// Indicators with a value.
    pub filled: u32,
    /// Indicators of the short form that apply to this unit.
    pub total: u32,
    /// Where it stands.
    pub submission: SubmissionState,
    /// The server refused what was submitted last.
    pub refused: Option<Refusal>,
}

/// That the server refused something: of a report the submission, or what was declared about a number or text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct Refusal {
    /// When it was submitted or declared, on this device.
    pub at: Timestamp,
    /// Why it was refused and what to do.
    pub reason: Bilingual,
}

/// A report, or a number or text in it.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct ReportPlace {
    /// The report.
    pub period: ReportingPeriod,
    /// The indicator's code; none for the report as a whole.
    pub indicator: Option<String>,
}

/// Where a report stands.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum SubmissionState {
    /// The period is not over yet, or nothing was submitted.
    Open,
    /// Submitted on this device; the server has not confirmed it.
    Submitted {
        /// When, on the device that submitted.
        at: Timestamp,
        /// Numbers that differ from what was submitted.
        changed: u32,
    },
    /// The server has it.
    Received {
        /// When it was submitted, on the device.
        at: Timestamp,
        /// Numbers that differ from what was submitted.
        changed: u32,
    },
}

/// One report, opened.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct Report {
    /// As in the list.
    pub card: ReportCard,
    /// By section of the plan, in the plan's order.
    pub sections: Vec<ReportSection>,
    /// What is wrong or odd: errors stop a submission.
    pub findings: Vec<ReportFinding>,
}

/// A section of a report.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct ReportSection {
    /// Task code, such as "II.1".
    pub task: String,
    /// Its title.
    pub title: Bilingual,
    /// Its indicators.
    pub rows: Vec<ReportRow>,
}

/// One indicator of a report.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct ReportRow {
    /// Its code, such as "II.1-02".
    pub indicator: String,
    /// Its name.
    pub label: Bilingual,
    /// Its unit, such as "lượt người".
    pub unit: Bilingual,
    /// In the short form.
    pub core: bool,
    /// A text, not a number.
    pub text: bool,
    /// Nothing is derived: the unit declares it.
    pub manual: bool,
    /// What counts: declared if there is a declaration, else derived. None is "trống", never 0.
    pub value: Option<String>,
    /// What the log gives.
    pub derived: Option<String>,
    /// What the unit declares instead.
    pub declared: Option<DeclaredFigure>,
    /// The entries the derived number comes from.
    pub sources: Vec<ReportSource>,
    /// For a ratio: the part and the whole.
    pub parts: Option<[String; 2]>,
    /// The frozen value of the last submission, when it differs from the value now.
    pub submitted: Option<String>,
    /// What people declared differently, apart from each other, what now counts first. Empty where they agree.
    pub differing: Vec<DeclaredChoice>,
    /// The paragraphs of a text that people wrote differently, apart from each other, in the order of reading.
    pub paragraphs: Vec<DifferingParagraph>,
    /// What is typed on this device and not declared yet.
    pub draft: Option<Declaring>,
    /// The server refused what was declared last. What was typed is the draft.
    pub refused: Option<Refusal>,
}

/// A declared value.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct DeclaredFigure {
    /// As shown.
    pub value: String,
    /// Why it differs from the derived one.
    pub reason: String,
    /// Who declared it.
    pub person_name: String,
    /// When, on that device.
    pub at: Timestamp,
}

/// What one of several people declared. All stay until one is chosen.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct DeclaredChoice {
    /// Names it, for [`Input::ChooseDeclared`](crate::replica::input::Input::ChooseDeclared).
    pub choice: String,
    /// As shown; none where the person took the declaration back, so that the log's number counts.
    pub value: Option<String>,
    /// Why it differs from the derived one.
    pub reason: String,
    /// Who declared it.
    pub person_name: String,
    /// On which device.
    pub device_name: String,
    /// Declared on this device.
    pub mine: bool,
    /// When, on that device's clock.
    pub at: Timestamp,
}

/// A paragraph of a text on which a person must choose.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct DifferingParagraph {
    /// Names it, for [`Input::ChooseDeclared`](crate::replica::input::Input::ChooseDeclared).
    pub part: PartId,
    /// What people wrote, what now counts first.
    pub said: Vec<DeclaredChoice>,
}

/// A number or a text of a report on which a person must choose.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct DifferingNumber {
    /// In which report.
    pub period: ReportingPeriod,
    /// What people call it.
    pub period_name: Bilingual,
    /// The indicator's code.
    pub indicator: String,
    /// Its name.
    pub label: Bilingual,
}

/// An entry behind a number.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct ReportSource {
    /// The entry.
    pub entry: EntryId,
    /// Its title.
    pub title: String,
    /// Its day.
    #[ts(type = "string")]
    pub date: Date,
    /// What it adds, as shown.
    pub contribution: String,
}

/// A finding about a report.
#[derive(Debug, Clone, PartialEq, Serialize, ts_rs::TS)]
pub struct ReportFinding {
    /// How bad.
    pub level: FindingLevel,
    /// The indicator it is about.
    pub indicator: String,
    /// What is wrong and what to do.
    pub message: Bilingual,
}
