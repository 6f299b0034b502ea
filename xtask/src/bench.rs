//! Measures of the release binary. They stand in `tests`; here they are built and started.

use std::process::Command;

use anyhow::Result;
use clap::ValueEnum;

use crate::process::{self, announce};
use crate::wasm;
use crate::workspace::{BINARY, Workspace};

/// The program that measures sync.
const SYNC: &str = "bench-sync";

/// What can be measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Subject {
    /// Bytes, requests, processor time and waits of sync (docs/MEASURES.md)
    Sync,
}

/// Builds server, core and measure as they are shipped, and measures.
pub(crate) fn run(workspace: &Workspace, subject: Subject, flags: &[String]) -> Result<()> {
    let program = match subject {
        Subject::Sync => SYNC,
    };
    wasm::build(workspace)?;
    announce("Building the server and the measure");
    let build = ["build", "--release", "--package", "server", "--bin", BINARY];
    let with = ["--package", "system-tests", "--bin", program];
    process::run(workspace.cargo(&build).args(with))?;
    let file = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    let mut measure = Command::new(workspace.target("release").join(file));
    process::run(measure.args(flags).env("SO_CONG_DOAN_BIN", workspace.binary()))
}
