//! Who is asking: a device by its token, or a person at the desk by the session's cookie.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Uri, header};
use client_core::access::{Role, access};
use client_core::ids::{DocumentKind, OrgUnitId, PersonId};

use super::address;
use super::error::ApiError;
use crate::accounts::use_session;
use crate::app_state::AppState;
use crate::ingest::Sender;
use crate::organisation::{Organisation, Person, Unit};
use crate::secret::SecretHash;

/// The cookie that holds a session's token.
pub(super) const SESSION_COOKIE: &str = "so_cong_doan_session";

/// The header a proxy writes the client's address into.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// A person at the desk, and the organisation as it stands today.
#[derive(Debug, Clone)]
pub(super) struct Staff {
    /// Who.
    pub(super) id: PersonId,
    /// What is known of the person.
    pub(super) person: Person,
    /// Hash of the session's token.
    pub(super) session: SecretHash,
    /// Units, people, devices and periods today.
    pub(super) organisation: Arc<Organisation>,
}

impl Staff {
    /// The unit with this id, if it is this person's or lies below. Another is as if it were not there.
    pub(super) fn unit(&self, id: &str) -> Result<(OrgUnitId, &Unit), ApiError> {
        let id: OrgUnitId = address::id(id, "unit")?;
        let unit = self.organisation.units.get(&id).filter(|_| self.may_see(&id));
        unit.map(|unit| (id, unit)).ok_or(ApiError::NotFound("unit"))
    }

    /// Whether figures of this unit may be shown to this person: whether its log may be read.
    pub(super) fn may_see(&self, unit: &OrgUnitId) -> bool {
        let standing = self.organisation.standing(&self.person.unit, unit);
        access(DocumentKind::Log, self.person.role, standing).read
    }

    /// Only an administrator passes.
    pub(super) fn administrator(&self) -> Result<(), ApiError> {
        match self.person.role {
            Role::Administrator => Ok(()),
            Role::Officer | Role::Reviewer => Err(ApiError::NotAllowed),
        }
    }
}

impl FromRequestParts<AppState> for Staff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = cookie(&parts.headers, SESSION_COOKIE).ok_or(ApiError::NotSignedIn)?;
        let token = SecretHash::of(token);
        state
            .blocking(move |state| {
                let now = state.now();
                let session = use_session(state.store(), token, now)?.ok_or(ApiError::NotSignedIn)?;
                let organisation = state.organisation()?;
                let person = organisation.people.get(&session.person).cloned();
                Ok(Self {
                    // Someone who is no longer in the tables is no longer signed in.
                    person: person.ok_or(ApiError::NotSignedIn)?,
                    id: session.person,
                    session: token,
                    organisation,
                })
            })
            .await
    }
}

/// The token that a device comes with. Whoever has one is let in so far that the body is read; [`EnrolledDevice::of`] says
/// whose it is now.
#[derive(Debug, Clone, Copy)]
pub(super) struct DeviceToken(pub(super) SecretHash);

impl FromRequestParts<AppState> for DeviceToken {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let token = bearer(&parts.headers).ok_or(ApiError::DeviceUnknown)?;
        let token = Self(SecretHash::of(token));
        if !state.ingest().has_known(token.0) {
            // New, or nobody's: then nothing of what else is sent is read.
            state.blocking(move |state| EnrolledDevice::of(state, token)).await?;
        }
        Ok(token)
    }
}

/// An enrolled device and whose it is.
#[derive(Debug, Clone)]
pub(super) struct EnrolledDevice {
    /// The device as ingest knows it.
    pub(super) sender: Sender,
    /// Units, people, devices and periods today.
    pub(super) organisation: Arc<Organisation>,
}

impl EnrolledDevice {
    /// The device that has a token now. Blocks.
    pub(super) fn of(state: &AppState, token: DeviceToken) -> Result<Self, ApiError> {
        let organisation = state.organisation()?;
        let device = organisation.tokens.get(&token.0).copied();
        let device = device.ok_or(ApiError::DeviceUnknown)?;
        let known = organisation.devices.get(&device).ok_or(ApiError::DeviceUnknown)?;
        if known.revoked_at.is_some() {
            return Err(ApiError::DeviceRevoked);
        }
        let sender = Sender::of(&organisation, device).ok_or(ApiError::DeviceUnknown)?;
        Ok(Self { sender, organisation })
    }
}

/// The address a request comes from, as far as it can be known.
#[derive(Debug, Clone, Copy)]
pub(super) struct ClientAddress(pub(super) IpAddr);

impl FromRequestParts<AppState> for ClientAddress {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let peer = parts
            .extensions
            .get::<ConnectInfo<SocketAddr>>()
            .map(|info| info.0.ip());
        // The proxy appends what it saw; everything before that entry is the client's word.
        let forwarded = parts
            .headers
            .get_all(FORWARDED_FOR)
            .iter()
            .next_back()
            .and_then(|value| value.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
        let address = forwarded.filter(|_| state.is_behind_proxy()).or(peer);
        Ok(Self(address.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))))
    }
}

/// The host a request was sent to, with its port.
pub(super) fn host<'a>(headers: &'a HeaderMap, uri: &'a Uri) -> Option<&'a str> {
    let header = headers.get(header::HOST).and_then(|value| value.to_str().ok());
    header.or_else(|| uri.authority().map(axum::http::uri::Authority::as_str))
}

/// Whether a host is this very machine, where browsers trust plain HTTP.
pub(super) fn is_local(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn cookie<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    #[test]
    fn this_machine_is_known_by_its_names() {
        for host in ["localhost", "localhost:8080", "127.0.0.1:80", "[::1]:8080"] {
            assert!(is_local(host), "{host}");
        }
        for host in ["localhost.example.vn", "10.0.0.1", "[2001:db8::1]:80", ""] {
            assert!(!is_local(host), "{host}");
        }
    }

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(
            header::COOKIE,
            HeaderValue::from_static("a=1; xso_cong_doan_session=2; so_cong_doan_session=3"),
        );
        assert_eq!(cookie(&headers, SESSION_COOKIE), Some("3"));
        headers.insert(header::COOKIE, HeaderValue::from_static("so_cong_doan_session="));
        assert_eq!(cookie(&headers, SESSION_COOKIE), None);
    }
}
