//! Which machines there are.

use crate::chance::Chance;
use crate::host::FakeHost;
use crate::machine::{Machine, Report};
use crate::process::{FakeProcess, Manner};
use crate::storage::fake_mount;
use rekindle_core::event::Event;
use rekindle_core::op::RebootCommand;
use rekindle_core::pid1::{Pid1, StartArguments};
use rekindle_core::signal::number;
use std::collections::{BTreeMap, VecDeque};

fn new_report(requested_ms: u64, asked: RebootCommand) -> Report {
    Report {
        requested_ms,
        ended_ms: 0,
        called_ms: None,
        total_ms: 120_000,
        asked,
        end: None,
        writable: Vec::new(),
        killed_too_early: Vec::new(),
        saved: 0,
        signals_sent: 0,
        spared_was_signalled: false,
        helper_was_signalled: false,
        most_watched: 0,
        most_helpers: 0,
        survivors: Vec::new(),
        exited: None,
        reached_host: Vec::new(),
        performed: Vec::new(),
        log: String::new(),
    }
}

impl Machine {
    pub(crate) fn new(seed: u64, has_faults: bool) -> Self {
        let mut chance = Chance::new(seed);
        let requested_ms = 100 + chance.below(3_000);
        let (signal, asked) = [
            (number::TERM, RebootCommand::Restart),
            (number::USR1, RebootCommand::Halt),
            (number::USR2, RebootCommand::PowerOff),
            (number::ALRM, RebootCommand::Kexec),
        ][chance.below(4) as usize];
        Self {
            chance,
            pid1: Pid1::new(StartArguments::default()),
            now_ms: 0,
            processes: BTreeMap::new(),
            next_pid: 100,
            helper_pids: Vec::new(),
            mounts: vec![fake_mount(1, 1, "/")],
            events: VecDeque::from([Event::Start]),
            helpers: Vec::new(),
            watched: Vec::new(),
            report: new_report(requested_ms, asked),
            host: FakeHost::Machine,
            has_faults,
            kernel_is_loaded: true,
            kexec_is_refused: false,
            kernel_never_ends: false,
            has_proc: true,
            table_full_from_ms: u64::MAX,
            table_full_until_ms: 0,
            has_no_self_copy: false,
            is_regular: false,
            requests: vec![(requested_ms, signal)],
            controls: Vec::new(),
            inittab: "::once:/bin/true\n",
            has_programs: false,
        }
    }

    pub(crate) fn healthy(seed: u64) -> Self {
        let mut machine = Self::new(seed, false);
        machine.populate(FakeProcess::healthy);
        machine
    }

    pub(crate) fn with_faults(seed: u64) -> Self {
        let mut machine = Self::new(seed, true);
        machine.populate(FakeProcess::with_faults);
        while machine.chance.percent(30) {
            let at = machine.report.requested_ms + machine.chance.below(20_000);
            machine.requests.push((
                at,
                [number::TERM, number::USR1, number::INT, 49][machine.chance.below(4) as usize],
            ));
        }
        machine
    }

    pub(crate) fn asked_by(mut self, signal: u8) -> Self {
        self.requests[0].1 = signal;
        self
    }

    pub(crate) fn with_arguments(mut self, arguments: &[&str]) -> Self {
        let arguments = arguments.iter().map(|word| word.as_bytes().to_vec()).collect();
        self.pid1 = Pid1::new(StartArguments { arguments, ..StartArguments::default() });
        self
    }

    pub(crate) fn with_only_ignorers(seed: u64) -> Self {
        let mut machine = Self::new(seed, false);
        machine.populate(|chance| FakeProcess::new(Manner::Ignores, chance));
        for process in machine.processes.values_mut() {
            process.forks = false;
        }
        machine
    }

    /// The processes fill the table when the end is asked for.
    pub(crate) fn with_full_table(seed: u64) -> Self {
        let mut machine = Self::healthy(seed);
        machine.table_full_from_ms = machine.report.requested_ms;
        machine
    }

    /// The same beside one that serves the root's storage; or from the first instruction on, so that
    /// nobody ever learned that it does.
    pub(crate) fn with_full_table_beside_spared(seed: u64, is_always_full: bool) -> Self {
        let mut machine = Self::with_full_table(seed);
        let spared = FakeProcess::new(Manner::Spared, &mut machine.chance);
        machine.add_process(FakeProcess { is_stopped: false, is_of_root: true, ..spared });
        for process in machine.processes.values_mut() {
            process.is_of_root &= process.manner == Manner::Spared;
        }
        if is_always_full {
            machine.table_full_from_ms = 0;
        }
        machine
    }

    /// Processes that a look gets stuck on, as while they execute another program.
    pub(crate) fn with_blocking_looks(seed: u64) -> Self {
        let mut machine = Self::healthy(seed);
        for process in machine.processes.values_mut() {
            process.blocks_look = process.manner == Manner::Dies && seed.is_multiple_of(3);
        }
        let spared = FakeProcess::new(Manner::Spared, &mut machine.chance);
        machine.add_process(FakeProcess { is_of_root: true, ..spared });
        let mut blocking = FakeProcess::new(Manner::Ignores, &mut machine.chance);
        (blocking.blocks_look, blocking.is_of_root) = (true, true);
        machine.add_process(blocking);
        machine
    }

    /// As many that can't be killed.
    pub(crate) fn with_stuck(seed: u64, count: usize) -> Self {
        let mut machine = Self::healthy(seed);
        for _ in 0..count {
            let stuck = FakeProcess::new(Manner::Stuck, &mut machine.chance);
            machine.add_process(FakeProcess { is_stopped: false, forks: false, ..stuck });
        }
        machine
    }

    /// Processes that have entered PID 1's namespace from outside, and nobody else.
    pub(crate) fn with_outsiders(seed: u64) -> Self {
        let mut machine = Self::new(seed, false);
        for _ in 0..=machine.chance.below(3) {
            let saver = Manner::Saves(machine.chance.below(4_500));
            let process = FakeProcess::new(saver, &mut machine.chance);
            machine.add_process(FakeProcess {
                is_child: false,
                is_outsider: true,
                is_stopped: false,
                forks: false,
                ..process
            });
        }
        machine
    }

    pub(crate) fn populate(&mut self, make: impl Fn(&mut Chance) -> FakeProcess) {
        for _ in 0..self.chance.below(30) {
            let process = make(&mut self.chance);
            self.add_process(process);
        }
        for id in 2..2 + self.chance.below(8) as u32 {
            let parent = 1 + self.chance.below(u64::from(id) - 1) as u32;
            let base = self.mounts.iter().find(|mount| mount.id == parent).unwrap().target.clone();
            let mut mount =
                fake_mount(id, parent, &format!("{}/m{id}", base.trim_end_matches('/')));
            mount.busy = self.chance.below(4) as u32;
            mount.hangs = self.has_faults && self.chance.percent(10);
            self.mounts.push(mount);
        }
    }

    pub(crate) fn add_process(&mut self, process: FakeProcess) {
        self.processes.insert(self.next_pid, process);
        self.next_pid += 1;
    }

    pub(crate) fn forget_loaded_kernel(&mut self) {
        self.kernel_is_loaded = false;
    }

    pub(crate) fn refuse_kexec_at_the_end(&mut self) {
        self.kexec_is_refused = true;
        self.requests[0].1 = number::ALRM;
    }

    /// Neither reboot(2) nor sysrq ends it; only the hardware can.
    pub(crate) fn never_end_by_kernel(&mut self, signal: u8) {
        self.kernel_never_ends = true;
        self.requests[0].1 = signal;
    }

    pub(crate) fn lose_proc(&mut self) {
        self.has_proc = false;
        self.requests[0].1 = number::TERM;
    }

    /// Asks for a kexec and looks a minute later.
    pub(crate) fn ask_for_kexec_only(mut self) -> Report {
        self.requests[0].1 = number::ALRM;
        self.live_a_minute()
    }
}
