//! The invented units, by what stands above them.

use jiff::civil::{Date, date};

/// Since when the tree is as it is.
pub(super) const FOUNDED: Date = date(2021, 3, 11);
/// The unit at the top.
pub(super) const ROOT: &str = "TINH";
/// Its name.
pub(super) const ROOT_NAME: &str = "LĐLĐ tỉnh Lai Châu";
/// The unit whose officers' codes are printed.
pub(super) const SHOWN_UNIT: &str = "KHUN-HA";

/// A grassroots unit: id, name, sector, people who work there.
pub(super) type Grassroots = (&'static str, &'static str, &'static str, i64);

/// A unit right below the province with its grassroots units; without id and name, those right below the province.
pub(super) type Branch = (&'static str, &'static str, &'static [Grassroots]);

pub(super) const BRANCHES: [Branch; 12] = [
    (
        "TP-LC",
        "LĐLĐ TP Lai Châu",
        &[
            ("TP-TH-QT", "CĐCS Trường Tiểu học Quyết Thắng", "HCSN", 42),
            ("TP-MN-HM", "CĐCS Trường Mầm non Hoa Mận", "HCSN", 31),
            ("TP-UB-DK", "CĐCS phường Đoàn Kết", "HCSN", 38),
            ("TP-NUOC", "CĐCS Công ty Cấp nước Pu Sam Cáp", "DN_NN", 96),
            ("TP-MAY", "CĐCS Công ty May Tây Bắc Xanh", "DN_NNN", 164),
            ("TP-SIEUTHI", "CĐCS Siêu thị Bản Mường", "DN_NNN", 27),
        ],
    ),
    (
        "TAM-DUONG",
        "LĐLĐ huyện Tam Đường",
        &[
            (SHOWN_UNIT, "CĐCS Xưởng chè Khun Há", "DN_NNN", 86),
            ("TD-THCS-BL", "CĐCS Trường THCS Bình Lư", "HCSN", 36),
            ("TD-TH-BB", "CĐCS Trường Tiểu học Bản Bo", "HCSN", 34),
            ("TD-UB-TL", "CĐCS xã Tả Lèng", "HCSN", 24),
            ("TD-PK", "CĐCS Phòng khám đa khoa Bình Lư", "HCSN", 29),
            ("TD-MIEN", "CĐCS Hợp tác xã Miến dong Bình Lư", "HTX", 22),
        ],
    ),
    (
        "PHONG-THO",
        "LĐLĐ huyện Phong Thổ",
        &[
            ("PT-PTDT", "CĐCS Trường PTDTBT Dào San", "HCSN", 40),
            ("PT-UB-SSH", "CĐCS xã Sin Suối Hồ", "HCSN", 23),
            ("PT-CK", "CĐCS Ban quản lý cửa khẩu", "HCSN", 33),
            ("PT-CHUOI", "CĐCS Công ty Chuối Huổi Luông", "DN_NNN", 74),
            ("PT-TD", "CĐCS Thủy điện Nậm Na Thượng", "DN_NNN", 58),
        ],
    ),
    (
        "SIN-HO",
        "LĐLĐ huyện Sìn Hồ",
        &[
            ("SH-THPT", "CĐCS Trường THPT Cao nguyên Sìn Hồ", "HCSN", 45),
            ("SH-UB-NT", "CĐCS xã Nậm Tăm", "HCSN", 22),
            ("SH-TH-TSC", "CĐCS Trường Tiểu học Tủa Sín Chải", "HCSN", 32),
            ("SH-DUOC", "CĐCS Hợp tác xã Dược liệu Sìn Hồ", "HTX", 19),
            ("SH-CAOSU", "CĐCS Nông trường Cao su Nậm Cuổi", "DN_NN", 212),
        ],
    ),
    (
        "NAM-NHUN",
        "LĐLĐ huyện Nậm Nhùn",
        &[
            ("NN-TT", "CĐCS thị trấn Nậm Nhùn", "HCSN", 26),
            ("NN-THCS-LL", "CĐCS Trường THCS Lê Lợi", "HCSN", 28),
            ("NN-TD", "CĐCS Thủy điện Nậm Ban Hạ", "DN_NNN", 47),
            ("NN-YT", "CĐCS Trạm y tế Mường Mô", "HCSN", 15),
            ("NN-DA", "CĐCS Mỏ đá Lê Lợi", "DN_NNN", 33),
        ],
    ),
    (
        "MUONG-TE",
        "LĐLĐ huyện Mường Tè",
        &[
            ("MT-PTDT", "CĐCS Trường PTDTBT Pa Ủ", "HCSN", 37),
            ("MT-UB-TL", "CĐCS xã Thu Lũm", "HCSN", 21),
            ("MT-RUNG", "CĐCS Ban quản lý rừng phòng hộ Mù Cả", "HCSN", 30),
            ("MT-XD", "CĐCS Công ty Xây dựng Đà Giang", "DN_NNN", 65),
            ("MT-MN-BN", "CĐCS Trường Mầm non Bum Nưa", "HCSN", 25),
        ],
    ),
    (
        "TAN-UYEN",
        "LĐLĐ huyện Tân Uyên",
        &[
            ("TU-CHE", "CĐCS Công ty Chè Thân Thuộc", "DN_NNN", 143),
            ("TU-TH-PT", "CĐCS Trường Tiểu học Pắc Ta", "HCSN", 35),
            ("TU-UB-MK", "CĐCS xã Mường Khoa", "HCSN", 24),
            ("TU-MN-NS", "CĐCS Trường Mầm non Nậm Sỏ", "HCSN", 27),
            ("TU-DIEN", "CĐCS Điện lực Tân Uyên", "DN_NN", 44),
        ],
    ),
    (
        "THAN-UYEN",
        "LĐLĐ huyện Than Uyên",
        &[
            ("TH-THPT", "CĐCS Trường THPT Mường Than", "HCSN", 52),
            ("TH-BV", "CĐCS Bệnh viện khu vực Than Uyên", "HCSN", 118),
            ("TH-UB-MK", "CĐCS xã Mường Kim", "HCSN", 25),
            ("TH-GACH", "CĐCS Công ty Gạch Mường Cang", "DN_NNN", 61),
            ("TH-GAO", "CĐCS Hợp tác xã Gạo Séng Cù", "HTX", 24),
        ],
    ),
    (
        "CDN-GD",
        "Công đoàn ngành Giáo dục",
        &[
            ("GD-CD", "CĐCS Trường Cao đẳng Cộng đồng", "HCSN", 128),
            ("GD-DTNT", "CĐCS Trường PTDTNT tỉnh", "HCSN", 76),
            ("GD-THPT", "CĐCS Trường THPT Thành phố", "HCSN", 68),
            ("GD-VP", "CĐCS Cơ quan Sở Giáo dục", "HCSN", 47),
        ],
    ),
    (
        "CDN-YT",
        "Công đoàn ngành Y tế",
        &[
            ("YT-BVT", "CĐCS Bệnh viện đa khoa tỉnh", "HCSN", 236),
            ("YT-KSBT", "CĐCS Trung tâm Kiểm soát bệnh tật", "HCSN", 88),
            ("YT-YHCT", "CĐCS Bệnh viện Y học cổ truyền", "HCSN", 73),
        ],
    ),
    (
        "CD-VC",
        "Công đoàn Viên chức tỉnh",
        &[
            ("VC-NV", "CĐCS Cơ quan Sở Nội vụ", "HCSN", 54),
            ("VC-KL", "CĐCS Chi cục Kiểm lâm", "HCSN", 92),
            ("VC-LT", "CĐCS Trung tâm Lưu trữ", "HCSN", 26),
            ("VC-BT", "CĐCS Bảo tàng tỉnh", "HCSN", 31),
        ],
    ),
    (
        "",
        "",
        &[
            ("TT-DIEN", "CĐCS Công ty Điện lực tỉnh", "DN_NN", 198),
            ("TT-CAOSU", "CĐCS Công ty Cao su Nậm Na", "DN_NN", 324),
            ("TT-DUONG", "CĐCS Công ty Quản lý đường bộ", "DN_NNN", 112),
        ],
    ),
];
