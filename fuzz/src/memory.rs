//! How much memory a piece of work takes, measured and bounded.

use std::sync::{Mutex, MutexGuard, PoisonError};

use cap::Cap;
use peak_alloc::PeakAlloc;

/// Past this, the process ends: the machine is not to be filled by what is looked for.
const MOST_BYTES: usize = 2 << 30;

#[global_allocator]
static ALLOCATOR: Cap<PeakAlloc> = Cap::new(PeakAlloc, MOST_BYTES);

static ALONE: Mutex<()> = Mutex::new(());

/// Keeps other targets of the process waiting: what they take would be counted with this one's.
pub fn alone() -> MutexGuard<'static, ()> {
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Does a piece of work that may take so many bytes at once beside what is taken already.
///
/// # Panics
/// When it takes more.
pub fn within<T>(bytes: usize, work: impl FnOnce() -> T) -> T {
    let before = PeakAlloc.current_usage();
    PeakAlloc.reset_peak_usage();
    let done = work();
    let taken = PeakAlloc.peak_usage().saturating_sub(before);
    assert!(
        taken <= bytes,
        "it took {taken} bytes at once, and {bytes} at most is right"
    );
    done
}

/// Bytes in so many MiB.
pub const fn mib(count: usize) -> usize {
    count << 20
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_more_than_it_may_is_noticed_though_it_gives_it_back() {
        let _alone = alone();
        let take = |bytes: usize| within(mib(1), || drop(std::hint::black_box(vec![1_u8; bytes])));
        take(1 << 19);
        let noticed = std::panic::catch_unwind(|| take(mib(2)));
        assert!(noticed.is_err());
    }
}
