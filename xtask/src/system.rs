//! What the machine must have: found, installed where that is allowed, or named with the command that installs it.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process::{self, announce};

/// A package of Debian's and the file that shows it is there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SystemPackage {
    name: &'static str,
    shown_by: &'static str,
}

/// Chromium, for the browser tests.
pub(crate) const CHROMIUM: SystemPackage = SystemPackage {
    name: "chromium",
    shown_by: "/usr/bin/chromium",
};
/// A tracer that lets a program's writes fail, for the rounds of crashes.
pub(crate) const STRACE: SystemPackage = SystemPackage {
    name: "strace",
    shown_by: "/usr/bin/strace",
};
/// Debian's newer Rust compiler, for building the WASM target's standard library.
pub(crate) const RUSTC_WEB: SystemPackage = SystemPackage {
    name: "rustc-web",
    shown_by: "/usr/bin/rustc",
};
/// The source of that compiler's standard library.
pub(crate) const RUST_WEB_SRC: SystemPackage = SystemPackage {
    name: "rust-web-src",
    shown_by: "/usr/lib/rustlib/src/rust/library/std/Cargo.toml",
};
/// Says what the project's files are.
const GIT: SystemPackage = SystemPackage {
    name: "git",
    shown_by: "/usr/bin/git",
};
/// A C compiler, for the embedded database.
const GCC: SystemPackage = SystemPackage {
    name: "gcc",
    shown_by: "/usr/bin/cc",
};
/// Builds the server's allocator.
const MAKE: SystemPackage = SystemPackage {
    name: "make",
    shown_by: "/usr/bin/make",
};
const LIBC_HEADERS: SystemPackage = SystemPackage {
    name: "libc6-dev",
    shown_by: "/usr/include/stdio.h",
};

/// The oldest Node.js that the tools run on, as its major and minor version.
const NODE: (u32, u32) = (20, 19);

impl SystemPackage {
    fn is_present(self) -> bool {
        Path::new(self.shown_by).exists()
    }
}

/// Whether standard library and compiler are to come from Debian, which is what a machine without rustup's server says.
pub(crate) fn wants_debian() -> bool {
    std::env::var("WASM_STD").is_ok_and(|value| value == "debian")
}

/// Whether this is Debian or a system made from it.
pub(crate) fn is_debian() -> bool {
    Path::new("/etc/debian_version").exists()
}

/// Makes sure of the packages: root on Debian gets what is missing installed, anyone else is told how.
pub(crate) fn require(packages: &[SystemPackage]) -> Result<()> {
    let missing: Vec<&str> = packages
        .iter()
        .filter(|package| !package.is_present())
        .map(|package| package.name)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let is_root = process::probe("id", &["-u"]).is_some_and(|id| id == "0");
    if let Some(advice) = advice(&missing, is_debian(), is_root) {
        bail!(advice);
    }
    announce(format!("Installing {}", missing.join(" ")));
    process::run(&mut apt(&["update", "--quiet"]))?;
    process::run(apt(&["install", "--yes", "--quiet", "--no-install-recommends"]).args(&missing))
}

/// What a person is told to do about missing packages; nothing where they can be installed at once.
fn advice(missing: &[&str], is_debian: bool, is_root: bool) -> Option<String> {
    let names = missing.join(" ");
    match (is_debian, is_root) {
        (true, true) => None,
        (true, false) => Some(format!(
            "missing system packages; install them with:\n\n    \
             sudo apt-get update && sudo apt-get install --yes --no-install-recommends {names}\n"
        )),
        (false, _) => Some(format!(
            "this machine lacks what Debian calls {names}: install the like with your system's package manager"
        )),
    }
}

/// Git, from wherever it is.
pub(crate) fn require_git() -> Result<()> {
    if process::which("git").is_some() {
        return Ok(());
    }
    require(&[GIT])
}

/// A C compiler that can build SQLite, and make for the allocator. Any system's will do, so only their absence names Debian's
/// packages. Where Rust links with this very compiler, these commands could not have been built without it: README.md names it
/// for that.
pub(crate) fn require_c_compiler() -> Result<()> {
    let has_tools = ["cc", "make"].iter().all(|tool| process::which(tool).is_some());
    if has_tools && (LIBC_HEADERS.is_present() || !is_debian()) {
        return Ok(());
    }
    require(&[GCC, MAKE, LIBC_HEADERS])
}

/// Node.js and npm, new enough. Not installed here: the version in a system's own packages is often too old.
pub(crate) fn require_node() -> Result<()> {
    let node = process::probe("node", &["--version"]);
    let npm = process::probe("npm", &["--version"]);
    match node_problem(node.as_deref(), npm.as_deref()) {
        None => Ok(()),
        Some(problem) => bail!(problem),
    }
}

/// What is wrong with the versions that Node.js and npm say they have.
fn node_problem(node: Option<&str>, npm: Option<&str>) -> Option<String> {
    let how = "On Debian 13 and newer:\n\n    apt-get install --yes nodejs npm\n\nelsewhere take it from nodejs.org.";
    let (major, minor) = NODE;
    let needed = format!("version {major}.{minor} or newer is needed");
    match (node, npm) {
        (None, _) => Some(format!("Node.js is missing; {needed}. {how}")),
        (Some(version), _) if !node_is_new_enough(version) => {
            Some(format!("Node.js {version} is too old; {needed}. {how}"))
        }
        (Some(_), None) => Some(format!("npm is missing. {how}")),
        (Some(_), Some(_)) => None,
    }
}

fn node_is_new_enough(version: &str) -> bool {
    let mut numbers = version.trim_start_matches('v').split('.').map(str::parse::<u32>);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => (major, minor) >= NODE,
        (None | Some(_), None | Some(_)) => false,
    }
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_is_judged_by_its_version() {
        assert!(node_is_new_enough("v20.19.0"));
        assert!(node_is_new_enough("v22.1.0"));
        assert!(!node_is_new_enough("v20.9.0"));
        assert!(!node_is_new_enough("v18.20.4"));
        assert!(!node_is_new_enough("unknown"));
    }

    #[test]
    fn what_is_missing_is_named_with_the_command_that_installs_it() {
        let missing = ["git", "chromium"];
        let told = advice(&missing, true, false).unwrap();
        assert!(
            told.contains("sudo apt-get update && sudo apt-get install --yes --no-install-recommends git chromium\n"),
            "{told}"
        );
        let elsewhere = advice(&missing, false, true).unwrap();
        assert!(
            elsewhere.contains("git chromium") && elsewhere.contains("package manager"),
            "{elsewhere}"
        );
        assert_eq!(advice(&missing, true, true), None, "root on Debian need not be told");
    }

    #[test]
    fn node_and_npm_are_named_with_the_command_that_installs_them() {
        for (node, npm, said) in [
            (None, None, "Node.js is missing; version 20.19 or newer is needed."),
            (
                Some("v18.20.4"),
                Some("9.2.0"),
                "Node.js v18.20.4 is too old; version 20.19",
            ),
            (Some("v22.1.0"), None, "npm is missing."),
        ] {
            let problem = node_problem(node, npm).unwrap();
            assert!(problem.starts_with(said), "{problem}");
            assert!(
                problem.contains("\n    apt-get install --yes nodejs npm\n"),
                "{problem}"
            );
        }
        assert_eq!(node_problem(Some("v20.19.0"), Some("10.8.2")), None);
    }

    /// Nothing can say so later: these commands are themselves linked by the compiler.
    #[test]
    fn the_readme_names_what_these_commands_cannot_be_built_without() {
        let readme = include_str!("../../README.md");
        let names = [GCC, LIBC_HEADERS, MAKE, GIT].map(|package| package.name);
        let command = format!("apt-get install {}", names.join(" "));
        assert!(readme.contains(&command), "{command}");
    }
}
