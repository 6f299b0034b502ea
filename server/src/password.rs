//! Staff passwords, as argon2id hashes.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};

/// Fewest characters a password may have. Length is what counts; nothing is asked of the letters.
pub const MIN_CHARACTERS: usize = 10;

/// Most bytes that are hashed, so that nobody makes the server hash a novel.
pub const MAX_BYTES: usize = 512;

/// Why a text is no password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    /// Fewer than [`MIN_CHARACTERS`].
    #[error("a password has at least {MIN_CHARACTERS} characters")]
    TooShort,
    /// More than [`MAX_BYTES`].
    #[error("a password has at most {MAX_BYTES} bytes")]
    TooLong,
    /// The hash could not be made: no memory or no randomness.
    #[error("the password could not be hashed")]
    NotHashed,
}

/// Argon2id with 19 MiB, two passes, one lane: the least that is recommended, since the server may be small and answers
/// several people at once.
fn argon2() -> Argon2<'static> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::default())
}

/// A hash of some password that nobody has. What is checked when a login is unknown, so that it takes as long.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c2EgY2jDoW8gY2jDoG8gMQ$XkyUpNpmWYGkcm3Ot0xQ9Sxf0RiGv6bX1cjWBH7mZ5c";

/// Hashes a new password, salted, as a PHC string.
pub fn hash(password: &str) -> Result<String, PasswordError> {
    if password.chars().count() < MIN_CHARACTERS {
        return Err(PasswordError::TooShort);
    }
    if password.len() > MAX_BYTES {
        return Err(PasswordError::TooLong);
    }
    let hash = argon2()
        .hash_password(password.as_bytes())
        .map_err(|_| PasswordError::NotHashed)?;
    Ok(hash.to_string())
}

/// Whether a password is the one that was hashed. Takes as long when there is no hash.
pub fn verify(password: &str, stored: Option<&str>) -> bool {
    if password.len() > MAX_BYTES {
        return false;
    }
    let Ok(parsed) = PasswordHash::new(stored.unwrap_or(NOBODYS)) else {
        return false;
    };
    let matches = argon2().verify_password(password.as_bytes(), &parsed).is_ok();
    matches && stored.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    #[test]
    fn a_password_is_known_again_and_no_other_is() {
        let stored = hash("mùa lúa chín 2026").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(verify("mùa lúa chín 2026", Some(&stored)));
        assert!(!verify("mùa lúa chín 2025", Some(&stored)));
        assert_ne!(hash("mùa lúa chín 2026").unwrap(), stored, "each has its own salt");
    }

    #[test]
    fn an_unknown_login_takes_as_long_as_a_wrong_password() {
        let stored = hash("mùa lúa chín 2026").unwrap();
        let took = |stored: Option<&str>| {
            let begun = Instant::now();
            assert!(!verify("không phải mật khẩu", stored));
            begun.elapsed().as_secs_f64()
        };
        let (known, unknown) = (took(Some(&stored)), took(None));
        // Returning at once would take a thousandth of it.
        assert!(unknown > known / 5.0, "{unknown} against {known}");
    }

    #[test]
    fn what_is_no_password_is_refused() {
        assert_eq!(hash("ngắn"), Err(PasswordError::TooShort));
        assert_eq!(hash(&"dài".repeat(200)), Err(PasswordError::TooLong));
        assert!(!verify(&"dài".repeat(200), None));
        assert!(!verify("mật khẩu nào đó", Some("not a hash")));
    }
}
