//! II.3.3-01 to II.3.3-13: meals, care, culture.

use super::world::{Case, Expected, as_of, case, item, number, on};

pub(crate) fn cases() -> Vec<Case> {
    [meals(), care(), culture()].into_iter().flatten().collect()
}

fn meals() -> Vec<Case> {
    let meal = |date, provided| as_of(date, "BUA_AN_CA").b("provided", provided);
    vec![
        // The newest by the cut-off says yes: 1.
        case(
            "II.3.3-01",
            [meal("2026-01-01", false), meal("2026-07-01", true)],
            number(1),
        )
        .from(&[1]),
        // The newest says no, although an older one said yes: 0. What October brings does not matter.
        case(
            "II.3.3-01",
            [
                meal("2026-01-01", true),
                meal("2026-07-01", false),
                meal("2026-10-01", true),
            ],
            number(0),
        ),
        // 25,000 since July; never 20,000 + 25,000.
        case(
            "II.3.3-02",
            [
                meal("2026-01-01", true).n("value_vnd", 20_000),
                meal("2026-07-01", true).n("value_vnd", 25_000),
                meal("2026-08-01", true).n("value_vnd", 30_000).deleted(),
            ],
            number(25_000),
        )
        .from(&[1]),
        // No meals any more; the value typed before stands in a hidden field and is no answer.
        case(
            "II.3.3-02",
            [meal("2026-07-01", false).n("value_vnd", 25_000)],
            Expected::Empty,
        ),
        // 110.
        case(
            "II.3.3-03",
            [
                meal("2026-01-01", true).n("workers", 90),
                meal("2026-07-01", true).n("workers", 110),
            ],
            number(110),
        )
        .from(&[1]),
        // Raised in August: 1.
        case(
            "II.3.3-04",
            [meal("2026-08-01", true)
                .n("value_before_vnd", 20_000)
                .n("value_vnd", 25_000)],
            number(1),
        )
        .from(&[0]),
        // Raised in May, and in August only said again: 0.
        case(
            "II.3.3-04",
            [
                meal("2026-05-01", true)
                    .n("value_before_vnd", 20_000)
                    .n("value_vnd", 25_000),
                meal("2026-08-01", true)
                    .n("value_before_vnd", 25_000)
                    .n("value_vnd", 25_000),
                meal("2026-08-02", true).n("value_vnd", 25_000),
            ],
            number(0),
        ),
    ]
}

fn care() -> Vec<Case> {
    let care = |kind| on("2026-07-27", "CHAMLO").c("kind", kind);
    let agreement = |signed| item("THOATHUAN_PL").d("sign_date", signed);
    vec![
        // 14 + 4 = 18.
        case(
            "II.3.3-05",
            [
                care("BUACOM").n("beneficiaries", 14),
                care("THAMHOI").n("beneficiaries", 4),
                on("2026-02-10", "CHAMLO").n("beneficiaries", 300),
            ],
            number(18),
        )
        .from(&[0, 1]),
        // 14 × 50,000 = 700,000 and four grants of 700,000 = 2,800,000: together 3,500,000.
        case(
            "II.3.3-06",
            [
                care("BUACOM").n("amount_vnd", 700_000),
                care("KHOKHAN").n("amount_vnd", 2_800_000),
            ],
            number(3_500_000),
        )
        .from(&[0, 1]),
        // 1 home.
        case(
            "II.3.3-07",
            [care("MAIAM"), care("BUACOM"), care("MAIAM").deleted()],
            number(1),
        )
        .from(&[0]),
        // 2 meals.
        case(
            "II.3.3-08",
            [
                care("BUACOM"),
                care("BUACOM"),
                care("MAIAM"),
                on("2026-10-01", "CHAMLO").c("kind", "BUACOM"),
            ],
            number(2),
        )
        .from(&[0, 1]),
        // Without an end, and ending on the last day: 2. Ended in August and signed in October are not.
        case(
            "II.3.3-09",
            [
                agreement("2025-05-01"),
                agreement("2025-05-01").d("valid_to", "2026-09-30"),
                agreement("2025-05-01").d("valid_to", "2026-08-31"),
                agreement("2026-10-01"),
            ],
            number(2),
        )
        .from(&[0, 1]),
        // Any of the three programmes makes the unit one: 1, not 2.
        case(
            "II.3.3-13",
            [
                on("2026-03-03", "TRIENKHAI_VB").c("document", "CTR1734"),
                on("2026-07-03", "TRIENKHAI_VB").c("document", "KH132"),
            ],
            number(1),
        )
        .from(&[0, 1]),
    ]
}

fn culture() -> Vec<Case> {
    vec![
        // 2.
        case(
            "II.3.3-10",
            [
                on("2026-07-28", "VHTT"),
                on("2026-09-02", "VHTT"),
                on("2026-06-30", "VHTT"),
            ],
            number(2),
        )
        .from(&[0, 1]),
        // 60 + 90 = 150.
        case(
            "II.3.3-11",
            [
                on("2026-07-28", "VHTT").n("participants", 60),
                on("2026-09-02", "VHTT").n("participants", 90),
                on("2026-09-03", "VHTT").n("participants", 20).deleted(),
            ],
            number(150),
        )
        .from(&[0, 1]),
        // 12 + 8 = 20.
        case(
            "II.3.3-12",
            [
                on("2026-07-31", "THIETCHE_VH").n("sessions", 12),
                on("2026-08-31", "THIETCHE_VH").n("sessions", 8),
                on("2026-08-31", "TT_BUOI").n("sessions", 5),
            ],
            number(20),
        )
        .from(&[0, 1]),
    ]
}
