//! The server of Sổ Công đoàn.
