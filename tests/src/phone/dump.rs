//! What a phone's documents say, as canonical JSON: two phones with the same changes print the same bytes.

use std::collections::BTreeMap;

use client_core::document::{Document, Node, Scalar, Written};
use client_core::ids::{Actor, DocumentId};
use client_core::model::log::{self, Declaration, DeclaredValue};
use client_core::model::submission::Submission;
use client_core::model::{conflict, entries};
use serde_json::{Map, Value, json};

/// Keys in order, no spaces, one line.
pub fn canonical<'d>(documents: impl Iterator<Item = (&'d DocumentId, &'d Document)>) -> String {
    let documents: Map<String, Value> = documents.map(|(id, held)| (id.to_string(), document(held))).collect();
    json!({ "documents": documents }).to_string()
}

fn document(document: &Document) -> Value {
    let heads: Vec<_> = document.heads().iter().map(ToString::to_string).collect();
    let entries = entries::read_with_maps(document).into_iter().map(|(entry, maps)| {
        let mut said = json!(entry);
        let conflicts = conflict::of_entry(document, &maps).into_iter().map(|conflict| {
            let values: Vec<_> = conflict.values.iter().map(written).collect();
            (conflict.key, json!(values))
        });
        let conflicts: Map<_, _> = conflicts.collect();
        if !conflicts.is_empty() {
            said["conflicts"] = Value::Object(conflicts);
        }
        (entry.id.to_string(), said)
    });
    let declared = log::declared(document)
        .into_iter()
        .map(|((period, indicator), number)| {
            let others: Vec<_> = number.others.iter().map(declaration).collect();
            let said = json!({ "counts": declaration(&number.counts), "others": others });
            (format!("{period}/{indicator}"), said)
        });
    let narratives = log::narratives(document)
        .into_iter()
        .map(|((period, indicator), narrative)| {
            let paragraphs = narrative.paragraphs.into_iter().map(|(part, paragraph)| {
                let texts = |writing: &log::Writing| writing.text.clone();
                let others: Vec<_> = paragraph.others.iter().map(texts).collect();
                json!({ "part": part, "counts": texts(&paragraph.counts), "others": others })
            });
            (format!("{period}/{indicator}"), json!(paragraphs.collect::<Vec<_>>()))
        });
    json!({
        "heads": heads,
        "entries": entries.collect::<Map<_, _>>(),
        "declared": declared.collect::<Map<_, _>>(),
        "narratives": narratives.collect::<Map<_, _>>(),
        "submissions": log::submissions(document).iter().map(submission).collect::<Vec<_>>(),
    })
}

fn written(written: &Written) -> Value {
    let value = match &written.node {
        Node::Scalar(value) => scalar(value),
        Node::Map(_) => Value::Null,
    };
    json!({ "value": value, "by": by(written.actor), "at": written.at })
}

fn scalar(value: &Scalar) -> Value {
    match value {
        Scalar::Text(text) => json!(text),
        Scalar::Integer(number) => json!(number),
        Scalar::Decimal(number) => json!(number),
        Scalar::Boolean(yes) => json!(yes),
        Scalar::Date(date) => json!(date),
        Scalar::Bytes(bytes) => json!(data_encoding::HEXLOWER.encode(bytes)),
        Scalar::Empty | Scalar::Foreign => Value::Null,
    }
}

fn declaration(said: &Declaration) -> Value {
    let value = said.value.map(|value| match value {
        DeclaredValue::Integer(number) => json!(number),
        DeclaredValue::Decimal(number) => json!(number),
    });
    json!({ "value": value, "reason": said.reason, "by": by(said.actor), "at": said.at })
}

fn submission(submission: &Submission) -> Value {
    let values: BTreeMap<_, _> = submission
        .values
        .iter()
        .map(|frozen| {
            (
                &frozen.indicator,
                json!({ "value": frozen.value, "declared": frozen.declared }),
            )
        })
        .collect();
    let heads: Vec<_> = submission.heads.iter().map(ToString::to_string).collect();
    json!({
        "id": submission.id, "period": submission.period, "round": submission.round, "at": submission.at,
        "by": by(submission.actor), "values": values, "heads": heads,
    })
}

/// The device, and how often its state was begun anew.
fn by(actor: Option<Actor>) -> Option<String> {
    actor.map(|actor| format!("{}.{}", actor.device, actor.incarnation))
}
