//! The project's own commands: what a person types, and what CI calls. `cargo xtask --help` lists them.
#![expect(
    clippy::print_stdout,
    reason = "tables and summaries are what these commands are for"
)]

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

use setup::Purpose;
use types::Mode;
use workspace::Workspace;

mod app;
mod bench;
mod crashes;
mod mutants;
mod npm;
mod process;
mod setup;
mod sizes;
mod stamp;
mod summary;
mod system;
mod test;
mod tidy;
mod types;
mod wasm;
mod workspace;

#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    about = "The commands of Sổ Công đoàn",
    disable_help_subcommand = true
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Set up, build, and run the server; flags go to it: --demo, --port 8080, --data DIR …
    Serve {
        /// Flags for the server.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        flags: Vec<String>,
    },
    /// Run every test and check, or only those of some groups
    Test {
        /// The groups to run; all if none is named.
        groups: Vec<test::Group>,
    },
    /// Install what is missing: WASM target, npm packages
    Setup {
        /// Also what the tests need: a browser and a tracer.
        #[arg(long)]
        tests: bool,
    },
    /// Build client-core for WASM and write its bindings
    Wasm,
    /// Write the TypeScript types of what the app exchanges with core and server
    Types {
        /// Change nothing; fail if what is there is not what would be written.
        #[arg(long)]
        check: bool,
    },
    /// Build the release binary with the app inside
    Build,
    /// Kill the release binary and let its disk fail while phones work, and check that nothing is lost
    Crashes {
        /// How often.
        #[arg(long, default_value_t = 500)]
        rounds: u64,
        /// From which all that is drawn follows.
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Show what a phone downloads; fail if it is far over the aim
    Sizes,
    /// Measure, against the aims: builds the release binary and the measure, and runs it
    Bench {
        /// What to measure.
        subject: bench::Subject,
        /// Flags for the measure: --quick, --only ROW …
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        flags: Vec<String>,
    },
    /// Break what the simulation and the rounds of crashes hold, once each, on purpose; fail if it does not notice
    Mutants {
        /// Which, by the names of `tests/mutants`; all if none is named.
        names: Vec<String>,
        /// Where the named seed of the simulation notices nothing, look for one that does and write it down.
        #[arg(long)]
        search: bool,
    },
    /// Check module edges, lengths of files, links and paths in docs, and words that must not be there
    Tidy,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(code) => code,
        // For a person to read: the causes in one line, without a trace of our own functions.
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<ExitCode> {
    let workspace = Workspace::find()?;
    match arguments.command {
        Command::Test { groups } => return Ok(test::run(&workspace, &groups)),
        Command::Serve { flags } => {
            setup::setup(&workspace, Purpose::Build)?;
            app::build(&workspace)?;
            app::serve(&workspace, &flags)?;
        }
        Command::Setup { tests } => {
            setup::setup(&workspace, if tests { Purpose::Test } else { Purpose::Build })?;
        }
        Command::Wasm => wasm::build(&workspace)?,
        Command::Types { check } => types::run(&workspace, if check { Mode::Check } else { Mode::Write })?,
        Command::Build => {
            setup::setup(&workspace, Purpose::Build)?;
            app::build(&workspace)?;
        }
        Command::Crashes { rounds, seed } => crashes::run(&workspace, rounds, seed)?,
        Command::Sizes => sizes::report(&workspace)?,
        Command::Bench { subject, flags } => bench::run(&workspace, subject, &flags)?,
        Command::Mutants { names, search } => mutants::run(&workspace, &names, search)?,
        Command::Tidy => tidy::check(&workspace)?,
    }
    Ok(ExitCode::SUCCESS)
}
