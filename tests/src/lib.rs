//! What the system tests share: devices, a world with a server core in it, and the real program.

pub mod device;
pub mod server_process;
pub mod world;
