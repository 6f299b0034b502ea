//! What a person is told of values that two wrote apart from each other: whose they are, and what they are about.

use super::merging::{Pair, only, with_women};
use super::*;

/// A value as it is told: what, by whom, and whether a time is told with it.
fn told(conflict: &view::Conflict) -> Vec<(&str, &str, bool)> {
    let values = conflict.values.iter();
    let told = values.map(|value| (&*value.display.vi, &*value.person_name, value.at.is_some()));
    told.collect()
}

#[test]
fn a_choice_that_only_one_place_has_is_named_and_nobody_is_named_for_the_other() {
    let shared = session(1, "40", "15/9/2025");
    let pair = &mut Pair::apart(&shared);
    pair.save(0, only(&shared, "date_start", "15/9/2026"));
    let both = RawValue::List(vec!["KHCN".to_owned(), "TIETKIEM".to_owned()]);
    let unknowing = Draft {
        fields: BTreeMap::from([("topics".to_owned(), both)]),
        ..shared.clone()
    };
    pair.save(1, unknowing);
    pair.meet();
    for phone in &pair.phones {
        let detail = phone.entry(shared.entry);
        let [conflict] = detail.conflicts.as_slice() else {
            panic!("one choice differs: {:?}", detail.conflicts)
        };
        let part = conflict.part.clone();
        assert_eq!(conflict.field, "topics");
        assert_eq!(part.map(|part| part.vi).as_deref(), Some("Ứng dụng khoa học công nghệ"));
        assert_eq!(told(conflict), [("Không", "", false), ("Có", "Lò Thị Xoan", true)]);
        assert!(!conflict.values[0].mine);
    }
}

#[test]
fn who_took_something_away_as_the_record_moved_is_named_for_that_nothing_stands_there() {
    let shared = with_women(&session(1, "40", "15/9/2025"), "12");
    let pair = &mut Pair::apart(&shared);
    pair.save(1, only(&shared, "date_start", "16/9/2024"));
    pair.save(0, with_women(&only(&shared, "date_start", "15/9/2026"), ""));
    // Written last, the day of who took it away counts.
    pair.save(0, only(&shared, "date_start", "17/9/2026"));
    pair.meet();
    for phone in &pair.phones {
        let detail = phone.entry(shared.entry);
        let mut conflicts = detail.conflicts.iter();
        let women = conflicts
            .find(|conflict| conflict.field == "participants_female")
            .unwrap();
        assert_eq!(women.part, None);
        assert_eq!(
            told(women),
            [("trống", "Giàng Thị Mỷ", true), ("12 lượt người", "Lò Thị Xoan", true)]
        );
    }
}
