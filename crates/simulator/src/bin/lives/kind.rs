//! The kinds of lives.

use simulator::ending::EndingLife;
use simulator::serving::ServingLife;
use simulator::soak::failed::{Failed, replay};
use simulator::soak::share::Share;
use simulator::soak::sums::KindSums;
use std::fmt;

/// A kind of lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Kind {
    /// From the request to the end of the machine
    Ending,
    /// From the boot to the request: entries, runlevels, reloads, takeovers
    Serving,
}

impl Kind {
    pub(crate) const ALL: [Self; 2] = [Self::Ending, Self::Serving];

    pub(crate) fn replay(self, seed: u64) -> Option<Failed> {
        match self {
            Self::Ending => replay::<EndingLife>(seed),
            Self::Serving => replay::<ServingLife>(seed),
        }
    }

    /// Lives the next of a share.
    pub(crate) fn live(
        self,
        share: &mut Share,
        lives: u64,
        threads: usize,
        sums: &mut KindSums,
    ) -> Option<Failed> {
        match self {
            Self::Ending => share.live::<EndingLife>(lives, threads, sums),
            Self::Serving => share.live::<ServingLife>(lives, threads, sums),
        }
    }
}

/// As on the command line.
impl fmt::Display for Kind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Ending => "ending",
            Self::Serving => "serving",
        })
    }
}
