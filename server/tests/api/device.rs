//! A phone, as far as the server sees it.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Method, header};
use client_core::document::{Change, Document};
use client_core::ids::{Actor, DeviceId, DocumentId, EntryId};
use client_core::model::entries::{self, EntryEdit};
use client_core::model::entry::FieldValue;
use client_core::protocol::codec::{FrameReader, encode_request};
use client_core::protocol::enrol::EnrolResponse;
use client_core::protocol::sync::{Push, SyncRequest, SyncResponse, statement};
use client_core::protocol::{CONTENT_TYPE, VERSION};
use client_core::time::Timestamp;
use ed25519_dalek::{Signer, SigningKey};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::world::{Answer, World, request};

pub(crate) struct Device {
    pub(crate) id: DeviceId,
    pub(crate) token: String,
    key: SigningKey,
    documents: BTreeMap<DocumentId, Document>,
}

pub(crate) fn public_key(key: &SigningKey) -> String {
    data_encoding::BASE64URL_NOPAD.encode(key.verifying_key().as_bytes())
}

impl Device {
    pub(crate) async fn enrolled(world: &World, person: &str) -> Self {
        let code = world.new_code(person);
        // Its own, as the code is: two devices of one person with one key would be one device.
        let key = SigningKey::from_bytes(&Sha256::digest(&code).into());
        let body = json!({ "code": code, "public_key": public_key(&key), "device_name": "Máy thử" });
        let answer = world.post("/api/v1/enrol", None, &body).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let enrolled: EnrolResponse = serde_json::from_slice(&answer.body).unwrap();
        Self {
            id: enrolled.device,
            token: enrolled.token,
            key,
            documents: BTreeMap::new(),
        }
    }

    /// Edits a document as this phone holds it, and gives the change.
    pub(crate) fn edit(
        &mut self,
        document: &DocumentId,
        edit: impl FnOnce(&mut Document, Actor) -> Option<Change>,
    ) -> Change {
        let actor = self.actor();
        edit(self.held(document), actor).expect("the edit writes something")
    }

    /// Whom its changes are by.
    pub(crate) fn actor(&self) -> Actor {
        Actor {
            device: self.id,
            incarnation: 0,
        }
    }

    fn held(&mut self, document: &DocumentId) -> &mut Document {
        let held = self.documents.entry(document.clone());
        held.or_insert_with(|| Document::new(document.kind()))
    }

    /// Logs one activity and gives its change.
    pub(crate) fn log(
        &mut self,
        document: &DocumentId,
        entry: EntryId,
        type_code: &str,
        fields: &[(&str, FieldValue)],
        at: Timestamp,
    ) -> Change {
        let mut edit = EntryEdit::new(entry, type_code);
        edit.fields = fields
            .iter()
            .map(|(name, value)| ((*name).to_owned(), Some(value.clone())))
            .collect();
        let mut rng = fastrand::Rng::with_seed(7);
        self.edit(document, |held, actor| entries::write(held, actor, at, &mut rng, &edit))
    }

    /// Asks for what others wrote to a document, and takes it in.
    pub(crate) async fn catch_up(&mut self, world: &World, document: &DocumentId) {
        let frames = self.sync(world, &self.request(document, &[])).await;
        let news = frames.iter().flat_map(|frame| &frame.news);
        let news = news.filter(|news| news.document == document.to_string());
        let changes = news.flat_map(|news| &news.changes);
        let changes = changes.map(|bytes| Change::decode(bytes).unwrap());
        self.held(document).apply(changes).unwrap();
    }

    /// A signed request with these changes of one document.
    pub(crate) fn request(&self, document: &DocumentId, changes: &[Change]) -> SyncRequest {
        let mut request = SyncRequest {
            version: VERSION,
            epoch: None,
            cursor: 0,
            scope: 0,
            budget: 65_536,
            profile: None,
            ..SyncRequest::default()
        };
        if !changes.is_empty() {
            request.pushes.push(Push {
                document: document.to_string(),
                changes: changes.iter().map(|change| change.bytes().to_vec().into()).collect(),
            });
            let signed = statement(changes.iter().map(|change| (document.to_string(), change.hash().0)));
            request.signature = Some(self.key.sign(&signed).to_bytes().into());
        }
        request
    }

    pub(crate) async fn send(&self, world: &World, body: Vec<u8>) -> Answer {
        let request = request(Method::POST, "/api/v1/sync", None)
            .header(header::CONTENT_TYPE, CONTENT_TYPE)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token));
        world.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn sync(&self, world: &World, request: &SyncRequest) -> Vec<SyncResponse> {
        let answer = self.send(world, encode_request(request)).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        assert_eq!(answer.header("content-type"), CONTENT_TYPE);
        assert_eq!(answer.header("cache-control"), "no-store");
        let mut reader = FrameReader::default();
        reader.push(&answer.body);
        let mut frames = Vec::new();
        while let Some(frame) = reader.next_frame().unwrap() {
            frames.push(frame);
        }
        assert!(!reader.has_rest());
        frames
    }
}
