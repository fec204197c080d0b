//! KILL, in rounds, until a look finds nobody.

use super::asking::Asking;
use super::fates::{MOST_NAMES, Settled};
use super::signals::{Reach, pids_of, signal_all};
use super::somebody::{is_conclusive, listed, not_spared};
use crate::account::Fate;
use crate::context::Context;
use crate::crowd::Crowd;
use crate::event::Severity;
use crate::proc::census::Census;
use crate::proc::process::Process;
use crate::signal::number;
use crate::text::{Shown, joined};
use crate::time::Moment;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// How long after KILL the processes are looked at again, if those that were watched have not ended
/// before, in milliseconds. Each time it is twice as long: who is stuck in the kernel needs no hurry.
const FIRST_PAUSE_MS: u64 = 50;
const LONGEST_PAUSE_MS: u64 = 400;

/// KILL has been, or is about to be, sent.
#[derive(Clone, Debug)]
pub(super) struct Killing {
    deadline: Moment,
    has_killed: bool,
    /// Who was there at the last look and has not been seen to end.
    left: Vec<u32>,
    /// Those of them that had been killed before it.
    survivors: Vec<u32>,
    look_at: Moment,
    pause_ms: u64,
}

impl Killing {
    pub(super) fn new(context: &Context) -> Self {
        let deadline = kill_deadline(context);
        let (left, survivors, look_at) = (Vec::new(), Vec::new(), context.now);
        Self { deadline, has_killed: false, left, survivors, look_at, pause_ms: FIRST_PAUSE_MS }
    }

    /// When it is given up; not before KILL was sent, however long finding them takes.
    pub(super) fn deadline(&self) -> Option<Moment> {
        self.has_killed.then_some(self.deadline)
    }

    /// When the processes are to be looked at.
    pub(super) fn look_at(&self) -> Moment {
        self.look_at
    }

    /// A process ended: with the last of them it is time for a look.
    pub(super) fn gone(&mut self, pid: u32, now: Moment) {
        let count = self.left.len();
        self.left.retain(|other| *other != pid);
        if self.left.is_empty() && count > 0 {
            self.look_at = now;
        }
    }

    /// Kills whom a look has found. Returns whether it has found that nobody is left.
    pub(super) fn seen(
        &mut self,
        crowd: &Crowd,
        asking: &mut Asking,
        context: &mut Context,
    ) -> bool {
        context.unwatch_all();
        match crowd {
            Crowd::Seen(census) => {
                let left = not_spared(census, asking.learned(), context);
                if left.is_empty() && census.has_everyone {
                    self.look_at = context.now;
                    return is_conclusive(census, context);
                }
                self.kill_seen(census, &left, context);
                add_killed(asking.fates_mut(), &left);
            }
            Crowd::Listed(owners) => {
                let pids = listed(owners, asking.learned(), context);
                signal_all(context, number::KILL, Reach::EachAlone, &pids);
            }
            Crowd::Unseen(_) => {
                if let Some(proof) = asking.learned().nobody() {
                    signal_all(context, number::KILL, Reach::Everyone(proof), &[]);
                }
            }
        }
        self.rest(context);
        false
    }

    /// To everybody at once, or with somebody to spare to each alone.
    fn kill_seen(&mut self, census: &Census, left: &[&Process], context: &mut Context) {
        let reach = census
            .spared(&|pid| context.is_nobody(pid))
            .nobody()
            .map_or(Reach::EachAlone, Reach::Everyone);
        let killed_before = core::mem::replace(&mut self.left, pids_of(left));
        self.survivors = killed_before;
        signal_all(context, number::KILL, reach, &self.left);
        for pid in &self.left {
            if !context.watch(*pid) {
                return;
            }
        }
    }

    fn rest(&mut self, context: &Context) {
        if !self.has_killed {
            // What finding them took is not theirs.
            (self.has_killed, self.deadline) = (true, kill_deadline(context));
        }
        self.look_at = context.now.after_ms(self.pause_ms);
        self.pause_ms = self.pause_ms.saturating_mul(2).min(LONGEST_PAUSE_MS);
    }

    /// Names those who are still there when it is given up.
    pub(super) fn name_the_stuck(&self, fates: &mut [Settled], context: &mut Context) {
        let mut names: Vec<String> = Vec::new();
        let is_stuck = |pid: &u32| self.left.contains(pid) && self.survivors.contains(pid);
        for settled in fates.iter_mut().filter(|settled| is_stuck(&settled.pid)) {
            settled.fate = Fate::Stuck;
            if names.len() < MOST_NAMES {
                names.push(format!("{}[{}]", Shown(&settled.comm), settled.pid));
            }
        }
        let count = self.left.iter().filter(|pid| is_stuck(pid)).count();
        if count > 0 {
            let names = joined(&names, " ");
            context.say_formatted(
                Severity::Error,
                format_args!(
                    "can't kill {names}: stuck in the kernel; going on without ({count} in all)"
                ),
            );
        }
        let unseen = self.left.len().saturating_sub(count);
        if unseen > 0 {
            context.say_formatted(
                Severity::Error,
                format_args!("can't see whether {unseen} of those killed have ended; going on"),
            );
        }
    }
}

fn kill_deadline(context: &Context) -> Moment {
    let kill_ms = context.settings.kill_ms;
    context.now.after_ms(context.budget.within_ms(context.now, kill_ms))
}

/// Each process has one fate: that of who was asked before stays. Those of a census ascend.
fn add_killed(fates: &mut Vec<Settled>, left: &[&Process]) {
    let mut has_fate = alloc::vec![false; left.len()];
    for settled in fates.iter() {
        let place = left.binary_search_by_key(&settled.pid, |process| process.pid).ok();
        if let Some(has_fate) = place.and_then(|at| has_fate.get_mut(at)) {
            *has_fate = true;
        }
    }
    for (process, has_fate) in left.iter().zip(has_fate) {
        if !has_fate {
            let (pid, comm) = (process.pid, process.comm.clone());
            fates.push(Settled { pid, comm, fate: Fate::Killed, took_ms: 0 });
        }
    }
}
