//! `POST /api/v1/sync`: one exchange of a device. The wire is `client_core::protocol::sync`.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use client_core::protocol::codec::FrameWriter;
use client_core::protocol::sync::SyncResponse;
use client_core::protocol::{CONTENT_TYPE, Limits};
use futures_util::stream;

use super::error::ApiError;
use super::identity::{DeviceToken, EnrolledDevice};
use super::json::is_of_type;
use crate::app_state::AppState;

/// Exchange changes: what the device wrote goes up, what it lacks comes down.
///
/// CBOR, deflated; the answer is one or more frames, each with its length before it. Changes that are not refused by name are
/// on the server's disk when the answer leaves. The same request may be sent again at any time.
#[utoipa::path(
    post, path = "/sync", tag = "device",
    request_body(content = String, content_type = "application/vnd.so-cong-doan.sync", description = "A `SyncRequest`"),
    responses((status = 200, description = "Frames, each a `SyncResponse`", body = String, content_type = "application/vnd.so-cong-doan.sync")),
    security(("device_token" = []))
)]
pub(super) async fn sync(
    State(state): State<AppState>,
    token: DeviceToken,
    request: Request,
) -> Result<Response, ApiError> {
    if !is_of_type(request.headers(), CONTENT_TYPE) {
        return Err(ApiError::MediaType);
    }
    // Bodies may be on their way for minutes: what they come to together is bounded, and how many of them are one device's.
    let room = state.body_room(token.0, announced(request.headers()))?;
    let body = Bytes::from_request(request, &()).await?;
    let slot = state.sync_slot()?;
    let (frames, close, slot) = state
        .blocking(move |state| {
            // Who goes away ends the request and not this work: what bounds it goes with the body, until that is done with.
            let _room = room;
            let EnrolledDevice { sender, organisation } = EnrolledDevice::of(state, token)?;
            let request = state.ingest().read(&sender, &body)?;
            let frames = state.ingest().exchange(&organisation, &sender, &request, state.now())?;
            let pushed = !request.pushes.is_empty();
            state.note_contact(sender.device, pushed.then(|| refused(&frames)));
            Ok((frames, request.close, slot))
        })
        .await?;
    let mut writer = FrameWriter::default();
    let body = match frames.as_slice() {
        // Most answers are short: they leave in one piece.
        [only] => Body::from(writer.frame(only)),
        // Coded one by one as the device takes them: a slow line holds the frames, not two forms of them.
        _ => Body::from_stream(stream::iter(frames.into_iter().map(move |frame| {
            let _held = &slot;
            Ok::<_, Infallible>(Bytes::from(writer.frame(&frame)))
        }))),
    };
    let mut answer = ([(header::CONTENT_TYPE, CONTENT_TYPE)], body).into_response();
    if close {
        answer
            .headers_mut()
            .insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    Ok(answer)
}

/// How many bytes a body may come to: what is said of it, and no more than is taken.
fn announced(headers: &HeaderMap) -> usize {
    let told = headers
        .get(header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok());
    let told = told.and_then(|value| value.parse().ok());
    told.unwrap_or(usize::MAX).min(Limits::REQUEST.body_bytes)
}

/// How many changes of a push were refused.
fn refused(frames: &[SyncResponse]) -> u32 {
    let fates = frames.iter().flat_map(|frame| &frame.fates);
    let refused: usize = fates.map(|fate| fate.refused.len()).sum();
    u32::try_from(refused).unwrap_or(u32::MAX)
}
