//! `phone`: the app's core without a screen, for scripts and measures. `docs/PHONE.md` describes it.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use system_tests::phone::clock::Clock;
use system_tests::phone::network::Http;
use system_tests::phone::state::State;
use system_tests::phone::{Phone, PhoneError, operation};

/// A phone of Sổ Công đoàn without a screen.
#[derive(Debug, Parser)]
#[command(name = "phone", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// The server, or whatever stands before it.
    #[arg(long, global = true, env = "PHONE_SERVER", default_value = "http://127.0.0.1:8080")]
    server: String,
    /// The folder in which the phone keeps what it knows. Made if it is not there.
    #[arg(long, global = true, env = "PHONE_STATE", default_value = "phone-state")]
    state: PathBuf,
    /// How many seconds to go on trying when the server cannot be reached, is busy, or the connection breaks off.
    #[arg(long, global = true, default_value_t = 60)]
    patience: u32,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Enrol with a code, and sync for the first time
    Enrol {
        /// The code, as it was printed.
        code: String,
        /// What the person calls this phone.
        #[arg(long, default_value = "phone")]
        name: String,
    },
    /// Do what a file of operations says, without a network
    Apply {
        /// The file.
        operations: PathBuf,
    },
    /// Exchange with the server until nothing waits here and it has told its news
    Sync,
    /// Print what the documents say, as canonical JSON
    Dump,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let operations = match &arguments.command {
        Command::Apply { operations } => match std::fs::read_to_string(operations) {
            Ok(text) => text,
            Err(error) => {
                eprintln!("error: could not read {}: {error}", operations.display());
                return ExitCode::from(2);
            }
        },
        Command::Enrol { .. } | Command::Sync | Command::Dump => String::new(),
    };
    match run(&arguments, &operations) {
        Ok(said) => {
            println!("{said}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            let source = std::error::Error::source(&error).map(|source| format!(": {source}"));
            eprintln!("error: {error}{}", source.unwrap_or_default());
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(arguments: &Arguments, operations: &str) -> Result<String, PhoneError> {
    let patience = Duration::from_secs(arguments.patience.into());
    // What is wrong with the file is known before the phone is touched.
    let operations = match arguments.command {
        Command::Apply { .. } => operation::read(operations)?,
        Command::Enrol { .. } | Command::Sync | Command::Dump => Vec::new(),
    };
    let mut phone = Phone::open(State::open(&arguments.state)?, Clock::System)?;
    let mut network = Http::to(&arguments.server);
    let synced = match &arguments.command {
        Command::Apply { .. } => {
            let count = operations.len();
            phone.apply(operations)?;
            let status = phone.status();
            return Ok(format!(
                "{count} operations done; {} records wait ({} bytes)",
                status.waiting, status.waiting_bytes
            ));
        }
        Command::Dump => return Ok(phone.dump()),
        Command::Enrol { code, name } => {
            phone.enrol(&mut network, code, name)?;
            phone.sync(&mut network, patience)?
        }
        Command::Sync => phone.sync(&mut network, patience)?,
    };
    Ok(format!(
        "nothing waits; {} requests, {} failed",
        synced.requests, synced.failed
    ))
}
