//! Files and folders that documents name, which move without a word to those who named them.

use std::collections::BTreeSet;

use super::Source;

/// What a build makes is named, and stands in no checkout.
const BUILT: &[&str] = &[
    "target",
    "pwa/build",
    "pwa/.svelte-kit",
    "pwa/src/lib/replica/generated",
];

/// Files and folders of the repository, named from the root.
#[derive(Debug)]
pub(super) struct Paths<'a> {
    known: BTreeSet<&'a str>,
    /// Folders in the root: what begins with one of them is taken for a path.
    tops: BTreeSet<&'a str>,
}

impl<'a> Paths<'a> {
    /// The files and all folders above them.
    pub(super) fn of(files: &'a [String]) -> Self {
        let mut known = BTreeSet::new();
        let mut tops = BTreeSet::new();
        for file in files {
            known.insert(file.as_str());
            let ends = file.match_indices('/').map(|(end, _)| end);
            known.extend(ends.map(|end| &file[..end]));
            tops.extend(file.split_once('/').map(|(top, _)| top));
        }
        Self { known, tops }
    }

    /// What the document names and is not there.
    pub(super) fn check(&self, source: &Source) -> Vec<String> {
        let mut findings = Vec::new();
        if !source.has_extension(&["md"]) {
            return findings;
        }
        for (number, line) in source.lines() {
            for path in line.split(ends_path).filter_map(|word| self.path(word)) {
                findings.push(format!("{}:{number}: {path} does not exist", source.name));
            }
        }
        findings
    }

    /// The path that a word names, if it names one that is not there.
    fn path<'w>(&self, word: &'w str) -> Option<&'w str> {
        let word = word.trim_start_matches('(').trim_end_matches(['.', ')']);
        let (top, _) = word.split_once('/')?;
        if !self.tops.contains(top) {
            return None;
        }
        // Of a name with a gap in it, the folder before the gap must be there.
        let whole = match word.find(['*', '{', '…', '<']) {
            Some(gap) => word[..gap].rsplit_once('/')?.0,
            None => word.trim_end_matches('/'),
        };
        let is_built = BUILT.iter().any(|built| {
            whole
                .strip_prefix(built)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        (!is_built && !self.known.contains(whole)).then_some(whole)
    }
}

/// What stands between words, and at the end of a path in a link or in code.
fn ends_path(character: char) -> bool {
    character.is_whitespace() || "`,;:\"'|#".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(name: &str, text: &str) -> Vec<String> {
        let files = ["README.md", "core/src/replica.rs", "core/src/replica/tests/merging.rs"].map(str::to_owned);
        let source = Source {
            name: name.to_owned(),
            text: text.to_owned(),
        };
        Paths::of(&files).check(&source)
    }

    #[test]
    fn what_a_document_names_is_there() {
        let text = "`core/src/replica.rs`, core/src/replica/tests/ and (core/src). One of `core/src/replica/tests/*.rs`;\n\
                    [a](core/src/replica.rs#L1) or either/or, target/release/x, https://example.org/core/x";
        assert_eq!(missing("README.md", text), Vec::<String>::new());
    }

    #[test]
    fn what_has_moved_is_found_with_its_line() {
        let text = "the map\n| one bad change | `core/src/replica/tests.rs`, core/gone/*.rs |\n";
        assert_eq!(
            missing("docs/MAP.md", text),
            [
                "docs/MAP.md:2: core/src/replica/tests.rs does not exist",
                "docs/MAP.md:2: core/gone does not exist"
            ]
        );
        assert_eq!(missing("core/src/replica.rs", "// core/gone.rs"), Vec::<String>::new());
    }
}
