//! Where PID 1 is: on a machine, whose end is its own, or in a container, whose host has the
//! kernel, the disks and the keys.

use super::{Brain, Purpose, Stage};
use crate::errno::Errno;
use crate::event::Severity;
use crate::op::{How, Op, Outcome};
use alloc::string::String;

/// The link of the first PID namespace: its number is fixed (PROC_PID_INIT_INO, 0xEFFFFFFC, in
/// linux/proc_ns.h).
const FIRST_NAMESPACE: &[u8] = b"pid:[4026531836]";

/// Where PID 1 is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Place {
    /// Not found out, or not yet. It counts as a machine, which PID 1 must never leave.
    #[default]
    Unknown,
    /// The first PID namespace.
    Machine,
    /// Another PID namespace.
    Container,
}

/// What an outcome is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum For {
    /// Whether Ctrl-Alt-Del could be taken.
    Keys,
    /// The link that names the PID namespace.
    Namespace,
}

impl Brain {
    pub(super) fn is_contained(&self) -> bool {
        self.place == Place::Container
    }

    /// PID 1 takes Ctrl-Alt-Del as SIGINT from here on (reboot(2), LINUX_REBOOT_CMD_CAD_OFF). What
    /// the kernel answers tells a machine from a container.
    pub(super) fn find_place(&mut self) {
        self.run(Op::CtrlAltDel { resets: false }, How::Inline, Purpose::Place(For::Keys));
    }

    pub(super) fn speak_on_standard_error(&mut self) {
        self.run_and_forget(Op::SpeakOnStandardError, How::Inline);
    }

    pub(super) fn place_answered(&mut self, purpose: For, outcome: &Outcome) {
        self.place = match (purpose, outcome.error()) {
            (For::Keys, None) => Place::Machine,
            // The keys are not there to be taken in any PID namespace but the first
            // (kernel/pid_namespace.c, reboot_pid_ns).
            (For::Keys, Some(Errno::EINVAL)) => Place::Container,
            // EPERM: without CAP_SYS_BOOT the kernel does not look any further.
            (For::Keys, Some(_)) => Place::Unknown,
            (For::Namespace, _) if outcome.bytes().is_ok_and(|link| link != FIRST_NAMESPACE) => {
                Place::Container
            }
            (For::Namespace, _) => Place::Machine,
        };
        if outcome.error().is_some() {
            // No machine refuses its own PID 1. A container's console and kernel log may be the host's.
            self.speak_on_standard_error();
        }
        match (&self.stage, purpose) {
            // The link is in /proc, which may have to be mounted first.
            (Stage::Boot(_), For::Keys) => {}
            _ => self.settle_place(),
        }
    }

    /// Asks further if it is still open where PID 1 is, else goes on.
    pub(super) fn settle_place(&mut self) {
        if self.place == Place::Unknown {
            return self.run(Op::ReadNamespace, How::Inline, Purpose::Place(For::Namespace));
        }
        match self.stage {
            Stage::Boot(_) => {
                if self.is_contained() {
                    let text = "running in a container: kexec and ctrl-alt-del are its host's";
                    self.say(Severity::Info, String::from(text));
                }
                self.open_console();
            }
            Stage::Command(_) => self.start_command(),
            Stage::Serving | Stage::Ending(_) | Stage::Last(_) => {}
        }
    }
}
