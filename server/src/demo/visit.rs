//! How to look around in the invented data.

use client_core::ids::PersonId;
use client_core::time::Timestamp;

use super::tree::{ROOT, SHOWN_UNIT};
use super::union::{person_id, unit_id};
use crate::accounts::{AccountError, CODE_DAYS, new_enrolment_code, set_password};
use crate::secret::{SecretHash, spaced_code};
use crate::store::accounts::NewEnrolmentCode;
use crate::store::{Store, StoreError};
use crate::workspace::WorkspaceError;

/// Known to everybody, as the data are.
const PASSWORD: &str = "lai-chau-2021";
/// The name to sign in with.
const LOGIN: &str = "tinh";
/// The first codes of the two officers: always the same, so that they can stand in a guide and in tests.
const FIRST_CODES: [&str; 2] = ["CHEKHAN1", "CHEKHAN2"];
const OFFICERS: [&str; 2] = ["officer", "officer-2"];

const MS_PER_DAY: i64 = 24 * 60 * 60 * 1000;

/// Codes and a sign-in for visitors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// Names of officers, each with a code for one phone.
    pub codes: Vec<(String, String)>,
    /// Their unit's name.
    pub unit_name: String,
    /// The name with which a reviewer of the province signs in.
    pub login: &'static str,
    /// The password.
    pub password: &'static str,
}

/// Why nobody can look around.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// The invented data could not be entered.
    #[error("could not enter the invented data")]
    Filling(#[from] WorkspaceError),
    /// Codes or the password could not be made.
    #[error("could not make codes")]
    Account(#[from] AccountError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Fills an empty store and opens it.
pub fn fill_for_visitors(store: &impl Store, now: Timestamp) -> Result<Visit, VisitError> {
    super::fill(store, now)?;
    set_password(store, &person_id(ROOT, "reviewer"), PASSWORD)?;
    let expires_at = now.plus_ms(i64::from(CODE_DAYS) * MS_PER_DAY);
    for (what, code) in OFFICERS.into_iter().zip(FIRST_CODES) {
        let person = person_id(SHOWN_UNIT, what);
        store.add_enrolment_code(NewEnrolmentCode {
            code: SecretHash::of(code),
            person,
            made_at: now,
            expires_at,
        })?;
    }
    visit(store, now, FIRST_CODES.map(spaced_code).to_vec())
}

/// Makes new codes for a store that was filled before: the first ones may be used up.
pub fn open_to_visitors(store: &impl Store, now: Timestamp) -> Result<Visit, VisitError> {
    let mut codes = Vec::new();
    for what in OFFICERS {
        codes.push(new_enrolment_code(store, &person_id(SHOWN_UNIT, what), CODE_DAYS, now)?.code);
    }
    visit(store, now, codes)
}

fn visit(store: &impl Store, now: Timestamp, codes: Vec<String>) -> Result<Visit, VisitError> {
    let organisation = store.organisation(now.date())?;
    let name = |id: PersonId| {
        organisation
            .people
            .get(&id)
            .map(|person| person.name.clone())
            .unwrap_or_default()
    };
    let unit = organisation.units.get(&unit_id(SHOWN_UNIT));
    Ok(Visit {
        codes: OFFICERS
            .into_iter()
            .map(|what| name(person_id(SHOWN_UNIT, what)))
            .zip(codes)
            .collect(),
        unit_name: unit.map(|unit| unit.name.clone()).unwrap_or_default(),
        login: LOGIN,
        password: PASSWORD,
    })
}
