//! A life that comes to its end, as a value: made by a seed or by a test.

use super::generate;
use super::mutation::Mutation;
use super::plan::{
    FakeHost, Fault, ManagedPlan, Manner, MountPlan, ProcessPlan, RequestPlan, SwapPlan, TimeJump,
    When,
};
use crate::chance::Chance;
use rekindle_core::inittab::Dialect;
use rekindle_core::op::RebootCommand;
use rekindle_core::signal::number;

/// systemd's number for a soft reboot (SIGRTMIN+7).
const SOFT_REBOOT: u8 = 41;

/// All of what happens to a machine that is asked to end.
#[derive(Clone, Debug)]
pub struct EndingLife {
    /// What decides the rest.
    pub seed: u64,
    /// What PID 1 runs on.
    pub host: FakeHost,
    /// PID 1's arguments.
    pub arguments: Vec<Vec<u8>>,
    /// /etc/inittab.
    pub inittab: String,
    /// Programs can be started: what begins with `/rc` ends by itself, the rest stays until TERM.
    pub managed: Option<ManagedPlan>,
    /// When the end is asked for, and for what.
    pub requested_ms: u64,
    /// For what.
    pub asked: RebootCommand,
    /// The processes.
    pub processes: Vec<ProcessPlan>,
    /// The mounts, the root first.
    pub mounts: Vec<MountPlan>,
    /// The swap files.
    pub swaps: Vec<SwapPlan>,
    /// The requests, the first first.
    pub requests: Vec<RequestPlan>,
    /// Bytes for sysvinit's FIFO, and when.
    pub fifo: Vec<(u64, Vec<u8>)>,
    /// What is wrong with the machine.
    pub faults: Vec<Fault>,
    /// Time that nobody sees pass.
    pub jumps: Vec<TimeJump>,
    /// PID 1 panics then, and goes on as `--after-panic`.
    pub panic: Option<When>,
    /// A kernel is loaded for kexec.
    pub kernel_is_loaded: bool,
    /// It is refused when it is to be entered.
    pub kexec_is_refused: bool,
    /// Neither reboot(2) nor sysrq ends the machine.
    pub kernel_never_ends: bool,
    /// There is a /proc.
    pub has_proc: bool,
    /// The program that a soft reboot or a restart leads to can be executed.
    pub has_successor: bool,
    /// From then on the processes fill the table.
    pub table_full_from_ms: u64,
    /// Every helper takes as long as every other.
    pub is_regular: bool,
    /// The log tells of every op, too.
    pub tells_ops: bool,
    /// What is done wrong on purpose.
    pub mutation: Option<Mutation>,
}

impl EndingLife {
    /// A machine with nothing on it but its root.
    #[must_use]
    pub fn bare(seed: u64) -> Self {
        let mut chance = Chance::of(seed, 1);
        let requested_ms = 100 + chance.below(3_000);
        let (signal, asked) = chance.pick(&generate::ENDS);
        Self {
            seed,
            host: FakeHost::Machine,
            arguments: Vec::new(),
            inittab: "::once:/bin/true\n".to_owned(),
            managed: None,
            requested_ms,
            asked,
            processes: Vec::new(),
            mounts: vec![MountPlan::new(1, 1, "/")],
            swaps: Vec::new(),
            requests: vec![RequestPlan { when: When::AtMs(requested_ms), signal }],
            fifo: Vec::new(),
            faults: Vec::new(),
            jumps: Vec::new(),
            panic: None,
            kernel_is_loaded: true,
            kexec_is_refused: false,
            kernel_never_ends: false,
            has_proc: true,
            has_successor: true,
            table_full_from_ms: u64::MAX,
            is_regular: false,
            tells_ops: false,
            mutation: None,
        }
    }

    /// A machine on which everything works.
    #[must_use]
    pub fn healthy(seed: u64) -> Self {
        let mut chance = Chance::of(seed, 2);
        let mut life = Self::bare(seed);
        life.add_disks(&mut chance, false);
        life.processes = generate::processes(&mut chance, &life.mounts, generate::healthy_manner);
        life
    }

    /// A machine on which anything may go wrong.
    #[must_use]
    pub fn with_faults(seed: u64) -> Self {
        let mut chance = Chance::of(seed, 3);
        let mut life = Self::bare(seed);
        life.add_disks(&mut chance, true);
        life.processes = generate::processes(&mut chance, &life.mounts, generate::faulty_manner);
        for process in &mut life.processes {
            // One that serves the root and could never be looked at can't be told from the others.
            process.blocks_look = chance.percent(5) && process.manner != Manner::Spared;
        }
        life.faults = generate::faults(&mut chance);
        generate::trouble(&mut chance, &mut life.processes, life.requested_ms);
        life.ask_again(&mut chance);
        life
    }

    /// Any of these, with whatever else may happen.
    #[must_use]
    pub fn at_random(seed: u64) -> Self {
        let mut chance = Chance::of(seed, 4);
        let mut life = match chance.below(4) {
            0 => Self::healthy(seed),
            _ => Self::with_faults(seed),
        };
        if chance.percent(15) {
            life.ask_again(&mut chance);
        }
        life.move_elsewhere(&mut chance);
        life.meet_the_unusual(&mut chance);
        life
    }

    fn add_disks(&mut self, chance: &mut Chance, has_faults: bool) {
        generate::mount(chance, has_faults, &mut self.mounts);
        self.swaps = generate::swaps(chance, has_faults, &self.mounts);
    }

    fn ask_again(&mut self, chance: &mut Chance) {
        self.requests.extend(generate::later_requests(chance, self.requested_ms));
    }

    /// Not every machine is one.
    fn move_elsewhere(&mut self, chance: &mut Chance) {
        if chance.percent(10) {
            self.host = chance.pick(&[FakeHost::Container, FakeHost::WithoutReboot]);
            self.ask_for_no_kexec();
        } else if chance.percent(5) {
            self.host = FakeHost::MachineWithoutKeys;
        }
    }

    /// What seldom happens, and to any machine.
    fn meet_the_unusual(&mut self, chance: &mut Chance) {
        if chance.percent(5) {
            let by_ms = 100 + chance.below(60_000);
            let at_ms = self.requested_ms.saturating_sub(500) + chance.below(3_000);
            self.jumps.push(TimeJump { at_ms, by_ms });
        }
        if chance.percent(5) {
            self.panic = Some(When::AtMs(chance.below(self.requested_ms)));
        }
        if chance.percent(4) {
            self.table_full_from_ms = self.requested_ms * chance.below(2);
        }
        if chance.percent(2) {
            self.kernel_is_loaded = false;
        }
        if chance.percent(2) {
            self.has_proc = false;
        }
        if chance.percent(5) && !self.is_container() {
            (self.has_successor, self.asked) = (chance.percent(50), RebootCommand::Restart);
            self.requests[0].signal = SOFT_REBOOT;
        }
    }

    /// The same in a container whose PID 1 may call reboot(2) or may not. A kexec is for its host.
    #[must_use]
    pub fn contained(mut self, may_reboot: bool) -> Self {
        self.host = if may_reboot { FakeHost::Container } else { FakeHost::WithoutReboot };
        self.ask_for_no_kexec();
        self
    }

    fn ask_for_no_kexec(&mut self) {
        for request in &mut self.requests {
            if request.signal == number::ALRM {
                request.signal = number::USR1;
                self.asked = RebootCommand::Halt;
            }
        }
    }

    /// The same, asked for by this signal.
    #[must_use]
    pub fn asked_by(mut self, signal: u8) -> Self {
        self.requests[0].signal = signal;
        if let Some((_, asked)) = generate::ENDS.iter().find(|(one, _)| *one == signal) {
            self.asked = *asked;
        }
        self
    }

    /// The same with these arguments for PID 1.
    #[must_use]
    pub fn with_arguments(mut self, arguments: &[&str]) -> Self {
        self.arguments = arguments.iter().map(|word| word.as_bytes().to_vec()).collect();
        self
    }

    /// The same with one more process.
    #[must_use]
    pub fn with(mut self, process: ProcessPlan) -> Self {
        self.processes.push(process);
        self
    }

    pub(super) fn is_container(&self) -> bool {
        matches!(self.host, FakeHost::Container | FakeHost::WithoutReboot)
    }

    /// Whose meaning signals have: of the table that PID 1 serves.
    pub(super) fn dialect(&self) -> Dialect {
        let is_sysvinit = self.inittab.contains("initdefault") && self.panic.is_none();
        if is_sysvinit { Dialect::Sysvinit } else { Dialect::BusyBox }
    }
}
