//! The house rules that no compiler checks: who may name whom, lengths of files, links and paths in docs, and words
//! that must not be there.

use std::fs;

use anyhow::{Context, Result, bail};

use crate::workspace::Workspace;

mod edges;
mod length;
mod links;
mod paths;
mod words;

/// A text file of the repository.
struct Source {
    /// From the root, with `/`.
    name: String,
    text: String,
}

/// Checks every file and prints what is wrong, with file and line.
pub(crate) fn check(workspace: &Workspace) -> Result<()> {
    let names = workspace.files()?;
    let paths = paths::Paths::of(&names);
    let mut findings = Vec::new();
    for name in &names {
        let bytes = fs::read(workspace.path(name)).with_context(|| format!("could not read {name}"))?;
        // Pictures and the like are not text and have no rules to keep.
        let Ok(text) = String::from_utf8(bytes) else { continue };
        let source = Source {
            name: name.clone(),
            text,
        };
        findings.extend(edges::check(&source));
        findings.extend(length::check(&source));
        findings.extend(links::check(&source, workspace.root()));
        findings.extend(paths.check(&source));
        findings.extend(words::check(&source));
    }
    for finding in &findings {
        println!("{finding}");
    }
    if !findings.is_empty() {
        bail!("{} against the house rules", findings.len());
    }
    eprintln!("  {} files keep the house rules", names.len());
    Ok(())
}

impl Source {
    /// Whether the file stands in one of the folders, or is one of the files.
    fn is_in(&self, places: &[&str]) -> bool {
        places.iter().any(|place| {
            self.name
                .strip_prefix(place)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || place.ends_with('/'))
        })
    }

    fn has_extension(&self, extensions: &[&str]) -> bool {
        extensions
            .iter()
            .any(|extension| self.name.rsplit_once('.').is_some_and(|(_, found)| found == *extension))
    }

    /// The lines with their numbers.
    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.text.lines().enumerate().map(|(index, line)| (index + 1, line))
    }
}

/// Whether a word or path stands in a line, not as part of a longer word.
fn names(line: &str, word: &str) -> bool {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    line.match_indices(word).any(|(start, _)| {
        let before = line[..start].chars().next_back();
        let after = line[start + word.len()..].chars().next();
        !(before.is_some_and(is_part) || word.ends_with(is_part) && after.is_some_and(is_part))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_not_found_inside_another() {
        assert!(names("use automerge::Automerge;", "automerge"));
        assert!(names("let x = crate::replica::Replica;", "crate::replica"));
        assert!(!names("use autosurgeon_automerge_x;", "automerge"));
        assert!(!names("crate::replicas", "crate::replica"));
    }

    #[test]
    fn a_file_is_in_a_folder_or_is_the_file() {
        let source = Source {
            name: "server/src/store/sqlite.rs".to_owned(),
            text: String::new(),
        };
        assert!(source.is_in(&["server/src/store"]));
        assert!(source.is_in(&["server/src/store/sqlite.rs"]));
        assert!(!source.is_in(&["server/src/sto"]));
        assert!(source.has_extension(&["rs"]));
    }
}
