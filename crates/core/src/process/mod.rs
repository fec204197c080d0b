//! What PID 1 knows of a process, read from /proc (proc_pid_stat(5), proc_pid_status(5)).

mod census;
mod parse;

pub use census::{RECORD_BYTES, decode_census};
pub use parse::{parse_signalfd_mask, parse_stat, parse_status, parse_written_bytes};

use crate::signal::{mask_bit, number};
use alloc::vec::Vec;

/// The command name of PID 1's own helpers, which are nobody to wait for (prctl(2), PR_SET_NAME).
pub const HELPER_COMM: &[u8] = b"init-helper";

/// A process as one look at /proc shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Its process id.
    pub pid: u32,
    /// Its parent's process id.
    pub parent: u32,
    /// Its session (setsid(2)); not in a census.
    pub session: u32,
    /// Its state letter.
    pub state: u8,
    /// A thread of the kernel, which no signal ends.
    pub is_kernel_thread: bool,
    /// It has a controlling terminal.
    pub has_terminal: bool,
    /// Its argv[0] begins with `@` and it belongs to root: it serves the root's storage.
    pub is_spared: bool,
    /// It has a signalfd that reads TERM.
    pub reads_term: bool,
    /// The signals that it ignores.
    pub ignored: u64,
    /// The signals that it handles.
    pub caught: u64,
    /// The signals that its first thread blocks.
    pub blocked: u64,
    /// The signals that wait for it.
    pub pending: u64,
    /// Bytes that it has written so far, to anything.
    pub written_bytes: u64,
    /// Its command name.
    pub comm: Vec<u8>,
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
    /// Whether it can be ended by a signal and still lives.
    #[must_use]
    pub const fn is_endable(&self) -> bool {
        !self.is_kernel_thread && !matches!(self.state, b'Z' | b'X') && self.pid > 1
    }

    /// How it will take TERM, by what it has arranged now.
    #[must_use]
    pub const fn term_answer(&self) -> TermAnswer {
        let term = mask_bit(number::TERM);
        if self.ignored & term != 0 {
            TermAnswer::Ignores
        } else if self.blocked & term != 0 {
            if self.reads_term { TermAnswer::Handles } else { TermAnswer::LeavesPending }
        } else if self.caught & term != 0 {
            TermAnswer::Handles
        } else {
            TermAnswer::Dies
        }
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
