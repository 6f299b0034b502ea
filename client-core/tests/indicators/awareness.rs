//! II.1-01 to II.1-17: spreading the word.

use super::world::{Case, Expected, case, number, on};

pub(crate) fn cases() -> Vec<Case> {
    let session = |date| on(date, "TT_BUOI").c("form", "SINHHOAT");
    let media = |channel| on("2026-08-10", "TT_TRUYENTHONG").c("channel", channel);
    let local = |channel| on("2026-08-10", "TT_LOA_BANTIN").c("channel", channel);
    let talk = |form| on("2026-08-10", "DT_TOADAM_DIENDAN").c("form", form);
    vec![
        // 2 on the first day + 3 on the last = 5. The days around the period and the deleted one do not count.
        case(
            "II.1-01",
            [
                session("2026-07-01").n("sessions", 2),
                session("2026-09-30").n("sessions", 3),
                session("2026-06-30").n("sessions", 10),
                session("2026-10-01").n("sessions", 20),
                session("2026-08-01").n("sessions", 40).deleted(),
            ],
            number(5),
        )
        .from(&[0, 1]),
        // 58 + 42 = 100; a session without a number adds none.
        case(
            "II.1-02",
            [
                session("2026-07-12").n("participants", 58),
                session("2026-08-20").n("participants", 42),
                session("2026-08-21"),
                session("2026-10-02").n("participants", 500),
            ],
            number(100),
        )
        .from(&[0, 1]),
        // 31 + 0 = 31: nought is a number.
        case(
            "II.1-03",
            [
                session("2026-07-12").n("participants", 58).n("participants_female", 31),
                session("2026-08-20").n("participants", 42).n("participants_female", 0),
                session("2026-06-20").n("participants_female", 9),
            ],
            number(31),
        )
        .from(&[0, 1]),
        // Sessions were held and nobody counted this: empty, not nought.
        case(
            "II.1-04",
            [
                session("2026-07-12").n("participants", 58),
                session("2026-08-20").n("participants", 42),
            ],
            Expected::Empty,
        ),
        // 12 + 25 = 37.
        case(
            "II.1-04",
            [
                session("2026-07-12").n("participants_ethnic", 12),
                session("2026-08-20").n("participants_ethnic", 25),
            ],
            number(37),
        )
        .from(&[0, 1]),
        // A person says it; attendances do not tell how many people.
        case(
            "II.1-05",
            [session("2026-07-12").n("participants", 58)],
            Expected::Empty,
        ),
        // 200 + 150 = 350.
        case(
            "II.1-06",
            [
                session("2026-07-12").n("leaflets", 200),
                session("2026-09-12").n("leaflets", 150),
                session("2026-09-13").n("leaflets", 1_000).deleted(),
            ],
            number(350),
        )
        .from(&[0, 1]),
        // National 2 + provincial 3 = 5; Zalo and the union's site are other indicators.
        case(
            "II.1-07",
            [
                media("BAO_TW").n("items", 2),
                media("BAO_TINH").n("items", 3),
                media("ZALO").n("items", 7),
                media("TRANGTIN").n("items", 4),
            ],
            number(5),
        )
        .from(&[0, 1]),
        // 4 + 1 = 5.
        case(
            "II.1-08",
            [
                media("TRANGTIN").n("items", 4),
                media("TRANGTIN").n("items", 1),
                media("BAO_TW").n("items", 2),
            ],
            number(5),
        )
        .from(&[0, 1]),
        // 6 + 7 + 1 = 14.
        case(
            "II.1-09",
            [
                media("FACEBOOK").n("items", 6),
                media("ZALO").n("items", 7),
                media("YOUTUBE").n("items", 1),
                media("KHAC").n("items", 9),
            ],
            number(14),
        )
        .from(&[0, 1, 2]),
        // 1,200 + 340 = 1,540; readers of the newspaper are not social reach.
        case(
            "II.1-10",
            [
                media("FACEBOOK").n("reach", 1_200),
                media("YOUTUBE").n("reach", 340),
                media("BAO_TINH").n("reach", 5_000),
                media("ZALO").n("items", 1),
            ],
            number(1_540),
        )
        .from(&[0, 1]),
        // 12 + 8 = 20.
        case(
            "II.1-11",
            [
                local("LOA").n("broadcasts", 12),
                local("LOA").n("broadcasts", 8),
                local("BANTIN").n("broadcasts", 3),
            ],
            number(20),
        )
        .from(&[0, 1]),
        // 3 printed + 2 on the board = 5.
        case(
            "II.1-12",
            [
                local("BANTIN").n("broadcasts", 3),
                local("BANGTIN").n("broadcasts", 2),
                local("LOA").n("broadcasts", 12),
            ],
            number(5),
        )
        .from(&[0, 1]),
        // Two dialogues; the talk and the deleted one are none.
        case(
            "II.1-13",
            [
                talk("DOITHOAI"),
                talk("DOITHOAI"),
                talk("TOADAM"),
                talk("DOITHOAI").deleted(),
            ],
            number(2),
        )
        .from(&[0, 1]),
        // A talk and two forums = 3; one whose form is not given is none.
        case(
            "II.1-14",
            [
                talk("TOADAM"),
                talk("DIENDAN"),
                talk("DIENDAN"),
                talk("DOITHOAI"),
                on("2026-08-11", "DT_TOADAM_DIENDAN"),
            ],
            number(3),
        )
        .from(&[0, 1, 2]),
        // Every form: 30 + 25 + 20 = 75.
        case(
            "II.1-15",
            [
                talk("DOITHOAI").n("participants", 30),
                talk("TOADAM").n("participants", 25),
                talk("DIENDAN").n("participants", 20),
                on("2026-12-01", "DT_TOADAM_DIENDAN").n("participants", 80),
            ],
            number(75),
        )
        .from(&[0, 1, 2]),
        // 9 + 4 = 13.
        case(
            "II.1-16",
            [
                talk("DOITHOAI").n("opinions", 9),
                talk("TOADAM").n("opinions", 4),
                talk("TOADAM"),
            ],
            number(13),
        )
        .from(&[0, 1]),
        // 5 + 4 = 9.
        case(
            "II.1-17",
            [
                talk("DOITHOAI").n("opinions", 9).n("opinions_resolved", 5),
                talk("TOADAM").n("opinions", 4).n("opinions_resolved", 4),
            ],
            number(9),
        )
        .from(&[0, 1]),
    ]
}
