//! Which is the smallest seed that fails, whichever thread comes first.

use super::guarded::Guarded;
use crate::life::Life;
use std::ops::Range;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

/// Seeds that a thread takes at a time.
const BATCH_LIVES: u64 = 16;

/// What the threads share.
#[derive(Debug)]
struct Search {
    seeds: Range<u64>,
    /// How many seeds have been handed out, the smallest first.
    handed_out: AtomicU64,
    /// The smallest seed known to fail; [`NONE`] if none does.
    lowest: AtomicU64,
}

/// No range of seeds holds it: a range ends before its end.
const NONE: u64 = u64::MAX;

/// The smallest of these seeds whose life fails. All smaller ones have been lived when it is known, and
/// hardly any larger one is begun after that.
#[must_use]
pub fn find_failing_seed<L: Life>(seeds: Range<u64>, threads: usize) -> Option<u64> {
    let search = Search { seeds, handed_out: AtomicU64::new(0), lowest: AtomicU64::new(NONE) };
    thread::scope(|scope| {
        for _ in 0..threads.max(1) {
            scope.spawn(|| search.work::<L>());
        }
    });
    Some(search.lowest.into_inner()).filter(|seed| *seed != NONE)
}

impl Search {
    fn work<L: Life>(&self) {
        while let Some(batch) = self.take_batch() {
            for seed in batch {
                if !self.is_wanted(seed) {
                    return;
                }
                if Guarded::<L>::of_seed(seed).live().is_err() {
                    self.lowest.fetch_min(seed, Ordering::Relaxed);
                    return;
                }
            }
        }
    }

    fn take_batch(&self) -> Option<Range<u64>> {
        let offset = self.handed_out.fetch_add(BATCH_LIVES, Ordering::Relaxed);
        let start = self.seeds.start.checked_add(offset)?;
        let end = start.saturating_add(BATCH_LIVES).min(self.seeds.end);
        (start < end).then_some(start..end)
    }

    /// Batches only grow: who meets a seed above one that fails has nothing more to do.
    fn is_wanted(&self, seed: u64) -> bool {
        seed < self.lowest.load(Ordering::Relaxed)
    }
}
