//! The plan as typed data: tasks, activity types, indicators, rules. Made at build time from `catalogue/*.json`.
//!
//! The texts of the plan (`where`, `expr`, `rule`, `show_if`) are parsed when the program is built, so a reference to
//! something that does not exist fails the build and nothing is interpreted at run time.

mod activity;
pub mod condition;
mod indicator;
mod plan;
mod predicate;
mod rule;
mod unit;

pub use activity::{ActivityType, Choice, DefaultValue, Field, FieldKind, Label, RecordKind, Subset};
pub use indicator::{
    Aggregation, At, Derivation, Indicator, IndicatorKind, Measure, Metric, ValueCheck, ValueRule, Window,
};
pub use plan::{Award, Campaign, Document, Sector, Task, TaskTiers, Tier, TierInfo, UnitSector};
pub use predicate::{Comparison, Cutoff, Predicate};
pub use rule::{Check, ConfigKey, Level, Rule, Term};
pub use unit::Unit;

#[expect(clippy::unreadable_literal, reason = "generated; nobody reads it")]
mod data {
    use super::{
        ActivityType, Aggregation, At, Award, Campaign, Check, Choice, Comparison, ConfigKey, Cutoff, DefaultValue,
        Derivation, Document, Field, FieldKind, Indicator, IndicatorKind, Label, Level, Measure, Metric, Predicate,
        RecordKind, Rule, Sector, Subset, Task, TaskTiers, Term, Tier, TierInfo, Unit, ValueCheck, ValueRule, Window,
    };
    include!(concat!(env!("OUT_DIR"), "/catalogue.rs"));
}

pub use data::CATALOGUE_VERSION;

/// The plan's tasks, in its order. Groups stand before what they hold.
pub fn tasks() -> &'static [Task] {
    data::TASKS
}

/// The task with this code.
pub fn task(code: &str) -> Option<&'static Task> {
    data::TASKS.iter().find(|task| task.code == code)
}

/// The documents the plan rests on or is linked with.
pub fn documents() -> &'static [Document] {
    data::DOCUMENTS
}

/// The document with this code.
pub fn document(code: &str) -> Option<&'static Document> {
    data::DOCUMENTS.iter().find(|document| document.code == code)
}

/// The emulation campaigns.
pub fn campaigns() -> &'static [Campaign] {
    data::CAMPAIGNS
}

/// The campaign with this code.
pub fn campaign(code: &str) -> Option<&'static Campaign> {
    data::CAMPAIGNS.iter().find(|campaign| campaign.code == code)
}

/// The named prizes.
pub fn awards() -> &'static [Award] {
    data::AWARDS
}

/// The kinds of org unit that the plan names.
pub fn tiers() -> &'static [TierInfo] {
    data::TIERS
}

/// Every activity type, in the plan's order.
pub fn activity_types() -> &'static [ActivityType] {
    data::ACTIVITY_TYPES
}

/// The activity type with this code. A newer program may know more, so `None` is no error.
pub fn activity_type(code: &str) -> Option<&'static ActivityType> {
    data::ACTIVITY_TYPES.iter().find(|kind| kind.code == code)
}

/// The fields that many types share. [`ActivityType::all_fields`] says which type has which.
pub fn common_fields() -> &'static [Field] {
    data::COMMON_FIELDS
}

/// Every indicator, in the plan's order.
pub fn indicators() -> &'static [Indicator] {
    data::INDICATORS
}

/// The indicator with this code.
pub fn indicator(code: &str) -> Option<&'static Indicator> {
    data::INDICATORS.iter().find(|indicator| indicator.code == code)
}

/// The rules that hold for entries.
pub fn rules() -> &'static [Rule] {
    data::RULES
}

/// The whole catalogue, as a screen needs it.
#[derive(Debug, serde::Serialize, ts_rs::TS)]
pub struct Catalogue {
    /// [`CATALOGUE_VERSION`]
    pub version: &'static str,
    /// [`tasks`]
    pub tasks: &'static [Task],
    /// [`documents`]
    pub documents: &'static [Document],
    /// [`campaigns`]
    pub campaigns: &'static [Campaign],
    /// [`awards`]
    pub awards: &'static [Award],
    /// [`tiers`]
    pub tiers: &'static [TierInfo],
    /// [`activity_types`]
    pub activity_types: &'static [ActivityType],
    /// [`common_fields`]
    pub common_fields: &'static [Field],
    /// [`indicators`]
    pub indicators: &'static [Indicator],
    /// [`rules`]
    pub rules: &'static [Rule],
}

/// The whole catalogue in one value.
pub fn everything() -> Catalogue {
    Catalogue {
        version: CATALOGUE_VERSION,
        tasks: tasks(),
        documents: documents(),
        campaigns: campaigns(),
        awards: awards(),
        tiers: tiers(),
        activity_types: activity_types(),
        common_fields: common_fields(),
        indicators: indicators(),
        rules: rules(),
    }
}

/// The whole catalogue as one JSON document, with labels in both languages.
pub fn to_json() -> Result<String, serde_json::Error> {
    serde_json::to_string(&everything())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_whole_plan_is_here() {
        assert_eq!(tasks().len(), 49);
        assert_eq!(documents().len(), 14);
        assert_eq!(campaigns().len(), 7);
        assert_eq!(awards().len(), 2);
        assert_eq!(tiers().len(), 6);
        assert_eq!(activity_types().len(), 34);
        assert_eq!(common_fields().len(), 15);
        assert_eq!(indicators().len(), 116);
        assert_eq!(rules().len(), 21);
        assert_eq!(indicators().iter().filter(|indicator| indicator.core).count(), 34);
    }

    #[test]
    fn a_types_own_field_hides_the_common_one_of_its_name() {
        let bargaining = activity_type("TLTT_DAMPHAN").unwrap();
        assert_eq!(bargaining.field("result").unwrap().kind, FieldKind::Enum);
        assert_eq!(
            bargaining.all_fields().filter(|field| field.name == "result").count(),
            1
        );
        let meeting = activity_type("HOP_PHOIHOP").unwrap();
        assert_eq!(meeting.field("result").unwrap().kind, FieldKind::Prose);
    }

    #[test]
    fn nothing_is_asked_twice() {
        for kind in activity_types() {
            let has_title = kind.field("title").is_some();
            match kind.record {
                RecordKind::Activity => assert_eq!(has_title, kind.title_field == Some("title"), "{}", kind.code),
                RecordKind::Register | RecordKind::Snapshot | RecordKind::Thread => {
                    assert!(!has_title && kind.field("date_start").is_none(), "{}", kind.code);
                }
            }
        }
    }

    #[test]
    fn the_number_of_a_decision_is_never_copied() {
        for kind in activity_types() {
            let numbers = kind.fields.iter().filter(|field| field.name.ends_with("_no"));
            for field in numbers {
                assert!(kind.once.contains(&field.name), "{}.{}", kind.code, field.name);
            }
        }
    }

    #[test]
    fn limits_are_split_by_what_they_limit() {
        let title = common_fields().iter().find(|field| field.name == "title").unwrap();
        assert_eq!((title.max_length, title.max), (Some(200), None));
        let photos = common_fields().iter().find(|field| field.name == "photos").unwrap();
        assert_eq!((photos.max_items, photos.max), (Some(6), None));
        let meal = activity_type("BUA_AN_CA").unwrap().field("value_vnd").unwrap();
        assert_eq!((meal.max, meal.max_length), (Some(500_000.0), None));
    }

    #[test]
    fn the_json_holds_everything_in_both_languages() {
        let json: serde_json::Value = serde_json::from_str(&to_json().unwrap()).unwrap();
        assert_eq!(json["version"], CATALOGUE_VERSION);
        assert_eq!(json["activity_types"][0]["short"]["vi"], "Buổi tuyên truyền");
        assert_eq!(
            json["activity_types"][0]["fields"][0]["options"][0]["label"]["en"],
            "Conference, briefing"
        );
        assert_eq!(json["indicators"][6]["derive"]["method"], "ratio");
    }
}
