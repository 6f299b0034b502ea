//! II.3.2-01 to II.3.2-18: agreements, dialogue, bargaining.

use client_core::report::SystemFacts;

use super::world::{Case, Expected, Made, case, district, item, number, on};

fn agreement(from: &str, to: &str) -> Made {
    item("TULDTT").d("valid_from", from).d("valid_to", to)
}

pub(crate) fn cases() -> Vec<Case> {
    [agreements(), dialogues(), guidance()].into_iter().flatten().collect()
}

fn agreements() -> Vec<Case> {
    let signed = |date| item("TULDTT").d("sign_date", date);
    vec![
        case("II.3.2-01", [], number(14)).of(district()).knowing(SystemFacts {
            units_open_in_sector_dn: Some(14),
            ..SystemFacts::default()
        }),
        // In force on 30 September: the first, the one whose last day it is, and the one ended only in October = 3.
        // Expired in August, beginning in October, and ended in August are not.
        case(
            "II.3.2-02",
            [
                agreement("2025-01-01", "2027-12-31"),
                agreement("2024-10-01", "2026-09-30"),
                agreement("2025-01-01", "2027-12-31").entered("CHAM_DUT", "2026-10-15"),
                agreement("2024-01-01", "2026-08-31"),
                agreement("2026-10-01", "2028-09-30"),
                agreement("2025-01-01", "2027-12-31").entered("CHAM_DUT", "2026-08-15"),
            ],
            number(3),
        )
        .from(&[0, 1, 2]),
        // 2 new: one says so, one leaves the box empty.
        case(
            "II.3.2-03",
            [
                signed("2026-07-10").b("is_renewal", false),
                signed("2026-08-10"),
                signed("2026-08-11").b("is_renewal", true),
                signed("2026-06-10"),
            ],
            number(2),
        )
        .from(&[0, 1]),
        // 1 renewed.
        case(
            "II.3.2-04",
            [
                signed("2026-08-11").b("is_renewal", true),
                signed("2026-06-11").b("is_renewal", true),
                signed("2026-08-12"),
            ],
            number(1),
        )
        .from(&[0]),
        // 1: in force and better than the law. The better one that expired does not count.
        case(
            "II.3.2-05",
            [
                agreement("2025-01-01", "2027-12-31").b("favourable", true),
                agreement("2025-01-01", "2027-12-31").b("favourable", false),
                agreement("2023-01-01", "2025-12-31").b("favourable", true),
            ],
            number(1),
        )
        .from(&[0]),
        // This unit with an agreement, 1, of 14 enterprises.
        case(
            "II.3.2-06",
            [agreement("2025-01-01", "2027-12-31")],
            Expected::Ratio(1, 14),
        )
        .from(&[0])
        .of(super::world::unit(
            client_core::catalogue::Tier::Cttt,
            client_core::catalogue::UnitSector::DnNn,
        ))
        .knowing(SystemFacts {
            units_open_in_sector_dn: Some(14),
            ..SystemFacts::default()
        }),
        // Nobody says how many enterprises there are: empty.
        case("II.3.2-06", [agreement("2025-01-01", "2027-12-31")], Expected::Empty).from(&[0]),
        // 120 + 30 = 150; the 500 are of an agreement that ran out.
        case(
            "II.3.2-07",
            [
                agreement("2025-01-01", "2027-12-31").n("workers_covered", 120),
                agreement("2026-09-30", "2028-12-31").n("workers_covered", 30),
                agreement("2023-01-01", "2025-12-31").n("workers_covered", 500),
            ],
            number(150),
        )
        .from(&[0, 1]),
        // Two agreements in force make one enterprise.
        case(
            "II.3.2-18",
            [
                agreement("2025-01-01", "2027-12-31"),
                agreement("2026-01-01", "2027-12-31"),
            ],
            number(1),
        )
        .from(&[0, 1]),
        // None in force: 0.
        case("II.3.2-18", [agreement("2023-01-01", "2025-12-31")], number(0)),
    ]
}

fn dialogues() -> Vec<Case> {
    let dialogue = |kind| on("2026-08-25", "DOITHOAI_NLV").c("kind", kind);
    let forum = || on("2026-08-26", "DT_TOADAM_DIENDAN");
    let conference = |date, year| on(date, "HN_NLD").n("year", year);
    let session = |result| on("2026-07-30", "TLTT_DAMPHAN").c("result", result);
    vec![
        // 2 dialogues + 1 forum that is also one under the law = 3.
        case(
            "II.3.2-08",
            [
                dialogue("DINHKY"),
                dialogue("VUVIEC"),
                forum().b("is_statutory_dialogue", true),
                forum().b("is_statutory_dialogue", false),
                forum(),
                on("2026-06-25", "DOITHOAI_NLV"),
            ],
            number(3),
        )
        .from(&[0, 1, 2]),
        // 1 periodic.
        case(
            "II.3.2-09",
            [dialogue("DINHKY"), dialogue("VUVIEC"), dialogue("DINHKY").deleted()],
            number(1),
        )
        .from(&[0]),
        // 5 + 2 = 7.
        case(
            "II.3.2-10",
            [
                dialogue("DINHKY").n("items_raised", 8).n("items_agreed", 5),
                dialogue("YEUCAU").n("items_raised", 2).n("items_agreed", 2),
            ],
            number(7),
        )
        .from(&[0, 1]),
        // Held in February for 2026: the year to date, so 1. Twice is still one unit.
        case(
            "II.3.2-11",
            [conference("2026-02-10", 2026), conference("2026-08-10", 2026)],
            number(1),
        )
        .from(&[0, 1]),
        // On the last day of the period it still counts: 1.
        case("II.3.2-11", [conference("2026-09-30", 2026)], number(1)).from(&[0]),
        // One of last year, one to come in October: 0.
        case(
            "II.3.2-11",
            [conference("2025-02-10", 2025), conference("2026-10-10", 2026)],
            number(0),
        ),
        // 1 of 11 expected.
        case("II.3.2-12", [conference("2026-02-10", 2026)], Expected::Ratio(1, 11))
            .from(&[0])
            .of(district())
            .knowing(SystemFacts {
                units_expected_open_in_period: Some(11),
                ..SystemFacts::default()
            }),
        // 3.
        case(
            "II.3.2-13",
            [
                session("THANH"),
                session("MOTPHAN"),
                session("KHONG"),
                on("2026-04-30", "TLTT_DAMPHAN"),
            ],
            number(3),
        )
        .from(&[0, 1, 2]),
        // Wholly or in part: 2.
        case(
            "II.3.2-14",
            [session("THANH"), session("MOTPHAN"), session("KHONG")],
            number(2),
        )
        .from(&[0, 1]),
        // 2.
        case(
            "II.3.2-15",
            [
                on("2026-07-21", "QC_NOIBO").b("issued", true),
                on("2026-08-21", "QC_NOIBO").b("issued", false),
                on("2026-12-21", "QC_NOIBO").b("issued", true),
            ],
            number(2),
        )
        .from(&[0, 1]),
    ]
}

fn guidance() -> Vec<Case> {
    let visit = |date, units: &[&str]| on(date, "HD_CDCS").many("units", units);
    vec![
        // A and B, then B and C: three unions, not four. D was in June.
        case(
            "II.3.2-16",
            [
                visit("2026-07-08", &["A", "B"]),
                visit("2026-08-08", &["B", "C"]),
                visit("2026-06-08", &["D"]),
            ],
            number(3),
        )
        .from(&[0, 1])
        .of(district()),
        // Plan 181: 1; rolled out only after the period would be 0.
        case(
            "II.3.2-17",
            [on("2024-05-10", "TRIENKHAI_VB").c("document", "KH181")],
            number(1),
        )
        .from(&[0]),
        case(
            "II.3.2-17",
            [
                on("2026-10-10", "TRIENKHAI_VB").c("document", "KH181"),
                on("2026-07-10", "TRIENKHAI_VB").c("document", "CT37"),
            ],
            number(0),
        ),
    ]
}
