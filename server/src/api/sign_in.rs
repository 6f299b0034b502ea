//! Signing in and out at the desk, and who is signed in.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};

use super::error::ApiError;
use super::identity::{ClientAddress, SESSION_COOKIE, Staff, host, is_local};
use super::json::{JsonBody, Texts};
use super::units::UnitRef;
use crate::accounts::open_session;
use crate::app_state::AppState;
use crate::organisation::{Organisation, Person};
use crate::password;

/// Name and password.
#[derive(Deserialize, utoipa::ToSchema)]
pub(super) struct SignIn {
    /// Name to sign in with.
    login: String,
    /// Password.
    password: String,
}

impl Texts for SignIn {
    const NAMES: &'static [&'static str] = &["login", "password"];
}

/// Who is signed in.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct Me {
    /// Id of the person.
    person: String,
    /// The person's name.
    person_name: String,
    /// `officer`, `reviewer` or `administrator`.
    role: String,
    /// The person's unit.
    unit: UnitRef,
    /// The data are invented.
    demo: bool,
}

impl Me {
    fn new(id: &str, person: &Person, organisation: &Organisation) -> Self {
        Self {
            person: id.to_owned(),
            person_name: person.name.clone(),
            role: person.role.as_str().to_owned(),
            unit: UnitRef::new(&person.unit, organisation),
            demo: organisation.demo,
        }
    }
}

/// Sign in with a password. The session is a cookie that scripts cannot read.
#[utoipa::path(
    post, path = "/sign-in", tag = "desk",
    request_body = SignIn,
    responses((status = 200, description = "Signed in", body = Me))
)]
pub(super) async fn sign_in(
    State(state): State<AppState>,
    ClientAddress(address): ClientAddress,
    headers: HeaderMap,
    uri: Uri,
    JsonBody(request): JsonBody<SignIn>,
) -> Result<impl IntoResponse, ApiError> {
    state.limits().sign_in(address, &request.login)?;
    let _slot = state.password_slot().await?;
    let (token, me) = state
        .blocking(move |state| {
            let stored = state.store().password_of_login(&request.login)?;
            let hash = stored.as_ref().map(|password| password.hash.as_str());
            // The work is the same whether or not the login is known.
            let right = password::verify(&request.password, hash);
            let person = stored.filter(|_| right).ok_or(ApiError::WrongPassword)?.person;
            let organisation = state.organisation()?;
            let known = organisation.people.get(&person).ok_or(ApiError::WrongPassword)?;
            let me = Me::new(person.as_str(), known, &organisation);
            let token = open_session(state.store(), person, state.now())?;
            Ok((token, me))
        })
        .await?;
    // On this machine itself the app runs over plain HTTP, where some browsers drop a secure cookie.
    let secure = if host(&headers, &uri).is_some_and(is_local) {
        ""
    } else {
        "; Secure"
    };
    let cookie = format!("{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict{secure}");
    Ok(([(header::SET_COOKIE, cookie)], Json(me)))
}

/// Sign out. The session is over at once, also in other windows.
#[utoipa::path(
    post, path = "/sign-out", tag = "desk",
    responses((status = 204, description = "Signed out"))
)]
pub(super) async fn sign_out(State(state): State<AppState>, staff: Staff) -> Result<impl IntoResponse, ApiError> {
    let session = staff.session;
    state
        .blocking(move |state| Ok(state.store().close_session(session)?))
        .await?;
    state.live().close(session);
    let cookie = format!("{SESSION_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Strict");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]))
}

/// Who is signed in.
#[utoipa::path(get, path = "/me", tag = "desk", responses((status = 200, description = "Who is signed in", body = Me)))]
pub(super) async fn me(staff: Staff) -> Json<Me> {
    Json(Me::new(staff.id.as_str(), &staff.person, &staff.organisation))
}
