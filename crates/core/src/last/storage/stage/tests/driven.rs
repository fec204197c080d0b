//! The disks' phase, driven.

use super::super::*;
use crate::budget::Budget;
use crate::event::Effect;
use crate::host::Host;
use crate::op::{Read, StorageOp};
use crate::request::Urgency;
use crate::settings::Settings;
use alloc::collections::VecDeque;
use alloc::string::String;

/// A table with the root alone.
pub(super) const ROOT: &str = "1 1 8:1 / / rw - ext4 /dev/a rw\n";

/// More answers and waits than any test takes.
const MOST_ROUNDS: usize = 20_000;

/// The disks' phase before a kernel that answers as told.
pub(super) struct Driven {
    pub(super) storage: Storage,
    pub(super) account: Account,
    pub(super) context: Context,
    /// What is under way.
    ops: VecDeque<(OpId, Op)>,
    /// All that was asked for on storage, in words.
    pub(super) did: Vec<String>,
    pub(super) said: Vec<String>,
    pub(super) most_at_once: usize,
    pub(super) is_over: bool,
}

impl Driven {
    pub(super) fn new(host: Host) -> Self {
        let settings = Settings::default();
        let mut context = Context::of_last_stage(settings, host, &[]);
        context.budget = Budget::of_end(Moment(0), Urgency::Orderly, Moment(0), &settings);
        let account = Account::default();
        let storage = Storage::begin(&account, &mut context);
        let (ops, did, said) = (VecDeque::new(), Vec::new(), Vec::new());
        let mut driven =
            Self { storage, account, context, ops, did, said, most_at_once: 0, is_over: false };
        driven.take_effects();
        driven
    }

    fn take_effects(&mut self) {
        for effect in self.context.take_effects() {
            match effect {
                Effect::Run { id, op, .. } => {
                    if let Op::Storage(op) = &op {
                        self.did.push(render(op));
                    }
                    self.ops.push_back((id, op));
                }
                Effect::Say { text, .. } => self.said.push(text),
                Effect::Watch { .. } | Effect::Unwatch { .. } => panic!("{effect:?}"),
            }
        }
        self.most_at_once = self.most_at_once.max(self.ops.len());
    }

    pub(super) fn advance(&mut self) {
        self.is_over = self.storage.advance(&mut self.account, &mut self.context);
        self.take_effects();
    }

    /// Answers everything until the phase is over, waiting where it waits.
    pub(super) fn run(mut self, mut answer: impl FnMut(&Op, usize) -> Outcome) -> Self {
        let (mut count, mut rounds) = (0, 0);
        self.advance();
        while !self.is_over {
            rounds += 1;
            assert!(rounds < MOST_ROUNDS, "it never comes to an end");
            match self.ops.pop_front() {
                Some((id, op)) => {
                    count += 1;
                    let outcome = answer(&op, count);
                    self.context.settle(id);
                    let (account, context) = (&mut self.account, &mut self.context);
                    self.storage.finished(id, &outcome, account, context);
                }
                None => self.context.now = self.storage.deadline(&self.context),
            }
            self.take_effects();
            self.advance();
        }
        self.storage.say(&mut self.context);
        self.take_effects();
        self
    }

    pub(super) fn says(&self, part: &str) -> bool {
        self.said.iter().any(|line| line.contains(part))
    }
}

fn render(op: &StorageOp) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match op {
        StorageOp::Unmount { target } => format!("unmount {}", text(target)),
        StorageOp::RemountReadOnly { target } => format!("read-only {}", text(target)),
        StorageOp::SwapOff { path } => format!("swapoff {}", text(path)),
        StorageOp::WriteFile { .. } => "account".into(),
        StorageOp::Sync => "sync".into(),
    }
}

fn whole(text: &str) -> Outcome {
    Outcome::Read(Read::whole(text.as_bytes().to_vec()))
}

/// Answers looks with these tables, and everything else with `other`.
pub(super) fn kernel(
    swaps: &'static str,
    mounts: &[&'static str],
    mut other: impl FnMut(&StorageOp) -> Outcome,
) -> impl FnMut(&Op, usize) -> Outcome {
    let mut tables = mounts.iter().copied();
    move |op, _| match op {
        Op::Read(ReadOp::File { path: "/proc/meminfo", .. }) if swaps.is_empty() => {
            whole("SwapTotal: 0 kB\n")
        }
        Op::Read(ReadOp::File { path: "/proc/meminfo", .. }) => whole("SwapTotal: 8 kB\n"),
        Op::Read(ReadOp::File { path: "/proc/swaps", .. }) => whole(swaps),
        Op::Read(ReadOp::File { path: "/proc/self/mountinfo", .. }) => {
            whole(tables.next().unwrap_or(ROOT))
        }
        Op::Storage(op) => other(op),
        op => panic!("{op:?}"),
    }
}
