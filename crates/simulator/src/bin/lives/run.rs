//! A run: each kind's share of the lives, in turn.

use crate::kind::Kind;
use crate::options::Options;
use crate::progress::{Progress, print, render_sums, tell};
use simulator::soak::failed::Failed;
use simulator::soak::share::Share;
use simulator::soak::sums::Sums;
use std::io;
use std::num::NonZero;
use std::thread::available_parallelism;

/// After so many of a kind the sums are saved: more than that is not lost to an interruption.
const SLICE_LIVES: u64 = 1_024;

/// Whether a life failed.
pub(crate) fn run(options: &Options) -> io::Result<bool> {
    let mut sums = Sums::load(&options.sums)?;
    let failed = live(options, &mut sums)?;
    for kind in options.kinds() {
        print(&render_sums(kind, sums.of(&options.commit, &kind.to_string())));
    }
    if let Some((kind, failed)) = &failed {
        print("\n");
        tell(*kind, failed);
    }
    Ok(failed.is_some())
}

/// Slice after slice of each kind in turn, until one fails or all have been lived.
fn live(options: &Options, sums: &mut Sums) -> io::Result<Option<(Kind, Failed)>> {
    let threads = available_parallelism().map_or(1, NonZero::get);
    let mut shares = begin(options, sums);
    let mut progress = Progress::begin(options.lives.unwrap_or(0));
    while shares.iter().any(|(_, share)| !share.seeds.is_empty()) {
        for (kind, share) in &mut shares {
            let first = share.seeds.start;
            let sums_of_kind = sums.of(&options.commit, &kind.to_string());
            let failed = kind.live(share, SLICE_LIVES, threads, sums_of_kind);
            sums.save(&options.sums)?;
            progress.add(share.seeds.start - first);
            if let Some(failed) = failed {
                return Ok(Some((*kind, failed)));
            }
        }
    }
    Ok(None)
}

/// As many of each kind, one more of the first if they can't be shared evenly.
fn begin(options: &Options, sums: &mut Sums) -> Vec<(Kind, Share)> {
    let kinds = options.kinds();
    let mut left = options.lives.unwrap_or(0);
    let mut shares = Vec::new();
    for (index, kind) in kinds.iter().enumerate() {
        let lives = left.div_ceil((kinds.len() - index) as u64);
        left -= lives;
        let sums = sums.of(&options.commit, &kind.to_string());
        shares.push((*kind, Share::begin(lives, options.from, sums)));
    }
    shares
}
