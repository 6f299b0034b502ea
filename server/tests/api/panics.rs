//! A panic in a handler ends its request with an answer like any other, and no other request.

use super::device::Device;
use super::world::{Answer, World};

/// Whether an answer came although the clock was to panic; where it did panic, the answer is the problem that says so.
fn is_answered(world: &World, answer: &Answer, looks: i64) -> bool {
    if world.is_to_panic() {
        assert_eq!(answer.status, 200);
        return true;
    }
    assert_eq!(
        answer.problem(),
        (500, "failed".to_owned()),
        "after {looks} looks at the clock"
    );
    false
}

#[tokio::test]
async fn a_panic_is_told_as_a_problem_and_the_next_request_is_answered() {
    let world = World::new();
    let quan = world.sign_in("quan").await;
    // Wherever in the request the clock is asked: on a thread of its own, or in the handler itself.
    let mut panics = 0;
    loop {
        world.panic_after(panics);
        let answer = world.get("/api/v1/periods", Some(&quan)).await;
        if is_answered(&world, &answer, panics) {
            break;
        }
        assert!(!String::from_utf8_lossy(&answer.body).contains("as a test wants it"));
        assert_eq!(world.get("/api/v1/periods", Some(&quan)).await.status, 200);
        panics += 1;
    }
    assert!(panics >= 3, "{panics}");
}

#[tokio::test]
async fn a_sync_that_panics_can_be_sent_again() {
    let world = World::new();
    let device = Device::enrolled(&world, "lan").await;
    let request = device.request(&"log/XA-A1/2026".parse().unwrap(), &[]);
    let body = client_core::protocol::codec::encode_request(&request);
    let mut panics = 0;
    loop {
        world.panic_after(panics);
        let answer = device.send(&world, body.clone()).await;
        if is_answered(&world, &answer, panics) {
            break;
        }
        assert_eq!(device.send(&world, body.clone()).await.status, 200);
        panics += 1;
    }
    assert!(panics >= 2, "{panics}");
}
