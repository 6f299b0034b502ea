//! Files that one can read in one go.

use super::Source;

/// Most lines of a file, without the tests at its bottom. The house aims at 400; this is where it stops.
const MOST_LINES: usize = 450;
/// Written by tools.
const GENERATED: &[&str] = &["pwa/src/lib/replica/types", "pwa/src/lib/api/types.ts"];

/// Whether the file is too long.
pub(super) fn check(source: &Source) -> Option<String> {
    if !source.has_extension(&["rs", "ts", "js", "svelte", "css", "sql", "md", "sh"]) || source.is_in(GENERATED) {
        return None;
    }
    let length = source.lines().take_while(|(_, line)| *line != "#[cfg(test)]").count();
    (length > MOST_LINES).then(|| {
        format!(
            "{}:{length}: {length} lines; split it along a second noun (at most {MOST_LINES})",
            source.name
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_do_not_count() {
        let lines = |count: usize| "a\n".repeat(count);
        let check_text = |name: &str, text: String| {
            check(&Source {
                name: name.to_owned(),
                text,
            })
            .is_some()
        };
        assert!(!check_text("a.rs", lines(450)));
        assert!(check_text("a.rs", lines(451)));
        assert!(!check_text("a.rs", lines(450) + "#[cfg(test)]\n" + &lines(100)));
        assert!(!check_text("pwa/src/lib/api/types.ts", lines(900)));
    }
}
