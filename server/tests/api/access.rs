//! Who may ask what: every route of the OpenAPI document is tried.

use axum::body::Body;
use axum::http::{Method, header};
use client_core::access::Role;
use client_core::document::Scalar;
use client_core::ids::DocumentId;
use client_core::model::entries;
use client_core::model::entry::FieldValue;
use jiff::civil::date;
use serde_json::{Value, json};

use super::device::Device;
use super::openapi::operations;
use super::world::{Answer, World, request};

/// Routes that anyone may ask: they are how one gets in, or say nothing about anyone.
const OPEN: [&str; 5] = [
    "/api/v1/enrol",
    "/api/v1/sign-in",
    "/api/v1/catalogue",
    "/api/v1/health/live",
    "/api/v1/health/ready",
];

/// Routes without a unit: what they answer depends on who asks. Tested one by one.
const PERSONAL: [&str; 6] = [
    "/api/v1/sign-out",
    "/api/v1/me",
    "/api/v1/periods",
    "/api/v1/stream",
    "/api/v1/devices",
    "/api/v1/sync",
];

/// What administrators alone may ask, and which holds what is of their units.
const LISTS: [&str; 2] = ["/api/v1/set-aside", "/api/v1/ingest"];

const RELEASE: &str = "/api/v1/set-aside/release";

const ENTRY: &str = "01JD0000000000000000000000";

fn fill_in(path: &str, device: &str) -> String {
    let unit = if path.contains("/overview") {
        "?unit=XA-A1&period=2026-Q3"
    } else {
        "?period=2026-Q3"
    };
    let path = path
        .replace("{unit}", "XA-A1")
        .replace("{person}", "lan")
        .replace("{device}", device)
        .replace("{indicator}", "II.1-01")
        .replace("{entry}", ENTRY);
    assert!(!path.contains('{'), "{path}: say here what stands for it");
    format!("{path}{unit}")
}

async fn ask(world: &World, method: &str, path: &str, cookie: Option<&str>) -> Answer {
    ask_about(world, method, path, cookie, "0102030405060708").await
}

async fn ask_about(world: &World, method: &str, path: &str, cookie: Option<&str>, device: &str) -> Answer {
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
    let request = request(method, &fill_in(path, device), cookie).header(header::CONTENT_TYPE, "application/json");
    let aside = world.store.set_aside().unwrap();
    let mut body = json!({});
    if let Some(aside) = aside.first().filter(|_| path == RELEASE) {
        body = json!({ "document": aside.document.to_string(), "change": aside.hash.to_string() });
    }
    world.send(request.body(Body::from(body.to_string())).unwrap()).await
}

/// Whether only administrators may ask it.
fn administers(method: &str, path: &str) -> bool {
    LISTS.contains(&path) || method.eq_ignore_ascii_case("post")
}

/// A world in which XA-A1 has a device, an entry, and a change of it that was set aside.
async fn world_with_work() -> (World, Device) {
    let world = World::new();
    let mut device = Device::enrolled(&world, "lan").await;
    let log: DocumentId = "log/XA-A1/2026".parse().unwrap();
    let fields = [
        ("date_start", FieldValue::Date(date(2026, 8, 20))),
        ("participants", FieldValue::Integer(12)),
        ("sessions", FieldValue::Integer(1)),
    ];
    let now = world.now();
    let made = device.log(&log, ENTRY.parse().unwrap(), "TT_BUOI", &fields, now);
    let poison = device.edit(&log, |document, actor| {
        let (_, maps) = entries::find(document, ENTRY.parse().unwrap())?;
        let change = document.edit(actor, now, |editor| {
            maps.put(editor, "participants", Scalar::Text("mười".to_owned()));
            Ok::<_, std::convert::Infallible>(())
        });
        change.unwrap()
    });
    let frames = device.sync(&world, &device.request(&log, &[made, poison])).await;
    assert_eq!(frames[0].fates[0].stored, 2);
    assert_eq!(world.store.set_aside().unwrap().len(), 1);
    for (name, role, unit) in [
        ("bao", Role::Administrator, "HUYEN-B"),
        ("linh", Role::Officer, "XA-A1"),
        ("mai", Role::Officer, "XA-A2"),
    ] {
        world.add_person(name, role, unit);
    }
    (world, device)
}

/// What is asked of a unit, of its devices and of its people: method and path.
fn of_a_unit() -> Vec<(String, String)> {
    let operations = operations(&document()).into_iter();
    let asked = operations.map(|(path, method, _)| (method, path));
    asked
        .filter(|(_, path)| !OPEN.contains(&path.as_str()) && !PERSONAL.contains(&path.as_str()))
        .collect()
}

fn document() -> Value {
    serde_json::to_value(server::api::openapi()).unwrap()
}

#[tokio::test]
async fn nobody_gets_in_without_signing_in() {
    let world = World::new();
    for (path, method, _) in operations(&document()) {
        let answer = ask(&world, &method, &path, None).await;
        if OPEN.contains(&path.as_str()) {
            assert_ne!(answer.status, 401, "{method} {path}");
        } else {
            assert_eq!(answer.problem().0, 401, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn whoever_stands_elsewhere_sees_nothing_of_a_unit_and_changes_nothing() {
    let (world, device) = world_with_work().await;
    let device = device.id.to_string();
    // A reviewer and an administrator of another district, and an officer of the unit next door.
    for login in ["binh", "bao", "mai"] {
        let cookie = world.sign_in(login).await;
        let mut tried = 0;
        for (method, path) in of_a_unit() {
            let answer = ask_about(&world, &method, &path, Some(&cookie), &device).await;
            if login == "bao" && LISTS.contains(&path.as_str()) {
                let text = String::from_utf8(answer.body).unwrap();
                assert!(answer.status.is_success() && !text.contains("XA-A1"), "{path}: {text}");
                assert!(text == "[]" || text.contains("\"set_aside\":0"), "{path}: {text}");
                continue;
            }
            tried += 1;
            let (status, code) = answer.problem();
            assert!(
                status == 403 || status == 404,
                "{login}: {method} {path}: {status} {code}"
            );
        }
        assert!(tried >= 7, "{tried} routes");
        let devices = world.get("/api/v1/devices", Some(&cookie)).await.json();
        assert_eq!(devices, json!([]), "{login}");
    }
    // All of it is there for whoever may see it, and the device was not revoked.
    let quan = world.sign_in("quan").await;
    let devices = world.get("/api/v1/devices", Some(&quan)).await.json();
    assert_eq!(
        (&devices[0]["device"], &devices[0]["revoked"]),
        (&json!(device), &json!(false))
    );
    for (method, path) in of_a_unit() {
        let answer = ask_about(&world, &method, &path, Some(&quan), &device).await;
        assert!(answer.status.is_success(), "{method} {path}: {answer:?}");
    }
    let aside = world.get("/api/v1/set-aside", Some(&quan)).await.json();
    assert_eq!(aside[0]["unit"]["id"], "XA-A1", "{aside}");
    let devices = world.get("/api/v1/devices", Some(&quan)).await.json();
    assert_eq!(devices[0]["revoked"], true);
}

#[tokio::test]
async fn an_officer_at_the_desk_sees_the_own_unit_and_administers_nothing() {
    let (world, device) = world_with_work().await;
    let device = device.id.to_string();
    let linh = world.sign_in("linh").await;
    for (method, path) in of_a_unit() {
        let answer = ask_about(&world, &method, &path, Some(&linh), &device).await;
        match administers(&method, &path) {
            true => assert_eq!(answer.problem(), (403, "not_allowed".to_owned()), "{method} {path}"),
            false => assert_eq!(answer.status, 200, "{method} {path}: {answer:?}"),
        }
    }
    for path in [
        "/api/v1/overview?unit=HUYEN-A&period=2026-Q3",
        "/api/v1/overview?unit=XA-A2&period=2026-Q3",
        "/api/v1/units/HUYEN-A/report?period=2026-Q3",
        "/api/v1/units/XA-A2/entries",
        "/api/v1/units/TINH/indicators/II.1-01?period=2026-Q3",
        &format!("/api/v1/units/HUYEN-A/entries/{ENTRY}"),
    ] {
        let answer = world.get(path, Some(&linh)).await;
        assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{path}");
    }
    let devices = world.get("/api/v1/devices", Some(&linh)).await.json();
    assert_eq!(devices.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_reviewer_above_reads_and_administers_nothing() {
    let (world, device) = world_with_work().await;
    let device = device.id.to_string();
    let hoa = world.sign_in("hoa").await;
    for (method, path) in of_a_unit() {
        let answer = ask_about(&world, &method, &path, Some(&hoa), &device).await;
        let expected = if administers(&method, &path) { 403 } else { 200 };
        assert_eq!(answer.status, expected, "{method} {path}");
    }
}

#[tokio::test]
async fn lists_hold_only_what_the_person_may_see() {
    let world = World::new();
    Device::enrolled(&world, "lan").await;
    for (login, devices) in [("quan", 1), ("hoa", 1), ("binh", 0)] {
        let cookie = world.sign_in(login).await;
        let list = world.get("/api/v1/devices", Some(&cookie)).await.json();
        assert_eq!(list.as_array().unwrap().len(), devices, "{login}");
    }
    let hoa = world.sign_in("hoa").await;
    let refused = world.get("/api/v1/set-aside", Some(&hoa)).await;
    assert_eq!(refused.problem(), (403, "not_allowed".to_owned()));
    let quan = world.sign_in("quan").await;
    assert_eq!(world.get("/api/v1/set-aside", Some(&quan)).await.json(), json!([]));
}

#[tokio::test]
async fn periods_that_have_begun_are_listed_the_newest_first() {
    let world = World::new();
    let hoa = world.sign_in("hoa").await;
    let periods = world.get("/api/v1/periods", Some(&hoa)).await.json();
    let keys: Vec<_> = periods
        .as_array()
        .unwrap()
        .iter()
        .map(|period| period["key"].clone())
        .collect();
    assert_eq!(keys, ["2026-Q4", "2026-Q3", "2026-Q2"]);
    assert_eq!(
        periods[1],
        json!({
            "key": "2026-Q3", "name_vi": "Quý III năm 2026", "name_en": "Quarter 3, 2026", "first_day": "2026-07-01",
            "last_day": "2026-09-30", "due": "2026-10-10", "open": true,
        })
    );
    assert_eq!(periods[2]["open"], false);
}

#[tokio::test]
async fn the_catalogue_is_sent_once() {
    let world = World::new();
    let answer = world.get("/api/v1/catalogue", None).await;
    assert_eq!(answer.json()["indicators"].as_array().unwrap().len(), 116);
    let again = request(Method::GET, "/api/v1/catalogue", None).header("if-none-match", answer.header("etag"));
    let again = world.send(again.body(Body::empty()).unwrap()).await;
    assert_eq!((again.status.as_u16(), again.body.len()), (304, 0));
}
