//! The kinds of record that a unit may make.

use std::cmp::Reverse;

use super::super::Replica;
use super::super::view::{LastRecord, TypeList, TypeRow};
use super::{Found, day_of, own_entries, own_unit, title_of};
use crate::catalogue::{self, ActivityType, RecordKind};
use crate::report::UnitFacts;

/// Tiles before a unit has a history, as the plan weighs its tasks.
const FIRST_TILES: [&str; 6] = ["TT_BUOI", "CHAMLO", "SANGKIEN", "VHTT", "TT_LOA_BANTIN", "DOITHOAI_NLV"];
/// How many stand before the whole list.
const OFTEN: usize = 3;

/// What a unit chooses from. A question is asked elsewhere.
pub(super) fn types(replica: &Replica) -> TypeList {
    let (unit, found) = (own_unit(replica), own_entries(replica));
    let mut often = most_used(replica, &found);
    often.truncate(OFTEN);
    let offered = catalogue::activity_types().iter();
    let types = offered
        .filter(|known| known.record != RecordKind::Thread)
        .map(|known| TypeRow {
            code: known.code,
            asked: is_asked(unit.as_ref(), known),
            last: newest(&found, known),
        });
    TypeList {
        often,
        types: types.collect(),
    }
}

fn newest(found: &[Found], known: &'static ActivityType) -> Option<LastRecord> {
    let entries = found.iter().map(|found| &found.entry);
    let own = entries.filter(|entry| entry.type_code == known.code && !entry.is_deleted());
    let entry = own.max_by_key(|entry| (day_of(entry, Some(known)), entry.id))?;
    Some(LastRecord {
        entry: entry.id,
        title: title_of(entry, Some(known)),
        date: day_of(entry, Some(known)),
    })
}

/// The types that a unit uses most, the likeliest first; always six.
pub(super) fn most_used(replica: &Replica, found: &[Found]) -> Vec<String> {
    let unit = own_unit(replica);
    let times = |code: &str| found.iter().filter(|found| found.entry.type_code == code).count();
    let offered = catalogue::activity_types()
        .iter()
        .filter(|known| known.record != RecordKind::Thread && is_asked(unit.as_ref(), known));
    let mut left: Vec<_> = offered.map(|known| (times(known.code), known.code)).collect();
    let mut tiles: Vec<String> = Vec::new();
    // Taken one by one: six are soon found, and nothing is sorted for it.
    while tiles.len() < FIRST_TILES.len()
        && let Some(at) = (0..left.len())
            .filter(|at| left[*at].0 > 0)
            .min_by_key(|at| (Reverse(left[*at].0), left[*at].1))
    {
        tiles.push(left.swap_remove(at).1.to_owned());
    }
    for code in FIRST_TILES {
        if tiles.len() < FIRST_TILES.len() && tiles.iter().all(|tile| tile != code) {
            tiles.push(code.to_owned());
        }
    }
    tiles
}

/// Whether the plan means units like the officer's own. Of a unit that is not known yet, everything.
fn is_asked(unit: Option<&UnitFacts>, known: &ActivityType) -> bool {
    unit.is_none_or(|unit| unit.is_meant_by(known.tiers, known.sector))
}
