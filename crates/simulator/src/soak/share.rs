//! The seeds of one kind that a run lives, slice after slice, so that one that is interrupted has lost
//! little.

use super::failed::{Failed, tell};
use super::search::find_failing_seed;
use super::sums::KindSums;
use crate::life::Life;
use std::ops::Range;
use std::time::Instant;

/// Seeds that are still to be lived.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    /// The first and the end.
    pub seeds: Range<u64>,
}

impl Share {
    /// So many lives, from this seed on, or from where the last run ended.
    #[must_use]
    pub fn begin(lives: u64, from: Option<u64>, sums: &KindSums) -> Self {
        let first = from.unwrap_or(sums.next_seed);
        Self { seeds: first..first.saturating_add(lives) }
    }

    /// Lives the next `lives` of them, and adds them to the sums. What failed first, if something did.
    pub fn live<L: Life>(
        &mut self,
        lives: u64,
        threads: usize,
        sums: &mut KindSums,
    ) -> Option<Failed> {
        let first = self.seeds.start;
        let slice = first..first.saturating_add(lives).min(self.seeds.end);
        let begun = Instant::now();
        let failing = find_failing_seed::<L>(slice.clone(), threads);
        self.seeds.start = failing.map_or(slice.end, |seed| seed + 1);
        sums.add(self.seeds.start - first, self.seeds.start, begun.elapsed());
        let failed = failing.map(tell::<L>);
        failed.iter().for_each(|failed| sums.note(failed));
        failed
    }
}
