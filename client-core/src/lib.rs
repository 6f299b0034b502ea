//! The pure core of Sổ Công đoàn: it decides, shells do. No clock, no randomness, no network, no files.

pub mod access;
pub mod catalogue;
pub mod document;
pub mod ids;
pub mod model;
pub mod protocol;
pub mod replica;
pub mod report;
pub mod text;
pub mod time;
pub mod typescript;
pub mod validate;
