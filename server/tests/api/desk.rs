//! What staff see of what phones sent.

use client_core::ids::{DocumentId, EntryId};
use client_core::model::entry::FieldValue;
use client_core::model::log::{self, DeclaredValue};
use client_core::model::submission::Frozen;
use client_core::report::Value as Figure;
use jiff::civil::date;
use serde_json::{Value, json};

use super::device::Device;
use super::world::{HOUR_MS, World};

const FIRST: &str = "01JD0000000000000000000000";
const SECOND: &str = "01JD0000000000000000000001";

pub(super) fn log_of(unit: &str) -> DocumentId {
    format!("log/{unit}/2026").parse().unwrap()
}

fn session(day: jiff::civil::Date, participants: i64) -> Vec<(&'static str, FieldValue)> {
    vec![
        ("title", FieldValue::Text("Tuyên truyền năng suất".to_owned())),
        ("date_start", FieldValue::Date(day)),
        ("sessions", FieldValue::Integer(1)),
        ("participants", FieldValue::Integer(participants)),
    ]
}

/// XA-A1 logged one session of 12 in the second quarter and one of 30 in the third.
pub(super) async fn world_with_two_sessions() -> (World, Device) {
    let world = World::new();
    let mut device = Device::enrolled(&world, "lan").await;
    let log = log_of("XA-A1");
    let changes = [
        device.log(
            &log,
            FIRST.parse().unwrap(),
            "TT_BUOI",
            &session(date(2026, 5, 4), 12),
            world.now(),
        ),
        device.log(
            &log,
            SECOND.parse().unwrap(),
            "TT_BUOI",
            &session(date(2026, 8, 20), 30),
            world.now(),
        ),
    ];
    let frames = device.sync(&world, &device.request(&log, &changes)).await;
    assert_eq!(frames[0].fates[0].stored, 2);
    (world, device)
}

#[tokio::test]
async fn what_is_no_id_is_the_id_of_nothing() {
    let (world, _) = world_with_two_sessions().await;
    let cookie = world.sign_in("quan").await;
    for address in [
        "/units/XA-A1/entries/NOPE",
        "/units/XA-A1/entries/01JD0000000000000000000009",
        "/units/XA-A1/entries/%ff",
        // It stands in another unit.
        &format!("/units/XA-A2/entries/{FIRST}"),
        "/units/NOPE/report?period=2026-Q3",
        "/units/a%20b/report?period=2026-Q3",
        "/units/%ff/report?period=2026-Q3",
        "/units/NOPE/entries",
        "/units/a%2Fb/entries",
        "/units/XA-A1/indicators/NOPE?period=2026-Q3",
        "/units/XA-A1/indicators/%ff?period=2026-Q3",
        "/overview?unit=NOPE&period=2026-Q3",
        "/overview?unit=a+b&period=2026-Q3",
        "/overview?unit=&period=2026-Q3",
        "/overview?unit=%ff&period=2026-Q3",
        "/%ff",
    ] {
        let answer = world.get(&format!("/api/v1{address}"), Some(&cookie)).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{address}");
    }
    for address in [
        "/devices/NOPE/revoke",
        "/devices/%ff/revoke",
        "/people/%ff/enrolment-codes",
    ] {
        let answer = world
            .post(&format!("/api/v1{address}"), Some(&cookie), &json!({}))
            .await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{address}");
    }
    for address in [
        "/overview?unit=TINH&period=NOPE",
        "/overview?unit=TINH&period=2026-Q3&period=2026-Q4",
        "/units/XA-A1/report?period=%ff",
        "/units/XA-A1/entries?type=NOPE",
    ] {
        let answer = world.get(&format!("/api/v1{address}"), Some(&cookie)).await;
        assert_eq!(answer.problem(), (400, "invalid".to_owned()), "{address}");
    }
}

pub(super) fn indicator<'v>(answer: &'v Value, code: &str) -> &'v Value {
    let indicators = answer["indicators"].as_array().unwrap();
    indicators.iter().find(|indicator| indicator["code"] == code).unwrap()
}

#[tokio::test]
async fn a_phones_work_adds_up_through_every_level() {
    let (world, _) = world_with_two_sessions().await;
    for (login, unit, path) in [
        ("hoa", "XA-A1", json!(["HUYEN-A", "XA-A1"])),
        ("hoa", "HUYEN-A", json!(["HUYEN-A"])),
        ("quan", "HUYEN-A", json!(["TINH", "HUYEN-A"])),
        ("quan", "TINH", json!(["TINH"])),
    ] {
        let cookie = world.sign_in(login).await;
        let address = format!("/api/v1/overview?unit={unit}&period=2026-Q3");
        let overview = world.get(&address, Some(&cookie)).await.json();
        let participants = indicator(&overview, "II.1-02");
        assert_eq!(
            (&participants["value"], &participants["previous"]),
            (&json!(30.0), &json!(12.0)),
            "{unit}"
        );
        let ids: Vec<_> = overview["path"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| step["id"].clone())
            .collect();
        assert_eq!(json!(ids), path);
    }
    let quan = world.sign_in("quan").await;
    let overview = world
        .get("/api/v1/overview?unit=TINH&period=2026-Q3", Some(&quan))
        .await
        .json();
    assert_eq!(
        overview["unit"],
        json!({ "id": "TINH", "name": "LĐLĐ tỉnh", "tier": "TINH", "leaf": false })
    );
    assert_eq!(
        overview["completeness"],
        json!({ "expected": 2, "submitted": 0, "on_time": 0, "late": 0, "missing": 2 })
    );
    let children = overview["children"].as_array().unwrap();
    assert_eq!(children.len(), 2);
    assert_eq!(children[0]["values"]["II.1-02"], 30.0);
    assert_eq!(
        children[1]["values"].get("II.1-02"),
        None,
        "nothing logged is empty, not zero"
    );
    // What the server itself counts: two units should submit, none has.
    assert_eq!(indicator(&overview, "0-06")["value"], 2.0);
    let share = indicator(&overview, "0-07");
    assert_eq!(
        (&share["value"], &share["numerator"], &share["denominator"]),
        (&json!(0.0), &json!(0), &json!(2))
    );
}

#[tokio::test]
async fn what_the_server_counts_adds_up_from_its_parts() {
    let (world, _) = world_with_two_sessions().await;
    let hoa = world.sign_in("hoa").await;
    for code in ["0-05", "0-06", "0-08", "II.3.2-01"] {
        let path = format!("/api/v1/units/HUYEN-A/indicators/{code}?period=2026-Q3");
        let drill = world.get(&path, Some(&hoa)).await.json();
        let parts = drill["children"].as_array().unwrap();
        let sum: f64 = parts.iter().filter_map(|part| part["value"].as_f64()).sum();
        assert_eq!(drill["value"].as_f64(), Some(sum), "{code}: {drill}");
        assert!(parts.iter().all(|part| part["value"].is_number()), "{code}: {drill}");
    }
    let expected = world
        .get("/api/v1/units/HUYEN-A/indicators/0-06?period=2026-Q3", Some(&hoa))
        .await
        .json();
    assert_eq!(expected["value"], 2.0);
}

#[tokio::test]
async fn a_number_opens_down_to_the_activity() {
    let (world, _) = world_with_two_sessions().await;
    let hoa = world.sign_in("hoa").await;
    let above = world
        .get("/api/v1/units/HUYEN-A/indicators/II.1-02?period=2026-Q3", Some(&hoa))
        .await
        .json();
    assert_eq!(above["value"], 30.0);
    assert_eq!(above["sources"], json!([]));
    let values: Vec<_> = above["children"]
        .as_array()
        .unwrap()
        .iter()
        .map(|child| child["value"].clone())
        .collect();
    assert_eq!(values, [json!(30.0), Value::Null]);
    let below = world
        .get("/api/v1/units/XA-A1/indicators/II.1-02?period=2026-Q3", Some(&hoa))
        .await
        .json();
    assert_eq!(
        below["sources"],
        json!([{
            "entry": SECOND, "document": "log/XA-A1/2026", "title": "Tuyên truyền năng suất", "date": "2026-08-20",
            "type": "TT_BUOI", "contribution": 30,
        }])
    );
    for (path, expected) in [
        (
            "/api/v1/units/XA-A1/indicators/II.9-99?period=2026-Q3",
            (404, "not_found"),
        ),
        (
            "/api/v1/units/XA-A1/indicators/II.1-02?period=2026-Q7",
            (400, "invalid"),
        ),
        ("/api/v1/units/XA-A1/indicators/II.1-02", (400, "invalid")),
        ("/api/v1/units/XA-A1/report?period=2026-H2", (404, "period_not_opened")),
        (
            "/api/v1/overview?unit=HUYEN-A&period=2026-H2",
            (404, "period_not_opened"),
        ),
        (
            "/api/v1/units/HUYEN-A/indicators/II.1-02?period=2026-H2",
            (404, "period_not_opened"),
        ),
        ("/api/v1/units/x%20y/report?period=2026-Q3", (404, "not_found")),
        ("/api/v1/units/XA-B9/report?period=2026-Q3", (404, "not_found")),
        ("/api/v1/overview?period=2026-Q3", (400, "invalid")),
        ("/api/v1/overview?unit=XA-A1&period=quý%203", (400, "invalid")),
        ("/api/v1/units/XA-A1/entries?type=KHONG_CO", (400, "invalid")),
        ("/api/v1/units/XA-A1/entries/not-a-ulid", (404, "not_found")),
        (
            "/api/v1/units/XA-A1/entries/01JD0000000000000000000009",
            (404, "not_found"),
        ),
    ] {
        let path = path.replace("quý", "qu%C3%BD");
        let answer = world.get(&path, Some(&hoa)).await;
        assert_eq!(answer.problem(), (expected.0, expected.1.to_owned()), "{path}");
    }
}

#[tokio::test]
async fn a_report_tells_what_was_declared_submitted_and_changed_since() {
    let (world, mut device) = world_with_two_sessions().await;
    let (log, period) = (log_of("XA-A1"), "2026-Q3".parse().unwrap());
    let hoa = world.sign_in("hoa").await;
    let address = "/api/v1/units/XA-A1/report?period=2026-Q3";
    let before = world.get(address, Some(&hoa)).await.json();
    assert_eq!(before["submission"], json!({ "state": "none" }));
    let line = indicator(&before, "II.1-02");
    assert_eq!(
        (&line["derived"], &line["declared"], &line["sources_count"]),
        (&json!(30.0), &Value::Null, &json!(1))
    );

    let at = world.now();
    let key = (period, "II.1-02".to_owned());
    let reason = "Một buổi quên ghi";
    let declared = device.edit(&log, |document, actor| {
        log::declare(document, actor, at, &key, Some((DeclaredValue::Integer(45), reason)))
    });
    // Everything the report holds is what was frozen, but one number that was another then.
    let asked = world.get(address, Some(&hoa)).await.json();
    let frozen: Vec<_> = asked["indicators"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|line| {
            let number = line["value"].as_f64()? as i64;
            Some(Frozen {
                indicator: line["code"].as_str()?.to_owned(),
                value: Figure::Number(number),
                declared: false,
            })
        })
        .collect();
    let submitted = device.edit(&log, |document, actor| {
        let heads = document.heads();
        log::submit(
            document,
            actor,
            at,
            "01JD0000000000000000000000".parse().unwrap(),
            period,
            &frozen,
            &heads,
        )
    });
    let frames = device.sync(&world, &device.request(&log, &[declared, submitted])).await;
    assert_eq!(frames[0].fates[0].stored, 2);

    let after = world.get(address, Some(&hoa)).await.json();
    let line = indicator(&after, "II.1-02");
    assert_eq!((&line["value"], &line["derived"]), (&json!(45.0), &json!(30.0)));
    assert_eq!(
        line["declared"],
        json!({ "value": 45.0, "text": null, "reason": reason, "by": "Chị lan", "at": at.0 })
    );
    assert_eq!(after["submission"]["state"], "received");
    assert_eq!(after["submission"]["on_time"], true);
    assert_eq!(after["submission"]["submitted_at"], at.0);
    assert_eq!(
        after["submission"]["changed"], 1,
        "the declaration came after the numbers were frozen"
    );
    let overview = world
        .get("/api/v1/overview?unit=HUYEN-A&period=2026-Q3", Some(&hoa))
        .await
        .json();
    assert_eq!(
        overview["completeness"],
        json!({ "expected": 2, "submitted": 1, "on_time": 1, "late": 0, "missing": 1 })
    );
    assert_eq!(
        indicator(&overview, "II.1-02")["value"],
        45.0,
        "the declared number counts"
    );
}

#[tokio::test]
async fn a_report_made_after_the_due_day_is_late_whenever_it_arrives() {
    let (world, mut device) = world_with_two_sessions().await;
    let log = log_of("XA-A1");
    let at = world.now().plus_ms(3 * 24 * HOUR_MS);
    let late = device.edit(&log, |document, actor| {
        let id = "01JD0000000000000000000000".parse().unwrap();
        log::submit(document, actor, at, id, "2026-Q3".parse().unwrap(), &[], &[])
    });
    world.wait_hours(5 * 24);
    device.sync(&world, &device.request(&log, &[late])).await;
    let hoa = world.sign_in("hoa").await;
    let overview = world
        .get("/api/v1/overview?unit=XA-A1&period=2026-Q3", Some(&hoa))
        .await
        .json();
    assert_eq!(
        overview["completeness"],
        json!({ "expected": 1, "submitted": 1, "on_time": 0, "late": 1, "missing": 0 })
    );
}

#[tokio::test]
async fn entries_are_listed_and_both_values_of_a_conflict_are_shown() {
    let (world, mut one) = world_with_two_sessions().await;
    let log = log_of("XA-A1");
    let entry: EntryId = SECOND.parse().unwrap();
    // Another phone has the same work and, like the first, writes a number without having seen the other's.
    let mut two = Device::enrolled(&world, "lan").await;
    two.catch_up(&world, &log).await;
    let number = |count| [("participants", FieldValue::Integer(count))];
    let earlier = one.log(&log, entry, "TT_BUOI", &number(31), world.now());
    let later = two.log(&log, entry, "TT_BUOI", &number(32), world.now().plus_ms(1000));
    one.sync(&world, &one.request(&log, &[earlier])).await;
    two.sync(&world, &two.request(&log, &[later])).await;

    let hoa = world.sign_in("hoa").await;
    let list = world
        .get("/api/v1/units/XA-A1/entries?period=2026-Q3&type=TT_BUOI", Some(&hoa))
        .await
        .json();
    let row = &list.as_array().unwrap()[0];
    assert_eq!(list.as_array().unwrap().len(), 1);
    assert_eq!(
        (&row["entry"], &row["date"], &row["conflicts"]),
        (&json!(SECOND), &json!("2026-08-20"), &json!(1))
    );
    assert_eq!(row["deleted"], false);
    assert!(row["figures"].as_array().unwrap().iter().any(|figure| {
        let text = figure["vi"].as_str().unwrap();
        text.starts_with("31 ") || text.starts_with("32 ")
    }));
    let all = world.get("/api/v1/units/XA-A1/entries", Some(&hoa)).await.json();
    assert_eq!(all.as_array().unwrap().len(), 2);

    let detail = world
        .get(&format!("/api/v1/units/XA-A1/entries/{SECOND}"), Some(&hoa))
        .await
        .json();
    assert_eq!(detail["title"], "Tuyên truyền năng suất");
    assert_eq!(detail["created_by"], "Chị lan");
    assert_eq!(
        detail["fields"]["date_start"],
        json!({
            "display_vi": "20/08/2026", "display_en": "20/08/2026", "raw": "2026-08-20",
        })
    );
    let conflict = &detail["conflicts"].as_array().unwrap()[0];
    assert_eq!(conflict["field"], "participants");
    let mut shown: Vec<_> = conflict["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| {
            (
                value["display_vi"].as_str().unwrap(),
                value["person_name"].as_str().unwrap(),
            )
        })
        .collect();
    shown.sort_unstable();
    assert_eq!(shown, [("31 lượt người", "Chị lan"), ("32 lượt người", "Chị lan")]);
}
