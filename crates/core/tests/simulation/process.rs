//! The processes of a simulated machine.

use crate::chance::Chance;
use rekindle_core::child::Child;
use rekindle_core::proc::process::{Closer, Process};
use rekindle_core::signal::{mask_bit, number};

/// How a process takes TERM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manner {
    Dies,
    Ignores,
    /// Ends this long after TERM.
    Saves(u64),
    /// Blocks TERM; reads it through a signalfd and ends this long after.
    SignalFd(u64),
    /// Blocks TERM and never reads it.
    LeavesPending,
    /// Handles TERM and stays.
    Stays,
    /// Stuck in the kernel: no signal ends it.
    Stuck,
    /// Serves the root's storage.
    Spared,
    /// Its first thread has ended; another one writes on, and TERM is ignored.
    WithoutFirstThread,
}

#[derive(Clone, Debug)]
pub(crate) struct FakeProcess {
    pub(crate) manner: Manner,
    pub(crate) is_stopped: bool,
    pub(crate) asked_ms: Option<u64>,
    pub(crate) ends_at_ms: Option<u64>,
    /// PID 1's own child, or an orphan: its end is reaped.
    pub(crate) is_child: bool,
    /// It has entered PID 1's namespace from outside, and is never its child.
    pub(crate) is_outsider: bool,
    pub(crate) is_of_root: bool,
    /// It calls itself a helper of PID 1's.
    pub(crate) is_impostor: bool,
    /// A closer look at it never comes back.
    pub(crate) blocks_look: bool,
    /// Starts another process when it gets TERM.
    pub(crate) forks: bool,
}

impl FakeProcess {
    pub(crate) fn healthy(chance: &mut Chance) -> Self {
        let manner = match chance.below(8) {
            7 => Manner::WithoutFirstThread,
            0 => Manner::Ignores,
            1 => Manner::Saves(chance.below(4_500)),
            2 => Manner::SignalFd(chance.below(4_500)),
            3 => Manner::LeavesPending,
            _ => Manner::Dies,
        };
        Self::new(manner, chance)
    }

    pub(crate) fn with_faults(chance: &mut Chance) -> Self {
        let manner = match chance.below(10) {
            0 => Manner::Ignores,
            1 => Manner::Saves(chance.below(20_000)),
            2 => Manner::SignalFd(chance.below(20_000)),
            3 => Manner::LeavesPending,
            4 => Manner::Stays,
            5 => Manner::Stuck,
            6 => Manner::Spared,
            _ => Manner::Dies,
        };
        // One that serves the root and could never be looked at can't be told from the others.
        let blocks_look = chance.percent(5) && manner != Manner::Spared;
        Self { blocks_look, ..Self::new(manner, chance) }
    }

    pub(crate) fn new(manner: Manner, chance: &mut Chance) -> Self {
        Self {
            manner,
            is_stopped: chance.percent(10),
            asked_ms: None,
            ends_at_ms: None,
            is_child: chance.percent(50),
            is_outsider: chance.percent(10),
            is_of_root: manner == Manner::Spared || chance.percent(50),
            is_impostor: chance.percent(5),
            blocks_look: false,
            forks: chance.percent(10),
        }
    }

    /// What an entry's command does: a script ends by itself, or with faults may hang; anything else
    /// stays until TERM.
    pub(crate) fn started(
        child: &Child,
        has_faults: bool,
        now_ms: u64,
        chance: &mut Chance,
    ) -> Self {
        let is_script = child.arguments.first().is_some_and(|name| name.starts_with(b"/rc"));
        let hangs = has_faults && chance.percent(30);
        Self {
            manner: if is_script && hangs { Manner::Ignores } else { Manner::Dies },
            is_stopped: false,
            is_outsider: false,
            is_of_root: true,
            is_impostor: false,
            blocks_look: false,
            asked_ms: None,
            ends_at_ms: (is_script && !hangs).then(|| now_ms + chance.below(3_000)),
            is_child: true,
            forks: false,
        }
    }

    /// What its status shows.
    pub(crate) fn look(&self, pid: u32) -> Process {
        let term = mask_bit(number::TERM);
        let comm: &[u8] = if self.is_impostor { b"init-helper" } else { b"fake" };
        let parent = u32::from(!self.is_outsider);
        let is_of_root = self.is_of_root;
        let mut process = Process {
            pid,
            parent,
            state: b'S',
            is_of_root,
            comm: comm.to_vec(),
            ..Process::default()
        };
        match self.manner {
            Manner::Dies => {}
            Manner::Ignores => process.ignored = term,
            Manner::Saves(_) | Manner::Stays | Manner::Spared => process.caught = term,
            Manner::SignalFd(_) | Manner::LeavesPending => process.blocked = term,
            Manner::Stuck => process.state = b'D',
            Manner::WithoutFirstThread => (process.state, process.ignored) = (b'Z', term),
        }
        if self.is_stopped {
            process.state = b'T';
        }
        if self.manner == Manner::LeavesPending && self.asked_ms.is_some() {
            process.pending = term;
        }
        process
    }

    /// What a closer look tells besides.
    pub(crate) fn look_closer(&self, pid: u32) -> Process {
        let closer = Closer {
            is_spared: self.manner == Manner::Spared,
            reads_term: matches!(self.manner, Manner::SignalFd(_)),
            ..Closer::default()
        };
        Process { closer: Some(closer), ..self.look(pid) }
    }

    /// Whether KILL ends it, and it is to be killed in the end.
    pub(crate) fn can_be_killed(&self) -> bool {
        !matches!(self.manner, Manner::Stuck | Manner::Spared)
    }

    /// Takes a signal. Returns whether a new process is to be started.
    pub(crate) fn take(&mut self, signal: u8, now_ms: u64, chance: &mut Chance) -> bool {
        match signal {
            number::KILL if self.manner != Manner::Stuck => {
                self.ends_at_ms = Some(now_ms + chance.below(5))
            }
            number::CONT => self.is_stopped = false,
            number::TERM => {
                self.asked_ms.get_or_insert(now_ms);
            }
            _ => {}
        }
        // A stopped process takes what waits for it once it runs again.
        let (false, Some(asked_ms), None) = (self.is_stopped, self.asked_ms, self.ends_at_ms)
        else {
            return false;
        };
        self.ends_at_ms = match self.manner {
            Manner::Dies => Some(now_ms + chance.below(5)),
            Manner::Saves(ms) | Manner::SignalFd(ms) => Some(asked_ms.max(now_ms) + ms),
            Manner::Ignores
            | Manner::LeavesPending
            | Manner::Stays
            | Manner::Stuck
            | Manner::WithoutFirstThread
            | Manner::Spared => None,
        };
        core::mem::take(&mut self.forks)
    }

    /// Whether it would have ended by itself within `grace_ms`.
    pub(crate) fn deserves_its_chance(&self, grace_ms: u64) -> bool {
        matches!(self.manner, Manner::Saves(ms) | Manner::SignalFd(ms) if ms < grace_ms)
    }
}
