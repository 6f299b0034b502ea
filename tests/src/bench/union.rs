//! The union of a measure: one province, units below it, their people and phones, in a data folder of the real server.

use std::io::Cursor;
use std::path::Path;
use std::sync::Arc;

use client_core::access::Role;
use client_core::ids::{DeviceId, OrgUnitId, PersonId};
use client_core::protocol::enrol::{EnrolRequest, EnrolResponse};
use client_core::time::Timestamp;
use jiff::civil::date;
use server::installation::{FirstSteps, initialise};
use server::secret::{SecretHash, new_code, new_token};
use server::store::Store;
use server::store::accounts::{Enrolment, NewEnrolment, NewEnrolmentCode};
use server::store::directory::{DirectoryEdit, NewPerson, NewUnit};

use super::BenchError;
use crate::phone::clock::Clock;
use crate::phone::network::{Network, Reply, Request};
use crate::phone::state::State;
use crate::phone::{Phone, PhoneError};
use crate::world::open;

/// The file of a server's database in its data folder.
const DATABASE: &str = "so-cong-doan.sqlite3";

/// The units stand below this one.
pub(super) const BRANCH: &str = "H";

/// A unit's id by its number.
pub(super) fn unit(number: usize) -> OrgUnitId {
    format!("U{number:05}").parse().expect("a plain id")
}

/// The first or second officer of a unit.
pub(super) fn officer(number: usize, which: usize) -> PersonId {
    format!("u{number:05}.{which}").parse().expect("a plain id")
}

/// The reviewer of the unit above them all.
pub(super) fn reviewer() -> PersonId {
    "h.1".parse().expect("a plain id")
}

/// Makes a data folder with so many units, and the periods of these years.
pub(super) fn found(
    data: &Path,
    units: usize,
    years: std::ops::RangeInclusive<i16>,
    now: Timestamp,
) -> Result<(), BenchError> {
    std::fs::create_dir_all(data)?;
    let store = store(data);
    let root: OrgUnitId = "TINH".parse().expect("a plain id");
    let since = date(2011, 1, 1);
    let steps = FirstSteps {
        root: root.clone(),
        root_name: "LĐLĐ tỉnh Lai Châu".to_owned(),
        from: since,
        administrator: "quan-tri".parse().expect("a plain id"),
        administrator_name: "Quản trị".to_owned(),
        login: "quantri".to_owned(),
    };
    initialise(&*store, steps, false, now)?;
    let below = |id: OrgUnitId, name: String, tier: &str, parent: OrgUnitId| {
        DirectoryEdit::Unit(NewUnit {
            id,
            name,
            tier: tier.to_owned(),
            sector: if tier == "CDCS" {
                "DN_NNN".to_owned()
            } else {
                String::new()
            },
            parent: Some(parent),
            from: since,
        })
    };
    let person = |id: PersonId, role: Role, unit: OrgUnitId| {
        DirectoryEdit::Person(NewPerson {
            name: format!("Người {id}"),
            id,
            role,
            unit,
            login: None,
        })
    };
    let branch: OrgUnitId = BRANCH.parse().expect("a plain id");
    let mut edits = vec![
        below(branch.clone(), "LĐLĐ huyện Tam Đường".to_owned(), "CTTT", root),
        person(reviewer(), Role::Reviewer, branch.clone()),
    ];
    for number in 0..units {
        edits.push(below(unit(number), format!("CĐCS số {number}"), "CDCS", branch.clone()));
        edits.extend([1, 2].map(|which| person(officer(number, which), Role::Officer, unit(number))));
    }
    for year in years {
        for quarter in 1..=4 {
            let period: client_core::model::period::ReportingPeriod =
                format!("{year}-Q{quarter}").parse().expect("a period");
            edits.push(DirectoryEdit::Period(
                period,
                period.last_day().saturating_add(jiff::Span::new().days(10)),
            ));
        }
    }
    store.edit_directory(edits)?;
    Ok(())
}

/// The store of a data folder.
pub(super) fn store(data: &Path) -> Arc<dyn Store> {
    open(&data.join(DATABASE))
}

/// A phone of a person, in memory, enrolled straight in the server's store. It has not synced yet.
pub(super) fn phone(store: &dyn Store, person: &PersonId, now: Timestamp) -> Result<Phone, PhoneError> {
    let mut phone = Phone::open(State::in_memory(Vec::new()), Clock::Set(now))?;
    let mut desk = Desk { store, person, now };
    phone.enrol(&mut desk, "00000000", "máy đo")?;
    Ok(phone)
}

/// Enrols whoever asks as a device of one person.
struct Desk<'s> {
    store: &'s dyn Store,
    person: &'s PersonId,
    now: Timestamp,
}

impl Desk<'_> {
    fn enrol(&self, body: &[u8]) -> Option<Vec<u8>> {
        let request: EnrolRequest = serde_json::from_slice(body).ok()?;
        let key = data_encoding::BASE64URL_NOPAD
            .decode(request.public_key.as_bytes())
            .ok()?;
        let (code, token) = (SecretHash::of(&new_code().ok()?), new_token().ok()?);
        let (person, at) = (self.person.clone(), self.now);
        let code_of_person = NewEnrolmentCode {
            code,
            person,
            made_at: at,
            expires_at: at.plus_ms(60_000),
        };
        self.store.add_enrolment_code(code_of_person).ok()?;
        let mut device = [0; 8];
        getrandom::fill(&mut device).ok()?;
        let enrolment = NewEnrolment {
            code,
            device: DeviceId(device),
            name: request.device_name,
            public_key: key.try_into().ok()?,
            token: SecretHash::of(&token),
            at,
        };
        let Enrolment::Enrolled(device) = self.store.enrol(enrolment).ok()? else {
            return None;
        };
        let unit = None;
        serde_json::to_vec(&EnrolResponse { device, token, unit }).ok()
    }
}

impl Network for Desk<'_> {
    fn post(&mut self, request: &Request) -> Option<Reply> {
        Some(Reply {
            status: 201,
            content_type: "application/json".to_owned(),
            retry_after_s: None,
            body: Box::new(Cursor::new(self.enrol(&request.body)?)),
        })
    }
}
