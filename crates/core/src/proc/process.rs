//! A process as one look at /proc shows it, and the record in which a helper tells PID 1 of it.

use crate::errno::Errno;
use crate::host::is_first_pid_namespace;
use crate::proc::pid::Status;
use crate::signal::{mask_bit, number};
use alloc::vec::Vec;

/// A process. The first fields are of /proc/PID/status, which waits for nobody; the last ones are of
/// files that may wait for somebody else, and are `None` until a closer look has come through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Its process id.
    pub pid: u32,
    /// Its parent's process id.
    pub parent: u32,
    /// Its state letter.
    pub state: u8,
    /// No thread of it is left: it only waits to be reaped.
    pub is_dead: bool,
    /// A thread of the kernel, which no signal ends.
    pub is_kernel_thread: bool,
    /// It belongs to root.
    pub is_of_root: bool,
    /// The signals that it ignores.
    pub ignored: u64,
    /// The signals that it handles.
    pub caught: u64,
    /// The signals that its first thread blocks.
    pub blocked: u64,
    /// The signals that wait for it.
    pub pending: u64,
    /// Its command name.
    pub comm: Vec<u8>,
    /// What a closer look has told.
    pub closer: Option<Closer>,
}

/// What a closer look at a process tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Closer {
    /// Its argv[0] begins with `@` and it belongs to root: it serves the root's storage.
    pub is_spared: bool,
    /// It has a controlling terminal.
    pub has_terminal: bool,
    /// It has a signalfd that reads TERM.
    pub reads_term: bool,
    /// Bytes that it has written so far, to anything.
    pub written_bytes: u64,
}

/// How a process will take TERM.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermAnswer {
    /// It dies of it.
    Dies,
    /// It handles it, by a handler or a signalfd, and may have work to finish.
    Handles,
    /// It blocks it and nothing shows that it will ever read it.
    LeavesPending,
    /// It ignores it.
    Ignores,
}

impl Process {
    /// What /proc/PID/status shows of `pid`. A thread of the kernel is what the kernel calls one; before
    /// Linux 6.8 kthreadd and its children, where process 2 is that (`has_kthreadd`), but for the programs
    /// that the kernel starts (kernel/umh.c), which have memory.
    #[must_use]
    pub fn of_status(pid: u32, status: Status, has_kthreadd: bool) -> Self {
        let is_of_kthreadd =
            has_kthreadd && !status.has_memory && [pid, status.parent].contains(&KTHREADD);
        Self {
            pid,
            parent: status.parent,
            state: status.state,
            // The first thread counts among them until all have ended (kernel/exit.c, wait_consider_task).
            is_dead: matches!(status.state, b'Z' | b'X') && status.threads <= 1,
            is_kernel_thread: status.is_kernel_thread.unwrap_or(is_of_kthreadd),
            is_of_root: status.uid == Some(0),
            ignored: status.ignored,
            caught: status.caught,
            blocked: status.blocked,
            pending: status.pending,
            comm: status.comm,
            closer: None,
        }
    }

    /// Whether it lives and a signal can end it.
    #[must_use]
    pub const fn is_endable(&self) -> bool {
        !self.is_kernel_thread && !self.is_dead && self.pid > 1
    }

    /// Whether it is known to serve the root's storage. Who is not root's never does.
    #[must_use]
    pub const fn is_spared(&self) -> Option<bool> {
        match self.closer {
            Some(closer) => Some(closer.is_spared),
            None if !self.is_of_root => Some(false),
            None => None,
        }
    }

    /// How it will take TERM, by what it has arranged now.
    #[must_use]
    pub const fn term_answer(&self) -> TermAnswer {
        let term = mask_bit(number::TERM);
        if self.ignored & term != 0 {
            TermAnswer::Ignores
        } else if self.blocked & term != 0 {
            match self.closer {
                Some(Closer { reads_term: true, .. }) => TermAnswer::Handles,
                _ => TermAnswer::LeavesPending,
            }
        } else if self.caught & term != 0 {
            TermAnswer::Handles
        } else {
            TermAnswer::Dies
        }
    }

    /// Whether a closer look can tell more than status does.
    #[must_use]
    pub const fn needs_closer_look(&self) -> bool {
        self.is_of_root || !matches!(self.term_answer(), TermAnswer::Dies)
    }

    /// Whether it has not been looked at as closely as it is worth.
    #[must_use]
    pub const fn lacks_closer_look(&self) -> bool {
        self.closer.is_none() && self.is_endable() && self.needs_closer_look()
    }

    /// Whether it has arranged for TERM and has none waiting: it took the one it was sent.
    #[must_use]
    pub const fn is_past_term(&self) -> bool {
        (self.blocked | self.caught) & mask_bit(number::TERM) != 0 && !self.has_term_pending()
    }

    /// Whether TERM waits for it unread.
    #[must_use]
    pub const fn has_term_pending(&self) -> bool {
        self.pending & mask_bit(number::TERM) != 0
    }
}

/// The process id of the parent of the kernel's threads (init/main.c, `rest_init`).
const KTHREADD: u32 = 2;

/// Whether process 2 is that: in the first PID namespace, the only one that they are in. `own_namespace` is
/// what /proc/self/ns/pid says; a kernel without PID namespaces has no such link.
#[must_use]
pub fn has_kthreadd(own_namespace: &Result<Vec<u8>, Errno>) -> bool {
    match own_namespace {
        Ok(link) => is_first_pid_namespace(link),
        Err(errno) => *errno == Errno::ENOENT,
    }
}

/// The size of one record.
pub const RECORD_BYTES: usize = 80;
const COMM_BYTES: usize = 24;

impl Process {
    /// The record of this process: fixed in size, so that ten thousand fit where their texts would not.
    #[must_use]
    pub fn encode(&self) -> [u8; RECORD_BYTES] {
        let closer = self.closer.unwrap_or_default();
        let flags = u8::from(self.is_kernel_thread)
            | u8::from(closer.has_terminal) << 1
            | u8::from(closer.is_spared) << 2
            | u8::from(closer.reads_term) << 3
            | u8::from(self.is_dead) << 4
            | u8::from(self.is_of_root) << 5
            | u8::from(self.closer.is_some()) << 6;
        let length = self.comm.len().min(COMM_BYTES);
        let comm = self.comm.get(..length).unwrap_or_default();
        let mut record = [0; RECORD_BYTES];
        let mut put = |at: usize, bytes: &[u8]| {
            let place = record.iter_mut().skip(at);
            place.zip(bytes).for_each(|(to, from)| *to = *from);
        };
        put(0, &self.pid.to_le_bytes());
        put(4, &self.parent.to_le_bytes());
        put(8, &[self.state, flags, u8::try_from(length).unwrap_or(0)]);
        let closer_bytes = closer.written_bytes;
        let numbers = [self.ignored, self.caught, self.blocked, self.pending, closer_bytes];
        for (at, number) in (16..).step_by(8).zip(numbers) {
            put(at, &number.to_le_bytes());
        }
        put(56, comm);
        record
    }

    pub(super) fn decode(record: &[u8]) -> Option<Self> {
        // With its length known, none of its parts can be missing.
        let record: &[u8; RECORD_BYTES] = record.first_chunk()?;
        let four = |at: usize| Some(u32::from_le_bytes(*record.get(at..)?.first_chunk()?));
        let eight = |at: usize| Some(u64::from_le_bytes(*record.get(at..)?.first_chunk()?));
        let flags = *record.get(9)?;
        let length = usize::from(*record.get(10)?);
        let closer = Closer {
            has_terminal: flags & 2 != 0,
            is_spared: flags & 4 != 0,
            reads_term: flags & 8 != 0,
            written_bytes: eight(48)?,
        };
        Some(Self {
            pid: four(0)?,
            parent: four(4)?,
            state: *record.get(8)?,
            is_kernel_thread: flags & 1 != 0,
            is_dead: flags & 16 != 0,
            is_of_root: flags & 32 != 0,
            ignored: eight(16)?,
            caught: eight(24)?,
            blocked: eight(32)?,
            pending: eight(40)?,
            comm: record.get(56..)?.get(..length)?.to_vec(),
            closer: (flags & 64 != 0).then_some(closer),
        })
    }
}

#[cfg(test)]
mod tests;
