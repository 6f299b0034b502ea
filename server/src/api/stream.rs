//! `GET /api/v1/stream`: says what changed while someone watches.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use client_core::access::{Role, access};
use client_core::ids::{DocumentKind, OrgUnitId};
use futures_util::Stream;
use futures_util::stream::unfold;
use serde::Serialize;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::timeout;

use super::error::ApiError;
use super::identity::Staff;
use crate::app_state::AppState;
use crate::live::{Changed, Listening, Numbered, Signal};
use crate::secret::SecretHash;

/// A comment is sent when nothing else was for this long, so that proxies keep the connection.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// How often a watcher's session is looked at.
const SESSION_CHECK: Duration = Duration::from_secs(30);

/// Where a browser says what it heard last.
const LAST_EVENT_ID: &str = "last-event-id";

/// The data of a `changed` event.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(super) struct ChangedEvent {
    /// Id of the unit.
    unit: String,
    /// Its name today.
    unit_name: String,
    /// Keys of the reporting periods whose figures may have moved.
    periods: Vec<String>,
    /// How many changes came in.
    entries: usize,
    /// When, in milliseconds on the server's clock.
    at: i64,
}

/// One who watches.
struct Watcher {
    state: AppState,
    session: SecretHash,
    role: Role,
    unit: OrgUnitId,
    signals: Receiver<Signal>,
    missed: VecDeque<Numbered>,
    /// To be told first: read everything anew.
    reset: bool,
}

/// What changed, as server-sent events.
///
/// `changed`: figures of a unit may have moved. `reset`: more happened than is remembered, read everything anew. The stream
/// ends when the session does.
#[utoipa::path(
    get, path = "/stream", tag = "desk",
    responses((status = 200, description = "Events `changed` with this data, and `reset`", body = ChangedEvent, content_type = "text/event-stream"))
)]
pub(super) async fn stream(
    State(state): State<AppState>,
    staff: Staff,
    headers: HeaderMap,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let after = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok());
    let Listening { missed, signals } = state.live().listen(after).ok_or(ApiError::Busy { retry_after: 1 })?;
    let watcher = Watcher {
        state,
        session: staff.session,
        role: staff.person.role,
        unit: staff.person.unit,
        signals,
        reset: missed.is_none(),
        missed: missed.unwrap_or_default().into(),
    };
    let events = unfold(watcher, |mut watcher| async move {
        Some((Ok(watcher.next().await?), watcher))
    });
    Ok(Sse::new(events).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

impl Watcher {
    /// The next event this watcher may see. None when the stream is over.
    async fn next(&mut self) -> Option<Event> {
        loop {
            if std::mem::take(&mut self.reset) {
                return Some(Event::default().event("reset").data("{}"));
            }
            let (number, changed) = match self.missed.pop_front() {
                Some(numbered) => numbered,
                None => match timeout(SESSION_CHECK, self.signals.recv()).await {
                    Ok(Ok(Signal::Changed(numbered))) => numbered,
                    Ok(Ok(Signal::Closed(session))) if session != self.session => continue,
                    Ok(Ok(Signal::Closed(_) | Signal::Stopping) | Err(RecvError::Closed)) => return None,
                    Ok(Err(RecvError::Lagged(_))) => {
                        self.reset = true;
                        continue;
                    }
                    Err(_silence) if self.is_signed_in().await => continue,
                    Err(_silence) => return None,
                },
            };
            if !self.is_signed_in().await {
                return None;
            }
            if let Some(event) = self.event(number, changed).await {
                return Some(event);
            }
        }
    }

    /// Whether the session still is. Watching alone does not let it last.
    async fn is_signed_in(&self) -> bool {
        let session = self.session;
        let found = self
            .state
            .blocking(move |state| {
                Ok(state
                    .store()
                    .session(session)?
                    .filter(|found| found.expires_at > state.now()))
            })
            .await;
        matches!(found, Ok(Some(_)))
    }

    /// The event, if this person may see the unit today.
    async fn event(&self, number: u64, changed: Arc<Changed>) -> Option<Event> {
        let organisation = self.state.blocking(|state| Ok(state.organisation()?)).await.ok()?;
        let standing = organisation.standing(&self.unit, &changed.unit);
        if !access(DocumentKind::Log, self.role, standing).read {
            return None;
        }
        let unit_name = organisation.units.get(&changed.unit)?.name.clone();
        let data = ChangedEvent {
            unit: changed.unit.to_string(),
            unit_name,
            periods: changed.periods.iter().map(ToString::to_string).collect(),
            entries: changed.changes,
            at: changed.at.0,
        };
        let event = Event::default().event("changed").id(self.state.live().id(number));
        event.json_data(data).ok()
    }
}
