//! A life that failed, made smaller and told so that a person can read it.

use super::guarded::Guarded;
use super::readable::render_life;
use crate::life::{Broken, Life, shrink};
use std::fmt::{self, Display};

/// A seed whose life fails.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failed {
    /// The seed.
    pub seed: u64,
    /// What it breaks, as a sentence.
    pub check: String,
    /// What was seen, the smallest life that breaks the same, and its log.
    pub story: String,
}

impl Display for Failed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "seed {} fails: {}\n{}", self.seed, self.check, self.story)
    }
}

/// Lives this seed alone. `None` if it holds.
#[must_use]
pub fn replay<L: Life>(seed: u64) -> Option<Failed> {
    let whole = Guarded(L::of_seed(seed));
    let parts = whole.parts();
    let (smallest, broken) = shrink(whole)?;
    let story = render_story(&smallest, &broken, parts);
    Some(Failed { seed, check: broken.violation.check.to_string(), story })
}

/// Of a seed that is known to fail.
#[must_use]
pub fn tell<L: Life>(seed: u64) -> Failed {
    replay::<L>(seed).unwrap_or_else(|| Failed {
        seed,
        check: "the same seed lives the same life".to_owned(),
        story: "it failed, and held when it was lived again\n".to_owned(),
    })
}

fn render_story<L: Life>(smallest: &L, broken: &Broken<L::Check>, parts: usize) -> String {
    format!(
        "seen: {}\n\nthe smallest life that fails so, with {} of {parts} parts (`..`: false, none or empty):\n{}\nits log:\n{}\n",
        broken.violation.seen,
        smallest.parts(),
        render_life(smallest),
        broken.log.trim_end(),
    )
}
