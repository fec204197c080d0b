//! A life: all of what happens to one machine, as a value that a seed makes and that can be made smaller.

use std::fmt;

/// What a life broke: the sentence of the check, and what was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation<C> {
    /// Which check.
    pub check: C,
    /// What was seen, in one line.
    pub seen: String,
}

/// A life that broke a check.
#[derive(Clone, Debug)]
pub struct Broken<C> {
    /// What it broke first.
    pub violation: Violation<C>,
    /// What PID 1 said and did until then.
    pub log: String,
}

/// All of what happens to one machine.
pub trait Life: Clone + fmt::Debug + Sized {
    /// The checks, each of which displays as a sentence.
    type Check: Copy + Eq + fmt::Debug + fmt::Display;

    /// The life of this seed.
    fn of_seed(seed: u64) -> Self;

    /// Lives it through, and asks every check after every op. `Err` with the first that fails.
    ///
    /// # Errors
    /// What it broke.
    fn live(&self) -> Result<(), Box<Broken<Self::Check>>>;

    /// How many parts can be taken away: processes, mounts, events, faults.
    fn parts(&self) -> usize;

    /// The same life without this part.
    fn without(&self, part: usize) -> Self;
}

/// Takes away what a failure doesn't need, until nothing can be taken away any more: what is left breaks
/// the same check. `None` if the life breaks none.
pub fn shrink<L: Life>(life: L) -> Option<(L, Box<Broken<L::Check>>)> {
    let mut broken = life.live().err()?;
    let mut smallest = life;
    loop {
        let mut has_shrunk = false;
        for part in (0..smallest.parts()).rev() {
            let smaller = smallest.without(part);
            if let Err(again) = smaller.live()
                && again.violation.check == broken.violation.check
            {
                (smallest, broken, has_shrunk) = (smaller, again, true);
            }
        }
        if !has_shrunk {
            return Some((smallest, broken));
        }
    }
}
