//! What officers do: mostly they log, at times they correct, delete, declare and submit.

use std::collections::BTreeMap;

use client_core::ids::{EntryId, SubmissionId};
use client_core::replica::input::{Draft, Input, RawValue};
use client_core::replica::view::RecordState;
use client_core::time::Timestamp;
use ulid::Ulid;

use crate::phone::{Asked, Phone};

/// A derived number that units may declare otherwise.
const INDICATOR: &str = "II.1-02";
const PERIOD: &str = "2026-Q3";

/// What stands in each name between what is its own and the unit for which it was written.
pub(crate) const WRITTEN_FOR: &str = " viết cho ";

/// One thing that the officer of a phone does now, and what is waited for. None when there is nothing to do it to.
pub(crate) fn act(phone: &Phone, rng: &mut fastrand::Rng, at: Timestamp) -> Option<(Input, Option<Asked>)> {
    let unit = phone.status(at)?.officer?.unit;
    // A record that was refused stands in its form as it was typed; these officers type forms from the beginning.
    let mut rows = phone.rows(at);
    rows.retain(|row| !matches!(row.sync, RecordState::Refused { .. }));
    let name = |rng: &mut fastrand::Rng| format!("Tiết kiệm {:016x}{WRITTEN_FOR}{unit}", rng.u64(..));
    let some = |rng: &mut fastrand::Rng, deleted: bool| {
        let rows: Vec<_> = rows.iter().filter(|row| row.deleted == deleted).collect();
        (!rows.is_empty()).then(|| rows[rng.usize(..rows.len())].id)
    };
    let text = |value: String| RawValue::Text(value);
    Some(match rng.u32(0..100) {
        0..40 => {
            let entry = EntryId(new_ulid(rng, at));
            let title = name(rng);
            let mut draft = talk(entry, title.clone(), rng);
            if phone.wordy {
                draft.fields.extend(long_texts(entry));
            }
            let input = Input::SaveEntry(draft);
            (input, Some(Asked::Save(entry, title)))
        }
        40..70 => {
            let entry = some(rng, false)?;
            let mut draft = Draft::new(entry, "TT_BUOI");
            let asked = if rng.bool() {
                let value = rng.u32(1..90).to_string();
                draft.fields.insert("participants".to_owned(), text(value));
                Asked::Other
            } else {
                let title = name(rng);
                draft.fields.insert("title".to_owned(), text(title.clone()));
                Asked::Save(entry, title)
            };
            match rng.u32(0..6) {
                0 => (Input::KeepDraft(draft), None),
                _ => (Input::SaveEntry(draft), Some(asked)),
            }
        }
        70..78 => (
            Input::DeleteEntry {
                entry: some(rng, false)?,
            },
            Some(Asked::Other),
        ),
        78..84 => (
            Input::RestoreEntry {
                entry: some(rng, true)?,
            },
            Some(Asked::Other),
        ),
        84..92 => {
            let declared = Input::Declare {
                period: PERIOD.parse().unwrap(),
                indicator: INDICATOR.to_owned(),
                value: rng.bool().then(|| rng.u32(1..2000).to_string()),
                reason: format!("Đếm lại lần {}", rng.u32(..100)),
            };
            (declared, Some(Asked::Other))
        }
        _ => {
            let submission = SubmissionId(new_ulid(rng, at));
            let period = PERIOD.parse().unwrap();
            (Input::Submit { period, submission }, Some(Asked::Other))
        }
    })
}

fn talk(entry: EntryId, title: String, rng: &mut fastrand::Rng) -> Draft {
    let text = |value: String| RawValue::Text(value);
    let fields = [
        ("date_start", text(format!("{}/9/2026", rng.u32(1..29)))),
        ("title", text(title)),
        ("form", text("SINHHOAT".to_owned())),
        ("topics", RawValue::List(vec!["TIETKIEM".to_owned()])),
        ("sessions", text("1".to_owned())),
        ("participants", text(rng.u32(1..90).to_string())),
    ];
    Draft {
        fields: BTreeMap::from(fields.map(|(name, value)| (name.to_owned(), value))),
        ..Draft::new(entry, "TT_BUOI")
    }
}

/// Texts that hardly deflate, a few thousand bytes of them.
fn long_texts(entry: EntryId) -> impl Iterator<Item = (String, RawValue)> {
    let mut rng = fastrand::Rng::with_seed(entry.0.0 as u64);
    ["result", "difficulty"].into_iter().map(move |name| {
        let text = (0..1_900).map(|_| rng.alphanumeric()).collect();
        (name.to_owned(), RawValue::Text(text))
    })
}

fn new_ulid(rng: &mut fastrand::Rng, at: Timestamp) -> Ulid {
    Ulid::from_parts(at.0 as u64, rng.u128(..))
}
