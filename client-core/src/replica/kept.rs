//! What a device keeps: everything here is on disk before it counts.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::downlink::Downlink;
use super::effect::Write;
use super::holding::{Holding, encode, put};
use super::input::{Declaring, Draft, StoredValue};
use super::link::{FIRST_BODY_BYTES, Link};
use super::refusal::ReportPart;
use super::storage_key::{DocumentRecord, Identity, StorageKey, SyncState};
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
        };
        Self {
            identity: None,
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

#[derive(Default)]
struct StoredDocument {
    record: DocumentRecord,
    snapshot: Option<Vec<u8>>,
    changes: Vec<Vec<u8>>,
}

impl Kept {
    /// Reads what the storage holds. What cannot be read is left where it is; documents it belonged to are asked for anew.
    /// Drafts that an earlier version put away without their unit are this unit's; the writes say so.
    pub(super) fn open(stored: Vec<StoredValue>) -> (Self, Vec<Write>) {
        let mut kept = Self::default();
        let mut documents: BTreeMap<DocumentId, StoredDocument> = BTreeMap::new();
        let mut whole = true;
        for StoredValue { key, value } in stored {
            match StorageKey::parse(&key) {
                Some(StorageKey::Identity) => kept.identity = minicbor::decode(&value).ok(),
                Some(StorageKey::State) => match minicbor::decode(&value) {
                    Ok(state) => kept.state = state,
                    Err(_) => whole = false,
                },
                Some(StorageKey::Profile) => kept.profile = minicbor::decode(&value).ok(),
                Some(StorageKey::Document(id)) => match minicbor::decode(&value) {
                    Ok(record) => documents.entry(id).or_default().record = record,
                    Err(_) => whole = false,
                },
                Some(StorageKey::Snapshot(id)) => documents.entry(id).or_default().snapshot = Some(value),
                Some(StorageKey::Change(id, _)) => documents.entry(id).or_default().changes.push(value),
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
        for (id, stored) in documents {
            let (holding, complete) =
                Holding::restore(id.clone(), &stored.record, stored.snapshot.as_deref(), &stored.changes);
            whole &= complete;
            kept.documents.insert(id, holding);
        }
        if !whole {
            kept.state.cursor = 0;
        }
        if kept.profile.is_none() {
            kept.state.profile = None;
        }
        let writes = kept.take_drafts_as_own();
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
    pub(super) fn identity(&mut self, identity: Identity) {
        self.writes.push(put(&StorageKey::Identity, encode(&identity)));
        self.identity = Some(identity);
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
