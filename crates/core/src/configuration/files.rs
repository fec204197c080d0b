//! What the look at the configuration tells: the kernel's line, each file, /etc/group; with its bytes, or why it
//! has none.

use crate::errno::Errno;
use alloc::vec::Vec;

/// The kernel's line.
pub const KERNEL_LINE_PATH: &str = "/proc/cmdline";

/// It is at most COMMAND_LINE_SIZE, 2048 on x86 (asm/setup.h).
pub const KERNEL_LINE_MOST_BYTES: usize = 4096;

/// The groups of this machine (group(5)).
pub const GROUP_FILE_PATH: &str = "/etc/group";

/// The most of it that is read: forty bytes for each of six thousand groups, and their members.
pub const MOST_GROUP_FILE_BYTES: usize = 256 * 1024;

/// The file that is read first.
pub const FILE_PATH: &str = "/etc/rekindle.conf";

/// The folder whose files follow, in byte order of their names.
pub const FOLDER_PATH: &str = "/etc/rekindle.conf.d";

/// The most files that are read of the folder.
pub const MOST_FILES: usize = 32;

/// The most bytes that are read of all these files together.
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
        let (head, behind) = rest.split_first_chunk::<8>()?;
        let [errno_low, errno_high, path_low, path_high, length @ ..] = *head;
        let errno = u16::from_le_bytes([errno_low, errno_high]);
        let path_length = usize::from(u16::from_le_bytes([path_low, path_high]));
        let length = usize::try_from(u32::from_le_bytes(length)).ok()?;
        let (path, behind) = behind.split_at_checked(path_length)?;
        let (bytes, behind) = behind.split_at_checked(length)?;
        *rest = behind;
        Some(Self { path, content: if errno == 0 { Ok(bytes) } else { Err(Errno(errno)) } })
    }
}

/// Adds a file to what is told: the error number or 0 and the length of the path in two bytes each, the length
/// of the content in four, the path, the content.
pub fn encode_file(path: &[u8], content: Result<&[u8], Errno>, told: &mut Vec<u8>) {
    let (bytes, errno) = match content {
        Ok(bytes) => (bytes, 0),
        Err(errno) => (&[][..], errno.0),
    };
    let path_length = u16::try_from(path.len()).unwrap_or(0).to_le_bytes();
    told.extend_from_slice(&errno.to_le_bytes());
    told.extend_from_slice(&path_length);
    told.extend_from_slice(&u32::try_from(bytes.len()).unwrap_or(0).to_le_bytes());
    told.extend_from_slice(path);
    told.extend_from_slice(bytes);
}
