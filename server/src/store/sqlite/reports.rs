//! A unit's values for a period, in one row.

use std::collections::BTreeMap;

use client_core::ids::{DeviceId, OrgUnitId};
use client_core::model::period::ReportingPeriod;
use client_core::report::{Kept, Tally, Value};
use client_core::time::Timestamp;
use minicbor::{Decode, Decoder, Encode, Encoder};
use rusqlite::{Connection, OptionalExtension, params};

use crate::store::read_model::{DeclaredRow, ReportRows, ReportValueRow};
use crate::store::{Result, StoreError};

/// What is declared, as it is stored.
#[derive(Debug, Encode, Decode)]
struct Declared {
    #[n(0)]
    value: Value,
    #[n(1)]
    reason: String,
    #[n(2)]
    device: Option<[u8; 8]>,
    #[n(3)]
    at: Option<i64>,
    #[n(4)]
    conflict: bool,
}

const IN_PERIOD: i64 = 1;
const IN_YEAR: i64 = 2;
const EVER: i64 = 4;

/// Writes a unit's values for a period inside a transaction.
pub(super) fn write_report(
    connection: &Connection,
    unit: &OrgUnitId,
    period: ReportingPeriod,
    rows: &ReportRows,
) -> Result<()> {
    if *rows == ReportRows::default() {
        connection
            .prepare_cached("DELETE FROM report WHERE period = ?1 AND unit = ?2")?
            .execute(params![period.to_string(), unit.as_str()])?;
        return Ok(());
    }
    let kept = (i64::from(rows.kept.period) * IN_PERIOD)
        | (i64::from(rows.kept.year_to_date) * IN_YEAR)
        | (i64::from(rows.kept.to_end) * EVER);
    connection
        .prepare_cached(
            "INSERT INTO report (period, unit, kept, body) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (period, unit) DO UPDATE SET kept = excluded.kept, body = excluded.body",
        )?
        .execute(params![period.to_string(), unit.as_str(), kept, encode(rows)])?;
    Ok(())
}

/// A unit's values for a period, if it has any.
pub(super) fn read_report(
    connection: &Connection,
    unit: &OrgUnitId,
    period: ReportingPeriod,
) -> Result<Option<ReportRows>> {
    let row: Option<(i64, Vec<u8>)> = connection
        .prepare_cached("SELECT kept, body FROM report WHERE period = ?1 AND unit = ?2")?
        .query_row(params![period.to_string(), unit.as_str()], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    row.map(|(kept, body)| decode_whole(kept, &body)).transpose()
}

fn kept_from(bits: i64) -> Kept {
    Kept {
        period: bits & IN_PERIOD != 0,
        year_to_date: bits & IN_YEAR != 0,
        to_end: bits & EVER != 0,
    }
}

/// The values, and behind them what only the next change asks for.
fn encode(rows: &ReportRows) -> Vec<u8> {
    let mut encoder = Encoder::new(Vec::new());
    encode_into(&mut encoder, &rows.values)
        .and_then(|()| encode_tallies_into(&mut encoder, &rows.tallies))
        .expect("writing to memory does not fail");
    encoder.into_writer()
}

type EncodeError = minicbor::encode::Error<std::convert::Infallible>;

fn encode_into(encoder: &mut Encoder<Vec<u8>>, values: &[ReportValueRow]) -> std::result::Result<(), EncodeError> {
    encoder.array(values.len() as u64)?;
    for row in values {
        let declared = row.declared.as_ref().map(|declared| Declared {
            value: declared.value.clone(),
            reason: declared.reason.clone(),
            device: declared.device.map(|device| device.0),
            at: declared.at.map(|at| at.0),
            conflict: declared.conflict,
        });
        encoder.str(&row.indicator)?;
        encoder.encode(row.derived())?.encode(row.weight)?.encode(declared)?;
    }
    Ok(())
}

fn encode_tallies_into(
    encoder: &mut Encoder<Vec<u8>>,
    tallies: &BTreeMap<String, Tally>,
) -> std::result::Result<(), EncodeError> {
    encoder.array(tallies.len() as u64)?;
    for (indicator, tally) in tallies {
        encoder.str(indicator)?.u64(tally.matched)?.u64(tally.measured)?;
    }
    Ok(())
}

/// All that is stored of a unit's values for a period.
pub(super) fn decode_whole(kept: i64, body: &[u8]) -> Result<ReportRows> {
    let decoder = &mut Decoder::new(body);
    let (values, tallies) = decode_from(decoder, |_| true)
        .and_then(|values| Ok((values, decode_tallies_from(decoder)?)))
        .map_err(|error| corrupt(&error))?;
    Ok(ReportRows {
        kept: kept_from(kept),
        values,
        tallies,
    })
}

fn corrupt(error: &minicbor::decode::Error) -> StoreError {
    StoreError::Corrupt(format!("a unit's values cannot be read: {error}"))
}

/// The values of the indicators that are wanted. The others are passed over unread.
pub(super) fn decode(body: &[u8], wanted: impl Fn(&str) -> bool) -> Result<Vec<ReportValueRow>> {
    decode_from(&mut Decoder::new(body), wanted).map_err(|error| corrupt(&error))
}

fn decode_from(
    decoder: &mut Decoder<'_>,
    wanted: impl Fn(&str) -> bool,
) -> std::result::Result<Vec<ReportValueRow>, minicbor::decode::Error> {
    let count = decoder.array()?.unwrap_or(0);
    let mut values = Vec::new();
    for _ in 0..count {
        let indicator = decoder.str()?;
        if !wanted(indicator) {
            (0..3).try_for_each(|_| decoder.skip())?;
            continue;
        }
        let (derived, weight) = (decoder.decode()?, decoder.decode()?);
        let declared: Option<Declared> = decoder.decode()?;
        let declared = declared.map(|declared| DeclaredRow {
            value: declared.value,
            derived: None,
            reason: declared.reason,
            device: declared.device.map(DeviceId),
            at: declared.at.map(Timestamp),
            conflict: declared.conflict,
        });
        values.extend(ReportValueRow::of(indicator, derived, weight, declared));
    }
    Ok(values)
}

fn decode_tallies_from(
    decoder: &mut Decoder<'_>,
) -> std::result::Result<BTreeMap<String, Tally>, minicbor::decode::Error> {
    let count = decoder.array()?.unwrap_or(0);
    let mut tallies = BTreeMap::new();
    for _ in 0..count {
        let indicator = decoder.str()?.to_owned();
        let (matched, measured) = (decoder.u64()?, decoder.u64()?);
        tallies.insert(indicator, Tally { matched, measured });
    }
    Ok(tallies)
}
