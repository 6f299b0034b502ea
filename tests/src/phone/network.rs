//! How a phone's requests reach a server.

use std::io::Read;
use std::time::Duration;

/// As long as an exchange may be silent.
const SILENCE: Duration = Duration::from_mins(1);

/// A request that is to be sent by POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// The core's number for it.
    pub request: u32,
    /// Path on the server.
    pub path: String,
    /// The type of the body.
    pub content_type: String,
    /// Bearer token.
    pub token: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

/// What comes of a request.
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The type of the body.
    pub content_type: String,
    /// Seconds from a `Retry-After` header.
    pub retry_after_s: Option<u32>,
    /// The body, as it arrives.
    pub body: Box<dyn Read>,
}

/// A way to a server.
pub trait Network {
    /// Sends a request. None when it cannot be sent or no answer begins.
    fn post(&mut self, request: &Request) -> Option<Reply>;
}

/// HTTP to a server, or whatever stands before it. Connections are kept open.
#[derive(Debug)]
pub struct Http {
    server: String,
    agent: ureq::Agent,
}

impl Http {
    /// To a server, such as `http://127.0.0.1:8080`.
    pub fn to(server: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .timeout_connect(Some(SILENCE))
            .timeout_recv_response(Some(SILENCE))
            .timeout_send_body(Some(SILENCE))
            .timeout_recv_body(Some(SILENCE))
            .build();
        Self {
            server: server.trim_end_matches('/').to_owned(),
            agent: config.into(),
        }
    }
}

impl Network for Http {
    fn post(&mut self, request: &Request) -> Option<Reply> {
        let mut call = self.agent.post(format!("{}{}", self.server, request.path));
        call = call.content_type(&request.content_type);
        if let Some(token) = &request.token {
            call = call.header("Authorization", format!("Bearer {token}"));
        }
        let answer = call.send(&request.body).ok()?;
        let header = |name: &str| answer.headers().get(name)?.to_str().ok();
        Some(Reply {
            status: answer.status().as_u16(),
            content_type: header("Content-Type").unwrap_or_default().to_owned(),
            retry_after_s: header("Retry-After").and_then(|seconds| seconds.parse().ok()),
            body: Box::new(answer.into_body().into_reader()),
        })
    }
}
