//! The text of a report, paragraph by paragraph; and what two people wrote apart from each other in one paragraph.

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::entry::Parts;
use super::log::{self, NARRATIVES, ReportKey};
use super::parts;
use crate::document::{Change, Document, MapRef, Node, Scalar};
use crate::ids::{Actor, ChangeHash, PartId};
use crate::time::Timestamp;

/// What one person wrote in a paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Writing {
    /// The paragraph.
    pub text: String,
    /// Who wrote it.
    pub actor: Option<Actor>,
    /// When, on that device's clock.
    pub at: Timestamp,
    /// The change it was written in: its name among the others, the same on every replica.
    pub change: ChangeHash,
}

/// What stands in one paragraph. The same on every replica that has the same changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paragraph {
    /// What counts: the only one, or one of several until a person chooses.
    pub counts: Writing,
    /// What others wrote apart from it, where it differs.
    pub others: Vec<Writing>,
}

impl Paragraph {
    /// Everything that people wrote apart from each other, what counts first. Empty where they agree.
    pub fn differing(&self) -> impl Iterator<Item = &Writing> {
        let first = (!self.others.is_empty()).then_some(&self.counts);
        first.into_iter().chain(&self.others)
    }
}

/// One text of a report: at least one paragraph, in the order of reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Narrative {
    /// Its paragraphs.
    pub paragraphs: Parts<Paragraph>,
}

impl Narrative {
    /// The paragraphs that count.
    pub fn texts(&self) -> Vec<String> {
        let counting = self.paragraphs.values().map(|paragraph| &paragraph.counts);
        counting.map(|writing| writing.text.clone()).collect()
    }

    /// What was written last of what counts.
    pub fn last_written(&self) -> Option<&Writing> {
        let counting = self.paragraphs.values().map(|paragraph| &paragraph.counts);
        counting.max_by_key(|writing| writing.at)
    }

    /// The paragraphs on which people differ.
    pub fn differing(&self) -> impl Iterator<Item = (PartId, &Paragraph)> {
        let paragraphs = self.paragraphs.iter().map(|(part, paragraph)| (*part, paragraph));
        paragraphs.filter(|(_, paragraph)| !paragraph.others.is_empty())
    }
}

pub(super) fn parse_key(key: &str) -> Option<(ReportKey, PartId)> {
    let (key, part) = key.split_once('#')?;
    Some((log::parse_key(key)?, part.parse().ok()?))
}

fn key_of((period, indicator): &ReportKey, part: PartId) -> String {
    format!("{period}/{indicator}#{part}")
}

/// The texts of a log's reports.
pub fn narratives(document: &Document) -> BTreeMap<ReportKey, Narrative> {
    let Some(section) = document.section(NARRATIVES) else {
        return BTreeMap::new();
    };
    read(document, &section, document.keys_from(&section, ""))
}

/// One text of a log's reports.
pub fn narrative(document: &Document, key: &ReportKey) -> Option<Narrative> {
    let section = document.section(NARRATIVES)?;
    let keys = document.keys_from(&section, &format!("{}/{}#", key.0, key.1));
    read(document, &section, keys).remove(key)
}

fn read(document: &Document, section: &MapRef, keys: Vec<String>) -> BTreeMap<ReportKey, Narrative> {
    let mut narratives: BTreeMap<ReportKey, Narrative> = BTreeMap::new();
    for key in keys {
        let mut writings: Vec<Writing> = Vec::new();
        for written in document.written(section, &key) {
            if let (Node::Scalar(Scalar::Text(text)), Some(change)) = (written.node, written.change)
                && !writings.iter().any(|writing| writing.text == text)
            {
                let (actor, at) = (written.actor, written.at);
                writings.push(Writing {
                    text,
                    actor,
                    at,
                    change,
                });
            }
        }
        let mut writings = writings.into_iter();
        if let (Some((key, part)), Some(counts)) = (parse_key(&key), writings.next()) {
            let others = writings.collect();
            let paragraphs = Parts::new();
            let narrative = narratives.entry(key).or_insert(Narrative { paragraphs });
            narrative.paragraphs.insert(part, Paragraph { counts, others });
        }
    }
    narratives
}

/// Writes a text, paragraph by paragraph; no paragraphs take it back. A paragraph that is left as it is stays undecided if
/// people differ on it. None when the text stands so already.
pub fn narrate(
    document: &mut Document,
    actor: Actor,
    now: Timestamp,
    rng: &mut fastrand::Rng,
    key: &ReportKey,
    paragraphs: Vec<String>,
) -> Option<Change> {
    let standing: Vec<_> = narratives(document)
        .remove(key)
        .into_iter()
        .flat_map(|narrative| narrative.paragraphs)
        .map(|(part, paragraph)| (part, paragraph.counts.text))
        .collect();
    let aligned = parts::align(&standing, paragraphs, now, rng);
    let change = document.edit(actor, now, |editor| {
        let section = editor.section(NARRATIVES);
        for (part, _) in &standing {
            if aligned.iter().all(|(kept, _)| kept != part) {
                editor.delete(&section, &key_of(key, *part));
            }
        }
        for (part, text) in aligned.into_iter().filter(|written| !standing.contains(written)) {
            editor.put(&section, &key_of(key, part), Scalar::Text(text));
        }
        Ok::<_, Infallible>(())
    });
    match change {
        Ok(change) => change,
    }
}

/// Settles a paragraph on which people differ. None when nothing differs there.
pub fn choose(
    document: &mut Document,
    actor: Actor,
    now: Timestamp,
    key: &ReportKey,
    part: PartId,
    text: &str,
) -> Option<Change> {
    let change = document.edit(actor, now, |editor| {
        let section = editor.section(NARRATIVES);
        editor.put(&section, &key_of(key, part), Scalar::Text(text.to_owned()));
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

    fn key() -> ReportKey {
        ("2026-Q3".parse().unwrap(), "III-10".to_owned())
    }

    fn write(document: &mut Document, whose: u8, at: i64, texts: &[&str]) -> Option<Change> {
        let rng = &mut fastrand::Rng::with_seed(at as u64);
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        let change = narrate(document, actor(whose), Timestamp(at), rng, &key(), texts)?;
        assert_eq!(schema::check(document, &change), Ok(()), "the server takes it");
        Some(change)
    }

    fn meet(here: &mut Document, there: &mut Document) -> Narrative {
        let (from_here, from_there) = (here.changes_after(&there.heads()), there.changes_after(&here.heads()));
        there.apply(from_here).unwrap();
        here.apply(from_there).unwrap();
        assert_eq!(narratives(here), narratives(there));
        narratives(here).remove(&key()).unwrap()
    }

    #[test]
    fn a_narrative_is_kept_by_paragraph_with_who_wrote_last() {
        let document = &mut Document::new(DocumentKind::Log);
        write(document, 1, 10, &["Đường xa.", "Mưa."]).unwrap();
        write(document, 2, 20, &["Đường xa.", "Mưa nhiều.", "Thiếu người."]).unwrap();
        assert_eq!(
            write(document, 1, 30, &["Đường xa.", "Mưa nhiều.", "Thiếu người."]),
            None
        );
        let narrative = &narratives(document)[&key()];
        assert_eq!(narrative.texts(), ["Đường xa.", "Mưa nhiều.", "Thiếu người."]);
        let last = narrative.last_written().unwrap();
        assert_eq!((last.actor, last.at), (Some(actor(2)), Timestamp(20)));
        write(document, 1, 40, &[]).unwrap();
        assert_eq!(narratives(document), BTreeMap::new());
    }

    #[test]
    fn one_paragraph_that_two_wrote_apart_is_readable_whole_until_one_chooses() {
        for chosen in ["Mưa đá.", "Mưa dầm."] {
            let here = &mut Document::new(DocumentKind::Log);
            write(here, 1, 10, &["Đường xa.", "Mưa."]).unwrap();
            let there = &mut here.clone();
            write(here, 1, 20, &["Đường xa.", "Mưa đá."]).unwrap();
            write(there, 2, 30, &["Đường rất xa.", "Mưa dầm."]).unwrap();
            let narrative = meet(here, there);
            let (part, paragraph) = narrative.differing().next().unwrap();
            assert_eq!(narrative.differing().count(), 1, "the other was written by one of them");
            let mut said: Vec<_> = paragraph
                .differing()
                .map(|writing| (writing.text.as_str(), writing.actor, writing.at.0))
                .collect();
            said.sort_by_key(|(.., at)| *at);
            assert_eq!(
                said,
                [("Mưa đá.", Some(actor(1)), 20), ("Mưa dầm.", Some(actor(2)), 30)]
            );
            // Writing another paragraph decides nothing about this one.
            let standing = paragraph.counts.text.as_str();
            write(here, 1, 40, &["Đường gần.", standing]).unwrap();
            let narrative = meet(here, there);
            assert_eq!(narrative.differing().count(), 1);
            let change = choose(here, actor(1), Timestamp(50), &key(), part, chosen).unwrap();
            assert_eq!(schema::check(here, &change), Ok(()), "the server takes it");
            let narrative = meet(here, there);
            assert_eq!(narrative.texts(), ["Đường gần.", chosen]);
            assert_eq!(narrative.differing().count(), 0);
            assert_eq!(choose(there, actor(2), Timestamp(60), &key(), part, chosen), None);
        }
    }
}
