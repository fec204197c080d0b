//! What the world tells the brain, and what the brain answers.

use crate::op::{How, Op, OpId, Outcome};
use crate::request::Origin;
use alloc::string::String;
use alloc::vec::Vec;

/// How a child ended (waitid(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// By exit(2), with this status.
    Exited(u8),
    /// By this signal.
    Killed(u8),
}

impl core::fmt::Display for Ending {
    fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Exited(status) => write!(out, "exited with {status}"),
            Self::Killed(signal) => write!(out, "killed by signal {signal}"),
        }
    }
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// PID 1 began (or began anew as its last stage).
    Start,
    /// An op came to its end.
    Finished {
        /// Which.
        id: OpId,
        /// How.
        outcome: Outcome,
    },
    /// Bytes came out of sysvinit's FIFO.
    Control(Vec<u8>),
    /// A signal arrived.
    Signal(Origin),
    /// A child, or an orphan, ended and was reaped.
    ChildEnded {
        /// Its process id.
        pid: u32,
        /// How it ended.
        ending: Ending,
    },
    /// PID 1 has no child left (waitid(2) ECHILD), so no other process of its namespace lives.
    NoChildren,
    /// A process that was watched ended.
    Gone {
        /// Its process id.
        pid: u32,
    },
    /// The brain's deadline was reached.
    Tick,
}

/// How much a line matters; the numbers are syslog's severities (RFC 5424 table 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something failed.
    Error = 3,
    /// Something is wrong, and the machine goes on.
    Warning = 4,
    /// Worth a line.
    Info = 6,
}

/// Something to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Carry an op out and report [`Event::Finished`].
    Run {
        /// Its name.
        id: OpId,
        /// What to do.
        op: Op,
        /// By whom.
        how: How,
    },
    /// Report [`Event::Gone`] when this process ends, also when it is nobody's child.
    Watch {
        /// Its process id.
        pid: u32,
    },
    /// Say a line on the console and in the kernel log.
    Say {
        /// How much it matters.
        severity: Severity,
        /// The line, without the program's name and without a line end.
        text: String,
    },
}
