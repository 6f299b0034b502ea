//! The npm packages, installed from the lock file.

use anyhow::Result;

use crate::process::{self, announce};
use crate::stamp::Stamp;
use crate::system;
use crate::workspace::Workspace;

/// Installs the npm packages if the lock file is not the one they were installed from.
pub(crate) fn install(workspace: &Workspace) -> Result<()> {
    system::require_node()?;
    let names: Vec<String> = [
        "package.json",
        "package-lock.json",
        "pwa/package.json",
        "tests/browser/package.json",
    ]
    .into_iter()
    .filter(|name| workspace.path(name).is_file())
    .map(str::to_owned)
    .collect();
    let stamp = Stamp::over_files(workspace.path("node_modules/.installed"), workspace.root(), &names)?;
    if stamp.is_current() {
        return Ok(());
    }
    announce("Installing the npm packages");
    process::run(&mut workspace.npm("", &["ci", "--no-audit", "--no-fund"]))?;
    stamp.set()
}
