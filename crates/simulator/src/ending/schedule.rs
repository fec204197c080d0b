//! What is still to come that a life has planned.

use super::life::EndingLife;
use super::plan::When;

/// What is still to come.
#[derive(Clone, Debug)]
pub(super) struct Schedule {
    /// Signals that ask for something.
    requests: Vec<(When, u8)>,
    /// Pieces for the FIFO.
    fifo: Vec<(u64, Vec<u8>)>,
    /// From when, and how far.
    jumps: Vec<(u64, u64)>,
    panic: Option<When>,
}

impl Schedule {
    pub(super) fn new(life: &EndingLife) -> Self {
        Self {
            requests: life.requests.iter().map(|one| (one.when, one.signal)).collect(),
            fifo: life.fifo.clone(),
            jumps: life.jumps.iter().map(|jump| (jump.at_ms, jump.by_ms)).collect(),
            panic: life.panic,
        }
    }

    /// When the next of it comes that has a time. Jumps come with something else.
    pub(super) fn next_ms(&self) -> Option<u64> {
        let requests = self.requests.iter().filter_map(|(when, _)| at_ms(*when));
        let fifo = self.fifo.iter().map(|(at_ms, _)| *at_ms);
        requests.chain(fifo).chain(self.panic.and_then(at_ms)).min()
    }

    /// The signal of a request whose time has come.
    pub(super) fn take_request(&mut self, now_ms: u64) -> Option<u8> {
        let at = self.requests.iter().position(|(when, _)| is_due(*when, now_ms))?;
        Some(self.requests.remove(at).1)
    }

    /// The signals that come with this op. Those that are to follow the first request are lost if that was
    /// not accepted.
    pub(super) fn take_requests_of_op(
        &mut self,
        op_count: u32,
        is_become: bool,
        is_accepted: bool,
    ) -> Vec<u8> {
        let is_due = |when: When| match when {
            When::AfterOp(count) => count <= op_count,
            When::AtBecome => is_become,
            When::AtMs(_) => false,
        };
        let mut signals = Vec::new();
        while let Some(at) = self.requests.iter().position(|(when, _)| is_due(*when)) {
            let (_, signal) = self.requests.remove(at);
            if is_accepted || at == 0 {
                signals.push(signal);
            }
        }
        signals
    }

    /// A piece for the FIFO whose time has come.
    pub(super) fn take_bytes(&mut self, now_ms: u64) -> Option<Vec<u8>> {
        let at = self.fifo.iter().position(|(at_ms, _)| *at_ms <= now_ms)?;
        Some(self.fifo.remove(at).1)
    }

    /// How much time passes that nobody sees.
    pub(super) fn take_jump(&mut self, now_ms: u64) -> Option<u64> {
        let at = self.jumps.iter().position(|(at_ms, _)| *at_ms <= now_ms)?;
        Some(self.jumps.remove(at).1)
    }

    /// Whether PID 1 panics now.
    pub(super) fn take_panic(&mut self, now_ms: u64) -> bool {
        self.panic.take_if(|when| is_due(*when, now_ms)).is_some()
    }
}

fn at_ms(when: When) -> Option<u64> {
    match when {
        When::AtMs(at_ms) => Some(at_ms),
        When::AfterOp(_) | When::AtBecome => None,
    }
}

fn is_due(when: When, now_ms: u64) -> bool {
    at_ms(when).is_some_and(|at_ms| at_ms <= now_ms)
}
