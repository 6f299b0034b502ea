//! Records that break a rule as they stand: two people's edits, each sound by itself, came together and do not fit.

use jiff::civil::Date;

use super::super::Replica;
use super::super::view::{Bilingual, EntryProblem, WrittenField};
use super::entries::display_value;
use super::{Found, author};
use crate::catalogue;
use crate::document::Document;
use crate::model::conflict;
use crate::model::entry::Entry;
use crate::validate::{self, Context, Finding};

/// What a deleted record says counts nowhere.
fn findings(entry: &Entry, today: Date) -> Vec<Finding> {
    match entry.is_deleted() {
        true => Vec::new(),
        false => validate::errors(entry, &Context::on(today)),
    }
}

/// The first thing that does not fit.
pub(super) fn first(entry: &Entry, today: Date) -> Option<Bilingual> {
    findings(entry, today).into_iter().next().map(|finding| finding.message)
}

/// Everything that does not fit, with who wrote the fields it is about.
pub(super) fn of_entry(replica: &Replica, document: &Document, found: &Found, today: Date) -> Vec<EntryProblem> {
    let problems = findings(&found.entry, today).into_iter().map(|finding| EntryProblem {
        fields: finding
            .fields
            .iter()
            .map(|name| written_field(replica, document, found, name))
            .collect(),
        message: finding.message,
    });
    problems.collect()
}

fn written_field(replica: &Replica, document: &Document, found: &Found, name: &str) -> WrittenField {
    let own = replica.kept.identity.as_ref().map(|identity| *identity.device);
    let field = catalogue::activity_type(&found.entry.type_code).and_then(|known| known.field(name));
    let display = field
        .zip(found.entry.field(name))
        .map(|(field, value)| display_value(replica, field, value));
    let written = conflict::last_written(document, &found.maps, name);
    let actor = written.as_ref().and_then(|written| written.actor);
    let (person_name, device_name) = author(replica, actor);
    WrittenField {
        field: name.to_owned(),
        display: display.unwrap_or_else(|| Bilingual::new("trống", "empty")),
        person_name,
        device_name,
        mine: actor.is_some() && actor.map(|actor| actor.device.0) == own,
        at: written.map(|written| written.at),
    }
}
