//! Parts of a field (paragraphs, lines, rows): which stay, which change, which are new, and ids in the order of reading.

use crate::ids::PartId;
use crate::time::Timestamp;
use ulid::Ulid;

/// Gives the parts that are to stand their ids: equal parts keep theirs, changed ones keep the id of what they replace, new
/// ones get an id between their neighbours'.
pub(super) fn align<T: PartialEq>(
    standing: &[(PartId, T)],
    wanted: Vec<T>,
    now: Timestamp,
    rng: &mut fastrand::Rng,
) -> Vec<(PartId, T)> {
    let anchors = common(standing, &wanted);
    let mut ids: Vec<Option<PartId>> = vec![None; wanted.len()];
    let (mut old_from, mut new_from) = (0, 0);
    for (old, new) in anchors.into_iter().chain([(standing.len(), wanted.len())]) {
        // Between two parts that stayed, the i-th new one is taken for an edit of the i-th old one.
        for (id, (part, _)) in ids[new_from..new].iter_mut().zip(&standing[old_from..old]) {
            *id = Some(*part);
        }
        if let (Some(id), Some((part, _))) = (ids.get_mut(new), standing.get(old)) {
            *id = Some(*part);
        }
        (old_from, new_from) = (old + 1, new + 1);
    }
    for index in 0..ids.len() {
        if ids[index].is_none() {
            let before = index.checked_sub(1).and_then(|before| ids[before]);
            let after = ids[index..].iter().find_map(|id| *id);
            ids[index] = Some(between(before, after, now, rng));
        }
    }
    ids.into_iter().flatten().zip(wanted).collect()
}

/// Pairs of places of the longest common subsequence.
fn common<T: PartialEq>(standing: &[(PartId, T)], wanted: &[T]) -> Vec<(usize, usize)> {
    let (rows, columns) = (standing.len(), wanted.len());
    let mut length = vec![vec![0_usize; columns + 1]; rows + 1];
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            length[row][column] = match standing[row].1 == wanted[column] {
                true => length[row + 1][column + 1] + 1,
                false => length[row + 1][column].max(length[row][column + 1]),
            };
        }
    }
    let (mut row, mut column, mut pairs) = (0, 0, Vec::new());
    while row < rows && column < columns {
        if standing[row].1 == wanted[column] {
            pairs.push((row, column));
            (row, column) = (row + 1, column + 1);
        } else if length[row + 1][column] >= length[row][column + 1] {
            row += 1;
        } else {
            column += 1;
        }
    }
    pairs
}

/// An id that sorts between two others, random so that two people who write in the same gap do not meet.
fn between(before: Option<PartId>, after: Option<PartId>, now: Timestamp, rng: &mut fastrand::Rng) -> PartId {
    let low = before.map_or(0, |id| id.0.0);
    let id = match after {
        None => {
            // At the end: the time says the order, unless a clock that runs ahead has been here.
            let fresh = Ulid::from_parts(now.0.max(0) as u64, random(rng) >> 48).0;
            fresh.max(low.saturating_add(1 + (random(rng) >> 64)))
        }
        Some(after) => {
            let gap = after.0.0.saturating_sub(low);
            let quarter = gap / 4;
            low + quarter + random(rng) % (gap - 2 * quarter).max(1)
        }
    };
    PartId(Ulid(id))
}

fn random(rng: &mut fastrand::Rng) -> u128 {
    rng.u128(..)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(texts: &[&str], standing: &[(PartId, String)], rng: &mut fastrand::Rng) -> Vec<(PartId, String)> {
        align(
            standing,
            texts.iter().map(|text| (*text).to_owned()).collect(),
            Timestamp(1_790_000_000_000),
            rng,
        )
    }

    #[test]
    fn parts_keep_their_ids_through_edits_and_stand_in_order() {
        let rng = &mut fastrand::Rng::with_seed(1);
        let first = parts(&["một", "hai", "ba"], &[], rng);
        let second = parts(&["không", "một", "hai rưỡi", "ba", "bốn"], &first, rng);
        assert_eq!(second[1], first[0]);
        assert_eq!(second[2].0, first[1].0);
        assert_eq!(second[3], first[2]);
        let third = parts(&["bốn"], &second, rng);
        assert_eq!(third[0], second[4]);
        for parts in [&first, &second] {
            assert!(parts.is_sorted_by(|(a, _), (b, _)| a < b), "{parts:?}");
        }
    }

    #[test]
    fn ids_stay_in_order_however_often_a_part_is_put_in_front() {
        let rng = &mut fastrand::Rng::with_seed(2);
        let mut standing = parts(&["cuối"], &[], rng);
        for number in 0..60 {
            let mut texts: Vec<_> = standing.iter().map(|(_, text)| text.clone()).collect();
            texts.insert(number / 2, format!("đoạn {number}"));
            standing = align(&standing, texts, Timestamp(1_790_000_000_000), rng);
            assert!(standing.is_sorted_by(|(a, _), (b, _)| a < b), "after {number}");
        }
    }
}
