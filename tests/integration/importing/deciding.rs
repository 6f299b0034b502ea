//! What people have still to decide, and an import that would decide it for them.

use client_core::ids::DocumentId;
use client_core::model::entries::EntryEdit;
use client_core::model::entry::FieldValue;
use jiff::civil::date;
use system_tests::world::World;

use super::{errors, imported};

#[test]
fn what_two_people_wrote_differently_is_decided_before_an_import_moves_it_to_another_year() {
    let world = World::new();
    let log: DocumentId = "log/A/2026".parse().unwrap();
    let (mut one, mut other) = (world.device(1, "an"), world.device(2, "anh"));
    let entry = one.log_talk(&log, date(2026, 10, 1), 40);
    world.sync(&mut one);
    world.sync(&mut other);
    for (device, number) in [(&mut one, 41), (&mut other, 42)] {
        let mut edit = EntryEdit::new(entry, "TT_BUOI");
        edit.fields = [("participants".to_owned(), Some(FieldValue::Integer(number)))].into();
        device.save(&log, &edit);
        world.sync(device);
    }
    let known = format!(r#""id": "{entry}", "unit": "A", "type": "TT_BUOI""#);
    let to = |day: &str| {
        let rest = r#""form": "SINHHOAT", "topics": ["KHCN"], "sessions": 1, "title": "Buổi""#;
        format!(r#"{{ "entries": [{{ {known}, "fields": {{ "date_start": "{day}", {rest} }} }}] }}"#)
    };
    let refused = errors(&world, &to("2025-10-01"));
    assert_eq!(refused.len(), 1, "{refused:?}");
    assert!(
        refused[0].starts_with("$.entries[0].fields.date_start: two people wrote"),
        "{refused:?}"
    );
    assert_eq!(
        imported(&world, &to("2026-10-02")).unwrap().records,
        1,
        "within the year"
    );
}
