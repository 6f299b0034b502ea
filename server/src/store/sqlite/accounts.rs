//! Accounts in SQLite.

use client_core::ids::{DeviceId, PersonId};
use client_core::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::directory::raise_version;
use super::{SqliteStore, parse};
use crate::secret::{SecretHash, device_id};
use crate::store::accounts::{
    Accounts, Contact, EnrolledDevice, Enrolment, NewEnrolment, NewEnrolmentCode, Password, Session,
};
use crate::store::{Result, StoreError};

impl Accounts for SqliteStore {
    fn add_enrolment_code(&self, code: NewEnrolmentCode) -> Result<()> {
        self.write(move |connection| {
            require_person(connection, &code.person)?;
            connection
                .prepare_cached(
                    "INSERT INTO enrolment_code (code, person, made_at, expires_at) VALUES (?1, ?2, ?3, ?4)",
                )?
                .execute(params![
                    code.code.0,
                    code.person.as_str(),
                    code.made_at.0,
                    code.expires_at.0
                ])?;
            Ok(())
        })
    }

    fn enrol(&self, enrolment: NewEnrolment) -> Result<Enrolment> {
        self.write(move |connection| enrol_in(connection, &enrolment))
    }

    fn enrolled_devices(&self) -> Result<Vec<EnrolledDevice>> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT id, person, name, enrolled_at, last_contact, refused, revoked_at
                 FROM device JOIN device_token ON device_token.device = device.id
                 ORDER BY enrolled_at DESC, id",
            )?;
            let mut rows = select.query(())?;
            let mut devices = Vec::new();
            while let Some(row) = rows.next()? {
                devices.push(EnrolledDevice {
                    device: DeviceId(row.get(0)?),
                    person: parse(&row.get::<_, String>(1)?)?,
                    name: row.get(2)?,
                    enrolled_at: Timestamp(row.get(3)?),
                    last_contact: row.get::<_, Option<i64>>(4)?.map(Timestamp),
                    refused: row.get(5)?,
                    revoked_at: row.get::<_, Option<i64>>(6)?.map(Timestamp),
                });
            }
            Ok(devices)
        })
    }

    fn note_contacts(&self, contacts: Vec<Contact>) -> Result<()> {
        self.write(move |connection| {
            let mut update = connection.prepare_cached(
                "UPDATE device_token SET last_contact = ?2, refused = coalesce(?3, refused) WHERE device = ?1",
            )?;
            for contact in &contacts {
                update.execute(params![contact.device.0, contact.at.0, contact.refused])?;
            }
            Ok(())
        })
    }

    fn revoke_device(&self, device: DeviceId, at: Timestamp) -> Result<bool> {
        self.write(move |connection| {
            let revoked = connection
                .prepare_cached("UPDATE device SET revoked_at = ?2 WHERE id = ?1 AND revoked_at IS NULL")?
                .execute(params![device.0, at.0])?;
            if revoked > 0 {
                raise_version(connection)?;
            }
            Ok(revoked > 0)
        })
    }

    fn set_password(&self, password: Password) -> Result<()> {
        self.write(move |connection| {
            let login: Option<Option<String>> = connection
                .prepare_cached("SELECT login FROM person WHERE id = ?1")?
                .query_row([password.person.as_str()], |row| row.get(0))
                .optional()?;
            if login.flatten().is_none() {
                return Err(StoreError::Conflict(format!(
                    "there is no person {} with a name to sign in with",
                    password.person
                )));
            }
            connection
                .prepare_cached("INSERT OR REPLACE INTO password (person, hash) VALUES (?1, ?2)")?
                .execute(params![password.person.as_str(), password.hash])?;
            connection
                .prepare_cached("DELETE FROM session WHERE person = ?1")?
                .execute([password.person.as_str()])?;
            Ok(())
        })
    }

    fn password_of_login(&self, login: &str) -> Result<Option<Password>> {
        self.read(|connection| {
            let found: Option<(String, String)> = connection
                .prepare_cached(
                    "SELECT person.id, password.hash FROM person JOIN password ON password.person = person.id
                     WHERE person.login = ?1",
                )?
                .query_row([login], |row| Ok((row.get(0)?, row.get(1)?)))
                .optional()?;
            let Some((person, hash)) = found else {
                return Ok(None);
            };
            Ok(Some(Password {
                person: parse(&person)?,
                hash,
            }))
        })
    }

    fn open_session(&self, session: Session) -> Result<()> {
        self.write(move |connection| {
            connection
                .prepare_cached("DELETE FROM session WHERE expires_at <= ?1")?
                .execute([session.opened_at.0])?;
            connection
                .prepare_cached("INSERT INTO session (token, person, opened_at, expires_at) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![
                    session.token.0,
                    session.person.as_str(),
                    session.opened_at.0,
                    session.expires_at.0
                ])?;
            Ok(())
        })
    }

    fn session(&self, token: SecretHash) -> Result<Option<Session>> {
        self.read(|connection| {
            let found: Option<(String, i64, i64)> = connection
                .prepare_cached("SELECT person, opened_at, expires_at FROM session WHERE token = ?1")?
                .query_row([token.0], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
                .optional()?;
            let Some((person, opened_at, expires_at)) = found else {
                return Ok(None);
            };
            Ok(Some(Session {
                token,
                person: parse(&person)?,
                opened_at: Timestamp(opened_at),
                expires_at: Timestamp(expires_at),
            }))
        })
    }

    fn extend_session(&self, token: SecretHash, expires_at: Timestamp) -> Result<()> {
        self.write(move |connection| {
            connection
                .prepare_cached("UPDATE session SET expires_at = ?2 WHERE token = ?1")?
                .execute(params![token.0, expires_at.0])?;
            Ok(())
        })
    }

    fn close_session(&self, token: SecretHash) -> Result<()> {
        self.write(move |connection| {
            connection
                .prepare_cached("DELETE FROM session WHERE token = ?1")?
                .execute([token.0])?;
            Ok(())
        })
    }
}

fn require_person(connection: &Connection, person: &PersonId) -> Result<()> {
    let there = connection
        .prepare_cached("SELECT 1 FROM person WHERE id = ?1")?
        .exists([person.as_str()])?;
    if there {
        Ok(())
    } else {
        Err(StoreError::Conflict(format!("there is no person {person}")))
    }
}

/// A code as it is stored: whose it is, until when, and the device that used it.
struct StoredCode {
    person: String,
    expires_at: i64,
    device: Option<[u8; 8]>,
}

fn enrol_in(connection: &Connection, enrolment: &NewEnrolment) -> Result<Enrolment> {
    let code = connection
        .prepare_cached("SELECT person, expires_at, device FROM enrolment_code WHERE code = ?1")?
        .query_row([enrolment.code.0], |row| {
            Ok(StoredCode {
                person: row.get(0)?,
                expires_at: row.get(1)?,
                device: row.get(2)?,
            })
        })
        .optional()?;
    let Some(code) = code else {
        return Ok(Enrolment::CodeUnknown);
    };
    if let Some(device) = code.device {
        // The order matters: a code that was used says so for ever, also when its time is over.
        return if code.expires_at > enrolment.at.0 && take_up(connection, DeviceId(device), enrolment)? {
            Ok(Enrolment::Enrolled(DeviceId(device)))
        } else {
            Ok(Enrolment::CodeUsed)
        };
    }
    if code.expires_at <= enrolment.at.0 {
        return Ok(Enrolment::CodeExpired);
    }
    let by_key = device_id(&enrolment.public_key, &parse(&code.person)?);
    if take_up(connection, by_key, enrolment)? {
        use_code(connection, by_key, enrolment)?;
        return Ok(Enrolment::Enrolled(by_key));
    }
    let is_taken = connection
        .prepare_cached("SELECT 1 FROM device WHERE id = ?1")?
        .exists([by_key.0])?;
    let device = if is_taken { enrolment.device } else { by_key };
    connection
        .prepare_cached("INSERT INTO device (id, person, name, public_key, enrolled_at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            device.0,
            code.person,
            enrolment.name,
            enrolment.public_key,
            enrolment.at.0
        ])?;
    connection
        .prepare_cached("INSERT INTO device_token (token, device) VALUES (?1, ?2)")?
        .execute(params![enrolment.token.0, device.0])?;
    use_code(connection, device, enrolment)?;
    raise_version(connection)?;
    Ok(Enrolment::Enrolled(device))
}

/// Gives a device that was never in contact the token it brings now: the answer to its enrolment was lost on the way, or with a
/// restore. False if it is not that device.
fn take_up(connection: &Connection, device: DeviceId, enrolment: &NewEnrolment) -> Result<bool> {
    let is_it = connection
        .prepare_cached(
            "SELECT 1 FROM device JOIN device_token ON device_token.device = device.id
             WHERE device.id = ?1 AND public_key = ?2 AND last_contact IS NULL AND revoked_at IS NULL",
        )?
        .exists(params![device.0, enrolment.public_key])?;
    if is_it {
        connection
            .prepare_cached("UPDATE device_token SET token = ?2 WHERE device = ?1")?
            .execute(params![device.0, enrolment.token.0])?;
        raise_version(connection)?;
    }
    Ok(is_it)
}

fn use_code(connection: &Connection, device: DeviceId, enrolment: &NewEnrolment) -> Result<()> {
    connection
        .prepare_cached("UPDATE enrolment_code SET used_at = ?2, device = ?3 WHERE code = ?1")?
        .execute(params![enrolment.code.0, enrolment.at.0, device.0])?;
    Ok(())
}
