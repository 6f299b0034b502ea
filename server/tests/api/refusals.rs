//! What HTTP itself adds to what a device may be told, before anything of its body is read.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, header};
use client_core::protocol::CONTENT_TYPE;
use client_core::protocol::codec::encode_request;
use futures_util::stream;
use serde_json::json;

use super::device::Device;
use super::world::World;

/// A body that says nothing, of a device that may sync, and a request that would bring it.
async fn idle(world: &World) -> (Vec<u8>, axum::http::request::Builder) {
    let device = Device::enrolled(world, "lan").await;
    let body = encode_request(&device.request(&"log/XA-A1/2026".parse().unwrap(), &[]));
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/sync")
        .header(header::AUTHORIZATION, format!("Bearer {}", device.token));
    (body, request)
}

#[tokio::test]
async fn a_program_that_names_no_host_is_heard_and_a_browser_is_not() {
    let world = World::new();
    let (body, request) = idle(&world).await;
    let request = request
        .header(header::CONTENT_TYPE, CONTENT_TYPE)
        .body(Body::from(body));
    assert_eq!(world.send(request.unwrap()).await.status, 200);
    for (name, value) in [("origin", "https://so.example.vn"), ("sec-fetch-site", "same-site")] {
        let (body, request) = idle(&world).await;
        let request = request.header(header::CONTENT_TYPE, CONTENT_TYPE).header(name, value);
        let answer = world.send(request.body(Body::from(body)).unwrap()).await;
        assert_eq!(answer.problem(), (403, "foreign_origin".to_owned()), "{name}");
    }
}

#[tokio::test]
async fn media_types_are_read_in_any_case() {
    let world = World::new();
    let (body, request) = idle(&world).await;
    let request = request.header(header::CONTENT_TYPE, CONTENT_TYPE.to_uppercase());
    assert_eq!(world.send(request.body(Body::from(body)).unwrap()).await.status, 200);
    let enrol = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/enrol")
        .header(header::CONTENT_TYPE, "Application/JSON; charset=utf-8");
    let body = json!({ "code": "0", "public_key": "", "device_name": "" });
    let answer = world.send(enrol.body(Body::from(body.to_string())).unwrap()).await;
    assert_eq!(answer.problem(), (404, "code_unknown".to_owned()));
}

#[tokio::test]
async fn a_body_that_breaks_off_is_told_and_can_be_sent_again() {
    let world = World::new();
    let (body, request) = idle(&world).await;
    let half = Bytes::copy_from_slice(&body[..body.len() / 2]);
    let pieces = [Ok(half), Err(io::Error::from(io::ErrorKind::ConnectionReset))];
    let request = request.header(header::CONTENT_TYPE, CONTENT_TYPE);
    let broken = request.body(Body::from_stream(stream::iter(pieces))).unwrap();
    let answer = world.send(broken).await;
    assert_eq!(answer.problem(), (400, "broken_off".to_owned()));
    assert_eq!(answer.json()["detail"], "Nội dung gửi lên chưa đủ. Hãy gửi lại.");
    let (body, request) = idle(&world).await;
    let request = request.header(header::CONTENT_TYPE, CONTENT_TYPE);
    assert_eq!(world.send(request.body(Body::from(body)).unwrap()).await.status, 200);
}
