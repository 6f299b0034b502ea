//! Giving changes their places, inside a transaction; and what documents are loaded from.

use client_core::ids::DocumentId;
use client_core::protocol;
use rusqlite::{Connection, OptionalExtension, params};

use super::documents::{APPLIED, SET_ASIDE, reason_code, stored};
use crate::organisation::place;
use crate::store::documents::{Settlement, StoredChange, StoredDocument};
use crate::store::{Result, StoreError};

/// A document in the table.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known {
    pub(super) number: i64,
    /// How many of its changes are applied, and what they come to.
    applied: u64,
    digest: u64,
}

/// A document, if any change of it ever came.
pub(super) fn document_in(connection: &Connection, document: &DocumentId) -> Result<Option<Known>> {
    let known = connection
        .prepare_cached("SELECT id, applied, digest FROM document WHERE name = ?1")?
        .query_row([document.to_string()], |row| {
            Ok(Known {
                number: row.get(0)?,
                applied: row.get::<_, i64>(1)? as u64,
                digest: row.get::<_, i64>(2)? as u64,
            })
        })
        .optional()?;
    Ok(known)
}

/// The number of a document, which is begun if it is not there.
pub(super) fn begin_document(connection: &Connection, document: &DocumentId) -> Result<i64> {
    connection
        .prepare_cached("INSERT OR IGNORE INTO document (name, place) VALUES (?1, ?2)")?
        .execute(params![document.to_string(), place(document.kind(), document.unit())])?;
    let known = document_in(connection, document)?;
    known.map(|known| known.number).ok_or_else(|| missing(document))
}

fn missing(document: &DocumentId) -> StoreError {
    StoreError::Corrupt(format!("there is no document {document}"))
}

/// The last place taken in the visible order.
pub(super) fn last_visible(connection: &Connection) -> Result<u64> {
    let last: i64 = connection
        .prepare_cached(
            "SELECT MAX(COALESCE((SELECT MAX(visible) FROM change WHERE visible IS NOT NULL), 0),
                        COALESCE((SELECT value FROM setting WHERE name = 'visible_order'), 0))",
        )?
        .query_row((), |row| row.get(0))?;
    Ok(last as u64)
}

/// Gives one document's changes their places after the last one taken. Gives the last place.
pub(super) fn settle_in(connection: &Connection, settlement: &Settlement, mut visible: u64) -> Result<u64> {
    let document = &settlement.document;
    let Some(known) = document_in(connection, document)? else {
        // Its rows may be made anew before anything of it has come.
        let is_empty = settlement.applied.is_empty() && settlement.set_aside.is_empty();
        return is_empty.then_some(visible).ok_or_else(|| missing(document));
    };
    if settlement.upon.is_some_and(|upon| upon != known.applied) {
        let meanwhile = format!("another process has written to {document} meanwhile");
        return Err(StoreError::NotCommitted(meanwhile));
    }
    let mut update = connection.prepare_cached(
        "UPDATE change SET state = ?3, visible = ?4, reason = ?5, detail = ?6
         WHERE document = ?1 AND hash = ?2 AND state = 0",
    )?;
    let (name, mut applied, mut digest) = (document.to_string(), 0, known.digest);
    for hash in &settlement.applied {
        // One that another process has settled meanwhile keeps its place.
        let (place, none) = (visible as i64 + 1, None::<&str>);
        if update.execute(params![known.number, hash.0, APPLIED, place, None::<i64>, none])? == 1 {
            visible += 1;
            applied += 1;
            digest = digest.wrapping_add(protocol::sync::digest(&name, [&hash.0]));
        }
    }
    let last_applied = visible as i64;
    for (hash, reason, detail) in &settlement.set_aside {
        let (place, reason) = (visible as i64 + 1, reason_code(*reason));
        if update.execute(params![known.number, hash.0, SET_ASIDE, place, reason, detail])? == 1 {
            visible += 1;
        }
    }
    if applied == 0 {
        return Ok(visible);
    }
    connection
        .prepare_cached("UPDATE document SET applied = applied + ?2, last_visible = ?3, digest = ?4 WHERE id = ?1")?
        .execute(params![known.number, applied as i64, last_applied, digest as i64])?;
    if let Some(snapshot) = &settlement.snapshot
        && settlement.upon.is_some()
        && applied == settlement.applied.len()
    {
        connection
            .prepare_cached(
                "INSERT OR REPLACE INTO snapshot (document, applied, visible, body) VALUES (?1, ?2, ?3, ?4)",
            )?
            .execute(params![
                known.number,
                known.applied as i64 + applied as i64,
                last_applied,
                snapshot
            ])?;
    }
    Ok(visible)
}

/// What a document is loaded from.
pub(super) fn stored_document(connection: &Connection, document: &DocumentId) -> Result<StoredDocument> {
    let Some(known) = document_in(connection, document)? else {
        return Ok(StoredDocument::default());
    };
    let snapshot: Option<(i64, i64, Vec<u8>)> = connection
        .prepare_cached("SELECT applied, visible, body FROM snapshot WHERE document = ?1")?
        .query_row([known.number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))
        .optional()?;
    if let Some((applied, visible, body)) = snapshot {
        let changes = applied_after(connection, known.number, visible)?;
        if applied as u64 + changes.len() as u64 == known.applied {
            return Ok(StoredDocument {
                applied: known.applied,
                snapshot: Some(body),
                changes,
            });
        }
    }
    Ok(StoredDocument {
        applied: known.applied,
        snapshot: None,
        changes: applied_after(connection, known.number, 0)?,
    })
}

fn applied_after(connection: &Connection, document: i64, visible: i64) -> Result<Vec<StoredChange>> {
    let query = "SELECT hash, bytes, received_at FROM change
                 WHERE document = ?1 AND visible > ?2 AND state = 1 ORDER BY visible";
    stored(connection, query, [document, visible])
}
