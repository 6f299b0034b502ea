//! Accounts: enrolment codes, device tokens, passwords and sessions. Secrets are known here by their hashes only.

use client_core::ids::{DeviceId, PersonId};
use client_core::time::Timestamp;

use super::Result;
use crate::secret::SecretHash;

/// A one-time code with which one device of a person may enrol.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnrolmentCode {
    /// Its hash.
    pub code: SecretHash,
    /// Whose device it will be.
    pub person: PersonId,
    /// When it was made.
    pub made_at: Timestamp,
    /// From when on it is refused.
    pub expires_at: Timestamp,
}

/// A device that presents a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEnrolment {
    /// The code's hash.
    pub code: SecretHash,
    /// The id the device will have if it is new and the one that its key gives is another's.
    pub device: DeviceId,
    /// What its person calls it.
    pub name: String,
    /// Its Ed25519 public key.
    pub public_key: [u8; 32],
    /// Hash of its token.
    pub token: SecretHash,
    /// When it presents the code.
    pub at: Timestamp,
}

/// What became of an enrolment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enrolment {
    /// The device is known by this id, with the token it brought. When the answer of an earlier try was lost, this is the id
    /// it was given then.
    Enrolled(DeviceId),
    /// There is no such code.
    CodeUnknown,
    /// Its time is over.
    CodeExpired,
    /// Another device used it, or this one did and has been in contact since.
    CodeUsed,
}

/// A device as the administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrolledDevice {
    /// Its id.
    pub device: DeviceId,
    /// Whose it is.
    pub person: PersonId,
    /// What its person calls it.
    pub name: String,
    /// When it enrolled.
    pub enrolled_at: Timestamp,
    /// When it was last in contact; none before the first sync.
    pub last_contact: Option<Timestamp>,
    /// How many of its changes were refused when it last pushed some.
    pub refused: u32,
    /// When it was revoked, if it was.
    pub revoked_at: Option<Timestamp>,
}

/// One contact of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contact {
    /// The device.
    pub device: DeviceId,
    /// When.
    pub at: Timestamp,
    /// How many of its changes were refused; none when it pushed nothing.
    pub refused: Option<u32>,
}

/// A person who is signed in at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Hash of the session's token.
    pub token: SecretHash,
    /// Who.
    pub person: PersonId,
    /// Since when.
    pub opened_at: Timestamp,
    /// From when on it is over, unless it is used before.
    pub expires_at: Timestamp,
}

/// The password of a person with a login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Password {
    /// Whose it is.
    pub person: PersonId,
    /// Argon2id, as a PHC string.
    pub hash: String,
}

/// The verbs about accounts.
pub trait Accounts {
    /// Keeps a new code.
    fn add_enrolment_code(&self, code: NewEnrolmentCode) -> Result<()>;
    /// Takes a code for a device, once. Presenting it again with the same key before the first contact gives the same device
    /// with the new token: the first answer may have been lost on the way.
    fn enrol(&self, enrolment: NewEnrolment) -> Result<Enrolment>;
    /// Every device that enrolled, the newest first.
    fn enrolled_devices(&self) -> Result<Vec<EnrolledDevice>>;
    /// Notes how devices were last in contact.
    fn note_contacts(&self, contacts: Vec<Contact>) -> Result<()>;
    /// Revokes a device. Gives false when it was revoked before or there is none.
    fn revoke_device(&self, device: DeviceId, at: Timestamp) -> Result<bool>;
    /// Sets the password of a person. Ends the person's sessions.
    fn set_password(&self, password: Password) -> Result<()>;
    /// The password of whoever signs in with this name.
    fn password_of_login(&self, login: &str) -> Result<Option<Password>>;
    /// Keeps a new session, and forgets those that are over.
    fn open_session(&self, session: Session) -> Result<()>;
    /// The session with this token, over or not.
    fn session(&self, token: SecretHash) -> Result<Option<Session>>;
    /// Lets a session last longer.
    fn extend_session(&self, token: SecretHash, expires_at: Timestamp) -> Result<()>;
    /// Ends a session.
    fn close_session(&self, token: SecretHash) -> Result<()>;
}
