//! A machine that exists only as data: time passes, processes end, helpers answer, PID 1 is told.

use crate::chance::Chance;
use crate::host::FakeHost;
use crate::process::FakeProcess;
use crate::storage::FakeMount;
use rekindle_core::event::{Effect, Event, ExitStatus};
use rekindle_core::op::{How, Op, OpId, Outcome, RebootCommand};
use rekindle_core::pid1::Pid1;
use rekindle_core::request::Origin;
use rekindle_core::time::Moment;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;

/// What came of one life.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) requested_ms: u64,
    pub(crate) ended_ms: u64,
    /// When reboot(2), or what else ends a machine, was called first.
    pub(crate) called_ms: Option<u64>,
    pub(crate) total_ms: u64,
    pub(crate) asked: RebootCommand,
    pub(crate) end: Option<RebootCommand>,
    pub(crate) writable: Vec<String>,
    pub(crate) killed_too_early: Vec<u32>,
    pub(crate) saved: usize,
    pub(crate) signals_sent: usize,
    pub(crate) spared_was_signalled: bool,
    /// A helper of PID 1's got a signal of its own, as if it were somebody.
    pub(crate) helper_was_signalled: bool,
    /// The most processes that were watched, and helpers that were at work, at any time.
    pub(crate) most_watched: usize,
    pub(crate) most_helpers: usize,
    /// Who could be killed and lived on when the machine ended.
    pub(crate) survivors: Vec<u32>,
    /// The status with which PID 1 itself ended.
    pub(crate) exited: Option<u8>,
    /// What would have reached a container's host.
    pub(crate) reached_host: Vec<Op>,
    /// Everything that was carried out, but for the way into the last stage.
    pub(crate) performed: Vec<Op>,
    pub(crate) log: String,
}

/// A helper at work.
pub(crate) struct FakeHelper {
    pub(crate) ends_at_ms: u64,
    pub(crate) id: OpId,
    pub(crate) pid: u32,
    pub(crate) outcome: Outcome,
}

pub(crate) struct Machine {
    pub(crate) chance: Chance,
    pub(crate) pid1: Pid1,
    pub(crate) now_ms: u64,
    pub(crate) processes: BTreeMap<u32, FakeProcess>,
    pub(crate) next_pid: u32,
    pub(crate) mounts: Vec<FakeMount>,
    pub(crate) events: VecDeque<Event>,
    pub(crate) helpers: Vec<FakeHelper>,
    /// Those at work and all before.
    pub(crate) helper_pids: Vec<u32>,
    pub(crate) watched: Vec<u32>,
    pub(crate) report: Report,
    pub(crate) host: FakeHost,
    pub(crate) has_faults: bool,
    pub(crate) kernel_is_loaded: bool,
    pub(crate) kexec_is_refused: bool,
    pub(crate) kernel_never_ends: bool,
    pub(crate) has_proc: bool,
    /// From then on the processes fill the table.
    pub(crate) table_full_from_ms: u64,
    pub(crate) table_full_until_ms: u64,
    /// No copy of PID 1's program can be had: the last stage runs in place.
    pub(crate) has_no_self_copy: bool,
    /// Every helper takes as long as every other.
    pub(crate) is_regular: bool,
    pub(crate) requests: Vec<(u64, u8)>,
    /// Bytes for sysvinit's FIFO.
    pub(crate) controls: Vec<(u64, Vec<u8>)>,
    pub(crate) inittab: &'static str,
    /// Programs can be started, and live as [`FakeProcess::started`] says.
    pub(crate) has_programs: bool,
}

/// More events than any moment of a machine has.
const MOST_EVENTS_AT_ONCE: usize = 10_000;

impl Machine {
    pub(crate) fn live_a_minute(mut self) -> Report {
        self.live_until(self.report.requested_ms + 60_000);
        self.report
    }

    pub(crate) fn live(mut self) -> Report {
        self.live_until(self.report.requested_ms + 1_000_000);
        assert!(self.is_over(), "the machine never ended\n{}", self.report.log);
        self.report
    }

    fn is_over(&self) -> bool {
        self.report.end.is_some() || self.report.exited.is_some()
    }

    fn live_until(&mut self, until_ms: u64) {
        while !self.is_over() && self.now_ms < until_ms {
            let mut count = 0;
            while let Some(event) = self.events.pop_front() {
                count += 1;
                assert!(count < MOST_EVENTS_AT_ONCE, "it never comes to rest\n{}", self.report.log);
                for effect in self.pid1.step(event, Moment(self.now_ms)) {
                    self.apply(effect);
                }
            }
            self.pass_time(until_ms);
        }
        self.report.ended_ms = self.now_ms;
        let writable = self.mounts.iter().filter(|mount| !mount.is_read_only);
        self.report.writable = writable.map(|mount| mount.target.clone()).collect();
        let survivors = self.processes.iter().filter(|(_, process)| process.can_be_killed());
        self.report.survivors = survivors.map(|(pid, _)| *pid).collect();
    }

    /// Goes to the next moment at which anything happens.
    fn pass_time(&mut self, until_ms: u64) {
        if self.is_over() {
            return;
        }
        let ends = self.processes.values().filter_map(|process| process.ends_at_ms);
        let helpers = self.helpers.iter().map(|helper| helper.ends_at_ms);
        let controls = self.controls.iter().map(|(at, _)| *at);
        let requests = self.requests.iter().map(|(at, _)| *at).chain(controls);
        let pid1 = self.pid1.next_deadline().map(|deadline| deadline.0.max(self.now_ms + 1));
        let next = ends.chain(helpers).chain(requests).chain(pid1).min().unwrap_or(until_ms);
        self.now_ms = next.max(self.now_ms);
        let count = self.children();
        self.end_processes();
        self.end_helpers();
        if count > 0 && self.children() == 0 {
            self.events.push_back(Event::NoChildren);
        }
        self.send_requests();
        if self.pid1.next_deadline().is_some_and(|deadline| deadline.0 <= self.now_ms) {
            self.events.push_back(Event::Tick);
        }
    }

    fn children(&self) -> usize {
        let children = self.processes.values().filter(|process| process.is_child);
        children.count() + self.helpers.len()
    }

    fn end_processes(&mut self) {
        let now_ms = self.now_ms;
        let is_due = |process: &FakeProcess| process.ends_at_ms.is_some_and(|at| at <= now_ms);
        let due = self.processes.iter().filter(|(_, process)| is_due(process));
        let gone: Vec<u32> = due.map(|(pid, _)| *pid).collect();
        for pid in &gone {
            let process = self.processes.remove(pid).unwrap();
            self.report.saved += usize::from(process.deserves_its_chance(5_000));
            if process.is_child {
                self.events
                    .push_back(Event::ChildEnded { pid: *pid, status: ExitStatus::Exited(0) });
            }
            if self.watched.contains(pid) {
                self.watched.retain(|other| other != pid);
                self.events.push_back(Event::Gone { pid: *pid });
            }
        }
        if self.processes.values().all(|process| !process.is_child) {
            // Their parents are gone, so they are PID 1's now; outsiders have theirs outside.
            self.processes.values_mut().for_each(|process| process.is_child = !process.is_outsider);
        }
    }

    fn end_helpers(&mut self) {
        let now_ms = self.now_ms;
        let (done, left): (Vec<_>, Vec<_>) =
            self.helpers.drain(..).partition(|helper| helper.ends_at_ms <= now_ms);
        self.helpers = left;
        for FakeHelper { id, pid, outcome, .. } in done {
            let finished = Event::Finished { id, outcome };
            let ended = Event::ChildEnded { pid, status: ExitStatus::Exited(0) };
            // The end of its pipe and its own come at once: which is heeded first is anybody's guess.
            let is_reaped_first = self.chance.percent(50);
            self.events.extend(if is_reaped_first { [ended, finished] } else { [finished, ended] });
        }
    }

    fn send_requests(&mut self) {
        let now_ms = self.now_ms;
        let (due, left): (Vec<_>, Vec<_>) =
            self.requests.drain(..).partition(|(at, _)| *at <= now_ms);
        self.requests = left;
        for (_, signal) in due {
            let origin = Origin { signal, pid: 7, uid: 0, ..Origin::default() };
            self.events.push_back(Event::Signal(origin));
        }
        let (due, left): (Vec<_>, Vec<_>) =
            self.controls.drain(..).partition(|(at, _)| *at <= now_ms);
        self.controls = left;
        self.events.extend(due.into_iter().map(|(_, bytes)| Event::Initctl(bytes)));
    }

    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Say { text, .. } => {
                let _ = writeln!(self.report.log, "{:>7} {text}", self.now_ms);
            }
            Effect::Watch { pid } if self.processes.contains_key(&pid) => {
                self.watched.push(pid);
                self.report.most_watched = self.report.most_watched.max(self.watched.len());
            }
            Effect::Watch { pid } => self.events.push_back(Event::Gone { pid }),
            Effect::Unwatch { pid } => self.watched.retain(|other| *other != pid),
            Effect::Run { id, op, how: How::Inline } => {
                if let Some(outcome) = self.perform(&op) {
                    self.events.push_back(Event::Finished { id, outcome });
                }
            }
            Effect::Run { id, op, how: How::Helper { deadline_ms } } => {
                self.start_helper(id, &op, deadline_ms)
            }
        }
    }
}
