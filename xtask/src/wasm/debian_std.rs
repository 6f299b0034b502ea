//! The WASM target's standard library, built from Debian's source: for machines that reach package registries only.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::toolchain::TARGET;
use crate::process::{self, announce};
use crate::stamp::Stamp;
use crate::workspace::Workspace;

/// Debian's compiler, whatever else comes first in the search path.
pub(crate) const RUSTC: &str = "/usr/bin/rustc";
/// The name of the crate that is built only for the standard library it pulls in.
const THROWAWAY: &str = "std_for_wasm";

/// Sorting and searching in less code: phones fetch it.
const FEATURES: &str = "-Zbuild-std-features=optimize_for_size";
/// What the standard library and all that is built with it leave out: messages of panics and places in the source, which
/// nobody on a phone reads. Flags of nightly compilers, as building the standard library is.
pub(crate) const SMALLER: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";

/// The sysroot with the standard library, built if the compiler is another one than last time.
pub(crate) fn find_or_build(workspace: &Workspace) -> Result<PathBuf> {
    let Some(version) = process::probe(RUSTC, &["--version"]) else {
        bail!("{RUSTC} does not answer; is Debian's package rustc-web installed?");
    };
    let sysroot = workspace.target("wasm-sysroot");
    let stamp = Stamp::over_text(
        sysroot.join("built-with"),
        &format!("{version}\n{FEATURES}\n{SMALLER}\n{}", manifest()),
    );
    if !stamp.is_current() {
        announce(format!(
            "Building the WASM target's standard library with Debian's {version}"
        ));
        stamp.clear()?;
        build(&workspace.target("wasm-std"), &sysroot)?;
        stamp.set()?;
    }
    Ok(sysroot)
}

fn build(scratch: &Path, sysroot: &Path) -> Result<()> {
    // The compiler may have changed under an older build.
    remove_folder(scratch)?;
    write_throwaway(scratch)?;
    process::run(
        Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .current_dir(scratch)
            .args([
                "build",
                "--release",
                "--target",
                TARGET,
                "-Zbuild-std=std,panic_abort",
                FEATURES,
            ])
            .env("RUSTC", RUSTC)
            // Building the standard library is for nightly compilers; Debian's is a stable one.
            .env("RUSTC_BOOTSTRAP", "1")
            .env("CARGO_TARGET_DIR", scratch.join("target"))
            // Without bitcode the core could not be optimised together with the standard library.
            .env(
                "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS",
                format!("-Cembed-bitcode=yes -Cdebuginfo=0 {SMALLER}"),
            )
            .env_remove("RUSTFLAGS")
            .env_remove("CARGO_ENCODED_RUSTFLAGS"),
    )?;
    install(&scratch.join("target").join(TARGET).join("release/deps"), sysroot)?;
    remove_folder(scratch)
}

fn manifest() -> String {
    format!(
        "[package]\nname = \"{THROWAWAY}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [profile.release]\nopt-level = \"z\"\n"
    )
}

fn write_throwaway(scratch: &Path) -> Result<()> {
    let source = scratch.join("src");
    fs::create_dir_all(&source)
        .and_then(|()| fs::write(scratch.join("Cargo.toml"), manifest()))
        .and_then(|()| fs::write(source.join("lib.rs"), ""))
        .with_context(|| format!("could not write the crate in {}", scratch.display()))
}

fn install(built: &Path, sysroot: &Path) -> Result<()> {
    let libraries = sysroot.join("lib/rustlib").join(TARGET).join("lib");
    remove_folder(&libraries)?;
    fs::create_dir_all(&libraries).with_context(|| format!("could not make {}", libraries.display()))?;
    let mut copied = 0_usize;
    for entry in fs::read_dir(built).with_context(|| format!("could not read {}", built.display()))? {
        let path = entry?.path();
        let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            continue;
        };
        if path.extension().is_some_and(|extension| extension == "rlib") && !name.contains(THROWAWAY) {
            fs::copy(&path, libraries.join(&name)).with_context(|| format!("could not copy {name}"))?;
            copied += 1;
        }
    }
    if copied == 0 {
        bail!("the build left no libraries in {}", built.display());
    }
    Ok(())
}

fn remove_folder(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("could not remove {}", folder.display()))?;
    }
    Ok(())
}
