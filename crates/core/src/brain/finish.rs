//! The last calls: sync, reboot(2), and what is tried when that does not end it.

use super::last::Phase;
use super::{Brain, Purpose, Stage};
use crate::action::Action;
use crate::child::{Terminal, plan_command, plan_paths};
use crate::errno::Errno;
use crate::event::Severity;
use crate::inittab::EntryAction;
use crate::op::{How, KernelEnd, Op, Outcome, Program};
use crate::time::{Moment, Seconds};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// What a write to /proc/sysrq-trigger may take.
const SYSRQ_MS: u64 = 3_000;

/// What the ways past the kernel may take: as long as a ladder may last at most (restart-ladder,
/// MAX_MICROSECONDS).
const HARDWARE_MS: u64 = 5_000;

/// How long before everything is tried again when nothing ended the machine.
const AGAIN_MS: u64 = 10_000;

/// What an outcome is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    Synced,
    KernelEnded,
    SysRqGiven,
    HardwareReset,
    BecameProgram,
}

/// How far the end of the end has come.
#[derive(Clone, Debug, Default)]
pub(super) struct Finish {
    again_at: Option<Moment>,
}

impl Brain {
    pub(super) fn begin_finish(&mut self) {
        self.set_phase(Phase::Finishing(Finish::default()));
        if self.is_contained() {
            return self.synced(&Outcome::Done);
        }
        let how = How::Helper { deadline_ms: self.within_total(self.settings.sync_ms) };
        self.run(Op::Sync, how, Purpose::Finish(For::Synced));
    }

    #[inline(never)]
    pub(super) fn finish_finished(&mut self, purpose: For, outcome: &Outcome) {
        match purpose {
            For::Synced => self.synced(outcome),
            For::KernelEnded => self.kernel_did_not_end(outcome),
            For::BecameProgram => self.program_failed(outcome),
            For::SysRqGiven => self.sysrq_did_not_end(),
            For::HardwareReset => self.hardware_did_not_end(outcome),
        }
    }

    fn synced(&mut self, outcome: &Outcome) {
        if let Some(errno) = outcome.error() {
            self.say(Severity::Error, format!("can't write all data back: {errno}; going on"));
        }
        match self.action() {
            Action::SoftReboot | Action::Restart => self.become_program(),
            Action::Halt | Action::PowerOff | Action::Reboot | Action::Kexec => self.end_kernel(),
        }
    }

    pub(super) fn action(&self) -> Action {
        self.end.as_ref().map_or(Action::Reboot, |end| end.request.action)
    }

    fn kernel_call(&self) -> KernelEnd {
        match self.action() {
            Action::Halt => KernelEnd::Halt,
            Action::PowerOff => KernelEnd::PowerOff,
            Action::Kexec => KernelEnd::Kexec,
            Action::Reboot | Action::SoftReboot | Action::Restart => KernelEnd::Restart,
        }
    }

    fn end_kernel(&mut self) {
        let took_ms = self.end.as_ref().map_or(0, |end| self.now.since_ms(end.requested));
        self.say(
            Severity::Info,
            format!("{} now, {} after the request", self.action(), Seconds(took_ms)),
        );
        if self.is_contained() {
            // Nothing here can hang: the kernel kills the namespace (kernel/pid_namespace.c).
            let op = Op::KernelEnd(self.kernel_call());
            return self.run(op, How::Inline, Purpose::Finish(For::KernelEnded));
        }
        // From here on the keys reset the machine even if nothing else does (reboot(2), CAD_ON).
        self.run_and_forget(Op::CtrlAltDel { resets: true }, How::Inline);
        let how = How::Helper { deadline_ms: self.settings.reboot_ms };
        self.run(Op::KernelEnd(self.kernel_call()), how, Purpose::Finish(For::KernelEnded));
    }

    /// reboot(2) came back, or hangs: a kexec becomes a reboot, a reboot goes to the kernel's
    /// emergency handler, which neither syncs nor asks drivers.
    fn kernel_did_not_end(&mut self, outcome: &Outcome) {
        let errno = outcome.error().unwrap_or(Errno::EIO);
        let action = self.action();
        if self.is_contained() {
            self.say(Severity::Info, format!("{action} by reboot(2): {errno}; exiting instead"));
            return self.run_and_forget(Op::Exit { status: 0 }, How::Inline);
        }
        if matches!(outcome, Outcome::NoHelper(_)) {
            // There is nothing left that PID 1 could miss while it calls by itself.
            return self.run(
                Op::KernelEnd(self.kernel_call()),
                How::Inline,
                Purpose::Finish(For::KernelEnded),
            );
        }
        self.say(Severity::Error, format!("{action} failed: {errno}; trying the next way"));
        if action == Action::Kexec {
            if let Some(end) = &mut self.end {
                end.request.action = Action::Reboot;
            }
            return self.end_kernel();
        }
        let command = if action == Action::PowerOff { b'o' } else { b'b' };
        if action == Action::Halt {
            return self.try_again_later();
        }
        self.run(
            Op::SysRq(command),
            How::Helper { deadline_ms: SYSRQ_MS },
            Purpose::Finish(For::SysRqGiven),
        );
    }

    /// A reboot goes past the kernel now; no port halts a processor or switches a machine off.
    fn sysrq_did_not_end(&mut self) {
        if self.action() != Action::Reboot {
            return self.nothing_ended();
        }
        self.say(
            Severity::Error,
            String::from("sysrq does not reboot either; resetting the hardware without the kernel"),
        );
        let how = How::Helper { deadline_ms: HARDWARE_MS };
        self.run(Op::ResetHardware, how, Purpose::Finish(For::HardwareReset));
    }

    fn hardware_did_not_end(&mut self, outcome: &Outcome) {
        if matches!(outcome, Outcome::NoHelper(_)) {
            // Its waits are bounded, and PID 1 has nothing else to do.
            let purpose = Purpose::Finish(For::HardwareReset);
            return self.run(Op::ResetHardware, How::Inline, purpose);
        }
        if let Some(errno) = outcome.error() {
            self.say(Severity::Error, format!("can't reset the hardware: {errno}"));
        }
        self.nothing_ended();
    }

    fn nothing_ended(&mut self) {
        self.say(
            Severity::Error,
            format!("{} does not come about; press the reset button, or wait", self.action()),
        );
        self.try_again_later();
    }

    fn try_again_later(&mut self) {
        let again_at = Some(self.now.after_ms(AGAIN_MS));
        self.set_phase(Phase::Finishing(Finish { again_at }));
    }

    pub(super) fn finish_deadline(&self, finish: &Finish) -> Option<Moment> {
        finish.again_at
    }

    #[inline(never)]
    pub(super) fn advance_finish(&mut self) {
        let Stage::Last(last) = &mut self.stage else { return };
        let Phase::Finishing(finish) = &mut last.phase else { return };
        if finish.again_at.is_some_and(|at| at <= self.now) {
            finish.again_at = None;
            self.end_kernel();
        }
    }

    /// PID 1 hands its place to a program: inittab's `restart` entry, or a fresh init.
    fn become_program(&mut self) {
        let (command, terminal) = match self.action() {
            Action::Restart => self.restart_command(),
            Action::Halt
            | Action::PowerOff
            | Action::Reboot
            | Action::Kexec
            | Action::SoftReboot => (b"/sbin/init".to_vec(), Terminal::Inherited),
        };
        let plan = plan_command(&command);
        let (programs, arguments) = plan.map_or_else(
            || (plan_paths(b"init"), Vec::from([b"init".to_vec()])),
            |plan| (plan.programs, plan.arguments),
        );
        let op = Op::Become {
            program: Program::Paths(programs),
            arguments,
            environment: self.environment.clone(),
            terminal: Some(terminal),
            takes_terminal: command.starts_with(b"-"),
        };
        // The successor decides about the keys anew, as after a boot.
        self.run_and_forget(Op::CtrlAltDel { resets: true }, How::Inline);
        self.run(op, How::Inline, Purpose::Finish(For::BecameProgram));
    }

    pub(super) fn restart_command(&self) -> (Vec<u8>, Terminal) {
        let is_restart =
            |slot: &&super::Slot| slot.entry.action == EntryAction::Restart && !slot.is_removed;
        self.slots.iter().find(is_restart).map_or((Vec::new(), Terminal::Inherited), |slot| {
            (slot.entry.command.clone(), Terminal::of_id(&slot.entry.id))
        })
    }

    /// Nothing runs any more and the successor can't either: end the machine properly instead.
    fn program_failed(&mut self, outcome: &Outcome) {
        let errno = outcome.error().unwrap_or(Errno::ENOENT);
        self.say(
            Severity::Error,
            format!("can't execute the next init: {errno}; rebooting instead"),
        );
        if let Some(end) = &mut self.end {
            end.request.action = Action::Reboot;
        }
        self.begin_storage();
    }
}
