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
        within: &["client-core/src/ids.rs", "client-core/src/time.rs"],
        but_for: &[],
        must_not_name: &["crate::model", "crate::document", "crate::protocol", "crate::replica"],
        because: "ids and time depend on nothing of ours",
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
            for word in edge.must_not_name.iter().filter(|word| names(code, word)) {
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
    fn a_comment_may_name_anything() {
        assert_eq!(
            check_line("server/src/ingest/receive.rs", "// axum has read the body"),
            0
        );
    }
}
