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
/// A C compiler, for the embedded database.
const GCC: SystemPackage = SystemPackage {
    name: "gcc",
    shown_by: "/usr/bin/cc",
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
    let names = missing.join(" ");
    if !is_debian() {
        bail!("this machine lacks what Debian calls {names}: install the like with your system's package manager");
    }
    let is_root = process::probe("id", &["-u"]).is_some_and(|id| id == "0");
    if !is_root {
        bail!(
            "missing system packages; install them with:\n\n    \
             sudo apt-get update && sudo apt-get install --yes --no-install-recommends {names}\n"
        );
    }
    announce(format!("Installing {names}"));
    process::run(&mut apt(&["update", "--quiet"]))?;
    process::run(apt(&["install", "--yes", "--quiet", "--no-install-recommends"]).args(&missing))
}

/// A C compiler that can build SQLite. Any system's will do, so only its absence names Debian's packages.
pub(crate) fn require_c_compiler() -> Result<()> {
    if process::which("cc").is_some() && (LIBC_HEADERS.is_present() || !is_debian()) {
        return Ok(());
    }
    require(&[GCC, LIBC_HEADERS])
}

/// Node.js and npm, new enough. Not installed here: the version in a system's own packages is often too old.
pub(crate) fn require_node() -> Result<()> {
    let how = "On Debian 13 and newer:\n\n    apt-get install --yes nodejs npm\n\nelsewhere take it from nodejs.org.";
    let (major, minor) = NODE;
    let Some(version) = process::probe("node", &["--version"]) else {
        bail!("Node.js is missing; version {major}.{minor} or newer is needed. {how}");
    };
    if !node_is_new_enough(&version) {
        bail!("Node.js {version} is too old; version {major}.{minor} or newer is needed. {how}");
    }
    if process::probe("npm", &["--version"]).is_none() {
        bail!("npm is missing. {how}");
    }
    Ok(())
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
}
