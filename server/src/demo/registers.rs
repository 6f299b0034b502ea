//! Invented long-lived things: profiles, initiatives, agreements, meals.

use client_core::model::entry::FieldValue;
use jiff::ToSpan;
use jiff::civil::Date;

use super::union::Member;
use super::work::Record;

/// Initiatives as they might be: name, field, what is done, what the author gains by it.
const INITIATIVES: [(&str, &str, &str, &str); 6] = [
    (
        "Cải tiến khay làm héo chè tận dụng hơi nóng lò sao",
        "Chế biến chè",
        "Lắp ống dẫn hơi nóng từ lò sao sang khay làm héo, thêm tấm điều tiết gió bằng tôn.",
        "Rút ngắn thời gian làm héo khoảng hai giờ mỗi mẻ, bớt một lần đảo khay.",
    ),
    (
        "Bảng theo dõi vật tư bằng mã màu",
        "Quản lý kho",
        "Dán mã màu theo hạn dùng và mức tồn; mỗi sáng nhìn bảng là biết thứ cần đặt thêm.",
        "Không còn vật tư quá hạn, đỡ thời gian kiểm kê.",
    ),
    (
        "Bộ tranh song ngữ dạy vệ sinh học đường",
        "Giáo dục",
        "Vẽ bộ tranh có lời tiếng phổ thông và tiếng Mông, treo theo góc lớp, đổi theo tuần.",
        "Học sinh nhớ nhanh hơn, phụ huynh cùng tham gia.",
    ),
    (
        "Máng dẫn nước tưới bằng ống nhựa tái sử dụng",
        "Nông nghiệp",
        "Nối ống nhựa cũ thành máng treo, điều chỉnh độ dốc bằng dây, tưới được cả nương cao.",
        "Giảm công gánh nước, giữ ẩm đều.",
    ),
    (
        "Phiếu hẹn khám theo khung giờ",
        "Y tế",
        "Phát phiếu theo khung ba mươi phút và nhắc qua tổ trưởng bản, người ở xa đến là được khám.",
        "Bớt cảnh chờ đợi, chia đều việc trong ngày.",
    ),
    (
        "Đồ gá kẹp ống khi hàn trên cao",
        "Cơ khí",
        "Chế đồ gá từ thép vụn, kẹp hai đầu ống thẳng tâm, một người hàn được.",
        "An toàn hơn, bớt một người giữ.",
    ),
];

/// What stands in a unit's register at the end of the two quarters.
pub(super) fn records(rng: &mut fastrand::Rng, member: &Member, first: Date, last: Date) -> Vec<Record> {
    let mut records = vec![profile(rng, member, first)];
    if rng.u8(..10) < 6 {
        records.push(initiative(rng, member, first, last));
    }
    if ["DN_NN", "DN_NNN"].contains(&member.sector) {
        if rng.u8(..10) < 8 {
            records.push(agreement(rng, member, first));
        }
        records.push(meal(rng, member, first));
    }
    records
}

fn within(rng: &mut fastrand::Rng, first: Date, last: Date) -> Date {
    let days = first.until(last).map_or(0, |span| span.get_days()).max(0);
    first.saturating_add(rng.i32(0..=days).days())
}

fn profile(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let women = member.workers * rng.i64(35..60) / 100;
    let members = member.workers - rng.i64(0..=member.workers / 10);
    Record::new("HOSO_DONVI", day)
        .date("as_of", day)
        .number("cnvcld", member.workers)
        .number("cnvcld_female", women)
        .number("cnvcld_ethnic", member.workers * rng.i64(40..85) / 100)
        .number("members", members)
        .number("members_female", women.min(members))
        .number("trained", member.workers * rng.i64(50..95) / 100)
        .number("avg_wage_vnd", rng.i64(60..110) * 100_000)
}

fn initiative(rng: &mut fastrand::Rng, member: &Member, first: Date, last: Date) -> Record {
    let (name, field, description, gain) = INITIATIVES[rng.usize(..INITIATIVES.len())];
    let applied = within(rng, first, last);
    let text = |text: &str| FieldValue::Text(text.to_owned());
    let author: &[(&str, FieldValue)] = &[
        ("name", text(&super::names::person(rng))),
        ("workplace", text(member.name)),
        ("title", text("Tổ trưởng")),
        ("pct", FieldValue::Decimal(100.0)),
    ];
    let mut record = Record::new("SANGKIEN", applied)
        .text("name", name)
        .text("field", field)
        .text("solution_type", "KYTHUAT")
        .date("first_applied", applied)
        .prose("description", &[description])
        .prose("benefit_author", &[gain])
        .rows("authors", &[author])
        .entered("AP_DUNG_THU", applied);
    record = if rng.bool() {
        let value = rng.i64(8..60) * 1_000_000;
        let calculation = "Số mẻ trong quý nhân với công và nhiên liệu tiết kiệm được ở mỗi mẻ.";
        record
            .text("benefit_kind", "TIEN")
            .number("benefit_vnd", value)
            .prose("benefit_calc", &[calculation])
    } else {
        record.text("benefit_kind", "PHI_TIEN")
    };
    let handed_in = within(rng, applied, last);
    record = record.entered("NOP_DON", handed_in);
    if rng.u8(..10) < 6 {
        let recognised = within(rng, handed_in, last);
        record = record
            .entered("CONG_NHAN", recognised)
            .text("recognised_level", "COSO")
            .text("recognised_no", &format!("{:02}/QĐ-SK", rng.u8(1..60)))
            .date("recognised_date", recognised);
    }
    record
}

fn agreement(rng: &mut fastrand::Rng, member: &Member, first: Date) -> Record {
    let signed = first.saturating_sub(rng.i32(60..400).days());
    let from = signed.saturating_add(5.days());
    Record::new("TULDTT", first)
        .text("kind", "DN")
        .date("sign_date", signed)
        .date("valid_from", from)
        .date("valid_to", from.saturating_add(2.years()))
        .number("workers_covered", member.workers)
        .yes("favourable", true)
        .number("favourable_count", rng.i64(2..9))
        .yes("has_shift_meal", true)
        .entered("HIEU_LUC", first)
}

fn meal(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    Record::new("BUA_AN_CA", day)
        .date("as_of", day)
        .yes("provided", true)
        .number("value_vnd", rng.i64(18..32) * 1_000)
        .number("workers", member.workers)
        .yes("by_bargaining", rng.bool())
}
