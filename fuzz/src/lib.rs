//! What the fuzz targets share: messages to begin from, how they are damaged, and how much memory reading them may take.

use std::panic::AssertUnwindSafe;

pub mod memory;
pub mod messages;
pub mod mutated;
pub mod wire;

/// What a target goes on using until something in it panics, which ends the target.
#[derive(Debug)]
pub struct Steady<T>(AssertUnwindSafe<T>);

impl<T> Steady<T> {
    /// Holds it.
    pub fn new(held: T) -> Self {
        Self(AssertUnwindSafe(held))
    }

    /// What is held.
    pub fn get(&self) -> &T {
        &self.0
    }
}
