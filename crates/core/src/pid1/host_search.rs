//! Finding out whether PID 1 runs on a machine or in a container.

use crate::context::Context;
use crate::errno::Errno;
use crate::host::{Host, is_first_pid_namespace};
use crate::op::{ConsoleOp, Op, OpId, Outcome, ReadOp};
use crate::pending::Pending;

/// What an outcome has told of the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Whether Ctrl-Alt-Del could be taken.
    ByKeys,
    /// The link that names the PID namespace.
    ByLink,
}

/// The search for what PID 1 runs on. What it finds is [`Context::host`].
#[derive(Clone, Debug, Default)]
pub(crate) struct HostSearch {
    pending: Pending<Found>,
}

impl HostSearch {
    /// PID 1 takes Ctrl-Alt-Del as SIGINT from here on (reboot(2), LINUX_REBOOT_CMD_CAD_OFF). What
    /// the kernel answers tells a machine from a container.
    pub(crate) fn begin(&mut self, context: &mut Context) {
        let op = Op::CtrlAltDel { resets: false };
        self.pending.run(context, op, Found::ByKeys);
    }

    /// Goes on by the link in /proc if the keys left it open. Says whether it has to.
    pub(crate) fn look_further(&mut self, context: &mut Context) -> bool {
        let is_open = context.host == Host::Unknown;
        if is_open {
            self.pending.run(context, Op::Read(ReadOp::OwnPidNamespace), Found::ByLink);
        }
        is_open
    }

    /// Whether an answer is outstanding.
    pub(crate) fn is_under_way(&self) -> bool {
        !self.pending.is_empty()
    }

    /// Takes an outcome in. `None` if it is not of this search, else by what the host was looked for.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<Found> {
        let reply = self.pending.complete(id)?;
        context.host = match reply {
            Found::ByKeys => host_by_keys(outcome, context.host),
            Found::ByLink => host_by_link(outcome),
        };
        if outcome.error().is_some() {
            // No machine refuses its own PID 1. A container's console and kernel log may be the host's.
            context.run_and_forget(Op::Console(ConsoleOp::SpeakOnStandardError));
        }
        Some(reply)
    }
}

fn host_by_keys(outcome: &Outcome, known: Host) -> Host {
    match outcome.error() {
        None => Host::Machine,
        // The keys are not there to be taken in any PID namespace but the first
        // (kernel/pid_namespace.c, reboot_pid_ns).
        Some(Errno::EINVAL) => Host::Container,
        // EPERM: without CAP_SYS_BOOT the kernel does not look any further.
        Some(_) => known,
    }
}

/// A link that can't be read tells nothing, and what may be a machine is treated as one.
fn host_by_link(outcome: &Outcome) -> Host {
    match outcome.whole() {
        Ok(link) if !is_first_pid_namespace(link) => Host::Container,
        Ok(_) | Err(_) => Host::Machine,
    }
}
