//! An indicator in a unit's own report: what its work gives, and what people say about it.

use super::{Declared, Passage, ReportInput, Reported, Value, derive};
use crate::catalogue::{self, Indicator};
use crate::document::Document;
use crate::ids::{Actor, OrgUnitId};
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

/// What people say of an indicator.
#[derive(Debug, Clone, Copy)]
pub struct Said<'s> {
    /// Of a number.
    pub number: Option<&'s DeclaredNumber>,
    /// Of a text.
    pub narrative: Option<&'s Narrative>,
}

impl Said<'_> {
    /// What counts instead of what the log gives.
    pub fn declared(&self, unit: &OrgUnitId) -> Option<Declared> {
        let stated = self.number.and_then(|number| Declared::of(&number.counts));
        stated.or_else(|| {
            let narrative = self.narrative?;
            Some(Declared {
                value: Value::Text(vec![Passage {
                    unit: unit.clone(),
                    paragraphs: narrative.texts(),
                }]),
                reason: String::new(),
            })
        })
    }

    /// Who declared what counts, and when; of a text, who wrote in it last.
    pub fn written(&self) -> Option<(Option<Actor>, Timestamp)> {
        let number = self.number.map(|number| (number.counts.actor, number.counts.at));
        let narrative = self.narrative.and_then(Narrative::last_written);
        number.or(narrative.map(|written| (written.actor, written.at)))
    }

    /// Whether people differ on it and nobody has chosen.
    pub fn is_undecided(&self) -> bool {
        let differ = |number: &DeclaredNumber| number.differing().next().is_some();
        self.number.is_some_and(differ) || self.narrative.is_some_and(|text| text.differing().next().is_some())
    }
}

impl Figure {
    fn said(&self) -> Said<'_> {
        Said {
            number: self.number.as_ref(),
            narrative: self.narrative.as_ref(),
        }
    }

    /// Who declared what counts, and when; of a text, who wrote in it last.
    pub fn written(&self) -> Option<(Option<Actor>, Timestamp)> {
        self.said().written()
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
        self.said().is_undecided()
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
        let narrative = narratives.remove(&key);
        let said = Said {
            number: number.as_ref(),
            narrative: narrative.as_ref(),
        };
        let declared = said.declared(&input.unit.id);
        Figure {
            indicator,
            reported: Reported {
                derived: derive(indicator, input),
                declared,
            },
            number,
            narrative,
        }
    });
    figures.collect()
}
