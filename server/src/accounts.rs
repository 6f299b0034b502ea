//! What is done with accounts, whoever asks: making codes and opening sessions, with their life times.

use client_core::ids::PersonId;
use client_core::time::Timestamp;

use crate::password::{self, PasswordError};
use crate::secret::{self, RandomError, SecretHash};
use crate::store::StoreError;
use crate::store::accounts::{Accounts, NewEnrolmentCode, Password, Session};

const MS_PER_HOUR: i64 = 60 * 60 * 1000;
const MS_PER_DAY: i64 = 24 * MS_PER_HOUR;

/// How many days a code may be used, unless said otherwise: a code may travel to a commune by hand.
pub const CODE_DAYS: u16 = 7;

/// A session nobody uses is over after this.
const SESSION_IDLE_MS: i64 = 12 * MS_PER_HOUR;

/// A session is over after this, however much it is used.
const SESSION_LONGEST_MS: i64 = 14 * MS_PER_DAY;

/// A session is only written anew when its end moves by at least this.
const SESSION_STEP_MS: i64 = MS_PER_HOUR / 4;

/// Why something about an account was not done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// No secret could be made.
    #[error(transparent)]
    Random(#[from] RandomError),
    /// The password will not do.
    #[error(transparent)]
    Password(#[from] PasswordError),
    /// The store failed or refused.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A code for a person, shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolmentCode {
    /// As it is typed, in two groups.
    pub code: String,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// Makes a one-time code with which a device of this person can enrol.
pub fn new_enrolment_code(
    store: &(impl Accounts + ?Sized),
    person: &PersonId,
    days: u16,
    now: Timestamp,
) -> Result<EnrolmentCode, AccountError> {
    let code = secret::new_code()?;
    let expires_at = now.plus_ms(i64::from(days) * MS_PER_DAY);
    store.add_enrolment_code(NewEnrolmentCode {
        code: SecretHash::of(&code),
        person: person.clone(),
        made_at: now,
        expires_at,
    })?;
    Ok(EnrolmentCode {
        code: secret::spaced_code(&code),
        expires_at,
    })
}

/// Sets the password with which a person signs in at the desk, and ends the person's sessions.
pub fn set_password(store: &(impl Accounts + ?Sized), person: &PersonId, password: &str) -> Result<(), AccountError> {
    let hash = password::hash(password)?;
    store.set_password(Password {
        person: person.clone(),
        hash,
    })?;
    Ok(())
}

/// Opens a session and gives its token, which only the browser keeps.
pub fn open_session(
    store: &(impl Accounts + ?Sized),
    person: PersonId,
    now: Timestamp,
) -> Result<String, AccountError> {
    let token = secret::new_token()?;
    store.open_session(Session {
        token: SecretHash::of(&token),
        person,
        opened_at: now,
        expires_at: now.plus_ms(SESSION_IDLE_MS),
    })?;
    Ok(token)
}

/// The session of a token, if it is not over. Using it lets it last.
pub fn use_session(
    store: &(impl Accounts + ?Sized),
    token: SecretHash,
    now: Timestamp,
) -> Result<Option<Session>, StoreError> {
    let Some(mut session) = store.session(token)? else {
        return Ok(None);
    };
    if session.expires_at <= now {
        return Ok(None);
    }
    let last = session.opened_at.plus_ms(SESSION_LONGEST_MS);
    let expires_at = now.plus_ms(SESSION_IDLE_MS).min(last);
    if expires_at >= session.expires_at.plus_ms(SESSION_STEP_MS) {
        store.extend_session(token, expires_at)?;
        session.expires_at = expires_at;
    }
    Ok(Some(session))
}
