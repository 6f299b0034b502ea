//! The server of Sổ Công đoàn: ingest, store, projection, and the routes above them.

pub mod accounts;
pub mod api;
pub mod app_state;
pub mod bodies;
pub mod clock;
pub mod config;
pub mod data_folder;
pub mod demo;
pub mod desk;
pub mod import;
pub mod ingest;
pub mod installation;
pub mod live;
pub mod naming;
pub mod organisation;
pub mod password;
pub mod projection;
pub mod rate_limit;
pub mod report;
pub mod secret;
pub mod store;
pub mod telemetry;
pub mod workspace;
