//! The JSON files as they are written. A key that nobody reads is an error: it would be a silent loss.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TasksFile {
    #[serde(rename = "meta")]
    _meta: Value,
    pub(crate) documents: Vec<DocumentText>,
    pub(crate) campaigns: Vec<CampaignText>,
    pub(crate) awards: Vec<AwardText>,
    pub(crate) tiers: Vec<TierText>,
    #[serde(rename = "flows")]
    _flows: Value,
    pub(crate) tasks: Vec<TaskText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DocumentText {
    pub(crate) id: String,
    pub(crate) number: String,
    pub(crate) date: Option<String>,
    pub(crate) issuer: String,
    pub(crate) title_vi: String,
    pub(crate) role: String,
    #[serde(rename = "note")]
    _note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct CampaignText {
    pub(crate) id: String,
    pub(crate) name_vi: String,
    pub(crate) task: String,
    pub(crate) sector: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AwardText {
    pub(crate) id: String,
    pub(crate) name_vi: String,
    pub(crate) task: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TierText {
    pub(crate) code: String,
    pub(crate) label_vi: String,
    pub(crate) label_en: String,
    pub(crate) plan: String,
    pub(crate) parent: Option<String>,
    #[serde(rename = "contact")]
    _contact: Option<String>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskText {
    pub(crate) code: String,
    pub(crate) parent: Option<String>,
    pub(crate) kind: String,
    pub(crate) title_vi: String,
    pub(crate) title_en: String,
    pub(crate) summary_vi: String,
    pub(crate) tiers: TaskTiersText,
    pub(crate) sector: String,
    pub(crate) documents: Vec<String>,
    pub(crate) activity_types: Vec<String>,
    pub(crate) children: Vec<String>,
    pub(crate) indicators: Vec<String>,
    #[serde(rename = "note")]
    _note: Option<String>,
    #[serde(rename = "source")]
    _source: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TaskTiersText {
    pub(crate) lead: Vec<String>,
    #[serde(rename = "do")]
    pub(crate) carry_out: Vec<String>,
    pub(crate) support: Vec<String>,
    pub(crate) basis: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypesFile {
    #[serde(rename = "meta")]
    _meta: Value,
    pub(crate) common_fields: Vec<FieldText>,
    pub(crate) types: Vec<TypeText>,
    pub(crate) rules: Vec<RuleText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FieldText {
    pub(crate) name: String,
    pub(crate) label_vi: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) required: bool,
    #[serde(default)]
    pub(crate) multi: bool,
    pub(crate) unit: Option<String>,
    pub(crate) min: Option<f64>,
    pub(crate) max: Option<f64>,
    pub(crate) warn_min: Option<f64>,
    pub(crate) warn_max: Option<f64>,
    pub(crate) default: Option<Value>,
    pub(crate) show_if: Option<String>,
    #[serde(default)]
    pub(crate) options: Vec<ChoiceText>,
    pub(crate) help_vi: Option<String>,
    pub(crate) sensitivity: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChoiceText {
    pub(crate) code: String,
    pub(crate) label_vi: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypeText {
    pub(crate) code: String,
    pub(crate) label_vi: String,
    pub(crate) label_en: String,
    pub(crate) record: String,
    pub(crate) task_codes: Vec<String>,
    pub(crate) tiers: Vec<String>,
    pub(crate) sector: String,
    pub(crate) fields: Vec<FieldText>,
    #[serde(default)]
    pub(crate) states: Vec<ChoiceText>,
    pub(crate) note: Option<String>,
    pub(crate) example_vi: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleText {
    pub(crate) id: String,
    pub(crate) level: String,
    pub(crate) expr: String,
    pub(crate) message_vi: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndicatorsFile {
    #[serde(rename = "meta")]
    _meta: Value,
    pub(crate) indicators: Vec<IndicatorText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndicatorText {
    pub(crate) code: String,
    pub(crate) label_vi: String,
    pub(crate) label_en: String,
    pub(crate) unit: String,
    pub(crate) task_code: String,
    pub(crate) kind: String,
    pub(crate) measure: String,
    pub(crate) derive: DeriveText,
    pub(crate) aggregate_up: String,
    pub(crate) tiers: Vec<String>,
    pub(crate) sector: String,
    pub(crate) higher_is_better: bool,
    pub(crate) core: bool,
    pub(crate) validation: Vec<ValueRuleText>,
    #[serde(rename = "note")]
    _note: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DeriveText {
    pub(crate) method: String,
    pub(crate) activity_type: Option<String>,
    pub(crate) field: Option<String>,
    #[serde(rename = "where")]
    pub(crate) condition: Option<String>,
    pub(crate) at: Option<String>,
    pub(crate) window: Option<String>,
    pub(crate) numerator: Option<String>,
    pub(crate) denominator: Option<String>,
    pub(crate) scale: Option<i64>,
    pub(crate) metric: Option<String>,
    #[serde(default)]
    pub(crate) parts: Vec<DeriveText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ValueRuleText {
    pub(crate) rule: String,
    pub(crate) level: String,
    pub(crate) message_vi: Option<String>,
}

/// What the plan's words mean where they are no field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SemanticsFile {
    #[serde(rename = "meta")]
    _meta: Value,
    pub(crate) definitions: BTreeMap<String, DefinitionText>,
    pub(crate) rule_events: BTreeMap<String, RuleEventText>,
    pub(crate) common_fields: BTreeMap<String, Vec<String>>,
    pub(crate) columns: BTreeMap<String, Vec<FieldText>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DefinitionText {
    pub(crate) activity_type: String,
    #[serde(rename = "where")]
    pub(crate) condition: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleEventText {
    pub(crate) activity_type: String,
    pub(crate) state: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PresentationFile {
    #[serde(rename = "meta")]
    _meta: Value,
    pub(crate) types: BTreeMap<String, PresentationText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PresentationText {
    pub(crate) short_vi: String,
    pub(crate) short_en: String,
    pub(crate) icon: String,
    pub(crate) headline: Vec<String>,
    pub(crate) section: String,
    pub(crate) title_field: Option<String>,
    pub(crate) day_field: Option<String>,
    #[serde(default)]
    pub(crate) subset_of: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) once: Vec<String>,
    #[serde(default)]
    pub(crate) hint: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EnglishFile {
    #[serde(rename = "meta")]
    _meta: Value,
    pub(crate) texts: BTreeMap<String, String>,
    /// What English calls 1 of what it counts.
    pub(crate) one: BTreeMap<String, String>,
    /// Names of types, by code, in place of the plan's own.
    pub(crate) types: BTreeMap<String, String>,
}
