//! A number that a unit declares in a report instead of the derived one, with the reason; and what two people declared apart
//! from each other.

use std::collections::BTreeMap;
use std::convert::Infallible;

use super::log::{DECLARED, REASON, ReportKey, VALUE, parse_key};
use crate::document::{Change, Document, MapRef, Node, Scalar, Written};
use crate::ids::{Actor, ChangeHash};
use crate::time::Timestamp;

/// What one person says about a number. A number and its reason are one statement; two people's are never mixed.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// The number, in the indicator's unit; none where the person took the declaration back, so that the derived one counts.
    pub value: Option<DeclaredValue>,
    /// Why it differs from the derived one.
    pub reason: String,
    /// Who declared it.
    pub actor: Option<Actor>,
    /// When, on that device's clock.
    pub at: Timestamp,
    /// The change it was written in: its name among the others, the same on every replica.
    pub change: ChangeHash,
}

impl Declaration {
    /// Two people who say the same agree.
    fn agrees(&self, other: &Self) -> bool {
        self.value == other.value && self.reason == other.reason
    }
}

/// A declared number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DeclaredValue {
    /// A count or an amount in đồng.
    Integer(i64),
    /// A percentage.
    Decimal(f64),
}

/// What stands about one number. The same on every replica that has the same changes.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredNumber {
    /// What counts: the only one, or one of several until a person chooses.
    pub counts: Declaration,
    /// What others said apart from it, where it differs.
    pub others: Vec<Declaration>,
}

impl DeclaredNumber {
    /// Everything that people said apart from each other, what counts first. Empty where they agree.
    pub fn differing(&self) -> impl Iterator<Item = &Declaration> {
        let first = (!self.others.is_empty()).then_some(&self.counts);
        first.into_iter().chain(&self.others)
    }
}

/// The declarations of a log. A number about which nothing is declared, or of which everybody took it back, is not among
/// them.
pub fn declared(document: &Document) -> BTreeMap<ReportKey, DeclaredNumber> {
    let Some(section) = document.section(DECLARED) else {
        return BTreeMap::new();
    };
    let keys = document.keys_from(&section, "").into_iter();
    let numbers = keys.filter_map(|key| Some((parse_key(&key)?, number(document, &section, &key)?)));
    numbers.collect()
}

/// What stands about one number; none as above.
pub fn declared_number(document: &Document, (period, indicator): &ReportKey) -> Option<DeclaredNumber> {
    let section = document.section(DECLARED)?;
    number(document, &section, &format!("{period}/{indicator}"))
}

fn number(document: &Document, section: &MapRef, key: &str) -> Option<DeclaredNumber> {
    let mut statements = Vec::<Declaration>::new();
    for written in document.written(section, key) {
        if let Some(declaration) = read(document, &written)
            && !statements.iter().any(|said| said.agrees(&declaration))
        {
            statements.push(declaration);
        }
    }
    let mut statements = statements.into_iter();
    let number = DeclaredNumber {
        counts: statements.next()?,
        others: statements.collect(),
    };
    let is_declared = number.counts.value.is_some() || !number.others.is_empty();
    is_declared.then_some(number)
}

fn read(document: &Document, written: &Written) -> Option<Declaration> {
    let (value, reason) = match &written.node {
        Node::Scalar(Scalar::Empty) => (None, String::new()),
        Node::Scalar(_) => return None,
        Node::Map(map) => {
            let mut fields: BTreeMap<_, _> = document
                .nodes(map)
                .into_iter()
                .map(|(key, node, _)| (key, node))
                .collect();
            let value = match fields.remove(VALUE)? {
                Node::Scalar(Scalar::Integer(number)) => DeclaredValue::Integer(number),
                Node::Scalar(Scalar::Decimal(number)) => DeclaredValue::Decimal(number),
                Node::Scalar(_) | Node::Map(_) => return None,
            };
            let reason = match fields.remove(REASON) {
                Some(Node::Scalar(Scalar::Text(reason))) => reason,
                Some(Node::Scalar(_) | Node::Map(_)) | None => String::new(),
            };
            (Some(value), reason)
        }
    };
    Some(Declaration {
        value,
        reason,
        actor: written.actor,
        at: written.at,
        change: written.change?,
    })
}

/// Declares a number with its reason, or takes the declaration back. Where people differ this settles it. None when it
/// stands so already.
pub fn declare(
    document: &mut Document,
    actor: Actor,
    now: Timestamp,
    (period, indicator): &ReportKey,
    declaration: Option<(DeclaredValue, &str)>,
) -> Option<Change> {
    let standing = declared(document).remove(&(*period, indicator.clone()));
    let same = match (&standing, declaration) {
        (None, None) => true,
        (Some(standing), Some((value, reason))) => {
            let counts = &standing.counts;
            standing.others.is_empty() && counts.value == Some(value) && counts.reason == reason
        }
        (Some(_), None) | (None, Some(_)) => false,
    };
    if same {
        return None;
    }
    let key = format!("{period}/{indicator}");
    let change = document.edit(actor, now, |editor| {
        let section = editor.section(DECLARED);
        match declaration {
            None => editor.put(&section, &key, Scalar::Empty),
            Some((value, reason)) => {
                // The number and its reason are one thing: a new map, so that two people's are never mixed.
                let map = editor.replace_child(&section, &key);
                let value = match value {
                    DeclaredValue::Integer(number) => Scalar::Integer(number),
                    DeclaredValue::Decimal(number) => Scalar::Decimal(number),
                };
                editor.put(&map, VALUE, value);
                editor.put(&map, REASON, Scalar::Text(reason.to_owned()));
            }
        }
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

    const MINE: (DeclaredValue, &str) = (DeclaredValue::Integer(340), "Thêm buổi lồng ghép");
    const THEIRS: (DeclaredValue, &str) = (DeclaredValue::Integer(350), "Đếm lại");

    fn key() -> ReportKey {
        ("2026-Q3".parse().unwrap(), "II.1-02".to_owned())
    }

    /// Two replicas of one log.
    struct Pair([Document; 2]);

    impl Pair {
        fn new() -> Self {
            let document = Document::new(DocumentKind::Log);
            Self([document.clone(), document])
        }

        fn declare(&mut self, whose: usize, at: i64, declaration: Option<(DeclaredValue, &str)>) {
            let actor = actor(whose as u8 + 1);
            let document = &mut self.0[whose];
            let change = declare(document, actor, Timestamp(at), &key(), declaration).unwrap();
            assert_eq!(schema::check(document, &change), Ok(()), "the server takes it");
        }

        /// Each gets what the other has; both must then say the same.
        fn meet(&mut self) -> Option<DeclaredNumber> {
            let [here, there] = &mut self.0;
            let (from_here, from_there) = (here.changes_after(&there.heads()), there.changes_after(&here.heads()));
            there.apply(from_here).unwrap();
            here.apply(from_there).unwrap();
            assert_eq!(here.heads(), there.heads());
            assert_eq!(declared(here), declared(there));
            declared(here).remove(&key())
        }
    }

    fn said(number: &DeclaredNumber) -> Vec<(Option<DeclaredValue>, &str, u8, i64)> {
        let mut said: Vec<_> = number
            .differing()
            .map(|one| (one.value, one.reason.as_str(), one.actor.unwrap().device.0[0], one.at.0))
            .collect();
        said.sort_by_key(|(_, _, device, _)| *device);
        said
    }

    #[test]
    fn what_two_people_declare_apart_is_readable_whole_and_a_choice_settles_it_on_both() {
        for chosen in [MINE, THEIRS] {
            let mut pair = Pair::new();
            pair.declare(0, 10, Some(MINE));
            pair.declare(1, 20, Some(THEIRS));
            let number = pair.meet().unwrap();
            assert_eq!(
                said(&number),
                [(Some(MINE.0), MINE.1, 1, 10), (Some(THEIRS.0), THEIRS.1, 2, 20)]
            );
            pair.declare(0, 30, Some(chosen));
            let number = pair.meet().unwrap();
            assert_eq!((number.counts.value, number.others.len()), (Some(chosen.0), 0));
            let again = declare(&mut pair.0[1], actor(2), Timestamp(40), &key(), Some(chosen));
            assert_eq!(again, None, "nothing is left to settle");
        }
    }

    #[test]
    fn a_declaration_taken_back_elsewhere_is_one_of_the_values() {
        // Which of the two counts follows from the actors: both orders.
        for taker in [0, 1] {
            let mut pair = Pair::new();
            pair.declare(0, 10, Some(MINE));
            pair.meet();
            pair.declare(taker, 20, None);
            pair.declare(1 - taker, 30, Some(THEIRS));
            let number = pair.meet().unwrap();
            let values: Vec<_> = said(&number).into_iter().map(|(value, ..)| value).collect();
            assert!(values.contains(&None) && values.contains(&Some(THEIRS.0)), "{values:?}");
            pair.declare(0, 40, None);
            assert_eq!(pair.meet(), None);
        }
    }

    #[test]
    fn people_who_declare_the_same_agree_and_choices_that_differ_are_shown_again() {
        let mut pair = Pair::new();
        pair.declare(0, 10, Some(MINE));
        pair.declare(1, 20, Some(MINE));
        assert_eq!(pair.meet().unwrap().differing().count(), 0);
        pair.declare(0, 30, Some(THEIRS));
        pair.declare(1, 40, None);
        assert_eq!(pair.meet().unwrap().differing().count(), 2);
        pair.declare(0, 50, None);
        pair.declare(1, 60, Some(THEIRS));
        assert_eq!(pair.meet().unwrap().differing().count(), 2);
        pair.declare(0, 70, Some(THEIRS));
        pair.declare(1, 80, Some(THEIRS));
        let number = pair.meet().unwrap();
        assert_eq!((number.counts.value, number.differing().count()), (Some(THEIRS.0), 0));
    }
}
