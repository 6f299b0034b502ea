use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::api::enrol::NO_KEY;

const PAGE: &str = include_str!("../../../../docs/REFUSALS.md");

/// One error for each code of the table.
fn errors() -> Vec<ApiError> {
    let retry_after = 10;
    let failure = || Box::new(std::io::Error::other("no room"));
    let of_bodies = [
        CodecError::TooLarge,
        CodecError::InflatesTooFar,
        CodecError::TooMany,
        CodecError::UnknownCoding,
        CodecError::NotDeflate,
        CodecError::NotAMessage,
        CodecError::UnknownVersion,
        CodecError::UnknownContext,
    ];
    let others = [
        ApiError::NotSignedIn,
        ApiError::DeviceUnknown,
        ApiError::DeviceRevoked,
        ApiError::WrongPassword,
        ApiError::NotAllowed,
        ApiError::ForeignOrigin,
        ApiError::NotFound("unit"),
        ApiError::PeriodNotOpened("2026-Q3".parse().unwrap()),
        ApiError::MethodNotAllowed,
        ApiError::invalid("public_key", NO_KEY),
        ApiError::NotJson("code: chưa có.".to_owned()),
        ApiError::MediaType,
        ApiError::TooLarge,
        ApiError::BrokenOff,
        ApiError::BadSignature,
        ApiError::UnknownEpoch,
        ApiError::EmptyPush,
        ApiError::CodeUnknown,
        ApiError::CodeExpired,
        ApiError::CodeUsed,
        ApiError::NotSetAside,
        ApiError::NeedsOther(ChangeHash([1; 32])),
        ApiError::Unreadable,
        ApiError::TooManyAttempts { retry_after },
        ApiError::Busy { retry_after },
        ApiError::TooMuchWaiting { retry_after },
        ApiError::NotWritten(failure()),
        ApiError::Failed(failure()),
    ];
    of_bodies.into_iter().map(ApiError::Sync).chain(others).collect()
}

/// What stands under a heading of the page.
fn section(heading: &str) -> &'static str {
    let mut sections = PAGE.split("\n## ");
    sections.find(|section| section.starts_with(heading)).unwrap()
}

/// The codes of a table of the page, with status and sentence.
fn rows(heading: &str) -> Vec<(&'static str, String)> {
    let rows = section(heading).lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        (cells[0].trim_matches('`'), format!("{} {}", cells[1], cells[3]))
    })
    .collect()
}

#[test]
fn the_page_of_refusals_has_every_error_with_its_sentence_and_no_other() {
    let mut said: BTreeMap<&str, String> = BTreeMap::new();
    for error in errors() {
        let Row {
            status, code, detail, ..
        } = error.row();
        let told = format!("{} {}", status.as_u16(), detail.replace("10", "…"));
        let before = said.insert(code, told.clone());
        assert!(before.is_none_or(|before| before == told), "{code} has one sentence");
    }
    // None is forgotten above: a code is the only text of the table that is one word of small letters.
    let texts = include_str!("table.rs").split('"').skip(1).step_by(2);
    let is_code = |text: &&str| text.chars().all(|letter| matches!(letter, 'a'..='z' | '_'));
    let codes: BTreeSet<_> = texts.filter(is_code).collect();
    assert!(codes.iter().eq(said.keys()), "{codes:?}");

    let of_the_desk = section("Not of the sync protocol").split('`').skip(1).step_by(2);
    for code in of_the_desk {
        assert!(said.remove(code).is_some(), "{code} is no code, or a device is told it");
    }
    let listed: BTreeMap<_, _> = rows("A whole request").into_iter().chain(rows("Enrolment")).collect();
    assert_eq!(said, listed);
}

#[test]
fn what_was_not_written_may_be_asked_again_and_says_when() {
    for failure in [StoreError::NotCommitted("disk full".to_owned()), StoreError::Stopped] {
        let answer = ApiError::from(failure).into_response();
        assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(
            answer.headers()[header::RETRY_AFTER],
            NOT_WRITTEN_RETRY_S.to_string().as_str()
        );
    }
}
