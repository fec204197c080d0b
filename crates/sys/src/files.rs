//! Small files, whole.

use crate::{Result, errno};
use alloc::vec::Vec;
use core::ffi::CStr;
use rekindle_core::errno::Errno;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, OFlags};

/// How much one read(2) asks for.
const CHUNK_BYTES: usize = 4096;

/// Reads `path`, up to `most_bytes`: open(2), read(2).
///
/// # Errors
/// Those of open(2) and read(2); EFBIG if it holds more.
pub fn read_file(path: &[u8], most_bytes: usize) -> Result<Vec<u8>> {
    let file = open_to_read(path)?;
    read_all(&file, most_bytes)
}

/// Reads `path` and removes it: open(2), read(2), unlink(2).
pub(crate) fn take_file(path: &str, most_bytes: usize) -> Result<Vec<u8>> {
    let bytes = read_file(path.as_bytes(), most_bytes)?;
    rustix::fs::unlink(path).map_err(errno)?;
    Ok(bytes)
}

pub(crate) fn open_to_read(path: &[u8]) -> Result<OwnedFd> {
    // O_NONBLOCK keeps a FIFO in the file's place from blocking the open (fifo(7)).
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
    rustix::fs::open(path, flags, Mode::empty()).map_err(errno)
}

pub(crate) fn read_all(file: impl AsFd, most_bytes: usize) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut chunk = [0; CHUNK_BYTES];
    loop {
        let count = match rustix::io::read(&file, &mut chunk) {
            Ok(0) => return Ok(bytes),
            Ok(count) => count,
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(errno(error)),
        };
        bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
        if bytes.len() > most_bytes {
            return Err(Errno::EFBIG);
        }
    }
}

/// Where a symbolic link of /proc points: readlink(2). Those that name a process or a namespace
/// are short; what is longer is cut off.
///
/// # Errors
/// Those of readlink(2).
pub(crate) fn read_link(path: &CStr) -> Result<Vec<u8>> {
    let mut place = [core::mem::MaybeUninit::uninit(); 64];
    let read = rustix::fs::readlinkat_raw(rustix::fs::CWD, path, &mut place);
    read.map(|(link, _)| link.to_vec()).map_err(errno)
}

/// Writes all of `bytes`: write(2).
///
/// # Errors
/// Those of write(2); ENOSPC also when nothing is taken any more.
pub fn write_all(file: impl AsFd, bytes: &[u8]) -> Result<()> {
    let mut rest = bytes;
    while !rest.is_empty() {
        match rustix::io::write(&file, rest) {
            Ok(0) => return Err(Errno::ENOSPC),
            Ok(count) => rest = rest.get(count..).unwrap_or_default(),
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(errno(error)),
        }
    }
    Ok(())
}

/// Replaces the content of `path`, making its directory if only that is missing: the new content
/// is complete under another name before it takes the place of the old (rename(2)).
///
/// # Errors
/// Those of open(2), write(2) and rename(2).
pub fn write_file(path: &[u8], bytes: &[u8]) -> Result<()> {
    let directory = path
        .iter()
        .rposition(|byte| *byte == b'/')
        .and_then(|at| path.get(..at))
        .unwrap_or_default();
    match rustix::fs::mkdir(directory, Mode::from(0o755)) {
        Ok(()) | Err(rustix::io::Errno::EXIST) => {}
        Err(error) => return Err(errno(error)),
    }
    let new_path = [path, b".new"].concat();
    let flags =
        OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let file = rustix::fs::open(new_path.as_slice(), flags, Mode::from(0o600)).map_err(errno)?;
    let written = write_all(&file, bytes)
        .and_then(|()| rustix::fs::rename(new_path.as_slice(), path).map_err(errno));
    if written.is_err() {
        // A half-written file tells nothing; that it can't be removed either changes nothing.
        let _ = rustix::fs::unlink(new_path.as_slice());
    }
    written
}

/// The names in a directory that are numbers: the processes of /proc, the descriptors of one.
pub(crate) fn list_numbers(path: &[u8]) -> Result<Vec<u32>> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let directory = rustix::fs::open(path, flags, Mode::empty()).map_err(errno)?;
    let mut buffer = [core::mem::MaybeUninit::uninit(); CHUNK_BYTES];
    let mut entries = rustix::fs::RawDir::new(directory, &mut buffer);
    let mut numbers = Vec::new();
    while let Some(entry) = entries.next() {
        let entry = entry.map_err(errno)?;
        numbers.extend(rekindle_core::text::parse_u32(entry.file_name().to_bytes()));
    }
    Ok(numbers)
}
