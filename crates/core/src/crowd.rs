//! The look at all processes: a census by a helper, and closer looks at those on which it got stuck, each
//! by a helper with a share of them.

use crate::context::Context;
use crate::errno::Errno;
use crate::look::Look;
use crate::op::{CensusOp, Op, OpId, Outcome, ReadOp};
use crate::pending::Pending;
use crate::proc::census::{Census, decode_census};
use crate::proc::owners::{Owner, decode_owners};
use crate::proc::process::Process;
use crate::time::Moment;
use alloc::vec::Vec;

/// What listing the processes may take, in milliseconds.
const CENSUS_MS: u64 = 1_000;

/// What a share of the closer looks may take, in milliseconds. A look that waits for nobody takes a
/// few microseconds.
pub(crate) const CLOSER_MS: u64 = 250;

/// What all of the closer looks may take, in milliseconds.
const ALL_CLOSER_MS: u64 = 2_000;

/// How many helpers share the closer looks.
const MOST_SHARES: usize = 8;

/// What was seen of the processes.
#[derive(Clone, Debug)]
pub(crate) enum Crowd {
    /// What they are.
    Seen(Census),
    /// Only which there are: no helper could be had to look at them.
    Listed(Vec<Owner>),
    /// Nothing.
    Unseen(Errno),
}

#[derive(Clone, Debug)]
enum Reply {
    Everyone,
    Closer(Share),
    Owners,
}

/// Those whom one helper looks at more closely.
#[derive(Clone, Debug)]
struct Share {
    pids: Vec<u32>,
    /// Who blocks it is not looked at again.
    is_last_look: bool,
}

/// A look under way.
#[derive(Clone, Debug, Default)]
pub(crate) struct CrowdLook {
    pending: Pending<Reply>,
    census: Census,
    /// Who is to be looked at more closely.
    left: Vec<u32>,
    /// On whom a look seems to have got stuck: they are looked at once more, each alone.
    suspects: Vec<u32>,
    /// When the closer looks are over, whoever is left.
    closer_until: Moment,
}

impl CrowdLook {
    /// Begins a look, unless one is under way.
    pub(crate) fn begin(&mut self, context: &mut Context) {
        if self.is_under_way() {
            return;
        }
        *self = Self::default();
        context.begin_look();
        let deadline_ms = context.budget.within_ms(context.now, CENSUS_MS);
        let op = Op::Read(ReadOp::Census(CensusOp::Everyone));
        self.pending.help(context, op, deadline_ms, Reply::Everyone);
    }

    pub(crate) fn is_under_way(&self) -> bool {
        !self.pending.is_empty()
    }

    /// What it has told so far.
    pub(crate) fn census(&self) -> &Census {
        &self.census
    }

    /// Whether the op is one of this look's.
    pub(crate) fn has(&self, id: OpId) -> bool {
        self.pending.has(id)
    }

    /// Takes an outcome in. Returns what was seen when the look is over.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<Crowd> {
        match self.pending.complete(id)? {
            Reply::Everyone => self.everyone_told(outcome, context),
            Reply::Closer(pids) => self.closer_told(&pids, outcome, context),
            Reply::Owners => Some(match outcome.whole() {
                Ok(bytes) => Crowd::Listed(decode_owners(bytes)),
                Err(errno) => Crowd::Unseen(errno),
            }),
        }
    }

    fn everyone_told(&mut self, outcome: &Outcome, context: &mut Context) -> Option<Crowd> {
        match outcome.look() {
            Look::Known(bytes) => {
                self.census = decode_census(bytes);
                self.census.forget_vanished();
                self.over()
            }
            Look::Partial(bytes) => {
                self.census = decode_census(bytes);
                for process in self.census.processes.iter().filter(|one| one.lacks_closer_look()) {
                    self.left.push(process.pid);
                }
                let most_ms = context.budget.within_ms(context.now, ALL_CLOSER_MS);
                self.closer_until = context.now.after_ms(most_ms);
                self.look_closer(context)
            }
            Look::Unknown(_) => {
                self.ask_for_owners(outcome, context);
                None
            }
        }
    }

    /// Without a helper PID 1 itself reads the directory, which waits for nobody; where a helper got
    /// nowhere at all, that is another helper's work.
    fn ask_for_owners(&mut self, outcome: &Outcome, context: &mut Context) {
        let op = Op::Read(ReadOp::ProcessOwners);
        match outcome {
            Outcome::NoHelper(_) => self.pending.run(context, op, Reply::Owners),
            Outcome::Done
            | Outcome::Answer(_)
            | Outcome::Read(_)
            | Outcome::Started(_)
            | Outcome::NoTerminal(_)
            | Outcome::Failed(_)
            | Outcome::TimedOut => self.pending.help(context, op, CENSUS_MS, Reply::Owners),
        }
    }

    /// Has those who are left looked at, each helper at a share; then the suspects, each alone.
    fn look_closer(&mut self, context: &mut Context) -> Option<Crowd> {
        let is_late = self.closer_until <= context.now;
        let left = core::mem::take(&mut self.left);
        let suspects =
            if left.is_empty() { core::mem::take(&mut self.suspects) } else { Vec::new() };
        if is_late || left.is_empty() && suspects.is_empty() {
            return self.over();
        }
        let is_last_look = left.is_empty();
        let (whom, share) = if is_last_look {
            (suspects, 1)
        } else {
            let share = left.len().div_ceil(MOST_SHARES).max(1);
            (left, share)
        };
        for pids in whom.chunks(share) {
            let op = Op::Read(ReadOp::Census(CensusOp::Closer { pids: pids.to_vec() }));
            let reply = Reply::Closer(Share { pids: pids.to_vec(), is_last_look });
            self.pending.insist(context, op, CLOSER_MS, reply);
        }
        None
    }

    /// The first of a share that nothing was told of is the one that blocked, or so it seems; who was
    /// asked for after it is looked at again.
    fn closer_told(
        &mut self,
        share: &Share,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<Crowd> {
        let told = outcome.look().seen().map(decode_census).unwrap_or_default().processes;
        let is_told = |pid: &u32| told.iter().any(|process| process.pid == *pid);
        let mut untold = Vec::new();
        for pid in share.pids.iter().filter(|pid| !is_told(pid)) {
            untold.push(*pid);
        }
        if matches!(outcome.look(), Look::Known(_)) {
            self.census.processes.retain(|process| !untold.contains(&process.pid));
        } else if let Some((first, others)) = untold.split_first()
            && !share.is_last_look
        {
            self.suspects.push(*first);
            self.left.extend_from_slice(others);
        }
        for process in told {
            self.replace(process);
        }
        if self.is_under_way() { None } else { self.look_closer(context) }
    }

    fn replace(&mut self, process: Process) {
        let processes = &mut self.census.processes;
        if let Ok(at) = processes.binary_search_by_key(&process.pid, |known| known.pid)
            && let Some(known) = processes.get_mut(at)
        {
            *known = process;
        }
    }

    fn over(&mut self) -> Option<Crowd> {
        Some(Crowd::Seen(core::mem::take(&mut self.census)))
    }
}
