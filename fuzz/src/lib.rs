//! What the fuzz targets share: messages to begin from, how they are damaged, and how much memory reading them may take.

pub mod memory;
pub mod messages;
pub mod mutated;
pub mod wire;
