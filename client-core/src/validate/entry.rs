//! Looks an entry over: what is missing, what is out of bounds, which rules it breaks.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use super::rule::{Subject, larger};
use crate::catalogue::condition::{is_shown, number_of, shown_integer, shown_value};
use crate::catalogue::{self, ActivityType, Field, FieldKind, Level, Rule};
use crate::ids::EntryId;
use crate::model::entry::{Entry, FieldValue};
use crate::model::period::ReportingPeriod;
use crate::text::{Bilingual, decimal_en, decimal_vi, grouped};

/// What a rule may ask besides the entry. What is not known is not asked.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The day in Việt Nam.
    pub today: Date,
    /// The unit's workers (CNVCLĐ), from its profile.
    pub unit_workers: Option<i64>,
    /// The period the officer is reporting on.
    pub report_period: Option<ReportingPeriod>,
    /// Other entries of the unit, to find twins among.
    pub others: &'a [&'a Entry],
    /// The lowest value of a shift meal, if the administrator set one.
    pub meal_floor_vnd: Option<i64>,
}

impl Context<'_> {
    /// A context that knows only the day.
    pub fn on(today: Date) -> Self {
        Self {
            today,
            unit_workers: None,
            report_period: None,
            others: &[],
            meal_floor_vnd: None,
        }
    }
}

/// Something wrong or odd about an entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ts_rs::TS)]
#[ts(rename = "EntryFinding")]
pub struct Finding {
    /// Id of the catalogue's rule, or `REQUIRED`, `SHAPE`, `OPTION`, `MIN`, `MAX`, `WARN_MIN`, `WARN_MAX`, `LENGTH`,
    /// `ITEMS`, `SUBSET`.
    pub rule: &'static str,
    /// How serious.
    pub level: Level,
    /// The fields it is about, the first to go to first.
    pub fields: Vec<&'static str>,
    /// What is wrong and what to do.
    pub message: Bilingual,
    /// For twins: the other entry.
    pub other: Option<EntryId>,
}

/// Everything wrong or odd about an entry: field by field in the order of the form, then rule by rule.
///
/// A type, field or code that this catalogue does not know may be of a newer one, so it is no error: typed codes are
/// refused at the field.
pub fn entry(entry: &Entry, context: &Context<'_>) -> Vec<Finding> {
    look_over(entry, context, |_| true)
}

/// Only what an entry must not be. No form saves such an entry, but edits that people made apart from each other can come
/// together to one. Asked for every entry of a list: rules that only warn are not tried.
pub fn errors(entry: &Entry, context: &Context<'_>) -> Vec<Finding> {
    let mut findings = look_over(entry, context, |level| level == Level::Error);
    findings.retain(|finding| finding.level == Level::Error);
    findings
}

fn look_over(entry: &Entry, context: &Context<'_>, is_asked: impl Fn(Level) -> bool) -> Vec<Finding> {
    let Some(kind) = catalogue::activity_type(&entry.type_code) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for field in kind.all_fields().filter(|field| is_shown(field, entry)) {
        match shown_value(kind, entry, field.name) {
            None => findings.extend(required(kind, field)),
            Some(value) => about_value(field, value, &mut findings),
        }
    }
    let subject = Subject { kind, entry, context };
    for rule in catalogue::rules().iter().filter(|rule| is_asked(rule.level)) {
        findings.extend(subject.broken(&rule.check).into_iter().map(|broken| Finding {
            rule: rule.id,
            level: rule.level,
            fields: broken.fields,
            message: sentence(rule, broken.detail),
            other: broken.other,
        }));
    }
    subsets(kind, entry, &mut findings);
    said_once(findings)
}

/// A number that cannot be is wrong once: by the plan's own sentence about it, or else by its bounds. What it breaks together
/// with other fields would only repeat it.
fn said_once(mut findings: Vec<Finding>) -> Vec<Finding> {
    let is_bound = |finding: &Finding| finding.level == Level::Error && ["MIN", "MAX"].contains(&finding.rule);
    let bounds = findings.iter().filter(|finding| is_bound(finding));
    let out_of_bounds: Vec<_> = bounds.flat_map(|finding| finding.fields.clone()).collect();
    let is_out = |field: &&str| out_of_bounds.contains(field);
    findings.retain(|finding| {
        let is_about_it_alone = finding.level == Level::Error && finding.fields.len() == 1;
        is_about_it_alone || !finding.fields.iter().any(is_out)
    });
    let others = findings.iter().filter(|finding| !is_bound(finding));
    let said: Vec<_> = others.flat_map(|finding| finding.fields.clone()).collect();
    findings.retain(|finding| !is_bound(finding) || !finding.fields.iter().any(|field| said.contains(field)));
    findings
}

/// The rule's message with the numbers it is about.
fn sentence(rule: &Rule, detail: Option<Bilingual>) -> Bilingual {
    match detail {
        None => Bilingual::new(format!("{}.", rule.message.vi), format!("{}.", rule.message.en)),
        Some(detail) => Bilingual::new(
            format!("{}. {}.", rule.message.vi, capital(&detail.vi)),
            format!("{}. {}.", rule.message.en, capital(&detail.en)),
        ),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map(|first| first.to_uppercase().collect::<String>() + letters.as_str())
        .unwrap_or_default()
}

fn finding(rule: &'static str, level: Level, field: &Field, vi: String, en: String) -> Finding {
    Finding {
        rule,
        level,
        fields: vec![field.name],
        message: Bilingual::new(vi, en),
        other: None,
    }
}

/// Tasks follow from the type where nobody chose any.
fn required(kind: &ActivityType, field: &Field) -> Option<Finding> {
    let follows = field.name == "task_codes" && !kind.task_codes.is_empty();
    (field.required && !follows).then(|| {
        let (vi, en) = match field.kind {
            FieldKind::Enum
            | FieldKind::Boolean
            | FieldKind::TaskRef
            | FieldKind::DocumentRef
            | FieldKind::CampaignRef
            | FieldKind::UnitRef
            | FieldKind::IndicatorRef => ("Chọn", "Choose"),
            FieldKind::Integer
            | FieldKind::Money
            | FieldKind::Decimal
            | FieldKind::Percent
            | FieldKind::Text
            | FieldKind::Prose
            | FieldKind::Date
            | FieldKind::TextList
            | FieldKind::Table
            | FieldKind::Image
            | FieldKind::File
            | FieldKind::Geo
            | FieldKind::Url
            | FieldKind::Thread => ("Nhập", "Enter"),
        };
        finding(
            "REQUIRED",
            Level::Error,
            field,
            format!("{vi} “{}”.", field.label.vi),
            format!("{en} \"{}\".", field.label.en),
        )
    })
}

fn about_value(field: &Field, value: &FieldValue, findings: &mut Vec<Finding>) {
    if !fits(field, value) {
        findings.push(finding(
            "SHAPE",
            Level::Warning,
            field,
            format!("Không đọc được “{}”: có thể máy khác dùng bản mới hơn.", field.label.vi),
            format!(
                "\"{}\" cannot be read: another device may have a newer version.",
                field.label.en
            ),
        ));
        return;
    }
    if let Some(number) = number_of(value) {
        bounds(field, number, findings);
    }
    match value {
        FieldValue::Text(text) => {
            length(field, text.chars().count(), findings);
            option(field, text, findings);
        }
        FieldValue::Codes(codes) => {
            items(field, codes.len(), findings);
            for code in codes {
                option(field, code, findings);
            }
        }
        FieldValue::Paragraphs(parts) => {
            items(field, parts.len(), findings);
            let lengths = parts.values().map(|text| text.chars().count());
            let longest = if field.kind == FieldKind::TextList {
                lengths.max().unwrap_or_default()
            } else {
                lengths.sum()
            };
            length(field, longest, findings);
        }
        FieldValue::Rows(rows) => {
            items(field, rows.len(), findings);
            cells(field, rows.values(), findings);
        }
        FieldValue::Integer(_) | FieldValue::Decimal(_) | FieldValue::Boolean(_) | FieldValue::Date(_) => {}
    }
}

/// Whether the value has the shape that the field's kind asks for.
fn fits(field: &Field, value: &FieldValue) -> bool {
    match field.kind {
        FieldKind::Integer | FieldKind::Money => matches!(value, FieldValue::Integer(_)),
        FieldKind::Decimal | FieldKind::Percent => matches!(value, FieldValue::Decimal(_) | FieldValue::Integer(_)),
        FieldKind::Text | FieldKind::Geo | FieldKind::Url | FieldKind::IndicatorRef => {
            matches!(value, FieldValue::Text(_))
        }
        FieldKind::Prose | FieldKind::TextList => matches!(value, FieldValue::Paragraphs(_)),
        FieldKind::Date => matches!(value, FieldValue::Date(_)),
        FieldKind::Boolean => matches!(value, FieldValue::Boolean(_)),
        FieldKind::Enum | FieldKind::TaskRef | FieldKind::DocumentRef | FieldKind::CampaignRef | FieldKind::UnitRef => {
            match value {
                FieldValue::Text(_) => !field.multi,
                FieldValue::Codes(_) => field.multi,
                FieldValue::Integer(_)
                | FieldValue::Decimal(_)
                | FieldValue::Boolean(_)
                | FieldValue::Date(_)
                | FieldValue::Paragraphs(_)
                | FieldValue::Rows(_) => false,
            }
        }
        FieldKind::Image | FieldKind::File => matches!(value, FieldValue::Codes(_)),
        FieldKind::Table | FieldKind::Thread => matches!(value, FieldValue::Rows(_)),
    }
}

fn bounds(field: &Field, number: f64, findings: &mut Vec<Finding>) {
    let mut check = |rule, level, limit: Option<f64>, below: bool| {
        let Some(limit) = limit else {
            return false;
        };
        if (below && number >= limit) || (!below && number <= limit) {
            return false;
        }
        let (vi, en) = match (level == Level::Error, below) {
            (true, true) => ("nhỏ quá, ít nhất là", "is too small, at least"),
            (true, false) => ("lớn quá, nhiều nhất là", "is too large, at most"),
            (false, true) => ("thấp bất thường, thường từ", "is unusually low, usually from"),
            (false, false) => ("cao bất thường, thường đến", "is unusually high, usually up to"),
        };
        findings.push(finding(
            rule,
            level,
            field,
            format!(
                "“{}” {} {vi} {}. Kiểm tra lại số.",
                field.label.vi,
                decimal_vi(number),
                decimal_vi(limit)
            ),
            format!(
                "\"{}\" {} {en} {}. Check the number.",
                field.label.en,
                decimal_en(number),
                decimal_en(limit)
            ),
        ));
        true
    };
    // One sentence for each end is enough.
    if !check("MIN", Level::Error, field.min, true) {
        check("WARN_MIN", Level::Warning, field.warn_min, true);
    }
    if !check("MAX", Level::Error, field.max, false) {
        check("WARN_MAX", Level::Warning, field.warn_max, false);
    }
}

fn length(field: &Field, length: usize, findings: &mut Vec<Finding>) {
    if let Some(most) = field.max_length.filter(|most| length > *most as usize) {
        findings.push(finding(
            "LENGTH",
            Level::Error,
            field,
            format!(
                "“{}” dài {} ký tự, tối đa {}. Viết ngắn lại.",
                field.label.vi,
                grouped(length as i64),
                grouped(i64::from(most))
            ),
            format!(
                "\"{}\" has {length} characters, at most {most}. Make it shorter.",
                field.label.en
            ),
        ));
    }
}

fn items(field: &Field, count: usize, findings: &mut Vec<Finding>) {
    if let Some(most) = field.max_items.filter(|most| count > *most as usize) {
        findings.push(finding(
            "ITEMS",
            Level::Error,
            field,
            format!("“{}” có {count} mục, tối đa {most}. Bớt lại.", field.label.vi),
            format!(
                "\"{}\" has {count} items, at most {most}. Take some away.",
                field.label.en
            ),
        ));
    }
}

/// What a row must have. Edits of a row by one and its removal by another can leave half of it.
fn cells<'r>(field: &Field, rows: impl Iterator<Item = &'r BTreeMap<String, FieldValue>>, findings: &mut Vec<Finding>) {
    for (number, row) in (1..).zip(rows) {
        let mut required = field.columns.iter().filter(|column| column.required);
        if let Some(missing) = required.find(|column| !row.contains_key(column.name)) {
            let message = missing_cell(number, missing);
            findings.push(finding("REQUIRED", Level::Error, field, message.vi, message.en));
        }
    }
}

/// That a row lacks what stands in a column.
pub(super) fn missing_cell(row: usize, column: &Field) -> Bilingual {
    Bilingual::new(
        format!("Dòng {row}: nhập “{}”.", column.label.vi),
        format!("Row {row}: enter \"{}\".", column.label.en),
    )
}

fn option(field: &Field, code: &str, findings: &mut Vec<Finding>) {
    if field.lists(code) == Some(false) {
        findings.push(finding(
            "OPTION",
            Level::Warning,
            field,
            format!("“{}” có mục không nằm trong danh sách. Chọn lại.", field.label.vi),
            format!(
                "\"{}\" has something that is not on the list. Choose again.",
                field.label.en
            ),
        ));
    }
}

/// Parts and wholes that no rule of the plan has spoken of already.
fn subsets(kind: &ActivityType, entry: &Entry, findings: &mut Vec<Finding>) {
    for subset in kind.subsets {
        let numbers = shown_integer(kind, entry, subset.part).zip(shown_integer(kind, entry, subset.whole));
        let said = findings
            .iter()
            .any(|finding| finding.fields == [subset.part, subset.whole]);
        let labels = kind.field(subset.part).zip(kind.field(subset.whole));
        if let (Some((part, whole)), false, Some((part_field, whole_field))) = (numbers, said, labels)
            && part > whole
        {
            let message = larger(
                &Bilingual::new(part_field.label.vi, part_field.label.en),
                part as f64,
                &Bilingual::new(whole_field.label.vi, whole_field.label.en),
                whole as f64,
            );
            findings.push(Finding {
                rule: "SUBSET",
                level: Level::Error,
                fields: vec![subset.part, subset.whole],
                message: Bilingual::new(format!("{}.", message.vi), format!("{}.", message.en)),
                other: None,
            });
        }
    }
}
