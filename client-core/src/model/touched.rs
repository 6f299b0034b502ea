//! What changes touch of what a document means.

use std::collections::{BTreeSet, HashMap};

use super::log::{DECLARED, NARRATIVES, ReportKey, SUBMISSIONS, parse_key};
use super::{entries, maps, narrative};
use crate::document::{Document, Operation};
use crate::ids::{EntryId, SubmissionId};

/// What changes touch of what a document means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// Entries that are made or written to.
    pub entries: BTreeSet<EntryId>,
    /// What is said of numbers and texts.
    pub reported: BTreeSet<ReportKey>,
    /// Submissions.
    pub submissions: BTreeSet<SubmissionId>,
}

impl Touched {
    /// By the operations of changes that were applied to a document.
    pub fn by<'o>(document: &Document, operations: impl IntoIterator<Item = &'o Operation>) -> Self {
        let mut touched = Self::default();
        let mut paths: HashMap<&str, Vec<String>> = HashMap::new();
        for operation in operations {
            let path = paths.entry(operation.map.as_str()).or_insert_with(|| {
                let found = document.path(&operation.map, maps::DEEPEST);
                found.map(|(_, path)| path).unwrap_or_default()
            });
            let mut path = path.iter().map(String::as_str);
            // Into a section under a key, or into what stands there.
            if let Some((section, key)) = path.next().zip(path.next().or(operation.key.as_deref())) {
                touched.add(section, key);
            }
        }
        touched
    }

    fn add(&mut self, section: &str, key: &str) {
        match section {
            entries::SECTION => self.entries.extend(key.parse::<EntryId>()),
            DECLARED => self.reported.extend(parse_key(key)),
            NARRATIVES => self.reported.extend(narrative::parse_key(key).map(|(key, _part)| key)),
            SUBMISSIONS => self.submissions.extend(key.parse::<SubmissionId>()),
            _ => {}
        }
    }

    /// Both.
    pub fn extend(&mut self, other: Self) {
        self.entries.extend(other.entries);
        self.reported.extend(other.reported);
        self.submissions.extend(other.submissions);
    }
}
