//! A server with its own database, a few units and people, and a clock that is moved by hand.
//!
//! TINH (administrator quan) over HUYEN-A (reviewer hoa) and HUYEN-B (reviewer binh); XA-A1 (officer lan) below HUYEN-A.

use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use client_core::access::Role;
use client_core::ids::{DeviceId, PersonId};
use client_core::time::Timestamp;
use http_body_util::BodyExt;
use jiff::civil::date;
use rust_embed::RustEmbed;
use serde_json::Value;
use server::accounts::new_enrolment_code;
use server::api::router_with;
use server::app_state::{AppState, Settings};
use server::clock::Clock;
use server::ingest::{Ingest, Limits};
use server::store::accounts::Password;
use server::store::directory::{DirectoryEdit, Installation, NewPerson, NewUnit};
use server::store::sqlite::SqliteStore;
use server::store::{Accounts, Directory, Store, StoreError};
use tempfile::TempDir;
use tower::ServiceExt;

/// A build of the app that does not change with the app.
#[derive(RustEmbed)]
#[folder = "tests/fixtures/app"]
pub(crate) struct SmallApp;

/// The password of everyone who has one.
pub(crate) const PASSWORD: &str = "mùa lúa chín 2026";

/// Hashing is slow on purpose; once is enough for all tests.
static HASH: LazyLock<String> = LazyLock::new(|| server::password::hash(PASSWORD).unwrap());

/// 8 October 2026, nine o'clock in Việt Nam.
pub(crate) const MORNING: i64 = 1_791_424_800_000;

pub(crate) const HOUR_MS: i64 = 60 * 60 * 1000;

/// A clock that is moved by hand, and that can be stopped or made to panic: what asks it then waits, or does so in the middle of
/// its work.
pub(crate) struct HandClock {
    at: AtomicI64,
    /// Held while it is stopped.
    answers: Mutex<()>,
    /// How often it answers before it panics, once; below 0 it never does.
    panics_after: AtomicI64,
}

impl Clock for HandClock {
    fn now(&self) -> Timestamp {
        drop(self.answers.lock());
        let panics = self.panics_after.fetch_sub(1, Ordering::SeqCst) == 0;
        assert!(!panics, "as a test wants it");
        Timestamp(self.at.load(Ordering::SeqCst))
    }
}

/// Until it is dropped, whoever asks the clock waits.
pub(crate) struct StoppedClock<'w>(#[expect(dead_code, reason = "held")] MutexGuard<'w, ()>);

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// Status and code, if it is a problem as all of them should be.
    pub(crate) fn problem(&self) -> (u16, String) {
        assert_eq!(self.header("content-type"), "application/problem+json", "{self:?}");
        let json = self.json();
        for member in ["type", "title", "detail"] {
            assert!(json[member].as_str().is_some_and(|text| !text.is_empty()), "{json}");
        }
        assert_eq!(json["status"], self.status.as_u16());
        (self.status.as_u16(), json["code"].as_str().unwrap().to_owned())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

pub(crate) struct World {
    pub(crate) state: AppState,
    pub(crate) store: Arc<dyn Store>,
    clock: Arc<HandClock>,
    router: Router,
    folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(&Settings::default())
    }

    pub(crate) fn with(settings: &Settings) -> Self {
        Self::made(settings, |store| Ingest::start(store, 1, Timestamp(MORNING)))
    }

    /// A server that applies nothing by itself, so that what arrives waits, within these bounds.
    pub(crate) fn waiting_within(limits: Limits) -> Self {
        Self::made(&Settings::default(), |store| {
            Ingest::start_within(limits, store, 0, Timestamp(MORNING))
        })
    }

    fn made(settings: &Settings, ingest: impl FnOnce(Arc<dyn Store>) -> Result<Ingest, StoreError>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("data.sqlite3")).unwrap();
        fill(&store);
        for person in ["quan", "hoa", "binh"] {
            let (person, hash) = (id(person), HASH.clone());
            store.set_password(Password { person, hash }).unwrap();
        }
        let store: Arc<dyn Store> = Arc::new(store);
        let clock = Arc::new(HandClock {
            at: AtomicI64::new(MORNING),
            answers: Mutex::default(),
            panics_after: AtomicI64::new(-1),
        });
        let ingest = ingest(Arc::clone(&store)).unwrap();
        let state = AppState::new(
            Arc::clone(&store),
            ingest,
            Arc::clone(&clock) as Arc<dyn Clock>,
            settings,
        );
        Self {
            router: router_with::<SmallApp>(state.clone()),
            state,
            store,
            clock,
            folder,
        }
    }

    pub(crate) fn wait_hours(&self, hours: i64) {
        self.clock.at.fetch_add(hours * HOUR_MS, Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Work that asks for the time stands still.
    pub(crate) fn stop_clock(&self) -> StoppedClock<'_> {
        StoppedClock(self.clock.answers.lock().unwrap())
    }

    /// The clock panics once, after it was asked so often.
    pub(crate) fn panic_after(&self, answers: i64) {
        self.clock.panics_after.store(answers, Ordering::SeqCst);
    }

    /// Whether the clock has yet to panic.
    pub(crate) fn is_to_panic(&self) -> bool {
        self.clock.panics_after.load(Ordering::SeqCst) >= 0
    }

    /// Someone more who signs in at the desk.
    pub(crate) fn add_person(&self, name: &str, role: Role, unit: &str) {
        let person = DirectoryEdit::Person(NewPerson {
            id: id(name),
            name: format!("Chị {name}"),
            role,
            unit: unit.parse().unwrap(),
            login: Some(name.to_owned()),
        });
        self.store.edit_directory(vec![person]).unwrap();
        let (person, hash) = (id(name), HASH.clone());
        self.store.set_password(Password { person, hash }).unwrap();
    }

    /// Every byte that the store has on the disk.
    pub(crate) fn stored_bytes(&self) -> Vec<u8> {
        let files = std::fs::read_dir(self.folder.path()).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect()
    }

    pub(crate) fn new_code(&self, person: &str) -> String {
        new_enrolment_code(&*self.store, &id(person), 7, self.now())
            .unwrap()
            .code
    }

    /// Sends a request as it is and gives the answer before its body.
    pub(crate) async fn send_raw(&self, request: Request<Body>) -> axum::response::Response {
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.send_raw(request).await;
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    pub(crate) async fn get(&self, path: &str, cookie: Option<&str>) -> Answer {
        self.send(request(Method::GET, path, cookie).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn post(&self, path: &str, cookie: Option<&str>, body: &Value) -> Answer {
        let request = request(Method::POST, path, cookie).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap()).await
    }

    /// Signs someone in and gives the cookie as a browser sends it back.
    pub(crate) async fn sign_in(&self, login: &str) -> String {
        let body = serde_json::json!({ "login": login, "password": PASSWORD });
        let answer = self.post("/api/v1/sign-in", None, &body).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        let cookie = answer.header("set-cookie");
        cookie.split(';').next().unwrap().to_owned()
    }
}

pub(crate) fn request(method: Method, path: &str, cookie: Option<&str>) -> axum::http::request::Builder {
    let mut builder = Request::builder()
        .method(method)
        .uri(path)
        .header(header::HOST, "so.example.vn");
    if let Some(cookie) = cookie {
        builder = builder.header(header::COOKIE, cookie);
    }
    builder
}

pub(crate) fn id(person: &str) -> PersonId {
    person.parse().unwrap()
}

fn fill(store: &SqliteStore) {
    store
        .initialise(Installation {
            epoch: [1; 8],
            signing_key: [2; 32],
            server_device: DeviceId([3; 8]),
            demo: true,
        })
        .unwrap();
    let unit = |id: &str, name: &str, tier: &str, parent: Option<&str>| {
        DirectoryEdit::Unit(NewUnit {
            id: id.parse().unwrap(),
            name: name.to_owned(),
            tier: tier.to_owned(),
            sector: "HCSN".to_owned(),
            parent: parent.map(|parent| parent.parse().unwrap()),
            from: date(2021, 1, 1),
        })
    };
    let person = |name: &str, role: Role, unit: &str, login: Option<&str>| {
        DirectoryEdit::Person(NewPerson {
            id: id(name),
            name: format!("Chị {name}"),
            role,
            unit: unit.parse().unwrap(),
            login: login.map(str::to_owned),
        })
    };
    store
        .edit_directory(vec![
            unit("TINH", "LĐLĐ tỉnh", "TINH", None),
            unit("HUYEN-A", "LĐLĐ huyện A", "CTTT", Some("TINH")),
            unit("HUYEN-B", "LĐLĐ huyện B", "CTTT", Some("TINH")),
            unit("XA-A1", "CĐCS xã A1", "CDCS", Some("HUYEN-A")),
            unit("XA-A2", "CĐCS xã A2", "CDCS", Some("HUYEN-A")),
            person("quan", Role::Administrator, "TINH", Some("quan")),
            person("hoa", Role::Reviewer, "HUYEN-A", Some("hoa")),
            person("binh", Role::Reviewer, "HUYEN-B", Some("binh")),
            person("lan", Role::Officer, "XA-A1", None),
            DirectoryEdit::Period("2026-Q2".parse().unwrap(), date(2026, 7, 10)),
            DirectoryEdit::Period("2026-Q3".parse().unwrap(), date(2026, 10, 10)),
            DirectoryEdit::Period("2026-Q4".parse().unwrap(), date(2027, 1, 10)),
        ])
        .unwrap();
}
