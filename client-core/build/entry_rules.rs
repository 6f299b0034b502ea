//! Parses the rules for entries (`expr`) into the source of `Check`s.

use std::fmt::Write as _;

use super::Plan;
use super::lexer::Tokens;
use super::plan::TypeText;
use super::scope::{Resolved, Scope, camel};

pub(crate) fn emit(scope: &mut Scope, plan: &Plan, code: &mut String) {
    scope.all_differ(
        "activity-types.json: rules",
        plan.types.rules.iter().map(|rule| rule.id.as_str()),
    );
    code.push_str("pub(super) static RULES: &[Rule] = &[\n");
    for rule in &plan.types.rules {
        let place = format!("activity-types.json: rules {}", rule.id);
        let check = check(scope, &rule.expr).map_err(|what| format!("expr \"{}\": {what}", rule.expr));
        let check = scope.or_note(&place, check);
        let level = scope.level(&place, &rule.level);
        let message = scope.label(&place, &rule.message_vi);
        let _ = writeln!(
            code,
            "Rule{{id:{:?},level:{level},check:{check},message:{message}}},",
            rule.id
        );
    }
    code.push_str("];\n");
}

/// Alternatives that a semicolon parts stand each for the types that have its fields.
fn check(scope: &Scope, expr: &str) -> Resolved<String> {
    let groups: Vec<String> = expr
        .split(';')
        .map(|group| self::group(scope, group))
        .collect::<Resolved<_>>()?;
    Ok(match groups.as_slice() {
        [one] => one.clone(),
        several => format!("Check::All{{of:&[{}]}}", several.join(",")),
    })
}

/// What one group speaks of, which says to which types it applies.
#[derive(Default)]
struct Mentions {
    fields: Vec<String>,
    states: Vec<String>,
    only_type: Option<String>,
}

fn group(scope: &Scope, text: &str) -> Resolved<String> {
    let mut tokens = Tokens::read(text)?;
    if tokens.words("same unit") {
        return twin(tokens);
    }
    if tokens.words("money") {
        return money(tokens);
    }
    if tokens.words("type in") {
        let types = tokens.list("{", "}")?;
        for code in &types {
            let kind = scope.activity_type(code)?;
            scope.field(kind, "photos")?;
        }
        if !tokens.words("and photos empty") || !tokens.is_done() {
            return Err("expected \"and photos empty\"".to_owned());
        }
        return Ok(for_types(&types, "Check::Filled{field:\"photos\",positive:false}"));
    }
    let mut mentions = Mentions::default();
    let checks = demands(scope, &mut tokens, &mut mentions)?;
    if !tokens.is_done() {
        return Err(format!("cannot read \"{text}\" to its end"));
    }
    let types = types_with(scope, &mentions)?;
    Ok(for_types(&types, &checks.join(",")))
}

fn for_types(types: &[String], checks: &str) -> String {
    format!("Check::ForTypes{{types:&{types:?},of:&[{checks}]}}")
}

fn twin(mut tokens: Tokens) -> Resolved<String> {
    for word in ["type", "date_start", "title"] {
        tokens.expect(",")?;
        if !tokens.words(word) {
            return Err(format!("expected {word}"));
        }
    }
    tokens.expect("(")?;
    if !tokens.words("no diacritics") {
        return Err("expected \"no diacritics\"".to_owned());
    }
    tokens.expect(")")?;
    Ok("Check::NoTwin".to_owned())
}

fn money(mut tokens: Tokens) -> Resolved<String> {
    let code = if tokens.sign("%") {
        let step = tokens.number()?;
        tokens.expect("==")?;
        if tokens.number()? != 0 {
            return Err("expected 0 after ==".to_owned());
        }
        format!("Check::MoneyMultipleOf{{step:{step}}}")
    } else {
        // "is integer" says nothing more: the type of an amount holds nothing else.
        let _ = tokens.words("is integer");
        tokens.expect(">=")?;
        format!("Check::MoneyAtLeast{{least:{}}}", tokens.number()?)
    };
    if tokens.is_done() {
        Ok(code)
    } else {
        Err("there is more after a demand on money".to_owned())
    }
}

fn demands(scope: &Scope, tokens: &mut Tokens, mentions: &mut Mentions) -> Resolved<Vec<String>> {
    let mut checks = vec![demand(scope, tokens, mentions)?];
    while tokens.words("and") {
        checks.push(demand(scope, tokens, mentions)?);
    }
    Ok(checks)
}

fn demand(scope: &Scope, tokens: &mut Tokens, mentions: &mut Mentions) -> Resolved<String> {
    if tokens.words("state") {
        tokens.expect("=")?;
        let state = tokens.word()?;
        mentions.states.push(state.clone());
        tokens.expect("=>")?;
        let then = demands(scope, tokens, mentions)?.join(",");
        return Ok(format!("Check::WhenState{{state:{state:?},then:&[{then}]}}"));
    }
    if tokens.words("sum") {
        return column_sum(scope, tokens, mentions);
    }
    let (left, field) = term(scope, tokens, mentions)?;
    if let Some(field) = field {
        if tokens.words("in report_period") {
            return Ok(format!("Check::InReportPeriod{{field:{field:?}}}"));
        }
        if tokens.sign("=") {
            let code = tokens.word()?;
            let types = types_with(scope, mentions)?;
            for kind in &types {
                let kind = scope.activity_type(kind)?;
                scope.code_of(kind, scope.field(kind, &field)?, &code)?;
            }
            tokens.expect("=>")?;
            let then = demands(scope, tokens, mentions)?.join(",");
            return Ok(format!(
                "Check::WhenField{{field:{field:?},code:{code:?},then:&[{then}]}}"
            ));
        }
        let Ok(comparison) = tokens.comparison() else {
            return Ok(format!("Check::Filled{{field:{field:?},positive:false}}"));
        };
        let (right, _) = term(scope, tokens, mentions)?;
        if comparison == "Comparison::Greater" && right == "Term::Number{value:0}" {
            return Ok(format!("Check::Filled{{field:{field:?},positive:true}}"));
        }
        return Ok(compare(&left, comparison, &right));
    }
    let comparison = tokens.comparison()?;
    let (right, _) = term(scope, tokens, mentions)?;
    Ok(compare(&left, comparison, &right))
}

fn compare(left: &str, comparison: &str, right: &str) -> String {
    format!("Check::Compare{{left:{left},comparison:{comparison},right:{right}}}")
}

fn column_sum(scope: &Scope, tokens: &mut Tokens, mentions: &mut Mentions) -> Resolved<String> {
    tokens.expect("(")?;
    let path = tokens.word()?;
    tokens.expect(")")?;
    tokens.expect("==")?;
    let total = tokens.number()?;
    let (field, column) = path
        .split_once('.')
        .ok_or_else(|| format!("{path} names no column of a table"))?;
    mentions.fields.push(field.to_owned());
    for kind in types_with(scope, mentions)? {
        let has = scope
            .plan
            .semantics
            .columns
            .get(&format!("{kind}.{field}"))
            .is_some_and(|columns| columns.iter().any(|known| known.name == column));
        if !has {
            return Err(format!("column {column} does not exist in {kind}.{field}"));
        }
    }
    Ok(format!(
        "Check::ColumnSum{{field:{field:?},column:{column:?},total:{total}}}"
    ))
}

/// The source of a term, and the field's name if it is just a field.
fn term(scope: &Scope, tokens: &mut Tokens, mentions: &mut Mentions) -> Resolved<(String, Option<String>)> {
    let word = tokens.word()?;
    if word == "today" {
        let days = shift(tokens)?.1;
        return Ok((format!("Term::Today{{plus_days:{days}}}"), None));
    }
    if let Some(key) = word.strip_prefix("cfg.") {
        let (key, default) = config(key, tokens)?;
        return Ok((format!("Term::Config{{key:{key},default:{default}}}"), None));
    }
    if tokens.sign("*") {
        return Ok((headcount(scope, &word, tokens)?, None));
    }
    if let Ok(value) = word.parse::<i64>() {
        return Ok((format!("Term::Number{{value:{value}}}"), None));
    }
    if let Some(event) = scope.plan.semantics.rule_events.get(&word) {
        Scope::state(scope.activity_type(&event.activity_type)?, &event.state)?;
        mentions.only_type = Some(event.activity_type.clone());
        return Ok((format!("Term::Event{{state:{:?}}}", event.state), None));
    }
    let field = match word.split_once('.') {
        Some((kind, field)) => {
            scope.field(scope.activity_type(kind)?, field)?;
            mentions.only_type = Some(kind.to_owned());
            field.to_owned()
        }
        None => word,
    };
    mentions.fields.push(field.clone());
    types_with(scope, mentions)?;
    let (years, days) = shift(tokens)?;
    Ok((
        format!("Term::Field{{field:{field:?},plus_years:{years},plus_days:{days}}}"),
        (years == 0 && days == 0).then_some(field),
    ))
}

/// `+ 1y` or `+ 1d`, as years and days.
fn shift(tokens: &mut Tokens) -> Resolved<(i8, i16)> {
    if !tokens.sign("+") {
        return Ok((0, 0));
    }
    let word = tokens.word()?;
    let wrong = || format!("expected years or days as 1y or 1d, found {word}");
    if let Some(years) = word.strip_suffix('y') {
        return Ok((years.parse().map_err(|_| wrong())?, 0));
    }
    let days = word.strip_suffix('d').ok_or_else(wrong)?;
    Ok((0, days.parse().map_err(|_| wrong())?))
}

/// `cfg.KEY (DEFAULT)`
pub(crate) fn config(key: &str, tokens: &mut Tokens) -> Resolved<(String, i64)> {
    if key != "meal_floor_vnd" {
        return Err(format!("setting {key} does not exist"));
    }
    tokens.expect("(")?;
    let default = tokens.number()?;
    tokens.expect(")")?;
    Ok((format!("ConfigKey::{}", camel(key)), default))
}

/// `1.5 * unit.cnvcld * max(sessions,1)`
fn headcount(scope: &Scope, factor: &str, tokens: &mut Tokens) -> Resolved<String> {
    let factor: f64 = factor
        .parse()
        .map_err(|_| format!("expected a factor, found {factor}"))?;
    if !tokens.words("unit.cnvcld") {
        return Err("only unit.cnvcld may be multiplied".to_owned());
    }
    scope.field(scope.activity_type("HOSO_DONVI")?, "cnvcld")?;
    tokens.expect("*")?;
    if !tokens.words("max") {
        return Err("expected max".to_owned());
    }
    let list = tokens.list("(", ")")?;
    let [sessions, least] = list.as_slice() else {
        return Err("max takes two".to_owned());
    };
    if least != "1" {
        return Err("expected at least 1 session".to_owned());
    }
    types_with(
        scope,
        &Mentions {
            fields: vec![sessions.clone()],
            ..Mentions::default()
        },
    )?;
    Ok(format!(
        "Term::Headcount{{percent:{},sessions:{sessions:?}}}",
        (factor * 100.0).round()
    ))
}

/// The types that have everything mentioned. None at all means that something does not exist.
fn types_with(scope: &Scope, mentions: &Mentions) -> Resolved<Vec<String>> {
    let has_all = |kind: &TypeText| {
        scope.activity_type(&kind.code).is_ok_and(|kind| {
            mentions.only_type.as_ref().is_none_or(|only| *only == kind.code)
                && mentions.fields.iter().all(|field| scope.field(kind, field).is_ok())
                && mentions.states.iter().all(|state| Scope::state(kind, state).is_ok())
        })
    };
    let types: Vec<String> = scope
        .plan
        .types
        .types
        .iter()
        .filter(|kind| has_all(kind))
        .map(|kind| kind.code.clone())
        .collect();
    if types.is_empty() {
        let named: Vec<&str> = mentions
            .fields
            .iter()
            .chain(&mentions.states)
            .map(String::as_str)
            .collect();
        return Err(format!(
            "no activity type has all of these fields and states: {}",
            named.join(", ")
        ));
    }
    Ok(types)
}
