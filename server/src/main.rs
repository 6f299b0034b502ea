//! `so-cong-doan`: the commands of the server.

mod commands;

use clap::Parser;
use server::config::Cli;

fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    server::telemetry::start(cli.log_format)?;
    commands::run(cli.command)
}
