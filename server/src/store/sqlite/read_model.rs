//! The read model in SQLite.

use std::collections::{BTreeMap, HashSet};

use client_core::catalogue::CATALOGUE_VERSION;
use client_core::ids::{DeviceId, EntryId, OrgUnitId};
use client_core::model::period::ReportingPeriod;
use client_core::text::fold;
use client_core::time::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::entry_queries::{COLUMNS, entry_row};
use super::reports::{decode, decode_whole, read_report, write_report};
use super::{SqliteStore, array, parse};
use crate::store::Result;
use crate::store::read_model::{
    BookQuery, EntryRow, READ_MODEL, ReadModel, ReportRows, ReportValueRow, SubmissionRow, UnitRows, UnitRowsSource,
};

impl ReadModel for SqliteStore {
    fn replace_read_model(&self, mut rows: UnitRowsSource) -> Result<()> {
        self.write(move |connection| {
            connection.execute_batch("DELETE FROM entry; DELETE FROM report; DELETE FROM submission;")?;
            while let Some(rows) = rows()? {
                write_rows(connection, &rows)?;
            }
            mark_current(connection)
        })
    }

    fn read_model_is_current(&self) -> Result<bool> {
        self.read(|connection| {
            let made: Option<String> = connection
                .prepare_cached("SELECT value FROM setting WHERE name = 'read_model'")?
                .query_row((), |row| row.get(0))
                .optional()?;
            Ok(made.is_some_and(|made| made == current()))
        })
    }

    fn entry_places(&self, unit: &OrgUnitId, entries: &[EntryId]) -> Result<Vec<EntryRow>> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(&format!(
                "SELECT {COLUMNS} FROM entry WHERE unit = ?1 AND entry = ?2 ORDER BY document"
            ))?;
            let mut found = Vec::new();
            for entry in entries {
                let mut rows = select.query(params![unit.as_str(), entry.to_string()])?;
                while let Some(row) = rows.next()? {
                    found.push(entry_row(row)?);
                }
            }
            Ok(found)
        })
    }

    fn book_rows(&self, unit: &OrgUnitId, queries: &[BookQuery<'_>]) -> Result<Vec<EntryRow>> {
        // A unit's days stand side by side, and its entries of each type somewhere else.
        let is_dated = |query: &&BookQuery<'_>| query.type_code.is_some() && query.from.is_some();
        let (together, others): (Vec<&BookQuery<'_>>, Vec<_>) = queries.iter().partition(is_dated);
        self.read(|connection| {
            let mut found = Vec::new();
            for query in others {
                let of_type = if query.type_code.is_some() { "type = ?3 AND" } else { "" };
                let mut select = connection.prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM entry
                     WHERE {of_type} unit = ?1 AND day >= ?2 AND counts = 1 AND deleted_at IS NULL"
                ))?;
                let from = query.from.map(|from| from.to_string()).unwrap_or_default();
                let mut rows = match query.type_code {
                    Some(code) => select.query(params![unit.as_str(), from, code])?,
                    None => select.query(params![unit.as_str(), from])?,
                };
                while let Some(row) = rows.next()? {
                    found.push(entry_row(row)?);
                }
            }
            let earliest = together.iter().filter_map(|query| query.from).min();
            if let Some(earliest) = earliest {
                let mut select = connection.prepare_cached(&format!(
                    "SELECT {COLUMNS} FROM entry WHERE unit = ?1 AND day >= ?2 AND counts = 1 AND deleted_at IS NULL"
                ))?;
                let mut rows = select.query(params![unit.as_str(), earliest.to_string()])?;
                while let Some(row) = rows.next()? {
                    let code = row.get_ref(2)?.as_str().ok();
                    let mut of_type = together.iter().filter(|query| query.type_code == code).peekable();
                    if of_type.peek().is_none() {
                        continue;
                    }
                    let row = entry_row(row)?;
                    if of_type.any(|query| query.from <= Some(row.day)) {
                        found.push(row);
                    }
                }
            }
            Ok(found)
        })
    }

    fn unit_reports(
        &self,
        unit: &OrgUnitId,
        periods: &[ReportingPeriod],
    ) -> Result<BTreeMap<ReportingPeriod, ReportRows>> {
        self.read(|connection| {
            let mut reports = BTreeMap::new();
            for period in periods {
                if let Some(report) = read_report(connection, unit, *period)? {
                    reports.insert(*period, report);
                }
            }
            Ok(reports)
        })
    }

    fn dump_read_model(&self) -> Result<Vec<String>> {
        self.read(|connection| {
            let mut dump = Vec::new();
            for (table, query) in [
                ("entry", "SELECT * FROM entry ORDER BY document, entry"),
                ("submission", "SELECT * FROM submission ORDER BY document, submission"),
            ] {
                let mut select = connection.prepare(query)?;
                let columns = select.column_count();
                let mut rows = select.query(())?;
                while let Some(row) = rows.next()? {
                    let mut line = table.to_owned();
                    for column in 0..columns {
                        line.push('\t');
                        line.push_str(&shown(row.get_ref(column)?));
                    }
                    dump.push(line);
                }
            }
            let mut select = connection.prepare("SELECT period, unit, kept, body FROM report ORDER BY period, unit")?;
            let mut rows = select.query(())?;
            while let Some(row) = rows.next()? {
                let (period, unit, kept): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
                let place = format!("{period}\t{unit}");
                if kept != 0 {
                    dump.push(format!("report\t{place}\t{kept}"));
                }
                let report = decode_whole(kept, row.get_ref(3)?.as_blob().unwrap_or_default())?;
                let (values, tallies) = (report.values.iter(), report.tallies.iter());
                dump.extend(values.map(|value| format!("report_value\t{place}\t{value:?}")));
                dump.extend(tallies.map(|(code, tally)| format!("report_tally\t{place}\t{code}\t{tally:?}")));
            }
            Ok(dump)
        })
    }

    fn report_values(&self, period: ReportingPeriod, indicators: &[&str]) -> Result<Vec<(OrgUnitId, ReportValueRow)>> {
        let wanted: HashSet<&str> = indicators.iter().copied().collect();
        self.read(|connection| {
            let mut select =
                connection.prepare_cached("SELECT unit, body FROM report WHERE period = ?1 ORDER BY unit")?;
            let mut rows = select.query([period.to_string()])?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let unit: OrgUnitId = parse(row.get_ref(0)?.as_str().unwrap_or_default())?;
                let values = decode(row.get_ref(1)?.as_blob().unwrap_or_default(), |code| {
                    wanted.contains(code)
                })?;
                found.extend(values.into_iter().map(|value| (unit.clone(), value)));
            }
            found.sort_by(|(_, one), (_, other)| one.indicator.cmp(&other.indicator));
            Ok(found)
        })
    }

    fn submissions(&self, period: ReportingPeriod) -> Result<Vec<SubmissionRow>> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT document, submission, unit, submitted_by, submitted_at, received_at, frozen, round
                 FROM submission WHERE period = ?1 ORDER BY unit, round, submitted_at, submission",
            )?;
            let mut rows = select.query([period.to_string()])?;
            let mut submissions = Vec::new();
            while let Some(row) = rows.next()? {
                submissions.push(SubmissionRow {
                    document: parse(row.get_ref(0)?.as_str().unwrap_or_default())?,
                    submission: parse(row.get_ref(1)?.as_str().unwrap_or_default())?,
                    unit: parse(row.get_ref(2)?.as_str().unwrap_or_default())?,
                    period,
                    device: device(row, 3)?,
                    submitted_at: Timestamp(row.get(4)?),
                    received_at: Timestamp(row.get(5)?),
                    frozen: row.get(6)?,
                    round: row.get(7)?,
                });
            }
            Ok(submissions)
        })
    }
}

/// Writes one unit's rows inside a transaction.
pub(super) fn write_rows(connection: &Connection, rows: &UnitRows) -> Result<()> {
    for entry in &rows.entries {
        write_entry(connection, &rows.unit, entry)?;
    }
    for (period, report) in &rows.reports {
        write_report(connection, &rows.unit, *period, report)?;
    }
    for submission in &rows.submissions {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO submission
                     (document, submission, unit, period, submitted_by, submitted_at, received_at, frozen, round)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                submission.document.to_string(),
                submission.submission.to_string(),
                submission.unit.as_str(),
                submission.period.to_string(),
                submission.device.map(|device| device.0),
                submission.submitted_at.0,
                submission.received_at.0,
                submission.frozen,
                submission.round,
            ])?;
    }
    Ok(())
}

fn write_entry(connection: &Connection, unit: &OrgUnitId, entry: &EntryRow) -> Result<()> {
    connection
        .prepare_cached(
            // What stands is changed in its place: replaced, it would move, and every index with it.
            "INSERT INTO entry (document, entry, unit, type, day, title, folded, fields, events, state,
                                deleted_at, conflicts, created_by, created_at, changed_by, changed_at, counts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)
             ON CONFLICT (document, entry) DO UPDATE SET
                unit = excluded.unit, type = excluded.type, day = excluded.day, title = excluded.title,
                folded = excluded.folded, fields = excluded.fields, events = excluded.events, state = excluded.state,
                deleted_at = excluded.deleted_at, conflicts = excluded.conflicts, created_by = excluded.created_by,
                created_at = excluded.created_at, changed_by = excluded.changed_by, changed_at = excluded.changed_at,
                counts = excluded.counts",
        )?
        .execute(params![
            entry.document.to_string(),
            entry.entry.to_string(),
            unit.as_str(),
            entry.type_code,
            entry.day.to_string(),
            entry.title,
            fold(&entry.title),
            entry.fields,
            entry.events,
            entry.state,
            entry.deleted_at.map(|at| at.0),
            entry.conflicts as i64,
            entry.created_by.map(|device| device.0),
            entry.created_at.0,
            entry.changed_by.map(|device| device.0),
            entry.changed_at.0,
            entry.counts,
        ])?;
    Ok(())
}

fn device(row: &Row<'_>, column: usize) -> Result<Option<DeviceId>> {
    let bytes: Option<Vec<u8>> = row.get(column)?;
    bytes.map(|bytes| array(&bytes).map(DeviceId)).transpose()
}

/// By what program and of what catalogue rows are made.
fn current() -> String {
    format!("{READ_MODEL}/{CATALOGUE_VERSION}")
}

/// Says that the rows are as this program makes them.
pub(super) fn mark_current(connection: &Connection) -> Result<()> {
    connection
        .prepare_cached("INSERT OR REPLACE INTO setting (name, value) VALUES ('read_model', ?1)")?
        .execute([current()])?;
    Ok(())
}

fn shown(value: ValueRef<'_>) -> String {
    match value {
        ValueRef::Null => "∅".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => format!("{number:?}"),
        ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
        ValueRef::Blob(bytes) => format!("{bytes:02x?}"),
    }
}
