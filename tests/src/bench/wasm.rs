//! Opening with the core that phones run: the module that the app ships, in Node.js.

use std::path::{Path, PathBuf};
use std::process::Command;

use client_core::replica::input::StoredValue;
use client_core::time::Timestamp;
use serde_json::json;

use super::{BenchError, Line};

/// Openings of which the middle one counts; each in a process of its own.
const OPENINGS: usize = 9;

/// What the app imports. `cargo xtask wasm` makes it.
const MODULE: &str = "../pwa/src/lib/replica/generated/core_wasm_bg.wasm";
/// Node.js compiles hot code on four threads, however many processors there are: on two they would take turns with what is
/// measured.
const ONE_COMPILER: &str = "--v8-pool-size=1";
/// What opens it once and prints how long that took.
const SCRIPT: &str = "../pwa/core-wasm/tests/opening.js";

/// What a phone has stored, and when it is opened.
pub(super) struct Opening {
    pub(super) stored: Vec<StoredValue>,
    pub(super) now: Timestamp,
}

/// Opens it again and again. Without the module or without Node.js it says so: neither is needed for anything else here.
pub(super) fn lines(opening: &Opening, years: i16) -> Result<Vec<Line>, BenchError> {
    let what = format!("a phone opens {years} years (WebAssembly in Node.js)");
    let missing = |why: &str| Ok(vec![Line::note(&what, format!("not measured: {why}"))]);
    if !place(MODULE).is_file() {
        return missing("no module, cargo xtask wasm");
    }
    if Command::new("node").arg("--version").output().is_err() {
        return missing("no node");
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("stored.json");
    std::fs::write(&file, json(&opening.stored))?;
    let mut times = Vec::new();
    for _ in 0..OPENINGS {
        times.push(open_once(&file, opening.now)?);
    }
    let middle = |time: fn(&(f64, f64)) -> f64| {
        let mut times: Vec<_> = times.iter().map(time).collect();
        times.sort_by(f64::total_cmp);
        times[OPENINGS / 2]
    };
    Ok(vec![
        Line::at_most(what, 150.0, middle(|(whole, _)| *whole), "ms"),
        Line::note(
            "  of it the core reads what is stored",
            format!("{:.1} ms, median of {OPENINGS}", middle(|(_, reads)| *reads)),
        ),
    ])
}

/// From nothing to a core that may be asked, and of that what the core takes to read it, in milliseconds.
fn open_once(stored: &Path, now: Timestamp) -> Result<(f64, f64), BenchError> {
    let mut node = Command::new("node");
    let output = node
        .arg(ONE_COMPILER)
        .arg(place(SCRIPT))
        .arg(stored)
        .arg(now.0.to_string())
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let mut times = said.split_whitespace().map(str::parse);
    match (output.status.success(), times.next(), times.next()) {
        (true, Some(Ok(whole)), Some(Ok(reads))) => Ok((whole, reads)),
        _ => Err(BenchError::Wrong(format!(
            "the core did not open in Node.js: {said}{}",
            String::from_utf8_lossy(&output.stderr)
        ))),
    }
}

fn place(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn json(stored: &[StoredValue]) -> String {
    let values = stored.iter().map(|stored| {
        let value = data_encoding::BASE64.encode(&stored.value);
        json!({ "key": stored.key, "value": value })
    });
    serde_json::Value::Array(values.collect()).to_string()
}
