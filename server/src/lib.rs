//! The server of Sổ Công đoàn: ingest, store, projection, and the routes above them.

pub mod accounts;
pub mod clock;
pub mod ingest;
pub mod organisation;
pub mod password;
pub mod projection;
pub mod secret;
pub mod store;
