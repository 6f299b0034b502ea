//! `docs/SYNC.md` says what the code does: its examples are read from the page, made and taken apart by the code, and its
//! tables are compared with the code's constants. What fails prints what the page should say.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the page has failed")]

mod message;
mod page;

use std::collections::BTreeSet;

use client_core::document::{Action, Change, Scalar, genesis};
use client_core::ids::DocumentKind;
use client_core::protocol::codec::{
    CodecError, FrameReader, decode_following, decode_request, encode_answer, encode_following, encode_request,
};
use client_core::protocol::context::{Context, window};
use client_core::protocol::enrol::{EnrolRequest, EnrolResponse, normalise_code};
use client_core::protocol::profile::{self, Profile};
use client_core::protocol::sync::{RefusalCode, SyncRequest, SyncResponse, digest, statement};
use ed25519_dalek::{Signer, SigningKey};
use flate2::{Decompress, FlushDecompress};
use sha2::{Digest, Sha256};

use message::{Answer, Question, hex};
use page::Page;

const DICTIONARY: &[u8] = include_bytes!("../../src/protocol/dictionary-1.bin");

/// Inflates blocks one after the other, as the page says: the dictionary before the first, four bytes after each.
struct Blocks(Decompress);

impl Blocks {
    fn begin() -> Self {
        Self::after(&[])
    }

    fn after(context: &[u8]) -> Self {
        let mut stream = Decompress::new(false);
        stream.set_dictionary(&[DICTIONARY, context].concat()).unwrap();
        Self(stream)
    }

    fn next(&mut self, block: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(1 << 16);
        let whole = [block, &[0, 0, 0xff, 0xff]].concat();
        self.0
            .decompress_vec(&whole, &mut bytes, FlushDecompress::Sync)
            .unwrap();
        bytes
    }
}

fn request(page: &Page, name: &str) -> SyncRequest {
    page.json::<Question>(name).into()
}

fn frames(page: &Page, name: &str) -> Vec<SyncResponse> {
    page.json::<Vec<Answer>>(name).into_iter().map(Into::into).collect()
}

fn change(page: &Page, name: &str) -> Change {
    Change::decode(&page.hex(name)).unwrap()
}

#[test]
fn requests_on_the_page_are_the_bytes_beside_them() {
    let page = Page::read();
    for name in ["idle-request", "first-push", "reconcile-request"] {
        let told = request(&page, name);
        page.assert_hex(&format!("{name}.body"), &encode_request(&told));
        let body = page.hex(&format!("{name}.body"));
        assert_eq!(decode_request(&body).unwrap(), told, "{name}");
        let message = match body.split_first().unwrap() {
            (0, plain) => plain.to_vec(),
            (_, deflated) => Blocks::begin().next(deflated),
        };
        page.assert_hex(&format!("{name}.message"), &message);
        // What is not deflated is read as well.
        assert_eq!(decode_request(&[&[0], &message[..]].concat()).unwrap(), told, "{name}");
    }
}

#[test]
fn a_push_on_the_page_goes_on_from_the_one_before_it() {
    let page = Page::read();
    let before = change(&page, "change");
    let told = request(&page, "following-push");
    let context = Context {
        document: "log/KHUN-HA/2026".to_owned(),
        last: (*before.hash().0.first_chunk().unwrap()).into(),
        count: 1,
    };
    page.assert_hex("following-push.context", &minicbor::to_vec(&context).unwrap());
    let bytes = window(&context.document, [before.bytes()]);
    page.assert_hex("following-push.window", &bytes);
    page.assert_hex("following-push.body", &encode_following(&told, &context, &bytes));
    let body = page.hex("following-push.body");
    let read = decode_following(&body, |asked| {
        assert_eq!(*asked, context);
        Ok::<_, CodecError>(Some(bytes.clone()))
    });
    assert_eq!(read.unwrap(), told);
    let deflated = &body[1 + page.hex("following-push.context").len()..];
    page.assert_hex("following-push.message", &Blocks::after(&bytes).next(deflated));
    let pushed = Change::decode(&told.pushes[0].changes[0]).unwrap();
    assert_eq!((pushed.dependencies(), pushed.seq()), (vec![before.hash()], 2));
}

#[test]
fn answers_on_the_page_are_the_bytes_beside_them() {
    let page = Page::read();
    for name in ["idle-answer", "first-answer", "two-frames", "reconcile-answer"] {
        let told = frames(&page, name);
        page.assert_hex(&format!("{name}.body"), &encode_answer(&told));
        let body = page.hex(&format!("{name}.body"));
        let (mut reader, mut blocks) = (FrameReader::default(), Blocks::begin());
        reader.push(&body);
        let mut rest = &body[1..];
        for (number, frame) in (1..).zip(told) {
            assert_eq!(reader.next_frame().unwrap(), Some(frame), "{name}, frame {number}");
            let (length, after) = rest.split_first_chunk().unwrap();
            let (block, after) = after.split_at(u32::from_be_bytes(*length) as usize);
            let message = match body[0] {
                0 => block.to_vec(),
                _ => blocks.next(block),
            };
            page.assert_hex(&format!("{name}.message-{number}"), &message);
            rest = after;
        }
        assert!(!reader.has_rest() && rest.is_empty(), "{name}");
    }
}

#[test]
fn the_change_on_the_page_does_what_the_page_says() {
    let page = Page::read();
    let change = change(&page, "change");
    let operations = change.operations().into_iter().map(|operation| {
        let done = match operation.action {
            Action::MakeMap { map } => format!("map {map}"),
            Action::Put(Scalar::Text(text)) => format!("text {text}"),
            Action::Put(Scalar::Integer(number)) => format!("integer {number}"),
            Action::Put(value) => panic!("the page has no word for {value:?}"),
            Action::Delete | Action::Foreign => panic!("the page tells of no such operation"),
        };
        format!("{} {} = {done}", operation.map, operation.key.unwrap())
    });
    let told = serde_json::json!({
        "hash": change.hash().to_string(),
        "actor": hex(&change.actor().unwrap().to_bytes()),
        "seq": change.seq(),
        "time": change.at().0,
        "dependencies": change.dependencies().iter().map(ToString::to_string).collect::<Vec<_>>(),
        "operations": operations.collect::<Vec<_>>(),
    });
    page.assert_json("change", &told);
    assert_eq!(change.dependencies(), [genesis(DocumentKind::Log).hash()]);
    let push = request(&page, "first-push");
    assert_eq!(push.pushes[0].changes[0].as_slice(), change.bytes());
}

#[test]
fn what_is_signed_on_the_page_is_what_the_first_push_bears() {
    let page = Page::read();
    let push = request(&page, "first-push");
    let last = change(&page, "change").hash().0;
    let signed = statement([(push.pushes[0].document.clone(), last)]);
    page.assert_hex("statement", &signed);
    let key = SigningKey::from_bytes(&page.hex("signing-seed").try_into().unwrap());
    page.assert_hex("public-key", key.verifying_key().as_bytes());
    page.assert_hex("signature", &key.sign(&signed).to_bytes());
    assert_eq!(push.signature.unwrap().as_slice(), page.hex("signature"));
}

#[test]
fn a_statement_names_each_document_before_its_changes() {
    let [log, register] = ["log/A/2026", "register/A"].map(str::to_owned);
    let said = statement([(log.clone(), [1; 32]), (log, [2; 32]), (register, [3; 32])]);
    let parts: [&[u8]; 6] = [
        b"so-cong-doan push 1\n",
        b"log/A/2026\n",
        &[1; 32],
        &[2; 32],
        b"register/A\n",
        &[3; 32],
    ];
    assert_eq!(said, parts.concat());
}

#[test]
fn the_digests_on_the_page_follow_from_its_changes() {
    let page = Page::read();
    let document = "log/KHUN-HA/2026";
    let one = change(&page, "change").hash().0;
    assert_eq!(frames(&page, "first-answer")[0].digest, Some(digest(document, [&one])));
    assert_eq!(frames(&page, "idle-answer")[0].digest, Some(digest(document, [&one])));
    assert_eq!(
        request(&page, "reconcile-request").reconcile.unwrap()[0].digest,
        digest(document, [&one])
    );
    let two = frames(&page, "two-frames");
    let news = two.iter().flat_map(|frame| &frame.news).flat_map(|news| &news.changes);
    let news: Vec<_> = news.map(|bytes| Change::decode(bytes).unwrap().hash().0).collect();
    assert_eq!(two[1].digest, Some(digest(document, [&one, &news[0], &news[1]])));
}

#[test]
fn the_profile_on_the_page_is_the_bytes_beside_it() {
    let page = Page::read();
    let bytes = page.hex("profile");
    let profile: Profile = minicbor::decode(&bytes).unwrap();
    assert_eq!(minicbor::to_vec(&profile).unwrap(), bytes);
    assert_eq!((profile.unit.id.as_str(), profile.periods.len()), ("KHUN-HA", 1));
    assert_eq!(
        frames(&page, "first-answer")[0].profile.as_ref().unwrap().as_slice(),
        bytes
    );
    assert_eq!(request(&page, "idle-request").profile, Some(profile::name(&bytes)));
}

#[test]
fn enrolment_on_the_page_is_read_by_both_ends() {
    let page = Page::read();
    let request: EnrolRequest = page.json("enrol-request");
    assert_eq!(normalise_code(&request.code).as_ref(), Some(&request.code));
    assert_eq!(
        data_encoding::BASE64URL_NOPAD
            .decode(request.public_key.as_bytes())
            .unwrap(),
        page.hex("public-key")
    );
    let answer: EnrolResponse = page.json("enrol-answer");
    let actor = change(&page, "change").actor().unwrap();
    assert_eq!(answer.device, actor.device);
}

#[test]
fn the_dictionary_and_the_first_changes_are_those_of_the_page() {
    let page = Page::read();
    page.assert_row(&format!(
        "`dictionary-1.bin`, {} bytes, SHA-256 `{}`",
        DICTIONARY.len(),
        hex(&Sha256::digest(DICTIONARY))
    ));
    for kind in DocumentKind::ALL {
        let first = genesis(kind);
        page.assert_hex(&format!("genesis-{}", kind.as_str()), first.bytes());
        page.assert_row(&format!("| `{}` | `{}` |", kind.as_str(), first.hash()));
    }
}

#[test]
fn every_refusal_code_has_its_row() {
    let page = Page::read();
    let codes = (0..24_u8).filter_map(|number| Some((number, minicbor::decode::<RefusalCode>(&[number]).ok()?)));
    let mut count = 0;
    for (number, code) in codes {
        page.assert_row(&format!("| {number} | {code:?} |"));
        count += 1;
    }
    assert_eq!(page.rows("## Refusal codes").len(), count);
}

#[test]
fn every_limit_on_the_page_is_the_one_in_the_code() {
    let page = Page::read();
    let rows = page.rows("## Limits in numbers");
    assert!(rows.len() > 20, "{} rows", rows.len());
    for [name, value, constant] in rows {
        let numbers: Vec<u64> = page::numbers(&value);
        assert_eq!(
            numbers,
            page::constant(constant.trim_matches('`')),
            "{name}: {constant}"
        );
    }
}

#[test]
fn every_problem_on_the_page_is_in_the_table_of_errors() {
    let page = Page::read();
    let table = page::source("server/src/api/error/table.rs");
    let rows = page.rows("## Problems");
    assert!(rows.len() > 15, "{} rows", rows.len());
    // Which of the table's codes a device may be told stands on the page of refusals.
    let refusals = page::source("docs/REFUSALS.md");
    let (_, refusals) = refusals.split_once("\n## A whole request\n").unwrap();
    let of_changes = refusals.split_once("\n## One change\n").unwrap();
    let listed: BTreeSet<_> = of_changes
        .0
        .lines()
        .filter_map(|line| line.strip_prefix("| ")?.split(" | ").next())
        .filter(|cell| cell.starts_with('`'))
        .collect();
    assert_eq!(
        rows.iter().map(|[_, code, _]| code.as_str()).collect::<BTreeSet<_>>(),
        listed
    );
    for [status, code, _] in rows {
        let code = format!("\"{}\"", code.trim_matches('`'));
        let before = table
            .split_once(&code)
            .unwrap_or_else(|| panic!("no {code} in the table"))
            .0;
        let named = before
            .rsplit("S::")
            .next()
            .unwrap()
            .rsplit("StatusCode::")
            .next()
            .unwrap();
        let named = named.split(',').next().unwrap();
        assert_eq!(page::status(named), status, "{code}");
    }
}
