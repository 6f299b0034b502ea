//! A TCP proxy that counts what passes, and may cut every connection after so many bytes of the phone's.

use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Passed on at once.
const PIECE: usize = 4096;

/// A proxy before a server. It ends with the process.
#[derive(Debug)]
pub(super) struct Proxy {
    /// Where it answers.
    pub(super) address: String,
    passed: Arc<Passed>,
}

#[derive(Debug, Default)]
struct Passed {
    up: AtomicU64,
    down: AtomicU64,
    connections: AtomicU64,
    cut: AtomicU64,
}

/// How much has passed: TCP payload.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Count {
    /// From the phone.
    pub(super) up: u64,
    /// To the phone.
    pub(super) down: u64,
    /// Connections that were opened.
    pub(super) connections: u64,
    /// Of `up`, what passed on connections that were then cut.
    pub(super) cut: u64,
}

impl Proxy {
    /// Begins to listen before a server, such as `http://127.0.0.1:8080`. Without a limit nothing is cut.
    pub(super) fn before(server: &str, cut_after: Option<usize>) -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = format!("http://{}", listener.local_addr()?);
        let server = server.trim_start_matches("http://").to_owned();
        let passed = Arc::new(Passed::default());
        let counted = Arc::clone(&passed);
        std::thread::spawn(move || {
            for phone in listener.incoming().map_while(Result::ok) {
                let (server, passed) = (server.clone(), Arc::clone(&counted));
                passed.connections.fetch_add(1, Ordering::Relaxed);
                std::thread::spawn(move || {
                    // What breaks is broken for both sides, which see it for themselves.
                    let _ = pass(&phone, &server, cut_after, &passed);
                    let _ = phone.shutdown(Shutdown::Both);
                });
            }
        });
        Ok(Self { address, passed })
    }

    /// What has passed since the last time this was asked.
    pub(super) fn take(&self) -> Count {
        Count {
            up: self.passed.up.swap(0, Ordering::Relaxed),
            down: self.passed.down.swap(0, Ordering::Relaxed),
            connections: self.passed.connections.swap(0, Ordering::Relaxed),
            cut: self.passed.cut.swap(0, Ordering::Relaxed),
        }
    }
}

fn pass(mut phone: &TcpStream, server: &str, cut_after: Option<usize>, passed: &Arc<Passed>) -> io::Result<()> {
    let mut upstream = TcpStream::connect(server)?;
    for stream in [phone, &upstream] {
        stream.set_nodelay(true)?;
    }
    let (mut from, mut to) = (upstream.try_clone()?, phone.try_clone()?);
    let counted = Arc::clone(passed);
    std::thread::spawn(move || {
        let mut piece = [0; PIECE];
        while let Ok(length @ 1..) = from.read(&mut piece) {
            counted.down.fetch_add(length as u64, Ordering::Relaxed);
            if to.write_all(&piece[..length]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
    let mut left = cut_after.unwrap_or(usize::MAX);
    let mut piece = [0; PIECE];
    while left > 0 {
        let length = phone.read(&mut piece[..left.min(PIECE)])?;
        if length == 0 {
            break;
        }
        passed.up.fetch_add(length as u64, Ordering::Relaxed);
        upstream.write_all(&piece[..length])?;
        left -= length;
    }
    if let Some(cut_after) = cut_after.filter(|_| left == 0) {
        passed.cut.fetch_add(cut_after as u64, Ordering::Relaxed);
    }
    upstream.shutdown(Shutdown::Both)
}
