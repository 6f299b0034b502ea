//! Many phones at once, as cheaply as a load can be made: requests that are ready, over connections that stay open.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use super::BenchError;
use crate::phone::network::Request;

/// No answer may take longer.
const TIMEOUT: Duration = Duration::from_mins(2);

/// What came of a load.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    /// From the first request to the last acknowledgement.
    pub(super) took: Duration,
    /// How long each phone waited for its acknowledgement, the shortest first; refusals and what they asked for included.
    pub(super) waits: Vec<Duration>,
    /// How often a phone was asked to come again.
    pub(super) put_off: usize,
}

impl Outcome {
    /// The wait that so many of a hundred do not exceed.
    pub(super) fn percentile(&self, percent: usize) -> Duration {
        let last = self.waits.len().saturating_sub(1);
        self.waits
            .get((self.waits.len() * percent / 100).min(last))
            .copied()
            .unwrap_or_default()
    }
}

/// A request as it stands on the wire.
pub(super) fn on_the_wire(host: &str, request: &Request) -> Vec<u8> {
    let mut bytes = format!(
        "POST {} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {}\r\nAuthorization: Bearer {}\r\nContent-Length: {}\r\n\r\n",
        request.path,
        request.content_type,
        request.token.as_deref().unwrap_or_default(),
        request.body.len()
    )
    .into_bytes();
    bytes.extend(&request.body);
    bytes
}

/// Sends all of the requests over so many connections. Each is sent until it is acknowledged.
pub(super) fn send(host: &str, requests: &[Vec<u8>], connections: usize) -> Result<Outcome, BenchError> {
    let next = AtomicUsize::new(0);
    let begun = Instant::now();
    let work = || -> io::Result<Outcome> {
        let mut outcome = Outcome::default();
        let mut connection = Connection::to(host)?;
        while let Some(request) = requests.get(next.fetch_add(1, Ordering::Relaxed)) {
            let sent = Instant::now();
            loop {
                match connection.exchange(request)? {
                    Answer { status: 200, .. } => break,
                    Answer {
                        status: 429 | 503,
                        retry_after_s: Some(seconds),
                    } => {
                        outcome.put_off += 1;
                        std::thread::sleep(Duration::from_secs(seconds));
                    }
                    other => return Err(io::Error::other(format!("the server answers {other:?}"))),
                }
            }
            outcome.waits.push(sent.elapsed());
        }
        outcome.took = begun.elapsed();
        Ok(outcome)
    };
    let outcomes: Vec<io::Result<Outcome>> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..connections).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("the load does not panic"))
            .collect()
    });
    let mut all = Outcome::default();
    for outcome in outcomes {
        let outcome = outcome?;
        all.took = all.took.max(outcome.took);
        all.waits.extend(outcome.waits);
        all.put_off += outcome.put_off;
    }
    all.waits.sort();
    Ok(all)
}

struct Connection(BufReader<TcpStream>);

#[derive(Debug)]
struct Answer {
    status: u16,
    retry_after_s: Option<u64>,
}

impl Connection {
    fn to(host: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(host)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(TIMEOUT))?;
        Ok(Self(BufReader::new(stream)))
    }

    /// One request; its answer is read whole and not looked into.
    fn exchange(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.0.get_mut().write_all(request)?;
        let odd = || io::Error::other("an answer is not HTTP");
        let status = self.line()?;
        let status = status
            .split(' ')
            .nth(1)
            .and_then(|status| status.parse().ok())
            .ok_or_else(odd)?;
        let (mut retry_after_s, mut length, mut is_chunked) = (None, 0, false);
        loop {
            let line = self.line()?;
            let Some((name, value)) = line.split_once(':') else {
                break;
            };
            match (name.to_ascii_lowercase().as_str(), value.trim()) {
                ("retry-after", value) => retry_after_s = value.parse().ok(),
                ("content-length", value) => length = value.parse().map_err(|_| odd())?,
                ("transfer-encoding", value) => is_chunked = value == "chunked",
                _ => {}
            }
        }
        if !is_chunked {
            self.skip(length)?;
        }
        while is_chunked {
            let length = usize::from_str_radix(&self.line()?, 16).map_err(|_| odd())?;
            self.skip(length + 2)?;
            is_chunked = length > 0;
        }
        Ok(Answer { status, retry_after_s })
    }

    fn line(&mut self) -> io::Result<String> {
        let mut line = String::new();
        self.0.read_line(&mut line)?;
        Ok(line.trim_end().to_owned())
    }

    fn skip(&mut self, length: usize) -> io::Result<()> {
        let skipped = io::copy(&mut (&mut self.0).take(length as u64), &mut io::sink())?;
        if skipped == length as u64 {
            Ok(())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    }
}
