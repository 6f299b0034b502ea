//! Words that must not be in the repository: work left undone, and addresses and folders of one machine.

use super::{Source, names};

/// Files whose words are not ours.
const NOT_OURS: &[&str] = &["Cargo.lock", "LICENSE"];

/// Words and why not. In two parts, so that this table does not find itself.
const WORDS: &[([&str; 2], &str)] = &[
    (["TO", "DO"], "do it, or say in an issue that it is not done"),
    (["FIX", "ME"], "do it, or say in an issue that it is not done"),
    (["todo", "!("], "no stubs"),
    (["unimple", "mented!("], "no stubs"),
    (["registry.npm", "js.org"], "registries are a machine's own setting"),
    (["index.cra", "tes.io"], "registries are a machine's own setting"),
    (["static.cra", "tes.io"], "registries are a machine's own setting"),
    (["deb.deb", "ian.org"], "registries are a machine's own setting"),
    (["/ro", "ot/"], "a folder of one machine"),
    (["/ho", "me/"], "a folder of one machine"),
    (["/Us", "ers/"], "a folder of one machine"),
    (["/wo", "rk/"], "a folder of one machine"),
];

/// Words in the file that must not be there.
pub(super) fn check(source: &Source) -> Vec<String> {
    let mut findings = Vec::new();
    if source.is_in(NOT_OURS) {
        return findings;
    }
    for (number, line) in source.lines() {
        for (parts, because) in WORDS {
            let word = parts.concat();
            if names(line, &word) {
                findings.push(format!("{}:{number}: `{word}`: {because}", source.name));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_left_undone_is_found_in_any_file() {
        let source = Source {
            name: "README.md".to_owned(),
            text: format!("all done\nbut this: {}{} later\n", "TO", "DO"),
        };
        let findings = check(&source);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].starts_with("README.md:2: "), "{findings:?}");
    }
}
