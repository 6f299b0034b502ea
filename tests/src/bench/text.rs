//! Vietnamese as officers write it, from a seed: sentences of several shapes with much to choose from in each, and numbers,
//! names and days in between, so that it packs about as well as real reports do and not better.

use jiff::ToSpan;
use jiff::civil::Date;

use super::words::{
    CHANGES, DEEDS, FAMILY_NAMES, GIVEN_NAMES, GROUPS, MACHINES, OUTCOMES, PEOPLE, PLACES, THEMES, TIMES, TITLE_FORMS,
    TROUBLES,
};

/// One of a list.
pub(super) fn pick<T: Copy>(rng: &mut fastrand::Rng, from: &[T]) -> T {
    from[rng.usize(..from.len())]
}

pub(super) fn place(rng: &mut fastrand::Rng) -> &'static str {
    pick(rng, PLACES)
}

pub(super) fn person(rng: &mut fastrand::Rng) -> String {
    format!("{} {}", pick(rng, FAMILY_NAMES), pick(rng, GIVEN_NAMES))
}

/// A title for an activity.
pub(super) fn title(rng: &mut fastrand::Rng) -> String {
    let (form, theme, group) = (pick(rng, TITLE_FORMS), pick(rng, THEMES), pick(rng, GROUPS));
    match rng.u32(0..5) {
        0 => format!("{form} {theme} tại {}", place(rng)),
        1 => format!("{form} {theme} cho {group}"),
        2 => format!("{form} {theme} lần {}", rng.u32(1..9)),
        3 => format!("{form} {theme} với {}", pick(rng, PEOPLE)),
        _ => format!("{form} {theme}"),
    }
}

/// A short phrase, for fields of one line.
pub(super) fn phrase(rng: &mut fastrand::Rng) -> String {
    match rng.u32(0..4) {
        0 => capital(pick(rng, THEMES)),
        1 => format!("{}, {}", capital(pick(rng, GROUPS)), place(rng)),
        2 => format!("{} ở {}", capital(pick(rng, MACHINES)), place(rng)),
        _ => format!("{} cho {}", capital(pick(rng, THEMES)), pick(rng, PEOPLE)),
    }
}

/// A decision's number.
pub(super) fn number_of_decision(rng: &mut fastrand::Rng, day: Date) -> String {
    format!(
        "{}/{}-{}",
        rng.u32(3..480),
        pick(rng, &["QĐ", "KH", "TB", "CV"]),
        pick(rng, &["CĐCS", "LĐLĐ", "UBND", "CTY"])
    ) + &format!("/{}", day.year())
}

/// So many sentences.
pub(super) fn paragraph(rng: &mut fastrand::Rng, day: Date, sentences: usize) -> String {
    let sentences: Vec<_> = (0..sentences).map(|_| sentence(rng, day)).collect();
    sentences.join(" ")
}

fn sentence(rng: &mut fastrand::Rng, day: Date) -> String {
    let (group, people, deed, outcome) = (
        pick(rng, GROUPS),
        pick(rng, PEOPLE),
        pick(rng, DEEDS),
        pick(rng, OUTCOMES),
    );
    let (trouble, when, theme) = (pick(rng, TROUBLES), pick(rng, TIMES), pick(rng, THEMES));
    let count = rng.u32(2..97);
    let near = day.saturating_sub(rng.i32(0..20).days());
    let date = format!("{}/{}", near.day(), near.month());
    match rng.u32(0..14) {
        0 => format!("{} {deed}, nhờ vậy {outcome}.", capital(group)),
        1 => format!("Có {count} {people} tham gia, {when} {deed}."),
        2 => format!("{} ở {} nêu ý kiến về {theme}.", person(rng), place(rng)),
        3 => format!("Vì {trouble} nên phải lùi sang ngày {date}."),
        4 => format!("{} ở {} đã {deed}.", capital(people), place(rng)),
        5 => format!("Sau buổi {theme} {outcome}, {group} xin làm tiếp."),
        6 => format!("Ngày {date} {group} {deed}; {outcome}."),
        7 => format!("Còn {count} người chưa dự được do {trouble}."),
        8 => format!("{} phụ trách, {} ghi biên bản.", person(rng), person(rng)),
        9 => format!("Chi {} đồng, còn lại {group} tự lo.", dotted(rng.u32(8..900) * 10_000)),
        10 => format!("{} bàn kỹ về {theme} rồi {deed}.", capital(when)),
        11 => format!("So với quý trước tăng {count}%, {outcome}."),
        12 => format!("Đề nghị cấp trên hỗ trợ {theme} cho {group} ở {}.", place(rng)),
        _ => format!("Tuy {trouble} nhưng {people} vẫn {deed}."),
    }
}

/// What an initiative changes.
pub(super) fn improvement(rng: &mut fastrand::Rng) -> String {
    format!("Cải tiến {}: {}", pick(rng, MACHINES), pick(rng, CHANGES))
}

/// What an initiative is about, told in some sentences.
pub(super) fn description(rng: &mut fastrand::Rng, day: Date) -> String {
    let (machine, first, second) = (pick(rng, MACHINES), pick(rng, CHANGES), pick(rng, CHANGES));
    format!(
        "Trước đây {machine} mỗi ca mất {} phút vì {}.\nTác giả {first}, sau đó {second}; thử {} lần ở {}.\n{}",
        rng.u32(5..95),
        pick(rng, TROUBLES),
        rng.u32(2..12),
        place(rng),
        paragraph(rng, day, 2)
    )
}

pub(super) fn dotted(amount: u32) -> String {
    let digits = amount.to_string();
    let groups: Vec<_> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .map(String::from_utf8_lossy)
        .collect();
    groups.join(".")
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use jiff::civil::date;

    use super::*;

    #[test]
    fn a_text_follows_from_its_seed_and_hardly_says_a_sentence_twice() {
        let day = date(2026, 5, 3);
        let sentences = |seed| {
            let rng = &mut fastrand::Rng::with_seed(seed);
            (0..1_000).map(|_| sentence(rng, day)).collect::<Vec<_>>()
        };
        assert_eq!(sentences(7), sentences(7));
        let different: BTreeSet<_> = sentences(8).into_iter().collect();
        assert!(different.len() > 970, "{} of 1000", different.len());
    }

    #[test]
    fn amounts_are_written_with_points() {
        assert_eq!(
            [0, 999, 1_000, 12_345_678].map(dotted),
            ["0", "999", "1.000", "12.345.678"]
        );
    }
}
