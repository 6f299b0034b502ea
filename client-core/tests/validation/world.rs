//! Few words for entries and findings.

use std::cell::Cell;
use std::collections::BTreeMap;

use client_core::catalogue::{Level, activity_type};
use client_core::ids::{EntryId, PartId};
use client_core::model::entry::{Entry, FieldValue};
use client_core::time::Timestamp;
use client_core::validate::{Context, Finding, RawValue, entry, parse_field};
use jiff::civil::{Date, date};
use ulid::Ulid;

thread_local! {
    static NEXT: Cell<u128> = const { Cell::new(1) };
}

fn next() -> Ulid {
    NEXT.with(|next| Ulid(next.replace(next.get() + 1)))
}

/// 8 October 2026.
pub(crate) const TODAY: Date = date(2026, 10, 8);

pub(crate) fn today() -> Context<'static> {
    Context::on(TODAY)
}

/// An entry typed in: each field goes through the parser, as on the phone.
pub(crate) fn typed(kind: &str, fields: &[(&str, &str)]) -> Entry {
    let kind = activity_type(kind).unwrap();
    let mut values = BTreeMap::new();
    for (name, text) in fields {
        let field = kind
            .field(name)
            .unwrap_or_else(|| panic!("{} has no {name}", kind.code));
        let value = parse_field(field, &RawValue::Text((*text).to_owned()), TODAY);
        let value = value.unwrap_or_else(|error| panic!("{name}: {}", error.message.vi));
        values.insert((*name).to_owned(), value.unwrap_or_else(|| panic!("{name} is empty")));
    }
    Entry {
        id: EntryId(next()),
        type_code: kind.code.to_owned(),
        fields: values,
        events: BTreeMap::new(),
        state: None,
        created_at: Timestamp::start_of(TODAY),
        deleted_at: None,
    }
}

pub(crate) fn in_state(mut entry: Entry, state: &str, day: Date) -> Entry {
    entry.state = Some(state.to_owned());
    entry.events.insert(state.to_owned(), day);
    entry
}

pub(crate) fn with(mut entry: Entry, field: &str, value: FieldValue) -> Entry {
    entry.fields.insert(field.to_owned(), value);
    entry
}

/// A table of authors with these shares.
pub(crate) fn authors(shares: &[f64]) -> FieldValue {
    FieldValue::Rows(
        shares
            .iter()
            .map(|share| {
                let row = BTreeMap::from([
                    ("name".to_owned(), FieldValue::Text("Lò Văn A".to_owned())),
                    ("pct".to_owned(), FieldValue::Decimal(*share)),
                ]);
                (PartId(next()), row)
            })
            .collect(),
    )
}

pub(crate) fn findings(subject: &Entry, context: &Context<'_>, rule: &str) -> Vec<Finding> {
    entry(subject, context)
        .into_iter()
        .filter(|finding| finding.rule == rule)
        .collect()
}

#[track_caller]
pub(crate) fn fires(subject: &Entry, context: &Context<'_>, rule: &str, level: Level) -> Finding {
    let found = findings(subject, context, rule);
    assert_eq!(found.len(), 1, "{rule}: {:#?}", entry(subject, context));
    assert_eq!(found[0].level, level);
    assert!(
        found[0].message.vi.ends_with('.') && found[0].message.en.ends_with('.'),
        "{:?}",
        found[0].message
    );
    found[0].clone()
}

#[track_caller]
pub(crate) fn silent(subject: &Entry, context: &Context<'_>, rule: &str) {
    let found = findings(subject, context, rule);
    assert!(found.is_empty(), "{found:#?}");
}
