//! sysvinit's FIFO.

use crate::path::{self, c_path};
use crate::{Result, errno};
use alloc::vec::Vec;
use rekindle_core::errno::Errno;
use rekindle_core::initctl::{FIFO_PATH, OLD_FIFO_PATH};
use rekindle_core::request::asking::plan_initctl_retry;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{CWD, FileType, Mode, OFlags};

/// Makes the FIFO unless it is there, and opens it. Open for writing too, it never comes to an
/// end when a writer leaves (fifo(7)). Only root may write (sysvinit src/init.c).
pub(crate) fn open() -> Result<OwnedFd> {
    match rustix::fs::mknodat(
        CWD,
        c_path(FIFO_PATH.as_bytes())?.as_c_str(),
        FileType::Fifo,
        Mode::from(0o600),
        0,
    ) {
        Ok(()) | Err(rustix::io::Errno::EXIST) => {}
        Err(error) => return Err(errno(error)),
    }
    // A link that is there already, or can't be made, changes nothing for programs of today.
    let (path, old_path) = (c_path(FIFO_PATH.as_bytes())?, c_path(OLD_FIFO_PATH.as_bytes())?);
    let _ = rustix::fs::symlink(path.as_c_str(), old_path.as_c_str());
    let flags = OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let fifo = path::open(FIFO_PATH.as_bytes(), flags)?;
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

/// Writes one request, and waits for a reader as [`plan_initctl_retry`] says.
///
/// # Errors
/// ENOENT without a FIFO; ENXIO if nobody reads from it (fifo(7)); EAGAIN if it is full.
pub fn write_request(request: &[u8]) -> Result<()> {
    let mut retries = 0;
    loop {
        let error = match open_for_writing() {
            Ok(fifo) => return crate::files::write_all(&fifo, request),
            Err(error) => error,
        };
        let Some(wait_ms) = plan_initctl_retry(error, retries) else { return Err(error) };
        crate::sleep::wait_ms(wait_ms);
        retries = retries.saturating_add(1);
    }
}

fn open_for_writing() -> Result<OwnedFd> {
    let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
    let fifo = match path::open(FIFO_PATH.as_bytes(), flags) {
        Err(Errno::ENOENT) => path::open(OLD_FIFO_PATH.as_bytes(), flags)?,
        other => other?,
    };
    let status = rustix::fs::fstat(&fifo).map_err(errno)?;
    if FileType::from_raw_mode(status.st_mode) != FileType::Fifo {
        return Err(Errno::ENOENT);
    }
    Ok(fifo)
}
