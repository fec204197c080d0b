//! Small files.

use crate::path::{create, make_directory, open, rename, unlink};
use crate::{Result, errno};
use alloc::vec::Vec;
use core::ffi::CStr;
use rekindle_core::errno::Errno;
use rekindle_core::op::Read;
use rekindle_core::text::parse_u32;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, OFlags};

/// How much one read(2) asks for.
const CHUNK_BYTES: usize = 4096;

/// Reads `path`, up to `most_bytes`; if it holds more, the result is not complete: open(2), read(2).
///
/// # Errors
/// Those of open(2) and read(2).
pub fn read_file(path: &[u8], most_bytes: usize) -> Result<Read> {
    let file = open_to_read(path)?;
    read_all(&file, most_bytes)
}

/// Reads all of `path`.
///
/// # Errors
/// Those of [`read_file`]; EFBIG if it holds more than `most_bytes`.
pub fn read_whole_file(path: &[u8], most_bytes: usize) -> Result<Vec<u8>> {
    whole(read_file(path, most_bytes)?)
}

pub(crate) fn whole(read: Read) -> Result<Vec<u8>> {
    if read.complete { Ok(read.bytes) } else { Err(Errno::EFBIG) }
}

/// Reads `path` and removes it, unless it holds more: open(2), read(2), unlink(2).
pub(crate) fn take_file(path: &str, most_bytes: usize) -> Result<Read> {
    let read = read_file(path.as_bytes(), most_bytes)?;
    if read.complete {
        unlink(path.as_bytes())?;
    }
    Ok(read)
}

pub(crate) fn open_to_read(path: &[u8]) -> Result<OwnedFd> {
    // O_NONBLOCK keeps a FIFO in the file's place from blocking the open (fifo(7)).
    let flags = OFlags::RDONLY | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
    open(path, flags)
}

pub(crate) fn read_all(file: impl AsFd, most_bytes: usize) -> Result<Read> {
    let mut bytes = Vec::new();
    let mut chunk = [0; CHUNK_BYTES];
    loop {
        let count = match rustix::io::read(&file, &mut chunk) {
            Ok(0) => return Ok(Read::whole(bytes)),
            Ok(count) => count,
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(errno(error)),
        };
        bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
        if bytes.len() > most_bytes {
            bytes.truncate(most_bytes);
            return Ok(Read { bytes, complete: false });
        }
    }
}

/// Where a symbolic link of /proc points: readlink(2).
///
/// # Errors
/// Those of readlink(2); ENAMETOOLONG for a path longer than those of programs are.
pub(crate) fn read_link(path: &CStr) -> Result<Vec<u8>> {
    let mut place = [core::mem::MaybeUninit::uninit(); 256];
    match rustix::fs::readlinkat_raw(rustix::fs::CWD, path, &mut place) {
        // Cut off, or just as long as the place.
        Ok((_, [])) => Err(Errno::ENAMETOOLONG),
        Ok((link, _)) => Ok(link.to_vec()),
        Err(error) => Err(errno(error)),
    }
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
    match make_directory(directory) {
        Ok(()) | Err(Errno::EEXIST) => {}
        Err(error) => return Err(error),
    }
    let new_path = [path, b".new"].concat();
    let flags =
        OFlags::WRONLY | OFlags::CREATE | OFlags::TRUNC | OFlags::CLOEXEC | OFlags::NOFOLLOW;
    let file = create(&new_path, flags, Mode::from(0o600))?;
    let written = write_all(&file, bytes).and_then(|()| rename(&new_path, path));
    if written.is_err() {
        // A half-written file tells nothing; that it can't be removed either changes nothing.
        let _ = unlink(&new_path);
    }
    written
}

/// The names in a directory that are numbers.
#[derive(Debug, Default)]
pub(crate) struct Numbers {
    /// In the order of the directory, which in /proc ascends.
    pub(crate) numbers: Vec<u32>,
    /// Whether they are all there are.
    pub(crate) complete: bool,
}

/// Lists the processes of /proc, or the descriptors of one, up to a bound.
pub(crate) fn list_numbers(path: &[u8], most: usize) -> Result<Numbers> {
    let mut numbers = Vec::new();
    let complete = each_name(path, &mut |name| {
        let has_room = numbers.len() < most;
        if has_room {
            numbers.extend(parse_u32(name));
        }
        has_room
    })?;
    Ok(Numbers { numbers, complete })
}

/// Shows each name in a directory, for as long as more are wanted: getdents64(2). Says whether all were.
#[inline(never)]
pub(crate) fn each_name(path: &[u8], show: &mut dyn FnMut(&[u8]) -> bool) -> Result<bool> {
    let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
    let directory = open(path, flags)?;
    let mut buffer = [core::mem::MaybeUninit::uninit(); CHUNK_BYTES];
    let mut entries = rustix::fs::RawDir::new(directory, &mut buffer);
    while let Some(entry) = entries.next() {
        if !show(entry.map_err(errno)?.file_name().to_bytes()) {
            return Ok(false);
        }
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_holds_more_than_the_bound_gives_what_was_read() {
        let path = std::env::temp_dir().join(std::format!("rekindle-files-{}", std::process::id()));
        std::fs::write(&path, [b'x'; 10_000]).unwrap();
        let bytes = path.as_os_str().as_encoded_bytes();
        for (most, complete) in [(0, false), (4096, false), (9_999, false), (10_000, true)] {
            let read = read_file(bytes, most).unwrap();
            assert_eq!((read.bytes.len(), read.complete), (most, complete));
        }
        assert_eq!(read_whole_file(bytes, 9_999), Err(Errno::EFBIG));
        assert_eq!(read_whole_file(bytes, 20_000).map(|bytes| bytes.len()), Ok(10_000));
        std::fs::remove_file(&path).unwrap();
        assert_eq!(read_file(bytes, 1), Err(Errno::ENOENT));
    }

    #[test]
    fn a_list_of_numbers_says_whether_it_was_cut() {
        let all = list_numbers(b"/proc", usize::MAX).unwrap();
        assert!(all.complete && all.numbers.contains(&1) && all.numbers.is_sorted());
        let cut = list_numbers(b"/proc", 1).unwrap();
        assert_eq!((cut.numbers.len(), cut.complete), (1, false));
    }
}
