//! What the look at the configuration's files tells: each file with its bytes, or why it has none.

use crate::errno::Errno;
use crate::text::cut;
use alloc::vec::Vec;

/// The file that is read first.
pub const FILE_PATH: &str = "/etc/rekindle.conf";

/// The folder whose files follow, in byte order of their names.
pub const FOLDER_PATH: &str = "/etc/rekindle.conf.d";

/// The most files that are read of the folder.
pub const MOST_FILES: usize = 32;

/// The most bytes that are read of all files together.
pub const MOST_BYTES: usize = 64 * 1024;

/// Whether a file of the folder counts. A name with a dot before it is an editor's.
#[must_use]
pub fn is_file_name(name: &[u8]) -> bool {
    name.ends_with(b".conf") && !name.starts_with(b".")
}

/// One file, or the folder where that can't be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileRead<'a> {
    /// Its path.
    pub path: &'a [u8],
    /// What is in it, or why that is not known: EINVAL where it is no regular file, EFBIG where it or the
    /// folder goes beyond the bounds.
    pub content: Result<&'a [u8], Errno>,
}

impl<'a> FileRead<'a> {
    /// Takes the next file out of what [`encode_file`] has written. `None` at the end, and where the rest
    /// was cut off.
    pub(super) fn take(rest: &mut &'a [u8]) -> Option<Self> {
        let (path, behind) = cut(rest, 0)?;
        let (errno, behind) = behind.split_first_chunk()?;
        let (length, behind) = behind.split_first_chunk()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (bytes, behind) = behind.split_at_checked(length)?;
        *rest = behind;
        let errno = u16::from_le_bytes(*errno);
        Some(Self { path, content: if errno == 0 { Ok(bytes) } else { Err(Errno(errno)) } })
    }
}

/// Adds a file to what is told: the path with a NUL behind it, the error number in two bytes or 0, the length
/// in four, the content.
pub fn encode_file(path: &[u8], content: Result<&[u8], Errno>, told: &mut Vec<u8>) {
    let (bytes, errno) = match content {
        Ok(bytes) => (bytes, 0),
        Err(errno) => (&[][..], errno.0),
    };
    let length = u32::try_from(bytes.len()).unwrap_or(0);
    told.extend_from_slice(path);
    told.push(0);
    told.extend_from_slice(&errno.to_le_bytes());
    told.extend_from_slice(&length.to_le_bytes());
    told.extend_from_slice(bytes);
}
