//! One device's copy of its documents: `handle(input, now) -> effects`.

pub mod effect;
pub mod input;
pub mod view;
