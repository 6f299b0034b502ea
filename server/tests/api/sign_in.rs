//! Signing in and out at the desk.

use axum::body::Body;
use axum::http::{Method, header};
use serde_json::json;
use server::app_state::Settings;
use server::rate_limit::{Allowance, Allowances};

use super::world::{PASSWORD, World, request};

#[tokio::test]
async fn whoever_signs_in_is_known_by_a_cookie_that_scripts_cannot_read() {
    let world = World::new();
    let body = json!({ "login": "hoa", "password": PASSWORD });
    let answer = world.post("/api/v1/sign-in", None, &body).await;
    assert_eq!(answer.status, 200);
    let cookie = answer.header("set-cookie").to_owned();
    for attribute in ["; Path=/", "; HttpOnly", "; SameSite=Strict", "; Secure"] {
        assert!(cookie.contains(attribute), "{cookie}");
    }
    let me = world.get("/api/v1/me", cookie.split(';').next()).await;
    assert_eq!(
        me.json(),
        json!({
            "person": "hoa", "person_name": "Chị hoa", "role": "reviewer", "demo": true,
            "unit": { "id": "HUYEN-A", "name": "LĐLĐ huyện A" },
        })
    );
    assert_eq!(me.header("cache-control"), "no-store");
}

#[tokio::test]
async fn on_this_machine_the_cookie_does_without_https() {
    let world = World::new();
    let request = axum::http::Request::post("/api/v1/sign-in")
        .header(header::HOST, "localhost:8080")
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(json!({ "login": "hoa", "password": PASSWORD }).to_string()))
        .unwrap();
    let answer = world.send(request).await;
    assert_eq!(answer.status, 200);
    assert!(!answer.header("set-cookie").contains("Secure"));
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_look_alike() {
    let world = World::new();
    let wrong = world
        .post(
            "/api/v1/sign-in",
            None,
            &json!({ "login": "hoa", "password": "sai mật khẩu" }),
        )
        .await;
    let unknown = world
        .post(
            "/api/v1/sign-in",
            None,
            &json!({ "login": "ai đó", "password": PASSWORD }),
        )
        .await;
    assert_eq!(wrong.problem(), (401, "wrong_password".to_owned()));
    assert_eq!(wrong.body, unknown.body);
    assert_eq!(wrong.header("set-cookie"), "");
}

#[tokio::test]
async fn guessing_a_password_is_slowed_down() {
    let world = World::with(&Settings {
        allowances: Allowances {
            sign_in_login: Allowance::new(2, 1),
            ..Allowances::default()
        },
        ..Settings::default()
    });
    for _ in 0..2 {
        let answer = world
            .post("/api/v1/sign-in", None, &json!({ "login": "hoa", "password": "sai" }))
            .await;
        assert_eq!(answer.status, 401);
    }
    let answer = world
        .post(
            "/api/v1/sign-in",
            None,
            &json!({ "login": "hoa", "password": PASSWORD }),
        )
        .await;
    assert_eq!(answer.problem(), (429, "too_many_attempts".to_owned()));
    assert_ne!(answer.header("retry-after"), "");
    world.sign_in("binh").await;
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_lasts_when_it_is() {
    let world = World::new();
    let cookie = world.sign_in("hoa").await;
    for _ in 0..4 {
        world.wait_hours(11);
        assert_eq!(world.get("/api/v1/me", Some(&cookie)).await.status, 200);
    }
    world.wait_hours(12);
    assert_eq!(
        world.get("/api/v1/me", Some(&cookie)).await.problem(),
        (401, "not_signed_in".to_owned())
    );
}

#[tokio::test]
async fn no_session_lasts_longer_than_a_fortnight() {
    let world = World::new();
    let cookie = world.sign_in("hoa").await;
    let mut hours = 0;
    while world.get("/api/v1/me", Some(&cookie)).await.status == 200 {
        world.wait_hours(8);
        hours += 8;
        assert!(hours < 30 * 24, "it never ends");
    }
    assert_eq!(hours, 14 * 24);
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once() {
    let world = World::new();
    let cookie = world.sign_in("hoa").await;
    let other = world.sign_in("hoa").await;
    let answer = world.post("/api/v1/sign-out", Some(&cookie), &json!({})).await;
    assert_eq!(answer.status, 204);
    assert!(answer.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(world.get("/api/v1/me", Some(&cookie)).await.status, 401);
    assert_eq!(
        world.get("/api/v1/me", Some(&other)).await.status,
        200,
        "another session is another"
    );
}

#[tokio::test]
async fn other_pages_change_nothing() {
    let world = World::new();
    let cookie = world.sign_in("hoa").await;
    for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
        let request = request(Method::POST, "/api/v1/sign-out", Some(&cookie)).header(name, value);
        let answer = world.send(request.body(Body::empty()).unwrap()).await;
        assert_eq!(answer.problem(), (403, "foreign_origin".to_owned()));
    }
    assert_eq!(world.get("/api/v1/me", Some(&cookie)).await.status, 200);
    let own = request(Method::POST, "/api/v1/sign-out", Some(&cookie)).header("origin", "https://so.example.vn");
    assert_eq!(world.send(own.body(Body::empty()).unwrap()).await.status, 204);
}

#[tokio::test]
async fn a_form_of_another_type_and_a_long_body_are_refused() {
    let world = World::new();
    let form = request(Method::POST, "/api/v1/sign-in", None)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from("login=hoa&password=x"))
        .unwrap();
    assert_eq!(world.send(form).await.problem(), (415, "media_type".to_owned()));
    let long = json!({ "login": "hoa", "password": "x".repeat(20_000) });
    assert_eq!(
        world.post("/api/v1/sign-in", None, &long).await.problem(),
        (413, "too_large".to_owned())
    );
    assert_eq!(
        world.get("/api/v1/sign-in", None).await.problem(),
        (405, "method_not_allowed".to_owned())
    );
}
