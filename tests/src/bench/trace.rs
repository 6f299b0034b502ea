//! Whether every acknowledgement left after the disk had been told to keep what it acknowledges: from strace's record of what
//! the server asked of the system.

use std::collections::HashMap;
use std::path::Path;

/// What a record shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Synced {
    /// Calls that had the disk keep what was written.
    pub(super) syncs: usize,
    /// Requests that were acknowledged.
    pub(super) acknowledged: usize,
    /// Those of them for which one such call began after the request had arrived and ended before the answer left.
    pub(super) after_sync: usize,
}

/// How strace is called: so that its record can be read here.
pub(super) fn command(record: &Path) -> Vec<String> {
    let calls = "trace=fsync,fdatasync,recvfrom,read,sendto,write,writev";
    let words = [
        "strace",
        "-f",
        "-I",
        "2",
        "--seccomp-bpf",
        "-qq",
        "-ttt",
        "-T",
        "-s",
        "24",
        "-e",
        calls,
        "-e",
        "signal=none",
        "-o",
    ];
    words
        .iter()
        .map(|word| (*word).to_owned())
        .chain([record.display().to_string()])
        .collect()
}

/// One call: which, on what, what with, and when it began and ended.
struct Call {
    text: String,
    begun: f64,
    ended: f64,
}

/// Reads a record.
pub(super) fn read(record: &str) -> Synced {
    let mut synced = Synced::default();
    let mut syncs: Vec<(f64, f64)> = Vec::new();
    let mut arrived: HashMap<&str, f64> = HashMap::new();
    let mut answers: Vec<(f64, f64)> = Vec::new();
    let calls = calls(record);
    for call in &calls {
        let Some((name, rest)) = call.text.split_once('(') else {
            continue;
        };
        let file = rest.split([',', ')', ' ']).next().unwrap_or_default();
        match name {
            "fsync" | "fdatasync" => syncs.push((call.begun, call.ended)),
            "recvfrom" | "read" if rest.contains("\"POST /api/v1/sync") => {
                arrived.insert(file, call.ended);
            }
            "sendto" | "write" | "writev" if rest.contains("\"HTTP/1.1 200 OK") => {
                answers.extend(arrived.remove(file).map(|at| (at, call.begun)));
            }
            _ => {}
        }
    }
    synced.syncs = syncs.len();
    synced.acknowledged = answers.len();
    let is_after = |(arrived, left): &&(f64, f64)| syncs.iter().any(|(begun, ended)| begun >= arrived && ended <= left);
    synced.after_sync = answers.iter().filter(is_after).count();
    synced
}

/// The calls in the order in which they ended; those that were interrupted by another thread's are put together.
fn calls(record: &str) -> Vec<Call> {
    let mut interrupted: HashMap<&str, (&str, f64)> = HashMap::new();
    let mut calls = Vec::new();
    for line in record.lines() {
        let Some((thread, rest)) = line.trim_start().split_once(' ') else {
            continue;
        };
        let Some((at, text)) = rest.trim_start().split_once(' ') else {
            continue;
        };
        let Ok(at) = at.parse::<f64>() else { continue };
        if let Some(text) = text.strip_suffix("<unfinished ...>") {
            interrupted.insert(thread, (text, at));
        } else if let Some(rest) = text.strip_prefix("<... ") {
            let first = interrupted.remove(thread);
            calls.extend(first.map(|(first, begun)| Call {
                text: format!("{first}{}", rest.split_once("resumed>").map_or("", |(_, rest)| rest)),
                begun,
                ended: at,
            }));
        } else {
            let took = text
                .rsplit_once('<')
                .and_then(|(_, took)| took.strip_suffix('>')?.parse::<f64>().ok());
            calls.push(Call {
                text: text.to_owned(),
                begun: at,
                ended: at + took.unwrap_or_default(),
            });
        }
    }
    calls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_acknowledgement_counts_only_after_a_sync_that_began_when_its_request_was_there() {
        let record = r#"
7     100.000000 recvfrom(12, "POST /api/v1/sync HTTP/1"..., 8192, 0, NULL, NULL) = 900 <0.000010>
8     100.000100 recvfrom(13,  <unfinished ...>
9     100.000200 fdatasync(5 <unfinished ...>
8     100.000300 <... recvfrom resumed>"POST /api/v1/sync HTTP/1"..., 8192, 0, NULL, NULL) = 900 <0.000010>
9     100.002000 <... fdatasync resumed>) = 0 <0.001800>
7     100.002100 writev(12, [{iov_base="HTTP/1.1 200 OK\r\nserver"..., iov_len=300}], 1) = 300 <0.000010>
8     100.002200 writev(13, [{iov_base="HTTP/1.1 200 OK\r\nserver"..., iov_len=300}], 1) = 300 <0.000010>
8     100.003000 recvfrom(13, "GET /api/v1/health HTTP/1"..., 8192, 0, NULL, NULL) = 90 <0.000010>
8     100.003100 sendto(13, "HTTP/1.1 200 OK\r\nserver"..., 300, 0, NULL, 0) = 300 <0.000010>
"#;
        let synced = Synced {
            syncs: 1,
            acknowledged: 2,
            after_sync: 1,
        };
        assert_eq!(read(record), synced);
    }
}
