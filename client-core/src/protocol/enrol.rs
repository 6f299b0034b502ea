//! Enrolment: a one-time code becomes a device with a token. JSON, at `POST /api/v1/enrol`.

use serde::{Deserialize, Serialize};

use crate::ids::{DeviceId, OrgUnitId};

/// What the device sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolRequest {
    /// The code as it was typed; the server reads it with [`normalise_code`].
    pub code: String,
    /// Ed25519 public key of the device, base64url without padding.
    pub public_key: String,
    /// What the person calls the device. May be empty.
    pub device_name: String,
}

/// What the server answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EnrolResponse {
    /// The device's id.
    pub device: DeviceId,
    /// Bearer token. The server keeps only its hash.
    pub token: String,
    /// The unit of the person for whom the code was made. None from a server of an earlier version.
    #[serde(default)]
    pub unit: Option<OrgUnitId>,
}

/// Letters and digits of codes: Crockford's, without those that are mistaken for each other.
pub const CODE_ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Characters in a code: 40 bits.
pub const CODE_LENGTH: usize = 8;

/// Reads a code as people type it: any case, spaces and dashes anywhere, O for 0, I and L for 1. None if it is no code.
pub fn normalise_code(typed: &str) -> Option<String> {
    let mut code = String::with_capacity(CODE_LENGTH);
    for letter in typed
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '-' | '.' | '–'))
    {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        if code.len() == CODE_LENGTH || !letter.is_ascii() || !CODE_ALPHABET.contains(&(letter as u8)) {
            return None;
        }
        code.push(letter);
    }
    (code.len() == CODE_LENGTH).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        assert_eq!(normalise_code(" kh7-4m2q 01"), None);
        assert_eq!(normalise_code("kh7o-4m2l ").as_deref(), Some("KH704M21"));
        assert_eq!(normalise_code("KH7U-4M2Q"), None);
        assert_eq!(normalise_code("KH7đ4M2Q"), None);
        assert_eq!(normalise_code(""), None);
    }
}
