//! 0-01 to 0-10: the unit's profile, and who reported.

use client_core::report::SystemFacts;

use super::world::{Case, Expected, as_of, case, district, number};

/// Twelve unions below, eleven to report, nine did, seven of them in time.
fn facts() -> SystemFacts {
    SystemFacts {
        units_submitted: Some(9),
        units_expected_open_in_period: Some(11),
        units_submitted_on_time: Some(7),
        ..SystemFacts::default()
    }
}

pub(crate) fn cases() -> Vec<Case> {
    vec![
        // The newest by the cut-off is 15 August: 124. The one of October comes later, the one of September is deleted.
        case(
            "0-01",
            [
                as_of("2026-01-05", "HOSO_DONVI").n("cnvcld", 118),
                as_of("2026-08-15", "HOSO_DONVI").n("cnvcld", 124),
                as_of("2026-09-20", "HOSO_DONVI").n("cnvcld", 130).deleted(),
                as_of("2026-10-01", "HOSO_DONVI").n("cnvcld", 140),
            ],
            number(124),
        )
        .from(&[1]),
        // A stock may be older than the period: of 5 January, 61.
        case(
            "0-02",
            [
                as_of("2026-01-05", "HOSO_DONVI")
                    .n("cnvcld", 118)
                    .n("cnvcld_female", 61),
                as_of("2026-10-01", "HOSO_DONVI")
                    .n("cnvcld", 140)
                    .n("cnvcld_female", 70),
            ],
            number(61),
        )
        .from(&[0]),
        // The newest snapshot says nothing of it, and an older one does not answer for it: empty.
        case(
            "0-03",
            [
                as_of("2026-01-05", "HOSO_DONVI")
                    .n("cnvcld", 118)
                    .n("cnvcld_ethnic", 40),
                as_of("2026-08-15", "HOSO_DONVI").n("cnvcld", 124),
            ],
            Expected::Empty,
        ),
        // Two on one day: the one made last counts, 37.
        case(
            "0-03",
            [
                as_of("2026-08-15", "HOSO_DONVI")
                    .n("cnvcld_ethnic", 37)
                    .made_on("2026-08-17"),
                as_of("2026-08-15", "HOSO_DONVI")
                    .n("cnvcld_ethnic", 36)
                    .made_on("2026-08-16"),
            ],
            number(37),
        )
        .from(&[0]),
        // On the last day of the period it still counts: 119.
        case(
            "0-04",
            [
                as_of("2026-09-30", "HOSO_DONVI").n("members", 119),
                as_of("2026-07-01", "HOSO_DONVI").n("members", 110),
            ],
            number(119),
        )
        .from(&[0]),
        case("0-05", [], number(9)).of(district()).knowing(facts()),
        case("0-06", [], number(11)).of(district()).knowing(facts()),
        // 9 of 11.
        case("0-07", [], Expected::Ratio(9, 11)).of(district()).knowing(facts()),
        case("0-08", [], number(7)).of(district()).knowing(facts()),
        // 7 of 11: of those expected, not of those that came.
        case("0-09", [], Expected::Ratio(7, 11)).of(district()).knowing(facts()),
        // Both from the newest snapshot: 62 of 124, not 90 of anything.
        case(
            "0-10",
            [
                as_of("2026-01-05", "HOSO_DONVI").n("cnvcld", 118).n("trained", 90),
                as_of("2026-08-15", "HOSO_DONVI").n("cnvcld", 124).n("trained", 62),
            ],
            Expected::Ratio(62, 124),
        )
        .from(&[1, 1]),
        // Without the number above the line there is no share: empty, not 0 %.
        case(
            "0-10",
            [as_of("2026-08-15", "HOSO_DONVI").n("cnvcld", 124)],
            Expected::Empty,
        ),
    ]
}
