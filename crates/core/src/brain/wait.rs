//! Who is waited for after TERM, and for how long.

use crate::account::Fate;
use crate::process::{Process, TermAnswer};
use crate::settings::Settings;
use crate::time::Moment;
use alloc::vec::Vec;

/// How long a process that TERM should have ended at once is waited for: it is on its way out,
/// or stuck in the kernel.
const DYING_MS: u64 = 1_000;

/// How much longer a process gets each time that it has written since the last look.
const STILL_WRITING_MS: u64 = 1_000;

/// How many processes are watched at a time. The wait ends with the last of all, so a few at a time
/// do; most of the others are reaped meanwhile, and cost no file descriptor.
const MOST_WATCHED: usize = 16;

/// A process that was asked to end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Waited {
    pub(super) pid: u32,
    pub(super) comm: Vec<u8>,
    pub(super) answer: TermAnswer,
    asked: Moment,
    deadline: Moment,
    written_bytes: u64,
    is_watched: bool,
}

/// A process whose waiting is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Settled {
    pub(super) pid: u32,
    pub(super) comm: Vec<u8>,
    pub(super) fate: Fate,
    pub(super) took_ms: u64,
}

/// The processes that are waited for.
#[derive(Clone, Debug, Default)]
pub(super) struct WaitList {
    waited: Vec<Waited>,
    /// The process ids that have been asked, waited for or not.
    asked: Vec<u32>,
}

impl WaitList {
    /// Notes that `process` was asked to end. Returns its fate if it is not waited for at all.
    pub(super) fn ask(
        &mut self,
        process: &Process,
        now: Moment,
        settings: &Settings,
    ) -> Option<Settled> {
        self.asked.push(process.pid);
        let answer = process.term_answer();
        if answer == TermAnswer::Ignores {
            let comm = process.comm.clone();
            return Some(Settled { pid: process.pid, comm, fate: Fate::IgnoredTerm, took_ms: 0 });
        }
        self.waited.push(Waited {
            pid: process.pid,
            comm: process.comm.clone(),
            answer,
            asked: now,
            deadline: now.after_ms(first_wait_ms(answer, settings)),
            written_bytes: process.written_bytes,
            is_watched: false,
        });
        None
    }

    pub(super) fn was_asked(&self, pid: u32) -> bool {
        self.asked.contains(&pid)
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

    /// The next processes to watch.
    pub(super) fn take_unwatched(&mut self) -> Vec<u32> {
        let watched = self.waited.iter().filter(|waited| waited.is_watched).count();
        let room = MOST_WATCHED.saturating_sub(watched);
        let fresh = self.waited.iter_mut().filter(|waited| !waited.is_watched).take(room);
        fresh
            .map(|waited| {
                waited.is_watched = true;
                waited.pid
            })
            .collect()
    }

    /// A process ended.
    pub(super) fn gone(&mut self, pid: u32, now: Moment) -> Option<Settled> {
        let at = self.waited.iter().position(|waited| waited.pid == pid)?;
        Some(self.waited.swap_remove(at).settle(Fate::Ended, now))
    }

    /// Every process ended.
    pub(super) fn all_gone(&mut self, now: Moment) -> Vec<Settled> {
        self.waited.drain(..).map(|waited| waited.settle(Fate::Ended, now)).collect()
    }

    /// Judges those whose time is over by a new look at them: gone, more time, or given up.
    pub(super) fn judge(
        &mut self,
        census: &[Process],
        now: Moment,
        settings: &Settings,
    ) -> Vec<Settled> {
        let mut settled = Vec::new();
        for mut waited in core::mem::take(&mut self.waited) {
            let process =
                census.iter().find(|process| process.pid == waited.pid && process.is_endable());
            let verdict = match process {
                None => Some(Fate::Ended),
                Some(_) if now < waited.deadline => None,
                Some(process) => waited.prolong(process, now, settings),
            };
            match verdict {
                Some(fate) => settled.push(waited.settle(fate, now)),
                None => self.waited.push(waited),
            }
        }
        settled
    }

    /// Gives up on all.
    pub(super) fn give_up(&mut self, now: Moment) -> Vec<Settled> {
        self.waited.drain(..).map(|waited| waited.settle(Fate::OutOfGrace, now)).collect()
    }
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
    fn settle(self, fate: Fate, now: Moment) -> Settled {
        Settled { pid: self.pid, comm: self.comm, fate, took_ms: now.since_ms(self.asked) }
    }

    /// Gives more time to one that deserves it, or says why it gets none.
    fn prolong(&mut self, process: &Process, now: Moment, settings: &Settings) -> Option<Fate> {
        let wrote = process.written_bytes > self.written_bytes;
        self.written_bytes = process.written_bytes;
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
mod tests {
    use super::*;
    use crate::signal::{mask_bit, number};

    fn process(pid: u32, arrange: impl Fn(&mut Process)) -> Process {
        let mut process = Process { pid, state: b'S', comm: b"x".to_vec(), ..Process::default() };
        arrange(&mut process);
        process
    }

    fn term() -> u64 {
        mask_bit(number::TERM)
    }

    fn settings() -> Settings {
        Settings { grace_ms: 100, grace_most_ms: 5_000, pending_ms: 10, ..Settings::default() }
    }

    #[test]
    fn a_process_that_still_writes_gets_more_time_but_not_for_ever() {
        let mut list = WaitList::default();
        let saver = process(5, |process| process.caught = term());
        assert_eq!(list.ask(&saver, Moment(0), &settings()), None);
        let mut now = Moment(100);
        for written_bytes in 1..=5 {
            let look = process(5, |process| process.written_bytes = written_bytes);
            assert_eq!(list.judge(&[look], now, &settings()), [], "at {now:?}");
            now = now.after_ms(1_000);
        }
        let look = process(5, |process| process.written_bytes = 99);
        assert_eq!(list.judge(&[look], now, &settings()).first().unwrap().fate, Fate::OutOfGrace);
    }

    #[test]
    fn pending_is_waited_for_briefly_unless_it_is_read() {
        let mut list = WaitList::default();
        for pid in [7, 8] {
            list.ask(&process(pid, |process| process.blocked = term()), Moment(0), &settings());
        }
        assert_eq!(list.deadline(), Some(Moment(10)));
        let census = [process(7, |process| process.pending = term()), process(8, |_| {})];
        let settled = list.judge(&census, Moment(10), &settings());
        assert_eq!(settled.first().unwrap().fate, Fate::LeftTermPending);
        assert_eq!((list.len(), list.deadline()), (1, Some(Moment(100))));
    }

    #[test]
    fn one_that_took_term_in_sigwait_gets_its_grace() {
        let settings = Settings { grace_ms: 3_000, ..settings() };
        let mut list = WaitList::default();
        list.ask(&process(6, |_| {}), Moment(0), &settings);
        assert_eq!(list.deadline(), Some(Moment(DYING_MS)));
        let look = process(6, |process| process.blocked = term());
        assert_eq!(list.judge(&[look], Moment(DYING_MS), &settings), []);
        assert_eq!(list.deadline(), Some(Moment(3_000)));
        let stuck = process(6, |process| process.state = b'D');
        list.ask(&process(6, |_| {}), Moment(0), &settings);
        assert_eq!(list.judge(&[stuck], Moment(DYING_MS), &settings).len(), 1);
    }

    #[test]
    fn one_that_ignores_term_is_not_waited_for() {
        let mut list = WaitList::default();
        let settled =
            list.ask(&process(9, |process| process.ignored = term()), Moment(0), &settings());
        assert_eq!(settled.unwrap().fate, Fate::IgnoredTerm);
        assert!(list.is_empty() && list.was_asked(9));
    }
}
