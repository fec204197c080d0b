//! What is said while lives are lived, if somebody watches, and when they are.

use crate::kind::Kind;
use simulator::soak::failed::Failed;
use simulator::soak::sums::KindSums;
use std::io::{IsTerminal, Write, stderr, stdout};
use std::time::{Duration, Instant};

const PERIOD: Duration = Duration::from_secs(3);

/// Tells a person how far it is.
#[derive(Debug)]
pub(crate) struct Progress {
    lives: u64,
    lived: u64,
    begun: Instant,
    /// When it was told last; `None` if nobody watches.
    told: Option<Instant>,
}

impl Progress {
    pub(crate) fn begin(lives: u64) -> Self {
        let begun = Instant::now();
        Self { lives, lived: 0, begun, told: stderr().is_terminal().then_some(begun) }
    }

    pub(crate) fn add(&mut self, lived: u64) {
        self.lived += lived;
        if self.told.is_some_and(|told| told.elapsed() >= PERIOD) {
            let per_second = per_second(self.lived, self.begun.elapsed());
            eprintln!("    {} of {} lives, {per_second} a second", self.lived, self.lives);
            self.told = Some(Instant::now());
        }
    }
}

/// Tells a failure, and the command that tells it again.
pub(crate) fn tell(kind: Kind, failed: &Failed) {
    let again = format!("cargo xtask soak lives --kind {kind} --seed {}", failed.seed);
    print(&format!("{kind}: {failed}\nagain: {again}\n"));
}

/// A reader who has seen enough may be gone.
pub(crate) fn print(text: &str) {
    let _ = stdout().write_all(text.as_bytes());
}

/// All that this commit has lived of a kind.
pub(crate) fn render_sums(kind: Kind, sums: &KindSums) -> String {
    let took = Duration::from_millis(sums.milliseconds);
    let mut line = format!(
        "{kind}: {} lives with this commit, {} failed, next seed {}, {:.1} s, {} a second\n",
        sums.lives,
        sums.failures.len(),
        sums.next_seed,
        took.as_secs_f64(),
        per_second(sums.lives, took),
    );
    for failure in &sums.failures {
        line.push_str(&format!("    seed {}: {}\n", failure.seed, failure.check));
    }
    line
}

fn per_second(lives: u64, took: Duration) -> u64 {
    (lives as f64 / took.as_secs_f64().max(0.001)) as u64
}

#[cfg(test)]
mod tests {
    use super::render_sums;
    use crate::kind::Kind;
    use simulator::soak::sums::{Failure, KindSums};

    #[test]
    fn sums_name_each_failure() {
        let failures = vec![Failure { seed: 9, check: "nothing fails".to_owned() }];
        let sums = KindSums { lives: 300, next_seed: 300, milliseconds: 1_500, failures };
        let expected = "ending: 300 lives with this commit, 1 failed, next seed 300, 1.5 s, 200 a second\n    \
                        seed 9: nothing fails\n";
        assert_eq!(render_sums(Kind::Ending, &sums), expected);
    }
}
