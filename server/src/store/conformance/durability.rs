//! What every engine promises about the disk: what a verb has returned from is there for whoever opens the store next, also
//! when nobody has closed it.

use std::sync::Arc;

use client_core::access::Role;
use client_core::ids::DeviceId;

use super::{DAY, NOW, change, document, filled, person_id, receive, rows, settlement};
use crate::secret::{SecretHash, device_id};
use crate::store::Store;
use crate::store::accounts::{Enrolment, NewEnrolment, NewEnrolmentCode, Password, Session};
use crate::store::directory::{DirectoryEdit, Installation, NewPerson};
use crate::store::documents::Entered;

/// Does something with one opening of a store, and sees it with another.
struct Promise {
    of: &'static str,
    write: fn(&Arc<dyn Store>),
    is_there: fn(&Arc<dyn Store>) -> bool,
}

/// Runs the promises: each on a new place, in which the store is opened again while the first opening is still there.
pub fn run_reopened<S: Store + 'static, Place>(new_place: impl Fn() -> Place, open: impl Fn(&Place) -> S) {
    for promise in PROMISES {
        let place = new_place();
        let opened = || -> Arc<dyn Store> { Arc::new(open(&place)) };
        let first = opened();
        filled(&first);
        assert!(!(promise.is_there)(&opened()), "{}: before", promise.of);
        (promise.write)(&first);
        assert!((promise.is_there)(&opened()), "{}: after", promise.of);
        // Nothing is written as the store goes away that was not there already.
        drop(first);
        assert!((promise.is_there)(&opened()), "{}: closed", promise.of);
    }
}

const PROMISES: [Promise; 8] = [
    Promise {
        of: "initialise",
        write: |store| {
            let installation = Installation {
                epoch: [1; 8],
                signing_key: [2; 32],
                server_device: DeviceId([3; 8]),
                demo: false,
            };
            store.initialise(installation).expect("it is empty");
        },
        is_there: |store| {
            store
                .installation()
                .is_ok_and(|installation| installation.epoch == [1; 8])
        },
    },
    Promise {
        of: "edit_directory",
        write: |store| {
            let edits = vec![super::unit("C", Some("A"), DAY)];
            store.edit_directory(edits).expect("the edit is sound");
        },
        is_there: |store| {
            let organisation = store.organisation(DAY).expect("it can be read");
            organisation.units.keys().any(|unit| unit.as_str() == "C")
        },
    },
    Promise {
        of: "receive",
        write: |store| receive(store, &document("log/A/2026"), &[change(1, 1)]),
        is_there: |store| {
            let arrived = store.arrived(&document("log/A/2026")).expect("it can be read");
            arrived.iter().any(|stored| stored.bytes == change(1, 1).bytes)
        },
    },
    Promise {
        of: "settle",
        write: |store| {
            let log = document("log/A/2026");
            receive(store, &log, &[change(1, 1)]);
            let settled = vec![settlement(&log, &[change(1, 1)])];
            store.settle(settled, vec![rows("A", 7)]).expect("it settles");
        },
        is_there: |store| {
            let applied = store.applied(&document("log/A/2026")).expect("it can be read");
            applied.len() == 1 && !store.dump_read_model().expect("it can be read").is_empty()
        },
    },
    Promise {
        of: "enter",
        write: |store| {
            let entered = Entered {
                changes: vec![(document("log/A/2026"), vec![change(1, 1)])],
                at: NOW,
                ..Entered::default()
            };
            store.enter(entered).expect("it is sound");
        },
        is_there: |store| store.applied_count(&document("log/A/2026")).expect("it can be read") == 1,
    },
    Promise {
        of: "replace_read_model",
        write: |store| {
            let mut whole = [rows("A", 5)].into_iter();
            let source = Box::new(move || Ok(whole.next()));
            store.replace_read_model(source).expect("it is replaced");
        },
        is_there: |store| !store.dump_read_model().expect("it can be read").is_empty(),
    },
    Promise {
        of: "enrol",
        write: |store| {
            let code = NewEnrolmentCode {
                code: SecretHash::of("code"),
                person: person_id("can-bo-A"),
                made_at: NOW,
                expires_at: NOW.plus_ms(1_000),
            };
            store.add_enrolment_code(code).expect("the person is there");
            let enrolment = NewEnrolment {
                code: SecretHash::of("code"),
                device: DeviceId([10; 8]),
                name: "Máy".to_owned(),
                public_key: [10; 32],
                token: SecretHash::of("token"),
                at: NOW,
            };
            let enrolled = store.enrol(enrolment).expect("the store works");
            let device = device_id(&[10; 32], &person_id("can-bo-A"));
            assert_eq!(enrolled, Enrolment::Enrolled(device));
        },
        is_there: |store| {
            let organisation = store.organisation(DAY).expect("it can be read");
            let device = device_id(&[10; 32], &person_id("can-bo-A"));
            organisation.tokens.get(&SecretHash::of("token")) == Some(&device)
        },
    },
    Promise {
        of: "open_session",
        write: |store| {
            let person = person_id("nguoi-duyet");
            let reviewer = DirectoryEdit::Person(NewPerson {
                id: person.clone(),
                name: "Vàng A Páo".to_owned(),
                role: Role::Reviewer,
                unit: "TINH".parse().expect("a plain id"),
                login: Some("pao".to_owned()),
            });
            store.edit_directory(vec![reviewer]).expect("the edit is sound");
            let password = Password {
                person: person.clone(),
                hash: "hash".to_owned(),
            };
            store.set_password(password).expect("the person signs in");
            let session = Session {
                token: SecretHash::of("session"),
                person,
                opened_at: NOW,
                expires_at: NOW,
            };
            store.open_session(session).expect("the person is there");
        },
        is_there: |store| {
            let session = store.session(SecretHash::of("session")).expect("it can be read");
            let password = store.password_of_login("pao").expect("it can be read");
            session.is_some() && password.is_some()
        },
    },
];
