//! Processes: children, signals, and what PID 1 itself becomes.

use crate::child::{Child, Exec, Terminal};
use crate::spared::NobodySpared;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// Whom a signal goes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    /// Every process but PID 1 and the caller (kill(2), pid -1).
    Everyone(NobodySpared),
    /// One process.
    Process(u32),
    /// Every process of the group that this process leads.
    Group(u32),
}

/// Where a copy of PID 1's own program is kept for its last stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelfCopy {
    /// In a sealed memfd (memfd_create(2)).
    Memfd,
    /// In a file under /run.
    RunFile,
}

/// The copy of PID 1's own program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SelfCopyOp {
    /// Reserve the place for it.
    Create(SelfCopy),
    /// For a helper: copy PID 1's program into the place reserved last.
    Fill(SelfCopy),
    /// Give that place up: open for writing, a copy on a disk would keep it from being made read-only.
    Drop,
}

/// The program that PID 1 becomes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Program {
    /// The copy of itself that was prepared before.
    Prepared(SelfCopy),
    /// The first of these paths that can be executed.
    Paths(Vec<Vec<u8>>),
}

/// The session that a successor gets, as every entry does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Its standard streams.
    pub terminal: Terminal,
    /// Take standard input as the controlling terminal.
    pub takes_terminal: bool,
}

/// The argument by which PID 1 finds what was handed over to it: `handover=N`, with N the number of
/// the descriptor of a sealed memfd.
pub const HANDOVER_ARGUMENT: &[u8] = b"handover=";

/// How PID 1 becomes another program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Become {
    /// What to execute.
    pub program: Program,
    /// Its arguments, the name first.
    pub arguments: Vec<Vec<u8>>,
    /// Its environment.
    pub environment: Vec<Vec<u8>>,
    /// What it is told in a sealed memfd, whose number follows the arguments ([`HANDOVER_ARGUMENT`]).
    pub handed_over: Option<Vec<u8>>,
    /// The session of a successor; `None` for one that goes on where PID 1 was.
    pub session: Option<Session>,
    /// Leave all signals blocked: a signal that arrives meanwhile waits for the successor, where one
    /// at its default would be dropped (signal(7); kill(2), NOTES). Any other program gets the mask
    /// that the kernel gave to the first init: none blocked.
    pub keeps_signals: bool,
    /// Leave the control socket open, and the descriptors that are kept: the next version goes on with them.
    pub keeps_control: bool,
}

/// Something about processes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProcessOp {
    /// Start a child. Answers [`super::Outcome::Started`].
    Spawn(Box<Child>),
    /// Start the one command of a container, on PID 1's own standard streams and in the
    /// foreground of its terminal. Answers [`super::Outcome::Started`].
    SpawnCommand(Box<Exec>),
    /// For a helper: ask the program at `path` whether it can take over as PID 1
    /// ([`crate::takeover::CAN_TAKE_OVER`]).
    AskSuccessor {
        /// An absolute path.
        path: &'static [u8],
    },
    /// Send a signal.
    Signal {
        /// To whom.
        whom: Whom,
        /// Its number.
        signal: u8,
    },
    /// Execute another program as PID 1. Comes back only on failure.
    Become(Box<Become>),
    /// End PID 1, and with it all of its PID namespace.
    Exit {
        /// Its exit status.
        status: u8,
    },
}
