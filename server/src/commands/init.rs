//! Sets a new database up, empty or with invented data.

use anyhow::{Context, Result, bail};
use client_core::ids::PersonId;
use server::accounts::set_password;
use server::clock::{Clock, SystemClock};
use server::config::InitOptions;
use server::demo;
use server::installation::{FirstSteps, initialise};
use server::secret::{new_code, spaced_code};
use server::store::{Store, StoreError};

use super::{make_store, say};

/// Id of the first administrator.
const ADMINISTRATOR: &str = "administrator";

/// Sets up and prints how to go on.
pub(super) fn init(options: &InitOptions) -> Result<()> {
    let (_hold, store) = make_store(&options.data)?;
    if options.demo {
        return demo(&store);
    }
    let now = SystemClock.now();
    let administrator: PersonId = ADMINISTRATOR.parse().context("the administrator's id is plain")?;
    let steps = FirstSteps {
        root: options.root.clone(),
        root_name: options.root_name.clone(),
        from: now.date(),
        administrator: administrator.clone(),
        administrator_name: "Quản trị hệ thống".to_owned(),
        login: options.login.clone(),
    };
    initialise(&store, steps, false, now)?;
    let password = new_password()?;
    set_password(&store, &administrator, &password)?;
    say(&format!(
        "The database is set up. Sign in at the desk as {} with the password {password}\nIt is shown this once.",
        options.login
    ))
}

/// A password that can be read out: 80 random bits in four groups.
fn new_password() -> Result<String> {
    Ok(format!("{}-{}", spaced_code(&new_code()?), spaced_code(&new_code()?)))
}

/// Fills an empty store with invented data, or opens one that is filled for new visitors, and prints how to look around.
pub(super) fn demo(store: &impl Store) -> Result<()> {
    let now = SystemClock.now();
    let visit = match store.installation() {
        Err(StoreError::NotInitialised) => demo::fill_for_visitors(store, now)?,
        Ok(installation) if installation.demo => demo::open_to_visitors(store, now)?,
        Ok(_) => bail!("this database holds real data: --demo is for an empty one"),
        Err(error) => return Err(error.into()),
    };
    let codes: Vec<_> = visit
        .codes
        .iter()
        .map(|(name, code)| format!("  {code}  {name}"))
        .collect();
    say(&format!(
        "The data are invented.\nEnrolment codes of officers of {}:\n{}\nSign in at the desk as {} with the password {}",
        visit.unit_name,
        codes.join("\n"),
        visit.login,
        visit.password
    ))
}
