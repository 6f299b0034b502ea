//! The source of tasks, documents, campaigns, prizes and tiers.

use std::fmt::Write as _;

use super::Plan;
use super::scope::{Scope, label};

pub(crate) fn emit(scope: &mut Scope, plan: &Plan, code: &mut String) {
    emit_documents(scope, plan, code);
    emit_campaigns(scope, plan, code);
    emit_tiers(scope, plan, code);
    emit_tasks(scope, plan, code);
}

fn emit_tasks(scope: &mut Scope, plan: &Plan, code: &mut String) {
    scope.all_differ(
        "tasks.json: tasks",
        plan.tasks.tasks.iter().map(|task| task.code.as_str()),
    );
    code.push_str("pub(super) static TASKS: &[Task] = &[\n");
    for task in &plan.tasks.tasks {
        let place = format!("tasks.json: tasks {}", task.code);
        if let Some(parent) = &task.parent {
            scope.all_exist(&format!("{place} parent"), std::slice::from_ref(parent), Scope::task);
        }
        scope.all_exist(&format!("{place} children"), &task.children, Scope::task);
        scope.all_exist(&format!("{place} documents"), &task.documents, Scope::document);
        scope.all_exist(&format!("{place} indicators"), &task.indicators, Scope::indicator);
        scope.all_exist(
            &format!("{place} activity_types"),
            &task.activity_types,
            |scope, kind| scope.activity_type(kind).map(|_| ()),
        );
        if !["group", "task"].contains(&task.kind.as_str()) {
            scope.problem(&place, &format!("kind {} does not exist", task.kind));
        }
        let tiers = &task.tiers;
        let lead = scope.tiers(&format!("{place} tiers"), &tiers.lead);
        let carry_out = scope.tiers(&format!("{place} tiers"), &tiers.carry_out);
        let support = scope.tiers(&format!("{place} tiers"), &tiers.support);
        let sector = scope.sector(&place, &task.sector);
        let documents = scope.share_texts(&task.documents);
        let types = scope.share_texts(&task.activity_types);
        let children = scope.share_texts(&task.children);
        let indicators = scope.share_texts(&task.indicators);
        let _ = writeln!(
            code,
            "Task{{code:{:?},parent:{:?},is_group:{},title:{},summary_vi:{:?},tiers:TaskTiers{{lead:{lead},\
             carry_out:{carry_out},support:{support},basis:{:?}}},sector:{sector},documents:{documents},\
             activity_types:{types},children:{children},indicators:{indicators}}},",
            task.code,
            task.parent,
            task.kind == "group",
            label(&task.title_vi, &task.title_en),
            task.summary_vi,
            tiers.basis,
        );
    }
    code.push_str("];\n");
}

fn emit_documents(scope: &mut Scope, plan: &Plan, code: &mut String) {
    scope.all_differ(
        "tasks.json: documents",
        plan.tasks.documents.iter().map(|document| document.id.as_str()),
    );
    code.push_str("pub(super) static DOCUMENTS: &[Document] = &[\n");
    for document in &plan.tasks.documents {
        let place = format!("tasks.json: documents {}", document.id);
        if !["basis", "linked_programme"].contains(&document.role.as_str()) {
            scope.problem(&place, &format!("role {} does not exist", document.role));
        }
        let title = scope.label(&place, &document.title_vi);
        let _ = writeln!(
            code,
            "Document{{code:{:?},number:{:?},date:{:?},issuer_vi:{:?},title:{title},is_basis:{}}},",
            document.id,
            document.number,
            document.date,
            document.issuer,
            document.role == "basis",
        );
    }
    code.push_str("];\n");
}

fn emit_campaigns(scope: &mut Scope, plan: &Plan, code: &mut String) {
    code.push_str("pub(super) static CAMPAIGNS: &[Campaign] = &[\n");
    for campaign in &plan.tasks.campaigns {
        let place = format!("tasks.json: campaigns {}", campaign.id);
        scope.all_exist(&place, std::slice::from_ref(&campaign.task), Scope::task);
        let name = scope.label(&place, &campaign.name_vi);
        let sector = scope.sector(&place, &campaign.sector);
        let _ = writeln!(
            code,
            "Campaign{{code:{:?},name:{name},task:{:?},sector:{sector}}},",
            campaign.id, campaign.task
        );
    }
    code.push_str("];\npub(super) static AWARDS: &[Award] = &[\n");
    for award in &plan.tasks.awards {
        let place = format!("tasks.json: awards {}", award.id);
        scope.all_exist(&place, std::slice::from_ref(&award.task), Scope::task);
        let name = scope.label(&place, &award.name_vi);
        let _ = writeln!(code, "Award{{code:{:?},name:{name},task:{:?}}},", award.id, award.task);
    }
    code.push_str("];\n");
}

fn emit_tiers(scope: &mut Scope, plan: &Plan, code: &mut String) {
    code.push_str("pub(super) static TIERS: &[TierInfo] = &[\n");
    for tier in &plan.tasks.tiers {
        let place = format!("tasks.json: tiers {}", tier.code);
        let parent = match &tier.parent {
            None => "None".to_owned(),
            Some(parent) => {
                let parent = scope.tier(parent);
                format!("Some({})", scope.or_note(&place, parent))
            }
        };
        let own = scope.tier(&tier.code);
        let own = scope.or_note(&place, own);
        let _ = writeln!(
            code,
            "TierInfo{{code:{own},label:{},plan:{:?},parent:{parent}}},",
            label(&tier.label_vi, &tier.label_en),
            tier.plan
        );
    }
    code.push_str("];\n");
}
