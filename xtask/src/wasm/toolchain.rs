//! A compiler that can build for WASM: the one at hand, with the target that rustup adds, or Debian's.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use super::debian_std;
use crate::process::{self, announce};
use crate::system;
use crate::workspace::Workspace;

/// The name of the target.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";
/// The variable of the flags that the target is compiled with.
const FLAGS: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS";
/// Hashes go over vectors: they are a third of what opening takes (decision 85).
const VECTORS: &str = "-Ctarget-feature=+simd128";

/// What the WASM build compiles with.
#[derive(Debug)]
pub(crate) enum Toolchain {
    /// The compiler that builds everything else; its WASM target is installed.
    Ours,
    /// Debian's compiler with a standard library built from Debian's source.
    Debian {
        /// Holds that standard library.
        sysroot: PathBuf,
        /// Links WASM modules; comes with the compiler at hand.
        linker: PathBuf,
    },
}

impl Toolchain {
    /// Takes what is there, else what rustup can add, else Debian's compiler. `WASM_STD=debian` asks for the last alone,
    /// so that CI builds the same on every machine, whatever is installed there.
    pub(crate) fn find_or_install(workspace: &Workspace) -> Result<Self> {
        if !system::wants_debian() && (target_is_installed() || rustup_adds_target()) {
            return Ok(Self::Ours);
        }
        if !system::is_debian() {
            bail!(
                "the WASM target of Rust is missing; install it with:\n\n    rustup target add {TARGET}\n\n\
                 (or use a Debian system, whose rustc-web and rust-web-src can stand in for it)"
            );
        }
        system::require(&[system::RUSTC_WEB, system::RUST_WEB_SRC])?;
        Ok(Self::Debian {
            sysroot: debian_std::find_or_build(workspace)?,
            linker: find_linker()?,
        })
    }

    /// Makes a cargo command compile with this toolchain.
    pub(crate) fn apply(&self, cargo: &mut Command) {
        match self {
            Self::Ours => {
                cargo.env(FLAGS, VECTORS);
            }
            Self::Debian { sysroot, linker } => {
                let flags = format!("--sysroot={} {VECTORS} {}", sysroot.display(), debian_std::SMALLER);
                cargo
                    .env("RUSTC", debian_std::RUSTC)
                    .env("RUSTC_BOOTSTRAP", "1")
                    .env("RUSTDOC", "/usr/bin/rustdoc")
                    .env(FLAGS, flags)
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
            }
        }
        // These would take the place of the target's own flags.
        cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
    }
}

/// Whether rustup is there and could add the target to the compiler at hand.
fn rustup_adds_target() -> bool {
    if process::which("rustup").is_none() {
        return false;
    }
    announce("Installing the WASM target");
    match process::run(Command::new("rustup").args(["target", "add", TARGET])) {
        Ok(()) if target_is_installed() => true,
        Ok(()) => {
            eprintln!("  rustup added the target to another toolchain than this one");
            false
        }
        Err(error) => {
            eprintln!("  {error}");
            false
        }
    }
}

fn target_is_installed() -> bool {
    process::probe("rustc", &["--print", "target-libdir", "--target", TARGET])
        .and_then(|folder| std::fs::read_dir(folder).ok())
        .is_some_and(|entries| {
            entries
                .flatten()
                .any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
        })
}

/// Debian's compiler comes without a linker for WASM, so the other toolchain's is used.
fn find_linker() -> Result<PathBuf> {
    let ours = process::probe("rustc", &["--print", "target-libdir"])
        .and_then(|libraries| Some(Path::new(&libraries).parent()?.join("bin/rust-lld")));
    match ours
        .filter(|linker| linker.is_file())
        .or_else(|| process::which("rust-lld"))
    {
        Some(linker) => Ok(linker),
        None => {
            bail!("no rust-lld found, neither with the Rust toolchain nor in the search path; install Rust by rustup")
        }
    }
}
