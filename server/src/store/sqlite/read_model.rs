//! The read model in SQLite.

use client_core::ids::{DeviceId, OrgUnitId};
use client_core::model::period::ReportingPeriod;
use client_core::report::Value;
use client_core::text::fold;
use client_core::time::Timestamp;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, params};

use super::{SqliteStore, array, parse};
use crate::store::read_model::{
    DeclaredRow, EntryRow, ReadModel, ReportValueRow, SubmissionRow, UnitRows, UnitRowsSource,
};
use crate::store::{Result, StoreError};

impl ReadModel for SqliteStore {
    fn replace_read_model(&self, mut rows: UnitRowsSource) -> Result<()> {
        self.write(move |connection| {
            connection.execute_batch("DELETE FROM entry; DELETE FROM report_value; DELETE FROM submission;")?;
            while let Some(rows) = rows()? {
                write_rows(connection, &rows)?;
            }
            Ok(())
        })
    }

    fn dump_read_model(&self) -> Result<Vec<String>> {
        self.read(|connection| {
            let mut dump = Vec::new();
            for (table, query) in [
                ("entry", "SELECT * FROM entry ORDER BY document, entry"),
                (
                    "report_value",
                    "SELECT * FROM report_value ORDER BY period, indicator, unit",
                ),
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
            Ok(dump)
        })
    }

    fn report_values(&self, period: ReportingPeriod, indicators: &[&str]) -> Result<Vec<(OrgUnitId, ReportValueRow)>> {
        let indicators = serde_json::to_string(indicators).map_err(|error| StoreError::Engine(Box::new(error)))?;
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT unit, indicator, kind, number, denominator, scale, real, least, most, passages, weight,
                        derived, reason, declared_by, declared_at, conflict
                 FROM report_value WHERE period = ?1 AND indicator IN (SELECT value FROM json_each(?2))
                 ORDER BY indicator, unit",
            )?;
            let mut rows = select.query(params![period.to_string(), indicators])?;
            let mut values = Vec::new();
            while let Some(row) = rows.next()? {
                values.push((parse(row.get_ref(0)?.as_str().unwrap_or_default())?, report_value(row)?));
            }
            Ok(values)
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
    for (period, values) in &rows.reports {
        connection
            .prepare_cached("DELETE FROM report_value WHERE unit = ?1 AND period = ?2")?
            .execute(params![rows.unit.as_str(), period.to_string()])?;
        for value in values {
            write_value(connection, &rows.unit, *period, value)?;
        }
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
            "INSERT OR REPLACE INTO entry (document, entry, unit, type, day, title, folded, fields, events, state,
                                           deleted_at, conflicts, created_by, created_at, changed_by, changed_at, counts)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
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

/// The columns of a value: kind, number, denominator, scale, real, least, most, passages.
type ValueColumns = (
    &'static str,
    Option<i64>,
    Option<i64>,
    Option<i64>,
    Option<f64>,
    Option<f64>,
    Option<f64>,
    Option<String>,
);

fn columns(value: &Value) -> Result<ValueColumns> {
    Ok(match value {
        Value::Number(number) => ("number", Some(*number), None, None, None, None, None, None),
        Value::Decimal(number) => ("decimal", None, None, None, Some(*number), None, None, None),
        Value::Ratio {
            numerator,
            denominator,
            scale,
        } => (
            "ratio",
            Some(*numerator),
            Some(*denominator),
            Some(*scale),
            None,
            None,
            None,
            None,
        ),
        Value::Weighted {
            total,
            weight,
            least,
            most,
        } => (
            "weighted",
            Some(*weight),
            None,
            None,
            Some(*total),
            Some(*least),
            Some(*most),
            None,
        ),
        Value::Text(passages) => ("text", None, None, None, None, None, None, Some(to_json(passages)?)),
    })
}

fn write_value(connection: &Connection, unit: &OrgUnitId, period: ReportingPeriod, row: &ReportValueRow) -> Result<()> {
    let (kind, number, denominator, scale, real, least, most, passages) = columns(&row.value)?;
    let declared = row.declared.as_ref();
    let derived = declared
        .and_then(|declared| declared.derived.as_ref())
        .map(to_json)
        .transpose()?;
    connection
        .prepare_cached(
            "INSERT INTO report_value (period, indicator, unit, kind, number, denominator, scale, real, least, most,
                                       passages, weight, derived, reason, declared_by, declared_at, conflict)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17)",
        )?
        .execute(params![
            period.to_string(),
            row.indicator,
            unit.as_str(),
            kind,
            number,
            denominator,
            scale,
            real,
            least,
            most,
            passages,
            row.weight,
            derived,
            declared.map(|declared| declared.reason.as_str()),
            declared.and_then(|declared| declared.device).map(|device| device.0),
            declared.and_then(|declared| declared.at).map(|at| at.0),
            declared.is_some_and(|declared| declared.conflict),
        ])?;
    Ok(())
}

/// Reads what `report_values` selects.
fn report_value(row: &Row<'_>) -> Result<ReportValueRow> {
    let kind = row.get_ref(2)?.as_str().unwrap_or_default();
    let value = match kind {
        "number" => Value::Number(row.get(3)?),
        "decimal" => Value::Decimal(row.get(6)?),
        "ratio" => Value::Ratio {
            numerator: row.get(3)?,
            denominator: row.get(4)?,
            scale: row.get(5)?,
        },
        "weighted" => Value::Weighted {
            total: row.get(6)?,
            weight: row.get(3)?,
            least: row.get(7)?,
            most: row.get(8)?,
        },
        "text" => Value::Text(from_json(&row.get::<_, String>(9)?)?),
        other => return Err(StoreError::Corrupt(format!("no kind of value is called {other}"))),
    };
    let declared = match row.get::<_, Option<String>>(12)? {
        None => None,
        Some(reason) => Some(DeclaredRow {
            derived: row
                .get::<_, Option<String>>(11)?
                .as_deref()
                .map(from_json)
                .transpose()?,
            reason,
            device: device(row, 13)?,
            at: row.get::<_, Option<i64>>(14)?.map(Timestamp),
            conflict: row.get(15)?,
        }),
    };
    Ok(ReportValueRow {
        indicator: row.get(1)?,
        value,
        weight: row.get(10)?,
        declared,
    })
}

fn device(row: &Row<'_>, column: usize) -> Result<Option<DeviceId>> {
    let bytes: Option<Vec<u8>> = row.get(column)?;
    bytes.map(|bytes| array(&bytes).map(DeviceId)).transpose()
}

fn to_json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StoreError::Engine(Box::new(error)))
}

fn from_json<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| StoreError::Corrupt(error.to_string()))
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
