//! The processes of a fake machine.

use super::program::Course;
use rekindle_core::event::ExitStatus;
use rekindle_core::request::Origin;
use rekindle_core::signal::number;

/// The first process id that is given.
const FIRST_PID: u32 = 100;

/// A process, or what is left of it until PID 1 reaps it.
#[derive(Clone, Debug)]
pub(super) struct FakeProcess {
    pub(super) pid: u32,
    /// The number of the program of an entry; `None` for helpers and orphans.
    pub(super) is_of_entry: bool,
    pub(super) course: Course,
    pub(super) ends_ms: Option<u64>,
    /// What it sends PID 1, and when.
    pub(super) asks: Option<(u8, u64)>,
    pub(super) status: ExitStatus,
    pub(super) is_zombie: bool,
}

/// All of them, in the order in which they ended or began.
#[derive(Debug)]
pub(super) struct Processes {
    all: Vec<FakeProcess>,
    next: u32,
    count: u32,
}

impl Processes {
    pub(super) fn new(count: u32) -> Self {
        Self { all: Vec::new(), next: 0, count }
    }

    /// Starts one, with the next process id that is free.
    pub(super) fn add(&mut self, mut process: FakeProcess) -> u32 {
        loop {
            let pid = FIRST_PID + self.next;
            self.next = (self.next + 1) % self.count.max(self.all.len() as u32 + 1);
            if self.get(pid).is_none() {
                process.pid = pid;
                self.all.push(process);
                return pid;
            }
        }
    }

    pub(super) fn get(&self, pid: u32) -> Option<&FakeProcess> {
        self.all.iter().find(|one| one.pid == pid)
    }

    fn get_mut(&mut self, pid: u32) -> Option<&mut FakeProcess> {
        self.all.iter_mut().find(|one| one.pid == pid)
    }

    pub(super) fn alive_of_entries(&self) -> Vec<u32> {
        let alive = self.all.iter().filter(|one| one.is_of_entry && !one.is_zombie);
        alive.map(|one| one.pid).collect()
    }

    pub(super) fn next_change_ms(&self) -> Option<u64> {
        let alive = self.all.iter().filter(|one| !one.is_zombie);
        alive.flat_map(|one| [one.ends_ms, one.asks.map(|(_, at)| at)]).flatten().min()
    }

    /// Ends those whose time has come. What they send PID 1 on the way.
    pub(super) fn pass_time(&mut self, now_ms: u64) -> Vec<Origin> {
        let mut sent = Vec::new();
        for one in self.all.iter_mut().filter(|one| !one.is_zombie) {
            if let Some((signal, _)) = one.asks.take_if(|(_, at)| *at <= now_ms) {
                sent.push(Origin { signal, pid: one.pid, ..Origin::default() });
            }
            if one.ends_ms.is_some_and(|at| at <= now_ms) {
                one.is_zombie = true;
                sent.push(Origin { signal: number::CHLD, pid: one.pid, ..Origin::default() });
            }
        }
        sent
    }

    /// A signal arrives.
    pub(super) fn signal(&mut self, pid: u32, signal: u8, now_ms: u64) {
        let Some(one) = self.get_mut(pid).filter(|one| !one.is_zombie) else { return };
        match (signal, one.course.term_ms) {
            (number::KILL, _) => self.kill(pid, now_ms),
            (number::TERM, Some(after_ms)) => {
                let at = now_ms + after_ms;
                if one.ends_ms.is_none_or(|ends| ends > at) {
                    (one.ends_ms, one.status) = (Some(at), ExitStatus::Killed(signal));
                }
            }
            _ => {}
        }
    }

    pub(super) fn kill(&mut self, pid: u32, now_ms: u64) {
        if let Some(one) =
            self.get_mut(pid).filter(|one| one.course.can_be_killed && !one.is_zombie)
        {
            (one.ends_ms, one.status) = (Some(now_ms), ExitStatus::Killed(number::KILL));
        }
    }

    /// Reaps the first that has ended.
    pub(super) fn reap(&mut self) -> Option<(u32, ExitStatus)> {
        let at = self.all.iter().position(|one| one.is_zombie)?;
        let one = self.all.remove(at);
        Some((one.pid, one.status))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
