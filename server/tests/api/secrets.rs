//! What the server gives out is not among what it keeps.

use ed25519_dalek::SigningKey;
use serde_json::json;
use server::accounts::set_password;

use super::device::public_key;
use super::world::{World, id};

/// Whether a part of a secret, too long to be there by chance, is among the bytes.
fn holds(bytes: &[u8], secret: &[u8]) -> bool {
    let part = &secret[..secret.len().min(8)];
    bytes.windows(part.len()).any(|window| window == part)
}

#[tokio::test]
async fn no_code_token_or_password_is_on_the_disk() {
    let world = World::new();
    let code = world.new_code("lan");
    let public_key = public_key(&SigningKey::from_bytes(&[5; 32]));
    let body = json!({ "code": code, "public_key": public_key, "device_name": "Máy của Lan" });
    let enrolled = world.post("/api/v1/enrol", None, &body).await.json();
    let unused = world.new_code("lan");
    set_password(&*world.store, &id("hoa"), "sương mù Sìn Hồ").unwrap();
    let cookie = world.sign_in("quan").await;
    let session = cookie.split_once('=').unwrap().1;
    assert_eq!(world.get("/api/v1/me", Some(&cookie)).await.status, 200);

    let bytes = world.stored_bytes();
    for known in ["Máy của Lan", "Chị quan", "$argon2id$"] {
        assert!(holds(&bytes, known.as_bytes()), "{known} is: the right files were read");
    }
    let token = enrolled["token"].as_str().unwrap();
    for (name, secret) in [("token", token), ("session", session), ("password", "sương mù Sìn Hồ")] {
        assert!(!holds(&bytes, secret.as_bytes()), "the {name}");
        assert!(!holds(&bytes, &secret.as_bytes()[16..]), "the end of the {name}");
    }
    for secret in [token, session] {
        let random = data_encoding::BASE64URL_NOPAD.decode(secret.as_bytes()).unwrap();
        assert!(!holds(&bytes, &random), "what the token stands for");
    }
    for code in [code, unused] {
        let typed: String = code.chars().filter(char::is_ascii_alphanumeric).collect();
        for spelling in [code, typed.to_lowercase(), typed] {
            assert!(!holds(&bytes, spelling.as_bytes()), "the code");
        }
    }
}
