//! Units, people and periods of a file, as edits of the administrator's tables.

use std::collections::{BTreeMap, BTreeSet};

use client_core::catalogue::{Tier, UnitSector};
use client_core::ids::OrgUnitId;
use client_core::time::Timestamp;
use serde::de::DeserializeOwned;

use super::Remark;
use super::format::{File, Person, Unit};
use crate::naming;
use crate::organisation::Organisation;
use crate::store::directory::{DirectoryEdit, NewPerson, NewUnit};

/// What the file adds. What is there already as the file says it is passed over.
pub(super) fn edits(
    file: &File,
    organisation: &Organisation,
    now: Timestamp,
    errors: &mut Vec<Remark>,
) -> Vec<DirectoryEdit> {
    let mut edits = Vec::new();
    let known: BTreeSet<_> = organisation
        .units
        .keys()
        .chain(file.units.iter().map(|unit| &unit.id))
        .collect();
    let mut parents: BTreeMap<&OrgUnitId, &OrgUnitId> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    let mut new_units = Vec::new();
    for (index, unit) in file.units.iter().enumerate() {
        let path = format!("$.units[{index}]");
        if !seen.insert(&unit.id) {
            errors.push(Remark::new(
                format!("{path}.id"),
                format!("{} stands in the file twice", unit.id),
            ));
            continue;
        }
        if is_there_already(unit, organisation, &path, errors) {
            continue;
        }
        check_unit(unit, organisation, &known, now, &path, errors);
        parents.extend(unit.parent.as_ref().map(|parent| (&unit.id, parent)));
        new_units.push((path, unit));
    }
    check_tiers(file, organisation, errors);
    for (path, unit) in &new_units {
        if leads_back(&unit.id, &parents) {
            let message = format!("{} lies above itself", unit.id);
            errors.push(Remark::new(format!("{path}.parent"), message));
            parents.remove(&unit.id);
        }
    }
    edits.extend(parents_first(
        new_units.into_iter().map(|(_, unit)| unit).collect(),
        organisation,
    ));
    people(file, organisation, &known, errors, &mut edits);
    let mut periods = BTreeSet::new();
    for (index, period) in file.periods.iter().enumerate() {
        let path = format!("$.periods[{index}]");
        if !periods.insert(period.period) {
            let message = format!("{} stands in the file twice", period.period);
            errors.push(Remark::new(format!("{path}.period"), message));
        }
        if period.due <= period.period.last_day() {
            let message = format!(
                "the last day to submit must lie after the period, which ends on {}",
                period.period.last_day()
            );
            errors.push(Remark::new(format!("{path}.due"), message));
        }
        if !organisation.periods.contains(&(period.period, period.due)) {
            edits.push(DirectoryEdit::Period(period.period, period.due));
        }
    }
    edits
}

fn is_there_already(unit: &Unit, organisation: &Organisation, path: &str, errors: &mut Vec<Remark>) -> bool {
    let Some(there) = organisation.units.get(&unit.id) else {
        return false;
    };
    let is_same = there.name == unit.name.trim()
        && there.tier == unit.tier
        && there.sector == unit.sector
        && there.parent == unit.parent;
    if !is_same {
        let message = format!(
            "there is a unit {} already, and it differs; an import adds units and changes none",
            unit.id
        );
        errors.push(Remark::new(format!("{path}.id"), message));
    }
    true
}

fn check_unit(
    unit: &Unit,
    organisation: &Organisation,
    known: &BTreeSet<&OrgUnitId>,
    now: Timestamp,
    path: &str,
    errors: &mut Vec<Remark>,
) {
    check_name(&unit.name, path, errors);
    if tier(&unit.tier).is_none() {
        let message = "no such tier: TINH, BAN_CSPL, BAN_KHAC, CTTT, CDCS or CDCS_TT";
        errors.push(Remark::new(format!("{path}.tier"), message));
    }
    if tier(&unit.tier) == Some(Tier::Tinh) && unit.parent.is_some() {
        let message = "there is one province, and it stands at the top; an upper-level union is CTTT";
        errors.push(Remark::new(format!("{path}.tier"), message));
    }
    if !unit.sector.is_empty() && read_code::<UnitSector>(&unit.sector).is_none() {
        let message = "no such sector: HCSN, DN_NN, DN_NNN, HTX, KHAC or nothing";
        errors.push(Remark::new(format!("{path}.sector"), message));
    }
    match &unit.parent {
        None if organisation.root().is_some() => {
            errors.push(Remark::new(
                format!("{path}.parent"),
                "there is a unit at the top already; name the unit above",
            ));
        }
        Some(parent) if !known.contains(parent) => {
            errors.push(Remark::new(
                format!("{path}.parent"),
                format!("there is no unit {parent}"),
            ));
        }
        None | Some(_) => {}
    }
    if unit.from > now.date() {
        errors.push(Remark::new(format!("{path}.from"), "the day lies ahead"));
    }
}

fn tier(code: &str) -> Option<Tier> {
    read_code(code)
}

fn read_code<T: DeserializeOwned>(code: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(code.to_owned())).ok()
}

/// Units stand below such as may have others below them. A wrong tier is named where it stands: once, in the file, or with
/// each new unit below one that is there already.
fn check_tiers(file: &File, organisation: &Organisation, errors: &mut Vec<Remark>) {
    let has_none_below = |code: &str| tier(code).is_some_and(|tier| !tier.stands_above_others());
    let reason = |above: &str, code: &str, below: &OrgUnitId| {
        format!(
            "{above} is {code}, which has no units below it, and {below} names it as the unit above; \
             an upper-level union is CTTT"
        )
    };
    for (index, unit) in file.units.iter().enumerate() {
        let below = file.units.iter().find(|below| below.parent.as_ref() == Some(&unit.id));
        if let Some(below) = below.filter(|_| has_none_below(&unit.tier)) {
            let message = reason(unit.id.as_str(), &unit.tier, &below.id);
            errors.push(Remark::new(format!("$.units[{index}].tier"), message));
        }
        let is_in_file = |id: &OrgUnitId| file.units.iter().any(|unit| unit.id == *id);
        let above = unit.parent.as_ref().filter(|parent| !is_in_file(parent));
        let above = above.and_then(|parent| Some((parent, organisation.units.get(parent)?)));
        if let Some((parent, above)) = above.filter(|(_, above)| has_none_below(&above.tier)) {
            let message = reason(parent.as_str(), &above.tier, &unit.id);
            errors.push(Remark::new(format!("$.units[{index}].parent"), message));
        }
    }
}

fn check_name(name: &str, path: &str, errors: &mut Vec<Remark>) {
    if let Err(error) = naming::name(name) {
        errors.push(Remark::new(format!("{path}.name"), error.to_string()));
    }
}

fn leads_back(unit: &OrgUnitId, parents: &BTreeMap<&OrgUnitId, &OrgUnitId>) -> bool {
    let mut above = parents.get(unit);
    for _ in 0..parents.len() {
        match above {
            None => return false,
            Some(parent) if *parent == unit => return true,
            Some(parent) => above = parents.get(parent),
        }
    }
    false
}

/// In an order in which every parent is there when its children come.
fn parents_first(mut units: Vec<&Unit>, organisation: &Organisation) -> Vec<DirectoryEdit> {
    let mut placed: BTreeSet<&OrgUnitId> = organisation.units.keys().collect();
    let mut edits = Vec::new();
    loop {
        let (ready, later): (Vec<_>, Vec<_>) = units
            .into_iter()
            .partition(|unit| unit.parent.as_ref().is_none_or(|parent| placed.contains(parent)));
        // What is left has been named as an error; what names it in turn is none.
        let (ready, later, is_last) = match ready.is_empty() {
            true => (later, Vec::new(), true),
            false => (ready, later, false),
        };
        for unit in &ready {
            placed.insert(&unit.id);
            edits.push(DirectoryEdit::Unit(NewUnit {
                id: unit.id.clone(),
                name: unit.name.trim().to_owned(),
                tier: unit.tier.clone(),
                sector: unit.sector.clone(),
                parent: unit.parent.clone(),
                from: unit.from,
            }));
        }
        if is_last {
            return edits;
        }
        units = later;
    }
}

fn people(
    file: &File,
    organisation: &Organisation,
    known: &BTreeSet<&OrgUnitId>,
    errors: &mut Vec<Remark>,
    edits: &mut Vec<DirectoryEdit>,
) {
    let mut seen = BTreeSet::new();
    let mut logins: BTreeSet<&str> = BTreeSet::new();
    for (index, person) in file.people.iter().enumerate() {
        let path = format!("$.people[{index}]");
        if !seen.insert(&person.id) {
            errors.push(Remark::new(
                format!("{path}.id"),
                format!("{} stands in the file twice", person.id),
            ));
            continue;
        }
        if let Some(there) = organisation.people.get(&person.id) {
            let is_same = there.name == person.name.trim()
                && there.role == person.role
                && there.unit == person.unit
                && there.login == person.login;
            if !is_same {
                let message = format!("there is a person {} already, and it differs", person.id);
                errors.push(Remark::new(format!("{path}.id"), message));
            }
            continue;
        }
        check_name(&person.name, &path, errors);
        if !known.contains(&person.unit) {
            errors.push(Remark::new(
                format!("{path}.unit"),
                format!("there is no unit {}", person.unit),
            ));
        }
        check_login(person, organisation, &mut logins, &path, errors);
        edits.push(DirectoryEdit::Person(NewPerson {
            id: person.id.clone(),
            name: person.name.trim().to_owned(),
            role: person.role,
            unit: person.unit.clone(),
            login: person.login.clone(),
        }));
    }
}

fn check_login<'f>(
    person: &'f Person,
    organisation: &Organisation,
    logins: &mut BTreeSet<&'f str>,
    path: &str,
    errors: &mut Vec<Remark>,
) {
    let Some(login) = person.login.as_deref() else { return };
    if let Err(error) = naming::login(login) {
        errors.push(Remark::new(format!("{path}.login"), error.to_string()));
    }
    let is_taken = organisation
        .people
        .values()
        .any(|there| there.login.as_deref() == Some(login));
    if is_taken || !logins.insert(login) {
        errors.push(Remark::new(format!("{path}.login"), format!("{login} is taken")));
    }
}
