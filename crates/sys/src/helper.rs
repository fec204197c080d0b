//! Helpers: forked children that make one blocking call each and tell how it went through a pipe.

use crate::raw;
use crate::world::World;
use crate::{Result, errno};
use alloc::vec::Vec;
use rekindle_core::errno::Errno;
use rekindle_core::op::{Op, OpId, Outcome};
use rekindle_core::signal::number;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::pipe::PipeFlags;

/// The most that is taken from a helper: a census of all processes there can be.
const MOST_BYTES: usize = 4 * 1024 * 1024;

/// A helper at work.
#[derive(Debug)]
pub struct Helper {
    /// The op that it carries out.
    pub id: OpId,
    /// When it is given up, on CLOCK_MONOTONIC.
    pub deadline_ms: u64,
    pid: u32,
    pipe: OwnedFd,
    bytes: Vec<u8>,
}

impl Helper {
    /// Forks a helper for `op`.
    ///
    /// # Errors
    /// Those of pipe2(2) and fork(2).
    pub fn start(world: &mut World, id: OpId, op: &Op, deadline_ms: u64) -> Result<Self> {
        // Only the reading end must not block: a helper waits until PID 1 has taken its bytes.
        let (pipe, writer) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC).map_err(errno)?;
        rustix::fs::fcntl_setfl(&pipe, rustix::fs::OFlags::NONBLOCK).map_err(errno)?;
        match raw::fork()? {
            Some(pid) => Ok(Self { id, deadline_ms, pid, pipe, bytes: Vec::new() }),
            None => work(world, op, &writer),
        }
    }

    /// What to wait on.
    #[must_use]
    pub fn descriptor(&self) -> BorrowedFd<'_> {
        self.pipe.as_fd()
    }

    /// Takes what has come. Returns the outcome once the helper is done.
    pub fn receive(&mut self) -> Option<Outcome> {
        let mut chunk = [0; 4096];
        loop {
            match rustix::io::read(&self.pipe, &mut chunk) {
                Ok(0) => return Some(decode(&self.bytes)),
                Ok(count) => self.bytes.extend_from_slice(chunk.get(..count).unwrap_or_default()),
                Err(rustix::io::Errno::AGAIN) => return None,
                Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Some(Outcome::Failed(errno(error))),
            }
            if self.bytes.len() > MOST_BYTES {
                self.give_up();
                return Some(Outcome::Failed(Errno::EFBIG));
            }
        }
    }

    /// Kills it and forgets it; what it has told so far of a census still counts. One that is
    /// stuck in the kernel stays there until its call returns.
    pub fn give_up(&self) -> Outcome {
        if let Ok(pid) = i32::try_from(self.pid) {
            let _ = raw::kill(pid, number::KILL);
        }
        match self.bytes.split_first() {
            Some((&TAG_CENSUS, census)) => Outcome::Bytes(census.to_vec()),
            _ => Outcome::TimedOut,
        }
    }
}

const TAG_DONE: u8 = 0;
const TAG_BYTES: u8 = 1;
const TAG_FAILED: u8 = 2;
/// Like [`TAG_BYTES`], but of use even if it was cut off.
const TAG_CENSUS: u8 = 3;

/// The helper's whole life. It can be killed, unlike PID 1.
fn work(world: &mut World, op: &Op, writer: &OwnedFd) -> ! {
    let _ = raw::unblock_all_signals();
    let _ = raw::set_name(c"init-helper");
    let result = match op {
        // A census is told as it is taken, so that a helper that gets stuck has told something.
        Op::Census { thorough } => tell_census(*thorough, writer),
        _ => crate::files::write_all(writer, &encode(&world.perform(op))),
    };
    raw::exit(u8::from(result.is_err()));
}

/// The tag comes with the first processes: a census that failed or got stuck before them must not
/// look like one that found nobody.
fn tell_census(thorough: bool, writer: &OwnedFd) -> Result<()> {
    let mut batch = Vec::from([TAG_CENSUS]);
    let mut has_told = false;
    let taken = crate::census::take_census(thorough, |process| {
        batch.extend_from_slice(&process.encode());
        if batch.len() >= 4096 {
            let _ = crate::files::write_all(writer, &batch);
            batch.clear();
            has_told = true;
        }
    });
    if let (Err(errno), false) = (taken, has_told) {
        batch = encode_error(errno);
    }
    crate::files::write_all(writer, &batch)
}

fn encode(outcome: &Outcome) -> Vec<u8> {
    match (outcome, outcome.error()) {
        (Outcome::Bytes(bytes), _) => [&[TAG_BYTES], bytes.as_slice()].concat(),
        (_, Some(errno)) => encode_error(errno),
        (_, None) => Vec::from([TAG_DONE]),
    }
}

fn encode_error(errno: Errno) -> Vec<u8> {
    let [low, high] = errno.0.to_le_bytes();
    Vec::from([TAG_FAILED, low, high])
}

/// A helper that died before it could tell anything failed with EIO.
fn decode(bytes: &[u8]) -> Outcome {
    match bytes.split_first() {
        Some((&TAG_DONE, [])) => Outcome::Done,
        Some((&(TAG_BYTES | TAG_CENSUS), rest)) => Outcome::Bytes(rest.to_vec()),
        Some((&TAG_FAILED, [low, high])) => {
            Outcome::Failed(Errno(u16::from_le_bytes([*low, *high])))
        }
        _ => Outcome::Failed(Errno::EIO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outcomes_survive_the_pipe() {
        for outcome in [
            Outcome::Done,
            Outcome::Bytes(b"abc".to_vec()),
            Outcome::Bytes(Vec::new()),
            Outcome::Failed(Errno(300)),
        ] {
            assert_eq!(decode(&encode(&outcome)), outcome);
        }
        assert_eq!(decode(&[]), Outcome::Failed(Errno::EIO));
        assert_eq!(decode(&[TAG_FAILED, 1]), Outcome::Failed(Errno::EIO));
    }
}
