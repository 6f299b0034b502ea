//! Every test and check there is, in an order that fails early and compiles nothing twice. A step that fails does not
//! stop the others, so that one run tells everything.

use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::process::{self, announce};
use crate::setup::{self, Purpose};
use crate::summary::{Ending, Summary};
use crate::types::{self, Mode};
use crate::workspace::Workspace;
use crate::{app, npm, sizes, system, tidy, wasm};

/// Steps that are run together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Group {
    /// Format, lints, tests and the house rules
    Rust,
    /// The core as WASM, driven in Node.js
    Wasm,
    /// Format, lints, types, tests and sizes of the app
    Pwa,
    /// Licences and known faults of what we depend on
    Deps,
    /// The release binary in a real browser
    Browser,
}

/// A named step, and what it does.
struct Step {
    name: &'static str,
    action: fn(&Workspace) -> Result<Done>,
}

/// What a step says when it did not fail.
enum Done {
    Yes,
    /// Left out, and why.
    No(&'static str),
}

/// Runs the named groups, or all.
pub(crate) fn run(workspace: &Workspace, groups: &[Group]) -> ExitCode {
    let groups = if groups.is_empty() {
        Group::value_variants()
    } else {
        groups
    };
    let mut summary = Summary::default();
    for step in groups.iter().flat_map(|group| group.steps()) {
        announce(step.name);
        let start = Instant::now();
        let ending = match (step.action)(workspace) {
            Ok(Done::Yes) => Ending::Passed,
            Ok(Done::No(reason)) => Ending::Skipped(reason.to_owned()),
            Err(error) => {
                eprintln!("  {error:#}");
                Ending::Failed(error)
            }
        };
        summary.add(step.name, ending, start.elapsed());
    }
    println!("{}", summary.text());
    // The table has said what failed and why, and its last line stays last.
    if summary.failed() > 0 {
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

impl Group {
    fn steps(self) -> Vec<Step> {
        let step = |name, action| Step { name, action };
        match self {
            Self::Rust => vec![
                step("house rules", |workspace| done(tidy::check(workspace))),
                step("Rust format", |workspace| {
                    cargo(workspace, &["fmt", "--all", "--check"])
                }),
                step("Rust lints", |workspace| {
                    cargo(workspace, &["clippy", "--all-targets", "--", "-Dwarnings"])
                }),
                step("Rust lints of the bindings", lint_bindings),
                step("Rust tests", test_rust),
                step("Rust tests in docs", |workspace| {
                    cargo(workspace, &["test", "--doc", "--quiet"])
                }),
            ],
            Self::Wasm => vec![
                step("WASM build", |workspace| done(wasm::build(workspace))),
                step("WASM in Node.js", test_wasm),
            ],
            Self::Pwa => vec![
                step("npm packages", |workspace| done(npm::install(workspace))),
                step("TypeScript types", |workspace| done(types::run(workspace, Mode::Check))),
                step("app build", |workspace| done(app::build_pwa(workspace))),
                step("app types", |workspace| npm_run(workspace, "pwa", "check")),
                step("app tests", |workspace| npm_run(workspace, "pwa", "test")),
                step("TypeScript lints", |workspace| npm_run(workspace, "", "lint")),
                step("TypeScript format", |workspace| npm_run(workspace, "", "format:check")),
                step("sizes", |workspace| done(sizes::report(workspace))),
            ],
            Self::Deps => vec![step("licences and advisories", check_dependencies)],
            Self::Browser => vec![
                step("browser", |workspace| done(setup::setup(workspace, Purpose::Test))),
                step("release build", |workspace| done(app::build(workspace))),
                step("browser tests' types", |workspace| {
                    npm_run(workspace, "tests/browser", "check")
                }),
                step("browser tests", test_browser),
            ],
        }
    }
}

fn done(result: Result<()>) -> Result<Done> {
    result.map(|()| Done::Yes)
}

fn cargo(workspace: &Workspace, arguments: &[&str]) -> Result<Done> {
    done(process::run(&mut workspace.cargo(arguments)))
}

fn npm_run(workspace: &Workspace, folder: &str, script: &str) -> Result<Done> {
    npm::install(workspace)?;
    done(process::run(&mut workspace.npm(folder, &["run", "--silent", script])))
}

/// The bindings are linted apart: together with the rest, the core would be compiled for all with their features.
fn lint_bindings(workspace: &Workspace) -> Result<Done> {
    cargo(workspace, &["clippy", "--package", "core-wasm", "--", "-Dwarnings"])
}

fn test_rust(workspace: &Workspace) -> Result<Done> {
    // The rounds of crashes are Linux's.
    if cfg!(target_os = "linux") {
        system::require(&[system::STRACE])?;
    }
    if process::probe("cargo", &["nextest", "--version"]).is_some() {
        return cargo(workspace, &["nextest", "run", "--no-fail-fast"]);
    }
    cargo(workspace, &["test", "--all-targets", "--no-fail-fast"])
}

/// Drives the module that the app ships, not a build made for the test.
fn test_wasm(workspace: &Workspace) -> Result<Done> {
    let mut node = Command::new("node");
    node.current_dir(workspace.root())
        .args(["--test", "pwa/core-wasm/tests/core.test.js"]);
    done(process::run(&mut node))
}

fn check_dependencies(workspace: &Workspace) -> Result<Done> {
    if process::probe("cargo", &["deny", "--version"]).is_none() {
        return Ok(Done::No(
            "cargo-deny is not installed (cargo install --locked cargo-deny)",
        ));
    }
    // Advisories need their database fetched; without a network the rest is checked all the same.
    cargo(
        workspace,
        &["deny", "--offline", "check", "licenses", "bans", "sources"],
    )
}

fn test_browser(workspace: &Workspace) -> Result<Done> {
    npm::install(workspace)?;
    let binary = workspace.binary();
    if !binary.is_file() {
        bail!("the release binary is missing: its build failed");
    }
    let mut playwright = workspace.npm("tests/browser", &["run", "--silent", "test"]);
    playwright.env("SO_CONG_DOAN", binary);
    done(process::run(&mut playwright))
}
