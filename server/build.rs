//! Makes the folder of the built app if it is not there, so that the server compiles before the app is built.

use std::path::Path;

fn main() {
    let app = Path::new("../pwa/build");
    if let Err(error) = std::fs::create_dir_all(app) {
        println!("cargo::error=could not create {}: {error}", app.display());
    }
    // The files are embedded one by one: a new one is only seen when the folder is looked at again.
    println!("cargo::rerun-if-changed={}", app.display());
    println!("cargo::rerun-if-changed=build.rs");
}
