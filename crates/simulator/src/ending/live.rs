//! Lives that are lived through.

use super::checks::Check;
use super::life::EndingLife;
use super::machine::live_until;
use super::parts;
use super::report::Report;
use crate::life::{Broken, Life, Violation};

/// A life that can be told from its beginning.
pub trait Tell {
    /// Lives it through: what came of it, and the first check that it broke.
    #[must_use]
    fn tell(&self) -> (Report, Option<Violation<Check>>);

    /// Lives through the first minute after the request.
    #[must_use]
    fn tell_a_minute(&self) -> (Report, Option<Violation<Check>>);
}

impl Tell for EndingLife {
    fn tell(&self) -> (Report, Option<Violation<Check>>) {
        live_until(self, self.requested_ms + 1_000_000)
    }

    fn tell_a_minute(&self) -> (Report, Option<Violation<Check>>) {
        live_until(self, self.requested_ms + 60_000)
    }
}

impl Life for EndingLife {
    type Check = Check;

    fn of_seed(seed: u64) -> Self {
        Self::at_random(seed)
    }

    fn live(&self) -> Result<(), Box<Broken<Check>>> {
        let (_, violation) = self.tell();
        let Some(violation) = violation else { return Ok(()) };
        let (report, _) = Self { tells_ops: true, ..self.clone() }.tell();
        Err(Box::new(Broken { violation, log: report.log }))
    }

    fn parts(&self) -> usize {
        parts::count(self)
    }

    fn without(&self, part: usize) -> Self {
        parts::without(self, part)
    }
}
