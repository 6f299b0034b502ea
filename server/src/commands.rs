//! What the program can be told to do.

mod accounts;
mod import;
mod init;
mod rebuild;
mod report;
mod restored;
mod serve;

use std::io::Write;

use anyhow::{Context, Result};
use server::config::{Command, DataOptions};
use server::data_folder::{DataFolder, Hold};
use server::store::Directory;
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
        Command::Restored(options) => restored::restored(&options),
        Command::Openapi => say(&server::api::openapi().to_pretty_json()?),
    }
}

/// The store that was set up, for what may run beside a server: reading, and changing accounts.
fn open_store(options: &DataOptions) -> Result<SqliteStore> {
    let store = open(&DataFolder::existing(&options.data)?)?;
    store.installation()?;
    Ok(store)
}

/// The store that was set up, with every other process that writes kept away.
fn hold_store(options: &DataOptions) -> Result<(Hold, SqliteStore)> {
    let folder = DataFolder::existing(&options.data)?;
    let hold = folder.hold()?;
    let store = open(&folder)?;
    store.installation()?;
    Ok((hold, store))
}

/// A store that may be new, in a folder that is made if need be.
fn make_store(options: &DataOptions) -> Result<(Hold, SqliteStore)> {
    let folder = DataFolder::make(&options.data)?;
    let hold = folder.hold()?;
    Ok((hold, open(&folder)?))
}

fn open(folder: &DataFolder) -> Result<SqliteStore> {
    let file = folder.database();
    SqliteStore::open(&file).with_context(|| format!("could not open {}", file.display()))
}

/// Writes lines for whoever runs the program. Logs go to standard error.
fn say(text: &str) -> Result<()> {
    let mut output = std::io::stdout().lock();
    writeln!(output, "{text}").context("could not write to standard output")?;
    output.flush().context("could not write to standard output")
}
