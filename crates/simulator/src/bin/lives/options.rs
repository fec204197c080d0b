//! The command line.

use crate::kind::Kind;
use clap::Parser;
use std::path::PathBuf;

/// Lives the lives of machines that exist only as data, and names the first seed that fails.
#[derive(Debug, Parser)]
#[command(
    name = "lives",
    bin_name = "cargo xtask soak lives",
    color = clap::ColorChoice::Never,
    args_override_self = true,
    after_help = "exit status: 0 all held, 1 a life failed, 2 wrong usage, or sums that can't be kept"
)]
#[command(group = clap::ArgGroup::new("what").required(true))]
pub(crate) struct Options {
    /// How many to live, in all
    #[arg(long, value_name = "N", group = "what", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) lives: Option<u64>,
    /// Live this seed alone; if it fails, print the smallest life that fails so, and its log
    #[arg(long, value_name = "S", group = "what")]
    pub(crate) seed: Option<u64>,
    /// One kind of lives only [default: half of them each]
    #[arg(long)]
    kind: Option<Kind>,
    /// The first seed [default: where the last run ended]
    #[arg(long, value_name = "S", conflicts_with = "seed")]
    pub(crate) from: Option<u64>,
    /// Where the sums are kept from run to run
    #[arg(long, value_name = "FILE", default_value = "target/soak/lives.json")]
    pub(crate) sums: PathBuf,
    /// The commit whose lives these are; each has sums of its own
    #[arg(long, value_name = "NAME", default_value = "unknown")]
    pub(crate) commit: String,
}

impl Options {
    pub(crate) fn kinds(&self) -> Vec<Kind> {
        self.kind.map_or_else(|| Kind::ALL.to_vec(), |kind| vec![kind])
    }
}

#[cfg(test)]
mod tests {
    use super::Options;
    use crate::kind::Kind;
    use clap::{CommandFactory, Parser};

    fn parse(words: &str) -> Option<Options> {
        Options::try_parse_from(format!("lives {words}").split_whitespace()).ok()
    }

    #[test]
    fn lives_or_a_seed_are_asked_for() {
        Options::command().debug_assert();
        assert_eq!(parse("--lives 10").unwrap().kinds(), Kind::ALL);
        assert_eq!(parse("--seed 3 --kind ending").unwrap().kinds(), [Kind::Ending]);
        assert_eq!(parse("--lives 10 --from 5").unwrap().from, Some(5));
        for wrong in ["", "--lives 0", "--lives 1 --seed 2", "--seed 1 --from 2", "--kind x"] {
            assert!(parse(wrong).is_none(), "{wrong}");
        }
    }
}
