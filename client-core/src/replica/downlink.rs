//! How much is asked for in one answer: as much as the network lets come down. Kept between sessions, as what it carries up is.

use minicbor::{Decode, Encode};

/// News asked for in one answer.
const NEWS_BUDGET: u32 = 256 * 1024;
/// Never is less asked for: a change may be as large.
const LEAST_BUDGET: u32 = 1024;
/// An answer of so many bytes comes through wherever anything does, so that one which broke off says nothing of sizes.
const LEAST_ANSWER_BYTES: u32 = 2 * 1024;
/// After so many answers in a row that came whole everything is asked for again. What breaks off then is one answer, and says
/// how much came.
const TRUSTED_ANSWERS: u32 = 16;

/// What the network carried of answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Encode, Decode)]
pub(super) struct Downlink {
    /// Answers that came whole since one broke off.
    #[n(0)]
    passed: u32,
    /// What is asked for, where it is less than usual.
    #[n(1)]
    budget: Option<u32>,
    /// So much of a larger answer came lately.
    #[n(2)]
    carried_bytes: Option<u32>,
}

impl Downlink {
    /// How many bytes of news the next answer may have.
    pub(super) fn budget(&self) -> u32 {
        self.budget
            .map_or(NEWS_BUDGET, |budget| budget.clamp(LEAST_BUDGET, NEWS_BUDGET))
    }

    /// Whether answers break off.
    pub(super) fn is_cut(&self) -> bool {
        self.carried_bytes.is_some()
    }

    /// An answer of so many bytes came whole. There may be more than it was to hold.
    pub(super) fn came_whole(&mut self, bytes: usize, more: bool) {
        let Some(carried) = self.carried_bytes else { return };
        self.passed += 1;
        let bytes = u32::try_from(bytes).unwrap_or(u32::MAX);
        if bytes > carried || self.passed >= TRUSTED_ANSWERS {
            *self = Self::default();
        } else if more && bytes <= carried / 8 * 3 {
            // News deflates, and how much is seen only as it comes: twice as much of it fits still.
            self.budget = Some(self.budget().saturating_mul(2).min(NEWS_BUDGET));
        }
    }

    /// An answer broke off after so many bytes, in a frame that would have ended after so many.
    pub(super) fn broke_off(&mut self, arrived: usize, awaited: usize) {
        let bytes = |count| u32::try_from(count).unwrap_or(u32::MAX);
        self.passed = 0;
        if bytes(awaited) > LEAST_ANSWER_BYTES {
            let carried = bytes(arrived).max(LEAST_ANSWER_BYTES);
            let carried = self.carried_bytes.map_or(carried, |before| before.min(carried));
            self.carried_bytes = Some(carried);
            // As if it did not deflate at all, and with room for what is not news.
            self.budget = Some((carried.min(self.budget()) / 2).max(LEAST_BUDGET));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::kept::Kept;
    use super::super::storage_key::SyncState;
    use super::*;

    /// A link that carries so many bytes of an answer, and one of the budget deflated so many times over. How many bytes came.
    fn exchange(link: &mut Downlink, carries: usize, times: usize) -> usize {
        let answer = 120 + link.budget() as usize / times;
        if answer > carries {
            link.broke_off(carries, answer);
            return 0;
        }
        link.came_whole(answer, true);
        answer
    }

    #[test]
    fn on_a_link_that_cuts_nothing_as_much_is_asked_for_as_ever() {
        let mut link = Downlink::default();
        for bytes in [52, 70_000, 400_000] {
            link.came_whole(bytes, true);
            assert_eq!((link.budget(), link.is_cut()), (NEWS_BUDGET, false));
        }
    }

    #[test]
    fn one_answer_that_broke_off_says_how_much_to_ask_for() {
        for carries in [LEAST_ANSWER_BYTES as usize, 3_400, 7_400, 20_000, 60_000] {
            for times in [1, 2, 5] {
                let mut link = Downlink::default();
                if exchange(&mut link, carries, times) > 0 {
                    continue; // It carries all of it.
                }
                assert!(link.is_cut());
                let carried: Vec<_> = (0..12).map(|_| exchange(&mut link, carries, times)).collect();
                let least = carried.iter().min();
                assert!(least > Some(&0), "of {carries}: {carried:?}");
                // No less than a quarter of what it carries is used, but for the first few answers.
                assert!(carried[6] > carries / 4, "of {carries}: {carried:?}");
            }
        }
    }

    #[test]
    fn of_many_answers_a_link_cuts_few() {
        let mut link = Downlink::default();
        let lost = (0..200).filter(|_| exchange(&mut link, 7_400, 4) == 0).count();
        assert!(lost <= 200 / TRUSTED_ANSWERS as usize, "{lost}");
    }

    #[test]
    fn a_link_that_got_better_is_used_as_ever_after_a_while() {
        let mut link = Downlink::default();
        exchange(&mut link, 3_400, 4);
        for _ in 0..TRUSTED_ANSWERS {
            exchange(&mut link, usize::MAX, 4);
        }
        assert_eq!(link, Downlink::default());
        exchange(&mut link, 3_400, 4);
        // At once, where more comes than was carried before.
        link.came_whole(9_000, false);
        assert_eq!(link, Downlink::default());
    }

    #[test]
    fn a_small_answer_that_broke_off_says_nothing_and_large_ones_ask_for_no_less_than_the_least() {
        let mut link = Downlink::default();
        link.broke_off(1_000, LEAST_ANSWER_BYTES as usize);
        assert_eq!(link, Downlink::default());
        for _ in 0..20 {
            // One change that is larger than the link.
            link.broke_off(3_000, 100_000);
        }
        assert_eq!(link.budget(), LEAST_BUDGET);
    }

    #[test]
    fn a_state_that_was_stored_before_there_was_such_a_thing_can_be_read() {
        let state = Kept::default().state;
        let mut stored = minicbor::to_vec(&state).unwrap();
        assert_eq!(stored[0], 0x8d, "thirteen fields");
        // An array of one number, and after it two that are as young: no and no.
        assert_eq!(stored.split_off(stored.len() - 4), [0x81, 0, 0xf4, 0xf4]);
        stored[0] = 0x8a;
        assert_eq!(minicbor::decode::<SyncState>(&stored).unwrap(), state);
    }
}
