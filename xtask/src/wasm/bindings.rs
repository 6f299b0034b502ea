//! The JavaScript and TypeScript around the module, written by wasm-bindgen as a library: no tool to install.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use wasm_bindgen_cli_support::Bindgen;

use super::MODULE;
use crate::process::announce;

/// Writes module and bindings into the folder, leaving alone what is already as it should be.
pub(crate) fn write(module: &Path, folder: &Path) -> Result<()> {
    announce("Writing the bindings");
    let scratch = module.with_extension("bindings");
    generate(module, &scratch, Names::Left).context("wasm-bindgen could not write the bindings")?;
    // The same with names, to tell the functions in the stack of a trap.
    generate(module, &module.with_extension("named"), Names::Kept).context("wasm-bindgen could not keep the names")?;
    fs::create_dir_all(folder).with_context(|| format!("could not make {}", folder.display()))?;
    for entry in fs::read_dir(&scratch).with_context(|| format!("could not read {}", scratch.display()))? {
        let built = entry?.path();
        let Some(name) = built.file_name() else { continue };
        let content = fs::read(&built).with_context(|| format!("could not read {}", built.display()))?;
        let target = folder.join(name);
        if fs::read(&target).is_ok_and(|present| present == content) {
            continue;
        }
        fs::write(&target, content).with_context(|| format!("could not write {}", target.display()))?;
    }
    Ok(())
}

/// Whether the module says what its functions are called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Names {
    Left,
    Kept,
}

fn generate(module: &Path, folder: &Path, names: Names) -> Result<()> {
    let mut bindgen = Bindgen::new();
    bindgen
        .input_path(module)
        .out_name(MODULE)
        .web(true)?
        .typescript(true)
        // `import.meta` would keep the bindings out of the service worker, which is a classic script.
        .omit_default_module_path(true)
        .ts_typed_array_buffers(true)
        // They are a tenth of what the phone would download.
        .remove_name_section(names == Names::Left)
        .remove_producers_section(true)
        .generate(folder)?;
    Ok(())
}
