//! Documents in SQLite.

use std::ops::ControlFlow;

use client_core::ids::{ChangeHash, DeviceId, DocumentId, DocumentKind, OrgUnitId};
use client_core::protocol::context::Context;
use client_core::protocol::sync::{Fate, RefusalCode};
use client_core::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, Params, Row, params};

use super::directory::edit_directory_in;
use super::imported::write_said;
use super::ledger::{SqliteLedger, append_in, context_in, digest_in, parked};
use super::read_model::write_rows;
use super::settling::{begin_document, last_visible, settle_in, stored_document};
use super::{SqliteStore, array, parse};
use crate::organisation::place;
use crate::store::documents::{
    Documents, Entered, NewsEnd, NewsItem, NewsQuery, ParkedChanges, Readable, Receiving, SetAsideChange, Settlement,
    SignedPush, StoredChange, StoredDocument, Telling,
};
use crate::store::read_model::UnitRows;
use crate::store::{Result, StoreError};

pub(super) const ARRIVED: i64 = 0;
pub(super) const APPLIED: i64 = 1;
pub(super) const SET_ASIDE: i64 = 2;

impl Documents for SqliteStore {
    fn receive(&self, push: Option<SignedPush>, now: Timestamp, receiving: Receiving) -> Result<Vec<Fate>> {
        self.write(move |connection| receiving(&mut SqliteLedger::new(connection, push, now)))
    }

    fn waiting_documents(&self) -> Result<Vec<DocumentId>> {
        self.read(|connection| {
            names(
                connection,
                "SELECT name FROM document WHERE id IN (SELECT document FROM change WHERE state = 0) ORDER BY name",
            )
        })
    }

    fn arrived(&self, document: &DocumentId) -> Result<Vec<StoredChange>> {
        let query = "SELECT hash, bytes, received_at FROM change
                     WHERE document = (SELECT id FROM document WHERE name = ?1) AND state = 0 ORDER BY id";
        self.read(|connection| stored(connection, query, [document.to_string()]))
    }

    fn applied(&self, document: &DocumentId) -> Result<Vec<StoredChange>> {
        let query = "SELECT hash, bytes, received_at FROM change
                     WHERE document = (SELECT id FROM document WHERE name = ?1) AND visible > 0 AND state = 1 ORDER BY visible";
        self.read(|connection| stored(connection, query, [document.to_string()]))
    }

    fn stored_document(&self, document: &DocumentId) -> Result<StoredDocument> {
        self.read(|connection| stored_document(connection, document))
    }

    fn applied_count(&self, document: &DocumentId) -> Result<u64> {
        self.read(|connection| {
            let count: Option<i64> = connection
                .prepare_cached("SELECT applied FROM document WHERE name = ?1")?
                .query_row([document.to_string()], |row| row.get(0))
                .optional()?;
            Ok(count.unwrap_or(0) as u64)
        })
    }

    fn received_at(&self, document: &DocumentId, hash: &ChangeHash) -> Result<Option<Timestamp>> {
        self.read(|connection| {
            let at: Option<i64> = connection
                .prepare_cached(
                    "SELECT received_at FROM change
                     WHERE document = (SELECT id FROM document WHERE name = ?1) AND hash = ?2",
                )?
                .query_row(params![document.to_string(), hash.0], |row| row.get(0))
                .optional()?;
            Ok(at.map(Timestamp))
        })
    }

    fn settle(&self, settlements: Vec<Settlement>, rows: Vec<UnitRows>) -> Result<u64> {
        self.write(move |connection| {
            let mut visible = last_visible(connection)?;
            for settlement in &settlements {
                visible = settle_in(connection, settlement, visible)?;
            }
            for rows in &rows {
                write_rows(connection, rows)?;
            }
            Ok(visible)
        })
    }

    fn enter(&self, entered: Entered) -> Result<()> {
        self.write(move |connection| {
            edit_directory_in(connection, &entered.directory)?;
            let mut visible = last_visible(connection)?;
            for (document, changes) in entered.changes {
                let number = begin_document(connection, &document)?;
                for change in &changes {
                    append_in(connection, number, change, None, entered.at)?;
                }
                let settlement = Settlement {
                    document,
                    applied: changes.iter().map(|change| change.hash).collect(),
                    set_aside: Vec::new(),
                    upon: None,
                    snapshot: None,
                };
                visible = settle_in(connection, &settlement, visible)?;
            }
            for rows in &entered.rows {
                write_rows(connection, rows)?;
            }
            entered.said.iter().try_for_each(|said| write_said(connection, said))
        })
    }

    fn unit_documents(&self, unit: &OrgUnitId) -> Result<Vec<DocumentId>> {
        self.read(|connection| {
            let mut found = Vec::new();
            for kind in DocumentKind::ALL {
                let mut select = connection
                    .prepare_cached("SELECT name FROM document WHERE place = ?1 AND applied > 0 ORDER BY name")?;
                let mut rows = select.query([place(kind, unit)])?;
                while let Some(row) = rows.next()? {
                    found.push(parse(row.get_ref(0)?.as_str().unwrap_or_default())?);
                }
            }
            Ok(found)
        })
    }

    fn documents(&self) -> Result<Vec<DocumentId>> {
        self.read(|connection| names(connection, "SELECT name FROM document WHERE applied > 0 ORDER BY name"))
    }

    fn news(&self, query: &NewsQuery, take: &mut dyn FnMut(NewsItem) -> ControlFlow<()>) -> Result<NewsEnd> {
        self.read(|connection| {
            let last = last_visible(connection)?;
            let told = match last > query.after {
                true => news_in(connection, query, take)?,
                false => ControlFlow::Continue(()),
            };
            let digest = match told {
                ControlFlow::Continue(()) if query.with_digest => Some(digest_in(connection, query)?),
                ControlFlow::Continue(()) | ControlFlow::Break(()) => None,
            };
            Ok(NewsEnd { last, digest })
        })
    }

    fn last_visible(&self) -> Result<u64> {
        self.read(last_visible)
    }

    fn readable(&self, places: &[String]) -> Result<Vec<Readable>> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT name, digest FROM document
                 WHERE place IN (SELECT value FROM json_each(?1)) AND applied > 0 ORDER BY name",
            )?;
            let mut rows = select.query([json(places)?])?;
            let mut readable = Vec::new();
            while let Some(row) = rows.next()? {
                readable.push(Readable {
                    document: parse(row.get_ref(0)?.as_str().unwrap_or_default())?,
                    digest: row.get::<_, i64>(1)? as u64,
                });
            }
            Ok(readable)
        })
    }

    fn set_aside(&self) -> Result<Vec<SetAsideChange>> {
        self.read(|connection| {
            let mut select = connection.prepare_cached(
                "SELECT d.name, c.hash, c.device, c.received_at, c.reason, c.detail
                 FROM change c JOIN document d ON d.id = c.document WHERE c.state = 2 ORDER BY c.visible",
            )?;
            let mut rows = select.query(())?;
            let mut changes = Vec::new();
            while let Some(row) = rows.next()? {
                changes.push(SetAsideChange {
                    document: parse(row.get_ref(0)?.as_str().unwrap_or_default())?,
                    hash: hash(row, 1)?,
                    device: DeviceId(array(row.get_ref(2)?.as_blob().unwrap_or_default())?),
                    received_at: Timestamp(row.get(3)?),
                    reason: reason_from(row.get(4)?)?,
                    detail: row.get::<_, Option<String>>(5)?.unwrap_or_default(),
                });
            }
            Ok(changes)
        })
    }

    fn parked(&self) -> Result<Vec<ParkedChanges>> {
        self.read(parked)
    }

    fn context(&self, device: DeviceId, document: &DocumentId, context: &Context) -> Result<Option<Vec<Vec<u8>>>> {
        self.read(|connection| context_in(connection, device, document, context))
    }

    fn set_aside_bytes(&self, document: &DocumentId, hash: &ChangeHash) -> Result<Option<Vec<u8>>> {
        self.read(|connection| {
            let bytes = connection
                .prepare_cached(
                    "SELECT bytes FROM change
                     WHERE document = (SELECT id FROM document WHERE name = ?1) AND hash = ?2 AND state = 2",
                )?
                .query_row(params![document.to_string(), hash.0], |row| row.get(0))
                .optional()?;
            Ok(bytes)
        })
    }

    fn release(&self, document: &DocumentId, hash: &ChangeHash) -> Result<bool> {
        let (name, hash) = (document.to_string(), *hash);
        self.write(move |connection| {
            let last = last_visible(connection)?;
            connection
                .prepare_cached("UPDATE setting SET value = ?1 WHERE name = 'visible_order'")?
                .execute([last as i64])?;
            let released = connection
                .prepare_cached(
                    "UPDATE change SET state = 0, visible = NULL, reason = NULL, detail = NULL, released = 1
                     WHERE document = (SELECT id FROM document WHERE name = ?1) AND hash = ?2 AND state = 2",
                )?
                .execute(params![name, hash.0])?;
            Ok(released == 1)
        })
    }
}

fn news_in(
    connection: &Connection,
    query: &NewsQuery,
    take: &mut dyn FnMut(NewsItem) -> ControlFlow<()>,
) -> Result<ControlFlow<()>> {
    // Places only are sorted; the bytes are fetched one by one, so that an answer cut short costs no more than it gives.
    let mut select = connection.prepare_cached(
        "SELECT c.visible FROM document d CROSS JOIN change c ON c.document = d.id
         WHERE d.place IN (SELECT value FROM json_each(?1)) AND d.last_visible > ?2
           AND c.visible > ?2 AND c.state = 1 AND (?3 IS NULL OR c.device <> ?3 OR c.released = 1)
         UNION ALL
         SELECT visible FROM change
         WHERE state = 2 AND visible > ?2 AND device IN (SELECT id FROM device WHERE person = ?4)
         ORDER BY 1",
    )?;
    let without = query.without.map(|device| device.0);
    let mut fetch = connection.prepare_cached(
        "SELECT d.name, c.hash, c.state, c.bytes, c.reason, c.detail
         FROM change c JOIN document d ON d.id = c.document WHERE c.visible = ?1",
    )?;
    let places = json(&query.places)?;
    let mut rows = select.query(params![places, query.after as i64, without, query.person.as_str()])?;
    while let Some(row) = rows.next()? {
        let visible: i64 = row.get(0)?;
        let mut found = fetch.query([visible])?;
        let Some(row) = found.next()? else { continue };
        let telling = match row.get::<_, i64>(2)? {
            APPLIED => Telling::Applied(row.get(3)?),
            _set_aside => Telling::SetAside(
                reason_from(row.get(4)?)?,
                row.get::<_, Option<String>>(5)?.unwrap_or_default(),
            ),
        };
        let item = NewsItem {
            visible: visible as u64,
            document: row.get(0)?,
            hash: hash(row, 1)?,
            telling,
        };
        if take(item).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

/// A list of texts as `json_each` takes it.
pub(super) fn json(texts: &[String]) -> Result<String> {
    serde_json::to_string(texts).map_err(|error| StoreError::Engine(Box::new(error)))
}

fn names(connection: &Connection, query: &str) -> Result<Vec<DocumentId>> {
    let mut select = connection.prepare_cached(query)?;
    let mut rows = select.query(())?;
    let mut names = Vec::new();
    while let Some(row) = rows.next()? {
        names.push(parse(row.get_ref(0)?.as_str().unwrap_or_default())?);
    }
    Ok(names)
}

/// The changes that a query finds: hash, bytes, when each was received.
pub(super) fn stored(connection: &Connection, query: &str, key: impl Params) -> Result<Vec<StoredChange>> {
    let mut select = connection.prepare_cached(query)?;
    let mut rows = select.query(key)?;
    let mut changes = Vec::new();
    while let Some(row) = rows.next()? {
        changes.push(StoredChange {
            hash: hash(row, 0)?,
            bytes: row.get(1)?,
            received_at: Timestamp(row.get(2)?),
        });
    }
    Ok(changes)
}

pub(super) fn hash(row: &Row<'_>, column: usize) -> Result<ChangeHash> {
    Ok(ChangeHash(array(row.get_ref(column)?.as_blob().unwrap_or_default())?))
}

/// The number of a reason in the table: the one it has on the wire.
pub(super) fn reason_code(reason: RefusalCode) -> i64 {
    reason as i64
}

fn reason_from(code: i64) -> Result<RefusalCode> {
    let known = usize::try_from(code).ok().and_then(|code| RefusalCode::ALL.get(code));
    known
        .copied()
        .ok_or_else(|| StoreError::Corrupt(format!("no reason has the number {code}")))
}
