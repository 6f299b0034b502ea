//! What the system tests share: devices, a world with a server core in it, the real program, and a phone to drive it with.

pub mod bench;
pub mod chunk;
pub mod device;
pub mod phone;
pub mod server_process;
pub mod shell;
pub mod world;
