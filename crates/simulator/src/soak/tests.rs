//! A soak of lives whose seeds say which of them fail.

mod reading;
mod searching;
mod summing;

use crate::life::{Broken, Life, Violation};
use std::fmt;
use std::time::Duration;

/// Fails or panics where its seed says so, as long as its culprit is a part of it.
#[derive(Clone, Debug)]
struct TinyLife {
    seed: u64,
    parts: Vec<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct NoCulprit;

impl fmt::Display for NoCulprit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("there is no culprit")
    }
}

const CULPRIT: u64 = 7;

/// Every seed from here on fails.
const FIRST_FAILING_SEED: u64 = 1_000;

/// It takes long, so that larger seeds that fail are found before it.
const SLOW: Duration = Duration::from_millis(10);

/// This one panics, and fails with nothing else.
const PANICKING_SEED: u64 = 500;

impl Life for TinyLife {
    type Check = NoCulprit;

    fn of_seed(seed: u64) -> Self {
        Self { seed, parts: (0..10).collect() }
    }

    fn live(&self) -> Result<(), Box<Broken<NoCulprit>>> {
        let has_culprit = self.parts.contains(&CULPRIT);
        assert!(!has_culprit || self.seed != PANICKING_SEED, "seed {} panics", self.seed);
        if self.seed == FIRST_FAILING_SEED {
            std::thread::sleep(SLOW);
        }
        if !has_culprit || self.seed < FIRST_FAILING_SEED {
            return Ok(());
        }
        let violation = Violation { check: NoCulprit, seen: format!("{CULPRIT} was seen") };
        Err(Box::new(Broken { violation, log: "a line\n".to_owned() }))
    }

    fn parts(&self) -> usize {
        self.parts.len()
    }

    fn without(&self, part: usize) -> Self {
        let mut smaller = self.clone();
        smaller.parts.remove(part);
        smaller
    }
}
