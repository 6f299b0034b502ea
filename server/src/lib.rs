//! The server of Sổ Công đoàn: ingest, store, projection, and the routes above them.

pub mod ingest;
pub mod organisation;
pub mod projection;
pub mod store;
