//! Links between documents, which break when a file moves.

use std::path::Path;

use super::Source;

/// Links in the document that lead nowhere.
pub(super) fn check(source: &Source, root: &Path) -> Vec<String> {
    let mut findings = Vec::new();
    if !source.has_extension(&["md"]) {
        return findings;
    }
    let folder = root
        .join(&source.name)
        .parent()
        .map(Path::to_path_buf)
        .unwrap_or_default();
    for (number, line) in source.lines() {
        for target in targets(line) {
            let path = target.split('#').next().unwrap_or(target);
            let is_elsewhere = path.is_empty() || path.contains("://") || path.starts_with("mailto:");
            if !is_elsewhere && !folder.join(path).exists() {
                findings.push(format!("{}:{number}: {target} does not exist", source.name));
            }
        }
    }
    findings
}

/// What stands between the brackets of `[text](target)`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](").skip(1).filter_map(|rest| {
        let target = rest.split(')').next()?;
        target.split_whitespace().next()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_must_lead_to_a_file() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let check_text = |text: &str| {
            let source = Source {
                name: "README.md".to_owned(),
                text: text.to_owned(),
            };
            check(&source, root).len()
        };
        assert_eq!(check_text("[a](Cargo.toml) and [b](src/main.rs#L1)"), 0);
        assert_eq!(check_text("[a](nothing.md) and [b](src/gone.rs \"title\")"), 2);
        assert_eq!(check_text("[a](https://example.org/x) [b](#part)"), 0);
    }
}
