//! The kernel's file systems that user space expects to find mounted.

use crate::context::Context;
use crate::errno::Errno;
use crate::event::Severity;
use crate::host::Host;
use crate::op::{ApiMount, Op, OpId, Outcome, ReadOp};
use crate::pending::Pending;

/// Without it little can be known of processes and mounts.
pub(crate) const PROC: ApiMount =
    ApiMount { kind: "proc", target: "/proc", options: "", no_exec: true, no_devices: true };

/// All of them, in the order of need. /run holds sockets and state, never devices; it stays executable
/// for a copy of PID 1 (file-hierarchy(7) lists the same four).
const ALL: [ApiMount; 4] = [
    PROC,
    ApiMount { kind: "sysfs", target: "/sys", options: "", no_exec: true, no_devices: true },
    ApiMount {
        kind: "devtmpfs",
        target: "/dev",
        options: "mode=0755",
        no_exec: false,
        no_devices: false,
    },
    ApiMount {
        kind: "tmpfs",
        target: "/run",
        options: "mode=0755",
        no_exec: false,
        no_devices: true,
    },
];

#[derive(Clone, Copy, Debug)]
enum Reply {
    /// Whether it is there.
    IsThere(ApiMount),
    /// Whether it could be mounted.
    Mounted(ApiMount),
}

/// How far they are.
#[derive(Clone, Debug, Default)]
pub(crate) struct ApiMounts {
    pending: Pending<Reply>,
}

impl ApiMounts {
    /// Looks which of them are there.
    pub(crate) fn begin(&mut self, context: &mut Context) {
        for mount in ALL {
            let op = Op::Read(ReadOp::IsMountPoint { path: mount.target });
            self.pending.run(context, op, Reply::IsThere(mount));
        }
    }

    /// Takes an outcome in. `None` if it is not of these, else whether all are settled now.
    pub(crate) fn finished(
        &mut self,
        id: OpId,
        outcome: &Outcome,
        context: &mut Context,
    ) -> Option<bool> {
        match self.pending.complete(id)? {
            Reply::IsThere(_) if *outcome == Outcome::Answer(true) => {}
            Reply::IsThere(mount) => {
                let op = Op::MountApi(mount);
                self.pending.run(context, op, Reply::Mounted(mount));
            }
            Reply::Mounted(mount) => complain(&mount, outcome, context),
        }
        Some(self.pending.is_empty())
    }
}

fn complain(mount: &ApiMount, outcome: &Outcome, context: &mut Context) {
    let Some(errno) = outcome.error() else { return };
    // What a container may not mount is for its host to give.
    if context.host != Host::Machine && matches!(errno, Errno::EPERM | Errno::EACCES) {
        return;
    }
    let ApiMount { kind, target, .. } = mount;
    context.say_formatted(
        Severity::Warning,
        format_args!("can't mount {kind} on {target}: {errno}; going on without it"),
    );
}
