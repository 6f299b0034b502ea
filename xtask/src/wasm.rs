//! client-core as WASM: compiled for the phone, with the bindings that the app imports.

use anyhow::Result;

use crate::process::{self, announce};
use crate::workspace::Workspace;

mod bindings;
mod debian_std;
mod toolchain;

pub(crate) use toolchain::Toolchain;

/// The crate with the bindings, and the name of the module it becomes.
const CRATE: &str = "core-wasm";
const MODULE: &str = "core_wasm";
/// Where the app imports the bindings from. Not committed.
pub(crate) const GENERATED: &str = "pwa/src/lib/replica/generated";

/// Compiles the core for WASM and writes the bindings.
pub(crate) fn build(workspace: &Workspace) -> Result<()> {
    let toolchain = Toolchain::find_or_install(workspace)?;
    announce("Building client-core for WASM");
    let arguments = [
        "build",
        "--package",
        CRATE,
        "--profile",
        "wasm",
        "--target",
        toolchain::TARGET,
    ];
    let mut cargo = workspace.cargo(&arguments);
    // A folder of its own: the compiler may be another one than everything else is built with.
    cargo.env("CARGO_TARGET_DIR", workspace.target("wasm"));
    toolchain.apply(&mut cargo);
    process::run(&mut cargo)?;

    let module = workspace.target(&format!("wasm/{}/wasm/{MODULE}.wasm", toolchain::TARGET));
    bindings::write(&module, &workspace.path(GENERATED))
}
