//! Looks.

use alloc::vec::Vec;

/// A look at something. Only the marked ones may touch what another process can block: they are for
/// helpers alone, and the bytes that came before a deadline still count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadOp {
    /// Ask whether a file system is mounted on `path`. Answers [`super::Outcome::Answer`].
    IsMountPoint {
        /// An absolute path.
        path: &'static str,
    },
    /// Ask whether standard input is a virtual terminal. Answers [`super::Outcome::Answer`].
    IsVirtualTerminal,
    /// Read a small file. Answers [`super::Outcome::Read`], not complete if it holds more.
    File {
        /// An absolute path.
        path: &'static str,
        /// Read no more than this.
        most_bytes: usize,
    },
    /// Read a small file and remove it. Answers [`super::Outcome::Read`].
    TakeFile {
        /// An absolute path.
        path: &'static str,
        /// Read no more than this.
        most_bytes: usize,
    },
    /// Read what the configuration is made of: the kernel's line, its files and /etc/group, as far as they are
    /// there. Answers [`super::Outcome::Read`] with what [`crate::configuration::encode_file`] writes of each.
    Configuration,
    /// Read the link that names PID 1's own PID namespace (namespaces(7), /proc/PID/ns/pid).
    /// Answers [`super::Outcome::Read`].
    OwnPidNamespace,
    /// List the processes with their users, out of the directory /proc alone: no file of theirs is
    /// opened. Answers [`super::Outcome::Read`] for [`crate::proc::owners::decode_owners`].
    ProcessOwners,
    /// For a helper: who a process is that has sent a signal. Answers [`super::Outcome::Read`] for
    /// [`crate::request::Sender::decode`].
    Sender {
        /// Its process id.
        pid: u32,
    },
    /// For a helper: the processes. Answers [`super::Outcome::Read`] for
    /// [`crate::proc::census::decode_census`].
    Census(CensusOp),
}

/// Whom a census looks at, and how closely.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CensusOp {
    /// Everybody: first all of /proc/PID/status, then what may block, a batch at a time.
    Everyone,
    /// These alone, and only what may block, each told as soon as it is known: who is missing at the
    /// deadline is what blocked, and those behind it.
    Closer {
        /// In this order.
        pids: Vec<u32>,
    },
}
