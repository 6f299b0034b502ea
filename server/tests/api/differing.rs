//! What two people of a unit declared or wrote apart from each other, as staff see it.

use client_core::model::log::{self, DeclaredValue, ReportKey};
use serde_json::json;

use super::desk::{indicator, log_of, world_with_two_sessions};
use super::device::Device;

#[tokio::test]
async fn a_number_that_two_people_declared_apart_is_shown_with_everything_both_said() {
    let (world, mut one) = world_with_two_sessions().await;
    let log = log_of("XA-A1");
    // Another phone, which has heard nothing of the first.
    let mut two = Device::enrolled(&world, "lan").await;
    let at = world.now();
    let key: ReportKey = ("2026-Q3".parse().unwrap(), "II.1-02".to_owned());
    let declare = |device: &mut Device, said: Option<(DeclaredValue, &str)>, at| {
        device.edit(&log, |document, actor| log::declare(document, actor, at, &key, said))
    };
    let first = declare(&mut one, Some((DeclaredValue::Integer(45), "Một buổi quên ghi")), at);
    one.sync(&world, &one.request(&log, &[first])).await;
    let second = declare(&mut two, Some((DeclaredValue::Integer(47), "Đếm lại")), at.plus_ms(1));
    two.sync(&world, &two.request(&log, &[second])).await;

    let hoa = world.sign_in("hoa").await;
    let address = "/api/v1/units/XA-A1/report?period=2026-Q3";
    let line = indicator(&world.get(address, Some(&hoa)).await.json(), "II.1-02").clone();
    let differing = line["differing"].as_array().unwrap();
    assert_eq!(differing[0], line["declared"], "what counts comes first");
    assert_eq!(line["value"], line["declared"]["value"]);
    let mut said = differing.clone();
    said.sort_by_key(|one| one["at"].as_i64());
    assert_eq!(
        said,
        [
            json!({ "value": 45.0, "text": null, "reason": "Một buổi quên ghi", "by": "Chị lan", "at": at.0 }),
            json!({ "value": 47.0, "text": null, "reason": "Đếm lại", "by": "Chị lan", "at": at.0 + 1 }),
        ]
    );
}

#[tokio::test]
async fn a_paragraph_that_two_people_wrote_apart_is_shown_with_everything_both_wrote() {
    let (world, mut one) = world_with_two_sessions().await;
    let log = log_of("XA-A1");
    let at = world.now();
    let key: ReportKey = ("2026-Q3".parse().unwrap(), "III-09".to_owned());
    let write = |device: &mut Device, texts: &[&str], at| {
        let texts = texts.iter().map(|text| (*text).to_owned()).collect();
        device.edit(&log, |document, actor| {
            log::narrate(document, actor, at, &mut fastrand::Rng::with_seed(1), &key, texts)
        })
    };
    let shared = write(&mut one, &["Đường xa.", "Mưa."], at);
    one.sync(&world, &one.request(&log, &[shared])).await;
    // Another phone has the same text and, like the first, changes a paragraph without having seen the other's.
    let mut two = Device::enrolled(&world, "lan").await;
    two.catch_up(&world, &log).await;
    let first = write(&mut one, &["Đường xa.", "Mưa đá."], at.plus_ms(1));
    one.sync(&world, &one.request(&log, &[first])).await;
    let second = write(&mut two, &["Đường xa.", "Mưa dầm."], at.plus_ms(2));
    two.sync(&world, &two.request(&log, &[second])).await;

    let hoa = world.sign_in("hoa").await;
    let address = "/api/v1/units/XA-A1/report?period=2026-Q3";
    let line = indicator(&world.get(address, Some(&hoa)).await.json(), "III-09").clone();
    assert_eq!(line["declared"]["by"], "Chị lan");
    let mut said = line["differing"].as_array().unwrap().clone();
    let counts = said[0]["text"].as_str().unwrap();
    assert_eq!(line["text"], format!("Đường xa.\n{counts}"), "what counts comes first");
    said.sort_by_key(|one| one["at"].as_i64());
    assert_eq!(
        said,
        [
            json!({ "value": null, "text": "Mưa đá.", "paragraph": 2, "reason": "", "by": "Chị lan", "at": at.0 + 1 }),
            json!({ "value": null, "text": "Mưa dầm.", "paragraph": 2, "reason": "", "by": "Chị lan", "at": at.0 + 2 }),
        ]
    );
}
