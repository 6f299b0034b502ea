//! Where things are: the workspace's root, its target folder, and the files that stand between the steps.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::process;

/// The server's binary, which carries the app inside.
pub(crate) const BINARY: &str = "so-cong-doan";

/// The checked-out project.
#[derive(Debug, Deserialize)]
pub(crate) struct Workspace {
    #[serde(rename = "workspace_root")]
    root: PathBuf,
    #[serde(rename = "target_directory")]
    target: PathBuf,
}

impl Workspace {
    /// Asks cargo, which knows of `CARGO_TARGET_DIR` and of its configuration files.
    pub(crate) fn find() -> Result<Self> {
        let metadata = process::output(cargo().args(["metadata", "--no-deps", "--format-version", "1"]))?;
        serde_json::from_str(&metadata).context("cargo metadata answered with something else than a workspace")
    }

    /// The folder that everything in the repository is named from.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A file or folder of the repository.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// A file or folder among the build's results.
    pub(crate) fn target(&self, relative: &str) -> PathBuf {
        self.target.join(relative)
    }

    /// The built app, which the server embeds.
    pub(crate) fn app_build(&self) -> PathBuf {
        self.path("pwa/build")
    }

    /// The release binary.
    pub(crate) fn binary(&self) -> PathBuf {
        self.target("release")
            .join(format!("{BINARY}{}", std::env::consts::EXE_SUFFIX))
    }

    /// Cargo, called in the root.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo();
        command.current_dir(&self.root).args(arguments);
        command
    }

    /// A program of the npm packages, called in one of the workspace's folders.
    pub(crate) fn npm(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new("npm");
        command.current_dir(self.path(folder)).args(arguments);
        command
    }

    /// What git sees: tracked files and new ones that are not ignored, named from the root.
    pub(crate) fn files(&self) -> Result<Vec<String>> {
        let mut git = Command::new("git");
        git.current_dir(&self.root)
            .args(["ls-files", "--cached", "--others", "--exclude-standard", "-z"]);
        let listing = process::output(&mut git)?;
        let mut files: Vec<String> = listing
            .split('\0')
            .filter(|name| !name.is_empty() && self.root.join(name).is_file())
            .map(str::to_owned)
            .collect();
        files.sort();
        files.dedup();
        Ok(files)
    }
}

/// The cargo that started us, so that one toolchain does everything.
fn cargo() -> Command {
    Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
