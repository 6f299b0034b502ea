//! What a later version of the program wrote, on its way through phones and a server that do not know it.

use std::convert::Infallible;

use client_core::document::{Document, MapRef, Node, Scalar};
use client_core::ids::{DocumentId, EntryId};
use client_core::model::entries::{self, EntryEdit};
use client_core::model::entry::FieldValue;
use client_core::model::home;
use jiff::civil::date;
use system_tests::device::Device;
use system_tests::world::World;

fn colour(device: &mut Device, log: &DocumentId, entry: EntryId) -> Option<(Node, Option<Node>)> {
    let document = device.document(log);
    let (_, maps) = entries::find(document, entry)?;
    let nested = match under(document, maps.first(), "nested")? {
        Node::Map(map) => under(document, &map, "inside"),
        Node::Scalar(_) => None,
    };
    Some((under(document, maps.first(), "@colour")?, nested))
}

fn under(document: &Document, map: &MapRef, key: &str) -> Option<Node> {
    let mut found = document.nodes(map).into_iter().filter(|(standing, ..)| standing == key);
    found.next().map(|(_, node, _)| node)
}

#[test]
fn it_comes_back_whole_after_another_phone_edited_and_moved_the_record() {
    let world = World::new();
    let logs = ["log/A/2025", "log/A/2026"].map(|id| id.parse::<DocumentId>().unwrap());
    let (mut newer, mut older) = (world.device(1, "an"), world.device(2, "anh"));
    let entry = newer.log_talk(&logs[0], date(2025, 10, 1), 40);
    let (actor, now) = (newer.actor(), newer.now.plus_ms(1000));
    let document = newer.document(&logs[0]);
    let map = entries::find(document, entry).unwrap().1.first().clone();
    let written = document.edit(actor, now, |editor| {
        editor.put(&map, "@colour", Scalar::Text("xanh".to_owned()));
        let nested = editor.child(&map, "nested");
        editor.put(&nested, "inside", Scalar::Integer(7));
        Ok::<_, Infallible>(())
    });
    newer.unsent.push((logs[0].clone(), written.unwrap().unwrap()));
    world.sync(&mut newer);

    world.sync(&mut older);
    let fields = [
        ("participants".to_owned(), Some(FieldValue::Integer(41))),
        ("date_start".to_owned(), Some(FieldValue::Date(date(2025, 10, 2)))),
    ];
    let mut edit = EntryEdit::new(entry, "TT_BUOI");
    edit.fields = fields.into();
    older.save(&logs[0], &edit);
    edit.fields = [("date_start".to_owned(), Some(FieldValue::Date(date(2026, 10, 2))))].into();
    let (actor, now, rng) = (older.actor(), older.now.plus_ms(1000), &mut fastrand::Rng::with_seed(1));
    let leaving = older.document(&logs[0]).clone();
    let left = home::move_out(older.document(&logs[0]), actor, now, entry).unwrap();
    older.unsent.push((logs[0].clone(), left));
    let came = home::move_in(older.document(&logs[1]), actor, now, rng, &leaving, &edit).unwrap();
    older.unsent.push((logs[1].clone(), came));
    world.sync(&mut older);
    assert_eq!((older.unsent.len(), &older.set_aside), (0, &Vec::new()));

    world.sync(&mut newer);
    let expected = (
        Node::Scalar(Scalar::Text("xanh".to_owned())),
        Some(Node::Scalar(Scalar::Integer(7))),
    );
    assert_eq!(colour(&mut newer, &logs[1], entry), Some(expected));
    let row = world.store.entry(&"A".parse().unwrap(), entry).unwrap().unwrap();
    assert_eq!(row.document, logs[1]);
    assert_eq!(newer.document(&logs[1]).save(), older.document(&logs[1]).save());
}
