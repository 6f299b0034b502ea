//! Enrolling a device.

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use server::app_state::Settings;
use server::rate_limit::{Allowance, Allowances};

use super::device::{Device, public_key};
use super::world::World;

fn body(code: &str, key: u8) -> Value {
    json!({ "code": code, "public_key": public_key(&SigningKey::from_bytes(&[key; 32])), "device_name": "" })
}

#[tokio::test]
async fn a_code_enrols_one_device_once() {
    let world = World::new();
    let code = world.new_code("lan");
    let first = world.post("/api/v1/enrol", None, &body(&code.to_lowercase(), 1)).await;
    assert_eq!(first.status, 201);
    assert_eq!(first.header("cache-control"), "no-store");
    assert_eq!(first.json()["unit"], "XA-A1");
    let another = world.post("/api/v1/enrol", None, &body(&code, 2)).await;
    assert_eq!(another.problem(), (410, "code_used".to_owned()));
}

#[tokio::test]
async fn a_lost_answer_is_made_good_until_the_first_sync() {
    let world = World::new();
    let mut device = Device::enrolled(&world, "lan").await;
    // Which code it was does not matter to the device, so begin with another one.
    let code = world.new_code("lan");
    let first = world.post("/api/v1/enrol", None, &body(&code, 9)).await.json();
    let second = world.post("/api/v1/enrol", None, &body(&code, 9)).await;
    assert_eq!(second.status, 201);
    let second = second.json();
    assert_eq!(first["device"], second["device"]);
    assert_ne!(first["token"], second["token"]);

    device.token = first["token"].as_str().unwrap().to_owned();
    let idle = device.request(&"register/XA-A1".parse().unwrap(), &[]);
    let answer = device
        .send(&world, client_core::protocol::codec::encode_request(&idle))
        .await;
    assert_eq!(
        answer.problem(),
        (401, "device_unknown".to_owned()),
        "the first token is void"
    );
    device.token = second["token"].as_str().unwrap().to_owned();
    device.sync(&world, &idle).await;
    let third = world.post("/api/v1/enrol", None, &body(&code, 9)).await;
    assert_eq!(third.problem(), (410, "code_used".to_owned()));
}

#[tokio::test]
async fn a_code_has_its_time() {
    let world = World::new();
    let code = world.new_code("lan");
    world.wait_hours(7 * 24);
    let late = world.post("/api/v1/enrol", None, &body(&code, 1)).await;
    assert_eq!(late.problem(), (410, "code_expired".to_owned()));
}

#[tokio::test]
async fn what_is_wrong_is_said() {
    let world = World::new();
    for code in ["0000-0000", "", "đây không phải mã"] {
        let answer = world.post("/api/v1/enrol", None, &body(code, 1)).await;
        assert_eq!(answer.problem(), (404, "code_unknown".to_owned()), "{code}");
    }
    let mut no_key = body(&world.new_code("lan"), 1);
    no_key["public_key"] = json!("AAAA");
    let answer = world.post("/api/v1/enrol", None, &no_key).await;
    assert_eq!(answer.problem(), (400, "invalid".to_owned()));
    let said = "public_key: không phải là khóa công khai Ed25519 viết bằng base64url.";
    assert_eq!(answer.json()["detail"], said);
    let key = public_key(&SigningKey::from_bytes(&[1; 32]));
    for (body, said) in [
        (json!({ "code": 1 }), "code: phải là một chuỗi ký tự."),
        (json!({ "code": "", "public_key": key }), "device_name: chưa có."),
        (
            json!([world.new_code("lan"), key, ""]),
            "Nội dung phải là một đối tượng JSON có code, public_key, device_name.",
        ),
    ] {
        let answer = world.post("/api/v1/enrol", None, &body).await;
        assert_eq!(answer.problem(), (400, "not_json".to_owned()), "{body}");
        assert_eq!(answer.json()["detail"], said);
    }
    assert_eq!(world.store.enrolled_devices().unwrap(), []);
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let world = World::with(&Settings {
        allowances: Allowances {
            enrol_address: Allowance::new(3, 1),
            ..Allowances::default()
        },
        ..Settings::default()
    });
    for _ in 0..3 {
        let answer = world.post("/api/v1/enrol", None, &body("0000-0000", 1)).await;
        assert_eq!(answer.status, 404);
    }
    let code = world.new_code("lan");
    let answer = world.post("/api/v1/enrol", None, &body(&code, 1)).await;
    assert_eq!(answer.problem(), (429, "too_many_attempts".to_owned()));
    let wait: u64 = answer.header("retry-after").parse().unwrap();
    assert!((1..=61).contains(&wait), "{wait}");
}

#[tokio::test]
async fn an_administrator_makes_codes_and_sees_devices() {
    let world = World::new();
    let cookie = world.sign_in("quan").await;
    let made = world
        .post("/api/v1/people/lan/enrolment-codes", Some(&cookie), &json!({}))
        .await;
    assert_eq!(made.status, 201, "{made:?}");
    let code = made.json()["code"].as_str().unwrap().to_owned();
    let enrolled = world.post("/api/v1/enrol", None, &body(&code, 4)).await.json();

    let devices = world.get("/api/v1/devices", Some(&cookie)).await.json();
    let device = &devices.as_array().unwrap()[0];
    assert_eq!(device["device"], enrolled["device"]);
    assert_eq!(device["person_name"], "Chị lan");
    assert_eq!(device["unit"]["name"], "CĐCS xã A1");
    assert_eq!(device["last_contact"], Value::Null);
    assert_eq!(device["revoked"], false);

    for (path, expected) in [
        ("/api/v1/people/nobody/enrolment-codes", (404, "not_found")),
        ("/api/v1/people/no%20id/enrolment-codes", (404, "not_found")),
        ("/api/v1/devices/0000000000000000/revoke", (404, "not_found")),
        ("/api/v1/devices/x/revoke", (404, "not_found")),
    ] {
        let answer = world.post(path, Some(&cookie), &json!({})).await;
        assert_eq!(answer.problem(), (expected.0, expected.1.to_owned()), "{path}");
    }
    let hoa = world.sign_in("hoa").await;
    let refused = world
        .post("/api/v1/people/lan/enrolment-codes", Some(&hoa), &json!({}))
        .await;
    assert_eq!(refused.problem(), (403, "not_allowed".to_owned()));
}
