//! What exists in the plan, and what was found wrong with it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::Plan;
use super::plan::{FieldText, TypeText};

/// Resolves names. Problems are gathered, so that one build shows them all.
pub(crate) struct Scope<'a> {
    pub(crate) plan: &'a Plan,
    problems: Vec<String>,
    english_used: BTreeSet<String>,
    ones_used: BTreeSet<String>,
    /// Lists that stand in many types are emitted once: name by code.
    shared: BTreeMap<String, String>,
    shared_code: String,
}

/// `Err` means: a problem was noted, go on with the next thing.
pub(crate) type Resolved<T> = Result<T, String>;

impl<'a> Scope<'a> {
    pub(crate) fn new(plan: &'a Plan) -> Self {
        Self {
            plan,
            problems: Vec::new(),
            english_used: BTreeSet::new(),
            ones_used: BTreeSet::new(),
            shared: BTreeMap::new(),
            shared_code: String::new(),
        }
    }

    pub(crate) fn problem(&mut self, place: &str, what: &str) {
        self.problems.push(format!("{place}: {what}"));
    }

    /// The value, or what stands for it after its problem was noted.
    pub(crate) fn or_note(&mut self, place: &str, result: Resolved<String>) -> String {
        match result {
            Ok(code) => code,
            Err(what) => {
                self.problem(place, &what);
                String::new()
            }
        }
    }

    /// Emits a list once however often it occurs, and gives the name to write instead.
    pub(crate) fn share(&mut self, of: &str, items: &[String]) -> String {
        if items.is_empty() {
            return "&[]".to_owned();
        }
        let list = format!("&[{}]", items.join(","));
        let key = format!("{of}:{list}");
        if let Some(name) = self.shared.get(&key) {
            return name.clone();
        }
        let name = format!("LIST_{}", self.shared.len());
        let _ = writeln!(self.shared_code, "static {name}: &[{of}] = {list};");
        self.shared.insert(key, name.clone());
        name
    }

    /// A list of texts, emitted once.
    pub(crate) fn share_texts(&mut self, texts: &[String]) -> String {
        let items: Vec<String> = texts.iter().map(|text| format!("{text:?}")).collect();
        self.share("&str", &items)
    }

    /// The English of a Vietnamese text of the plan.
    pub(crate) fn english(&mut self, place: &str, vi: &str) -> String {
        if let Some(en) = self.plan.english.texts.get(vi) {
            self.english_used.insert(vi.to_owned());
            return en.clone();
        }
        self.problem(place, &format!("no English in english.json for \"{vi}\""));
        String::new()
    }

    pub(crate) fn label(&mut self, place: &str, vi: &str) -> String {
        let en = self.english(place, vi);
        label(vi, &en)
    }

    pub(crate) fn optional_label(&mut self, place: &str, vi: Option<&str>) -> String {
        vi.map_or("None".to_owned(), |vi| format!("Some({})", self.label(place, vi)))
    }

    /// What is counted: in English many of it, and 1 of it where that is another word.
    pub(crate) fn unit(&mut self, place: &str, vi: &str) -> String {
        let en = self.english(place, vi);
        let one = self.plan.english.one.get(&en).unwrap_or(&en).clone();
        if one == en && (en.ends_with('s') || en == "people") {
            self.problem(place, &format!("english.json: one: no word for 1 of \"{en}\""));
        }
        let unit = format!("Unit{{vi:{vi:?},en:{en:?},one:{one:?}}}");
        self.ones_used.insert(en);
        unit
    }

    pub(crate) fn optional_unit(&mut self, place: &str, vi: Option<&str>) -> String {
        vi.map_or("None".to_owned(), |vi| format!("Some({})", self.unit(place, vi)))
    }

    pub(crate) fn activity_type(&self, code: &str) -> Resolved<&'a TypeText> {
        self.plan
            .types
            .types
            .iter()
            .find(|kind| kind.code == code)
            .ok_or_else(|| format!("activity type {code} does not exist"))
    }

    /// A field of a type: its own, or a common one that its kind of record has.
    pub(crate) fn field(&self, kind: &'a TypeText, name: &str) -> Resolved<&'a FieldText> {
        if let Some(field) = kind.fields.iter().find(|field| field.name == name) {
            return Ok(field);
        }
        let has = self
            .plan
            .semantics
            .common_fields
            .get(&kind.record)
            .is_some_and(|names| names.iter().any(|common| common == name));
        self.plan
            .types
            .common_fields
            .iter()
            .find(|field| has && field.name == name)
            .ok_or_else(|| format!("field {name} does not exist in {}", kind.code))
    }

    /// A field of one of these kinds (as the plan writes them).
    pub(crate) fn field_of(&self, kind: &'a TypeText, name: &str, kinds: &[&str]) -> Resolved<&'a FieldText> {
        let field = self.field(kind, name)?;
        if kinds.contains(&field.kind.as_str()) {
            Ok(field)
        } else {
            Err(format!(
                "field {name} of {} is {}, not {}",
                kind.code,
                field.kind,
                kinds.join(" or ")
            ))
        }
    }

    /// A code that a field may hold.
    pub(crate) fn code_of(&self, kind: &'a TypeText, field: &FieldText, code: &str) -> Resolved<()> {
        let place = || format!("{}.{}", kind.code, field.name);
        match field.kind.as_str() {
            "enum" => field
                .options
                .iter()
                .any(|option| option.code == code)
                .then_some(())
                .ok_or_else(|| format!("option {code} does not exist in {}", place())),
            "ref:document" => self.document(code),
            "ref:task" => self.task(code),
            "ref:campaign" => self.campaign(code),
            other => Err(format!("field {} is {other} and holds no codes", place())),
        }
    }

    pub(crate) fn state(kind: &TypeText, code: &str) -> Resolved<()> {
        exists(
            kind.states.iter().any(|state| state.code == code),
            &format!("state {code}"),
        )
        .map_err(|what| format!("{what} in {}", kind.code))
    }

    pub(crate) fn task(&self, code: &str) -> Resolved<()> {
        exists(
            self.plan.tasks.tasks.iter().any(|task| task.code == code),
            &format!("task {code}"),
        )
    }

    pub(crate) fn document(&self, code: &str) -> Resolved<()> {
        exists(
            self.plan.tasks.documents.iter().any(|document| document.id == code),
            &format!("document {code}"),
        )
    }

    pub(crate) fn campaign(&self, code: &str) -> Resolved<()> {
        exists(
            self.plan.tasks.campaigns.iter().any(|campaign| campaign.id == code),
            &format!("campaign {code}"),
        )
    }

    pub(crate) fn indicator(&self, code: &str) -> Resolved<()> {
        exists(
            self.plan
                .indicators
                .indicators
                .iter()
                .any(|indicator| indicator.code == code),
            &format!("indicator {code}"),
        )
    }

    pub(crate) fn tier(&self, code: &str) -> Resolved<String> {
        exists(
            self.plan.tasks.tiers.iter().any(|tier| tier.code == code),
            &format!("tier {code}"),
        )?;
        Ok(format!("Tier::{}", camel(code)))
    }

    pub(crate) fn tiers(&mut self, place: &str, codes: &[String]) -> String {
        let tiers: Vec<String> = codes
            .iter()
            .map(|code| {
                let tier = self.tier(code);
                self.or_note(place, tier)
            })
            .collect();
        self.share("Tier", &tiers)
    }

    pub(crate) fn sector(&mut self, place: &str, code: &str) -> String {
        let sector = match code {
            "ALL" => Ok("Sector::All".to_owned()),
            "HCSN" => Ok("Sector::Hcsn".to_owned()),
            "DN" => Ok("Sector::Dn".to_owned()),
            other => Err(format!("sector {other} does not exist")),
        };
        self.or_note(place, sector)
    }

    pub(crate) fn level(&mut self, place: &str, level: &str) -> String {
        let level = match level {
            "error" => Ok("Level::Error".to_owned()),
            "warn" => Ok("Level::Warning".to_owned()),
            "info" => Ok("Level::Note".to_owned()),
            other => Err(format!("level {other} does not exist")),
        };
        self.or_note(place, level)
    }

    /// Notes a problem for every code that does not exist.
    pub(crate) fn all_exist(&mut self, place: &str, codes: &[String], check: fn(&Self, &str) -> Resolved<()>) {
        for code in codes {
            if let Err(what) = check(self, code) {
                self.problem(place, &what);
            }
        }
    }

    /// Notes a problem for every code that stands twice.
    pub(crate) fn all_differ<'c>(&mut self, place: &str, codes: impl Iterator<Item = &'c str>) {
        let mut seen = BTreeSet::new();
        for code in codes {
            if !seen.insert(code) {
                self.problem(place, &format!("{code} stands twice"));
            }
        }
    }

    pub(crate) fn finish(mut self, code: &str) -> Result<String, Vec<String>> {
        let idle: Vec<&String> = self
            .plan
            .english
            .texts
            .keys()
            .filter(|vi| !self.english_used.contains(*vi))
            .collect();
        for vi in idle {
            self.problems
                .push(format!("english.json: nothing in the plan says \"{vi}\""));
        }
        let english = &self.plan.english;
        for many in english.one.keys().filter(|many| !self.ones_used.contains(*many)) {
            self.problems
                .push(format!("english.json: one: nothing is counted in \"{many}\""));
        }
        for code in english.types.keys() {
            if !self.plan.types.types.iter().any(|kind| kind.code == *code) {
                self.problems
                    .push(format!("english.json: types: activity type {code} does not exist"));
            }
        }
        if self.problems.is_empty() {
            Ok(self.shared_code + code)
        } else {
            Err(self.problems)
        }
    }
}

pub(crate) fn label(vi: &str, en: &str) -> String {
    format!("Label{{vi:{vi:?},en:{en:?}}}")
}

fn exists(found: bool, what: &str) -> Resolved<()> {
    if found {
        Ok(())
    } else {
        Err(format!("{what} does not exist"))
    }
}

/// `BAN_CSPL` as `BanCspl`, `units_submitted` as `UnitsSubmitted`.
pub(crate) fn camel(code: &str) -> String {
    code.split('_')
        .map(|word| {
            let mut letters = word.chars();
            letters
                .next()
                .map(|first| first.to_ascii_uppercase().to_string() + &letters.as_str().to_ascii_lowercase())
                .unwrap_or_default()
        })
        .collect()
}
