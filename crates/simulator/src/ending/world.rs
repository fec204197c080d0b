//! A machine that exists only as data: PID 1, and all that it runs on.

use super::checks::{Check, CheckResult};
use super::disks::Disks;
use super::faults::Faults;
use super::helper::FakeHelper;
use super::life::EndingLife;
use super::pids::{FIRST_PID, Pids};
use super::process::FakeProcess;
use super::report::Report;
use super::schedule::Schedule;
use super::witness::Witness;
use crate::chance::Chance;
use crate::life::Violation;
use rekindle_core::event::Event;
use rekindle_core::op::{Op, OpId, Outcome};
use rekindle_core::pid1::{Pid1, StartArguments};
use std::collections::{BTreeMap, VecDeque};
use std::fmt;

/// PID 1 and its machine, at one moment.
pub(super) struct World<'a> {
    pub(super) life: &'a EndingLife,
    pub(super) faults: Faults,
    pub(super) pid1: Pid1,
    pub(super) now_ms: u64,
    pub(super) schedule: Schedule,
    pub(super) processes: BTreeMap<u32, FakeProcess>,
    pub(super) pids: Pids,
    /// Processes fill the table until then.
    pub(super) table_full_until_ms: u64,
    pub(super) disks: Disks,
    pub(super) helpers: Vec<FakeHelper>,
    /// Whose end PID 1 wants to be told, though they may not be its children.
    pub(super) watched: Vec<u32>,
    /// What PID 1 is to be told.
    pub(super) events: VecDeque<Event>,
    /// What came of ops, and PID 1 has not heard yet.
    pub(super) unheard: Vec<(OpId, Op, Outcome)>,
    /// How many ops PID 1 has asked for.
    pub(super) op_count: u32,
    pub(super) witness: Witness,
    pub(super) report: Report,
    /// The first that was seen.
    pub(super) violation: Option<Violation<Check>>,
    /// PID 1 is no more.
    pub(super) is_over: bool,
}

impl<'a> World<'a> {
    pub(super) fn new(life: &'a EndingLife) -> Self {
        let arguments = life.arguments.clone();
        let faults = Faults::new(&life.faults);
        Self {
            life,
            pid1: Pid1::new(StartArguments { arguments, ..StartArguments::default() }),
            now_ms: 0,
            schedule: Schedule::new(life),
            processes: first_processes(life),
            pids: Pids::new(faults.recycles_pids),
            table_full_until_ms: 0,
            disks: Disks::new(&life.mounts, &life.swaps),
            helpers: Vec::new(),
            watched: Vec::new(),
            events: VecDeque::from([Event::Start]),
            unheard: Vec::new(),
            op_count: 0,
            witness: Witness::default(),
            report: Report::new(life.requested_ms, life.asked),
            violation: None,
            is_over: false,
            faults,
        }
    }

    /// The numbers of one subject of this moment.
    pub(super) fn chance(&self, subject: u64) -> Chance {
        Chance::of(self.life.seed, subject << 32 | u64::from(self.op_count))
    }

    /// Whether nothing more of this life is to be lived.
    pub(super) fn is_settled(&self) -> bool {
        self.is_over || self.violation.is_some()
    }

    pub(super) fn is_accepted(&self) -> bool {
        self.witness.accepted_ms.is_some()
    }

    /// Whether the total of the end is over.
    pub(super) fn is_total_over(&self) -> bool {
        self.witness.is_total_over(self.now_ms)
    }

    pub(super) fn new_pid(&mut self) -> u32 {
        self.pids.take(&self.events)
    }

    /// How many children PID 1 has.
    pub(super) fn count_children(&self) -> usize {
        self.processes.values().filter(|process| process.parent == 1).count() + self.helpers.len()
    }

    /// The helpers that PID 1 waits for.
    pub(super) fn helpers_at_work(&self) -> impl Iterator<Item = &FakeHelper> + Clone {
        self.helpers.iter().filter(|helper| helper.is_waited_for)
    }

    /// Who is no zombie.
    pub(super) fn alive(&self) -> impl Iterator<Item = &FakeProcess> + Clone {
        self.processes.values().filter(|process| process.is_alive())
    }

    /// What PID 1 hears of an outcome.
    pub(super) fn tell(&mut self, id: OpId, outcome: Outcome) {
        self.events.push_back(Event::Finished { id, outcome });
    }

    pub(super) fn log(&mut self, line: fmt::Arguments<'_>) {
        self.report.log.push_str(&format!("{:>7} {line}\n", self.now_ms));
    }

    /// What PID 1 asks for, if that is to be told.
    pub(super) fn log_op(&mut self, line: fmt::Arguments<'_>) {
        if self.life.tells_ops {
            self.log(format_args!("  {line}"));
        }
    }

    /// Takes note of what a check has found, if it is the first that has found anything.
    pub(super) fn take_verdict(&mut self, result: CheckResult) {
        if let (Err(violation), None) = (result, &self.violation) {
            self.log(format_args!("! {}: {}", violation.check, violation.seen));
            self.violation = Some(violation);
        }
    }
}

/// Those that a life begins with.
fn first_processes(life: &EndingLife) -> BTreeMap<u32, FakeProcess> {
    let pid_of = |at: usize| FIRST_PID + at as u32;
    let plans = life.processes.iter().enumerate();
    let processes = plans.map(|(at, plan)| {
        let parent = match plan.parent {
            _ if plan.is_outsider => 0,
            Some(parent) => pid_of(parent),
            None => 1,
        };
        (pid_of(at), FakeProcess::new(plan.clone(), pid_of(at), parent, 0, life.seed))
    });
    processes.collect()
}
