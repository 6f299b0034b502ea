//! What one receiving transaction sees and writes, and what changes come to.

use std::collections::{BTreeMap, HashSet};

use client_core::ids::{Actor, ChangeHash, DeviceId, DocumentId};
use client_core::protocol;
use client_core::protocol::context::{CONTEXT_BYTES, Context};
use client_core::time::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::documents::{APPLIED, ARRIVED, SET_ASIDE, hash, json, stored};
use super::settling::{begin_document, document_in};
use super::{array, parse};
use crate::store::documents::{Ledger, NewChange, NewsQuery, ParkedChanges, SignedPush, Standing, StoredChange};
use crate::store::{Result, StoreError};

pub(super) struct SqliteLedger<'c> {
    connection: &'c Connection,
    push: Option<SignedPush>,
    push_id: Option<i64>,
    now: Timestamp,
    /// The document that was asked about last: most requests are about one or two, one after the other.
    last: Option<Seen>,
}

/// What is known of a document, so that a change costs few looks at the tables.
struct Seen {
    document: DocumentId,
    name: String,
    /// Its number in the table, if it is there.
    number: Option<i64>,
    /// Whether any of its changes may be parked.
    may_park: bool,
    /// What was appended since.
    appended: HashSet<ChangeHash>,
    /// The highest number that a change of an actor has, parked ones too.
    last_seq: Option<(Actor, u64)>,
}

impl Seen {
    /// Notes that a change has come to the document.
    fn add(&mut self, change: &NewChange) {
        if let Some((actor, last)) = &mut self.last_seq
            && *actor == change.actor
        {
            *last = change.seq.max(*last);
        }
    }
}

impl<'c> SqliteLedger<'c> {
    pub(super) fn new(connection: &'c Connection, push: Option<SignedPush>, now: Timestamp) -> Self {
        Self {
            connection,
            push,
            push_id: None,
            now,
            last: None,
        }
    }

    fn seen(&mut self, document: &DocumentId) -> Result<&mut Seen> {
        let last = self.last.take().filter(|last| last.document == *document);
        let seen = match last {
            Some(last) => last,
            None => self.look(document)?,
        };
        Ok(self.last.insert(seen))
    }

    fn look(&self, document: &DocumentId) -> Result<Seen> {
        let name = document.to_string();
        Ok(Seen {
            document: document.clone(),
            number: document_in(self.connection, document)?.map(|known| known.number),
            may_park: self.exists("SELECT 1 FROM parked WHERE document = ?1", [&name])?,
            name,
            appended: HashSet::new(),
            last_seq: None,
        })
    }

    /// The number of a document in the table; one that is not there is begun.
    fn begun(&mut self, document: &DocumentId) -> Result<i64> {
        if let Some(number) = self.seen(document)?.number {
            return Ok(number);
        }
        let number = begin_document(self.connection, document)?;
        self.seen(document)?.number = Some(number);
        Ok(number)
    }

    /// The highest number that a change of an actor has in a document; 0 where there is none.
    fn last_seq(&mut self, document: &DocumentId, actor: Actor) -> Result<u64> {
        let connection = self.connection;
        let seen = self.seen(document)?;
        if let Some((_, last)) = seen.last_seq.filter(|(of, _)| *of == actor) {
            return Ok(last);
        }
        let last: i64 = connection
            .prepare_cached(
                "SELECT MAX(
                     COALESCE((SELECT MAX(seq) FROM change WHERE document = ?4 AND device = ?2 AND incarnation = ?3), 0),
                     COALESCE((SELECT MAX(seq) FROM parked WHERE document = ?1 AND device = ?2 AND incarnation = ?3), 0))",
            )?
            .query_row(
                params![seen.name, actor.device.0, actor.incarnation, seen.number],
                |row| row.get(0),
            )?;
        seen.last_seq = Some((actor, last as u64));
        Ok(last as u64)
    }

    /// The number of the push, which is recorded when it is first asked for.
    fn push_id(&mut self) -> Result<Option<i64>> {
        if let (None, Some(push)) = (self.push_id, &self.push) {
            self.connection
                .prepare_cached("INSERT INTO push (device, statement, signature, received_at) VALUES (?1, ?2, ?3, ?4)")?
                .execute(params![push.device.0, push.statement, push.signature, self.now.0])?;
            self.push_id = Some(self.connection.last_insert_rowid());
        }
        Ok(self.push_id)
    }

    fn exists(&self, query: &str, parameters: impl rusqlite::Params) -> Result<bool> {
        Ok(self.connection.prepare_cached(query)?.exists(parameters)?)
    }
}

impl Ledger for SqliteLedger<'_> {
    fn standing(&mut self, document: &DocumentId, hash: &ChangeHash) -> Result<Option<Standing>> {
        let connection = self.connection;
        let seen = self.seen(document)?;
        if seen.appended.contains(hash) {
            return Ok(Some(Standing::Arrived));
        }
        // Of no document there is anything under no number.
        let state: Option<i64> = connection
            .prepare_cached("SELECT state FROM change WHERE document = ?1 AND hash = ?2")?
            .query_row(params![seen.number, hash.0], |row| row.get(0))
            .optional()?;
        match state {
            Some(ARRIVED) => Ok(Some(Standing::Arrived)),
            Some(APPLIED) => Ok(Some(Standing::Applied)),
            Some(SET_ASIDE) => Ok(Some(Standing::SetAside)),
            Some(other) => Err(StoreError::Corrupt(format!("a change is in state {other}"))),
            None if !seen.may_park => Ok(None),
            None => {
                let key = params![document.to_string(), hash.0];
                let parked = self.exists("SELECT 1 FROM parked WHERE document = ?1 AND hash = ?2", key)?;
                Ok(parked.then_some(Standing::Parked))
            }
        }
    }

    fn at_seq(&mut self, document: &DocumentId, actor: Actor, seq: u64) -> Result<Option<ChangeHash>> {
        if seq > self.last_seq(document, actor)? {
            return Ok(None);
        }
        let connection = self.connection;
        let seen = self.seen(document)?;
        let mut select = connection.prepare_cached(
            "SELECT hash FROM change
             WHERE document = ?5 AND device = ?2 AND incarnation = ?3 AND seq = ?4
             UNION ALL
             SELECT hash FROM parked WHERE document = ?1 AND device = ?2 AND incarnation = ?3 AND seq = ?4",
        )?;
        let key = params![seen.name, actor.device.0, actor.incarnation, seq as i64, seen.number];
        let mut rows = select.query(key)?;
        rows.next()?.map(|row| hash(row, 0)).transpose()
    }

    fn append(&mut self, document: &DocumentId, change: &NewChange) -> Result<()> {
        let (number, push_id) = (self.begun(document)?, self.push_id()?);
        append_in(self.connection, number, change, push_id, self.now)?;
        let seen = self.seen(document)?;
        seen.add(change);
        seen.appended.insert(change.hash);
        Ok(())
    }

    fn park(&mut self, document: &DocumentId, change: &NewChange) -> Result<()> {
        let push_id = self.push_id()?;
        self.connection
            .prepare_cached(
                "INSERT INTO parked (document, hash, device, incarnation, seq, bytes, received_at, push)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            )?
            .execute(params![
                document.to_string(),
                change.hash.0,
                change.actor.device.0,
                change.actor.incarnation,
                change.seq as i64,
                change.bytes,
                self.now.0,
                push_id
            ])?;
        let seen = self.seen(document)?;
        seen.add(change);
        seen.may_park = true;
        Ok(())
    }

    fn parked_of(&mut self, device: DeviceId) -> Result<(u64, u64)> {
        let (count, bytes): (i64, i64) = self
            .connection
            .prepare_cached("SELECT COUNT(*), COALESCE(SUM(LENGTH(bytes)), 0) FROM parked WHERE device = ?1")?
            .query_row([device.0], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok((count as u64, bytes as u64))
    }

    fn parked_in(&mut self, document: &DocumentId) -> Result<Vec<StoredChange>> {
        if !self.seen(document)?.may_park {
            return Ok(Vec::new());
        }
        let query = "SELECT hash, bytes, received_at FROM parked WHERE document = ?1 ORDER BY id";
        stored(self.connection, query, [document.to_string()])
    }

    fn unpark(&mut self, document: &DocumentId, hash: &ChangeHash) -> Result<()> {
        let name = document.to_string();
        let number = self.begun(document)?;
        self.connection
            .prepare_cached(
                "INSERT INTO change (document, hash, device, incarnation, seq, bytes, received_at, push)
                 SELECT ?3, hash, device, incarnation, seq, bytes, received_at, push
                 FROM parked WHERE document = ?1 AND hash = ?2",
            )?
            .execute(params![name, hash.0, number])?;
        self.connection
            .prepare_cached("DELETE FROM parked WHERE document = ?1 AND hash = ?2")?
            .execute(params![name, hash.0])?;
        Ok(())
    }
}

/// Appends one change inside a transaction, to the document with a number.
pub(super) fn append_in(
    connection: &Connection,
    document: i64,
    change: &NewChange,
    push: Option<i64>,
    now: Timestamp,
) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO change (document, hash, device, incarnation, seq, bytes, received_at, push)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
        )?
        .execute(params![
            document,
            change.hash.0,
            change.actor.device.0,
            change.actor.incarnation,
            change.seq as i64,
            change.bytes,
            now.0,
            push
        ])?;
    Ok(())
}

/// The changes of a device that a body goes on from: the newest is read first, and no more than may be named.
pub(super) fn context_in(
    connection: &Connection,
    device: DeviceId,
    document: &DocumentId,
    context: &Context,
) -> Result<Option<Vec<Vec<u8>>>> {
    let (name, mut highest) = (document.to_string(), [0xff; 32]);
    highest[..context.last.len()].copy_from_slice(&*context.last);
    let last: Option<(u32, i64)> = connection
        .prepare_cached(
            "SELECT incarnation, seq FROM change
             WHERE document = (SELECT id FROM document WHERE name = ?1) AND hash BETWEEN ?2 AND ?3 AND device = ?4",
        )?
        .query_row(params![name, *context.last, highest, device.0], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()?;
    let Some((incarnation, seq)) = last else {
        return Ok(None);
    };
    let mut select = connection.prepare_cached(
        "SELECT bytes FROM change
         WHERE document = (SELECT id FROM document WHERE name = ?1) AND device = ?2 AND incarnation = ?3
          AND seq BETWEEN ?4 - ?5 + 1 AND ?4
         ORDER BY seq DESC",
    )?;
    let mut rows = select.query(params![name, device.0, incarnation, seq, context.count])?;
    let (mut changes, mut bytes) = (Vec::<Vec<u8>>::new(), 0);
    while let Some(row) = rows.next()? {
        if bytes >= CONTEXT_BYTES {
            return Ok(None);
        }
        let change: Vec<u8> = row.get(0)?;
        bytes += change.len();
        changes.push(change);
    }
    changes.reverse();
    Ok((changes.len() == context.count as usize).then_some(changes))
}

/// What is parked, by document and device.
pub(super) fn parked(connection: &Connection) -> Result<Vec<ParkedChanges>> {
    let mut select = connection.prepare_cached(
        "SELECT document, device, COUNT(*), MIN(received_at) FROM parked
         GROUP BY document, device ORDER BY MIN(received_at), document, device",
    )?;
    let mut rows = select.query(())?;
    let mut parked = Vec::new();
    while let Some(row) = rows.next()? {
        parked.push(ParkedChanges {
            document: parse(row.get_ref(0)?.as_str().unwrap_or_default())?,
            device: DeviceId(array(row.get_ref(1)?.as_blob().unwrap_or_default())?),
            count: row.get::<_, i64>(2)? as u64,
            since: Timestamp(row.get(3)?),
        });
    }
    Ok(parked)
}

/// What the applied changes of all documents at some places come to, with what a device brought and is not applied yet.
pub(super) fn digest_in(connection: &Connection, query: &NewsQuery) -> Result<u64> {
    let mut digest = 0_u64;
    let mut select = connection.prepare_cached(
        "SELECT digest FROM document WHERE place IN (SELECT value FROM json_each(?1)) AND applied > 0",
    )?;
    let mut rows = select.query([json(&query.places)?])?;
    while let Some(row) = rows.next()? {
        digest = digest.wrapping_add(row.get::<_, i64>(0)? as u64);
    }
    let mut select = connection.prepare_cached(
        "SELECT d.name, c.hash FROM document d CROSS JOIN change c ON c.document = d.id AND c.state = 0
         WHERE d.place IN (SELECT value FROM json_each(?1)) AND c.device = ?2
         UNION ALL
         SELECT document, hash FROM parked WHERE device = ?2",
    )?;
    let mut rows = select.query(params![json(&query.places)?, query.device.0])?;
    while let Some(row) = rows.next()? {
        let name = row.get_ref(0)?.as_str().unwrap_or_default();
        let hash = hash(row, 1)?;
        digest = digest.wrapping_add(protocol::sync::digest(name, [&hash.0]));
    }
    Ok(digest)
}

/// Writes down what the applied changes of every document come to.
pub(super) fn digest_all(connection: &Connection) -> rusqlite::Result<()> {
    let mut digests: BTreeMap<(i64, String), u64> = BTreeMap::new();
    let mut select = connection
        .prepare("SELECT d.id, d.name, c.hash FROM document d JOIN change c ON c.document = d.id WHERE c.state = 1")?;
    let mut rows = select.query(())?;
    while let Some(row) = rows.next()? {
        let (id, name, hash): (i64, String, [u8; 32]) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let term = protocol::sync::digest(&name, [&hash]);
        let digest = digests.entry((id, name)).or_default();
        *digest = digest.wrapping_add(term);
    }
    let mut update = connection.prepare("UPDATE document SET digest = ?2 WHERE id = ?1")?;
    for ((id, _), digest) in digests {
        update.execute(params![id, digest as i64])?;
    }
    Ok(())
}
