//! The built product: the core as WASM, the app around it, and the server with the app inside.

use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, announce};
use crate::stamp::Stamp;
use crate::workspace::{BINARY, Workspace};
use crate::{npm, wasm};

/// Builds everything, in the order in which one needs the other.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    build_pwa(workspace)?;
    build_server(workspace)
}

/// Builds the app with the WASM module it imports.
pub(crate) fn build_pwa(workspace: &Workspace) -> Result<()> {
    npm::install(workspace)?;
    wasm::build(workspace)?;
    // The server embeds the result; a new build of the same app would make it compile anew.
    let stamp = Stamp::over_files(
        workspace.path("node_modules/.pwa-built"),
        workspace.root(),
        &pwa_sources(workspace)?,
    )?;
    if stamp.is_current() && workspace.app_build().join("index.html").is_file() {
        return Ok(());
    }
    announce("Building the app");
    stamp.clear()?;
    process::run(&mut workspace.npm("pwa", &["run", "build"]))?;
    stamp.set()
}

/// Builds the release binary around the app that stands in `pwa/build`.
pub(crate) fn build_server(workspace: &Workspace) -> Result<()> {
    announce("Building the server with the app inside");
    process::run(&mut workspace.cargo(&["build", "--release", "--package", "server", "--bin", BINARY]))
}

/// Runs the release binary as the user would, with the user's own flags.
pub(crate) fn serve(workspace: &Workspace, flags: &[String]) -> Result<()> {
    let status = Command::new(workspace.binary()).arg("serve").args(flags).status()?;
    if !status.success() {
        bail!("the server ended with {status}");
    }
    Ok(())
}

/// What the built app is made of: the app's own files, the generated bindings, and the packages.
fn pwa_sources(workspace: &Workspace) -> Result<Vec<String>> {
    let mut names: Vec<String> = workspace
        .files()?
        .into_iter()
        .filter(|name| name == "package-lock.json" || (name.starts_with("pwa/") && !name.starts_with("pwa/core-wasm/")))
        .collect();
    for entry in std::fs::read_dir(workspace.path(wasm::GENERATED))? {
        names.push(format!("{}/{}", wasm::GENERATED, entry?.file_name().to_string_lossy()));
    }
    names.sort();
    Ok(names)
}
