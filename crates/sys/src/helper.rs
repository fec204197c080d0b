//! Helpers: forked children that make one blocking call each and tell how it went through a pipe.

use crate::executor::Executor;
use crate::poll::{Poll, Registration};
use crate::protocol::Received;
use crate::work::work;
use crate::{Result, errno, raw};
use rekindle_core::op::{Op, OpId, Outcome};
use rekindle_core::signal::number;
use rustix::pipe::PipeFlags;

/// A helper at work.
#[derive(Debug)]
pub struct Helper {
    /// The op that it carries out.
    pub id: OpId,
    /// When it is given up, on CLOCK_MONOTONIC.
    pub deadline_ms: u64,
    /// Its process id.
    pub pid: u32,
    pipe: Registration,
    received: Received,
}

impl Helper {
    /// Forks a helper for `op`, whose pipe `poll` waits on from then on.
    ///
    /// # Errors
    /// Those of pipe2(2), epoll_ctl(2) and fork(2).
    pub fn start(
        executor: &mut Executor,
        poll: &Poll,
        id: OpId,
        op: &Op,
        deadline_ms: u64,
    ) -> Result<Self> {
        // Only the reading end must not block: a helper waits until PID 1 has taken its bytes.
        let (pipe, writer) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC).map_err(errno)?;
        rustix::fs::fcntl_setfl(&pipe, rustix::fs::OFlags::NONBLOCK).map_err(errno)?;
        let pipe = poll.register_helper(id, pipe)?;
        match raw::fork()? {
            Some(pid) => Ok(Self { id, deadline_ms, pid, pipe, received: Received::default() }),
            None => work(executor, op, &writer),
        }
    }

    /// Takes what has come. Returns the outcome once the helper is done.
    pub fn receive(&mut self) -> Option<Outcome> {
        let mut chunk = [0; 4096];
        loop {
            match rustix::io::read(&self.pipe, &mut chunk) {
                Ok(0) => return Some(self.received.end()),
                Ok(count) => {
                    if !self.received.take(chunk.get(..count).unwrap_or_default()) {
                        return Some(self.give_up());
                    }
                }
                Err(rustix::io::Errno::AGAIN) => return None,
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => {
                    return Some(self.received.cut_off(Outcome::Failed(errno(error))));
                }
            }
        }
    }

    /// Kills it and forgets it; what it has seen so far still counts. One that is stuck in the kernel
    /// stays there until its call returns.
    pub fn give_up(&mut self) -> Outcome {
        if let Ok(pid) = i32::try_from(self.pid) {
            let _ = raw::kill(pid, number::KILL);
        }
        self.received.cut_off(Outcome::TimedOut)
    }
}
