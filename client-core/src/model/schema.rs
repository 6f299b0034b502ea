//! What a change may write: the shape of documents, checked on the server before a change becomes visible.
//!
//! A change is judged by itself, never by how it merges: so every replica judges it alike, in whatever order changes come.
//! What is not known here (a later version's keys) is let pass, as long as it is small and plain. Rules between fields are
//! for people, not for merging: two sound edits may break one together.

mod entry_value;

use std::collections::HashMap;

use self::entry_value::entry_value_fits;
use super::submission::Frozen;
use super::{entries, log, maps, narrative};
use crate::document::{Action, Change, Document, Operation, ROOT_NAME, Scalar};
use crate::ids::{EntryId, SubmissionId};

/// No text in a document is longer, in bytes. The longest field of the catalogue has 8,000 characters of up to 4 bytes.
pub const MAX_TEXT_BYTES: usize = 32_000;
/// No frozen report is larger, in bytes.
pub const MAX_FROZEN_BYTES: usize = 200_000;
/// No key is longer, in bytes.
pub const MAX_KEY_BYTES: usize = 200;

/// What is wrong with a change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaFault {
    /// It writes outside the sections, or something that is never written.
    #[error("the change writes where nothing is written")]
    OutOfPlace,
    /// A key is too long or not of the kind that stands there.
    #[error("the change writes a key that cannot stand there")]
    BadKey,
    /// A value has the wrong shape, is too large, or is no option of its field.
    #[error("field {field}: the value does not fit")]
    BadValue {
        /// The field.
        field: String,
    },
    /// An entry's type was changed after it was made.
    #[error("the change gives an entry another type")]
    TypeChanged,
}

/// Where a map stands.
#[derive(Debug, Clone, PartialEq)]
enum Place {
    Entries,
    Declared,
    Narratives,
    Submissions,
    /// A section of which this program knows no more than that it holds plain data.
    OtherSection,
    Entry {
        type_code: Option<String>,
    },
    Declaration,
    Submission,
    /// A map that a later version put somewhere.
    Unknown,
}

/// Checks one change against the shape of the document it was applied to.
pub fn check(document: &Document, change: &Change) -> Result<(), SchemaFault> {
    check_all(document, [change.operations().as_slice()])
}

/// Checks the operations of changes that were applied to a document, change by change. Looks only at the maps they write to.
pub fn check_all<'o>(
    document: &Document,
    changes: impl IntoIterator<Item = &'o [Operation]>,
) -> Result<(), SchemaFault> {
    let mut places: HashMap<String, Place> = HashMap::new();
    for operations in changes {
        for operation in operations {
            let map = operation.map.as_str();
            if map == ROOT_NAME {
                // The genesis made the root; only a later version's genesis would add to it.
                return Err(SchemaFault::OutOfPlace);
            }
            if !places.contains_key(map) {
                places.insert(map.to_owned(), place_of(document, map));
            }
            let made = check_operation(&places[map], operation, operations)?;
            if let (Action::MakeMap { map }, Some(made)) = (&operation.action, made) {
                places.insert(map.clone(), made);
            }
        }
    }
    Ok(())
}

/// Where a map stands, whichever counts where several do: every replica judges a change alike.
fn place_of(document: &Document, map: &str) -> Place {
    let Some((map, keys)) = document.path(map, maps::DEEPEST) else {
        return Place::Unknown;
    };
    let section = keys.first().map_or("", String::as_str);
    let is_section = keys.len() == 1;
    match (section, is_section) {
        (entries::SECTION, true) => Place::Entries,
        (entries::SECTION, false) => match maps::type_of(document, &map) {
            None => Place::Unknown,
            type_code => Place::Entry { type_code },
        },
        (log::DECLARED, true) => Place::Declared,
        (log::DECLARED, false) => Place::Declaration,
        (log::NARRATIVES, true) => Place::Narratives,
        (log::SUBMISSIONS, true) => Place::Submissions,
        (log::SUBMISSIONS, false) => Place::Submission,
        (section, true) if OTHER_SECTIONS.contains(&section) => Place::OtherSection,
        (_, _) => Place::Unknown,
    }
}

/// Sections of which no more is known here than that they hold plain data.
const OTHER_SECTIONS: [&str; 7] = [
    "read",
    "targets",
    "reviews",
    "recognitions",
    "answers",
    "notices",
    "requests",
];

/// What a new map is, if the operation makes one.
fn check_operation(
    place: &Place,
    operation: &Operation,
    operations: &[Operation],
) -> Result<Option<Place>, SchemaFault> {
    let Some(key) = operation.key.as_deref().filter(|key| key.len() <= MAX_KEY_BYTES) else {
        return Err(SchemaFault::BadKey);
    };
    let value = match &operation.action {
        Action::MakeMap { map } => {
            return match place {
                Place::Entries => match key.parse::<EntryId>() {
                    Ok(_) => Ok(Some(Place::Entry {
                        type_code: type_written(map, operations),
                    })),
                    Err(_) => Err(SchemaFault::BadKey),
                },
                Place::Declared if log::parse_key(key).is_some() => Ok(Some(Place::Declaration)),
                Place::Submissions if key.parse::<SubmissionId>().is_ok() => Ok(Some(Place::Submission)),
                Place::Declared | Place::Submissions => Err(SchemaFault::BadKey),
                Place::Narratives | Place::Declaration | Place::Submission => Err(SchemaFault::OutOfPlace),
                Place::OtherSection | Place::Entry { .. } | Place::Unknown => Ok(Some(Place::Unknown)),
            };
        }
        Action::Foreign => return Err(SchemaFault::OutOfPlace),
        Action::Delete => return delete_fits(place, key).map(|()| None),
        Action::Put(value) => value,
    };
    let bad_value = || SchemaFault::BadValue {
        field: key.chars().take(40).collect(),
    };
    let fits = match place {
        Place::Entries | Place::Submissions => return Err(SchemaFault::OutOfPlace),
        Place::Declared => *value == Scalar::Empty,
        Place::Narratives => narrative::parse_key(key).is_some() && is_text(value),
        Place::Declaration => match key {
            log::VALUE => matches!(value, Scalar::Integer(_) | Scalar::Decimal(_)),
            log::REASON => is_text(value),
            _ => is_plain(value),
        },
        Place::Submission => match key {
            log::PERIOD => is_text(value),
            log::ROUND => matches!(value, Scalar::Integer(round) if *round > 0),
            log::AT => matches!(value, Scalar::Integer(_)),
            log::VALUES => {
                matches!(value, Scalar::Bytes(bytes) if bytes.len() <= MAX_FROZEN_BYTES && Frozen::decode_all(bytes).is_some())
            }
            log::HEADS => matches!(value, Scalar::Bytes(bytes) if bytes.len() % 32 == 0 && bytes.len() <= 3_200),
            _ => is_plain(value),
        },
        Place::Entry { type_code } => {
            return entry_value_fits(type_code.as_deref(), key, value, operation, operations).map(|()| None);
        }
        Place::OtherSection | Place::Unknown => is_plain(value),
    };
    if fits { Ok(None) } else { Err(bad_value()) }
}

/// Nothing that counts is taken away whole: entries get a tombstone, submissions stay.
fn delete_fits(place: &Place, key: &str) -> Result<(), SchemaFault> {
    match place {
        Place::Entries | Place::Submissions | Place::Submission | Place::Declared => Err(SchemaFault::OutOfPlace),
        Place::Entry { .. } if key.starts_with('@') => Err(SchemaFault::OutOfPlace),
        Place::Entry { .. } | Place::Narratives | Place::Declaration | Place::OtherSection | Place::Unknown => Ok(()),
    }
}

fn type_written(map: &str, operations: &[Operation]) -> Option<String> {
    operations.iter().find_map(|operation| match &operation.action {
        Action::Put(Scalar::Text(code)) if operation.map == map && operation.key.as_deref() == Some(entries::TYPE) => {
            Some(code.clone())
        }
        Action::Put(_) | Action::MakeMap { .. } | Action::Delete | Action::Foreign => None,
    })
}

fn is_text(value: &Scalar) -> bool {
    matches!(value, Scalar::Text(text) if text.len() <= MAX_TEXT_BYTES)
}

/// Something that can be kept without being understood.
fn is_plain(value: &Scalar) -> bool {
    match value {
        Scalar::Text(text) => text.len() <= MAX_TEXT_BYTES,
        Scalar::Bytes(bytes) => bytes.len() <= MAX_TEXT_BYTES,
        Scalar::Decimal(number) => number.is_finite(),
        Scalar::Integer(_) | Scalar::Boolean(_) | Scalar::Date(_) | Scalar::Empty | Scalar::Foreign => true,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::convert::Infallible;

    use super::*;
    use crate::document::{Editor, MapRef, Node};
    use crate::ids::{Actor, DeviceId, DocumentKind};
    use crate::model::entries::EntryEdit;
    use crate::model::entry::FieldValue;
    use crate::time::Timestamp;

    const ACTOR: Actor = Actor {
        device: DeviceId([1; 8]),
        incarnation: 0,
    };

    fn document() -> (Document, MapRef) {
        let mut document = Document::new(DocumentKind::Log);
        let id = "01JD0000000000000000000000".parse().unwrap();
        let mut edit = EntryEdit::new(id, "TT_BUOI");
        edit.fields = BTreeMap::from([
            ("participants".to_owned(), Some(FieldValue::Integer(58))),
            ("form".to_owned(), Some(FieldValue::Text("SINHHOAT".to_owned()))),
            ("topics".to_owned(), Some(FieldValue::Codes(["KHCN".to_owned()].into()))),
        ]);
        let rng = &mut fastrand::Rng::with_seed(1);
        let change = entries::write(&mut document, ACTOR, Timestamp(1), rng, &edit).unwrap();
        assert_eq!(check(&document, &change), Ok(()));
        let map = entries::find(&document, id).unwrap().1.first().clone();
        (document, map)
    }

    fn judge(write: impl FnOnce(&mut Editor<'_, '_>, &MapRef)) -> Result<(), SchemaFault> {
        let (mut document, map) = document();
        let change = document.edit(ACTOR, Timestamp(2), |editor| {
            write(editor, &map);
            Ok::<_, Infallible>(())
        });
        check(&document, &change.unwrap().unwrap())
    }

    fn bad(field: &str) -> Result<(), SchemaFault> {
        Err(SchemaFault::BadValue {
            field: field.to_owned(),
        })
    }

    #[test]
    fn values_that_fit_their_field_pass_and_others_do_not() {
        let put = |key: &'static str, value: Scalar| judge(move |editor, map| editor.put(map, key, value));
        assert_eq!(put("participants", Scalar::Integer(0)), Ok(()));
        assert_eq!(put("participants", Scalar::Integer(-1)), bad("participants"));
        assert_eq!(put("participants", Scalar::Text("58".into())), bad("participants"));
        assert_eq!(put("form", Scalar::Text("KHONG_CO".into())), bad("form"));
        assert_eq!(put("topics/TIETKIEM", Scalar::Boolean(true)), Ok(()));
        assert_eq!(put("topics/KHONG_CO", Scalar::Boolean(true)), bad("topics"));
        assert_eq!(put("topics", Scalar::Text("KHCN".into())), bad("topics"));
        assert_eq!(
            put("result#01JD0000000000000000000001", Scalar::Text("Tốt.".into())),
            Ok(())
        );
        assert_eq!(put("result", Scalar::Text("Tốt.".into())), bad("result"));
        assert_eq!(put("title", Scalar::Text("x".repeat(MAX_TEXT_BYTES + 1))), bad("title"));
        assert_eq!(put("from_a_later_version", Scalar::Integer(1)), Ok(()));
        for emptied in [
            "participants",
            "topics/KHCN",
            "topics/KHONG_CO",
            "result#01JD0000000000000000000001",
        ] {
            assert_eq!(put(emptied, Scalar::Empty), Ok(()));
        }
        assert_eq!(
            put("@type", Scalar::Text("CHAMLO".into())),
            Err(SchemaFault::TypeChanged)
        );
        assert_eq!(put("@event/NOP_DON", Scalar::Text("hôm qua".into())), bad("@event"));
    }

    #[test]
    fn nothing_is_written_outside_its_place() {
        let section = |name: &'static str, key: &'static str| {
            judge(move |editor, _| {
                let section = editor.section(name);
                editor.put(&section, key, Scalar::Integer(1));
            })
        };
        assert_eq!(section("entries", "x"), Err(SchemaFault::OutOfPlace));
        assert_eq!(section("submissions", "x"), Err(SchemaFault::OutOfPlace));
        assert_eq!(section("declared", "2026-Q3/II.1-02"), bad("2026-Q3/II.1-02"));
        assert_eq!(section("a_new_section", "x"), Err(SchemaFault::OutOfPlace));
        let child = |name: &'static str, key: &'static str| {
            judge(move |editor, _| {
                let section = editor.section(name);
                editor.child(&section, key);
            })
        };
        assert_eq!(child("entries", "no-ulid"), Err(SchemaFault::BadKey));
        assert_eq!(child("declared", "sometime/II.1-02"), Err(SchemaFault::BadKey));
        assert_eq!(child("declared", "2026-Q3/II.1-02"), Ok(()));
    }

    #[test]
    fn a_submission_has_a_round_that_can_be_counted_on() {
        let round = |round: Scalar| {
            judge(|editor, _| {
                let section = editor.section("submissions");
                let map = editor.child(&section, "01JD0000000000000000000000");
                editor.put(&map, "round", round);
            })
        };
        assert_eq!(round(Scalar::Integer(1)), Ok(()));
        assert_eq!(round(Scalar::Integer(0)), bad("round"));
        assert_eq!(round(Scalar::Text("1".into())), bad("round"));
    }

    #[test]
    fn a_choice_between_two_states_passes_whichever_is_chosen() {
        for chosen in ["AP_DUNG_THU", "NOP_DON"] {
            let mut here = Document::new(DocumentKind::Register);
            let id = "01JD0000000000000000000000".parse().unwrap();
            let mut edit = EntryEdit::new(id, "SANGKIEN");
            edit.state = Some("Y_TUONG".to_owned());
            let rng = &mut fastrand::Rng::with_seed(1);
            entries::write(&mut here, ACTOR, Timestamp(1), rng, &edit).unwrap();
            let map = entries::find(&here, id).unwrap().1.first().clone();
            let mut there = here.clone();
            let choose = |document: &mut Document, device: u8, state: &str| {
                let actor = Actor {
                    device: DeviceId([device; 8]),
                    incarnation: 0,
                };
                let change = document.edit(actor, Timestamp(2), |editor| {
                    editor.put(&map, entries::STATE, Scalar::Text(state.to_owned()));
                    Ok::<_, Infallible>(())
                });
                change.unwrap().unwrap()
            };
            choose(&mut here, 1, "AP_DUNG_THU");
            here.apply([choose(&mut there, 2, "NOP_DON")]).unwrap();
            let choice = choose(&mut here, 1, chosen);
            assert_eq!(check(&here, &choice), Ok(()), "{chosen}");
            let standing = here.written(&map, entries::STATE);
            assert_eq!(standing.len(), 1);
            assert_eq!(standing[0].node, Node::Scalar(Scalar::Text(chosen.to_owned())));
        }
    }

    #[test]
    fn who_made_an_entry_is_said_when_it_is_brought_there_and_not_changed_later() {
        let author = Scalar::Bytes(ACTOR.to_bytes().to_vec());
        let bring = |author: Scalar| {
            judge(|editor, _| {
                let section = editor.section("entries");
                let map = editor.child(&section, "01JD0000000000000000000001");
                editor.put(&map, entries::TYPE, Scalar::Text("TT_BUOI".to_owned()));
                editor.put(&map, entries::AUTHOR, author);
            })
        };
        assert_eq!(bring(author.clone()), Ok(()));
        assert_eq!(bring(Scalar::Bytes(vec![1; 8])), bad("@author"));
        assert_eq!(bring(Scalar::Integer(1)), bad("@author"));
        let later = judge(|editor, map| editor.put(map, entries::AUTHOR, author));
        assert_eq!(later, bad("@author"));
    }

    #[test]
    fn an_entry_is_never_taken_away() {
        let taken = judge(|editor, _| {
            let section = editor.section("entries");
            editor.delete(&section, "01JD0000000000000000000000");
        });
        assert_eq!(taken, Err(SchemaFault::OutOfPlace));
        assert_eq!(
            judge(|editor, map| editor.delete(map, "@made")),
            Err(SchemaFault::OutOfPlace)
        );
        assert_eq!(judge(|editor, map| editor.delete(map, "participants")), Ok(()));
    }
}
