//! A JSON body, or the problem with it.

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::ApiError;

/// Most bytes of a JSON body. The largest holds a login and a password.
pub(super) const MAX_JSON_BYTES: usize = 16 * 1024;

/// A body that is an object of texts, as all are that are sent here.
pub(super) trait Texts: DeserializeOwned {
    /// The names of its texts, none of which may be missing.
    const NAMES: &'static [&'static str];
}

/// A body that must be JSON of this shape.
#[derive(Debug)]
pub(super) struct JsonBody<T>(pub(super) T);

impl<S: Send + Sync, T: Texts> FromRequest<S> for JsonBody<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        // A form of another site can send other types without asking the browser first, but not this one.
        if !is_of_type(request.headers(), "application/json") {
            return Err(ApiError::MediaType);
        }
        let bytes = Bytes::from_request(request, state).await?;
        read(&bytes).map(Self).map_err(ApiError::NotJson)
    }
}

/// The body, or what is wrong with it in words for people.
fn read<T: Texts>(bytes: &[u8]) -> Result<T, String> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        format!("Nội dung không phải là JSON: hỏng ở dòng {line}, cột {column}.")
    })?;
    // An array would do for serde, too.
    let Value::Object(fields) = &value else {
        return Err(format!(
            "Nội dung phải là một đối tượng JSON có {}.",
            T::NAMES.join(", ")
        ));
    };
    for name in T::NAMES {
        match fields.get(*name) {
            Some(Value::String(_)) => {}
            Some(_) => return Err(format!("{name}: phải là một chuỗi ký tự.")),
            None => return Err(format!("{name}: chưa có.")),
        }
    }
    let known = T::NAMES.join(", ");
    serde_json::from_value(value).map_err(|_unknown| format!("Nội dung chỉ được có {known}."))
}

impl From<BytesRejection> for ApiError {
    fn from(rejection: BytesRejection) -> Self {
        match rejection.status() {
            axum::http::StatusCode::PAYLOAD_TOO_LARGE => Self::TooLarge,
            _other => Self::BrokenOff,
        }
    }
}

/// Whether a body is said to be of this media type, whatever its parameters. Types are told in any case.
pub(super) fn is_of_type(headers: &HeaderMap, wanted: &str) -> bool {
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let told = value.and_then(|value| value.split(';').next());
    told.is_some_and(|told| told.trim().eq_ignore_ascii_case(wanted))
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;
    use client_core::protocol::enrol::EnrolRequest;

    use super::*;

    #[test]
    fn what_is_wrong_with_a_body_is_said_in_vietnamese_with_the_name_of_the_field() {
        let whole = r#"{ "code": "A", "public_key": "B", "device_name": "", "more": 1 }"#;
        assert_eq!(read::<EnrolRequest>(whole.as_bytes()).unwrap().public_key, "B");
        for (body, said) in [
            ("", "Nội dung không phải là JSON: hỏng ở dòng 1, cột 0."),
            ("{\n  code", "Nội dung không phải là JSON: hỏng ở dòng 2, cột 3."),
            (
                r#"["A", "B", "C"]"#,
                "Nội dung phải là một đối tượng JSON có code, public_key, device_name.",
            ),
            (r#"{ "code": 1 }"#, "code: phải là một chuỗi ký tự."),
            (r#"{ "code": "A" }"#, "public_key: chưa có."),
            (
                r#"{ "code": "A", "public_key": "B", "device_name": null }"#,
                "device_name: phải là một chuỗi ký tự.",
            ),
        ] {
            assert_eq!(read::<EnrolRequest>(body.as_bytes()), Err(said.to_owned()), "{body}");
        }
    }

    #[test]
    fn a_media_type_is_read_in_any_case_and_without_its_parameters() {
        let is_json = |told: &'static str| {
            let told = [(header::CONTENT_TYPE, HeaderValue::from_static(told))];
            is_of_type(&told.into_iter().collect(), "application/json")
        };
        for told in ["application/json", "Application/JSON ; charset=UTF-8"] {
            assert!(is_json(told), "{told}");
        }
        for told in ["", "text/plain", "application/json+x", "text/plain; application/json"] {
            assert!(!is_json(told), "{told}");
        }
        assert!(!is_of_type(&HeaderMap::new(), "application/json"));
    }
}
