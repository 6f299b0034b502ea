use std::convert::Infallible;

use jiff::civil::Date;

use super::*;
use crate::ids::DeviceId;

/// Who writes in a test, by number.
pub(crate) fn actor(number: u8) -> Actor {
    Actor {
        device: DeviceId([number; 8]),
        incarnation: 0,
    }
}

fn put(document: &mut Document, by: Actor, at: i64, key: &str, value: Scalar) -> Change {
    let write = |editor: &mut Editor<'_, '_>| {
        let entries = editor.section("entries");
        let entry = editor.child(&entries, "E");
        editor.put(&entry, key, value);
        Ok::<_, Infallible>(())
    };
    document.edit(by, Timestamp(at), write).unwrap().unwrap()
}

/// Two changes of the first actor, one upon the other.
pub(crate) fn two_changes() -> [Change; 2] {
    let mut document = Document::new(DocumentKind::Log);
    [1, 2].map(|number| put(&mut document, actor(1), number, "a", Scalar::Integer(number)))
}

fn value(document: &Document, key: &str) -> Option<Scalar> {
    let entry = document.map(&document.section("entries")?, "E")?;
    document
        .nodes(&entry)
        .into_iter()
        .find(|(name, ..)| name == key)
        .and_then(|(_, node, _)| match node {
            Node::Scalar(value) => Some(value),
            Node::Map(_) => None,
        })
}

/// What `genesis-*.hex` were made with. Kept to show what they hold; the bytes are what counts.
fn make_genesis(kind: DocumentKind) -> Change {
    let sections: &[&str] = match kind {
        DocumentKind::Log => &["entries", "declared", "narratives", "submissions", "read"],
        DocumentKind::Register => &["entries"],
        DocumentKind::Oversight => &["targets", "reviews", "recognitions", "answers"],
        DocumentKind::Board => &["notices", "requests"],
    };
    let mut crdt = Automerge::new().with_actor(ActorId::from(&[0_u8][..]));
    let mut transaction = crdt.transaction();
    transaction.put(ROOT, "kind", kind.as_str()).unwrap();
    transaction.put(ROOT, "schema", SCHEMA_VERSION).unwrap();
    for section in sections {
        transaction.put_object(ROOT, *section, ObjType::Map).unwrap();
    }
    let (hash, _) = transaction.commit_with(CommitOptions::default().with_time(0));
    Change {
        inner: crdt.get_change_by_hash(&hash.unwrap()).unwrap(),
    }
}

/// A document as the program of another version of the layout would have saved it: with the number of that version, and a
/// later one with a section of its own.
pub(crate) fn of_schema(kind: DocumentKind, version: i64) -> Vec<u8> {
    let mut document = Document::new(kind);
    let mut transaction = document.crdt.transaction();
    transaction.put(ROOT, "schema", version).unwrap();
    if version > SCHEMA_VERSION {
        let section = transaction.put_object(ROOT, LATER_SECTION, ObjType::Map).unwrap();
        transaction.put(section, "key", "giá trị").unwrap();
    }
    transaction.commit_with(CommitOptions::default().with_time(0));
    document.save()
}

/// A section that this program does not know.
const LATER_SECTION: &str = "a_later_section";

/// The version that a document says it is of, and what it has in the section of a later one.
pub(crate) fn schema_of(document: &Document) -> (i64, Option<Scalar>) {
    let (version, _) = document.crdt.get(ROOT, "schema").unwrap().unwrap();
    let section = document.section(LATER_SECTION);
    let later = section.and_then(|section| match document.nodes(&section).pop() {
        Some((_, Node::Scalar(value), _)) => Some(value),
        Some((_, Node::Map(_), _)) | None => None,
    });
    (version.as_i64().unwrap(), later)
}

#[test]
fn the_genesis_is_what_it_always_was() {
    for kind in DocumentKind::ALL {
        let made = make_genesis(kind);
        let path = format!(
            "{}/src/document/genesis-{}.hex",
            env!("CARGO_MANIFEST_DIR"),
            kind.as_str()
        );
        let written = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            written.trim(),
            data_encoding::HEXLOWER.encode(made.bytes()),
            "{}",
            kind.as_str()
        );
    }
}

#[test]
fn two_devices_that_begin_apart_come_together() {
    let (mut here, mut there) = (Document::new(DocumentKind::Log), Document::new(DocumentKind::Log));
    let mine = put(&mut here, actor(1), 10, "a", Scalar::Integer(1));
    let theirs = put(&mut there, actor(2), 11, "b", Scalar::Integer(2));
    here.apply([theirs.clone()]).unwrap();
    there.apply([mine.clone(), mine]).unwrap();
    assert_eq!(here.heads(), there.heads());
}

#[test]
fn values_written_apart_both_stay_with_who_and_when() {
    let mut here = Document::new(DocumentKind::Log);
    put(&mut here, actor(1), 1, "n", Scalar::Integer(40));
    let mut there = here.clone();
    put(&mut here, actor(1), 10, "n", Scalar::Integer(46));
    let theirs = put(&mut there, actor(2), 11, "n", Scalar::Integer(52));
    here.apply([theirs]).unwrap();
    let entry = here.map(&here.section("entries").unwrap(), "E").unwrap();
    assert_eq!(
        here.nodes(&entry),
        vec![("n".to_owned(), here.written(&entry, "n")[0].node.clone(), true)]
    );
    let mut written: Vec<_> = here
        .written(&entry, "n")
        .into_iter()
        .map(|w| (w.node, w.actor.unwrap(), w.at.0))
        .collect();
    written.sort_by_key(|(_, _, at)| *at);
    assert_eq!(
        written,
        [
            (Node::Scalar(Scalar::Integer(46)), actor(1), 10),
            (Node::Scalar(Scalar::Integer(52)), actor(2), 11)
        ]
    );
    // Writing one of them settles it, even though that value stands there already.
    let counts = here.written(&entry, "n")[0].node.clone();
    let Node::Scalar(counts) = counts else {
        panic!("a scalar was written")
    };
    put(&mut here, actor(1), 12, "n", counts);
    assert_eq!(here.written(&entry, "n").len(), 1);
}

#[test]
fn choosing_what_counts_already_stands_against_another_choice_made_elsewhere() {
    let mut base = Document::new(DocumentKind::Log);
    put(&mut base, actor(9), 1, "n", Scalar::Integer(40));
    let (mut here, mut there) = (base.clone(), base);
    let a = put(&mut here, actor(1), 10, "n", Scalar::Integer(46));
    let b = put(&mut there, actor(2), 11, "n", Scalar::Integer(52));
    here.apply([b]).unwrap();
    there.apply([a]).unwrap();
    let entry = here.map(&here.section("entries").unwrap(), "E").unwrap();
    let standing: Vec<_> = here.written(&entry, "n").into_iter().map(|w| w.node).collect();
    let [Node::Scalar(counts), Node::Scalar(other)] = standing.as_slice() else {
        panic!("two scalars were written")
    };
    let a = put(&mut here, actor(1), 12, "n", counts.clone());
    let b = put(&mut there, actor(2), 13, "n", other.clone());
    assert!(
        a.operations()
            .iter()
            .all(|operation| operation.action != Action::Delete),
        "some keys may not be deleted"
    );
    here.apply([b]).unwrap();
    there.apply([a]).unwrap();
    assert_eq!(here.written(&entry, "n"), there.written(&entry, "n"));
    let mut by: Vec<_> = here.written(&entry, "n").iter().map(|w| w.at.0).collect();
    by.sort_unstable();
    assert_eq!(by, [12, 13], "both choices are there, neither won without a word");
}

#[test]
fn a_change_reads_back_from_its_bytes_and_nothing_else_does() {
    let mut document = Document::new(DocumentKind::Log);
    let change = put(&mut document, actor(1), 10, "a", Scalar::Text("x".repeat(5000)));
    assert_eq!(Change::decode(change.bytes()).unwrap().hash(), change.hash());
    assert_eq!(
        (change.actor(), change.seq(), change.at()),
        (Some(actor(1)), 1, Timestamp(10))
    );
    let mut longer = change.bytes().to_vec();
    longer.push(0);
    assert!(Change::decode(&longer).is_err());
    assert_eq!(Change::decode(&[]), Err(DecodeError::NotPlain));
    assert_eq!(Change::decode(&document.save()), Err(DecodeError::NotPlain));
    assert_eq!(
        Change::decode(&vec![0; Change::MAX_BYTES + 1]),
        Err(DecodeError::TooLarge)
    );
    let mut deflated = change.inner.clone();
    assert_eq!(Change::decode(&deflated.bytes()), Err(DecodeError::NotPlain));
}

#[test]
fn a_missing_dependency_is_an_error() {
    let mut document = Document::new(DocumentKind::Log);
    put(&mut document, actor(1), 10, "a", Scalar::Integer(1));
    let second = put(&mut document, actor(1), 11, "a", Scalar::Integer(2));
    assert!(Document::new(DocumentKind::Log).apply([second]).is_err());
}

#[test]
fn a_change_that_names_an_actor_of_whom_nothing_is_here_is_an_error() {
    let mut document = Document::new(DocumentKind::Log);
    let first = put(&mut document, actor(1), 1, "a", Scalar::Integer(1));
    let second = put(&mut document, actor(2), 2, "a", Scalar::Integer(2));
    let forged = forged(&second, made_upon_nothing);
    assert!(
        !forged.inner.other_actor_ids().is_empty(),
        "it writes over what the other wrote"
    );
    let mut fresh = Document::new(DocumentKind::Log);
    let error = fresh.apply([forged.clone()]).unwrap_err();
    assert!(
        error.to_string().ends_with("names an actor of whom nothing is here"),
        "{error}"
    );
    fresh.apply([forged, first]).unwrap();
}

/// Makes a change one that was made upon the genesis alone.
fn made_upon_nothing(change: &mut automerge::ExpandedChange) {
    let genesis = genesis(DocumentKind::Log).inner;
    change.deps = vec![genesis.hash()];
    change.start_op = (genesis.max_op() + 1).try_into().unwrap();
}

/// A change as whoever means ill could have made it.
fn forged(change: &Change, forge: impl FnOnce(&mut automerge::ExpandedChange)) -> Change {
    let mut forged = change.inner.decode();
    forge(&mut forged);
    Change { inner: forged.into() }
}

/// A change that came upon another is refused, whether that is there or comes with it.
fn assert_refused(held: &Document, first: &Change, second: &Change, why: &str) {
    let together = vec![second.clone(), first.clone()];
    for (mut here, changes) in [
        (held.clone(), vec![second.clone()]),
        (Document::new(DocumentKind::Log), together),
    ] {
        let error = here.apply(changes).unwrap_err();
        assert!(error.to_string().ends_with(why), "{error}");
    }
}

#[test]
fn a_change_that_is_not_numbered_from_what_it_was_made_upon_is_an_error() {
    let mut document = Document::new(DocumentKind::Log);
    let first = put(&mut document, actor(1), 1, "a", Scalar::Integer(1));
    let held = document.clone();
    let second = put(&mut document, actor(1), 2, "b", Scalar::Integer(2));
    let next = second.inner.start_op().get();
    for start in [1, next - 1, next + 1, u64::MAX] {
        let second = forged(&second, |change| change.start_op = start.try_into().unwrap());
        assert_refused(&held, &first, &second, "not numbered from what it was made upon");
    }
}

#[test]
fn a_change_that_was_not_made_upon_its_actors_last_is_an_error() {
    let mut document = Document::new(DocumentKind::Log);
    let first = put(&mut document, actor(1), 1, "a", Scalar::Integer(1));
    let held = document.clone();
    let second = put(&mut document, actor(1), 2, "a", Scalar::Integer(2));
    let beside = forged(&second, made_upon_nothing);
    let skipping = forged(&second, |change| change.seq = 3);
    let none = forged(&second, |change| change.seq = 0);
    for second in [beside, skipping, none] {
        assert_refused(&held, &first, &second, "not come after its actor's last");
    }
    // Whatever others did meanwhile, and however much it was.
    let mut elsewhere = held.clone();
    let mut theirs = Vec::new();
    for number in 0..20 {
        theirs.push(put(&mut elsewhere, actor(2), 3, "b", Scalar::Integer(number)));
    }
    let third = put(&mut elsewhere, actor(1), 4, "c", Scalar::Integer(3));
    let mut here = held;
    here.apply(std::iter::once(third).chain(theirs)).unwrap();
    assert_eq!(here.heads(), elsewhere.heads());
}

#[test]
fn a_snapshot_of_another_kind_is_refused() {
    let log = Document::new(DocumentKind::Log).save();
    assert!(Document::load(DocumentKind::Log, &log).is_ok());
    assert!(Document::load(DocumentKind::Register, &log).is_err());
    assert!(Document::load(DocumentKind::Log, b"nonsense").is_err());
}

#[test]
fn changes_are_remade_without_the_one_that_was_refused() {
    let mut document = Document::new(DocumentKind::Log);
    let base = document.clone();
    put(&mut document, actor(1), 10, "bad", Scalar::Integer(1));
    let good = put(
        &mut document,
        actor(1),
        11,
        "good",
        Scalar::Date(Date::constant(2026, 10, 8)),
    );
    let mut again = base;
    // The refused change made the map E; what was written into it needs one.
    again
        .edit(actor(3), Timestamp(9), |editor| {
            let entries = editor.section("entries");
            editor.child(&entries, "E");
            Ok::<_, Infallible>(())
        })
        .unwrap();
    let next = Actor {
        incarnation: 1,
        ..actor(1)
    };
    // `good` wrote into a map that only the refused change has made: it cannot stand alone, and says so.
    assert!(Remaking::upon(again, next).remake(&good).is_err());

    let mut remaking = Remaking::upon(Document::new(DocumentKind::Log), next);
    let remade = document.changes_after(&[]).into_iter().map(|change| {
        let made = remaking.remake(&change).unwrap().unwrap();
        (made.actor(), made.seq(), made.at().0)
    });
    let remade: Vec<_> = remade.collect();
    let (whole, last) = remaking.finish();
    assert_eq!((remade, last), (vec![(Some(next), 1, 10), (Some(next), 2, 11)], 1));
    assert_eq!(value(&whole, "good"), Some(Scalar::Date(Date::constant(2026, 10, 8))));
    assert_eq!(value(&whole, "bad"), Some(Scalar::Integer(1)));
}

#[test]
fn every_scalar_reads_back_as_it_was_written() {
    let mut document = Document::new(DocumentKind::Log);
    for (key, scalar) in [
        ("text", Scalar::Text("Tiết kiệm".to_owned())),
        ("integer", Scalar::Integer(-5)),
        ("decimal", Scalar::Decimal(0.5)),
        ("boolean", Scalar::Boolean(false)),
        ("date", Scalar::Date(Date::constant(1969, 12, 31))),
        ("bytes", Scalar::Bytes(vec![0, 255])),
        ("empty", Scalar::Empty),
    ] {
        put(&mut document, actor(1), 1, key, scalar.clone());
        assert_eq!(value(&document, key), Some(scalar));
    }
}

#[test]
fn an_edit_that_writes_nothing_is_no_change() {
    let mut document = Document::new(DocumentKind::Log);
    put(&mut document, actor(1), 1, "a", Scalar::Integer(1));
    let again = document.edit(actor(1), Timestamp(2), |editor| {
        let entries = editor.section("entries");
        let entry = editor.child(&entries, "E");
        editor.put(&entry, "a", Scalar::Integer(1));
        editor.delete(&entry, "b");
        Ok::<_, Infallible>(())
    });
    assert_eq!(again.unwrap(), None);
}
