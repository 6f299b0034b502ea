//! The source of activity types, their fields and how screens show them.

use std::fmt::Write as _;

use serde_json::Value;

use super::Plan;
use super::plan::{ChoiceText, FieldText, PresentationText, TypeText};
use super::predicates::predicate;
use super::scope::{Resolved, Scope, camel, label};

/// Longest line, prose, web address and code, in characters, where the plan sets no limit.
const LINE: u32 = 200;
const PROSE: u32 = 4000;
const ADDRESS: u32 = 500;
/// Most codes, lines or rows, where the plan sets no limit.
const ITEMS: u32 = 100;

pub(crate) fn emit(scope: &mut Scope, plan: &Plan, code: &mut String) {
    let file = "activity-types.json";
    scope.all_differ(file, plan.types.types.iter().map(|kind| kind.code.as_str()));
    for (record, names) in &plan.semantics.common_fields {
        for name in names {
            if !plan.types.common_fields.iter().any(|field| field.name == *name) {
                scope.problem(
                    &format!("semantics.json: common_fields {record}"),
                    &format!("field {name} does not exist"),
                );
            }
        }
    }
    let common: Vec<String> = plan
        .types
        .common_fields
        .iter()
        .map(|text| field(scope, &format!("{file}: common_fields {}", text.name), None, text))
        .collect();
    let _ = writeln!(
        code,
        "pub(super) static COMMON_FIELDS: &[Field] = &[{}];",
        common.join(",\n")
    );
    code.push_str("pub(super) static ACTIVITY_TYPES: &[ActivityType] = &[\n");
    for kind in &plan.types.types {
        code.push_str(&activity_type(scope, plan, kind));
    }
    code.push_str("];\n");
    for code in plan.presentation.types.keys() {
        if let Err(what) = scope.activity_type(code) {
            scope.problem("presentation.json", &what);
        }
    }
    for path in plan.semantics.columns.keys() {
        let found = path.split_once('.').is_some_and(|(kind, name)| {
            scope
                .activity_type(kind)
                .and_then(|kind| scope.field_of(kind, name, &["table", "thread"]))
                .is_ok()
        });
        if !found {
            scope.problem("semantics.json: columns", &format!("table {path} does not exist"));
        }
    }
}

fn activity_type(scope: &mut Scope, plan: &Plan, kind: &TypeText) -> String {
    let place = format!("activity-types.json: types {}", kind.code);
    scope.all_exist(&format!("{place} task_codes"), &kind.task_codes, Scope::task);
    if kind.task_codes.is_empty() {
        scope.problem(&place, "it serves no task");
    }
    scope.all_differ(&place, kind.fields.iter().map(|field| field.name.as_str()));
    let record = match kind.record.as_str() {
        record @ ("activity" | "register" | "snapshot" | "thread") => Ok(format!("RecordKind::{}", camel(record))),
        other => Err(format!("record kind {other} does not exist")),
    };
    let record = scope.or_note(&place, record);
    let tiers = scope.tiers(&place, &kind.tiers);
    let sector = scope.sector(&place, &kind.sector);
    let fields: Vec<String> = kind
        .fields
        .iter()
        .map(|text| field(scope, &format!("{place}.{}", text.name), Some(kind), text))
        .collect();
    let states = choices(scope, &format!("{place} states"), &kind.states);
    let example = scope.optional_label(&place, kind.example_vi.as_deref());
    let tasks = scope.share_texts(&kind.task_codes);
    let Some(shown) = plan.presentation.types.get(&kind.code) else {
        scope.problem("presentation.json", &format!("{} is missing", kind.code));
        return String::new();
    };
    let presented = presentation(scope, kind, shown);
    let note = scope.optional_label(&place, kind.note.as_deref().filter(|_| shown.hint));
    let empty = Vec::new();
    // A type's own field hides the common one of its name, and a type that names its entries itself has no title.
    let common: Vec<String> = plan
        .semantics
        .common_fields
        .get(&kind.record)
        .unwrap_or(&empty)
        .iter()
        .filter(|name| !kind.fields.iter().any(|own| own.name == **name))
        .filter(|name| *name != "title" || shown.title_field.as_deref() == Some("title"))
        .cloned()
        .collect();
    let common = scope.share_texts(&common);
    format!(
        "ActivityType{{code:{:?},label:{},record:{record},task_codes:{tasks},tiers:{tiers},sector:{sector},\
         fields:&[{}],common:{common},states:{states},note:{note},example:{example},{presented}}},\n",
        kind.code,
        label(
            &kind.label_vi,
            plan.english.types.get(&kind.code).unwrap_or(&kind.label_en)
        ),
        fields.join(",\n"),
    )
}

fn presentation(scope: &mut Scope, kind: &TypeText, shown: &PresentationText) -> String {
    let place = format!("presentation.json: {}", kind.code);
    let code = kind.code.as_str();
    scope.all_exist(&place, std::slice::from_ref(&shown.section), Scope::task);
    if !(1..=4).contains(&shown.headline.len()) {
        scope.problem(&place, "headline has not one to four fields");
    }
    let mut demand = |name: &str, kinds: Option<&[&str]>| {
        let found = scope.activity_type(code).and_then(|kind| match kinds {
            None => scope.field(kind, name),
            Some(kinds) => scope.field_of(kind, name, kinds),
        });
        if let Err(what) = found {
            scope.problem(&place, &what);
        }
    };
    for name in &shown.headline {
        demand(name, None);
    }
    if let Some(name) = &shown.title_field {
        demand(name, Some(&["string", "text", "ref:document"]));
    }
    if let Some(name) = &shown.day_field {
        demand(name, Some(&["date"]));
    }
    for name in &shown.once {
        demand(name, None);
    }
    for (part, whole) in &shown.subset_of {
        demand(part, Some(&["int"]));
        demand(whole, Some(&["int"]));
    }
    let subsets: Vec<String> = shown
        .subset_of
        .iter()
        .map(|(part, whole)| format!("Subset{{part:{part:?},whole:{whole:?}}}"))
        .collect();
    let headline = scope.share_texts(&shown.headline);
    let subsets = scope.share("Subset", &subsets);
    let once = scope.share_texts(&shown.once);
    format!(
        "short:{},icon:{:?},section:{:?},headline:{headline},subsets:{subsets},once:{once},title_field:{:?},day_field:{:?}",
        label(&shown.short_vi, &shown.short_en),
        shown.icon,
        shown.section,
        shown.title_field,
        shown.day_field,
    )
}

fn choices(scope: &mut Scope, place: &str, texts: &[ChoiceText]) -> String {
    scope.all_differ(place, texts.iter().map(|choice| choice.code.as_str()));
    let items: Vec<String> = texts
        .iter()
        .map(|choice| {
            let label = scope.label(place, &choice.label_vi);
            format!("Choice{{code:{:?},label:{label}}}", choice.code)
        })
        .collect();
    scope.share("Choice", &items)
}

/// The variant of `FieldKind`, and the most characters and items that the kind allows by itself.
fn field_kind(kind: &str) -> Resolved<(&'static str, Option<u32>, Option<u32>)> {
    Ok(match kind {
        "int" => ("Integer", None, None),
        "money_vnd" => ("Money", None, None),
        "number" => ("Decimal", None, None),
        "percent" => ("Percent", None, None),
        "string" => ("Text", Some(LINE), None),
        "text" => ("Prose", Some(PROSE), Some(ITEMS)),
        "date" => ("Date", None, None),
        "enum" => ("Enum", None, None),
        "bool" => ("Boolean", None, None),
        "ref:task" => ("TaskRef", None, None),
        "ref:document" => ("DocumentRef", None, None),
        "ref:campaign" => ("CampaignRef", None, None),
        "ref:unit" => ("UnitRef", None, None),
        "ref:indicator" => ("IndicatorRef", None, None),
        "string_list" => ("TextList", Some(LINE), Some(ITEMS)),
        "table" => ("Table", None, Some(ITEMS)),
        "attachment:image" => ("Image", None, Some(6)),
        "attachment:file" => ("File", None, Some(4)),
        "geopoint" => ("Geo", None, None),
        "url" => ("Url", Some(ADDRESS), None),
        "thread" => ("Thread", None, Some(1000)),
        other => return Err(format!("type {other} does not exist")),
    })
}

fn field(scope: &mut Scope, place: &str, kind: Option<&TypeText>, text: &FieldText) -> String {
    let (variant, mut max_length, mut max_items) = match field_kind(&text.kind) {
        Ok(found) => found,
        Err(what) => {
            scope.problem(place, &what);
            return String::new();
        }
    };
    if text.multi && max_items.is_none() {
        max_items = Some(ITEMS);
    }
    // In the plan `max` is a number's largest value, a text's longest length or an attachment's largest count.
    let mut max = text.max;
    if max_items.is_some() && text.kind.starts_with("attachment:") {
        max_items = max.take().map(|most| most as u32).or(max_items);
    } else if max_length.is_some() {
        max_length = max.take().map(|most| most as u32).or(max_length);
    }
    if (text.kind == "enum") == text.options.is_empty() {
        scope.problem(place, "options belong to an enum, and an enum needs them");
    }
    let label = scope.label(place, &text.label_vi);
    let unit = scope.optional_unit(place, text.unit.as_deref());
    let help = scope.optional_label(place, text.help_vi.as_deref());
    let options = choices(scope, place, &text.options);
    let default = default(text);
    let default = scope.or_note(place, default);
    let show_if = match (&text.show_if, kind) {
        (None, _) => "None".to_owned(),
        (Some(_), None) => {
            scope.problem(place, "show_if stands outside a type");
            String::new()
        }
        (Some(condition), Some(kind)) => {
            let code = predicate(scope, kind, condition).map_err(|what| format!("show_if \"{condition}\": {what}"));
            format!("Some({})", scope.or_note(place, code))
        }
    };
    let private = match text.sensitivity.as_deref() {
        None => false,
        Some("private") => true,
        Some(other) => {
            scope.problem(place, &format!("sensitivity {other} does not exist"));
            false
        }
    };
    let columns = columns(scope, kind, text);
    format!(
        "Field{{name:{:?},label:{label},kind:FieldKind::{variant},required:{},multi:{},unit:{unit},min:{:?},max:{max:?},\
         warn_min:{:?},warn_max:{:?},max_length:{max_length:?},max_items:{max_items:?},default:{default},\
         show_if:{show_if},options:{options},columns:&[{columns}],help:{help},private:{private}}}",
        text.name, text.required, text.multi, text.min, text.warn_min, text.warn_max,
    )
}

fn columns(scope: &mut Scope, kind: Option<&TypeText>, text: &FieldText) -> String {
    if !["table", "thread"].contains(&text.kind.as_str()) {
        return String::new();
    }
    let path = format!("{}.{}", kind.map_or("common", |kind| kind.code.as_str()), text.name);
    let Some(columns) = scope.plan.semantics.columns.get(&path) else {
        scope.problem("semantics.json: columns", &format!("{path} is missing"));
        return String::new();
    };
    columns
        .iter()
        .map(|column| {
            let place = format!("semantics.json: columns {path}.{}", column.name);
            if ["table", "thread", "string_list", "text"].contains(&column.kind.as_str()) || column.multi {
                scope.problem(&place, "a column holds one scalar");
            }
            field(scope, &place, None, column)
        })
        .collect::<Vec<_>>()
        .join(",")
}

fn default(text: &FieldText) -> Resolved<String> {
    let wrong = |value: &Value| Err(format!("default {value} does not fit {}", text.kind));
    match &text.default {
        None => Ok("None".to_owned()),
        Some(Value::Number(number)) if text.kind == "int" => Ok(format!("Some(DefaultValue::Integer({number}))")),
        Some(Value::Bool(answer)) if text.kind == "bool" => Ok(format!("Some(DefaultValue::Boolean({answer}))")),
        Some(Value::String(code)) if text.options.iter().any(|option| option.code == *code) => {
            Ok(format!("Some(DefaultValue::Code({code:?}))"))
        }
        Some(value) => wrong(value),
    }
}
