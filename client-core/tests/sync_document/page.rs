//! The page and the sources that it is compared with.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;

use super::message::{hex, unhex};

/// A file of the project.
pub(crate) fn source(path: &str) -> String {
    let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The page and its examples.
const PAGES: [&str; 9] = [
    "docs/SYNC.md",
    "docs/sync/change.md",
    "docs/sync/idle.md",
    "docs/sync/first-push.md",
    "docs/sync/following.md",
    "docs/sync/two-frames.md",
    "docs/sync/reconcile.md",
    "docs/sync/limits.md",
    "docs/sync/problems.md",
];

/// `docs/SYNC.md` and its examples, with their fenced blocks by language and name.
pub(crate) struct Page {
    text: String,
    blocks: BTreeMap<String, String>,
}

impl Page {
    pub(crate) fn read() -> Self {
        let text = PAGES.map(source).join("\n");
        let mut blocks = BTreeMap::new();
        let mut fences = text.split("\n```");
        while let (Some(_), Some(block)) = (fences.next(), fences.next()) {
            let (marker, block) = block.split_once('\n').unwrap_or((block, ""));
            if marker.contains(' ') {
                let twice = blocks.insert(marker.to_owned(), block.to_owned());
                assert!(twice.is_none(), "two blocks are marked {marker}");
            }
        }
        Self { text, blocks }
    }

    fn block(&self, marker: &str) -> &str {
        let block = self.blocks.get(marker);
        block.unwrap_or_else(|| panic!("no page has a block marked {marker}"))
    }

    /// The bytes of a block; what follows a `#` is for people.
    pub(crate) fn hex(&self, name: &str) -> Vec<u8> {
        let lines = self.block(&format!("hex {name}")).lines();
        let digits = lines.flat_map(|line| line.split('#').next().unwrap_or_default().chars());
        unhex(&digits.filter(|digit| !digit.is_whitespace()).collect::<String>())
    }

    #[track_caller]
    pub(crate) fn assert_hex(&self, name: &str, bytes: &[u8]) {
        let told = self.hex(name);
        assert!(
            told == bytes,
            "the page should have under `hex {name}`:\n{}\nand has:\n{}",
            hex(bytes),
            hex(&told)
        );
    }

    pub(crate) fn json<T: DeserializeOwned>(&self, name: &str) -> T {
        let block = self.block(&format!("json {name}"));
        serde_json::from_str(block).unwrap_or_else(|error| panic!("json {name}: {error}"))
    }

    #[track_caller]
    pub(crate) fn assert_json(&self, name: &str, value: &serde_json::Value) {
        let told: serde_json::Value = self.json(name);
        assert!(told == *value, "the page should have under `json {name}`:\n{value:#}");
    }

    #[track_caller]
    pub(crate) fn assert_row(&self, row: &str) {
        let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words(&self.text).contains(row), "docs/SYNC.md should have: {row}");
    }

    /// The first three cells of each row of the tables under a heading.
    pub(crate) fn rows(&self, heading: &str) -> Vec<[String; 3]> {
        let (_, under) = self
            .text
            .split_once(&format!("\n{heading}\n"))
            .unwrap_or_else(|| panic!("no {heading}"));
        let under = under.split("\n## ").next().unwrap_or_default();
        let rows = under.lines().filter(|line| line.starts_with("| "));
        let rows = rows.map(|row| row.trim_matches('|').split(" | ").map(|cell| cell.trim().to_owned()));
        let rows = rows.filter_map(|mut cells| Some([cells.next()?, cells.next()?, cells.next()?]));
        let is_body = |row: &[String; 3]| !row[0].starts_with("---") && !["what", "status", "code"].contains(&&*row[0]);
        rows.filter(is_body).collect()
    }
}

/// The numbers in a cell such as `16,384 to 2,097,152 bytes`.
pub(crate) fn numbers(cell: &str) -> Vec<u64> {
    let words = cell.split_whitespace().map(|word| word.replace(',', ""));
    words.filter_map(|word| word.parse().ok()).collect()
}

/// Where the constants stand that the page names.
const SOURCES: [&str; 22] = [
    // First, as others have a `default` of their own, too.
    "server/src/ingest/limits.rs",
    "client-core/src/document/change.rs",
    "client-core/src/document/pack.rs",
    "client-core/src/model/schema.rs",
    "client-core/src/protocol.rs",
    "client-core/src/protocol/context.rs",
    "client-core/src/protocol/counted.rs",
    "client-core/src/protocol/enrol.rs",
    "client-core/src/replica/downlink.rs",
    "client-core/src/replica/kept.rs",
    "client-core/src/replica/link.rs",
    "client-core/src/replica/session.rs",
    "server/src/accounts.rs",
    "server/src/api/enrol.rs",
    "server/src/api/error.rs",
    "server/src/app_state.rs",
    "server/src/bodies.rs",
    "server/src/api/json.rs",
    "server/src/ingest.rs",
    "server/src/ingest/frames.rs",
    "server/src/ingest/news.rs",
    "server/src/ingest/receive.rs",
];

/// The numbers that a constant holds: `NAME`, or `NAME.field` of a structure of limits.
pub(crate) fn constant(name: &str) -> Vec<u64> {
    let (name, field) = name
        .split_once('.')
        .map_or((name, None), |(name, field)| (name, Some(field)));
    let found = SOURCES.map(source).into_iter().find_map(|text| {
        let (_, after) = match field {
            // Limits of the queue are what their `default` says.
            Some(_) if name == "Limits" => text.split_once("fn default() -> Self")?,
            Some(_) | None => text.split_once(&format!("const {name}: "))?,
        };
        match field {
            Some(field) => Some(
                after
                    .split_once(&format!(" {field}: "))?
                    .1
                    .split_once(",\n")?
                    .0
                    .to_owned(),
            ),
            None => Some(after.split_once(" = ")?.1.split_once(';')?.0.to_owned()),
        }
    });
    let found = found.unwrap_or_else(|| panic!("no constant {name}"));
    let inner = found
        .rsplit_once("::from_")
        .map_or(&*found, |(_, inner)| inner.split_once('(').unwrap_or_default().1);
    let inner = inner.trim_matches(['(', ')']);
    inner
        .split("..=")
        .flat_map(|part| part.split(", "))
        .map(product)
        .collect()
}

/// What a product of numbers comes to.
fn product(text: &str) -> u64 {
    let factors = text.split(" * ").map(|factor| factor.replace('_', ""));
    factors
        .map(|factor| factor.parse::<u64>().unwrap_or_else(|_| panic!("{text} is no product")))
        .product()
}

/// The number of a status that the table of errors calls by its name.
pub(crate) fn status(name: &str) -> &'static str {
    match name {
        "BAD_REQUEST" => "400",
        "UNAUTHORIZED" => "401",
        "FORBIDDEN" => "403",
        "NOT_FOUND" => "404",
        "METHOD_NOT_ALLOWED" => "405",
        "CONFLICT" => "409",
        "PRECONDITION_FAILED" => "412",
        "GONE" => "410",
        "PAYLOAD_TOO_LARGE" => "413",
        "UNSUPPORTED_MEDIA_TYPE" => "415",
        "TOO_MANY_REQUESTS" => "429",
        "INTERNAL_SERVER_ERROR" => "500",
        "SERVICE_UNAVAILABLE" => "503",
        other => panic!("{other} is no status that a device is sent"),
    }
}
