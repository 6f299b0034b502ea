//! Secrets that the server gives out and keeps only as hashes: device tokens, session tokens, enrolment codes.

use std::fmt;

use client_core::ids::{DeviceId, PersonId};
use client_core::protocol::enrol::{CODE_ALPHABET, CODE_LENGTH};
use sha2::{Digest, Sha256};

/// SHA-256 of a secret: what is stored and looked up. The secrets are random, so a fast hash without salt is enough.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash(pub [u8; 32]);

impl SecretHash {
    /// The hash of a secret as its holder presents it.
    pub fn of(secret: &str) -> Self {
        Self(Sha256::digest(secret.as_bytes()).into())
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretHash(…)")
    }
}

/// The system's source of randomness does not answer. Nothing secret can be made then.
#[derive(Debug, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct RandomError(#[source] getrandom::Error);

fn random<const N: usize>() -> Result<[u8; N], RandomError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(RandomError)?;
    Ok(bytes)
}

/// A new token: 256 random bits, base64url.
pub fn new_token() -> Result<String, RandomError> {
    Ok(data_encoding::BASE64URL_NOPAD.encode(&random::<32>()?))
}

/// A new enrolment code: 40 random bits that a person can read out on the telephone.
pub fn new_code() -> Result<String, RandomError> {
    let bytes: [u8; CODE_LENGTH] = random()?;
    // 256 is a multiple of 32, so every letter is as likely as any other.
    Ok(bytes
        .into_iter()
        .map(|byte| char::from(CODE_ALPHABET[usize::from(byte) % CODE_ALPHABET.len()]))
        .collect())
}

/// A code as it is shown, in two groups: `KH70-4M21`.
pub fn spaced_code(code: &str) -> String {
    match code.split_at_checked(CODE_LENGTH / 2) {
        Some((first, second)) => format!("{first}-{second}"),
        None => code.to_owned(),
    }
}

/// The id of a person's device with a key. A server that was restored has forgotten the device: with its key it is the same again,
/// and nobody without the key can be taken for it.
pub fn device_id(public_key: &[u8; 32], person: &PersonId) -> DeviceId {
    let digest = Sha256::new().chain_update(public_key).chain_update(person.as_str());
    let mut id = [0; 8];
    id.copy_from_slice(&digest.finalize()[..8]);
    DeviceId(id)
}

/// A device id by chance, where the one that [`device_id`] gives is another device's.
pub fn new_device_id() -> Result<DeviceId, RandomError> {
    random().map(DeviceId)
}

/// A name for one request in the log.
pub fn new_request_id() -> Result<String, RandomError> {
    Ok(data_encoding::HEXLOWER.encode(&random::<8>()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use client_core::protocol::enrol::normalise_code;

    #[test]
    fn a_new_code_is_read_back_as_it_is_shown() {
        for _ in 0..200 {
            let code = new_code().unwrap();
            assert_eq!(normalise_code(&spaced_code(&code)), Some(code));
        }
    }

    #[test]
    fn a_token_is_long_and_never_the_same() {
        let (one, two) = (new_token().unwrap(), new_token().unwrap());
        assert_eq!(one.len(), 43);
        assert_ne!(one, two);
        assert_ne!(SecretHash::of(&one), SecretHash::of(&two));
    }

    #[test]
    fn a_hash_is_not_printed() {
        assert_eq!(format!("{:?}", SecretHash::of("token")), "SecretHash(…)");
    }
}
