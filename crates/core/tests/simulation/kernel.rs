//! The kernel of a simulated machine: carries ops out.

use crate::host::Performed;
use crate::machine::Machine;
use crate::process::{FakeProcess, Manner};
use rekindle_core::errno::Errno;
use rekindle_core::event::Event;
use rekindle_core::op::{
    Become, CensusOp, KernelOp, Op, Outcome, ProcessOp, Program, Read, ReadOp, SelfCopyOp,
    StorageOp, Whom,
};
use rekindle_core::pid1::{Pid1, StartArguments};
use rekindle_core::proc::census::encode_end_of_list;
use rekindle_core::proc::owners::{Owner, encode_owners};
use rekindle_core::proc::process::Process;
use rekindle_core::request::Sender;
use rekindle_core::signal::number;
use std::collections::VecDeque;

fn read(bytes: Vec<u8>) -> Outcome {
    Outcome::Read(Read::whole(bytes))
}

impl Machine {
    /// `None` when nobody is left to hear the outcome.
    pub(crate) fn perform(&mut self, op: &Op) -> Option<Outcome> {
        if !is_way_into_last_stage(op) {
            self.report.performed.push(op.clone());
        }
        match self.perform_on_host(op) {
            Performed::Told(outcome) => Some(outcome),
            Performed::Ended => None,
            Performed::NotHere => self.perform_anywhere(op),
        }
    }

    fn perform_anywhere(&mut self, op: &Op) -> Option<Outcome> {
        Some(match op {
            Op::Read(op) => self.look(op),
            Op::Process(op) => return self.perform_on_process(op),
            Op::Storage(StorageOp::Unmount { target }) => self.unmount(target),
            Op::Storage(StorageOp::RemountReadOnly { target }) => self.remount(target),
            Op::Kernel(KernelOp::Reboot(_) | KernelOp::SysRq(_) | KernelOp::ResetHardware) => {
                return self.end_by(op);
            }
            Op::SelfCopy(SelfCopyOp::Create(_) | SelfCopyOp::Fill(_))
                if self.has_no_self_copy || self.has_faults && self.chance.percent(30) =>
            {
                Outcome::Failed(Errno::ENOSPC)
            }
            Op::Console(_)
            | Op::Storage(_)
            | Op::SelfCopy(_)
            | Op::Initctl(_)
            | Op::Record(_)
            | Op::MountApi(_)
            | Op::CtrlAltDel { .. } => Outcome::Done,
        })
    }

    fn perform_on_process(&mut self, op: &ProcessOp) -> Option<Outcome> {
        Some(match op {
            ProcessOp::Spawn(child) if self.has_programs => {
                let process =
                    FakeProcess::started(child, self.has_faults, self.now_ms, &mut self.chance);
                self.add_process(process);
                Outcome::Started(self.next_pid - 1)
            }
            ProcessOp::Spawn(_) => Outcome::Failed(Errno::ENOENT),
            ProcessOp::Signal { whom, signal } => self.signal(*whom, *signal),
            ProcessOp::AskSuccessor { .. } => Outcome::Done,
            ProcessOp::Become(becoming) => match becoming.as_ref() {
                Become { program: Program::Prepared(_), .. } => {
                    return self.become_last_stage(becoming);
                }
                Become { program: Program::Paths(_), .. } => Outcome::Failed(Errno::ENOENT),
            },
            ProcessOp::SpawnCommand(_) | ProcessOp::Exit { .. } => {
                unreachable!("performed by the host")
            }
        })
    }

    fn look(&mut self, op: &ReadOp) -> Outcome {
        match op {
            ReadOp::IsMountPoint { .. } | ReadOp::IsVirtualTerminal => Outcome::Answer(true),
            ReadOp::File { path, .. } | ReadOp::TakeFile { path, .. } => self.read_file(path),
            ReadOp::Sender { .. } => read(Sender { comm: b"test".to_vec(), session: 7 }.encode()),
            ReadOp::Census(_) | ReadOp::ProcessOwners if !self.has_proc => {
                Outcome::Failed(Errno::ENOENT)
            }
            ReadOp::Census(CensusOp::Everyone) => self.census(),
            ReadOp::Census(CensusOp::Closer { pids }) => self.look_closer(pids),
            ReadOp::ProcessOwners => {
                let owner = |(pid, process): (&u32, &FakeProcess)| Owner {
                    pid: *pid,
                    uid: if process.is_of_root { 0 } else { 1000 },
                };
                read(encode_owners(&self.processes.iter().map(owner).collect::<Vec<_>>()))
            }
            ReadOp::OwnPidNamespace => unreachable!("performed by the host"),
        }
    }

    /// Everybody with what status shows, then the closer looks; the first that blocks is the last.
    fn census(&self) -> Outcome {
        let helpers = self.helpers.iter().map(|helper| self.look_at_helper(helper.pid));
        let processes = self.processes.iter().map(|(pid, process)| process.look(*pid));
        let mut all: Vec<Process> = processes.chain(helpers).collect();
        all.sort_by_key(|process| process.pid);
        let mut bytes: Vec<u8> = all.iter().flat_map(Process::encode).collect();
        bytes.extend(encode_end_of_list());
        let closer: Vec<u32> = all
            .iter()
            .filter(|one| one.is_endable() && one.needs_closer_look())
            .map(|one| one.pid)
            .collect();
        self.tell_closer(bytes, &closer)
    }

    fn look_closer(&self, pids: &[u32]) -> Outcome {
        self.tell_closer(Vec::new(), pids)
    }

    fn tell_closer(&self, mut bytes: Vec<u8>, pids: &[u32]) -> Outcome {
        for pid in pids {
            match self.processes.get(pid) {
                Some(process) if process.blocks_look => {
                    return Outcome::Read(Read { bytes, complete: false });
                }
                Some(process) => bytes.extend(process.look_closer(*pid).encode()),
                None => bytes.extend(self.look_at_helper(*pid).encode()),
            }
        }
        read(bytes)
    }

    fn look_at_helper(&self, pid: u32) -> Process {
        let comm = b"init-helper".to_vec();
        Process { pid, parent: 1, state: b'S', is_of_root: true, comm, ..Process::default() }
    }

    fn read_file(&self, path: &str) -> Outcome {
        match path {
            "/sys/kernel/kexec_loaded" if self.kernel_is_loaded => read(b"1\n".to_vec()),
            "/sys/kernel/kexec_loaded" => read(b"0\n".to_vec()),
            "/etc/inittab" => read(self.inittab.as_bytes().to_vec()),
            "/proc/self/mountinfo" if self.has_proc => {
                let lines = self.mounts.iter().map(|mount| {
                    let mode = if mount.is_read_only { "ro" } else { "rw" };
                    format!(
                        "{} {} 8:{} / {} {mode} - ext4 /dev/d{} {mode}\n",
                        mount.id, mount.parent, mount.id, mount.target, mount.id
                    )
                });
                read(lines.collect::<String>().into_bytes())
            }
            "/proc/swaps" | "/proc/cmdline" if self.has_proc => read(Vec::new()),
            _ => Outcome::Failed(Errno::ENOENT),
        }
    }

    /// PID 1 goes on as what it becomes; its helpers are its children still.
    fn become_last_stage(&mut self, becoming: &Become) -> Option<Outcome> {
        if self.has_faults && self.chance.percent(10) {
            return Some(Outcome::Failed(Errno::ENOMEM));
        }
        let arguments = becoming.arguments.iter().skip(1).cloned().collect();
        let handed_over = becoming.handed_over.clone();
        self.pid1 =
            Pid1::new(StartArguments { arguments, handed_over, ..StartArguments::default() });
        self.helpers.clear();
        self.watched.clear();
        self.events = VecDeque::from([Event::Start]);
        if self.processes.values().all(|process| !process.is_child) {
            self.events.push_front(Event::NoChildren);
        }
        None
    }

    fn signal(&mut self, whom: Whom, signal: u8) -> Outcome {
        self.report.signals_sent += 1;
        let now_ms = self.now_ms;
        let everyone = matches!(whom, Whom::Everyone(_));
        let is_of_helper = |pid: &u32| self.helper_pids.contains(pid);
        if matches!(&whom, Whom::Process(pid) if is_of_helper(pid)) {
            self.report.helper_was_signalled = true;
        }
        let mut born = Vec::new();
        for (pid, process) in &mut self.processes {
            if !everyone && whom != Whom::Process(*pid) && whom != Whom::Group(*pid) {
                continue;
            }
            if process.manner == Manner::Spared {
                self.report.spared_was_signalled = true;
                self.report
                    .log
                    .push_str(&format!("{now_ms:>7} ! {pid} is spared: {whom:?} {signal}\n"));
            }
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
            if process.take(signal, now_ms, &mut self.chance) {
                born.push(process.is_of_root);
            }
        }
        for is_of_root in born {
            let child = FakeProcess::new(Manner::Dies, &mut self.chance);
            self.add_process(FakeProcess { forks: false, is_of_root, ..child });
        }
        Outcome::Done
    }
}

fn is_way_into_last_stage(op: &Op) -> bool {
    matches!(op, Op::SelfCopy(_) | Op::Process(ProcessOp::Become(_)))
}
