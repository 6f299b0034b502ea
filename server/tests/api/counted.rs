//! What the server itself counts over the units below: who should submit and did, and how many enterprises there are.

use client_core::access::Role;
use client_core::ids::DocumentId;
use client_core::model::log;
use client_core::time::Timestamp;
use jiff::civil::date;
use serde_json::json;
use server::store::directory::{DirectoryEdit, NewUnit};

use super::device::Device;
use super::world::{HOUR_MS, World};

/// Submits the third quarter, which is due on 10 October.
async fn submit(world: &World, person: &str, unit: &str, at: Timestamp) {
    let mut device = Device::enrolled(world, person).await;
    let document: DocumentId = format!("log/{unit}/2026").parse().unwrap();
    let change = device.edit(&document, |held, actor| {
        let id = "01JD0000000000000000000000".parse().unwrap();
        log::submit(held, actor, at, id, "2026-Q3".parse().unwrap(), &[], &[])
    });
    let frames = device.sync(world, &device.request(&document, &[change])).await;
    assert_eq!(frames[0].fates[0].stored, 1);
}

#[tokio::test]
async fn units_that_submitted_in_time_or_late_and_enterprises_are_counted_at_every_level() {
    let world = World::new();
    for (id, sector, parent) in [
        ("XUONG-A3", "DN_NNN", "HUYEN-A"),
        ("HTX-A4", "DN_NN", "HUYEN-A"),
        ("XUONG-B1", "DN_NNN", "HUYEN-B"),
    ] {
        let unit = DirectoryEdit::Unit(NewUnit {
            id: id.parse().unwrap(),
            name: format!("CĐCS {id}"),
            tier: "CDCS".to_owned(),
            sector: sector.to_owned(),
            parent: Some(parent.parse().unwrap()),
            from: date(2021, 1, 1),
        });
        world.store.edit_directory(vec![unit]).unwrap();
    }
    world.add_person("sua", Role::Officer, "XUONG-A3");
    world.add_person("may", Role::Officer, "XUONG-B1");
    let in_time = world.now();
    submit(&world, "lan", "XA-A1", in_time).await;
    submit(&world, "may", "XUONG-B1", in_time).await;
    world.wait_hours(5 * 24);
    submit(&world, "sua", "XUONG-A3", in_time.plus_ms(4 * 24 * HOUR_MS)).await;

    // HUYEN-A: XA-A1 in time, XUONG-A3 late, XA-A2 and HTX-A4 not at all. HUYEN-B: XUONG-B1 in time.
    let quan = world.sign_in("quan").await;
    for (code, of_a, of_b) in [
        ("0-05", 2, 1),      // submitted
        ("0-06", 4, 1),      // expected
        ("0-08", 1, 1),      // in time
        ("II.3.2-01", 2, 1), // enterprises
    ] {
        let drill = |unit: &str| format!("/api/v1/units/{unit}/indicators/{code}?period=2026-Q3");
        for (unit, expected) in [("HUYEN-A", of_a), ("HUYEN-B", of_b), ("TINH", of_a + of_b)] {
            let answer = world.get(&drill(unit), Some(&quan)).await.json();
            assert_eq!(answer["value"], f64::from(expected), "{code} of {unit}: {answer}");
        }
        let province = world.get(&drill("TINH"), Some(&quan)).await.json();
        let parts: Vec<_> = province["children"]
            .as_array()
            .unwrap()
            .iter()
            .map(|child| &child["value"])
            .collect();
        assert_eq!(
            parts,
            [&json!(f64::from(of_a)), &json!(f64::from(of_b))],
            "{code}: {province}"
        );
    }
    // 2 of 4, and 1 of 4 in time.
    for (code, share) in [("0-07", 50.0), ("0-09", 25.0)] {
        let path = format!("/api/v1/units/HUYEN-A/indicators/{code}?period=2026-Q3");
        let answer = world.get(&path, Some(&quan)).await.json();
        assert_eq!(answer["value"], share, "{code}: {answer}");
    }
}
