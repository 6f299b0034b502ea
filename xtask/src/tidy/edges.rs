//! Who may name whom inside a crate. Cargo holds the edges between crates, ESLint those of the app's TypeScript.

use super::{Source, names};

/// Files that must not name something.
struct Edge {
    within: &'static [&'static str],
    but_for: &'static [&'static str],
    must_not_name: &'static [&'static str],
    because: &'static str,
}

const EDGES: &[Edge] = &[
    Edge {
        within: &["client-core/src", "pwa/core-wasm/src", "server/src"],
        but_for: &["client-core/src/document.rs", "client-core/src/document"],
        must_not_name: &["automerge", "autosurgeon"],
        because: "only client-core's document.rs knows what documents are made of",
    },
    Edge {
        within: &[
            "client-core/src/model.rs",
            "client-core/src/model",
            "client-core/src/document.rs",
            "client-core/src/document",
            "client-core/src/protocol.rs",
            "client-core/src/protocol",
            "client-core/src/catalogue.rs",
            "client-core/src/catalogue",
            "client-core/src/report.rs",
            "client-core/src/report",
            "client-core/src/access.rs",
        ],
        but_for: &[],
        must_not_name: &["crate::replica", "super::replica"],
        because: "a replica is built on these, not the other way round",
    },
    Edge {
        within: &[
            "client-core/src/ids.rs",
            "client-core/src/ids",
            "client-core/src/time.rs",
        ],
        but_for: &[],
        must_not_name: &["crate::model", "crate::document", "crate::protocol", "crate::replica"],
        because: "ids and time depend on nothing of ours",
    },
    Edge {
        within: &["client-core/src/document.rs", "client-core/src/document"],
        but_for: &[],
        must_not_name: &[
            "crate::model",
            "crate::catalogue",
            "crate::report",
            "crate::validate",
            "crate::protocol",
            "crate::access",
        ],
        because: "a document holds maps and scalars; what they mean is for model",
    },
    Edge {
        within: &["client-core/src/model.rs", "client-core/src/model"],
        but_for: &[],
        must_not_name: &["crate::report", "crate::validate", "crate::protocol", "crate::access"],
        because: "what documents mean does not depend on who derives, checks or sends it",
    },
    Edge {
        within: &["client-core/src/protocol.rs", "client-core/src/protocol"],
        but_for: &[],
        must_not_name: &["crate::report", "crate::validate"],
        because: "the wire carries what is there and derives nothing",
    },
    Edge {
        within: &[
            "server/src/ingest.rs",
            "server/src/ingest",
            "server/src/projection.rs",
            "server/src/projection",
            "server/src/store.rs",
            "server/src/store",
        ],
        but_for: &[],
        must_not_name: &["axum", "tower", "tower_http", "hyper", "crate::api"],
        because: "nothing below api knows HTTP",
    },
    Edge {
        within: &["server/src/ingest.rs", "server/src/ingest"],
        but_for: &[],
        must_not_name: &["crate::desk", "crate::report", "crate::import", "crate::demo"],
        because: "ingest stands on projection and store alone",
    },
    Edge {
        within: &["server/src/projection.rs", "server/src/projection"],
        but_for: &[],
        must_not_name: &[
            "crate::ingest",
            "crate::desk",
            "crate::report",
            "crate::import",
            "crate::demo",
        ],
        because: "projection stands on store alone",
    },
    Edge {
        within: &["server/src/store.rs", "server/src/store"],
        but_for: &[],
        must_not_name: &[
            "crate::ingest",
            "crate::projection",
            "crate::desk",
            "crate::report",
            "crate::import",
            "crate::demo",
        ],
        because: "store is below everything else of the server",
    },
    Edge {
        within: &["server/src/desk.rs", "server/src/desk"],
        but_for: &[],
        must_not_name: &["axum", "tower", "tower_http", "hyper", "crate::api", "crate::ingest"],
        because: "the desk's queries read the store and know no HTTP",
    },
    Edge {
        within: &["client-core", "pwa/core-wasm", "server/src", "tests"],
        but_for: &["server/src/main.rs", "server/src/commands.rs", "server/src/commands"],
        must_not_name: &["anyhow"],
        because: "errors are types of their own; only commands have nobody above to tell them apart",
    },
    Edge {
        within: &["client-core", "pwa/core-wasm", "server", "tests"],
        // Programs, which wait as they were told to.
        but_for: &[
            "server/src/commands/serve.rs",
            "tests/src/phone/clock.rs",
            "tests/src/bench",
        ],
        must_not_name: &["sleep"],
        because: "time is handed in, and a test that waits for time to pass is slow when it passes and wrong when it fails",
    },
    Edge {
        within: &["server/src"],
        but_for: &[
            "server/src/store.rs",
            "server/src/store",
            "server/src/projection.rs",
            "server/src/projection",
        ],
        must_not_name: &[
            "rusqlite",
            "SELECT",
            "INSERT INTO",
            "INSERT OR",
            "DELETE FROM",
            "CREATE TABLE",
            "PRAGMA",
        ],
        because: "only store and projection write SQL",
    },
    Edge {
        within: &["server/src"],
        but_for: &[],
        must_not_name: &["client_core::replica"],
        because: "a replica is what a device has; the server has documents",
    },
];

impl Edge {
    /// The first of the names that stands in the code. `use crate::{a, b}` names both.
    fn broken_by(&self, code: &str) -> Option<&'static str> {
        let grouped = code.split_once("crate::{").map(|(_, group)| group);
        self.must_not_name.iter().copied().find(|word| {
            let in_group = word.strip_prefix("crate::").zip(grouped);
            names(code, word) || in_group.is_some_and(|(module, group)| names(group, module))
        })
    }
}

/// What of the table the file does not keep.
pub(super) fn check(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    if !source.has_extension(&["rs"]) {
        return findings;
    }
    let edges = EDGES
        .iter()
        .filter(|edge| source.is_in(edge.within) && !source.is_in(edge.but_for));
    for edge in edges {
        for (number, line) in source.lines() {
            let code = line.split("//").next().unwrap_or(line);
            if let Some(word) = edge.broken_by(code) {
                findings.push(format!("{}:{number}: names `{word}`: {}", source.name, edge.because));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_line(name: &str, line: &str) -> usize {
        check(&Source {
            name: name.to_owned(),
            text: line.to_owned(),
        })
        .len()
    }

    #[test]
    fn what_stands_below_another_may_not_name_it() {
        assert_eq!(check_line("client-core/src/model/log.rs", "use automerge::ObjId;"), 1);
        assert_eq!(check_line("client-core/src/document.rs", "use automerge::ObjId;"), 0);
        assert_eq!(check_line("server/src/ingest/receive.rs", "use axum::Json;"), 1);
        assert_eq!(check_line("server/src/api/sync.rs", "use axum::Json;"), 0);
        assert_eq!(check_line("server/src/api/sync.rs", "let sql = \"SELECT 1\";"), 1);
        assert_eq!(check_line("server/src/store/sqlite.rs", "let sql = \"SELECT 1\";"), 0);
    }

    #[test]
    fn each_layer_of_core_and_server_names_only_those_below() {
        for (name, line) in [
            ("client-core/src/ids/document.rs", "use crate::document::Document;"),
            ("client-core/src/document/change.rs", "use crate::model::entry::Entry;"),
            ("client-core/src/model/log.rs", "use crate::report::Value;"),
            ("client-core/src/model/log.rs", "let x = crate::protocol::VERSION;"),
            ("client-core/src/model.rs", "use crate::{ids, report};"),
            ("client-core/src/protocol/sync.rs", "use crate::validate;"),
            ("server/src/store/sqlite.rs", "use crate::ingest::Ingest;"),
            ("server/src/store.rs", "use crate::projection::Held;"),
            ("server/src/projection/held.rs", "use crate::ingest::Ingest;"),
            ("server/src/projection.rs", "use crate::desk::PeriodView;"),
            ("server/src/ingest/apply.rs", "use crate::desk::PeriodView;"),
            ("server/src/desk.rs", "use crate::api::error::ApiError;"),
            ("server/src/import.rs", "use anyhow::Result;"),
            (
                "tests/integration/sync.rs",
                "std::thread::sleep(Duration::from_millis(50));",
            ),
            ("server/tests/api/main.rs", "tokio::time::sleep(SHORT).await;"),
        ] {
            assert_eq!(check_line(name, line), 1, "{name}: {line}");
        }
        for (name, line) in [
            ("client-core/src/report/derive.rs", "use crate::model::value::Value;"),
            ("client-core/src/model.rs", "use crate::{document, ids};"),
            ("server/src/ingest/apply.rs", "use crate::projection::Held;"),
            ("server/src/projection.rs", "use crate::store::Store;"),
            ("server/src/api/overview.rs", "use crate::desk::PeriodView;"),
            ("server/src/commands/import.rs", "use anyhow::Result;"),
        ] {
            assert_eq!(check_line(name, line), 0, "{name}: {line}");
        }
    }

    #[test]
    fn a_comment_may_name_anything() {
        assert_eq!(
            check_line("server/src/ingest/receive.rs", "// axum has read the body"),
            0
        );
    }
}
