//! What came of an op.

use crate::errno::Errno;
use crate::look::Look;
use alloc::vec::Vec;

/// What was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Read {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Whether they are all there is: `false` if the bound or the deadline cut them off.
    pub complete: bool,
}

impl Read {
    /// All there is.
    #[must_use]
    pub fn whole(bytes: Vec<u8>) -> Self {
        Self { bytes, complete: true }
    }
}

/// What came of an op.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done.
    Done,
    /// A yes or no.
    Answer(bool),
    /// What was read.
    Read(Read),
    /// The child's process id.
    Started(u32),
    /// The child's terminal is not there.
    NoTerminal(Errno),
    /// No helper could be had for it, so it was not tried (fork(2)).
    NoHelper(Errno),
    /// It failed.
    Failed(Errno),
    /// Its helper did not finish in time and was left behind.
    TimedOut,
}

impl Outcome {
    /// What was read; EIO for an outcome that answers another question.
    #[must_use]
    pub fn look(&self) -> Look<&[u8]> {
        match self {
            Self::Read(Read { bytes, complete: true }) => Look::Known(bytes),
            Self::Read(Read { bytes, complete: false }) => Look::Partial(bytes),
            Self::Done
            | Self::Answer(_)
            | Self::Started(_)
            | Self::NoTerminal(_)
            | Self::NoHelper(_)
            | Self::Failed(_)
            | Self::TimedOut => Look::Unknown(self.error().unwrap_or(Errno::EIO)),
        }
    }

    /// The whole of what was read, or why it could not be had: EFBIG where only a part came.
    ///
    /// # Errors
    /// That reason.
    #[inline(never)]
    pub fn whole(&self) -> Result<&[u8], Errno> {
        self.look().whole()
    }

    /// The child's process id, if one was started.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        if let Self::Started(pid) = self { Some(*pid) } else { None }
    }

    /// The error, with a helper's missed deadline counted as ETIMEDOUT.
    #[must_use]
    #[inline(never)]
    pub const fn error(&self) -> Option<Errno> {
        match self {
            Self::Failed(errno) | Self::NoTerminal(errno) | Self::NoHelper(errno) => Some(*errno),
            Self::TimedOut => Some(Errno::ETIMEDOUT),
            Self::Done | Self::Answer(_) | Self::Read(_) | Self::Started(_) => None,
        }
    }
}
