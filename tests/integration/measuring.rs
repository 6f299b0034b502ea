//! The measures of sync, with small counts: that they run, and that what does not depend on speed comes out.

use std::process::Command;

use system_tests::server_process::program;

#[test]
fn the_measures_of_sync_run_and_nothing_acknowledged_is_lost() {
    let output = Command::new(env!("CARGO_BIN_EXE_bench-sync"))
        .arg("--quick")
        .env("SO_CONG_DOAN_BIN", program())
        .output()
        .unwrap();
    let table = String::from_utf8(output.stdout).unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{table}{said}");
    let line = |begins: &str| {
        let line = table.lines().find(|line| line.starts_with(begins));
        line.unwrap_or_else(|| panic!("no line says {begins}: {table}"))
    };
    for begins in [
        "first download of a year: requests",
        "a month up, news down: requests",
        "nothing to say, 1 documents: requests",
        "nothing to say, 1 documents: body up",
        "nothing to say, 8 documents: requests",
        "nothing to say, 8 documents: body down",
        "backlog over a link cut after 8 KiB: completes",
        "burst of 6: lost after kill -9 at the last acknowledgement",
    ] {
        assert!(line(begins).ends_with("  yes"), "{}", line(begins));
    }
    for begins in [
        "first download of a year: down",
        "a month up, news down: up",
        "burst of 6: receive, processor time a sync",
        "burst of 6: apply, processor time a document",
        "2 years beside one: the server's processor time",
        "a phone opens 2 years (native)",
        "a phone opens 2 years (WebAssembly in Node.js)",
    ] {
        line(begins);
    }
}
