//! `cargo xtask soak lives`: lives as many lives as it is told to, on all processors, and names the first
//! seed that fails.

#![forbid(unsafe_code)]

mod kind;
mod options;
mod progress;
mod run;

use clap::Parser;
use options::Options;
use progress::{print, tell};
use std::process::ExitCode;

/// A life failed.
const FAILED: u8 = 1;

/// Also what clap says to wrong usage.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let options = Options::parse();
    let failed = match options.seed {
        Some(seed) => Ok(replay(&options, seed)),
        None => run::run(&options),
    };
    match failed {
        Ok(false) => ExitCode::SUCCESS,
        Ok(true) => ExitCode::from(FAILED),
        Err(error) => {
            eprintln!("lives: {}: {error}", options.sums.display());
            ExitCode::from(UNUSABLE)
        }
    }
}

/// Lives one seed of each kind. Whether one fails.
fn replay(options: &Options, seed: u64) -> bool {
    let mut has_failed = false;
    for kind in options.kinds() {
        match kind.replay(seed) {
            None => print(&format!("{kind}: seed {seed} holds\n")),
            Some(failed) => {
                has_failed = true;
                tell(kind, &failed);
            }
        }
    }
    has_failed
}
