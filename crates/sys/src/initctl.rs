//! sysvinit's FIFO.

use crate::{Result, errno};
use alloc::vec::Vec;
use rekindle_core::errno::Errno;
use rekindle_core::initctl::{FIFO_PATH, OLD_FIFO_PATH};
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, FileType, Mode, OFlags};

/// Makes the FIFO unless it is there, and opens it. Open for writing too, it never comes to an
/// end when a writer leaves (fifo(7)). Only root may write (sysvinit src/init.c).
pub(crate) fn open() -> Result<OwnedFd> {
    match rustix::fs::mknodat(CWD, FIFO_PATH, FileType::Fifo, Mode::from(0o600), 0) {
        Ok(()) | Err(rustix::io::Errno::EXIST) => {}
        Err(error) => return Err(errno(error)),
    }
    // A link that is there already, or can't be made, changes nothing for programs of today.
    let _ = rustix::fs::symlink(FIFO_PATH, OLD_FIFO_PATH);
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let fifo = rustix::fs::open(FIFO_PATH, flags, Mode::empty()).map_err(errno)?;
    let status = rustix::fs::fstat(&fifo).map_err(errno)?;
    if FileType::from_raw_mode(status.st_mode) != FileType::Fifo {
        return Err(Errno::EEXIST);
    }
    Ok(fifo)
}

/// Takes what has arrived, a few requests at the most.
pub(crate) fn read(fifo: impl AsFd) -> Vec<u8> {
    let mut chunk = [0; 4096];
    let count = rustix::io::read(fifo, &mut chunk).unwrap_or(0);
    chunk.get(..count).unwrap_or_default().to_vec()
}

/// How long nobody may read from the FIFO before a request fails: a PID 1 that executes its program
/// again has it closed meanwhile. sysvinit's clients give it as long (src/init.c, `telinit`).
const READER_TRIES: u32 = 60;
const READER_RETRY_MS: u64 = 50;

/// Writes one request.
///
/// # Errors
/// ENOENT without a FIFO; ENXIO if nobody reads from it (fifo(7)); EAGAIN if it is full.
pub fn write_request(request: &[u8]) -> Result<()> {
    let mut fifo = open_for_writing();
    for _ in 0..READER_TRIES {
        if fifo.as_ref().err() != Some(&Errno::ENXIO) {
            break;
        }
        crate::client::wait_ms(READER_RETRY_MS);
        fifo = open_for_writing();
    }
    crate::files::write_all(&fifo?, request)
}

fn open_for_writing() -> Result<OwnedFd> {
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fifo = rustix::fs::open(FIFO_PATH, flags, Mode::empty())
        .or_else(|error| match error {
            rustix::io::Errno::NOENT => rustix::fs::open(OLD_FIFO_PATH, flags, Mode::empty()),
            other => Err(other),
        })
        .map_err(errno)?;
    let status = rustix::fs::fstat(&fifo).map_err(errno)?;
    if FileType::from_raw_mode(status.st_mode) != FileType::Fifo {
        return Err(Errno::ENOENT);
    }
    Ok(fifo)
}
