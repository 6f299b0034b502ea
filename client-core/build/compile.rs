//! Turns the plan's JSON into Rust statics, and refuses what refers to something that does not exist.
//!
//! `build.rs` runs it; `tests/catalogue_build.rs` shows what it refuses.

mod entry_rules;
mod fields;
mod indicators;
mod lexer;
mod plan;
mod predicates;
mod scope;
mod tasks;

use serde::de::DeserializeOwned;

use scope::Scope;

/// The files' texts.
#[derive(Clone)]
pub(crate) struct Sources {
    pub(crate) tasks: String,
    pub(crate) activity_types: String,
    pub(crate) indicators: String,
    pub(crate) semantics: String,
    pub(crate) presentation: String,
    pub(crate) english: String,
}

/// Everything that was read.
pub(crate) struct Plan {
    pub(crate) tasks: plan::TasksFile,
    pub(crate) types: plan::TypesFile,
    pub(crate) indicators: plan::IndicatorsFile,
    pub(crate) semantics: plan::SemanticsFile,
    pub(crate) presentation: plan::PresentationFile,
    pub(crate) english: plan::EnglishFile,
}

fn read<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, Vec<String>> {
    serde_json::from_str(text).map_err(|error| vec![format!("{file}: {error}")])
}

/// The Rust source of the catalogue, or everything that is wrong with it, each with file and place.
pub(crate) fn compile(sources: &Sources) -> Result<String, Vec<String>> {
    let plan = Plan {
        tasks: read("tasks.json", &sources.tasks)?,
        types: read("activity-types.json", &sources.activity_types)?,
        indicators: read("indicators.json", &sources.indicators)?,
        semantics: read("semantics.json", &sources.semantics)?,
        presentation: read("presentation.json", &sources.presentation)?,
        english: read("english.json", &sources.english)?,
    };
    let mut scope = Scope::new(&plan);
    let mut code = String::new();
    tasks::emit(&mut scope, &plan, &mut code);
    fields::emit(&mut scope, &plan, &mut code);
    entry_rules::emit(&mut scope, &plan, &mut code);
    indicators::emit(&mut scope, &plan, &mut code);
    scope.finish(&code)
}
