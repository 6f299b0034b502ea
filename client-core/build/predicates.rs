//! Parses `where` and `show_if` into the source of a `Predicate`.

use super::lexer::Tokens;
use super::plan::TypeText;
use super::scope::{Resolved, Scope};

const CODES: [&str; 4] = ["enum", "ref:document", "ref:task", "ref:campaign"];
const NUMBERS: [&str; 4] = ["int", "money_vnd", "number", "percent"];

/// The source of a predicate over entries of this type.
pub(crate) fn predicate(scope: &Scope, kind: &TypeText, text: &str) -> Resolved<String> {
    let kind = scope.activity_type(&kind.code)?;
    let mut tokens = Tokens::read(text)?;
    let code = any(scope, kind, &mut tokens)?;
    if tokens.is_done() {
        Ok(code)
    } else {
        Err(format!("cannot read \"{text}\" to its end"))
    }
}

fn any(scope: &Scope, kind: &TypeText, tokens: &mut Tokens) -> Resolved<String> {
    let mut parts = vec![all(scope, kind, tokens)?];
    while tokens.words("or") {
        parts.push(all(scope, kind, tokens)?);
    }
    Ok(joined("Any", parts))
}

fn all(scope: &Scope, kind: &TypeText, tokens: &mut Tokens) -> Resolved<String> {
    let mut parts = vec![one(scope, kind, tokens)?];
    while tokens.words("and") {
        parts.push(one(scope, kind, tokens)?);
    }
    Ok(joined("All", parts))
}

fn joined(how: &str, mut parts: Vec<String>) -> String {
    if parts.len() == 1 {
        parts.remove(0)
    } else {
        format!("Predicate::{how}{{of:&[{}]}}", parts.join(","))
    }
}

fn one(scope: &Scope, kind: &TypeText, tokens: &mut Tokens) -> Resolved<String> {
    if tokens.sign("(") {
        let inner = any(scope, kind, tokens)?;
        tokens.expect(")")?;
        return Ok(inner);
    }
    for (name, definition) in &scope.plan.semantics.definitions {
        if tokens.words(name) {
            if definition.activity_type != kind.code {
                return Err(format!(
                    "\"{name}\" is defined for {}, not for {}",
                    definition.activity_type, kind.code
                ));
            }
            return predicate(scope, kind, &definition.condition);
        }
    }
    if tokens.words("created in period") {
        return Ok("Predicate::CreatedInPeriod".to_owned());
    }
    let subject = tokens.word()?;
    if let Some(state) = subject.strip_prefix("event:") {
        Scope::state(kind, state)?;
        if !tokens.words("in period") {
            return Err(format!("expected \"in period\" after {subject}"));
        }
        return Ok(format!("Predicate::EventInPeriod{{state:{state:?}}}"));
    }
    if subject == "state" {
        if !tokens.words("not in") {
            return Err("expected \"not in\" after state".to_owned());
        }
        let states = tokens.list("(", ")")?;
        for state in &states {
            Scope::state(kind, state)?;
        }
        return Ok(format!("Predicate::StateNotIn{{states:&{states:?}}}"));
    }
    if subject == "unit.tier" {
        if !tokens.words("in") {
            return Err("expected \"in\" after unit.tier".to_owned());
        }
        let tiers: Vec<String> = tokens
            .list("(", ")")?
            .iter()
            .map(|tier| scope.tier(tier))
            .collect::<Resolved<_>>()?;
        return Ok(format!("Predicate::UnitTierIn{{tiers:&[{}]}}", tiers.join(",")));
    }
    if let Some(field) = subject.strip_prefix("latest.") {
        let inner = about_field(scope, kind, field, tokens)?;
        return Ok(format!("Predicate::Latest{{of:&{inner}}}"));
    }
    about_field(scope, kind, &subject, tokens)
}

fn about_field(scope: &Scope, kind: &TypeText, name: &str, tokens: &mut Tokens) -> Resolved<String> {
    let kind = scope.activity_type(&kind.code)?;
    let field = scope.field(kind, name)?;
    if tokens.words("not empty") {
        return Ok(format!("Predicate::NotEmpty{{field:{name:?}}}"));
    }
    if tokens.words("empty") {
        return Ok(format!("Predicate::Empty{{field:{name:?}}}"));
    }
    if tokens.words("in period") {
        scope.field_of(kind, name, &["date"])?;
        return Ok(format!("Predicate::DateInPeriod{{field:{name:?}}}"));
    }
    if tokens.words("in") {
        scope.field_of(kind, name, &CODES)?;
        let codes = tokens.list("(", ")")?;
        for code in &codes {
            scope.code_of(kind, field, code)?;
        }
        return Ok(format!("Predicate::FieldIn{{field:{name:?},codes:&{codes:?}}}"));
    }
    let comparison = tokens.comparison()?;
    let right = tokens.word()?;
    match right.as_str() {
        "period_end" => {
            scope.field_of(kind, name, &["date"])?;
            Ok(format!(
                "Predicate::DateAgainst{{field:{name:?},comparison:{comparison},cutoff:Cutoff::PeriodEnd}}"
            ))
        }
        "period.year" => {
            scope.field_of(kind, name, &["int"])?;
            equal(comparison)?;
            Ok(format!("Predicate::YearIsPeriodYear{{field:{name:?}}}"))
        }
        "true" | "false" => {
            scope.field_of(kind, name, &["bool"])?;
            equal(comparison)?;
            Ok(format!("Predicate::BooleanIs{{field:{name:?},value:{right}}}"))
        }
        other if comparison == "Comparison::Equal" => {
            scope.code_of(kind, field, other)?;
            Ok(format!("Predicate::FieldIn{{field:{name:?},codes:&[{other:?}]}}"))
        }
        other => {
            scope.field_of(kind, name, &NUMBERS)?;
            scope.field_of(kind, other, &NUMBERS)?;
            Ok(format!(
                "Predicate::FieldAgainst{{left:{name:?},comparison:{comparison},right:{other:?}}}"
            ))
        }
    }
}

fn equal(comparison: &str) -> Resolved<()> {
    if comparison == "Comparison::Equal" {
        Ok(())
    } else {
        Err("only = makes sense here".to_owned())
    }
}
