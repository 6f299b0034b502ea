//! The rules, the same on phone and server: what people type becomes values, and entries and reports are looked over.
//!
//! [`parse_field`] refuses at the field what can be no value of it; what it refuses never enters a document.
//! [`entry`] and [`report`] look at values that are well formed and say what is wrong or odd about them.

mod date;
mod declared;
mod entry;
mod number;
mod parse;
mod raw;
mod report;
mod rule;
mod show;
mod written;

pub use declared::{check_period, not_asked, parse_declared, parse_narrative, parse_reason};
pub use entry::{Context, Finding, entry, errors};
pub use parse::parse_field;
pub use raw::{FieldError, RawValue};
pub use report::{ReportFinding, ValuesByIndicator, report};
pub use show::{display_field, format_entry_field, format_field};
pub use written::{display_node, display_part};
