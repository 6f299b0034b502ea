//! What a phone downloads on its first visit, as the server sends it, against what was aimed at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

use crate::system;
use crate::workspace::Workspace;

/// Aims for the brotli sizes, in KB of 1024 bytes.
const WASM_AIM_KB: f64 = 400.0;
const APP_AIM_KB: f64 = 80.0;
/// Where the check fails: what is reached so far and a little more, so that a size that grows is noticed. Lowered as the
/// sizes come down to their aims, never raised without a word in `docs/decisions/`.
const WASM_LIMIT_KB: f64 = 570.0;
const APP_LIMIT_KB: f64 = 110.0;

/// Packed in themselves: packing them again gains nothing, so they stand there in one form.
const PACKED: [&str; 2] = ["woff2", "png"];

/// Where SvelteKit leaves what it knows about the build.
const MANIFEST: &str = "pwa/.svelte-kit/output/client/.vite/manifest.json";
const ROUTES: &str = "pwa/.svelte-kit/generated/client-optimized/app.js";
const GENERATED: &str = ".svelte-kit/generated/client-optimized";
/// The screen that a phone opens first.
const START_PATH: &str = "/";

/// One file of the build, by its key in Vite's manifest.
#[derive(Debug, Deserialize)]
struct Chunk {
    file: String,
    #[serde(default)]
    imports: Vec<String>,
    #[serde(default)]
    css: Vec<String>,
}

type Manifest = BTreeMap<String, Chunk>;

/// Sizes of one or more files.
#[derive(Debug, Clone, Copy, Default)]
struct Size {
    raw: u64,
    gzip: u64,
    brotli: u64,
}

/// Prints the table. An error if a size is far over its aim.
pub(crate) fn report(workspace: &Workspace) -> Result<()> {
    let build = workspace.app_build();
    let files = files_in(&build)?;
    let wasm = match files
        .iter()
        .filter(|name| has_extension(name, "wasm"))
        .collect::<Vec<_>>()[..]
    {
        [only] => Size::of(&build, only)?,
        [] => bail!("the built app holds no WASM module"),
        // Imported from page and worker, Vite emits it for each of them, and phones download it twice.
        [_, _, ..] => bail!("the built app holds the WASM module more than once"),
    };
    let (scripts, styles) = first_visit(workspace)?;
    let scripts = Size::sum(&build, &scripts)?;
    let styles = Size::sum(&build, &styles)?;
    let workers = Size::sum(&build, files.iter().filter(|name| is_worker(name)))?;
    let service_worker = Size::of(&build, "service-worker.js")?;
    let app = [scripts, styles, workers, service_worker]
        .into_iter()
        .fold(Size::default(), Size::plus);
    let precached = files.iter().filter(|name| !is_compressed(name));
    let everything = Size::sum(&build, precached)?;

    println!(
        "{:<34} {:>10} {:>10} {:>10}   aim, limit",
        "first visit of a phone, in KB", "raw", "gzip", "brotli"
    );
    let mut too_large = Vec::new();
    // Built with another standard library, the module is larger, and not what phones fetch (decision 0022).
    let wasm_limit = system::wants_debian().then_some(WASM_LIMIT_KB);
    for (name, size, aim, limit) in [
        ("WASM module", wasm, Some(WASM_AIM_KB), wasm_limit),
        ("scripts of app and start screen", scripts, None, None),
        ("styles of app and start screen", styles, None, None),
        ("worker", workers, None, None),
        ("service worker", service_worker, None, None),
        ("scripts and styles together", app, Some(APP_AIM_KB), Some(APP_LIMIT_KB)),
        ("everything, as kept for offline", everything, None, None),
    ] {
        let aims: Vec<_> = aim.iter().chain(&limit).map(|size| format!("{size:.0}")).collect();
        let [raw, gzip, brotli] = [size.raw, size.gzip, size.brotli].map(kilobytes);
        println!(
            "{name:<34} {raw:>10.1} {gzip:>10.1} {brotli:>10.1}   {}",
            aims.join(", ")
        );
        if limit.is_some_and(|limit| brotli > limit) {
            too_large.push(name);
        }
    }
    if !too_large.is_empty() {
        bail!("over the limit: {}", too_large.join(", "));
    }
    Ok(())
}

/// Scripts and styles that the page loads before the start screen stands.
fn first_visit(workspace: &Workspace) -> Result<(BTreeSet<String>, BTreeSet<String>)> {
    let read = |name: &str| {
        fs::read_to_string(workspace.path(name)).with_context(|| format!("could not read {name}; is the app built?"))
    };
    let manifest: Manifest = serde_json::from_str(&read(MANIFEST)?).context("Vite's manifest is not as expected")?;
    let mut keys: Vec<String> = manifest
        .keys()
        .filter(|key| key.ends_with("/runtime/client/entry.js") || **key == format!("{GENERATED}/app.js"))
        .cloned()
        .collect();
    let nodes = start_nodes(&read(ROUTES)?)
        .with_context(|| format!("{ROUTES} names no screen at {START_PATH}, where a phone starts"))?;
    keys.extend(nodes.iter().map(|node| format!("{GENERATED}/nodes/{node}.js")));
    closure(&manifest, keys)
}

/// Numbers of the layouts and pages that make up the start screen. 0 is the root layout, 1 its error page, which
/// SvelteKit loads with it.
fn start_nodes(routes: &str) -> Option<Vec<u32>> {
    let (_, dictionary) = routes.split_once("export const dictionary")?;
    let (dictionary, _) = dictionary.split_once("};")?;
    for line in dictionary.lines() {
        let Some((route, numbers)) = line.trim().strip_prefix('"').and_then(|line| line.split_once("\":")) else {
            continue;
        };
        if path_of(route) == START_PATH {
            let numbers = numbers.split(|character: char| !character.is_ascii_digit());
            return Some(
                [0, 1]
                    .into_iter()
                    .chain(numbers.filter_map(|number| number.parse().ok()))
                    .collect(),
            );
        }
    }
    None
}

/// The address of a route: its groups, in brackets, do not show in it.
fn path_of(route: &str) -> String {
    let segments = route
        .split('/')
        .filter(|segment| !segment.is_empty() && !segment.starts_with('('));
    format!("/{}", segments.collect::<Vec<_>>().join("/"))
}

/// The files of the given chunks and of all that these import at once.
fn closure(manifest: &Manifest, keys: Vec<String>) -> Result<(BTreeSet<String>, BTreeSet<String>)> {
    let (mut scripts, mut styles) = (BTreeSet::new(), BTreeSet::new());
    let mut waiting = keys;
    while let Some(key) = waiting.pop() {
        let chunk = manifest
            .get(&key)
            .with_context(|| format!("Vite's manifest does not know {key}"))?;
        if scripts.insert(chunk.file.clone()) {
            styles.extend(chunk.css.iter().cloned());
            waiting.extend(chunk.imports.iter().cloned());
        }
    }
    Ok((scripts, styles))
}

impl Size {
    /// One file with its compressed forms, which stand beside it. An error if one of them is not there: a phone would
    /// fetch the file as it is.
    fn of(build: &Path, name: &str) -> Result<Self> {
        let length = |name: &str| {
            let metadata = fs::metadata(build.join(name)).with_context(|| format!("the built app has no {name}"))?;
            anyhow::Ok(metadata.len())
        };
        let raw = length(name)?;
        let is_packed = PACKED.iter().any(|extension| has_extension(name, extension));
        let coded = |ending: &str| match is_packed {
            true => Ok(raw),
            false => length(&format!("{name}.{ending}")),
        };
        Ok(Self {
            raw,
            gzip: coded("gz")?,
            brotli: coded("br")?,
        })
    }

    fn sum<'a>(build: &Path, names: impl IntoIterator<Item = &'a String>) -> Result<Self> {
        names
            .into_iter()
            .try_fold(Self::default(), |sum, name| Ok(sum.plus(Self::of(build, name)?)))
    }

    fn plus(self, other: Self) -> Self {
        Self {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }
}

fn kilobytes(bytes: u64) -> f64 {
    bytes as f64 / 1024.0
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found == extension)
}

fn is_compressed(name: &str) -> bool {
    has_extension(name, "br") || has_extension(name, "gz")
}

fn is_worker(name: &str) -> bool {
    name.contains("/workers/") && has_extension(name, "js")
}

/// Names of all files of a folder, from that folder.
fn files_in(folder: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut waiting = vec![PathBuf::new()];
    while let Some(relative) = waiting.pop() {
        let path = folder.join(&relative);
        for entry in fs::read_dir(&path).with_context(|| format!("could not read {}", path.display()))? {
            let entry = entry?;
            let name = relative.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                waiting.push(name);
            } else {
                names.push(name.to_string_lossy().replace('\\', "/"));
            }
        }
    }
    names.sort();
    Ok(names)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTES: &str = r#"
export const server_loads = [];

export const dictionary = {
		"/(phone)": [4,[2]],
		"/desk": [7,[3],[,5]],
		"/(phone)/nhat-ky": [5,[2]]
	};

export const hooks = { "/": [9] };
"#;

    #[test]
    fn the_start_screen_is_found_in_its_group() {
        assert_eq!(start_nodes(ROUTES), Some(vec![0, 1, 4, 2]));
        assert_eq!(start_nodes("export const dictionary = {\n};"), None);
    }

    #[test]
    fn a_file_without_its_packed_forms_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| fs::write(folder.path().join(name), name).unwrap();
        let failure = |name: &str| Size::of(folder.path(), name).unwrap_err().to_string();
        for name in ["app.js", "font.woff2", "icon.png"] {
            write(name);
        }
        assert_eq!(failure("app.js"), "the built app has no app.js.gz");
        write("app.js.gz");
        assert_eq!(failure("app.js"), "the built app has no app.js.br");
        write("app.js.br");
        let size = Size::of(folder.path(), "app.js").unwrap();
        assert_eq!((size.raw, size.gzip, size.brotli), (6, 9, 9));
        for name in ["font.woff2", "icon.png"] {
            let size = Size::of(folder.path(), name).unwrap();
            assert_eq!((size.gzip, size.brotli), (size.raw, size.raw), "{name}");
        }
    }

    #[test]
    fn what_is_imported_at_once_counts_and_counts_once() {
        let manifest: Manifest = serde_json::from_str(
            r#"{
                "a": {"file": "a.js", "imports": ["c"], "css": ["a.css"]},
                "b": {"file": "b.js", "imports": ["c"], "dynamicImports": ["d"]},
                "c": {"file": "c.js", "imports": ["a"]},
                "d": {"file": "d.js"}
            }"#,
        )
        .unwrap();
        let (scripts, styles) = closure(&manifest, vec!["a".to_owned(), "b".to_owned()]).unwrap();
        assert_eq!(scripts.into_iter().collect::<Vec<_>>(), ["a.js", "b.js", "c.js"]);
        assert_eq!(styles.into_iter().collect::<Vec<_>>(), ["a.css"]);
        assert!(closure(&manifest, vec!["e".to_owned()]).is_err());
    }
}
