//! Breaks what the simulation, the rounds of crashes and fuzzing hold, once each, and sees whether they notice:
//! `tests/mutants/*.patch` are faults put into the product on purpose, each with a seed that must fail.

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::process::{self, announce};
use crate::workspace::{BINARY, Workspace};

/// Where the faults are.
const FOLDER: &str = "tests/mutants";

/// A line of a patch, before the first file, that names the seed.
const SEED: &str = "Seed: ";

/// A line of a patch, before the first file, that says what notices it when that is not the simulation: `crashes`, or
/// `fuzz` and the name of a target.
const RUN: &str = "Run: ";

/// The list of all faults, each with its seed at the end of the line.
const LIST: &str = "tests/README.md";

/// Seeds of the simulation in which another one is looked for: those of every test run.
const SEARCHED: Range<u64> = 0..500;

/// So many of them are run at once.
const AT_ONCE: u64 = 50;

/// Rounds of crashes in which a fault must be noticed.
const ROUNDS: &str = "24";

/// What runs a seed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Runner {
    Simulation,
    Crashes,
    Fuzz(String),
}

impl Runner {
    fn read(name: Option<&str>) -> Result<Self> {
        Ok(match name.map(|name| name.split_once(' ').unwrap_or((name, ""))) {
            None => Self::Simulation,
            Some(("crashes", "")) => Self::Crashes,
            Some(("fuzz", target)) if !target.is_empty() => Self::Fuzz(target.to_owned()),
            Some((other, _)) => bail!("nothing is run as {other}"),
        })
    }
}

/// One fault.
struct Mutant {
    name: String,
    patch: PathBuf,
    runner: Runner,
    seed: u64,
}

/// Tries every mutant, or those that are named. Fails when one of them survives; with `search`, another seed of the simulation
/// is looked for first and written down, for every change of the code changes what a seed comes to.
pub(crate) fn run(workspace: &Workspace, names: &[String], search: bool) -> Result<()> {
    let mutants = mutants(&workspace.path(FOLDER))?;
    if let Some(unknown) = names
        .iter()
        .find(|name| !mutants.iter().any(|known| known.name == **name))
    {
        bail!("there is no {FOLDER}/{unknown}.patch");
    }
    let tree = workspace.target("mutants");
    copy_tree(workspace, &tree)?;
    let wanted = |mutant: &&Mutant| names.is_empty() || names.contains(&mutant.name);
    // A seed that fails as the code is would catch anything.
    let seeds = mutants
        .iter()
        .filter(wanted)
        .map(|mutant| (&mutant.runner, mutant.seed));
    for (runner, seed) in seeds.collect::<BTreeSet<_>>() {
        announce(format_args!("{runner:?}, seed {seed}, without a fault"));
        build(workspace, &tree, runner)?;
        if !failing(workspace, &tree, runner, seed..seed + 1)?.is_empty() {
            bail!("{runner:?}: seed {seed} fails without a fault");
        }
    }
    let mut survived = Vec::new();
    for mutant in mutants.iter().filter(wanted) {
        announce(format_args!("{} with seed {}", mutant.name, mutant.seed));
        apply(&tree, mutant, &[])?;
        let caught = caught_by(workspace, &tree, mutant, search);
        apply(&tree, mutant, &["--reverse"])?;
        if let Some(seed) = caught? {
            println!("{} is caught by seed {seed}", mutant.name);
        } else {
            println!("{} SURVIVES", mutant.name);
            survived.push(mutant.name.as_str());
        }
    }
    if !survived.is_empty() {
        bail!("nothing notices: {}", survived.join(", "));
    }
    Ok(())
}

/// The seed that notices a fault that was put in. A fault that does not even compile is no fault that was caught.
fn caught_by(workspace: &Workspace, tree: &Path, mutant: &Mutant, search: bool) -> Result<Option<u64>> {
    build(workspace, tree, &mutant.runner)?;
    let named = failing(workspace, tree, &mutant.runner, mutant.seed..mutant.seed + 1)?;
    if !named.is_empty() || !search || mutant.runner != Runner::Simulation {
        return Ok(named.first().copied());
    }
    for from in SEARCHED.step_by(AT_ONCE as usize) {
        let found = failing(workspace, tree, &mutant.runner, from..from + AT_ONCE)?;
        if let Some(seed) = found.iter().min() {
            write_down(workspace, mutant, *seed)?;
            return Ok(Some(*seed));
        }
    }
    Ok(None)
}

/// Names another seed, in the patch and in the list.
fn write_down(workspace: &Workspace, mutant: &Mutant, seed: u64) -> Result<()> {
    let patch = fs::read_to_string(&mutant.patch)?;
    let before = format!("{SEED}{}\n", mutant.seed);
    fs::write(&mutant.patch, patch.replacen(&before, &format!("{SEED}{seed}\n"), 1))?;
    let path = workspace.path(LIST);
    let row = format!("| `{}` |", mutant.name);
    let list = fs::read_to_string(&path)?.lines().fold(String::new(), |list, line| {
        let named = line
            .starts_with(&row)
            .then(|| line.strip_suffix(&format!(" {} |", mutant.seed)));
        match named.flatten() {
            Some(rest) => format!("{list}{rest} {seed} |\n"),
            None => format!("{list}{line}\n"),
        }
    });
    fs::write(&path, list).with_context(|| format!("could not write {LIST}"))
}

fn mutants(folder: &Path) -> Result<Vec<Mutant>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).with_context(|| format!("could not read {}", folder.display()))? {
        let patch = entry?.path();
        if patch.extension().is_none_or(|extension| extension != "patch") {
            continue;
        }
        let name = patch.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let text = fs::read_to_string(&patch)?;
        let seed = text.lines().find_map(|line| line.strip_prefix(SEED));
        let seed = seed.with_context(|| format!("{name}.patch names no seed"))?;
        let seed = seed
            .trim()
            .parse()
            .with_context(|| format!("the seed of {name}.patch"))?;
        let runner = Runner::read(text.lines().find_map(|line| line.strip_prefix(RUN)));
        let runner = runner.with_context(|| format!("what {name}.patch is to be run with"))?;
        found.push(Mutant {
            name,
            patch,
            runner,
            seed,
        });
    }
    found.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(found)
}

/// Copies what git knows of. What is the same stays untouched, so that cargo does not build it again.
fn copy_tree(workspace: &Workspace, tree: &Path) -> Result<()> {
    for name in workspace.files()? {
        let bytes = fs::read(workspace.path(&name)).with_context(|| format!("could not read {name}"))?;
        let copy = tree.join(&name);
        if fs::read(&copy).is_ok_and(|before| before == bytes) {
            continue;
        }
        let folder = copy.parent().context("a file stands in a folder")?;
        fs::create_dir_all(folder)?;
        fs::write(&copy, bytes).with_context(|| format!("could not write {}", copy.display()))?;
    }
    Ok(())
}

fn apply(tree: &Path, mutant: &Mutant, flags: &[&str]) -> Result<()> {
    let mut git = Command::new("git");
    git.arg("apply").args(flags).arg(&mutant.patch).current_dir(tree);
    // The copy lies inside the repository and is none.
    git.env("GIT_CEILING_DIRECTORIES", tree.parent().unwrap_or(tree));
    process::run(&mut git)
}

/// Cargo for the copy, with a folder of its own: it would take what it made of the copy for what it made of the code itself.
fn cargo(workspace: &Workspace, tree: &Path, arguments: &[&str]) -> Command {
    let mut cargo = workspace.cargo(arguments);
    cargo
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", workspace.target("mutants-built"));
    cargo
}

/// The arguments with which cargo tests what a runner runs, and the name of the test.
fn test(runner: &Runner) -> ([&'static str; 6], &str) {
    let (package, target, test) = match runner {
        Runner::Simulation => ("system-tests", "simulation", "nothing_is_lost"),
        Runner::Crashes => ("system-tests", "crashes", "nothing_acknowledged"),
        Runner::Fuzz(test) => ("fuzz", "targets", test.as_str()),
    };
    (["test", "--quiet", "-p", package, "--test", target], test)
}

fn build(workspace: &Workspace, tree: &Path, runner: &Runner) -> Result<()> {
    process::run(cargo(workspace, tree, &test(runner).0).arg("--no-run"))?;
    if *runner == Runner::Crashes {
        let server = ["build", "--quiet", "-p", "server", "--bin", BINARY];
        process::run(&mut cargo(workspace, tree, &server))?;
    }
    Ok(())
}

/// Those of the seeds that fail. Only the simulation is run with more than one.
fn failing(workspace: &Workspace, tree: &Path, runner: &Runner, seeds: Range<u64>) -> Result<Vec<u64>> {
    let (arguments, test) = test(runner);
    let output = cargo(workspace, tree, &arguments)
        .arg(test)
        .env("SIMULATION_SEEDS", format!("{}..{}", seeds.start, seeds.end))
        .env("CRASH_SEED", seeds.start.to_string())
        .env("CRASH_ROUNDS", ROUNDS)
        .env("BOLERO_RANDOM_SEED", seeds.start.to_string())
        .output()
        .context("could not start cargo")?;
    if output.status.success() {
        return Ok(Vec::new());
    }
    // What a test said before it failed is told on standard output when all have run.
    let said = String::from_utf8_lossy(&output.stdout);
    let why = said.lines().skip_while(|line| !line.contains("panicked at")).take(3);
    for line in why {
        eprintln!("  {line}");
    }
    if seeds.end - seeds.start == 1 {
        return Ok(vec![seeds.start]);
    }
    let failed = said
        .split_once("these seeds failed: [")
        .and_then(|(_, rest)| rest.split_once(']'));
    let (failed, _) = failed.context("the simulation ended without saying which seeds failed")?;
    let seeds = failed.split(", ").map(str::parse);
    seeds.collect::<Result<_, _>>().context("the seeds that failed")
}
