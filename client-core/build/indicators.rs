//! The source of indicators: derivation, aggregation and demands on their values.

use std::fmt::Write as _;

use super::Plan;
use super::entry_rules::config;
use super::lexer::Tokens;
use super::plan::{DeriveText, IndicatorText, TypeText};
use super::predicates::predicate;
use super::scope::{Resolved, Scope, camel, label};

pub(crate) fn emit(scope: &mut Scope, plan: &Plan, code: &mut String) {
    scope.all_differ(
        "indicators.json",
        plan.indicators
            .indicators
            .iter()
            .map(|indicator| indicator.code.as_str()),
    );
    code.push_str("pub(super) static INDICATORS: &[Indicator] = &[\n");
    for text in &plan.indicators.indicators {
        code.push_str(&indicator(scope, text));
    }
    code.push_str("];\n");
}

fn indicator(scope: &mut Scope, text: &IndicatorText) -> String {
    let place = format!("indicators.json: {}", text.code);
    scope.all_exist(
        &format!("{place} task_code"),
        std::slice::from_ref(&text.task_code),
        Scope::task,
    );
    let unit = scope.unit(&format!("{place} unit"), &text.unit);
    let kind = match text.kind.as_str() {
        kind @ ("count" | "people" | "percent" | "money_vnd" | "text") => Ok(format!("IndicatorKind::{}", camel(kind))),
        other => Err(format!("kind {other} does not exist")),
    };
    let kind = scope.or_note(&place, kind);
    let measure = match text.measure.as_str() {
        measure @ ("flow" | "stock") => Ok(format!("Measure::{}", camel(measure))),
        other => Err(format!("measure {other} does not exist")),
    };
    let measure = scope.or_note(&place, measure);
    let derive = derivation(scope, &text.derive);
    let derive = scope.or_note(&format!("{place} derive"), derive);
    let aggregate_up = aggregation(scope, &text.aggregate_up);
    let aggregate_up = scope.or_note(&format!("{place} aggregate_up"), aggregate_up);
    let tiers = scope.tiers(&place, &text.tiers);
    let sector = scope.sector(&place, &text.sector);
    let mut rules = Vec::new();
    for rule in &text.validation {
        let place = format!("{place} validation");
        let check = value_check(scope, &rule.rule).map_err(|what| format!("rule \"{}\": {what}", rule.rule));
        let check = scope.or_note(&place, check);
        let level = scope.level(&place, &rule.level);
        let message = scope.optional_label(&place, rule.message_vi.as_deref());
        rules.push(format!("ValueRule{{check:{check},level:{level},message:{message}}}"));
    }
    let rules = scope.share("ValueRule", &rules);
    let mut code = String::new();
    let _ = writeln!(
        code,
        "Indicator{{code:{:?},label:{},unit:{unit},task:{:?},kind:{kind},measure:{measure},derive:{derive},\
         aggregate_up:{aggregate_up},tiers:{tiers},sector:{sector},higher_is_better:{},core:{},validation:{rules}}},",
        text.code,
        label(&text.label_vi, &text.label_en),
        text.task_code,
        text.higher_is_better,
        text.core,
    );
    code
}

fn needed<'t>(key: &str, value: Option<&'t String>) -> Resolved<&'t str> {
    value.map(String::as_str).ok_or_else(|| format!("{key} is missing"))
}

fn at_period_end(text: &DeriveText) -> Resolved<()> {
    match needed("at", text.at.as_ref())? {
        "period_end" => Ok(()),
        other => Err(format!("at {other} does not exist")),
    }
}

fn derivation(scope: &Scope, text: &DeriveText) -> Resolved<String> {
    let own_type = || scope.activity_type(needed("activity_type", text.activity_type.as_ref())?);
    let numbers: &[&str] = &["int", "money_vnd"];
    // The common shape: a type, perhaps a field, perhaps a condition.
    let over = |variant: &str, kinds: Option<&[&str]>| -> Resolved<String> {
        let kind = own_type()?;
        let field = match kinds {
            None => String::new(),
            Some(kinds) => {
                let name = needed("field", text.field.as_ref())?;
                scope.field_of(kind, name, kinds)?;
                format!("field:{name:?},")
            }
        };
        let condition = condition(scope, kind, text)?;
        Ok(format!(
            "Derivation::{variant}{{activity_type:{:?},{field}condition:{condition}}}",
            kind.code
        ))
    };
    match text.method.as_str() {
        "sum" => over("Sum", Some(numbers)),
        "sum_at" => over("SumAt", Some(numbers)),
        "count" => over("Count", None),
        "count_at" => over("CountAt", None),
        "count_distinct" => over("CountDistinct", Some(&["string"])),
        "count_distinct_refs" => over("CountDistinctRefs", Some(&["ref:unit", "ref:task"])),
        "units_with" => {
            let kind = own_type()?;
            let condition = condition(scope, kind, text)?;
            let window = match needed("window", text.window.as_ref())? {
                window @ ("period" | "year_to_date" | "to_period_end") => camel(window),
                other => return Err(format!("window {other} does not exist")),
            };
            Ok(format!(
                "Derivation::UnitsWith{{activity_type:{:?},condition:{condition},window:Window::{window}}}",
                kind.code
            ))
        }
        "latest" => {
            at_period_end(text)?;
            let kind = snapshot(own_type()?)?;
            let name = needed("field", text.field.as_ref())?;
            scope.field_of(kind, name, numbers)?;
            Ok(format!(
                "Derivation::Latest{{activity_type:{:?},field:{name:?},at:At::PeriodEnd}}",
                kind.code
            ))
        }
        "ratio_fields" => {
            at_period_end(text)?;
            let kind = snapshot(own_type()?)?;
            let numerator = needed("numerator", text.numerator.as_ref())?;
            let denominator = needed("denominator", text.denominator.as_ref())?;
            scope.field_of(kind, numerator, numbers)?;
            scope.field_of(kind, denominator, numbers)?;
            Ok(format!(
                "Derivation::RatioFields{{activity_type:{:?},numerator:{numerator:?},denominator:{denominator:?},\
                 at:At::PeriodEnd,scale:{}}}",
                kind.code,
                scale(text)?
            ))
        }
        "ratio" => {
            let numerator = needed("numerator", text.numerator.as_ref())?;
            let denominator = needed("denominator", text.denominator.as_ref())?;
            scope.indicator(numerator)?;
            scope.indicator(denominator)?;
            Ok(format!(
                "Derivation::Ratio{{numerator:{numerator:?},denominator:{denominator:?},scale:{}}}",
                scale(text)?
            ))
        }
        "union_sum" => {
            if text.parts.is_empty() {
                return Err("parts is missing".to_owned());
            }
            let parts: Vec<String> = text
                .parts
                .iter()
                .map(|part| derivation(scope, part))
                .collect::<Resolved<_>>()?;
            Ok(format!("Derivation::UnionSum{{parts:&[{}]}}", parts.join(",")))
        }
        "collect" => {
            if text.activity_type.as_deref() != Some("*") {
                return Err("collect takes activity_type *".to_owned());
            }
            let name = needed("field", text.field.as_ref())?;
            let found = scope
                .plan
                .types
                .common_fields
                .iter()
                .any(|field| field.name == name && field.kind == "text");
            if !found {
                return Err(format!("common field {name} of prose does not exist"));
            }
            Ok(format!("Derivation::Collect{{field:{name:?}}}"))
        }
        "manual" => Ok("Derivation::Manual".to_owned()),
        "system" => match needed("metric", text.metric.as_ref())? {
            metric @ ("units_submitted"
            | "units_expected_open_in_period"
            | "units_submitted_on_time"
            | "units_open_in_sector_DN"
            | "median_days_to_answer") => Ok(format!("Derivation::System{{metric:Metric::{}}}", camel(metric))),
            other => Err(format!("metric {other} does not exist")),
        },
        other => Err(format!("method {other} does not exist")),
    }
}

fn condition(scope: &Scope, kind: &TypeText, text: &DeriveText) -> Resolved<String> {
    text.condition.as_ref().map_or(Ok("None".to_owned()), |condition| {
        predicate(scope, kind, condition)
            .map(|code| format!("Some({code})"))
            .map_err(|what| format!("where \"{condition}\": {what}"))
    })
}

fn snapshot(kind: &TypeText) -> Resolved<&TypeText> {
    if kind.record == "snapshot" {
        Ok(kind)
    } else {
        Err(format!("{} is no snapshot", kind.code))
    }
}

fn scale(text: &DeriveText) -> Resolved<i64> {
    text.scale.ok_or_else(|| "scale is missing".to_owned())
}

fn aggregation(scope: &Scope, text: &str) -> Resolved<String> {
    if let Some(code) = text.strip_prefix("weighted_by:") {
        scope.indicator(code)?;
        return Ok(format!("Aggregation::WeightedBy{{indicator:{code:?}}}"));
    }
    if let Some(path) = text.strip_prefix("weighted_by_field:") {
        let (code, field) = path.split_once('.').ok_or_else(|| format!("{path} names no field"))?;
        let kind = snapshot(scope.activity_type(code)?)?;
        scope.field_of(kind, field, &["int"])?;
        return Ok(format!(
            "Aggregation::WeightedByField{{activity_type:{code:?},field:{field:?}}}"
        ));
    }
    match text {
        "sum" | "ratio_of_sums" | "concat_by_unit" | "none" => Ok(format!("Aggregation::{}", camel(text))),
        other => Err(format!("aggregation {other} does not exist")),
    }
}

fn value_check(scope: &Scope, text: &str) -> Resolved<String> {
    let mut tokens = Tokens::read(text)?;
    let code = if tokens.words("integer") {
        tokens.expect(">=")?;
        match tokens.number()? {
            0 => "ValueCheck::WholeNotNegative".to_owned(),
            other => return Err(format!("expected 0, found {other}")),
        }
    } else if tokens.words("abs") {
        tokens.expect("(")?;
        if !tokens.words("change_vs_prev_period") {
            return Err("expected change_vs_prev_period".to_owned());
        }
        tokens.expect(")")?;
        tokens.expect("<=")?;
        let percent = tokens.number()?;
        tokens.expect("%")?;
        format!("ValueCheck::ChangeAtMost{{percent:{percent}}}")
    } else if tokens.words("len") {
        tokens.expect("<=")?;
        format!("ValueCheck::LengthAtMost{{characters:{}}}", tokens.number()?)
    } else if tokens.words("value") {
        about_value(scope, &mut tokens)?
    } else {
        let least = tokens.number()?;
        tokens.expect("<=")?;
        if !tokens.words("value") {
            return Err("expected value".to_owned());
        }
        tokens.expect("<=")?;
        format!("ValueCheck::Between{{least:{least},most:{}}}", tokens.number()?)
    };
    if tokens.is_done() {
        Ok(code)
    } else {
        Err("cannot read it to its end".to_owned())
    }
}

fn about_value(scope: &Scope, tokens: &mut Tokens) -> Resolved<String> {
    if tokens.sign("%") {
        let step = tokens.number()?;
        tokens.expect("==")?;
        return match tokens.number()? {
            0 => Ok(format!("ValueCheck::MultipleOf{{step:{step}}}")),
            other => Err(format!("expected 0, found {other}")),
        };
    }
    if tokens.sign(">=") {
        let word = tokens.word()?;
        let key = word
            .strip_prefix("cfg.")
            .ok_or_else(|| format!("expected a setting, found {word}"))?;
        let (key, default) = config(key, tokens)?;
        return Ok(format!("ValueCheck::AtLeastConfig{{key:{key},default:{default}}}"));
    }
    tokens.expect("<=")?;
    let word = tokens.word()?;
    if let Some(code) = word.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        scope.indicator(code)?;
        return Ok(format!("ValueCheck::AtMostIndicator{{indicator:{code:?}}}"));
    }
    let most: i64 = word
        .parse()
        .map_err(|_| format!("expected a number or [an indicator], found {word}"))?;
    Ok(format!("ValueCheck::AtMost{{most:{most}}}"))
}
