//! Several changes as one piece of bytes: what is alike in them stands side by side, what follows from the rest is left out.
//!
//! A change chunk holds columns, which a pack takes as they are, so that any change comes back byte for byte: the same column
//! of all changes stands together, hashes and actors that were named before are numbers, checksums are computed anew. Bytes that
//! are no plain change chunk are carried as they are. The same changes always give the same pack (decision 60).
//!
//! A pack is a sequence of *streams*, each with its length before it. `docs/SYNC.md` has the layout.

use std::collections::{BTreeMap, HashMap};

use super::chunk::Chunk;
use super::stream::{Malformed, Reader, Writer};
use crate::ids::ChangeHash;

/// Bytes are no pack, or hold more than is allowed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PackError {
    /// They end early, name what is not there, or hold more than they say.
    #[error("the bytes are no pack of changes")]
    Malformed,
    /// The changes come to more bytes than allowed.
    #[error("the changes of the pack come to too many bytes")]
    TooLarge,
}

impl From<Malformed> for PackError {
    fn from(Malformed: Malformed) -> Self {
        Self::Malformed
    }
}

/// Columns that a pack may have. A change of today has at most 13; one with more is carried as it is.
const MOST_COLUMNS: usize = 64;

/// The streams before those of the columns.
#[derive(Debug, Default)]
struct Streams<S> {
    /// For each change its shape, where 0 is a change carried as it is; then, for a change taken apart, its actor, how many
    /// dependencies, other actors, bytes of message and of what follows the columns.
    shapes: S,
    /// Which changes each change was made upon.
    dependencies: S,
    /// Sequence numbers and first operations, each less what is to be expected.
    counters: S,
    /// Times, each less the one before.
    times: S,
    /// Lengths of columns.
    lengths: S,
    /// Actors, hashes, messages and changes carried as they are.
    literals: S,
}

impl<S> Streams<S> {
    fn each(self) -> [S; 6] {
        [
            self.shapes,
            self.dependencies,
            self.counters,
            self.times,
            self.lengths,
            self.literals,
        ]
    }
}

/// What both ends know of the changes before.
#[derive(Debug, Default)]
struct Context {
    /// The columns that a change has, as specifications: the lists that were met, from 1.
    shapes: Vec<Vec<u64>>,
    /// Actors with the sequence number that each is expected to have next.
    actors: Vec<(Vec<u8>, u64)>,
    /// Every hash that was named or made, and its number.
    hashes: Vec<ChangeHash>,
    last_op: u64,
    last_time: i64,
}

/// Packs changes, each given by its canonical bytes.
pub fn pack<'c>(changes: impl IntoIterator<Item = &'c [u8]>) -> Vec<u8> {
    let mut packer = Packer::default();
    for bytes in changes {
        match Chunk::parse(bytes).filter(|(chunk, _)| packer.has_room(chunk)) {
            Some((chunk, hash)) => packer.add(&chunk, hash),
            None => packer.add_as_it_is(bytes),
        }
    }
    packer.finish()
}

/// The columns' data of changes: those of the lowest specification first, of each specification all changes. And the hash of the last
/// change. What is no plain change chunk has none of either.
pub fn columns<'c>(changes: impl IntoIterator<Item = &'c [u8]>) -> (Vec<u8>, Option<ChangeHash>) {
    let mut columns: BTreeMap<u64, Vec<u8>> = BTreeMap::new();
    let mut last = None;
    for (chunk, hash) in changes.into_iter().filter_map(Chunk::parse) {
        for (spec, data) in chunk.columns {
            columns.entry(spec).or_default().extend(data);
        }
        last = Some(hash);
    }
    (columns.into_values().flatten().collect(), last)
}

#[derive(Debug, Default)]
struct Packer {
    context: Context,
    streams: Streams<Writer>,
    /// By specification, in the order in which they were met first.
    columns: Vec<(u64, Writer)>,
    numbers: HashMap<ChangeHash, usize>,
}

impl Packer {
    fn has_room(&self, chunk: &Chunk<'_>) -> bool {
        let is_new = |spec: &u64| !self.columns.iter().any(|(known, _)| known == spec);
        let new = chunk.columns.iter().filter(|(spec, _)| is_new(spec)).count();
        self.columns.len() + new <= MOST_COLUMNS && chunk.columns.len() <= MOST_COLUMNS
    }

    fn add_as_it_is(&mut self, bytes: &[u8]) {
        self.streams.shapes.number(0);
        self.streams.lengths.number(bytes.len() as u64);
        self.streams.literals.bytes(bytes);
    }

    fn add(&mut self, chunk: &Chunk<'_>, hash: ChangeHash) {
        let Self {
            context,
            streams,
            columns,
            numbers,
        } = self;
        let specs: Vec<u64> = chunk.columns.iter().map(|(spec, _)| *spec).collect();
        let known = context.shapes.iter().position(|shape| *shape == specs);
        let shape = known.unwrap_or(context.shapes.len());
        streams.shapes.number(shape as u64 + 1);
        if known.is_none() {
            streams.shapes.number(specs.len() as u64);
            for spec in &specs {
                streams.shapes.number(*spec);
            }
            context.shapes.push(specs);
        }
        let actor = actor_number(context, streams, chunk.actor);
        streams.shapes.number(actor as u64);
        streams.shapes.number(chunk.dependencies.len() as u64);
        streams.shapes.number(chunk.others.len() as u64);
        streams.shapes.number(chunk.message.len() as u64);
        streams.shapes.number(chunk.rest.len() as u64);
        for dependency in &chunk.dependencies {
            // Counted back from the newest, which is what a change is most often made upon; 0 is one that was not named yet.
            if let Some(number) = numbers.get(dependency) {
                streams.dependencies.number((context.hashes.len() - number) as u64);
            } else {
                streams.dependencies.number(0);
                streams.literals.bytes(&dependency.0);
                numbers.insert(*dependency, context.hashes.len());
                context.hashes.push(*dependency);
            }
        }
        for other in &chunk.others {
            let other = actor_number(context, streams, other);
            streams.shapes.number(other as u64);
        }
        let expected = context.actors[actor].1;
        streams.counters.difference(chunk.seq, expected);
        context.actors[actor].1 = chunk.seq.wrapping_add(1);
        streams.counters.difference(chunk.start_op, context.last_op);
        context.last_op = chunk.start_op;
        streams.times.signed(chunk.time.wrapping_sub(context.last_time));
        context.last_time = chunk.time;
        streams.literals.bytes(chunk.message);
        streams.literals.bytes(chunk.rest);
        for (spec, data) in &chunk.columns {
            streams.lengths.number(data.len() as u64);
            let column = columns.iter().position(|(known, _)| known == spec);
            let column = column.unwrap_or_else(|| {
                columns.push((*spec, Writer::default()));
                columns.len() - 1
            });
            columns[column].1.bytes(data);
        }
        numbers.insert(hash, context.hashes.len());
        context.hashes.push(hash);
    }

    fn finish(self) -> Vec<u8> {
        let mut packed = Writer::default();
        let streams = self.streams.each().into_iter();
        for stream in streams.chain(self.columns.into_iter().map(|(_, column)| column)) {
            let stream = stream.into_bytes();
            packed.number(stream.len() as u64);
            packed.bytes(&stream);
        }
        packed.into_bytes()
    }
}

fn actor_number(context: &mut Context, streams: &mut Streams<Writer>, actor: &[u8]) -> usize {
    let known = context.actors.iter().position(|(known, _)| known == actor);
    known.unwrap_or_else(|| {
        streams.lengths.number(actor.len() as u64);
        streams.literals.bytes(actor);
        context.actors.push((actor.to_vec(), 1));
        context.actors.len() - 1
    })
}

/// The canonical bytes of each of `count` changes. Takes no more memory than `most_bytes` and the pack itself, some times over.
pub fn unpack(bytes: &[u8], count: usize, most_bytes: usize) -> Result<Vec<Vec<u8>>, PackError> {
    let mut reader = Reader::new(bytes);
    let mut stream = || -> Result<Reader<'_>, PackError> {
        let length = reader.length()?;
        Ok(Reader::new(reader.bytes(length)?))
    };
    let streams = Streams {
        shapes: stream()?,
        dependencies: stream()?,
        counters: stream()?,
        times: stream()?,
        lengths: stream()?,
        literals: stream()?,
    };
    let mut unpacker = Unpacker {
        context: Context::default(),
        streams,
        columns: Vec::new(),
        left: most_bytes,
    };
    let mut changes = Vec::new();
    for _ in 0..count {
        let change = unpacker.next(&mut stream)?;
        changes.push(change);
    }
    let Unpacker { streams, columns, .. } = unpacker;
    let columns = columns.into_iter().map(|(_, column)| column);
    let all_read = streams
        .each()
        .into_iter()
        .chain(columns)
        .all(|stream| stream.is_empty());
    match all_read && reader.is_empty() {
        true => Ok(changes),
        false => Err(PackError::Malformed),
    }
}

struct Unpacker<'b> {
    context: Context,
    streams: Streams<Reader<'b>>,
    columns: Vec<(u64, Reader<'b>)>,
    /// Bytes that the changes to come may have.
    left: usize,
}

impl<'b> Unpacker<'b> {
    fn next(&mut self, stream: &mut impl FnMut() -> Result<Reader<'b>, PackError>) -> Result<Vec<u8>, PackError> {
        let Some(shape) = self.streams.shapes.length()?.checked_sub(1) else {
            let length = self.streams.lengths.length()?;
            let bytes = self.streams.literals.bytes(length)?.to_vec();
            self.spend(bytes.len())?;
            return Ok(bytes);
        };
        if shape == self.context.shapes.len() {
            let columns = self.streams.shapes.length()?;
            if columns > MOST_COLUMNS {
                return Err(PackError::Malformed);
            }
            let specs: Result<_, _> = (0..columns).map(|_| self.streams.shapes.number()).collect();
            self.context.shapes.push(specs?);
        }
        let specs = self.context.shapes.get(shape).ok_or(PackError::Malformed)?.clone();
        let actor = self.actor()?;
        let dependencies = self.streams.shapes.length()?;
        let others = self.streams.shapes.length()?;
        let message = self.streams.shapes.length()?;
        let rest = self.streams.shapes.length()?;
        self.must_fit(dependencies.saturating_mul(size_of::<ChangeHash>()))?;
        let dependencies: Result<Vec<_>, _> = (0..dependencies).map(|_| self.dependency()).collect();
        self.must_fit(others)?;
        let others: Result<Vec<_>, _> = (0..others).map(|_| self.actor()).collect();
        let others = others?;
        let expected = self.context.actors.get(actor).ok_or(PackError::Malformed)?.1;
        let seq = self.streams.counters.difference(expected)?;
        if let Some((_, expected)) = self.context.actors.get_mut(actor) {
            *expected = seq.wrapping_add(1);
        }
        let start_op = self.streams.counters.difference(self.context.last_op)?;
        self.context.last_op = start_op;
        let time = self.context.last_time.wrapping_add(self.streams.times.signed()?);
        self.context.last_time = time;
        let message = self.streams.literals.bytes(message)?;
        let rest = self.streams.literals.bytes(rest)?;
        let mut columns = Vec::with_capacity(specs.len());
        for spec in specs {
            let length = self.streams.lengths.length()?;
            let known = self.columns.iter().position(|(known, _)| *known == spec);
            let column = match known {
                Some(column) => column,
                None if self.columns.len() == MOST_COLUMNS => return Err(PackError::Malformed),
                None => {
                    self.columns.push((spec, stream()?));
                    self.columns.len() - 1
                }
            };
            let (_, column) = self.columns.get_mut(column).ok_or(PackError::Malformed)?;
            columns.push((spec, column.bytes(length)?));
        }
        let actors = &self.context.actors;
        let name = |number: &usize| {
            actors
                .get(*number)
                .map(|(actor, _)| &**actor)
                .ok_or(PackError::Malformed)
        };
        let others: Vec<_> = others.iter().map(name).collect::<Result<_, _>>()?;
        // A short number may stand for a long name.
        self.must_fit(others.iter().map(|other| other.len()).sum())?;
        let chunk = Chunk {
            dependencies: dependencies?,
            actor: name(&actor)?,
            seq,
            start_op,
            time,
            message,
            others,
            columns,
            rest,
        };
        let (bytes, hash) = chunk.to_bytes();
        self.spend(bytes.len())?;
        self.context.hashes.push(hash);
        Ok(bytes)
    }

    fn actor(&mut self) -> Result<usize, PackError> {
        let number = self.streams.shapes.length()?;
        if number == self.context.actors.len() {
            let length = self.streams.lengths.length()?;
            let name = self.streams.literals.bytes(length)?.to_vec();
            self.context.actors.push((name, 1));
        }
        Ok(number)
    }

    fn dependency(&mut self) -> Result<ChangeHash, PackError> {
        let back = self.streams.dependencies.length()?;
        if back == 0 {
            let hash = self.streams.literals.bytes(size_of::<ChangeHash>())?;
            let hash = ChangeHash(hash.try_into().map_err(|_| PackError::Malformed)?);
            self.context.hashes.push(hash);
            return Ok(hash);
        }
        let hashes = &self.context.hashes;
        let number = hashes.len().checked_sub(back).ok_or(PackError::Malformed)?;
        Ok(hashes[number])
    }

    /// What a number promises must still be allowed, before anything of that size is made.
    fn must_fit(&self, bytes: usize) -> Result<(), PackError> {
        match bytes <= self.left {
            true => Ok(()),
            false => Err(PackError::TooLarge),
        }
    }

    fn spend(&mut self, bytes: usize) -> Result<(), PackError> {
        self.left = self.left.checked_sub(bytes).ok_or(PackError::TooLarge)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
