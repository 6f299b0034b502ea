//! Commands of the server.

fn main() {}
