//! What a log holds beside its entries: declared numbers, narratives and submissions, by reporting period.
//!
//! | section | key | holds |
//! | --- | --- | --- |
//! | `declared` | `2026-Q3/II.1-02` | a map, written anew each time: `value`, `reason`; or nothing, when it was taken back |
//! | `narratives` | `2026-Q3/III-10#PART` | one paragraph of a text indicator |
//! | `submissions` | submission id | a map, written once: `period`, `round`, `at`, `values`, `heads` |

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

use super::period::ReportingPeriod;
use super::submission::{Frozen, Submission};
use crate::document::{Action, Change, Document, MapRef, Node, Operation, Scalar};
use crate::ids::{Actor, ChangeHash, SubmissionId};
use crate::time::Timestamp;

pub use super::declaration::{Declaration, DeclaredNumber, DeclaredValue, declare, declared, declared_number};
pub use super::narrative::{Narrative, Paragraph, Writing, narrate, narrative, narratives};

pub(super) const DECLARED: &str = "declared";
pub(super) const NARRATIVES: &str = "narratives";
pub(super) const SUBMISSIONS: &str = "submissions";
pub(super) const VALUE: &str = "value";
pub(super) const REASON: &str = "reason";
pub(super) const PERIOD: &str = "period";
pub(super) const ROUND: &str = "round";
pub(super) const AT: &str = "at";
pub(super) const VALUES: &str = "values";
pub(super) const HEADS: &str = "heads";

/// What a number or text is about: a period and an indicator's code.
pub type ReportKey = (ReportingPeriod, String);

/// Reads a key as documents have it.
pub fn parse_key(key: &str) -> Option<ReportKey> {
    let (period, indicator) = key.split_once('/')?;
    Some((period.parse().ok()?, indicator.to_owned()))
}

/// What a change says numbers or texts of: what it takes away or back it says nothing of.
pub fn said_in(document: &Document, operations: &[Operation]) -> BTreeSet<ReportKey> {
    let name = |section| document.section(section).map(|map| map.name());
    let (declared, narratives) = (name(DECLARED), name(NARRATIVES));
    let said = operations.iter().filter_map(|operation| {
        let (map, key) = (Some(&operation.map), operation.key.as_ref()?);
        match operation.action {
            Action::MakeMap { .. } if map == declared.as_ref() => parse_key(key),
            Action::Put(_) if map == narratives.as_ref() => super::narrative::parse_key(key).map(|(key, _part)| key),
            Action::MakeMap { .. } | Action::Put(_) | Action::Delete | Action::Foreign => None,
        }
    });
    said.collect()
}

/// The submissions of a log, each after those that whoever made it knew; of several that were made apart, by the clocks of
/// their devices. The same on every replica that has the same changes.
pub fn submissions(document: &Document) -> Vec<Submission> {
    let Some(section) = document.section(SUBMISSIONS) else {
        return Vec::new();
    };
    let mut submissions: Vec<_> = document
        .nodes(&section)
        .into_iter()
        .filter_map(|(key, node, _)| match node {
            Node::Map(map) => read(document, key.parse().ok()?, &map),
            Node::Scalar(_) => None,
        })
        .collect();
    submissions.sort_by_key(|submission| (submission.round, submission.at, submission.id));
    submissions
}

/// One submission of a log.
pub fn submission(document: &Document, id: SubmissionId) -> Option<Submission> {
    let map = document.map(&document.section(SUBMISSIONS)?, &id.to_string())?;
    read(document, id, &map)
}

fn read(document: &Document, id: SubmissionId, map: &MapRef) -> Option<Submission> {
    let fields: BTreeMap<_, _> = document
        .nodes(map)
        .into_iter()
        .map(|(key, node, _)| (key, node))
        .collect();
    let (Node::Scalar(Scalar::Text(period)), Node::Scalar(Scalar::Integer(at))) =
        (fields.get(PERIOD)?, fields.get(AT)?)
    else {
        return None;
    };
    let (Node::Scalar(Scalar::Bytes(values)), Node::Scalar(Scalar::Bytes(heads))) =
        (fields.get(VALUES)?, fields.get(HEADS)?)
    else {
        return None;
    };
    let round = match fields.get(ROUND) {
        Some(Node::Scalar(Scalar::Integer(round))) => *round,
        Some(Node::Scalar(_) | Node::Map(_)) | None => 0, // An earlier version wrote none.
    };
    let (heads, []) = heads.as_chunks::<32>() else {
        return None;
    };
    Some(Submission {
        id,
        period: period.parse().ok()?,
        round,
        at: Timestamp(*at),
        actor: document.made_by(map)?.0,
        values: Frozen::decode_all(values)?,
        heads: heads.iter().map(|hash| ChangeHash(*hash)).collect(),
    })
}

/// The change in which a submission was made.
pub fn submission_change(document: &Document, id: SubmissionId) -> Option<ChangeHash> {
    document.made_in(&document.map(&document.section(SUBMISSIONS)?, &id.to_string())?)
}

/// Submits a report: its values as they are now, with the heads of the log and the register they came from. None when this
/// submission is there already.
pub fn submit(
    document: &mut Document,
    actor: Actor,
    now: Timestamp,
    id: SubmissionId,
    period: ReportingPeriod,
    values: &[Frozen],
    heads: &[ChangeHash],
) -> Option<Change> {
    let known = submissions(document).into_iter().filter(|known| known.period == period);
    // Clocks may be wrong by any time: who submits anew after seeing what was submitted comes after it.
    let round = known.map(|known| known.round).max().unwrap_or(0).saturating_add(1);
    let section = document.section(SUBMISSIONS)?;
    if document.map(&section, &id.to_string()).is_some() {
        return None;
    }
    let change = document.edit(actor, now, |editor| {
        let map = editor.replace_child(&section, &id.to_string());
        editor.put(&map, PERIOD, Scalar::Text(period.to_string()));
        editor.put(&map, ROUND, Scalar::Integer(round));
        editor.put(&map, AT, Scalar::Integer(now.0));
        editor.put(&map, VALUES, Scalar::Bytes(Frozen::encode_all(values)));
        editor.put(
            &map,
            HEADS,
            Scalar::Bytes(heads.iter().flat_map(|hash| hash.0).collect()),
        );
        Ok::<_, Infallible>(())
    });
    match change {
        Ok(change) => change,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::tests::actor;
    use crate::ids::DocumentKind;
    use crate::model::schema;
    use crate::model::value::{Passage, Value};

    #[test]
    fn a_submission_reads_back_frozen_and_is_made_once() {
        let mut document = Document::new(DocumentKind::Log);
        let id: SubmissionId = "01JD0000000000000000000000".parse().unwrap();
        let values = [
            Frozen {
                indicator: "II.1-01".to_owned(),
                value: Value::Number(9),
                declared: false,
            },
            Frozen {
                indicator: "0-10".to_owned(),
                value: Value::Ratio {
                    numerator: 5,
                    denominator: 9,
                    scale: 100,
                },
                declared: false,
            },
            Frozen {
                indicator: "III-10".to_owned(),
                value: Value::Text(vec![Passage {
                    unit: "A".parse().unwrap(),
                    paragraphs: vec!["Mưa.".to_owned()],
                }]),
                declared: true,
            },
        ];
        let heads = [ChangeHash([1; 32]), ChangeHash([2; 32])];
        let period = "2026-Q3".parse().unwrap();
        submit(&mut document, actor(1), Timestamp(7), id, period, &values, &heads).unwrap();
        assert_eq!(
            submit(&mut document, actor(1), Timestamp(8), id, period, &values, &heads),
            None
        );
        let submission = submissions(&document).remove(0);
        assert_eq!(
            (submission.id, submission.period, submission.at),
            (id, period, Timestamp(7))
        );
        assert_eq!(submission.round, 1);
        assert_eq!(
            (submission.values.as_slice(), submission.heads.as_slice()),
            (&values[..], &heads[..])
        );
        assert_eq!(submission.actor, Some(actor(1)));
    }

    /// Submits nothing for a period.
    fn submit_nothing(document: &mut Document, device: u8, at: i64, period: &str, number: u8) -> Change {
        let id = format!("01JD00000000000000000000{number:02}").parse().unwrap();
        let change = submit(
            document,
            actor(device),
            Timestamp(at),
            id,
            period.parse().unwrap(),
            &[],
            &[],
        );
        let change = change.unwrap();
        assert_eq!(schema::check(document, &change), Ok(()), "the server takes it");
        change
    }

    fn times(document: &Document) -> Vec<(i64, i64)> {
        let submissions = submissions(document).into_iter();
        submissions
            .map(|submission| (submission.round, submission.at.0))
            .collect()
    }

    #[test]
    fn what_is_submitted_anew_comes_last_whatever_the_clocks_say() {
        let mut here = Document::new(DocumentKind::Log);
        submit_nothing(&mut here, 1, 1_000, "2026-Q3", 1);
        submit_nothing(&mut here, 1, 9_000, "2026-Q4", 2);
        let mut there = here.clone();
        submit_nothing(&mut there, 2, 10, "2026-Q3", 3);
        assert_eq!(times(&there), [(1, 1_000), (1, 9_000), (2, 10)]);
        // Apart from it, and so by the clocks: on both alike.
        let apart = submit_nothing(&mut here, 1, 20, "2026-Q3", 4);
        let theirs = there.changes_after(&here.heads());
        here.apply(theirs).unwrap();
        there.apply([apart]).unwrap();
        assert_eq!(times(&here), [(1, 1_000), (1, 9_000), (2, 10), (2, 20)]);
        assert_eq!(times(&here), times(&there));
        submit_nothing(&mut here, 1, 1, "2026-Q3", 5);
        assert_eq!(times(&here).last(), Some(&(3, 1)));
    }

    #[test]
    fn a_submission_without_a_round_comes_before_those_that_have_one() {
        let mut document = Document::new(DocumentKind::Log);
        submit_nothing(&mut document, 1, 9_000, "2026-Q3", 1);
        let made = document.edit(actor(1), Timestamp(9_000), |editor| {
            let section = editor.section(SUBMISSIONS);
            let map = editor.replace_child(&section, "01JD0000000000000000000002");
            editor.put(&map, PERIOD, Scalar::Text("2026-Q3".to_owned()));
            editor.put(&map, AT, Scalar::Integer(9_500));
            editor.put(&map, VALUES, Scalar::Bytes(Frozen::encode_all(&[])));
            editor.put(&map, HEADS, Scalar::Bytes(Vec::new()));
            Ok::<_, Infallible>(())
        });
        assert_eq!(schema::check(&document, &made.unwrap().unwrap()), Ok(()));
        assert_eq!(times(&document), [(0, 9_500), (1, 9_000)]);
    }
}
