//! Everything that must be there before anything is built. Quick when nothing is missing.

use anyhow::Result;

use crate::npm;
use crate::system;
use crate::wasm::Toolchain;
use crate::workspace::Workspace;

/// What is being set up for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Building and running the app.
    Build,
    /// That, and the tests, which drive a browser and let writes fail.
    Test,
}

/// Makes sure of compiler, WASM target, npm packages and, for the tests, the browser and the tracer.
pub(crate) fn setup(workspace: &Workspace, purpose: Purpose) -> Result<()> {
    system::require_git()?;
    system::require_c_compiler()?;
    system::require_node()?;
    match purpose {
        Purpose::Build => {}
        Purpose::Test => system::require(&[system::CHROMIUM, system::STRACE])?,
    }
    Toolchain::find_or_install(workspace)?;
    npm::install(workspace)
}
