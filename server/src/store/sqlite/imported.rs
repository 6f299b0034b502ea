//! What imports said, in SQLite.

use std::collections::BTreeMap;

use client_core::ids::OrgUnitId;
use rusqlite::{Connection, OptionalExtension, params};

use super::SqliteStore;
use crate::store::imported::{Imports, Said};
use crate::store::{Result, StoreError};

impl Imports for SqliteStore {
    fn said(&self, unit: &OrgUnitId, record: &str) -> Result<BTreeMap<String, String>> {
        self.read(|connection| {
            let mut select = connection.prepare_cached("SELECT said FROM imported WHERE unit = ?1 AND record = ?2")?;
            let said: Option<String> = select.query_row([unit.as_str(), record], |row| row.get(0)).optional()?;
            let said = said.map(|said| serde_json::from_str(&said)).transpose();
            Ok(said
                .map_err(|error| StoreError::Corrupt(error.to_string()))?
                .unwrap_or_default())
        })
    }
}

/// Writes what an import said of one record in place of what was said before.
pub(super) fn write_said(connection: &Connection, said: &Said) -> Result<()> {
    let values = serde_json::to_string(&said.values).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    connection
        .prepare_cached(
            "INSERT INTO imported (unit, record, said) VALUES (?1, ?2, ?3)
             ON CONFLICT (unit, record) DO UPDATE SET said = excluded.said",
        )?
        .execute(params![said.unit.as_str(), said.record, values])?;
    Ok(())
}
