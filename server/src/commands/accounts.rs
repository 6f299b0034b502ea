//! Codes and passwords, for whoever runs the server.

use anyhow::{Context, Result};
use server::accounts::{new_enrolment_code, set_password};
use server::clock::{Clock, SystemClock};
use server::config::{EnrolmentCodeOptions, PasswordOptions};

use super::{open_store, say};

/// Makes a one-time code and prints it.
pub(super) fn enrolment_code(options: &EnrolmentCodeOptions) -> Result<()> {
    let store = open_store(&options.data)?;
    let code = new_enrolment_code(&store, &options.person, options.days, SystemClock.now())?;
    say(&format!("{}  (until {})", code.code, code.expires_at.date()))
}

/// Sets a password, read from standard input so that it stands in no list of processes.
pub(super) fn password(options: &PasswordOptions) -> Result<()> {
    let store = open_store(&options.data)?;
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .context("could not read the password from standard input")?;
    set_password(&store, &options.person, line.trim_end_matches(['\r', '\n']))?;
    say("The password is set. Sessions that were open are over.")
}
