//! II.3.1-01 to II.3.1-08: policy advice and pressing issues.

use super::world::{Case, case, district, item, number, on};

pub(crate) fn cases() -> Vec<Case> {
    let comment = |date| on(date, "CS_GOPY");
    let recommendation = || item("CS_KIENNGHI");
    let issue = |outcome| on("2026-09-09", "CS_GIAIQUYET").c("outcome", outcome);
    vec![
        // 2.
        case(
            "II.3.1-01",
            [
                comment("2026-07-05"),
                comment("2026-08-05"),
                comment("2026-06-05"),
                comment("2026-08-06").deleted(),
            ],
            number(2),
        )
        .from(&[0, 1])
        .of(district()),
        // 12 + 0 = 12.
        case(
            "II.3.1-02",
            [
                comment("2026-07-05").n("comments", 12),
                comment("2026-08-05").n("comments", 0),
                comment("2026-10-05").n("comments", 30),
            ],
            number(12),
        )
        .from(&[0, 1])
        .of(district()),
        // 5 + 1 = 6; not yet known for the third.
        case(
            "II.3.1-03",
            [
                comment("2026-07-05").n("comments", 12).n("comments_accepted", 5),
                comment("2026-08-05").n("comments", 3).n("comments_accepted", 1),
                comment("2026-09-05").n("comments", 3),
            ],
            number(6),
        )
        .from(&[0, 1])
        .of(district()),
        // Sent in the period: 2. A draft has no such day, and being made in the period does not count.
        case(
            "II.3.1-04",
            [
                recommendation().d("sent_date", "2026-07-20"),
                recommendation().d("sent_date", "2026-09-20"),
                recommendation().d("sent_date", "2026-03-20"),
                recommendation(),
            ],
            number(2),
        )
        .from(&[0, 1]),
        // Answered in the period: 1, sent long before.
        case(
            "II.3.1-05",
            [
                recommendation()
                    .d("sent_date", "2026-03-20")
                    .d("reply_date", "2026-08-01"),
                recommendation().d("sent_date", "2026-08-02"),
                recommendation().d("reply_date", "2026-10-01"),
            ],
            number(1),
        )
        .from(&[0]),
        // 3, whatever the outcome.
        case(
            "II.3.1-06",
            [
                issue("XONG"),
                issue("DANG"),
                issue("CHUA"),
                on("2026-11-09", "CS_GIAIQUYET").c("outcome", "XONG"),
            ],
            number(3),
        )
        .from(&[0, 1, 2]),
        // 2 resolved; in part is not resolved.
        case(
            "II.3.1-07",
            [issue("XONG"), issue("XONG"), issue("MOT_PHAN"), issue("DANG")],
            number(2),
        )
        .from(&[0, 1]),
        // 35 + 4 = 39.
        case(
            "II.3.1-08",
            [
                issue("XONG").n("workers_affected", 35),
                issue("DANG").n("workers_affected", 4),
                issue("XONG").n("workers_affected", 100).deleted(),
            ],
            number(39),
        )
        .from(&[0, 1]),
    ]
}
