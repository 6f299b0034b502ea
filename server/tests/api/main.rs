//! The real router, asked as browsers and phones ask it.

mod access;
mod assets;
mod desk;
mod device;
mod enrol;
mod openapi;
mod sign_in;
mod stream;
mod sync;
mod world;
