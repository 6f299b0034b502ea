//! The import file, read and judged against a directory.

use std::panic::AssertUnwindSafe;

use bolero::check;
use fuzz::memory::{self, mib};
use fuzz::mutated::Mutated;
use server::import::{ImportError, import};
use system_tests::world::World;

const ITERATIONS: usize = 1_000;

const FILE: &str = r#"{
  "units": [{ "id": "D", "name": "CĐCS D", "tier": "CDCS", "sector": "DN_NNN", "parent": "TAM", "from": "2021-03-11" }],
  "people": [{ "id": "d.1", "name": "Lò Thị Xoan", "role": "officer", "unit": "D", "login": "tamduong" }],
  "periods": [{ "period": "2027-Q1", "due": "2027-04-10" }],
  "entries": [{ "unit": "D", "id": "01JD0000000000000000000000", "type": "TT_BUOI", "state": null, "events": {},
    "fields": { "date_start": "2026-10-08", "title": "Sinh hoạt", "topics": ["KHCN"], "participants": 58 } }],
  "declarations": [{ "unit": "A", "period": "2026-Q4", "indicator": "II.1-02", "value": 60, "reason": "Hai người" }]
}"#;

#[test]
fn import_file() {
    let _alone = memory::alone();
    let world = AssertUnwindSafe(World::new());
    let mutated = Mutated::new([FILE, "{}", r#"{"entries":[]}"#]);
    check!()
        .with_iterations(ITERATIONS)
        .with_generator(&mutated)
        .for_each(|bytes| {
            let done = memory::within(mib(16), || import(&*world.store, bytes, world.now));
            match done {
                Ok(_) => {}
                Err(ImportError::Refused(remarks)) => {
                    assert!(!remarks.is_empty());
                    assert!(
                        remarks
                            .iter()
                            .all(|remark| remark.path.starts_with('$') && !remark.message.is_empty())
                    );
                }
                Err(failed) => panic!("{failed:?}"),
            }
        });
}
