//! What the program can be told to do.

mod accounts;
mod import;
mod init;
mod rebuild;
mod report;
mod serve;

use std::fs;
use std::io::Write;

use anyhow::{Context, Result};
use server::config::{Command, DataOptions};
use server::store::sqlite::SqliteStore;

/// Does what was asked.
pub(crate) fn run(command: Command) -> Result<()> {
    match command {
        Command::Init(options) => init::init(&options),
        Command::Serve(options) => serve::serve(&options),
        Command::EnrolmentCode(options) => accounts::enrolment_code(&options),
        Command::Password(options) => accounts::password(&options),
        Command::Import(options) => import::import(&options),
        Command::Report(options) => report::report(&options),
        Command::Rebuild(options) => rebuild::rebuild(&options),
        Command::Openapi => say(&server::api::openapi().to_pretty_json()?),
    }
}

/// The store in the data folder, made if it is not there.
fn open_store(options: &DataOptions) -> Result<SqliteStore> {
    let folder = &options.data;
    fs::create_dir_all(folder).with_context(|| format!("could not create the folder {}", folder.display()))?;
    let file = options.database();
    SqliteStore::open(&file).with_context(|| format!("could not open {}", file.display()))
}

/// Writes lines for whoever runs the program. Logs go to standard error.
fn say(text: &str) -> Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{text}").context("could not write to standard output")?;
    output.flush().context("could not write to standard output")
}
