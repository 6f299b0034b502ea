//! An earlier entry as the pattern of a new one.

use std::collections::BTreeMap;

use super::super::Replica;
use super::super::input::RawValue;
use super::own_entry;
use crate::catalogue::{self, ActivityType, Field, FieldKind, RecordKind, condition};
use crate::ids::EntryId;
use crate::validate;

/// What a draft of a new entry begins with: all that may be the same again, such as its name, its kind, where and with whom.
pub(super) fn copy_of(replica: &Replica, entry: EntryId) -> Option<BTreeMap<String, RawValue>> {
    let earlier = own_entry(replica, entry)?.entry;
    let known = catalogue::activity_type(&earlier.type_code)?;
    let fields = known
        .all_fields()
        .filter(|field| may_be_the_same(known, field) && condition::is_shown(field, &earlier));
    let values = fields.filter_map(|field| {
        let value = earlier.field(field.name)?;
        Some((field.name.to_owned(), validate::format_field(field, value)))
    });
    Some(values.collect())
}

/// Whether a field may say the same of another entry. What was counted and paid, decided, told and attached that one time is
/// written anew: left standing it would be reported as if it had happened again. Figures as of a day go on until they change.
fn may_be_the_same(known: &ActivityType, field: &Field) -> bool {
    if known.once.contains(&field.name) {
        return false;
    }
    match field.kind {
        FieldKind::Integer | FieldKind::Money | FieldKind::Decimal | FieldKind::Percent => {
            known.record == RecordKind::Snapshot
        }
        FieldKind::Text
        | FieldKind::Enum
        | FieldKind::Boolean
        | FieldKind::TaskRef
        | FieldKind::CampaignRef
        | FieldKind::IndicatorRef
        | FieldKind::TextList
        | FieldKind::Table => true,
        // Which units were visited is counted, too.
        FieldKind::Date
        | FieldKind::Prose
        | FieldKind::DocumentRef
        | FieldKind::UnitRef
        | FieldKind::Image
        | FieldKind::File
        | FieldKind::Geo
        | FieldKind::Url
        | FieldKind::Thread => false,
    }
}
