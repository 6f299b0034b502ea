//! What the system tests share: devices, and a world with a server core in it.

pub mod device;
pub mod world;
