//! The world around a PID 1: time passes, and what comes of it is told in the order of the real event
//! loop (crates/init/src/event_loop.rs).

use super::fifo::FakeFifo;
use super::judge::{Judge, ServingCheck};
use super::life::ServingLife;
use super::mutator::Mutator;
use super::process::{FakeProcess, Processes};
use crate::chance::Chance;
use crate::life::Violation;
use rekindle_core::errno::Errno;
use rekindle_core::event::Event;
use rekindle_core::op::{Op, OpId, Outcome};
use rekindle_core::pid1::{Pid1, StartArguments};
use rekindle_core::request::Origin;
use std::collections::VecDeque;
use std::fmt::Write as _;

/// What decisions hang on, besides the seed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Subject {
    Order = 1,
    Helper = 2,
    Course = 3,
    Look = 4,
    Configuration = 5,
}

/// A helper at work.
#[derive(Debug)]
pub(super) struct FakeHelper {
    pub(super) id: OpId,
    pub(super) op: Op,
    pub(super) pid: u32,
    pub(super) deadline_ms: u64,
    /// When it is done, unless it hangs.
    pub(super) done_ms: Option<u64>,
    pub(super) outcome: Outcome,
}

/// What goes wrong for a while, and what the machine has.
#[derive(Debug)]
pub(super) struct Troubles {
    pub(super) no_process: (u64, Errno),
    pub(super) no_helper: (u64, Errno),
    pub(super) helpers_hang_until: u64,
    pub(super) no_terminal_until: u64,
    pub(super) successor_fails: bool,
    pub(super) copy_fails: bool,
    pub(super) is_loaded: bool,
    pub(super) power: Option<u8>,
}

/// The world.
#[derive(Debug)]
pub(super) struct World<'a> {
    pub(super) life: &'a ServingLife,
    pub(super) judge: Judge<'a>,
    pub(super) pid1: Pid1,
    pub(super) now_ms: u64,
    /// What was taken from the kernel and not heeded yet; with an outcome its op.
    pub(super) queue: VecDeque<(Event, Option<Op>)>,
    pub(super) processes: Processes,
    pub(super) helpers: Vec<FakeHelper>,
    /// Signals that PID 1 has not taken.
    pub(super) signals: Vec<Origin>,
    pub(super) fifo: FakeFifo,
    pub(super) table: usize,
    pub(super) troubles: Troubles,
    pub(super) mutator: Mutator,
    /// What will still happen.
    pub(super) coming: Vec<usize>,
    pub(super) has_forced_end: bool,
    pub(super) panics: bool,
    /// PID 1 is another program since this number of them.
    pub(super) incarnations: u32,
    pub(super) has_copy: bool,
    pub(super) is_over: bool,
    pub(super) ops: u32,
    pub(super) turns: u32,
    pub(super) log: Option<String>,
}

fn start_of(life: &ServingLife) -> StartArguments {
    let arguments = life.arguments.iter().map(|word| word.as_bytes().to_vec()).collect();
    let environment = vec![b"HOME=/".to_vec(), b"TERM=linux".to_vec()];
    StartArguments { arguments, environment, ..StartArguments::default() }
}

impl<'a> World<'a> {
    pub(super) fn new(life: &'a ServingLife, logs: bool) -> Self {
        let nothing = (0, Errno::EAGAIN);
        let troubles = Troubles {
            no_process: nothing,
            no_helper: nothing,
            helpers_hang_until: 0,
            no_terminal_until: 0,
            successor_fails: false,
            copy_fails: false,
            is_loaded: false,
            power: None,
        };
        Self {
            life,
            judge: Judge::new(life),
            pid1: Pid1::new(start_of(life)),
            now_ms: 0,
            queue: VecDeque::from([(Event::Start, None)]),
            processes: Processes::new(life.pids),
            helpers: Vec::new(),
            signals: Vec::new(),
            fifo: FakeFifo::default(),
            table: 0,
            troubles,
            mutator: Mutator::new(life.mutation),
            coming: (0..life.happenings.len()).collect(),
            has_forced_end: false,
            panics: false,
            incarnations: 0,
            has_copy: false,
            is_over: false,
            ops: 0,
            turns: 0,
            log: logs.then(String::new),
        }
    }

    pub(super) fn chance(&self, subject: Subject, number: u64) -> Chance {
        Chance::of(self.life.seed, (subject as u64) << 32 | number)
    }

    pub(super) fn take_log(self) -> String {
        self.log.unwrap_or_default()
    }

    pub(super) fn take_violation(&mut self) -> Option<Violation<ServingCheck>> {
        self.judge.take_violation()
    }

    pub(super) fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(log) = &mut self.log {
            let _ = writeln!(log, "{:8} {}", self.now_ms, line());
        }
    }

    pub(super) fn ends(&self) -> bool {
        self.is_over || self.judge.violation().is_some()
    }

    pub(super) fn deadline_ms(&self) -> Option<u64> {
        self.mutator.deadline(self.pid1.next_deadline()).map(|deadline| deadline.0)
    }

    pub(super) fn add_process(&mut self, process: FakeProcess) -> u32 {
        self.processes.add(process)
    }
}
