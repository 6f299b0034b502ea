//! Invented people of Lai Châu.

/// Family names with a middle name for women and one for men, as they go together among the peoples of the province.
const FAMILIES: [(&str, &str, &str); 12] = [
    ("Lò", "Thị", "Văn"),
    ("Quàng", "Thị", "Văn"),
    ("Tòng", "Thị", "Văn"),
    ("Giàng", "Thị", "A"),
    ("Vàng", "Thị", "A"),
    ("Sùng", "Thị", "A"),
    ("Tẩn", "Mỳ", "Láo"),
    ("Phàn", "Thị", "Văn"),
    ("Pờ", "Mỳ", "Hừ"),
    ("Nguyễn", "Thị", "Văn"),
    ("Trần", "Thị", "Đức"),
    ("Hoàng", "Thị", "Văn"),
];
const WOMEN: [&str; 12] = [
    "Xoan", "Hương", "Mai", "Dua", "Pằng", "Ly", "Hạnh", "Thủy", "Ngân", "Lan", "Nga", "Hiền",
];
const MEN: [&str; 12] = [
    "Hùng", "Páo", "Chư", "Sơn", "Dũng", "Thắng", "Lềnh", "Khánh", "Tuấn", "Phử", "Bình", "Long",
];

/// A name.
pub(super) fn person(rng: &mut fastrand::Rng) -> String {
    let (family, of_women, of_men) = FAMILIES[rng.usize(..FAMILIES.len())];
    if rng.bool() {
        format!("{family} {of_women} {}", WOMEN[rng.usize(..WOMEN.len())])
    } else {
        format!("{family} {of_men} {}", MEN[rng.usize(..MEN.len())])
    }
}
