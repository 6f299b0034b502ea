//! II.2-01 to II.2-22: emulation, initiatives, awards.

use super::world::{Case, Expected, case, enterprise, item, number, on, school};

pub(crate) fn cases() -> Vec<Case> {
    [movements(), initiatives(), awards(), public_sector()]
        .into_iter()
        .flatten()
        .collect()
}

fn movements() -> Vec<Case> {
    let launch = |date| on(date, "TD_PHATDONG");
    let linked = |project| on("2026-08-03", "TD_LIENKET").c("project", project);
    vec![
        // 2 in the period.
        case(
            "II.2-01",
            [
                launch("2026-07-02"),
                launch("2026-09-02"),
                launch("2026-04-30"),
                launch("2026-08-02").deleted(),
            ],
            number(2),
        )
        .from(&[0, 1]),
        // 6 + 4 = 10.
        case(
            "II.2-02",
            [
                launch("2026-07-02").n("groups_registered", 6),
                launch("2026-09-02").n("groups_registered", 4),
                launch("2026-10-02").n("groups_registered", 50),
            ],
            number(10),
        )
        .from(&[0, 1]),
        // 80 + 45 = 125.
        case(
            "II.2-03",
            [
                launch("2026-07-02").n("people_registered", 80),
                launch("2026-09-02").n("people_registered", 45),
                launch("2026-09-03"),
            ],
            number(125),
        )
        .from(&[0, 1]),
        // Issued in March and still standing: 1. Two of them are one unit; a draft is none.
        case(
            "II.2-19",
            [
                on("2026-03-10", "TD_TIEUCHI").c("status", "BAN_HANH"),
                on("2026-08-10", "TD_TIEUCHI").c("status", "BAN_HANH"),
                on("2026-09-10", "TD_TIEUCHI").c("status", "DU_THAO"),
            ],
            number(1),
        )
        .from(&[0, 1]),
        // Only drafts: the unit has none, 0.
        case(
            "II.2-19",
            [
                on("2026-09-10", "TD_TIEUCHI").c("status", "DU_THAO"),
                on("2026-10-10", "TD_TIEUCHI").c("status", "BAN_HANH"),
            ],
            number(0),
        ),
        // The road (written in two ways) and the dam: 2.
        case(
            "II.2-20",
            [
                linked("Đường nối cao tốc"),
                linked("đường  nối Cao tốc "),
                linked("Hồ chứa Giang Ma"),
                linked("Cầu Nậm Na").deleted(),
            ],
            number(2),
        )
        .from(&[0, 1, 2]),
        // 300,000,000 + 45,500,000 = 345,500,000.
        case(
            "II.2-21",
            [
                linked("Đường nối cao tốc").n("benefit_vnd", 300_000_000),
                linked("Hồ chứa Giang Ma").n("benefit_vnd", 45_500_000),
                linked("Cầu Nậm Na"),
            ],
            number(345_500_000),
        )
        .from(&[0, 1]),
        // Plan 149 was rolled out last year: still 1.
        case(
            "II.2-22",
            [
                on("2025-11-10", "TRIENKHAI_VB").c("document", "KH149"),
                on("2026-08-10", "TRIENKHAI_VB").c("document", "KH119"),
            ],
            number(1),
        )
        .from(&[0]),
    ]
}

fn initiatives() -> Vec<Case> {
    let initiative = || item("SANGKIEN");
    let recognised = |date| initiative().d("recognised_date", date);
    vec![
        // 2 recognised from July to September; one in June, one not at all.
        case(
            "II.2-04",
            [
                recognised("2026-07-01"),
                recognised("2026-09-30"),
                recognised("2026-06-30"),
                initiative(),
                recognised("2026-08-01").deleted(),
            ],
            number(2),
        )
        .from(&[0, 1]),
        // 1 applied for in the period, whatever became of it since.
        case(
            "II.2-05",
            [
                initiative()
                    .entered("NOP_DON", "2026-08-05")
                    .entered("DANG_XET", "2026-08-20"),
                initiative().entered("NOP_DON", "2026-06-05"),
                initiative().entered("Y_TUONG", "2026-08-05"),
            ],
            number(1),
        )
        .from(&[0]),
        // 2.
        case(
            "II.2-06",
            [
                initiative().d("first_applied", "2026-07-15"),
                initiative().d("first_applied", "2026-08-15"),
                initiative().d("first_applied", "2026-02-15"),
            ],
            number(2),
        )
        .from(&[0, 1]),
        // 80,000,000 + 12,500,000 = 92,500,000. One not told in money keeps what was typed before, and it does not count;
        // one recognised in June does not either.
        case(
            "II.2-07",
            [
                recognised("2026-07-10")
                    .c("benefit_kind", "TIEN")
                    .n("benefit_vnd", 80_000_000),
                recognised("2026-08-10")
                    .c("benefit_kind", "TIEN")
                    .n("benefit_vnd", 12_500_000),
                recognised("2026-08-11")
                    .c("benefit_kind", "PHI_TIEN")
                    .n("benefit_vnd", 999_000_000),
                recognised("2026-06-10")
                    .c("benefit_kind", "TIEN")
                    .n("benefit_vnd", 40_000_000),
            ],
            number(92_500_000),
        )
        .from(&[0, 1]),
        // Province and nation: 2. The grassroots one is below, the provincial one of May is before.
        case(
            "II.2-08",
            [
                recognised("2026-07-10").c("recognised_level", "TINH"),
                recognised("2026-08-10").c("recognised_level", "TOANQUOC"),
                recognised("2026-08-11").c("recognised_level", "COSO"),
                recognised("2026-05-11").c("recognised_level", "TINH"),
            ],
            number(2),
        )
        .from(&[0, 1]),
        // 1: submitted and recognised in the period. A blank line is no programme.
        case(
            "II.2-09",
            [
                recognised("2026-07-10").p("tld_program", &["1 triệu sáng kiến"]),
                recognised("2026-07-11").p("tld_program", &[" "]),
                recognised("2026-05-11").p("tld_program", &["1 triệu sáng kiến"]),
                recognised("2026-07-12"),
            ],
            number(1),
        )
        .from(&[0]),
        // Replicated in the period: 3 + 2 = 5; the one of June took place before.
        case(
            "II.2-10",
            [
                initiative().entered("NHAN_RONG", "2026-07-20").n("replicated_units", 3),
                initiative().entered("NHAN_RONG", "2026-09-20").n("replicated_units", 2),
                initiative().entered("NHAN_RONG", "2026-06-20").n("replicated_units", 8),
            ],
            number(5),
        )
        .from(&[0, 1]),
    ]
}

fn awards() -> Vec<Case> {
    let award = |form| on("2026-08-19", "TD_KHENTHUONG").c("award", form);
    vec![
        // 2 + 1 = 3.
        case(
            "II.2-11",
            [
                award("GK_CDCS").n("collectives", 2),
                award("CO").n("collectives", 1),
                on("2026-05-01", "TD_KHENTHUONG").n("collectives", 9),
            ],
            number(3),
        )
        .from(&[0, 1]),
        // 10 + 4 = 14.
        case(
            "II.2-12",
            [
                award("GK_CDCS").n("individuals", 10),
                award("BLDST").n("individuals", 4),
                award("CO").n("collectives", 1),
            ],
            number(14),
        )
        .from(&[0, 1]),
        // 7 + 4 = 11.
        case(
            "II.2-13",
            [
                award("GK_CDCS").n("individuals", 10).n("individuals_direct", 7),
                award("BLDST").n("individuals", 4).n("individuals_direct", 4),
            ],
            number(11),
        )
        .from(&[0, 1]),
        // Only the Creative Labour certificates: 4.
        case(
            "II.2-14",
            [
                award("BLDST").n("individuals", 4),
                award("GK_CDCS").n("individuals", 10),
            ],
            number(4),
        )
        .from(&[0]),
        // 1 + 2 = 3.
        case(
            "II.2-15",
            [
                award("GT_NDC").n("individuals", 1),
                award("GT_TDT").n("individuals", 2),
                award("BK_TINH").n("individuals", 6),
            ],
            number(3),
        )
        .from(&[0, 1]),
        // 5,000,000 + 1,500,000 = 6,500,000.
        case(
            "II.2-16",
            [
                award("GK_CDCS").n("money_vnd", 5_000_000),
                award("CO").n("money_vnd", 1_500_000),
                award("CO").n("money_vnd", 700_000).deleted(),
            ],
            number(6_500_000),
        )
        .from(&[0, 1]),
    ]
}

fn public_sector() -> Vec<Case> {
    let service = |date| on(date, "TD_HCNN");
    vec![
        // 3 + 2 = 5.
        case(
            "II.2-17",
            [
                service("2026-07-07").n("solutions", 3),
                service("2026-08-07").n("solutions", 2),
                service("2026-06-07").n("solutions", 5),
            ],
            number(5),
        )
        .from(&[0, 1])
        .of(school()),
        // 22 + 18 = 40.
        case(
            "II.2-18",
            [
                service("2026-07-07").n("participants", 22),
                service("2026-08-07").n("participants", 18),
            ],
            number(40),
        )
        .from(&[0, 1])
        .of(school()),
        // An enterprise is not asked, so that nothing found is no nought.
        case(
            "II.2-18",
            [on("2026-07-07", "VHTT").n("participants", 22)],
            Expected::Empty,
        )
        .of(enterprise()),
    ]
}
