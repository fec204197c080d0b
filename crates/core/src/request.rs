//! A request to end the machine's run: what, how urgent, and who asked.

use crate::action::Action;
use crate::text::Shown;
use alloc::vec::Vec;
use core::fmt;

/// How much a request may wait for others. Later ones are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Urgency {
    /// Scripts run, processes get their grace, every disk gets its time.
    Orderly,
    /// Scripts and grace are over; disks still get their time.
    Hurried,
    /// Seconds for all of it: kill, make the disks clean where that is quick, go.
    AtOnce,
}

impl Urgency {
    const ALL: [Self; 3] = [Self::Orderly, Self::Hurried, Self::AtOnce];

    /// The name in records and arguments.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Orderly => "orderly",
            Self::Hurried => "hurried",
            Self::AtOnce => "at-once",
        }
    }

    /// The urgency called `name`.
    #[must_use]
    pub fn parse_name(name: &[u8]) -> Option<Self> {
        Self::ALL.into_iter().find(|urgency| urgency.name().as_bytes() == name)
    }

    /// The next step up, for somebody who asks a second time.
    #[must_use]
    pub const fn escalated(self) -> Self {
        match self {
            Self::Orderly => Self::Hurried,
            Self::Hurried | Self::AtOnce => Self::AtOnce,
        }
    }
}

/// Who asked: the sender that the kernel names for a signal (signalfd(2) `ssi_pid`, `ssi_uid`).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Origin {
    /// The signal that carried the request.
    pub signal: u8,
    /// The sender's process id; 0 is the kernel (Ctrl-Alt-Del) or a process of another namespace.
    pub pid: u32,
    /// The sender's real user id.
    pub uid: u32,
    /// The sender's session (setsid(2)), 0 if it was no longer there to be read.
    pub session: u32,
    /// The sender's command name, if it was still there to be read; the FIFO's for a request that
    /// came through it.
    pub comm: Vec<u8>,
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.pid, self.comm.as_slice()) {
            (0, b"") => write!(out, "the kernel (signal {})", self.signal),
            (0, comm) => write!(out, "a request on /run/{}", Shown(comm)),
            (pid, b"") => write!(out, "process {pid} (uid {}, signal {})", self.uid, self.signal),
            (pid, comm) => {
                write!(out, "{}[{pid}] (uid {}, signal {})", Shown(comm), self.uid, self.signal)
            }
        }
    }
}

/// A request that was understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What to do in the end.
    pub action: Action,
    /// How much it may wait for.
    pub urgency: Urgency,
    /// Who asked.
    pub origin: Origin,
}
