//! The processes of a simulated machine.

use super::plan::{Forks, Manner, ProcessPlan};
use crate::chance::Chance;
use rekindle_core::proc::process::{Closer, Process, TermAnswer};
use rekindle_core::signal::{mask_bit, number};

/// A process that lives, or has ended and is a zombie.
#[derive(Clone, Debug)]
pub(super) struct FakeProcess {
    pub(super) plan: ProcessPlan,
    pub(super) pid: u32,
    /// 1 for PID 1's own child or an orphan, 0 for an outsider.
    pub(super) parent: u32,
    pub(super) born_ms: u64,
    pub(super) is_stopped: bool,
    pub(super) is_zombie: bool,
    /// When it got TERM first.
    pub(super) asked_ms: Option<u64>,
    /// When TERM was sent last: all of them may have been asked before anybody saw it.
    pub(super) asked_last_ms: Option<u64>,
    pub(super) killed_ms: Option<u64>,
    pub(super) ends_at_ms: Option<u64>,
    /// When it makes the next, and how many.
    pub(super) forks_at_ms: Option<u64>,
    forks_left: u32,
    /// PID 1 was told all that a look can tell of it.
    pub(super) is_known: bool,
    /// How many looks have come through that had it.
    pub(super) seen: u32,
    /// How it would take TERM, as the last look before TERM could show it.
    pub(super) shown: TermAnswer,
    chance: Chance,
}

impl FakeProcess {
    pub(super) fn new(plan: ProcessPlan, pid: u32, parent: u32, born_ms: u64, seed: u64) -> Self {
        let is_stopped = plan.is_stopped;
        let mut process = Self {
            plan,
            pid,
            parent,
            born_ms,
            is_stopped,
            is_zombie: false,
            asked_ms: None,
            asked_last_ms: None,
            killed_ms: None,
            ends_at_ms: None,
            forks_at_ms: None,
            forks_left: 0,
            is_known: false,
            seen: 0,
            shown: TermAnswer::Dies,
            chance: Chance::of(seed, u64::from(pid)),
        };
        process.shown = process.closer_look(born_ms).term_answer();
        process
    }

    /// Whether it is there and not merely waiting to be reaped.
    pub(super) fn is_alive(&self) -> bool {
        !self.is_zombie
    }

    /// Whether it serves the root's storage.
    pub(super) fn is_spared(&self) -> bool {
        self.plan.manner == Manner::Spared
    }

    pub(super) fn is_kernel_thread(&self) -> bool {
        self.plan.manner == Manner::KernelThread
    }

    /// Whether KILL ends it, and it is to be killed in the end.
    pub(super) fn can_be_killed(&self) -> bool {
        !matches!(self.plan.manner, Manner::Stuck | Manner::Spared | Manner::KernelThread)
            && self.is_alive()
    }

    /// What its status shows.
    pub(super) fn look(&self, now_ms: u64) -> Process {
        let term = mask_bit(number::TERM);
        let comm: &[u8] = match self.plan.renamed_at_ms {
            Some(at_ms) if at_ms <= now_ms => b"renamed",
            _ if self.plan.is_impostor => b"init-helper",
            _ => b"fake",
        };
        let mut process = Process {
            pid: self.pid,
            parent: self.parent,
            state: b'S',
            is_of_root: self.plan.is_of_root,
            is_kernel_thread: self.is_kernel_thread(),
            comm: comm.to_vec(),
            ..Process::default()
        };
        match self.plan.manner {
            Manner::Dies | Manner::KernelThread => {}
            Manner::SigWait(_) if self.asked_ms.is_some() => process.blocked = term,
            Manner::SigWait(_) => {}
            Manner::Ignores => process.ignored = term,
            Manner::Saves(_) | Manner::Stays | Manner::Spared => process.caught = term,
            Manner::SignalFd(_) | Manner::LeavesPending => process.blocked = term,
            Manner::Stuck => process.state = b'D',
            Manner::WithoutFirstThread => (process.state, process.ignored) = (b'Z', term),
        }
        if self.is_stopped {
            process.state = b'T';
        } else if self.plan.is_traced {
            process.state = b't';
        }
        let leaves_pending = matches!(self.plan.manner, Manner::LeavesPending | Manner::Stuck);
        if self.asked_ms.is_some() && (leaves_pending || self.is_held()) {
            process.pending = term;
        }
        if self.is_zombie {
            (process.state, process.is_dead) = (b'Z', true);
        }
        process
    }

    /// What a closer look tells besides.
    pub(super) fn closer_look(&self, now_ms: u64) -> Process {
        let closer = Closer {
            is_spared: self.is_spared(),
            has_terminal: self.plan.has_terminal,
            reads_term: matches!(self.plan.manner, Manner::SignalFd(_)),
            written_bytes: if self.plan.writes { now_ms.saturating_sub(self.born_ms) } else { 7 },
        };
        Process { closer: Some(closer), ..self.look(now_ms) }
    }

    /// What a look shows that gets as far as it can.
    pub(super) fn best_look(&self, now_ms: u64) -> Process {
        if self.plan.blocks_look { self.look(now_ms) } else { self.closer_look(now_ms) }
    }

    /// Whether it is held where only KILL reaches it.
    pub(super) fn is_held(&self) -> bool {
        self.is_stopped || self.plan.is_traced || self.plan.is_frozen
    }

    /// Takes a signal.
    pub(super) fn take(&mut self, signal: u8, now_ms: u64) {
        if self.is_zombie || self.is_kernel_thread() {
            return;
        }
        if signal == number::TERM {
            self.asked_last_ms = Some(now_ms);
        }
        match signal {
            number::KILL => {
                self.killed_ms.get_or_insert(now_ms);
                if self.plan.manner != Manner::Stuck {
                    let at_ms = now_ms + self.chance.below(5);
                    self.ends_at_ms = Some(self.ends_at_ms.map_or(at_ms, |ends| ends.min(at_ms)));
                }
                return;
            }
            number::CONT => self.is_stopped = false,
            number::TERM if self.asked_ms.is_none() => {
                self.asked_ms = Some(now_ms);
                self.begin_forking(now_ms);
            }
            // Who is left alone with a terminal goes when that is hung up, if it waits for it.
            number::HUP if self.plan.manner == Manner::Ignores && !self.is_held() => {
                let at_ms = now_ms + self.chance.below(5);
                self.ends_at_ms.get_or_insert(at_ms);
            }
            _ => {}
        }
        self.act(now_ms);
    }

    fn begin_forking(&mut self, now_ms: u64) {
        match self.plan.forks {
            Forks::Never => {}
            Forks::OnTerm => (self.forks_at_ms, self.forks_left) = (Some(now_ms), 1),
            Forks::Every(ms, count) => {
                (self.forks_at_ms, self.forks_left) = (Some(now_ms + ms), count);
            }
        }
    }

    /// Makes another process, if it is time for one.
    pub(super) fn fork(&mut self, now_ms: u64) -> bool {
        if self.is_zombie || self.forks_at_ms.is_none_or(|at_ms| at_ms > now_ms) {
            return false;
        }
        self.forks_left = self.forks_left.saturating_sub(1);
        self.forks_at_ms = match self.plan.forks {
            Forks::Every(ms, _) if self.forks_left > 0 => Some(now_ms + ms.max(1)),
            Forks::Every(..) | Forks::Never | Forks::OnTerm => None,
        };
        true
    }

    /// Ends, and is a zombie.
    pub(super) fn end(&mut self) {
        (self.ends_at_ms, self.forks_at_ms, self.is_zombie) = (None, None, true);
    }

    /// Ends when TERM makes it, unless it is held.
    fn act(&mut self, now_ms: u64) {
        let (false, Some(asked_ms), None) = (self.is_held(), self.asked_ms, self.ends_at_ms) else {
            return;
        };
        self.ends_at_ms = match self.plan.manner {
            Manner::Dies => Some(now_ms + self.chance.below(5)),
            Manner::Saves(ms) | Manner::SignalFd(ms) | Manner::SigWait(ms) => {
                Some(asked_ms.max(now_ms) + ms)
            }
            Manner::Ignores
            | Manner::LeavesPending
            | Manner::Stays
            | Manner::Stuck
            | Manner::WithoutFirstThread
            | Manner::Spared
            | Manner::KernelThread => None,
        };
    }

    /// Whether it loses something if it doesn't end by itself.
    pub(super) fn has_something_to_save(&self) -> bool {
        matches!(self.plan.manner, Manner::Saves(_) | Manner::SignalFd(_) | Manner::SigWait(_))
    }
}
