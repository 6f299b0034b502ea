//! The TypeScript types of everything that crosses between the core and its JavaScript shell, one file for each type.

use std::any::TypeId;
use std::collections::{BTreeMap, BTreeSet};

use ts_rs::{Config, ExportError, TS, TypeVisitor};

use crate::catalogue;
use crate::replica::{effect, input, view};

/// The files' texts by their names: the root types and all that they are made of.
pub fn files() -> Result<BTreeMap<String, String>, ExportError> {
    let mut files = Files::new();
    // One line for each type that crosses by itself; what it is made of follows.
    files.add::<input::Input>();
    files.add::<effect::Effect>();
    files.add::<view::Query>();
    files.add::<view::Status>();
    files.add::<view::Today>();
    files.add::<view::EntryList>();
    files.add::<view::EntryDetail>();
    files.add::<view::DraftCheck>();
    files.add::<view::DraftRow>();
    files.add::<view::ReportCard>();
    files.add::<view::Report>();
    files.add::<view::Outbox>();
    files.add::<view::UnitName>();
    files.add::<view::TypeList>();
    files.add::<view::Outcome>();
    files.add::<catalogue::Catalogue>();
    files.texts.into_iter().map(|(name, text)| Ok((name, text?))).collect()
}

/// Texts by file name, so that the order in which types are added changes nothing.
struct Files {
    config: Config,
    seen: BTreeSet<TypeId>,
    texts: BTreeMap<String, Result<String, ExportError>>,
}

impl Files {
    fn new() -> Self {
        Self {
            // Every number here is a count, a time or an amount below 2^53, so a plain number holds it.
            config: Config::new().with_large_int("number"),
            seen: BTreeSet::new(),
            texts: BTreeMap::new(),
        }
    }

    fn add<T: TS + 'static + ?Sized>(&mut self) {
        if !self.seen.insert(TypeId::of::<T>()) {
            return;
        }
        // What has no file of its own (a number, a list) is written where it is used.
        if T::output_path().is_some() {
            let name = format!("{}.ts", T::ident(&self.config));
            let earlier = self.texts.insert(name, T::export_to_string(&self.config));
            assert!(earlier.is_none(), "two types are called {}", T::ident(&self.config));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

impl TypeVisitor for Files {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_comes_with_what_it_is_made_of() {
        let files = files().unwrap();
        for name in ["Input", "Effect", "Write", "EntryId", "ReportingPeriod"] {
            let text = &files[&format!("{name}.ts")];
            assert_eq!(text.matches(&format!("export type {name} =")).count(), 1, "{name}");
        }
    }

    #[test]
    fn no_number_is_a_bigint() {
        for (name, text) in files().unwrap() {
            assert!(!text.contains("bigint"), "{name}");
        }
    }
}
