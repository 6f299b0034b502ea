//! The state of a phone: a folder with one journal in it. What is written together is one record at its end, whole or not
//! there; reading it from the beginning gives what is stored.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use client_core::replica::effect::Write;
use client_core::replica::input::StoredValue;
use sha2::{Digest, Sha256};

const JOURNAL: &str = "journal";
/// What the next journal is called until it is whole.
const NEXT: &str = "journal.next";
const LOCK: &str = "lock";
/// Before each record: its length, the beginning of that length's hash, and the beginning of the record's.
const HEAD: usize = 12;
/// A journal this many times as long as what it says is written anew.
const MOST_WASTE: u64 = 4;
/// A journal that is shorter is left alone.
const SHORT: u64 = 1 << 20;

/// Why a phone's state cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StateError {
    /// Another process holds it.
    #[error("the folder {} is in use by another phone that still runs", .0.display())]
    InUse(PathBuf),
    /// It is not what was written there.
    #[error("{} is damaged at byte {at}: what stands there was not written by a phone", .journal.display())]
    Damaged {
        /// The journal.
        journal: PathBuf,
        /// Where.
        at: usize,
    },
    /// The disk does not let us.
    #[error("could not use the folder {}", .folder.display())]
    Disk {
        /// The folder.
        folder: PathBuf,
        /// What it said.
        source: io::Error,
    },
}

/// What a phone has stored.
#[derive(Debug)]
pub struct State {
    values: BTreeMap<String, Vec<u8>>,
    folder: Option<Folder>,
}

/// The folder in which it stands, held until this is dropped.
#[derive(Debug)]
struct Folder {
    path: PathBuf,
    journal: File,
    // Closing the file ends the lock.
    _lock: File,
}

impl State {
    /// A state that is gone when this is dropped.
    pub fn in_memory(stored: Vec<StoredValue>) -> Self {
        Self {
            values: stored.into_iter().map(|stored| (stored.key, stored.value)).collect(),
            folder: None,
        }
    }

    /// Opens a folder, made if it is not there.
    pub fn open(folder: &Path) -> Result<Self, StateError> {
        let disk = |source| StateError::Disk {
            folder: folder.to_owned(),
            source,
        };
        fs::create_dir_all(folder).map_err(disk)?;
        let lock = File::create(folder.join(LOCK)).map_err(disk)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StateError::InUse(folder.to_owned())),
            Err(TryLockError::Error(source)) => return Err(disk(source)),
        }
        let path = folder.join(JOURNAL);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
            Err(source) => return Err(disk(source)),
        };
        let mut values = BTreeMap::new();
        let whole = replay(&bytes, &mut values).map_err(|at| StateError::Damaged {
            journal: path.clone(),
            at,
        })?;
        let opened = || -> io::Result<File> {
            let journal = OpenOptions::new().append(true).create(true).open(&path)?;
            if whole < bytes.len() {
                // The phone died while it wrote: nobody was told of it.
                journal.set_len(whole as u64)?;
            }
            journal.sync_all()?;
            File::open(folder)?.sync_all()?;
            Ok(journal)
        };
        let mut held = Folder {
            journal: opened().map_err(disk)?,
            path: folder.to_owned(),
            _lock: lock,
        };
        let stored: usize = values.iter().map(|(key, value)| key.len() + value.len()).sum();
        if whole as u64 > SHORT.max(stored as u64 * MOST_WASTE) {
            held.write_anew(&values).map_err(disk)?;
        }
        Ok(Self {
            values,
            folder: Some(held),
        })
    }

    /// All that is stored.
    pub fn stored(&self) -> Vec<StoredValue> {
        let stored = self.values.iter().map(|(key, value)| StoredValue {
            key: key.clone(),
            value: value.clone(),
        });
        stored.collect()
    }

    /// Writes these, all or none. When this returns they are on the disk.
    pub fn write(&mut self, writes: &[Write]) -> Result<(), StateError> {
        if let Some(folder) = &mut self.folder {
            folder.write(writes).map_err(|source| StateError::Disk {
                folder: folder.path.clone(),
                source,
            })?;
        }
        for Write { key, value } in writes {
            put(&mut self.values, key.clone(), value.clone());
        }
        Ok(())
    }
}

impl Folder {
    fn write(&mut self, writes: &[Write]) -> io::Result<()> {
        let record = record(writes.iter().map(|write| (&write.key, write.value.as_ref())));
        self.journal.write_all(&record)?;
        self.journal.sync_data()
    }

    /// A journal with nothing in it but what is stored now.
    fn write_anew(&mut self, values: &BTreeMap<String, Vec<u8>>) -> io::Result<()> {
        let next = self.path.join(NEXT);
        let mut journal = File::create(&next)?;
        journal.write_all(&record(values.iter().map(|(key, value)| (key, Some(value)))))?;
        journal.sync_all()?;
        fs::rename(&next, self.path.join(JOURNAL))?;
        File::open(&self.path)?.sync_all()?;
        self.journal = journal;
        Ok(())
    }
}

fn put(values: &mut BTreeMap<String, Vec<u8>>, key: String, value: Option<Vec<u8>>) {
    match value {
        Some(value) => drop(values.insert(key, value)),
        None => drop(values.remove(&key)),
    }
}

/// One record: its head, and a CBOR list of keys with their values; none takes the key away.
fn record<'w>(writes: impl Iterator<Item = (&'w String, Option<&'w Vec<u8>>)>) -> Vec<u8> {
    let writes: Vec<_> = writes
        .map(|(key, value)| {
            (
                key.as_str(),
                value.map(|value| minicbor::bytes::ByteVec::from(value.clone())),
            )
        })
        .collect();
    let body = minicbor::to_vec(&writes).expect("writing to memory does not fail");
    let length = (body.len() as u32).to_be_bytes();
    let mut record = length.to_vec();
    record.extend(check(&length));
    record.extend(check(&body));
    record.extend(body);
    record
}

/// The beginning of a hash.
fn check(bytes: &[u8]) -> [u8; 4] {
    let hash = Sha256::digest(bytes);
    [hash[0], hash[1], hash[2], hash[3]]
}

/// Reads a journal. Gives how much of it is whole: a record that reaches to the end or beyond it and is not sound was being
/// written when the phone died. One before the end is damage, and where it stands is the error; so is a length that is not what
/// was written, which could reach anywhere. Nothing but noughts is what a disk leaves of a write that broke off.
fn replay(bytes: &[u8], values: &mut BTreeMap<String, Vec<u8>>) -> Result<usize, usize> {
    let mut at = 0;
    while let Some((head, rest)) = bytes[at..].split_first_chunk::<HEAD>() {
        let Some((length, checks)) = head.split_first_chunk::<4>() else {
            break;
        };
        let (of_length, of_body) = checks.split_at(4);
        if check(length) != *of_length {
            match bytes[at..].iter().all(|byte| *byte == 0) {
                true => break,
                false => return Err(at),
            }
        }
        let length = u32::from_be_bytes(*length) as usize;
        let Some(body) = rest.get(..length) else { break };
        let read = (check(body) == *of_body)
            .then(|| minicbor::decode::<Vec<(String, Option<minicbor::bytes::ByteVec>)>>(body).ok())
            .flatten();
        match read {
            Some(writes) => {
                for (key, value) in writes {
                    put(values, key, value.map(Into::into));
                }
            }
            None if length == rest.len() => break,
            None => return Err(at),
        }
        at += HEAD + length;
    }
    Ok(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(key: &str, value: Option<&[u8]>) -> Write {
        Write {
            key: key.to_owned(),
            value: value.map(<[u8]>::to_vec),
        }
    }

    fn keys(state: &State) -> Vec<String> {
        state.stored().into_iter().map(|stored| stored.key).collect()
    }

    #[test]
    fn what_is_written_is_there_when_the_folder_is_opened_anew() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::open(folder.path()).unwrap();
        state.write(&[write("a", Some(b"1")), write("b", Some(b"2"))]).unwrap();
        state.write(&[write("a", None), write("c", Some(b""))]).unwrap();
        let stored = state.stored();
        drop(state);
        let state = State::open(folder.path()).unwrap();
        assert_eq!(state.stored(), stored);
        assert_eq!(keys(&state), ["b", "c"]);
    }

    #[test]
    fn wherever_the_last_write_broke_off_the_ones_before_it_stand_and_it_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::open(folder.path()).unwrap();
        state.write(&[write("a", Some(b"1"))]).unwrap();
        let journal = folder.path().join(JOURNAL);
        let first = fs::metadata(&journal).unwrap().len();
        state.write(&[write("b", Some(b"2")), write("c", Some(b"3"))]).unwrap();
        drop(state);
        let whole = fs::read(&journal).unwrap();
        for length in first..whole.len() as u64 {
            fs::write(&journal, &whole[..length as usize]).unwrap();
            let mut state = State::open(folder.path()).unwrap();
            assert_eq!(keys(&state), ["a"], "cut at {length}");
            state.write(&[write("d", Some(b"4"))]).unwrap();
            drop(state);
            assert_eq!(keys(&State::open(folder.path()).unwrap()), ["a", "d"]);
        }
    }

    #[test]
    fn damage_before_the_end_is_said_and_nothing_is_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::open(folder.path()).unwrap();
        state.write(&[write("a", Some(b"1"))]).unwrap();
        state.write(&[write("b", Some(b"2"))]).unwrap();
        drop(state);
        let journal = folder.path().join(JOURNAL);
        let mut bytes = fs::read(&journal).unwrap();
        bytes[HEAD + 2] ^= 1;
        fs::write(&journal, &bytes).unwrap();
        let refused = State::open(folder.path()).unwrap_err();
        assert!(refused.to_string().contains("damaged at byte 0"), "{refused}");
        assert_eq!(fs::read(&journal).unwrap(), bytes);
    }

    #[test]
    fn a_length_that_was_not_written_cuts_nothing_off() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::open(folder.path()).unwrap();
        let journal = folder.path().join(JOURNAL);
        state.write(&[write("a", Some(b"1"))]).unwrap();
        let second = fs::metadata(&journal).unwrap().len() as usize;
        state.write(&[write("b", Some(b"2"))]).unwrap();
        state.write(&[write("c", Some(b"3"))]).unwrap();
        drop(state);
        let whole = fs::read(&journal).unwrap();
        for bit in 0..8 * HEAD {
            let mut bytes = whole.clone();
            bytes[second + bit / 8] ^= 1 << (bit % 8);
            fs::write(&journal, &bytes).unwrap();
            let refused = State::open(folder.path()).unwrap_err();
            assert!(
                refused.to_string().contains(&format!("damaged at byte {second}")),
                "{refused}"
            );
            assert_eq!(fs::read(&journal).unwrap(), bytes);
        }
        // Noughts are what a disk leaves of a write of which the length came first.
        fs::write(&journal, [whole.as_slice(), &[0; 40]].concat()).unwrap();
        assert_eq!(keys(&State::open(folder.path()).unwrap()), ["a", "b", "c"]);
    }

    #[test]
    fn one_phone_at_a_time_uses_a_folder() {
        let folder = tempfile::tempdir().unwrap();
        let held = State::open(folder.path()).unwrap();
        assert!(matches!(State::open(folder.path()), Err(StateError::InUse(_))));
        drop(held);
        State::open(folder.path()).unwrap();
    }

    #[test]
    fn a_journal_that_says_the_same_again_and_again_is_written_anew() {
        let folder = tempfile::tempdir().unwrap();
        let mut state = State::open(folder.path()).unwrap();
        let large = vec![7; 200_000];
        for _ in 0..10 {
            state.write(&[write("a", Some(&large))]).unwrap();
        }
        drop(state);
        let mut state = State::open(folder.path()).unwrap();
        let journal = folder.path().join(JOURNAL);
        assert!(fs::metadata(&journal).unwrap().len() < 201_000);
        state.write(&[write("b", Some(b"2"))]).unwrap();
        drop(state);
        assert_eq!(keys(&State::open(folder.path()).unwrap()), ["a", "b"]);
    }
}
