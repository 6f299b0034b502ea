//! What another unit left on this phone, thrown away by whoever has the phone now.

use super::effect::Effect;
use super::kept::Staged;
use super::storage_key::StorageKey;
use super::view::{Bilingual, Outcome};
use super::{After, Replica, refused};
use crate::ids::OrgUnitId;

impl Replica {
    /// Takes one work of another unit off this phone. What the server has of that unit is in no draft, and stays.
    pub(super) fn drop_left(&mut self, key: &str, effects: &mut Vec<Effect>) {
        // Until it is known whose phone this is, nothing is another's.
        let Some((_, own)) = self.officer(effects) else {
            return;
        };
        let kept = &self.kept;
        let is_left = |unit: &OrgUnitId, is_there: bool| *unit != own && is_there;
        let mut staged = Staged::default();
        match StorageKey::parse(key) {
            Some(StorageKey::Draft(entry)) if kept.is_of_another_unit(entry) => staged.draft(entry, None),
            Some(StorageKey::Declaring(unit, key))
                if is_left(&unit, kept.declaring.contains_key(&(unit.clone(), key.clone()))) =>
            {
                // That it was refused is said with it, and goes with it.
                let part = (key.0, Some(key.1.clone()));
                if kept.refused_parts.contains_key(&(unit.clone(), part.clone())) {
                    staged.refused_part(unit.clone(), part, None);
                }
                staged.declaring(unit, key, None);
            }
            Some(StorageKey::RefusedPart(unit, part))
                if is_left(&unit, kept.refused_parts.contains_key(&(unit.clone(), part.clone()))) =>
            {
                staged.refused_part(unit, part, None);
            }
            Some(
                StorageKey::Identity
                | StorageKey::Enrolling
                | StorageKey::State
                | StorageKey::Profile
                | StorageKey::Document(_)
                | StorageKey::Snapshot(_)
                | StorageKey::Change(..)
                | StorageKey::Refused(..)
                | StorageKey::Draft(_)
                | StorageKey::Declaring(..)
                | StorageKey::RefusedPart(..)
                | StorageKey::UnitName(_),
            )
            | None => {
                effects.push(refused(Bilingual::new(
                    "Việc này không còn trên máy.",
                    "This is no longer on the phone.",
                )));
                return;
            }
        }
        self.persist(staged, Some(Outcome::Done), After::Nothing, effects);
    }
}
