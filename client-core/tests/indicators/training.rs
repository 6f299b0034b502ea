//! II.3.4-01 to II.3.4-11: training and skills.

use super::world::{Case, case, number, on};

pub(crate) fn cases() -> Vec<Case> {
    let class = |date, mode| on(date, "DT_LOP").c("mode", mode);
    let contest = |date| on(date, "DT_THITAYNGHE");
    vec![
        // 1 + 2 = 3.
        case(
            "II.3.4-01",
            [
                class("2026-07-06", "LT").n("classes", 1),
                class("2026-08-06", "KETHOP").n("classes", 2),
                class("2026-05-06", "TH").n("classes", 4),
            ],
            number(3),
        )
        .from(&[0, 1]),
        // 25 + 40 = 65.
        case(
            "II.3.4-02",
            [
                class("2026-07-06", "LT").n("participants", 25),
                class("2026-08-06", "KETHOP").n("participants", 40),
                class("2026-08-07", "KETHOP").n("participants", 33).deleted(),
            ],
            number(65),
        )
        .from(&[0, 1]),
        // 11 + 20 = 31.
        case(
            "II.3.4-03",
            [
                class("2026-07-06", "LT").n("participants_female", 11),
                class("2026-08-06", "KETHOP").n("participants_female", 20),
                class("2026-08-08", "TH").n("participants", 9),
            ],
            number(31),
        )
        .from(&[0, 1]),
        // 17 + 3 = 20.
        case(
            "II.3.4-04",
            [
                class("2026-07-06", "LT").n("participants_ethnic", 17),
                class("2026-08-06", "KETHOP").n("participants_ethnic", 3),
            ],
            number(20),
        )
        .from(&[0, 1]),
        // 22 certified after a class + 6 upgraded by contest = 28; the class that did not count them adds none.
        case(
            "II.3.4-05",
            [
                class("2026-07-06", "LT").n("certified", 22),
                class("2026-08-06", "KETHOP").n("participants", 40),
                contest("2026-09-06").n("participants", 12).n("passed", 6),
                contest("2026-10-06").n("passed", 50),
            ],
            number(28),
        )
        .from(&[0, 2]),
        // 2.
        case(
            "II.3.4-06",
            [contest("2026-07-19"), contest("2026-09-19"), contest("2026-06-19")],
            number(2),
        )
        .from(&[0, 1]),
        // 8 + 5 = 13.
        case(
            "II.3.4-07",
            [
                on("2026-07-16", "DT_CHUYENDOI").n("people", 8),
                on("2026-08-16", "DT_CHUYENDOI").n("people", 5),
                on("2025-08-16", "DT_CHUYENDOI").n("people", 70),
            ],
            number(13),
        )
        .from(&[0, 1]),
        // Of 1 + 2 + 3 classes those with theory and practice: 2 + 3 = 5.
        case(
            "II.3.4-08",
            [
                class("2026-07-06", "LT").n("classes", 1),
                class("2026-08-06", "KETHOP").n("classes", 2),
                class("2026-09-06", "KETHOP").n("classes", 3),
            ],
            number(5),
        )
        .from(&[1, 2]),
        // 12,000,000 + 3,250,000 = 15,250,000.
        case(
            "II.3.4-09",
            [
                class("2026-07-06", "LT").n("cost_vnd", 12_000_000),
                class("2026-08-06", "TH").n("cost_vnd", 3_250_000),
                contest("2026-08-06").n("cost_vnd", 9_000_000),
            ],
            number(15_250_000),
        )
        .from(&[0, 1]),
        case(
            "II.3.4-10",
            [on("2026-04-04", "TRIENKHAI_VB").c("document", "DA1712")],
            number(1),
        )
        .from(&[0]),
        // Another document: 0.
        case(
            "II.3.4-11",
            [on("2026-04-04", "TRIENKHAI_VB").c("document", "DA1712")],
            number(0),
        ),
        case(
            "II.3.4-11",
            [on("2026-09-30", "TRIENKHAI_VB").c("document", "CT24")],
            number(1),
        )
        .from(&[0]),
    ]
}
