//! The final calls: sync, reboot(2), and what is tried when that does not end it; or the program that
//! PID 1 becomes when the kernel goes on.

use crate::budget::LEAST_MS;
use crate::context::Context;
use crate::errno::Errno;
use crate::event::Severity;
use crate::handover::Successor;
use crate::op::{
    Become, KernelOp, Op, OpId, Outcome, ProcessOp, Program, RebootCommand, Session, StorageOp,
};
use crate::pending::Pending;
use crate::request::Action;
use crate::time::{Moment, Seconds, earlier};
use alloc::boxed::Box;

/// What a write to /proc/sysrq-trigger may take, in milliseconds.
const SYSRQ_MS: u64 = 3_000;

/// What the ways past the kernel may take: as long as a ladder may last at most (restart-ladder,
/// MAX_MICROSECONDS).
const HARDWARE_MS: u64 = 5_000;

/// How long before everything is tried again when nothing ended the machine, in milliseconds.
const AGAIN_MS: u64 = 10_000;

/// What an outcome is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Reply {
    Synced,
    KernelEnded,
    SysRqGiven,
    HardwareReset,
    BecameProgram,
}

/// What comes after an outcome.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// It goes on here.
    Here,
    /// The successor could not be executed: the machine ends instead, and its disks come first.
    StorageAgain,
}

/// The final call.
#[derive(Clone, Debug)]
pub(super) struct FinalCall {
    action: Action,
    requested: Moment,
    successor: Option<Successor>,
    pending: Pending<Reply>,
    /// The sync that is under way gets no less than this, even when the total is over.
    sync_until: Option<Moment>,
    again_at: Option<Moment>,
}

impl FinalCall {
    /// Begins with a sync, but in a container, whose disks are its host's.
    pub(super) fn begin(
        action: Action,
        requested: Moment,
        successor: Option<Successor>,
        context: &mut Context,
    ) -> Self {
        let pending = Pending::default();
        let (sync_until, again_at) = (None, None);
        let mut call = Self { action, requested, successor, pending, sync_until, again_at };
        if context.host.is_container() {
            call.synced(&Outcome::Done, context);
        } else {
            let deadline_ms = context.budget.within_ms(context.now, context.settings.sync_ms);
            let op = Op::Storage(StorageOp::Sync);
            call.pending.insist(context, op, deadline_ms, Reply::Synced);
            call.sync_until = Some(context.now.after_ms(LEAST_MS));
        }
        call
    }

    /// Takes the outcome of an op.
    pub(super) fn finished(&mut self, id: OpId, outcome: &Outcome, context: &mut Context) -> Next {
        match self.pending.complete(id) {
            Some(Reply::Synced) if self.sync_until.is_some() => self.synced(outcome, context),
            Some(Reply::Synced) => {}
            Some(Reply::KernelEnded) => self.final_call_replied(outcome, context),
            Some(Reply::SysRqGiven) => self.sysrq_did_not_end(context),
            Some(Reply::HardwareReset) => self.hardware_did_not_end(outcome, context),
            Some(Reply::BecameProgram) => return successor_failed(outcome, context),
            None => {}
        }
        Next::Here
    }

    fn synced(&mut self, outcome: &Outcome, context: &mut Context) {
        self.sync_until = None;
        if let Some(errno) = outcome.error() {
            context.say_formatted(
                Severity::Error,
                format_args!("can't write all data back: {errno}; going on"),
            );
        }
        match self.successor.take() {
            Some(successor) if self.action.keeps_kernel() => {
                self.become_successor(successor, context)
            }
            Some(_) | None => self.end_kernel(context),
        }
    }

    fn end_kernel(&mut self, context: &mut Context) {
        let took = Seconds(context.now.since_ms(self.requested));
        context.say_formatted(
            Severity::Info,
            format_args!("{} now, {took} after the request", self.action),
        );
        if !context.host.is_container() {
            // From here on the keys reset the machine even if nothing else does (reboot(2), CAD_ON).
            context.run_and_forget(Op::CtrlAltDel { resets: true });
        }
        self.call_kernel(context.host.is_container(), context);
    }

    /// In a container nothing can hang: the kernel kills the namespace (kernel/pid_namespace.c).
    fn call_kernel(&mut self, is_inline: bool, context: &mut Context) {
        let op = Op::Kernel(KernelOp::Reboot(self.action.reboot_command()));
        if is_inline {
            return self.pending.run(context, op, Reply::KernelEnded);
        }
        self.pending.help(context, op, context.settings.reboot_ms, Reply::KernelEnded);
    }

    /// reboot(2) came back, or hangs: a kexec becomes a reboot, a reboot goes to the kernel's
    /// emergency handler, which neither syncs nor asks drivers.
    fn final_call_replied(&mut self, outcome: &Outcome, context: &mut Context) {
        let errno = outcome.error().unwrap_or(Errno::EIO);
        let action = self.action;
        if context.host.is_container() {
            context.say_formatted(
                Severity::Info,
                format_args!("{action} by reboot(2): {errno}; exiting instead"),
            );
            return context.run_and_forget(Op::Process(ProcessOp::Exit { status: 0 }));
        }
        if matches!(outcome, Outcome::NoHelper(_)) {
            // There is nothing left that PID 1 could miss while it calls by itself.
            return self.call_kernel(true, context);
        }
        context.say_formatted(
            Severity::Error,
            format_args!("{action} failed: {errno}; trying the next way"),
        );
        let hangs = matches!(outcome, Outcome::TimedOut);
        match action {
            // A call that hangs keeps the kernel's lock for such calls (kernel/reboot.c,
            // system_transition_mutex): the next would hang with it.
            Action::Kexec if hangs => {
                self.action = Action::Reboot;
                self.give_sysrq(b'b', context);
            }
            Action::Kexec => {
                self.action = Action::Reboot;
                self.end_kernel(context);
            }
            Action::Halt => self.try_again_later(context),
            Action::PowerOff => self.give_sysrq(b'o', context),
            Action::Reboot | Action::SoftReboot | Action::Restart => self.give_sysrq(b'b', context),
        }
    }

    fn give_sysrq(&mut self, command: u8, context: &mut Context) {
        let op = Op::Kernel(KernelOp::SysRq(command));
        self.pending.insist(context, op, SYSRQ_MS, Reply::SysRqGiven);
    }

    /// A reboot goes past the kernel now; no port halts a processor or switches a machine off.
    fn sysrq_did_not_end(&mut self, context: &mut Context) {
        if self.action.reboot_command() != RebootCommand::Restart {
            return self.nothing_ended(context);
        }
        let text = "sysrq does not reboot either; resetting the hardware without the kernel";
        context.say(Severity::Error, text.into());
        let op = Op::Kernel(KernelOp::ResetHardware);
        self.pending.help(context, op, HARDWARE_MS, Reply::HardwareReset);
    }

    fn hardware_did_not_end(&mut self, outcome: &Outcome, context: &mut Context) {
        if matches!(outcome, Outcome::NoHelper(_)) {
            // Its waits are bounded, and PID 1 has nothing else to do.
            let op = Op::Kernel(KernelOp::ResetHardware);
            return self.pending.run(context, op, Reply::HardwareReset);
        }
        if let Some(errno) = outcome.error() {
            context
                .say_formatted(Severity::Error, format_args!("can't reset the hardware: {errno}"));
        }
        self.nothing_ended(context);
    }

    fn nothing_ended(&mut self, context: &mut Context) {
        context.say_formatted(
            Severity::Error,
            format_args!("{} does not come about; press the reset button, or wait", self.action),
        );
        self.try_again_later(context);
    }

    fn try_again_later(&mut self, context: &Context) {
        self.again_at = Some(context.now.after_ms(AGAIN_MS));
    }

    /// When everything is tried again, or the sync is over, whatever it does.
    pub(super) fn deadline(&self, context: &Context) -> Option<Moment> {
        let sync = self.sync_until.map(|until| until.max(context.budget.deadline()));
        earlier(self.again_at, sync)
    }

    /// Tries everything again when it is time. A sync that hangs may have begun before somebody asked for
    /// an end at once.
    pub(super) fn advance(&mut self, context: &mut Context) {
        let is_over = context.budget.is_over(context.now);
        if is_over && self.sync_until.is_some_and(|until| until <= context.now) {
            self.synced(&Outcome::TimedOut, context);
        }
        if self.again_at.is_some_and(|at| at <= context.now) {
            self.again_at = None;
            self.end_kernel(context);
        }
    }

    /// PID 1 hands its place to a program: inittab's `restart` entry, or a fresh init.
    fn become_successor(&mut self, successor: Successor, context: &mut Context) {
        let Successor { programs, arguments, environment, terminal, takes_terminal } = successor;
        // The successor decides about the keys anew, as after a boot.
        context.run_and_forget(Op::CtrlAltDel { resets: true });
        let becoming = Become {
            program: Program::Paths(programs),
            arguments,
            environment,
            handed_over: None,
            session: Some(Session { terminal, takes_terminal }),
            keeps_signals: false,
            keeps_control: false,
        };
        let op = Op::Process(ProcessOp::Become(Box::new(becoming)));
        self.pending.run(context, op, Reply::BecameProgram);
    }
}

/// Nothing runs any more and the successor can't either: the machine ends properly instead.
fn successor_failed(outcome: &Outcome, context: &mut Context) -> Next {
    let errno = outcome.error().unwrap_or(Errno::ENOENT);
    context.say_formatted(
        Severity::Error,
        format_args!("can't execute the next init: {errno}; rebooting instead"),
    );
    Next::StorageAgain
}

#[cfg(test)]
mod tests;
