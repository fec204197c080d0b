//! A machine that exists only as data: it carries out ops as a kernel would, with faults.

use crate::chance::Chance;
use crate::place::{FakePlace, Performed};
use crate::process::{FakeProcess, Manner};
use crate::storage::{FakeMount, fake_mount};
use rekindle_core::brain::{Birth, Brain};
use rekindle_core::errno::Errno;
use rekindle_core::event::{Effect, Ending, Event};
use rekindle_core::op::{How, KernelEnd, Op, OpId, Outcome, Program, Whom};
use rekindle_core::request::Origin;
use rekindle_core::signal::number;
use rekindle_core::time::Moment;
use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;

/// What came of one life.
#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) requested_ms: u64,
    pub(crate) ended_ms: u64,
    pub(crate) total_ms: u64,
    pub(crate) asked: KernelEnd,
    pub(crate) end: Option<KernelEnd>,
    pub(crate) writable: Vec<String>,
    pub(crate) killed_too_early: Vec<u32>,
    pub(crate) saved: usize,
    pub(crate) signals_sent: usize,
    pub(crate) spared_was_signalled: bool,
    /// The status with which PID 1 itself ended.
    pub(crate) exited: Option<u8>,
    /// What would have reached a container's host.
    pub(crate) reached_host: Vec<Op>,
    pub(crate) log: String,
}

pub(crate) struct Machine {
    pub(crate) chance: Chance,
    brain: Brain,
    now_ms: u64,
    pub(crate) processes: BTreeMap<u32, FakeProcess>,
    pub(crate) next_pid: u32,
    pub(crate) mounts: Vec<FakeMount>,
    events: VecDeque<Event>,
    helpers: Vec<(u64, OpId, Outcome)>,
    watched: Vec<u32>,
    pub(crate) report: Report,
    pub(crate) place: FakePlace,
    pub(crate) has_faults: bool,
    kernel_is_loaded: bool,
    pub(crate) kexec_is_refused: bool,
    pub(crate) kernel_never_ends: bool,
    has_proc: bool,
    has_small_table: bool,
    table_full_until_ms: u64,
    pub(crate) requests: Vec<(u64, u8)>,
    /// Bytes for sysvinit's FIFO.
    pub(crate) controls: Vec<(u64, Vec<u8>)>,
    pub(crate) inittab: &'static str,
    /// Programs can be started, and live as [`FakeProcess::started`] says.
    pub(crate) has_programs: bool,
}

/// More events than any moment of a machine has.
const MOST_EVENTS_AT_ONCE: usize = 10_000;

impl Machine {
    pub(crate) fn new(seed: u64, has_faults: bool) -> Self {
        let mut chance = Chance::new(seed);
        let requested_ms = 100 + chance.below(3_000);
        let (signal, asked) = [
            (number::TERM, KernelEnd::Restart),
            (number::USR1, KernelEnd::Halt),
            (number::USR2, KernelEnd::PowerOff),
            (number::ALRM, KernelEnd::Kexec),
        ][chance.below(4) as usize];
        let report = Report {
            requested_ms,
            ended_ms: 0,
            total_ms: 120_000,
            asked,
            end: None,
            writable: Vec::new(),
            killed_too_early: Vec::new(),
            saved: 0,
            signals_sent: 0,
            spared_was_signalled: false,
            exited: None,
            reached_host: Vec::new(),
            log: String::new(),
        };
        Self {
            chance,
            brain: Brain::new(Birth::default()),
            now_ms: 0,
            processes: BTreeMap::new(),
            next_pid: 100,
            mounts: vec![fake_mount(1, 1, "/")],
            events: VecDeque::from([Event::Start]),
            helpers: Vec::new(),
            watched: Vec::new(),
            report,
            place: FakePlace::Machine,
            has_faults,
            kernel_is_loaded: true,
            kexec_is_refused: false,
            kernel_never_ends: false,
            has_proc: true,
            has_small_table: false,
            table_full_until_ms: 0,
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
        self.brain = Brain::new(Birth { arguments, environment: Vec::new() });
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

    pub(crate) fn with_full_table(seed: u64) -> Self {
        let mut machine = Self::healthy(seed);
        machine.has_small_table = true;
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

    pub(crate) fn live_a_minute(mut self) -> Report {
        self.live_until(self.report.requested_ms + 60_000);
        self.report
    }

    pub(crate) fn live(mut self) -> Report {
        self.live_until(self.report.requested_ms + 1_000_000);
        assert!(self.is_over(), "the machine never ended\n{}", self.report.log);
        self.report
    }

    fn is_over(&self) -> bool {
        self.report.end.is_some() || self.report.exited.is_some()
    }

    fn live_until(&mut self, until_ms: u64) {
        while !self.is_over() && self.now_ms < until_ms {
            let mut count = 0;
            while let Some(event) = self.events.pop_front() {
                count += 1;
                assert!(count < MOST_EVENTS_AT_ONCE, "it never comes to rest\n{}", self.report.log);
                for effect in self.brain.step(event, Moment(self.now_ms)) {
                    self.apply(effect);
                }
            }
            self.pass_time(until_ms);
        }
        self.report.ended_ms = self.now_ms;
        self.report.writable = self
            .mounts
            .iter()
            .filter(|mount| !mount.is_read_only)
            .map(|mount| mount.target.clone())
            .collect();
    }

    /// Goes to the next moment at which anything happens.
    fn pass_time(&mut self, until_ms: u64) {
        if self.is_over() {
            return;
        }
        let ends = self.processes.values().filter_map(|process| process.ends_at_ms);
        let helpers = self.helpers.iter().map(|(at, ..)| *at);
        let controls = self.controls.iter().map(|(at, _)| *at);
        let requests = self.requests.iter().map(|(at, _)| *at).chain(controls);
        let brain = self.brain.next_deadline().map(|deadline| deadline.0.max(self.now_ms + 1));
        let next = ends.chain(helpers).chain(requests).chain(brain).min().unwrap_or(until_ms);
        self.now_ms = next.max(self.now_ms);
        self.end_processes();
        self.end_helpers();
        self.send_requests();
        if self.brain.next_deadline().is_some_and(|deadline| deadline.0 <= self.now_ms) {
            self.events.push_back(Event::Tick);
        }
    }

    fn end_processes(&mut self) {
        let now_ms = self.now_ms;
        let gone: Vec<u32> = self
            .processes
            .iter()
            .filter(|(_, process)| process.ends_at_ms.is_some_and(|at| at <= now_ms))
            .map(|(pid, _)| *pid)
            .collect();
        for pid in &gone {
            let process = self.processes.remove(pid).unwrap();
            self.report.saved += usize::from(process.deserves_its_chance(5_000));
            if process.is_child {
                self.events.push_back(Event::ChildEnded { pid: *pid, ending: Ending::Exited(0) });
            }
            if self.watched.contains(pid) {
                self.events.push_back(Event::Gone { pid: *pid });
            }
        }
        if !gone.is_empty() && self.processes.is_empty() && self.helpers.is_empty() {
            self.events.push_back(Event::NoChildren);
        }
    }

    fn end_helpers(&mut self) {
        let now_ms = self.now_ms;
        let (done, left): (Vec<_>, Vec<_>) =
            self.helpers.drain(..).partition(|(at, ..)| *at <= now_ms);
        self.helpers = left;
        for (_, id, outcome) in done {
            self.events.push_back(Event::Finished { id, outcome });
        }
    }

    fn send_requests(&mut self) {
        let now_ms = self.now_ms;
        let (due, left): (Vec<_>, Vec<_>) =
            self.requests.drain(..).partition(|(at, _)| *at <= now_ms);
        self.requests = left;
        for (_, signal) in due {
            self.events.push_back(Event::Signal(Origin {
                signal,
                pid: 7,
                uid: 0,
                session: 7,
                comm: b"test".to_vec(),
            }));
        }
        let (due, left): (Vec<_>, Vec<_>) =
            self.controls.drain(..).partition(|(at, _)| *at <= now_ms);
        self.controls = left;
        self.events.extend(due.into_iter().map(|(_, bytes)| Event::Control(bytes)));
    }

    fn apply(&mut self, effect: Effect) {
        match effect {
            Effect::Say { text, .. } => {
                let _ = writeln!(self.report.log, "{:>7} {text}", self.now_ms);
            }
            Effect::Watch { pid } if self.processes.contains_key(&pid) => self.watched.push(pid),
            Effect::Watch { pid } => self.events.push_back(Event::Gone { pid }),
            Effect::Run { id, op, how: How::Inline } => {
                if let Some(outcome) = self.perform(&op) {
                    self.events.push_back(Event::Finished { id, outcome });
                }
            }
            Effect::Run { id, op, how: How::Helper { deadline_ms } } => {
                self.start_helper(id, &op, deadline_ms)
            }
        }
    }

    fn start_helper(&mut self, id: OpId, op: &Op, deadline_ms: u64) {
        if self.table_is_full() || self.has_faults && self.chance.percent(5) {
            return self
                .events
                .push_back(Event::Finished { id, outcome: Outcome::NoHelper(Errno::EAGAIN) });
        }
        let hangs = self.has_faults && (self.chance.percent(5) || self.is_on_hung_mount(op));
        let (at, outcome) = if hangs {
            (self.now_ms + deadline_ms, Some(Outcome::TimedOut))
        } else {
            (self.now_ms + 1 + self.chance.below(20), self.perform(op))
        };
        self.helpers.extend(outcome.map(|outcome| (at, id, outcome)));
    }

    /// Processes fill the table, and their zombies for a while after them.
    fn table_is_full(&mut self) -> bool {
        if self.has_small_table && !self.processes.is_empty() {
            self.table_full_until_ms = self.now_ms + 200;
        }
        self.now_ms < self.table_full_until_ms
    }

    fn is_on_hung_mount(&self, op: &Op) -> bool {
        let (Op::Unmount { target } | Op::RemountReadOnly { target }) = op else { return false };
        self.mounts.iter().any(|mount| mount.hangs && mount.target.as_bytes() == target)
    }

    /// `None` when nobody is left to hear the outcome.
    fn perform(&mut self, op: &Op) -> Option<Outcome> {
        match self.perform_in_place(op) {
            Performed::Told(outcome) => Some(outcome),
            Performed::Ended => None,
            Performed::NotHere => self.perform_anywhere(op),
        }
    }

    fn perform_anywhere(&mut self, op: &Op) -> Option<Outcome> {
        Some(match op {
            Op::Spawn(child) if self.has_programs => {
                let process =
                    FakeProcess::started(child, self.has_faults, self.now_ms, &mut self.chance);
                self.add_process(process);
                Outcome::Started(self.next_pid - 1)
            }
            Op::Spawn(_) => Outcome::Failed(Errno::ENOENT),
            Op::ReadFile { path, .. } | Op::TakeFile { path, .. } => self.read(path),
            Op::IsMountPoint { .. } | Op::IsVirtualTerminal => Outcome::Answer(true),
            Op::Census { .. } if !self.has_proc => Outcome::Failed(Errno::ENOENT),
            Op::Census { .. } => self.census(),
            Op::Signal { whom, signal } => self.signal(*whom, *signal),
            Op::Unmount { target } => self.unmount(target),
            Op::RemountReadOnly { target } => self.remount(target),
            Op::KernelEnd(_) | Op::SysRq(_) | Op::ResetHardware => return self.end_by(op),
            Op::Become { program: Program::Prepared(_), arguments, .. } => {
                return self.become_last_stage(arguments);
            }
            Op::ReadNamespace
            | Op::SpeakOnStandardError
            | Op::SpawnCommand(_)
            | Op::Exit { .. } => unreachable!("performed in place"),
            Op::Become { .. } => Outcome::Failed(Errno::ENOENT),
            Op::CreateImage(_) | Op::FillImage(_) if self.has_faults && self.chance.percent(30) => {
                Outcome::Failed(Errno::ENOSPC)
            }
            Op::CreateImage(_)
            | Op::DropImage
            | Op::FillImage(_)
            | Op::MountApi(_)
            | Op::OpenConsole { .. }
            | Op::SpeakOn { .. }
            | Op::CtrlAltDel { .. }
            | Op::OpenControlFifo
            | Op::CloseControlFifo
            | Op::AcceptKeyboardRequest
            | Op::AskSuccessor { .. }
            | Op::Record(_)
            | Op::Sync
            | Op::SwapOff { .. }
            | Op::WriteFile { .. } => Outcome::Done,
        })
    }

    fn census(&self) -> Outcome {
        let records = self.processes.iter().flat_map(|(pid, process)| process.look(*pid).encode());
        Outcome::Bytes(records.collect())
    }

    fn read(&self, path: &str) -> Outcome {
        match path {
            "/sys/kernel/kexec_loaded" if self.kernel_is_loaded => Outcome::Bytes(b"1\n".to_vec()),
            "/sys/kernel/kexec_loaded" => Outcome::Bytes(b"0\n".to_vec()),
            "/etc/inittab" => Outcome::Bytes(self.inittab.as_bytes().to_vec()),
            "/proc/self/mountinfo" if self.has_proc => {
                let lines = self.mounts.iter().map(|mount| {
                    let mode = if mount.is_read_only { "ro" } else { "rw" };
                    format!(
                        "{} {} 8:{} / {} {mode} - ext4 /dev/d{} {mode}\n",
                        mount.id, mount.parent, mount.id, mount.target, mount.id
                    )
                });
                Outcome::Bytes(lines.collect::<String>().into_bytes())
            }
            "/proc/swaps" | "/proc/cmdline" if self.has_proc => Outcome::Bytes(Vec::new()),
            _ => Outcome::Failed(Errno::ENOENT),
        }
    }

    fn become_last_stage(&mut self, arguments: &[Vec<u8>]) -> Option<Outcome> {
        let arguments = arguments.iter().skip(1).cloned().collect();
        self.brain = Brain::new(Birth { arguments, environment: Vec::new() });
        self.helpers.clear();
        self.watched.clear();
        self.events = VecDeque::from([Event::Start]);
        if self.processes.is_empty() {
            self.events.push_front(Event::NoChildren);
        }
        None
    }

    fn signal(&mut self, whom: Whom, signal: u8) -> Outcome {
        self.report.signals_sent += 1;
        let now_ms = self.now_ms;
        let everyone = whom == Whom::Everyone;
        let mut born = 0;
        for (pid, process) in &mut self.processes {
            if !everyone && whom != Whom::Process(*pid) && whom != Whom::Group(*pid) {
                continue;
            }
            self.report.spared_was_signalled |= process.manner == Manner::Spared;
            // Its parent, if it gets TERM too, ends and leaves it to the kernel's HUP.
            let is_hung_up = signal == number::TERM && process.is_stopped;
            let is_done = process.ends_at_ms.is_some_and(|at| at <= now_ms);
            if (signal == number::KILL || is_hung_up)
                && process.deserves_its_chance(5_000)
                && !is_done
                && !self.has_faults
            {
                self.report.killed_too_early.push(*pid);
            }
            born += usize::from(process.take(signal, now_ms, &mut self.chance));
        }
        for _ in 0..born {
            let child =
                FakeProcess { forks: false, ..FakeProcess::new(Manner::Dies, &mut self.chance) };
            self.add_process(child);
        }
        Outcome::Done
    }
}
