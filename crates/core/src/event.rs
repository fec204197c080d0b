//! What the world tells the machine of states, and what that answers.

use crate::control::Peer;
use crate::errno::Errno;
use crate::op::{How, Op, OpId, Outcome};
use crate::request::Origin;
use alloc::string::String;
use alloc::vec::Vec;

/// How a child ended (waitid(2)).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// By exit(2), with this status.
    Exited(u8),
    /// By this signal.
    Killed(u8),
}

impl core::fmt::Display for ExitStatus {
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
    /// A helper was forked for an op. It is known by this number from then on, and by nothing else.
    HelperStarted {
        /// The op.
        id: OpId,
        /// The helper's process id.
        pid: u32,
    },
    /// No helper could be had for an op (fork(2)), which comes back.
    NoHelper {
        /// Which.
        id: OpId,
        /// What was to be done.
        op: Op,
        /// Why not.
        errno: Errno,
    },
    /// An op came to its end.
    Finished {
        /// Which.
        id: OpId,
        /// How.
        outcome: Outcome,
    },
    /// Bytes came out of sysvinit's FIFO.
    Initctl(Vec<u8>),
    /// Something happened at the control socket.
    Control(ControlEvent),
    /// A signal arrived, with what the kernel tells of its sender: process and user.
    Signal(Origin),
    /// A child, or an orphan, ended and was reaped.
    ChildEnded {
        /// Its process id.
        pid: u32,
        /// How it ended.
        status: ExitStatus,
    },
    /// PID 1 has no child (waitid(2) ECHILD). Others may live in its PID namespace all the same: those
    /// that entered it from outside (setns(2)), and programs that the kernel starts.
    NoChildren,
    /// A process that was watched ended.
    Gone {
        /// Its process id.
        pid: u32,
    },
    /// The deadline was reached.
    Tick,
}

/// Something that happened at the control socket. A client's number is never used again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ControlEvent {
    /// Somebody has connected.
    Connected {
        /// The client's number.
        client: u32,
        /// Who it is.
        peer: Peer,
    },
    /// A client has sent a frame.
    Frame {
        /// Which.
        client: u32,
        /// All of the frame; nothing if it was longer than one may be.
        bytes: Vec<u8>,
        /// How many descriptors came with it.
        descriptors: u8,
    },
    /// A client is gone.
    Closed {
        /// Which.
        client: u32,
    },
    /// The path may lead elsewhere: something was mounted, or removed from its directory.
    MayBeGone,
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
    /// Carry an op out and report [`Event::Finished`], or [`Event::NoHelper`].
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
    /// Watch it no longer.
    Unwatch {
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
