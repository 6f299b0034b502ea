//! What the administrator's tables take for a name: of units and people, and to sign in with.

use client_core::text;

/// Longest name of a unit or person, in characters.
const LONGEST_NAME: usize = 200;
/// Longest name to sign in with.
const LONGEST_LOGIN: usize = 64;

/// Why a text is no name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NamingError {
    /// Not a unit's or a person's.
    #[error("a name has 1 to {LONGEST_NAME} characters on one line")]
    Name,
    /// Not one to sign in with: it is typed on any keyboard and compared letter by letter.
    #[error("a sign-in name has 1 to {LONGEST_LOGIN} of a-z, 0-9, '.', '-', '_' and '@'")]
    Login,
}

/// The name of a unit or a person, without the space around it.
pub fn name(text: &str) -> Result<String, NamingError> {
    let name = text.trim();
    let is_name = !text::is_blank(name) && name.chars().count() <= LONGEST_NAME && !name.chars().any(char::is_control);
    is_name.then(|| name.to_owned()).ok_or(NamingError::Name)
}

/// A name to sign in with.
pub fn login(text: &str) -> Result<String, NamingError> {
    let is_plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || ".-_@".contains(letter);
    let is_login = (1..=LONGEST_LOGIN).contains(&text.len()) && text.chars().all(is_plain);
    is_login.then(|| text.to_owned()).ok_or(NamingError::Login)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_line() {
        assert_eq!(name(" Lò Thị Xoan ").unwrap(), "Lò Thị Xoan");
        assert!(name(&"ơ".repeat(LONGEST_NAME)).is_ok());
        for text in ["", "  ", "\u{200b}", "hai\ndòng", &"ơ".repeat(LONGEST_NAME + 1)] {
            assert_eq!(name(text), Err(NamingError::Name), "{text}");
        }
    }

    #[test]
    fn a_login_is_typed_on_any_keyboard() {
        assert_eq!(login("tam-duong.1@lc").unwrap(), "tam-duong.1@lc");
        for text in ["", "Quantri", "có dấu", "a b", "a ", &"a".repeat(LONGEST_LOGIN + 1)] {
            assert_eq!(login(text), Err(NamingError::Login), "{text}");
        }
    }
}
