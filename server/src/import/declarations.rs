//! Declared numbers of a file, as edits of documents.

use std::collections::{BTreeSet, HashSet};

use client_core::catalogue;
use client_core::ids::DocumentId;
use client_core::model::log::{self, DeclaredValue};
use client_core::validate;

use super::again::Values;
use super::entries::{Taking, text};
use super::format;
use crate::projection;
use crate::store;

/// Where in the file's record the number stands.
const VALUE: &str = "value";

impl Taking<'_, '_> {
    /// Takes the declared numbers.
    pub(super) fn declarations(&mut self, declarations: &[format::Declaration]) -> store::Result<()> {
        let mut named = HashSet::new();
        for (index, declaration) in declarations.iter().enumerate() {
            let path = format!("$.declarations[{index}]");
            let errors_before = self.errors.len();
            if !named.insert((&declaration.unit, declaration.period, &declaration.indicator)) {
                let message = format!("{} is there twice", declaration.indicator);
                self.error(format!("{path}.indicator"), message);
            }
            if !self.organisation.units.contains_key(&declaration.unit) {
                self.error(format!("{path}.unit"), format!("there is no unit {}", declaration.unit));
            }
            let read = self.declaration(&path, declaration);
            let (Some((value, reason)), true) = (read, self.errors.len() == errors_before) else {
                continue;
            };
            let says = statement(value, &reason);
            let record = format!("{}/{}", declaration.period, declaration.indicator);
            let before = self.store.said(&declaration.unit, &record)?;
            let document = DocumentId::log(&declaration.unit, declaration.period.year());
            let key = (declaration.period, declaration.indicator.clone());
            let standing = log::declared(self.workspace.document(&document)?).remove(&key);
            let differ = standing.as_ref().is_some_and(|number| !number.others.is_empty());
            let undecided: BTreeSet<_> = differ.then(|| VALUE.to_owned()).into_iter().collect();
            let mut to_say = Values::from([(VALUE.to_owned(), says.clone())]);
            self.leave_undecided(&path, &mut to_say, &before, &undecided);
            if to_say.is_empty() {
                continue;
            }
            let stands = standing.and_then(|number| Some(statement(number.counts.value?, &number.counts.reason)));
            let is_news = self.is_news(&path, VALUE, &says, stands.as_deref(), &before);
            self.remember(&declaration.unit, record, to_say, &before);
            if !is_news {
                continue;
            }
            let (actor, now) = (self.actor, self.now);
            let is_new = self.workspace.edit(&document, |document| {
                log::declare(document, actor, now, &key, Some((value, &reason)))
            })?;
            self.records += usize::from(is_new);
        }
        Ok(())
    }

    /// The number and its reason, read and checked as a phone does.
    fn declaration(&mut self, path: &str, declaration: &format::Declaration) -> Option<(DeclaredValue, String)> {
        let opened = self.organisation.periods.iter().map(|(opened, _due)| *opened);
        if let Err(message) = validate::check_period(declaration.period, opened) {
            let message = format!("{} Or open it under periods.", message.en);
            self.error(format!("{path}.period"), message);
        }
        let Some(indicator) = catalogue::indicator(&declaration.indicator) else {
            let message = format!("there is no indicator {}", declaration.indicator);
            self.error(format!("{path}.indicator"), message);
            return None;
        };
        let unit = self.organisation.units.get(&declaration.unit);
        let facts = unit.and_then(|unit| projection::facts(&declaration.unit, unit));
        if facts.is_some_and(|facts| !indicator.is_asked_of(&facts)) {
            let message = format!("{} is not asked of {}", indicator.code, declaration.unit);
            self.error(format!("{path}.indicator"), message);
        }
        let value = match text(&declaration.value) {
            Some(typed) => validate::parse_declared(indicator, &typed).map_err(|message| message.en),
            None => Err("write a number".to_owned()),
        };
        let reason = validate::parse_reason(indicator, &declaration.reason).map_err(|message| message.en);
        let value = self.right(format!("{path}.value"), value);
        let reason = self.right(format!("{path}.reason"), reason);
        value.zip(reason)
    }

    /// What was read, or nothing where it is wrong.
    fn right<T>(&mut self, path: String, read: Result<T, String>) -> Option<T> {
        read.map_err(|message| self.error(path, message)).ok()
    }
}

/// What is said of a number: the number and its reason are one statement.
fn statement(value: DeclaredValue, reason: &str) -> String {
    let value = match value {
        DeclaredValue::Integer(number) => number.to_string(),
        DeclaredValue::Decimal(number) => number.to_string(),
    };
    format!("{value} {reason}")
}
