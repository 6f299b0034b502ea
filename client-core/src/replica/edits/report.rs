//! What an officer does to reports.

use super::no_such_entry;
use crate::catalogue::{self, Indicator, IndicatorKind};
use crate::ids::{ChangeHash, DocumentId, PartId, SubmissionId};
use crate::model::log::{self, DeclaredNumber, DeclaredValue, ReportKey};
use crate::model::narrative::{self, Paragraph};
use crate::model::period::ReportingPeriod;
use crate::replica::effect::Effect;
use crate::replica::kept::Staged;
use crate::replica::view::{Bilingual, FindingLevel, Outcome};
use crate::replica::views;
use crate::replica::{After, Replica, refused};
use crate::report::Figure;
use crate::time::Timestamp;
use crate::validate;

impl Replica {
    pub(in crate::replica) fn declare(
        &mut self,
        period: ReportingPeriod,
        code: &str,
        value: Option<&str>,
        reason: &str,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some((actor, unit)) = self.officer(effects) else {
            return;
        };
        let Some(indicator) = catalogue::indicator(code) else {
            effects.push(refused(Bilingual::new(
                "Không có chỉ tiêu này.",
                "There is no such indicator.",
            )));
            return;
        };
        if !self.may_report(period, effects) || !self.is_asked(indicator, value, effects) {
            return;
        }
        let key = (period, code.to_owned());
        let document = DocumentId::log(&unit, period.year());
        let mut staged = Staged::default();
        let staging = match indicator.kind {
            IndicatorKind::Text => validate::parse_narrative(value.unwrap_or_default()).map(|paragraphs| {
                self.stage_edit(&mut staged, &document, |document, rng| {
                    log::narrate(document, actor, now, rng, &key, paragraphs)
                });
            }),
            IndicatorKind::Count | IndicatorKind::People | IndicatorKind::Percent | IndicatorKind::MoneyVnd => {
                read_declaration(indicator, value, reason).map(|declaration| {
                    let declaration = declaration.as_ref().map(|(value, reason)| (*value, reason.as_str()));
                    self.stage_edit(&mut staged, &document, |document, _| {
                        log::declare(document, actor, now, &key, declaration)
                    });
                })
            }
        };
        if let Err(message) = staging {
            effects.push(refused(message));
            return;
        }
        let (period, indicator) = key.clone();
        self.stage_put_right(&mut staged, (period, Some(indicator)));
        if self.kept.own_declaring(key.clone()).is_some() {
            staged.declaring(unit, key, None);
        }
        self.persist(staged, Some(Outcome::Done), After::Send, effects);
    }

    pub(in crate::replica) fn choose_declared(
        &mut self,
        period: ReportingPeriod,
        indicator: String,
        choice: &str,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some((actor, unit)) = self.officer(effects) else {
            return;
        };
        let id = DocumentId::log(&unit, period.year());
        let key = (period, indicator);
        let number = log::declared(&self.kept.holding(&id).document).remove(&key);
        let said = number.iter().flat_map(DeclaredNumber::differing);
        let overtaken = (
            "Vừa có số mới về. Xem lại rồi chọn.",
            "Another number has just come. Look again, then choose.",
        );
        let Some(chosen) = chosen(said, |said| said.change, choice, overtaken, effects) else {
            return;
        };
        let declaration = chosen.value.map(|value| (value, chosen.reason.as_str()));
        let mut staged = Staged::default();
        self.stage_edit(&mut staged, &id, |document, _| {
            log::declare(document, actor, now, &key, declaration)
        });
        self.persist(staged, Some(Outcome::Done), After::Send, effects);
    }

    pub(in crate::replica) fn choose_paragraph(
        &mut self,
        key: &ReportKey,
        part: PartId,
        choice: &str,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some((actor, unit)) = self.officer(effects) else {
            return;
        };
        let id = DocumentId::log(&unit, key.0.year());
        let narrative = log::narratives(&self.kept.holding(&id).document).remove(key);
        let paragraph = narrative.and_then(|mut narrative| narrative.paragraphs.remove(&part));
        let said = paragraph.iter().flat_map(Paragraph::differing);
        let overtaken = (
            "Vừa có đoạn mới về. Xem lại rồi chọn.",
            "Another paragraph has just come. Look again, then choose.",
        );
        let Some(chosen) = chosen(said, |said| said.change, choice, overtaken, effects) else {
            return;
        };
        let mut staged = Staged::default();
        self.stage_edit(&mut staged, &id, |document, _| {
            narrative::choose(document, actor, now, key, part, &chosen.text)
        });
        self.persist(staged, Some(Outcome::Done), After::Send, effects);
    }

    pub(in crate::replica) fn submit(
        &mut self,
        period: ReportingPeriod,
        submission: SubmissionId,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some((actor, unit)) = self.officer(effects) else {
            return;
        };
        if !self.may_report(period, effects) {
            return;
        }
        let Some(figures) = views::figures(self, period) else {
            effects.push(no_such_entry());
            return;
        };
        let findings: Vec<_> = views::findings(self, &figures, period)
            .into_iter()
            .filter(|finding| finding.level == FindingLevel::Error)
            .collect();
        if !findings.is_empty() {
            effects.push(Effect::Outcome {
                outcome: Outcome::NotSubmittable { findings },
            });
            return;
        }
        let values: Vec<_> = figures.figures.iter().filter_map(Figure::frozen).collect();
        let log = DocumentId::log(&unit, period.year());
        let mut heads = self.kept.holding(&log).document.heads();
        heads.extend(self.kept.holding(&DocumentId::register(&unit)).document.heads());
        let mut staged = Staged::default();
        self.stage_edit(&mut staged, &log, |document, _| {
            log::submit(document, actor, now, submission, period, &values, &heads)
        });
        self.stage_put_right(&mut staged, (period, None));
        self.persist(staged, Some(Outcome::Done), After::Send, effects);
    }

    /// Whether the plan asks the unit for what is declared; or tells the screen that it does not. What was declared when it
    /// did may be taken back.
    fn is_asked(&self, indicator: &Indicator, value: Option<&str>, effects: &mut Vec<Effect>) -> bool {
        let says_nothing = value.is_none_or(|value| value.trim().is_empty());
        let asked = says_nothing || views::own_unit(self).is_none_or(|unit| indicator.is_asked_of(&unit));
        if !asked {
            effects.push(refused(validate::not_asked(indicator)));
        }
        asked
    }

    /// Whether the unit is asked for this period; or tells the screen that it is not.
    fn may_report(&self, period: ReportingPeriod, effects: &mut Vec<Effect>) -> bool {
        let opened = views::periods(self).into_iter().map(|(opened, _due)| opened);
        let checked = validate::check_period(period, opened);
        effects.extend(checked.as_ref().err().cloned().map(refused));
        checked.is_ok()
    }
}

/// What a person chose of what people said apart from each other; or tells the screen that there is nothing to choose any
/// more, or not this.
fn chosen<'s, T>(
    said: impl Iterator<Item = &'s T>,
    change_of: impl Fn(&T) -> ChangeHash,
    choice: &str,
    (vi, en): (&'static str, &'static str),
    effects: &mut Vec<Effect>,
) -> Option<&'s T> {
    let mut said = said.peekable();
    let is_settled = said.peek().is_none();
    let chosen = said.find(|said| change_of(said).to_string() == choice);
    match (&chosen, is_settled) {
        (Some(_), _) => {}
        // Somebody else chose in the meantime.
        (None, true) => effects.push(Effect::Outcome { outcome: Outcome::Done }),
        (None, false) => effects.push(refused(Bilingual::new(vi, en))),
    }
    chosen
}

/// A declared number with its reason; none when the declaration is taken back.
fn read_declaration(
    indicator: &Indicator,
    value: Option<&str>,
    reason: &str,
) -> Result<Option<(DeclaredValue, String)>, Bilingual> {
    let Some(typed) = value else { return Ok(None) };
    let value = validate::parse_declared(indicator, typed)?;
    let reason = validate::parse_reason(indicator, reason)?;
    Ok(Some((value, reason)))
}
