//! What a later version of this program wrote into an entry. It is not read here, and goes wherever the entry goes.

use std::collections::BTreeMap;

use super::entries::{self, EntryKey};
use super::maps::EntryMaps;
use crate::document::{Document, Editor, Node, Opaque};

/// Everything in an entry that this program does not read, by key.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Foreign(BTreeMap<String, Opaque>);

impl Foreign {
    /// Of an entry in a document, but for the fields that an edit writes anew.
    pub(super) fn of(document: &Document, maps: &EntryMaps, is_edited: impl Fn(&str) -> bool) -> Self {
        let edited = |key: &str| EntryKey::parse(key).is_some_and(|key| is_edited(key.field()));
        let unread = maps.nodes(document).into_iter();
        let unread = unread.filter(|(key, node, _)| is_foreign(key, node) && !edited(key));
        let opaque = unread.filter_map(|(key, ..)| {
            let mut found = maps.iter().filter_map(|map| document.opaque(map, &key));
            Some((key.clone(), found.next()?))
        });
        Self(opaque.collect())
    }

    /// Writes it where the entry has come to, in place of what was left there when the entry stood there before.
    pub(super) fn write(&self, editor: &mut Editor<'_, '_>, maps: &EntryMaps, there: &Self) {
        for opaque in self.0.values() {
            editor.put_opaque(maps.first(), opaque);
        }
        // What is about an entry is never taken away.
        let gone = there
            .0
            .keys()
            .filter(|key| !self.0.contains_key(*key) && !key.starts_with('@'));
        gone.for_each(|key| maps.delete(editor, key));
    }
}

fn is_foreign(key: &str, node: &Node) -> bool {
    match (EntryKey::parse(key), node) {
        (None, _) => !entries::is_of_a_move(key),
        // Whoever brings the entry says these, and whether it is deleted.
        (Some(EntryKey::About(_)), _) => false,
        (Some(_), Node::Map(_)) => true,
        (Some(parsed), Node::Scalar(value)) => !entries::is_read(parsed, value),
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use jiff::civil::date;

    use super::*;
    use crate::document::tests::actor;
    use crate::document::{MapRef, Scalar};
    use crate::ids::{DocumentKind, EntryId};
    use crate::model::entries::EntryEdit;
    use crate::model::entry::FieldValue;
    use crate::model::{conflict, home, schema};
    use crate::time::Timestamp;

    fn id() -> EntryId {
        "01JD0000000000000000000000".parse().unwrap()
    }

    fn edit(fields: &[(&str, FieldValue)]) -> EntryEdit {
        let mut edit = EntryEdit::new(id(), "TT_BUOI");
        edit.fields = fields
            .iter()
            .map(|(field, value)| ((*field).to_owned(), Some(value.clone())))
            .collect();
        edit
    }

    fn later_version(document: &mut Document, write: impl FnOnce(&mut Editor<'_, '_>, &MapRef)) {
        let map = entries::find(document, id()).unwrap().1.first().clone();
        let change = document.edit(actor(2), Timestamp(2), |editor| {
            write(editor, &map);
            Ok::<_, Infallible>(())
        });
        let change = change.unwrap().unwrap();
        assert_eq!(schema::check(document, &change), Ok(()), "the server lets it pass");
    }

    /// An entry in the log of 2025 into which a later version has written, and the log of 2026.
    fn logs() -> [Document; 2] {
        let mut log = Document::new(DocumentKind::Log);
        let made = edit(&[
            ("date_start", FieldValue::Date(date(2025, 12, 30))),
            ("participants", FieldValue::Integer(40)),
        ]);
        let rng = &mut fastrand::Rng::with_seed(1);
        entries::write(&mut log, actor(1), Timestamp(1), rng, &made).unwrap();
        later_version(&mut log, |editor, map| {
            editor.put(map, "@colour", Scalar::Text("xanh".to_owned()));
            editor.put(map, "new_field", Scalar::Integer(1));
            editor.put(map, "seal", Scalar::Bytes(vec![1, 2, 3]));
            editor.put(map, "result#not-a-part", Scalar::Boolean(true));
            let nested = editor.child(map, "nested");
            editor.put(&nested, "a", Scalar::Integer(1));
            editor.put(&nested, "nothing", Scalar::Empty);
            let deeper = editor.child(&nested, "deeper");
            editor.put(&deeper, "b", Scalar::Text("sâu".to_owned()));
        });
        [log, Document::new(DocumentKind::Log)]
    }

    /// Everything in the entry but when and by whom it was made, as text.
    fn dump(document: &Document) -> Vec<String> {
        let mut lines = Vec::new();
        let mut maps = vec![(String::new(), entries::find(document, id()).unwrap().1.first().clone())];
        while let Some((path, map)) = maps.pop() {
            for (key, node, several) in document.nodes(&map) {
                match node {
                    Node::Map(map) => maps.push((format!("{path}{key}."), map)),
                    Node::Scalar(value) => lines.push(format!("{path}{key} = {value:?} {several}")),
                }
            }
        }
        lines.retain(|line| {
            !["@made", "@author", "@deleted", "@moved"]
                .iter()
                .any(|about| line.starts_with(about))
        });
        lines.sort();
        lines
    }

    fn moved(from: &mut Document, to: &mut Document, edit: &EntryEdit, number: u8) {
        let rng = &mut fastrand::Rng::with_seed(1);
        let came = home::move_in(to, actor(number), Timestamp(5), rng, from, edit).unwrap();
        assert_eq!(schema::check(to, &came), Ok(()), "the server lets it pass");
        home::move_out(from, actor(number), Timestamp(5), id()).unwrap();
    }

    fn on(day: jiff::civil::Date) -> EntryEdit {
        edit(&[("date_start", FieldValue::Date(day))])
    }

    #[test]
    fn what_a_later_version_wrote_goes_along_to_another_year_and_back() {
        let [mut old, mut new] = logs();
        let before = dump(&old);
        assert!(
            before.contains(&"nested.deeper.b = Text(\"sâu\") false".to_owned()),
            "{before:?}"
        );
        moved(&mut old, &mut new, &on(date(2026, 1, 2)), 1);
        let there = dump(&new);
        let day = |lines: &[String]| lines.iter().position(|line| line.starts_with("date_start")).unwrap();
        assert_ne!(before[day(&before)], there[day(&there)]);
        let without_day = |mut lines: Vec<String>| {
            lines.remove(day(&lines));
            lines
        };
        assert_eq!(without_day(there), without_day(before.clone()));

        // The later version changes it there, and takes some of it away.
        later_version(&mut new, |editor, map| {
            editor.put(map, "@colour", Scalar::Text("đỏ".to_owned()));
            editor.delete(map, "seal");
            editor.delete(map, "new_field");
            let nested = editor.child(map, "nested");
            editor.delete(&nested, "a");
        });
        let mut expected = without_day(dump(&new));
        moved(&mut new, &mut old, &on(date(2025, 12, 30)), 1);
        // A field that is gone there is emptied where it stands.
        expected.push("new_field = Empty false".to_owned());
        expected.sort();
        assert_eq!(without_day(dump(&old)), expected);
        assert!(!expected.iter().any(|line| line.starts_with("seal")));
        expected.retain(|line| line.starts_with("nested"));
        assert_eq!(expected.len(), 2, "{expected:?}");
    }

    #[test]
    fn an_edit_of_a_field_that_a_later_version_wrote_otherwise_counts() {
        let [mut old, mut new] = logs();
        let mut both = on(date(2026, 1, 2));
        both.fields.insert("seal".to_owned(), Some(FieldValue::Integer(7)));
        moved(&mut old, &mut new, &both, 1);
        assert_eq!(entries::find(&new, id()).unwrap().0.integer("seal"), Some(7));
    }

    #[test]
    fn two_who_move_it_apart_from_each_other_are_asked_nothing_about_it() {
        let [mut old, mut new] = logs();
        let (mut other_old, mut other_new) = (old.clone(), new.clone());
        moved(&mut old, &mut new, &on(date(2026, 1, 2)), 1);
        moved(&mut other_old, &mut other_new, &on(date(2026, 1, 2)), 3);
        new.apply(other_new.changes_after(&[])).unwrap();
        let maps = entries::find(&new, id()).unwrap().1;
        assert_eq!(maps.iter().count(), 2);
        assert_eq!(conflict::of_entry(&new, &maps), []);
    }

    #[test]
    fn maps_in_maps_of_any_depth_go_along() {
        let [mut old, mut new] = logs();
        later_version(&mut old, |editor, map| {
            let mut map = map.clone();
            for _ in 0..3_000 {
                map = editor.child(&map, "n");
            }
            editor.put(&map, "end", Scalar::Integer(1));
        });
        moved(&mut old, &mut new, &on(date(2026, 1, 2)), 1);
        assert_eq!(
            dump(&new)
                .iter()
                .filter(|line| line.contains("n.n.n.end = Integer(1)"))
                .count(),
            1
        );
    }
}
