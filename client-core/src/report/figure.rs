//! An indicator in a unit's own report: what its work gives, and what people say about it.

use super::{Declared, Passage, ReportInput, Reported, Value, derive};
use crate::catalogue::{self, Indicator};
use crate::document::Document;
use crate::ids::Actor;
use crate::model::declaration::{Declaration, DeclaredNumber};
use crate::model::log;
use crate::model::narrative::{Narrative, Writing};
use crate::model::submission::Frozen;
use crate::time::Timestamp;

/// One indicator of a unit's own report.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Which.
    pub indicator: &'static Indicator,
    /// What the log gives, and what is declared instead.
    pub reported: Reported,
    /// What is declared about it, if it is a number, with who declared it.
    pub number: Option<DeclaredNumber>,
    /// What stands in it, if it is a text that somebody wrote, paragraph by paragraph.
    pub narrative: Option<Narrative>,
}

impl Figure {
    /// Who declared what counts, and when; of a text, who wrote in it last.
    pub fn written(&self) -> Option<(Option<Actor>, Timestamp)> {
        let number = self
            .number
            .as_ref()
            .map(|number| (number.counts.actor, number.counts.at));
        let narrative = self.narrative.as_ref().and_then(Narrative::last_written);
        number.or(narrative.map(|written| (written.actor, written.at)))
    }

    /// What a submission keeps of it; none where it has no value.
    pub fn frozen(&self) -> Option<Frozen> {
        Some(Frozen {
            indicator: self.indicator.code.to_owned(),
            value: self.reported.addable()?,
            declared: self.reported.declared.is_some(),
        })
    }

    /// What people declare apart from each other, what counts first. Empty where they agree.
    pub fn differing(&self) -> impl Iterator<Item = &Declaration> {
        self.number.iter().flat_map(DeclaredNumber::differing)
    }

    /// What people wrote apart from each other in a paragraph, with the paragraph's number, from 1; in each, what counts
    /// first.
    pub fn differing_writings(&self) -> impl Iterator<Item = (usize, &Writing)> {
        let paragraphs = self
            .narrative
            .iter()
            .flat_map(|narrative| narrative.paragraphs.values());
        let numbered = (1..).zip(paragraphs);
        numbered.flat_map(|(number, paragraph)| paragraph.differing().map(move |writing| (number, writing)))
    }

    /// Whether people differ on it and nobody has chosen.
    pub fn is_undecided(&self) -> bool {
        self.differing().next().is_some() || self.differing_writings().next().is_some()
    }
}

/// Every indicator that is asked of a unit, in the plan's order. People say what they declare in the log of the period's year.
pub fn figures(input: &ReportInput<'_>, log: Option<&Document>) -> Vec<Figure> {
    let mut declared = log.map(log::declared).unwrap_or_default();
    let mut narratives = log.map(log::narratives).unwrap_or_default();
    let asked = catalogue::indicators()
        .iter()
        .filter(|indicator| indicator.is_asked_of(input.unit));
    let figures = asked.map(|indicator| {
        let key = (input.period, indicator.code.to_owned());
        let number = declared.remove(&key);
        let stated = number.as_ref().and_then(|number| Declared::of(&number.counts));
        let narrative = narratives.remove(&key);
        let text = narrative.as_ref().map(|narrative| Declared {
            value: Value::Text(vec![Passage {
                unit: input.unit.id.clone(),
                paragraphs: narrative.texts(),
            }]),
            reason: String::new(),
        });
        Figure {
            indicator,
            reported: Reported {
                derived: derive(indicator, input),
                declared: stated.or(text),
            },
            number,
            narrative,
        }
    });
    figures.collect()
}
