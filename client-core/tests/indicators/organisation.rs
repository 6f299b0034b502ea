//! I-01, I-02 and III-01 to III-15: carrying the plan out.

use client_core::catalogue::{Tier, UnitSector};
use client_core::report::SystemFacts;

use super::world::{Case, Expected, case, district, item, number, on, paragraphs, province, unit};

pub(crate) fn cases() -> Vec<Case> {
    [plans(), inspections(), questions(), prose()]
        .into_iter()
        .flatten()
        .collect()
}

fn plans() -> Vec<Case> {
    let plan = |date, year| on(date, "KEHOACH").n("plan_year", year);
    vec![
        // Directive 07 or Plan 81b: 1.
        case(
            "I-01",
            [
                on("2021-04-04", "TRIENKHAI_VB").c("document", "KH81B"),
                on("2026-07-04", "TRIENKHAI_VB").c("document", "CT07"),
            ],
            number(1),
        )
        .from(&[0, 1]),
        case(
            "I-02",
            [on("2026-07-04", "TRIENKHAI_VB").c("document", "KH119")],
            number(1),
        )
        .from(&[0]),
        // Deleted, so not rolled out: 0, since the books were kept.
        case(
            "I-02",
            [
                on("2026-07-04", "TRIENKHAI_VB").c("document", "KH119").deleted(),
                on("2026-07-05", "VHTT"),
            ],
            number(0),
        ),
        // The plan for 2026, of January: 1.
        case("III-01", [plan("2026-01-15", 2026)], number(1)).from(&[0]),
        // Plans for other years: 0.
        case(
            "III-01",
            [plan("2025-01-15", 2025), plan("2026-09-15", 2027)],
            number(0),
        ),
        // In the plans for 2026: {II.1.a, II.2.a} and {II.2.a, II.3.4.a} = 3 tasks. Next year's plan is another matter.
        case(
            "III-13",
            [
                plan("2026-01-15", 2026).many("tasks_chosen", &["II.1.a", "II.2.a"]),
                plan("2026-08-15", 2026).many("tasks_chosen", &["II.2.a", "II.3.4.a"]),
                plan("2026-09-15", 2027).many("tasks_chosen", &["II.3.1.a"]),
            ],
            number(3),
        )
        .from(&[0, 1]),
        // A department of the province: 1.
        case("III-14", [plan("2026-02-15", 2026)], number(1))
            .from(&[0])
            .of(unit(Tier::BanKhac, UnitSector::Hcsn)),
        // The same plan of the province itself: 0, it is no department.
        case("III-14", [plan("2026-02-15", 2026)], number(0)).of(province()),
        // 1 report; the review without a number is none.
        case(
            "III-15",
            [
                on("2026-07-15", "SOKET_TONGKET").c("report_no", "45/BC-LĐLĐ"),
                on("2026-07-16", "SOKET_TONGKET").c("report_no", "  "),
                on("2026-07-17", "SOKET_TONGKET"),
                on("2026-04-15", "SOKET_TONGKET").c("report_no", "12/BC-LĐLĐ"),
            ],
            number(1),
        )
        .from(&[0])
        .of(province()),
    ]
}

fn inspections() -> Vec<Case> {
    let inspection = |date| on(date, "KT_GIAMSAT");
    vec![
        // 2.
        case(
            "III-02",
            [
                inspection("2026-07-22"),
                inspection("2026-09-22"),
                inspection("2026-06-22"),
            ],
            number(2),
        )
        .from(&[0, 1])
        .of(district()),
        // A, B and C.
        case(
            "III-03",
            [
                inspection("2026-07-22").many("units", &["A", "B"]),
                inspection("2026-09-22").many("units", &["B", "C"]),
                inspection("2026-09-23").many("units", &["D"]).deleted(),
            ],
            number(3),
        )
        .from(&[0, 1])
        .of(district()),
        // Overdue on 30 September: the one of March, and the one put right only in October = 2. Put right in time, due on
        // the last day itself, and without a date are not.
        case(
            "III-04",
            [
                inspection("2026-03-01").d("due_date", "2026-05-01"),
                inspection("2026-07-01")
                    .d("due_date", "2026-08-01")
                    .d("fixed_date", "2026-10-10"),
                inspection("2026-07-01")
                    .d("due_date", "2026-08-01")
                    .d("fixed_date", "2026-07-25"),
                inspection("2026-07-01").d("due_date", "2026-09-30"),
                inspection("2026-07-01"),
            ],
            number(2),
        )
        .from(&[0, 1])
        .of(district()),
        // 3.
        case(
            "III-05",
            [
                on("2026-07-01", "HOP_PHOIHOP"),
                on("2026-08-01", "HOP_PHOIHOP"),
                on("2026-09-30", "HOP_PHOIHOP"),
                on("2026-10-01", "HOP_PHOIHOP"),
            ],
            number(3),
        )
        .from(&[0, 1, 2]),
    ]
}

fn questions() -> Vec<Case> {
    let question = |date| item("VUONGMAC").made_on(date);
    vec![
        // Asked in the period: 2.
        case(
            "III-06",
            [
                question("2026-07-01"),
                question("2026-09-30"),
                question("2026-10-01"),
                question("2026-08-01").deleted(),
            ],
            number(2),
        )
        .from(&[0, 1]),
        // Answered in the period: 1, asked before it. The second is answered later, the third not at all.
        case(
            "III-07",
            [
                question("2026-06-20").entered("TRA_LOI", "2026-07-03"),
                question("2026-08-20").entered("TRA_LOI", "2026-10-03"),
                question("2026-08-21"),
            ],
            number(1),
        )
        .from(&[0]),
        case("III-08", [], number(4)).of(province()).knowing(SystemFacts {
            median_days_to_answer: Some(4),
            ..SystemFacts::default()
        }),
        // The year has two of them, the quarters one each.
        case("III-06", [question("2026-02-01"), question("2026-11-01")], number(2))
            .from(&[0, 1])
            .in_period("2026"),
    ]
}

fn prose() -> Vec<Case> {
    vec![
        case(
            "III-09",
            [on("2026-07-01", "VHTT").p("result", &["Vui"])],
            Expected::Empty,
        ),
        // From every type, oldest first, blank paragraphs left out.
        case(
            "III-10",
            [
                on("2026-08-10", "TT_BUOI").p("difficulty", &["Đường sạt lở, hoãn một buổi.", " "]),
                on("2026-07-10", "CHAMLO").p("difficulty", &["Kinh phí ít.", "Đi lại khó."]),
                on("2026-06-10", "CHAMLO").p("difficulty", &["Tháng Sáu."]),
                on("2026-08-11", "VHTT").p("result", &["Không phải khó khăn."]),
            ],
            paragraphs(&["Kinh phí ít.", "Đi lại khó.", "Đường sạt lở, hoãn một buổi."]),
        )
        .from(&[1, 0]),
        case(
            "III-11",
            [
                on("2026-08-10", "TT_BUOI").p("proposal", &["Cấp thêm loa cho bản."]),
                on("2026-08-11", "TT_BUOI").p("proposal", &["Đã xóa."]).deleted(),
            ],
            paragraphs(&["Cấp thêm loa cho bản."]),
        )
        .from(&[0]),
        case("III-12", [on("2026-07-01", "VHTT")], Expected::Empty),
    ]
}
