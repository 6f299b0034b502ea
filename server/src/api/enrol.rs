//! `POST /api/v1/enrol`: a one-time code becomes a device with a token. The wire is `client_core::protocol::enrol`.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use client_core::protocol::enrol::{EnrolRequest, EnrolResponse, normalise_code};
use ed25519_dalek::VerifyingKey;

use super::error::ApiError;
use super::identity::ClientAddress;
use super::json::{JsonBody, Texts};
use crate::app_state::AppState;
use crate::ingest::Sender;
use crate::secret::{self, SecretHash};
use crate::store::accounts::{Enrolment, NewEnrolment};

/// What is said of a `public_key` that is none.
pub(super) const NO_KEY: &str = "không phải là khóa công khai Ed25519 viết bằng base64url.";

/// Longest name of a device, in characters. A longer one is cut.
const NAME_CHARACTERS: usize = 60;

/// What a device sends to enrol.
#[derive(utoipa::ToSchema)]
#[expect(
    dead_code,
    reason = "describes `EnrolRequest`, which the pure core knows without OpenAPI"
)]
struct EnrolBody {
    /// The one-time code, in any case, with or without dashes.
    code: String,
    /// Ed25519 public key of the device, base64url without padding.
    public_key: String,
    /// What the person calls the device. May be empty.
    device_name: String,
}

impl Texts for EnrolRequest {
    const NAMES: &'static [&'static str] = &["code", "public_key", "device_name"];
}

/// What an enrolled device is told.
#[derive(utoipa::ToSchema)]
#[expect(
    dead_code,
    reason = "describes `EnrolResponse`, which the pure core knows without OpenAPI"
)]
struct EnrolAnswer {
    /// The device's id: 8 bytes in hexadecimal.
    device: String,
    /// Bearer token for `/api/v1/sync`. The server keeps only its hash.
    token: String,
    /// Id of the unit of the person for whom the code was made.
    unit: Option<String>,
}

/// Enrol a device with a one-time code.
///
/// If the answer was lost on the way, the same code with the same key gives the same device a new token, until the device's
/// first sync.
#[utoipa::path(
    post, path = "/enrol", tag = "device",
    request_body = EnrolBody,
    responses(
        (status = 201, description = "The device is enrolled", body = EnrolAnswer),
        (status = 404, description = "`code_unknown`", body = super::error::Problem, content_type = "application/problem+json"),
        (status = 410, description = "`code_expired`, `code_used`", body = super::error::Problem, content_type = "application/problem+json"),
    )
)]
pub(super) async fn enrol(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    JsonBody(request): JsonBody<EnrolRequest>,
) -> Result<impl IntoResponse, ApiError> {
    state.limits().enrol(address)?;
    let code = normalise_code(&request.code).ok_or(ApiError::CodeUnknown)?;
    let public_key = public_key(&request.public_key).ok_or_else(|| ApiError::invalid("public_key", NO_KEY))?;
    let name = device_name(&request.device_name);
    let token = secret::new_token()?;
    let device = secret::new_device_id()?;
    let token_hash = SecretHash::of(&token);
    let (outcome, organisation) = state
        .blocking(move |state| {
            // Whoever has synced cannot use its code again; of the last ones only the memory knows.
            state.write_contacts()?;
            let outcome = state.store().enrol(NewEnrolment {
                code: SecretHash::of(&code),
                device,
                name,
                public_key,
                token: token_hash,
                at: state.now(),
            })?;
            Ok((outcome, state.organisation()?))
        })
        .await?;
    match outcome {
        Enrolment::Enrolled(device) => {
            tracing::info!(device.id = %device, "Enrolled device {device}");
            let unit = Sender::of(&organisation, device).map(|sender| sender.unit);
            Ok((StatusCode::CREATED, Json(EnrolResponse { device, token, unit })))
        }
        Enrolment::CodeUnknown => Err(ApiError::CodeUnknown),
        Enrolment::CodeExpired => Err(ApiError::CodeExpired),
        Enrolment::CodeUsed => Err(ApiError::CodeUsed),
    }
}

fn public_key(text: &str) -> Option<[u8; 32]> {
    let bytes: [u8; 32] = data_encoding::BASE64URL_NOPAD
        .decode(text.as_bytes())
        .ok()?
        .try_into()
        .ok()?;
    // A weak key would let anyone sign for the device.
    let key = VerifyingKey::from_bytes(&bytes).ok()?;
    (!key.is_weak()).then_some(bytes)
}

fn device_name(text: &str) -> String {
    let printable: String = text.chars().filter(|letter| !letter.is_control()).collect();
    printable.trim().chars().take(NAME_CHARACTERS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_device_name_is_one_short_line() {
        assert_eq!(device_name("  Máy của\u{0} Lan\n"), "Máy của Lan");
        assert_eq!(device_name(&"ơ".repeat(100)).chars().count(), NAME_CHARACTERS);
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "short", &"A".repeat(43), &"A".repeat(44)] {
            assert_eq!(public_key(text), None, "{text}");
        }
        // The public key of RFC 8032's first test.
        let key = data_encoding::HEXLOWER
            .decode(b"d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
            .unwrap();
        assert!(public_key(&data_encoding::BASE64URL_NOPAD.encode(&key)).is_some());
    }
}
