//! Answers screens: read models of one device, made anew from its documents each time.

mod check;
mod copy;
mod declared;
mod deletions;
mod elsewhere;
mod entries;
mod overtaken;
mod pick;
mod problems;
mod reports;
mod status;

use std::borrow::Cow;
use std::collections::BTreeMap;

use jiff::civil::Date;

use super::Replica;
use super::view::{Answer, Query, UnitName};
use crate::catalogue::{self, ActivityType, Indicator, UnitSector};
use crate::ids::{Actor, DocumentId, DocumentKind, EntryId, OrgUnitId};
use crate::model::conflict::{self, FieldConflict};
use crate::model::entries as stored;
use crate::model::entry::{Entry, FieldValue};
use crate::model::maps::EntryMaps;
use crate::model::places::{self, Place};
use crate::report::UnitFacts;
use crate::text::{self, Bilingual};
use crate::time::Timestamp;
use crate::validate;

use entries::unit_name;

pub(super) use check::check_draft;
pub(super) use deletions::{is_apart as is_deleted_apart, said as deletion_said};
pub(super) use overtaken::{is_untouched, typed_over, untold};
pub(super) use reports::{figures, findings, periods};

pub(super) fn answer(replica: &Replica, query: &Query, now: Timestamp) -> Answer {
    match query {
        Query::Status => Answer::Status(Box::new(status::status(replica))),
        Query::Catalogue => Answer::Catalogue(Box::new(catalogue::everything())),
        Query::Today => Answer::Today(Box::new(status::today(replica, now))),
        Query::Entries { task, records, deleted } => {
            Answer::Entries(entries::list(replica, task.as_deref(), records, *deleted, now))
        }
        Query::Entry { entry } => Answer::Entry(entries::detail(replica, *entry, now).map(Box::new)),
        Query::CheckDraft(draft) => Answer::Check(check_draft(replica, draft, now).1),
        Query::Drafts => {
            let mut drafts: Vec<_> = replica.kept.own_drafts().map(|(_, kept)| kept.draft.clone()).collect();
            drafts.retain(|draft| !draft.is_empty());
            drafts.sort_by_key(|draft| std::cmp::Reverse(draft.kept_at));
            Answer::Drafts(drafts)
        }
        Query::Titles { type_code } => Answer::Titles(entries::titles(replica, type_code)),
        Query::Reports => Answer::Reports(reports::cards(replica, now)),
        Query::Report { period } => Answer::Report(reports::report(replica, *period, now).map(Box::new)),
        Query::Outbox => Answer::Outbox(status::outbox(replica)),
        Query::Units => Answer::Units(units(replica)),
        Query::Types => Answer::Types(pick::types(replica)),
        Query::CopyOf { entry } => Answer::Copy(copy::copy_of(replica, *entry)),
        Query::Asked => Answer::Asked(asked(replica)),
    }
}

/// An entry with where it stands.
pub(super) struct Found {
    pub(super) document: DocumentId,
    pub(super) entry: Entry,
    pub(super) maps: EntryMaps,
    /// The same entry in documents in which it does not count: it was moved to another year.
    pub(super) others: Vec<Found>,
}

impl Found {
    fn place<'f>(&'f self, replica: &'f Replica) -> Option<Place<'f>> {
        let holding = replica.kept.documents.get(&self.document)?;
        Some(Place {
            id: &self.document,
            document: &holding.document,
            entry: Cow::Borrowed(&self.entry),
            maps: Cow::Borrowed(&self.maps),
        })
    }

    /// Its places, the one that counts first.
    fn places<'f>(&'f self, replica: &'f Replica) -> Option<(Place<'f>, Vec<Place<'f>>)> {
        let others = self.others.iter().filter_map(|other| other.place(replica));
        Some((self.place(replica)?, others.collect()))
    }
}

/// The keys of an entry on which people differ.
pub(super) fn conflicts(replica: &Replica, found: &Found) -> Vec<FieldConflict> {
    let places = found.places(replica);
    places.map_or_else(Vec::new, |(counting, others)| places::conflicts(&counting, &others))
}

/// What a conflict is about within its field. A row that one took out is called as it was.
pub(super) fn part(replica: &Replica, found: &Found, conflict: &FieldConflict) -> Option<Bilingual> {
    let document = &replica.kept.documents.get(&found.document)?.document;
    let whole = conflict::whole(document, &found.maps, &found.entry, conflict);
    validate::display_part(&whole, &conflict.key, &|code| unit_name(replica, code))
}

/// Whether people wrote an entry differently, or moved it apart from each other, and nobody has decided.
pub(super) fn is_undecided(replica: &Replica, found: &Found) -> bool {
    let places = found.places(replica);
    places.is_some_and(|(counting, others)| places::is_undecided(&counting, &others))
}

/// The entries of the officer's own unit, each once, in the document in which it counts.
pub(super) fn own_entries(replica: &Replica) -> Vec<Found> {
    let Some(unit) = own_unit(replica) else {
        return Vec::new();
    };
    let holdings = replica.kept.documents.values().filter(|holding| {
        *holding.id.unit() == unit.id && matches!(holding.id.kind(), DocumentKind::Log | DocumentKind::Register)
    });
    let everywhere = holdings.flat_map(|holding| {
        let entries = stored::read_with_maps(&holding.document).into_iter();
        entries.map(|(entry, maps)| Found {
            document: holding.id.clone(),
            entry,
            maps,
            others: Vec::new(),
        })
    });
    let mut standing: BTreeMap<EntryId, Vec<Found>> = BTreeMap::new();
    for found in everywhere {
        standing.entry(found.entry.id).or_default().push(found);
    }
    let counting = standing.into_values().filter_map(|mut places| {
        if places.len() > 1 {
            places.sort_by_cached_key(|found| found.place(replica).map(|place| place.rank()));
        }
        let others = places.split_off(1);
        Some(Found {
            others,
            ..places.pop()?
        })
    });
    counting.collect()
}

/// One entry of the officer's own unit.
pub(super) fn own_entry(replica: &Replica, id: EntryId) -> Option<Found> {
    own_entries(replica).into_iter().find(|found| found.entry.id == id)
}

/// Units that a field may name, by name.
fn units(replica: &Replica) -> Vec<UnitName> {
    let named = replica.kept.profile.iter().flat_map(|profile| &profile.units);
    let mut units: Vec<_> = named
        .map(|unit| UnitName {
            id: unit.id.clone(),
            name: unit.name.clone(),
        })
        .collect();
    units.sort_by_cached_key(|unit| text::fold(&unit.name));
    units
}

/// The indicators that are asked of the officer's unit, by code.
fn asked(replica: &Replica) -> Vec<&'static str> {
    let unit = own_unit(replica);
    let asked = |indicator: &&Indicator| unit.as_ref().is_some_and(|unit| indicator.is_asked_of(unit));
    let indicators = catalogue::indicators().iter().filter(asked);
    indicators.map(|indicator| indicator.code).collect()
}

/// What the profile says about the officer's unit.
pub(super) fn own_unit(replica: &Replica) -> Option<UnitFacts> {
    let unit = &replica.kept.profile.as_ref()?.unit;
    Some(UnitFacts {
        id: unit.id.parse::<OrgUnitId>().ok()?,
        tier: catalogue::tiers()
            .iter()
            .find(|tier| tier_code(tier.code) == unit.tier)?
            .code,
        sector: sector(&unit.sector),
    })
}

/// The code by which tables and the profile name a tier.
pub(super) fn tier_code(tier: catalogue::Tier) -> &'static str {
    use catalogue::Tier;
    match tier {
        Tier::Tinh => "TINH",
        Tier::BanCspl => "BAN_CSPL",
        Tier::BanKhac => "BAN_KHAC",
        Tier::Cttt => "CTTT",
        Tier::Cdcs => "CDCS",
        Tier::CdcsTt => "CDCS_TT",
    }
}

fn sector(code: &str) -> Option<UnitSector> {
    match code {
        "HCSN" => Some(UnitSector::Hcsn),
        "DN_NN" => Some(UnitSector::DnNn),
        "DN_NNN" => Some(UnitSector::DnNnn),
        "HTX" => Some(UnitSector::Htx),
        "KHAC" => Some(UnitSector::Khac),
        _ => None,
    }
}

/// The day an entry is listed under.
pub(super) fn day_of(entry: &Entry, known: Option<&ActivityType>) -> Date {
    let day = known
        .and_then(|known| known.day_field)
        .and_then(|field| entry.date(field));
    day.unwrap_or_else(|| entry.created_at.date())
}

/// What an entry is called in lists.
pub(super) fn title_of(entry: &Entry, known: Option<&ActivityType>) -> String {
    let field = known.and_then(|known| known.title_field).unwrap_or("title");
    let title = match entry.field(field) {
        Some(FieldValue::Text(text)) => Some(text.clone()),
        Some(FieldValue::Paragraphs(parts)) => parts.values().next().map(|first| first.chars().take(120).collect()),
        Some(
            FieldValue::Integer(_)
            | FieldValue::Decimal(_)
            | FieldValue::Boolean(_)
            | FieldValue::Date(_)
            | FieldValue::Codes(_)
            | FieldValue::Rows(_),
        )
        | None => None,
    };
    title
        .or_else(|| known.map(|known| known.label.vi.to_owned()))
        .unwrap_or_else(|| entry.type_code.clone())
}

/// Who made something, and on which device.
pub(super) fn author(replica: &Replica, actor: Option<Actor>) -> (String, String) {
    let devices = replica
        .kept
        .profile
        .as_ref()
        .map(|profile| profile.devices.as_slice())
        .unwrap_or_default();
    let device = actor.and_then(|actor| devices.iter().find(|device| device.id == actor.device.0));
    device.map_or_else(Default::default, |device| {
        (device.person_name.clone(), device.name.clone())
    })
}
