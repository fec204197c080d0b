//! The processes' phase, driven.

use super::super::*;
use crate::budget::Budget;
use crate::event::Effect;
use crate::host::Host;
use crate::op::{CensusOp, Op, ProcessOp, Read, ReadOp, Whom};
use crate::proc::census::encode_end_of_list;
use crate::proc::owners::encode_owners;
use crate::proc::process::{Closer, Process};
use crate::settings::Settings;
use crate::signal::{mask_bit, number};
use alloc::string::String;
use alloc::vec::Vec;

/// More steps than any test takes.
const MOST_STEPS: usize = 1_000;

/// The phase, with what it has asked for and said so far.
pub(super) struct Driven {
    pub(super) processes: Processes,
    pub(super) context: Context,
    ops: Vec<(OpId, Op)>,
    /// To whom (`None`: everybody), which signal.
    pub(super) signals: Vec<(Option<u32>, u8)>,
    pub(super) watched: Vec<u32>,
    pub(super) said: Vec<String>,
    pub(super) is_over: bool,
    steps: usize,
}

impl Driven {
    /// Begins at 1,000 ms, with this known of who is spared.
    pub(super) fn new(learned: Spared, urgency: Urgency) -> Self {
        let settings = Settings::default();
        let mut context = Context::of_last_stage(settings, Host::Machine, &[90]);
        context.now = Moment(1_000);
        context.budget = Budget::of_end(Moment(1_000), urgency, Moment(1_000), &settings);
        let processes = Processes::begin(learned, &mut context);
        let (ops, signals, watched, said) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let (is_over, steps) = (false, 0);
        let mut driven = Self { processes, context, ops, signals, watched, said, is_over, steps };
        driven.take_effects();
        driven
    }

    pub(super) fn orderly() -> Self {
        Self::new(Spared::Known(Vec::new()), Urgency::Orderly)
    }

    fn take_effects(&mut self) {
        for effect in self.context.take_effects() {
            match effect {
                Effect::Run { op: Op::Process(ProcessOp::Signal { whom, signal }), .. } => {
                    let pid = match whom {
                        Whom::Everyone(_) => None,
                        Whom::Process(pid) | Whom::Group(pid) => Some(pid),
                    };
                    self.signals.push((pid, signal));
                }
                Effect::Run { id, op, .. } => self.ops.push((id, op)),
                Effect::Say { text, .. } => self.said.push(text),
                Effect::Watch { pid } => self.watched.push(pid),
                Effect::Unwatch { pid } => self.watched.retain(|other| *other != pid),
            }
        }
    }

    /// The signals since this was asked last.
    pub(super) fn take_signals(&mut self) -> Vec<(Option<u32>, u8)> {
        core::mem::take(&mut self.signals)
    }

    pub(super) fn is_looking(&self) -> bool {
        !self.ops.is_empty()
    }

    pub(super) fn says(&self, part: &str) -> bool {
        self.said.iter().any(|line| line.contains(part))
    }

    /// What was asked for first comes to this end.
    pub(super) fn answer(&mut self, outcome: &Outcome) {
        let (id, _) = self.ops.remove(0);
        self.context.settle(id);
        self.processes.finished(id, outcome, &mut self.context);
        self.advance();
    }

    pub(super) fn advance(&mut self) {
        self.steps += 1;
        assert!(self.steps < MOST_STEPS, "it never comes to an end");
        self.is_over |= self.processes.advance(&mut self.context);
        self.take_effects();
    }

    /// The look that is under way shows these, and misses nobody.
    pub(super) fn see(&mut self, processes: &[Process]) {
        assert!(matches!(self.ops.as_slice(), [(_, Op::Read(ReadOp::Census(CensusOp::Everyone)))]));
        let mut bytes: Vec<u8> = processes.iter().flat_map(Process::encode).collect();
        bytes.extend(encode_end_of_list());
        self.answer(&Outcome::Read(Read::whole(bytes)));
    }

    /// It shows these, and was cut off behind them.
    pub(super) fn see_some(&mut self, processes: &[Process]) {
        let bytes: Vec<u8> = processes.iter().flat_map(Process::encode).collect();
        self.answer(&Outcome::Read(Read { bytes, complete: false }));
    }

    /// There is no helper to be had; PID 1 itself finds that these are there.
    pub(super) fn list(&mut self, owners: &[(u32, u32)]) {
        self.answer(&Outcome::NoHelper(Errno::EAGAIN));
        let owners: Vec<Owner> =
            owners.iter().map(|(pid, uid)| Owner { pid: *pid, uid: *uid }).collect();
        self.answer(&Outcome::Read(Read::whole(encode_owners(&owners))));
    }

    /// Nothing can be found out.
    pub(super) fn see_nothing(&mut self) {
        self.answer(&Outcome::Failed(Errno::ENOENT));
        self.answer(&Outcome::Failed(Errno::ENOENT));
    }

    /// Time passes until something is due. Returns when.
    pub(super) fn wait(&mut self) -> u64 {
        self.context.now = self.processes.deadline(&self.context).max(self.context.now);
        self.advance();
        self.context.now.0
    }

    pub(super) fn pass(&mut self, ms: u64) {
        self.context.now = self.context.now.after_ms(ms);
        self.advance();
    }

    pub(super) fn end(&mut self, pid: u32) {
        self.watched.retain(|other| *other != pid);
        self.context.gone(pid);
        self.processes.gone(pid, &mut self.context);
        self.advance();
    }
}

/// A process that TERM ends, looked at closely.
pub(super) fn process(pid: u32) -> Process {
    let closer = Some(Closer::default());
    Process { pid, parent: 1, state: b'S', comm: b"x".to_vec(), closer, ..Process::default() }
}

pub(super) fn with(pid: u32, arrange: impl Fn(&mut Process)) -> Process {
    let mut process = process(pid);
    arrange(&mut process);
    process
}

pub(super) fn term() -> u64 {
    mask_bit(number::TERM)
}

/// One that serves the root's storage.
pub(super) fn spared(pid: u32) -> Process {
    with(pid, |one| {
        one.is_of_root = true;
        one.closer = Some(Closer { is_spared: true, ..Closer::default() });
    })
}
