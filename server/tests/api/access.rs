//! Who may ask what: every route of the OpenAPI document is tried.

use axum::body::Body;
use axum::http::{Method, header};
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

fn fill_in(path: &str) -> String {
    let unit = if path.contains("/overview") {
        "?unit=XA-A1&period=2026-Q3"
    } else {
        "?period=2026-Q3"
    };
    let path = path
        .replace("{unit}", "XA-A1")
        .replace("{person}", "lan")
        .replace("{device}", "0102030405060708")
        .replace("{indicator}", "II.1-01")
        .replace("{entry}", "01JD0000000000000000000000");
    assert!(!path.contains('{'), "{path}: say here what stands for it");
    format!("{path}{unit}")
}

async fn ask(world: &World, method: &str, path: &str, cookie: Option<&str>) -> Answer {
    let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
    let request = request(method, &fill_in(path), cookie).header(header::CONTENT_TYPE, "application/json");
    world.send(request.body(Body::from("{}")).unwrap()).await
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
async fn a_reviewer_of_another_district_sees_nothing_of_a_unit() {
    let world = World::new();
    let binh = world.sign_in("binh").await;
    let mut tried = 0;
    for (path, method, _) in operations(&document()) {
        if OPEN.contains(&path.as_str()) || PERSONAL.contains(&path.as_str()) {
            continue;
        }
        tried += 1;
        let (status, code) = ask(&world, &method, &path, Some(&binh)).await.problem();
        assert!(status == 403 || status == 404, "{method} {path}: {status} {code}");
    }
    assert!(tried >= 3, "{tried} routes");
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
