//! Who is waited for after TERM, and for how long.

use super::fates::Settled;
use crate::account::Fate;
use crate::context::Context;
use crate::proc::census::Census;
use crate::proc::process::{Closer, Process, TermAnswer};
use crate::settings::Settings;
use crate::time::Moment;
use alloc::vec::Vec;

/// How long a process that TERM should have ended at once is waited for: it is on its way out,
/// or stuck in the kernel.
const DYING_MS: u64 = 1_000;

/// How much longer a process gets each time that it has written since the last look.
const STILL_WRITING_MS: u64 = 1_000;

/// How long before one whose time is over is looked at again when the look did not find everybody.
const UNSEEN_MS: u64 = 250;

/// A process that was asked to end.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Waited {
    pid: u32,
    comm: Vec<u8>,
    answer: TermAnswer,
    asked: Moment,
    deadline: Moment,
    written_bytes: u64,
    is_watched: bool,
}

/// A process id that was sent TERM.
#[derive(Clone, Copy, Debug)]
struct Asked {
    pid: u32,
    /// When, for one that nobody had looked at.
    unseen_at: Option<Moment>,
}

/// The processes that are waited for.
#[derive(Clone, Debug, Default)]
pub(super) struct WaitList {
    waited: Vec<Waited>,
    /// Everybody who was asked, waited for or not, by process id.
    asked: Vec<Asked>,
    /// Everybody was asked at once, when nobody could be looked at.
    was_everyone_asked: bool,
}

impl WaitList {
    fn note_asked(&mut self, pid: u32, unseen_at: Option<Moment>) {
        match self.asked.binary_search_by_key(&pid, |asked| asked.pid) {
            Ok(at) => self.asked.get_mut(at).into_iter().for_each(|one| one.unseen_at = unseen_at),
            Err(at) => self.asked.insert(at, Asked { pid, unseen_at }),
        }
    }

    /// Notes that `process` was asked to end. Returns its fate if it is not waited for at all.
    pub(super) fn ask(
        &mut self,
        process: &Process,
        asked: Moment,
        settings: &Settings,
    ) -> Option<Settled> {
        // One that was asked before anybody could look at it may show that it took TERM.
        // What it is sent a second time then waits for it unread.
        let is_known = self.was_everyone_asked || self.asked_unseen(process.pid).is_some();
        let has_taken_term = is_known && process.is_past_term();
        self.note_asked(process.pid, None);
        let answer = if has_taken_term { TermAnswer::Handles } else { process.term_answer() };
        let (pid, comm) = (process.pid, process.comm.clone());
        if answer == TermAnswer::Ignores {
            return Some(Settled { pid, comm, fate: Fate::IgnoredTerm, took_ms: 0 });
        }
        self.waited.push(Waited {
            pid,
            comm,
            answer,
            asked,
            deadline: asked.after_ms(first_wait_ms(answer, settings)),
            written_bytes: written_bytes(process),
            is_watched: false,
        });
        None
    }

    /// Notes that somebody was asked to end whom nobody has looked at.
    pub(super) fn ask_unseen(&mut self, pid: u32, now: Moment) {
        self.note_asked(pid, Some(now));
    }

    /// Notes that everybody was asked to end, and nobody has been looked at.
    pub(super) fn ask_everyone_unseen(&mut self) {
        self.was_everyone_asked = true;
    }

    /// When this process was asked to end without a look at it.
    pub(super) fn asked_unseen(&self, pid: u32) -> Option<Moment> {
        self.find_asked(pid)?.unseen_at
    }

    pub(super) fn was_asked(&self, pid: u32) -> bool {
        self.find_asked(pid).is_some()
    }

    fn find_asked(&self, pid: u32) -> Option<&Asked> {
        let at = self.asked.binary_search_by_key(&pid, |asked| asked.pid).ok()?;
        self.asked.get(at)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.waited.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.waited.len()
    }

    pub(super) fn deadline(&self) -> Option<Moment> {
        self.waited.iter().map(|waited| waited.deadline).min()
    }

    /// Watches as many of them as there is room for.
    pub(super) fn watch(&mut self, context: &mut Context) {
        for waited in self.waited.iter_mut().filter(|waited| !waited.is_watched) {
            waited.is_watched = context.watch(waited.pid);
            if !waited.is_watched {
                return;
            }
        }
    }

    /// A process ended.
    pub(super) fn gone(&mut self, pid: u32, now: Moment) -> Option<Settled> {
        self.forget(&|other| other == pid);
        let at = self.waited.iter().position(|waited| waited.pid == pid)?;
        Some(self.waited.swap_remove(at).settle(Fate::Ended, now))
    }

    /// Forgets that these were asked: their process ids may come back as others'.
    fn forget(&mut self, are_gone: &dyn Fn(u32) -> bool) {
        self.asked.retain(|asked| !are_gone(asked.pid));
    }

    /// Judges those whose time is over by a new look at them: gone, more time, or given up.
    pub(super) fn judge(
        &mut self,
        census: &Census,
        now: Moment,
        settings: &Settings,
    ) -> Vec<Settled> {
        if census.has_everyone {
            self.forget(&|pid| find(census, pid).is_none());
        }
        self.settle_by(now, &mut |waited| match find(census, waited.pid)
            .filter(|process| process.is_endable())
        {
            None if census.has_everyone => Some(Fate::Ended),
            None => waited.wait_for_another_look(now),
            Some(_) if now < waited.deadline => None,
            Some(process) => waited.prolong(process, now, settings),
        })
    }

    /// Judges those whose time is over by nothing but the list of those who are there.
    pub(super) fn judge_unseen(
        &mut self,
        is_there: &dyn Fn(u32) -> bool,
        now: Moment,
    ) -> Vec<Settled> {
        self.settle_by(now, &mut |waited| match (is_there(waited.pid), now < waited.deadline) {
            (false, _) => Some(Fate::Ended),
            (true, false) => Some(Fate::OutOfGrace),
            (true, true) => None,
        })
    }

    /// Gives up on all.
    pub(super) fn give_up(&mut self, now: Moment) -> Vec<Settled> {
        self.settle_by(now, &mut |_| Some(Fate::OutOfGrace))
    }

    /// Takes those out whose fate `judge` knows. One function for all judges: it moves large things.
    fn settle_by(
        &mut self,
        now: Moment,
        judge: &mut dyn FnMut(&mut Waited) -> Option<Fate>,
    ) -> Vec<Settled> {
        let mut settled = Vec::new();
        self.waited.retain_mut(|waited| {
            let fate = judge(waited);
            if let Some(fate) = fate {
                settled.push(waited.settle(fate, now));
            }
            fate.is_none()
        });
        settled
    }
}

fn find(census: &Census, pid: u32) -> Option<&Process> {
    let at = census.processes.binary_search_by_key(&pid, |process| process.pid).ok()?;
    census.processes.get(at)
}

fn written_bytes(process: &Process) -> u64 {
    process.closer.map_or(0, |Closer { written_bytes, .. }| written_bytes)
}

const fn first_wait_ms(answer: TermAnswer, settings: &Settings) -> u64 {
    match answer {
        TermAnswer::Dies => DYING_MS,
        TermAnswer::Handles => settings.grace_ms,
        TermAnswer::LeavesPending => settings.pending_ms,
        TermAnswer::Ignores => 0,
    }
}

impl Waited {
    /// Its fate, which takes its name with it.
    fn settle(&mut self, fate: Fate, now: Moment) -> Settled {
        let (comm, took_ms) = (core::mem::take(&mut self.comm), now.since_ms(self.asked));
        Settled { pid: self.pid, comm, fate, took_ms }
    }

    /// It may be gone, or among those whom the look did not reach.
    fn wait_for_another_look(&mut self, now: Moment) -> Option<Fate> {
        self.deadline = self.deadline.max(now.after_ms(UNSEEN_MS));
        None
    }

    /// Gives more time to one that deserves it, or says why it gets none.
    fn prolong(&mut self, process: &Process, now: Moment, settings: &Settings) -> Option<Fate> {
        let written = written_bytes(process);
        let wrote = written > self.written_bytes;
        self.written_bytes = written;
        match self.answer {
            // It took TERM out of its queue after all: a sigwait(3), another thread.
            TermAnswer::LeavesPending if !process.has_term_pending() => {
                self.answer = TermAnswer::Handles;
                self.deadline = self.asked.after_ms(settings.grace_ms);
                None
            }
            TermAnswer::LeavesPending => Some(Fate::LeftTermPending),
            TermAnswer::Handles if wrote && now.since_ms(self.asked) < settings.grace_most_ms => {
                self.deadline = now.after_ms(STILL_WRITING_MS);
                None
            }
            // It was in sigwait(3) when it was looked at, which shows TERM as neither blocked nor
            // caught (kernel/signal.c, do_sigtimedwait), took TERM there, and goes on.
            TermAnswer::Dies if process.is_past_term() => {
                self.answer = TermAnswer::Handles;
                self.deadline = self.asked.after_ms(settings.grace_ms);
                None
            }
            TermAnswer::Handles | TermAnswer::Dies | TermAnswer::Ignores => Some(Fate::OutOfGrace),
        }
    }
}

#[cfg(test)]
mod tests;
