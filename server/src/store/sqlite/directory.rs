//! The administrator's tables in SQLite.

use std::collections::{BTreeMap, HashMap};

use client_core::access::Role;
use client_core::ids::{DeviceId, OrgUnitId};
use client_core::time::Timestamp;
use jiff::civil::Date;
use rusqlite::{Connection, OptionalExtension, params};

use super::read_model::mark_current;
use super::{SqliteStore, array, parse};
use crate::organisation::{Device, Organisation, Person, Unit};
use crate::secret::SecretHash;
use crate::store::directory::{Directory, DirectoryEdit, Installation, NewDevice, NewPerson, NewUnit};
use crate::store::{Result, StoreError};

impl Directory for SqliteStore {
    fn initialise(&self, installation: Installation) -> Result<()> {
        self.write(move |connection| {
            if installation_in(connection)?.is_some() {
                return Err(StoreError::Conflict("this database has been set up before".to_owned()));
            }
            let mut insert = connection.prepare("INSERT INTO setting (name, value) VALUES (?1, ?2)")?;
            insert.execute(params!["epoch", installation.epoch])?;
            insert.execute(params!["signing_key", installation.signing_key])?;
            insert.execute(params!["server_device", installation.server_device.0])?;
            insert.execute(params!["demo", installation.demo])?;
            mark_current(connection)
        })
    }

    fn begin_epoch(&self, epoch: [u8; 8]) -> Result<()> {
        self.write(move |connection| {
            let changed = connection.execute("UPDATE setting SET value = ?1 WHERE name = 'epoch'", [epoch])?;
            match changed {
                0 => Err(StoreError::NotInitialised),
                _one => Ok(()),
            }
        })
    }

    fn installation(&self) -> Result<Installation> {
        self.read(installation_in)?.ok_or(StoreError::NotInitialised)
    }

    fn organisation_version(&self) -> Result<u64> {
        self.read(version_in)
    }

    fn organisation(&self, day: Date) -> Result<Organisation> {
        self.read(|connection| {
            let units = units_on(connection, day)?;
            let mut children: BTreeMap<OrgUnitId, Vec<OrgUnitId>> = BTreeMap::new();
            for (id, unit) in &units {
                if let Some(parent) = &unit.parent {
                    children.entry(parent.clone()).or_default().push(id.clone());
                }
            }
            let demo: Option<bool> = connection
                .query_row("SELECT value FROM setting WHERE name = 'demo'", (), |row| row.get(0))
                .optional()?;
            Ok(Organisation {
                version: version_in(connection)?,
                day,
                units,
                people: people(connection)?,
                devices: devices(connection)?,
                tokens: tokens(connection)?,
                periods: periods(connection)?,
                demo: demo.unwrap_or(false),
                children,
            })
        })
    }

    fn edit_directory(&self, edits: Vec<DirectoryEdit>) -> Result<()> {
        self.write(move |connection| edit_directory_in(connection, &edits))
    }
}

/// Makes edits inside a transaction.
pub(super) fn edit_directory_in(connection: &Connection, edits: &[DirectoryEdit]) -> Result<()> {
    for edit in edits {
        match edit {
            DirectoryEdit::Unit(unit) => insert_unit(connection, unit)?,
            DirectoryEdit::Person(person) => insert_person(connection, person)?,
            DirectoryEdit::Device(device) => insert_device(connection, device)?,
            DirectoryEdit::Period(period, due) => {
                connection
                    .prepare_cached("INSERT OR REPLACE INTO period (period, due) VALUES (?1, ?2)")?
                    .execute(params![period.to_string(), due.to_string()])?;
            }
        }
    }
    raise_version(connection)
}

/// To be called in every transaction that writes units, people, devices or periods: what is held in memory is read anew.
pub(super) fn raise_version(connection: &Connection) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO setting (name, value) VALUES ('organisation_version', 1)
             ON CONFLICT (name) DO UPDATE SET value = value + 1",
        )?
        .execute(())?;
    Ok(())
}

fn version_in(connection: &Connection) -> Result<u64> {
    let version: Option<i64> = connection
        .prepare_cached("SELECT value FROM setting WHERE name = 'organisation_version'")?
        .query_row((), |row| row.get(0))
        .optional()?;
    Ok(version.unwrap_or(0) as u64)
}

fn installation_in(connection: &Connection) -> Result<Option<Installation>> {
    let mut select = connection.prepare("SELECT name, value FROM setting")?;
    let mut rows = select.query(())?;
    let (mut epoch, mut signing_key, mut server_device, mut demo) = (None, None, None, false);
    while let Some(row) = rows.next()? {
        match row.get::<_, String>(0)?.as_str() {
            "epoch" => epoch = Some(array(row.get_ref(1)?.as_blob().unwrap_or_default())?),
            "signing_key" => signing_key = Some(array(row.get_ref(1)?.as_blob().unwrap_or_default())?),
            "server_device" => {
                server_device = Some(DeviceId(array(row.get_ref(1)?.as_blob().unwrap_or_default())?));
            }
            "demo" => demo = row.get(1)?,
            _other => {} // Settings of other parts.
        }
    }
    Ok(match (epoch, signing_key, server_device) {
        (Some(epoch), Some(signing_key), Some(server_device)) => Some(Installation {
            epoch,
            signing_key,
            server_device,
            demo,
        }),
        (_, _, _) => None,
    })
}

fn insert_unit(connection: &Connection, unit: &NewUnit) -> Result<()> {
    taken(
        connection,
        "SELECT 1 FROM org_unit WHERE id = ?1",
        unit.id.as_str(),
        "unit",
    )?;
    if let Some(parent) = &unit.parent {
        let there = connection
            .prepare_cached("SELECT 1 FROM org_unit WHERE id = ?1")?
            .exists([parent.as_str()])?;
        if !there {
            return Err(StoreError::Conflict(format!(
                "unit {} names a parent that is not there: {parent}",
                unit.id
            )));
        }
    }
    connection
        .prepare_cached("INSERT INTO org_unit (id, tier, sector) VALUES (?1, ?2, ?3)")?
        .execute(params![unit.id.as_str(), unit.tier, unit.sector])?;
    let from = unit.from.to_string();
    connection
        .prepare_cached("INSERT INTO org_unit_name (unit, name, from_day) VALUES (?1, ?2, ?3)")?
        .execute(params![unit.id.as_str(), unit.name, from])?;
    connection
        .prepare_cached("INSERT INTO org_unit_edge (unit, parent, from_day) VALUES (?1, ?2, ?3)")?
        .execute(params![
            unit.id.as_str(),
            unit.parent.as_ref().map(OrgUnitId::as_str),
            from
        ])?;
    Ok(())
}

fn insert_person(connection: &Connection, person: &NewPerson) -> Result<()> {
    taken(
        connection,
        "SELECT 1 FROM person WHERE id = ?1",
        person.id.as_str(),
        "person",
    )?;
    if let Some(login) = &person.login {
        taken(
            connection,
            "SELECT 1 FROM person WHERE login = ?1",
            login,
            "sign-in name",
        )?;
    }
    let there = connection
        .prepare_cached("SELECT 1 FROM org_unit WHERE id = ?1")?
        .exists([person.unit.as_str()])?;
    if !there {
        return Err(StoreError::Conflict(format!(
            "person {} names a unit that is not there: {}",
            person.id, person.unit
        )));
    }
    connection
        .prepare_cached("INSERT INTO person (id, name, role, unit, login) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            person.id.as_str(),
            person.name,
            person.role.as_str(),
            person.unit.as_str(),
            person.login
        ])?;
    Ok(())
}

fn insert_device(connection: &Connection, device: &NewDevice) -> Result<()> {
    connection
        .prepare_cached("INSERT INTO device (id, person, name, public_key, enrolled_at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![
            device.id.0,
            device.person.as_ref().map(client_core::ids::PersonId::as_str),
            device.name,
            device.public_key,
            device.at.0
        ])?;
    Ok(())
}

fn taken(connection: &Connection, query: &str, value: &str, what: &str) -> Result<()> {
    if connection.prepare_cached(query)?.exists([value])? {
        return Err(StoreError::Conflict(format!("there is a {what} {value} already")));
    }
    Ok(())
}

fn units_on(connection: &Connection, day: Date) -> Result<BTreeMap<OrgUnitId, Unit>> {
    // A unit whose name begins later than its place has its first name before that, too.
    let mut select = connection.prepare_cached(
        "SELECT u.id, u.tier, u.sector, e.parent,
                COALESCE((SELECT n.name FROM org_unit_name n WHERE n.unit = u.id AND n.from_day <= ?1
                          ORDER BY n.from_day DESC LIMIT 1),
                         (SELECT n.name FROM org_unit_name n WHERE n.unit = u.id ORDER BY n.from_day LIMIT 1), u.id)
         FROM org_unit u JOIN org_unit_edge e ON e.unit = u.id
         WHERE e.from_day <= ?1 AND (e.to_day IS NULL OR e.to_day > ?1)",
    )?;
    let mut rows = select.query([day.to_string()])?;
    let mut units = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let parent: Option<String> = row.get(3)?;
        let unit = Unit {
            name: row.get(4)?,
            tier: row.get(1)?,
            sector: row.get(2)?,
            parent: parent.as_deref().map(parse).transpose()?,
        };
        units.insert(parse(row.get_ref(0)?.as_str().unwrap_or_default())?, unit);
    }
    Ok(units)
}

fn people(connection: &Connection) -> Result<BTreeMap<client_core::ids::PersonId, Person>> {
    let mut select = connection.prepare_cached("SELECT id, name, role, unit, login FROM person")?;
    let mut rows = select.query(())?;
    let mut people = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let role: String = row.get(2)?;
        let person = Person {
            name: row.get(1)?,
            role: Role::parse(&role).ok_or_else(|| StoreError::Corrupt(format!("no role is called {role}")))?,
            unit: parse(row.get_ref(3)?.as_str().unwrap_or_default())?,
            login: row.get(4)?,
        };
        people.insert(parse(row.get_ref(0)?.as_str().unwrap_or_default())?, person);
    }
    Ok(people)
}

fn devices(connection: &Connection) -> Result<BTreeMap<DeviceId, Device>> {
    let mut select = connection.prepare_cached("SELECT id, person, name, public_key, revoked_at FROM device")?;
    let mut rows = select.query(())?;
    let mut devices = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let person: Option<String> = row.get(1)?;
        let public_key: Option<Vec<u8>> = row.get(3)?;
        let device = Device {
            person: person.as_deref().map(parse).transpose()?,
            name: row.get(2)?,
            public_key: public_key.as_deref().map(array).transpose()?,
            revoked_at: row.get::<_, Option<i64>>(4)?.map(Timestamp),
        };
        devices.insert(DeviceId(array(row.get_ref(0)?.as_blob().unwrap_or_default())?), device);
    }
    Ok(devices)
}

fn tokens(connection: &Connection) -> Result<HashMap<SecretHash, DeviceId>> {
    let mut select = connection.prepare_cached("SELECT token, device FROM device_token")?;
    let tokens = select.query_map((), |row| Ok((SecretHash(row.get(0)?), DeviceId(row.get(1)?))))?;
    Ok(tokens.collect::<rusqlite::Result<_>>()?)
}

fn periods(connection: &Connection) -> Result<Vec<(client_core::model::period::ReportingPeriod, Date)>> {
    let mut select = connection.prepare_cached("SELECT period, due FROM period")?;
    let mut rows = select.query(())?;
    let mut periods: Vec<(client_core::model::period::ReportingPeriod, Date)> = Vec::new();
    while let Some(row) = rows.next()? {
        periods.push((
            parse(row.get_ref(0)?.as_str().unwrap_or_default())?,
            parse(row.get_ref(1)?.as_str().unwrap_or_default())?,
        ));
    }
    periods.sort_by_key(|(period, _)| (period.first_day(), period.last_day()));
    Ok(periods)
}
