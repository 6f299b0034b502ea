//! Compiles the catalogue: `catalogue/*.json` into Rust statics. A reference to something that does not exist stops here.

#[path = "build/compile.rs"]
mod compile;

use std::path::Path;

use sha2::{Digest, Sha256};

const FILES: [&str; 6] = [
    "tasks",
    "activity-types",
    "indicators",
    "semantics",
    "presentation",
    "english",
];

#[expect(
    clippy::disallowed_methods,
    reason = "a build script is a shell: it reads and writes files"
)]
fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=catalogue");
    let mut hash = Sha256::new();
    let [tasks, activity_types, indicators, semantics, presentation, english] = FILES.map(|file| {
        let path = format!("catalogue/{file}.json");
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| stop(&[format!("{path}: {error}")]));
        hash.update(&text);
        text
    });
    let sources = compile::Sources {
        tasks,
        activity_types,
        indicators,
        semantics,
        presentation,
        english,
    };
    let code = compile::compile(&sources).unwrap_or_else(|problems| stop(&problems));
    // Eight bytes name a catalogue as surely as anybody needs.
    let version = data_encoding::HEXLOWER.encode(&hash.finalize()[..8]);
    let code = format!(
        "/// Names this state of the catalogue: a hash of its files.\n\
         pub const CATALOGUE_VERSION: &str = {version:?};\n{code}"
    );
    let folder = std::env::var("OUT_DIR").unwrap_or_else(|error| stop(&[format!("OUT_DIR: {error}")]));
    if let Err(error) = std::fs::write(Path::new(&folder).join("catalogue.rs"), code) {
        stop(&[format!("catalogue.rs: {error}")]);
    }
}

fn stop(problems: &[String]) -> ! {
    for problem in problems {
        println!("cargo::error=catalogue: {problem}");
    }
    std::process::exit(1)
}
