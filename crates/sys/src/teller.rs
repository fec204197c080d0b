//! How a look tells what it has seen: at once, so that what blocks later takes nothing away.

use crate::Result;
use crate::files::write_all;
use crate::protocol::{encode_end, encode_part};
use alloc::vec::Vec;
use rekindle_core::op::{Outcome, Read};
use rustix::fd::OwnedFd;

/// How much is told at a time: with its frame as much as a pipe takes in one piece (pipe(7), PIPE_BUF).
const BATCH_BYTES: usize = 4080;

/// Takes what a look sees: into the pipe of a helper, else into memory.
#[derive(Debug, Default)]
pub(crate) struct Teller<'a> {
    pipe: Option<&'a OwnedFd>,
    /// What has not been told yet.
    batch: Vec<u8>,
    has_told: bool,
}

impl<'a> Teller<'a> {
    /// For a helper.
    pub(crate) fn to_pipe(pipe: &'a OwnedFd) -> Self {
        Self { pipe: Some(pipe), ..Self::default() }
    }

    /// Takes something, which is told when there is enough of it.
    pub(crate) fn take(&mut self, bytes: &[u8]) {
        if self.batch.len().saturating_add(bytes.len()) > BATCH_BYTES {
            self.flush();
        }
        self.batch.extend_from_slice(bytes);
    }

    /// Tells now what was taken.
    pub(crate) fn flush(&mut self) {
        let Some(pipe) = self.pipe.filter(|_| !self.batch.is_empty()) else { return };
        // If nobody listens any more, the helper is about to be killed.
        let _ = write_all(pipe, &encode_part(&self.batch));
        self.has_told = true;
        self.batch.clear();
    }

    /// What has come of a look that has handed in what it has seen: `result` says whether that is all.
    /// An error tells only of a look that has seen nothing.
    pub(crate) fn end_look(&mut self, result: Result<bool>) -> Outcome {
        let has_seen = self.has_told || !self.batch.is_empty();
        match result {
            Err(errno) if !has_seen => Outcome::Failed(errno),
            _ => Outcome::Read(Read {
                bytes: core::mem::take(&mut self.batch),
                complete: result.unwrap_or(false),
            }),
        }
    }

    /// Tells the outcome, which is the end.
    pub(crate) fn tell_outcome(&mut self, outcome: &Outcome) -> Result<()> {
        if let Outcome::Read(read) = outcome {
            read.bytes.chunks(BATCH_BYTES).for_each(|part| self.take(part));
        }
        self.flush();
        self.pipe.map_or(Ok(()), |pipe| write_all(pipe, &encode_end(outcome)))
    }
}
