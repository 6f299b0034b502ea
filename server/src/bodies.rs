//! Bodies on their way: what they come to together is bounded, and how many of them one device sends.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::secret::SecretHash;

/// Kilobytes of bodies that may be on their way or be worked on at once: some thousand phones' months, or 128 of the largest.
const BODIES_AT_ONCE_KB: usize = 64 * 1024;

/// Bodies of one device at once: a phone sends one, and the next when it knows before the server that a connection is lost.
const BODIES_OF_A_DEVICE: usize = 2;

/// Why a body has to wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoRoom {
    /// All that are there come to as much as may be.
    ForAny,
    /// This device sends as many as it may.
    ForThisDevice,
}

/// What may be on its way at once.
pub struct Bodies {
    room: Arc<Semaphore>,
    counts: Arc<Counts>,
}

/// Room for one body, until it is dropped.
pub struct BodyRoom {
    #[expect(dead_code, reason = "held until the body is done with")]
    room: OwnedSemaphorePermit,
    #[expect(dead_code, reason = "held until the body is done with")]
    counted: Counted,
}

impl Default for Bodies {
    fn default() -> Self {
        Self {
            room: Arc::new(Semaphore::new(BODIES_AT_ONCE_KB)),
            counts: Arc::default(),
        }
    }
}

impl Bodies {
    /// Room for a body of so many bytes from the device with this token. One device must not take what all have, so its own
    /// bodies are looked at first.
    pub fn room(&self, token: SecretHash, bytes: usize) -> Result<BodyRoom, NoRoom> {
        let counted = Counted::among(&self.counts, token).ok_or(NoRoom::ForThisDevice)?;
        let kilobytes = u32::try_from(bytes.div_ceil(1024).max(1)).unwrap_or(u32::MAX);
        let room = Arc::clone(&self.room).try_acquire_many_owned(kilobytes);
        let room = room.map_err(|_full| NoRoom::ForAny)?;
        Ok(BodyRoom { room, counted })
    }
}

/// How many bodies there are of each device. Only who has one stands in it, so it holds no more than there is room for bodies.
#[derive(Default)]
struct Counts(Mutex<HashMap<SecretHash, usize>>);

impl Counts {
    fn lock(&self) -> MutexGuard<'_, HashMap<SecretHash, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One body of a device, which counts until it is dropped.
struct Counted {
    counts: Arc<Counts>,
    token: SecretHash,
}

impl Counted {
    /// Counts one more, if it may be.
    fn among(counts: &Arc<Counts>, token: SecretHash) -> Option<Self> {
        let mut held = counts.lock();
        let count = held.entry(token).or_default();
        if *count == BODIES_OF_A_DEVICE {
            return None;
        }
        *count += 1;
        drop(held);
        Some(Self {
            counts: Arc::clone(counts),
            token,
        })
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut held = self.counts.lock();
        if let Some(count) = held.get_mut(&self.token) {
            *count -= 1;
            if *count == 0 {
                held.remove(&self.token);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_remembered_of_a_device_whose_bodies_are_done_with() {
        let bodies = Bodies::default();
        let [one, two] = ["one", "two"].map(SecretHash::of);
        let rooms = [one, one, two].map(|token| bodies.room(token, 1000).unwrap());
        assert_eq!(bodies.room(one, 1000).err(), Some(NoRoom::ForThisDevice));
        assert_eq!(bodies.counts.lock().len(), 2);
        drop(rooms);
        assert!(bodies.counts.lock().is_empty());
    }

    #[test]
    fn a_body_for_which_there_is_no_room_is_not_counted() {
        let bodies = Bodies::default();
        let [one, two] = ["one", "two"].map(SecretHash::of);
        let all = bodies.room(one, BODIES_AT_ONCE_KB * 1024).unwrap();
        for _ in 0..3 {
            assert_eq!(bodies.room(two, 0).err(), Some(NoRoom::ForAny));
        }
        assert_eq!(bodies.counts.lock().len(), 1);
        drop(all);
        assert!(bodies.room(two, 0).is_ok());
    }
}
