//! Faults that are put into the product on purpose must go on to apply, and the list of them must be whole.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

#[test]
fn every_mutant_applies_and_is_listed_with_its_seed() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let list = std::fs::read_to_string(root.join("tests/README.md")).unwrap();
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(root.join("tests/mutants")).unwrap() {
        let patch = entry.unwrap().path();
        let name = patch.file_stem().unwrap().to_str().unwrap();
        let text = std::fs::read_to_string(&patch).unwrap();
        let seed = text.lines().find_map(|line| line.strip_prefix("Seed: ")).unwrap();
        let line = list.lines().find(|line| line.contains(&format!("`{name}`"))).unwrap();
        assert!(line.ends_with(&format!(" {seed} |")), "{line}");
        let checked = Command::new("git")
            .args(["apply", "--check"])
            .arg(&patch)
            .current_dir(root)
            .status();
        assert!(checked.unwrap().success(), "{name} does not apply");
        names.insert(name.to_owned());
    }
    let rows = list.split_once("| Fault |").unwrap().1.lines().skip(2);
    let rows = rows.map_while(|row| row.strip_prefix("| `")?.split('`').next());
    assert_eq!(rows.map(str::to_owned).collect::<BTreeSet<_>>(), names);
}
