//! What every engine promises about accounts.

use std::sync::Arc;

use client_core::access::Role;
use client_core::ids::{DeviceId, PersonId};
use client_core::time::Timestamp;

use super::{DAY, NOW, filled, person_id};
use crate::secret::{SecretHash, device_id};
use crate::store::accounts::{Contact, Enrolment, NewEnrolment, NewEnrolmentCode, Password, Session};
use crate::store::directory::{DirectoryEdit, NewPerson};
use crate::store::{Store, StoreError};

const HOUR_MS: i64 = 60 * 60 * 1000;

fn officer() -> PersonId {
    person_id("can-bo-A")
}

fn code(store: &Arc<dyn Store>, code: &str, hours: i64) {
    let code = NewEnrolmentCode {
        code: SecretHash::of(code),
        person: officer(),
        made_at: NOW,
        expires_at: NOW.plus_ms(hours * HOUR_MS),
    };
    store.add_enrolment_code(code).expect("the person is there");
}

fn present(store: &Arc<dyn Store>, code: &str, device: u8, key: u8, at: Timestamp) -> Enrolment {
    let enrolment = NewEnrolment {
        code: SecretHash::of(code),
        device: DeviceId([device; 8]),
        name: "Máy".to_owned(),
        public_key: [key; 32],
        token: SecretHash::of(&format!("token {device}")),
        at,
    };
    store.enrol(enrolment).expect("the store works")
}

fn holder(store: &Arc<dyn Store>, token: &str) -> Option<DeviceId> {
    let token = SecretHash::of(token);
    let organisation = store.organisation(DAY).expect("the store works");
    organisation.tokens.get(&token).copied()
}

pub(super) fn a_code_enrols_one_device_in_its_time(store: &Arc<dyn Store>) {
    filled(store);
    code(store, "one", 24);
    code(store, "late", 1);
    let version = store.organisation_version().expect("the store works");
    assert_eq!(present(store, "none", 10, 10, NOW), Enrolment::CodeUnknown);
    assert_eq!(
        present(store, "late", 10, 10, NOW.plus_ms(HOUR_MS)),
        Enrolment::CodeExpired
    );
    assert_eq!(store.organisation_version().expect("the store works"), version);
    let by_key = device_id(&[10; 32], &officer());
    assert_eq!(present(store, "one", 10, 10, NOW), Enrolment::Enrolled(by_key));
    assert!(
        store.organisation_version().expect("the store works") > version,
        "a new device is told of"
    );
    assert_eq!(present(store, "one", 11, 11, NOW), Enrolment::CodeUsed);
    let organisation = store.organisation(DAY).expect("the store works");
    let device = &organisation.devices[&by_key];
    assert_eq!(
        (device.person.as_ref(), device.public_key),
        (Some(&officer()), Some([10; 32]))
    );
    assert_eq!(holder(store, "token 10"), Some(by_key));
    assert_eq!(holder(store, "token 11"), None);
    // The same key with another code, before the first contact and after it.
    code(store, "two", 24);
    assert_eq!(present(store, "two", 12, 10, NOW), Enrolment::Enrolled(by_key));
    assert_eq!(
        (holder(store, "token 10"), holder(store, "token 12")),
        (None, Some(by_key))
    );
    let contact = Contact {
        device: by_key,
        at: NOW,
        refused: None,
    };
    store.note_contacts(vec![contact]).expect("the store works");
    code(store, "three", 24);
    let other = DeviceId([13; 8]);
    assert_eq!(present(store, "three", 13, 10, NOW), Enrolment::Enrolled(other));
    assert_eq!(holder(store, "token 12"), Some(by_key));
    let nobodys = NewEnrolmentCode {
        code: SecretHash::of("nobody"),
        person: person_id("nobody"),
        made_at: NOW,
        expires_at: NOW,
    };
    assert!(matches!(
        store.add_enrolment_code(nobodys),
        Err(StoreError::Conflict(_))
    ));
}

pub(super) fn a_lost_answer_is_made_good_until_the_first_contact(store: &Arc<dyn Store>) {
    filled(store);
    code(store, "one", 24);
    let by_key = device_id(&[10; 32], &officer());
    let enrolled = Enrolment::Enrolled(by_key);
    assert_eq!(present(store, "one", 10, 10, NOW), enrolled);
    let version = store.organisation_version().expect("the store works");
    assert_eq!(present(store, "one", 11, 10, NOW), enrolled, "the id of the first try");
    assert!(
        store.organisation_version().expect("the store works") > version,
        "another token is told of"
    );
    assert_eq!(holder(store, "token 10"), None);
    assert_eq!(holder(store, "token 11"), Some(by_key));
    let contact = |refused| Contact {
        device: by_key,
        at: NOW,
        refused,
    };
    store
        .note_contacts(vec![contact(Some(2)), contact(None)])
        .expect("the store works");
    let devices = store.enrolled_devices().expect("the store works");
    assert_eq!(
        (devices.len(), devices[0].last_contact, devices[0].refused),
        (1, Some(NOW), 2)
    );
    assert_eq!(present(store, "one", 12, 10, NOW), Enrolment::CodeUsed);
    assert_eq!(holder(store, "token 11"), Some(by_key));
}

pub(super) fn a_device_is_revoked_once(store: &Arc<dyn Store>) {
    filled(store);
    let device = DeviceId([1; 8]);
    let version = store.organisation_version().expect("the store works");
    assert!(store.revoke_device(device, NOW).expect("the store works"));
    assert!(store.organisation_version().expect("the store works") > version);
    assert!(!store.revoke_device(device, NOW.plus_ms(1)).expect("the store works"));
    assert!(!store.revoke_device(DeviceId([99; 8]), NOW).expect("the store works"));
    let organisation = store.organisation(DAY).expect("the store works");
    assert_eq!(organisation.devices[&device].revoked_at, Some(NOW));
}

pub(super) fn sessions_end_when_they_are_closed_or_the_password_is_new(store: &Arc<dyn Store>) {
    filled(store);
    let reviewer = person_id("giam-sat");
    store
        .edit_directory(vec![DirectoryEdit::Person(NewPerson {
            id: reviewer.clone(),
            name: "Vàng A Páo".to_owned(),
            role: Role::Reviewer,
            unit: "TINH".parse().expect("a plain id"),
            login: Some("pao".to_owned()),
        })])
        .expect("the edits are sound");
    let password = |person: &PersonId, hash: &str| Password {
        person: person.clone(),
        hash: hash.to_owned(),
    };
    assert_eq!(store.password_of_login("pao").expect("the store works"), None);
    store.set_password(password(&reviewer, "one")).expect("the store works");
    let session = |token: &str, opened_at: Timestamp| Session {
        token: SecretHash::of(token),
        person: reviewer.clone(),
        opened_at,
        expires_at: opened_at.plus_ms(HOUR_MS),
    };
    let found = |token: &str| store.session(SecretHash::of(token)).expect("the store works");
    for token in ["a", "b"] {
        store.open_session(session(token, NOW)).expect("the store works");
    }
    assert_eq!(found("a"), Some(session("a", NOW)));
    let later = NOW.plus_ms(2 * HOUR_MS);
    store
        .extend_session(SecretHash::of("a"), later)
        .expect("the store works");
    assert_eq!(found("a").map(|session| session.expires_at), Some(later));
    // Opening one sweeps those that are over: b is, a was extended.
    store
        .open_session(session("c", NOW.plus_ms(HOUR_MS)))
        .expect("the store works");
    assert_eq!((found("b"), found("a").is_some()), (None, true));
    store.close_session(SecretHash::of("c")).expect("the store works");
    assert_eq!(found("c"), None);

    store.set_password(password(&reviewer, "two")).expect("the store works");
    assert_eq!(found("a"), None, "a new password ends what was open");
    let stored = store.password_of_login("pao").expect("the store works");
    assert_eq!(stored, Some(password(&reviewer, "two")));
    let without_login = store.set_password(password(&officer(), "three"));
    assert!(matches!(without_login, Err(StoreError::Conflict(_))));
}
