//! What the tests of the product share: its account of the end, read from the disk.
#![allow(dead_code, reason = "each test program uses its part")]

use anyhow::{Context, Error, Result, ensure};
use rekindle_core::account::{ACCOUNT_PATH, Fate, Line, Phase, StorageDone};
use rekindle_core::errno::Errno;
use rekindle_core::request::Action;
use vm::{Ended, Verdict};

pub(crate) const TERM: i32 = 15;

/// The account of one end.
pub(crate) struct Account(pub(crate) Vec<Line>);

/// A process, how it ended, and in what time.
pub(crate) struct Process {
    pub(crate) pid: u32,
    pub(crate) fate: Fate,
    pub(crate) took_ms: u64,
}

pub(crate) fn read_account(ended: &Ended) -> Result<Account> {
    parse_account(&ended.root_disk().read_text(ACCOUNT_PATH)?)
}

/// Every line has to be one that the product itself can read.
pub(crate) fn parse_account(text: &str) -> Result<Account> {
    let lines = text.lines().map(|line| {
        let parsed = Line::parse(line.as_bytes()).map_err(Error::msg);
        parsed.with_context(|| format!("no line of an account in {ACCOUNT_PATH}: {line}"))
    });
    Ok(Account(lines.collect::<Result<_>>()?))
}

impl Account {
    /// How many requests there were.
    pub(crate) fn requests(&self) -> usize {
        self.0.iter().filter(|line| matches!(line, Line::Request { .. })).count()
    }

    /// Whether `wanted` was asked for.
    pub(crate) fn asks_for(&self, wanted: Action) -> bool {
        let is_asked =
            |line: &Line| matches!(line, Line::Request { action, .. } if *action == wanted);
        self.0.iter().any(is_asked)
    }

    /// The processes, with their names.
    pub(crate) fn processes(&self) -> impl Iterator<Item = (&[u8], Process)> {
        self.0.iter().filter_map(|line| {
            let Line::Process { pid, comm, fate, took_ms } = line else { return None };
            Some((comm.as_slice(), Process { pid: *pid, fate: *fate, took_ms: *took_ms }))
        })
    }

    /// What is said of the process called `comm`.
    pub(crate) fn process(&self, comm: &str) -> Result<Process> {
        let mut named = self.processes().filter(|(name, _)| *name == comm.as_bytes());
        let found = named.next().map(|(_, process)| process);
        found.with_context(|| format!("the account does not name {comm}: {:?}", self.0))
    }

    pub(crate) fn fate_is(&self, comm: &str, fate: Fate) -> Result<()> {
        let found = self.process(comm)?.fate;
        ensure!(found == fate, "expected {comm} to be {fate:?}, but it is {found:?}");
        Ok(())
    }

    /// What became of the mount or the swap file at each path.
    pub(crate) fn storage(
        &self,
    ) -> impl Iterator<Item = (&[u8], std::result::Result<StorageDone, Errno>)> {
        self.0.iter().filter_map(|line| {
            let Line::Storage { target, done, .. } = line else { return None };
            Some((target.as_slice(), *done))
        })
    }

    /// How long a phase took, in milliseconds.
    pub(crate) fn phase_ms(&self, phase: Phase) -> Result<u64> {
        self.phase(phase).map(|(_, took_ms)| took_ms)
    }

    /// When a phase began after the request, and how long it took.
    fn phase(&self, phase: Phase) -> Result<(u64, u64)> {
        let mut phases = self.0.iter().filter_map(|line| match line {
            Line::Phase { name, started_ms, took_ms } if *name == phase => {
                Some((*started_ms, *took_ms))
            }
            _ => None,
        });
        phases.next().with_context(|| format!("the account has no {phase:?}: {:?}", self.0))
    }
}

pub(crate) fn panicked() -> Verdict {
    Verdict::Panicked { message: String::new() }
}
