//! Rounds of crashes with the release program, as many as wanted.

use anyhow::Result;

use crate::process;
use crate::workspace::Workspace;
use crate::{app, system};

/// Builds the program and runs the rounds.
pub(crate) fn run(workspace: &Workspace, rounds: u64, seed: u64) -> Result<()> {
    system::require(&[system::STRACE])?;
    // The rounds need no app; what stands there is built in.
    std::fs::create_dir_all(workspace.app_build())?;
    app::build_server(workspace)?;
    let test = ["test", "--quiet", "--package", "system-tests", "--test", "crashes"];
    let mut cargo = workspace.cargo(&test);
    cargo
        .args(["nothing_acknowledged", "--", "--nocapture"])
        .env("SO_CONG_DOAN_BIN", workspace.binary())
        .env("CRASH_ROUNDS", rounds.to_string())
        .env("CRASH_SEED", seed.to_string());
    process::run(&mut cargo)
}
