//! What PID 1 can do to the world, as data; and what came of it.
//!
//! `rekindle-sys` carries each [`Op`] out in one exhaustive match a family. An op decides nothing: what
//! to try next after an [`Outcome`] is the business of the stage that asked.

mod console;
mod control;
mod kernel;
mod outcome;
mod process;
mod read;
mod storage;

pub use console::ConsoleOp;
pub use control::ControlOp;
pub use kernel::{KernelOp, RebootCommand};
pub use outcome::{Outcome, Read};
pub use process::{
    Become, HANDOVER_ARGUMENT, ProcessOp, Program, SelfCopy, SelfCopyOp, Session, Whom,
};
pub use read::{CensusOp, ReadOp};
pub use storage::{ApiMount, InitctlOp, StorageOp};

use crate::utmp::Record;
use alloc::vec::Vec;

/// Names one op that was asked for, so that its outcome finds its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OpId(pub u32);

/// How an op is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// By PID 1 itself: only for what can't wait on a disk, a network or another process.
    Inline,
    /// By a forked helper, given up after this many milliseconds.
    Helper {
        /// Milliseconds until the helper is killed and the op counts as timed out.
        deadline_ms: u64,
    },
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Op {
    /// Look at something.
    Read(ReadOp),
    /// Choose where lines and streams go.
    Console(ConsoleOp),
    /// Start, signal or become a process.
    Process(ProcessOp),
    /// Make the directory of a kernel's file system if it is missing, and mount it there.
    MountApi(ApiMount),
    /// Choose what Ctrl-Alt-Del does: reset the machine, or send PID 1 SIGINT (reboot(2), CAD_ON and
    /// CAD_OFF).
    CtrlAltDel {
        /// Whether the keys reset at once.
        resets: bool,
    },
    /// Change what is mounted, or what is on it.
    Storage(StorageOp),
    /// Prepare the copy of PID 1's program that its last stage runs from.
    SelfCopy(SelfCopyOp),
    /// Open or close sysvinit's FIFO.
    Initctl(InitctlOp),
    /// Listen on the control socket, and speak to its clients.
    Control(ControlOp),
    /// Give back the memory of code that runs at a boot, for a client or at an end; it is read again when it is
    /// needed.
    ForgetCode,
    /// Write records to utmp and wtmp, as far as these files are there (utmp(5)).
    Record(Vec<Record>),
    /// Ask the kernel, or the hardware, for the end of the machine's run.
    Kernel(KernelOp),
}
