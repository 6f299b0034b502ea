//! Invented work: what units of each kind record in a quarter.

use std::collections::BTreeMap;

use client_core::catalogue;
use client_core::ids::PartId;
use client_core::model::entry::FieldValue;
use jiff::civil::Date;
use ulid::Ulid;

use super::union::Member;

/// An entry to be.
#[derive(Debug, Clone)]
pub(super) struct Record {
    pub(super) type_code: &'static str,
    /// The day on which it is written down.
    pub(super) day: Date,
    pub(super) fields: BTreeMap<String, FieldValue>,
    /// Days on which it entered states; the last one is its state.
    pub(super) events: Vec<(&'static str, Date)>,
}

impl Record {
    /// A record without fields.
    pub(super) fn new(type_code: &'static str, day: Date) -> Self {
        Self {
            type_code,
            day,
            fields: BTreeMap::new(),
            events: Vec::new(),
        }
    }

    /// An activity: it has a day and, where its own fields do not name it, a title.
    pub(super) fn activity(type_code: &'static str, day: Date, title: &str) -> Self {
        let record = Self::new(type_code, day).date("date_start", day);
        match catalogue::activity_type(type_code).and_then(|kind| kind.field("title")) {
            Some(_) => record.text("title", title),
            None => record,
        }
    }

    fn with(mut self, field: &str, value: FieldValue) -> Self {
        self.fields.insert(field.to_owned(), value);
        self
    }

    pub(super) fn date(self, field: &str, day: Date) -> Self {
        self.with(field, FieldValue::Date(day))
    }

    pub(super) fn text(self, field: &str, text: &str) -> Self {
        self.with(field, FieldValue::Text(text.to_owned()))
    }

    pub(super) fn number(self, field: &str, number: i64) -> Self {
        self.with(field, FieldValue::Integer(number))
    }

    pub(super) fn yes(self, field: &str, yes: bool) -> Self {
        self.with(field, FieldValue::Boolean(yes))
    }

    pub(super) fn codes(self, field: &str, codes: &[&str]) -> Self {
        self.with(
            field,
            FieldValue::Codes(codes.iter().map(|code| (*code).to_owned()).collect()),
        )
    }

    pub(super) fn prose(self, field: &str, paragraphs: &[&str]) -> Self {
        let parts = (1_u128..).map(|number| PartId(Ulid(number)));
        let paragraphs = parts.zip(paragraphs.iter().map(|text| (*text).to_owned())).collect();
        self.with(field, FieldValue::Paragraphs(paragraphs))
    }

    pub(super) fn rows(self, field: &str, rows: &[&[(&str, FieldValue)]]) -> Self {
        let parts = (1_u128..).map(|number| PartId(Ulid(number)));
        let row = |cells: &&[(&str, FieldValue)]| {
            cells
                .iter()
                .map(|(column, value)| ((*column).to_owned(), value.clone()))
                .collect()
        };
        self.with(field, FieldValue::Rows(parts.zip(rows.iter().map(row)).collect()))
    }

    pub(super) fn entered(mut self, state: &'static str, day: Date) -> Self {
        self.events.push((state, day));
        self
    }

    /// Those present, and how many of them are women and of ethnic minorities.
    fn people(self, rng: &mut fastrand::Rng, count: i64) -> Self {
        self.number("participants", count)
            .number("participants_female", count * rng.i64(30..60) / 100)
            .number("participants_ethnic", count * rng.i64(40..85) / 100)
    }
}

/// What makes up a record: a day and chance in, a record out.
type Template = fn(&mut fastrand::Rng, &Member, Date) -> Record;

const OF_ALL: [Template; 10] = [
    talk, talk, news, broadcast, campaign, award, dialogue, care, sport, training,
];
const OF_OFFICES: [Template; 4] = [good_service, opinion_on_law, rules, talk];
const OF_ENTERPRISES: [Template; 5] = [forum, bargaining, dialogue, grievance, craft_contest];
const OF_UPPER: [Template; 6] = [guidance, inspection, meeting, roll_out, media, dialogue_forum];

/// The activities of a unit between two days, both included, oldest first.
pub(super) fn activities(rng: &mut fastrand::Rng, member: &Member, days: &[Date]) -> Vec<Record> {
    let templates: Vec<Template> = match member.sector {
        "" => OF_UPPER.to_vec(),
        "HCSN" => [&OF_ALL[..], &OF_OFFICES].concat(),
        _ => [&OF_ALL[..], &OF_ENTERPRISES].concat(),
    };
    let mut records: Vec<_> = days
        .iter()
        .map(|day| templates[rng.usize(..templates.len())](rng, member, *day))
        .collect();
    records.sort_by_key(|record| record.day);
    records
}

fn pick<T: Copy>(rng: &mut fastrand::Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

fn share(rng: &mut fastrand::Rng, member: &Member) -> i64 {
    (member.workers.max(20) * rng.i64(40..95) / 100).max(3)
}

fn talk(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let (title, topics): (_, &[_]) = pick(
        rng,
        &[
            (
                "Sinh hoạt chuyên đề nâng cao năng suất lao động",
                &["VAITRO_NSLD", "KHCN"],
            ),
            ("Nói chuyện về tiết kiệm điện, nước, vật tư", &["TIETKIEM"]),
            (
                "Học tập gương người tốt, việc tốt trong lao động giỏi",
                &["HOCTAP", "VAITRO_NSLD"],
            ),
            ("Phổ biến nội quy và kỷ luật lao động", &["KYLUAT", "PHAPLUAT"]),
            ("Tìm hiểu Bộ luật Lao động và Luật Công đoàn", &["PHAPLUAT"]),
        ],
    );
    let (form, language) = (
        pick(rng, &["SINHHOAT", "HOINGHI", "LONGGHEP"]),
        pick(rng, &["MONG", "THAI", "DAO"]),
    );
    let count = share(rng, member);
    Record::activity("TT_BUOI", day, title)
        .text("form", form)
        .codes("topics", topics)
        .number("sessions", rng.i64(1..3))
        .number("leaflets", rng.i64(0..6) * 10)
        .codes("language", &["VI", language])
        .people(rng, count)
}

fn news(rng: &mut fastrand::Rng, _: &Member, day: Date) -> Record {
    Record::activity("TT_TRUYENTHONG", day, "Tin, ảnh về phong trào thi đua lao động giỏi")
        .text("channel", pick(rng, &["FACEBOOK", "ZALO", "TRANGTIN"]))
        .number("items", rng.i64(1..6))
        .number("reach", rng.i64(4..60) * 10)
}

fn media(rng: &mut fastrand::Rng, _: &Member, day: Date) -> Record {
    Record::activity("TT_TRUYENTHONG", day, "Phóng sự công nhân với năng suất lao động")
        .text("channel", pick(rng, &["BAO_TINH", "TRANGTIN", "YOUTUBE"]))
        .number("items", rng.i64(1..4))
        .number("reach", rng.i64(20..200) * 10)
}

fn broadcast(rng: &mut fastrand::Rng, _: &Member, day: Date) -> Record {
    Record::activity(
        "TT_LOA_BANTIN",
        day,
        "Phát thanh về thi đua, tiết kiệm bằng hai thứ tiếng",
    )
    .text("channel", "LOA")
    .number("broadcasts", rng.i64(2..9))
    .number("minutes", rng.i64(2..8) * 5)
    .codes("topics", &["VAITRO_NSLD", "TIETKIEM"])
}

fn campaign(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let name = pick(
        rng,
        &[
            "Lao động giỏi, lao động sáng tạo",
            "Mỗi tuần một sáng kiến nhỏ",
            "Xanh - sạch - đẹp, bảo đảm an toàn",
        ],
    );
    Record::activity("TD_PHATDONG", day, &format!("Phát động thi đua “{name}”"))
        .text("name", name)
        .number("groups_registered", rng.i64(2..8))
        .number("people_registered", share(rng, member))
}

fn award(rng: &mut fastrand::Rng, _: &Member, day: Date) -> Record {
    let individuals = rng.i64(1..9);
    Record::activity("TD_KHENTHUONG", day, "Khen thưởng đoàn viên tiêu biểu trong lao động")
        .text("award", pick(rng, &["GK_CDCS", "GK_CTTT", "CHUYENMON"]))
        .number("collectives", rng.i64(0..3))
        .number("individuals", individuals)
        .number("individuals_direct", rng.i64(0..=individuals))
        .number("money_vnd", individuals * 300_000)
}

fn dialogue(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let raised = rng.i64(3..12);
    let count = share(rng, member);
    Record::activity("DOITHOAI_NLV", day, "Đối thoại định kỳ tại nơi làm việc")
        .text("kind", "DINHKY")
        .number("items_raised", raised)
        .number("items_agreed", rng.i64(1..=raised))
        .yes("has_minutes", true)
        .people(rng, count)
        .prose(
            "result",
            &["Thống nhất bố trí nước uống, chỗ nghỉ giữa ca và lịch làm thêm giờ."],
        )
}

fn care(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let beneficiaries = rng.i64(2..15).min(member.workers.max(20));
    Record::activity("CHAMLO", day, "Thăm hỏi đoàn viên ốm đau, hoàn cảnh khó khăn")
        .text("kind", pick(rng, &["THAMHOI", "KHOKHAN", "BUACOM"]))
        .number("beneficiaries", beneficiaries)
        .number("beneficiaries_hard", rng.i64(1..=beneficiaries))
        .number("amount_vnd", beneficiaries * pick(rng, &[300_000, 500_000, 700_000]))
        .codes("source", &["TCCD"])
}

fn sport(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let count = share(rng, member);
    Record::activity(
        "VHTT",
        day,
        pick(
            rng,
            &[
                "Giao lưu bóng chuyền hơi",
                "Hội thao tung còn, đẩy gậy",
                "Đêm văn nghệ quần chúng",
            ],
        ),
    )
    .text("kind", pick(rng, &["THETHAO", "HOITHAO"]))
    .number("cost_vnd", rng.i64(2..9) * 500_000)
    .codes("cost_source", &["TCCD", "CHUYENMON"])
    .people(rng, count)
}

fn training(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let count = share(rng, member).min(60);
    let completed = count - rng.i64(0..3);
    let field = match member.sector {
        "HCSN" => pick(
            rng,
            &["Chuyển đổi số trong công việc", "Kỹ năng giao tiếp với người dân"],
        ),
        _ => pick(rng, &["An toàn vận hành máy", "Kỹ thuật chế biến, bảo quản"]),
    };
    Record::activity("DT_LOP", day, &format!("Lớp bồi dưỡng: {field}"))
        .text("field", field)
        .text("mode", "KETHOP")
        .text("organiser", "PHOIHOP")
        .number("classes", 1)
        .number("completed", completed)
        .people(rng, count)
}

fn good_service(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let count = share(rng, member);
    Record::activity("TD_HCNN", day, "Đăng ký “Tham mưu giỏi, phục vụ tốt”")
        .number("solutions", rng.i64(1..5))
        .people(rng, count)
}

fn opinion_on_law(rng: &mut fastrand::Rng, _: &Member, day: Date) -> Record {
    let comments = rng.i64(2..12);
    Record::activity("CS_GOPY", day, "Góp ý dự thảo quy định về chế độ đối với viên chức")
        .text("doc_name", "Dự thảo quy định về chế độ đối với viên chức vùng cao")
        .text("level", "TINH")
        .number("comments", comments)
        .number("comments_accepted", rng.i64(0..=comments))
}

fn rules(rng: &mut fastrand::Rng, _: &Member, day: Date) -> Record {
    let comments = rng.i64(1..8);
    Record::activity("QC_NOIBO", day, "Sửa quy chế chi tiêu nội bộ")
        .text("doc_name", "Quy chế chi tiêu nội bộ")
        .text("kind", "CHITIEU")
        .number("comments", comments)
        .number("comments_accepted", rng.i64(0..=comments))
        .yes("issued", rng.bool())
}

fn forum(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let opinions = rng.i64(4..15);
    let count = share(rng, member);
    Record::activity(
        "DT_TOADAM_DIENDAN",
        day,
        "Tọa đàm với chủ doanh nghiệp về đổi mới công nghệ",
    )
    .text("form", "TOADAM")
    .codes("topics", &["CONGNGHE", "NSLD"])
    .number("employers", 1)
    .number("opinions", opinions)
    .number("opinions_resolved", rng.i64(1..=opinions))
    .people(rng, count)
}

fn dialogue_forum(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let opinions = rng.i64(6..20);
    let count = share(rng, member).max(35);
    Record::activity(
        "DT_TOADAM_DIENDAN",
        day,
        "Đối thoại giữa công nhân với chủ doanh nghiệp trên địa bàn",
    )
    .text("form", "DOITHOAI")
    .codes("topics", &["VIECLAM", "TIENLUONG", "ATVSLD"])
    .number("employers", rng.i64(2..6))
    .number("opinions", opinions)
    .number("opinions_resolved", rng.i64(3..=opinions))
    .people(rng, count)
}

fn bargaining(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    Record::activity("TLTT_DAMPHAN", day, "Thương lượng về bữa ăn ca và phụ cấp")
        .codes("contents", &["BUAANCA", "PHUCLOI"])
        .text("result", pick(rng, &["THANH", "MOTPHAN"]))
        .number("workers_benefit", share(rng, member))
}

fn grievance(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    Record::activity(
        "CS_GIAIQUYET",
        day,
        "Đề nghị đóng đủ bảo hiểm xã hội cho người lao động",
    )
    .codes("issue", &["BHXH"])
    .number("workers_affected", rng.i64(2..12).min(member.workers))
    .text("authority", "Bảo hiểm xã hội tỉnh")
    .text("outcome", pick(rng, &["XONG", "DANG", "MOT_PHAN"]))
}

fn craft_contest(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let count = share(rng, member).min(30);
    Record::activity("DT_THITAYNGHE", day, "Hội thi thợ giỏi cấp cơ sở")
        .number("participants", count)
        .number("passed", rng.i64(1..=count))
        .number("cost_vnd", rng.i64(2..8) * 1_000_000)
        .codes("cost_source", &["CHUYENMON"])
}

fn guidance(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let record = Record::activity("HD_CDCS", day, "Hướng dẫn cơ sở ghi sổ và tổ chức đối thoại")
        .text("form", pick(rng, &["DENCOSO", "TAPHUAN"]))
        .prose(
            "contents",
            &["Cách tổ chức đối thoại định kỳ; cách ghi sổ hoạt động công đoàn."],
        );
    match some_below(rng, member) {
        Some(units) => record.codes("units", &units),
        None => meeting(rng, member, day),
    }
}

fn inspection(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let record = Record::activity("KT_GIAMSAT", day, "Giám sát thực hiện thỏa ước và quy chế dân chủ")
        .prose(
            "content",
            &["Việc thực hiện thỏa ước lao động tập thể và quy chế dân chủ ở cơ sở."],
        )
        .prose(
            "findings",
            &["Cơ bản thực hiện đúng; hồ sơ đối thoại ở một nơi còn thiếu biên bản."],
        );
    match some_below(rng, member) {
        Some(units) => record.codes("units", &units[..1]),
        None => meeting(rng, member, day),
    }
}

fn some_below(rng: &mut fastrand::Rng, member: &Member) -> Option<Vec<&'static str>> {
    let mut units = member.below.clone();
    rng.shuffle(&mut units);
    units.truncate(2);
    (!units.is_empty()).then_some(units)
}

fn meeting(_: &mut fastrand::Rng, _: &Member, day: Date) -> Record {
    Record::activity("HOP_PHOIHOP", day, "Làm việc với ngành Lao động về năng suất lao động")
        .text("counterpart", "Ngành Lao động - Thương binh và Xã hội")
        .prose(
            "content",
            &["Phối hợp nắm tình hình việc làm, tiền lương, an toàn lao động quý tới."],
        )
}

fn roll_out(rng: &mut fastrand::Rng, member: &Member, day: Date) -> Record {
    let document = client_core::catalogue::documents()
        .first()
        .map_or("", |document| document.code);
    let count = share(rng, member).max(30);
    Record::activity("TRIENKHAI_VB", day, "Quán triệt kế hoạch nâng cao năng suất lao động")
        .text("document", document)
        .text("method", "HOINGHI")
        .number("units_reached", member.below.len() as i64)
        .people(rng, count)
}
