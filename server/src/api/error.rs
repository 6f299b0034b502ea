//! What can go wrong with a request, and how it is answered. Errors are logged here, once.

mod table;

use std::error::Error;

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use client_core::ids::ChangeHash;
use client_core::model::period::ReportingPeriod;
use client_core::protocol::PROBLEM_TYPE;
use client_core::protocol::codec::CodecError;
use serde::Serialize;
use tracing::{debug, error, warn};

use crate::accounts::AccountError;
use crate::ingest::{ReadError, ReceiveError, ReleaseError};
use crate::rate_limit::TooMany;
use crate::secret::RandomError;
use crate::store::StoreError;
use table::Row;

/// Seconds after which to try again what was not written: long enough to see to a full disk or a new process.
const NOT_WRITTEN_RETRY_S: u64 = 10;

/// Why a request is not answered as it was asked.
#[derive(Debug, thiserror::Error)]
pub enum ApiError {
    /// No session, or one that is over.
    #[error("not signed in")]
    NotSignedIn,
    /// No token, or none that is known.
    #[error("the device's token is not known")]
    DeviceUnknown,
    /// The device was revoked.
    #[error("the device is revoked")]
    DeviceRevoked,
    /// Login or password is wrong.
    #[error("wrong login or password")]
    WrongPassword,
    /// The person may not do this.
    #[error("not allowed")]
    NotAllowed,
    /// The request was made by a page of another origin.
    #[error("the request comes from another origin")]
    ForeignOrigin,
    /// No such thing, or none that this person may see: the answer is the same.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// Figures are asked for of a period that was never opened.
    #[error("the period {0} was never opened")]
    PeriodNotOpened(ReportingPeriod),
    /// The route does not answer to this method.
    #[error("the method is not allowed")]
    MethodNotAllowed,
    /// A part of the address or body is wrong.
    #[error("{field}: {reason}")]
    Invalid {
        /// Which part.
        field: &'static str,
        /// What is wrong with it, without repeating it.
        reason: String,
    },
    /// The body is not the JSON it should be.
    #[error("the body is not the expected JSON: {0}")]
    NotJson(String),
    /// The body is of another media type.
    #[error("the media type is not the expected one")]
    MediaType,
    /// The body is larger than this route takes.
    #[error("the body is too large")]
    TooLarge,
    /// The body did not arrive whole.
    #[error("the body did not arrive whole")]
    BrokenOff,
    /// The sync body cannot be read.
    #[error("the sync body cannot be read: {0}")]
    Sync(CodecError),
    /// What is pushed does not bear the device's signature.
    #[error("the push is not signed by the device")]
    BadSignature,
    /// The device counts in another epoch: it must compare with the server what each has.
    #[error("the device's cursor is of another epoch")]
    UnknownEpoch,
    /// A push without a change.
    #[error("a push holds no change")]
    EmptyPush,
    /// No such enrolment code.
    #[error("the enrolment code is not known")]
    CodeUnknown,
    /// The enrolment code's time is over.
    #[error("the enrolment code has expired")]
    CodeExpired,
    /// The enrolment code was used.
    #[error("the enrolment code was used")]
    CodeUsed,
    /// The change is not set aside, or not any more.
    #[error("the change is not set aside")]
    NotSetAside,
    /// The change was made upon another that is set aside.
    #[error("the change needs another that is set aside")]
    NeedsOther(ChangeHash),
    /// The bytes of the change are no change.
    #[error("the stored change cannot be read")]
    Unreadable,
    /// Too many tries.
    #[error("too many attempts")]
    TooManyAttempts {
        /// When to try again, in seconds.
        retry_after: u64,
    },
    /// More requests than the server works on at once.
    #[error("the server is busy")]
    Busy {
        /// When to try again, in seconds.
        retry_after: u64,
    },
    /// Too much of what the device sent is on its way, or waits to be worked on.
    #[error("too much of the device is on its way or waits to be applied")]
    TooMuchWaiting {
        /// When to try again, in seconds.
        retry_after: u64,
    },
    /// The disk did not take what was to be written. Nothing of it was.
    #[error("nothing was written")]
    NotWritten(#[source] Box<dyn Error + Send + Sync>),
    /// The server cannot do its work.
    #[error("the server failed")]
    Failed(#[source] Box<dyn Error + Send + Sync>),
}

/// An error as it is sent: `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct Problem {
    /// `about:blank`, or the reference that names this kind of problem.
    #[serde(rename = "type")]
    #[schema(rename = "type")]
    pub kind: String,
    /// What it is, in Vietnamese.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// More about this one, in Vietnamese where a person sees it.
    pub detail: String,
    /// What programs compare, such as `code_expired`.
    pub code: String,
    /// With `needs_other`: hash of the change that has to be released first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub needs: Option<String>,
}

impl ApiError {
    /// The server failed for a reason that only its log tells.
    pub fn failed(error: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::Failed(error.into())
    }

    /// A part of the request is wrong.
    #[expect(clippy::needless_pass_by_value, reason = "errors are handed over as they come")]
    pub fn invalid(field: &'static str, reason: impl ToString) -> Self {
        Self::Invalid {
            field,
            reason: reason.to_string(),
        }
    }

    /// Says in the log that something went wrong. Called here for every answer; elsewhere only where there is none.
    pub fn log(&self) {
        let Row { status, code, .. } = self.row();
        if let Self::Failed(cause) | Self::NotWritten(cause) = self {
            error!(problem.code = code, "{self}: {}", causes(cause.as_ref()));
        } else if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS {
            warn!(problem.code = code, "Request refused: {self}");
        } else {
            debug!(problem.code = code, "Request refused: {code}");
        }
    }

    fn retry_after(&self) -> Option<u64> {
        match self {
            Self::TooManyAttempts { retry_after }
            | Self::Busy { retry_after }
            | Self::TooMuchWaiting { retry_after } => Some(*retry_after),
            Self::NotWritten(_) => Some(NOT_WRITTEN_RETRY_S),
            Self::NotSignedIn
            | Self::DeviceUnknown
            | Self::DeviceRevoked
            | Self::WrongPassword
            | Self::NotAllowed
            | Self::ForeignOrigin
            | Self::NotFound(_)
            | Self::PeriodNotOpened(_)
            | Self::MethodNotAllowed
            | Self::Invalid { .. }
            | Self::NotJson(_)
            | Self::MediaType
            | Self::TooLarge
            | Self::BrokenOff
            | Self::Sync(_)
            | Self::BadSignature
            | Self::UnknownEpoch
            | Self::EmptyPush
            | Self::CodeUnknown
            | Self::CodeExpired
            | Self::CodeUsed
            | Self::NotSetAside
            | Self::NeedsOther(_)
            | Self::Unreadable
            | Self::Failed(_) => None,
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            // The disk is full or busy, or the process is about to end: what is asked again later may go through.
            StoreError::NotCommitted(_) | StoreError::Stopped => Self::NotWritten(error.into()),
            StoreError::Engine(_) | StoreError::Corrupt(_) | StoreError::Conflict(_) | StoreError::NotInitialised => {
                Self::failed(error)
            }
        }
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Codec(error) => Self::Sync(error),
            ReadError::Store(error) => error.into(),
        }
    }
}

impl From<ReceiveError> for ApiError {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::BadSignature => Self::BadSignature,
            ReceiveError::UnknownEpoch => Self::UnknownEpoch,
            ReceiveError::EmptyPush => Self::EmptyPush,
            ReceiveError::QueueFull { retry_after } => Self::Busy { retry_after },
            ReceiveError::TooMuchWaiting { retry_after } => Self::TooMuchWaiting { retry_after },
            ReceiveError::Store(error) => error.into(),
        }
    }
}

impl From<ReleaseError> for ApiError {
    fn from(error: ReleaseError) -> Self {
        match error {
            ReleaseError::NotSetAside => Self::NotSetAside,
            ReleaseError::Needs(other) => Self::NeedsOther(other),
            ReleaseError::Unreadable => Self::Unreadable,
            ReleaseError::Store(error) => error.into(),
        }
    }
}

impl From<RandomError> for ApiError {
    fn from(error: RandomError) -> Self {
        Self::failed(error)
    }
}

impl From<AccountError> for ApiError {
    fn from(error: AccountError) -> Self {
        Self::failed(error)
    }
}

impl From<TooMany> for ApiError {
    fn from(TooMany { retry_after }: TooMany) -> Self {
        Self::TooManyAttempts { retry_after }
    }
}

/// Why something failed, with its causes, for the log.
fn causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let Row {
            status,
            code,
            title,
            detail,
        } = self.row();
        self.log();
        let needs = if let Self::NeedsOther(hash) = &self {
            Some(hash.to_string())
        } else {
            None
        };
        let problem = Problem {
            kind: "about:blank".to_owned(),
            title: title.to_owned(),
            status: status.as_u16(),
            detail,
            code: code.to_owned(),
            needs,
        };
        let mut response = (status, axum::Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(PROBLEM_TYPE));
        if let Some(seconds) = self.retry_after() {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if status == StatusCode::UNAUTHORIZED {
            // RFC 9110 wants a challenge; "Basic" would open the browser's own dialogue.
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}

#[cfg(test)]
mod tests;
