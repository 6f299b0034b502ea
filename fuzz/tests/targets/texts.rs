//! What people type, and what names things in addresses, keys and messages.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::str::FromStr;

use bolero::check;
use client_core::catalogue;
use client_core::ids::{DeviceId, DocumentId, EntryId, OrgUnitId, PartId, PersonId, SubmissionId};
use client_core::model::entries::EntryKey;
use client_core::model::log;
use client_core::model::period::ReportingPeriod;
use client_core::protocol::enrol::normalise_code;
use client_core::text;
use client_core::time::Timestamp;
use client_core::validate::{
    RawValue, display_field, format_field, parse_declared, parse_field, parse_narrative, parse_reason,
};
use fuzz::memory::{self, mib};
use fuzz::mutated::Mutated;
use jiff::civil::date;

const ITERATIONS: usize = 3_000;

fn texts() -> Mutated {
    Mutated::new([
        "",
        "log/KHUN-HA/2026",
        "register/KHUN-HA",
        "2026-Q3",
        "2026-H1",
        "2026",
        "01JD0000000000000000000000",
        "0101010101010101",
        "2026-Q3/II.1-02",
        "2026-Q3/III-10#01JD0000000000000000000000",
        "participants#01JD0000000000000000000000",
        "kh7o-4m2l",
        "1.234.567,5",
        "12 triệu rưỡi",
        "2 tỷ 300 nghìn",
        "35,5 %",
        "15/9",
        "15/9/2026",
        "hôm qua",
        "2026-09-15",
        "KHCN, TKCP",
        "true",
        "Tiết kiệm chi phí\nĐường xa, mưa lũ.",
    ])
}

#[test]
fn ids() {
    let _alone = memory::alone();
    let texts = texts();
    check!()
        .with_iterations(ITERATIONS)
        .with_generator(&texts)
        .for_each(|bytes| {
            let text = String::from_utf8_lossy(bytes);
            reads_back::<DocumentId>(&text);
            reads_back::<OrgUnitId>(&text);
            reads_back::<PersonId>(&text);
            reads_back::<DeviceId>(&text);
            reads_back::<EntryId>(&text);
            reads_back::<PartId>(&text);
            reads_back::<SubmissionId>(&text);
            reads_back::<ReportingPeriod>(&text);
            if let Ok(period) = text.parse::<ReportingPeriod>() {
                assert!(period.first_day() <= period.last_day() && period.contains(period.last_day()));
                let _ = period.previous();
            }
            let _ = log::parse_key(&text);
            let _ = EntryKey::parse(&text);
            assert!(normalise_code(&text).is_none_or(|code| code.len() == 8));
        });
}

/// What is read can be written, and means the same when it is read again.
fn reads_back<T: FromStr + Display + PartialEq + Debug>(text: &str) {
    if let Ok(read) = text.parse::<T>() {
        assert_eq!(read.to_string().parse::<T>().ok(), Some(read));
    }
}

#[test]
fn fields() {
    let _alone = memory::alone();
    let fields: Vec<_> = catalogue::activity_types()
        .iter()
        .flat_map(catalogue::ActivityType::all_fields)
        .collect();
    let texts = texts();
    let today = date(2026, 10, 8);
    check!()
        .with_iterations(4 * ITERATIONS)
        .with_generator((&texts, &texts, 0..fields.len(), 0_u8..3))
        .for_each(|(one, two, index, shape)| {
            let field = fields[*index];
            let [one, two] = [one, two].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
            let raw = match shape {
                0 => RawValue::Text(one),
                1 => RawValue::List(vec![one, two]),
                _ => RawValue::Rows(vec![BTreeMap::from([(two, one.clone()), ("at".to_owned(), one)])]),
            };
            let Ok(Some(value)) = memory::within(mib(1), || parse_field(field, &raw, today)) else {
                return;
            };
            let shown = format_field(field, &value);
            let again = parse_field(field, &shown, today);
            let again = again.unwrap_or_else(|error| panic!("{raw:?} is shown as {shown:?}: {error:?}"));
            assert_eq!(again.map(|again| format_field(field, &again)), Some(shown), "{raw:?}");
            let _ = display_field(field, &value, &|_| None);
        });
}

#[test]
fn declared() {
    let _alone = memory::alone();
    let texts = texts();
    let indicators = catalogue::indicators();
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((&texts, 0..indicators.len()))
        .for_each(|(bytes, index)| {
            let typed = String::from_utf8_lossy(bytes);
            let _ = parse_declared(&indicators[*index], &typed);
            let _ = parse_reason(&indicators[*index], &typed);
            let _ = parse_narrative(&typed);
        });
}

#[test]
fn writing() {
    let _alone = memory::alone();
    let texts = texts();
    check!()
        .with_iterations(ITERATIONS)
        .with_generator((&texts, bolero::produce::<i64>(), bolero::produce::<f64>()))
        .for_each(|(bytes, number, decimal)| {
            let typed = String::from_utf8_lossy(bytes);
            let composed = text::composed(&typed);
            assert_eq!(text::composed(&composed), composed);
            let folded = text::fold(&typed);
            assert_eq!(text::fold(&folded), folded, "{typed:?}");
            let _ = text::is_blank(&typed);
            let _ = (text::grouped(*number), text::money_words_vi(*number));
            let _ = (text::decimal_vi(*decimal), text::decimal_en(*decimal));
            let day = Timestamp(*number).date();
            let _ = (Timestamp::start_of(day), ReportingPeriod::quarter_of(day));
        });
}
