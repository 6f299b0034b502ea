//! What a device keeps: everything here is on disk before it counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::downlink::Downlink;
use super::effect::Write;
use super::holding::{Holding, encode, put};
use super::input::{Declaring, Draft, StoredValue};
use super::link::{FIRST_BODY_BYTES, Link};
use super::refusal::ReportPart;
use super::storage_key::{DocumentRecord, Enrolling, Identity, StorageKey, SyncState};
use super::view::{Bilingual, Refusal};
use crate::access::{Standing, access};
use crate::ids::{Actor, ChangeHash, DeviceId, DocumentId, EntryId, OrgUnitId};
use crate::model::log::ReportKey;
use crate::protocol::profile::Profile;

/// A draft as it is stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct KeptDraft {
    /// Whose it is. None where an earlier version kept it, or before the device knew its unit.
    #[serde(default)]
    pub(super) unit: Option<OrgUnitId>,
    pub(super) draft: Draft,
    /// Why the server refused what this draft was.
    #[serde(default)]
    pub(super) refused: Option<Bilingual>,
    /// That what was refused deleted the entry, or took that back. Nothing else need be in the draft.
    #[serde(default)]
    pub(super) deletes: Option<bool>,
    /// What the person was told of what others wrote in the fields of the draft, by field, and saved all the same.
    #[serde(default)]
    pub(super) told: BTreeMap<String, String>,
}

impl KeptDraft {
    /// A draft of a unit, as somebody types it.
    pub(super) fn new(unit: Option<OrgUnitId>, draft: Draft) -> Self {
        Self {
            unit,
            draft,
            refused: None,
            deletes: None,
            told: BTreeMap::new(),
        }
    }
}

/// Something of a unit's report.
pub(super) type OfUnit<K> = (OrgUnitId, K);

/// What a device keeps. It may have been another unit's before: what is put away knows whose it is.
#[derive(Debug, Clone)]
pub(super) struct Kept {
    pub(super) identity: Option<Identity>,
    pub(super) enrolling: Option<Enrolling>,
    pub(super) profile: Option<Profile>,
    pub(super) state: SyncState,
    pub(super) documents: BTreeMap<DocumentId, Holding>,
    pub(super) drafts: BTreeMap<EntryId, KeptDraft>,
    pub(super) declaring: BTreeMap<OfUnit<ReportKey>, Declaring>,
    /// Of reports, what the server refused and nobody has put right.
    pub(super) refused_parts: BTreeMap<OfUnit<ReportPart>, Refusal>,
    /// Of units for which the device was used before.
    pub(super) unit_names: BTreeMap<OrgUnitId, String>,
}

impl Default for Kept {
    fn default() -> Self {
        let state = SyncState {
            incarnation: 0,
            epoch: None,
            cursor: 0,
            scope: 0,
            profile: None,
            last_contact: None,
            body_bytes: FIRST_BODY_BYTES,
            reconciles: false,
            diverged_at: None,
            link: Link::default(),
            downlink: Downlink::default(),
            revoked: false,
            forgotten: false,
            device: None,
        };
        Self {
            identity: None,
            enrolling: None,
            profile: None,
            state,
            documents: BTreeMap::new(),
            drafts: BTreeMap::new(),
            declaring: BTreeMap::new(),
            refused_parts: BTreeMap::new(),
            unit_names: BTreeMap::new(),
        }
    }
}

/// What the keys begin with under which values stand that cannot be read. Nobody reads them but whoever looks for what was lost.
const DAMAGED: &str = "damaged|";

/// Whether a value is what its key says.
fn is_readable(key: &StorageKey, value: &[u8]) -> bool {
    match key {
        StorageKey::Identity => minicbor::decode::<Identity>(value).is_ok(),
        StorageKey::Enrolling => minicbor::decode::<Enrolling>(value).is_ok(),
        StorageKey::State => minicbor::decode::<SyncState>(value).is_ok(),
        StorageKey::Profile => minicbor::decode::<Profile>(value).is_ok(),
        StorageKey::Document(_) => minicbor::decode::<DocumentRecord>(value).is_ok(),
        StorageKey::Draft(_) => serde_json::from_slice::<KeptDraft>(value).is_ok(),
        StorageKey::Declaring(..) => serde_json::from_slice::<Declaring>(value).is_ok(),
        StorageKey::RefusedPart(..) => serde_json::from_slice::<Refusal>(value).is_ok(),
        // Read as parts of their document, or never.
        StorageKey::Snapshot(_) | StorageKey::Change(..) | StorageKey::Refused(..) | StorageKey::UnitName(_) => true,
    }
}

#[derive(Default)]
struct StoredDocument {
    record: DocumentRecord,
    snapshot: Option<Vec<u8>>,
    changes: Vec<(ChangeHash, Vec<u8>)>,
}

impl Kept {
    /// Reads what the storage holds. What cannot be read is put out of the way, and documents it belonged to are asked for anew:
    /// then what has been done here may have gone back, and `incarnation` takes the place of the one before. Drafts that an
    /// earlier version put away without their unit are this unit's. The writes say so.
    pub(super) fn open(stored: Vec<StoredValue>, incarnation: u32) -> (Self, Vec<Write>) {
        let mut kept = Self::default();
        let mut documents: BTreeMap<DocumentId, StoredDocument> = BTreeMap::new();
        let mut whole = true;
        let mut damaged = Vec::new();
        for StoredValue { key, value } in stored {
            let parsed = StorageKey::parse(&key);
            if parsed.as_ref().is_some_and(|parsed| !is_readable(parsed, &value)) {
                whole &= !matches!(parsed, Some(StorageKey::State | StorageKey::Document(_)));
                damaged.push((key, value));
                continue;
            }
            match parsed {
                Some(StorageKey::Identity) => kept.identity = minicbor::decode(&value).ok(),
                Some(StorageKey::Enrolling) => kept.enrolling = minicbor::decode(&value).ok(),
                Some(StorageKey::State) => kept.state = minicbor::decode(&value).unwrap_or(kept.state),
                Some(StorageKey::Profile) => kept.profile = minicbor::decode(&value).ok(),
                Some(StorageKey::Document(id)) => {
                    documents.entry(id).or_default().record = minicbor::decode(&value).unwrap_or_default();
                }
                Some(StorageKey::Snapshot(id)) => documents.entry(id).or_default().snapshot = Some(value),
                Some(StorageKey::Change(id, hash)) => documents.entry(id).or_default().changes.push((hash, value)),
                Some(StorageKey::Draft(id)) => {
                    if let Ok(draft) = serde_json::from_slice(&value) {
                        kept.drafts.insert(id, draft);
                    }
                }
                Some(StorageKey::Declaring(unit, key)) => {
                    if let Ok(declaring) = serde_json::from_slice(&value) {
                        kept.declaring.insert((unit, key), declaring);
                    }
                }
                Some(StorageKey::RefusedPart(unit, part)) => {
                    if let Ok(refusal) = serde_json::from_slice(&value) {
                        kept.refused_parts.insert((unit, part), refusal);
                    }
                }
                Some(StorageKey::UnitName(unit)) => {
                    kept.unit_names
                        .insert(unit, String::from_utf8_lossy(&value).into_owned());
                }
                Some(StorageKey::Refused(..)) | None => {}
            }
        }
        let mut staged = Staged::default();
        for (id, stored) in documents {
            let (mut holding, unreadable) =
                Holding::restore(&id, &stored.record, stored.snapshot.as_deref(), &stored.changes);
            // What is being asked for already goes on to come, wherever the app was closed.
            let lacks = holding.note_ground();
            if lacks {
                staged.writes.push(holding.store_record());
            }
            whole &= unreadable.is_empty() && !lacks;
            let StoredDocument { snapshot, changes, .. } = stored;
            let snapshot = snapshot.map(|value| (StorageKey::Snapshot(id.clone()), value));
            let changes = changes.into_iter();
            let parts = snapshot
                .into_iter()
                .chain(changes.map(|(hash, value)| (StorageKey::Change(id.clone(), hash), value)));
            let unread = parts.filter(|(key, _)| unreadable.contains(key));
            damaged.extend(unread.map(|(key, value)| (key.to_text(), value)));
            kept.documents.insert(id, holding);
        }
        if let Some(identity) = &kept.identity {
            kept.state.device = Some(identity.device);
        }
        if !whole {
            kept.state.cursor = 0;
            kept.state.incarnation = incarnation;
            staged.state(kept.state.clone());
        }
        for (key, value) in damaged {
            staged.writes.push(Write {
                key: format!("{DAMAGED}{key}"),
                value: Some(value),
            });
            staged.writes.push(Write { key, value: None });
        }
        if kept.profile.is_none() {
            kept.state.profile = None;
        }
        let mut writes = staged.writes;
        writes.extend(kept.take_drafts_as_own());
        (kept, writes)
    }

    /// Takes drafts that name no unit as this unit's.
    fn take_drafts_as_own(&mut self) -> Vec<Write> {
        let Some(unit) = self.unit() else { return Vec::new() };
        let mut staged = Staged::default();
        for (id, kept) in &self.drafts {
            if kept.unit.is_none() {
                let unit = Some(unit.clone());
                staged.draft(*id, Some(KeptDraft { unit, ..kept.clone() }));
            }
        }
        let writes = std::mem::take(&mut staged.writes);
        staged.install(self);
        writes
    }

    /// The unit of whoever uses the device now.
    pub(super) fn unit(&self) -> Option<OrgUnitId> {
        self.profile.as_ref()?.unit.id.parse().ok()
    }

    /// The drafts of this unit.
    pub(super) fn own_drafts(&self) -> impl Iterator<Item = (&EntryId, &KeptDraft)> {
        let unit = self.unit();
        self.drafts
            .iter()
            .filter(move |(_, kept)| kept.unit.is_none() || kept.unit == unit)
    }

    /// A draft of this unit.
    pub(super) fn own_draft(&self, entry: EntryId) -> Option<&KeptDraft> {
        let kept = self.drafts.get(&entry);
        kept.filter(|kept| kept.unit.is_none() || kept.unit == self.unit())
    }

    /// Whether an entry is put away here for another unit.
    pub(super) fn is_of_another_unit(&self, entry: EntryId) -> bool {
        self.drafts.contains_key(&entry) && self.own_draft(entry).is_none()
    }

    /// What is typed in this unit's report.
    pub(super) fn own_declaring(&self, key: ReportKey) -> Option<&Declaring> {
        self.declaring.get(&(self.unit()?, key))
    }

    /// What was refused of this unit's reports.
    pub(super) fn own_refused_parts(&self) -> impl Iterator<Item = (&ReportPart, &Refusal)> {
        let unit = self.unit();
        let own = self
            .refused_parts
            .iter()
            .filter(move |((whose, _), _)| Some(whose) == unit.as_ref());
        own.map(|((_, part), refusal)| (part, refusal))
    }

    /// What was refused of a part of this unit's reports.
    pub(super) fn own_refused_part(&self, part: ReportPart) -> Option<&Refusal> {
        self.refused_parts.get(&(self.unit()?, part))
    }

    /// Which device this is.
    pub(super) fn device(&self) -> Option<DeviceId> {
        Some(DeviceId(*self.identity.as_ref()?.device))
    }

    /// The device that made what is here, also where it has lost who it is.
    pub(super) fn maker(&self) -> Option<DeviceId> {
        Some(DeviceId(*self.state.device?))
    }

    /// Whether whoever has the device may write a document.
    pub(super) fn may_write(&self, id: &DocumentId) -> bool {
        let Some(profile) = &self.profile else { return false };
        let unit = id.unit().as_str();
        let standing = if profile.unit.id == unit {
            Standing::Own
        } else if profile.units.iter().any(|below| below.id == unit) {
            Standing::Below
        } else {
            Standing::Apart
        };
        access(id.kind(), profile.role, standing).write
    }

    /// What makes this device's changes.
    pub(super) fn actor(&self) -> Option<Actor> {
        let identity = self.identity.as_ref()?;
        Some(Actor {
            device: DeviceId(*identity.device),
            incarnation: self.state.incarnation,
        })
    }

    /// The document, or what it is before anything happened to it.
    pub(super) fn holding(&self, id: &DocumentId) -> Holding {
        self.documents
            .get(id)
            .cloned()
            .unwrap_or_else(|| Holding::new(id.clone()))
    }
}

/// Changes to what is kept: written first, then installed.
#[derive(Debug, Clone, Default)]
pub(super) struct Staged {
    pub(super) identity: Option<Identity>,
    pub(super) enrolling: Option<Enrolling>,
    pub(super) profile: Option<Profile>,
    pub(super) forgets_profile: bool,
    pub(super) state: Option<SyncState>,
    pub(super) documents: BTreeMap<DocumentId, Holding>,
    pub(super) drafts: BTreeMap<EntryId, Option<KeptDraft>>,
    pub(super) declaring: BTreeMap<OfUnit<ReportKey>, Option<Declaring>>,
    pub(super) refused_parts: BTreeMap<OfUnit<ReportPart>, Option<Refusal>>,
    pub(super) unit_names: BTreeMap<OrgUnitId, String>,
    pub(super) writes: Vec<Write>,
}

impl Staged {
    /// Who this device is from now on; whatever code led to that is done with.
    pub(super) fn identity(&mut self, identity: Identity) {
        self.writes.push(put(&StorageKey::Identity, encode(&identity)));
        self.gone(&StorageKey::Enrolling);
        self.identity = Some(identity);
    }

    pub(super) fn enrolling(&mut self, enrolling: Enrolling) {
        self.writes.push(put(&StorageKey::Enrolling, encode(&enrolling)));
        self.enrolling = Some(enrolling);
    }

    pub(super) fn state(&mut self, state: SyncState) {
        self.writes.push(put(&StorageKey::State, encode(&state)));
        self.state = Some(state);
    }

    pub(super) fn profile(&mut self, profile: Profile, bytes: Vec<u8>) {
        self.writes.push(put(&StorageKey::Profile, bytes));
        self.profile = Some(profile);
    }

    /// The profile was another unit's.
    pub(super) fn forget_profile(&mut self) {
        self.gone(&StorageKey::Profile);
        self.forgets_profile = true;
    }

    pub(super) fn draft(&mut self, id: EntryId, draft: Option<KeptDraft>) {
        self.keep(&StorageKey::Draft(id), draft.as_ref());
        self.drafts.insert(id, draft);
    }

    pub(super) fn declaring(&mut self, unit: OrgUnitId, key: ReportKey, declaring: Option<Declaring>) {
        self.keep(&StorageKey::Declaring(unit.clone(), key.clone()), declaring.as_ref());
        self.declaring.insert((unit, key), declaring);
    }

    pub(super) fn refused_part(&mut self, unit: OrgUnitId, part: ReportPart, refusal: Option<Refusal>) {
        self.keep(&StorageKey::RefusedPart(unit.clone(), part.clone()), refusal.as_ref());
        self.refused_parts.insert((unit, part), refusal);
    }

    /// Keeps something as JSON, or takes it away.
    fn keep(&mut self, key: &StorageKey, value: Option<&impl Serialize>) {
        match value {
            Some(value) => {
                let json = serde_json::to_vec(value).expect("what people type is plain data");
                self.writes.push(put(key, json));
            }
            None => self.gone(key),
        }
    }

    fn gone(&mut self, key: &StorageKey) {
        self.writes.push(Write {
            key: key.to_text(),
            value: None,
        });
    }

    pub(super) fn unit_name(&mut self, unit: OrgUnitId, name: String) {
        self.writes
            .push(put(&StorageKey::UnitName(unit.clone()), name.clone().into_bytes()));
        self.unit_names.insert(unit, name);
    }

    /// A change that this device made.
    pub(super) fn made(&mut self, mut holding: Holding, change: &crate::document::Change) {
        self.writes.extend(holding.store_changes([change]));
        self.documents.insert(holding.id.clone(), holding);
    }

    pub(super) fn refused(&mut self, document: &DocumentId, hash: ChangeHash, bytes: Vec<u8>) {
        self.writes
            .push(put(&StorageKey::Refused(document.clone(), hash), bytes));
    }

    pub(super) fn install(self, kept: &mut Kept) {
        // A device that knows who it is waits for no code.
        let waited_for = kept.enrolling.take().filter(|_| self.identity.is_none());
        kept.enrolling = self.enrolling.or(waited_for);
        kept.identity = self.identity.or(kept.identity.take());
        let known = kept.profile.take().filter(|_| !self.forgets_profile);
        kept.profile = self.profile.or(known);
        if let Some(state) = self.state {
            kept.state = state;
        }
        kept.documents.extend(self.documents);
        kept.unit_names.extend(self.unit_names);
        put_or_remove(&mut kept.drafts, self.drafts);
        put_or_remove(&mut kept.declaring, self.declaring);
        put_or_remove(&mut kept.refused_parts, self.refused_parts);
    }
}

fn put_or_remove<K: Ord, V>(kept: &mut BTreeMap<K, V>, staged: BTreeMap<K, Option<V>>) {
    for (key, value) in staged {
        match value {
            Some(value) => kept.insert(key, value),
            None => kept.remove(&key),
        };
    }
}
