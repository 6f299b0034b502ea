//! Invented data: a union of some sixty units with two quarters of work, to try the system with. Said to be invented on
//! every screen. Made through the same edits as anything else, and the same for the same day.

mod names;
mod registers;
mod submitting;
mod tree;
mod union;
mod visit;
mod work;

use client_core::catalogue::{self, RecordKind};
use client_core::ids::{Actor, DocumentId, EntryId, PersonId};
use client_core::model::entries::{self, EntryEdit};
use client_core::model::period::ReportingPeriod;
use client_core::time::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use ulid::Ulid;

pub use visit::{Visit, VisitError, fill_for_visitors, open_to_visitors};

use crate::installation::{FirstSteps, initialise};
use crate::store::Store;
use crate::store::directory::DirectoryEdit;
use crate::workspace::{Workspace, WorkspaceError};
use union::{Member, person_id};
use work::Record;

/// Days after a quarter in which its report may be submitted.
const DAYS_TO_SUBMIT: i32 = 10;

const HOUR_MS: i64 = 60 * 60 * 1000;

/// The two quarters that hold work: the last one that is over, and the one that runs.
fn quarters(today: Date) -> [ReportingPeriod; 2] {
    let running = ReportingPeriod::quarter_of(today);
    [running.previous().unwrap_or(running), running]
}

/// Sets an empty store up and fills it.
pub fn fill(store: &dyn Store, now: Timestamp) -> Result<(), WorkspaceError> {
    let administrator: PersonId = person_id(tree::ROOT, "administrator");
    let steps = FirstSteps {
        root: union::unit_id(tree::ROOT),
        root_name: tree::ROOT_NAME.to_owned(),
        from: tree::FOUNDED,
        administrator: administrator.clone(),
        administrator_name: "Quản trị (minh họa)".to_owned(),
        login: "quantri".to_owned(),
    };
    initialise(store, steps, true, now)?;
    let (mut directory, members) = union::union(now);
    let quarters = quarters(now.date());
    for period in quarters {
        let due = period.last_day().saturating_add(DAYS_TO_SUBMIT.days());
        directory.push(DirectoryEdit::Period(period, due));
    }
    let organisation = store.organisation(now.date())?;
    let after = organisation.with(&directory);
    let mut workspace = Workspace::new(store);
    for (number, member) in (0..).zip(&members) {
        let mut working = Working {
            workspace: &mut workspace,
            member,
            now,
            rng: fastrand::Rng::with_seed(number),
        };
        working.two_quarters(quarters)?;
        submitting::submit(&mut working, &after, quarters[0])?;
    }
    store.enter(workspace.finish(directory, &organisation, now)?)?;
    Ok(())
}

/// One unit at work.
struct Working<'w, 's> {
    workspace: &'w mut Workspace<'s>,
    member: &'w Member,
    now: Timestamp,
    rng: fastrand::Rng,
}

impl Working<'_, '_> {
    fn two_quarters(&mut self, quarters: [ReportingPeriod; 2]) -> Result<(), WorkspaceError> {
        let (first, today) = (quarters[0].first_day(), self.now.date());
        let mut records = Vec::new();
        for quarter in quarters {
            let last = quarter.last_day().min(today);
            let span = quarter.first_day().until(last).map_or(0, |span| span.get_days());
            // About one a fortnight; some units write down less than others.
            let count = 1 + span / 18 + self.rng.i32(0..4);
            let days: Vec<_> = (0..count)
                .map(|_| quarter.first_day().saturating_add(self.rng.i32(0..=span).days()))
                .collect();
            records.extend(work::activities(&mut self.rng, self.member, &days));
        }
        if !self.member.sector.is_empty() {
            records.extend(registers::records(&mut self.rng, self.member, first, today));
        }
        records.sort_by_key(|record| record.day);
        for record in records {
            self.write(&record)?;
        }
        Ok(())
    }

    /// Writes a record down in the evening of its day.
    fn write(&mut self, record: &Record) -> Result<(), WorkspaceError> {
        let evening = Timestamp::start_of(record.day).plus_ms(17 * HOUR_MS + self.rng.i64(0..4 * HOUR_MS));
        let at = evening.min(self.now);
        let id = EntryId(Ulid::from_parts(at.0.max(0) as u64, self.rng.u128(..)));
        let kind = catalogue::activity_type(record.type_code).map(|kind| kind.record);
        let document = match kind {
            Some(RecordKind::Register | RecordKind::Snapshot) => DocumentId::register(&self.member.unit),
            Some(RecordKind::Activity | RecordKind::Thread) | None => {
                DocumentId::log(&self.member.unit, record.day.year())
            }
        };
        let mut edit = EntryEdit::new(id, record.type_code);
        edit.fields = record
            .fields
            .iter()
            .map(|(field, value)| (field.clone(), Some(value.clone())))
            .collect();
        edit.state = record.events.last().map(|(state, _)| (*state).to_owned());
        edit.events = record
            .events
            .iter()
            .map(|(state, day)| ((*state).to_owned(), *day))
            .collect();
        let actor = self.actor();
        let rng = &mut self.rng;
        self.workspace
            .edit(&document, |document| entries::write(document, actor, at, rng, &edit))?;
        Ok(())
    }

    fn actor(&mut self) -> Actor {
        let devices = &self.member.devices;
        Actor {
            device: devices[self.rng.usize(..devices.len())],
            incarnation: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use client_core::catalogue::Level;
    use client_core::validate::{self, Context};
    use jiff::civil::date;

    use super::*;
    use crate::projection::{Held, rebuild};
    use crate::report::unit_report;
    use crate::store::sqlite::SqliteStore;

    fn filled(day: Date) -> (Arc<dyn Store>, Timestamp, tempfile::TempDir) {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&folder.path().join("data.sqlite")).unwrap());
        let now = Timestamp::start_of(day).plus_ms(10 * HOUR_MS);
        fill(&*store, now).unwrap();
        (store, now, folder)
    }

    #[test]
    fn invented_entries_keep_the_rules_and_the_read_model_follows_from_them() {
        let (store, now, _folder) = filled(date(2026, 11, 23));
        let mut entries = 0;
        let mut types = std::collections::BTreeSet::new();
        for id in store.documents().unwrap() {
            for (entry, _) in Held::load(&*store, &id).unwrap().entries() {
                let findings = validate::entry(entry, &Context::on(now.date()));
                let errors: Vec<_> = findings
                    .iter()
                    .filter(|finding| finding.level == Level::Error)
                    .collect();
                let kind = catalogue::activity_type(&entry.type_code).unwrap();
                assert!(
                    entry.fields.keys().all(|field| kind.field(field).is_some()),
                    "{entry:?}"
                );
                assert!(errors.is_empty(), "{id} {}: {errors:?}", entry.type_code);
                types.insert(entry.type_code.clone());
                entries += 1;
            }
        }
        assert!(entries > 500, "{entries} entries");
        assert!(types.len() > 20, "{types:?}");
        let live = store.dump_read_model().unwrap();
        rebuild(&store, now.date()).unwrap();
        assert_eq!(store.dump_read_model().unwrap(), live);
    }

    #[test]
    fn invented_data_are_the_same_for_the_same_day() {
        let dump = || filled(date(2027, 1, 2)).0.dump_read_model().unwrap();
        assert_eq!(dump(), dump());
    }

    #[test]
    fn the_province_has_numbers_for_both_quarters_and_some_have_not_reported() {
        let (store, now, _folder) = filled(date(2026, 11, 23));
        let organisation = store.organisation(now.date()).unwrap();
        let report = |unit: &str, period: &str| {
            unit_report(&*store, &organisation, &unit.parse().unwrap(), period.parse().unwrap())
                .unwrap()
                .unwrap()
        };
        let number = |report: &crate::report::UnitReport, code: &str| {
            let indicator = report
                .indicators
                .iter()
                .find(|indicator| indicator.code == code)
                .unwrap();
            indicator.value.as_ref().and_then(client_core::report::Value::as_number)
        };
        for period in ["2026-Q3", "2026-Q4"] {
            let province = report("TINH", period);
            let districts: f64 = organisation.children[&"TINH".parse().unwrap()]
                .iter()
                .filter_map(|unit| number(&report(unit.as_str(), period), "II.1-02"))
                .sum();
            assert!(districts > 0.0);
            assert_eq!(number(&province, "II.1-02"), Some(districts));
        }
        let (reported, expected) = (
            number(&report("TINH", "2026-Q3"), "0-05"),
            number(&report("TINH", "2026-Q3"), "0-06"),
        );
        assert!(
            reported > Some(30.0) && reported < expected,
            "{reported:?} of {expected:?}"
        );
        assert_eq!(number(&report("KHUN-HA", "2026-Q3"), "0-01"), Some(86.0));
    }
}
