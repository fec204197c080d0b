//! The pool of helpers: how many are at work, which ops wait for one, and who they are.

use crate::event::Effect;
use crate::op::{How, Op, OpId};
use crate::time::Moment;
use alloc::vec::Vec;

/// How many helpers are at work at a time. Each holds a pipe and a place in the process table.
const MOST_AT_WORK: usize = 16;

/// How many ops may wait for a helper. A stage asks for a few at a time (storage for
/// eight), so this is never reached; an op beyond it is refused as if no helper could be had.
const MOST_WAITING: usize = 64;

/// How many helpers that hang in the kernel are remembered. Those beyond are taken for processes
/// like any other, which can't be killed either.
const MOST_LEFT_BEHIND: usize = 256;

/// How many processes are remembered that have ended since the last look at the processes began. Of those
/// beyond, a look may tell as if they lived.
const MOST_ENDED: usize = 1024;

/// How long before a helper that could not be had is asked for again. A process that has just been
/// killed keeps its place in the process table until it is reaped, so the first answer after a
/// full table may still be EAGAIN (fork(2)).
const RETRY_MS: u64 = 25;

/// How often a helper is asked for where there is no other way: for a second in all.
const MOST_TRIES: u32 = 40;

/// How long that is.
pub(crate) const INSISTING_MS: u64 = RETRY_MS * MOST_TRIES as u64;

/// An op that was given to a helper.
#[derive(Clone, Debug)]
struct AtWork {
    id: OpId,
    pid: Option<u32>,
    deadline_ms: u64,
    /// How often its helper was asked for, where there is no other way.
    tries: Option<u32>,
    /// When its helper is to be asked for again, and what for.
    again: Option<(Moment, Op)>,
}

impl AtWork {
    fn run(&self, op: Op) -> Effect {
        Effect::Run { id: self.id, op, how: How::Helper { deadline_ms: self.deadline_ms } }
    }
}

/// The pool.
#[derive(Clone, Debug, Default)]
pub(crate) struct Helpers {
    at_work: Vec<AtWork>,
    waiting: Vec<(AtWork, Op)>,
    refused: Vec<OpId>,
    left_behind: Vec<u32>,
    /// Helpers and others that have ended and may still be in a look that has not been judged.
    ended: Vec<u32>,
    ended_others: Vec<u32>,
}

impl Helpers {
    /// A pool beside helpers of the stage before.
    pub(crate) fn new(left_behind: &[u32]) -> Self {
        let kept = left_behind.get(..MOST_LEFT_BEHIND).unwrap_or(left_behind);
        Self { left_behind: kept.to_vec(), ..Self::default() }
    }

    /// Takes an op on, and starts its helper if there is room.
    pub(crate) fn issue(&mut self, id: OpId, op: Op, deadline_ms: u64, effects: &mut Vec<Effect>) {
        let work = AtWork { id, pid: None, deadline_ms, tries: None, again: None };
        if self.at_work.len() < MOST_AT_WORK {
            return self.start(work, op, effects);
        }
        if self.waiting.len() < MOST_WAITING {
            self.waiting.push((work, op));
        } else {
            self.refused.push(id);
        }
    }

    /// An op that found no room, whose stage has to be told so.
    pub(crate) fn take_refused(&mut self) -> Option<OpId> {
        self.refused.pop()
    }

    fn start(&mut self, work: AtWork, op: Op, effects: &mut Vec<Effect>) {
        effects.push(work.run(op));
        self.at_work.push(work);
    }

    /// Asks for this op's helper again and again if it can't be had.
    pub(crate) fn insist(&mut self, id: OpId) {
        let waiting = self.waiting.iter_mut().map(|(work, _)| work);
        let mut all = self.at_work.iter_mut().chain(waiting);
        if let Some(work) = all.find(|work| work.id == id) {
            work.tries = Some(1);
        }
    }

    /// The helper of `id` was forked; for the stage before, if no such op is at work.
    pub(crate) fn started(&mut self, id: OpId, pid: u32) {
        match self.at_work.iter_mut().find(|work| work.id == id) {
            Some(work) => work.pid = Some(pid),
            None => self.leave_behind(pid),
        }
    }

    fn leave_behind(&mut self, pid: u32) {
        if self.left_behind.len() < MOST_LEFT_BEHIND {
            self.left_behind.push(pid);
        }
    }

    /// No helper could be had for an op. Returns whether it will be asked for again.
    pub(crate) fn had_none(&mut self, id: OpId, op: Op, now: Moment) -> bool {
        let Some(work) = self.at_work.iter_mut().find(|work| work.id == id) else { return false };
        let Some(tries) = work.tries.filter(|tries| *tries < MOST_TRIES) else { return false };
        work.tries = Some(tries.saturating_add(1));
        work.again = Some((now.after_ms(RETRY_MS), op));
        true
    }

    /// An op came to its end.
    pub(crate) fn settle(&mut self, id: OpId) {
        let Some(at) = self.at_work.iter().position(|work| work.id == id) else { return };
        let work = self.at_work.swap_remove(at);
        // It may hang, or not have been reaped yet; either way its end takes it out again.
        work.pid.into_iter().for_each(|pid| self.leave_behind(pid));
    }

    /// Starts helpers for those that wait, as far as there is room.
    pub(crate) fn start_waiting(&mut self, effects: &mut Vec<Effect>) {
        while self.at_work.len() < MOST_AT_WORK && !self.waiting.is_empty() {
            let (work, op) = self.waiting.remove(0);
            self.start(work, op, effects);
        }
    }

    /// A process ended, helper or not.
    pub(crate) fn process_ended(&mut self, pid: u32) {
        let ended = if self.contains(pid) { &mut self.ended } else { &mut self.ended_others };
        if ended.len() < MOST_ENDED {
            ended.push(pid);
        }
        self.left_behind.retain(|other| *other != pid);
        for work in self.at_work.iter_mut().filter(|work| work.pid == Some(pid)) {
            work.pid = None;
        }
    }

    /// A look at the processes begins: it finds nobody who has ended before, but perhaps another process
    /// with the same process id.
    pub(crate) fn forget_ended(&mut self) {
        self.ended.clear();
        self.ended_others.clear();
    }

    /// Asks again for the helpers that are due now.
    pub(crate) fn ask_again(&mut self, now: Moment, effects: &mut Vec<Effect>) {
        for work in &mut self.at_work {
            if let Some((_, op)) = work.again.take_if(|(at, _)| *at <= now) {
                effects.push(work.run(op));
            }
        }
    }

    /// When the next helper is to be asked for again.
    pub(crate) fn deadline(&self) -> Option<Moment> {
        self.at_work.iter().filter_map(|work| Some(work.again.as_ref()?.0)).min()
    }

    /// Whether one was asked for, and it is not known yet who it is.
    pub(crate) fn are_starting(&self) -> bool {
        self.at_work.iter().any(|work| work.pid.is_none() && work.again.is_none())
    }

    /// Whether this process is one of them.
    fn contains(&self, pid: u32) -> bool {
        self.left_behind.contains(&pid) || self.at_work.iter().any(|work| work.pid == Some(pid))
    }

    /// Whether a look that has found this process has found nobody: one of them, or one that has ended since.
    pub(crate) fn is_nobody(&self, pid: u32) -> bool {
        self.ended.contains(&pid) || self.contains(pid) || self.has_ended(pid)
    }

    /// Whether this process, which is none of them, has ended since the last look began.
    pub(crate) fn has_ended(&self, pid: u32) -> bool {
        self.ended_others.contains(&pid)
    }

    /// All of them.
    pub(crate) fn pids(&self) -> Vec<u32> {
        let mut pids = Vec::new();
        for work in &self.at_work {
            pids.extend(work.pid);
        }
        pids.extend_from_slice(&self.left_behind);
        pids
    }
}

#[cfg(test)]
mod tests;
