//! Looking entries up in SQLite.

use client_core::ids::{DeviceId, EntryId, OrgUnitId};
use client_core::time::Timestamp;
use jiff::civil::Date;
use rusqlite::{Row, params};

use super::{SqliteStore, array, parse};
use crate::store::entry_queries::{EntryQueries, EntryQuery, StateEntered};
use crate::store::read_model::EntryRow;
use crate::store::{Result, StoreError};

/// What [`entry_row`] reads.
pub(super) const COLUMNS: &str = "document, entry, type, day, title, fields, events, state, deleted_at, conflicts, \
                                  created_by, created_at, changed_by, changed_at, counts";

impl EntryQueries for SqliteStore {
    fn entries(&self, query: &EntryQuery) -> Result<Vec<EntryRow>> {
        let days = query.days.map(|(first, last)| (first.to_string(), last.to_string()));
        let (first, last) = days.unwrap_or_default();
        self.read(|connection| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM entry
                 WHERE unit = ?1 AND counts = 1 AND (?2 = '' OR day BETWEEN ?2 AND ?3) AND (?4 IS NULL OR type = ?4)
                 ORDER BY day DESC, entry DESC LIMIT ?5"
            ))?;
            let mut rows = select.query(params![query.unit.as_str(), first, last, query.type_code, query.limit])?;
            let mut entries = Vec::new();
            while let Some(row) = rows.next()? {
                entries.push(entry_row(row)?);
            }
            Ok(entries)
        })
    }

    fn entry(&self, unit: &OrgUnitId, entry: EntryId) -> Result<Option<EntryRow>> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM entry WHERE unit = ?1 AND entry = ?2 AND counts = 1"
            ))?;
            let mut rows = select.query(params![unit.as_str(), entry.to_string()])?;
            rows.next()?.map(entry_row).transpose()
        })
    }

    fn units_with(&self, entries: &[EntryId]) -> Result<Vec<(EntryId, OrgUnitId)>> {
        let entries: Vec<_> = entries.iter().map(ToString::to_string).collect();
        let entries = serde_json::to_string(&entries).map_err(|error| StoreError::Engine(Box::new(error)))?;
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT DISTINCT entry, unit FROM entry WHERE entry IN (SELECT value FROM json_each(?1))
                 ORDER BY entry, unit",
            )?;
            let mut rows = select.query([entries])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                found.push((parse(&row.get::<_, String>(0)?)?, parse(&row.get::<_, String>(1)?)?));
            }
            Ok(found)
        })
    }

    fn entered(&self, type_code: &str, state: &str, days: (Date, Date)) -> Result<Vec<StateEntered>> {
        let (first, last) = (days.0.to_string(), days.1.to_string());
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT unit, document, entry, created_at, events FROM entry
                 WHERE type = ?1 AND counts = 1 AND deleted_at IS NULL
                   AND EXISTS (SELECT 1 FROM json_each(events) WHERE key = ?2 AND value BETWEEN ?3 AND ?4)
                 ORDER BY unit, entry",
            )?;
            let mut rows = select.query(params![type_code, state, first, last])?;
            let mut entered = Vec::new();
            while let Some(row) = rows.next()? {
                entered.push(StateEntered {
                    unit: parse(&row.get::<_, String>(0)?)?,
                    document: parse(&row.get::<_, String>(1)?)?,
                    entry: parse(&row.get::<_, String>(2)?)?,
                    created_at: Timestamp(row.get(3)?),
                    events: row.get(4)?,
                });
            }
            Ok(entered)
        })
    }
}

pub(super) fn entry_row(row: &Row<'_>) -> Result<EntryRow> {
    let device = |column: usize| -> Result<Option<DeviceId>> {
        let bytes: Option<Vec<u8>> = row.get(column)?;
        bytes.map(|bytes| array(&bytes).map(DeviceId)).transpose()
    };
    let conflicts: i64 = row.get(9)?;
    Ok(EntryRow {
        document: parse(&row.get::<_, String>(0)?)?,
        entry: parse(&row.get::<_, String>(1)?)?,
        counts: row.get(14)?,
        type_code: row.get(2)?,
        day: parse(&row.get::<_, String>(3)?)?,
        title: row.get(4)?,
        fields: row.get(5)?,
        events: row.get(6)?,
        state: row.get(7)?,
        deleted_at: row.get::<_, Option<i64>>(8)?.map(Timestamp),
        conflicts: conflicts as usize,
        created_by: device(10)?,
        created_at: Timestamp(row.get(11)?),
        changed_by: device(12)?,
        changed_at: Timestamp(row.get(13)?),
    })
}
