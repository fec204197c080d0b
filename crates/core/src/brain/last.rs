//! The last stage: TERM, the wait for those who can answer, KILL.

use super::storage::Storage;
use super::wait::{Settled, WaitList};
use super::{Brain, Purpose, Stage};
use crate::account::Fate;
use crate::errno::Errno;
use crate::event::{Effect, Severity};
use crate::op::{How, Op, Outcome, Whom};
use crate::process::{HELPER_COMM, Process, decode_census};
use crate::request::Urgency;
use crate::signal::number;
use crate::text::Shown;
use crate::time::{Moment, Seconds};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What listing the processes may take.
const CENSUS_MS: u64 = 1_000;

/// What processes get between TERM and KILL when nothing can be known of them (BusyBox's 1 s).
const BLIND_MS: u64 = 1_000;

/// How often processes that appear while others end are asked as well.
const MOST_ASKING_ROUNDS: u32 = 3;

/// How many processes a line on the console names.
const MOST_NAMES: usize = 8;

/// What a census was taken for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum CensusFor {
    /// To ask everybody to end.
    Asking,
    /// To judge those whose time is over.
    Judging,
    /// To see whether anybody is left after KILL.
    Killed,
}

/// Where the last stage is.
#[derive(Clone, Debug, Default)]
pub(super) enum Phase {
    #[default]
    Asking,
    Waiting,
    Blind {
        deadline: Moment,
    },
    Killing {
        deadline: Moment,
        left: Vec<u32>,
    },
    Storage(Storage),
    Finishing(super::finish::Finish),
}

/// The last stage.
#[derive(Clone, Debug, Default)]
pub(super) struct Last {
    pub(super) phase: Phase,
    began: Moment,
    has_begun: bool,
    /// PID 1 was found to have no child before the stage began.
    is_alone: bool,
    list: WaitList,
    rounds: u32,
    /// Processes that serve the root's storage: never signalled.
    spared: Vec<u32>,
    fates: Vec<Settled>,
    /// The last census was tried by PID 1 itself.
    looked_inline: bool,
}

impl Brain {
    #[inline(never)]
    pub(super) fn begin_last_stage(&mut self) {
        let now = self.now;
        if let Stage::Last(last) = &mut self.stage {
            last.began = now;
            last.has_begun = true;
            if last.is_alone {
                return self.leave_processes();
            }
        }
        if self.urgency() == Urgency::AtOnce {
            return self.kill_everyone();
        }
        self.take_census(CensusFor::Asking);
    }

    fn take_census(&mut self, purpose: CensusFor) {
        if self.is_pending(|pending| matches!(pending, Purpose::Census(_))) {
            return;
        }
        let how = How::Helper { deadline_ms: self.within_total(CENSUS_MS) };
        self.run(Op::Census { thorough: true }, how, Purpose::Census(purpose));
    }

    #[inline(never)]
    pub(super) fn census_taken(&mut self, purpose: CensusFor, outcome: &Outcome) {
        let Some(last) = self.last_mut() else { return };
        let was_inline = core::mem::take(&mut last.looked_inline);
        let census = match outcome.bytes() {
            Ok(bytes) => decode_census(bytes),
            Err(errno) if was_inline => return self.go_on_blind(purpose, errno),
            Err(_) => return self.look_inline(purpose),
        };
        let census: Vec<Process> = census.into_iter().filter(is_somebody).collect();
        match (purpose, self.phase()) {
            (CensusFor::Asking, Some(Phase::Asking | Phase::Waiting)) => self.ask(&census),
            (CensusFor::Judging, Some(Phase::Waiting)) => self.judge(&census),
            (CensusFor::Killed, Some(Phase::Killing { .. })) => self.see_who_is_left(&census),
            _ => {}
        }
    }

    /// No helper could be had (a full process table), or /proc hung: PID 1 looks by itself, only at
    /// what can't block.
    fn look_inline(&mut self, purpose: CensusFor) {
        if let Some(last) = self.last_mut() {
            last.looked_inline = true;
        }
        self.run(Op::Census { thorough: false }, How::Inline, Purpose::Census(purpose));
    }

    /// Without /proc nobody can be told apart: everybody is asked, and killed a little later.
    fn go_on_blind(&mut self, purpose: CensusFor, errno: Errno) {
        let deadline = self.now.after_ms(self.within_total(BLIND_MS));
        if purpose == CensusFor::Asking {
            self.say(
                Severity::Error,
                format!("can't list the processes in /proc: {errno}; ending all of them unseen"),
            );
            self.send_term(&[]);
        }
        if purpose == CensusFor::Killed {
            self.run_and_forget(
                Op::Signal { whom: Whom::Everyone, signal: number::KILL },
                How::Inline,
            );
        } else if let Some(last) = self.last_mut() {
            last.phase = Phase::Blind { deadline };
        }
    }

    pub(super) fn phase(&self) -> Option<&Phase> {
        match &self.stage {
            Stage::Last(last) => Some(&last.phase),
            Stage::Boot(_) | Stage::Command(_) | Stage::Serving | Stage::Ending(_) => None,
        }
    }

    fn last_mut(&mut self) -> Option<&mut Last> {
        match &mut self.stage {
            Stage::Last(last) => Some(last),
            Stage::Boot(_) | Stage::Command(_) | Stage::Serving | Stage::Ending(_) => None,
        }
    }

    /// Asks everybody who has not been asked. If nobody is new, the wait is over.
    fn ask(&mut self, census: &[Process]) {
        let (now, settings) = (self.now, self.settings);
        let Some(last) = self.last_mut() else { return };
        last.spared =
            census.iter().filter(|process| process.is_spared).map(|process| process.pid).collect();
        let fresh: Vec<&Process> = census
            .iter()
            .filter(|process| !process.is_spared && !last.list.was_asked(process.pid))
            .collect();
        if fresh.is_empty() || last.rounds >= MOST_ASKING_ROUNDS {
            return self.after_asking(census);
        }
        last.rounds = last.rounds.saturating_add(1);
        last.phase = Phase::Waiting;
        let settled: Vec<Settled> =
            fresh.iter().filter_map(|process| last.list.ask(process, now, &settings)).collect();
        let (asked, waits) = (fresh.len(), last.list.len());
        last.fates.extend(settled);
        self.send_term(&fresh);
        self.say(Severity::Info, format!("asked {asked} processes to end, waiting for {waits}"));
        self.watch_waited();
    }

    /// The stopped are continued first: when the parent of a stopped process ends, the kernel sends
    /// that one HUP (setpgid(2), orphaned process groups), which would end it before its chance.
    /// CONT goes to all again at the end, for those who stopped meanwhile.
    fn send_term(&mut self, processes: &[&Process]) {
        for process in processes.iter().filter(|process| process.state == b'T') {
            self.signal_one(process.pid, number::CONT);
        }
        self.signal_all(number::TERM, processes);
        for process in processes.iter().filter(|process| process.has_terminal) {
            self.signal_one(process.pid, number::HUP);
        }
        self.signal_all(number::CONT, processes);
    }

    /// One call reaches everybody, also those who are being forked right now; but when somebody
    /// must be spared, or some have been asked before, each is signalled alone.
    fn signal_all(&mut self, signal: u8, processes: &[&Process]) {
        let is_first =
            self.last_mut().is_some_and(|last| last.rounds <= 1 && last.spared.is_empty());
        if is_first {
            return self.run_and_forget(Op::Signal { whom: Whom::Everyone, signal }, How::Inline);
        }
        for process in processes {
            self.signal_one(process.pid, signal);
        }
    }

    fn signal_one(&mut self, pid: u32, signal: u8) {
        self.run_and_forget(Op::Signal { whom: Whom::Process(pid), signal }, How::Inline);
    }

    fn watch_waited(&mut self) {
        let Some(last) = self.last_mut() else { return };
        let fresh = last.list.take_unwatched();
        self.effects.extend(fresh.into_iter().map(|pid| Effect::Watch { pid }));
    }

    fn judge(&mut self, census: &[Process]) {
        let (now, settings) = (self.now, self.settings);
        let Some(last) = self.last_mut() else { return };
        let settled = last.list.judge(census, now, &settings);
        last.fates.extend(settled);
        self.watch_waited();
    }

    /// A process ended, seen through its pidfd or reaped as a child.
    pub(super) fn process_gone(&mut self, pid: u32) {
        let now = self.now;
        let Some(last) = self.last_mut() else { return };
        if let Phase::Killing { left, .. } = &mut last.phase {
            left.retain(|other| *other != pid);
        }
        let settled = last.list.gone(pid, now);
        last.fates.extend(settled);
        self.watch_waited();
    }

    /// PID 1 is alone: there is nobody left to wait for or to kill.
    pub(super) fn no_children(&mut self) {
        let now = self.now;
        let Some(last) = self.last_mut() else { return };
        last.is_alone = true;
        if !last.has_begun {
            return;
        }
        if let Phase::Asking | Phase::Waiting | Phase::Blind { .. } | Phase::Killing { .. } =
            last.phase
        {
            let settled = last.list.all_gone(now);
            last.fates.extend(settled);
            self.leave_processes();
        }
    }

    #[inline(never)]
    pub(super) fn advance_last(&mut self) {
        let is_late = self.total_deadline() <= self.now;
        let urgency = self.urgency();
        let now = self.now;
        match self.last_mut().map(|last| (&last.phase, last.list.is_empty(), last.list.deadline()))
        {
            Some((Phase::Waiting | Phase::Asking | Phase::Blind { .. }, ..))
                if is_late || urgency > Urgency::Orderly =>
            {
                self.kill_everyone()
            }
            Some((Phase::Waiting, true, _)) => self.take_census(CensusFor::Asking),
            Some((Phase::Waiting, _, Some(deadline))) if deadline <= now => {
                self.take_census(CensusFor::Judging)
            }
            Some((Phase::Blind { deadline }, ..)) if *deadline <= now => self.kill_everyone(),
            Some((Phase::Killing { deadline, left }, ..)) => {
                if *deadline <= now {
                    self.name_the_stuck();
                    self.leave_processes();
                } else if left.is_empty() {
                    self.take_census(CensusFor::Killed);
                }
            }
            Some((Phase::Storage(_), ..)) => self.advance_storage(),
            Some((Phase::Finishing(_), ..)) => self.advance_finish(),
            Some(_) | None => {}
        }
    }

    pub(super) fn last_deadline(&self, last: &Last) -> Option<Moment> {
        let has_census = self.is_pending(|purpose| matches!(purpose, Purpose::Census(_)));
        match &last.phase {
            Phase::Asking => Some(self.total_deadline()),
            Phase::Waiting if has_census => Some(self.total_deadline()),
            Phase::Waiting => Some(last.list.deadline()?.min(self.total_deadline())),
            Phase::Blind { deadline } | Phase::Killing { deadline, .. } => Some(*deadline),
            Phase::Storage(storage) => self.storage_deadline(storage),
            Phase::Finishing(finish) => self.finish_deadline(finish),
        }
    }

    /// Nobody is left to ask: kill who remains, or go on if nobody does.
    fn after_asking(&mut self, census: &[Process]) {
        if census.iter().any(|process| !process.is_spared) {
            self.kill_everyone();
        } else {
            self.leave_processes();
        }
    }

    fn kill_everyone(&mut self) {
        let now = self.now;
        let deadline = now.after_ms(self.within_total(self.settings.kill_ms));
        let Some(last) = self.last_mut() else { return };
        let given_up = last.list.give_up(now);
        last.fates.extend(given_up);
        last.phase = Phase::Killing { deadline, left: Vec::new() };
        // Never without a look: one that serves the root's storage must not be hit.
        self.take_census(CensusFor::Killed);
    }

    /// KILL goes to everybody at once, or with somebody to spare to each alone; again and again until
    /// nobody is left.
    fn see_who_is_left(&mut self, census: &[Process]) {
        let (spared, left): (Vec<&Process>, Vec<&Process>) =
            census.iter().partition(|process| process.is_spared);
        if left.is_empty() {
            return self.leave_processes();
        }
        if spared.is_empty() {
            self.run_and_forget(
                Op::Signal { whom: Whom::Everyone, signal: number::KILL },
                How::Inline,
            );
        }
        for process in &left {
            if !spared.is_empty() {
                self.signal_one(process.pid, number::KILL);
            }
            self.effects.push(Effect::Watch { pid: process.pid });
        }
        let killed: Vec<Settled> = left.iter().map(|process| killed(process)).collect();
        if let Some(Last { phase: Phase::Killing { left, .. }, fates, .. }) = self.last_mut() {
            *left = killed.iter().map(|settled| settled.pid).collect();
            fates.extend(
                killed
                    .into_iter()
                    .filter(|new| !fates.iter().any(|old| old.pid == new.pid))
                    .collect::<Vec<_>>(),
            );
        }
    }

    fn name_the_stuck(&mut self) {
        let Some(Last { phase: Phase::Killing { left, .. }, fates, .. }) = self.last_mut() else {
            return;
        };
        let mut stuck: Vec<String> = Vec::new();
        for settled in fates.iter_mut().filter(|settled| left.contains(&settled.pid)) {
            settled.fate = Fate::Stuck;
            stuck.push(format!("{}[{}]", Shown(&settled.comm), settled.pid));
        }
        let count = stuck.len();
        stuck.truncate(MOST_NAMES);
        if count > 0 {
            self.say(
                Severity::Error,
                format!(
                    "can't kill {}: stuck in the kernel; going on without ({count} in all)",
                    stuck.join(" ")
                ),
            );
        }
    }

    /// The processes are over: settle their account and turn to the disks.
    fn leave_processes(&mut self) {
        let Some(last) = self.last_mut() else { return };
        let fates = core::mem::take(&mut last.fates);
        let began = last.began;
        self.account_phase("processes", began);
        self.account_fates(&fates, began);
        self.begin_storage();
    }

    fn account_fates(&mut self, fates: &[Settled], began: Moment) {
        let mut forced: Vec<String> = Vec::new();
        for settled in fates.iter().filter(|settled| settled.fate != Fate::Ended) {
            forced.push(format!(
                "{}[{}] {}",
                Shown(&settled.comm),
                settled.pid,
                settled.fate.name()
            ));
        }
        let ended = fates.len().saturating_sub(forced.len());
        let took = Seconds(self.now.since_ms(began));
        if !fates.is_empty() {
            let text = format!("{ended} processes ended, {} killed, in {took}", forced.len());
            self.say(Severity::Info, text);
        }
        if !forced.is_empty() {
            forced.truncate(MOST_NAMES);
            self.say(Severity::Warning, format!("killed: {}", forced.join(", ")));
        }
        // Those that did not end by themselves come first, where the bound can't cut them off.
        let (gone, forced): (Vec<&Settled>, Vec<&Settled>) =
            fates.iter().partition(|settled| settled.fate == Fate::Ended);
        if let Some(end) = &mut self.end {
            for settled in forced.into_iter().chain(gone) {
                end.account.process(settled.pid, &settled.comm, settled.fate, settled.took_ms);
            }
        }
    }
}

fn killed(process: &Process) -> Settled {
    Settled { pid: process.pid, comm: process.comm.clone(), fate: Fate::Killed, took_ms: 0 }
}

fn is_somebody(process: &Process) -> bool {
    process.is_endable() && !(process.parent == 1 && process.comm == HELPER_COMM)
}
