//! What a person sees of the commands while they set up: run with programs that only say that they were called.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Output};

/// A machine with a checkout on it and the programs that setting up asks for.
struct Machine {
    folder: tempfile::TempDir,
}

impl Machine {
    fn new() -> Self {
        let machine = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let root = machine.root();
        fs::create_dir_all(root.join("programs")).unwrap();
        fs::create_dir_all(root.join("wasm")).unwrap();
        fs::write(root.join("wasm/libstd-1.rlib"), "").unwrap();
        fs::write(root.join("package-lock.json"), "{}").unwrap();
        let metadata = format!(
            r#"{{ "workspace_root": "{0}", "target_directory": "{0}/target" }}"#,
            root.display()
        );
        machine.has("cargo", &format!("echo '{metadata}'"));
        machine.has("rustc", &format!("echo {}/wasm", root.display()));
        machine.has("node", "echo v22.1.0");
        machine.has(
            "npm",
            "case $1 in --version) echo 10.8.2;; *) echo \"npm was told: $*\";; esac",
        );
        for name in ["git", "cc"] {
            machine.has(name, "");
        }
        machine
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    /// Puts a program in the search path.
    fn has(&self, name: &str, script: &str) {
        let file = self.root().join("programs").join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    fn lacks(&self, name: &str) {
        fs::remove_file(self.root().join("programs").join(name)).unwrap();
    }

    fn set_up(&self) -> Output {
        let programs = self.root().join("programs");
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        command.arg("setup").env_remove("WASM_STD");
        command.env("PATH", &programs).env("CARGO", programs.join("cargo"));
        command.output().unwrap()
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn a_step_says_what_it_is_and_what_it_runs_and_its_output_is_seen() {
    let machine = Machine::new();
    let first = machine.set_up();
    let (said, printed) = (text(&first.stderr), text(&first.stdout));
    assert!(first.status.success(), "{said}");
    assert!(said.contains("▸ Installing the npm packages"), "{said}");
    assert!(said.contains("  $ npm ci --no-audit --no-fund\n"), "{said}");
    assert_eq!(printed, "npm was told: ci --no-audit --no-fund\n");
    // Nothing is missing any more: nothing is done and nothing said.
    let second = machine.set_up();
    assert_eq!(
        (text(&second.stderr), text(&second.stdout)),
        (String::new(), String::new())
    );
}

#[test]
fn a_failing_step_is_named() {
    let machine = Machine::new();
    machine.has("npm", "test $1 = --version && echo 10.8.2");
    let failed = machine.set_up();
    assert_eq!(failed.status.code(), Some(1));
    let said = text(&failed.stderr);
    assert!(
        said.ends_with("error: `npm ci --no-audit --no-fund` failed (exit status: 1)\n"),
        "{said}"
    );
}

#[test]
fn what_is_missing_is_named_with_what_installs_it() {
    let machine = Machine::new();
    machine.lacks("node");
    let failed = machine.set_up();
    assert_eq!(failed.status.code(), Some(1));
    let said = text(&failed.stderr);
    assert!(
        said.starts_with("error: Node.js is missing; version 20.19 or newer is needed."),
        "{said}"
    );
    assert!(said.contains("\n    apt-get install --yes nodejs npm\n"), "{said}");
}

#[test]
fn these_commands_are_built_in_sight() {
    let aliases = include_str!("../../.cargo/config.toml");
    assert!(aliases.contains("xtask = \"run --package xtask --\""), "{aliases}");
    assert!(!aliases.contains("quiet = true"), "{aliases}");
}
